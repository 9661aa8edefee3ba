"""Payments belong to clients, and are allocated to documents: those of single invoices are converted (F35)."""

import json
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from suptime.domain.ledger import Account, Entry, EntryKind, document_entry
from suptime.invoicing.conversion import OldDeposit, OldPayment, convert, corrected_by

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Convert what is there, and drop the table of payments of single invoices."""
    bind = op.get_bind()
    meta = sa.MetaData()
    names = ("invoice", "payment", "purchase", "contract", "contract_version", "booked_document")
    ledger = ("transfer", "deposit_entry", "allocation", "voided")
    tables = {name: sa.Table(name, meta, autoload_with=bind) for name in (*names, *ledger)}
    documents, corrected = [], {}
    for row in bind.execute(sa.select(tables["invoice"])).mappings():
        entry, booked, its = _document(row)
        bind.execute(tables["booked_document"].insert().values(**booked))
        documents.append(entry)
        corrected[entry.id] = its
    payments = [
        OldPayment(row["invoice"], row["paid_on"], Decimal(row["amount"]), row["purchase"], row["id"])
        for row in bind.execute(sa.select(tables["payment"])).mappings()
    ]
    deposits = _deposits(bind, tables)
    made = convert(documents, corrected, payments, deposits)
    for one in made.transfers:
        values: dict[str, Any] = {
            "id": one.id, "client": one.client, "currency": one.currency, "is_refund": False, "paid_on": one.on,
            "amount": f"{one.amount:f}", "fee": "0", "reference": "", "iban": "", "name": "",
            "purchase": one.purchase,
        }  # fmt: skip
        bind.execute(tables["transfer"].insert().values(**values))
    for account, posting in made.postings.items():
        of_account = account._asdict()
        for entry in posting.entries:
            if entry.kind is EntryKind.DRAW:
                values = {"kind": "draw", "purchase": int(entry.id[1:]), "part": entry.key.part}
                values |= {"entered_on": entry.on, "amount": f"{entry.amount:f}"}
                bind.execute(tables["deposit_entry"].insert().values(**values, **of_account))
        for used in posting.allocations:
            values = {
                "credit_kind": str(used.credit.kind), "credit": used.credit.id, "credit_part": used.credit.part,
                "debit_kind": str(used.debit.kind), "debit": used.debit.id, "debit_part": used.debit.part,
                "allocated_on": used.on, "amount": f"{used.amount:f}", "cause": str(used.cause),
                "purchase": used.purchase,
            }  # fmt: skip
            bind.execute(tables["allocation"].insert().values(**values, **of_account))
        for void in posting.voids:
            values = {"kind": str(void.entry.kind), "entry": void.entry.id, "part": void.entry.part}
            values |= {"voided_on": void.on, "reason": void.reason}
            bind.execute(tables["voided"].insert().values(**values, **of_account))
    if made.transfers and bind.dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('transfer', 'id'), {max(t.id for t in made.transfers)})"
        )
    op.drop_table("payment")


def _document(row: Mapping[Any, Any]) -> tuple[Entry, dict[str, Any], list[str]]:
    document = json.loads(row["document"])
    gross = document["totals"]["gross"]
    entry = document_entry(
        Account(row["client"], row["currency"]),
        row["number"],
        Decimal(gross),
        row["issued_on"],
        row["due_on"],
        corrects=row["credits"] or "",
        mode=row["mode"],
    )
    booked = {"number": row["number"], "gross": gross, "corrects": row["credits"], "offers": "[]"}
    return entry, booked, [] if row["credits"] else corrected_by(document)


def _deposits(bind: sa.Connection, tables: Mapping[str, sa.Table]) -> list[OldDeposit]:
    """Return the purchases of money without a sale, by what the contract in force on their day sells ahead."""
    versions: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for row in bind.execute(sa.select(tables["contract_version"])).mappings():
        versions[row["contract"]].append((row["starts_on"], row["file_text"]))
    clients = {row["code"]: row["client"] for row in bind.execute(sa.select(tables["contract"])).mappings()}
    found = []
    for row in bind.execute(sa.select(tables["purchase"])).mappings():
        if row["price"] is not None or row["voided_at"] is not None:
            continue
        its = sorted(versions[row["contract"]])
        before = [text for starts_on, text in its if starts_on <= row["bought_on"]]
        contract = tomllib.loads(before[-1] if before else its[0][1])
        if contract.get("prepaid", {}).get("unit", "hours") == "money":
            account = Account(clients[row["contract"]], contract["contract"].get("currency", "USD"))
            found.append(OldDeposit(row["id"], account, row["bought_on"], Decimal(row["quantity"])))
    return found
