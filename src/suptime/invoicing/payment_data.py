"""Payment data of an invoice: its reference (F30) and the texts of its QR codes (F31), without drawing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.domain.bank import SEPA, SWISS, is_iban, is_qr_iban, mod_97, plain_iban
from suptime.domain.money import show_amount

NUMBER, RF = "number", "rf"

REFERENCES = (NUMBER, RF)
"""Values of the setting `seller.reference`."""

LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
"""Amounts that both codes allow."""

EPC_BYTES = 331
"""Most bytes of an EPC code: version 13 at error correction level M."""

SWISS_CHARACTERS = 997
"""Most characters of a Swiss code: version 25 at error correction level M."""

_NAME, _STREET, _POSTCODE, _CITY, _MESSAGE = 70, 70, 16, 35, 140

_RF_CHARACTERS = 21
"""Room of an RF reference after `RF` and its check digits."""

# IG 2.3, 4.1.1: Basic Latin, the letters of Latin-1 and Latin Extended-A, four Romanian letters and the euro sign.
_SWISS_TEXT = re.compile("[\u0020-\u007e\u00a0-\u017f\u0218-\u021b\u20ac]*")

_MOD_10 = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


@dataclass(frozen=True, slots=True)
class Party:
    """A name with its address, as a QR code states it."""

    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Party":
        """Return the party in a record of a seller or a client: its street is its first line."""
        first = next(iter((record.get("address") or "").split("\n")), "")
        rest = (record.get(key) or "" for key in ("postcode", "city", "country"))
        return cls(*(" ".join(text.split()) for text in (record.get("name") or "", first, *rest)))

    @property
    def is_complete(self) -> bool:
        """Whether it has everything for a structured address."""
        return bool(self.name and self.postcode and self.city and self.country)


@dataclass(frozen=True, slots=True)
class PaymentData:
    """Payment data of an invoice, as a document stores it; `warning` is why there is no code, if that is unexpected."""

    reference: str
    amount: Decimal
    currency: str
    iban: str | None = None
    bic: str | None = None
    due_on: date | None = None
    epc_qr: str | None = None
    swiss_qr: str | None = None
    payee: str | None = None
    bank: str | None = None
    warning: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return the object `payment` of a document."""
        return {
            "reference": self.reference,
            "iban": self.iban,
            "bic": self.bic,
            "amount": show_amount(self.amount, self.currency),
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "epc_qr": self.epc_qr,
            "swiss_qr": self.swiss_qr,
            "payee": self.payee,
            "bank": self.bank,
        }


def short_number(year: int, serial: int) -> str:
    """Return the year and the serial of a document as at least 8 digits.

    >>> short_number(2026, 7), short_number(2026, 12345)
    ('20260007', '202612345')
    """
    return f"{year}{serial:04}"


def rf_reference(number: str, year: int, serial: int) -> str:
    """Return the creditor reference of a document number (ISO 11649).

    >>> rf_reference("INV-2026-0003", 2026, 3)
    'RF59INV20260003'
    """
    own = "".join(re.findall("[A-Z0-9]", number.upper(), re.ASCII))
    if len(own) > _RF_CHARACTERS:
        own = short_number(year, serial)
    return f"RF{98 - mod_97(own + 'RF00'):02}{own}"


def is_rf(text: str) -> bool:
    """Return whether a plain text is a creditor reference with valid check digits."""
    return bool(re.fullmatch("RF[0-9]{2}[A-Z0-9]{1,21}", text, re.ASCII)) and mod_97(text[4:] + text[:4]) == 1


def qr_reference(year: int, serial: int) -> str:
    """Return the Swiss QR reference of a document: 26 digits and a check digit.

    >>> qr_reference(2026, 1)
    '000000000000000000202600013'
    """
    digits = short_number(year, serial).rjust(26, "0")
    return digits + str(_check_digit(digits))


def is_qrr(text: str) -> bool:
    """Return whether a plain text is a Swiss QR reference with a valid check digit."""
    return bool(re.fullmatch("[0-9]{27}", text, re.ASCII)) and _check_digit(text[:-1]) == int(text[-1])


def _check_digit(digits: str) -> int:
    """Return the check digit of modulo 10, recursive."""
    carry = 0
    for digit in digits:
        carry = _MOD_10[(carry + int(digit)) % 10]
    return (10 - carry) % 10


def reference_of(number: str, year: int, serial: int, iban: str | None, setting: str = NUMBER) -> str:
    """Return the reference for the payer (BT-83)."""
    if iban is not None and is_qr_iban(iban):
        return qr_reference(year, serial)
    return rf_reference(number, year, serial) if setting == RF else number


def epc_qr(name: str, iban: str, bic: str | None, amount: Decimal, reference: str) -> str | None:
    """Return the text of an EPC code (EPC069-12) for an amount in euros, or None if it is not possible.

    >>> epc_qr("Nordtor GmbH", "DE02120300000000202051", None, Decimal(119), "INV-1").splitlines()[5:8]
    ['Nordtor GmbH', 'DE02120300000000202051', 'EUR119.00']
    """
    name = " ".join(name.split())[:_NAME].rstrip()
    if iban[:2] not in SEPA or is_qr_iban(iban) or not LEAST <= amount <= MOST or not name:
        return None
    structured, text = (reference, "") if is_rf(reference) else ("", reference)
    lines = ["BCD", "002", "1", "SCT", bic or "", name, iban, f"EUR{amount:.2f}", "", structured, text]
    code = "\n".join(lines).rstrip("\n")
    return code if len(code.encode()) <= EPC_BYTES else None


def swiss_qr(
    iban: str, seller: Party, amount: Decimal, currency: str, client: Party, reference: str, number: str
) -> str | None:
    """Return the text of a Swiss QR-bill (IG 2.3), 31 lines, or None if it is not possible.

    The client's lines stay empty if its postcode, city or country is missing, or if it has characters that
    the code does not allow.
    """
    fits = iban[:2] in SWISS and currency in {"CHF", "EUR"} and LEAST <= amount <= MOST
    creditor = _address(seller)
    if not fits or creditor is None or not _SWISS_TEXT.fullmatch(number):
        return None
    if is_qrr(reference):
        kind = "QRR"
    elif is_rf(reference):
        kind = "SCOR"
    else:
        kind, reference = "NON", ""
    if is_qr_iban(iban) is not (kind == "QRR"):
        return None
    lines = ["SPC", "0200", "1", iban, *creditor, *[""] * 7, f"{amount:.2f}", currency]
    lines += [*(_address(client) or [""] * 7), kind, reference, number[:_MESSAGE], "EPD"]
    code = "\n".join(lines)
    return code if len(code) <= SWISS_CHARACTERS else None


def _address(party: Party) -> list[str] | None:
    """Return the seven lines of a structured address, or None if it has gaps or invalid characters."""
    if not party.is_complete:
        return None
    lines = [
        "S",
        party.name[:_NAME].rstrip(),
        party.street[:_STREET].rstrip(),
        "",
        party.postcode[:_POSTCODE].rstrip(),
        party.city[:_CITY].rstrip(),
        party.country,
    ]
    return lines if all(map(_SWISS_TEXT.fullmatch, lines)) else None


def payment_of(document: Mapping[str, Any], serial: int, *, codes: bool = True) -> PaymentData | None:
    """Return the payment data of a document, the `serial` of its year, or None if nothing is due.

    `codes` is True if it may have a QR code.
    """
    seller = document["seller"] or {}
    due_on = document["due_on"]
    return payment_data(
        number=document["number"],
        year=date.fromisoformat(document["issued_on"]).year,
        serial=serial,
        due=Decimal(document["totals"]["due"]),
        currency=document["currency"],
        due_on=date.fromisoformat(due_on) if due_on else None,
        seller=seller,
        client={
            key: document.get(f"client_{key}") for key in ("name", "address", "postcode", "city", "country")
        },
        reference=seller.get("reference") or NUMBER,
        codes=codes,
    )


def payment_data(
    *,
    number: str,
    year: int,
    serial: int,
    due: Decimal,
    currency: str,
    due_on: date | None,
    seller: Mapping[str, Any],
    client: Mapping[str, Any],
    reference: str = NUMBER,
    codes: bool = True,
) -> PaymentData | None:
    """Return the payment data of an invoice, or None if nothing is due.

    `seller` is the table of the settings, `client` the record of the client, both as data. `reference` is
    the setting `seller.reference`. Without `codes` there is no QR code.
    """
    if due <= 0:
        return None
    payee, bank = seller.get("name") or None, seller.get("bank") or None
    iban = plain_iban(seller.get("iban") or "")
    if not is_iban(iban):
        own = reference_of(number, year, serial, None, reference)
        return PaymentData(own, due, currency, due_on=due_on, payee=payee, bank=bank)
    own, bic = reference_of(number, year, serial, iban, reference), seller.get("bic") or None
    swiss = epc = None
    warning = ""
    if codes and iban[:2] in SWISS and currency in {"CHF", "EUR"}:
        swiss = swiss_qr(iban, Party.of(seller), due, currency, Party.of(client), own, number)
        if swiss is None:
            warning = (
                f"{number} has no QR code. The Swiss one needs seller.name, seller.postcode, seller.city and "
                "seller.country in Latin characters, and an amount below 1000000000."
            )
    elif codes and iban[:2] in SEPA and currency == "EUR":
        epc = epc_qr(seller.get("name") or "", iban, bic, due, own)
        warning = "" if epc else f"{number} has no QR code: its payment data do not fit into one."
    return PaymentData(own, due, currency, iban, bic, due_on, epc, swiss, payee, bank, warning)
