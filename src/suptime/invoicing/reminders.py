"""Reminders of overdue invoices: the client, the level, the fee and the interest (F28, F29)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from suptime.domain.ledger import Account, EntryKey, EntryKind, Hold, Reminder, ReminderStep
from suptime.domain.money import rounded
from suptime.invoicing.receivables import NONE, Ledger, OpenItem, open_items

DAYS_OF_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """Settings of reminders: `levels` are days past due, `interval` the days between two letters.

    `fees` has one amount for each level, by currency; `interest` is percent a year. Both are off by default.
    `days` are those that a reminder gives to pay.
    """

    levels: Sequence[int]
    interval: int = 7
    fees: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    interest: Decimal = NONE
    days: int = 7

    def fee(self, level: int, currency: str) -> Decimal:
        """Return the fee of a level; 0 for level 0, or if there is none."""
        fees = self.fees.get(currency, ())
        return rounded(fees[level - 1], currency) if 0 < level <= len(fees) else NONE


class LetterItem(NamedTuple):
    """An open item of a letter: `level` is its highest level including this letter, 0 if none."""

    item: OpenItem
    level: int
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A reminder that is due, before it has a number. `total` is the balance with its charge."""

    account: Account
    on: date
    items: tuple[LetterItem, ...]
    steps: tuple[ReminderStep, ...]
    fee: Decimal
    on_account: Decimal
    deposits: Decimal
    total: Decimal
    due_on: date

    @property
    def level(self) -> int:
        """The highest level among its items."""
        return max(one.level for one in self.items)

    @property
    def interest(self) -> Decimal:
        """The interest of all its invoices."""
        return sum((step.interest for step in self.steps), NONE)

    def numbered(self, number: int) -> Reminder:
        """Return the reminder to record as R`number`."""
        return Reminder(id=number, account=self.account, on=self.on, fee=self.fee, steps=self.steps)


def hold_of(holds: Iterable[Hold], number: str, t: date) -> Hold | None:
    """Return the hold of an invoice at a day: the latest one, if it is still in force."""
    latest = None
    for one in holds:
        if one.number == number and one.on <= t and (latest is None or one.on >= latest.on):
            latest = one
    if latest is None or latest.is_off or (latest.until is not None and t > latest.until):
        return None
    return latest


def level_of(reminders: Iterable[Reminder], number: str, t: date = date.max) -> int:
    """Return the highest level of an invoice by a day."""
    levels = (step.level for one in reminders if one.on <= t for step in one.steps if step.number == number)
    return max(levels, default=0)


def interest_on(ledger: Ledger, debit: EntryKey, percent: Decimal, t: date) -> Decimal:
    """Return the simple interest on the open amount of a debit on each day after its due day through a day.

    Each day counts as a 365th of a year; the sum is rounded once.
    """
    due_on = ledger.due_on(debit)
    first = due_on + timedelta(days=1)
    if t < first or not percent:
        return NONE
    turns = [first, *(day for day in ledger.days_of(debit) if first < day <= t), t + timedelta(days=1)]
    open_days = sum(
        (ledger.rest(debit, start) * (end - start).days for start, end in pairwise(turns)),
        NONE,
    )
    return rounded(open_days * percent / 100 / DAYS_OF_A_YEAR, ledger.account.currency)


def letter(
    ledger: Ledger,
    policy: ReminderPolicy,
    t: date,
    *,
    reminders: Iterable[Reminder] = (),
    withdrawn: Iterable[Reminder] = (),
    holds: Iterable[Hold] = (),
    is_reminded: bool = True,
) -> Letter | None:
    """Return the letter for an account on a day, or None.

    `reminders` are earlier ones of the account, in any order; if their charge is void, their levels count,
    but not their interest. Nothing of `withdrawn` ones counts (F29). `is_reminded` is False for a client with
    reminders turned off.
    """
    before, gone, holds = [one for one in reminders if one.on <= t], list(withdrawn), list(holds)
    if not is_reminded or ledger.balance(t) <= 0:
        return None
    if before and (t - max(one.on for one in before)).days < policy.interval:
        return None
    items, steps, highest = [], [], 0
    for item in open_items(ledger, t):
        number = item.key.id
        is_invoice = item.key.kind is EntryKind.INVOICE
        level, reached, interest = level_of(before, number) if is_invoice else 0, 0, NONE
        held = is_invoice and hold_of(holds, number, t) is not None
        if is_invoice and not held:
            if level < len(policy.levels) and item.days_overdue >= policy.levels[level]:
                level = reached = level + 1
            accrued = interest_on(ledger, item.key, policy.interest, t)
            interest = max(NONE, accrued - _interest_before(ledger, before, number, t))
        highest = max(highest, reached)
        steps.append(ReminderStep(number, reached, interest, _repeat(gone, number, reached)))
        items.append(LetterItem(item, level, held))
    if not highest:
        return None
    fee = policy.fee(highest, ledger.account.currency)
    total = ledger.balance(t) + sum((step.interest for step in steps), fee)
    return Letter(
        ledger.account,
        t,
        tuple(items),
        tuple(steps),
        fee,
        ledger.on_account(t),
        ledger.deposits(t),
        total,
        t + timedelta(days=policy.days),
    )


def _repeat(withdrawn: Iterable[Reminder], number: str, level: int) -> int:
    """Return how many withdrawn reminders had an invoice at a level; 0 for level 0."""
    steps = (step for one in withdrawn for step in one.steps)
    return sum(step.number == number and step.level == level > 0 for step in steps)


def _interest_before(ledger: Ledger, reminders: Iterable[Reminder], number: str, t: date) -> Decimal:
    """Return the interest that letters have charged for an invoice, without void charges."""
    charged = NONE
    for one in reminders:
        void = ledger.void_of.get(EntryKey(EntryKind.LATE_CHARGE, f"R{one.id}"))
        if void is None or void.on > t:
            charged += sum((step.interest for step in one.steps if step.number == number), NONE)
    return charged


def is_settled(ledger: Ledger, reminder: Reminder, t: date) -> bool:
    """Return whether all items of a waiting letter are settled, so that it is withdrawn."""
    numbers = {step.number for step in reminder.steps}
    kinds = {EntryKind.INVOICE, EntryKind.LATE_CHARGE}
    return all(ledger.rest(key, t) <= 0 for key in ledger.debits() if key.kind in kinds and key.id in numbers)
