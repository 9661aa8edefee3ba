"""Rows of any file as work: what each cell holds is named by the format's table, and read here for all of them.

What a row may hold: `start` and `end` (clock times, or days with them, or instants), `start_day`
and `end_day`, `date`, `length`, `break`, who worked (`user`, `first_name` and `last_name`,
`email`, `user_id`), for whom (`client`, `client_id`, `requester`, `project`), on what (`case`,
`subject`, `task`, `note`, `tags`, `code`), and what the file says of it (`billable`, `billed`,
`invoiced`, `invoice`, `type`, `running`, `id`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from suptime.domain.time import Instant, Seconds
from suptime.interchange.foreign.case_rows import CaseReader
from suptime.interchange.foreign.clock_times import (
    DAY_AND_TIME,
    Clock,
    after,
    ends,
    judge_days,
    read_clock,
    read_day,
    readings_of,
    unclear,
)
from suptime.interchange.foreign.lengths import Length, disagreement, read_length, read_number, unit_in
from suptime.interchange.foreign.record import (
    DAY_ALONE,
    END,
    EXACT,
    Bad,
    ForeignUnit,
    Found,
    Reading,
    excerpt,
)
from suptime.interchange.foreign.sheet import Cells, Sheet, cell, tags_in, yes_or_no

DAYS = (
    *("start_day", "end_day", "date", "start", "end"),
    *("opened", "responded", "resolved", "closed", "updated", "consented", "escalated"),
)
"""What holds days, whose order is judged for the whole file."""

LENGTHS = ("length", "break", "billed")

WORK = {"start", "start_day", "end", "date", "length"}
"""What makes a row work, and no mere description of a case."""


@dataclass(frozen=True, slots=True)
class Table:
    """Which columns of a format hold what; alternatives are parted by `|`.

    `needed` must be there; `unit` is the unit of bare numbers, where the format fixes it; cells that are one of
    `blanks` alone are empty. `runs_without_end`: a row without an end is running, whatever length it has.
    `cases`: each row describes its case, too (`all`), or only those that say one of `case_facts` (`some`); with `works`
    off, rows are cases alone.
    """

    columns: Mapping[str, str]
    needed: tuple[str, ...]
    unit: str = ""
    blanks: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    runs_without_end: bool = False
    cases: str = ""
    works: bool = True
    case_facts: tuple[str, ...] = ()


def units_of(sheet: Sheet, table: Table, reading: Reading, key: "KeyOf") -> Found:
    """Yield the work in the rows of `sheet`, as `table` says what they hold; `key` made the keys of earlier versions.

    Raises:
        NotSuch: a column that is needed is not there; or days contradict each other.
    """
    found = sheet.columns(table.columns, table.needed)
    judge_days(
        reading,
        (
            (line, cells[at].strip())
            for held in DAYS
            for at in found.get(held, ())
            for line, cells in sheet.rows
        ),
    )
    rows = RowReader(
        reading,
        {held: sheet.names[places[0]] for held, places in found.items()},
        {held: unit_in(sheet.names[found[held][0]]) for held in LENGTHS if held in found},
        {held: table.units.get(held, table.unit) for held in LENGTHS},
        key,
        runs_without_end=table.runs_without_end,
    )
    described = CaseReader(reading, {held: sheet.names[places[0]] for held, places in found.items()})
    columns = [*found.items()]
    blanks = {"", *table.blanks}
    yield from sheet.faults
    for line, cells in sheet.rows:
        of = {}
        for held, places in columns:
            for at in places:
                text = cells[at].strip()
                if text not in blanks:
                    of[held] = text
                    break
        try:
            if table.cases and of.get("case"):
                said = table.cases == "all" or any(held in of for held in table.case_facts)
                if said:
                    yield described.case(line, of)
                if not table.works or (table.cases == "some" and not of.keys() & WORK):
                    continue
            yield rows.unit(line, of)
        except Bad as bad:
            yield bad.fault(line)


class KeyOf:
    """The parts of the keys that earlier versions told rows apart by, of rows with clock times and of days."""

    def clocked(self, who: str, start: str, end: str, of: Cells) -> tuple[object, ...]:  # noqa: ARG002 - csv needs it
        """Return those of a row with a start."""
        return (who, start, end) if end else (who, start)

    def of_day(self, who: str, day: date, unit: ForeignUnit, of: Cells) -> tuple[object, ...]:
        """Return those of a row of a day alone; its length was the nearest second of its hours then."""
        try:
            seconds = int((read_number("", of["length"]) * 3600).to_integral_value("ROUND_HALF_UP"))
        except Bad:
            seconds = unit.seconds
        return who, day, unit.client, unit.project, unit.task, unit.note, seconds


class RowReader:
    """Reads rows as work. `names` are how faults call the cells, `said` the units that columns' names say."""

    def __init__(
        self,
        reading: Reading,
        names: Mapping[str, str],
        said: Mapping[str, str],
        bare: Mapping[str, str],
        key: KeyOf,
        *,
        runs_without_end: bool = False,
    ) -> None:
        self._runs_without_end = runs_without_end
        self._reading = reading
        self._names = names
        self._said = said
        self._bare = bare
        self._key = key

    def unit(self, line: int, of: Cells) -> ForeignUnit:
        """Return the work in the row of `line`.

        Raises:
            Bad: a value of it cannot be read.
        """
        unit = ForeignUnit(
            line,
            id=cell(of, "id"),
            user=cell(of, "user") or f"{cell(of, 'first_name')} {cell(of, 'last_name')}".strip(),
            email=cell(of, "email"),
            user_id=cell(of, "user_id"),
            client=cell(of, "client"),
            client_id=cell(of, "client_id"),
            requester=cell(of, "requester"),
            project=cell(of, "project"),
            task=cell(of, "task"),
            note=cell(of, "note"),
            tags=tags_in(cell(of, "tags")) + ((cell(of, "code"),) if "code" in of else ()),
            case=cell(of, "case"),
            case_id=cell(of, "case_id"),
            subject=cell(of, "subject"),
            billable=yes_or_no(of["billable"]) if "billable" in of else None,
            invoice=cell(of, "invoice"),
        )
        self._place(unit, of)
        self._mark(unit, of)
        if unit.id:
            unit.key = ("id", unit.id)
        return unit

    def _name(self, held: str) -> str:
        return self._names.get(held, held)

    def _length(self, of: Cells, held: str) -> Length | None:
        if held not in of:
            return None
        name = self._name(held)
        return read_length(
            name, of[held], self._said.get(held, ""), self._reading, bare=self._bare.get(held, "")
        )

    def _place(self, unit: ForeignUnit, of: Cells) -> None:
        """Find out when it was: from its start on, at its end, or on its day."""
        length = self._length(of, "length")
        who = (unit.email or unit.user).casefold()
        if "start" in of or "start_day" in of:
            self._clocked(unit, of, length, who)
        elif "end" in of and length is not None:
            unit.precision = END
            day, clock = self._moment("end", of, "end_day")
            readings = readings_of(self._name("end"), day, clock, self._reading)
            if len(readings) > 1:
                raise unclear(self._name("end"), day, clock, self._reading.zone, readings)
            unit.end, unit.shown_end = readings[0], _shown(day, clock)
            unit.seconds = length.seconds
            unit.key = (who, unit.shown_end, unit.seconds)
        else:
            unit.precision = DAY_ALONE
            self._reading.has_local_times = True
            unit.day = read_day(self._name("date"), of.get("date", ""), self._reading.day_order)
            if length is None:
                length = read_length(self._name("length"), "", "", self._reading)
            unit.seconds = length.seconds
            unit.key = self._key.of_day(who, unit.day, unit, of)

    def _clocked(self, unit: ForeignUnit, of: Cells, length: Length | None, who: str) -> None:
        day, clock = self._moment("start", of, "start_day")
        starts = readings_of("start", day, clock, self._reading)
        unit.shown_start = _shown(day, clock)
        if "end" in of:
            its_day, its_clock = self._moment("end", of, "end_day", (day, clock), length)
            finishes = readings_of("end", its_day, its_clock, self._reading)
            unit.shown_end = _shown(its_day, its_clock)
            by_minute = of["start"].count(":") == 1 or of["end"].count(":") == 1
            if len(starts) > 1 or len(finishes) > 1:
                fits = [
                    (start, end)
                    for start, end in product(starts, finishes)
                    if length is not None
                    and end >= start
                    and not disagreement(length, start, end, by_minute=by_minute)
                ]
                if len(fits) != 1:
                    if len(starts) > 1:
                        raise unclear("start", day, clock, self._reading.zone, starts)
                    raise unclear("end", its_day, its_clock, self._reading.zone, finishes)
                starts, finishes = (fits[0][0],), (fits[0][1],)
            unit.start, unit.end = starts[0], finishes[0]
            ends(unit.start, unit.end)
            pause = self._length(of, "break")
            if pause is not None and pause.seconds:
                worked = unit.end - unit.start - pause.seconds
                if worked < 0:
                    raise Bad(self._name("break"), "is longer than the work it interrupts.")
                unit.end -= pause.seconds
            unit.remark = disagreement(length, unit.start, unit.end, by_minute=by_minute)
            if pause is not None and unit.remark and length is not None:
                whole = unit.end + pause.seconds
                unit.remark = disagreement(length, unit.start, whole, by_minute=by_minute) and unit.remark
        else:
            if len(starts) > 1:
                raise unclear("start", day, clock, self._reading.zone, starts)
            unit.start = starts[0]
            if length is not None and not self._runs_without_end:
                unit.end = unit.start + length.seconds
        unit.seconds = 0 if unit.end is None else unit.end - unit.start
        unit.key = self._key.clocked(who, unit.shown_start, unit.shown_end, of)

    def _moment(
        self,
        held: str,
        of: Cells,
        day_held: str,
        since: tuple[date, Clock] | None = None,
        length: Length | None = None,
    ) -> tuple[date, Clock]:
        """Return the day and the clock time of the cell `held`; its day may stand apart, or follow from the start."""
        name, text = self._name(held), of.get(held, "")
        if day_held in self._names:
            its = read_day(self._name(day_held), of.get(day_held, ""), self._reading.day_order)
            return its, read_clock(name, text)
        if found := DAY_AND_TIME.fullmatch(text):
            return read_day(name, found[1], self._reading.day_order), read_clock(name, found[2])
        clock = read_clock(name, text)
        if since is not None:
            return after(since[0], since[1], clock, None if length is None else length.seconds), clock
        if "date" not in of:
            raise Bad(held, f"expected a day and a time such as 2026-10-05 09:00, found {excerpt(text)}.")
        return read_day(self._name("date"), of["date"], self._reading.day_order), clock

    def _mark(self, unit: ForeignUnit, of: Cells) -> None:
        """Note what the file says of it."""
        running = "running" in of and yes_or_no(of["running"])
        running = running or (unit.precision == EXACT and unit.end is None)
        unit.invoiced = bool(yes_or_no(of["invoiced"])) if "invoiced" in of else bool(unit.invoice)
        billed = self._length(of, "billed")
        if billed is not None and unit.billable is not False:
            unit.billed = billed.seconds
        not_billable = unit.billable is False or (unit.billed is not None and unit.billed != unit.seconds)
        held = {
            "running": running,
            "empty": not unit.seconds and not running,
            "break": of.get("type", "").casefold() in {"break", "pause"},
            "invoiced": unit.invoiced,
            "not-billable": not_billable,
            "negative": unit.seconds < 0,
        }
        unit.marks = tuple(mark for mark, holds in held.items() if holds)


def _shown(day: date, clock: Clock) -> str:
    return f"{day}T{clock[0]}{clock[1]}"


def instant_unit(line: int, start: Instant, end: Instant | None, **more: object) -> ForeignUnit:
    """Return work of a file that knows instants: from `start` to `end` (None: it runs).

    Raises:
        Bad: it ends before it starts.
    """
    if end is not None:
        ends(start, end)
    seconds: Seconds = 0 if end is None else end - start
    marks = ("running",) if end is None else () if seconds else ("empty",)
    return ForeignUnit(line, EXACT, start, end, None, seconds, marks=marks, **more)  # type: ignore[arg-type]
