"""What a typed time means in each context: before and after the reference, over midnight and over clock changes."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.domain.time import DAY, Instant, Span, Zone, from_rfc3339
from suptime.domain.typed_time import (
    Clocks,
    Context,
    after,
    back,
    before,
    check_length,
    covering,
    forward,
    inside,
    on,
    resolve,
    since,
    typed_time,
    working_span,
)
from suptime.errors import Doubtful, NotPossible, WrongUsage

ZONES = ("UTC", "Europe/Berlin", "America/Chicago", "Australia/Lord_Howe", "Asia/Kolkata")
BERLIN = Zone("Europe/Berlin")


def local(text: str, zone: Zone = BERLIN) -> Instant:
    """Return the instant of a local time that is there once."""
    (instant,) = {*zone.readings(datetime.fromisoformat(text))}
    return instant


def read(typed: str, context: Context, now: str = "2026-11-10T12:00", zone: Zone = BERLIN) -> str:
    """Return the local time that is meant, or the exit code and what to type."""
    clocks = Clocks(zone, local(now, zone))
    try:
        instant = resolve(typed_time(typed, clocks.now, takes_future=True), context, clocks)
    except Doubtful as doubt:
        return "? " + next(iter(doubt.likely.values())).text
    except WrongUsage:
        return "2"
    except NotPossible:
        return "3"
    return zone.local(instant).isoformat()[: 25 if instant in AMBIGUOUS else 16]


AMBIGUOUS = range(from_rfc3339("2026-10-25T00:00:00Z"), from_rfc3339("2026-10-25T02:00:00Z"))
START = local("2026-11-09T23:30")
OVER_MIDNIGHT = Span(START, local("2026-11-10T01:00"))
FIRST = from_rfc3339("2026-10-25T00:30:00Z")
"""02:30+02:00, before the clocks of Berlin go back."""


@pytest.mark.parametrize(
    ("typed", "context", "meant"),
    [
        ("11:00", back(), "2026-11-10T11:00"),
        ("12:00", back(), "2026-11-10T12:00"),
        ("13:00", back(), "? yesterday 13:00"),
        ("tuesday 11:00", back(), "2026-11-10T11:00"),
        ("tuesday 13:00", back(), "? last tuesday 13:00"),
        ("wed 9am", back(), "2026-11-04T09:00"),
        ("last tue 9:30pm", back(), "2026-11-03T21:30"),
        ("next tuesday 12am", forward(), "2026-11-17T00:00"),
        ("tuesday 13:00", forward(), "2026-11-10T13:00"),
        ("tuesday 11:00", forward(), "? next tuesday 11:00"),
        ("wed 12pm", forward(), "2026-11-11T12:00"),
        ("today 08:00", forward(), "2026-11-10T08:00"),
        ("11:00", forward(), "? tomorrow 11:00"),
        ("13:00", forward(), "2026-11-10T13:00"),
        ("+1,5h", forward(), "2026-11-10T13:30"),
        ("24:00", back(), "2"),
        ("yesterday 24:00", back(takes_end=True), "2026-11-10T00:00"),
        ("00:10", after(START), "2026-11-10T00:10"),
        ("23:45", after(START), "2026-11-09T23:45"),
        ("23:00", after(START), "2026-11-10T23:00"),
        ("24:00", after(START), "2026-11-10T00:00"),
        ("23:30", after(START), "2"),
        ("23:30", after(START, or_at=True), "2026-11-09T23:30"),
        ("yesterday 22:00", after(START), "2026-11-09T22:00"),
        ("23:30", before(START + DAY // 24), "2026-11-09T23:30"),
        ("00:45", before(START), "2026-11-09T00:45"),
        ("23:45", before(START), "2026-11-08T23:45"),
        ("23:30", before(START), "2"),
        ("00:30", inside(OVER_MIDNIGHT, "U1", ""), "2026-11-10T00:30"),
        ("23:30", inside(OVER_MIDNIGHT, "U1", ""), "3"),
        ("02:00", inside(OVER_MIDNIGHT, "U1", ""), "3"),
        ("23:45", inside(Span(START, START + 2 * DAY), "U1", ""), "2"),
        ("23:45", since(START), "2026-11-09T23:45"),
        ("23:30", since(START), "2026-11-09T23:30"),
        ("22:00", since(START), "? yesterday 22:00"),
        ("09:00", since(START - 2 * DAY), "2026-11-10T09:00"),
        ("09:00", on(BERLIN.day(START)), "2026-11-09T09:00"),
        ("23:00", covering(OVER_MIDNIGHT, typed_time("00:30", 0)), "2026-11-09T23:00"),
        ("00:15", covering(OVER_MIDNIGHT, typed_time("01:30", 0)), "2026-11-10T00:15"),
        ("14:00", covering(OVER_MIDNIGHT, typed_time("15:00", 0)), "2026-11-09T14:00"),
        # The clocks go back on 25 October 2026 at 03:00.
        ("2026-10-25 02:15", back(), "2"),
        ("02:15", after(FIRST), "2026-10-25T02:15:00+01:00"),
        ("02:45", after(FIRST), "2"),
        ("02:45", after(FIRST + 3600), "2026-10-25T02:45:00+01:00"),
        ("02:15", before(FIRST), "2026-10-25T02:15:00+02:00"),
        ("02:45", before(FIRST), "2026-10-24T02:45"),
        ("02:15", before(FIRST + 3600), "2"),
        ("2026-10-25 02:15", after(FIRST), "2026-10-25T02:15:00+01:00"),
        ("02:15", inside(Span(FIRST, FIRST + 3600), "U1", ""), "2026-10-25T02:15:00+01:00"),
        # They go forward on 29 March 2026 at 02:00.
        ("2026-03-29 02:15", back(), "2"),
        ("02:15", after(local("2026-03-29T01:30")), "2026-03-29T03:15"),
        ("02:15", after(local("2026-03-29T00:30")), "2"),
        ("02:15", before(local("2026-03-29T03:10")), "2026-03-29T01:15"),
    ],
)
def test_a_time_is_read_by_its_context(typed: str, context: Context, meant: str):
    assert read(typed, context) == meant


def test_now_leaves_the_reading_that_has_passed():
    clocks = Clocks(BERLIN, FIRST)
    assert resolve(typed_time("02:15", 0), back(), clocks) == FIRST - 15 * 60


@pytest.mark.parametrize(
    "typed",
    ["0930", "05/10/2026", "noon", "13pm", "0am", "24:30", "9:5", "9 30", "last 09:30", "next week 09:30"],
)
def test_anything_else_is_refused(typed: str):
    with pytest.raises(WrongUsage):
        typed_time(typed, 0)


def test_only_appointments_take_a_time_after_now():
    with pytest.raises(WrongUsage, match="in the future"):
        typed_time("+1h", 0)


def test_of_two_bare_edges_the_start_is_read_first():
    clocks = Clocks(BERLIN, local("2026-11-10T12:00"))
    span = working_span(typed_time("09:00", 0), typed_time("08:00", 0), clocks)
    assert span == (local("2026-11-10T09:00"), local("2026-11-11T08:00"))
    dated = working_span(typed_time("23:30", 0), typed_time("today 00:10", 0), clocks)
    assert dated == (START, local("2026-11-10T00:10"))


def test_a_bare_time_that_makes_a_unit_longer_than_12_hours_is_doubtful():
    clocks = Clocks(BERLIN, local("2026-11-10T12:00"))
    end = typed_time("11:31", 0)
    with pytest.raises(Doubtful) as doubt:
        check_length(Span(START, START + 12 * 3600 + 60), (None, end), clocks, "U1")
    assert "12h1m" in doubt.value.what
    assert resolve(doubt.value.likely[end], back(), clocks) == START + 12 * 3600 + 60
    check_length(Span(START, START + 12 * 3600), (None, end), clocks, "U1")
    check_length(Span(START, START + 2 * DAY), (None, typed_time("today 11:31", 0)), clocks, "U1")


LAST = from_rfc3339("2037-12-30T00:00:00Z")


@given(st.integers(DAY * 365, LAST), st.integers(0, 1439), st.sampled_from(ZONES))
def test_the_first_one_after_is_less_than_a_day_away_and_shows_that_clock(start: int, minute: int, name: str):
    zone = Zone(name)
    typed = typed_time(f"{minute // 60}:{minute % 60:02}", 0)
    clocks = Clocks(zone, LAST + DAY)
    try:
        found = resolve(typed, after(start), clocks)
    except WrongUsage as refused:
        assert refused.hint  # noqa: PT017 - both readings, or no time at all
        return
    assert 0 < found - start < DAY + 2 * 3600
    seen = zone.local(found)
    skipped = timedelta(hours=seen.hour, minutes=seen.minute) != timedelta(minutes=minute)
    assert not skipped or seen.utcoffset() != zone.local(found - DAY).utcoffset()


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize(
    ("typed", "context", "meant"),
    [
        ("11:00", lambda _: back(), "2026-11-10T11:00"),
        ("13:00", lambda _: back(), "? yesterday 13:00"),
        ("13:00", lambda _: forward(), "2026-11-10T13:00"),
        ("11:00", lambda _: forward(), "? tomorrow 11:00"),
        ("00:10", after, "2026-11-10T00:10"),
        ("23:45", after, "2026-11-09T23:45"),
        ("23:30", after, "2"),
        ("23:15", before, "2026-11-09T23:15"),
        ("23:45", before, "2026-11-08T23:45"),
        ("00:30", lambda at: inside(Span(at, at + 5400), "U1", ""), "2026-11-10T00:30"),
        ("02:00", lambda at: inside(Span(at, at + 5400), "U1", ""), "3"),
        ("22:00", since, "? yesterday 22:00"),
    ],
)
def test_a_time_is_read_in_the_zone_of_the_command(name: str, typed: str, context: object, meant: str):
    zone = Zone(name)
    start = local("2026-11-09T23:30", zone)
    assert read(typed, context(start), zone=zone) == meant  # type: ignore[operator]


CHANGES = [
    ("Europe/Berlin", "2026-10-25T02:00", "02:15", 3600),
    ("America/Chicago", "2026-11-01T01:00", "01:15", 3600),
    ("Australia/Lord_Howe", "2026-04-05T01:30", "01:45", 1800),
]
"""Nights in which a zone repeats a clock time: the first instant that comes twice, a time, how far apart both are."""


@pytest.mark.parametrize(("name", "repeated", "typed", "apart"), CHANGES)
def test_a_clock_time_that_comes_twice_needs_a_context_that_leaves_one(
    name: str, repeated: str, typed: str, apart: int
):
    zone = Zone(name)
    first = min(zone.readings(datetime.fromisoformat(repeated)))
    clocks = Clocks(zone, first + DAY // 2)
    one = min(zone.readings(datetime.fromisoformat(f"{repeated[:10]}T{typed}")))
    time = typed_time(typed, clocks.now)
    for context in (
        back(),
        after(first - 60),
        before(first + 2 * apart),
        inside(Span(first, first + DAY // 8), "U1", ""),
    ):
        with pytest.raises(WrongUsage):
            resolve(time, context, clocks)
    assert resolve(time, after(one + 60), clocks) == one + apart
    assert resolve(time, before(one + apart - 60), clocks) == one
    assert resolve(time, inside(Span(first, one + 60), "U1", ""), clocks) == one
    # While the clocks go back, only what has passed counts.
    assert resolve(time, back(), Clocks(zone, one + 60)) == one


@pytest.mark.parametrize(
    ("name", "skipped"),
    [
        ("Europe/Berlin", "2026-03-29T02:15"),
        ("America/Chicago", "2026-03-08T02:15"),
        ("Australia/Lord_Howe", "2026-10-04T02:15"),
    ],
)
def test_a_clock_time_that_is_skipped_is_refused(name: str, skipped: str):
    zone = Zone(name)
    noon = local(f"{skipped[:10]}T12:00", zone)
    day, clock = skipped.split("T")
    for typed, context in (
        (clock, back()),
        (f"{day} {clock}", back()),
        (clock, after(local(f"{day}T00:30", zone))),
    ):
        with pytest.raises(WrongUsage) as refused:
            resolve(typed_time(typed, noon), context, Clocks(zone, noon))
        assert refused.value.hint
