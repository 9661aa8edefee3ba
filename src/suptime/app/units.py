"""Work units as people and programs are told of them, and why one cannot be recorded.

Light on purpose: the timer starts with this, and imports nothing else to say what it did.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from suptime.domain.caution import Caution
from suptime.domain.time import NEVER, Instant, Seconds, Zone, in_words, rfc3339, show_duration
from suptime.domain.work import LONG, LONGEST_NOTE, WorkUnit
from suptime.errors import NotPossible, WrongUsage


def document(unit: WorkUnit, client: str, now: Instant) -> dict[str, Any]:
    """UNIT, work for `client`, as JSON shows it; a running one with its seconds up to `now`."""
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
    }


def formatted(instant: Instant, zone: Zone, now: Instant) -> str:
    """INSTANT on the clocks of `zone`: the hour, with its date where that is not today's.

    In an hour that a clock change repeats, the offset tells the two apart.

    >>> formatted(1793511000, Zone("America/Chicago"), 1793514600), formatted(1793511000, Zone("UTC"), 1793600000)
    ('00:30', '2026-11-01 05:30')
    """
    local = zone.local(instant)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        clock += local.isoformat()[19:]
    return clock if zone.day(now) == local.date() else f"{local:%Y-%m-%d} {clock}"


def stretch(unit: WorkUnit, zone: Zone, now: Instant) -> str:
    """From when to when `unit` lasts, on the clocks of `zone`: `14:00 to 14:25`, or `14:00 until now`."""
    if unit.ended_at is None:
        return f"{formatted(unit.started_at, zone, now)} until now"
    return span_of(unit.started_at, unit.ended_at, zone, now)


def span_of(start: Instant, end: Instant, zone: Zone, now: Instant) -> str:
    """Return `start` to `end` on the clocks of `zone`: with the day unless it is today's, with both if they differ."""
    first, last = zone.day(start), zone.day(end)
    if first == last:
        return f"{formatted(start, zone, now)} to {formatted(end, zone, end)}"
    # Seen from another day, both are shown with theirs.
    return f"{formatted(start, zone, end)} to {formatted(end, zone, start)}"


def length(unit: WorkUnit, now: Instant) -> str:
    """Return how long `unit` is, such as `25m`; for one of less than a second `0m`."""
    return show_duration(unit.seconds(now))


def long_note(unit: WorkUnit, now: Instant) -> tuple[Caution, ...]:
    """Return a warning where `unit` is longer than 12 hours: a forgotten timer, or a slip in a date."""
    if unit.seconds(now) <= LONG:
        return ()
    sentence = f"U{unit.id} is {length(unit, now)} long. If it is wrong: suptime edit U{unit.id}"
    return (Caution("unit-long", sentence),)


def consent_notes(case: str, limit: Seconds, used: Seconds) -> tuple[Caution, ...]:
    """Return a warning where four fifths or more of the time that the client of `case` consented to are `used` (A6)."""
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
    """Return a warning where a timer that has just ended ran for more than `limit` (None: any time), or is long."""
    if limit is None or unit.seconds(now) <= limit:
        return long_note(unit, now)
    since = formatted(unit.started_at, zone, now)
    said = f"U{unit.id} on {unit.case} ran for {length(unit, now)}, since {since}. If it is wrong: suptime edit U{unit.id}"
    return (Caution("timer-long", said),)


def set_back(running: WorkUnit, now: Instant, zone: Zone) -> NotPossible:
    """Return the error for a clock that shows a time before the start of the unit that runs."""
    return NotPossible(
        f"It is {formatted(now, zone, running.started_at)}, before the start of U{running.id} on {running.case} "
        f"at {formatted(running.started_at, zone, now)}.",
        "The clock was set back.",
        f"Correct the clock, or the start: suptime edit U{running.id} --from T; or drop it: suptime cancel",
    )


def blocking(others: Sequence[WorkUnit], start: Instant, end: Instant | None) -> WorkUnit | None:
    """Return the first of `others` that lies wholly between `start` and `end` (None: without end), so cannot make room."""
    until = NEVER if end is None else end
    return next((u for u in others if u.started_at >= start and (u.ended_at or NEVER) <= until), None)


def overlap(
    others: Sequence[WorkUnit], start: Instant, end: Instant | None, zone: Zone, now: Instant
) -> NotPossible:
    """Return the error for work from `start` to `end` that overlaps `others`: one agent works on one case at a time."""
    inside = blocking(others, start, end)
    other = inside or others[0]
    if other.ended_at is None:
        when = f"since {formatted(other.started_at, zone, now)} (U{other.id}, running)"
    else:
        when = f"from {stretch(other, zone, now)} (U{other.id})"
    return NotPossible(
        f"{other.agent} worked on {other.case} {when}.",
        "Work of one agent cannot overlap.",
        f"suptime delete U{other.id}" if inside else f"Add --adjust: U{other.id} makes room for it.",
    )


def resolved(case: str, at: Instant, zone: Zone, now: Instant) -> NotPossible:
    """Return the error for work at or after the resolution of `case`."""
    return NotPossible(
        f"{case} is resolved since {formatted(at, zone, now)}.",
        "To work on it again, reopen it first.",
        f"suptime case reopen {case}",
    )


def ahead(instant: Instant, zone: Zone, now: Instant, what: str) -> WrongUsage:
    """Return the error for `what` in the future."""
    return WrongUsage(
        f"{what} {formatted(instant, zone, now)} is in the future.",
        f"It is {formatted(now, zone, instant)} now.",
        "Give a time that has passed.",
    )


class Adjusted(NamedTuple):
    """A unit that made room: it `was` shortened, cut (what is left is its first part), or added (the later part)."""

    unit: WorkUnit
    client: str
    was: str


def adjusted_documents(adjusted: Iterable[Adjusted], now: Instant) -> list[dict[str, Any]]:
    """Return the units that made room as JSON shows them."""
    return [
        {"id": f"U{each.unit.id}", "was": each.was, "unit": document(each.unit, each.client, now)}
        for each in adjusted
    ]


def made_room(adjusted: Iterable[Adjusted], zone: Zone, now: Instant) -> list[str]:
    """Return a line on each unit that made room for other work."""
    words = {"shortened": "Shortened", "cut": "Cut", "added": "Added"}
    return [
        f"{words[each.was]} U{each.unit.id} on {each.unit.case}: {stretch(each.unit, zone, now)}."
        for each in adjusted
    ]


def noted(note: str, more: str) -> str:
    """Return `note` with `more` added to it.

    Raises:
        WrongUsage: that is longer than a note.
    """
    both = "; ".join(filter(None, (note, more)))
    if len(both) > LONGEST_NOTE:
        raise WrongUsage(
            f"The note would have {len(both)} letters.", f"The most is {LONGEST_NOTE}.", "Shorten it."
        )
    return both


def unknown_case(number: str, known: Iterable[str]) -> NotPossible:
    """Return the error for a case `number` that is none of those `known`, with the nearest of them."""
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
    """Refuse `what` where it happens at an `instant` later than `now`.

    Raises:
        WrongUsage: it does.
    """
    if instant > now:
        raise ahead(instant, zone, now, what)
