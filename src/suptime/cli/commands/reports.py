"""`suptime report`, `suptime explain` and `suptime compare`: balances, time, costs and their reasons."""

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
"""Ways to group worked time."""

YEAR = 12
"""Default length of an overview in months."""

MOST_MONTHS = 60
"""Most months of a comparison."""

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
    *("answered_at", "answered_by", "resolution_state", "resolution_due_at", "resolved_at", "waited_seconds"),
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
    """Show prepaid balances, their expiry, and the work that used them."""
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
        choice("--by", "Grouping of the time.", BY, "Cannot group by '{}'."),
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
    """Show when each first response was due, whether it was in time, and the working time left.

    The period selects cases by registration.
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
    """Show the guarantee of each delivered project: its end, and the open cases that it covers."""
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
    """Show open amounts by days past due, and credits, by client.

    Credits are listed separately and never deducted from open amounts; the balance includes both.
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
            "First day of the account [default: that of the month of the oldest open invoice].",
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

    The statement shows the account (entries, open items and balances), open cases, the time of this month and the last,
    prepaid balances, response times, guarantees, held time with its reasons, and a forecast of the next invoice.
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

    The forecast uses the average of the last 90 days, or since the first purchase if that is later.
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

    Amounts are without tax. They include the invoices of these months and the charges that are still open in them.
    """
    from suptime.app import reports

    first, last = months.resolve(YEAR)
    document = reports.margin(console.store(), client, first, last, now=console.now())
    console.show_document("margin", form, _placed(document, client, zone))


def week(
    agent: OneAgent = None,
    of: Annotated[
        date, option("--of", "Any day of the week, for example 2026-10-05.", "DAY", read_day)
    ] = TODAY,
    week: Annotated[date | None, option("--week", "Week: 2026-W45, this or last.", "WEEK", read_week)] = None,
    zone: PageZoneOption = None,
    form: Annotated[str, document_format("week")] = "text",
) -> None:
    """Show a week from Monday to Sunday as a timeline: agent, client and time.

    Times are in your own zone. A running timer counts up to now.
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

    The HTML format is one file with charts, to send, print or display.
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
    """Explain the outcome of every minute of a case, and how each line was calculated."""
    from suptime.app import reports

    document = reports.explain(console.store(), case, month, zone, now=console.now())
    _show("explain", form, document, language)


def _placed(document: Mapping[str, Any], client: str | None, zone: Zone | None) -> dict[str, Any]:
    """Return `document` with the zone of its days and times."""
    from suptime.app import reports

    return {**document, **reports.page_zones(console.store(), client, zone)}


def _show(kind: str, form: str | None, document: Mapping[str, Any], language: str | None) -> None:
    """Show `document` in `language` if given: most reports are for the firm itself, in English."""
    console.show_document(kind, chosen(form), {**document, "language": language} if language else document)


@dataclass(frozen=True, slots=True)
class ComparedMonths(Group):
    """One month, or several months, to compare."""

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
            WrongUsage: one month and several are given, or too many, or in the wrong order.
        """
        if self.month is not None and (self.first is not None or self.last is not None):
            raise WrongUsage("--month cannot be used with --from and --to.", hint="Leave out one of them.")
        last = self.month or self.last or read_month(LAST_MONTH)
        first = self.first or last
        check_order(first, last)
        months = [first]
        while months[-1] < last:
            months.append(months[-1].next)
            if len(months) > MOST_MONTHS:
                raise WrongUsage(
                    f"The period from {first} to {last} is longer than {MOST_MONTHS} months.",
                    hint="Take fewer.",
                )
        return months


def compare(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Contract files to compare.")],
    client: ClientOption,
    months: ComparedMonths,
    contract: OneContract = None,
    form: Annotated[str, document_format("compare", "Unknown comparison format '{}'.")] = "text",
) -> None:
    """Compare the cost of past work under other contracts.

    The current contract is first; the cheapest contract is marked. Each contract is rated as if it had
    applied all the time, and the comparison shows the time that it leaves free.
    """
    from suptime.app import reports

    document = reports.compare(console.store(), client, contract, files, months.resolve(), now=console.now())
    console.show_document("compare", form, _placed(document, client, None))
