"""A store of the version before the receivables ledger, and its export: both are converted whole, and agree (F35)."""

import gzip
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from driving import Suptime

SUPPORT = Path(__file__).parents[1] / "support"


@pytest.fixture(params=["db", "jsonl"])
def old(request: pytest.FixtureRequest, suptime: Suptime) -> Suptime:
    """Two clients with invoices, payments, credit notes, a deposit without a sale and one that was sold."""
    content = gzip.decompress((SUPPORT / f"store-before-the-ledger.{request.param}.gz").read_bytes())
    suptime.set(TZ="Europe/Berlin")
    suptime.at("2026-10-06T10:00:00Z")
    if request.param == "db":
        suptime.database.write_bytes(content)
    else:
        (suptime.home / "old.jsonl").write_bytes(content)
        suptime("import suptime old.jsonl")
    return suptime


def journal(suptime: Suptime) -> Counter[str]:
    """Return the balance of each account that hledger would find."""
    sums: Counter[str] = Counter()
    for name, amount in re.findall(
        r"^    (\S+) +(-?[0-9.]+) EUR$", suptime("export hledger").out, re.MULTILINE
    ):
        sums[name] += Decimal(amount)
    return sums


def test_what_clients_owe_is_the_same_everywhere(old: Suptime):
    listed: Counter[str] = Counter()
    for one in old("invoice list --format json").json["invoices"]:
        listed[one["client"]] += Decimal(one["open"])
    aging = {row["client"]: row for row in old("report aging --format json").json["rows"]}
    books = journal(old)
    for client, balance in (("acme", "-10.00"), ("beta", "69.00")):
        (account,) = old(f"report statement --client {client} --to 2026-10-06 --format json").json["accounts"]
        sums: list[Any] = [account["closing"], aging[client]["balance"], listed[client]]
        sums.append(books[f"Assets:Receivable:{client.title()}"])
        assert [Decimal(each) for each in sums] == [Decimal(balance)] * 4
    # 500.00 came for the deposit, 10.00 and 50.00 for invoices.
    assert books["Assets:Bank"] == Decimal("560.00")


def test_doctor_finds_the_deposit_that_was_sold(old: Suptime):
    found = old("doctor --format json").json["doctor"]
    warned = {check["check"]: check["findings"] for check in found["checks"] if check["state"] != "ok"}
    assert [one["text"] for one in warned.pop("deposits")] == [
        (
            "P2 of acme-deposit was sold by an older version: 86.00 EUR are left, and pay what is due, tax included. "
            "To deduct them without tax: suptime prepaid convert P2"
        ),
        "P2 of acme-deposit paid 214.00 EUR of INV-2026-0001, which is its own sale.",
    ]
    assert (found["damaged"], warned) == (False, {})


def test_it_is_converted_once(old: Suptime):
    once = old("export suptime").out
    old("status --format json")
    old("doctor")
    assert old("export suptime").out == once
