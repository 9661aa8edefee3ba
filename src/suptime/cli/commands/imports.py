"""`suptime import` and `suptime export`."""

import csv
import io
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from datetime import date, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from suptime.cli import console
from suptime.cli.commands import exports
from suptime.cli.options import (
    ChannelOption,
    FormatOption,
    Group,
    argument,
    choice,
    option,
    read_day,
    read_pairs,
)
from suptime.domain import values
from suptime.domain.caution import document
from suptime.domain.time import Seconds, Zone, parse_duration
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.app.exchange.foreign.importing import ImportOptions
    from suptime.app.exchange.records import Imported
    from suptime.interchange.foreign.clients_file import ClientsFile
    from suptime.store import Store

MANY = 1000
"""Lines that are written in one step."""

PEEK = 64 * 1024
"""Bytes at the beginning of a file of records that show whether it has ids of another program."""

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

LARGEST = 256 * 1024 * 1024
"""Bytes of the largest file."""

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
    from suptime.interchange.foreign.clock_times import read_clock
    from suptime.interchange.foreign.record import Bad

    try:
        return read_clock("--day-start", text.strip())[0]
    except Bad as bad:
        raise WrongUsage(f"--day-start: {bad.expected}", hint="Example: --day-start 09:00") from bad


def read_length(text: str) -> Seconds:
    """Return the length of time in `text`.

    Raises:
        WrongUsage: it is not a duration.
    """
    try:
        return parse_duration(text)
    except ValueError as error:
        raise WrongUsage(
            f"--max-length: {values.quoted(text)} is not a duration.", hint="Example: --max-length 36h"
        ) from error


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
    client: Annotated[str | None, option("--client", "Client of all the work.", "CLIENT")] = None
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
    day_order: Annotated[
        str | None,
        choice(
            "--day-order",
            "Order of days such as 05/10/2026 [default: as other days of the file show].",
            ("dmy", "mdy"),
        ),
    ] = None
    day_first: Annotated[bool, option("--day-first", "The same as --day-order dmy.")] = False
    unit: Annotated[
        str | None,
        choice(
            "--unit",
            "Unit of lengths without one.",
            ("minutes", "seconds", "hours", "clock"),
        ),
    ] = None
    hours_per_day: Annotated[
        int | None, option("--hours-per-day", "Hours of a day in lengths such as 1d.", "HOURS")
    ] = None
    max_length: Annotated[
        Seconds | None,
        option("--max-length", "Longest entry to accept [default: 24h].", "LENGTH", read_length),
    ] = None
    encoding: Annotated[
        str | None,
        option(
            "--encoding", "Character encoding of the file [default: UTF-8, UTF-16 or Windows-1252].", "NAME"
        ),
    ] = None
    columns: Annotated[
        str | None,
        option(
            "--columns",
            "For csv: start=, end= (or date=, duration=, minutes=), case=, note=, agent=, project=, tags=, id=.",
            "NAME=COLUMN,...",
        ),
    ] = None
    marks: Annotated[
        list[str] | None,
        option(
            "--marks",
            "Treatment of marked rows: not-billable=keep, waive or skip; invoiced=keep, waive or skip; negative=deduct or skip. Can be repeated.",
            "MARK=ANSWER",
        ),
    ] = None
    waive_unbillable: Annotated[
        bool, option("--waive-unbillable", "The same as --marks not-billable=waive.")
    ] = False
    other_clients: Annotated[
        str | None,
        choice("--other-clients", "With --client: leave out rows of other clients.", ("skip",)),
    ] = None
    map_client: Annotated[
        list[str] | None,
        option(
            "--map-client",
            "Client of a name in the file; '=CLIENT' is for rows without one. Can be repeated.",
            "NAME=CLIENT",
        ),
    ] = None
    clients: Annotated[
        Path | None,
        option(
            "--clients",
            "File of client and agent names [default: clients.toml in the settings folder].",
            "FILE",
        ),
    ] = None
    open_clients: Annotated[
        bool, option("--open-clients", "Add the missing clients and contracts of the client file.")
    ] = False
    write_clients: Annotated[
        Path | None,
        option("--write-clients", "Write a client file to complete, and import nothing.", "FILE"),
    ] = None
    case_prefix: Annotated[
        str | None, option("--case-prefix", "Text before the case numbers of a helpdesk.", "PREFIX")
    ] = None
    case: Annotated[str | None, option("--case", "For jira: issue of a file of work logs alone.", "KEY")] = (
        None
    )
    field: Annotated[
        list[str] | None,
        option(
            "--field",
            "Column or custom field of a helpdesk for category, cause, consented, escalated or first-response. "
            "Can be repeated.",
            "NAME=FIELD",
        ),
    ] = None
    time_field: Annotated[
        str | None, option("--time-field", "For zendesk: id of the field that counts time.", "ID")
    ] = None
    late_work: Annotated[
        str | None,
        choice(
            "--late-work",
            "For work after the resolution of its case: move the resolution, or reopen the case for it.",
            ("move", "reopen"),
        ),
    ] = None
    first: Annotated[
        date | None, option("--from", "For ics: first day of the events [default: today].", "DAY", read_day)
    ] = None
    last: Annotated[
        date | None,
        option("--to", "For ics: last day of the events [default: 92 days later].", "DAY", read_day),
    ] = None
    cancelled_by: Annotated[
        str | None,
        choice("--cancelled-by", "For ics: who cancelled events at short notice.", ("client", "us")),
    ] = None
    mapping: Annotated[
        str | None, option("--mapping", "For csv: use the columns and answers saved as NAME.", "NAME")
    ] = None
    save_mapping: Annotated[
        str | None, option("--save-mapping", "For csv: save the columns and answers as NAME.", "NAME")
    ] = None
    replace: Annotated[
        bool, option("--replace", "With --save-mapping: replace a saved mapping of that name.")
    ] = False
    sheet: Annotated[
        str | None, option("--sheet", "Sheet of a workbook [default: the first that fits].", "NAME")
    ] = None
    overlaps: Annotated[
        str | None,
        choice("--overlaps", "Move entries that overlap to the nearest free place of their day.", ("move",)),
    ] = None
    update: Annotated[
        bool, option("--update", "Apply changes in the file, and delete work that is gone from it.")
    ] = False
    keep: Annotated[bool, option("--keep", "Keep recorded work as it is, though the file has changed.")] = (
        False
    )
    prefer: Annotated[
        str | None,
        choice(
            "--prefer",
            "Version to use if both the file and the recorded work have changed.",
            ("file", "store"),
        ),
    ] = None
    gone: Annotated[bool, option("--gone", "Find recorded work that the file no longer has.")] = False

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

    def check(self, form: str) -> None:
        """Refuse options that do not belong together, or to the format.

        Raises:
            WrongUsage: some do not.
        """
        if (self.first or self.last or self.cancelled_by) and form != CALENDAR:
            raise WrongUsage(
                "--from, --to and --cancelled-by are for the format ics.", hint="Leave them out, or use ics."
            )
        if (self.mapping or self.save_mapping) and form != "csv":
            raise WrongUsage(
                "--mapping and --save-mapping are for the format csv.", hint="Leave them out, or use csv."
            )
        if self.mapping and self.save_mapping:
            raise WrongUsage("--mapping and --save-mapping exclude each other.", hint="Give one of them.")
        if self.replace and not self.save_mapping:
            raise WrongUsage("--replace requires --save-mapping.", hint="Add --save-mapping NAME.")
        for name in filter(None, (self.mapping, self.save_mapping)):
            if not NAME.fullmatch(name) or name in (*LOGS, "suptime", "ics"):
                raise WrongUsage(
                    f"{values.quoted(name)} cannot be the name of a mapping.",
                    hint="Use small letters, digits and hyphens, and no name of a format.",
                )
        if self.save_mapping and not self.replace and mapping_path(self.save_mapping).exists():
            raise WrongUsage(
                f"There is a mapping {self.save_mapping} already.",
                hint="Add --replace, or choose another name.",
            )

    def resolve(self) -> "ImportOptions":
        """Return the options of the import.

        Raises:
            WrongUsage: one cannot be read, or two contradict each other.
        """
        from suptime.app.exchange.foreign.cases import CaseOptions, pattern_of
        from suptime.app.exchange.foreign.importing import ImportOptions, Words
        from suptime.interchange.foreign.clients_file import ClientsFile
        from suptime.interchange.foreign.record import ReadOptions

        if self.update and self.keep:
            raise WrongUsage("--update and --keep exclude each other.", hint="Give one of them.")
        if self.day_first and self.day_order == "mdy":
            raise WrongUsage("--day-first and --day-order mdy exclude each other.", hint="Give one of them.")
        if self.contract is not None and not self.open_cases:
            raise WrongUsage("--contract requires --open-cases.", hint="Add --open-cases.")
        columns = next(csv.reader([self.columns])) if self.columns else []
        agents = read_pairs("--agent-map", self.agent_map or (), "'Ana Sousa=ana'")
        order = self.day_order or ("dmy" if self.day_first else "")
        return ImportOptions(
            ReadOptions(
                self.timezone,
                order,
                self.unit or "",
                self.hours_per_day,
                self.encoding,
                read_pairs("--columns", columns, "start=Begin,end=End"),
                self._fields(),
                self.time_field or "",
                self.case or "",
                self.case_prefix or "",
                self.sheet or "",
            ),
            CaseOptions(
                None if self.case_pattern is None else pattern_of(self.case_pattern),
                read_pairs("--map", self.map or (), "Website=CASE-7"),
                self.client,
                self.contract,
                self.open_cases,
            ),
            self.agent,
            {user.casefold(): console.agent(agent) for user, agent in agents.items()},
            self.channel,
            self.day_start or NINE,
            self._marks(),
            ClientsFile(),
            _mapped_clients(self.map_client or ()),
            self.other_clients == "skip",
            self.max_length,
            self.late_work or "",
            self.open_clients,
            str((self.clients or _default_clients()).parent),
            Words(self.update, self.keep, self.prefer or "", self.gone, moves_overlaps=bool(self.overlaps)),
        )

    def _fields(self) -> Mapping[str, str]:
        said = read_pairs("--field", self.field or (), "cause=customfield_10050")
        for held in said:
            if held not in FIELDS:
                raise WrongUsage(
                    f"--field: unknown name {values.quoted(held)}.", hint=f"Choose {', '.join(FIELDS)}."
                )
        return said

    def _marks(self) -> Mapping[str, str]:
        from suptime.app.exchange.foreign.importing import ANSWERS

        said = dict(read_pairs("--marks", self.marks or (), "not-billable=waive"))
        if self.waive_unbillable:
            said.setdefault("not-billable", "waive")
        for mark, answer in said.items():
            if answer not in ANSWERS.get(mark, ()):
                known = "; ".join(f"{name}={'|'.join(answers)}" for name, answers in ANSWERS.items())
                raise WrongUsage(
                    f"--marks: unknown answer {values.quoted(f'{mark}={answer}')}.", hint=f"Choose {known}."
                )
        return said


def _mapped_clients(typed: Iterable[str]) -> Mapping[str, str]:
    """Return client codes by the names that were typed, in small letters; an empty name is of rows without a client."""
    found = {}
    for pair in typed:
        name, mark, code = pair.rpartition("=")
        if not mark or not code.strip():
            raise WrongUsage(
                f"--map-client: expected NAME=CLIENT, got {values.quoted(pair)}.",
                hint="Example: --map-client 'Acme GmbH=acme'",
            )
        found[name.strip().casefold()] = code.strip()
    return found


def mapping_path(name: str) -> Path:
    """Return the file of the saved mapping `name`."""
    return Path(console.settings().path).parent / "imports" / f"{name}.toml"


SAVED = (
    "timezone",
    "encoding",
    "day_start",
    "open_cases",
    "day_order",
    "unit",
    "hours_per_day",
    "max_length",
)
"""Options that a mapping holds, besides its columns, marks and clients."""


def with_mapping(options: LogOptions, form: str, clients: "ClientsFile | None" = None) -> LogOptions:
    """Return `options` with what a saved mapping, or the client file's table of the format, says; options go first.

    Raises:
        WrongUsage: there is no such mapping, or it has faults.
    """
    if options.mapping:
        path = mapping_path(options.mapping)
        try:
            said = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError as error:
            raise WrongUsage(
                f"There is no mapping {options.mapping}.",
                hint=f"Save one with --save-mapping, or write {path}.",
            ) from error
        except (OSError, ValueError) as error:
            raise WrongUsage(f"{path} cannot be read: {error}", hint="Correct the file.") from error
        options = _with_saved(options, said, str(path))
    table = clients.sources.get(form, {}) if clients else {}
    return _with_saved(options, table, f"clients.toml, [{form}]") if table else options


def _with_saved(options: LogOptions, said: Mapping[str, Any], where: str) -> LogOptions:
    readers: Mapping[str, Any] = {
        "timezone": read_zone,
        "day_start": read_day_start,
        "max_length": read_length,
    }
    kinds: Mapping[str, type] = {"open_cases": bool, "hours_per_day": int}
    found: dict[str, Any] = {}
    for key, value in said.items():
        if key in {"columns", "marks", "map_client"}:
            if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
                raise WrongUsage(f"{where}: {key} must be a table of texts.", hint="Correct the file.")
            continue
        if key not in (*SAVED, "other_clients", "time_field", "case_prefix"):
            raise WrongUsage(
                f"{where}: {key} is not a known key.", hint=f"Known are columns, {', '.join(SAVED)}."
            )
        kind = kinds.get(key, str)
        value = str(value) if key == "time_field" else value  # noqa: PLW2901
        if type(value) is not kind:
            raise WrongUsage(f"{where}: {key} must be a {kind.__name__}.", hint="Correct the file.")
        if not getattr(options, key):
            found[key] = readers[key](value) if key in readers else value
    if "columns" in said and not options.columns:
        row = io.StringIO()
        csv.writer(row).writerow(f"{held}={column}" for held, column in said["columns"].items())
        found["columns"] = row.getvalue().strip()
    for key in ("marks", "map_client"):
        if key in said:
            typed = {pair.partition("=")[0]: pair for pair in getattr(options, key) or ()}
            saved = {name: f"{name}={answer}" for name, answer in said[key].items()}
            found[key] = [*(saved | typed).values()]
    return replace(options, **found)


def save_mapping(options: LogOptions, name: str) -> None:
    """Write the columns and answers of `options` as the mapping `name`.

    Raises:
        WrongUsage: the file cannot be written.
    """
    import tomlkit

    document = tomlkit.document()
    for key in (*SAVED, "other_clients"):
        value = getattr(options, key)
        if key == "timezone" and value is not None:
            value = value.name
        if key == "day_start" and value is not None:
            value = f"{value:%H:%M}"
        if key == "max_length" and value is not None:
            value = f"{value}s"
        if value:
            document[key] = value
    columns = next(csv.reader([options.columns])) if options.columns else []
    for key, pairs in (
        ("columns", columns),
        ("marks", options.marks or ()),
        ("map_client", options.map_client or ()),
    ):
        if pairs:
            document[key] = dict(pair.split("=", 1) for pair in pairs)
    path = mapping_path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(tomlkit.dumps(document), "utf-8")
    except OSError as error:
        raise WrongUsage(
            f"Cannot write {path}: {error.strerror}.", hint="Choose another settings folder."
        ) from error


def _default_clients() -> Path:
    return Path(console.settings().path).parent / "clients.toml"


def _clients_file(path: Path | None) -> "ClientsFile":
    """Return the file of client names: `path`, or the one in the settings folder if there is one.

    Raises:
        WrongUsage: it cannot be read, or has faults.
    """
    from suptime.interchange.foreign.clients_file import ClientsFile, read_clients_file

    where = path or _default_clients()
    try:
        text = where.read_text("utf-8")
    except FileNotFoundError as error:
        if path is None:
            return ClientsFile()
        raise WrongUsage(f"File {path} does not exist.", hint="Give an existing file.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{where} cannot be read.", hint="Save it as UTF-8.") from error
    found = read_clients_file(text, (*LOGS, *(path.stem for path in mapping_path("x").parent.glob("*.toml"))))
    if isinstance(found, ClientsFile):
        return found
    for fault in found:
        console.note(f"{where}:{fault.line}: {fault.key}: {fault.expected}")
    count = "1 fault" if len(found) == 1 else f"{len(found)} faults"
    raise WrongUsage(f"{where} has {count}.", hint="Correct the file.")


def import_logs(
    store: "Store",
    form: str,
    files: Sequence[str],
    options: LogOptions,
    *,
    dry_run: bool,
    skip_bad: bool,
    shown: str,
) -> None:
    """Import the `files` of other programs into `store`, and report the state of each record.

    Raises:
        SuptimeError: they cannot be imported; nothing was written.
    """
    options.check(form)
    said = _clients_file(options.clients)
    options = with_mapping(options, form, said)
    wishes = replace(options.resolve(), clients=said, source=options.mapping or options.save_mapping or "")
    if form in FORMATS:
        wishes = replace(wishes, source=_source_of(files))
    from suptime.app.exchange.foreign import importing
    from suptime.cli.commands import import_report

    wishes = replace(wishes, words=replace(wishes.words, skip_bad=skip_bad))
    now, zone = console.now(), options.timezone or console.zone()
    if form == CALENDAR:
        _import_calendar(store, files, options, wishes, dry_run=dry_run, shown=shown)
        return
    read = [(file, _bytes_of(file, importing.LARGEST)) for file in files]
    if options.write_clients is not None:
        from suptime.app.exchange.foreign.mapping import write_draft

        write_draft(str(options.write_clients), importing.draft_mapping(store, form, read, wishes))
        console.print_text(f"Wrote {options.write_clients}. Complete it, and use it with --clients.")
        return
    with console.progress() as progress:
        done = importing.import_files(
            store,
            form,
            read,
            wishes,
            now=now,
            agent=console.agent(),
            zone=zone,
            dry_run=dry_run,
            progress=progress,
        )
    if (
        options.save_mapping
        and not done.questions
        and not done.is_unknown
        and not done.all_of_state("blocked")
    ):
        save_mapping(options, options.save_mapping)
    import_report.report(
        done,
        wishes.words,
        dry_run=dry_run,
        zone=zone,
        zone_from="option" if options.timezone else "file",
        shown=shown,
    )


def _import_calendar(
    store: "Store",
    files: Sequence[str],
    options: LogOptions,
    wishes: "ImportOptions",
    *,
    dry_run: bool,
    shown: str,
) -> None:
    from suptime.app.exchange.foreign import calendar
    from suptime.cli.commands import import_report

    zone = options.timezone or console.zone()
    done = calendar.import_calendars(
        store,
        [(file, _bytes_of(file, LARGEST)) for file in files],
        wishes,
        calendar.Window(options.first, options.last, options.cancelled_by or ""),
        now=console.now(),
        agent=console.agent(),
        zone=zone,
        dry_run=dry_run,
    )
    zone_from = "option" if options.timezone else "file"
    import_report.report(done, wishes.words, dry_run=dry_run, zone=zone, zone_from=zone_from, shown=shown)


def _source_of(files: Sequence[str]) -> str:
    """Return the program whose ids the records of `files` have.

    Raises:
        WrongUsage: they have ids of several programs.
    """
    from suptime.interchange.foreign.converted import source_of
    from suptime.interchange.foreign.record import NotSuch

    found = set()
    for file in files:
        try:
            found.add(source_of(_bytes_of(file, LARGEST).decode("utf-8", "replace")))
        except NotSuch as error:
            raise WrongUsage(
                f"{file}: {error}.", hint="Import the records of one program at a time."
            ) from error
    found.discard("")
    if len(found) > 1:
        raise WrongUsage(
            f"The files are of several programs: {', '.join(sorted(found))}.",
            hint="Import the records of one program at a time.",
        )
    name = next(iter(found), "")
    if not NAME.fullmatch(name) or name in FORMATS:
        raise WrongUsage(
            f"{values.quoted(name)} cannot be the source of records.",
            hint="Use small letters, digits and hyphens.",
        )
    return name


def _bytes_of(file: str, most: int) -> bytes:
    with _opened(file) as stream:
        return stream.read(most + 1)


FORMATS = ("suptime",)

LOGS = (
    *("timewarrior", "watson", "toggl", "harvest", "clockify", "kimai", "timeclock", "csv"),
    *("freshdesk", "jira", "tempo", "zendesk", "zammad", "redmine", "gitlab"),
)
"""Formats of other programs: time trackers and helpdesks."""

CALENDAR = "ics"

FIELDS = ("category", "cause", "consented", "escalated", "first-response", "kind", "priority")
"""Names for --field."""


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
            "suptime: JSON Lines, as suptime export writes them; or the file of another program: "
            f"{', '.join((*LOGS, CALENDAR))}.",
        ),
    ],
    files: Annotated[
        list[str],
        argument("FILE...", "Files to import together; - is standard input."),
    ],
    *,
    dry_run: Annotated[bool, option("--dry-run", "Show what would be imported; change nothing.")] = False,
    skip_bad: Annotated[bool, option("--skip-bad", "Skip invalid lines and list them.")] = False,
    options: LogOptions,
    shown: FormatOption = "text",
) -> None:
    """Import records from files; each record is imported once.

    If a line is invalid, suptime names it and writes nothing. The options from --timezone on are for the files of
    other programs. If a file leaves something open, suptime names the options that answer it. If records have
    changed since their import, use --update or --keep.
    """
    if form in (*LOGS, CALENDAR):
        is_read_only = dry_run or options.write_clients is not None
        store = console.store_or_empty() if is_read_only else console.store()
        import_logs(store, form, files, options, dry_run=dry_run, skip_bad=skip_bad, shown=shown)
        return
    _checked_format("import", form)
    if _has_foreign_ids(files):
        store = console.store_or_empty() if dry_run else console.store()
        import_logs(store, form, files, options, dry_run=dry_run, skip_bad=skip_bad, shown=shown)
        return
    options.refuse(form)
    if len(files) > 1:
        raise WrongUsage("import suptime accepts one file.", hint="Import one file after another.")
    file = files[0]
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


def _has_foreign_ids(files: Sequence[str]) -> bool:
    """Return whether the first records of a file have ids of another program."""
    from suptime.interchange.foreign.converted import MARK

    if len(files) == 1 and files[0] == "-":
        return False
    for file in files:
        # Whether there is a store comes first; who reads the file then says what is wrong with it.
        with suppress(WrongUsage), _opened(file) as stream:
            if MARK in stream.read(PEEK):
                return True
    return False


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
    others = (
        (*LOGS, CALENDAR) if command == "import" else (*exports.WORK_FORMATS, *exports.BOOKKEEPING_FORMATS)
    )
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
            "summary": done.summary,
            "sha256": done.digest,
            "faults": [{"line": f.line, "key": f.key, "expected": f.expected} for f in done.faults],
        }
    } | document(done.notes)
