"""Laws of the receivables ledger (finance.md, 10), over random lives of one account.

A life is a list of commands on days that only go forward; whatever is not a document may be dated back. A
command that the core refuses changes nothing. Sums are made here from the rows alone, not by the code under test.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from account_books import Books
from hypothesis import given, settings
from hypothesis import strategies as st

from suptime.domain.ledger import Cause, EntryKey, EntryKind, Hold
from suptime.errors import SuptimeError
from suptime.invoicing.receivables import (
    BUCKETS,
    Ledger,
    Posting,
    Wanted,
    aging,
    allocate,
    forfeit,
    open_items,
    parts_of,
    refund,
    release,
    return_deposit,
    settling_amount,
    state_of,
    statement,
    void,
    write_off,
)
from suptime.invoicing.reminders import ReminderPolicy, letter

START = date(2026, 1, 1)
POLICY = ReminderPolicy(
    [1, 3, 6], interval=3, fees={"EUR": [Decimal(0), Decimal("5.00"), Decimal("7.50")]}, interest=Decimal(60)
)
TERMS = [None, "0d", "1d", "8d, 2% 3d", "8d, 2% 7d", "eom", "20d, 5% 4d, 3% 8d"]

AMOUNTS = st.one_of(
    st.sampled_from(["100.00", "50.00", "98.00", "95.00"]),
    st.integers(1, 20000).map(lambda n: f"{n / 100:.2f}"),
)
PICKS = st.integers(0, 7)
BACK = st.integers(0, 6)

COMMANDS = {
    "invoice": st.tuples(AMOUNTS, st.sampled_from(TERMS), st.booleans(), st.booleans()),
    "pay": st.tuples(AMOUNTS, st.lists(PICKS, max_size=3), BACK),
    "settle": st.tuples(PICKS, BACK),
    "unassigned": st.tuples(AMOUNTS, BACK, st.integers(0, 3)),
    "deposit": st.tuples(AMOUNTS),
    "return": st.tuples(PICKS, AMOUNTS),
    "forfeit": st.tuples(PICKS),
    "reduce": st.tuples(PICKS, AMOUNTS),
    "reverse": st.tuples(PICKS),
    "allocate": st.tuples(PICKS, st.lists(PICKS, min_size=1, max_size=3), BACK),
    "release": st.tuples(PICKS, BACK),
    "refund": st.tuples(AMOUNTS, BACK),
    "void": st.tuples(PICKS, BACK),
    "write-off": st.tuples(PICKS, BACK),
    "hold": st.tuples(PICKS, st.booleans()),
    "remind": st.tuples(),
}
"""The commands of a life, with what each is given."""

OFTEN = (
    "invoice invoice settle settle pay allocate refund release remind remind deposit return void void".split()
)


@st.composite
def steps(draw):
    """A command, and how many days after the one before."""
    what = draw(st.sampled_from([*COMMANDS, *OFTEN]))
    return draw(st.sampled_from([0, 0, 1, 1, 2, 4, 9])), what, draw(COMMANDS[what])


class Life(Books):
    """An account with what happened to it until `today`."""

    def __init__(self):
        super().__init__()
        self.today, self.count, self.reminders, self.holds, self.reversed = START, 0, [], [], []
        self.done = []

    def next(self, letter_):
        self.count += 1
        return f"{letter_}{self.count}"

    def of(self, *kinds):
        return [one.key for one in self.ledger.entries if one.kind in kinds]

    def pick(self, number, *kinds, free=False):
        """An entry that is not void; if `free`, rather one with something open or left."""
        found = [one for one in self.of(*kinds) if one not in self.ledger.void_of]
        found = [one for one in found if free and self.ledger.rest(one, self.today) > 0] or found
        return found[number % len(found)] if found else None

    def back(self, days):
        return max(START, self.today - timedelta(days=days))

    def step(self, later, what, how):
        self.today += timedelta(days=later)
        try:
            getattr(self, "do_" + what.replace("-", "_"))(*how)
        except SuptimeError:
            return False
        self.done.append((later, what, how))
        return True

    def __repr__(self):
        return f"<life of {self.done}>"

    def do_invoice(self, amount, terms, keep, with_deposits):
        deposits = (
            [one.key for one in self.ledger.entries if one.purchase is not None] if with_deposits else []
        )
        self.invoice(self.next("I"), self.today, amount, terms=terms, keep=keep, deposits=deposits)

    def debits(self, picks):
        found = [self.pick(pick, EntryKind.INVOICE, EntryKind.LATE_CHARGE, free=True) for pick in picks]
        return list(dict.fromkeys(one for one in found if one is not None))

    def do_pay(self, amount, picks, back):
        self.pay(self.next("M"), self.back(back), amount, *self.debits(picks))

    def do_settle(self, pick, back):
        """Pay what is open, or what is open less the discount."""
        debits = self.debits([pick])
        amount = settling_amount(self.ledger, debits[0], self.back(back), self.today) if debits else 0
        if amount > 0:
            self.pay(self.next("M"), self.back(back), amount, *debits)

    def do_unassigned(self, amount, back, later):
        came = self.back(back)
        on = min(self.today, came + timedelta(days=later))
        self.pay(self.next("M"), on, amount, *self.debits([0, 1]), paid_on=came)

    def do_deposit(self, amount):
        self.pay(self.next("M"), self.today, amount, purchase=self.count)

    def deposits(self):
        return [one.key for one in self.ledger.entries if one.purchase is not None]

    def do_return(self, pick, amount):
        if deposits := self.deposits():
            payment = deposits[pick % len(deposits)]
            amount = min(Decimal(amount), self.ledger.held(payment, self.today)) or Decimal(amount)
            self.add(return_deposit(self.ledger, payment, amount, on=self.today))

    def do_forfeit(self, pick):
        if deposits := self.deposits():
            self.add(forfeit(self.ledger, deposits[pick % len(deposits)], on=self.today))

    def do_reduce(self, pick, amount):
        invoice = self.pick(pick, EntryKind.INVOICE)
        if invoice is None or any(one.is_whole and one.invoice == invoice.id for one in self.ledger.entries):
            return
        left = self.ledger.by_key[invoice].amount - self.reduced(invoice.id)
        if left > 0:
            self.reduce(self.next("C"), self.today, min(Decimal(amount), left), invoice.id)

    def reduced(self, number):
        notes = (one for one in self.ledger.entries if one.kind is EntryKind.CREDIT_NOTE)
        return sum(one.amount for one in notes if one.invoice == number and not one.is_whole)

    def do_reverse(self, pick):
        invoice = self.pick(pick, EntryKind.INVOICE)
        if invoice is not None:
            applied = {one.credit for one in self.ledger.allocations_of(invoice) if one.cause is Cause.ISSUE}
            self.reverse(self.next("C"), self.today, invoice.id)
            for credit in applied:
                rows = [one for one in self.ledger.allocations_of(invoice) if one.credit == credit]
                later = sum(one.amount for one in rows if one.cause is Cause.OTHER and one.amount > 0)
                assert sum(one.amount for one in rows) <= later
            assert self.ledger.rest(invoice, self.today) == 0
            self.reversed.append(invoice)

    def do_allocate(self, pick, picks, back):
        credit = self.pick(pick, EntryKind.PAYMENT, EntryKind.CREDIT_NOTE, free=True)
        if (debits := self.debits(picks)) and credit is not None:
            self.allocate(credit, self.back(back), *debits)

    def do_release(self, pick, back):
        credit = self.pick(pick, EntryKind.PAYMENT, EntryKind.CREDIT_NOTE)
        if credit is not None:
            self.release(credit, self.back(back))

    def do_refund(self, amount, back):
        amount = min(Decimal(amount), self.ledger.on_account(self.today)) or amount
        self.refund(self.next("F"), self.back(back), amount)

    def do_void(self, pick, back):
        kinds = (EntryKind.PAYMENT, EntryKind.REFUND, EntryKind.WRITE_OFF, EntryKind.LATE_CHARGE)
        if (entry := self.pick(pick, *kinds)) is not None:
            self.void(entry, self.back(back))

    def do_write_off(self, pick, back):
        invoice = self.pick(pick, EntryKind.INVOICE, free=True)
        open_ = self.ledger.rest(invoice, self.today) if invoice else 0
        if open_ > 0:
            self.write_off(self.next("W"), self.back(back), open_, invoice.id)

    def do_hold(self, pick, is_off):
        if (invoice := self.pick(pick, EntryKind.INVOICE)) is not None:
            self.holds.append(Hold(invoice.id, self.today, is_off=is_off))

    def letter(self, t, ledger=None, reminders=None):
        ledger = self.ledger if ledger is None else ledger
        reminders = self.reminders if reminders is None else reminders
        return letter(ledger, POLICY, t, reminders=reminders, holds=self.holds)

    def do_remind(self):
        made = self.letter(self.today)
        if made is not None:
            self.count += 1
            reminder = made.numbered(self.count)
            self.reminders.append(reminder)
            if reminder.entry is not None:
                self.add(Posting((reminder.entry,)))

    @property
    def days(self):
        return [START + timedelta(days=n) for n in range(-1, (self.today - START).days + 2)]


@st.composite
def lives(draw, most=25):
    life = Life()
    # A life without an invoice says little.
    life.step(0, "invoice", draw(COMMANDS["invoice"]))
    for step in draw(st.lists(steps(), min_size=4, max_size=most)):
        life.step(*step)
    return life


# Sums from the rows alone


def debit_of(one):
    return one.kind not in {"credit-note", "payment", "discount", "write-off", "draw"}


def amount_at(ledger, entry, t):
    is_void = any(one.entry == entry.key and one.on <= t for one in ledger.voids)
    return entry.amount if entry.on <= t and not is_void else Decimal(0)


def rest_at(ledger, entry, t):
    rows = [one for one in ledger.allocations if one.on <= t and entry.key in {one.credit, one.debit}]
    return amount_at(ledger, entry, t) - sum(one.amount for one in rows)


def held_at(ledger, entry, t):
    if entry.purchase is None or not amount_at(ledger, entry, t):
        return Decimal(0)
    drawn = (
        one.amount for one in ledger.allocations if one.credit == entry.key and one.purchase and one.on <= t
    )
    returned = (one.amount for one in ledger.returns if one.payment == entry.key and one.on <= t)
    return entry.amount - sum(drawn) - sum(returned)


def overdrawn(ledger):
    """The entries and days on which more is used than there is."""
    days = {one.on for one in (*ledger.entries, *ledger.allocations, *ledger.voids, *ledger.returns)}
    return [
        (entry.id, t)
        for entry in ledger.entries
        for t in days
        if not 0 <= rest_at(ledger, entry, t) <= amount_at(ledger, entry, t)
        or (not debit_of(entry) and not 0 <= held_at(ledger, entry, t) <= rest_at(ledger, entry, t))
    ]


def sums(ledger, t):
    debits = sum(amount_at(ledger, one, t) for one in ledger.entries if debit_of(one))
    credits_ = sum(amount_at(ledger, one, t) for one in ledger.entries if not debit_of(one))
    open_ = sum(rest_at(ledger, one, t) for one in ledger.entries if debit_of(one))
    left = sum(rest_at(ledger, one, t) for one in ledger.entries if not debit_of(one))
    return debits, credits_, open_, left


def view(ledger, t):
    """All that can be asked of a ledger at a day."""
    documents = [one.key for one in ledger.entries if one.kind in {"invoice", "credit-note"} and one.on <= t]
    made = statement(ledger, START, t)
    return (
        [(line.on, line.kind, line.entry, line.amount, line.balance, line.used) for line in made.lines],
        (made.opening, made.closing, made.open_items, made.aging),
        {one: state_of(ledger, one, t) for one in sorted(documents)},
        {one: parts_of(ledger, one.id, t) for one in sorted(documents) if one.kind == "invoice"},
    )


def numbers(ledger, t, keys):
    """The balance, and what is open or left of some entries."""
    return (
        ledger.balance(t),
        {one: ledger.rest(one, t) for one in keys},
        ledger.deposits(t),
        ledger.on_account(t),
    )


@given(lives())
def test_law_1_one_balance(life):
    for t in life.days:
        debits, credits_, open_, left = sums(life.ledger, t)
        made = aging(life.ledger, t)
        buckets = sum(made.buckets[name] for name in BUCKETS)
        assert debits - credits_ == open_ - left
        assert debits - credits_ == life.ledger.balance(t)
        assert debits - credits_ == statement(life.ledger, START, t).closing
        assert debits - credits_ == buckets - made.on_account - made.deposits == made.balance
        assert buckets == open_
        assert made.on_account + made.deposits == left
        assert made.deposits == sum(
            held_at(life.ledger, one, t) for one in life.ledger.entries if not debit_of(one)
        )
        assert sum(item.open for item in open_items(life.ledger, t)) == open_


@given(lives(), st.integers(0, 30), st.integers(0, 30))
def test_law_3_statements_join(life, first, length):
    first = START + timedelta(days=first)
    last = first + timedelta(days=length)
    made = statement(life.ledger, first, last)
    assert made.opening + made.debits - made.credits == made.closing
    assert made.opening == statement(life.ledger, START, first - timedelta(days=1)).closing
    assert made.closing == statement(life.ledger, last + timedelta(days=1), last + timedelta(days=9)).opening
    assert made.closing == (made.lines[-1].balance if made.lines else made.opening)
    moves = [(debit_of(one), one.amount, one.on) for one in life.ledger.entries]
    by_key = {one.key: one for one in life.ledger.entries}
    moves += [(debit_of(by_key[one.entry]), -by_key[one.entry].amount, one.on) for one in life.ledger.voids]
    inside = [(is_debit, amount) for is_debit, amount, on in moves if first <= on <= last]
    assert made.debits == sum(amount for is_debit, amount in inside if is_debit)
    assert made.credits == sum(amount for is_debit, amount in inside if not is_debit)


@given(lives())
def test_law_4_nothing_is_overdrawn(life):
    for t in life.days:
        for entry in life.ledger.entries:
            assert 0 <= rest_at(life.ledger, entry, t) <= amount_at(life.ledger, entry, t)
            assert life.ledger.rest(entry.key, t) == rest_at(life.ledger, entry, t)
    assert overdrawn(life.ledger) == []


@given(lives(most=14), AMOUNTS, st.data())
def test_law_4_whatever_is_dated_back(life, amount, data):
    """A command on any past day is refused, or overdraws no day."""
    on = data.draw(st.sampled_from(life.days[1:]), label="on")
    for entry in life.ledger.entries:
        debit = life.pick(0, EntryKind.INVOICE, free=True)
        for command in (
            lambda entry=entry: void(life.ledger, entry.key, on=on),
            lambda entry=entry: release(life.ledger, entry.key, on=on),
            lambda entry=entry, debit=debit: allocate(life.ledger, entry.key, [Wanted(debit)], on),
            lambda entry=entry: return_deposit(
                life.ledger, entry.key, min(entry.amount, Decimal(amount)), on=on
            ),
            lambda entry=entry: refund(life.ledger, life.entry("F999", on, amount), [entry.key]),
        ):
            if not entry.key.is_credit and command.__code__.co_names[0] != "void":
                continue
            try:
                posting = command()
            except SuptimeError:
                continue
            assert overdrawn(life.ledger.plus(posting)) == []


@given(lives())
def test_law_5_parts_of_an_invoice(life):
    for invoice in life.of(EntryKind.INVOICE):
        entry = life.ledger.by_key[invoice]
        rows = [one for one in life.ledger.allocations if one.debit == invoice]
        due = entry.amount - sum(one.amount for one in rows if one.cause == "issue")
        for t in life.days:
            if t < entry.on:
                continue
            made = parts_of(life.ledger, invoice.id, t)
            assert made.due == due
            assert made.due - made.paid - made.credited - made.discounted - made.written_off == made.open
            assert made.open == rest_at(life.ledger, entry, t)
            assert made.discounted >= 0
            assert made.written_off >= 0


@st.composite
def reversals(draw):
    """A life, then an invoice that credit pays in part at its issue, and what becomes of it until it is reversed."""
    life = draw(lives(most=8))
    life.step(1, "deposit", (draw(AMOUNTS),))
    life.step(0, "pay", (draw(AMOUNTS), [], 0))
    life.step(
        1, "invoice", ("400.00", draw(st.sampled_from(TERMS)), draw(st.booleans()), draw(st.booleans()))
    )
    invoice = life.of(EntryKind.INVOICE)[-1]
    own = life.of(EntryKind.INVOICE, EntryKind.LATE_CHARGE).index(invoice)
    for _ in range(draw(st.integers(0, 6))):
        what = draw(st.sampled_from(["reduce", "pay", "settle", "release", "refund", "write-off", "void"]))
        how = draw(COMMANDS[what])
        if what in {"pay", "settle"}:
            how = (how[0], [own], 0) if what == "pay" else (own, 0)
        life.step(
            draw(st.integers(0, 3)),
            what,
            (len(life.of(EntryKind.INVOICE)) - 1, how[1]) if what == "reduce" else how,
        )
    return life, invoice


@given(reversals())
def test_law_5_what_was_paid_stays(made):
    """A whole credit note takes what it sends back from `credited`, never from `paid`."""
    life, reversed_ = made
    life.step(0, "reverse", (life.of(EntryKind.INVOICE).index(reversed_),))
    for invoice in life.of(EntryKind.INVOICE):
        paid = [
            one.amount
            for one in life.ledger.allocations
            if one.debit == invoice and one.credit.kind == "payment" and one.cause == "other"
        ]
        assert parts_of(life.ledger, invoice.id, life.today).paid == sum(paid)


@given(reversals())
def test_law_6_a_reversed_invoice_is_closed(made):
    life, invoice = made
    before, t = life.ledger, life.today
    gross = before.by_key[invoice].amount
    notes = [one for one in before.entries if one.kind == "credit-note" and one.invoice == invoice.id]
    at_issue = sum(one.amount for one in before.allocations if one.debit == invoice and one.cause == "issue")
    paid = parts_of(before, invoice.id, t).paid
    if not life.step(0, "reverse", (life.of(EntryKind.INVOICE).index(invoice),)):
        # Only where a reduction was used for something else, and nothing else is there.
        assert sum(before.rest(one.key, t) for one in notes) + before.on_account(t) < gross
        assert any(before.rest(one.key, t) < one.amount for one in notes)
        return
    note = next(one for one in life.ledger.entries if one.is_whole and one.invoice == invoice.id)
    assert note.amount + sum(one.amount for one in notes) == gross
    parts = parts_of(life.ledger, invoice.id, t)
    assert (parts.open, parts.paid, parts.discounted, parts.written_off) == (0, paid, 0, 0)
    assert parts.due == gross - at_issue
    assert state_of(life.ledger, invoice, t) == "credited"
    gone = sum(before.by_key[one.entry].amount for one in life.ledger.voids[len(before.voids) :])
    assert life.ledger.balance(t) == before.balance(t) - note.amount + gone
    # A payment that bounces later leaves nothing open, as long as the credit note has something left.
    for payment in {
        one.credit for one in life.ledger.allocations_of(invoice) if one.credit.kind == "payment"
    }:
        try:
            after = life.ledger.plus(void(life.ledger, payment, on=t))
        except SuptimeError:
            continue
        assert not after.rest(invoice, t) or not after.rest(note.key, t)


def test_law_6_a_refund_that_is_void_closes_a_reversed_invoice_again():
    """The credit note was paid back when its invoice's payment was released; then the refund is void."""
    life = Life()
    for what, how in [
        ("invoice", ("100.00", "", False, False)),
        ("pay", ("100.00", [0], 0)),
        ("reverse", (0,)),
        ("refund", ("100.00", 0)),
        ("release", (0, 0)),
        ("void", (1, 0)),
    ]:
        assert life.step(0, what, how), what
    (invoice,) = life.of(EntryKind.INVOICE)
    (note,) = life.of(EntryKind.CREDIT_NOTE)
    (payment,) = life.of(EntryKind.PAYMENT)
    rest = [life.ledger.rest(one, life.today) for one in (invoice, note, payment)]
    assert rest == [0, 0, 100]


def test_law_6_a_release_before_the_credit_note_closes_a_reversed_invoice_on_its_day():
    """The payment is released from a day on which the invoice was not reversed yet."""
    life = Life()
    for later, what, how in [
        (0, "invoice", ("100.00", "", False, False)),
        (0, "pay", ("100.00", [0], 0)),
        (1, "reverse", (0,)),
        (0, "release", (0, 1)),
    ]:
        assert life.step(later, what, how), what
    (invoice,) = life.of(EntryKind.INVOICE)
    (note,) = life.of(EntryKind.CREDIT_NOTE)
    open_on = [life.ledger.rest(invoice, life.back(days)) for days in (1, 0)]
    assert (open_on, life.ledger.rest(note, life.today)) == ([100, 0], 0)


def reversible(life, how, amount, picks, back):
    """The keys, and the ledger with a new entry of one kind; None if it is refused."""
    on = life.back(back)
    try:
        if how in {"pay", "settle"}:
            if how == "settle" and (debits := life.debits(picks)):
                picks, amount = picks[:1], settling_amount(life.ledger, debits[0], on, life.today) or amount
            entry = life.entry("M999", on, amount)
            posting = Posting((entry,))
            if debits := life.debits(picks):
                wanted = [Wanted(one) for one in debits]
                posting += allocate(life.ledger.plus(posting), entry.key, wanted)
        elif how == "refund":
            posting = refund(life.ledger, life.entry("F999", on, amount))
        elif how == "write-off":
            invoice = life.pick(picks[0] if picks else 0, EntryKind.INVOICE)
            open_ = life.ledger.room(invoice, on)
            posting = write_off(life.ledger, life.entry("W999", on, open_ or 1, invoice=invoice.id))
        else:
            posting = Posting((life.entry("R999", on, amount, due_on=on),))
    except SuptimeError:
        return None
    return posting.entries[0].key, life.ledger.plus(posting)


HOWS = st.sampled_from(["pay", "settle", "settle", "refund", "write-off", "late-charge"])


@given(lives(), HOWS, AMOUNTS, st.lists(PICKS, max_size=2), BACK, st.integers(0, 9))
def test_law_9_void_undoes(life, how, amount, picks, back, later):
    made = reversible(life, how, amount, picks, back)
    if made is None:
        return
    entry, after = made
    on = life.today + timedelta(days=later)
    voided = after.plus(void(after, entry, on=on))
    keys = [one.key for one in life.ledger.entries]
    for t in [*life.days, *(on + timedelta(days=n) for n in range(-1, 3))]:
        if t >= on:
            assert numbers(voided, t, keys) == numbers(life.ledger, t, keys)
            assert voided.rest(entry, t) == 0
        else:
            assert view(voided, t) == view(after, t)
        if t < after.by_key[entry].on:
            assert view(after, t) == view(life.ledger, t)
    with pytest.raises(SuptimeError):
        void(voided, entry, on=on)


@given(lives(), PICKS, st.lists(PICKS, min_size=1, max_size=3), BACK, st.integers(0, 9))
def test_law_9_release_undoes(life, pick, picks, back, later):
    credit, debits = life.pick(pick, EntryKind.PAYMENT, EntryKind.CREDIT_NOTE), life.debits(picks)
    if credit is None or not debits:
        return
    pairs = {(one.credit, one.debit) for one in life.ledger.allocations}
    if any((credit, debit) in pairs for debit in debits):
        return
    on = life.today + timedelta(days=later)
    try:
        after = life.ledger.plus(
            allocate(life.ledger, credit, [Wanted(one) for one in debits], life.back(back))
        )
    except SuptimeError:
        return
    used = [
        one for one in debits if any((row.credit, row.debit) == (credit, one) for row in after.allocations)
    ]
    released = after.plus(release(after, credit, used, on=on))
    keys = [one.key for one in life.ledger.entries]
    for t in [*life.days, on, on + timedelta(days=1)]:
        if t >= on:
            assert numbers(released, t, keys) == numbers(life.ledger, t, keys)
        else:
            assert view(released, t) == view(after, t)
        if t < life.back(back):
            assert view(after, t) == view(life.ledger, t)


@pytest.mark.parametrize("back", ["release", "void"])
def test_law_9_a_discount_goes_with_its_payment(back):
    """Random lives seldom pay the exact amount in time."""
    books = Books()
    books.invoice("I1", START, "100.00", terms="8d, 2% 3d")
    before = books.ledger
    books.pay("M1", START, "98.00", "I1")
    assert books.rest("I1", START) == 0
    getattr(books, back)("M1", START + timedelta(days=1))
    for n in range(1, 4):
        t = START + timedelta(days=n)
        assert books.rest("I1", t) == before.rest(next(iter(before.by_key)), t) == Decimal("100.00")
        assert books.balance(t) == before.balance(t) - (98 if back == "release" else 0)


@given(lives(), st.randoms(use_true_random=False))
def test_law_10_the_order_of_rows_is_nothing(life, random):
    rows = [
        list(some)
        for some in (life.ledger.entries, life.ledger.allocations, life.ledger.voids, life.ledger.returns)
    ]
    for some in rows:
        random.shuffle(some)
    other = Ledger(life.account, *map(tuple, rows))
    reminders = list(life.reminders)
    random.shuffle(reminders)
    for t in life.days[::3]:
        assert view(other, t) == view(life.ledger, t)
        assert life.letter(t, other, reminders) == life.letter(t)


@given(lives())
def test_law_10_no_day_depends_on_later_ones(life):
    for t in life.days:
        past = life.ledger.through(t)
        assert view(past, t) == view(life.ledger, t)
        earlier = [one for one in life.reminders if one.on <= t]
        assert life.letter(t, past, earlier) == life.letter(t)


def test_law_10_interest_does_not_depend_on_a_later_void():
    """A charge that is void later counts on the days before: random lives seldom have three letters."""
    life = Life()
    life.step(0, "invoice", ("10000.00", "0d", False, False))
    life.step(5, "remind", ())
    t = life.today + timedelta(days=5)
    made = life.letter(t)
    life.today = t + timedelta(days=1)
    life.void(life.of(EntryKind.LATE_CHARGE)[0], life.today)
    assert life.letter(t).interest == made.interest > 0
    assert life.letter(life.today).interest > made.interest


ORDERS = st.lists(
    st.one_of(
        st.tuples(st.just("invoice"), AMOUNTS, st.integers(0, 5)),
        st.tuples(st.just("pay"), AMOUNTS, st.integers(0, 5)),
        st.tuples(st.just("reduce"), AMOUNTS, st.integers(0, 5)),
        st.tuples(st.just("charge"), AMOUNTS, st.integers(0, 5)),
    ),
    max_size=8,
)


@given(ORDERS, st.randoms(use_true_random=False))
def test_law_10_the_order_of_commands_is_nothing(commands, random):
    """Of commands on the same days, without cash discounts: those depend on what was set off before."""
    numbered = list(enumerate(commands))
    other = list(numbered)
    random.shuffle(other)

    def live(steps):
        books = Books()
        for number, (what, amount, days) in steps:
            on = START + timedelta(days=days)
            if what == "invoice":
                books.invoice(f"I{number}", on, amount)
            elif what == "pay":
                books.pay(f"M{number}", on, amount)
            elif what == "reduce":
                there = [one.id for one in books.ledger.entries if one.kind == "invoice" and one.on <= on]
                books.reduce(f"C{number}", on, amount, *there[:1])
            else:
                books.add(Posting((books.entry(f"R{number}", on, amount, due_on=on),)))
        return books.ledger

    one, two = live(numbered), live(other)
    for n in range(8):
        assert one.balance(START + timedelta(days=n)) == two.balance(START + timedelta(days=n))


@given(lives(), st.integers(0, 14))
def test_law_12_reminders(life, more):
    for _ in range(more):
        life.step(1, "remind", ())
    steps = [(one.on, step) for one in life.reminders for step in one.steps if step.level]
    by_invoice = {}
    for _, step in sorted(steps, key=lambda item: item[0]):
        by_invoice.setdefault(step.number, []).append(step.level)
    for levels in by_invoice.values():
        assert levels == list(range(1, len(levels) + 1))
        assert len(levels) <= len(POLICY.levels)
    on = sorted(one.on for one in life.reminders)
    assert all((later - one).days >= POLICY.interval for one, later in pairwise(on))
    for one in life.reminders:
        new = [step for step in one.steps if step.level]
        assert new
        before = life.ledger.through(one.on)
        for step in new:
            invoice = life.ledger.by_key[EntryKey(EntryKind.INVOICE, step.number)]
            assert (one.on - before.due_on(invoice.key)).days >= POLICY.levels[step.level - 1]
        assert one.fee == POLICY.fee(max(step.level for step in new), "EUR")
        assert all(step.interest >= 0 for step in one.steps)


@given(st.lists(steps(), min_size=10, max_size=40))
@settings(max_examples=30)
def test_rows_are_only_added(commands):
    """F2: nothing that is there ever changes, and no document is void."""
    life = Life()
    before = life.ledger
    for step in commands:
        life.step(*step)
        now = life.ledger
        assert now.entries[: len(before.entries)] == before.entries
        assert now.allocations[: len(before.allocations)] == before.allocations
        assert now.voids[: len(before.voids)] == before.voids
        before = now
    assert all(one.entry.kind not in {"invoice", "credit-note"} for one in life.ledger.voids)
