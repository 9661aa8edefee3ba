"""Times, days and months as people type them, and questions about them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from suptime.cli import console
from suptime.cli.console import quoted
from suptime.cli.questions import confirming
from suptime.domain.time import DayIn, Instant, Month, Seconds, Zone
from suptime.domain.typed_time import (
    DAY_EXAMPLES,
    Clocks,
    Context,
    TypedTime,
    back,
    day_of,
    in_range,
    resolve,
    typed_time,
)
from suptime.domain.values import accept, duration
from suptime.errors import Doubtful, WrongUsage

Value = TypeVar("Value")


def read_typed(text: str) -> TypedTime:
    """Return the typed time; the context later decides which instant it means.

    Raises:
        WrongUsage: it is not a time.
    """
    return typed_time(text, console.now())


def read_typed_ahead(text: str) -> TypedTime:
    """Return the typed time, which may be relative to now in the future: `+1h`.

    Raises:
        WrongUsage: it is not a time.
    """
    return typed_time(text, console.now(), takes_future=True)


def instant_of(typed: TypedTime, form: str, context: Context | None = None) -> Instant:
    """Return the instant of a time in its context; the default context looks back.

    Raises:
        WrongUsage: the time has several meanings, or the person refuses the likely one.
    """
    clocks = Clocks(console.zone(), console.now())
    return settled(lambda time: resolve(time, context or back(), clocks), typed, form=form)


def settled(run: Callable[..., Value], *typed: TypedTime | None, form: str) -> Value:
    """Return the result of `run` with the typed times.

    If a time is doubtful and a person confirms the likely one, `run` gets the likely time.

    Raises:
        Doubtful: nobody can be asked, or the answer is no.
    """

    def attempt(instead: Mapping[TypedTime, TypedTime]) -> Value:
        def settle(time: TypedTime | None) -> TypedTime | None:
            return settle(instead[time]) if time and time in instead else time

        try:
            return run(*map(settle, typed))
        except Doubtful as doubt:
            doubt.likely = {**instead, **doubt.likely}
            raise

    return confirming(attempt, {}, form)


def read_time(text: str, zone: Zone, now: Instant) -> Instant:
    """Return the instant in `text` of an option that looks back; without an offset it is in `zone`.

    Raises:
        WrongUsage: it is not a time, or a clock change skips or repeats it: the error has both readings.
    """
    return resolve(typed_time(text, now), back(), Clocks(zone, now))


def read_day(text: str, zone: Zone, now: Instant, *, forward: bool = False) -> date:
    """Return the day in `text`: `2026-10-05`, `today`, `tuesday` on the calendar of `zone`.

    Raises:
        WrongUsage: it is not a day.
    """
    day = day_of(" ".join(text.split()).lower(), zone.day(now), forward=forward)
    if day is None:
        raise WrongUsage(f"{quoted(text)} is not a day.", hint=DAY_EXAMPLES)
    return in_range(day, text)


def read_day_in(text: str, zone: Zone, now: Instant, *, forward: bool = False) -> DayIn:
    """Return the day in `text` as a function of the zone: `today` differs between zones.

    Raises:
        WrongUsage: it is not a day.
    """
    read_day(text, zone, now, forward=forward)
    return lambda theirs: read_day(text, theirs, now, forward=forward)


def read_week(text: str, zone: Zone, now: Instant) -> date:
    """Return the Monday of the week in `text`: `2026-W45` (ISO 8601), `this` or `last`.

    Raises:
        WrongUsage: it is not a week.
    """
    typed = text.strip().lower()
    today = zone.day(now)
    if typed in ("this", "last"):
        return today - timedelta(days=today.weekday() + 7 * (typed == "last"))
    found = re.fullmatch(r"(\d{4})-w(\d{2})", typed, re.ASCII)
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        monday = None
    if monday is None:
        raise WrongUsage(f"{quoted(text)} is not a week.", hint="Weeks look like 2026-W45, this or last.")
    return in_range(monday, text)


def read_month(text: str) -> Month:
    """Return the month in `text`, such as `2026-10`.

    Raises:
        WrongUsage: it is not a month.
    """
    try:
        month = Month.parse(text.strip())
    except ValueError as error:
        raise WrongUsage(
            f"{quoted(text)} is not a month.", hint="Months look like 2026-10, this or last."
        ) from error
    in_range(month.first, text)
    return month


def requested_month(text: str, zone: Zone, now: Instant) -> Month:
    """Return the month in `text`; `this` and `last` are on the calendar of `zone`.

    Raises:
        WrongUsage: it is not a month.
    """
    this = Month.of(zone.day(now))
    return {"this": this, "last": this.previous}.get(text.strip().lower()) or read_month(text)


def read_duration(text: str) -> Seconds:
    """Return the seconds of a positive duration.

    Raises:
        WrongUsage: it is not a duration, or not greater than zero.
    """
    return accept(duration(), text)
