"""Money: exact decimals and the currencies of ISO 4217."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from suptime.domain.time import MINUTE, parse_duration, show_duration

# ISO 4217 list one: the currencies in use, without funds and metals.
CURRENCIES = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ "
    "GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP "
    "LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR "
    "PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC "
    "SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF "
    "XPF YER ZAR ZMW ZWG".split()
)

# The minor unit has two decimals, except for these (ISO 4217).
_DIGITS = dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0) | (
    dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
)

LARGEST = Decimal(10) ** 12

"""Limit of a single amount: larger ones are typing mistakes."""


def minor_digits(currency: str) -> int:
    """Return the number of decimals of the minor unit of `currency` (ISO 4217): 0, 2 or 3.

    >>> minor_digits("JPY"), minor_digits("USD"), minor_digits("KWD")
    (0, 2, 3)
    """
    return _DIGITS.get(currency, 2)


def minor_units(amount: str, currency: str) -> int:
    """Return an amount in the smallest unit of its currency.

    >>> minor_units("12.50", "USD"), minor_units("12", "JPY")
    (1250, 12)
    """
    return int(Decimal(amount).scaleb(minor_digits(currency)))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Return an amount rounded half up (away from zero) to the minor unit of `currency`.

    >>> rounded(Decimal("41.665"), "USD"), rounded(Decimal("-41.665"), "USD")
    (Decimal('41.67'), Decimal('-41.67'))
    """
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_UP)


def parse_amount(text: str) -> Decimal:
    """Return the amount that `text` writes with digits and at most one decimal point; no sign, no exponent.

    >>> parse_amount("1000.50")
    Decimal('1000.50')

    Raises:
        ValueError: `text` is not such an amount, or not below `LARGEST`.
    """
    plain = text.strip()
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit():
        raise ValueError(f"{text!r} is not an amount such as 120.00")
    try:
        amount = Decimal(plain)
    except InvalidOperation as error:  # The pattern refuses a lone point; this is for excessive lengths.
        raise ValueError(f"{text!r} is not an amount such as 120.00") from error
    if amount >= LARGEST:
        raise ValueError(f"{text!r} is too large for an amount")
    return amount


def show_amount(amount: Decimal, currency: str) -> str:
    """Return an amount as text with at least the decimals of `currency`'s minor unit.

    >>> show_amount(Decimal("120"), "USD"), show_amount(Decimal("0.0125"), "USD"), show_amount(Decimal("5"), "JPY")
    ('120.00', '0.0125', '5')
    """
    exponent = amount.as_tuple().exponent
    decimals = max(minor_digits(currency), -exponent if isinstance(exponent, int) else 0)
    return f"{amount:.{decimals}f}"


UNITS = ("hours", "incidents", "money")

_LETTER = re.compile("[hms]", re.IGNORECASE)

_COUNT = re.compile("[0-9]{1,6}", re.ASCII)


def parse_quantity(text: str, unit: str, currency: str) -> Decimal:
    """Return the positive quantity in `text` in a `unit` ("hours", "incidents" or "money", in `currency`).

    Hours are any duration with its unit, in whole minutes.

    >>> [parse_quantity(text, "hours", "USD") for text in ("10h", "90m", "PT2H")]
    [Decimal('600'), Decimal('90'), Decimal('120')]
    >>> parse_quantity("5", "incidents", "USD"), parse_quantity("30", "money", "USD")
    (Decimal('5'), Decimal('30.00'))

    Raises:
        ValueError: it is not one; the message is the end of a sentence.
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
        raise ValueError("must be in whole minutes")
    if seconds == 0:
        raise ValueError("must be greater than zero")
    return Decimal(seconds // MINUTE)


def _incidents(text: str, _: str) -> Decimal:
    if not _COUNT.fullmatch(text):
        raise ValueError("is not a number of incidents")
    if int(text) == 0:
        raise ValueError("must be greater than zero")
    return Decimal(int(text))


def _money(text: str, currency: str) -> Decimal:
    try:
        amount = parse_amount(text)
    except ValueError:
        raise ValueError("is not an amount of money") from None
    unit = Decimal(1).scaleb(-minor_digits(currency))
    if amount != amount.quantize(unit):
        raise ValueError(f"has more decimals than {currency}")
    if amount == 0:
        raise ValueError("must be greater than zero")
    return amount.quantize(unit)


def show_quantity(quantity: Decimal, unit: str, currency: str) -> str:
    """Return a quantity of `unit` as text that `parse_quantity` can read.

    >>> show_quantity(Decimal(90), "hours", "USD"), show_quantity(Decimal(5), "incidents", "USD")
    ('1h30m', '5')
    >>> show_quantity(Decimal("30"), "money", "USD")
    '30.00'
    """
    if unit == "hours":
        return show_duration(int(quantity) * MINUTE)
    return str(int(quantity)) if unit == "incidents" else show_amount(quantity, currency)


def quantity_in_words(quantity: Decimal, unit: str, currency: str) -> str:
    """Return a quantity in words: `10h`, `5 incidents`, `30.00 USD`.

    >>> quantity_in_words(Decimal(1), "incidents", "USD"), quantity_in_words(Decimal(30), "money", "USD")
    ('1 incident', '30.00 USD')
    """
    shown = show_quantity(quantity, unit, currency)
    after = {
        "hours": "",
        "incidents": " incident" if quantity == 1 else " incidents",
        "money": f" {currency}",
    }
    return shown + after[unit]
