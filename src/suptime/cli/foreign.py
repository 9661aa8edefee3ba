"""`suptime import` of other programs' time logs: what is typed about a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import time
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from suptime.cli import console
from suptime.cli.options import Format
from suptime.domain.timespan import Zone
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.app.foreign import Wishes

TimezoneOption = Annotated[
    str | None,
    typer.Option("--timezone", metavar="ZONE", help="The zone of the file's times, where it says none."),
]
PatternOption = Annotated[
    str | None,
    typer.Option(
        "--case-pattern",
        metavar="PATTERN",
        help="What a case's number looks like, such as 'CASE-[0-9]+' [any existing number].",
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="PROJECT=CASE",
        help="The case of a project, task, tag or client; * stands for all others. May be repeated.",
    ),
]
ClientOption = Annotated[
    str | None, typer.Option("--client", metavar="CLIENT", help="With --open-cases: whose the new cases are.")
]
OpenOption = Annotated[
    bool, typer.Option("--open-cases", help="Open the cases that are missing, by number or by project.")
]
ContractOption = Annotated[
    str | None,
    typer.Option("--contract", metavar="CONTRACT", help="With --open-cases: under which contract."),
]
AgentOption = Annotated[
    str | None,
    typer.Option("--agent", metavar="NAME", help="Whose work all of it is [the file's users; yours]."),
]
AgentsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--agent-map",
        metavar="USER=AGENT",
        help="Which agent a user of the file is, by name or e-mail address. May be repeated.",
    ),
]
DayStartOption = Annotated[
    str | None,
    typer.Option(
        "--day-start", metavar="TIME", help="When a day's work begins, where the file has no times [09:00]."
    ),
]
DayFirstOption = Annotated[
    bool, typer.Option("--day-first", help="Days such as 05/10/2026 have the day first, not the month.")
]
ColumnsOption = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="NAME=COLUMN,...",
        help="For csv: start=, end= (or date=, duration=), case=, note=, agent=, project=, tags=, id=.",
    ),
]

WaiveOption = Annotated[
    bool, typer.Option("--waive-unbillable", help="Waive rows that the file marks as not billable.")
]

_PAIR = "Write it like {}."


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed besides the format and the file."""

    timezone: str | None
    case_pattern: str | None
    map: list[str]
    client: str | None
    open_cases: bool
    contract: str | None
    agent: str | None
    agent_map: list[str]
    channel: str | None
    day_start: str | None
    day_first: bool
    columns: str | None
    waive_unbillable: bool

    def refuse_any(self, form: str) -> None:
        """Refuse options that mean nothing to the format FORM.

        Raises:
            WrongUsage: one was typed.
        """
        for option in fields(self):
            if getattr(self, option.name):
                name = "--" + option.name.replace("_", "-")
                raise WrongUsage(
                    f"{name} means nothing to the format {form}.", hint="It is for other programs' time logs."
                )

    def wishes(self) -> "Wishes":
        """What it means.

        Raises:
            WrongUsage: something of it cannot be read, or is missing.
        """
        from suptime.app import checks
        from suptime.app.foreign import Wishes
        from suptime.app.foreign_cases import Wanted, pattern_of
        from suptime.interchange.entries import Asked

        if self.open_cases and self.client is None:
            raise WrongUsage(
                "--open-cases needs --client: whose cases are opened?", hint="Add --client CLIENT."
            )
        if not self.open_cases and (self.client is not None or self.contract is not None):
            what = "--client" if self.client is not None else "--contract"
            raise WrongUsage(
                f"{what} says whose cases are opened.", hint="Add --open-cases, or leave it out."
            )
        zone = None if self.timezone is None else Zone(checks.timezone(self.timezone))
        asked = Asked(
            zone,
            self._day_start(),
            self.day_first,
            pairs("--columns", self._columns(), "start=Begin,end=End"),
        )
        mapped = pairs("--map", self.map, "Website=CASE-7")
        wanted = Wanted(
            None if self.case_pattern is None else pattern_of(self.case_pattern),
            mapped,
            self.client,
            self.contract,
        )
        agents = {
            user.casefold(): console.agent(agent)
            for user, agent in pairs("--agent-map", self.agent_map, "'Ana Sousa=ana'").items()
        }
        who = None if self.agent is None else console.agent(self.agent)
        return Wishes(asked, wanted, who, agents, self.channel, self.waive_unbillable)

    def _day_start(self) -> time:
        from suptime.interchange.clock_times import read_clock
        from suptime.interchange.entries import Bad

        try:
            return read_clock("--day-start", (self.day_start or "09:00").strip())[0]
        except Bad as bad:
            raise WrongUsage(f"--day-start: {bad.expected}", hint="Write it like 09:00.") from bad

    def _columns(self) -> list[str]:
        import csv

        return next(csv.reader([self.columns])) if self.columns else []


def pairs(option: str, typed: Iterable[str], example: str) -> Mapping[str, str]:
    """What is TYPED as NAME=VALUE, by name.

    Raises:
        WrongUsage: one is no such pair, or a name stands twice.
    """
    found: dict[str, str] = {}
    for pair in typed:
        name, equals, value = (part.strip() for part in pair.rpartition("="))
        if not (name and equals and value):
            raise WrongUsage(f"{option}: {console.quoted(pair)} is no pair.", hint=_PAIR.format(example))
        if name in found:
            raise WrongUsage(f"{option}: {console.quoted(name)} stands twice.", hint="Say it once.")
        found[name] = value
    return found


def take(
    form: str, file: str, stream: BinaryIO, typed: Typed, *, dry_run: bool, skip_bad: bool, shown: Format
) -> None:
    """Take the time log FILE of the format FORM in, and say what came of it.

    Raises:
        SuptimeError: it could not come in; nothing was written then.
    """
    wishes = typed.wishes()
    from suptime.app.foreign import import_log
    from suptime.cli import foreign_told

    now, zone = console.now(), wishes.asked.zone or console.zone()
    with console.progress() as progress:
        done = import_log(
            console.store(),
            form,
            stream,
            wishes,
            now=now,
            agent=console.agent(),
            zone=zone,
            dry_run=dry_run,
            skip_bad=skip_bad,
            progress=progress,
        )
    foreign_told.tell(
        form,
        file,
        done,
        dry_run=dry_run,
        skip_bad=skip_bad,
        waived=typed.waive_unbillable,
        shown=shown,
        zone=zone,
    )
