"""The timeclock format of ledger, hledger and Emacs: a line when one clocks in, a line when one clocks out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suptime.domain.time import Instant, Zone, utc
from suptime.interchange.exports.work import ExportedUnit
from suptime.interchange.time_logs.clock_times import Clock, ends, instant_of, read_clock, read_day
from suptime.interchange.time_logs.entry import (
    Bad,
    Entry,
    Found,
    NotSuch,
    ReadOptions,
    excerpt,
    key_of,
    single_line,
)

_LINE = re.compile(
    r"([io]) +(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}) +(\d{1,2}:\d{2}(?::\d{2})?) ?(Z|[+-]\d{2}:?\d{2})?(?:\s+(.*))?",
    re.ASCII,
)

_PASSED_OVER = tuple("bhO#;*%|")


@dataclass(frozen=True, slots=True)
class _Begun:
    """A clock-in that waits for its clock-out."""

    line: int
    start: int
    key: str
    account: str
    note: str


def read(text: str, asked: ReadOptions) -> Found:
    """Yield the sessions of a timeclock file, by the line of their clock-in."""
    lines = text.splitlines()
    if not any(line.startswith(("i ", "o ")) for line in lines):
        raise NotSuch(
            "lines such as `i 2026-10-05 09:00 acme:website` and `o 2026-10-05 10:00` were expected"
        )
    open_ones: list[_Begun] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith(_PASSED_OVER):
            continue
        try:
            made = _line(number, line.rstrip(), asked, open_ones)
        except Bad as bad:
            yield bad.fault(number)
        else:
            if made is not None:
                yield made
    for begun in open_ones:
        yield _entry(begun, None)


def _line(number: int, line: str, asked: ReadOptions, open_ones: list[_Begun]) -> Entry | None:
    found = _LINE.fullmatch(line)
    if found is None:
        raise Bad("line", f"expected i or o, a day and a time, found {excerpt(line)}.")
    day = read_day("day", found[2])
    clock: Clock = read_clock("time", found[3] + (found[4] or ""))
    instant = instant_of("time", day, clock, asked.zone)
    rest = (found[5] or "").partition(";")[0].strip()
    account, _, note = rest.partition("  ")
    account, note = single_line("account", account), single_line("description", note)
    if found[1] == "i":
        key = key_of(f"{day}T{clock[0]}{clock[1]}", account)
        open_ones.append(_Begun(number, instant, key, account, note))
        return None
    waiting = [begun for begun in open_ones if not account or begun.account == account]
    if not waiting:
        to = f" to {excerpt(account)}" if account else ""
        raise Bad("line", f"clocks out, but nobody had clocked in{to}.")
    begun = waiting[-1]
    open_ones.remove(begun)
    ends(begun.start, instant)
    return _entry(begun, instant)


def _entry(begun: _Begun, end: int | None) -> Entry:
    parts = tuple(part for part in begun.account.split(":") if part)
    return Entry(
        begun.line,
        begun.key,
        begun.start,
        end,
        project=begun.account,
        tags=parts if len(parts) > 1 else (),
        note=begun.note,
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
