"""Set the due time of the first response, in the working hours of the case's priority (E3, E4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from suptime.contracts.clause import Admit, Clause, Opening
from suptime.domain.contract import Version
from suptime.domain.reading import Table, nearest, show
from suptime.domain.service_hours import DAY_MINUTES, ServiceHours, due_after, is_holiday, working_between
from suptime.domain.time import Instant, Seconds, Span, Zone, in_words
from suptime.domain.values import any_of
from suptime.errors import Refused

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PRIORITIES = ("P1", "P2", "P3", "P4")
KINDS = ("request", "incident")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_HOLIDAYS = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,4}))?")


@dataclass(frozen=True, slots=True)
class Sla:
    """Service hours, response times, and the priorities of each kind of case."""

    hours: ServiceHours = field(default_factory=ServiceHours)
    holidays: str | None = None
    response: Mapping[str, Seconds] = field(default_factory=dict)
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_priority: str | None = None
    """Priority of a case without one."""

    def priority_of(self, priority: str | None) -> str | None:
        """Return the effective priority of a case: its own, or the default."""
        return priority or self.default_priority

    def misses_priority(self, priority: str | None) -> bool:
        """Return whether there are response times, but a case with `priority` has none because its priority is missing."""
        return bool(self.response) and self.priority_of(priority) is None

    def due_at(self, zone: Zone, registered_at: Instant, priority: str | None) -> Instant | None:
        """Return when the first response to a case of `priority` is due (E4), or None."""
        working = self.response.get(self.priority_of(priority) or "")
        if working is None:
            return None
        return due_after(self.hours, registered_at, working, zone, self.is_holiday)

    def working_seconds(self, zone: Zone, start: Instant, end: Instant) -> Seconds:
        """Return the working seconds from `start` until `end`, 0 if `end` is past."""
        return working_between(self.hours, Span(start, end), zone, self.is_holiday) if end > start else 0

    def is_holiday(self, day: date) -> bool:
        """Return whether `day` is one of the holidays without service."""
        return is_holiday(self.holidays, day)


def check_priority(terms: Sla, code: str, kind: str | None, priority: str | None) -> None:
    """Refuse a `priority` that the `kind` of case cannot have (E6).

    Raises:
        Refused: the kind cannot have it.
    """
    allowed = terms.kinds.get(kind or "")
    if allowed is not None and priority is not None and priority not in allowed:
        raise Refused(
            f"Under {code}, a case of the kind {kind} cannot have the priority {priority}.",
            f"Its table [sla.kinds] allows {any_of(allowed)}.",
            f"Choose one of these, for example --priority {allowed[0]}.",
        )


def priorities(terms: Sla | None) -> tuple[str, ...]:
    """Return the names of the priorities: P1 to P4, or those of `terms` (E4: severities).

    >>> priorities(Sla(response={"A": 7200, "B": 14400}))
    ('A', 'B')
    """
    stated = dict.fromkeys(terms.response) if terms else {}
    return PRIORITIES if stated.keys() <= {*PRIORITIES} else tuple(stated)


def at_opening(terms: Sla, opening: Opening) -> None:
    """Refuse a priority that the kind of case cannot have (exit 4, E6)."""
    check_priority(terms, opening.code, opening.kind, opening.priority)


def read(table: Table) -> Sla:
    """Return the terms of `[sla]`, `[sla.response]` and `[sla.kinds]`."""
    hours = read_hours(table)
    response: dict[str, Seconds] = {}
    if times := table.sub("response"):
        response = {priority: times.duration(priority, 0) for priority in times.values}
    kinds: dict[str, tuple[str, ...]] = {}
    if of_kind := table.sub("kinds"):
        kinds = {kind: of_kind.texts(kind) or () for kind in of_kind.values}
        for kind in kinds:
            if kind not in KINDS:
                of_kind.fault(kind, f"is not a kind of case.{nearest(kind, KINDS)}")
    return Sla(hours, read_holidays(table), response, kinds, _default_priority(table, response, kinds))


def _default_priority(
    table: Table, response: Mapping[str, Seconds], kinds: Mapping[str, tuple[str, ...]]
) -> str | None:
    """Return the `default_priority` of `table`: one with a response time that every kind of case may have."""
    priority = table.text("default_priority", "") or None
    if priority is None:
        return None
    known = tuple(response) or PRIORITIES
    if priority not in known:
        table.fault(
            "default_priority",
            f'expected one of the priorities of [sla.response], {any_of(known)}, found "{priority}".',
        )
    for kind, allowed in kinds.items():
        if priority in known and priority not in allowed:
            table.fault(
                "default_priority",
                f"expected a priority that every kind of case may have; [sla.kinds] allows {kind} "
                f'{any_of(allowed)}, found "{priority}".',
            )
    return priority


def read_hours(table: Table) -> ServiceHours:
    """Return the service hours in `hours` and `days` of `table`; the default is around the clock, every day."""
    opens, closes = _hours(table)
    days = table.texts("days") or DAYS
    if unknown := [day for day in days if day not in DAYS]:
        table.fault("days", f"expected days such as {any_of(DAYS[:2])}, found {show(unknown[0])}.")
    return ServiceHours(opens, closes, frozenset(DAYS.index(day) for day in days if day in DAYS))


def _hours(table: Table) -> tuple[int, int]:
    text = table.text("hours", "00:00-24:00")
    found = _HOURS.fullmatch(text)
    if found:
        opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        if opens < closes <= DAY_MINUTES:
            return opens, closes
    table.fault("hours", f'expected hours such as "09:00-18:00" or "00:00-24:00", found "{text}".')
    return 0, DAY_MINUTES


def read_holidays(table: Table) -> str | None:
    """Return the country, or part of one, in `holidays` of `table`; or None."""
    if "holidays" not in table.values:
        table.known["holidays"] = None
        return None
    text = table.text("holidays", "-")
    if _HOLIDAYS.fullmatch(text):
        try:
            is_holiday(text, date(2026, 1, 1))
        except NotImplementedError:
            pass
        else:
            return text
    table.fault(
        "holidays", f'expected a country, or country-subdivision, such as "DE" or "DE-BY", found "{text}".'
    )
    return None


def sentences(terms: Sla, version: Version) -> list[str]:
    """Return the service hours and response times, in words for the client."""
    said = [f"The team is there {when_there(terms.hours, terms.holidays)} ({version.zone.name})."]
    if terms.response:
        times = ", ".join(f"{p} within {in_words(s)}" for p, s in terms.response.items())
        said.append(f"The first response comes, in working time: {times}.")
    if terms.default_priority:
        said.append(f"A case without a priority has priority {terms.default_priority}.")
    said += [f"A case of the kind {kind} has priority {' or '.join(of)}." for kind, of in terms.kinds.items()]
    return said


def when_there(hours: ServiceHours, holidays: str | None) -> str:
    """Return `hours`, except `holidays`, as part of a sentence."""
    every_day = len(hours.days) == len(DAYS)
    if every_day and (hours.opens, hours.closes) == (0, DAY_MINUTES):
        there = "around the clock"
    else:
        days = "every day" if every_day else ", ".join(DAYS[d].capitalize() for d in sorted(hours.days))
        clock = [f"{m // 60:02}:{m % 60:02}" for m in (hours.opens, hours.closes)]
        there = f"from {clock[0]} to {clock[1]}, {days}"
    return there + (f", but on holidays of {holidays}" if holidays else "")


CLAUSE = Clause("sla", Sla, read, sentences, ("E3", "E4", "E6"), (Admit(opening=at_opening),))
