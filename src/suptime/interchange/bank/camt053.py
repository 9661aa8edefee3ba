"""Bank statements as ISO 20022 camt.053, version .02 and later.

The file is read by expat, which Python brings along, and refused at the first document type declaration: without
one there are no entities, so that nothing in a file can grow, or name another file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from xml.parsers import expat

from suptime.domain.bank import BankEntry, is_iban, plain_iban
from suptime.domain.money import CURRENCIES, minor_digits, parse_amount
from suptime.domain.values import quoted
from suptime.errors import WrongUsage
from suptime.interchange.bank.entries import BankStatement, Ignored, reference_key, with_digests

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d\d)", re.ASCII)

_FIRST_VERSION = 2

_DEEPEST = 100

# What banks write where they have no reference.
_NO_REFERENCE = frozenset({"NONREF", "NOTPROVIDED", "NOT PROVIDED", "N/A", "NONE", "UNKNOWN", "0"})

_LONGEST = 10_000


@dataclass(slots=True)
class _Element:
    """An element by its name without a namespace, its attributes and its text."""

    name: str
    attributes: dict[str, str]
    children: "list[_Element]" = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text inside, on one line."""
        return " ".join("".join(self.pieces).split())

    def all(self, path: str) -> "list[_Element]":
        """Return the elements at a path such as `RmtInf/Ustrd`."""
        found = [self]
        for name in path.split("/"):
            found = [child for one in found for child in one.children if child.name == name]
        return found

    def first(self, *paths: str) -> str:
        """Return the text of the first element at any of some paths that has one, or an empty text."""
        return next((one.text for path in paths for one in self.all(path) if one.text), "")


class _Refused(Exception):
    """The parser stops: the words say why."""


def read_camt053(data: bytes) -> BankStatement:
    """Return the payments of a statement: booked credits, each transaction of a batch for itself.

    Raises:
        WrongUsage: it is no such file, or damaged, or has a document type declaration.
    """
    root = _parse(data)
    namespace = _NAMESPACE.fullmatch(root.attributes.get("xmlns", ""))
    if root.name != "Document" or namespace is None or int(namespace[1]) < _FIRST_VERSION:
        raise _not_such("its first element is no Document of camt.053.001.02 or later")
    statements = root.all("BkToCstmrStmt/Stmt")
    if not statements:
        raise _not_such("it holds no statement")
    entries: list[BankEntry] = []
    ignored: list[Ignored] = []
    for statement in statements:
        own = plain_iban(statement.first("Acct/Id/IBAN", "Acct/Id/Othr/Id"))
        found: list[BankEntry] = []
        for count, entry in enumerate(statement.all("Ntry"), 1):
            for one in _payments(entry, own, f"entry {count}"):
                if isinstance(one, Ignored):
                    ignored.append(one)
                else:
                    found.append(one)
        entries += with_digests(own, found)
    return BankStatement(tuple(entries), tuple(ignored))


def _not_such(why: str) -> WrongUsage:
    return WrongUsage(f"The file is not a camt.053 statement: {why}.", hint="Download it as camt.053 (XML).")


def _parse(data: bytes) -> _Element:
    """Return the root element of an XML file without a document type declaration."""
    root = _Element("", {})
    open_ = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        namespace, _, plain = name.rpartition("}")
        element = _Element(plain, attributes | ({"xmlns": namespace} if len(open_) == 1 else {}))
        open_[-1].children.append(element)
        open_.append(element)
        if len(open_) > _DEEPEST:
            raise _Refused("its elements are nested too deeply")

    def end(_: str) -> None:
        open_.pop()

    def refuse(*_: object) -> int:
        raise _Refused("it has a document type declaration, which no bank writes")

    def text(piece: str) -> None:
        open_[-1].pieces.append(piece)

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except _Refused as refused:
        raise _not_such(str(refused)) from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _not_such(f"it is damaged ({error})") from None
    return root.children[0]


def _payments(entry: _Element, own: str, place: str) -> Iterator[BankEntry | Ignored]:
    """Yield the payments of an entry, or why it is none."""
    reference = _reference(entry.first("AcctSvcrRef"))
    label = reference or entry.first("NtryRef") or place
    amount, currency = _amount(entry, place)
    status = entry.first("Sts/Cd", "Sts/Prtry", "Sts")
    if status != "BOOK":
        yield Ignored(label, f"is not booked: {status or 'no status'}")
    elif entry.first("RvslInd") in {"true", "1"}:
        yield Ignored(label, "is a reversal")
    elif (indicator := entry.first("CdtDbtInd")) != "CRDT":
        yield Ignored(label, "is a debit" if indicator == "DBIT" else "is neither a credit nor a debit")
    elif amount == 0:
        yield Ignored(label, "has an amount of 0")
    else:
        on = _day(entry, place)
        details = entry.all("NtryDtls/TxDtls")
        parts = [_part(one, currency, place) for one in details]
        if not _add_up(details, parts, amount):
            # What the transactions say does not come to what came in: it is one payment.
            key = reference_key(own, reference) if reference else ""
            yield _payment(entry, details, key, on, amount, currency)
            return
        references = [_reference(one.first("Refs/AcctSvcrRef")) for one in details]
        for count, (one, part) in enumerate(zip(details, parts, strict=True), 1):
            if one.first("CdtDbtInd") == "DBIT":
                yield Ignored(f"{label}, {count}", "is a debit")
                continue
            if not part:
                yield Ignored(f"{label}, {count}", "has an amount of 0")
                continue
            key = _key(own, reference, references, count)
            yield _payment(entry, [one], key, on, part, currency)


def _add_up(details: Sequence[_Element], parts: Sequence[Decimal | None], amount: Decimal) -> bool:
    """Return whether the transactions of an entry have amounts that come to its own."""
    total = Decimal(0)
    for one, part in zip(details, parts, strict=True):
        if part is None:
            return False
        total += -part if one.first("CdtDbtInd") == "DBIT" else part
    return bool(details) and total == amount


def _key(own: str, reference: str, references: Sequence[str], count: int) -> str:
    """Return the key of a transaction by its reference, else by that of its entry, else none.

    Some banks give each transaction of a batch the reference of the batch: its place tells them apart.
    """
    of_part = references[count - 1]
    if of_part:
        return reference_key(own, of_part, count if references.count(of_part) > 1 else 0)
    return reference_key(own, reference, count if len(references) > 1 else 0) if reference else ""


def _payment(
    entry: _Element, details: Sequence[_Element], key: str, on: date, amount: Decimal, currency: str
) -> BankEntry:
    texts, references = [], []
    for one in details:
        texts += [part.text for part in one.all("RmtInf/Ustrd")]
        texts += [part.text for part in one.all("RmtInf/Strd/RfrdDocInf/Nb")]
        texts += [part.text for part in one.all("RmtInf/Strd/AddtlRmtInf")]
        references += [part.text for part in one.all("RmtInf/Strd/CdtrRefInf/Ref")]
    if not texts and not references:
        texts = [one.first("AddtlTxInf") for one in details] or [entry.first("AddtlNtryInf")]
    first = details[0] if len(details) == 1 else _Element("", {})
    iban = plain_iban(first.first("RltdPties/DbtrAcct/Id/IBAN"))
    end_to_end = first.first("Refs/EndToEndId")
    return BankEntry(
        key=key,
        on=on,
        amount=amount,
        currency=currency,
        iban=iban if is_iban(iban) else "",
        name=first.first("RltdPties/Dbtr/Pty/Nm", "RltdPties/Dbtr/Nm")[:_LONGEST],
        end_to_end="" if end_to_end.upper() in _NO_REFERENCE else end_to_end,
        texts=tuple(text[:_LONGEST] for text in texts if text),
        references=tuple("".join(text.split()).upper() for text in references if text),
    )


def _reference(text: str) -> str:
    return "" if text.upper() in _NO_REFERENCE else text


def _amount(entry: _Element, place: str) -> tuple[Decimal, str]:
    found = entry.all("Amt")
    if not found:
        raise _not_such(f"{place} has no amount")
    currency = found[0].attributes.get("Ccy", "")
    if currency not in CURRENCIES:
        raise _not_such(f"{place} has the currency {quoted(currency)}")
    return _decimal(found[0].text, currency, place), currency


def _part(one: _Element, currency: str, place: str) -> Decimal | None:
    """Return the amount of a transaction in the currency of its entry, or None if it says none."""
    for found in (*one.all("Amt"), *one.all("AmtDtls/TxAmt/Amt")):
        if found.attributes.get("Ccy") == currency:
            return _decimal(found.text, currency, place)
    return None


def _decimal(text: str, currency: str, place: str) -> Decimal:
    try:
        amount = parse_amount(text.removeprefix("+"))
        plain = amount.quantize(Decimal(1).scaleb(-minor_digits(currency)))
    except (ValueError, ArithmeticError):
        raise _not_such(f"{place} has the amount {quoted(text)}") from None
    if plain != amount:
        raise _not_such(f"{place} has an amount finer than {currency} is counted: {quoted(text)}")
    return plain


def _day(entry: _Element, place: str) -> date:
    """Return the value date of an entry, else its booking date."""
    text = entry.first("ValDt/Dt", "ValDt/DtTm", "BookgDt/Dt", "BookgDt/DtTm")
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).date()
    except ValueError:
        day = re.match(r"\d{4}-\d\d-\d\d(?=Z|[+-]\d\d:\d\d$)", text, re.ASCII)
        if day is None:
            raise _not_such(f"{place} has the day {quoted(text)}") from None
        return date.fromisoformat(day[0])
