"""Work units as people and programs see them, and the reasons why one cannot be recorded.

This module is light, because the timer needs nothing else to report its changes.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from suptime.domain.caution import Caution
from suptime.domain.time import NEVER, Instant, Seconds, Zone, in_words, rfc3339, show_duration
from suptime.domain.work import LONG, LONGEST_NOTE, WorkUnit
from suptime.errors import NotPossible, WrongUsage


def document(unit: WorkUnit, client: str, now: Instant) -> dict[str, Any]:
    """Return a unit, work for `client`, as JSON shows it; a running one with its seconds up to `now`."""
    return {
        "id": f"U{unit.id}",
        "case": unit.case,
        "client": client,
        "agent": unit.agent,
        "channel": unit.channel,
        "started_at": rfc3339(unit.started_at),
        "ended_at": None if unit.ended_at is None else rfc3339(unit.ended_at),
        "seconds": unit.seconds(now),
        "note": unit.note,
        "guest": unit.guest,
        "requested": unit.requested,
        "waived": unit.waived,
        "role": unit.role,
        "work_type": unit.work_type,
    }


def formatted(instant: Instant, zone: Zone, now: Instant) -> str:
    """Return an instant in `zone`: the time of day, with its date if it is not today.

    In an hour that a clock change repeats, the offset is added.

    >>> formatted(1793511000, Zone("America/Chicago"), 1793514600), formatted(1793511000, Zone("UTC"), 1793600000)
    ('00:30', '2026-11-01 05:30')
    """
    local = zone.local(instant)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        clock += local.isoformat()[19:]
    return clock if zone.day(now) == local.date() else f"{local:%Y-%m-%d} {clock}"


def stretch(unit: WorkUnit, zone: Zone, now: Instant) -> str:
    """Return the start and end of `unit` in `zone`: `14:00 to 14:25`, or `14:00 until now`."""
    if unit.ended_at is None:
        return f"{formatted(unit.started_at, zone, now)} until now"
    return span_of(unit.started_at, unit.ended_at, zone, now)


def span_of(start: Instant, end: Instant, zone: Zone, now: Instant) -> str:
    """Return `start` to `end` in `zone`: with the day unless it is today, with both days if they differ."""
    first, last = zone.day(start), zone.day(end)
    if first == last:
        return f"{formatted(start, zone, now)} to {formatted(end, zone, end)}"
    # Seen from another day, both have their dates.
    return f"{formatted(start, zone, end)} to {formatted(end, zone, start)}"


def length(unit: WorkUnit, now: Instant) -> str:
    """Return the length of `unit`, for example `25m`; `0m` if it is less than a second."""
    return show_duration(unit.seconds(now))


def long_note(unit: WorkUnit, now: Instant) -> tuple[Caution, ...]:
    """Return a warning if `unit` is longer than 12 hours: a forgotten timer, or a typing mistake in a date."""
    if unit.seconds(now) <= LONG:
        return ()
    sentence = f"U{unit.id} is {length(unit, now)} long. If that is wrong: suptime edit U{unit.id}"
    return (Caution("unit-long", sentence),)


def consent_notes(case: str, limit: Seconds, used: Seconds) -> tuple[Caution, ...]:
    """Return a warning if at least four fifths of the time that the client of `case` consented to are `used` (A6)."""
    if used * 5 < limit * 4:
        return ()
    if used < limit:
        said = f"{in_words(used)} of the {in_words(limit)} that the client consented to are used."
        return (Caution("consent-low", said),)
    beyond = f", and {in_words(used - limit)} beyond them will not be billed" if used > limit else ""
    more = f"suptime case consent {case} --by NAME"
    said = f"The {in_words(limit)} that the client consented to are used up{beyond}. For more: {more}"
    return (Caution("consent-used-up", said),)


def ended_notes(unit: WorkUnit, now: Instant, zone: Zone, limit: Seconds | None) -> tuple[Caution, ...]:
    """Return a warning if a timer that has just ended ran for more than `limit` (None: any time), or is long."""
    if limit is None or unit.seconds(now) <= limit:
        return long_note(unit, now)
    since = formatted(unit.started_at, zone, now)
    said = (
        f"U{unit.id} on {unit.case} ran for {length(unit, now)}, since {since}. If that is wrong: "
        f"suptime edit U{unit.id}"
    )
    return (Caution("timer-long", said),)


def set_back(running: WorkUnit, now: Instant, zone: Zone) -> NotPossible:
    """Return the error for a clock that shows a time before the start of the running unit."""
    return NotPossible(
        f"The clock shows {formatted(now, zone, running.started_at)}, before the start of "
        f"U{running.id} on {running.case} at {formatted(running.started_at, zone, now)}.",
        "The clock was set back.",
        f"Correct the clock, or the start: suptime edit U{running.id} --from T; or discard the timer: "
        "suptime cancel",
    )


def blocking(others: Sequence[WorkUnit], start: Instant, end: Instant | None) -> WorkUnit | None:
    """Return the first of `others` that is wholly between `start` and `end` (None: no end), so it cannot be shortened."""
    until = NEVER if end is None else end
    return next((u for u in others if u.started_at >= start and (u.ended_at or NEVER) <= until), None)


def overlap(
    others: Sequence[WorkUnit], start: Instant, end: Instant | None, zone: Zone, now: Instant
) -> NotPossible:
    """Return the error for work from `start` to `end` that overlaps `others` of the same agent."""
    inside = blocking(others, start, end)
    other = inside or others[0]
    if other.ended_at is None:
        when = f"since {formatted(other.started_at, zone, now)} (U{other.id}, running)"
    else:
        when = f"from {stretch(other, zone, now)} (U{other.id})"
    return NotPossible(
        f"{other.agent} worked on {other.case} {when}.",
        "Work of one agent cannot overlap.",
        f"suptime delete U{other.id}" if inside else f"To shorten or split U{other.id}, add --adjust.",
    )


def resolved(case: str, at: Instant, zone: Zone, now: Instant) -> NotPossible:
    """Return the error for work at or after the resolution of `case`."""
    return NotPossible(
        f"{case} is resolved since {formatted(at, zone, now)}.",
        "Reopen it to work on it again.",
        f"suptime case reopen {case}",
    )


def ahead(instant: Instant, zone: Zone, now: Instant, what: str) -> WrongUsage:
    """Return the error for `what` in the future."""
    return WrongUsage(
        f"{what} {formatted(instant, zone, now)} is in the future.",
        f"It is {formatted(now, zone, instant)} now.",
        "Give a time in the past.",
    )


class Adjusted(NamedTuple):
    """A unit that was shortened, cut (its first part) or added (its later part) to make room, as `was` says."""

    unit: WorkUnit
    client: str
    was: str


def adjusted_documents(adjusted: Iterable[Adjusted], now: Instant) -> list[dict[str, Any]]:
    """Return the adjusted units as JSON shows them."""
    return [
        {"id": f"U{each.unit.id}", "was": each.was, "unit": document(each.unit, each.client, now)}
        for each in adjusted
    ]


def made_room(adjusted: Iterable[Adjusted], zone: Zone, now: Instant) -> list[str]:
    """Return a line for each unit that was adjusted for other work."""
    words = {"shortened": "Shortened", "cut": "Cut", "added": "Added"}
    return [
        f"{words[each.was]} U{each.unit.id} on {each.unit.case}: {stretch(each.unit, zone, now)}."
        for each in adjusted
    ]


def noted(note: str, more: str) -> str:
    """Return `note` with `more` added to it.

    Raises:
        WrongUsage: the result is too long.
    """
    both = "; ".join(filter(None, (note, more)))
    if len(both) > LONGEST_NOTE:
        raise WrongUsage(
            f"The note would have {len(both)} characters.", f"Use at most {LONGEST_NOTE}.", "Shorten it."
        )
    return both


def unknown_case(number: str, known: Iterable[str]) -> NotPossible:
    """Return the error for an unknown case `number`, with the nearest of the `known` ones."""
    from difflib import get_close_matches

    typed = " ".join(number.split())
    folded = {k.casefold(): k for k in known}
    near = [folded[n] for n in get_close_matches(typed.casefold(), folded, n=3)]
    named = ", ".join(near[:-1]) + (" or " if near[:-1] else "") + near[-1] if near else ""
    return NotPossible(
        f'There is no case "{typed}".',
        f"Did you mean {named}?" if named else "",
        "suptime case list" if folded else "suptime case open --client CLIENT",
    )


def not_ahead(instant: Instant, now: Instant, zone: Zone, what: str) -> None:
    """Refuse `what` if it is at an `instant` later than `now`.

    Raises:
        WrongUsage: it is in the future.
    """
    if instant > now:
        raise ahead(instant, zone, now, what)
