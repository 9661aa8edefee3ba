"""The timeclock format of ledger, hledger and Emacs: a line when one clocks in, a line when one clocks out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suptime.domain.time import Instant, Zone, utc
from suptime.interchange.exports.work import ExportedUnit
from suptime.interchange.foreign.clock_times import Clock, read_clock, read_day, readings_of, unclear
from suptime.interchange.foreign.record import Bad, ForeignUnit, Found, NotSuch, Reading, excerpt, single_line
from suptime.interchange.foreign.time_rows import instant_unit

_LINE = re.compile(
    r"([ioO]) +(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}) +(\d{1,2}:\d{2}(?::\d{2})?) ?(Z|[+-]\d{2}:?\d{2})?(?:\s+(.*))?",
    re.ASCII,
)

_PASSED_OVER = tuple("bh#;*%|")


@dataclass(frozen=True, slots=True)
class _Begun:
    """A clock-in that waits for its clock-out."""

    line: int
    start: int
    shown: str
    account: str
    note: str


def read(text: str, reading: Reading) -> Found:
    """Yield the sessions of a timeclock file, by the line of their clock-in."""
    lines = text.splitlines()
    if not any(line.startswith(("i ", "o ", "O ")) for line in lines):
        raise NotSuch(
            "lines such as `i 2026-10-05 09:00 acme:website` and `o 2026-10-05 10:00` were expected"
        )
    open_ones: list[_Begun] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith(_PASSED_OVER):
            continue
        try:
            made = _line(number, line.rstrip(), reading, open_ones)
        except Bad as bad:
            yield bad.fault(number)
        else:
            if made is not None:
                yield made
    for begun in open_ones:
        yield _unit(begun, None)


def _line(number: int, line: str, reading: Reading, open_ones: list[_Begun]) -> ForeignUnit | None:
    found = _LINE.fullmatch(line)
    if found is None:
        raise Bad("line", f"expected i or o, a day and a time, found {excerpt(line)}.")
    day = read_day("day", found[2])
    clock: Clock = read_clock("time", found[3] + (found[4] or ""))
    readings = readings_of("time", day, clock, reading)
    if len(readings) > 1:
        raise unclear("time", day, clock, reading.zone, readings)
    instant = readings[0]
    rest = (found[5] or "").partition(";")[0].strip()
    account, _, note = rest.partition("  ")
    account, note = single_line("account", account), single_line("description", note)
    if found[1] == "i":
        open_ones.append(_Begun(number, instant, f"{day}T{clock[0]}{clock[1]}", account, note))
        return None
    if account and all(begun.account != account for begun in open_ones):
        # Text after a clock-out names an account only if one clocked in to it: else it is the reason.
        account, note = "", " ".join(part for part in (account, note) if part)
    waiting = [begun for begun in open_ones if not account or begun.account == account]
    if not waiting:
        raise Bad("line", "clocks out, but nobody had clocked in.")
    begun = waiting[-1]
    open_ones.remove(begun)
    return _unit(begun, instant, note)


def _unit(begun: _Begun, end: int | None, reason: str = "") -> ForeignUnit:
    parts = tuple(part for part in begun.account.split(":") if part)
    return instant_unit(
        begun.line,
        begun.start,
        end,
        shown_start=begun.shown,
        key=(begun.shown, begun.account),
        project=begun.account,
        tags=parts if len(parts) > 1 else (),
        note=begun.note or reason,
    )


HEAD = "; Work as suptime recorded it, one session after another. Times are UTC: no clock change is among them.\n"


def lines(units: Iterable[ExportedUnit], zone: Zone | None = None) -> Iterator[str]:
    """UNITS as sessions: the account is CLIENT:CASE, the description the note, the comment the agent.

    Clock times are those of `zone`, or UTC. One that runs has no end, so it is left out. Programs that read timeclock files know of no time zones
    and reckon by the hands of the clock, so that only times of one zone without clock changes add up.
    """
    yield HEAD
    for placed in units:
        unit = placed.unit
        if unit.ended_at is None:
            continue
        account = f"{_account(placed.client)}:{_account(unit.case)}"
        note = " ".join(unit.note.replace(";", ",").split())
        # The comment keeps agents apart, whose sessions may overlap: each is closed before the next begins.
        yield f"i {_time(unit.started_at, zone)} {account}{f'  {note}' if note else ''}  ; {_plain(unit.agent)}\n"
        yield f"o {_time(unit.ended_at, zone)}\n"


def _time(instant: Instant, zone: Zone | None) -> str:
    return f"{zone.local(instant) if zone else utc(instant):%Y-%m-%d %H:%M:%S}"


def _account(name: str) -> str:
    """NAME as one part of an account: no colon, no comment, no run of spaces in it."""
    return re.sub(r"[:;]", "-", _plain(name)) or "-"


def _plain(text: str) -> str:
    return " ".join(text.split())
