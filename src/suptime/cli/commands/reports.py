"""`suptime report ...`, `suptime explain` and `suptime compare`: balances, time, costs and their reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import typer

from suptime.cli import console
from suptime.cli.listing import chosen, lists
from suptime.cli.options import (
    CONTRACT,
    LAST_MONTH,
    TODAY,
    AsOfOption,
    CaseArgument,
    DayPeriod,
    DaySpan,
    Group,
    LanguageOption,
    MoneyZoneOption,
    MonthSpan,
    OneAgent,
    OneClient,
    OneContract,
    OneMonth,
    OneWordedCase,
    PageZoneOption,
    ReportLanguageOption,
    check_order,
    choice,
    day_on,
    document_format,
    listed_format,
    option,
    read_day,
    read_day_in,
    read_month,
    read_week,
)
from suptime.domain.time import DayIn, Month, Zone
from suptime.errors import WrongUsage

BY = ("case", "client", "agent", "day", "category")
"""What worked time can be grouped by."""

YEAR = 12
"""Months that an overview looks back by default."""

MOST_MONTHS = 60
"""Months that are compared at once, at most."""

HOURS_COLUMNS = (
    *("as_of", "client", "client_name", "contract", "unit", "purchase", "bought_on", "valid_through"),
    *("quantity", "used", "forfeited", "remaining", "currency", "balance_pending", "cases", "returned"),
)
TIME_COLUMNS = (
    *("key", "worked_seconds", "chargeable_seconds", "covered_seconds", "non_billable_seconds"),
    *("waived_seconds", "held_seconds"),
)
SLA_COLUMNS = (
    *("client", "client_name", "contract", "case", "subject", "kind", "priority", "state"),
    *("registered_at", "due_at", "responded_at", "timezone"),
    *(f"working_seconds_{part}" for part in ("target", "used", "left", "over")),
)
GUARANTEE_COLUMNS = (
    *("as_of", "client", "client_name", "project", "contract", "budget", "currency", "completed"),
    *("days", "last_day", "active", "days_left", "open_cases"),
)
"""The columns of the sheets of these reports: a test holds them to the documents, which take longer to load."""

ClientOption = Annotated[str, option("--client", "The client.", "CLIENT")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    reports = typer.Typer()
    for command in (
        hours,
        time,
        sla,
        guarantee,
        statement,
        aging,
        burndown,
        free,
        margin,
        week,
        overview,
    ):
        reports.command(name=command.__name__)(command)
    app.add_typer(reports, name="report")
    app.command(name="explain")(explain)
    app.command(name="compare")(compare)


@lists(HOURS_COLUMNS)
def hours(
    client: OneClient = None,
    as_of: AsOfOption = TODAY,
    zone: MoneyZoneOption = None,
    form: Annotated[str | None, listed_format("hours")] = None,
    language: ReportLanguageOption = None,
) -> None:
    """Show what is left of prepaid hours, when it expires, and what used it."""
    from suptime.app import reports

    document = reports.hours(console.store(), client, day_on(as_of, zone), now=console.now())
    _show("hours", form, _placed(document, client, zone), language)


@lists(TIME_COLUMNS)
def time(
    days: DayPeriod,
    client: OneClient = None,
    case: OneWordedCase = None,
    zone: MoneyZoneOption = None,
    by: Annotated[
        str,
        choice("--by", "What to group time by.", BY, "'{}' is not something to group time by."),
    ] = "case",
    form: Annotated[str | None, listed_format("time")] = None,
) -> None:
    """Report worked time by outcome: chargeable, covered, free, waived or held."""
    from suptime.app import reports

    document, running = reports.time(
        console.store(), client, days.first, days.last, by, zone, case, now=console.now()
    )
    for sentence in running:
        console.warn(sentence)
    console.show_document("time", chosen(form), document)


@lists(SLA_COLUMNS)
def sla(
    days: DayPeriod,
    client: OneClient = None,
    zone: MoneyZoneOption = None,
    form: Annotated[str | None, listed_format("sla")] = None,
    language: ReportLanguageOption = None,
) -> None:
    """Show when each case's first response was due, whether it came in time, and what working time is left.

    The period is that of the cases' registration.
    """
    from suptime.app import reports

    span = (days.first, days.last)
    document = reports.sla(console.store(), span, client, zone, now=console.now())
    _show("sla", form, _placed(document, client, zone), language)


@lists(GUARANTEE_COLUMNS)
def guarantee(
    as_of: AsOfOption = TODAY,
    client: OneClient = None,
    zone: MoneyZoneOption = None,
    form: Annotated[str | None, listed_format("guarantee")] = None,
    language: ReportLanguageOption = None,
) -> None:
    """Show which delivered projects are guaranteed, until when, and which open cases are within it."""
    from suptime.app import reports

    document = reports.guarantee(console.store(), client, day_on(as_of, zone), now=console.now())
    _show("guarantee", form, _placed(document, client, zone), language)


def aging(
    as_of: Annotated[
        date, option("--as-of", "Day to report on, for example 2026-10-31.", "DAY", read_day)
    ] = TODAY,
    client: OneClient = None,
    zone: MoneyZoneOption = None,
    form: Annotated[str, document_format("aging")] = "text",
    language: ReportLanguageOption = None,
) -> None:
    """Show what clients owe by days past due, and their credits.

    Credits are never set off against what is owed: they stand apart, and the balance counts both.
    """
    from suptime.app import reports

    _show("aging", form, _placed(reports.aging(console.store(), client, as_of), client, zone), language)


def statement(
    client: ClientOption,
    as_of: AsOfOption = TODAY,
    first: Annotated[
        date | None,
        option(
            "--from",
            "First day of the account [default: 1 January of the year].",
            "DAY",
            read_day,
            show_default=False,
        ),
    ] = None,
    last: Annotated[
        DayIn | None,
        option("--to", "Last day; the same as --as-of.", "DAY", read_day_in, show_default=False),
    ] = None,
    zone: MoneyZoneOption = None,
    form: Annotated[str, document_format("statement")] = "text",
    language: LanguageOption = None,
) -> None:
    """Create a statement of account for a client.

    What the client owes: entries, open items and balances. Open cases, the time of this month and the last, what is left of what was bought ahead,
    response clocks, guarantees, held time with its reasons, what the next invoice would hold.
    """
    from suptime.app import reports
    from suptime.invoicing.draft import Letterhead

    head = Letterhead.of(console.settings(), language)
    day = day_on(last or as_of, zone)
    document = reports.statement(console.store(), client, day, head, first=first, now=console.now())
    console.show_document("statement", form, _placed(document, client, zone))


def burndown(
    client: OneClient = None,
    as_of: AsOfOption = TODAY,
    zone: MoneyZoneOption = None,
    form: Annotated[str, document_format("burndown")] = "text",
    language: ReportLanguageOption = None,
) -> None:
    """Chart prepaid balances and forecast when they run out.

    The present pace is what was used in the last 90 days, or since the first purchase where that
    is later, spread evenly over these days.
    """
    from suptime.app import reports

    document = reports.burndown(console.store(), client, day_on(as_of, zone), now=console.now())
    _show("burndown", form, _placed(document, client, zone), language)


def free(
    days: DaySpan,
    client: OneClient = None,
    zone: MoneyZoneOption = None,
    form: Annotated[str, document_format("free")] = "text",
) -> None:
    """Report unpaid time by category, cause, clause and client."""
    from suptime.app import reports

    document = reports.free(console.store(), client, days.first, days.last, now=console.now())
    console.show_document("free", form, _placed(document, client, zone))


def margin(
    months: MonthSpan,
    client: OneClient = None,
    zone: MoneyZoneOption = None,
    form: Annotated[str, document_format("margin")] = "text",
) -> None:
    """Compare hours worked with the amount invoiced, by client.

    Amounts are without tax: those of the invoices of these months, and of what is still open in them.
    """
    from suptime.app import reports

    first, last = months.resolve(YEAR)
    document = reports.margin(console.store(), client, first, last, now=console.now())
    console.show_document("margin", form, _placed(document, client, zone))


def week(
    agent: OneAgent = None,
    of: Annotated[
        date, option("--of", "A day of the week, for example 2026-10-05.", "DAY", read_day)
    ] = TODAY,
    week: Annotated[
        date | None, option("--week", "The week: 2026-W45, this or last.", "WEEK", read_week)
    ] = None,
    zone: PageZoneOption = None,
    form: Annotated[str, document_format("week")] = "text",
) -> None:
    """Show a week from Monday to Sunday as a timeline: who worked when, for whom.

    Hours are those of your own zone; a running timer counts up to now.
    """
    from suptime.app import reports

    page = None if zone == CONTRACT else console.zone()
    document = reports.week(console.store(), agent, week or of, page, now=console.now())
    console.show_document("week", form, document)


def overview(
    months: MonthSpan,
    client: OneClient = None,
    zone: MoneyZoneOption = None,
    form: Annotated[str, document_format("overview")] = "text",
) -> None:
    """Summarise revenue, overdue items, response times and prepaid balances on one page.

    As HTML it is one file with its charts in it, to be sent, printed or put on a screen.
    """
    from suptime.app import reports

    span = months.resolve(YEAR)
    document = reports.overview(
        console.store(), client, span, day_on(read_day_in("today"), zone), now=console.now()
    )
    console.show_document("overview", form, _placed(document, client, zone))


def explain(
    case: CaseArgument,
    month: OneMonth = None,
    zone: MoneyZoneOption = None,
    form: Annotated[str, document_format("explain")] = "text",
    language: ReportLanguageOption = None,
) -> None:
    """Explain a case: what became of every minute and why, and how each line came about."""
    from suptime.app import reports

    document = reports.explain(console.store(), case, month, zone, now=console.now())
    _show("explain", form, document, language)


def _placed(document: Mapping[str, Any], client: str | None, zone: Zone | None) -> dict[str, Any]:
    """Return `document` with the zone that its days and times are of."""
    from suptime.app import reports

    return {**document, **reports.page_zones(console.store(), client, zone)}


def _show(kind: str, form: str | None, document: Mapping[str, Any], language: str | None) -> None:
    """Show `document` in `language` if one was asked for: most reports are for the firm itself, in English."""
    console.show_document(kind, chosen(form), {**document, "language": language} if language else document)


@dataclass(frozen=True, slots=True)
class ComparedMonths(Group):
    """One month, or several of them."""

    month: Annotated[
        Month | None,
        option(
            "--month",
            "Only this month, for example 2026-10 [default: last complete month].",
            "MONTH",
            read_month,
        ),
    ] = None
    first: Annotated[Month | None, option("--from", "First of several months.", "MONTH", read_month)] = None
    last: Annotated[Month | None, option("--to", "Last of several months.", "MONTH", read_month)] = None

    def resolve(self) -> list[Month]:
        """Return the months in their order.

        Raises:
            WrongUsage: both one month and several are named, or too many, or in the wrong order.
        """
        if self.month is not None and (self.first is not None or self.last is not None):
            raise WrongUsage(
                "--month names one month, --from and --to several.", hint="Leave one of them out."
            )
        last = self.month or self.last or read_month(LAST_MONTH)
        first = self.first or last
        check_order(first, last)
        months = [first]
        while months[-1] < last:
            months.append(months[-1].next)
            if len(months) > MOST_MONTHS:
                raise WrongUsage(f"{first} to {last} are more than {MOST_MONTHS} months.", hint="Take fewer.")
        return months


def compare(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="The contract files.")],
    client: ClientOption,
    months: ComparedMonths,
    contract: OneContract = None,
    form: Annotated[str, document_format("compare", "'{}' is not a format of comparisons.")] = "text",
) -> None:
    """Compare the cost of past work under other contracts.

    The current contract comes first, as the yardstick; the cheapest is marked. Each plan is
    rated as if it had been in force all along, and what it leaves free is said.
    """
    from suptime.app import reports

    document = reports.compare(console.store(), client, contract, files, months.resolve(), now=console.now())
    console.show_document("compare", form, _placed(document, client, None))
