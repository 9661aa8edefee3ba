"""Appointments and work units on their way in: no agent is in two places at once."""

from typing import TYPE_CHECKING

from suptime.app.intake_refusal import Refusal
from suptime.clauses.appointments import Appointments
from suptime.domain.timespan import DAY, NEVER, Instant, rfc3339
from suptime.domain.work import Appointment, WorkUnit

if TYPE_CHECKING:
    from suptime.app.intake import Intake

"""When a running unit ends, for comparisons."""


class Ids:
    """Which ids have been seen: a bit for each, so that a million of them take little room."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._large: set[int] = set()

    def add(self, id: int) -> bool:  # noqa: A002 - an id is called an id
        """Note ID. False where it was seen before."""
        byte, bit = id >> 3, 1 << (id & 7)
        if byte >= 1 << 23:
            new = id not in self._large
            self._large.add(id)
            return new
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1024 - len(self._bits)))
        if self._bits[byte] & bit:
            return False
        self._bits[byte] |= bit
        return True


class UnitBook:
    """The work units of an import."""

    def __init__(self, intake: "Intake") -> None:
        self._intake = intake
        self._ids = Ids()
        self._filled = next(iter(intake.tx.each_unit()), None) is not None
        self._ends: dict[str, Instant] = {}
        self._begins: dict[str, Instant] = {}
        self.any = self._filled

    def unit(self, unit: WorkUnit, number: int) -> bool:
        """Take UNIT of line NUMBER in. False where it is there already.

        Raises:
            Refusal: it cannot be.
        """
        intake = self._intake
        if self._filled and unit.id and intake.same(intake.tx.unit(unit.id), unit, f"U{unit.id}"):
            return False
        case = intake.cases.known(unit.case)
        start = unit.started_at
        end = NEVER if unit.ended_at is None else unit.ended_at
        if end < start:
            raise Refusal("ended_at", f"{rfc3339(end)} is before its start, {rfc3339(start)}.")
        if start > intake.now:
            intake.not_ahead("started_at", start)
        if unit.ended_at is not None and end > intake.now:
            intake.not_ahead("ended_at", end)
        intake.cases.in_force("started_at", case.case.contract, start)
        case.refuse_closed(start, end)
        if start < self._end_of(unit.agent):
            self._refuse_overlap(unit, start, end)
        intake.once(self._ids, "U", unit.id, number)
        self._ends[unit.agent] = max(end, self._ends[unit.agent])
        self._begins[unit.agent] = min(start, self._begins.get(unit.agent, start))
        self.any = True
        return intake.keep(unit)

    def finish(self) -> None:
        """Look once more at the work of each agent, as the database has it now.

        Raises:
            NotPossible: some of it overlaps.
        """
        self._intake.tx.refuse_overlaps(self._begins)

    def _end_of(self, agent: str) -> Instant:
        """When the last work of AGENT ends: what starts then or later overlaps nothing."""
        if agent not in self._ends:
            last = self._intake.tx.last_units(agent, 1) if self._filled else []
            self._ends[agent] = max((NEVER if u.ended_at is None else u.ended_at for u in last), default=0)
        return self._ends[agent]

    def _refuse_overlap(self, unit: WorkUnit, start: Instant, end: Instant) -> None:
        waiting = (u for u in self._intake.waiting if u.agent == unit.agent)
        found = next(
            (
                u
                for u in waiting
                if u.started_at < end and (NEVER if u.ended_at is None else u.ended_at) > start
            ),
            None,
        )
        found = found or self._intake.tx.overlapping(unit.agent, unit.started_at, unit.ended_at)
        if found is not None:
            name = f"U{found.id} on {found.case}" if found.id else f"work on {found.case}"
            until = "still running" if found.ended_at is None else f"to {rfc3339(found.ended_at)}"
            raise Refusal(
                "started_at", f"{unit.agent}'s work overlaps {name}, {rfc3339(found.started_at)} {until}."
            )


class AppointmentBook:
    """The appointments of an import."""

    def __init__(self, intake: "Intake") -> None:
        self._intake = intake
        self._ids = Ids()
        self._live: dict[str, list[Appointment]] = {}

    def appointment(self, booked: Appointment, number: int) -> bool:
        """Take an appointment of line NUMBER in. False where it is there already.

        Raises:
            Refusal: it cannot be.
        """
        intake = self._intake
        there = intake.tx.appointment(booked.id) if booked.id and not intake.fresh else None
        if intake.same(there, booked, f"A{booked.id}"):
            return False
        case = intake.cases.known(booked.case)
        start, end = booked.starts_at, booked.ends_at
        if not start < end <= start + DAY:
            how = "is not after its start" if end <= start else "is more than 24 hours after its start"
            raise Refusal("ends_at", f"{rfc3339(end)} {how}, {rfc3339(start)}.")
        if booked.cancelled_by is not None and booked.cancelled_at is None:
            raise Refusal("cancelled_by", "says who cancelled, but cancelled_at is missing.")
        if booked.missed_by is not None and booked.cancelled_at is not None:
            raise Refusal("missed_by", "is given, but the appointment was cancelled.")
        if booked.cancelled_at is not None:
            intake.not_ahead("cancelled_at", booked.cancelled_at)
        version = intake.cases.in_force("starts_at", case.case.contract, start)
        if version.get(Appointments) is None:
            raise Refusal(
                "case", f"the contract {version.code} has no appointments: it has no table [appointments]."
            )
        if booked.cancelled_at is None:
            self._refuse_overlap(booked)
        intake.once(self._ids, "A", booked.id, number)
        if booked.cancelled_at is None:
            self._live[booked.agent].append(booked)
        return intake.keep(booked)

    def _refuse_overlap(self, booked: Appointment) -> None:
        if booked.agent not in self._live:
            every = [] if self._intake.fresh else self._intake.tx.appointments(agent=booked.agent)
            self._live[booked.agent] = [a for a in every if a.cancelled_at is None]
        for other in self._live[booked.agent]:
            if other.starts_at < booked.ends_at and booked.starts_at < other.ends_at:
                name = f"A{other.id}" if other.id else "another one"
                raise Refusal(
                    "starts_at",
                    f"{booked.agent} has {name} on {other.case} then, {rfc3339(other.starts_at)} to {rfc3339(other.ends_at)}.",
                )
