"""`suptime import` and `suptime export`."""

import csv
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
from suptime.cli.options import ChannelOption, FormatOption, Group, argument, option, read_pairs
from suptime.domain import values
from suptime.domain.caution import document
from suptime.domain.time import Zone
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.app.exchange.records import Imported
    from suptime.app.exchange.time_logs import ImportOptions
    from suptime.store import Store

MANY = 1000
"""Lines that are written in one step."""

NINE = time(9)
"""Default start of a day's work."""


def read_zone(text: str) -> Zone:
    """Return the time zone in `text`.

    Raises:
        WrongUsage: there is no such zone.
    """
    return Zone(values.accept(values.ZONE, text))


def read_day_start(text: str) -> time:
    """Return the time of day in `text`.

    Raises:
        WrongUsage: the text is not a time of day.
    """
    from suptime.interchange.time_logs.clock_times import read_clock
    from suptime.interchange.time_logs.entry import Bad

    try:
        return read_clock("--day-start", text.strip())[0]
    except Bad as bad:
        raise WrongUsage(f"--day-start: {bad.expected}", hint="Example: --day-start 09:00") from bad


@dataclass(frozen=True, slots=True)
class LogOptions(Group):
    """Options for the time logs of other programs."""

    timezone: Annotated[
        Zone | None,
        option("--timezone", "Time zone of the file's times, if the file has none.", "ZONE", read_zone),
    ] = None
    case_pattern: Annotated[
        str | None,
        option(
            "--case-pattern",
            "Pattern of case numbers, for example 'CASE-[0-9]+' [default: any existing number].",
            "PATTERN",
        ),
    ] = None
    map: Annotated[
        list[str] | None,
        option(
            "--map",
            "Case of a project, task, tag or client; * is for all others. Can be repeated.",
            "PROJECT=CASE",
        ),
    ] = None
    client: Annotated[
        str | None, option("--client", "With --open-cases: client of the new cases.", "CLIENT")
    ] = None
    open_cases: Annotated[
        bool, option("--open-cases", "Open the missing cases, by number or by project.")
    ] = False
    contract: Annotated[
        str | None, option("--contract", "With --open-cases: contract of the new cases.", "CONTRACT")
    ] = None
    agent: Annotated[
        str | None,
        option(
            "--agent",
            "Agent who did all the work [default: the file's users, or you].",
            "NAME",
            console.agent,
        ),
    ] = None
    agent_map: Annotated[
        list[str] | None,
        option(
            "--agent-map",
            "Agent for a user of the file, by name or e-mail address. Can be repeated.",
            "USER=AGENT",
        ),
    ] = None
    channel: ChannelOption = None
    day_start: Annotated[
        time | None,
        option(
            "--day-start",
            "Start of a day's work, if the file has no times [default: 09:00].",
            "TIME",
            read_day_start,
        ),
    ] = None
    day_first: Annotated[
        bool, option("--day-first", "Dates such as 05/10/2026 have the day first, not the month.")
    ] = False
    columns: Annotated[
        str | None,
        option(
            "--columns",
            "For csv: start=, end= (or date=, duration=), case=, note=, agent=, project=, tags=, id=.",
            "NAME=COLUMN,...",
        ),
    ] = None
    waive_unbillable: Annotated[
        bool, option("--waive-unbillable", "Waive rows that the file marks as not billable.")
    ] = False

    def refuse(self, form: str) -> None:
        """Refuse these options for a format that is not a time log.

        Raises:
            WrongUsage: an option was given.
        """
        for field in fields(self):
            if getattr(self, field.name):
                name = "--" + field.name.replace("_", "-")
                raise WrongUsage(
                    f"{name} cannot be used with the format {form}.",
                    hint="Use it with the time log of another program.",
                )

    def resolve(self) -> "ImportOptions":
        """Return the options of the import.

        Raises:
            WrongUsage: an option is invalid or missing.
        """
        from suptime.app.exchange.time_log_cases import CaseOptions, pattern_of
        from suptime.app.exchange.time_logs import ImportOptions
        from suptime.interchange.time_logs.entry import ReadOptions

        if self.open_cases and self.client is None:
            raise WrongUsage(
                "--open-cases requires --client: the client of the new cases.", hint="Add --client CLIENT."
            )
        if not self.open_cases and (self.client is not None or self.contract is not None):
            what = "--client" if self.client is not None else "--contract"
            raise WrongUsage(
                f"{what} requires --open-cases.", hint="Add --open-cases, or leave the option out."
            )
        columns = next(csv.reader([self.columns])) if self.columns else []
        agents = read_pairs("--agent-map", self.agent_map or (), "'Ana Sousa=ana'")
        return ImportOptions(
            ReadOptions(
                self.timezone,
                self.day_start or NINE,
                self.day_first,
                read_pairs("--columns", columns, "start=Begin,end=End"),
            ),
            CaseOptions(
                None if self.case_pattern is None else pattern_of(self.case_pattern),
                read_pairs("--map", self.map or (), "Website=CASE-7"),
                self.client,
                self.contract,
            ),
            self.agent,
            {user.casefold(): console.agent(agent) for user, agent in agents.items()},
            self.channel,
            self.waive_unbillable,
        )


def import_log(
    store: "Store", form: str, file: str, options: LogOptions, *, dry_run: bool, skip_bad: bool, shown: str
) -> None:
    """Import the time log in `file` into `store`, and report the imported rows.

    Raises:
        SuptimeError: the file cannot be imported; nothing is written.
    """
    wishes = options.resolve()
    from suptime.app.exchange import time_logs
    from suptime.cli.commands import import_report

    now, zone = console.now(), options.timezone or console.zone()
    with _opened(file) as stream, console.progress() as progress:
        done = time_logs.import_log(
            store,
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
    import_report.report(
        form,
        file,
        done,
        dry_run=dry_run,
        skip_bad=skip_bad,
        waived=options.waive_unbillable,
        shown=shown,
        zone=zone,
    )


FORMATS = ("suptime",)

LOGS = ("timewarrior", "watson", "toggl", "harvest", "clockify", "kimai", "timeclock", "csv")

"""Formats of other programs' time logs."""


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
        argument(
            "FORMAT",
            "suptime: JSON Lines, as suptime export writes them; or another program's time log: "
            f"{', '.join(LOGS)}.",
        ),
    ],
    file: Annotated[str, argument("FILE", "File to read; - reads from standard input.")],
    *,
    dry_run: Annotated[bool, option("--dry-run", "Show what would be imported; change nothing.")] = False,
    skip_bad: Annotated[bool, option("--skip-bad", "Skip invalid lines and list them.")] = False,
    options: LogOptions,
    shown: FormatOption = "text",
) -> None:
    """Import records from a file. Records that were imported before are skipped.

    suptime reports every bad line with its number and the reason. It writes nothing unless all lines are valid.
    The options from --timezone on are for other programs' time logs.
    """
    if form in LOGS:
        store = console.store_or_empty() if dry_run else console.store()
        import_log(store, form, file, options, dry_run=dry_run, skip_bad=skip_bad, shown=shown)
        return
    _checked_format("import", form)
    options.refuse(form)
    from suptime.app.contracts import in_words
    from suptime.app.exchange import records

    now, me = console.now(), console.agent()
    store = console.store_or_empty() if dry_run else console.store_or_new()
    with _opened(file) as stream, console.progress() as progress:
        done = records.import_suptime(
            store, stream, now=now, agent=me, dry_run=dry_run, skip_bad=skip_bad, progress=progress
        )
    if shown == "json":
        console.show_json(_document(done, dry_run=dry_run))
    for line in () if shown == "json" else in_words(file, done.faults):
        console.note(line)
    for caution in done.notes:
        console.warn(caution.text)
    if done.faults and not skip_bad:
        faults = "1 fault" if len(done.faults) == 1 else f"{len(done.faults)} faults"
        raise WrongUsage(
            f"{file} has {faults}, so nothing was imported.",
            hint="Correct the file, or skip the bad lines with --skip-bad.",
        )
    if shown == "text":
        console.print_text(_sentence(done, dry_run=dry_run))


def export(
    form: Annotated[
        str,
        argument(
            "FORMAT",
            "suptime: JSON Lines, one record per line. Work units: csv, jsonl, timeclock. Appointments: "
            f"ics. Issued documents, for bookkeeping: {', '.join(exports.BOOKKEEPING_FORMATS)}. Files "
            "that --new wrote: batches.",
        ),
    ],
    *,
    out: Annotated[
        Path | None, option("--out", "File to write; - is standard output [default: -].", "FILE")
    ] = None,
    accounts: exports.Accounts,
    documents: exports.Documents,
    work: exports.Work,
    shown: FormatOption = "text",
) -> None:
    """Export all data for an import into a new database, or work, or issued documents.

    Formats of work contain every unit that overlaps the days from --from through --to, uncut. Formats for bookkeeping
    contain the invoices, credit notes and payments that were issued or paid on these days.

    `batches` lists the files that `--new` wrote.
    """
    out = None if out == Path("-") else out
    if form in exports.WORK_FORMATS:
        accounts.refuse(form)
        documents.refuse(form)
        exports.write_work(form, out, work)
        return
    if form in exports.BOOKKEEPING_FORMATS:
        exports.write_books(form, out, accounts, documents, work, shown)
        return
    work.refuse(form)
    if form == exports.LIST_OF_BATCHES:
        accounts.refuse(form)
        documents.refuse(form)
        exports.list_batches(shown)
        return
    _checked_format("export", form)
    accounts.refuse(form)
    documents.refuse(form)
    from suptime.app.exchange import records

    if out is not None:
        with console.progress() as progress:
            count = records.export_to(console.store(), out, progress)
        console.print_text(f"Wrote {count} records to {out}.")
        return
    lines = records.export_suptime(console.store())
    while some := "".join(islice(lines, MANY)):
        console.write(some)


def _checked_format(command: str, form: str) -> None:
    if form in FORMATS:
        return
    others = LOGS if command == "import" else (*exports.WORK_FORMATS, *exports.BOOKKEEPING_FORMATS)
    raise WrongUsage(
        f"Unknown format {console.quoted(form)} for {command}.",
        hint=f"Choose {', '.join((*FORMATS, *others))}.",
    )


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - errors below are not errors of opening the file
    except OSError as error:
        raise WrongUsage(f"Cannot read {file}: {error.strerror}.", hint="Give an existing file.") from error
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
        said.append(f"Already imported: {done.equal} records.")
    if done.faults:
        bad = len({fault.line for fault in done.faults})
        said.append(f"Left out {'1 bad line' if bad == 1 else f'{bad} bad lines'}, listed above.")
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
    } | document(done.notes)
