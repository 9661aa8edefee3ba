"""Start the timer on a case, or on the one before.

If the row of the case is not sufficient, the slow way reads the contract itself. NOW is called inside
the transaction, so that concurrent commands have their times in order.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from suptime.app import named_case, units
from suptime.app.channels import chosen
from suptime.app.named_case import NamedCase
from suptime.app.work.timer import Now, client_of, not_ahead
from suptime.domain.caution import NOT_BILLED, Caution
from suptime.domain.time import Instant, Span, Zone
from suptime.domain.work import WorkUnit
from suptime.errors import NotPossible

if TYPE_CHECKING:
    from suptime.domain.typed_time import TypedTime
    from suptime.store import Store
    from suptime.store.timer.clock import Clock, ClockTransaction
    from suptime.store.timer.rows import CaseState

NEAR = 50
"""Units that are searched for the case before this one; if it is not among them, all are read."""


class StartRequest(NamedTuple):
    """A timer to start `at` a time (None: now), and its agent."""

    worker: str
    at: "TypedTime | None" = None
    channel: str | None = None
    note: str = ""
    guest: bool = False
    requested: bool = False
    adjust: bool = False
    role: str | None = None
    work_type: str | None = None


class Started(NamedTuple):
    """The started timer, the stopped and `adjusted` units, and messages for the person.

    `named` is the case if less than its number was typed.
    """

    unit: WorkUnit
    client: str
    now: Instant
    stopped: WorkUnit | None = None
    stopped_client: str = ""
    notes: tuple[Caution, ...] = ()
    changed: bool = True
    adjusted: tuple[units.Adjusted, ...] = ()
    named: NamedCase | None = None


def start(
    clock: "Clock",
    store: "Callable[[], Store]",
    number: str,
    asked: StartRequest,
    *,
    now: Now,
    agent: str,
    zone: Zone,
) -> Started:
    """Start the timer on the case `number`; a running timer stops at the same instant, unless it is on that case.

    Raises:
        WrongUsage: it would start in the future, or the contract sells several channels and none is given.
        NotPossible: no such case; it is resolved; other work of the worker overlaps.
        Refused: the contract is not in force then, or refuses the work.
    """
    return _start(clock, store, number, asked, now=now, agent=agent, zone=zone, command="start")


def resume(
    clock: "Clock",
    store: "Callable[[], Store]",
    worker: str,
    number: str | None,
    *,
    at: "TypedTime | None",
    note: str | None,
    now: Now,
    agent: str,
    zone: Zone,
) -> Started:
    """Return to the case `number`, else to the case of `worker` before the running one, else to the last one.

    Channel, note and guest are those of the earlier unit.

    Raises:
        NotPossible: there is no such case to go back to.
        WrongUsage, NotPossible, Refused: as `start`.
    """
    with clock.reading() as book:
        named = _named(book, number) if number else None
        number = named.number if named else number
        running = book.running(worker)
        leave = running.case if running else None
        last = _last(
            book,
            worker,
            lambda unit: unit.case.casefold() == number.casefold() if number else unit.case != leave,
        )
    if last is None and number is None:
        what = f"{worker} has worked on no case" + (f" other than {leave}." if leave else " yet.")
        raise NotPossible(what, "There is no case to return to.", "suptime start CASE")
    before = last or WorkUnit(0, number or "", worker, "", 0, 0)
    asked = StartRequest(
        worker,
        at,
        before.channel or None,
        before.note if note is None else note,
        guest=before.guest,
        requested=before.requested,
        role=before.role,
        work_type=before.work_type,
    )
    done = _start(
        clock, store, number or before.case, asked, now=now, agent=agent, zone=zone, command="resume"
    )
    return done._replace(named=named)


def _start(
    clock: "Clock",
    store: "Callable[[], Store]",
    number: str,
    asked: StartRequest,
    *,
    now: Now,
    agent: str,
    zone: Zone,
    command: str,
) -> Started:
    with clock.changing(now=now, agent=agent, command=command) as book:
        _from(asked, book.running(asked.worker), zone, book.now)
        standing, named = book.standing(number), None
        if standing is None:
            named = _named(book, number)
            number = named.number if named else number
            standing = book.standing(number) or _case_state(book, number)
        done = _fast(book, standing, asked, zone) if standing else None
    if done is None:
        done = _slow(store(), number, asked, now=now, agent=agent, zone=zone, command=command)
    return done._replace(named=named)


def _fast(book: "ClockTransaction", standing: "CaseState", asked: StartRequest, zone: Zone) -> Started | None:
    """Start by `standing` alone; None if it is not sufficient: then nothing is written."""
    before = book.running(asked.worker)
    if before and before.case == standing.case:
        return Started(before, standing.client, book.now, changed=False)
    at = _from(asked, before, zone, book.now)
    if not standing.holds_at(at) or standing.status != "open" or asked.guest:
        return None
    channel = chosen(standing.case, standing.channels, asked.channel)
    if standing.channels is not None and channel not in standing.channels:
        return None
    but = _leaving(before, at)
    if book.overlapping(asked.worker, at, None, but=but):
        if asked.adjust:
            return None
        raise units.overlap(book.all_overlapping(asked.worker, at, None, but=but), at, None, zone, book.now)
    if before:
        _check_length(before, at, asked, zone, book.now)
    stopped = book.end_unit(before.id, at) if before else None
    unit = book.add_unit(_unit(asked, standing.case, channel, at))
    client = client_of(book, stopped) if stopped else ""
    notes = tuple(Caution(NOT_BILLED, text) for text in standing.warnings)
    return Started(unit, standing.client, book.now, stopped, client, notes)


def _slow(
    store: "Store", number: str, asked: StartRequest, *, now: Now, agent: str, zone: Zone, command: str
) -> Started:
    """Start by the case and its contract."""
    from suptime.app import agreement, lookup
    from suptime.app.agreement import outlook
    from suptime.app.facts import contract_of
    from suptime.app.use_case import changing
    from suptime.app.work import room
    from suptime.app.work.log import check_covered, check_open
    from suptime.contracts import sold_channels

    with changing(store, now=now(), agent=agent, command=command) as tx:
        moment = now()
        case = lookup.case(tx, number)
        before = tx.units.running(asked.worker)
        if before and before.case == case.number:
            return Started(before, case.client, moment, changed=False)
        lookup.refuse_archived(tx, case.client)
        at = _from(asked, before, zone, moment)
        contract = contract_of(tx, case.contract)
        version = contract.at(at)
        channel = chosen(case.number, sold_channels(version) if version else None, asked.channel)
        check_open(case, at, None, zone, moment)
        space = room.find(
            tx,
            asked.worker,
            at,
            None,
            but=_leaving(before, at),
            adjust=asked.adjust,
            zone=zone,
            now=moment,
        )
        check_covered(contract, Span(at, max(at, moment)))
        notes = outlook(
            tx,
            case,
            at,
            channel=channel,
            guest=asked.guest,
            requested=asked.requested,
            agent=asked.worker,
            now=moment,
        )
        notes = [*notes, *agreement.consent_cautions(tx, case, at, told=notes)]
        stopped, client = None, ""
        if before:
            _check_length(before, at, asked, zone, moment)
            stopped = before._replace(ended_at=at)
            tx.units.save(stopped)
            client = lookup.case(tx, stopped.case).client
        space.clear(tx)
        unit = tx.units.add(_unit(asked, case.number, channel, at))
        adjusted = space.settle(tx)
    return Started(unit, case.client, moment, stopped, client, tuple(notes), adjusted=adjusted)


def _from(asked: StartRequest, before: WorkUnit | None, zone: Zone, now: Instant) -> Instant:
    """Return the start of the timer.

    Raises:
        WrongUsage: it is in the future, or has several readings.
        NotPossible: it is before the start of what runs: the clock was set back.
    """
    if asked.at is None:
        if before and now < before.started_at:
            raise units.set_back(before, now, zone)
        return now
    from suptime.domain.typed_time import Clocks, back, resolve, since

    at = resolve(asked.at, since(before.started_at) if before else back(), Clocks(zone, now))
    not_ahead(at, now, zone, "A start at")
    return at


def _check_length(before: WorkUnit, at: Instant, asked: StartRequest, zone: Zone, now: Instant) -> None:
    """Ask about a timer that ends at a bare time, if it would be longer than 12 hours."""
    if asked.at is not None:
        from suptime.domain.typed_time import Clocks, check_length

        check_length(Span(before.started_at, at), (None, asked.at), Clocks(zone, now), f"U{before.id}")


def _leaving(before: WorkUnit | None, at: Instant) -> int | None:
    """Return the id of the running unit if it can stop `at` that instant, or None."""
    return before.id if before and at >= before.started_at else None


def _unit(asked: StartRequest, case: str, channel: str, at: Instant) -> WorkUnit:
    return WorkUnit(
        0,
        case,
        asked.worker,
        channel,
        at,
        None,
        asked.note,
        guest=asked.guest,
        requested=asked.requested,
        role=asked.role,
        work_type=asked.work_type,
    )


def _named(book: "ClockTransaction", typed: str) -> NamedCase | None:
    """Return the case that `typed` means, if it is less than a number."""
    return (
        None if book.cases_folded(typed.strip().casefold()) else named_case.find(book, typed, by_words=True)
    )


def _case_state(book: "ClockTransaction", number: str) -> "CaseState | None":
    """Return the state of the one case that has `number` in any letter case.

    Raises:
        NotPossible: there is no such case.
    """
    same = book.cases_folded(number.strip().casefold())
    if not same:
        raise units.unknown_case(number, book.case_numbers())
    return book.standing(same[0]) if len(same) == 1 else None


def _last(book: "ClockTransaction", worker: str, wanted: Callable[[WorkUnit], bool]) -> WorkUnit | None:
    """Return the last of `worker`'s units that is `wanted`."""
    near = book.last_units(worker, NEAR)
    found = next(filter(wanted, near), None)
    if found is None and len(near) == NEAR:
        found = next(filter(wanted, book.last_units(worker, 1 << 31)), None)
    return found
