"""The year of the demo's firm: invoices of each month, their payments, a credit note and a reminder."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suptime.app import payments
from suptime.app.invoices.delivery import MailAccount
from suptime.app.invoices.issue import IssueSettings, credit, issue
from suptime.app.invoices.mail import Mail
from suptime.app.invoices.reminders import policy_of, remind
from suptime.app.invoices.smtp import SmtpClient
from suptime.domain.finding import EVERY_WARNING, Acceptance
from suptime.domain.time import DAY, Instant, Month, Zone
from suptime.settings.settings import Settings

if TYPE_CHECKING:
    from suptime.store import Store

CONTENT = """# The settings of the demo: SUPTIME_CONFIG names this file.
timezone = "Europe/London"

[seller]
name = "Northgate Support"
address = "4 Mill Lane"
postcode = "BS1 4ST"
city = "Bristol"
country = "GB"
email = "billing@northgate.example"
iban = "GB33BUKB20201555555555"
bic = "BUKBGB22XXX"
bank = "Mill Street Bank"
payment_days = 30
footer = "Thank you for your business."

[reminders]
levels = ["7d", "21d", "35d"]
"""
"""The settings file of the demo, for trying further commands."""

SETTINGS, OUTBOX = "config.toml", "outbox"

AGENT = "demo"

FIRST = Month(2025, 10)
"""The first month with charges: what was bought before the sample's first month of work."""

ISSUED, PAID = 5, 19
"""The days of the next month on which the firm issues its invoices, and on which clients pay them."""

PARTLY: Mapping[tuple[Month, str], Decimal] = {
    (Month(2026, 8), "pinecrest"): Decimal("0.5"),
    (Month(2026, 9), "lakeshore"): Decimal("0.5"),
}
"""Share that is paid of the invoices that are paid in part, by month and client."""

UNPAID = frozenset({(Month(2026, 8), "mercato"), (Month(2026, 9), "kessler"), (Month(2026, 9), "brightway")})
"""Invoices that are not paid, by month and client."""

REDUCED, REDUCTION = (Month(2026, 9), "brightway"), "50.00"
"""The invoice that a credit note reduces, by month and client, and the net amount."""

REASON = "We answered your last question a day late."

CREDITED_ON, REMINDED_ON, REMINDED = date(2026, 10, 8), date(2026, 10, 14), "mercato"
"""The days of the credit note and of the reminder, and the client that is reminded."""


def months(last: Month) -> Iterator[Month]:
    """Yield the months with charges through `last`."""
    month = FIRST
    while month <= last:
        yield month
        month = month.next


def settings_of(folder: Path) -> Settings:
    """Return the settings of the demo in `folder`."""
    return Settings(str(folder / SETTINGS), tomllib.loads(CONTENT))


def play(store: "Store", settings: Settings, last: Month, outbox: Path) -> None:
    """Issue the months through `last`, and record the year's payments, a credit note and a reminder.

    The reminder is a message in the folder `outbox`.
    """
    house = IssueSettings(settings, settings.get("documents.number"), settings.zone)
    for month in months(last):
        for invoice in _issue(store, month, house):
            key, due = (month, invoice["client"]), Decimal(invoice["totals"]["due"])
            if key == REDUCED:
                credit(
                    store, invoice["number"], REASON, "reduce", house,
                    net=REDUCTION, now=_noon(CREDITED_ON, house), agent=AGENT,
                )  # fmt: skip
            if due > 0 and key not in UNPAID:
                share = PARTLY.get(key)
                amount = None if share is None else f"{(due * share).quantize(Decimal(1))}"
                day = month.next.first.replace(day=PAID)
                now = _noon(day, house)
                payments.pay(store, invoice["number"], amount, payments.Day(day), now=now, agent=AGENT)
    _remind(store, house, outbox)


def day_of(now: Instant) -> date:
    """Return the firm's day at `now`."""
    return Zone(tomllib.loads(CONTENT)["timezone"]).day(now)


def _issue(store: "Store", month: Month, house: IssueSettings) -> list[dict[str, Any]]:
    """Issue the invoices of a month, and return them."""
    asked, accepted = house.asked(month, None, None), Acceptance.of([EVERY_WARNING])
    now = _noon(month.next.first.replace(day=ISSUED), house)
    done = issue(store, asked, house, accepted, now=now, agent=AGENT)
    invoices: list[dict[str, Any]] = done.document["invoices"]
    return invoices


def _remind(store: "Store", house: IssueSettings, outbox: Path) -> None:
    """Write the reminder."""
    now = _noon(REMINDED_ON, house)
    mail = Mail.of(house.settings, outbox)
    with SmtpClient(mail, lambda: "") as smtp:
        account = MailAccount(store, mail, smtp, lambda: now, AGENT)
        list(remind(account, policy_of(house.settings), house.head, REMINDED))


def _noon(day: date, house: IssueSettings) -> Instant:
    return house.zone.midnight(day) + DAY // 2
