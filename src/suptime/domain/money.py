"""Money: exact decimals and the currencies of ISO 4217."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

# ISO 4217 list one: the currencies in use, funds and metals left out.
CURRENCIES = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ "
    "GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP "
    "LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR "
    "PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC "
    "SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF "
    "XPF YER ZAR ZMW ZWG".split()
)

# The minor unit is two decimals but for these (ISO 4217).
_DIGITS = dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0) | (
    dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
)

LARGEST = Decimal(10) ** 12
"""No single amount reaches this: beyond it is a slip of the finger."""


def minor_digits(currency: str) -> int:
    """How many decimals the minor unit of CURRENCY (ISO 4217) has: 0, 2 or 3.

    >>> minor_digits("JPY"), minor_digits("USD"), minor_digits("KWD")
    (0, 2, 3)
    """
    return _DIGITS.get(currency, 2)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """AMOUNT rounded half up (away from zero) to the minor unit of CURRENCY (rating.md, 4).

    >>> rounded(Decimal("41.665"), "USD"), rounded(Decimal("-41.665"), "USD")
    (Decimal('41.67'), Decimal('-41.67'))
    """
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_UP)


def parse_amount(text: str) -> Decimal:
    """The amount that TEXT writes with digits and at most one decimal point; no sign, no exponent.

    >>> parse_amount("1000.50")
    Decimal('1000.50')

    Raises:
        ValueError: TEXT is not such an amount, or not below `LARGEST`.
    """
    plain = text.strip()
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit():
        raise ValueError(f"{text!r} is not an amount such as 120.00")
    try:
        amount = Decimal(plain)
    except InvalidOperation as error:  # a lone point is caught above; this is for lengths beyond reason
        raise ValueError(f"{text!r} is not an amount such as 120.00") from error
    if amount >= LARGEST:
        raise ValueError(f"{text!r} is too large for an amount")
    return amount


def show_amount(amount: Decimal, currency: str) -> str:
    """AMOUNT as text with at least the decimals of CURRENCY's minor unit; more where it has more.

    >>> show_amount(Decimal("120"), "USD"), show_amount(Decimal("0.0125"), "USD"), show_amount(Decimal("5"), "JPY")
    ('120.00', '0.0125', '5')
    """
    exponent = amount.as_tuple().exponent
    decimals = max(minor_digits(currency), -exponent if isinstance(exponent, int) else 0)
    return f"{amount:.{decimals}f}"
