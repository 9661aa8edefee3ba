"""`suptime report ...` and `suptime explain`: what is left, what was done, and why it costs what it costs."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from suptime.cli import console
from suptime.cli.moments import read_day, read_day_in, requested_month
from suptime.cli.options import LanguageOption, OtherLanguageOption
from suptime.cli.output import supported_language
from suptime.domain.time import Month
from suptime.errors import WrongUsage

BY = ("case", "client", "agent", "day", "category")

Format = Annotated[str, typer.Option("--format", help="How to print it.", metavar="FORMAT")]

OneClient = Annotated[str | None, typer.Option(help="One client only.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    reports = typer.Typer(help="Balances, time, response clocks, guarantees, statements, overviews.")
    reports.command(name="hours")(hours)
    reports.command(name="time")(time)
    reports.command(name="sla")(sla)
    reports.command(name="guarantee")(guarantee)
    reports.command(name="statement")(statement)
    register_overviews(reports)
    app.add_typer(reports, name="report")
    app.command(name="explain")(explain)
    app.command(name="compare")(compare)


def hours(
    client: OneClient = None,
    as_of: Annotated[
        str,
        typer.Option(
            help="The day to count through, such as 2026-10-31; today where the contract is if left out."
        ),
    ] = "today",
    form: Format = "text",
    language: OtherLanguageOption = None,
) -> None:
    """Show what is left of prepaid hours, when it expires, and what used it."""
    check_format("hours", form)
    from suptime.app import reports

    now = console.now()
    day = read_day_in(as_of, console.zone(), now)
    _show("hours", form, reports.hours(console.store(), client, day, now=now), language)


def time(
    since: Annotated[str | None, typer.Option("--from", help="The first day; no limit if left out.")] = None,
    through: Annotated[str | None, typer.Option("--to", help="The last day; no limit if left out.")] = None,
    client: OneClient = None,
    by: Annotated[str, typer.Option(help="case, client, agent, day or category.")] = "case",
    form: Format = "text",
) -> None:
    """Show all time worked, and what became of it: chargeable, covered, free, waived or held."""
    check_format("time", form)
    if by not in BY:
        raise WrongUsage(f"{by!r} is not something to group time by.", hint=f"Use one of {', '.join(BY)}.")
    from suptime.app import reports as reporting

    now, zone = console.now(), console.zone()
    first = read_day(since, zone, now) if since is not None else None
    last = read_day(through, zone, now) if through is not None else None
    if first and last and last < first:
        raise WrongUsage(f"--to {last} is before --from {first}.", hint="Swap them.")
    document, running = reporting.time(console.store(), client, first, last, by, now=now)
    for sentence in running:
        console.warn(sentence)
    console.show_document("time", form, document)


def sla(
    month: Annotated[
        str | None, typer.Option(help="Cases registered in this month, such as 2026-10; all if left out.")
    ] = None,
    client: OneClient = None,
    form: Format = "text",
    language: OtherLanguageOption = None,
) -> None:
    """Show when each case's first response was due, whether it came in time, and what working time is left."""
    check_format("sla", form)
    from suptime.app import reports as reporting

    now = console.now()
    asked = requested_month(month, console.zone(), now) if month is not None else None
    _show("sla", form, reporting.sla(console.store(), asked, client, now=now), language)


def guarantee(
    as_of: Annotated[
        str,
        typer.Option(help="The day to look at, such as 2026-10-31; today where the contract is if left out."),
    ] = "today",
    client: OneClient = None,
    form: Format = "text",
    language: OtherLanguageOption = None,
) -> None:
    """Show which delivered projects are guaranteed, until when, and which open cases are within it."""
    check_format("guarantee", form)
    from suptime.app import reports as reporting

    now = console.now()
    day = read_day_in(as_of, console.zone(), now)
    _show("guarantee", form, reporting.guarantee(console.store(), client, day, now=now), language)


def statement(
    client: Annotated[str, typer.Option(help="The client.")],
    as_of: Annotated[
        str,
        typer.Option(help="The day to look at, such as 2026-10-31; today where the contract is if left out."),
    ] = "today",
    form: Format = "text",
    language: LanguageOption = None,
) -> None:
    """Show how everything of one client stands: a page to send at any moment.

    Open cases, the time of this month and the last, what is left of what was bought ahead,
    response clocks, guarantees, held time with its reasons, what the next invoice would hold.
    """
    check_format("statement", form)
    from suptime.app.reports import statement as drawn_up
    from suptime.invoicing.draft import Letterhead

    now = console.now()
    day = read_day_in(as_of, console.zone(), now)
    head = Letterhead.of(console.settings(), supported_language(language))
    console.show_document("statement", form, drawn_up(console.store(), client, day, head, now=now))


def explain(
    case: Annotated[str, typer.Argument(help="The case's number.")],
    month: Annotated[str | None, typer.Option(help="One month only, such as 2026-10.")] = None,
    form: Format = "text",
    language: OtherLanguageOption = None,
) -> None:
    """Explain a case: what became of every minute and why, and how each line came about."""
    check_format("explain", form)
    from suptime.app import reports as reporting

    now = console.now()
    asked = requested_month(month, console.zone(), now) if month is not None else None
    _show("explain", form, reporting.explain(console.store(), case, asked, now=now), language)


def _show(kind: str, form: str, document: Mapping[str, Any], language: str | None) -> None:
    """Show DOCUMENT in the LANGUAGE that was asked for: reports are mostly for ourselves, in English."""
    asked = supported_language(language)
    console.show_document(kind, form, {**document, "language": asked} if asked else document)


YEAR = 12

"""How many months an overview looks back where nobody says."""

FormatOption = Annotated[str, typer.Option("--format", help="How to print it.", metavar="FORMAT")]

ClientOption = Annotated[str | None, typer.Option(help="One client only.")]

FirstMonthOption = Annotated[
    str | None, typer.Option("--from", help="The first month, such as 2026-01; a year back if left out.")
]

LastMonthOption = Annotated[
    str | None, typer.Option("--to", help="The last month, such as 2026-12; this one if left out.")
]

DayOption = Annotated[
    str, typer.Option(help="The day to look at, such as 2026-10-31; today where the contract is if left out.")
]


def register_overviews(reports: typer.Typer) -> None:
    """Add the commands of this module to those of REPORTS."""
    reports.command(name="burndown")(burndown)
    reports.command(name="free")(free)
    reports.command(name="margin")(margin)
    reports.command(name="week")(week)
    reports.command(name="overview")(overview)


def burndown(
    client: ClientOption = None,
    as_of: DayOption = "today",
    form: FormatOption = "text",
    language: OtherLanguageOption = None,
) -> None:
    """Show how prepaid hours went down, and on which day they run out at the present pace.

    The present pace is what was used in the last 90 days, or since the first purchase where that
    is later, spread evenly over these days.
    """
    check_format("burndown", form)
    from suptime.app import reports

    now = console.now()
    day = read_day_in(as_of, console.zone(), now)
    document = reports.burndown(console.store(), client, day, now=now)
    asked = supported_language(language)
    console.show_document("burndown", form, document | ({"language": asked} if asked else {}))


def free(
    since: Annotated[str | None, typer.Option("--from", help="The first day; no limit if left out.")] = None,
    through: Annotated[str | None, typer.Option("--to", help="The last day; no limit if left out.")] = None,
    client: ClientOption = None,
    form: FormatOption = "text",
) -> None:
    """Show where the time goes that nobody pays for: by category, cause, clause and client."""
    check_format("free", form)
    from suptime.app import reports

    now, zone = console.now(), console.zone()
    first = read_day(since, zone, now) if since is not None else None
    last = read_day(through, zone, now) if through is not None else None
    if first and last and last < first:
        raise WrongUsage(f"--to {last} is before --from {first}.", hint="Swap them.")
    console.show_document("free", form, reports.free(console.store(), client, first, last, now=now))


def margin(
    first: FirstMonthOption = None,
    last: LastMonthOption = None,
    client: ClientOption = None,
    form: FormatOption = "text",
) -> None:
    """Show what was worked for each client, against what is invoiced for it, or is to be.

    Amounts are without tax: those of the invoices of these months, and of what is still open in them.
    """
    check_format("margin", form)
    from suptime.app import reports

    months = _month_span(first, last)
    console.show_document("margin", form, reports.margin(console.store(), client, *months, now=console.now()))


def week(
    agent: Annotated[str | None, typer.Option(help="One agent only.")] = None,
    of: Annotated[
        str, typer.Option(help="A day of the week, such as 2026-10-05; today if left out.")
    ] = "today",
    form: FormatOption = "text",
) -> None:
    """Show a week from Monday to Sunday as a timeline: who worked when, for whom.

    Hours are those of your own zone; a running timer counts up to now.
    """
    check_format("week", form)
    from suptime.app import reports

    now, zone = console.now(), console.zone()
    who = console.agent(agent) if agent is not None else None
    day = read_day(of, zone, now)
    console.show_document("week", form, reports.week(console.store(), who, day, zone, now=now))


def overview(
    first: FirstMonthOption = None,
    last: LastMonthOption = None,
    client: ClientOption = None,
    form: FormatOption = "text",
) -> None:
    """Show how the house stands: prepaid hours, response clocks, free time, margins, all on one page.

    As HTML it is one file with its charts in it, to be sent, printed or put on a screen.
    """
    check_format("overview", form)
    from suptime.app import reports

    now = console.now()
    months = _month_span(first, last)
    today = read_day_in("today", console.zone(), now)
    document: dict[str, Any] = reports.overview(console.store(), client, months, today, now=now)
    console.show_document("overview", form, document)


def _month_span(first: str | None, last: str | None) -> tuple[Month, Month]:
    """The months that were asked for: through this one, and a year's worth, where nobody says.

    Raises:
        WrongUsage: one is no month, or they are the wrong way round.
    """
    now, zone = console.now(), console.zone()
    until = Month.of(zone.day(now)) if last is None else requested_month(last, zone, now)
    since = until
    if first is None:
        for _ in range(YEAR - 1):
            since = since.previous
    else:
        since = requested_month(first, zone, now)
    if until < since:
        raise WrongUsage(f"--to {until} is before --from {since}.", hint="Swap them.")
    return since, until


def check_format(kind: str, form: str) -> None:
    """Refuse a format FORM that there is none of for a report of KIND.

    Raises:
        WrongUsage: there is none.
    """
    from suptime.documents import formats

    if form not in formats(kind):
        raise WrongUsage(
            f"{form!r} is not a format of this report.", hint=f"Use one of {', '.join(formats(kind))}."
        )


MOST = 60

"""So many months at most: five years."""


def compare(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="The contract files.")],
    client: Annotated[str, typer.Option(help="The client.")],
    month: Annotated[
        str | None, typer.Option(help="The month, such as 2026-10; the last complete one if left out.")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="The first of several months.")] = None,
    through: Annotated[str | None, typer.Option("--to", help="The last of several months.")] = None,
    contract: Annotated[str | None, typer.Option(help="Only the work under this contract.")] = None,
    form: Annotated[str, typer.Option("--format", help="text or json.", metavar="FORMAT")] = "text",
) -> None:
    """Show what a client's real work would have cost under other contract files.

    The current contract comes first, as the yardstick; the cheapest is marked. Each plan is
    rated as if it had been in force all along, and what it leaves free is said.
    """
    from suptime.app.reports import compare as compared
    from suptime.documents import formats

    if form not in formats("compare"):
        raise WrongUsage(
            f"{form!r} is not a format of comparisons.", hint=f"Use one of {', '.join(formats('compare'))}."
        )
    now = console.now()
    months = _compared_months(month, since, through, now)
    console.show_document(
        "compare", form, compared(console.store(), client, contract, files, months, now=now)
    )


def _compared_months(month: str | None, since: str | None, through: str | None, now: int) -> list[Month]:
    zone = console.zone()
    if month is not None and (since is not None or through is not None):
        raise WrongUsage("--month names one month, --from and --to several.", hint="Leave one of them out.")
    if since is None and through is None:
        return [requested_month(month or "last", zone, now)]
    last = requested_month(through or "last", zone, now)
    first = requested_month(since, zone, now) if since is not None else last
    if last < first:
        raise WrongUsage(f"--to {last} is before --from {first}.", hint="Swap them.")
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next)
        if len(found) > MOST:
            raise WrongUsage(f"{first} to {last} are more than {MOST} months.", hint="Take fewer.")
    return found
