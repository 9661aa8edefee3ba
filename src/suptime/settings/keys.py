"""The settings, one row each: all that suptime knows of a setting stands in its row.

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
"""Any text: what a person's own file says is made harmless where it is shown."""

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
    from suptime.domain import bank  # only where an account is named: it loads decimals

    expected = "it as on your statement, such as DE02 1203 0000 0000 2020 51"
    plain = text.replace(" ", "")
    if not bank.has_iban_shape(plain):
        return Problem(f"{quoted(text)} is not an IBAN.", expected)
    if bank.is_iban(plain):
        return text.strip()
    why = "Its check digits do not fit: a digit is wrong or changed places."
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

_LEVELS = 'days past due that rise, a list such as ["7d", "21d", "35d"]'


def _rising(found: Any) -> Any:
    if not isinstance(found, Problem) and list(found) != sorted(found):
        return Problem("They do not rise.", _LEVELS)
    return found


_DAYS = many(DAYS, _LEVELS)
LEVELS: Kind[tuple[int, ...]] = _DAYS._replace(
    read=lambda text: _rising(_DAYS.read(text)), native=lambda value: _rising(_DAYS.strict(value))
)
"""The days past due at which an invoice reaches the levels of reminders."""

_FEES = 'amounts by currency such as { EUR = ["0.00", "5.00"] }, or typed EUR=0.00,5.00'


def _fees(value: Any) -> Any:
    """Return the fees of the levels by currency, as a file has them."""
    from decimal import Decimal  # no command of the timer loads it

    if not isinstance(value, Mapping):
        return Problem("The fees cannot be read.", _FEES)
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
"""The fees of the levels of reminders: an amount for each level, by currency."""


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


PERCENT = values.rate("interest", (), "percent a year from 0 to 100 such as 9.12")

HOST = shaped(
    "host",
    'a name or an address, such as "mail.example.com"; the port is mail.port',
    lambda text: re.fullmatch(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:]{2,45}", text),
)

USER = shaped("user", "the name that you log in with at the mail server, on one line", str.isprintable)

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
    return Problem(f"{quoted(text)} are no hours of a day.", HOURS.expected, "Write them like 09:00-17:00.")


HOURS: Kind[tuple[int, int]] = Kind(
    "hours of a day",
    _hours,
    "the first and the last hour such as 09:00-17:00",
    lambda hours: "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in hours),
)
"""Hours of a day, as the minutes from which to which they last."""


class Asked(Protocol):
    """The settings as a default asks them."""

    def get(self, name: str) -> Any:
        """Return the value of a setting."""


class Setting(NamedTuple):
    """One setting: its name in the file, what it is, and the kind of its value.

    `default` is what holds where nobody says, as the file would have it, or makes it from the settings;
    `variable` names what in the environment goes before the file. A `late` value is refused only by who needs it,
    and by `suptime config`: the environment may go before it. `show` hides what is secret in a value. A table is
    `depth` deep, and `entry` has the kind of each of its entries, or says why there is none of that name.
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
        """Return a value of the file as it may be seen."""
        if self.show is None:
            return value
        return self.show(value) if isinstance(value, str) else type(value)

    def default_of(self, settings: Asked) -> Any:
        """Return what holds where neither the environment nor the file says anything."""
        return self.default(settings) if callable(self.default) else self.default


NUMBER_FORMAT = "INV-{year}-{serial:04}"
"""How an invoice number looks where the settings do not say."""

PORTS: Mapping[str, int] = {"starttls": 587, "implicit": 465, "none": 25}
"""The usual port (RFC 8314) of each way to talk to a mail server."""


def _rate(value: Any) -> Any:
    """Return the rate, or the history of rates, that a file has for a kind of line."""
    if not isinstance(value, list):
        return values.TAX_RATE.strict(value)
    steps = [step for step in value if isinstance(step, Mapping) and set(step) == {"from", "rate"}]
    days = {step["from"] for step in steps if type(step["from"]) is date}
    if not value or len(days) < len(value):
        return Problem(
            "The steps cannot be read.",
            'steps like { from = 2026-07-01, rate = "16" }, each from a day of its own',
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
"""The tax of a kind of line: a rate, or its history as that of prices."""

_RATES = tuple(
    Setting(f"tax.kinds.{kind}", "the rate for this kind of line", TAX_RATES)
    for kind in ("time", "block", "late-cancellation", "incident", "minutes", "fee", "prepaid-sale")
)

ROWS = (
    Setting(
        "agent",
        "who you are, as work units name you",
        values.AGENT,
        lambda settings: settings.agent,
        variable="SUPTIME_AGENT",
        late=True,
    ),
    Setting(
        "timezone",
        "the zone in which you type times, such as America/Chicago",
        values.ZONE,
        lambda settings: settings.zone.name,
        variable="TZ",
        late=True,
    ),
    Setting(
        "database",
        "a path, or a database URL",
        DATABASE,
        lambda settings: settings.database,
        variable="SUPTIME_DB",
        late=True,
        show=database_url.redacted,
    ),
    Setting(
        "outbox",
        "a folder for messages that are ready to be sent",
        TEXT,
        lambda settings: str(settings.outbox),
    ),
    Setting("seller.name", "the name at the head of your invoices"),
    Setting("seller.address", "your address, lines separated by \\n", LINES),
    Setting("seller.city", "the city of your address, for e-invoices"),
    Setting("seller.postcode", "its postcode, for e-invoices"),
    Setting("seller.country", "your country's two letters, ISO 3166", values.COUNTRY),
    Setting("seller.email", "where clients write to"),
    Setting("seller.phone", "where clients call"),
    Setting("seller.contact", "the person or office that clients write to, for e-invoices"),
    Setting("seller.tax_id", "your tax id, for the EU with its country, such as DE123456789"),
    Setting("seller.tax_number", "your number at the local tax office"),
    Setting(
        "seller.company_number",
        "your number in the register of companies, with its scheme if it has one, such as 0106:12345678",
    ),
    Setting("seller.identifier", "another number that identifies you, such as 0088:4035811991021"),
    Setting("seller.endpoint", "your electronic address, such as 9930:DE123456789", values.ENDPOINT),
    Setting("seller.logo", "another name of brand.logo"),
    Setting("seller.bank", "the bank's name, or how else clients pay"),
    Setting("seller.iban", "the account that clients pay to", IBAN),
    Setting("seller.bic", "its bank's code", BIC),
    Setting(
        "seller.reference",
        "what clients pay with: number, the invoice's own, or rf, a creditor reference (ISO 11649)",
        values.choice("reference", ("number", "rf")),
        "number",
    ),
    Setting(
        "seller.payment_days",
        "how many days after its issue an invoice is due",
        whole("days", 0, 366, "a whole number of days such as 14"),
    ),
    Setting("seller.payment_terms", "terms of payment in your own words"),
    Setting("seller.footer", "what stands at the foot of every invoice"),
    Setting("seller.legal", "what your law wants on it: register, directors, lines separated by \\n", LINES),
    Setting(
        "brand.accent",
        "the colour of amounts and rules on documents, with a contrast of 4.5:1 on white",
        ACCENT,
        brand.ACCENT,
    ),
    Setting("brand.logo", "a PNG, JPEG or SVG file of at most 256 KiB, beside this file or by its full path"),
    Setting(
        "brand.font",
        "the font of documents; another than the shipped one stands in documents.fonts, in weights 400 and 600",
        values.line("font"),
        brand.FONT,
    ),
    Setting(
        "texts",
        "texts by language and name, such as texts.de.terms; names: " + ", ".join(TEXT_KEYS),
        _table("texts", 'de.terms = "..."', _text_in, 2),
        entry=_text_in,
        depth=2,
    ),
    Setting(
        "agents",
        "names of agents on documents, by login",
        _table("agents", 'jonas = "Jonas Adler"', _name_in, 1),
        entry=_name_in,
        depth=1,
    ),
    Setting(
        "labels",
        "words for the codes of categories, causes and priorities, by language, such as labels.de.bug-report",
        _table("labels", 'de.bug-report = "Fehlermeldung"', _label_in, 2),
        entry=_label_in,
        depth=2,
    ),
    Setting("tax.name", "what the tax is called, such as VAT"),
    Setting("tax.exempt", "why what is exempt from tax is so"),
    Setting("tax.reverse_charge", "what stands where the client accounts for the tax"),
    Setting("tax.none", "what stands where there is no tax at all"),
    *_RATES,
    Setting(
        "invoice.accept",
        'the findings with which a month is issued all the same, a list, such as ["client-address"]',
        many(ACCEPTED, 'a list of codes of findings such as ["client-address", "unit-long:U7"]', empty=True),
        [],
    ),
    Setting("documents.paper", "a4 or letter", values.choice("paper", ("a4", "letter")), "a4"),
    Setting(
        "documents.language",
        "the language of documents, such as de, for clients who have none of their own",
        values.LANGUAGE,
        "en",
    ),
    Setting("documents.number", f"how invoice numbers look, such as {NUMBER_FORMAT}", TEXT, NUMBER_FORMAT),
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
        "auto or none: whether invoices have the payment code of your bank's country",
        values.choice("payment code", ("auto", "none")),
        "auto",
    ),
    Setting(
        "documents.estimate_days",
        "how many days an estimate is valid",
        whole("days", 1, 366, "a whole number of days such as 30"),
        30,
    ),
    Setting("documents.fonts", "a folder of further fonts for PDF, beside this file or by its full path"),
    Setting(
        "documents.templates",
        "a folder of your own templates, beside this file or by its full path",
        TEXT,
        lambda settings: str(settings.templates) if settings.templates else None,
    ),
    Setting(
        "documents.keep_sent",
        "true or false: whether the database keeps a copy of each sent message",
        values.FLAG,
        True,
    ),
    Setting(
        "mail.host", "the mail server that sends invoices; without it they are files in the outbox", HOST
    ),
    Setting(
        "mail.port",
        "its port, such as 587",
        whole("port", 1, 65535, "a whole number from 1 to 65535 such as 587"),
        lambda settings: PORTS[settings.get("mail.tls")],
    ),
    Setting(
        "mail.tls",
        "starttls, implicit, or none where the server is this machine",
        values.choice("way to talk to a mail server", PORTS),
        "starttls",
    ),
    Setting("mail.ca", "a PEM file of who vouches for the server, where the system's list does not have it"),
    Setting("mail.user", "whom you log in as; without it nobody logs in", USER),
    Setting(
        "mail.from",
        "the address that invoices come from [seller.email]",
        values.EMAIL,
        lambda settings: settings.get("seller.email"),
    ),
    Setting("mail.reply_to", "the address that answers go to", values.EMAIL),
    Setting(
        "mail.bcc",
        "addresses that get a copy unseen, a list",
        many(values.EMAIL, 'a list of addresses such as ["books@firm.example"]', empty=True),
    ),
    Setting(
        "mail.attach",
        'the formats that are attached, a list, such as ["pdf"]',
        many(values.line("format"), 'a list of formats, each once, such as ["pdf"]'),
        ["pdf"],
    ),
    Setting("mail.since", "the day from which on `invoice send --pending` sends what was issued", values.DAY),
    Setting(
        "mail.timeout",
        "how many seconds the server may take for an answer",
        whole("seconds", 1, 600, "a whole number from 1 to 600 such as 60"),
        60,
    ),
    Setting(
        "mail.received_by",
        'the names of your mail servers, a list, such as ["mx.firm.example"]: whose Received header dates a request',
        many(HOST, 'a list of names such as ["mx.firm.example"]', empty=True),
    ),
    Setting(
        "mail.acknowledge_limit",
        "how many requests of one address are acknowledged in 24 hours, at most",
        whole("acknowledgements", 0, 1_000_000, "a whole number such as 5"),
        5,
    ),
    Setting(
        "mail.case_limit",
        "how many cases one address opens by e-mail in 24 hours, at most",
        whole("cases", 0, 1_000_000, "a whole number such as 20"),
        20,
    ),
    Setting(
        "reminders.levels",
        'the days past due at which an invoice is reminded of, a list, such as ["7d", "21d", "35d"]',
        LEVELS,
    ),
    Setting("reminders.interval", "how long a client is left alone after a reminder, such as 7d", DAYS, "7d"),
    Setting(
        "reminders.fees",
        "the fee of each level by currency, such as EUR=0.00,5.00,5.00; without it there are none",
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
        "the late interest in percent a year, such as 9.12; without it there is none",
        PERCENT,
    ),
    Setting(
        "timer.remind_after",
        "how long a timer runs until suptime takes it for forgotten, such as 4h; off for never",
        REMINDER,
        show_duration(LONG),
    ),
    Setting(
        "timer.hints",
        "whether the timer's commands say what time costs and what is left of what pays for it; on or off",
        values.choice("hints", ("on", "off")),
        "on",
    ),
    Setting("timer.hours", "when you work, such as 09:00-17:00, for suptime gaps", HOURS, "09:00-17:00"),
    Setting(
        "timer.days",
        'on which days you work, a list, such as ["mon", "tue"]',
        many(values.choice("day", WEEKDAYS), 'a list of days such as ["mon", "tue", "wed", "thu", "fri"]'),
        [*WEEKDAYS[:5]],
    ),
    Setting(
        "timer.holidays",
        "the country, or part of one, whose holidays are free, such as DE or US-TX",
        HOLIDAYS,
    ),
    Setting(
        "books.closed_through",
        "the last day of which payments, allocations and write-offs change nothing any more",
        values.DAY,
    ),
    Setting(
        "hooks.timeout",
        "how many seconds a hook may take",
        whole("seconds", 1, 600, "a whole number from 1 to 600 such as 10"),
        10,
    ),
)
"""The settings, in the order in which they are listed."""

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
"""What people put into the file and should not, with what to do instead. Their values are never shown."""
