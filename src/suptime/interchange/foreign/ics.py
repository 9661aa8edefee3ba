"""Calendars (iCalendar, RFC 5545): the occurrences of events in a window of days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from suptime.domain.time import Instant, Zone, to_instant
from suptime.interchange.foreign.record import Bad, NotSuch, single_line

MOST_OCCURRENCES = 10_000
"""Most occurrences of one event in the window."""

_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence of an event.

    `key` identifies it: the event's UID, and its original start if the event recurs. `skipped` is the reason why it is no appointment;
    `cancelled_at` is None unless the event is cancelled.
    """

    line: int
    key: str
    sequence: int
    start: Instant
    end: Instant
    summary: str = ""
    categories: str = ""
    description: str = ""
    organizer: tuple[str, str] = ("", "")
    attendees: tuple[str, ...] = ()
    cancelled_at: Instant | None = None
    skipped: str = ""


class Calendar(NamedTuple):
    """The occurrences of a file, those that its events except, and events that cannot be read."""

    occurrences: list[Occurrence]
    excepted: set[str]
    uids: set[str]
    faults: list[tuple[int, Bad]]
    has_floating: bool


def read(text: str, zone: Zone, first: Instant, last: Instant) -> Calendar:
    """Return the occurrences in `text` that start from `first` until before `last`; floating times are of `zone`.

    Raises:
        NotSuch: it is no calendar, or icalendar is not installed.
    """
    try:
        import icalendar
    except ImportError as error:
        raise NotSuch("calendars need another package: pip install 'suptime[calendar]'") from error
    try:
        calendars = icalendar.Calendar.from_ical(text, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotSuch(f"it is not a calendar: {error}") from error
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    if not calendars or all(one.name != "VCALENDAR" for one in calendars):
        raise NotSuch("BEGIN:VCALENDAR was expected")
    reader = _Reader(zone, first, last)
    for number, event in enumerate(events, 1):
        try:
            reader.add(number, event)
        except Bad as bad:
            reader.faults.append((number, bad))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            reader.faults.append((number, Bad("event", f"cannot be read: {error}")))
    return Calendar(reader.found(), reader.excepted, reader.uids, reader.faults, reader.has_floating)


class _Reader:
    def __init__(self, zone: Zone, first: Instant, last: Instant) -> None:
        self._zone = zone
        self._first, self._last = first, last
        self._masters: list[tuple[int, Any]] = []
        self._own: dict[str, Occurrence] = {}
        self.excepted: set[str] = set()
        self.uids: set[str] = set()
        self.faults: list[tuple[int, Bad]] = []
        self.has_floating = False

    def add(self, number: int, event: Any) -> None:
        """Keep an event, or the changed occurrence of one."""
        uid = str(event.get("UID") or "")
        if not uid:
            raise Bad("UID", "is missing.")
        if event.get("DTSTART") is None:
            raise Bad("DTSTART", "is missing.")
        self.uids.add(uid)
        if event.get("RECURRENCE-ID") is None:
            self._masters.append((number, event))
            return
        original, _ = self._instant(event["RECURRENCE-ID"].dt)
        start, all_day = self._instant(event["DTSTART"].dt)
        made = self._occurrence(number, event, f"{uid} {original}", start, all_day=all_day)
        there = self._own.get(made.key)
        if there is None or there.sequence <= made.sequence:
            self._own[made.key] = made

    def found(self) -> list[Occurrence]:
        """Return all occurrences in the window, by start."""
        found: dict[str, Occurrence] = {}
        for number, event in self._masters:
            try:
                for made in self._occurrences(number, event):
                    there = found.get(made.key)
                    if there is None or there.sequence <= made.sequence:
                        found[made.key] = made
            except Bad as bad:
                self.faults.append((number, bad))
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
                self.faults.append((number, Bad("event", f"cannot be read: {error}")))
        found |= self._own
        inside = (one for one in found.values() if self._first <= one.start < self._last)
        return sorted(inside, key=lambda one: (one.start, one.line))

    def _occurrences(self, number: int, event: Any) -> Iterator[Occurrence]:
        uid, start = str(event["UID"]), event["DTSTART"].dt
        instant, all_day = self._instant(start)
        if event.get("RRULE") is None and event.get("RDATE") is None:
            yield self._occurrence(number, event, uid, instant, all_day=all_day)
            return
        from dateutil import rrule

        local = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)  # noqa: DTZ001
        zone: tzinfo | None = local.tzinfo
        naive = local.replace(tzinfo=None)
        dates = rrule.rruleset()
        dates.rdate(naive)
        rules = event.get("RRULE") or []
        for rule in rules if isinstance(rules, list) else [rules]:
            dates.rrule(rrule.rrulestr(_rule(rule, zone), dtstart=naive))
        for day in _dates(event.get("RDATE")):
            dates.rdate(_naive(day, zone))
        for day in _dates(event.get("EXDATE")):
            dates.exdate(_naive(day, zone))
            self.excepted.add(f"{uid} {self._instant(_naive(day, zone).replace(tzinfo=zone))[0]}")
        margin = timedelta(days=2)
        after = datetime.fromtimestamp(self._first, UTC).replace(tzinfo=None) - margin
        until = datetime.fromtimestamp(self._last, UTC).replace(tzinfo=None) + margin
        for count, one in enumerate(dates.xafter(after, inc=True)):
            if one > until:
                break
            if count > MOST_OCCURRENCES:
                raise Bad("RRULE", f"has more than {MOST_OCCURRENCES} occurrences in the window.")
            at = self._instant(one.replace(tzinfo=zone))[0]
            yield self._occurrence(number, event, f"{uid} {at}", at, all_day=all_day)

    def _instant(self, value: date | datetime) -> tuple[Instant, bool]:
        """Return the instant of a day or time, and whether it is a day alone."""
        if not isinstance(value, datetime):
            return self._zone.midnight(value), True
        if value.tzinfo is None:
            self.has_floating = True
            return self._zone.readings(value.replace(microsecond=0))[0], False
        return to_instant(value.replace(microsecond=0)), False

    def _occurrence(self, number: int, event: Any, key: str, start: Instant, *, all_day: bool) -> Occurrence:
        first, _ = self._instant(event["DTSTART"].dt)
        if event.get("DTEND") is not None:
            length = self._instant(event["DTEND"].dt)[0] - first
        elif event.get("DURATION") is not None:
            length = int(event["DURATION"].dt.total_seconds())
        else:
            length = 0
        status = str(event.get("STATUS") or "").upper()
        skipped = (
            "is all day"
            if all_day
            else "is tentative"
            if status == "TENTATIVE"
            else "does not block time"
            if str(event.get("TRANSP") or "").upper() == "TRANSPARENT"
            else ""
        )
        cancelled_at = None
        if status == "CANCELLED":
            said = event.get("LAST-MODIFIED") or event.get("DTSTAMP")
            if said is None:
                raise Bad("DTSTAMP", "is missing: it says when the event was cancelled.")
            cancelled_at = self._instant(said.dt)[0]
        organizer = event.get("ORGANIZER")
        return Occurrence(
            number,
            key,
            int(event.get("SEQUENCE") or 0),
            start,
            start + length,
            single_line("SUMMARY", str(event.get("SUMMARY") or "")),
            " ".join(_categories(event.get("CATEGORIES"))),
            str(event.get("DESCRIPTION") or ""),
            _person(organizer) if organizer is not None else ("", ""),
            tuple(_person(one)[0] for one in _all_of(event.get("ATTENDEE"))),
            cancelled_at,
            skipped,
        )


def _all_of(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _person(value: Any) -> tuple[str, str]:
    """Return the address and the name of a person."""
    address = str(value)
    address = address[7:] if address.casefold().startswith("mailto:") else address
    params: Mapping[str, Any] = getattr(value, "params", {})
    return address.strip(), str(params.get("CN") or "").strip()


def _categories(value: Any) -> Iterator[str]:
    for one in _all_of(value):
        yield from (str(text) for text in getattr(one, "cats", [one]))


def _dates(value: Any) -> Iterator[date | datetime]:
    for one in _all_of(value):
        for day in getattr(one, "dts", ()):
            found = day.dt
            yield found[0] if isinstance(found, tuple) else found


def _naive(value: date | datetime, zone: tzinfo | None) -> datetime:
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001
    if value.tzinfo is not None and zone is not None:
        value = value.astimezone(zone)
    return value.replace(tzinfo=None)


def _rule(rule: Any, zone: tzinfo | None) -> str:
    """Return a rule as text, with its end in the zone of the event."""
    if str(next(iter(rule.get("FREQ", ())), "")).upper() not in _FREQUENCIES:
        raise Bad("RRULE", "must repeat by day, week, month or year.")
    until = next(iter(rule.get("UNTIL", ())), None)
    text = str(rule.to_ical().decode())
    if until is None:
        return text
    parts = [part for part in text.split(";") if not part.upper().startswith("UNTIL=")]
    end = _naive(until, zone)
    if not isinstance(until, datetime):
        end = end.replace(hour=23, minute=59, second=59)
    return ";".join([*parts, f"UNTIL={end:%Y%m%dT%H%M%S}"])
