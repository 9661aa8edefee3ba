"""Work units and appointments as files for other programs, a part at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from suptime.app import lookup
from suptime.domain.timespan import Instant
from suptime.interchange import icalendar, timeclock_out, work_units
from suptime.interchange.icalendar import Booked
from suptime.interchange.work_units import Placed
from suptime.render.sheet import sheet

if TYPE_CHECKING:
    from suptime.store import Store, Transaction

FORMATS = ("csv", "jsonl", "timeclock", "ics")
SOME = 1000
"""Units that are looked at together: memory does not grow with how many there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which work: that touches `start` to `end`, of a client, on a case, by an agent; None: no limit."""

    start: Instant | None = None
    end: Instant | None = None
    client: str | None = None
    case: str | None = None
    agent: str | None = None


def export(store: "Store", form: str, asked: Asked, *, now: Instant) -> Iterator[bytes]:
    """The work that is ASKED for in the format FORM, one of `FORMATS`; of `ics` its appointments.

    Raises:
        NotPossible: there is no such client, or no such case.
    """
    with store.reading() as tx:
        client = lookup.client(tx, asked.client).code if asked.client is not None else None
        case = lookup.case(tx, asked.case).number if asked.case is not None else None
        known = Asked(asked.start, asked.end, client, case, asked.agent)
        if form == "ics":
            yield from map(str.encode, icalendar.lines(_booked(tx, known), now))
        elif form == "timeclock":
            yield from map(str.encode, timeclock_out.lines(_placed(tx, known)))
        elif form == "jsonl":
            yield from map(str.encode, work_units.lines(_placed(tx, known), now))
        else:
            yield from _sheet(_placed(tx, known), now)


def _sheet(units: Iterator[Placed], now: Instant) -> Iterator[bytes]:
    head = sheet(work_units.COLUMNS, ())
    yield head
    while some := [work_units.row(placed, now) for placed in islice(units, SOME)]:
        yield sheet(work_units.COLUMNS, [{**row, **_yes_or_no(row)} for row in some])[len(head) :]


def _yes_or_no(row: Mapping[str, Any]) -> dict[str, str]:
    return {key: "yes" if row[key] else "no" for key in ("guest", "requested")}


def _placed(tx: "Transaction", asked: Asked) -> Iterator[Placed]:
    units = tx.each_unit(
        start=asked.start, end=asked.end, case=asked.case, client=asked.client, agent=asked.agent
    )
    while some := list(islice(units, SOME)):
        cases = {case.number: case for case in tx.cases(numbers={unit.case for unit in some})}
        for unit in some:
            yield Placed(unit, cases[unit.case].client, cases[unit.case].contract)


def _booked(tx: "Transaction", asked: Asked) -> Iterator[Booked]:
    names = {client.code: client.name for client in tx.clients()}
    appointments = iter(tx.appointments(case=asked.case, client=asked.client, agent=asked.agent))
    while some := list(islice(appointments, SOME)):
        cases = {case.number: case for case in tx.cases(numbers={one.case for one in some})}
        for one in some:
            if (asked.end is None or one.starts_at < asked.end) and (
                asked.start is None or one.ends_at > asked.start
            ):
                case = cases[one.case]
                yield Booked(one, case.client, names[case.client], case.subject)
