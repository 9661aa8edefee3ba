"""What is bought ahead, by its unit: hours as whole minutes, incidents as a whole number, or money."""

import re
from decimal import Decimal

from suptime.domain.duration import parse_duration, show_duration
from suptime.domain.money import minor_digits, parse_amount, show_amount
from suptime.domain.timespan import MINUTE

UNITS = ("hours", "incidents", "money")
_LETTER = re.compile("[hms]", re.IGNORECASE)
_COUNT = re.compile("[0-9]{1,6}", re.ASCII)


def parse_quantity(text: str, unit: str, currency: str) -> Decimal:
    """The quantity that TEXT writes of UNIT ("hours", "incidents" or "money", in CURRENCY), more than none.

    Hours are any duration with its unit, and come to whole minutes.

    >>> [parse_quantity(text, "hours", "USD") for text in ("10h", "90m", "PT2H")]
    [Decimal('600'), Decimal('90'), Decimal('120')]
    >>> parse_quantity("5", "incidents", "USD"), parse_quantity("30", "money", "USD")
    (Decimal('5'), Decimal('30.00'))

    Raises:
        ValueError: it is none; the message says what it is instead, without a full stop.
    """
    return {"hours": _minutes, "incidents": _incidents, "money": _money}[unit](text.strip(), currency)


def _minutes(text: str, _: str) -> Decimal:
    try:
        seconds = parse_duration(text)
    except ValueError:
        has_no_unit = re.fullmatch(r"[\d.]+", text)
        raise ValueError("has no unit" if has_no_unit else "is not a quantity of hours") from None
    if not _LETTER.search(text):
        raise ValueError("has no unit")
    if seconds % MINUTE:
        raise ValueError("does not come to whole minutes")
    if seconds == 0:
        raise ValueError("is no time at all")
    return Decimal(seconds // MINUTE)


def _incidents(text: str, _: str) -> Decimal:
    if not _COUNT.fullmatch(text):
        raise ValueError("is not a number of incidents")
    if int(text) == 0:
        raise ValueError("is no incident at all")
    return Decimal(int(text))


def _money(text: str, currency: str) -> Decimal:
    try:
        amount = parse_amount(text)
    except ValueError:
        raise ValueError("is not an amount of money") from None
    unit = Decimal(1).scaleb(-minor_digits(currency))
    if amount != amount.quantize(unit):
        raise ValueError(f"is finer than {currency} is counted")
    if amount == 0:
        raise ValueError("is no money at all")
    return amount.quantize(unit)


def show_quantity(quantity: Decimal, unit: str, currency: str) -> str:
    """QUANTITY of UNIT as text: what `parse_quantity` reads back.

    >>> show_quantity(Decimal(90), "hours", "USD"), show_quantity(Decimal(5), "incidents", "USD")
    ('1h30m', '5')
    >>> show_quantity(Decimal("30"), "money", "USD")
    '30.00'
    """
    if unit == "hours":
        return show_duration(int(quantity) * MINUTE)
    return str(int(quantity)) if unit == "incidents" else show_amount(quantity, currency)


def spoken_quantity(quantity: Decimal, unit: str, currency: str) -> str:
    """QUANTITY of UNIT as a sentence names it: `10h`, `5 incidents`, `30.00 USD`.

    >>> spoken_quantity(Decimal(1), "incidents", "USD"), spoken_quantity(Decimal(30), "money", "USD")
    ('1 incident', '30.00 USD')
    """
    shown = show_quantity(quantity, unit, currency)
    after = {
        "hours": "",
        "incidents": " incident" if quantity == 1 else " incidents",
        "money": f" {currency}",
    }
    return shown + after[unit]
