"""Receivables of one account: open amounts, free credit, and the rows that each command adds to the ledger.

All functions are pure. "At day t" means: entries dated through t, as known now. A command returns a `Posting`,
the rows to add, or refuses: `WrongUsage` for days that cannot be, `NotPossible` for amounts and states.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property
from typing import Any, NamedTuple

from suptime.domain.ledger import (
    Account,
    Allocation,
    Cause,
    DepositReturn,
    Entry,
    EntryKey,
    EntryKind,
    Void,
    natural_order,
)
from suptime.domain.money import minor_digits, rounded, show_amount
from suptime.domain.payment_terms import Offer, due_day
from suptime.errors import NotPossible, Refused, WrongUsage

NONE = Decimal(0)

# The ledger


@dataclass(frozen=True, slots=True)
class Posting:
    """Rows that one command adds to the ledger of an account."""

    entries: tuple[Entry, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    voids: tuple[Void, ...] = ()
    returns: tuple[DepositReturn, ...] = ()

    def __add__(self, other: "Posting") -> "Posting":
        return Posting(
            self.entries + other.entries,
            self.allocations + other.allocations,
            self.voids + other.voids,
            self.returns + other.returns,
        )

    def __bool__(self) -> bool:
        return bool(self.entries or self.allocations or self.voids or self.returns)


@dataclass(frozen=True)
class Ledger:
    """All rows of one account, in any order."""

    account: Account
    entries: tuple[Entry, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    voids: tuple[Void, ...] = ()
    returns: tuple[DepositReturn, ...] = ()

    def plus(self, posting: Posting) -> "Ledger":
        """Return the ledger with the rows of a posting added."""
        return Ledger(
            self.account,
            self.entries + posting.entries,
            self.allocations + posting.allocations,
            self.voids + posting.voids,
            self.returns + posting.returns,
        )

    def through(self, t: date) -> "Ledger":
        """Return the ledger without the rows dated after a day."""
        return Ledger(
            self.account,
            tuple(one for one in self.entries if one.on <= t),
            tuple(one for one in self.allocations if one.on <= t),
            tuple(one for one in self.voids if one.on <= t),
            tuple(one for one in self.returns if one.on <= t),
        )

    @cached_property
    def by_key(self) -> Mapping[EntryKey, Entry]:
        """The entries by their keys, in the order of a statement."""
        return {one.key: one for one in sorted(self.entries, key=lambda entry: entry.order)}

    @cached_property
    def void_of(self) -> Mapping[EntryKey, Void]:
        """The voids by the keys of their entries."""
        return {one.entry: one for one in self.voids}

    @cached_property
    def reversals(self) -> Mapping[str, Entry]:
        """The whole credit notes by the numbers of the invoices that they reverse."""
        return {one.invoice: one for one in self.entries if one.is_whole}

    def days_of(self, key: EntryKey) -> Sequence[date]:
        """Return the days on which the open or free amount of an entry changes, in order."""
        days = {self.by_key[key].on, *(one.on for one in self._of_entry.get(key, ()))}
        if key in self.void_of:
            days.add(self.void_of[key].on)
        return sorted(days.union(one.on for one in self.returns if one.payment == key))

    @cached_property
    def _of_entry(self) -> Mapping[EntryKey, Sequence[Allocation]]:
        rows: dict[EntryKey, list[Allocation]] = defaultdict(list)
        for one in self.allocations:
            rows[one.credit].append(one)
            rows[one.debit].append(one)
        return rows

    def allocations_of(self, key: EntryKey, t: date = date.max) -> list[Allocation]:
        """Return the allocations to or from an entry, dated through a day."""
        return [one for one in self._of_entry.get(key, ()) if one.on <= t]

    def amount(self, key: EntryKey, t: date) -> Decimal:
        """Return the amount of an entry at a day: 0 before its day and from its void on."""
        entry, void = self.by_key[key], self.void_of.get(key)
        return NONE if t < entry.on or (void is not None and t >= void.on) else entry.amount

    def rest(self, key: EntryKey, t: date) -> Decimal:
        """Return the open amount of a debit, or the free amount of a credit, at a day (F4)."""
        return self.amount(key, t) - sum((one.amount for one in self.allocations_of(key, t)), NONE)

    def held(self, credit: EntryKey, t: date) -> Decimal:
        """Return the amount of its payment that a deposit without a sale holds at a day (F16)."""
        entry, amount = self.by_key[credit], self.amount(credit, t)
        if entry.purchase is None or not amount:
            return NONE
        drawn = sum((one.amount for one in self.allocations_of(credit, t) if one.purchase is not None), NONE)
        returned = sum((one.amount for one in self.returns if one.payment == credit and one.on <= t), NONE)
        return amount - drawn - returned

    def free(self, credit: EntryKey, t: date) -> Decimal:
        """Return the free amount of a credit at a day, without amounts that deposits hold."""
        return self.rest(credit, t) - self.held(credit, t)

    def room(self, debit: EntryKey, on: date) -> Decimal:
        """Return the amount that can be allocated to a debit from a day on, without overdrawing a later day."""
        return self._least(debit, on, self.rest)

    def spare(self, credit: EntryKey, on: date) -> Decimal:
        """Return the free credit that can be allocated from a day on, without overdrawing a later day."""
        return self._least(credit, on, self.free)

    def held_from(self, credit: EntryKey, on: date) -> Decimal:
        """Return the amount of its payment that a deposit can release from a day on, without overdrawing a later day."""
        return self._least(credit, on, self.held)

    def _least(self, key: EntryKey, on: date, measure: Callable[[EntryKey, date], Decimal]) -> Decimal:
        on = max(on, self.by_key[key].on)
        return min(measure(key, t) for t in (on, *(day for day in self.days_of(key) if day > on)))

    def debits(self) -> list[EntryKey]:
        """Return the keys of all debits."""
        return [key for key in self.by_key if not key.is_credit]

    def credits(self) -> list[EntryKey]:
        """Return the keys of all credits."""
        return [key for key in self.by_key if key.is_credit]

    def balance(self, t: date) -> Decimal:
        """Return the balance of the client at a day, debits less credits (F5)."""
        return sum((-1 if key.is_credit else 1) * self.amount(key, t) for key in self.by_key) or NONE

    def on_account(self, t: date) -> Decimal:
        """Return the credit that is neither used nor held by a deposit."""
        return sum((self.free(key, t) for key in self.credits()), NONE)

    def deposits(self, t: date) -> Decimal:
        """Return the amounts that deposits without a sale hold."""
        return sum((self.held(key, t) for key in self.credits()), NONE)

    def due_on(self, debit: EntryKey) -> date:
        """Return the last day for paying a debit in time; an invoice without one has 30 days (F19)."""
        entry = self.by_key[debit]
        if entry.due_on is None and entry.kind is not EntryKind.INVOICE:
            return entry.on
        return due_day(entry.due_on, entry.on)


def faults(ledger: Ledger) -> Iterator[str]:
    """Yield the faults of a ledger in sentences; the transaction that writes checks them again (F4)."""
    keys = list(ledger.by_key)
    if len(keys) != len(ledger.entries):
        yield "Two entries have the same key."
    if len(ledger.void_of) != len(ledger.voids):
        yield "An entry is void twice."
    for entry in ledger.entries:
        if entry.account != ledger.account:
            yield f"{entry.id} belongs to another account."
        if entry.amount < 0:
            yield f"{entry.id} has a negative amount."
    for one in ledger.allocations:
        there = one.credit in ledger.by_key and one.debit in ledger.by_key
        if not there or not one.credit.is_credit or one.debit.is_credit:
            yield f"An allocation of {one.credit.id} to {one.debit.id} lacks a side."
            return
    for key in keys:
        for t in ledger.days_of(key):
            if not 0 <= ledger.rest(key, t) <= ledger.amount(key, t):
                yield f"{key.id} is overdrawn on {t}."
            if key.is_credit and not 0 <= ledger.held(key, t) <= ledger.rest(key, t):
                yield f"The deposit of {key.id} is overdrawn on {t}."
            if key.is_credit and any(amount < 0 for amount in _in_force(ledger, key, t).values()):
                yield f"More of {key.id} is released than was allocated by {t}."


# Days


def check_day(on: date, today: date, closed_through: date | None, *, first: date | None = None) -> None:
    """Refuse the day of a new row that is in the future, before `first`, or in closed books (F3).

    Raises:
        WrongUsage: the day is in the future, or before its subject.
        NotPossible: the ledger is closed through that day.
    """
    if on > today:
        raise WrongUsage(f"{on} is in the future.", hint="Give today or an earlier day.")
    if first is not None and on < first:
        raise WrongUsage(f"{on} is before {first}.", hint=f"Give {first} or a later day.")
    if closed_through is not None and on <= closed_through:
        raise NotPossible(
            f"The ledger is closed through {closed_through}.",
            hint="Give a later day, or change books.closed_through.",
        )


# Documents


def issue_invoice(
    ledger: Ledger,
    invoice: Entry,
    deposits: Sequence[EntryKey] = (),
    *,
    draws: Sequence[tuple[int, Decimal]] = (),
    keep_credit: bool = False,
) -> Posting:
    """Return an invoice with the credit that pays it at its issue: deposits (F16), then free credit (F12).

    `deposits` are the payments whose deposits may pay it, in the order of use; `draws` are payments by deposits that
    an older version sold, by purchase (F35). Free credit beyond earlier open debits pays it, the oldest first; on
    the same day, credit notes before payments.
    """
    entries, rows = [invoice], []
    left = invoice.amount
    for purchase, amount in draws:
        draw = deposit_entry(ledger, EntryKind.DRAW, purchase, invoice.on, amount)
        entries.append(draw)
        rows.append(Allocation(draw.key, invoice.key, invoice.on, amount, Cause.ISSUE, purchase))
        left -= amount
    for key in deposits:
        taken = min(left, ledger.held_from(key, invoice.on)) if ledger.by_key[key].on <= invoice.on else NONE
        if taken > 0:
            holder = ledger.by_key[key].purchase
            rows.append(Allocation(key, invoice.key, invoice.on, taken, Cause.ISSUE, holder))
            left -= taken
    if not keep_credit:
        open_before = sum((ledger.rest(key, invoice.on) for key in ledger.debits()), NONE)
        usable = min(left, max(NONE, ledger.on_account(invoice.on) - open_before))
        for key in _oldest_credits(ledger, invoice.on):
            taken = min(usable, ledger.spare(key, invoice.on))
            if taken > 0:
                rows.append(Allocation(key, invoice.key, invoice.on, taken, Cause.ISSUE))
                usable -= taken
    return Posting(tuple(entries), tuple(rows))


def deposit_entry(ledger: Ledger, kind: EntryKind, purchase: int, on: date, amount: Decimal) -> Entry:
    """Return a draw or a forfeiture of a purchase, the next one of its kind."""
    parts = [key.part for key in ledger.by_key if (key.kind, key.id) == (kind, f"P{purchase}")]
    key = EntryKey(kind, f"P{purchase}", max(parts, default=0) + 1)
    return Entry(key=key, account=ledger.account, on=on, amount=amount)


def deposit_payment(ledger: Ledger, purchase: int) -> EntryKey | None:
    """Return the payment that a deposit without a sale holds, or None if it was sold."""
    found = (one.key for one in ledger.entries if one.purchase == purchase and one.key not in ledger.void_of)
    return next(found, None)


def reverse_document(ledger: Ledger, note: Entry, reason: str = "") -> Posting:
    """Return the document that reverses the whole of `note.invoice`, an invoice or a credit (F9).

    The rest of a credit is used for the document that reverses it.
    """
    if note.key.is_credit:
        return reverse_invoice(ledger, note, reason)
    _check_not_reversed(ledger, note.invoice)
    posting = Posting((note,))
    original = EntryKey(EntryKind.CREDIT_NOTE, note.invoice)
    return posting + _take(ledger.plus(posting), original, note.key, note.on)


def _oldest_credits(ledger: Ledger, on: date) -> list[EntryKey]:
    """Return the credit notes and payments with free credit from a day on, in the order of use."""
    usable = (EntryKind.CREDIT_NOTE, EntryKind.PAYMENT)
    entries = [one for one in ledger.entries if one.kind in usable and one.on <= on]
    entries.sort(key=lambda one: (one.on, usable.index(one.kind), natural_order(one.id)))
    return [one.key for one in entries if ledger.spare(one.key, on) > 0]


def issue_credit_note(ledger: Ledger, note: Entry, numbers: Sequence[str]) -> Posting:
    """Return a credit note, allocated to the invoices that it corrects (F8); the rest is on account."""
    posting = Posting((note,))
    after = ledger.plus(posting)
    for number in sorted(numbers, key=natural_order):
        debit = EntryKey(EntryKind.INVOICE, number)
        if debit not in ledger.by_key:
            continue
        row = _take(after, note.key, debit, note.on)
        posting, after = posting + row, after.plus(row)
    return posting


def reverse_invoice(ledger: Ledger, note: Entry, reason: str = "") -> Posting:
    """Return a whole credit note of the invoice `note.invoice`, which closes that invoice (F9).

    Discounts and write-offs of the invoice are void. Credit that paid it at its issue is returned. Then unused
    reductions of the invoice, and the credit note, are allocated to it.

    Raises:
        NotPossible: a whole credit note reverses it already, or a reduction was used for something else.
    """
    debit = EntryKey(EntryKind.INVOICE, note.invoice)
    _check_not_reversed(ledger, note.invoice)
    posting = Posting()
    for key in ledger.credits():
        if (
            key.kind in {EntryKind.DISCOUNT, EntryKind.WRITE_OFF}
            and ledger.by_key[key].invoice == note.invoice
        ):
            posting += _cancel(ledger, key, note.on, reason)
    for (credit, purchase), amount in _applied_at_issue(ledger, debit).items():
        back = Allocation(credit, debit, note.on, -amount, Cause.RETURN, purchase)
        is_draw = credit.kind is EntryKind.DRAW
        # A deposit that an older version sold is not a credit of the account: its draw ends with it.
        voids = (Void(credit, note.on, reason),) if is_draw else ()
        posting += Posting(allocations=(back,), voids=voids)
    posting += Posting((note,))
    after = ledger.plus(posting)
    own = [one.key for one in ledger.by_key.values() if one.invoice == note.invoice and one.on <= note.on]
    reductions = [key for key in own if key.kind is EntryKind.CREDIT_NOTE]
    for credit in [*reductions, note.key, *_oldest_credits(ledger, note.on)]:
        row = _take(after, credit, debit, note.on)
        posting, after = posting + row, after.plus(row)
    if after.rest(debit, note.on):
        used = ", ".join(key.id for key in reductions)
        raise NotPossible(
            f"{note.invoice} cannot be credited as a whole: {used} is used for something else.",
            hint=f"suptime payment release {reductions[0].id if reductions else note.invoice}",
        )
    return posting


def _check_not_reversed(ledger: Ledger, number: str) -> None:
    if (other := reversal_of(ledger, number)) is not None:
        raise NotPossible(f"{number} is credited by {other.id}: nothing is due on it.")


def reversal_of(ledger: Ledger, number: str, t: date = date.max) -> Entry | None:
    """Return the whole credit note of an invoice at a day, if there is one."""
    found = ledger.reversals.get(number)
    return found if found is not None and found.on <= t else None


def _applied_at_issue(ledger: Ledger, debit: EntryKey) -> dict[tuple[EntryKey, int | None], Decimal]:
    """Return the credit that paid an invoice at its issue and still pays it, by credit and deposit."""
    at_issue: dict[tuple[EntryKey, int | None], Decimal] = defaultdict(Decimal)
    still: dict[tuple[EntryKey, int | None], Decimal] = defaultdict(Decimal)
    for one in ledger.allocations_of(debit):
        still[one.credit, one.purchase] += one.amount
        if one.cause is Cause.ISSUE:
            at_issue[one.credit, one.purchase] += one.amount
    kept = {pair: min(amount, still[pair]) for pair, amount in at_issue.items()}
    return {pair: amount for pair, amount in kept.items() if amount > 0}


def _take(ledger: Ledger, credit: EntryKey, debit: EntryKey, on: date) -> Posting:
    """Return the allocation of the free part of a credit to the open part of a debit."""
    taken = min(ledger.spare(credit, on), ledger.room(debit, on))
    return Posting(allocations=(Allocation(credit, debit, on, taken),)) if taken > 0 else Posting()


# Payments


class Wanted(NamedTuple):
    """A debit to be paid: `amount` exactly, or up to its open amount."""

    debit: EntryKey
    amount: Decimal | None = None


def oldest_debits(ledger: Ledger, t: date) -> list[EntryKey]:
    """Return the open debits at a day, by due day, then by number."""
    open_ = [key for key in ledger.debits() if ledger.rest(key, t) > 0]
    return sorted(open_, key=lambda key: (ledger.due_on(key), natural_order(key.id)))


def allocate(ledger: Ledger, credit: EntryKey, wanted: Sequence[Wanted], on: date | None = None) -> Posting:
    """Return the allocations of a credit for debits in their order, and the discounts that it earns.

    Several debits without an amount are all paid at their `pay` (F20), if the credit is exactly the sum
    of these. `on` is None if the credit is made by the same command: each allocation is dated
    the later day of its sides.

    Raises:
        WrongUsage: `on` is before a side.
        NotPossible: an amount is more than the open or the free amount; or one of these is zero.
    """
    entry = ledger.by_key[credit]
    currency = ledger.account.currency
    day = entry.on if on is None else on
    _check_sides(ledger, credit, [one.debit for one in wanted], on)
    free = ledger.spare(credit, day)
    if free <= 0:
        raise NotPossible(f"Nothing is left of {credit.id}.", hint=f"suptime payment show {credit.id}")
    at_pay = _at_pay(ledger, wanted, entry, day) if len(wanted) > 1 else {}
    exact = bool(at_pay) and sum(at_pay.values()) == free
    posting, after = Posting(), ledger
    for debit, amount in wanted:
        made_on = max(entry.on, ledger.by_key[debit].on) if on is None else on
        room, left = after.room(debit, made_on), after.spare(credit, made_on)
        if room <= 0:
            raise NotPossible(f"Nothing is open on {debit.id}.", hint=f"suptime invoice show {debit.id}")
        if amount is not None and amount > min(room, left):
            least, which = (room, "open on " + debit.id) if amount > room else (left, "left of " + credit.id)
            raise NotPossible(
                f"{show_amount(amount, currency)} is more than the {show_amount(least, currency)} {currency} "
                f"that are {which}."
            )
        taken = min(room, left, at_pay[debit] if exact else room) if amount is None else amount
        if taken > 0:
            row = Posting(allocations=(Allocation(credit, debit, made_on, taken),))
            row += _earned(after.plus(row), credit, debit, made_on)
            posting, after = posting + row, after.plus(row)
    return posting


def _check_sides(ledger: Ledger, credit: EntryKey, debits: Iterable[EntryKey], on: date | None) -> None:
    for key in (credit, *debits):
        void = ledger.void_of.get(key)
        if void is not None:
            raise NotPossible(f"{key.id} is void since {void.on}.")
        if on is not None and on < ledger.by_key[key].on:
            first = ledger.by_key[key].on
            raise WrongUsage(f"{on} is before {key.id} of {first}.", hint=f"Give {first} or a later day.")


def _at_pay(ledger: Ledger, wanted: Sequence[Wanted], credit: Entry, on: date) -> dict[EntryKey, Decimal]:
    """Return the amount that settles each debit with its discount, or nothing if an amount is given for one."""
    if any(one.amount is not None for one in wanted):
        return {}
    paid_on = credit.paid_on or credit.on
    return {one.debit: settling_amount(ledger, one.debit, paid_on, on) for one in wanted}


def settling_amount(ledger: Ledger, debit: EntryKey, paid_on: date, t: date) -> Decimal:
    """Return the least payment on a day that closes a debit: the open amount, less a discount in time."""
    entry = ledger.by_key[debit]
    t = max(t, entry.on)
    open_ = ledger.rest(debit, t)
    for offer in entry.offers:
        if paid_on <= offer.until and (claim := _claim(ledger, entry, offer, t)).discount > 0:
            return max(NONE, min(open_, claim.base - claim.in_time - claim.discount))
    return open_


class _Claim(NamedTuple):
    """Base of a discount of an invoice at a day."""

    base: Decimal
    in_time: Decimal
    discount: Decimal


def _claim(ledger: Ledger, invoice: Entry, offer: Offer, t: date) -> _Claim:
    """Return the base of a discount, the payments in time since the issue, and the discount of the base (F21)."""
    rows = ledger.allocations_of(invoice.key, t)
    base = invoice.amount
    in_time = NONE
    for one in rows:
        credit = ledger.by_key[one.credit]
        if one.cause is Cause.ISSUE or one.credit.kind is EntryKind.CREDIT_NOTE:
            base -= one.amount
        elif one.credit.kind is EntryKind.PAYMENT and (credit.paid_on or credit.on) <= offer.until:
            in_time += one.amount
    return _Claim(base, in_time, rounded(max(NONE, base) * offer.percent / 100, ledger.account.currency))


def _earned(ledger: Ledger, credit: EntryKey, debit: EntryKey, on: date) -> Posting:
    """Return the discount that a payment, just allocated, earns: it closes the rest (F21)."""
    invoice, payment = ledger.by_key[debit], ledger.by_key[credit]
    if credit.kind is not EntryKind.PAYMENT:
        return Posting()
    for offer in invoice.offers:
        if (payment.paid_on or payment.on) > offer.until:
            continue
        claim = _claim(ledger, invoice, offer, on)
        rest = min(claim.discount, ledger.room(debit, on))
        if rest > 0 and claim.in_time + claim.discount >= claim.base:
            parts = [
                key.part for key in ledger.by_key if (key.kind, key.id) == (EntryKind.DISCOUNT, credit.id)
            ]
            key = EntryKey(EntryKind.DISCOUNT, credit.id, max(parts, default=0) + 1)
            entry = Entry(key=key, account=ledger.account, on=on, amount=rest, invoice=debit.id)
            return Posting((entry,), (Allocation(key, debit, on, rest),))
    return Posting()


def _lost(ledger: Ledger, debit: EntryKey, on: date, reason: str) -> Posting:
    """Return the voids of discounts of an invoice that payments in time no longer justify."""
    posting = Posting()
    invoice = ledger.by_key[debit]
    for key in ledger.credits():
        entry = ledger.by_key[key]
        if key.kind is not EntryKind.DISCOUNT or entry.invoice != debit.id or key in ledger.void_of:
            continue
        t = max(on, entry.on)
        claims = [_claim(ledger, invoice, offer, t) for offer in invoice.offers]
        if not any(one.in_time + one.discount >= one.base for one in claims):
            posting += _cancel(ledger, key, t, reason)
    return posting


def discount_of(ledger: Ledger, payment: EntryKey, t: date = date.max) -> Decimal:
    """Return the discounts that a payment has earned at a day."""
    own = [key for key in ledger.by_key if (key.kind, key.id) == (EntryKind.DISCOUNT, payment.id)]
    return sum((ledger.amount(key, t) for key in own), NONE)


def release(
    ledger: Ledger, credit: EntryKey, debits: Sequence[EntryKey] | None = None, *, on: date, reason: str = ""
) -> Posting:
    """Return the release of a payment or credit note from debits, or from all of them.

    Discounts that it earned there are void. A whole credit note of such an invoice is allocated again.

    Raises:
        WrongUsage: `on` is before an allocation that it releases.
        NotPossible: nothing is allocated there, or a whole credit note would leave its own invoice.
    """
    pairs = _in_force(ledger, credit)
    entry = ledger.by_key[credit]
    own = EntryKey(EntryKind.INVOICE, entry.invoice) if entry.is_whole else None
    there = dict.fromkeys(debit for debit, _ in pairs)
    stays = {EntryKind.REFUND, EntryKind.FORFEITURE}
    chosen = (
        [*dict.fromkeys(debits)]
        if debits is not None
        else [one for one in there if one.kind not in stays and one != own]
    )
    for debit in chosen:
        if debit not in there:
            raise NotPossible(f"Nothing of {credit.id} is allocated to {debit.id}.")
        if debit.kind is EntryKind.REFUND:
            raise NotPossible(
                f"{credit.id} was paid back by the refund {debit.id}.",
                hint=f"suptime payment void {debit.id}",
            )
        if debit == own:
            raise NotPossible(f"{credit.id} reverses {debit.id}, so it stays allocated to it.")
    if not chosen:
        raise NotPossible(f"Nothing of {credit.id} is allocated.", hint=f"suptime payment show {credit.id}")
    return _released(ledger, [(credit, debit) for debit in chosen], on, reason)


def _in_force(
    ledger: Ledger, key: EntryKey, t: date = date.max
) -> dict[tuple[EntryKey, int | None], Decimal]:
    """Return the allocations between an entry and others at a day, by the other side and deposit."""
    sums: dict[tuple[EntryKey, int | None], Decimal] = defaultdict(Decimal)
    for one in ledger.allocations_of(key, t):
        sums[one.debit if key.is_credit else one.credit, one.purchase] += one.amount
    return {pair: amount for pair, amount in sums.items() if amount}


def _released(ledger: Ledger, pairs: Iterable[tuple[EntryKey, EntryKey]], on: date, reason: str) -> Posting:
    """Return the release of all that is allocated between pairs of credit and debit, and what follows from it."""
    posting, after = Posting(), ledger
    debits = []
    for credit, debit in pairs:
        rows = [one for one in ledger.allocations_of(credit) if one.debit == debit]
        if on < (last := max(one.on for one in rows)):
            raise WrongUsage(
                f"{on} is before {last}, when {credit.id} was allocated to {debit.id}.",
                hint=f"Give {last} or a later day.",
            )
        for (other, purchase), amount in _in_force(ledger, credit).items():
            if other == debit:
                row = Posting(allocations=(Allocation(credit, debit, on, -amount, purchase=purchase),))
                posting, after = posting + row, after.plus(row)
        debits.append(debit)
        if ledger.by_key[credit].is_whole and ledger.by_key[credit].invoice != debit.id:
            # It is free again, and its own invoice may be open by now.
            debits.append(EntryKey(EntryKind.INVOICE, ledger.by_key[credit].invoice))
    for debit in dict.fromkeys(debits):
        row = _lost(after, debit, on, reason)
        posting, after = posting + row, after.plus(row)
        note = reversal_of(after, debit.id)
        if note is not None:
            row = _take(after, note.key, debit, max(on, note.on))
            posting, after = posting + row, after.plus(row)
    return posting


def _cancel(ledger: Ledger, key: EntryKey, on: date, reason: str) -> Posting:
    """Return the void of a discount or a write-off with its release, or nothing if it is void already."""
    if key in ledger.void_of:
        return Posting()
    rows = [
        Allocation(key, debit, on, -amount, purchase=purchase)
        for (debit, purchase), amount in _in_force(ledger, key).items()
    ]
    return Posting(allocations=tuple(rows), voids=(Void(key, on, reason),))


def void(ledger: Ledger, key: EntryKey, *, on: date, reason: str = "") -> Posting:
    """Return the void of a payment, refund, write-off or late charge, after the release of its allocations.

    Raises:
        WrongUsage: `on` is before the entry, or before one of its allocations or releases.
        NotPossible: it is void already, was paid back, or is voided by something else.
    """
    entry = ledger.by_key[key]
    if key in ledger.void_of:
        raise NotPossible(f"{key.id} is void since {ledger.void_of[key].on}.")
    if key.kind in {EntryKind.INVOICE, EntryKind.CREDIT_NOTE}:
        raise NotPossible(f"{key.id} is a document.", hint=f"suptime invoice credit {key.id}")
    if key.kind in {EntryKind.DRAW, EntryKind.FORFEITURE, EntryKind.DISCOUNT}:
        raise NotPossible(f"This {key.kind} of {key.id} cannot be voided by itself.")
    if on < entry.on:
        raise WrongUsage(f"{on} is before {key.id} of {entry.on}.", hint=f"Give {entry.on} or a later day.")
    others = list(dict.fromkeys(other for other, _ in _in_force(ledger, key)))
    for other in others:
        if key.kind is EntryKind.PAYMENT and other.kind is EntryKind.REFUND:
            raise NotPossible(
                f"{key.id} was paid back by the refund {other.id}.", hint=f"suptime payment void {other.id}"
            )
        if key.kind is EntryKind.PAYMENT and other.kind is EntryKind.FORFEITURE:
            raise NotPossible(f"A part of {key.id} expired with {other.id}.")
    if on < (last := ledger.days_of(key)[-1]):
        raise WrongUsage(
            f"{on} is before {last}, when {key.id} was used last.", hint=f"Give {last} or a later day."
        )
    pairs = [(key, other) if key.is_credit else (other, key) for other in others]
    return _released(ledger, pairs, on, reason) + Posting(voids=(Void(key, on, reason),))


def refund(ledger: Ledger, entry: Entry, sources: Sequence[EntryKey] = ()) -> Posting:
    """Return a refund, taken from free credit: from `sources`, or else from the oldest first.

    Raises:
        WrongUsage: the refund is before one of its sources.
        NotPossible: there is less free credit.
    """
    for key in sources:
        _check_sides(ledger, key, (), entry.on)
    rows, left = [], entry.amount
    for key in sources or _oldest_credits(ledger, entry.on):
        taken = min(left, ledger.spare(key, entry.on))
        if taken > 0:
            rows.append(Allocation(key, entry.key, entry.on, taken))
            left -= taken
    if left:
        currency = ledger.account.currency
        there = f"{show_amount(entry.amount - left, currency)} {currency}"
        of = " of " + ", ".join(key.id for key in sources) if sources else ""
        raise NotPossible(
            f"{show_amount(entry.amount, currency)} is more than the {there} that are on account{of}.",
            hint=f"suptime report statement --client {ledger.account.client}",
        )
    return Posting((entry,), tuple(rows))


def write_off(ledger: Ledger, entry: Entry) -> Posting:
    """Return the write-off of a bad debt of the invoice `entry.invoice` (F13).

    Raises:
        WrongUsage: it is before the invoice.
        NotPossible: it is more than is open.
    """
    debit = EntryKey(EntryKind.INVOICE, entry.invoice)
    _check_sides(ledger, debit, (), entry.on)
    room, currency = ledger.room(debit, entry.on), ledger.account.currency
    if entry.amount > room or room <= 0:
        shown = f"{show_amount(room, currency)} {currency}"
        raise NotPossible(
            f"{show_amount(entry.amount, currency)} is more than the {shown} that are open on {entry.invoice}."
        )
    return Posting((entry,), (Allocation(entry.key, debit, entry.on, entry.amount),))


def return_deposit(ledger: Ledger, payment: EntryKey, amount: Decimal, *, on: date) -> Posting:
    """Return the part of a deposit without a sale that becomes free credit of its payment (F17).

    Raises:
        Refused: it is more than the deposit holds.
    """
    held = ledger.held_from(payment, on)
    purchase = ledger.by_key[payment].purchase
    if purchase is None or amount > held:
        currency = ledger.account.currency
        raise Refused(
            f"{show_amount(amount, currency)} is more than the {show_amount(held, currency)} {currency} left."
        )
    return Posting(returns=(DepositReturn(purchase, payment, on, amount),))


def forfeit(ledger: Ledger, payment: EntryKey, *, on: date) -> Posting:
    """Return the forfeiture of what a deposit without a sale still holds, a debit that its payment pays."""
    amount, purchase = ledger.held_from(payment, on), ledger.by_key[payment].purchase
    if amount <= 0 or purchase is None:
        return Posting()
    entry = deposit_entry(ledger, EntryKind.FORFEITURE, purchase, on, amount)
    return Posting((entry,), (Allocation(payment, entry.key, on, amount, purchase=purchase),))


# Documents at a day


class Parts(NamedTuple):
    """An invoice at a day (F6): `due` as issued, the amounts that settled it, and the open amount."""

    due: Decimal
    paid: Decimal
    credited: Decimal
    discounted: Decimal
    written_off: Decimal
    open: Decimal


def parts_of(ledger: Ledger, number: str, t: date) -> Parts:
    """Return the amounts that settled an invoice by a day. Returns by a whole credit note reduce `credited`."""
    debit = EntryKey(EntryKind.INVOICE, number)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in ledger.allocations_of(debit, t):
        sums[_part(one)] += one.amount
    due = ledger.amount(debit, t) - sums["applied"]
    return Parts(
        due, sums["paid"], sums["credited"], sums["discounted"], sums["written_off"], ledger.rest(debit, t)
    )


def _part(row: Allocation) -> str:
    if row.cause is not Cause.OTHER:
        return "applied" if row.cause is Cause.ISSUE else "credited"
    kinds = {
        EntryKind.DISCOUNT: "discounted",
        EntryKind.WRITE_OFF: "written_off",
        EntryKind.CREDIT_NOTE: "credited",
    }
    return kinds.get(row.credit.kind, "paid")


def state_of(ledger: Ledger, key: EntryKey, t: date, *, today: date | None = None) -> str:
    """Return the state of a document at a day (F7); overdue at `today`, if that is another day."""
    if key.kind is EntryKind.CREDIT_NOTE:
        return "issued" if ledger.rest(key, t) > 0 else "settled"
    if reversal_of(ledger, key.id, t) is not None:
        return "credited"
    parts = parts_of(ledger, key.id, t)
    if parts.open <= 0:
        return "written-off" if parts.written_off > 0 else "paid"
    due_on = ledger.by_key[
        key
    ].due_on  # The 30 days of an invoice without a due day are for aging and reminders.
    if due_on is not None and (today or t) > due_on:
        return "overdue"
    return "part-paid" if parts.paid > 0 else "issued"


class TaxShare(NamedTuple):
    """Part of an amount for one rate of an invoice; `rate` is None for the part without tax."""

    rate: str | None
    treatment: str
    gross: Decimal
    tax: Decimal

    @property
    def net(self) -> Decimal:
        """The part without its tax."""
        return self.gross - self.tax


def tax_shares(amount: Decimal, totals: Mapping[str, Any], currency: str) -> tuple[TaxShare, ...]:
    """Return a gross amount distributed among the rates of an invoice by largest remainder (F13, F21).

    `totals` are those of the document. Of each share the tax is share x rate / (100 + rate).

    >>> taxes = [{"rate": "19", "treatment": "standard", "net": "100.00", "tax": "19.00"}]
    >>> [one.net for one in tax_shares(Decimal("2.38"), {"gross": "119.00", "taxes": taxes}, "EUR")]
    [Decimal('2.00')]
    """
    rows = [
        (row["rate"], row["treatment"], Decimal(row["net"]) + Decimal(row["tax"])) for row in totals["taxes"]
    ]
    rest = Decimal(totals["gross"]) - sum((gross for _, _, gross in rows), NONE)
    weights = [*rows, (None, "none", rest)] if rest else rows
    shares = shared(amount, [gross for _, _, gross in weights], currency)
    return tuple(
        TaxShare(rate, treatment, gross, _tax_within(gross, rate, currency))
        for (rate, treatment, _), gross in zip(weights, shares, strict=False)
    )


def shared(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Return an amount distributed in proportion to weights, by largest remainder; empty if they sum to 0.

    >>> [str(one) for one in shared(Decimal("1.00"), [Decimal(1)] * 3, "EUR")]
    ['0.34', '0.33', '0.33']
    """
    total = sum(weights, NONE)
    if not total:
        return []
    unit = Decimal(1).scaleb(-minor_digits(currency))
    exact = [amount * one / total for one in weights]
    shares = [one.quantize(unit, ROUND_FLOOR) for one in exact]
    missing = int((amount - sum(shares, NONE)) / unit)
    for at in sorted(range(len(exact)), key=lambda at: shares[at] - exact[at])[:missing]:
        shares[at] += unit
    return shares


def _tax_within(gross: Decimal, rate: str | None, currency: str) -> Decimal:
    percent = Decimal(rate or 0)
    return rounded(gross * percent / (100 + percent), currency)


# Statement and aging


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement: an entry, or its void with the sign turned. `used` are its allocations by then."""

    on: date
    kind: str
    entry: EntryKey
    amount: Decimal
    balance: Decimal
    used: tuple[tuple[EntryKey, Decimal], ...] = ()

    @property
    def debit(self) -> Decimal:
        """Its part of the debits."""
        return NONE if self.entry.is_credit else self.amount

    @property
    def credit(self) -> Decimal:
        """Its part of the credits."""
        return self.amount if self.entry.is_credit else NONE


@dataclass(frozen=True, slots=True)
class Statement:
    """An account over a period. `open_items` are the open debits at its end, by due day."""

    account: Account
    first: date
    last: date
    opening: Decimal
    closing: Decimal
    lines: tuple[StatementLine, ...]
    open_items: tuple["OpenItem", ...]
    aging: "Aging"

    @property
    def debits(self) -> Decimal:
        """The sum of the debits."""
        return sum((line.debit for line in self.lines), NONE)

    @property
    def credits(self) -> Decimal:
        """The sum of the credits."""
        return sum((line.credit for line in self.lines), NONE)


class OpenItem(NamedTuple):
    """A debit with an open amount at a day."""

    key: EntryKey
    on: date
    due_on: date
    open: Decimal
    days_overdue: int


def open_items(ledger: Ledger, t: date) -> tuple[OpenItem, ...]:
    """Return the open items at a day, by due day, then by number."""
    return tuple(
        OpenItem(
            key,
            ledger.by_key[key].on,
            ledger.due_on(key),
            ledger.rest(key, t),
            max(0, (t - ledger.due_on(key)).days),
        )
        for key in oldest_debits(ledger, t)
    )


def statement(ledger: Ledger, first: date, last: date) -> Statement:
    """Return the statement of an account from a day through another: by day, then debits, then id."""
    moves = [
        (entry.on, entry.order[1:], str(entry.kind), entry.key, entry.amount) for entry in ledger.entries
    ]
    moves += [
        (one.on, ledger.by_key[one.entry].order[1:], "void", one.entry, -ledger.by_key[one.entry].amount)
        for one in ledger.voids
    ]
    moves.sort(key=lambda move: (move[0], move[1], move[2] == "void"))
    opening = balance = ledger.balance(first - timedelta(days=1))
    lines = []
    for on, _, kind, key, amount in moves:
        if not first <= on <= last:
            continue
        balance += -amount if key.is_credit else amount
        used = () if kind == "void" else tuple(_used(ledger, key, last))
        lines.append(StatementLine(on, kind, key, amount, balance, used))
    return Statement(
        ledger.account,
        first,
        last,
        opening,
        balance,
        tuple(lines),
        open_items(ledger, last),
        aging(ledger, last),
    )


def _used(ledger: Ledger, key: EntryKey, t: date) -> Iterator[tuple[EntryKey, Decimal]]:
    """Yield the other sides of an entry's allocations with their sums; released pairs are left out."""
    sums: dict[EntryKey, Decimal] = defaultdict(Decimal)
    for one in ledger.allocations_of(key, t):
        sums[one.debit if key.is_credit else one.credit] += one.amount
    yield from sorted(((other, amount) for other, amount in sums.items() if amount), key=_by_id)


def pairs_of(
    ledger: Ledger, key: EntryKey, t: date = date.max, *, since_issue: bool = False
) -> list[tuple[EntryKey, date, Decimal]]:
    """Return the allocations of an entry at a day: the other side, the last day, and the sum.

    Released pairs are left out; with `since_issue`, so are payments of an invoice at its issue: the release of such a
    payment is a pair with a negative sum.
    """
    sums: dict[EntryKey, Decimal] = defaultdict(Decimal)
    days: dict[EntryKey, date] = {}
    for one in sorted(ledger.allocations_of(key, t), key=lambda row: row.on):
        if since_issue and one.cause is not Cause.OTHER:
            continue
        other = one.debit if key.is_credit else one.credit
        sums[other] += one.amount
        if one.amount > 0 or other not in days:
            days[other] = one.on
    found = [(other, days[other], amount) for other, amount in sums.items() if amount]
    return sorted(found, key=lambda pair: (pair[1], natural_order(pair[0].id), pair[0]))


def _by_id(item: tuple[EntryKey, Decimal]) -> tuple[object, ...]:
    return (natural_order(item[0].id), item[0])


BUCKETS = ("not_due", "days_1_30", "days_31_60", "days_61_90", "days_over_90")


@dataclass(frozen=True, slots=True)
class Aging:
    """Open debits by days past due, and credits (F27)."""

    buckets: Mapping[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BUCKETS, NONE))
    on_account: Decimal = NONE
    deposits: Decimal = NONE

    @property
    def balance(self) -> Decimal:
        """The balance of the account."""
        return sum(self.buckets.values(), NONE) - self.on_account - self.deposits

    @property
    def is_empty(self) -> bool:
        """Whether there are no open debits and no free credits."""
        return not any(self.buckets.values()) and not self.on_account and not self.deposits

    def __add__(self, other: "Aging") -> "Aging":
        buckets = {name: self.buckets[name] + other.buckets[name] for name in BUCKETS}
        return Aging(buckets, self.on_account + other.on_account, self.deposits + other.deposits)


def bucket_of(days_overdue: int) -> str:
    """Return the bucket of a debit by its days past the due day.

    >>> [bucket_of(days) for days in (0, 1, 30, 31, 90, 91)]
    ['not_due', 'days_1_30', 'days_1_30', 'days_31_60', 'days_61_90', 'days_over_90']
    """
    return BUCKETS[min((days_overdue + 29) // 30, 4)]


def aging(ledger: Ledger, t: date) -> Aging:
    """Return the open debits at a day by days past due, and the credits."""
    buckets = dict.fromkeys(BUCKETS, NONE)
    for item in open_items(ledger, t):
        buckets[bucket_of(item.days_overdue)] += item.open
    return Aging(buckets, ledger.on_account(t), ledger.deposits(t))


def total_of(agings: Iterable[Aging]) -> Aging:
    """Return the sum of agings in one currency."""
    total = Aging()
    for one in agings:
        total += one
    return total
