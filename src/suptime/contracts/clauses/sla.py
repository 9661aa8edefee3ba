"""Set the due times of the first response and of the resolution, in working hours, by priority (E3, E4, T44 to T48)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from suptime.contracts.clause import Admit, Clause, Opening
from suptime.domain import values
from suptime.domain.contract import Version
from suptime.domain.reading import Table, nearest, show
from suptime.domain.service_hours import (
    ALL_DAY,
    DAY_MINUTES,
    ServiceHours,
    Window,
    due_after,
    is_holiday,
    working_between,
)
from suptime.domain.time import Instant, Minutes, Seconds, Span, Zone, in_words, show_duration
from suptime.domain.values import Kind, Problem, any_of, quoted
from suptime.errors import Refused

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PRIORITIES = ("P1", "P2", "P3", "P4")
KINDS = ("request", "incident")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_BUSINESS_DAYS = re.compile(r"([1-9][0-9]{0,2})bd")
_HOLIDAYS = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,4}))?")


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """Until the close of so many business days after the day of registration (T45)."""

    number: int


Target = Seconds | BusinessDays


@dataclass(frozen=True, slots=True)
class Sla:
    """Service hours, response and resolution times, and the priorities of each kind of case."""

    hours: ServiceHours = field(default_factory=ServiceHours)
    holidays: str | None = None
    response: Mapping[str, Target] = field(default_factory=dict)
    resolution: Mapping[str, Target] = field(default_factory=dict)
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
        target = self.response.get(self.priority_of(priority) or "")
        return None if target is None else self.end_of(target, zone, registered_at)

    def end_of(self, target: Target, zone: Zone, since: Instant) -> Instant | None:
        """Return when `target` ends that began at the instant `since`, or None within ten years."""
        if isinstance(target, BusinessDays):
            return self.hours.close_after(since, target.number, zone, self.is_holiday)
        return due_after(self.hours, since, target, zone, self.is_holiday)

    def length_of(self, target: Target, zone: Zone, since: Instant) -> Seconds | None:
        """Return the working seconds of `target` that began at the instant `since`, or None within ten years."""
        if not isinstance(target, BusinessDays):
            return target
        end = self.end_of(target, zone, since)
        return None if end is None else self.working_seconds(zone, since, end)

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
    stated = dict.fromkeys((*terms.response, *terms.resolution)) if terms else {}
    return PRIORITIES if stated.keys() <= {*PRIORITIES} else tuple(stated)


def at_opening(terms: Sla, opening: Opening) -> None:
    """Refuse a priority that the kind of case cannot have (exit 4, E6)."""
    check_priority(terms, opening.code, opening.kind, opening.priority)


def read(table: Table) -> Sla:
    """Return the terms of `[sla]`, `[sla.response]` and `[sla.kinds]`."""
    hours = read_hours(table)
    response, resolution = _targets(table, "response"), _targets(table, "resolution")
    kinds: dict[str, tuple[str, ...]] = {}
    if of_kind := table.sub("kinds"):
        kinds = {kind: of_kind.texts(kind) or () for kind in of_kind.values}
        for kind in kinds:
            if kind not in KINDS:
                of_kind.fault(kind, f"is not a kind of case.{nearest(kind, KINDS)}")
    priority = _default_priority(table, {**response, **resolution}, kinds)
    return Sla(hours, read_holidays(table), response, resolution, kinds, priority)


def _targets(table: Table, key: str) -> dict[str, Target]:
    """Return the targets of each priority in the table `key`."""
    times = table.sub(key)
    if times is None:
        return {}
    return {priority: times.value(priority, TARGET, 0) for priority in times.values}


def _target(text: str) -> Target | Problem:
    if found := _BUSINESS_DAYS.fullmatch(text.strip()):
        return BusinessDays(int(found[1]))
    working = values.period().read(text)
    return (
        Problem(f"{quoted(text)} is not a target.", TARGET.expected)
        if isinstance(working, Problem)
        else working
    )


def _show_target(target: Target) -> str:
    return f"{target.number}bd" if isinstance(target, BusinessDays) else show_duration(target)


TARGET: Kind[Target] = Kind(
    "target", _target, 'working time such as "30m" or "24h", or business days such as "1bd"', _show_target
)


def _default_priority(
    table: Table, timed: Mapping[str, Target], kinds: Mapping[str, tuple[str, ...]]
) -> str | None:
    """Return the `default_priority` of `table`: one that is `timed` and that every kind of case may have."""
    priority = table.text("default_priority", "") or None
    if priority is None:
        return None
    known = tuple(timed) or PRIORITIES
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


_EXPECTED = 'hours such as "09:00-18:00", ["08:00-12:00", "13:00-17:00"] or "24/7"'


def read_hours(table: Table) -> ServiceHours:
    """Return the service hours in `hours` and `days` of `table`; the default is around the clock, every day (T44).

    `hours` is a text, a list of texts, or a table by weekday.
    """
    value = table.values.get("hours")
    if isinstance(value, dict):
        by_day = table.sub("hours")
        week: dict[int, tuple[Window, ...]] = {}
        for day in by_day.values if by_day else ():
            if by_day is None or day not in DAYS:
                continue
            by_day.known[day] = None
            week[DAYS.index(day)] = _windows(by_day, day, by_day.values[day])
        if by_day is not None:
            by_day.known |= dict.fromkeys(DAYS)
            by_day.close()
        if "days" in table.values:
            table.fault("days", "is not possible with hours by weekday: a day left out of them is closed.")
        table.known["days"] = None
        return ServiceHours(tuple(week.get(n, ()) for n in range(7)))
    table.known["hours"] = None
    windows = _windows(table, "hours", "24/7" if value is None else value)
    days = table.texts("days") or DAYS
    if unknown := [day for day in days if day not in DAYS]:
        table.fault("days", f"expected days such as {any_of(DAYS[:2])}, found {show(unknown[0])}.")
    elif value == "24/7" and len(days) < len(DAYS):
        table.fault("days", 'expected every day beside "24/7"; on some days only it is "00:00-24:00".')
    return ServiceHours(tuple(windows if day in days else () for day in DAYS))


def _windows(table: Table, key: str, value: object) -> tuple[Window, ...]:
    """Return the windows of one day in `value`, in order; record faults at `key`."""
    texts = value if isinstance(value, list) else [value]
    found: list[Window] = []
    for text in texts:
        window = _window(text) if isinstance(text, str) else None
        if window is None:
            table.fault(key, f"expected {_EXPECTED}, found {show(text)}.")
            return (ALL_DAY,)
        found.append(window)
    if not found:
        table.fault(key, f"expected {_EXPECTED}, found [].")
    found.sort()
    for one, after in pairwise(found):
        if after[0] < one[1]:
            shown = " and ".join(f'"{_typed(window)}"' for window in (one, after))
            table.fault(key, f"expected hours that do not overlap, found {shown}.")
            break
    return tuple(found)


def _typed(window: Window) -> str:
    """Return `window` as in a contract file."""
    return "-".join(_clock(minutes).split()[0] for minutes in window)


def _window(text: str) -> Window | None:
    """Return the window in `text`, or None. A window that closes before it opens ends on the next day."""
    if text == "24/7":
        return ALL_DAY
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if opens == closes or opens >= DAY_MINUTES or closes > DAY_MINUTES:
        return None
    return opens, closes if closes > opens else closes + DAY_MINUTES


def read_holidays(table: Table, key: str = "holidays") -> str | None:
    """Return the country, or part of one, in `holidays` (or another `key`) of `table`; or None."""
    if key not in table.values:
        table.known[key] = None
        return None
    text = table.text(key, "-")
    if _HOLIDAYS.fullmatch(text):
        try:
            is_holiday(text, date(2026, 1, 1))
        except NotImplementedError:
            pass
        else:
            return text
    table.fault(key, f'expected a country, or country-subdivision, such as "DE" or "DE-BY", found "{text}".')
    return None


def sentences(terms: Sla, version: Version) -> list[str]:
    """Return the service hours and response times, in words for the client."""
    said = [f"The team is there {when_there(terms.hours, terms.holidays)} ({version.zone.name})."]
    for targets, promise in (
        (terms.response, "The first response comes, in working time"),
        (terms.resolution, "Resolved in working time, your turns not counted"),
    ):
        times = ", ".join(f"{p} within {in_words(t)}" for p, t in targets.items() if isinstance(t, int))
        if times:
            said.append(f"{promise}: {times}.")
    said += [
        f"{priority}: {what}by the close of {_next_days(target.number)}."
        for targets, what in ((terms.response, ""), (terms.resolution, "resolved "))
        for priority, target in targets.items()
        if isinstance(target, BusinessDays)
    ]
    if terms.default_priority:
        said.append(f"A case without a priority has priority {terms.default_priority}.")
    said += [f"A case of the kind {kind} has priority {' or '.join(of)}." for kind, of in terms.kinds.items()]
    return said


def _next_days(number: int) -> str:
    return "the next business day" if number == 1 else f"business day {number} after it"


def when_there(hours: ServiceHours, holidays: str | None) -> str:
    """Return `hours`, except `holidays`, as part of a sentence."""
    groups: dict[tuple[Window, ...], list[int]] = {}
    for day, of_day in enumerate(hours.week):
        if of_day:
            groups.setdefault(of_day, []).append(day)
    if len(groups) == 1:
        ((windows, days),) = groups.items()
        every_day = len(days) == len(DAYS)
        if every_day and windows == (ALL_DAY,):
            there = "around the clock"
        else:
            there = f"{_clocks(windows)}, {'every day' if every_day else _named(days)}"
    else:
        there = ", ".join(f"{_named(days)} {_clocks(windows)}" for windows, days in groups.items()) or "never"
    return there + (f", but on holidays of {holidays}" if holidays else "")


def _named(days: Sequence[int]) -> str:
    return ", ".join(DAYS[day].capitalize() for day in days)


def _clocks(windows: Sequence[Window]) -> str:
    return " and ".join(f"from {_clock(opens)} to {_clock(closes)}" for opens, closes in windows)


def _clock(minutes: Minutes) -> str:
    next_day = minutes > DAY_MINUTES
    minutes -= DAY_MINUTES * next_day
    return f"{minutes // 60:02}:{minutes % 60:02}{' of the next day' if next_day else ''}"


CLAUSE = Clause("sla", Sla, read, sentences, ("E3", "E4", "E6"), (Admit(opening=at_opening),))
