"""Whatever a file holds: readers give entries and faults, or say what the file is not. Nothing else ever."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from suptime.domain.reading import Fault
from suptime.domain.time import Zone
from suptime.interchange.foreign import FORMATS
from suptime.interchange.foreign.record import (
    ForeignCase,
    ForeignUnit,
    NotSuch,
    Reading,
    ReadOptions,
    decoded,
)

SEEDS = [
    log["file"]
    for path in sorted(Path(__file__).parent.glob("*.toml"))
    for log in tomllib.loads(path.read_text("utf-8"))["log"]
]


@st.composite
def torn(draw: st.DrawFn) -> bytes:
    """A good file with some of it cut out, doubled or replaced."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        text = (
            text[:start]
            + draw(st.one_of(st.just(""), st.just(text[start:end] * 2), st.text(max_size=8)))
            + text[end:]
        )
    return text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("form", FORMATS)
@given(
    raw=st.one_of(torn(), st.binary(max_size=200)),
    zone=st.sampled_from([None, "America/Chicago", "Asia/Kathmandu"]),
)
@example(raw=b"[" * 5000, zone=None)
@example(raw=b"\xff\xfe[\x00", zone=None)
@example(raw=b'"', zone="UTC")
@example(raw=b"sep=;", zone="UTC")
@example(
    raw=b'{"audits": [{"ticket_id": 1, "created_at": "2026-10-05T08:00:00Z", "events": [{"type": [], "field_name": "5"}]}]}',
    zone=None,
)
@example(
    raw=b'{"issues": [{"key": "A-1", "fields": {"worklog": {"worklogs": [{"started": "2026-10-05T08:00:00Z",'
    b' "timeSpentSeconds": 60, "comment": {"type": [], "content": []}}]}}}]}',
    zone=None,
)
@example(raw=b",Start date,Start time,End date,End time\n1,2,3,4,5,6\n", zone="UTC")
@settings(max_examples=120)
def test_a_reader_gives_entries_or_faults_or_says_what_the_file_is_not(
    form: str, raw: bytes, zone: str | None
):
    asked = ReadOptions(Zone(zone) if zone else None, time_field="5")
    try:
        reading = Reading(asked)
        found = list(FORMATS[form].read(decoded(raw)[0], reading))
        finish = FORMATS[form].finish
        found += finish(reading.gathered) if finish else ()
    except NotSuch:
        return
    for one in found:
        assert isinstance(one, ForeignUnit | ForeignCase | Fault)
        assert one.line >= 1
        if isinstance(one, ForeignUnit):
            assert one.start is None or 0 <= one.start < 1 << 33
            assert one.start is None or one.end is None or abs(one.end - one.start) == abs(one.seconds)
            assert one.note.isprintable() or "\n" not in one.note
