"""Import of the files of other programs: reconciled with earlier imports, completely or not at all."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

from suptime.app.exchange.foreign.case_records import CaseRecords, CaseWords, late_work
from suptime.app.exchange.foreign.cases import CaseOptions, Cases
from suptime.app.exchange.foreign.clients import Clients, Whose
from suptime.app.exchange.foreign.identity import identify, marks_of, match, state_of
from suptime.app.exchange.foreign.mapping import draft, open_clients
from suptime.app.exchange.foreign.placing import Calendar, move, place
from suptime.app.exchange.foreign.row import Against, CaseRow, Change, Planned, Row, State
from suptime.app.exchange.foreign.rules import Clock, Rules
from suptime.app.facts import contract_of
from suptime.app.units import stretch
from suptime.app.use_case import changing
from suptime.domain.case import Case
from suptime.domain.names import is_agent
from suptime.domain.reading import Fault
from suptime.domain.time import DAY, NEVER, Instant, Seconds, Zone, rfc3339
from suptime.domain.work import WorkUnit
from suptime.errors import ExitCode, WrongUsage
from suptime.interchange.foreign import CONVERTED, FORMATS, Format
from suptime.interchange.foreign.clients_file import ClientsFile
from suptime.interchange.foreign.record import (
    EXACT,
    ForeignCase,
    ForeignUnit,
    NotSuch,
    Question,
    Reading,
    ReadOptions,
    decoded,
)
from suptime.interchange.foreign.workbook import is_workbook, sheets_of
from suptime.store.repositories.imports import KnownRecord

if TYPE_CHECKING:
    from suptime.store import Store, Transaction

LARGEST = 256 * 1024 * 1024
"""So many bytes a file may have: ten times the log of a large team's ten years."""

MOST_FAULTS = 10_000
"""Most faults of a file: after them the rest is not read."""

_as_json = json.JSONEncoder(separators=(",", ":")).encode

STEP = 1000
"""Rows between two reports of progress."""

NOT_BILLABLE, ELSEWHERE = "Marked as not billable.", "Invoiced elsewhere."

ANSWERS = {
    "invoiced": ("skip", "waive", "keep"),
    "not-billable": ("keep", "waive", "skip"),
    "negative": ("deduct", "skip"),
}
"""Answers for each mark; only `invoiced` has a default, the first."""

OPTIONS = {
    "day-order": ("--day-order dmy", "--day-order mdy"),
    "length-unit": ("--unit minutes", "--unit seconds", "--unit hours", "--unit clock"),
    "hours-per-day": ("--hours-per-day 8",),
    "max-length": ("--max-length 36h",),
    "timezone": ("--timezone Europe/Berlin",),
    "not-billable": tuple(f"--marks not-billable={answer}" for answer in ANSWERS["not-billable"]),
    "negative": tuple(f"--marks negative={answer}" for answer in ANSWERS["negative"]),
    "other-client": ("--other-clients skip", "--map-client 'Name=CLIENT'"),
    "time-field": ("--time-field 360",),
    "cancelled-by": ("--cancelled-by client", "--cancelled-by us"),
}
"""Options that answer each question."""

Progress = Callable[[str, int, int | None], None]
"""Gets a label, the number of rows that are done, and their total if it is known."""


@dataclass(frozen=True, slots=True)
class Words:
    """Options for records that are known already, or that cannot be imported."""

    update: bool = False
    keep: bool = False
    prefer: str = ""
    gone: bool = False
    skip_bad: bool = False
    moves_overlaps: bool = False


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options of an import.

    `agent` is whose work all of it is; `agents` are agents by the names or addresses of the
    file, in lower case; `channel` is how agent and client spoke; `marks` are answers by mark.
    `mapped_clients` are client codes by names, in small letters; `longest` what an entry may last.
    """

    asked: ReadOptions = field(default_factory=ReadOptions)
    cases: CaseOptions = field(default_factory=CaseOptions)
    agent: str | None = None
    agents: Mapping[str, str] = field(default_factory=dict)
    channel: str | None = None
    day_start: time = time(9)
    marks: Mapping[str, str] = field(default_factory=dict)
    clients: ClientsFile = field(default_factory=ClientsFile)
    mapped_clients: Mapping[str, str] = field(default_factory=dict)
    skips_other_clients: bool = False
    longest: Seconds | None = None
    late_work: str = ""
    opens_clients: bool = False
    folder: str = "."
    words: Words = field(default_factory=Words)
    source: str = ""


@dataclass(slots=True)
class FileRead:
    """One file as it was read."""

    name: str
    shape: str
    rows: int
    digest: str
    encoding: str
    reading: Reading


@dataclass(slots=True)
class ImportResult:
    """Result of an import, or of a dry run: every record with its state, the questions, and unknown names.

    `written` says whether anything was; `told` are sentences
    on what will not be billed, by case, each with its number of rows.
    """

    form: str
    source: Format
    files: list[FileRead]
    rows: list[Row]
    questions: dict[str, Question] = field(default_factory=dict)
    unknown_clients: dict[tuple[str, str], tuple[int, Seconds]] = field(default_factory=dict)
    unknown_agents: Counter[str] = field(default_factory=Counter)
    unknown_priorities: Counter[str] = field(default_factory=Counter)
    cases: list[CaseRow] = field(default_factory=list)
    records: list[ForeignCase] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    checks: list[tuple[str, Seconds, Seconds]] = field(default_factory=list)
    opened: list[Case] = field(default_factory=list)
    told: tuple[tuple[str, str, int], ...] = ()
    written: bool = False

    def of_state(self, *states: str) -> list[Row]:
        """Return the rows of work in one of `states`."""
        return [row for row in self.rows if row.state in states]

    def all_of_state(self, *states: str) -> list[Row | CaseRow]:
        """Return the records of every kind in one of `states`."""
        both: list[Row | CaseRow] = [*self.cases, *self.rows]
        return [row for row in both if row.state in states]

    @property
    def case_source(self) -> str:
        """The program whose cases the files are about."""
        return self.source.case_source

    @property
    def is_unknown(self) -> bool:
        """Whether the files name an unknown client, agent or priority."""
        return bool(self.unknown_clients or self.unknown_agents or self.unknown_priorities)

    @property
    def digest(self) -> str:
        """The digest of the files."""
        if len(self.files) == 1:
            return self.files[0].digest
        return hashlib.sha256("".join(sorted(one.digest for one in self.files)).encode()).hexdigest()


class _LeftAsItWas(Exception):
    """Takes the transaction back; no error."""


def import_files(
    store: "Store",
    form: str,
    files: Sequence[tuple[str, bytes]],
    wishes: ImportOptions,
    *,
    now: Instant,
    agent: str,
    zone: Zone,
    dry_run: bool = False,
    progress: Progress = lambda _what, _done, _of: None,
) -> ImportResult:
    """Read `files`, each a name and bytes, of the format `form`, into `store`: all of it, or nothing.

    Nothing is written where something is asked or unknown, where a row is blocked and `skip_bad` is not said,
    or if known records would change and no option says how. `zone` is where times are shown.

    Raises:
        WrongUsage: a file does not have the format, or is too large.
        NotPossible: there is no such client or contract to open cases for.
    """
    source = CONVERTED if form == CONVERTED.name else FORMATS[form]
    if wishes.source:
        source = replace(source, name=wishes.source)
    read, rows, records = _read(source, files, wishes.asked, progress)
    result = ImportResult(form, source, read, rows, records=records)
    run = _Import(source, wishes, Clock(now, zone), agent, result, progress)
    try:
        with changing(store, now, agent, f"import {form}") as tx:
            run.plan(tx)
            if dry_run or not run.may_write():
                raise _LeftAsItWas  # noqa: TRY301 - the transaction ends here
            progress("Writing", 0, None)
            run.write(tx)
            run.result.written = True
            if not run.has_written:
                raise _LeftAsItWas  # noqa: TRY301 - nothing new: no change to record
    except _LeftAsItWas:
        pass
    return run.result


def draft_mapping(
    store: "Store", form: str, files: Sequence[tuple[str, bytes]], wishes: ImportOptions
) -> str:
    """Return a mapping file with what `files` name: known, or to be completed. Nothing is written.

    Raises:
        WrongUsage: a file does not have the format, or is too large.
    """
    _, rows, records = _read(FORMATS[form], files, wishes.asked, lambda _what, _done, _of: None)
    with store.reading() as tx:
        return draft(tx, FORMATS[form].case_source, wishes.clients, records, [row.unit for row in rows])


def _read(
    source: Format, files: Sequence[tuple[str, bytes]], asked: ReadOptions, progress: Progress
) -> tuple[list[FileRead], list[Row], list[ForeignCase]]:
    read: list[FileRead] = []
    rows: list[Row] = []
    records: list[ForeignCase] = []
    gathered: list[Any] = []
    for place_of_file, (name, raw) in enumerate(files):
        if len(raw) > LARGEST:
            raise WrongUsage(
                f"The file is larger than {LARGEST // 1024 // 1024} MiB.",
                hint="Export fewer months at a time.",
            )
        reading = Reading(asked, gathered, place_of_file)
        one = FileRead(name, "work", 0, hashlib.sha256(raw).hexdigest(), "", reading)
        read.append(one)
        try:
            text, one.encoding = _text_of(source, raw, asked)
            faults = 0
            for found in source.read(text, reading):
                if isinstance(found, ForeignCase):
                    found.file = place_of_file
                    records.append(found)
                    one.rows += not source.is_log
                    continue
                one.rows += 1
                row = _row(found)
                faults += row.state is State.BLOCKED
                row.unit.file = place_of_file
                rows.append(row)
                if not one.rows % STEP:
                    progress("Reading", one.rows, None)
                if faults >= MOST_FAULTS:
                    last = Row(ForeignUnit(row.line))
                    what = f"has {MOST_FAULTS} faults so far; the rest was not read."
                    last.block(Against("file", what))
                    rows.append(last)
                    break
        except NotSuch as error:
            raise WrongUsage(
                f"The file is not {'a time log' if source.is_log else 'an export'} of {source.name}: {error}.",
                hint=f"suptime import {source.name} --help",
            ) from error
        one.shape = reading.shape
    for found in source.finish(gathered) if source.finish else ():
        if isinstance(found, ForeignCase):
            records.append(found)
            read[found.file].rows += 1
        else:
            rows.append(_row(found))
            read[rows[-1].unit.file].rows += 1
    return read, rows, records


def _text_of(source: Format, raw: bytes, asked: ReadOptions) -> tuple[str, str]:
    """Return the text of a file, and its encoding; of a workbook, the first sheet that is of the format.

    Raises:
        NotSuch: it cannot be read.
    """
    if not is_workbook(raw):
        return decoded(raw, asked.encoding)
    against = NotSuch("it has no rows")
    for text in sheets_of(raw, asked.sheet):
        try:
            for _ in source.read(text, Reading(asked)):
                break
        except NotSuch as error:
            against = error
        else:
            return text, "workbook"
    raise against


def _row(found: ForeignUnit | Fault) -> Row:
    """Return the row of a record; a fault is blocked."""
    if isinstance(found, ForeignUnit):
        return Row(found)
    row = Row(ForeignUnit(found.line))
    row.block(Against(found.key, found.expected))
    return row


class _Import:
    """One import: from rows to states, and from states to what is written."""

    def __init__(
        self,
        source: Format,
        wishes: ImportOptions,
        clock: Clock,
        me: str,
        result: ImportResult,
        progress: Progress,
    ) -> None:
        self._source = source
        self._wishes = wishes
        self._clock = clock
        self._me = me
        self._progress = progress
        self.result = result
        self.has_written = False
        self._gone: list[Row] = []
        self._overlapped: list[tuple[Row, State]] = []

    # What there is

    def plan(self, tx: "Transaction") -> None:
        """Give each row its state, and open the cases that are needed."""
        rows, records = self.result.rows, self.result.records
        self._add_prefix()
        if self._wishes.opens_clients:
            open_clients(tx, self._wishes.clients, self._wishes.folder)
        for one in self.result.files:
            for question, asked in one.reading.questions.items():
                self._ask(question, asked.sample, asked.rows)
            if one.reading.has_local_times and self._wishes.asked.zone is None:
                self._ask("timezone", one.name, one.rows)
        self._cases = Cases(
            tx,
            self._wishes.cases,
            {
                code: entry.values["contract"]
                for code, entry in self._wishes.clients.clients.items()
                if "contract" in entry.values
            },
        )
        self._known_agents = (
            {} if self._source.is_log else {name.casefold(): name for name in tx.units.agents()}
        )
        for row in rows:
            if row.state is State.NEW:
                self._agent(row)
        live = [row for row in rows if row.state is State.NEW]
        for row in live:
            identify(row)
        forgotten = match(tx, self._source.name, self._source.own_ids, live)
        self._here(tx, live, forgotten)
        self._deduct(live)
        clients = Clients(tx, self._source.name, self._wishes.clients, self._wishes.mapped_clients)
        wanted = None
        if self._wishes.cases.client is not None:
            from suptime.app import lookup

            wanted = lookup.client(tx, self._wishes.cases.client).code
        fresh = [row for row in live if not self._is_same(row) and not self._is_left_out(row)]
        has_hints = any(clients.of(row.unit).has_hint for row in live)
        has_hints = has_hints or any(clients.of(record).has_hint for record in records)
        self._plan_cases(tx, clients, fresh, wanted, has_hints=has_hints)
        for row in fresh:
            try:
                self._case(row, clients, wanted, has_hints=has_hints)
            except Against as against:
                row.block(against)
        fresh = [row for row in fresh if row.state is State.NEW]
        for row in fresh:
            if row.known is not None:
                self._compare(row)
        self._find_gone(tx, forgotten)
        self._stand(tx, [row for row in fresh if row.state in {State.NEW, State.CHANGED, State.CONFLICT}])
        self._total(tx)
        self._check_totals(live)
        self.result.cases = self._records.rows
        self.result.unknown_priorities = self._records.unknown_priorities
        told = (text for planned in self._records.planned for text in planned.record.told)
        self.result.notes = [*told, *self._records.told, *self._records.missing()]

    def _add_prefix(self) -> None:
        """Put the prefix of case numbers that a person said before those of the files."""
        prefix = self._wishes.asked.case_prefix
        if prefix:
            for row in self.result.rows:
                row.unit.case = row.unit.case and f"{prefix}{row.unit.case}"
            for record in self.result.records:
                record.number = record.number and f"{prefix}{record.number}"

    def _plan_cases(
        self,
        tx: "Transaction",
        clients: Clients,
        fresh: Iterable[Row],
        wanted: str | None,
        *,
        has_hints: bool,
    ) -> None:
        """Find out what the cases of the files are: those that they describe, and those of their work."""
        words = self._wishes.words
        self._records = CaseRecords(
            tx,
            self._source.case_source,
            self._wishes.clients,
            clients,
            self._cases,
            CaseWords(words.update, words.prefer == "file", self._wishes.late_work),
            self._clock.now,
        )
        for record in self.result.records:
            self._records.add(record)
        if not self._source.is_log:
            for row in fresh:
                unit = row.unit
                if self._records.of(unit) is None and not unit.case:
                    unit.case = self._records.number_of(unit)
                if unit.case and self._records.of(unit) is None and self._cases.on_record(unit.case) is None:
                    hints = {
                        key: getattr(unit, key) for key in ("client", "client_id", "requester", "project")
                    }
                    values = {"subject": unit.subject} if unit.subject else {}
                    self._records.add(
                        ForeignCase(
                            unit.line, unit.case, unit.case_id, values=values, file=unit.file, **hints
                        )
                    )
        for planned in self._records.planned:
            self._plan_case(planned, clients, wanted, has_hints=has_hints)

    def _plan_case(self, planned: Planned, clients: Clients, wanted: str | None, *, has_hints: bool) -> None:
        row = planned.row
        if row.state is State.BLOCKED:
            return
        whose = planned.whose = clients.of(planned.record)
        if whose.is_ignored:
            row.state = State.LEFT_OUT
            row.reason = f"is a case of {whose.name or whose.domain}, which the mapping file leaves out."
            return
        here = self._cases.on_record(row.known.ref if row.known and row.known.ref else row.number)
        code = whose.code
        if code is None and not whose.has_hint and here is not None:
            code = here.client
        if wanted is not None and code is None and not has_hints:
            code = wanted
        if wanted is not None and code != wanted:
            row.state, row.reason = State.LEFT_OUT, f"is not a case of {wanted}, so it is left out."
            if not self._wishes.skips_other_clients:
                self._ask("other-client", f"line {row.line}: {whose.name or whose.domain or 'no client'}")
            return
        if code is None:
            said = whose.name or whose.domain
            reason = f"unknown client {said}." if said else "names no client."
            planned.block(Against("client", reason, ExitCode.NOT_POSSIBLE))
            self.result.unknown_clients.setdefault((whose.name, whose.domain), (0, 0))
            return
        is_opened = self._source.opens_cases or not self._source.is_log or self._wishes.cases.opens
        if here is None and not is_opened:
            against = self._cases.unknown(row.number)
            planned.block(Against("case", against.reason, against.code))
            return
        self._records.plan(planned, code)

    def _on_planned(self, row: Row, planned: Planned, clients: Clients) -> None:
        """Put `row` on a case of the files.

        Raises:
            Against: the case cannot be imported, or is another client's than the work.
        """
        case = planned.row
        if case.state is State.BLOCKED:
            whose = planned.whose
            if whose is not None and (whose.name, whose.domain) in self.result.unknown_clients:
                self._unknown(row, whose)
                return
            raise Against("case", f"depends on line {case.line}.", case.code)
        if case.state is State.LEFT_OUT:
            row.leave_out(case.reason)
            return
        whose = clients.of(row.unit)
        if whose.has_hint and whose.code not in {None, case.client}:
            said = f"is work for {whose.code}, but {case.number} is a case of {case.client}."
            raise Against("client", said, ExitCode.NOT_POSSIBLE)
        row.planned, row.client = planned, case.client
        row.case = planned.case or Case(case.number, case.client, planned.contract, 0)

    def _check_totals(self, live: Iterable[Row]) -> None:
        """Compare the totals that the files give for cases with their entries."""
        seconds: Counter[str] = Counter()
        for row in live:
            planned = self._records.of(row.unit)
            if planned is not None and row.state is not State.LEFT_OUT:
                seconds[planned.row.number] += row.unit.seconds
        if not self.result.rows:
            return
        for planned in self._records.planned:
            said, number = planned.record.tracked, planned.row.number
            if said is not None and said != seconds[number] and planned.row.state is not State.LEFT_OUT:
                self.result.checks.append((number, said, seconds[number]))

    def _ask(self, question: str, sample: str, rows: int = 1) -> None:
        found = self.result.questions.setdefault(question, Question(sample=sample))
        found.rows += rows

    def _agent(self, row: Row) -> None:
        """Find out whose work it is: as it was said; or the first part of the address, or the name; or mine."""
        wishes, unit = self._wishes, row.unit
        names = (unit.email, unit.user, f"{self._source.name}:{unit.user_id}" if unit.user_id else "")
        for name in names:
            folded = name.strip().casefold()
            if folded in wishes.agents:
                row.agent = wishes.agents[folded]
                return
            if folded and folded in wishes.clients.agents:
                row.agent = wishes.clients.agents[folded]
                return
        if wishes.agent is not None:
            row.agent = wishes.agent
            return
        name = unit.email.partition("@")[0] or unit.user
        if not self._source.is_log:
            said = [unit.email.partition("@")[0].casefold(), unit.user.casefold()]
            known = next((self._known_agents[text] for text in said if text in self._known_agents), None)
            if known is None:
                shown = unit.user or unit.email or f"{self._source.name}:{unit.user_id}"
                if not (unit.user or unit.email or unit.user_id):
                    row.agent = self._me
                    return
                self.result.unknown_agents[shown] += 1
                row.block(Against("agent", f"unknown agent {shown}.", ExitCode.NOT_POSSIBLE))
                return
            row.agent = known
            return
        if name and not is_agent(name):
            row.block(Against("user", f"{name} cannot be the name of an agent. Use --agent-map NAME=AGENT."))
        row.agent = name or self._me

    def _here(self, tx: "Transaction", live: Iterable[Row], forgotten: Iterable[KnownRecord]) -> None:
        """Find out as which units the known rows are here now."""
        ids = [row.known.unit for row in live if row.known and row.known.unit is not None]
        ids += [one.unit for one in forgotten if one.unit is not None] if self._wishes.words.gone else []
        self._units = {unit.id: unit for unit in tx.units.of_ids(ids)}
        old = [row for row in live if row.known and row.known.digest is None]
        self._edited = tx.imports.edited() if old else set()
        for row in live:
            if row.known is not None and row.known.unit is not None:
                row.here = self._units.get(row.known.unit)
                row.ref = row.known.unit if row.here else None

    # What the file says

    def _is_same(self, row: Row) -> bool:
        """Return whether `row` has not changed since its import."""
        known = row.known
        if known is None or known.digest == "":
            return False
        if known.digest is None:
            return self._is_old_same(row)
        if known.digest != row.digest:
            return False
        row.state = State.SAME
        return True

    def _is_old_same(self, row: Row) -> bool:
        """Return whether `row`, which an earlier version brought in, says nothing else than the unit here."""
        here, unit = row.here, row.unit
        if here is None:
            row.state = State.SAME
            return True
        seconds = None if here.ended_at is None else here.ended_at - here.started_at
        starts = unit.precision != EXACT or unit.start == here.started_at
        if starts and seconds == unit.seconds and here.note == unit.note and here.agent == row.agent:
            row.state = State.SAME
            return True
        return False

    def _is_left_out(self, row: Row) -> bool:
        """Return whether a mark, or an answer to it, leaves `row` out; and ask for the answers that are missing."""
        unit, marks = row.unit, row.unit.marks
        answers = self._wishes.marks
        if "running" in marks:
            row.leave_out("the timer is still running, so the row is left out.")
        elif "empty" in marks:
            row.leave_out("took no time, so it is left out.")
        elif "break" in marks:
            row.leave_out("is a break, so it is left out.")
        elif "invoiced" in marks and row.here is None and answers.get("invoiced", "skip") == "skip":
            number = f" as {unit.invoice}" if unit.invoice else ""
            row.leave_out(f"was invoiced elsewhere{number}, so it is left out.")
        if row.state is State.LEFT_OUT:
            return True
        if "invoiced" in marks and answers.get("invoiced", "waive" if row.here else "skip") == "waive":
            row.waives = f"{ELSEWHERE} {unit.invoice}".strip()
        elif "not-billable" in marks:
            self._not_billable(row, answers.get("not-billable"))
        if "negative" in marks and row.state is State.NEW:
            if "negative" not in answers:
                self._ask("negative", f"line {row.line}")
            row.leave_out("is negative, so it is left out.")
        longest = self._wishes.longest or DAY
        # While the unit of lengths is a question, the length is unknown.
        is_known = "length-unit" not in self.result.questions
        if row.state is State.NEW and is_known and unit.seconds > longest:
            self._ask("max-length", f"line {row.line}")
        return row.state is not State.NEW

    def _not_billable(self, row: Row, answer: str | None) -> None:
        unit = row.unit
        if answer is None:
            self._ask("not-billable", f"line {row.line}")
        billed = unit.billed
        if unit.billable is False or not billed:
            if answer == "waive":
                row.waives = NOT_BILLABLE
            elif answer == "skip":
                row.leave_out("is marked as not billable, so it is left out.")
        elif billed > unit.seconds:
            if answer not in {None, "keep"}:
                row.block(Against("billed", "more is billed than was worked. Say --marks not-billable=keep."))
        elif answer == "waive":
            row.rest = unit.seconds - billed
        elif answer == "skip":
            unit.seconds = billed
            if unit.start is not None:
                unit.end = unit.start + billed

    def _deduct(self, live: Sequence[Row]) -> None:
        """Take negative rows off the same person's latest earlier work on that case in the file."""
        if self._wishes.marks.get("negative") != "deduct":
            return
        for row in live:
            if "negative" not in row.unit.marks:
                continue
            at = _moment(row.unit)
            earlier = [
                other
                for other in live
                if other is not row
                and other.agent == row.agent
                and other.unit.case == row.unit.case
                and other.unit.seconds > 0
                and _moment(other.unit) <= at
            ]
            left = -row.unit.seconds
            for other in sorted(earlier, key=lambda one: _moment(one.unit), reverse=True):
                taken = min(left, other.unit.seconds)
                other.unit.seconds -= taken
                if other.unit.end is not None:
                    other.unit.end -= taken
                left -= taken
                if not other.unit.seconds:
                    other.unit.marks = ("empty", *other.unit.marks)
                identify(other)
                if not left:
                    break
            if left:
                row.block(
                    Against(
                        "length",
                        "takes away more than the file holds: the export must reach further back.",
                        ExitCode.NOT_POSSIBLE,
                    )
                )

    # Whose it is, and which case

    def _case(self, row: Row, clients: Clients, wanted: str | None, *, has_hints: bool) -> None:
        """Find the client and the case of `row`.

        Raises:
            Against: it has none, or those of the file and of the case are not one.
        """
        unit = row.unit
        planned = self._records.of(unit)
        if planned is not None:
            self._on_planned(row, planned, clients)
            return
        if not unit.case and unit.case_id:
            said = f"is on the case with the id {unit.case_id}, which is neither in the files nor known."
            raise Against("case", said, ExitCode.NOT_POSSIBLE)
        whose = clients.of(unit)
        if whose.is_ignored:
            row.leave_out(f"is work for {whose.name or whose.domain}, which the mapping file leaves out.")
            return
        number = self._cases.number(unit)
        case = self._cases.on_record(number) if number else None
        code = whose.code
        if wanted is not None and code is None and not has_hints:
            code = wanted
        if case is not None and (self._cases.is_mapped(unit) or not whose.has_hint):
            code = code or case.client
        if wanted is not None and code != wanted:
            if self._wishes.skips_other_clients:
                row.leave_out(f"is not work for {wanted}, so it is left out.")
            else:
                self._ask("other-client", f"line {row.line}: {whose.name or whose.domain}")
            return
        if case is not None:
            if code is not None and code != case.client:
                raise Against(
                    "client",
                    f"is work for {code}, but {case.number} is {case.client}'s.",
                    ExitCode.NOT_POSSIBLE,
                )
            row.case, row.client = case, case.client
            return
        opens = self._wishes.cases.opens
        if number and not (opens and code):
            if opens:
                self._unknown(row, whose)
                return
            raise self._cases.unknown(number)
        if not opens:
            raise self._cases.nameless(unit)
        if code is None:
            self._unknown(row, whose)
            return
        row.case, row.opens = self._cases.missing(unit, number, code)
        row.client = code

    def _unknown(self, row: Row, whose: Whose) -> None:
        rows, seconds = self.result.unknown_clients.get((whose.name, whose.domain), (0, 0))
        self.result.unknown_clients[whose.name, whose.domain] = (rows + 1, seconds + row.unit.seconds)
        said = whose.name or whose.domain
        row.block(
            Against(
                "client",
                f"unknown client {said}." if said else "names no client.",
                ExitCode.NOT_POSSIBLE,
            )
        )

    # What would change

    def _compare(self, row: Row) -> None:
        """Find out what of a known `row` differs from what is here."""
        known = row.known
        assert known is not None  # noqa: S101 - only known rows are compared
        if known.digest == "":
            return  # it was gone from its file, and is there again
        here = row.here
        was = json.loads(known.content) if known.content else None
        if here is None:
            row.state = State.CONFLICT
            row.changes = (Change("seconds", None, row.unit.seconds),)
            return
        changes = [*self._changes(row, here, was)]
        if not changes:
            row.state = State.SAME
            return
        row.changes = tuple(changes)
        is_edited = here.id in self._edited if was is None else was.get("here") != state_of(here)
        row.state = State.CONFLICT if is_edited else State.CHANGED

    def _changes(self, row: Row, here: WorkUnit, was: Mapping[str, Any] | None) -> Iterable[Change]:
        unit, now = row.unit, row.content
        seconds = None if here.ended_at is None else here.ended_at - here.started_at
        worked = unit.seconds - row.rest

        def differs(key: str) -> bool:
            return was is None or was.get(key) != now.get(key)

        if differs("seconds") and seconds != worked:
            yield Change("seconds", seconds, worked)
        if unit.precision == EXACT:
            if differs("start") and unit.start != here.started_at:
                yield Change("started_at", rfc3339(here.started_at), rfc3339(unit.start or 0))
        elif was is not None and (differs("day") or differs("end")):
            yield Change("started_at", rfc3339(here.started_at), str(unit.day or rfc3339(unit.end or 0)))
        if differs("case") and row.name != here.case:
            yield Change("case", here.case, row.name)
        if differs("agent") and row.agent != here.agent:
            yield Change("agent", here.agent, row.agent)
        if differs("note") and unit.note != here.note:
            yield Change("note", here.note, unit.note)
        if was is not None:
            marks = marks_of(unit)
            for key in ("billable", "invoiced"):
                if was.get(key) != marks[key]:
                    yield Change(key, was.get(key), marks[key])

    def _find_gone(self, tx: "Transaction", forgotten: Sequence[KnownRecord]) -> None:
        """Find the units of this source that its file should hold and does not."""
        if not self._wishes.words.gone:
            return
        rows = [row for row in self.result.rows if row.source_id]
        days = [self._day(row.unit) for row in rows]
        agents = {row.agent for row in rows}
        cases = {unit.case for unit in self._units.values()}
        owner = {case.number: case.client for case in tx.cases.find(numbers=cases)}
        clients = {row.client or owner.get(row.here.case, "") if row.here else row.client for row in rows}
        for one in forgotten:
            here = self._units.get(one.unit or 0)
            if here is None or one.digest == "" or not days:
                continue
            day = self._clock.zone.day(here.started_at)
            if here.agent in agents and owner.get(here.case) in clients and min(days) <= day <= max(days):
                row = Row(ForeignUnit(0, id=one.source_id if one.source_id[:1] != "=" else ""), here.agent)
                row.state, row.known, row.here, row.ref = State.GONE, one, here, here.id
                row.source_id, row.client = one.source_id, owner[here.case]
                row.start, row.end = here.started_at, here.ended_at or here.started_at
                self._gone.append(row)
        self.result.rows += self._gone

    def _day(self, unit: ForeignUnit) -> date:
        return unit.day or self._clock.zone.day(_moment(unit))

    # Where it stands

    def _stand(self, tx: "Transaction", rows: Sequence[Row]) -> None:
        """Find the place of each row, check the rules of `log`, and open the cases of the accepted rows."""
        words, zone = self._wishes.words, self._clock.zone
        rows = [row for row in rows if self._comes_in(row)]
        for row in rows:
            if row.unit.precision == EXACT:
                row.start, row.end = row.unit.start or 0, row.unit.end or 0
                if row.known and row.here and not words.update and not words.prefer:
                    row.start = row.here.started_at
        self._calendars = self._calendars_of(tx, rows)
        order = sorted(
            (row for row in rows if row.unit.precision == EXACT),
            key=lambda row: (row.start, row.end, row.unit.file, row.line),
        )
        later = [row for row in rows if row.unit.precision != EXACT]
        for row in order:
            self._try(row, self._stand_exactly)
        for row in (*(row for row in later if row.unit.end is not None),
                    *(row for row in later if row.unit.end is None)):  # fmt: skip
            self._try(row, lambda one: self._find_place(one, zone))
        placed = self._write_cases(tx, rows)
        rules = Rules(tx, self._clock, self._wishes.channel, placed)
        good: list[Row] = []
        for done, row in enumerate(placed):
            if not done % STEP:
                self._progress("Checking", done, len(placed))
            if self._check(row, rules):
                good.append(row)
        # Rows that overlapped a refused row have their place after all.
        for row, state in [*self._overlapped] if len(good) < len(placed) else ():
            row.state, row.reason = state, ""
            self._try(row, self._stand_exactly)
            if row.state is state and self._check(row, rules):
                good.append(row)
        _, refused, opened = self._cases.open(good)
        self.result.opened = [*self._records.opened, *opened]
        for row, why in refused:
            row.block(why)
        numbers = {(row.opens or row.name): row.name for row in good}
        self.result.told = tuple(
            (numbers.get(name, name), sentence, count) for (name, sentence), count in rules.told.items()
        )

    def _write_cases(self, tx: "Transaction", rows: Iterable[Row]) -> list[Row]:
        """Write the cases of the files, and return the rows with a place in order of start, each with its case."""

        def in_order() -> list[Row]:
            placed = (row for row in rows if row.state is not State.BLOCKED)
            return sorted(placed, key=lambda row: (row.start, row.end, row.unit.file, row.line))

        work: dict[int, list[Row]] = {}
        for row in in_order():
            if row.planned is not None:
                work.setdefault(id(row.planned), []).append(row)
        for planned in self._records.planned:
            self._records.write(planned, work.get(id(planned), []))
        others: dict[str, list[Row]] = {}
        for row in in_order():
            if row.planned is None:
                if row.case is not None and not row.opens:
                    others.setdefault(row.case.number, []).append(row)
            elif row.planned.row.state is State.BLOCKED:
                row.block(Against("case", f"depends on line {row.planned.row.line}.", row.planned.row.code))
                self._calendars[row.agent].remove(row.start, row.end)
            else:
                row.case = row.planned.case or row.case
        if self._wishes.late_work:
            for number, some in others.items():
                late_work(tx, some[0].case, some, self._wishes.late_work)
                after = tx.cases.get(number)
                for row in some:
                    row.case = after
        return in_order()

    def _check(self, row: Row, rules: Rules) -> bool:
        """Ask the rules of `log` about `row`; if they refuse it, its place is free again."""
        try:
            rules.check(row, self._cases.contract(row.contract))
        except Against as against:
            row.block(against)
            self._calendars[row.agent].remove(row.start, row.end)
            return False
        if row.here is None:
            rules.took(row)
        return True

    def _comes_in(self, row: Row) -> bool:
        """Return whether `row` is to be written as the options stand."""
        words = self._wishes.words
        if row.case is None:
            return False
        return (
            row.state is State.NEW
            or (row.state is State.CHANGED and words.update)
            or (row.state is State.CONFLICT and words.prefer == "file")
        )

    def _calendars_of(self, tx: "Transaction", rows: Iterable[Row]) -> dict[str, Calendar]:
        """Return when the agents of `rows` work, as it is stored, without what changes or goes."""
        around: dict[str, tuple[Instant, Instant]] = {}
        for row in rows:
            at = _moment(row.unit)
            start, end = around.get(row.agent, (at, at))
            around[row.agent] = min(start, at - 2 * DAY), max(end, at + row.unit.seconds + 2 * DAY)
        moved = {row.here.id for row in rows if row.here}
        if self._wishes.words.update:
            moved |= {row.here.id for row in self._gone if row.here}
        zone, now = self._clock.zone, self._clock.now
        found: dict[str, Calendar] = {}
        for agent, (start, end) in around.items():
            found[agent] = Calendar(
                (
                    unit.started_at,
                    NEVER if unit.ended_at is None else unit.ended_at,
                    f"U{unit.id} on {unit.case}, {stretch(unit, zone, now)}",
                )
                for unit in tx.units.find(agent=agent, start=start, end=end)
                if unit.id not in moved and unit.ended_at != unit.started_at
            )
        return found

    def _try(self, row: Row, stand: Callable[[Row], None]) -> None:
        try:
            stand(row)
        except Against as against:
            row.block(against)
            return
        self._calendars[row.agent].add(row.start, row.end, f"the work on line {row.line}")

    def _stand_exactly(self, row: Row) -> None:
        calendar = self._calendars[row.agent]
        other = calendar.other(row.start, row.end)
        if not other or (self._wishes.words.moves_overlaps and move(row, calendar, self._clock.zone)):
            return
        self._overlapped.append((row, row.state))
        raise Against("start", f"{row.agent}'s work overlaps {other}.", ExitCode.NOT_POSSIBLE)

    def _find_place(self, row: Row, zone: Zone) -> None:
        calendar = self._calendars[row.agent]
        here = row.here
        if here is not None and not any(change.key == "started_at" for change in row.changes):
            end = here.started_at + row.unit.seconds
            if not calendar.other(here.started_at, end):
                row.start, row.end = here.started_at, end
                return
        floor = None
        if row.planned is not None and row.unit.end is not None:
            floor = self._records.floor(row.planned, row.unit.end - row.unit.seconds, row.unit.end)
        place(row, calendar, zone, self._wishes.day_start, floor)

    # Totals and writing

    def _total(self, tx: "Transaction") -> None:
        """Find out what totals want to know of each row: its client, its month, and the invoice that holds it."""
        known = [row for row in self.result.rows if row.here is not None]
        numbers = {row.here.case for row in known if row.here}
        cases = {case.number: case for case in tx.cases.find(numbers=numbers)} if numbers else {}
        zones: dict[str, Zone] = {}
        issued = tx.lines.invoices_by_day(numbers) if numbers else {}
        for row in self.result.rows:
            case = row.case
            if row.here is not None:
                case = cases.get(row.here.case, case)
                if row.state in {State.SAME, State.GONE} or not self._comes_in(row):
                    row.start = row.here.started_at
                    row.end = self._clock.now if row.here.ended_at is None else row.here.ended_at
                    row.case = case
            if case is None:
                continue
            row.client = case.client
            if case.contract not in zones:
                zones[case.contract] = contract_of(tx, case.contract).latest.zone
            day = zones[case.contract].day(row.start)
            row.month = f"{day:%Y-%m}"
            if row.here is not None:
                row.invoiced = issued.get((row.here.case, day))

    def may_write(self) -> bool:
        """Return whether the import can be written."""
        words, result = self._wishes.words, self.result
        if result.questions or result.is_unknown:
            return False
        if not words.skip_bad and result.all_of_state(State.BLOCKED):
            return False
        if not (words.update or words.keep) and result.all_of_state(State.CHANGED, State.GONE):
            return False
        return not (not words.prefer and result.all_of_state(State.CONFLICT))

    def write(self, tx: "Transaction") -> None:
        """Write new, changed and gone records."""
        words, source = self._wishes.words, self._source.name
        kept: list[tuple[str, str, KnownRecord]] = self._records.kept()
        for row in self.result.of_state(State.GONE):
            if words.update and row.here is not None and row.known is not None:
                tx.units.delete(row.here.id)
                row.is_applied = True
                kept.append((source, "unit", _version(row, None, "", None)))
        changed = [
            row
            for row in self.result.of_state(State.CHANGED, State.CONFLICT)
            if self._comes_in(row) and row.known
        ]
        for row in changed:
            unit = self._unit(row)
            if row.here is None and row.known and row.known.unit is not None:
                tx.units.add(unit._replace(id=row.known.unit))
                row.ref = row.known.unit
            elif row.here is not None:
                unit = unit._replace(
                    id=row.here.id,
                    channel=row.here.channel,
                    guest=row.here.guest,
                    requested=row.here.requested,
                    waived=self._waived(row, row.here),
                )
                if unit != row.here:
                    tx.units.save(unit)
            row.is_applied = True
            kept.append((source, "unit", _version(row, row.ref, row.digest, self._content(row, unit))))
        fresh = sorted(self.result.of_state(State.NEW), key=lambda row: (row.start, row.end, row.line))
        units: list[tuple[Row, str, WorkUnit]] = []
        for row in fresh:
            unit = self._unit(row)
            if row.rest:
                billed = unit._replace(ended_at=row.end - row.rest)
                rest = unit._replace(started_at=row.end - row.rest, waived=NOT_BILLABLE)
                units += [(row, row.source_id, billed), (row, f"{row.source_id}#rest", rest)]
            else:
                units.append((row, row.source_id, unit))
            row.is_applied = True
        ids = tx.imports.add_units(unit for _, _, unit in units)
        for (row, name, unit), ref in zip(units, ids, strict=True):
            if row.ref is None:
                row.ref = ref
            version = 1 + (row.known.version if row.known else 0)
            content = self._content(row, unit)
            kept.append((source, "unit", KnownRecord(name, version, ref, None, row.digest, content)))
        if kept:
            counts = Counter({"unit": len(units)})
            if self.result.opened:
                counts["case"] = len(self.result.opened)
            tx.imports.add(source, self.result.digest, kept, counts)
            self.has_written = True

    def _waived(self, row: Row, here: WorkUnit) -> str | None:
        """Return why a known unit is waived now: as its file says, where that changed; else as it is here."""
        if not {change.key for change in row.changes} & {"billable", "invoiced"}:
            return here.waived
        ours = here.waived or ""
        was_ours = ours == NOT_BILLABLE or ours.startswith(ELSEWHERE)
        return row.waives or (None if was_ours else here.waived)

    def _unit(self, row: Row) -> WorkUnit:
        assert row.case is not None  # noqa: S101 - it was opened, or it is there
        return WorkUnit(
            0, row.case.number, row.agent, row.channel, row.start, row.end, row.unit.note, waived=row.waives
        )

    def _content(self, row: Row, unit: WorkUnit) -> str:
        return _as_json(row.content | {"here": state_of(unit)})


def _version(row: Row, unit: int | None, digest: str, content: str | None) -> KnownRecord:
    assert row.known is not None  # noqa: S101 - it is another version of a known record
    return KnownRecord(row.source_id, row.known.version + 1, unit, None, digest, content)


def _moment(unit: ForeignUnit) -> Instant:
    """Return an instant about which the work of `unit` was."""
    if unit.start is not None:
        return unit.start
    if unit.end is not None:
        return unit.end
    return int((unit.day or date(1970, 1, 1)).toordinal() - date(1970, 1, 1).toordinal()) * DAY
