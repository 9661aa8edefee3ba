"""Appointments as a calendar by RFC 5545, which every calendar program takes in."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from suptime.domain.booking import Appointment
from suptime.domain.time import Instant, Seconds, Zone, rfc3339, utc
from suptime.domain.work import WorkUnit

COLUMNS = (
    *("id", "case", "client", "contract", "agent", "channel", "started_at", "ended_at", "seconds"),
    *("note", "guest", "requested", "waived", "date", "timezone", "range_seconds"),
    *("role", "work_type"),
)

"""The columns of a row and the keys of a line. Scripts rely on these: names are only ever added, at the end."""


class ExportedUnit(NamedTuple):
    """A work unit with the client and the contract of its case, the zone of its days, and its time in the period."""

    unit: WorkUnit
    client: str
    contract: str
    zone: Zone
    range_seconds: Seconds


def row(placed: ExportedUnit, now: Instant) -> Mapping[str, Any]:
    """PLACED by `COLUMNS`; one that runs has no end, and its seconds up to `now`."""
    unit = placed.unit
    return {
        "id": f"U{unit.id}",
        "case": unit.case,
        "client": placed.client,
        "contract": placed.contract,
        "agent": unit.agent,
        "channel": str(unit.channel),
        "started_at": rfc3339(unit.started_at),
        "ended_at": None if unit.ended_at is None else rfc3339(unit.ended_at),
        "seconds": unit.seconds(now),
        "note": unit.note,
        "guest": unit.guest,
        "requested": unit.requested,
        "waived": unit.waived,
        "date": placed.zone.day(unit.started_at).isoformat(),
        "timezone": placed.zone.name,
        "range_seconds": placed.range_seconds,
        "role": unit.role,
        "work_type": unit.work_type,
    }


def json_lines(units: Iterable[ExportedUnit], now: Instant) -> Iterator[str]:
    """UNITS as JSON Lines."""
    for placed in units:
        yield json.dumps(row(placed, now), ensure_ascii=False) + "\n"


OCTETS = 75

"""The most that a line may have, its end not counted (RFC 5545, 3.1)."""

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f]")

_MARKS = re.compile(r"[\\;,]")


class Booked(NamedTuple):
    """An appointment with what its case is about."""

    appointment: Appointment
    client: str
    client_name: str
    subject: str


def calendar_lines(booked: Iterable[Booked], now: Instant) -> Iterator[str]:
    """Yield the appointments `booked` as a calendar that was written at `now`.

    The UID of each stays the same in every export, so that a calendar changes what it has and does
    not have it twice; a cancelled one is told as cancelled.
    """
    yield from _folded(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//suptime//appointments//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
        ]
    )
    for one in booked:
        yield from _folded(_event(one, now))
    yield from _folded(["END:VCALENDAR"])


def _event(booked: Booked, now: Instant) -> Iterator[str]:
    its = booked.appointment
    cancelled = its.cancelled_at is not None
    subject = f": {booked.subject}" if booked.subject else ""
    told = [f"Client: {booked.client_name or booked.client}", f"Agent: {its.agent}"]
    if its.channel:
        told.append(f"Channel: {its.channel}")
    yield "BEGIN:VEVENT"
    yield f"UID:appointment-A{its.id}-{_token(its.case)}@suptime"
    yield f"DTSTAMP:{_time(now)}"
    yield f"DTSTART:{_time(its.starts_at)}"
    yield f"DTEND:{_time(its.ends_at)}"
    yield f"SUMMARY:{_text(f'{its.case}{subject}')}"
    yield f"DESCRIPTION:{_text(chr(10).join(told))}"
    yield f"CATEGORIES:{_text(booked.client)}"
    yield f"SEQUENCE:{int(cancelled)}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def _time(instant: Instant) -> str:
    return f"{utc(instant):%Y%m%dT%H%M%SZ}"


def _token(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", text)


def _text(text: str) -> str:
    r"""TEXT as a value: marks and line breaks escaped, other control characters left out.

    >>> _text("a; b, c" + chr(10) + "d")
    'a\\; b\\, c\\nd'
    """
    unbroken = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _MARKS.sub(r"\\\g<0>", unbroken).replace("\n", "\\n")


def _folded(lines: Iterable[str]) -> Iterator[str]:
    """LINES ended by CRLF; what is too long goes on in the next one after a space, no letter cut in two."""
    for line in lines:
        made, size = "", 0
        for letter in line:
            octets = len(letter.encode())
            if size + octets > OCTETS:
                made, size = f"{made}\r\n ", 1
            made += letter
            size += octets
        yield f"{made}\r\n"
