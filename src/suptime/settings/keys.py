"""The settings: what each key is, what it cannot be, and the logo's file.

Nothing here looks at the machine but `logo_in`.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from suptime.domain.names import is_email, is_language
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from pathlib import Path

_KINDS = ("time", "block", "late-cancellation", "incident", "minutes", "fee", "prepaid-sale")

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "agent": "who you are, as work units name you",
        "timezone": "the zone in which you type times, such as America/Chicago",
        "database": "a path, or a database URL",
        "outbox": "a folder for messages that are ready to be sent",
    }
)
"""What stands outside of any table -> what it is."""

TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "seller": {
            "name": "the name at the head of your invoices",
            "address": "your address, lines separated by \\n",
            "city": "the city of your address, for e-invoices",
            "postcode": "its postcode, for e-invoices",
            "country": "your country's two letters, ISO 3166",
            "email": "where clients write to",
            "phone": "where clients call",
            "tax_id": "your tax id, for the EU with its country, such as DE123456789",
            "tax_number": "your number at the local tax office",
            "company_number": "your number in the register of companies",
            "endpoint": "your electronic address, such as 9930:DE123456789",
            "logo": "a PNG, JPEG or SVG file, beside this one or by its full path",
            "bank": "the bank's name, or how else clients pay",
            "iban": "the account that clients pay to",
            "bic": "its bank's code",
            "payment_days": "how many days after its issue an invoice is due",
            "payment_terms": "terms of payment in your own words",
            "footer": "what stands at the foot of every invoice",
            "legal": "what your law wants on it: register, directors, lines separated by \\n",
        },
        "tax": {
            "name": "what the tax is called, such as VAT",
            "exempt": "why what is exempt from tax is so",
            "reverse_charge": "what stands where the client accounts for the tax",
            "none": "what stands where there is no tax at all",
        },
        "tax.kinds": dict.fromkeys(_KINDS, "the rate for this kind of line"),
        "documents": {
            "paper": "a4 or letter",
            "language": "the language of documents, such as de, for clients who have none of their own",
            "number": "how invoice numbers look, such as INV-{year}-{serial:04}",
            "fonts": "a folder of further fonts for PDF, beside this file or by its full path",
            "templates": "a folder of your own templates, beside this file or by its full path",
            "keep_sent": "true or false: whether the database keeps a copy of each sent message",
        },
        "mail": {
            "host": "the mail server that sends invoices; without it they are files in the outbox",
            "port": "its port, such as 587",
            "tls": "starttls, implicit, or none where the server is this machine",
            "ca": "a PEM file of who vouches for the server, where the system's list does not have it",
            "user": "whom you log in as; without it nobody logs in",
            "from": "the address that invoices come from [seller.email]",
            "reply_to": "the address that answers go to",
            "bcc": "addresses that get a copy unseen, a list",
            "attach": 'the formats that are attached, a list, such as ["pdf"]',
            "since": "the day from which on `invoice send --pending` sends what was issued",
            "timeout": "how many seconds the server may take for an answer",
        },
        "timer": {
            "remind_after": "how long a timer runs until `status` reminds of it, such as 4h",
            "hours": "when you work, such as 09:00-17:00, for suptime gaps",
            "days": 'on which days you work, a list, such as ["mon", "tue"]',
            "holidays": "the country, or part of one, whose holidays are free, such as DE or US-TX",
        },
        "hooks": {"timeout": "how many seconds a hook may take"},
    }
)
"""Table -> key -> what it is. Values are text unless `MARKS` says otherwise."""

Logo = dict[str, str]
"""A picture in a document: `type`, such as image/png, and `data`, its bytes in Base64."""

LARGEST_LOGO = 256 * 1024
"""Bytes: every document has the logo in it, so that it looks the same for ever."""


def _country(value: Any) -> str:
    right = isinstance(value, str) and re.fullmatch("[A-Z]{2}", value)
    return "" if right else "Write two capital letters, such as DE or US."


def _days(value: Any) -> str:
    right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 366
    return "" if right else "Write a whole number of days without quotes, such as 14."


def _paper(value: Any) -> str:
    return "" if value in ("a4", "letter") else 'Write "a4" or "letter".'


def _switch(value: Any) -> str:
    return "" if isinstance(value, bool) else "Write true or false, without quotes."


def _language(value: Any) -> str:
    right = isinstance(value, str) and is_language(value)
    return "" if right else "Write it like en, de or fr-CH."


def _rate(value: Any) -> str:
    wanted = 'Write a rate from 0 to 100 in quotes, such as "19" or "8.25", or "exempt".'
    if value == "exempt":
        return ""
    from decimal import Decimal  # not what a timer's command waits for

    from suptime.domain.money import parse_amount

    try:
        rate = parse_amount(value) if isinstance(value, str) else Decimal(-1)
    except ValueError:
        return wanted
    return "" if 0 <= rate <= 100 and -int(rate.as_tuple().exponent) <= 4 else wanted


def _endpoint(value: Any) -> str:
    from suptime.domain.values import ENDPOINT, is_endpoint

    return "" if isinstance(value, str) and is_endpoint(value) else f"Write {ENDPOINT.expected}."


def _iban(value: Any) -> str:
    """ISO 13616: country first, then two check digits; the whole, turned, leaves 1 when divided by 97."""
    plain = value.replace(" ", "") if isinstance(value, str) else ""
    if not re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", plain):
        return "Write it as on your statement, such as DE02 1203 0000 0000 2020 51."
    turned = "".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])
    return "" if int(turned) % 97 == 1 else "Its check digits do not fit: a digit is wrong or changed places."


def _bic(value: Any) -> str:
    right = isinstance(value, str) and re.fullmatch("[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", value)
    return "" if right else "Write its 8 or 11 letters and digits, such as BYLADEM1001."


def _host(value: Any) -> str:
    right = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:]{2,45}", value)
    return "" if right else 'Write a name or an address, such as "mail.example.com"; the port is mail.port.'


def _whole(least: int, most: int, example: int) -> Callable[[Any], str]:
    def fault(value: Any) -> str:
        right = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return (
            "" if right else f"Write a whole number from {least} to {most} without quotes, such as {example}."
        )

    return fault


def _tls(value: Any) -> str:
    right = value in ("starttls", "implicit", "none")
    return "" if right else 'Write "starttls", "implicit", or "none" where the server is this machine.'


def _user(value: Any) -> str:
    right = isinstance(value, str) and value and value.isprintable()
    return "" if right else "Write the name that you log in with at the mail server, on one line."


def _address(value: Any) -> str:
    right = isinstance(value, str) and is_email(value) and value.isprintable()
    return "" if right else 'Write an address without a name, such as "billing@firm.example".'


def _addresses(value: Any) -> str:
    right = isinstance(value, list) and not any(_address(one) for one in value)
    return "" if right else 'Write a list of addresses, such as ["books@firm.example"].'


def _formats(value: Any) -> str:
    texts = isinstance(value, list) and value and all(isinstance(one, str) for one in value)
    right = texts and len(set(value)) == len(value)
    return "" if right else 'Write a list of formats, each once, such as ["pdf"].'


def _day(value: Any) -> str:
    from datetime import date, datetime

    right = isinstance(value, date) and not isinstance(value, datetime)
    return "" if right else "Write a day without quotes, such as 2026-11-01."


def _duration(value: Any) -> str:
    from suptime.domain.time import parse_duration

    try:
        right = isinstance(value, str) and parse_duration(value) > 0
    except ValueError:
        right = False
    return "" if right else 'Write a duration in quotes, such as "4h" or "90m".'


def _hours(value: Any) -> str:
    return "" if clock_hours(value) else 'Write the first and the last hour in quotes, such as "09:00-17:00".'


def clock_hours(value: Any) -> tuple[int, int] | None:
    """The minutes of the day from which to which the hours VALUE last; None where it is none, or ends before it begins.

    >>> clock_hours("09:00-17:30"), clock_hours("17:00-09:00")
    ((540, 1050), None)
    """
    found = (
        re.fullmatch("([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])", value)
        if isinstance(value, str)
        else None
    )
    if found is None:
        return None
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    return (opens, closes) if opens < closes <= 1440 else None


def _weekdays(value: Any) -> str:
    right = isinstance(value, list) and value and all(one in WEEKDAYS for one in value)
    return "" if right else 'Write a list of days, such as ["mon", "tue", "wed", "thu", "fri"].'


def _holidays(value: Any) -> str:
    right = isinstance(value, str) and re.fullmatch("[A-Z]{2}(-[A-Z0-9]{1,4})?", value)
    return "" if right else 'Write a country, or country-subdivision, such as "DE" or "US-TX".'


MARKS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "seller.country": _country,
        "seller.payment_days": _days,
        "seller.endpoint": _endpoint,
        "seller.iban": _iban,
        "seller.bic": _bic,
        "documents.paper": _paper,
        "documents.keep_sent": _switch,
        "mail.host": _host,
        "mail.port": _whole(1, 65535, 587),
        "mail.tls": _tls,
        "mail.user": _user,
        "mail.from": _address,
        "mail.reply_to": _address,
        "mail.bcc": _addresses,
        "mail.attach": _formats,
        "mail.since": _day,
        "mail.timeout": _whole(1, 600, 60),
        "documents.language": _language,
        "timer.remind_after": _duration,
        "timer.hours": _hours,
        "timer.days": _weekdays,
        "timer.holidays": _holidays,
        "hooks.timeout": _whole(1, 600, 10),
        **{f"tax.kinds.{kind}": _rate for kind in _KINDS},
    }
)
"""The settings of a shape of their own, each with what is said where a value has another; nothing where it fits."""


SECRETS: Mapping[str, str] = MappingProxyType(
    {
        "mail.password": "Remove it from the file, and set SUPTIME_SMTP_PASSWORD, or keep it in the keyring.",
    }
)
"""What people put into the file and should not, with what to do instead. Their values are never shown."""


def logo_in(path: "Path") -> Logo:
    """The picture in the file at PATH, by what it is, whatever it is called.

    Raises:
        WrongUsage: it cannot be read, is larger than `LARGEST_LOGO`, or is no PNG, JPEG or SVG.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_LOGO + 1)
    except OSError as error:
        raise WrongUsage(
            f"The logo {path} cannot be read: {error.strerror}.", hint="Correct seller.logo."
        ) from error
    if len(raw) > LARGEST_LOGO:
        raise WrongUsage(
            f"The logo {path} is larger than {LARGEST_LOGO // 1024} KiB.",
            hint="Every invoice has it in it: make it smaller, or use an SVG.",
        )
    kind = _kind_of(raw)
    if kind is None:
        raise WrongUsage(f"The logo {path} is no PNG, JPEG or SVG.", hint="Convert it, and name that file.")
    from base64 import b64encode

    return {"type": kind, "data": b64encode(raw).decode()}


def _kind_of(raw: bytes) -> str | None:
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if raw.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/svg+xml" if re.search(rb"<svg[\s>]", raw[:4096]) else None
