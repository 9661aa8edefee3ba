"""Import of calendars: occurrences of events as appointments, reconciled with earlier imports (G27)."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from suptime.app import agreement
from suptime.app.exchange.foreign.cases import Cases
from suptime.app.exchange.foreign.importing import FileRead, ImportOptions, ImportResult
from suptime.app.exchange.foreign.row import Against, CaseRow, Change, State
from suptime.app.use_case import changing
from suptime.contracts import bills_appointments, cancels_late
from suptime.domain.booking import Appointment
from suptime.domain.time import DAY, Instant, Zone, rfc3339
from suptime.errors import ExitCode, SuptimeError, WrongUsage
from suptime.interchange.foreign import Format, ics
from suptime.interchange.foreign.record import (
    ForeignCase,
    NotSuch,
    Question,
    Reading,
    decoded,
)
from suptime.store.repositories.imports import KnownRecord

if TYPE_CHECKING:
    from suptime.store import Store, Transaction

CALENDAR = "ics"

USUAL_WINDOW = 92
"""Days from today in which events are imported by default."""


def _no_records(text: str, reading: Reading) -> Any:  # noqa: ARG001 - calendars have a reader of their own
    yield from ()


SOURCE = Format(CALENDAR, _no_records)


@dataclass(frozen=True, slots=True)
class Window:
    """Days whose events are imported."""

    first: date | None = None
    last: date | None = None
    cancelled_by: str = ""

    def days(self, today: date) -> tuple[date, date]:
        """Return the first and the last day."""
        first = self.first or today
        return first, self.last or first + timedelta(days=USUAL_WINDOW)


@dataclass(slots=True)
class _Booking:
    """An occurrence on its way in. `here` is its appointment as it is recorded."""

    row: CaseRow
    found: ics.Occurrence | None
    agent: str = ""
    case: str = ""
    here: Appointment | None = None
    cancelled_by: str | None = None


class _LeftAsItWas(Exception):
    """Rolls the transaction back; this is not an error."""


def import_calendars(
    store: "Store",
    files: Sequence[tuple[str, bytes]],
    wishes: ImportOptions,
    window: Window,
    *,
    now: Instant,
    agent: str,
    zone: Zone,
    dry_run: bool = False,
) -> ImportResult:
    """Import the appointments in `files`, each a name and bytes: all of them, or none.

    Raises:
        WrongUsage: a file is not a calendar, or the window ends before it begins.
    """
    first, last = window.days(zone.day(now))
    if last < first:
        raise WrongUsage(
            f"The window ends on {last}, before it begins on {first}.", hint="Give a later --to."
        )
    span = zone.midnight(first), zone.midnight(last + timedelta(days=1))
    result = ImportResult(CALENDAR, SOURCE, [], [])
    read = [_read(result, name, raw, wishes, zone, span) for name, raw in files]
    run = _Import(result, wishes, window, now, zone, agent, span)
    try:
        with changing(store, now, agent, f"import {CALENDAR}") as tx:
            run.plan(tx, read)
            if dry_run or not run.may_write():
                raise _LeftAsItWas  # noqa: TRY301 - the transaction ends here
            run.write(tx)
            result.written = True
            if not run.has_written:
                raise _LeftAsItWas  # noqa: TRY301 - nothing new: no change to record
    except _LeftAsItWas:
        pass
    return result


def _read(
    result: ImportResult,
    name: str,
    raw: bytes,
    wishes: ImportOptions,
    zone: Zone,
    span: tuple[Instant, Instant],
) -> ics.Calendar:
    reading = Reading(wishes.asked)
    try:
        text, encoding = decoded(raw, wishes.asked.encoding)
        found = ics.read(text, wishes.asked.zone or zone, *span)
    except NotSuch as error:
        raise WrongUsage(
            f"The file is not an export of {CALENDAR}: {error}.", hint=f"suptime import {CALENDAR} --help"
        ) from error
    reading.has_local_times = found.has_floating
    digest = hashlib.sha256(raw).hexdigest()
    result.files.append(FileRead(name, "events", len(found.occurrences), digest, encoding, reading))
    return found


@dataclass(slots=True)
class _Import:
    result: ImportResult
    wishes: ImportOptions
    window: Window
    now: Instant
    zone: Zone
    me: str
    span: tuple[Instant, Instant]
    has_written: bool = False
    bookings: list[_Booking] = field(default_factory=list)

    def plan(self, tx: "Transaction", read: Sequence[ics.Calendar]) -> None:
        """Give each occurrence its state."""
        cases = Cases(tx, self.wishes.cases, {})
        known = {one.source_id: one for one in tx.imports.known(CALENDAR, "appointment")}
        agents = {name.casefold(): name for name in tx.units.agents()}
        agents |= {one.agent.casefold(): one.agent for one in tx.appointments.find()}
        seen: set[str] = set()
        for place, calendar in enumerate(read):
            if calendar.has_floating and self.wishes.asked.zone is None:
                self.result.questions["timezone"] = Question(1, self.result.files[place].name)
            for line, bad in calendar.faults:
                row = self._row(place, line, "")
                row.block(Against(bad.key, bad.expected))
                self.result.cases.append(row)
            for found in calendar.occurrences:
                if found.key not in seen:
                    seen.add(found.key)
                    self._plan(tx, place, found, known.get(found.key), cases, agents)
        self._find_gone(tx, read, known, seen)
        self._refuse_overlaps(tx)
        self.result.cases += [booking.row for booking in self.bookings]

    @staticmethod
    def _row(place: int, line: int, key: str) -> CaseRow:
        return CaseRow("appointment", ForeignCase(line, "", file=place), "", key)

    def _plan(
        self,
        tx: "Transaction",
        place: int,
        found: ics.Occurrence,
        known: KnownRecord | None,
        cases: Cases,
        agents: dict[str, str],
    ) -> None:
        row = self._row(place, found.line, found.key)
        row.known = known
        booking = _Booking(row, found)
        self.bookings.append(booking)
        try:
            self._find(booking, cases, agents)
        except Against as against:
            row.block(against)
            return
        if row.state is State.LEFT_OUT:
            return
        row.content = {
            "sequence": found.sequence,
            "start": found.start,
            "end": found.end,
            "case": booking.case,
            "agent": booking.agent,
            "cancelled": found.cancelled_at,
        }
        if known is not None:
            self._compare(tx, booking, known)
        elif found.cancelled_at is not None:
            row.state, row.reason = State.LEFT_OUT, "was cancelled before its first import."
        if row.state in {State.NEW, State.CHANGED}:
            self._check(booking, cases)

    def _find(self, booking: _Booking, cases: Cases, agents: dict[str, str]) -> None:
        """Find the case and the agent of an occurrence.

        Raises:
            Against: it names several cases.
        """
        found, row = booking.found, booking.row
        assert found is not None  # noqa: S101
        for text in (found.summary, found.categories, found.description):
            numbers = [*dict.fromkeys(cases.found_in(text))] if text else []
            if len(numbers) > 1:
                raise Against(
                    "case", f"names {' and '.join(numbers)}, but an appointment belongs to one case."
                )
            if numbers:
                booking.case = numbers[0]
                break
        skipped = found.skipped or ("" if booking.case else "names no case")
        if skipped:
            row.state, row.reason = State.LEFT_OUT, f"{skipped}, so it is left out."
            return
        row.number = booking.case
        case = cases.on_record(booking.case)
        if case is None:
            raise cases.unknown(booking.case)
        row.client, row.number, booking.case = case.client, case.number, case.number
        booking.agent = self._agent(found, agents)

    def _agent(self, found: ics.Occurrence, agents: dict[str, str]) -> str:
        def known(*names: str) -> str | None:
            for name in names:
                folded = name.casefold()
                for text in (folded, folded.partition("@")[0]):
                    named = self.wishes.agents.get(text) or self.wishes.clients.agents.get(text)
                    if text and (named or text in agents):
                        return named or agents[text]
            return None

        organizer = known(*found.organizer)
        if organizer is not None:
            return organizer
        attending = {agent for agent in map(known, found.attendees) if agent is not None}
        if len(attending) == 1:
            return attending.pop()
        return self.wishes.agent or self.me

    def _compare(self, tx: "Transaction", booking: _Booking, known: KnownRecord) -> None:
        row, found = booking.row, booking.found
        assert found is not None  # noqa: S101
        was = json.loads(known.content or "{}")
        booking.here = tx.appointments.get(int((known.ref or "A0")[1:]))
        row.ref = known.ref or ""
        if found.sequence < was.get("sequence", 0) or known.digest == row.digest:
            row.state = State.SAME
            return
        here = booking.here
        if here is None:
            row.state, row.changes = State.CONFLICT, (Change("starts_at", None, rfc3339(found.start)),)
            return
        pairs = (
            ("starts_at", "start", here.starts_at, found.start),
            ("ends_at", "end", here.ends_at, found.end),
            ("case", "case", here.case, booking.case),
            ("agent", "agent", here.agent, booking.agent),
            ("cancelled_at", "cancelled", here.cancelled_at, found.cancelled_at),
        )
        changes, is_edited = [], False
        for key, name, ours, theirs in pairs:
            if was.get(name) != theirs and ours != theirs:
                changes.append(Change(key, _shown(ours), _shown(theirs)))
                is_edited = is_edited or was.get(name) != ours
        row.changes = tuple(changes)
        row.state = State.SAME if not changes else State.CONFLICT if is_edited else State.CHANGED

    def _check(self, booking: _Booking, cases: Cases) -> None:
        """Check the rules of `appointment book`, and who cancelled."""
        row, found = booking.row, booking.found
        case = cases.on_record(booking.case)
        assert found is not None  # noqa: S101
        assert case is not None  # noqa: S101
        try:
            if not found.start < found.end <= found.start + DAY:
                row.block(Against("ends_at", "must be after the start, and at most 24 hours later."))
                return
            contract = cases.contract(case.contract)
            version = agreement.in_force(contract, found.start, "The appointment would be")
            if not bills_appointments(version):
                row.block(Against("case", f"{contract.code} has no appointments.", ExitCode.REFUSED))
                return
            if row.state is State.NEW and case.resolved_at is not None:
                row.block(Against("case", f"{case.number} is resolved.", ExitCode.NOT_POSSIBLE))
                return
        except SuptimeError as error:
            row.block(Against("starts_at", str(error), error.exit_code))
            return
        if found.cancelled_at is not None:
            booking.cancelled_by = self.window.cancelled_by or "client"
            asked = Appointment(
                0, case.number, booking.agent, found.start, found.end, cancelled_at=found.cancelled_at,
                cancelled_by="client",
            )  # fmt: skip
            if not self.window.cancelled_by and cancels_late(version, asked):
                question = self.result.questions.setdefault("cancelled-by", Question(sample=found.summary))
                question.rows += 1

    def _find_gone(
        self, tx: "Transaction", read: Iterable[ics.Calendar], known: dict[str, KnownRecord], seen: set[str]
    ) -> None:
        """Find known occurrences that an event excepts now, and with `--gone` all that are not in the files."""
        excepted = {key for calendar in read for key in calendar.excepted}
        for key, one in known.items():
            here = tx.appointments.get(int((one.ref or "A0")[1:]))
            if key in seen or here is None or here.cancelled_at is not None or one.digest == "":
                continue
            is_inside = self.span[0] <= here.starts_at < self.span[1]
            if key in excepted or (self.wishes.words.gone and is_inside):
                row = self._row(0, 0, key)
                row.state, row.known, row.number, row.ref = State.GONE, one, here.case, one.ref or ""
                self.bookings.append(_Booking(row, None, here.agent, here.case, here))

    def _refuse_overlaps(self, tx: "Transaction") -> None:
        """Block appointments of an agent that overlap another one."""
        moved = {booking.here.id for booking in self.bookings if booking.here is not None}
        taken: dict[str, list[tuple[Instant, Instant, str]]] = {}
        for one in tx.appointments.find():
            if one.cancelled_at is None and one.id not in moved:
                taken.setdefault(one.agent, []).append((one.starts_at, one.ends_at, f"A{one.id}"))
        for booking in self.bookings:
            here, found = booking.here, booking.found
            is_kept = booking.row.state is State.SAME or found is None
            if here is not None and is_kept and here.cancelled_at is None:
                taken.setdefault(here.agent, []).append((here.starts_at, here.ends_at, f"A{here.id}"))
        for booking in self.bookings:
            found, row = booking.found, booking.row
            if found is None or row.state not in {State.NEW, State.CHANGED} or found.cancelled_at is not None:
                continue
            mine = taken.setdefault(booking.agent, [])
            other = next((name for start, end, name in mine if start < found.end and found.start < end), None)
            if other is not None:
                said = f"{booking.agent} already has an appointment then: {other}."
                row.block(Against("starts_at", said, ExitCode.NOT_POSSIBLE))
            else:
                mine.append((found.start, found.end, f"that of event {found.line}"))

    def may_write(self) -> bool:
        """Return whether the import can be written."""
        words, result = self.wishes.words, self.result
        if result.questions or (result.all_of_state(State.BLOCKED) and not words.skip_bad):
            return False
        if result.all_of_state(State.CHANGED, State.GONE) and not (words.update or words.keep):
            return False
        return not result.all_of_state(State.CONFLICT) or bool(words.prefer)

    def write(self, tx: "Transaction") -> None:
        """Write new, changed and gone appointments."""
        words = self.wishes.words
        kept: list[tuple[str, str, KnownRecord]] = []
        added = 0
        for booking in self.bookings:
            row, found, here = booking.row, booking.found, booking.here
            is_applied = (row.state in {State.CHANGED, State.GONE} and words.update) or (
                row.state is State.CONFLICT and words.prefer == "file"
            )
            if row.state is State.NEW and found is not None:
                made = tx.appointments.add(
                    Appointment(0, booking.case, booking.agent, found.start, found.end, self.wishes.channel)
                )
                row.ref, added = f"A{made.id}", added + 1
            elif not is_applied:
                continue
            elif row.state is State.GONE and here is not None:
                tx.appointments.save(replace(here, cancelled_at=self.now, cancelled_by="us"))
            elif found is not None and here is not None:
                by = booking.cancelled_by if found.cancelled_at is not None else None
                tx.appointments.save(
                    replace(
                        here,
                        case=booking.case,
                        agent=booking.agent,
                        starts_at=found.start,
                        ends_at=found.end,
                        cancelled_at=found.cancelled_at,
                        cancelled_by=by,
                    )
                )
            elif found is not None:
                made = tx.appointments.add(
                    Appointment(0, booking.case, booking.agent, found.start, found.end)
                )
                row.ref = f"A{made.id}"
            row.is_applied = True
            version = 1 + (row.known.version if row.known else 0)
            content = json.dumps(row.content, separators=(",", ":"), sort_keys=True)
            digest = "" if row.state is State.GONE else row.digest
            kept.append(
                (CALENDAR, "appointment", KnownRecord(row.source_id, version, None, row.ref, digest, content))
            )
        if kept:
            tx.imports.add(CALENDAR, self.result.digest, kept, {"appointment": added})
            self.has_written = True


def _shown(value: Any) -> Any:
    return rfc3339(value) if isinstance(value, int) else value
