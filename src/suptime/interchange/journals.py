"""Double entries as the journals of ledger, hledger and beancount."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from suptime.domain.money import minor_digits
from suptime.interchange.bookkeeping import BANK, INCOME, PREPAID, RECEIVABLE, TAX, Account, Entry

ROOTS = {
    RECEIVABLE: "Assets:Receivable",
    BANK: "Assets:Bank",
    TAX: "Liabilities:Tax",
    PREPAID: "Liabilities:Prepaid",
    INCOME: "Income",
}
"""How the kinds of accounts are called; a client's or a contract's code follows."""


def named(entries: Iterable[Entry]) -> dict[Account, str]:
    """The name of every account of ENTRIES; codes that would come to one name are told apart by a number.

    Names begin with a capital letter or a digit and hold letters, digits and - alone, as
    beancount wants them.
    """
    accounts = dict.fromkeys(account for entry in entries for account, _ in entry.postings)
    names: dict[Account, str] = {}
    parts: dict[tuple[str, ...], str] = {}
    for account in sorted(accounts):
        if len(account) > 1 and account[:2] not in parts:
            plain = re.sub(r"[^A-Za-z0-9-]", "-", account[1]).lstrip("-") or "X"
            plain = plain[0].upper() + plain[1:]
            taken = {name for key, name in parts.items() if key[0] == account[0]}
            number, part = 2, plain
            while part in taken:
                part, number = f"{plain}-{number}", number + 1
            parts[account[:2]] = part
        own = [parts[account[:2]]] if len(account) > 1 else []
        names[account] = ":".join([ROOTS[account[0]], *own, *account[2:]])
    return names


def _amount(amount: Decimal, currency: str) -> str:
    return f"{amount:.{minor_digits(currency)}f} {currency}"


def _plain(text: str, forbidden: str) -> str:
    """TEXT on one line, without what would end or part it in a journal."""
    return " ".join("".join(" " if letter in forbidden else letter for letter in text).split())


def _postings(entry: Entry, names: Mapping[Account, str]) -> Iterator[str]:
    for account, amount in entry.postings:
        yield f"    {names[account]:<44}  {_amount(amount, entry.currency):>16}\n"


def ledger(entries: Iterable[Entry]) -> Iterator[str]:
    """ENTRIES as a journal that ledger and hledger both read, with its accounts and commodities declared."""
    every = [entry for entry in entries if entry.postings]
    names = named(every)
    yield "; Invoices, payments and what was bought ahead, as suptime booked them.\n\n"
    for currency in sorted({entry.currency for entry in every}):
        yield f"commodity {currency}\n    format {_amount(Decimal(1000), currency)}\n"
    for name in sorted(names.values()):
        yield f"account {name}\n"
    for entry in every:
        code, payee = _plain(entry.code, "();|"), _plain(entry.payee, ";|")
        yield f"\n{entry.on} * ({code}) {payee}  ; {_plain(entry.note, ';:')}\n"
        yield from _postings(entry, names)


def beancount(entries: Iterable[Entry]) -> Iterator[str]:
    """ENTRIES as a beancount file, with its accounts opened."""
    every = [entry for entry in entries if entry.postings]
    names = named(every)
    yield "; Invoices, payments and what was bought ahead, as suptime booked them.\n\n"
    opened: dict[Account, Entry] = {}
    for entry in every:
        for account, _ in entry.postings:
            opened.setdefault(account, entry)
    for account, entry in sorted(opened.items(), key=lambda item: (item[1].on, names[item[0]])):
        yield f"{entry.on} open {names[account]}\n"
    for entry in every:
        payee, note = (
            _plain(text, "").replace("\\", "\\\\").replace('"', '\\"') for text in (entry.payee, entry.note)
        )
        yield f'\n{entry.on} * "{payee}" "{note}"\n'
        yield f'    number: "{_plain(entry.code, chr(34) + chr(92))}"\n'
        yield from _postings(entry, names)


WRITERS: Mapping[str, Callable[[Iterable[Entry]], Iterator[str]]] = {
    "ledger": ledger,
    "hledger": ledger,
    "beancount": beancount,
}
"""Who writes which format."""
