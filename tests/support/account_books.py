"""Ledgers for tests: entries by short names, days by their day in November 2026."""

from datetime import date
from decimal import Decimal

from suptime.domain.ledger import Account, Entry, EntryKey, EntryKind
from suptime.domain.payment_terms import read_terms
from suptime.invoicing.receivables import (
    Ledger,
    Posting,
    Wanted,
    allocate,
    faults,
    issue_credit_note,
    issue_invoice,
    refund,
    release,
    reverse_invoice,
    void,
    write_off,
)

ACME = Account("acme", "EUR")


def day(text):
    """A day: a number is one of November 2026."""
    if isinstance(text, date):
        return text
    return date(2026, 11, text) if isinstance(text, int) else date.fromisoformat(text)


def key(text):
    """The key of an entry by its id: 1 is INV-1, C1 a credit note, M1 a payment, F1 a refund, W1, R1."""
    kinds = {"C": EntryKind.CREDIT_NOTE, "M": EntryKind.PAYMENT, "F": EntryKind.REFUND}
    kinds |= {"W": EntryKind.WRITE_OFF, "R": EntryKind.LATE_CHARGE}
    if isinstance(text, EntryKey):
        return text
    return EntryKey(kinds.get(text[0], EntryKind.INVOICE), text)


class Books:
    """The ledger of one account, changed by the commands of the core. Every state of it is checked."""

    def __init__(self, account=ACME):
        self.account = account
        self.ledger = Ledger(account)

    def add(self, posting):
        self.ledger = self.ledger.plus(posting)
        assert list(faults(self.ledger)) == []
        return posting

    def entry(self, id_, on, amount, **more):
        return Entry(key=key(id_), account=self.account, on=day(on), amount=Decimal(amount), **more)

    def invoice(self, id_, on, amount, *, due=None, terms=None, deposits=(), keep=False):
        on, due_on, offers = day(on), day(due) if due else None, ()
        if terms:
            read = read_terms(terms)
            due_on = due_on or read.due_on(on)
        made = self.entry(id_, on, amount, due_on=due_on)
        posting = issue_invoice(self.ledger, made, [key(one) for one in deposits], keep_credit=keep)
        if terms:
            applied = sum(one.amount for one in posting.allocations)
            offers = read.offers(Decimal(amount) - applied, self.account.currency, on)
            made = self.entry(id_, on, amount, due_on=due_on, offers=offers)
            posting = Posting((made,), posting.allocations)
        return self.add(posting)

    def reduce(self, id_, on, amount, *numbers):
        made = self.entry(id_, on, amount, invoice=numbers[0] if numbers else "")
        return self.add(issue_credit_note(self.ledger, made, numbers))

    def reverse(self, id_, on, number, amount=None):
        invoice = self.ledger.by_key[key(number)]
        reduced = [one for one in self.ledger.entries if one.kind == "credit-note" and one.invoice == number]
        amount = invoice.amount - sum(one.amount for one in reduced) if amount is None else amount
        made = self.entry(id_, on, amount, invoice=number, is_whole=True)
        return self.add(reverse_invoice(self.ledger, made))

    def pay(self, id_, on, amount, *wanted, **more):
        """A payment: `wanted` are numbers, or (number, amount)."""
        posting = Posting((self.entry(id_, on, amount, **more),))
        if wanted:
            posting += allocate(self.ledger.plus(posting), key(id_), self.wanted(wanted))
        return self.add(posting)

    def wanted(self, wanted):
        return [
            Wanted(key(one)) if isinstance(one, str | EntryKey) else Wanted(key(one[0]), Decimal(one[1]))
            for one in wanted
        ]

    def allocate(self, id_, on, *wanted):
        return self.add(allocate(self.ledger, key(id_), self.wanted(wanted), day(on)))

    def release(self, id_, on, *debits):
        return self.add(release(self.ledger, key(id_), [key(one) for one in debits] or None, on=day(on)))

    def refund(self, id_, on, amount, *sources):
        return self.add(refund(self.ledger, self.entry(id_, on, amount), [key(one) for one in sources]))

    def write_off(self, id_, on, amount, number):
        return self.add(write_off(self.ledger, self.entry(id_, on, amount, invoice=number)))

    def void(self, id_, on):
        return self.add(void(self.ledger, key(id_), on=day(on)))

    def rest(self, id_, on=30):
        return self.ledger.rest(key(id_), day(on))

    def balance(self, on=30):
        return self.ledger.balance(day(on))
