"""Times as people type them, and the context that decides which instant a time means.

`typed_time` reads the text. `resolve` finds its instant by a `Context`: each command and option has one. A time with
a day has the same meaning in every context. The context decides the day of a bare clock time and never guesses: two
likely readings are refused, and one likely reading on the wrong side of now is `Doubtful`: its `likely` value maps
the typed time to the likely one.

This module is light, because the timer reads its `--at` with it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from suptime.domain.time import (
    DAY,
    EVER,
    HOUR,
    NEVER,
    Instant,
    Seconds,
    Span,
    Zone,
    parse_duration,
    show_duration,
    to_instant,
)
from suptime.domain.work import LONG
from suptime.errors import Doubtful, NotPossible, WrongUsage

EARLIEST = date(1970, 1, 1)
LATEST = date(2200, 12, 31)
"""First and last day: others are typing mistakes."""

EXAMPLES = (
    "Give a time such as 09:30, 9:30pm, yesterday 17:00, tuesday 09:30, 2026-10-05 09:30, -15m "
    "or 2026-10-05T09:30:00-05:00."
)
DAY_EXAMPLES = "Give a day such as 2026-10-05, today, yesterday, tuesday or last tuesday."

_CLOCK = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?", re.ASCII)
_TWELVE = re.compile(r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?P<half>[ap])m", re.ASCII)
_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_OFFSET = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[T ](?P<clock>\d{2}:\d{2}(?::\d{2})?)(?:\.0+)? ?"
    r"(?P<offset>Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEVEN = timedelta(days=7)


class TypedTime(NamedTuple):
    """Time as typed: an `instant`; or a clock time, `seconds` after midnight, of a `day` or of none.

    24:00 is 86400 seconds after midnight. `day` is in lower case, and empty for a bare clock time.
    """

    text: str
    instant: Instant | None = None
    day: str = ""
    seconds: Seconds = 0

    @property
    def is_bare(self) -> bool:
        """Whether it has no day."""
        return self.instant is None and not self.day

    @property
    def clock(self) -> str:
        """Its clock time.

        >>> typed_time("9:05pm", 0).clock
        '21:05'
        """
        hours, rest = divmod(self.seconds, HOUR)
        minutes, seconds = divmod(rest, 60)
        return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")

    def on(self, day: str) -> "TypedTime":
        """Return the same clock time of `day`, as if both were typed."""
        return TypedTime(f"{day} {self.clock}", None, day, self.seconds)


def typed_time(text: str, now: Instant, *, takes_future: bool = False) -> TypedTime:
    """Return the time in `text`; `+1h` only where it `takes_future`.

    >>> typed_time("Last Tuesday 9am", 0)
    TypedTime(text='Last Tuesday 9am', instant=None, day='last tuesday', seconds=32400)

    Raises:
        WrongUsage: it is not a time.
    """
    typed = " ".join(text.split()).lower()
    if typed == "now":
        return TypedTime(text, now)
    if typed[:1] in ("-", "+"):
        return TypedTime(text, _distant(text, typed, now, takes_future))
    if found := _OFFSET.fullmatch(typed):
        return TypedTime(text, _with_offset(text, found))
    day, _, clock = (
        typed.replace("t", " ", 1).rpartition(" ") if _DATE.match(typed) else typed.rpartition(" ")
    )
    seconds = _clock(text, typed, clock)
    if day and day_of(day, date(2000, 1, 1)) is None:
        raise WrongUsage(f"{_quoted(text)} is not a time: there is no day {_quoted(day)}.", hint=EXAMPLES)
    return TypedTime(text, None, day, seconds)


def _quoted(text: str) -> str:
    from suptime.domain.values import quoted

    return quoted(text)


def _clock(text: str, typed: str, clock: str) -> Seconds:
    """Return the seconds from midnight to a `clock` time."""
    if found := _TWELVE.fullmatch(clock):
        hour, minute, second = int(found["hour"]), int(found["minute"] or 0), 0
        known = 1 <= hour <= 12 and minute < 60
        hour = hour % 12 + 12 * (found["half"] == "p")
    elif found := _CLOCK.fullmatch(clock):
        hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
        known = (hour < 24 and minute < 60 and second < 60) or (hour, minute, second) == (24, 0, 0)
    else:
        is_day = day_of(typed, date(2000, 1, 1)) is not None
        raise WrongUsage(f"{_quoted(text)} is {'a day, ' if is_day else ''}not a time.", hint=EXAMPLES)
    if not known:
        raise WrongUsage(f"{_quoted(text)} is not a time: there is no {clock} o'clock.", hint=EXAMPLES)
    return hour * HOUR + minute * 60 + second


def _distant(text: str, typed: str, now: Instant, takes_future: bool) -> Instant:
    """Return the instant at a typed distance before or after `now`."""
    try:
        seconds = parse_duration(typed[1:])
    except ValueError as error:
        raise WrongUsage(f"{_quoted(text)} is not a time.", hint=EXAMPLES) from error
    if typed[0] == "+" and not takes_future:
        raise WrongUsage(
            f"{_quoted(text)} is in the future: only appointments accept a future time.", hint=EXAMPLES
        )
    instant = now + (seconds if typed[0] == "+" else -seconds)
    if instant < 0:
        raise WrongUsage(f"{_quoted(text)} is before {EARLIEST.year}.", hint=EXAMPLES)
    return instant


def _with_offset(text: str, found: re.Match[str]) -> Instant:
    try:
        moment = datetime.fromisoformat(f"{found['date']}T{found['clock']}{found['offset'].upper()}")
    except ValueError as error:
        raise WrongUsage(
            f"{_quoted(text)} is not a time: there is no such day or hour.", hint=EXAMPLES
        ) from error
    in_range(moment.date(), text)
    instant = to_instant(moment)
    if instant < 0:
        raise WrongUsage(f"{_quoted(text)} is before {EARLIEST.year}.", hint=EXAMPLES)
    return instant


def day_of(typed: str, today: date, *, forward: bool = False) -> date | None:
    """Return the day of `typed`, in lower case, seen from `today`, or None.

    A weekday is the latest one, or the coming one if the option looks `forward`; today counts, but for `last` and
    `next`.

    >>> monday = date(2026, 10, 5)
    >>> [str(day_of(word, monday)) for word in ("mon", "tuesday", "last monday", "next monday", "tomorrow")]
    ['2026-10-05', '2026-09-29', '2026-09-28', '2026-10-12', '2026-10-06']
    """
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}.get(typed)
    if near is not None:
        return today + timedelta(days=near)
    word, _, name = typed.rpartition(" ")
    weekday = next((n for n, each in enumerate(WEEKDAYS) if name in (each, each[:3])), None)
    if weekday is not None and word in ("", "last", "next"):
        back = timedelta(days=(today.weekday() - weekday) % 7)
        if word == "last":
            return today - (back or _SEVEN)
        if word == "next" or (forward and back):
            return today - back + _SEVEN
        return today - back
    if found := _DATE.fullmatch(typed):
        try:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError:
            return None
    return None


def is_weekday(typed: str) -> bool:
    """Return whether `typed` is a weekday without `last` or `next`."""
    return any(typed in (each, each[:3]) for each in WEEKDAYS)


def in_range(day: date, text: str) -> date:
    """Return `day`, which was typed as `text`.

    Raises:
        WrongUsage: it is outside the years that suptime knows.
    """
    if not EARLIEST <= day <= LATEST:
        raise WrongUsage(
            f"{_quoted(text)} is outside the years {EARLIEST.year} to {LATEST.year}.", hint=DAY_EXAMPLES
        )
    return day


class Clocks(NamedTuple):
    """Clock of the person who types: the zone, and the present instant."""

    zone: Zone
    now: Instant

    @property
    def today(self) -> date:
        """The day in the zone."""
        return self.zone.day(self.now)

    def readings(self, typed: TypedTime, day: date) -> tuple[Instant, ...]:
        """Return the instants that the clock time of `typed` may mean on `day`: two around a clock change."""
        if typed.seconds == DAY:
            return (self.zone.midnight(day + timedelta(days=1)),)
        at = time(typed.seconds // HOUR, typed.seconds % HOUR // 60, typed.seconds % 60)
        return self.zone.readings(datetime.combine(day, at))

    def show(self, instant: Instant) -> str:
        """Return how to type `instant`, with its day."""
        local = self.zone.local(instant)
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            return local.isoformat()
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((local.date() - self.today).days)
        return f"{near or local.date()} {local:%H:%M:%S}".removesuffix(":00")


ANY = Span(EVER, NEVER)
"""Span of all instants."""

Find = Callable[[TypedTime, Clocks], tuple[Instant, ...]]


class Context(NamedTuple):
    """Meaning of a time for an option.

    `find` returns the readings of a bare clock time. Readings in the `window` (both ends included) are preferred: the
    window chooses a reading of a repeated or skipped hour, and so does now unless the option looks `forward`.
    `takes_end` allows 24:00.
    """

    find: Find
    window: Span = ANY
    forward: bool = False
    takes_end: bool = False


def resolve(typed: TypedTime, context: Context, clocks: Clocks) -> Instant:
    """Return the instant that `typed` means in its `context`.

    Raises:
        WrongUsage: a clock change leaves two readings, or the context several.
        Doubtful: it is on the wrong side of now.
        NotPossible: it must be inside a unit, and is not.
    """
    if typed.instant is not None:
        return typed.instant
    if typed.seconds == DAY and not context.takes_end:
        raise WrongUsage(
            f"{_quoted(typed.text)}: 24:00 is the end of a day.", hint="Type 00:00 of the next day."
        )
    if not typed.day:
        return _only(typed, context.find(typed, clocks), context, clocks)
    day = day_of(typed.day, clocks.today, forward=context.forward)
    if day is None:  # pragma: no cover - `typed_time` has read it
        raise WrongUsage(f"{_quoted(typed.text)} is not a time.", hint=EXAMPLES)
    found = clocks.readings(typed, in_range(day, typed.text))
    if is_weekday(typed.day) and day == clocks.today:
        return _only(typed, _of_today(typed, found, clocks, forward=context.forward), context, clocks)
    return _only(typed, found, context, clocks)


def _only(typed: TypedTime, found: Iterable[Instant], context: Context, clocks: Clocks) -> Instant:
    """Return the only reading of `found` in the window."""
    readings = sorted({*found})
    left = [
        reading for reading in readings if context.window.start <= reading <= context.window.end
    ] or readings
    if not context.forward:
        left = [reading for reading in left if reading <= clocks.now] or left
    if len(left) > 1:
        raise _several(typed, left, clocks)
    if left[0] < 0:
        raise WrongUsage(f"{_quoted(typed.text)} is before {EARLIEST.year}.", hint=EXAMPLES)
    return left[0]


def _several(typed: TypedTime, readings: list[Instant], clocks: Clocks) -> WrongUsage:
    """Return the error for a time with two `readings` around a clock change."""
    repeats = len({clocks.zone.local(reading).replace(tzinfo=None, fold=0) for reading in readings}) == 1
    day = f"{typed.day} " if typed.day else ""
    shown = [clocks.zone.local(reading).isoformat() for reading in readings]
    return WrongUsage(
        f"{day}{typed.clock} {'happens twice' if repeats else 'is skipped'} in {clocks.zone.name}, "
        "where the clocks change.",
        hint=f"Choose one: {' or '.join(shown)}.",
    )


def _of_today(
    typed: TypedTime, readings: tuple[Instant, ...], clocks: Clocks, *, forward: bool
) -> tuple[Instant, ...]:
    """Return those `readings` of today on the right side of now.

    Raises:
        Doubtful: none does.
    """
    now = clocks.now
    right = tuple(each for each in readings if (each >= now if forward else each <= now))
    if right:
        return right
    today = f"today {typed.clock}"
    if typed.day:
        likely = f"{'next' if forward else 'last'} {typed.day} {typed.clock}"
    else:
        likely = f"{'tomorrow' if forward else 'yesterday'} {typed.clock}"
    is_now = f"it is {clocks.zone.local(now):%H:%M} now"
    if forward:
        what = f"{_quoted(typed.text)} has passed today: {is_now}."
        hint = f'Type "{likely}", or "{today}" for the time in the past.'
    else:
        what = f"{_quoted(typed.text)} is still in the future today: {is_now}."
        hint = f'Type "{likely}", or a time in the past.'
    answer = TypedTime(likely, None, likely.rpartition(" ")[0], typed.seconds)
    raise Doubtful(what, hint=hint, question=f'Did you mean "{likely}"?', likely={typed: answer})


def back(*, takes_end: bool = False) -> Context:
    """Return the context of an option that looks back: a bare time is today's, in the past."""

    def find(typed: TypedTime, clocks: Clocks) -> tuple[Instant, ...]:
        return _of_today(typed, clocks.readings(typed, clocks.today), clocks, forward=False)

    return Context(find, takes_end=takes_end)


def forward(*, takes_end: bool = False) -> Context:
    """Return the context of an option that looks forward: a bare time is today's, in the future."""

    def find(typed: TypedTime, clocks: Clocks) -> tuple[Instant, ...]:
        return _of_today(typed, clocks.readings(typed, clocks.today), clocks, forward=True)

    return Context(find, forward=True, takes_end=takes_end)


def after(start: Instant, *, forward: bool = False, or_at: bool = False) -> Context:
    """Return the context of an end: a bare time is the first one after `start`, or at it if `or_at`."""
    first = start if or_at else start + 1

    def find(typed: TypedTime, clocks: Clocks) -> tuple[Instant, ...]:
        local = clocks.zone.local(start)
        same = local.hour * HOUR + local.minute * 60 + local.second == typed.seconds
        if same and not or_at:
            raise WrongUsage(
                f"From {clocks.show(start)} to {typed.clock} there is no time.",
                hint="Give another end, or its day.",
            )
        return _nearest(typed, clocks, _days(clocks.zone.day(start), 1), lambda reading: reading >= first)

    return Context(find, Span(first, NEVER), forward, takes_end=True)


def before(end: Instant) -> Context:
    """Return the context of a start: a bare time is the last one before `end`."""

    def find(typed: TypedTime, clocks: Clocks) -> tuple[Instant, ...]:
        local = clocks.zone.local(end)
        if local.hour * HOUR + local.minute * 60 + local.second == typed.seconds:
            raise WrongUsage(
                f"From {typed.clock} to {clocks.show(end)} there is no time.",
                hint="Give another start, or its day.",
            )
        return _nearest(typed, clocks, _days(clocks.zone.day(end), -1), lambda reading: reading < end)

    return Context(find, Span(EVER, end - 1))


def _days(first: date, step: int) -> Iterator[date]:
    """Yield the days from the one before `first`: a reading of a skipped day is on another day."""
    return (first + timedelta(days=step * number) for number in range(-1, 4))


def _nearest(
    typed: TypedTime, clocks: Clocks, days: Iterable[date], fits: Callable[[Instant], bool]
) -> tuple[Instant, ...]:
    """Return the matching readings of the first of `days` that has any."""
    for day in days:
        found = tuple(reading for reading in clocks.readings(typed, day) if fits(reading))
        if found:
            return found
    raise WrongUsage(f"{_quoted(typed.text)} is not a time.", hint=EXAMPLES)


def inside(span: Span, what: str, lasts: str) -> Context:
    """Return the context of a cut: a bare time is the only one inside `span`.

    `what` is the name of the span, and `lasts` its start and end in words.
    """

    def find(typed: TypedTime, clocks: Clocks) -> tuple[Instant, ...]:
        found = _within(typed, clocks, span)
        if not found:
            raise NotPossible(
                f"{_quoted(typed.text)} is not inside {what}.",
                f"It lasts from {lasts}.",
            )
        if len(found) > 1:
            shown = [f'"{clocks.show(each)}"' for each in found[:5]]
            raise WrongUsage(
                f"{_quoted(typed.text)} is inside {what} {len(found)} times.",
                hint=f"Choose one: {', '.join(shown)}{', ...' if len(found) > 5 else ''}.",
            )
        return found

    return Context(find, Span(span.start + 1, span.end - 1))


def since(start: Instant) -> Context:
    """Return the context of a change of the timer: the only reading from `start` to now; otherwise as `back`."""

    def find(typed: TypedTime, clocks: Clocks) -> tuple[Instant, ...]:
        found = _within(typed, clocks, Span(start - 1, clocks.now + 1))
        return found if len(found) == 1 else back().find(typed, clocks)

    return Context(find)


def _within(typed: TypedTime, clocks: Clocks, span: Span) -> tuple[Instant, ...]:
    """Return the readings between the start and the end of `span`, both excluded."""
    first, last = clocks.zone.day(span.start), clocks.zone.day(max(span.start, span.end))
    days = (first + timedelta(days=number) for number in range(-1, (last - first).days + 2))
    found = {reading for day in days for reading in clocks.readings(typed, day)}
    return tuple(sorted(reading for reading in found if span.start < reading < span.end))


def on(day: date, *, forward: bool = False, window: Span = ANY) -> Context:
    """Return the context of a correction: a bare time is the one on `day`."""
    return Context(lambda typed, clocks: clocks.readings(typed, day), window, forward, takes_end=True)


def covering(old: Span, end: TypedTime) -> Context:
    """Return the context of a start that is typed together with a bare `end`.

    The day is the one of `old` on which the new span covers most of `old`; else the first one.
    """

    def find(typed: TypedTime, clocks: Clocks) -> tuple[Instant, ...]:
        zone, best = clocks.zone, -1
        readings: tuple[Instant, ...] = ()
        first, last = zone.day(old.start), zone.day(max(old.start, old.end - 1))
        for number in range((last - first).days + 1):
            found = clocks.readings(typed, first + timedelta(days=number))
            covers = max(old.overlap(Span(start, _end(start, end, clocks))) for start in found)
            if covers > best:
                best, readings = covers, found
        return readings

    return Context(find)


def _end(start: Instant, end: TypedTime, clocks: Clocks) -> Instant:
    """Return the last reading of `end` that is the first one after `start`."""
    return after(start).find(end, clocks)[-1]


def working_span(start: TypedTime, end: TypedTime, clocks: Clocks) -> tuple[Instant, Instant]:
    """Return the instants of both edges of work: start first and the end from it, or the other way round."""
    if start.is_bare and not end.is_bare:
        end_at = resolve(end, back(takes_end=True), clocks)
        return resolve(start, before(end_at), clocks), end_at
    start_at = resolve(start, back(), clocks)
    return start_at, resolve(end, after(start_at), clocks)


def check_length(span: Span, typed: Iterable[TypedTime | None], clocks: Clocks, what: str) -> None:
    """Ask about a unit of more than `LONG` if a bare time of `typed` decides its length.

    `what` begins the sentence, such as "The unit".

    Raises:
        Doubtful: it is longer.
    """
    bare = {each: at for each, at in zip(typed, span, strict=True) if each is not None and each.is_bare}
    if span.seconds <= LONG or not bare:
        return
    shown = [f'"{clocks.show(at)}"' for at in bare.values()]
    length = show_duration(span.seconds)
    raise Doubtful(
        f"{what} from {clocks.show(span.start)} to {clocks.show(span.end)} would be {length}, more than 12h.",
        hint=f"If that is correct, type the day, too: {' and '.join(shown)}.",
        question=f"Is {length} correct?",
        likely={each: TypedTime(clocks.show(at), at) for each, at in bare.items()},
    )
