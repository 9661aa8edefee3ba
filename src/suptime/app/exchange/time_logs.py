"""Import of other programs' time logs: all rows or none, each of them once."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

from suptime.app.exchange.time_log_cases import Against, CaseOptions, Cases, RefusedRow, Row
from suptime.app.exchange.time_log_rules import Clock, Rules, busy
from suptime.app.use_case import changing
from suptime.domain.case import Case
from suptime.domain.names import is_agent
from suptime.domain.reading import Fault
from suptime.domain.time import Instant, Zone
from suptime.domain.work import WorkUnit
from suptime.errors import WrongUsage
from suptime.interchange.time_logs import FORMATS, Format
from suptime.interchange.time_logs.entry import Entry, NotSuch, ReadOptions, ZoneNeeded, decoded

if TYPE_CHECKING:
    from suptime.store import Store, Transaction

LARGEST = 256 * 1024 * 1024
"""Most bytes of a file: ten times the log of a large team's ten years."""

MOST_FAULTS = 10_000
"""Most faults of a file: after them the rest is not read."""

STEP = 1000
"""Rows between two reports of progress."""

Progress = Callable[[str, int, int | None], None]
"""Gets a label, the number of rows done, and their total if it is known."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options about a file, apart from its name.

    `agent` did all the work; `agents` are agents by the names or addresses of the file, in lower
    case; `channel` is the channel with the client; `waive_unbillable` waives rows that the file
    marks as not billable.
    """

    asked: ReadOptions = field(default_factory=ReadOptions)
    cases: CaseOptions = field(default_factory=CaseOptions)
    agent: str | None = None
    agents: Mapping[str, str] = field(default_factory=dict)
    channel: str | None = None
    waive_unbillable: bool = False


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Result of an import, or of a dry run.

    `kept` is True if anything was written; `rows` were imported, as the units `ids` if kept; `equal` rows
    were imported before; `left` rows could not be imported; `running` are the lines of running timers;
    `told` are sentences about time that will not be billed, by case, each with its number of rows.
    """

    kept: bool
    digest: str
    rows: tuple[Row, ...]
    ids: tuple[int, ...]
    equal: int
    left: tuple[RefusedRow, ...]
    running: tuple[int, ...]
    opened: tuple[Case, ...]
    told: tuple[tuple[str, str, int], ...]


class _LeftAsItWas(Exception):
    """Rolls the transaction back; this is not an error."""


def import_log(
    store: "Store",
    form: str,
    stream: BinaryIO,
    wishes: ImportOptions,
    *,
    now: Instant,
    agent: str,
    zone: Zone,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = lambda _what, _done, _of: None,
) -> ImportResult:
    """Import the time log in `stream`, of the format `form`, into `store`: completely or not at all.

    Nothing is written if any row cannot be imported, unless `skip_bad` is set. `zone` is the zone for
    showing times.

    Raises:
        WrongUsage: the file has another format, is too large, or needs a zone.
        NotPossible: there is no such client or contract to open cases for.
    """
    source = FORMATS[form]
    raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise WrongUsage(
            f"The file is larger than {LARGEST // 1024 // 1024} MiB.", hint="Export fewer months at a time."
        )
    entries, left = _entries(source, raw, wishes.asked, progress)
    digest = hashlib.sha256(raw).hexdigest()
    intake = _TimeLogImporter(source, wishes, Clock(now, zone), agent, left, progress)
    try:
        with changing(store, now, agent, f"import {form}") as tx:
            rows, opened = intake.plan(tx, entries)
            keep = not dry_run and (skip_bad or not intake.left)
            done = intake.result(keep, digest, rows, opened)
            _go_on_if(keep and bool(rows))
            progress("Writing", 0, None)
            counts = {"unit": len(rows)} | ({"case": len(opened)} if opened else {})
            ids = tx.imports.add(form, digest, [(row.source_id, _unit(row, wishes)) for row in rows], counts)
            done = replace(done, ids=tuple(ids))
    except _LeftAsItWas:
        pass
    return done


def _go_on_if(keep: bool) -> None:
    if not keep:
        raise _LeftAsItWas


def _entries(
    source: Format, raw: bytes, asked: ReadOptions, progress: Progress
) -> tuple[list[Entry], list[RefusedRow]]:
    entries: list[Entry] = []
    left: list[RefusedRow] = []
    try:
        for found in source.read(decoded(raw), asked):
            if isinstance(found, Fault):
                left.append(RefusedRow(found.line, found.key, found.expected))
            else:
                entries.append(found)
                if not len(entries) % STEP:
                    progress("Reading", len(entries), None)
            if len(left) >= MOST_FAULTS:
                what = f"has {MOST_FAULTS} faults so far; the rest was not read."
                left.append(RefusedRow(left[-1].line, "file", what))
                break
    except ZoneNeeded:
        raise WrongUsage(
            f"The times in this {source.name} file have no time zone.",
            "Give the zone of its clocks.",
            "Example: --timezone America/Chicago",
        ) from None
    except NotSuch as error:
        raise WrongUsage(
            f"The file is not a time log of {source.name}: {error}.",
            hint=f"suptime import {source.name} --help",
        ) from error
    return entries, left


class _TimeLogImporter:
    """One import: from entries to rows that can be imported, and faults of the others."""

    def __init__(
        self,
        source: Format,
        wishes: ImportOptions,
        clock: Clock,
        me: str,
        left: list[RefusedRow],
        progress: Progress,
    ) -> None:
        self._source = source
        self._wishes = wishes
        self._clock = clock
        self._me = me
        self._progress = progress
        self.left = left
        self.running: list[int] = []
        self.equal = 0
        self._told: Counter[tuple[str, str]] = Counter()

    def plan(self, tx: "Transaction", entries: list[Entry]) -> tuple[list[Row], list[Case]]:
        """Return the rows that can be imported, in order of start, and the cases that were opened for them."""
        cases = Cases(tx, self._wishes.cases, {entry.client for entry in entries})
        rows = sorted(self._new(tx, entries, cases), key=lambda row: (row.start, row.end, row.entry.line))
        rules = Rules(tx, self._clock, self._wishes.channel, rows)
        agents = busy(tx, rows)
        good: list[Row] = []
        for done, row in enumerate(rows):
            if not done % STEP:
                self._progress("Checking", done, len(rows))
            try:
                checked = rules.check(row, cases.contract(row.case.contract))
                agents[row.agent].refuse(checked, self._clock)
            except Against as against:
                self._leave(row.entry.line, against)
                continue
            rules.took(checked)
            good.append(checked)
        good, refused, opened = cases.open(good)
        for row, why in refused:
            self._leave(row.entry.line, why)
        self._report(rules.told, good)
        return good, opened

    def _new(self, tx: "Transaction", entries: list[Entry], cases: Cases) -> Iterable[Row]:
        """Yield the rows that were not imported before, with their agents and cases."""
        named = [(entry, self._source_id(entry, agent), agent) for entry, agent in self._with_agents(entries)]
        known = tx.imports.ids(self._source.name, (source_id for _, source_id, _ in named))
        seen: Counter[str] = Counter()
        for entry, plain_id, agent in named:
            seen[plain_id] += 1
            # If two rows are equal in everything that identifies rows, the second is a separate one.
            source_id = plain_id if seen[plain_id] == 1 else f"{plain_id} {seen[plain_id]}"
            if source_id in known or (seen[plain_id] > 1 and tx.imports.ids(self._source.name, [source_id])):
                self.equal += 1
                continue
            if entry.end is None:
                self.running.append(entry.line)
                continue
            try:
                case, opens = cases.of(entry)
            except Against as against:
                self._leave(entry.line, against)
                continue
            yield Row(entry, source_id, agent, case, opens, end=entry.end)

    def _source_id(self, entry: Entry, agent: str) -> str:
        """Return the identity of `entry`; if a row has no agent, `agent` is part of it."""
        mine = not (self._source.own_ids or entry.user or entry.email)
        return f"{agent} {entry.key}" if mine else entry.key

    def _with_agents(self, entries: list[Entry]) -> Iterable[tuple[Entry, str]]:
        for entry in entries:
            try:
                yield entry, self._agent(entry)
            except Against as against:
                self._leave(entry.line, against)

    def _agent(self, entry: Entry) -> str:
        """Return the agent of `entry`: as given; or the first part of the address, or the name; or mine."""
        wishes = self._wishes
        for name in (entry.email, entry.user):
            if name.casefold() in wishes.agents:
                return wishes.agents[name.casefold()]
        if wishes.agent is not None:
            return wishes.agent
        name = entry.email.partition("@")[0] or entry.user
        if not name:
            return self._me
        if not is_agent(name):
            raise Against("user", f"{name} cannot be the name of an agent. Use --agent-map NAME=AGENT.")
        return name

    def _leave(self, line: int, against: Against) -> None:
        self.left.append(RefusedRow(line, against.key, against.reason, against.code))

    def _report(self, told: Counter[tuple[str, str]], rows: list[Row]) -> None:
        numbers = {row.name: row.case.number for row in rows}
        for (name, sentence), count in told.items():
            if name in numbers:
                self._told[numbers[name], sentence] += count

    def result(self, keep: bool, digest: str, rows: list[Row], opened: list[Case]) -> ImportResult:
        """Return the result."""
        told = tuple((number, sentence, count) for (number, sentence), count in self._told.items())
        return ImportResult(
            keep, digest, tuple(rows), (), self.equal, tuple(sorted(self.left)), tuple(self.running),
            tuple(opened), told,
        )  # fmt: skip


def _unit(row: Row, wishes: ImportOptions) -> WorkUnit:
    free = wishes.waive_unbillable and row.entry.billable is False
    waived = "Marked as not billable." if free else None
    return WorkUnit(
        0, row.case.number, row.agent, row.channel, row.start, row.end, row.entry.note, waived=waived
    )
