"""Payments from the bank come in once, whatever files they come in (law 11 of the ledger)."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from stores import new_store
from suptime.app.bank_import import import_statement
from suptime.app.payments import Day
from suptime.domain.bank import BankEntry
from suptime.domain.client import Client
from suptime.domain.time import from_rfc3339
from suptime.interchange.bank.entries import BankStatement, with_digests

NOW = from_rfc3339("2026-12-01T12:00:00Z")
TODAY = Day(date(2026, 12, 1))
OWN = "DE02120300000000202051"
IBANS = ("", "DE41370400440000000001", "DE70500105170000000002")

DAYS = st.lists(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(IBANS), st.sampled_from(["", "B1", "B2"])), max_size=3
    ),
    min_size=1,
    max_size=4,
)
"""The transactions of each day: amount, payer, and the bank's reference if it gives one."""


def entries(days, first):
    found = [
        BankEntry(
            key=f"{OWN} {first + at} {reference}" if reference else "",
            on=date(2026, 11, 1) + timedelta(days=first + at),
            amount=Decimal(amount),
            currency="EUR",
            iban=iban,
        )
        for at, day in enumerate(days)
        for amount, iban, reference in day
    ]
    return BankStatement(tuple(with_digests(OWN, found)))


def imported(folder, *statements):
    """The payments after some imports, and how many each import brought."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    with new_store(folder / "suptime.db") as store:
        with store.changing(at=NOW, agent="ana", command="client add") as tx:
            tx.clients.add(Client("acme", "Acme", "EUR", iban=IBANS[1]))
        counts = [
            import_statement(store, one, TODAY, dry_run=False, now=NOW, agent="ana").document["imported"]
            for one in statements
        ]
        with store.reading() as tx:
            found = sorted(
                (one.on, one.amount, one.iban, one.client or "", one.bank_key)
                for one in tx.receivables.transfers()
            )
    return found, counts


@settings(max_examples=8, deadline=None)
@given(days=DAYS, start=st.integers(0, 3), end=st.integers(0, 3))
def test_overlapping_statements_are_one(days, start, end, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "bank"
    whole = entries(days, 0)
    middle = min(start, len(days))
    first, second = entries(days[: max(middle, end)], 0), entries(days[middle:], middle)
    once, _ = imported(folder, whole)
    again, counts = imported(folder, whole, whole)
    parts, _ = imported(folder, first, second)
    assert once == again == parts
    assert counts[1] == 0
