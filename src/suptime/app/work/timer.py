"""The running timer and its end.

It uses the store's clock, which has a few statements and no library. NOW is called inside the transaction, so
that concurrent commands have their times in order. Results are named tuples, which are faster to create than
dataclasses: `status` must be fast.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from suptime.app import named_case, units
from suptime.domain.time import Instant, Span, Zone
from suptime.domain.work import WorkUnit
from suptime.errors import NotPossible

if TYPE_CHECKING:
    from suptime.domain.typed_time import TypedTime
    from suptime.store.timer.clock import Clock, ClockTransaction

Now = Callable[[], Instant]


class Ended(NamedTuple):
    """A unit that ended, and its client."""

    unit: WorkUnit
    client: str
    now: Instant


class Running(NamedTuple):
    """The running unit, or None."""

    unit: WorkUnit | None
    client: str
    now: Instant


def stop(
    clock: "Clock",
    worker: str,
    number: str | None,
    *,
    at: "TypedTime | None",
    more: str | None,
    note: str | None,
    now: Now,
    agent: str,
    zone: Zone,
) -> Ended:
    """Stop `worker`'s timer `at` a time (None: now), with `more` added to its note, or with another `note`.

    Raises:
        WrongUsage: `at` is in the future.
        Doubtful: a bare time would make the unit longer than 12 hours.
        NotPossible: nothing runs, or not the case `number`; it started after `at`, or the clock was set back.
    """
    with clock.changing(now=now, agent=agent, command="stop") as book:
        running = _running(book, worker)
        end = None if at is None else _end_at(at, running, zone, book.now)
        not_ahead(end, book.now, zone, "The stop at")
        since = units.formatted(running.started_at, zone, book.now)
        if number is not None and not _is(book, number, running.case):
            raise NotPossible(
                f'"{number}" is not running.',
                f"The timer runs on {running.case} since {since} (U{running.id}).",
                "suptime stop",
            )
        if end is not None and end < running.started_at:
            raise NotPossible(
                f"U{running.id} on {running.case} started at {since}, after {units.formatted(end, zone, book.now)}.",
                hint="Give a later --at, or discard it: suptime cancel",
            )
        text = units.noted(running.note, more) if more else note
        if end is None:
            if book.now < running.started_at:
                raise units.set_back(running, book.now, zone)
            end = book.now
        ended = book.end_unit(running.id, end, text)
        return Ended(ended, client_of(book, ended), book.now)


def _end_at(at: "TypedTime", running: WorkUnit, zone: Zone, now: Instant) -> Instant:
    """Return the typed end of `running`.

    Raises:
        Doubtful: a bare time would make the unit longer than 12 hours.
    """
    from suptime.domain.typed_time import Clocks, after, check_length, resolve

    clocks = Clocks(zone, now)
    end = resolve(at, after(running.started_at, or_at=True), clocks)
    if running.started_at <= end <= now:
        check_length(Span(running.started_at, end), (None, at), clocks, f"U{running.id}")
    return end


def cancel(clock: "Clock", worker: str, *, now: Now, agent: str) -> Ended:
    """Discard `worker`'s running timer and its time.

    Raises:
        NotPossible: nothing runs.
    """
    with clock.changing(now=now, agent=agent, command="cancel") as book:
        running = _running(book, worker)
        book.delete_unit(running.id)
        return Ended(running, client_of(book, running), book.now)


def running(clock: "Clock", worker: str, *, now: Now) -> Running:
    """Return the running unit of `worker`'s timer."""
    with clock.reading() as book:
        unit = book.running(worker)
        if unit is None:
            return Running(None, "", now())
        return Running(unit, client_of(book, unit), now())


def _running(book: "ClockTransaction", worker: str) -> WorkUnit:
    unit = book.running(worker)
    if unit is None:
        raise NotPossible(f"No timer of {worker} is running.", hint="suptime start CASE")
    return unit


def _is(book: "ClockTransaction", typed: str, number: str) -> bool:
    """Return whether `typed` means the case `number`."""
    if typed.strip().casefold() == number.casefold():
        return True
    if book.cases_folded(typed.strip().casefold()):
        return False
    meant = named_case.find(book, typed, by_words=True)
    return meant is not None and meant.number == number


def client_of(book: "ClockTransaction", unit: WorkUnit) -> str:
    """Return the client of `unit`."""
    return book.client_of(unit.case)


def not_ahead(at: Instant | None, now: Instant, zone: Zone, what: str) -> None:
    """Refuse an instant `at` later than `now`.

    Raises:
        WrongUsage: `what`, a sentence that ends in the time, would be in the future.
    """
    if at is not None and at > now:
        raise units.ahead(at, zone, now, what)
