"""Match bank entries with invoices (F26). Uncertain matches are not booked."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from suptime.domain.bank import BankEntry
from suptime.domain.ledger import Account, natural_order

REFERENCE, NUMBER, END_TO_END, AMOUNT = "reference", "number", "end-to-end", "amount"
"""How an entry was matched, in the order of trying."""


@dataclass(frozen=True, slots=True)
class Payable:
    """A document for matching: `open` is its open amount, 0 if it is settled or a credit note.

    `pay` is the amount that settles it with its discount on the day of the entry, else `open`.
    `references` are its structured references (RF, QRR).
    """

    number: str
    account: Account
    open: Decimal
    pay: Decimal
    due_on: date
    references: tuple[str, ...] = ()


class Share(NamedTuple):
    """The part of an entry that pays a document."""

    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Match:
    """Result of matching an entry. Without `how`, nothing is allocated: it is on account of `client`, or of nobody.

    `candidates` are the possible documents if it is not certain.
    """

    how: str | None = None
    client: str | None = None
    shares: tuple[Share, ...] = ()
    candidates: tuple[str, ...] = ()


class _Find(NamedTuple):
    """Place of a number or reference in a text."""

    start: int
    end: int
    blanks: int
    word: str


class Matcher:
    """Finds the documents that entries pay.

    `payables` are all issued documents, including settled ones. `ibans` are the clients of each known bank
    account. After a payment is booked, a new matcher is needed.
    """

    def __init__(self, payables: Iterable[Payable], ibans: Mapping[str, Collection[str]]) -> None:
        self._payables = {one.number: one for one in payables}
        self._ibans = ibans
        self._numbers: dict[str, list[str]] = {}
        self._references: dict[str, list[str]] = {}
        for one in self._payables.values():
            self._numbers.setdefault(_compact(one.number), []).append(one.number)
            for reference in one.references:
                self._references.setdefault(_compact(reference), []).append(one.number)

    def match(self, entry: BankEntry) -> Match:
        """Return the match of an entry: the first rule that finds a document decides."""
        steps = (
            (REFERENCE, self._by_reference),
            (NUMBER, self._by_number),
            (END_TO_END, self._by_end_to_end),
        )
        for how, find in steps:
            numbers = find(entry)
            if numbers:
                return self._settle(entry, how, numbers)
        client = self._client_of(entry.iban)
        if client is None:
            return Match()
        account = Account(client, entry.currency)
        open_ = [one for one in self._payables.values() if one.account == account and one.open > 0]
        fitting = [one for one in open_ if entry.amount in {one.open, one.pay}]
        if len(fitting) == 1:
            return Match(AMOUNT, client, (Share(fitting[0].number, entry.amount),))
        return Match(client=client, candidates=_in_order(fitting or open_))

    def _by_reference(self, entry: BankEntry) -> list[str]:
        numbers = [number for one in entry.references for number in self._references.get(_compact(one), ())]
        return numbers or _find(entry.text, self._references)

    def _by_number(self, entry: BankEntry) -> list[str]:
        return _find(" ".join([*entry.texts, *entry.references]), self._numbers)

    def _by_end_to_end(self, entry: BankEntry) -> list[str]:
        compact = _compact(entry.end_to_end)
        return self._numbers.get(compact, []) or self._references.get(compact, [])

    def _client_of(self, iban: str) -> str | None:
        """Return the client of an account, if it belongs to only one client."""
        clients = set(self._ibans.get(iban, ())) if iban else set()
        return clients.pop() if len(clients) == 1 else None

    def _settle(self, entry: BankEntry, how: str, numbers: Sequence[str]) -> Match:
        """Return the shares of the documents found, or the certain part if they cannot be paid."""
        found = [self._payables[number] for number in dict.fromkeys(numbers)]
        found.sort(key=lambda one: (one.due_on, natural_order(one.number)))
        accounts = {one.account for one in found}
        is_certain = len({_compact(one.number) for one in found}) == len(found)
        is_one = len(accounts) == 1 and found[0].account.currency == entry.currency
        if not is_certain or not is_one or any(one.open <= 0 for one in found):
            clients = {one.account.client for one in found}
            owner = self._client_of(entry.iban) or (clients.pop() if len(clients) == 1 else None)
            return Match(client=owner, candidates=_in_order(found))
        return Match(how, found[0].account.client, _shared(entry.amount, found))


def _shared(amount: Decimal, found: Sequence[Payable]) -> tuple[Share, ...]:
    """Return an amount distributed among documents in order: all of each, or their `pay`, or until it is used up."""
    if amount < sum(one.open for one in found) and amount == sum(one.pay for one in found):
        return tuple(Share(one.number, one.pay) for one in found if one.pay > 0)
    shares = []
    for one in found:
        taken = min(amount, one.open)
        amount -= taken
        if taken > 0:
            shares.append(Share(one.number, taken))
    return tuple(shares)


def _in_order(payables: Iterable[Payable]) -> tuple[str, ...]:
    return tuple(
        one.number for one in sorted(payables, key=lambda one: (one.due_on, natural_order(one.number)))
    )


def _compact(text: str) -> str:
    """Return the letters and digits of a text, in lower case."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _find(text: str, words: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the documents whose numbers are in a text, in the order of the text.

    `words` are the documents of each compact number. A number matches if its letters and digits are there in order,
    with only blanks and punctuation between them, and with no digit right before or after. If matches overlap, the
    one with fewer blanks inside counts, then the longer one.
    """
    folded = text.casefold()
    places = [at for at, letter in enumerate(folded) if letter.isalnum()]
    compact = "".join(folded[at] for at in places)
    finds = []
    for word in words:
        at = compact.find(word) if word else -1
        while at >= 0:
            start, end = places[at], places[at + len(word) - 1] + 1
            if not folded[start - 1 : start].isdigit() and not folded[end : end + 1].isdigit():
                finds.append(_Find(start, end, len(re.findall(r"\s", folded[start:end])), word))
            at = compact.find(word, at + 1)
    finds.sort(key=lambda one: (one.blanks, one.start - one.end, one.start))
    kept: list[_Find] = []
    for one in finds:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    kept.sort()
    return [number for one in kept for number in words[one.word]]
