"""Laws 2, 7, 8, 12 and 13 of the receivables ledger (finance.md, 10), over random lives of a firm in a store.

A life is made of commands as people type them, drawn by a seed; one that suptime refuses changes nothing. Each
law was seen to fail when the line that keeps it was broken: the docstrings name the lines.
"""

import random
import re
import shutil
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from driving import Suptime

from suptime.domain.ledger import EntryKey, EntryKind
from suptime.store import open_store

CONTRACT = """[contract]
code = "calls"
title = "Technical help"
currency = "EUR"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "100.00"
[prepaid]
unit = "money"
"""
SETTINGS = """[seller]
name = "Nordtor"
email = "a@nordtor.example"
payment_days = 5
[reminders]
levels = ["2d", "10d", "20d"]
interval = "4d"
interest = "20"
fees = { EUR = ["0.00", "5.00", "7.50"] }
"""
START = date(2026, 5, 2)
MONTHS = ["2026-04", "2026-05", "2026-06", "2026-07"]
LONG = 14
"""Commands of a life."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Where the firm's database is kept once it is made."""
    return tmp_path_factory.mktemp("begun") / "suptime.db"


@pytest.fixture
def firm(suptime: Suptime, begun) -> Suptime:
    """A client with work in four months, none of it invoiced."""
    (suptime.home / "config.toml").write_text(SETTINGS)
    suptime.set(SUPTIME_CONFIG="config.toml")
    if not begun.exists():
        (suptime.home / "calls.toml").write_text(CONTRACT)
        suptime.at("2026-07-31T12:00:00Z")
        suptime("client add acme --name Acme --currency EUR --tax 19 --email ap@acme.example")
        suptime("contract add acme calls.toml")
        suptime("case open CASE-1 --client acme --at '2026-04-01 08:00'")
        for month, minutes in zip(MONTHS, (95, 187, 60, 243), strict=True):
            suptime(f"log CASE-1 {minutes}m --from '{month}-01 09:00'")
        shutil.copy(suptime.database, begun)
    shutil.copy(begun, suptime.database)
    return suptime


def live(firm: Suptime, seed: int) -> None:
    """Play a life: issue, credit, reduce, pay, allocate, release, refund, void, write off, buy ahead, remind, undo."""
    chance = random.Random(seed)
    on, months = START, list(MONTHS)

    def number() -> str:
        with open_store(str(firm.database)) as store, store.reading() as tx:
            return chance.choice(tx.invoices.numbers())

    def payment() -> str:
        with open_store(str(firm.database)) as store, store.reading() as tx:
            return f"M{chance.choice(tx.receivables.transfers()).id}"

    def amount() -> str:
        return f"{chance.randint(100, 15000) / 100:.2f}"

    def issue() -> str:
        return (
            f"invoice --month {months.pop(0)} --issue" if months and months[0] < f"{on:%Y-%m}" else remind()
        )

    def remind() -> str:
        return "invoice remind --outbox out"

    commands = [
        issue,
        issue,
        lambda: f"prepaid add calls 150.00 --price 150.00 --on {on}",
        lambda: f"prepaid add calls {amount()}",
        lambda: f"invoice pay {number()}",
        lambda: f"invoice pay {number()}",
        lambda: f"payment add acme {amount()} --oldest --fee 0.50",
        lambda: f"payment add acme {amount()}",
        lambda: f"payment allocate {payment()} --oldest",
        lambda: f"payment release {payment()}",
        lambda: f"payment refund acme {amount()}",
        lambda: f"payment void {payment()} --reason x",
        lambda: f"invoice write-off {number()} --reason x --with-tax",
        lambda: f"invoice credit {number()} --reason x {chance.choice(['--reopen', '--write-off'])}",
        lambda: f"invoice credit {number()} --reason x --reduce {amount()}",
        lambda: f"client tax acme {chance.choice(['7', '19', '16'])} --from {on}",
        lambda: f"prepaid return P{chance.randint(1, 2)} --reason x",
        remind,
        remind,
        lambda: "undo",
    ]
    # A deposit that is sold and paid, so that the months that follow deduct it.
    firm.at(f"{on}T12:00:00Z")
    firm("prepaid add calls 150.00 --price 150.00 --on 2026-04-30")
    firm(issue())
    firm("invoice pay INV-2026-0001")
    for _ in range(LONG):
        on += timedelta(days=chance.choice([0, 3, 6, 11]))
        firm.at(f"{on}T12:00:00Z")
        firm(chance.choice(commands)(), code=None)


@pytest.fixture(params=[1, 2, 5, 7, 101, 134])
def lived(request: pytest.FixtureRequest, firm: Suptime) -> Suptime:
    live(firm, request.param)
    return firm


def documents(firm: Suptime) -> list[dict]:
    return firm("invoice list --format json").json["invoices"]


def postings(firm: Suptime) -> list[list[tuple[date, str, Decimal]]]:
    """The transactions of the journal: the day, the account and the amount of each posting."""
    made: list[list[tuple[date, str, Decimal]]] = []
    for line in firm("export hledger").out.splitlines():
        if head := re.match(r"(\d{4}-\d\d-\d\d) ", line):
            on = date.fromisoformat(head[1])
            made.append([])
        elif line.startswith(" ") and (found := re.match(r"\s+([^;]\S.*?)\s{2,}(-?[\d.]+) EUR", line)):
            made[-1].append((on, found[1], Decimal(found[2])))
    return made


def test_the_laws_hold_after_every_life(lived: Suptime):
    journals_are_the_ledger(lived)
    purchases_are_whole(lived)
    tax_is_due_once(lived)
    reminders_climb(lived)
    corrections_keep_their_tax(lived)


def journals_are_the_ledger(firm: Suptime) -> None:
    """Law 2, with at `t` what the journal books through that day. Broken: a late charge booked on the bank, in `journals`."""
    with open_store(str(firm.database)) as store, store.reading() as tx:
        ledgers = tx.receivables.ledgers().values()
        transfers = tx.receivables.transfers()
        voids = {one.entry: one.on for _, one in tx.receivables.voids()}
    made = postings(firm)
    assert all(sum(amount for *_, amount in one) == 0 for one in made)
    days = sorted({on for one in made for on, *_ in one})
    for t in days:
        found: dict[str, Decimal] = defaultdict(Decimal)
        for one in made:
            for on, account, amount in one:
                if on <= t:
                    found[account.split(":")[1]] += amount
        assert found["Receivable"] == sum(one.balance(t) + one.deposits(t) for one in ledgers), t
        bank = Decimal(0)
        for one in transfers:
            kind = EntryKind.REFUND if one.is_refund else EntryKind.PAYMENT
            if one.counts_from <= t < voids.get(EntryKey(kind, f"M{one.id}"), date.max):
                bank += -one.amount if one.is_refund else one.amount - one.fee
        assert found["Bank"] == bank, t


def purchases_are_whole(firm: Suptime) -> None:
    """Law 7. Broken: what was returned, left out of `remaining` in `rating.balance`."""
    for balance in firm("report hours --format json").json["balances"]:
        for one in balance["purchases"]:
            parts = ("used", "forfeited", "returned", "remaining")
            assert Decimal(one["quantity"]) == sum(Decimal(one.get(key) or 0) for key in parts), one


def tax_is_due_once(firm: Suptime) -> None:
    """Law 8: per rate and document, and deposits that are sold at their value. Broken: half of the amount, in `claims.deduction`.

    A reduction lowers the price of a deposit, not its value. It counts once its sale is credited whole: then the
    sale, its reductions and its credit note are 0 together.
    """
    docs = documents(firm)
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    for one in docs:
        for row in one["totals"]["taxes"]:
            net, tax, count = sums[row["rate"]]
            sums[row["rate"]] = [net + Decimal(row["net"]), tax + Decimal(row["tax"]), count + 1]
    for rate, (net, tax, count) in sums.items():
        assert abs(tax - net * Decimal(rate) / 100) <= count * Decimal("0.005"), rate
    lines = [line for one in docs for line in one["other_lines"]]
    sold = sum((Decimal(line["net"]) for line in lines if line["kind"] == "prepaid-sale"), Decimal(0))
    deducted = sum((Decimal(line["net"]) for line in lines if line["kind"] == "prepayment"), Decimal(0))
    issued = {line["purchase"] for line in lines if line["kind"] == "prepaid-sale" and line.get("purchase")}
    left = Decimal(0)
    for balance in firm("report hours --format json").json["balances"]:
        left += sum(Decimal(one["remaining"]) for one in balance["purchases"] if one["id"] in issued)
    sales = {one["number"] for one in docs if one["type_code"] in {"386", "326"}}
    reversed_ = {one["credits"] for one in docs if one.get("credit_mode") in {"reopen", "write-off"}}
    returned = sum(
        Decimal(line["net"])
        for one in docs
        if one["credits"] in sales and (one.get("credit_mode") != "reduce" or one["credits"] in reversed_)
        for line in one["other_lines"]
        if line["kind"] == "credit"
    )
    if issued:
        assert sold + deducted + returned == left


def reminders_climb(firm: Suptime) -> None:
    """Law 12, in the rows of the store. Broken: `level + 2` in place of `level + 1`, in `reminders.letter`."""
    with open_store(str(firm.database)) as store, store.reading() as tx:
        reminders = tx.receivables.reminders()
        sendings = {one.number for one in tx.sendings.list_all()}
    levels = defaultdict(list)
    for one in reminders:
        assert f"R{one.id}" in sendings
        for step in one.steps:
            if step.level:
                levels[step.number].append(step.level)
    for found in levels.values():
        assert found == list(range(1, len(found) + 1))


def corrections_keep_their_tax(firm: Suptime) -> None:
    """Law 13. Broken: another rate of a reduction, in `issue.reduction`."""
    docs = {one["number"]: one for one in documents(firm)}
    for one in docs.values():
        if one["credits"] in docs:
            before = {row["rate"] for row in docs[one["credits"]]["totals"]["taxes"]}
            assert {row["rate"] for row in one["totals"]["taxes"]} <= before
