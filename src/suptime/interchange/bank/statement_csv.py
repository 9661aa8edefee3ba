"""Bank statements as CSV files of any bank, whose columns a person names."""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from suptime.domain.bank import BankEntry, is_iban, plain_iban
from suptime.domain.money import CURRENCIES, LARGEST, minor_digits
from suptime.domain.values import did_you_mean, quoted
from suptime.errors import WrongUsage
from suptime.interchange.bank.entries import BankStatement, Ignored, reference_key, with_digests

COLUMNS = ("on", "amount", "reference", "iban", "name", "end_to_end", "id", "currency")
"""What a column can hold; `on` and `amount` are needed."""

_NEEDED = COLUMNS[:2]

_SEPARATORS = ",;\t"

_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)

_AMOUNT = re.compile(r"([+-]?)(\d+|\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+)(?:[.,](\d+))?([+-]?)", re.ASCII)

_LONGEST = 10_000


def parse_columns(text: str) -> dict[str, str]:
    """Return the columns that `on=Date,amount=Amount` names, by what they hold.

    >>> parse_columns("on=Valuta, amount=Betrag")
    {'on': 'Valuta', 'amount': 'Betrag'}

    Raises:
        WrongUsage: one is unknown, empty or named twice, or one that is needed is missing.
    """
    columns: dict[str, str] = {}
    for part in text.split(","):
        what, mark, name = (piece.strip() for piece in part.partition("="))
        if what not in COLUMNS:
            why = did_you_mean(what, COLUMNS)
            raise WrongUsage(
                f"{quoted(what)} is not what a column can hold.", why, f"Choose {', '.join(COLUMNS)}."
            )
        if not mark or not name or what in columns:
            raise WrongUsage(f"The column of {what} is not clear.", hint=f"Write {what}=NAME, once.")
        columns[what] = name
    for what in _NEEDED:
        if what not in columns:
            raise WrongUsage(f"No column for {what} is named.", hint="Give --columns on=NAME,amount=NAME.")
    return columns


def read_statement_csv(data: bytes, columns: Mapping[str, str], currency: str = "") -> BankStatement:
    """Return the payments of a CSV file: its rows above 0.

    `columns` are those of `parse_columns`. `currency` is that of rows that name none.

    Raises:
        WrongUsage: a column is not there, or a row cannot be read.
    """
    text = _text(data)
    lines = text.splitlines(keepends=True)
    top, separator, names = _head(lines, columns)
    places = {what: names.index(_plain(name)) for what, name in columns.items()}
    entries: list[BankEntry] = []
    ignored: list[Ignored] = []
    for line, cells in _rows(lines[top:], separator, top):
        if len(cells) != len(names):
            raise WrongUsage(f"Line {line} has {len(cells)} cells, and the first line {len(names)}.")
        row = {what: cells[at] for what, at in places.items()}
        one = _entry(row, line, currency)
        if isinstance(one, Ignored):
            ignored.append(one)
        else:
            entries.append(one)
    return BankStatement(tuple(with_digests("", entries)), tuple(ignored))


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise WrongUsage(
                "The file is neither UTF-8 nor Windows-1252.", hint="Save it as UTF-8."
            ) from None
    if "\0" in text:
        raise WrongUsage("The file holds NUL characters, so it is no CSV file.")
    return text


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _head(lines: list[str], columns: Mapping[str, str]) -> tuple[int, str, list[str]]:
    """Return where the rows begin, what parts their cells, and the names of the columns.

    Banks write lines of their own before the names: the first line with all wanted columns is the head.
    """
    wanted = [_plain(name) for name in columns.values()]
    nearest: list[str] = []
    for at, line in enumerate(lines[:50]):
        for separator in _SEPARATORS:
            names = [_plain(name) for name in _cells(line, separator)]
            if all(names.count(name) == 1 for name in wanted):
                return at + 1, separator, names
            if sum(name in names for name in wanted) > sum(name in nearest for name in wanted):
                nearest = names
    missing = next((name for name in columns.values() if nearest.count(_plain(name)) != 1), "")
    count = nearest.count(_plain(missing))
    what = f"The file has {count} columns" if count else "The file has no column"
    hint = f"Its columns are {', '.join(quoted(name) for name in nearest[:30])}." if nearest else ""
    raise WrongUsage(f"{what} {quoted(missing)}.", did_you_mean(_plain(missing), nearest), hint)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return []


def _rows(lines: list[str], separator: str, before: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = before + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [" ".join(cell.split()) for cell in cells]
            line = before + 1 + reader.line_num
    except csv.Error as error:
        raise WrongUsage(f"Line {line} is not CSV: {error}.") from None


def _entry(row: Mapping[str, str], line: int, currency: str) -> BankEntry | Ignored:
    label = row.get("id") or f"line {line}"
    own = (row.get("currency") or currency).upper()
    if own not in CURRENCIES:
        what = f"Line {line} has the currency {quoted(own)}." if own else f"Line {line} has no currency."
        raise WrongUsage(what, hint="Name its column with currency=NAME, or give --currency.")
    amount = parse_signed(row["amount"])
    if amount is None or abs(amount) >= LARGEST:
        raise WrongUsage(
            f"Line {line} has the amount {quoted(row['amount'])}.", hint="Write 1234.56 or 1.234,56."
        )
    plain = amount.quantize(Decimal(1).scaleb(-minor_digits(own)))
    if plain != amount:
        raise WrongUsage(f"Line {line} has an amount finer than {own} is counted: {quoted(row['amount'])}.")
    on = parse_day(row["on"])
    if on is None:
        raise WrongUsage(
            f"Line {line} has the day {quoted(row['on'])}.", hint="Write 2026-11-05 or 05.11.2026."
        )
    if amount <= 0:
        return Ignored(label, "is a debit" if amount else "has an amount of 0")
    iban = plain_iban(row.get("iban", ""))
    text = row.get("reference", "")[:_LONGEST]
    return BankEntry(
        key=reference_key("", row["id"]) if row.get("id") else "",
        on=on,
        amount=plain,
        currency=own,
        iban=iban if is_iban(iban) else "",
        name=row.get("name", "")[:_LONGEST],
        end_to_end=row.get("end_to_end", ""),
        texts=(text,) if text else (),
    )


def parse_day(text: str) -> date | None:
    """Return the day of a cell, `2026-11-05` or `05.11.2026`, or None.

    >>> parse_day("5.11.2026"), parse_day("11/05/2026")
    (datetime.date(2026, 11, 5), None)
    """
    german = _DAY.fullmatch(text)
    try:
        if german:
            return date(int(german[3]), int(german[2]), int(german[1]))
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        return None


def parse_signed(text: str) -> Decimal | None:
    """Return the amount of a cell, or None. Of two kinds of marks the last is the decimal sign.

    >>> [str(parse_signed(text)) for text in ("1.234,56", "1,234.56", "-40,00", "1234.5", "1'000.00", "40-")]
    ['1234.56', '1234.56', '-40.00', '1234.5', '1000.00', '-40']
    >>> parse_signed("1.2,3.4"), parse_signed("EUR 5")
    (None, None)
    """
    plain = text.strip()
    last = max(plain.rfind("."), plain.rfind(","))
    if "." in plain and "," in plain:
        grouping = "," if plain[last] == "." else "."
        whole = plain[:last].lstrip("+-")
        if not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(grouping)}\d{{3}})+", whole, re.ASCII):
            return None
        plain = plain[:last].replace(grouping, "") + "." + plain[last + 1 :]
    found = _AMOUNT.fullmatch(plain)
    if found is None or (found[1] and found[4]):
        return None
    digits = re.sub(r"\D", "", found[2])
    amount = Decimal(f"{digits}.{found[3] or '0'}" if found[3] else digits)
    return -amount if "-" in {found[1], found[4]} else amount
