"""Times, days, months and durations as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.cli.moments import read_day, read_duration, read_month, read_time, requested_month
from suptime.domain.time import LONGEST, Month, Zone, from_rfc3339, parse_duration, rfc3339, show_duration
from suptime.errors import WrongUsage

CHICAGO = Zone("America/Chicago")
NOW = from_rfc3339("2026-10-05T14:00:00Z")  # a Monday, nine o'clock in Chicago
LAST = from_rfc3339("2200-12-30T00:00:00Z")
ZONES = ("UTC", "America/Chicago", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Monrovia")


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("08:30", "2026-10-05T13:30:00Z"),
        ("8:30", "2026-10-05T13:30:00Z"),
        ("08:30:15", "2026-10-05T13:30:15Z"),
        (" 2026-10-05  08:30 ", "2026-10-05T13:30:00Z"),
        ("2026-10-05T08:30", "2026-10-05T13:30:00Z"),
        ("2026-10-05T08:30:00-05:00", "2026-10-05T13:30:00Z"),
        ("2026-10-05T08:30:00-0500", "2026-10-05T13:30:00Z"),
        ("2026-10-05 13:30Z", "2026-10-05T13:30:00Z"),
        ("2026-10-05t13:30:00z", "2026-10-05T13:30:00Z"),
        ("2026-10-05T19:00+05:30", "2026-10-05T13:30:00Z"),
        ("today 8:30", "2026-10-05T13:30:00Z"),
        ("Yesterday 17:00", "2026-10-04T22:00:00Z"),
        ("monday 08:30", "2026-10-05T13:30:00Z"),
        ("tuesday 08:30", "2026-09-29T13:30:00Z"),
        ("now", "2026-10-05T14:00:00Z"),
        ("-15m", "2026-10-05T13:45:00Z"),
        ("-1h30m", "2026-10-05T12:30:00Z"),
        ("-0:15", "2026-10-05T13:45:00Z"),
        ("2026-11-01T01:30:00-06:00", "2026-11-01T07:30:00Z"),
    ],
)
def test_a_time_is_read(typed: str, instant: str):
    assert rfc3339(read_time(typed, CHICAGO, NOW)) == instant


def test_a_repeated_hour_is_refused_with_both_readings():
    with pytest.raises(WrongUsage) as refused:
        read_time("2026-11-01 01:30", CHICAGO, NOW)
    assert "2026-11-01T01:30:00-05:00 or 2026-11-01T01:30:00-06:00" in refused.value.hint


def test_a_skipped_day_is_refused_with_both_readings():
    with pytest.raises(WrongUsage) as refused:
        read_time("2011-12-30 10:00", Zone("Pacific/Apia"), NOW)
    assert refused.value.what == "2011-12-30 10:00 is skipped in Pacific/Apia, where the clocks change."
    assert refused.value.hint == "Choose one: 2011-12-29T10:00:00-10:00 or 2011-12-31T10:00:00+14:00."


def test_days_and_months_are_read():
    assert read_day("2026-02-28", CHICAGO, NOW) == date(2026, 2, 28)
    assert read_day("Today", CHICAGO, NOW) == date(2026, 10, 5)
    assert read_day("yesterday", Zone("Asia/Tokyo"), NOW) == date(2026, 10, 4)
    assert read_month("2026-02") == Month(2026, 2)
    assert requested_month("last", CHICAGO, NOW) == Month(2026, 9)


@pytest.mark.parametrize("typed", ["2026-13", "26-10", "october", "", "2026-1", "2300-01", "٢٠٢٦-١٠"])
def test_a_wrong_month_is_refused(typed: str):
    with pytest.raises(WrongUsage):
        read_month(typed)


@given(st.integers(0, LAST), st.sampled_from(ZONES))
def test_every_instant_as_utc_text_is_read_back(instant: int, zone: str):
    assert read_time(rfc3339(instant), Zone(zone), NOW) == instant


@given(st.integers(2 * 86400, LAST), st.sampled_from(ZONES))
def test_every_local_time_is_read_back_or_refused_with_itself_as_a_reading(instant: int, zone_name: str):
    zone = Zone(zone_name)
    local = zone.local(instant)
    try:
        readings = {read_time(local.strftime("%Y-%m-%d %H:%M:%S"), zone, NOW)}
    except WrongUsage as refused:
        readings = {from_rfc3339(word.strip(".")) for word in refused.hint.split() if word[0].isdigit()}
    assert instant in readings


@given(st.integers(2 * 86400, LAST), st.sampled_from(ZONES))
def test_with_its_offset_every_local_time_is_read_back(instant: int, zone_name: str):
    zone = Zone(zone_name)
    local = zone.local(instant)
    if not local.utcoffset() or local.utcoffset() % timedelta(minutes=1):  # Monrovia once was 44 min 30 s off
        return
    assert read_time(local.isoformat(), zone, NOW) == instant


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_wrong_usage(typed: str):
    for read in (
        lambda: read_time(typed, CHICAGO, NOW),
        lambda: read_day(typed, CHICAGO, NOW),
        lambda: read_month(typed),
        lambda: read_duration(typed),
    ):
        try:
            read()
        except WrongUsage as wrong:
            said = str(wrong)
        else:
            continue
        assert len(said.splitlines()) == 1


@given(
    st.from_regex(
        r"\A-?[0-9]{1,5}[-:./ T]?[0-9]{1,3}[-:. ]?[0-9]{0,3}( [0-9]{1,2}:[0-9]{1,2})?[hmsZz+-]?[0-9:]{0,5}\Z"
    )
)
def test_what_looks_like_a_time_is_one_or_wrong_usage(typed: str):
    for read in (read_time, read_day):
        try:
            read(typed, CHICAGO, NOW)
        except WrongUsage:
            continue
    try:
        read_duration(typed)
    except WrongUsage:
        return


@given(st.integers(1, LONGEST))
def test_every_duration_is_shown_as_it_is_read(seconds: int):
    assert parse_duration(show_duration(seconds)) == seconds


@given(st.integers(0, 999), st.integers(0, 59), st.integers(0, 59))
def test_every_spelling_of_a_duration_is_the_same(hours: int, minutes: int, seconds: int):
    total = hours * 3600 + minutes * 60 + seconds
    for spelling in (
        f"{hours}h{minutes}m{seconds}s",
        f"{hours}h {minutes}m {seconds}s",
        f"{hours}:{minutes:02}:{seconds:02}",
        f"PT{hours}H{minutes}M{seconds}S",
        f"{total}s",
    ):
        assert parse_duration(spelling) == total


@given(st.integers(0, 99_999), st.integers(0, 9999))
def test_a_fraction_of_an_hour_is_exact_or_refused(whole: int, fraction: int):
    typed = f"{whole}.{fraction:04}h"
    if whole * 3600 > LONGEST - 3600:
        return
    if fraction * 3600 % 10_000:
        with pytest.raises(ValueError, match="whole seconds"):
            parse_duration(typed)
    else:
        assert parse_duration(typed) == whole * 3600 + fraction * 3600 // 10_000
