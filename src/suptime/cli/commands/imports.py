"""`suptime import` of other programs' time logs: what is typed about a file."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from suptime.cli import console
from suptime.cli.commands import exports
from suptime.cli.options import ChannelOption, Format, FormatOption, channel_of, pairs
from suptime.domain.time import Zone
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.app.exchange.time_logs import ImportOptions

MANY = 1000
"""Lines that are written at once."""

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

    def wishes(self) -> "ImportOptions":
        """What it means.

        Raises:
            WrongUsage: something of it cannot be read, or is missing.
        """
        from suptime.app.exchange.time_log_cases import CaseOptions, pattern_of
        from suptime.app.exchange.time_logs import ImportOptions
        from suptime.domain import values
        from suptime.interchange.time_logs.entry import ReadOptions

        if self.open_cases and self.client is None:
            raise WrongUsage(
                "--open-cases needs --client: whose cases are opened?", hint="Add --client CLIENT."
            )
        if not self.open_cases and (self.client is not None or self.contract is not None):
            what = "--client" if self.client is not None else "--contract"
            raise WrongUsage(
                f"{what} says whose cases are opened.", hint="Add --open-cases, or leave it out."
            )
        zone = None if self.timezone is None else Zone(values.accept(values.ZONE, self.timezone))
        asked = ReadOptions(
            zone,
            self._day_start(),
            self.day_first,
            pairs("--columns", self._columns(), "start=Begin,end=End"),
        )
        mapped = pairs("--map", self.map, "Website=CASE-7")
        wanted = CaseOptions(
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
        return ImportOptions(asked, wanted, who, agents, self.channel, self.waive_unbillable)

    def _day_start(self) -> time:
        from suptime.interchange.time_logs.clock_times import read_clock
        from suptime.interchange.time_logs.entry import Bad

        try:
            return read_clock("--day-start", (self.day_start or "09:00").strip())[0]
        except Bad as bad:
            raise WrongUsage(f"--day-start: {bad.expected}", hint="Write it like 09:00.") from bad

    def _columns(self) -> list[str]:
        import csv

        return next(csv.reader([self.columns])) if self.columns else []


def take(
    form: str, file: str, stream: BinaryIO, typed: Typed, *, dry_run: bool, skip_bad: bool, shown: Format
) -> None:
    """Take the time log FILE of the format FORM in, and say what came of it.

    Raises:
        SuptimeError: it could not come in; nothing was written then.
    """
    wishes = typed.wishes()
    from suptime.app.exchange.time_logs import import_log
    from suptime.cli.commands import import_report as foreign_told

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
    foreign_told.report(
        form,
        file,
        done,
        dry_run=dry_run,
        skip_bad=skip_bad,
        waived=typed.waive_unbillable,
        shown=shown,
        zone=zone,
    )


if TYPE_CHECKING:
    from suptime.app.exchange.records import Imported

FORMATS = ("suptime",)

LOGS = ("timewarrior", "watson", "toggl", "harvest", "clockify", "kimai", "timeclock", "csv")

"""The time logs of other programs."""


PLURALS = {
    "client": "clients",
    "contract": "contract versions",
    "audit": "audit rows",
    "imported": "rows of other logs",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command(name="import")(import_)
    app.command(name="export")(export)


def import_(
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help=f"suptime: JSON Lines, as export writes them; or another program's time log: {', '.join(LOGS)}.",
        ),
    ],
    file: Annotated[str, typer.Argument(help="The file to read; - reads from standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come in.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave bad lines out, and name them.")] = False,
    timezone: TimezoneOption = None,
    case_pattern: PatternOption = None,
    mapped: MapOption = None,
    client: ClientOption = None,
    open_cases: OpenOption = False,
    contract: ContractOption = None,
    agent: AgentOption = None,
    agents: AgentsOption = None,
    channel: ChannelOption = None,
    day_start: DayStartOption = None,
    day_first: DayFirstOption = False,
    columns: ColumnsOption = None,
    waive_unbillable: WaiveOption = False,
    shown: FormatOption = Format.text,
) -> None:
    """Read records from a file. What came in before is passed over.

    Every bad line is named with its number and what is wrong, and nothing is written unless
    all lines are good. The options from --timezone on are for other programs' time logs.
    """
    typed = Typed(
        timezone,
        case_pattern,
        mapped or [],
        client,
        open_cases,
        contract,
        agent,
        agents or [],
        channel_of(channel),
        day_start,
        day_first,
        columns,
        waive_unbillable,
    )
    if form in LOGS:
        with _opened(file) as stream:
            take(form, file, stream, typed, dry_run=dry_run, skip_bad=skip_bad, shown=shown)
        return
    _checked_format("import", form)
    typed.refuse_any(form)
    from suptime.app.contracts import in_words
    from suptime.app.exchange import records as exchange

    now, me = console.now(), console.agent()
    with _opened(file) as stream, console.progress() as progress:
        done = exchange.import_suptime(
            console.store(), stream, now=now, agent=me, dry_run=dry_run, skip_bad=skip_bad, progress=progress
        )
    if shown is Format.json:
        console.show_json(_document(done, dry_run=dry_run))
    for line in () if shown is Format.json else in_words(file, done.faults):
        console.note(line)
    if done.faults and not skip_bad:
        faults = "1 fault" if len(done.faults) == 1 else f"{len(done.faults)} faults"
        raise WrongUsage(
            f"{file} has {faults}, so nothing was imported.",
            hint="Correct the file, or leave bad lines out with --skip-bad.",
        )
    if shown is Format.text:
        console.print_text(_sentence(done, dry_run=dry_run))


def export(
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help=f"suptime: JSON Lines, one record a line; work units: csv, jsonl, timeclock; appointments: ics; what was issued, for bookkeeping: {', '.join(exports.BOOKKEEPING_FORMATS)}.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="File to write; - is standard output [default: -].")
    ] = None,
    account: exports.AccountOption = None,
    prepaid_account: exports.PrepaidAccountOption = None,
    tax_codes: exports.TaxCodesOption = None,
    since: exports.SinceOption = None,
    through: exports.ThroughOption = None,
    client: exports.ClientOption = None,
    case: exports.CaseOption = None,
    agent: exports.AgentOption = None,
) -> None:
    """Write all that is stored, so that an import into a fresh database gives it back; or work, or what was issued.

    The formats of work hold the units that touch the days from --from through --to, whole; the
    formats for bookkeeping issued invoices, credit notes and payments.
    """
    out = None if out == Path("-") else out
    if form in exports.WORK_FORMATS:
        exports.refuse_books_options(form, account, prepaid_account, tax_codes or [])
        exports.write_work(form, out, since, through, client, case, agent)
        return
    exports.refuse_work_options(
        form, **{"from": since, "to": through, "client": client, "case": case, "agent": agent}
    )
    if form in exports.BOOKKEEPING_FORMATS:
        exports.write_books(form, out, account, prepaid_account, tax_codes or [])
        return
    _checked_format("export", form)
    exports.refuse_books_options(form, account, prepaid_account, tax_codes or [])
    from suptime.app.exchange import records as exchange

    if out is not None:
        with console.progress() as progress:
            count = exchange.export_to(console.store(), out, progress)
        console.print_text(f"Wrote {count} records to {out}.")
        return
    lines = exchange.export_suptime(console.store())
    while some := "".join(islice(lines, MANY)):
        console.write(some)


def _checked_format(command: str, form: str) -> None:
    if form in FORMATS:
        return
    others = LOGS if command == "import" else (*exports.WORK_FORMATS, *exports.BOOKKEEPING_FORMATS)
    raise WrongUsage(
        f"{console.quoted(form)} is not a format of {command}s.",
        hint=f"Use {', '.join((*FORMATS, *others))}.",
    )


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - what goes wrong below is no fault of the opening
    except OSError as error:
        raise WrongUsage(
            f"{file} cannot be read: {error.strerror}.", hint="Name a file that is there."
        ) from error
    with stream:
        yield stream


def _sentence(done: "Imported", *, dry_run: bool) -> str:
    counted = [_count(kind, count) for kind, count in done.added.items()]
    what = (
        f"{', '.join(counted[:-1])} and {counted[-1]}"
        if len(counted) > 1
        else "".join(counted) or "nothing new"
    )
    said = [f"Would import {what}." if dry_run else f"Imported {what}."]
    if done.equal:
        said.append(f"{done.equal} records were there already.")
    if done.faults:
        bad = len({fault.line for fault in done.faults})
        said.append(f"Left out {'1 bad line' if bad == 1 else f'{bad} bad lines'}, named above.")
    return " ".join(said)


def _count(kind: str, count: int) -> str:
    return f"{count} {kind}" if count == 1 else f"{count} {PLURALS.get(kind, kind + 's')}"


def _document(done: "Imported", *, dry_run: bool) -> Mapping[str, Any]:
    return {
        "import": {
            "written": done.kept,
            "dry_run": dry_run,
            "added": dict(done.added),
            "equal": done.equal,
            "sha256": done.digest,
            "faults": [{"line": f.line, "key": f.key, "expected": f.expected} for f in done.faults],
        }
    }
