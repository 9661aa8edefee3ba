"""Settings, one row each with everything about the setting.

The reader of the file, `suptime config`, the page docs/reference/settings.md and the completion are made from the rows.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol

from suptime.domain import brand, values
from suptime.domain.finding import ACCEPTED
from suptime.domain.time import show_duration
from suptime.domain.values import Kind, Problem, many, quoted, shaped, whole
from suptime.domain.work import LONG
from suptime.errors import WrongUsage
from suptime.settings import database_url

TEXT: Kind[str] = Kind(
    "text",
    str.strip,
    "a text",
    str,
    lambda value: value if isinstance(value, str) else Problem("It is not a text.", "a text, in quotes"),
)
"""Any text: output functions make it safe for the terminal."""

LINES: Kind[str] = values.on_one_line(TEXT)
"""A text of several lines, typed on one with `\\n`."""


def _database(text: str) -> str | Problem:
    try:
        database_url.is_server(text)
    except WrongUsage as error:
        return Problem(error.what, error.why.removeprefix("Use ").rstrip("."))
    return text.strip()


DATABASE: Kind[str] = Kind(
    "database", _database, "a path, sqlite:///PATH, or postgresql://USER@HOST/DATABASE"
)


def _iban(text: str) -> str | Problem:
    from suptime.domain import bank  # Only needed if an account is set: it loads decimals.

    expected = "it as on your statement, such as DE02 1203 0000 0000 2020 51"
    plain = text.replace(" ", "")
    if not bank.has_iban_shape(plain):
        return Problem(f"{quoted(text)} is not an IBAN.", expected)
    if bank.is_iban(plain):
        return text.strip()
    why = "Its check digits are wrong: a digit is wrong, or two are swapped."
    return Problem(f"{quoted(text)} is not an IBAN.", expected, why=why)


IBAN: Kind[str] = Kind("IBAN", _iban, "an IBAN")

BIC = shaped(
    "BIC",
    "its 8 or 11 letters and digits, such as BYLADEM1001",
    lambda text: re.fullmatch("[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", text),
)


def _reminder(text: str) -> int | Problem:
    found = 0 if text.strip().casefold() == "off" else values.duration().read(text)
    return found._replace(expected=REMINDER.expected) if isinstance(found, Problem) else found


REMINDER = Kind(
    "duration", _reminder, "a duration such as 90m or 4h, or off", lambda s: show_duration(s) if s else "off"
)


def _days(text: str) -> int | Problem:
    found = re.fullmatch("([1-9][0-9]{0,3}) ?d", text.strip())
    return int(found[1]) if found else Problem(f"{quoted(text)} is not a number of days.", DAYS.expected)


DAYS: Kind[int] = Kind("number of days", _days, "a number of days such as 7d", "{}d".format)

_LEVELS = 'increasing days past due, a list such as ["7d", "21d", "35d"]'


def _rising(found: Any) -> Any:
    if not isinstance(found, Problem) and list(found) != sorted(found):
        return Problem("The days must increase.", _LEVELS)
    return found


_DAYS = many(DAYS, _LEVELS)
LEVELS: Kind[tuple[int, ...]] = _DAYS._replace(
    read=lambda text: _rising(_DAYS.read(text)), native=lambda value: _rising(_DAYS.strict(value))
)
"""Days past due at which an invoice reaches the levels of reminders."""

_FEES = 'amounts by currency such as { EUR = ["0.00", "5.00"] }, or typed EUR=0.00,5.00'


def _fees(value: Any) -> Any:
    """Return the fees of the levels by currency, as in a file."""
    from decimal import Decimal  # The timer's commands never load it.

    if not isinstance(value, Mapping):
        return Problem("Cannot read the fees.", _FEES)
    found: dict[str, tuple[Decimal, ...]] = {}
    for currency, amounts in value.items():
        code = values.CURRENCY.strict(currency)
        if isinstance(code, Problem):
            return code
        if not isinstance(amounts, list):
            return Problem(f"The fees in {code} are not a list.", _FEES)
        kind = values.price(code, "fee")
        read: list[Decimal] = []
        for one in map(kind.strict, amounts):
            if isinstance(one, Problem):
                return one
            read.append(one)
        found[code] = tuple(read)
    return found


def _fees_of(currency: str) -> Kind[Any]:
    """Return the kind of the fees in one currency: a list of amounts."""

    def read(text: str) -> Any:
        found = _typed_fees(f"{currency}={text}")
        return found if isinstance(found, Problem) else found[currency]

    expected = 'an amount for each level, a list such as ["0.00", "5.00"]'
    return Kind("fees", read, expected, ",".join, lambda value: _of_one(_fees({currency: value}), currency))


def _of_one(found: Any, key: str) -> Any:
    return found if isinstance(found, Problem) else found[key]


def _typed_fees(text: str) -> Any:
    table: dict[str, list[str]] = {}
    for part in text.split(";"):
        currency, _, amounts = part.partition("=")
        table[currency.strip()] = [one.strip() for one in amounts.split(",") if one.strip()]
    found = _fees(table)
    return found if isinstance(found, Problem) else table


FEES: Kind[Any] = Kind(
    "fees",
    _typed_fees,
    _FEES,
    lambda table: "; ".join(
        f"{currency}={','.join(map(str, amounts))}" for currency, amounts in table.items()
    ),
    _fees,
    lambda table: table,
)
"""Fees of the levels of reminders: an amount for each level, by currency."""


def _accent(text: str) -> str | Problem:
    from suptime.domain import colour  # only where a brand is named

    plain = text.strip().lower()
    if not colour.is_colour(plain):
        return Problem(f"{quoted(text)} is not a colour.", ACCENT.expected)
    if (near := colour.darkened(plain)) == plain:
        return plain
    why = (
        f"Its contrast on white is {colour.contrast(plain, colour.WHITE):.2f}:1, and text needs {colour.LEAST}:1. "
        f"The nearest darker colour is {near}."
    )
    return Problem(f"{quoted(text)} is too light.", f"{near} or a darker colour", why=why)


ACCENT = Kind("colour", _accent, "a colour such as #12506e")

TEXT_KEYS = (
    "terms",
    "footer",
    "legal",
    "tax_none",
    "tax_exempt",
    "reverse_charge",
    "estimate",
    "reminder1",
    "reminder2",
    "reminder3",
    "mail",
)
"""The texts that a firm words in each language of its documents."""

Entry = Kind[Any] | Problem


def _table(name: str, example: str, kind_of: "Callable[[tuple[str, ...]], Entry]", depth: int) -> Kind[Any]:
    """Return the kind of a table of entries `depth` deep; `kind_of` has the kind of each, or says why there is none."""
    expected = f"a table such as {example}"

    def check(value: Any, path: tuple[str, ...] = ()) -> Any:
        if len(path) == depth:
            kind = kind_of(path)
            return kind if isinstance(kind, Problem) else kind.strict(value)
        if not isinstance(value, Mapping):
            return Problem(f"{quoted('.'.join(path) or name)} is not a table.", expected)
        for key, inner in value.items():
            found = check(inner, (*path, key))
            if isinstance(found, Problem):
                where = ".".join((*path, key))
                return found if len(path) + 1 < depth else found._replace(why=_of_entry(where, found))
        return value

    def read(_: str) -> Problem:
        first = example.partition(" ")[0]
        return Problem(f"{name} is a table.", expected, why=f"Set one entry of it, such as {name}.{first}.")

    return Kind("table", read, expected, _show_table, check, lambda table: table)


def _of_entry(where: str, found: Problem) -> str:
    return f"{where}: {found.what} {found.why or f'Write {found.expected}.'}"


def _show_table(table: Mapping[str, Any], prefix: str = "") -> str:
    return "; ".join(
        _show_table(value, f"{prefix}{key}.") if isinstance(value, Mapping) else f"{prefix}{key}={value}"
        for key, value in table.items()
    )


def _language_of_texts(text: str) -> Problem | None:
    found = values.LANGUAGE.read(text)
    return found if isinstance(found, Problem) else None


def _text_in(path: tuple[str, ...]) -> Entry:
    language, key = path
    if (wrong := _language_of_texts(language)) is not None:
        return wrong
    if key in TEXT_KEYS:
        return LINES
    return Problem(f"{quoted(key)} is not a text.", values.any_of(TEXT_KEYS), word=key, among=TEXT_KEYS)


def _label_in(path: tuple[str, ...]) -> Entry:
    language, code = path
    if (wrong := _language_of_texts(language)) is not None:
        return wrong
    found = values.code("code of a category, cause or priority").read(code)
    return found if isinstance(found, Problem) else values.line("label")


def _name_in(path: tuple[str, ...]) -> Entry:
    found = values.AGENT.read(path[0])
    return found if isinstance(found, Problem) else values.line("name")


ACCOUNT = shaped("account", "4 to 9 digits, such as 8400", lambda text: re.fullmatch("[0-9]{4,9}", text))

TAX_KEY = shaped("tax key", "1 to 4 digits, such as 3", lambda text: re.fullmatch("[0-9]{1,4}", text))

TREATMENTS = ("reverse-charge", "exempt", "none")


def _tax_named(text: str) -> Problem | None:
    if text in TREATMENTS or re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,4})?", text):
        return None
    return Problem(f"{quoted(text)} is not a tax.", "a rate such as 19, reverse-charge, exempt or none")


def _account_in(path: tuple[str, ...]) -> Entry:
    return _tax_named(path[0]) or ACCOUNT


def _tax_key_in(path: tuple[str, ...]) -> Entry:
    return _tax_named(path[0]) or TAX_KEY


def _debtor_in(path: tuple[str, ...]) -> Entry:
    found = values.CLIENT_CODE.read(path[0])
    return found if isinstance(found, Problem) else ACCOUNT


DAY_OF_YEAR = shaped(
    "day of the year",
    "a month and a day such as 01-01",
    lambda text: re.fullmatch("(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])", text),
)

PERCENT = values.rate("interest", (), "percent a year from 0 to 100 such as 9.12")

HOST = shaped(
    "host",
    'a name or an address, such as "mail.example.com"; the port is mail.port',
    lambda text: re.fullmatch(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:]{2,45}", text),
)

USER = shaped("user", "the login name at the mail server, on one line", str.isprintable)

HOLIDAYS = shaped(
    "country",
    "a country, or country-subdivision, such as DE or US-TX",
    lambda text: re.fullmatch("[A-Z]{2}(-[A-Z0-9]{1,4})?", text),
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _hours(text: str) -> tuple[int, int] | Problem:
    found = re.fullmatch("([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])", text.strip())
    if found:
        opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        if opens < closes <= 1440:
            return opens, closes
    return Problem(f"{quoted(text)} is not a range of hours.", HOURS.expected, "Example: 09:00-17:00")


HOURS: Kind[tuple[int, int]] = Kind(
    "hours of a day",
    _hours,
    "the first and the last hour such as 09:00-17:00",
    lambda hours: "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in hours),
)
"""Range of hours, as minutes of the day."""


class Asked(Protocol):
    """Access to settings for a default."""

    def get(self, name: str) -> Any:
        """Return the value of a setting."""


class Setting(NamedTuple):
    """One setting: its name in the file, its meaning, and the kind of its value.

    `default` is the default as in the file, or a function of the settings; `variable` is the environment variable that
    takes precedence. A `late` value is only checked when it is used, and by `suptime config`, because the environment
    may take precedence. `show` hides secrets in a value. A table has `depth` levels; `entry` returns the kind of each
    of its entries, or the reason why there is no such entry.
    """

    name: str
    help: str
    kind: Kind[Any] = TEXT
    default: Any = None
    variable: str = ""
    late: bool = False
    show: Callable[[str], str] | None = None
    entry: Callable[[tuple[str, ...]], Entry] | None = None
    depth: int = 0

    def shown(self, value: Any) -> Any:
        """Return a value of the file for display."""
        if self.show is None:
            return value
        return self.show(value) if isinstance(value, str) else type(value)

    def default_of(self, settings: Asked) -> Any:
        """Return the default of a setting."""
        return self.default(settings) if callable(self.default) else self.default


def _table_setting(
    name: str, meaning: str, example: str, entry: Callable[[tuple[str, ...]], Entry], depth: int = 1
) -> Setting:
    """Return the setting of a table whose entries are `depth` deep; `entry` is as in `Setting`."""
    return Setting(name, meaning, _table(name, example, entry, depth), entry=entry, depth=depth)


NUMBER_FORMAT = "INV-{year}-{serial:04}"
"""Default format of an invoice number."""

PORTS: Mapping[str, int] = {"starttls": 587, "implicit": 465, "none": 25}
"""Usual port (RFC 8314) of each way of talking to a mail server."""


def _rate(value: Any) -> Any:
    """Return the rate, or the history of rates, of a kind of line in a file."""
    if not isinstance(value, list):
        return values.TAX_RATE.strict(value)
    steps = [step for step in value if isinstance(step, Mapping) and set(step) == {"from", "rate"}]
    days = {step["from"] for step in steps if type(step["from"]) is date}
    if not value or len(days) < len(value):
        return Problem(
            "Cannot read the steps.",
            'steps like { from = 2026-07-01, rate = "16" }, each with a different day',
        )
    found = (values.TAX_RATE.strict(step["rate"]) for step in steps)
    return next((rate for rate in found if isinstance(rate, Problem)), value)


TAX_RATES: Kind[Any] = values.TAX_RATE._replace(
    expected=f"{values.TAX_RATE.expected}, or a history of rates",
    native=_rate,
    plain=lambda value: value,
    show=lambda value: (
        value
        if isinstance(value, str)
        else ", ".join(f"{step['rate']} from {step['from']}" for step in value)
    ),
)
"""Tax of a kind of line: a rate, or its history like that of prices."""

_RATES = tuple(
    Setting(f"tax.kinds.{kind}", "tax rate for this kind of line", TAX_RATES)
    for kind in (
        "time",
        "block",
        "late-cancellation",
        "incident",
        "minutes",
        "minimum",
        "fee",
        "prepaid-sale",
    )
)

ROWS = (
    Setting(
        "agent",
        "your name as an agent",
        values.AGENT,
        lambda settings: settings.agent,
        variable="SUPTIME_AGENT",
        late=True,
    ),
    Setting(
        "timezone",
        "time zone of the times that you type, such as America/Chicago",
        values.ZONE,
        lambda settings: settings.zone.name,
        variable="TZ",
        late=True,
    ),
    Setting(
        "database",
        "path, or database URL",
        DATABASE,
        lambda settings: settings.database,
        variable="SUPTIME_DB",
        late=True,
        show=database_url.redacted,
    ),
    Setting(
        "outbox",
        "folder for messages that are ready to be sent",
        TEXT,
        lambda settings: str(settings.outbox),
    ),
    Setting("seller.name", "your name on invoices"),
    Setting("seller.address", "your address, lines separated by \\n", LINES),
    Setting("seller.city", "city of your address, for e-invoices"),
    Setting("seller.postcode", "postcode of your address, for e-invoices"),
    Setting("seller.country", "your country: two letters (ISO 3166)", values.COUNTRY),
    Setting("seller.email", "your e-mail address for clients"),
    Setting("seller.phone", "your telephone number for clients"),
    Setting("seller.contact", "person or office for questions of clients, for e-invoices"),
    Setting("seller.tax_id", "your tax id, in the EU with its country, such as DE123456789"),
    Setting("seller.tax_number", "your number at the local tax office"),
    Setting(
        "seller.company_number",
        "your number in the register of companies, with its scheme if it has one, such as 0106:12345678",
    ),
    Setting("seller.identifier", "another number that identifies you, such as 0088:4035811991021"),
    Setting("seller.endpoint", "your electronic address, such as 9930:DE123456789", values.ENDPOINT),
    Setting("seller.logo", "another name of brand.logo"),
    Setting("seller.bank", "name of your bank, or another way to pay"),
    Setting("seller.iban", "bank account for payments of clients", IBAN),
    Setting("seller.bic", "code of your bank (BIC)", BIC),
    Setting(
        "seller.reference",
        "payment reference: number (the invoice number), or rf (a creditor reference, ISO 11649)",
        values.choice("reference", ("number", "rf")),
        "number",
    ),
    Setting(
        "seller.payment_days",
        "days from issue to the due day of an invoice",
        whole("days", 0, 366, "a whole number of days such as 14"),
    ),
    Setting("seller.payment_terms", "terms of payment in your own words"),
    Setting("seller.footer", "text at the end of every invoice"),
    Setting(
        "seller.legal", "text that your law requires: register, directors, lines separated by \\n", LINES
    ),
    Setting(
        "brand.accent",
        "colour of amounts and rules on documents, with a contrast of 4.5:1 on white",
        ACCENT,
        brand.ACCENT,
    ),
    Setting(
        "brand.logo", "logo: a PNG, JPEG or SVG file of at most 256 KiB, relative to this file or absolute"
    ),
    Setting(
        "brand.font",
        "font of documents; put your own into documents.fonts, in weights 400 and 600",
        values.line("font"),
        brand.FONT,
    ),
    _table_setting(
        "texts",
        "texts by language and name, such as texts.de.terms; names: " + ", ".join(TEXT_KEYS),
        'de.terms = "..."',
        _text_in,
        2,
    ),
    _table_setting("agents", "names of agents on documents, by login", 'jonas = "Jonas Adler"', _name_in),
    _table_setting(
        "labels",
        "words for the codes of categories, causes and priorities, by language, such as labels.de.bug-report",
        'de.bug-report = "Fehlermeldung"',
        _label_in,
        2,
    ),
    Setting("tax.name", "name of the tax, such as VAT"),
    Setting("tax.exempt", "reason for tax exemption"),
    Setting("tax.reverse_charge", "text for reverse charge"),
    Setting("tax.none", "text for no tax at all"),
    *_RATES,
    Setting(
        "invoice.accept",
        'findings that do not prevent an issue, a list, such as ["client-address"]',
        many(ACCEPTED, 'a list of codes of findings such as ["client-address", "unit-long:U7"]', empty=True),
        [],
    ),
    Setting("documents.paper", "paper size: a4 or letter", values.choice("paper", ("a4", "letter")), "a4"),
    Setting(
        "documents.language",
        "default language of documents, such as de",
        values.LANGUAGE,
        "en",
    ),
    Setting("documents.number", f"format of invoice numbers, such as {NUMBER_FORMAT}", TEXT, NUMBER_FORMAT),
    Setting(
        "documents.credit_number",
        "how numbers of credit notes look, such as CN-{year}-{serial:04}, in a series of their own; by default they share"
        " the series of documents.number",
        TEXT,
    ),
    Setting(
        "documents.detail",
        "full or summary: whether invoices have a worksheet with every entry",
        values.DETAIL,
        "full",
    ),
    Setting(
        "documents.agents",
        "name, initials or none: what the worksheet shows of who did the work",
        values.choice("agents", ("name", "initials", "none")),
        "name",
    ),
    Setting(
        "documents.window",
        "din, right, us or none: where the envelope shows the address; by default as in seller.country",
        values.choice("window", ("din", "right", "us", "none")),
    ),
    Setting(
        "documents.qr",
        "payment code on invoices: auto (the code of your bank's country) or none",
        values.choice("payment code", ("auto", "none")),
        "auto",
    ),
    Setting(
        "documents.estimate_days",
        "days for which an estimate is valid",
        whole("days", 1, 366, "a whole number of days such as 30"),
        30,
    ),
    Setting("documents.fonts", "folder of further fonts for PDF, relative to this file or absolute"),
    Setting(
        "documents.templates",
        "folder of your own templates, relative to this file or absolute",
        TEXT,
        lambda settings: str(settings.templates) if settings.templates else None,
    ),
    Setting(
        "documents.keep_sent",
        "true or false: keep a copy of each sent message in the database",
        values.FLAG,
        True,
    ),
    Setting("mail.host", "mail server for invoices; without it they are files in the outbox", HOST),
    Setting(
        "mail.port",
        "port of the mail server, such as 587",
        whole("port", 1, 65535, "a whole number from 1 to 65535 such as 587"),
        lambda settings: PORTS[settings.get("mail.tls")],
    ),
    Setting(
        "mail.tls",
        "starttls, implicit, or none if the server is this machine",
        values.choice("way to talk to a mail server", PORTS),
        "starttls",
    ),
    Setting("mail.ca", "PEM file of certificate authorities, if the system's list is not sufficient"),
    Setting("mail.user", "login at the mail server; without it suptime does not log in", USER),
    Setting(
        "mail.from",
        "sender address of invoices [default: seller.email]",
        values.EMAIL,
        lambda settings: settings.get("seller.email"),
    ),
    Setting("mail.reply_to", "reply address", values.EMAIL),
    Setting(
        "mail.bcc",
        "addresses for blind copies, a list",
        many(values.EMAIL, 'a list of addresses such as ["books@firm.example"]', empty=True),
    ),
    Setting(
        "mail.attach",
        'attached formats, a list, such as ["pdf"]',
        many(values.line("format"), 'a list of formats, each once, such as ["pdf"]'),
        ["pdf"],
    ),
    Setting("mail.since", "first issue day of invoices for `invoice send --pending`", values.DAY),
    Setting(
        "mail.timeout",
        "seconds that the server has to answer",
        whole("seconds", 1, 600, "a whole number from 1 to 600 such as 60"),
        60,
    ),
    Setting(
        "mail.received_by",
        'names of your mail servers, a list, such as ["mx.firm.example"]: their Received headers '
        "give the time of a request",
        many(HOST, 'a list of names such as ["mx.firm.example"]', empty=True),
    ),
    Setting(
        "mail.acknowledge_limit",
        "most requests of one address that are acknowledged in 24 hours",
        whole("acknowledgements", 0, 1_000_000, "a whole number such as 5"),
        5,
    ),
    Setting(
        "mail.case_limit",
        "most cases that one address can open by e-mail in 24 hours",
        whole("cases", 0, 1_000_000, "a whole number such as 20"),
        20,
    ),
    Setting(
        "reminders.levels",
        'days past due of each level of reminders, a list, such as ["7d", "21d", "35d"]',
        LEVELS,
    ),
    Setting("reminders.interval", "least time between two reminders to a client, such as 7d", DAYS, "7d"),
    Setting(
        "reminders.fees",
        "fee of each level by currency, such as EUR=0.00,5.00,5.00 [default: no fees]",
        FEES,
        entry=lambda path: _fees_of(path[0]),
        depth=1,
    ),
    Setting(
        "reminders.days",
        "how many days a reminder gives to pay",
        whole("days", 1, 366, "a whole number of days such as 7"),
        7,
    ),
    Setting(
        "reminders.interest",
        "late interest in percent a year, such as 9.12 [default: no interest]",
        PERCENT,
    ),
    Setting(
        "timer.remind_after",
        "age at which a running timer counts as forgotten, such as 4h; off for never",
        REMINDER,
        show_duration(LONG),
    ),
    Setting(
        "timer.hints",
        "hints of the timer's commands about costs and balances: on or off",
        values.choice("hints", ("on", "off")),
        "on",
    ),
    Setting("timer.hours", "your working hours, such as 09:00-17:00, for suptime gaps", HOURS, "09:00-17:00"),
    Setting(
        "timer.days",
        'your working days, a list, such as ["mon", "tue"]',
        many(values.choice("day", WEEKDAYS), 'a list of days such as ["mon", "tue", "wed", "thu", "fri"]'),
        [*WEEKDAYS[:5]],
    ),
    Setting(
        "timer.holidays",
        "country, or part of one, whose holidays are free, such as DE or US-TX",
        HOLIDAYS,
    ),
    Setting(
        "books.closed_through",
        "last day of the closed books: payments, allocations and write-offs through it cannot change",
        values.DAY,
    ),
    Setting("datev.adviser", "number of your tax adviser at DATEV", whole("adviser", 1001, 9_999_999)),
    Setting("datev.client", "your number at your tax adviser", whole("client", 1, 99999)),
    Setting("datev.fiscal_year_start", "first day of your fiscal year, such as 01-01", DAY_OF_YEAR, "01-01"),
    Setting("datev.account_length", "digits of an account", whole("digits", 4, 8), 4),
    Setting("datev.chart", "chart of accounts: 03 or 04", values.choice("chart", ("03", "04"))),
    Setting(
        "datev.service_date",
        "true or false: write the last day of the period as the day of supply",
        values.FLAG,
        False,
    ),
    _table_setting(
        "datev.accounts",
        "accounts of income by tax rate or treatment, such as datev.accounts.19",
        '19 = "8400"',
        _account_in,
    ),
    _table_setting(
        "datev.prepaid",
        "accounts of prepaid sales by tax rate or treatment [default: datev.accounts]",
        '19 = "3272"',
        _account_in,
    ),
    _table_setting(
        "datev.keys",
        "tax keys by tax rate or treatment, for accounts without automatic tax",
        '19 = "3"',
        _tax_key_in,
    ),
    _table_setting(
        "datev.debtors", "debtor accounts by client, such as datev.debtors.acme", 'acme = "10001"', _debtor_in
    ),
    Setting(
        "hooks.timeout",
        "seconds that a hook may run",
        whole("seconds", 1, 600, "a whole number from 1 to 600 such as 10"),
        10,
    ),
)
"""All settings, in the order of listing."""

SETTINGS: Mapping[str, Setting] = {row.name: row for row in ROWS}


def find(name: str) -> Setting | Problem | None:
    """Return the setting of a name, or an entry of a table as one, such as `texts.de.terms`; None if there is none.

    A name that no entry of its table can have is a problem.
    """
    if name in SETTINGS:
        return SETTINGS[name]
    for row in ROWS:
        if row.entry is not None and name.startswith(f"{row.name}."):
            path = tuple(name.removeprefix(f"{row.name}.").split(".", row.depth - 1))
            kind = row.entry(path) if len(path) == row.depth and all(path) else None
            if kind is None or isinstance(kind, Problem):
                return kind
            return row._replace(name=name, kind=kind, default=None, entry=None)
    return None


def keys_of(name: str) -> list[str]:
    """Return the keys that lead to a setting in the file.

    >>> keys_of("seller.name"), keys_of("agents.ana.b")
    (['seller', 'name'], ['agents', 'ana.b'])
    """
    for row in ROWS:
        if row.entry is not None and name.startswith(f"{row.name}."):
            inner = name.removeprefix(f"{row.name}.").split(".", row.depth - 1)
            return [*row.name.split("."), *inner]
    return name.split(".")


SECRETS: Mapping[str, str] = {
    "mail.password": "Remove it from the file, and set SUPTIME_SMTP_PASSWORD, or keep it in the keyring."
}
"""Secrets that must not be in the file, with the remedy. Their values are never shown."""
