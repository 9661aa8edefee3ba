"""Import of the receivables ledger: its rows, and converted payments of older versions."""

from collections import defaultdict
from decimal import Decimal

from suptime.app.exchange.issued import IssuedImporter
from suptime.app.exchange.rules import ImportRun, Refusal, unknown
from suptime.app.facts import contracts_of
from suptime.app.purchases import unit_of
from suptime.domain.ledger import Account
from suptime.domain.reading import Fault
from suptime.interchange.records.receivables import LEDGER_TYPES, LedgerRow, OldPayment
from suptime.invoicing import conversion
from suptime.invoicing.receivables import faults
from suptime.store.mapped import Values

_NAMES = {one.record.table: one.name for one in LEDGER_TYPES}
"""Names of the records of each table."""


class ReceivablesImporter:
    """The ledger of an import."""

    def __init__(self, run: ImportRun, issued: IssuedImporter) -> None:
        self._run = run
        self._issued = issued
        self._old: list[tuple[int, OldPayment]] = []
        self._seen: dict[str, set[int]] = defaultdict(set)
        self._has_allocations = False
        self._transfers: set[int] = {one.id for one in run.tx.receivables.transfers()}
        self._reminders: set[int] = {one.id for one in run.tx.receivables.reminders()}
        self._before = set() if run.fresh else set(run.tx.invoices.numbers())
        self._touched: dict[str, int] = {}
        for name in _NAMES.values():
            run.writers[name] = self._write

    def old_payment(self, payment: OldPayment, number: int) -> bool:
        """Import a payment of a single invoice, of line `number`. Return False if its invoice was stored before.

        Raises:
            Refusal: it cannot be imported.
        """
        account = self._issued.account_of(payment.number)
        if account is None:
            raise Refusal("invoice", unknown("invoice", payment.number, self._before))
        if payment.amount <= 0:
            raise Refusal("amount", "expected more than zero.")
        if payment.purchase is not None and not self._issued.has_purchase(payment.purchase, account[0]):
            raise Refusal("purchase", f"{account[0]} has no purchase P{payment.purchase}.")
        if payment.id and payment.id in self._seen["old"]:
            raise Refusal("id", f"{payment.id} is also on a line before line {number}.")
        self._seen["old"].add(payment.id)
        if payment.number in self._before:
            return False
        self._old.append((number, payment))
        self._run.added["payment"] += 1
        return True

    def row(self, record: LedgerRow, number: int) -> bool:
        """Import a row of the ledger, of line `number`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        table, columns = record.table, dict(record.columns)
        run, id_ = self._run, columns["id"]
        self._has_allocations |= table == "allocation"
        if id_ and not run.fresh:
            there = run.tx.receivables.rows.row(table, id_)
            if there == columns:
                return False
            if there is not None:
                keys = [name for name in columns if columns[name] != there[name]]
                what = f"the {_NAMES[table].replace('_', ' ')} {id_}"
                raise Refusal(keys[0], f"{what} exists already, with another {' and another '.join(keys)}.")
        if id_ and id_ in self._seen[table]:
            raise Refusal("id", f"{id_} is also on a line before line {number}.")
        self._check(columns)
        self._seen[table].add(id_)
        if table == "transfer":
            self._transfers.add(id_)
        if table == "reminder":
            self._reminders.add(id_)
            self._issued.reminders.add(f"R{id_}")
        for name in ("invoice", "credit", "debit"):
            if name in columns:
                self._issued.hang(columns[name], number, f"{_NAMES[table]}.{name}")
        if columns.get("client"):
            self._touched.setdefault(columns["client"], number)
        return run.keep((table, columns))

    def _check(self, columns: Values) -> None:
        """Refuse a row that refers to something missing, or with an impossible amount."""
        run, client = self._run, columns.get("client")
        if client is not None:
            run.owner(client)
        for key in ("invoice", "sale"):
            number = columns.get(key)
            if number is not None and self._issued.account_of(number) is None:
                raise Refusal(key, unknown("invoice", number, self._before))
        if columns.get("transfer") is not None and columns["transfer"] not in self._transfers:
            raise Refusal("transfer", f"there is no payment M{columns['transfer']}.")
        if columns.get("reminder") is not None and columns["reminder"] not in self._reminders:
            raise Refusal("reminder", f"there is no reminder R{columns['reminder']}.")
        for key in ("purchase", "becomes"):
            purchase = columns.get(key)
            if purchase is not None and not self._issued.has_purchase(purchase, client):
                raise Refusal(key, f"{client or 'the store'} has no purchase P{purchase}.")
        amount = columns.get("amount")
        is_allocation = "credit_kind" in columns
        if amount is not None and (Decimal(amount) == 0 or (Decimal(amount) < 0 and not is_allocation)):
            raise Refusal("amount", "expected more than zero.")
        if Decimal(columns.get("fee", 0)) < 0:
            raise Refusal("fee", "expected zero or more.")

    def _write(self, rows: list[tuple[str, Values]]) -> None:
        table = rows[0][0]
        self._run.tx.receivables.add_many(table, (columns for _, columns in rows))

    def finish(self) -> None:
        """Convert exports of older versions, and check that each imported account adds up."""
        if not self._has_allocations:
            self._convert()
        for client, line in self._touched.items():
            for account, ledger in self._run.tx.receivables.ledgers(client).items():
                fault = next(faults(ledger), None)
                if fault is not None:
                    said = f"the account of {account.client} in {account.currency} does not add up: {fault}"
                    self._run.faults.append(Fault(line, "allocation.amount", said))

    def _convert(self) -> None:
        """Settle documents that were imported without a ledger, and put their payments on account (F35)."""
        tx = self._run.tx
        new = [one for one in tx.receivables.documents() if one.id not in self._before]
        there = {one.id for one in new}
        for line, old in self._old:
            if old.number not in there:
                said = f"the invoice {old.number} cannot be imported."
                self._run.faults.append(Fault(line, "payment.invoice", said))
                self._run.added["payment"] -= 1
        if not new:
            return
        corrected = {}
        for entry in new:
            if entry.key.is_credit and not entry.invoice:
                invoice = tx.invoices.get(entry.id)
                corrected[entry.id] = conversion.corrected_by(invoice.document) if invoice else []
        payments = [
            conversion.OldPayment(one.number, one.on, one.amount, one.purchase, one.id)
            for _, one in self._old
        ]
        made = conversion.convert(
            new, corrected, payments, self._deposits(), first=max(self._transfers, default=0) + 1
        )
        for transfer in made.transfers:
            tx.receivables.add_transfer(transfer)
        for account, posting in made.postings.items():
            tx.receivables.post(account, posting)

    def _deposits(self) -> list[conversion.OldDeposit]:
        """Return the deposits without a sale that have no payment yet."""
        tx = self._run.tx
        held = {one.purchase for one in tx.receivables.transfers()}
        found = []
        for contract in contracts_of(tx):
            for purchase in tx.purchases.find(contract=contract.code):
                unit, currency = unit_of(contract, purchase.on)
                if unit == "money" and purchase.price is None and purchase.id not in held:
                    account = Account(contract.client, currency)
                    found.append(conversion.OldDeposit(purchase.id, account, purchase.on, purchase.quantity))
        return found
