"""Rating: decide, measure, draw down, price, in that order, for one contract."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from suptime.clauses.prepaid import Stock
from suptime.clauses.prices import Prices
from suptime.clauses.rounding import UNROUNDED, Rounding, rule_in_words
from suptime.domain.case import Case, number_order
from suptime.domain.charge import Charge, ChargeKind, Draw
from suptime.domain.contract import Contract, Version
from suptime.domain.duration import show_duration
from suptime.domain.money import rounded
from suptime.domain.outcome import Outcome, Reason, Share
from suptime.domain.timespan import MINUTE, Instant, Minutes
from suptime.domain.work import Appointment, WorkUnit
from suptime.rating.blocks import Fate, Standing, fate_of, stand_in, stands
from suptime.rating.decide import by_case, decide, pieces_of
from suptime.rating.draw import draw_down, stocks_of
from suptime.rating.facts import Facts
from suptime.rating.measure import Measured, measure


@dataclass(frozen=True, slots=True)
class Rating:
    """What became of every second, and what is to be paid for it."""

    contract: Contract
    shares: tuple[Share, ...]
    charges: tuple[Charge, ...]
    fates: tuple[Fate, ...]
    stocks: tuple[Stock, ...]


def rate(facts: Facts, *, as_if_billable: bool = False) -> Rating:
    """FACTS rated. Shares are by case, then start; charges by day, as they were drawn.

    With AS_IF_BILLABLE, what is held counts as chargeable: how a balance knows what held cases would use.
    """
    units = by_case(facts.units)
    appointments = _by_case(facts.appointments)
    shares: list[Share] = []
    fates: list[Fate] = []
    for case in sorted(facts.cases, key=lambda c: number_order(c.number)):
        its_shares, its_fates = rate_case(
            case, units.get(case.number, []), appointments.get(case.number, []), facts, as_if_billable
        )
        shares += its_shares
        fates += its_fates
    stocks = stocks_of(facts.contract, facts.purchases)
    charges = [
        charge_for(row, draws, facts.contract) for row, draws in draw_down(measure(shares, fates), stocks)
    ]
    return Rating(facts.contract, tuple(shares), tuple(charges), tuple(fates), tuple(stocks))


def rate_case(
    case: Case,
    units: list[WorkUnit],
    appointments: list[Appointment],
    facts: Facts,
    as_if_billable: bool = False,
) -> tuple[list[Share], list[Fate]]:
    """Step 1 for one case: its shares, and what became of its appointments.

    Finished UNITS are cut at the edges of their agent's appointments, so that no piece lies
    half inside a block.
    """
    edges: dict[str, list[Instant]] = {a.agent: [] for a in appointments}
    for appointment in appointments:
        edges[appointment.agent] += [appointment.starts_at, appointment.ends_at]
    pieces = [
        piece
        for unit in units
        if unit.ended_at is not None
        for piece in pieces_of(unit, facts.contract, edges.get(unit.agent, ()))
    ]
    standings = [stands(a, facts.contract, units, facts.as_of) for a in appointments]
    stand_ins: dict[int, Standing] = {}
    for standing in standings:
        piece = stand_in(standing, facts.contract)
        if piece:
            pieces.append(piece)
            stand_ins[id(piece.unit)] = standing
    decided = decide(pieces, case)
    if as_if_billable:
        decided = [
            Share(s.piece, Outcome.CHARGEABLE, s.reason) if s.outcome is Outcome.HELD else s for s in decided
        ]
    decisions: dict[int, tuple[Outcome, Reason]] = {}
    shares = []
    for share in decided:
        deciding = stand_ins.get(id(share.piece.unit))
        if deciding:
            decisions[deciding.appointment.id] = (share.outcome, share.reason)
        else:
            shares.append(share)
    fates = [fate_of(s, decisions.get(s.appointment.id), facts.contract) for s in standings]
    return shares, fates


def charge_for(row: Measured, draws: tuple[Draw, ...], contract: Contract) -> Charge:
    """Step 4, price: net = invoiced minutes x hourly price / 60, rounded half up once per row."""
    price = hourly_price(row.version, row)
    invoiced = row.minutes - sum(d.quantity for d in draws)
    return Charge(
        kind=row.kind,
        contract=contract.code,
        case=row.case,
        day=row.day,
        worked_seconds=row.worked_seconds,
        billed_minutes=row.minutes,
        price=price,
        net=net_of(invoiced, price, row.version.currency),
        currency=row.version.currency,
        appointment=row.appointment,
        agent=row.agent,
        units=tuple(sorted(row.units)),
        clauses=_clauses(row, draws),
        reason=row.reason or _how_rounded(row),
        draws=draws,
    )


def net_of(invoiced: Minutes, price: Decimal, currency: str) -> Decimal:
    """The net amount of INVOICED minutes at PRICE an hour.

    >>> net_of(20, Decimal("125"), "USD")
    Decimal('41.67')
    """
    return rounded(invoiced * price / 60, currency)


def hourly_price(version: Version, row: Measured) -> Decimal:
    """The price of an hour on the day of ROW."""
    prices = version.get(Prices)
    price = prices.on("hour", row.day) if prices else None
    if price is None:  # a contract is only accepted with a price from its first day on
        raise ValueError(f"{version.code} states no price of an hour on {row.day}")
    return price


def _clauses(row: Measured, draws: tuple[Draw, ...]) -> tuple[str, ...]:
    if row.kind is ChargeKind.TIME:
        made_by = "prices" if row.version.get(Rounding) is None else "rounding"
    else:
        made_by = "appointments"
    return (made_by, "prepaid") if draws else (made_by,)


def _how_rounded(row: Measured) -> str:
    """How the minutes of a row of ordinary time came about."""
    terms = row.version.get(Rounding) or UNROUNDED
    worked = show_duration(row.worked_seconds)
    if row.group_seconds == row.worked_seconds:
        if row.minutes * MINUTE == row.worked_seconds:
            return f"{worked} worked."
        return f"{worked} worked, {rule_in_words(terms)}: {row.minutes} min."
    group = {"day": "the day's", "month": "the month's", "case-month": "the case's month's"}.get(
        terms.per, "its group's"
    )
    return (
        f"{worked} worked: {row.minutes} min of {group} {row.group_minutes} "
        f"({show_duration(row.group_seconds)} in all, {rule_in_words(terms)})."
    )


def _by_case(appointments: Iterable[Appointment]) -> dict[str, list[Appointment]]:
    found: dict[str, list[Appointment]] = {}
    for appointment in sorted(appointments, key=lambda a: a.id):
        found.setdefault(appointment.case, []).append(appointment)
    return found
