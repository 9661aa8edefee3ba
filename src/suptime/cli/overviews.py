"""`suptime report ...` over months: burn-down, free time, margins, a week's timeline, and all on one page."""

from typing import Annotated, Any

import typer

from suptime.cli import console
from suptime.cli.options import OtherLanguageOption
from suptime.cli.telling import spoken
from suptime.cli.when import month_asked, read_day, read_day_in
from suptime.domain.timespan import Month
from suptime.errors import WrongUsage

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


def register(reports: typer.Typer) -> None:
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
    known("burndown", form)
    from suptime.app import overviews

    now = console.now()
    day = read_day_in(as_of, console.zone(), now)
    document = overviews.burndown(console.store(), client, day, now=now)
    asked = spoken(language)
    console.show_document("burndown", form, document | ({"language": asked} if asked else {}))


def free(
    since: Annotated[str | None, typer.Option("--from", help="The first day; no limit if left out.")] = None,
    through: Annotated[str | None, typer.Option("--to", help="The last day; no limit if left out.")] = None,
    client: ClientOption = None,
    form: FormatOption = "text",
) -> None:
    """Show where the time goes that nobody pays for: by category, cause, clause and client."""
    known("free", form)
    from suptime.app import overviews

    now, zone = console.now(), console.zone()
    first = read_day(since, zone, now) if since is not None else None
    last = read_day(through, zone, now) if through is not None else None
    if first and last and last < first:
        raise WrongUsage(f"--to {last} is before --from {first}.", hint="Swap them.")
    console.show_document("free", form, overviews.free(console.store(), client, first, last, now=now))


def margin(
    first: FirstMonthOption = None,
    last: LastMonthOption = None,
    client: ClientOption = None,
    form: FormatOption = "text",
) -> None:
    """Show what was worked for each client, against what is invoiced for it, or is to be.

    Amounts are without tax: those of the invoices of these months, and of what is still open in them.
    """
    known("margin", form)
    from suptime.app import overviews

    months = _months(first, last)
    console.show_document(
        "margin", form, overviews.margin(console.store(), client, *months, now=console.now())
    )


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
    known("week", form)
    from suptime.app import overviews

    now, zone = console.now(), console.zone()
    who = console.agent(agent) if agent is not None else None
    day = read_day(of, zone, now)
    console.show_document("week", form, overviews.week(console.store(), who, day, zone, now=now))


def overview(
    first: FirstMonthOption = None,
    last: LastMonthOption = None,
    client: ClientOption = None,
    form: FormatOption = "text",
) -> None:
    """Show how the house stands: prepaid hours, response clocks, free time, margins, all on one page.

    As HTML it is one file with its charts in it, to be sent, printed or put on a screen.
    """
    known("overview", form)
    from suptime.app import overviews

    now = console.now()
    months = _months(first, last)
    today = read_day_in("today", console.zone(), now)
    document: dict[str, Any] = overviews.overview(console.store(), client, months, today, now=now)
    console.show_document("overview", form, document)


def _months(first: str | None, last: str | None) -> tuple[Month, Month]:
    """The months that were asked for: through this one, and a year's worth, where nobody says.

    Raises:
        WrongUsage: one is no month, or they are the wrong way round.
    """
    now, zone = console.now(), console.zone()
    until = Month.of(zone.day(now)) if last is None else month_asked(last, zone, now)
    since = until
    if first is None:
        for _ in range(YEAR - 1):
            since = since.previous
    else:
        since = month_asked(first, zone, now)
    if until < since:
        raise WrongUsage(f"--to {until} is before --from {since}.", hint="Swap them.")
    return since, until


def known(kind: str, form: str) -> None:
    """Refuse a format FORM that there is none of for a report of KIND.

    Raises:
        WrongUsage: there is none.
    """
    from suptime.render import formats

    if form not in formats(kind):
        raise WrongUsage(
            f"{form!r} is not a format of this report.", hint=f"Use one of {', '.join(formats(kind))}."
        )
