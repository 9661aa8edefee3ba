"""Bank accounts, and entries of bank statements."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from suptime.domain.values import Kind, Problem, quoted

SEPA = frozenset(
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT "
    "RO RS SE SI SK SM VA".split()
)
"""Countries whose accounts accept SEPA credit transfers, by their code in an IBAN."""

SWISS = frozenset({"CH", "LI"})

EXPECTED = "an IBAN such as DE02 1203 0000 0000 2020 51"


def plain_iban(text: str) -> str:
    """Return an IBAN without blanks, in capitals.

    >>> plain_iban("de02 1203 0000 0000 2020 51")
    'DE02120300000000202051'
    """
    return "".join(text.split()).upper()


def is_iban(text: str) -> bool:
    """Return whether a plain text has the shape of an IBAN and valid check digits (ISO 13616).

    >>> is_iban("DE02120300000000202051"), is_iban("DE02120300000000202015")
    (True, False)
    """
    return has_iban_shape(text) and mod_97(text[4:] + text[:4]) == 1


def has_iban_shape(text: str) -> bool:
    """Return whether a plain text has a country, two check digits, and an account of a possible length."""
    return re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", text) is not None


def mod_97(text: str) -> int:
    """Return the remainder of ISO 7064 MOD 97-10 of digits and capitals, where A is 10 and Z is 35."""
    return int("".join(str(int(letter, 36)) for letter in text)) % 97


def is_qr_iban(iban: str) -> bool:
    """Return whether a plain `iban` is a Swiss QR-IBAN, which only accepts payments with a QR reference.

    >>> is_qr_iban("CH4431999123000889012"), is_qr_iban("CH9300762011623852957")
    (True, False)
    """
    return iban[:2] in SWISS and iban[4:9].isdigit() and 30000 <= int(iban[4:9]) <= 31999


def _read(text: str) -> str | Problem:
    iban = plain_iban(text)
    if not has_iban_shape(iban):
        return Problem(f"{quoted(text)} is not an IBAN.", EXPECTED)
    if not is_iban(iban):
        why = "A digit is wrong, or two digits are swapped."
        return Problem(f"The check digits of {quoted(text)} are wrong.", EXPECTED, why=why)
    return iban


IBAN: Kind[str] = Kind("IBAN", _read, EXPECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntry:
    """A payment received on a day: one transaction of a bank statement, or one row of a CSV file.

    `key` identifies the transaction, also if it is read from another file. `iban`, `name` and
    `end_to_end` are the payer's, and empty if unknown. `texts` is the remittance information,
    `references` its structured references, both in the order of the file.
    """

    key: str
    on: date
    amount: Decimal
    currency: str
    iban: str = ""
    name: str = ""
    end_to_end: str = ""
    texts: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The remittance information on one line. Banks may break it anywhere, even inside a number."""
        return " ".join(self.texts)
