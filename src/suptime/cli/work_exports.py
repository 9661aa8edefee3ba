"""`suptime export` of work units and appointments, for other programs."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.when import read_day
from suptime.errors import WrongUsage

FORMATS = ("csv", "jsonl", "timeclock", "ics")

SinceOption = Annotated[
    str | None, typer.Option("--from", help="csv, jsonl, timeclock, ics: the first day [no limit].")
]
ThroughOption = Annotated[str | None, typer.Option("--to", help="The last day [no limit].")]
ClientOption = Annotated[str | None, typer.Option(help="One client only.")]
CaseOption = Annotated[str | None, typer.Option(help="One case only.")]
AgentOption = Annotated[str | None, typer.Option(help="One agent only.")]


def write(
    form: str,
    out: Path | None,
    since: str | None,
    through: str | None,
    client: str | None,
    case: str | None,
    agent: str | None,
) -> None:
    """Write the work that was asked for in the format FORM, to the file OUT or to stdout.

    Raises:
        WrongUsage: OUT cannot be written, or a day cannot be read.
        NotPossible: there is no such client or case.
    """
    from suptime.app.exchange import whole_file
    from suptime.app.work_exports import Asked, export

    now, zone = console.now(), console.zone()
    first = read_day(since, zone, now) if since is not None else None
    last = read_day(through, zone, now) if through is not None else None
    if first and last and last < first:
        raise WrongUsage(f"--to {last} is before --from {first}.", hint="Swap them.")
    asked = Asked(
        zone.midnight(first) if first else None,
        zone.midnight(last + timedelta(days=1)) if last else None,
        client,
        case,
        console.agent(agent) if agent is not None else None,
    )
    made = export(console.store(), form, asked, now=now)
    if out is None:
        for part in made:
            console.write(part.decode())
        return
    with whole_file(out) as stream:
        stream.writelines(made)
    console.out(f"Wrote {'the appointments' if form == 'ics' else 'the work'} to {out}.")


def refuse(form: str, **typed: str | None) -> None:
    """Refuse options that mean nothing to FORM, given by their names.

    Raises:
        WrongUsage: one was typed.
    """
    for name, value in typed.items():
        if value is not None:
            raise WrongUsage(
                f"--{name} means nothing to the format {form}.", hint=f"It is for {', '.join(FORMATS)}."
            )
