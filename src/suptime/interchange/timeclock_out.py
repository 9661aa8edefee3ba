"""Work units as a timeclock file, which hledger and ledger read."""

import re
from collections.abc import Iterable, Iterator

from suptime.domain.timespan import Instant, utc
from suptime.interchange.work_units import Placed

HEAD = "; Work as suptime recorded it, one session after another. Times are UTC: no clock change is among them.\n"


def lines(units: Iterable[Placed]) -> Iterator[str]:
    """UNITS as sessions: the account is CLIENT:CASE, the description the note, the comment the agent.

    One that runs has no end, so it is left out. Programs that read timeclock files know of no time zones
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
        yield f"i {_time(unit.started_at)} {account}{f'  {note}' if note else ''}  ; {_plain(unit.agent)}\n"
        yield f"o {_time(unit.ended_at)}\n"


def _time(instant: Instant) -> str:
    return f"{utc(instant):%Y-%m-%d %H:%M:%S}"


def _account(name: str) -> str:
    """NAME as one part of an account: no colon, no comment, no run of spaces in it."""
    return re.sub(r"[:;]", "-", _plain(name)) or "-"


def _plain(text: str) -> str:
    return " ".join(text.split())
