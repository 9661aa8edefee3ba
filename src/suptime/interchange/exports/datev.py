"""Booking batches for DATEV: a file of postings in its own form (EXTF, version 700, Buchungsstapel 13)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from suptime.domain.invoice import Invoice
from suptime.interchange.exports.journals import is_prepaid, lines_of

COLUMNS = (
    "Umsatz (ohne Soll/Haben-Kz) | Soll/Haben-Kennzeichen | WKZ Umsatz | Kurs | Basis-Umsatz | WKZ "
    "Basis-Umsatz | Konto | Gegenkonto (ohne BU-Schlüssel) | BU-Schlüssel | Belegdatum | Belegfeld 1 | "
    "Belegfeld 2 | Skonto | Buchungstext | Postensperre | Diverse Adressnummer | Geschäftspartnerbank | "
    "Sachverhalt | Zinssperre | Beleglink | Beleginfo - Art 1 | Beleginfo - Inhalt 1 | Beleginfo - Art 2 "
    "| Beleginfo - Inhalt 2 | Beleginfo - Art 3 | Beleginfo - Inhalt 3 | Beleginfo - Art 4 | Beleginfo - "
    "Inhalt 4 | Beleginfo - Art 5 | Beleginfo - Inhalt 5 | Beleginfo - Art 6 | Beleginfo - Inhalt 6 | "
    "Beleginfo - Art 7 | Beleginfo - Inhalt 7 | Beleginfo - Art 8 | Beleginfo - Inhalt 8 | KOST1 - "
    "Kostenstelle | KOST2 - Kostenstelle | Kost-Menge | EU-Land u. UStID (Bestimmung) | EU-Steuersatz "
    "(Bestimmung) | Abw. Versteuerungsart | Sachverhalt L+L | Funktionsergänzung L+L | BU 49 "
    "Hauptfunktionstyp | BU 49 Hauptfunktionsnummer | BU 49 Funktionsergänzung | Zusatzinformation - Art "
    "1 | Zusatzinformation- Inhalt 1 | Zusatzinformation - Art 2 | Zusatzinformation- Inhalt 2 | "
    "Zusatzinformation - Art 3 | Zusatzinformation- Inhalt 3 | Zusatzinformation - Art 4 | "
    "Zusatzinformation- Inhalt 4 | Zusatzinformation - Art 5 | Zusatzinformation- Inhalt 5 | "
    "Zusatzinformation - Art 6 | Zusatzinformation- Inhalt 6 | Zusatzinformation - Art 7 | "
    "Zusatzinformation- Inhalt 7 | Zusatzinformation - Art 8 | Zusatzinformation- Inhalt 8 | "
    "Zusatzinformation - Art 9 | Zusatzinformation- Inhalt 9 | Zusatzinformation - Art 10 | "
    "Zusatzinformation- Inhalt 10 | Zusatzinformation - Art 11 | Zusatzinformation- Inhalt 11 | "
    "Zusatzinformation - Art 12 | Zusatzinformation- Inhalt 12 | Zusatzinformation - Art 13 | "
    "Zusatzinformation- Inhalt 13 | Zusatzinformation - Art 14 | Zusatzinformation- Inhalt 14 | "
    "Zusatzinformation - Art 15 | Zusatzinformation- Inhalt 15 | Zusatzinformation - Art 16 | "
    "Zusatzinformation- Inhalt 16 | Zusatzinformation - Art 17 | Zusatzinformation- Inhalt 17 | "
    "Zusatzinformation - Art 18 | Zusatzinformation- Inhalt 18 | Zusatzinformation - Art 19 | "
    "Zusatzinformation- Inhalt 19 | Zusatzinformation - Art 20 | Zusatzinformation- Inhalt 20 | Stück | "
    "Gewicht | Zahlweise | Forderungsart | Veranlagungsjahr | Zugeordnete Fälligkeit | Skontotyp | "
    "Auftragsnummer | Buchungstyp | USt-Schlüssel (Anzahlungen) | EU-Land (Anzahlungen) | Sachverhalt L+L "
    "(Anzahlungen) | EU-Steuersatz (Anzahlungen) | Erlöskonto (Anzahlungen) | Herkunft-Kz | Buchungs GUID "
    "| KOST-Datum | SEPA-Mandatsreferenz | Skontosperre | Gesellschaftername | Beteiligtennummer | "
    "Identifikationsnummer | Zeichnernummer | Postensperre bis | Bezeichnung SoBil-Sachverhalt | "
    "Kennzeichen SoBil-Buchung | Festschreibung | Leistungsdatum | Datum Zuord. Steuerperiode | "
    "Fälligkeit | Generalumkehr (GU) | Steuersatz | Land | Abrechnungsreferenz | BVV-Position | EU-Land "
    "u. UStID (Ursprung) | EU-Steuersatz (Ursprung) | Abw. Skontokonto "
).split(" | ")
"""Names of the columns, in line 2 of a file."""

_NUMBER = re.compile(r"[^A-Za-z0-9$&%*+/-]")

LONGEST_TEXT, LONGEST_NUMBER = 60, 36


@dataclass(frozen=True, slots=True)
class Terms:
    """Settings for DATEV. Accounts are by rate or treatment; debtors are by client."""

    adviser: int | None = None
    client: int | None = None
    fiscal_year_start: str = "01-01"
    account_length: int = 4
    chart: str = ""
    service_date: bool = False
    accounts: Mapping[str, str] = field(default_factory=dict)
    prepaid: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    debtors: Mapping[str, str] = field(default_factory=dict)

    def account(self, tax: str, *, prepaid: bool) -> str | None:
        """Return the account of income under a `tax`: that of prepaid sales, if there is one."""
        return (self.prepaid.get(tax) if prepaid else None) or self.accounts.get(tax)


@dataclass(frozen=True, slots=True)
class Posting:
    """One row: a document's amount with tax on one account under one tax."""

    invoice: Invoice
    tax: str
    account: str
    amount: Decimal


def tax_of(tax: Mapping[str, Any]) -> str:
    """Return the name of a tax in the settings: its rate, or its treatment.

    >>> tax_of({"rate": "19.0", "treatment": "standard"}), tax_of({"rate": None, "treatment": "reverse-charge"})
    ('19', 'reverse-charge')
    """
    if tax["treatment"] in {"reverse-charge", "exempt", "none"}:
        return str(tax["treatment"])
    return f"{Decimal(tax['rate'] or 0).normalize():f}"


def missing(invoices: Iterable[Invoice], terms: Terms) -> list[str]:
    """Return the names of all settings that `invoices` need and that are not set, or cannot be right."""
    found: dict[str, None] = {}
    if terms.adviser is None:
        found["datev.adviser"] = None
    if terms.client is None:
        found["datev.client"] = None
    for invoice in invoices:
        debtor = terms.debtors.get(invoice.client, "")
        if len(debtor) != terms.account_length + 1 or debtor[:1] not in "123456":
            found[f"datev.debtors.{invoice.client}"] = None
        for line in lines_of(invoice.document):
            tax = tax_of(line["tax"])
            if Decimal(line["net"]) and terms.account(tax, prepaid=is_prepaid(line)) is None:
                found[f"datev.accounts.{tax}"] = None
    return [*found]


def postings(invoices: Iterable[Invoice], terms: Terms) -> Iterator[Posting]:
    """Yield the rows of `invoices`: one for each tax and account, and together the document's gross amount."""
    for invoice in sorted(invoices, key=lambda one: one.number):
        net: dict[tuple[str, str], Decimal] = {}
        for line in lines_of(invoice.document):
            tax = tax_of(line["tax"])
            key = tax, terms.account(tax, prepaid=is_prepaid(line)) or ""
            net[key] = net.get(key, Decimal(0)) + Decimal(line["net"])
        taxes: dict[str, Decimal] = {}
        for row in invoice.document["totals"]["taxes"]:
            name = tax_of(row)
            taxes[name] = taxes.get(name, Decimal(0)) + Decimal(row["tax"])
        gross = dict(net)
        for tax, whole in taxes.items():
            keys = sorted(key for key in net if key[0] == tax)
            for key, share in zip(keys, shares(whole, [net[key] for key in keys]), strict=True):
                gross[key] += share
        for (tax, account), amount in sorted(gross.items(), key=lambda item: (item[0][1], item[0][0])):
            if amount:
                yield Posting(invoice, tax, account, amount)


def shares(whole: Decimal, parts: Sequence[Decimal]) -> list[Decimal]:
    """Return `whole` in cents, shared in proportion to `parts`, by largest remainder.

    >>> [str(share) for share in shares(Decimal("1.00"), [Decimal(1), Decimal(1), Decimal(1)])]
    ['0.34', '0.33', '0.33']
    """
    total = sum(parts, Decimal(0))
    if not parts or not total:
        return [whole if place == 0 else Decimal(0) for place in range(len(parts))]
    cent = Decimal("0.01")
    exact = [whole * part / total for part in parts]
    found = [value.quantize(cent, "ROUND_FLOOR") for value in exact]
    left = int((whole - sum(found, Decimal(0))) / cent)
    order = sorted(range(len(parts)), key=lambda place: (found[place] - exact[place], place))
    for place in order[:left]:
        found[place] += cent
    return found


def fiscal_year(terms: Terms, day: date) -> date:
    """Return the first day of the fiscal year in which `day` lies."""
    month, first = map(int, terms.fiscal_year_start.split("-"))
    start = date(day.year, month, first)
    return start if start <= day else date(day.year - 1, month, first)


def content(
    rows: Iterable[Posting], terms: Terms, at: datetime, first: date, last: date
) -> tuple[bytes, list[str]]:
    """Return the bytes of a file of `rows`, made `at` a local time, and the texts that lost letters."""
    lost: list[str] = []
    lines = [_head(terms, at, first, last), ";".join(COLUMNS)]
    lines += [_row(row, terms, lost) for row in rows]
    text = "\r\n".join([*lines, ""])
    return text.encode("windows-1252", "replace"), lost


def _head(terms: Terms, at: datetime, first: date, last: date) -> str:
    made = f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03}"
    return (
        f'"EXTF";700;21;"Buchungsstapel";13;{made};;"RE";"";"";{terms.adviser};{terms.client};'
        f"{fiscal_year(terms, first):%Y%m%d};{terms.account_length};{first:%Y%m%d};{last:%Y%m%d};"
        f'"Rechnungen {first:%Y-%m}";"";1;0;0;"EUR";;"";;;"{terms.chart}";;;"";""'
    )


def _row(row: Posting, terms: Terms, lost: list[str]) -> str:
    invoice = row.invoice
    cells = [""] * len(COLUMNS)
    cells[0] = f"{abs(row.amount):.2f}".replace(".", ",")
    cells[1] = '"H"' if row.amount < 0 else '"S"'
    cells[2] = '"EUR"'
    cells[5] = cells[11] = '""'
    cells[6], cells[7] = terms.debtors[invoice.client], row.account
    cells[8] = _text(terms.keys.get(row.tax, ""), lost)
    cells[9] = f"{invoice.issued_on:%d%m}"
    cells[10] = _text(_NUMBER.sub("", invoice.number)[:LONGEST_NUMBER], lost)
    said = f"{invoice.document['client_name']} {invoice.month or ''}".strip()
    cells[13] = _text(said[:LONGEST_TEXT], lost)
    if row.tax == "reverse-charge" and invoice.document.get("client_tax_id"):
        cells[39] = _text(invoice.document["client_tax_id"], lost)
    cells[113] = "0"
    period = invoice.document.get("period") or {}
    if terms.service_date and period.get("to"):
        cells[114] = f"{date.fromisoformat(period['to']):%d%m%Y}"
    if invoice.due_on is not None:
        cells[116] = f"{invoice.due_on:%d%m%Y}"
    return ";".join(cells)


def _text(text: str, lost: list[str]) -> str:
    """Return `text` in quotes; a letter that Windows-1252 does not have is decomposed, else a question mark."""
    shown = " ".join(text.split())
    letters = []
    for letter in shown:
        plain = (
            letter
            if _fits(letter)
            else "".join(part for part in unicodedata.normalize("NFKD", letter) if _fits(part))
        )
        letters.append(plain or "?")
    found = "".join(letters)
    if found != shown:
        lost.append(shown)
    doubled = found.replace('"', '""')
    return f'"{doubled}"'


def _fits(letter: str) -> bool:
    try:
        letter.encode("windows-1252")
    except UnicodeEncodeError:
        return False
    return True
