"""`suptime report ...` and `suptime explain`: what is left, what was done, and why it costs what it costs."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from suptime.cli import console, overviews
from suptime.cli.options import LanguageOption, OtherLanguageOption
from suptime.cli.overviews import known
from suptime.cli.telling import spoken
from suptime.cli.when import month_asked, read_day, read_day_in
from suptime.errors import WrongUsage

BY = ("case", "client", "agent", "day", "category")

Format = Annotated[str, typer.Option("--format", help="How to print it.", metavar="FORMAT")]
OneClient = Annotated[str | None, typer.Option(help="One client only.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to APP."""
    reports = typer.Typer(help="Balances, time, response clocks, guarantees, statements, overviews.")
    reports.command(name="hours")(hours)
    reports.command(name="time")(time)
    reports.command(name="sla")(sla)
    reports.command(name="guarantee")(guarantee)
    reports.command(name="statement")(statement)
    overviews.register(reports)
    app.add_typer(reports, name="report")
    app.command(name="explain")(explain)


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
    known("hours", form)
    from suptime.app import reporting

    now = console.now()
    day = read_day_in(as_of, console.zone(), now)
    _show("hours", form, reporting.hours(console.store(), client, day, now=now), language)


def time(
    since: Annotated[str | None, typer.Option("--from", help="The first day; no limit if left out.")] = None,
    through: Annotated[str | None, typer.Option("--to", help="The last day; no limit if left out.")] = None,
    client: OneClient = None,
    by: Annotated[str, typer.Option(help="case, client, agent, day or category.")] = "case",
    form: Format = "text",
) -> None:
    """Show all time worked, and what became of it: chargeable, covered, free, waived or held."""
    known("time", form)
    if by not in BY:
        raise WrongUsage(f"{by!r} is not something to group time by.", hint=f"Use one of {', '.join(BY)}.")
    from suptime.app import reporting

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
    known("sla", form)
    from suptime.app import reporting

    now = console.now()
    asked = month_asked(month, console.zone(), now) if month is not None else None
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
    known("guarantee", form)
    from suptime.app import reporting

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
    known("statement", form)
    from suptime.app.statement import statement as drawn_up
    from suptime.invoicing.letterhead import Letterhead

    now = console.now()
    day = read_day_in(as_of, console.zone(), now)
    head = Letterhead.of(console.settings(), spoken(language))
    console.show_document("statement", form, drawn_up(console.store(), client, day, head, now=now))


def explain(
    case: Annotated[str, typer.Argument(help="The case's number.")],
    month: Annotated[str | None, typer.Option(help="One month only, such as 2026-10.")] = None,
    form: Format = "text",
    language: OtherLanguageOption = None,
) -> None:
    """Explain a case: what became of every minute and why, and how each line came about."""
    known("explain", form)
    from suptime.app import reporting

    now = console.now()
    asked = month_asked(month, console.zone(), now) if month is not None else None
    _show("explain", form, reporting.explain(console.store(), case, asked, now=now), language)


def _show(kind: str, form: str, document: Mapping[str, Any], language: str | None) -> None:
    """Show DOCUMENT in the LANGUAGE that was asked for: reports are mostly for ourselves, in English."""
    asked = spoken(language)
    console.show_document(kind, form, {**document, "language": asked} if asked else document)
