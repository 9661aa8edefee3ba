"""What happens to a case: `suptime case consent`, `escalate`, `respond`, `resolve`, `reopen`."""

from typing import Annotated

import typer

from suptime.app.units import shown
from suptime.cli import console
from suptime.cli.options import AtOption, Format, FormatOption
from suptime.cli.telling import tell
from suptime.cli.when import read_time
from suptime.domain.duration import show_duration
from suptime.domain.timespan import Instant

Number = Annotated[str, typer.Argument(metavar="CASE", help="The case's number.")]


def register(group: typer.Typer) -> None:
    """Add the commands to GROUP, `suptime case`."""
    group.command("consent")(consent)
    group.command("escalate")(escalate)
    group.command("respond")(respond)
    group.command("resolve")(resolve)
    group.command("reopen")(reopen)


def _instant(typed: str | None) -> Instant:
    """When it happened: as TYPED, or now."""
    return console.now() if typed is None else read_time(typed, console.zone(), console.now())


def _shown(instant: Instant) -> str:
    return shown(instant, console.zone(), console.now())


def consent(
    number: Number,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who at the client consented.")],
    at: AtOption = None,
    up_to: Annotated[
        str | None, typer.Option("--up-to", metavar="DURATION", help="For how much chargeable time.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Record the client's consent to billable work."""
    from suptime.app import case_events
    from suptime.domain.case import EventKind

    done = case_events.consent(
        console.store(),
        number,
        by=by,
        up_to=up_to,
        at=(when := _instant(at)),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    given = next(
        e for e in reversed(done.value.of_kind(EventKind.CONSENT)) if e.at == when and e.by == by.strip()
    )
    limit = f", up to {show_duration(given.up_to_seconds)}" if given.up_to_seconds else ""
    tell(done, form, f"{given.by} consented to work on {done.value.number} at {_shown(when)}{limit}.")


def escalate(number: Number, at: AtOption = None, form: FormatOption = Format.text) -> None:
    """Record that a case went to the team that is billed."""
    from suptime.app import case_events

    done = case_events.escalate(
        console.store(),
        number,
        at=(when := _instant(at)),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    tell(done, form, f"Escalated {done.value.number} at {_shown(when)}.")


def respond(number: Number, at: AtOption = None, form: FormatOption = Format.text) -> None:
    """Record the first response to the client."""
    from suptime.app import case_events

    done = case_events.respond(
        console.store(),
        number,
        at=(when := _instant(at)),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    shown = _shown(when)
    tell(done, form, f"The first response to {done.value.number} was at {shown}.")


def resolve(
    number: Number,
    cause: Annotated[
        str | None,
        typer.Option(
            "--cause", metavar="CAUSE", help="What it turned out to be, as the contract names it, or unknown."
        ),
    ] = None,
    at: AtOption = None,
    kb: Annotated[
        str | None, typer.Option("--kb", metavar="URL", help="The article that answers it.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Resolve a case."""
    from suptime.app import case_events

    done = case_events.resolve(
        console.store(),
        number,
        cause=cause,
        kb=kb,
        at=(when := _instant(at)),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    shown = _shown(when)
    turn = done.value.last_turn
    why = f", cause {turn.cause}" if turn and turn.cause else ""
    tell(done, form, f"Resolved {done.value.number} at {shown}{why}.")


def reopen(number: Number, at: AtOption = None, form: FormatOption = Format.text) -> None:
    """Open a resolved case again."""
    from suptime.app import case_events

    done = case_events.reopen(
        console.store(),
        number,
        at=(when := _instant(at)),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    tell(done, form, f"Reopened {done.value.number} at {_shown(when)}.")
