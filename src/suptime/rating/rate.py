"""Rating: decide, measure, limit, draw and price, in that order, for one contract."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from suptime.contracts import appointment_outcome, appointment_state, limit_spans, price_on, stocks_of
from suptime.domain.booking import Appointment, Stock
from suptime.domain.case import Case, CaseFacts, number_order
from suptime.domain.charge import Charge, ChargeKind, Row, RowKey, Use, holdings
from suptime.domain.contract import Contract
from suptime.domain.money import rounded
from suptime.domain.outcome import (
    AppointmentOutcome,
    AppointmentState,
    Outcome,
    Piece,
    Reason,
    Share,
    Tariff,
    TariffPart,
)
from suptime.domain.sentence import sentence
from suptime.domain.time import Instant
from suptime.domain.work import WorkUnit
from suptime.rating.decide import by_case, decide, pieces_of
from suptime.rating.draw import DrawnRow, draw_down
from suptime.rating.facts import Facts
from suptime.rating.limit import limit
from suptime.rating.measure import measure, stand_in
from suptime.rating.write_off import apply_write_offs

_PER = {"hour": 60, "minute": 1, "incident": 1}
"""Units of a row for one price."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Outcome of every second, and the charges.

    `gone` are invoiced rows with nothing left: quantity 0. `settled` is the use of purchases by rows outside the
    facts' scope; shares and charges are those of the scope only.
    `written_off` are the rows of invoices that were credited with --write-off.
    """

    contract: Contract
    shares: tuple[Share, ...]
    charges: tuple[Charge, ...]
    gone: tuple[Charge, ...]
    fates: tuple[AppointmentOutcome, ...]
    stocks: tuple[Stock, ...]
    settled: tuple[Use, ...] = ()
    written_off: tuple[Charge, ...] = ()


def rate(facts: Facts, *, as_if_billable: bool = False, at_best: bool = False) -> Rating:
    """Return `facts` rated. Shares are by case, then start; charges by day, in the order of drawing.

    With `as_if_billable`, held time has its worst outcome, for the possible use of balances by held cases. With
    `at_best`, it has its best outcome.
    """
    units = by_case(facts.units)
    appointments: dict[str, list[Appointment]] = defaultdict(list)
    for appointment in sorted(facts.appointments, key=lambda a: a.id):
        appointments[appointment.case].append(appointment)
    shares: list[Share] = []
    fates: list[AppointmentOutcome] = []
    known: dict[str, CaseFacts] = {}
    for case in sorted(facts.cases, key=lambda c: number_order(c.number)):
        of_case = _Case(case, units.get(case.number, []), appointments[case.number], facts)
        known[case.number] = of_case.known
        its_shares, its_fates = of_case.decided(as_if_billable, at_best)
        shares += its_shares
        fates += its_fates
    stocks = stocks_of(facts.contract, facts.purchases)
    scope = facts.scope
    rows = [row for row in measure(shares, fates, known) if scope.holds(row.case, row.day)]
    held = holdings(
        line for line in facts.issued if line.key.is_rated and scope.holds(line.key.case, line.key.day)
    )
    off = {
        key: one for key, one in facts.written_off.items() if key.is_rated and scope.holds(key.case, key.day)
    }
    limited = bool(limit_spans(facts.contract))
    known_before = [key for key, holding in held.items() if holding.quantity or holding.capped]
    known_before += [key for key, one in off.items() if one.quantity or (limited and one.filled)]
    now = {row.key for row in rows}
    gone = [removed_row(key, facts.contract) for key in dict.fromkeys(known_before) if key not in now]
    rows += gone
    apply_write_offs(rows, facts.written_off, held)
    rows = limit(rows, facts)
    settled = draw_down(rows, stocks, held, used_by(facts.settled))
    charges = [charge_for(one, facts.contract) for one in settled]
    return Rating(
        facts.contract,
        tuple(share for share in shares if scope.holds(share.piece.unit.case, share.piece.day)),
        tuple(c for c in charges if c.quantity),
        tuple(c for c in charges if not c.quantity and c.held is not None),
        tuple(fate for fate in fates if scope.holds(fate.appointment.case, fate.day)),
        tuple(stocks),
        facts.settled,
        tuple(charge_for(one, facts.contract) for one in settled if one.row.written_off),
    )


def shares_of(facts: Facts) -> Iterator[Share]:
    """Yield the outcomes of every second of `facts`, case by case, without measuring charges."""
    units = by_case(facts.units)
    for case in facts.cases:
        shares, _ = _Case(case, units.get(case.number, []), [], facts).decided()
        yield from shares


def used_by(uses: Iterable[Use]) -> dict[int, int]:
    """Return the total of `uses` by purchase."""
    found: dict[int, int] = defaultdict(int)
    for use in uses:
        found[use.purchase] += use.quantity
    return found


def removed_row(key: RowKey, contract: Contract) -> Row:
    """Return the row of `key`, of which nothing is left."""
    version = contract.on(key.day) or contract.versions[0]
    priced_by = {ChargeKind.INCIDENT: "incident", ChargeKind.MINUTES: "minute"}.get(key.kind, "hour")
    return Row(
        key.kind,
        key.case,
        key.day,
        version,
        priced_by,
        Tariff((TariffPart(key.tariff),)) if key.tariff else None,
        key.appointment,
        key.starts_at,
        reason=sentence("Nothing of it is charged any more."),
    )


def case_facts(case: Case, pieces: list[Piece], facts: Facts) -> CaseFacts:
    """Return the facts about `case` for clauses; `pieces` are all of its work."""
    version = facts.contract.nearest(case.opened_at)
    project = next((p for p in facts.projects if p.code == case.project), None)
    first_day = min((piece.day for piece in pieces), default=None)
    return CaseFacts(case, version.zone.day(case.opened_at), first_day, project, facts.roles)


class _Case:
    """Decisions about one case.

    Finished units are cut at the edges of their agent's appointments, so that no piece is half inside a block.
    """

    def __init__(
        self, case: Case, units: list[WorkUnit], appointments: list[Appointment], facts: Facts
    ) -> None:
        edges: Mapping[str, list[Instant]] = defaultdict(list)
        for appointment in appointments:
            edges[appointment.agent] += [appointment.starts_at, appointment.ends_at]
        self.contract = facts.contract
        self.pieces = [
            piece
            for unit in units
            if unit.ended_at is not None
            for piece in pieces_of(unit, facts.contract, edges.get(unit.agent, ()))
        ]
        self.known = case_facts(case, self.pieces, facts)
        self.standings = [appointment_state(a, facts.contract, units, facts.as_of) for a in appointments]

    def decided(
        self, as_if_billable: bool = False, at_best: bool = False
    ) -> tuple[list[Share], list[AppointmentOutcome]]:
        """Return its shares, and the outcomes of its appointments."""
        stand_ins: dict[int, AppointmentState] = {}
        pieces = list(self.pieces)
        for standing in self.standings:
            piece = stand_in(standing, self.contract)
            if piece:
                pieces.append(piece)
                stand_ins[id(piece.unit)] = standing
        decisions: dict[int, tuple[Outcome, Reason]] = {}
        tariffs: dict[int, Tariff | None] = {}
        shares = []
        for share in decide(pieces, self.known):
            final = share
            if (as_if_billable or at_best) and share.outcome is Outcome.HELD:
                final = share.decided_as(share.at_best if at_best else share.at_worst)
            standing_in = stand_ins.get(id(share.piece.unit))
            if standing_in:
                decisions[standing_in.appointment.id] = (final.outcome, final.reason)
                tariffs[standing_in.appointment.id] = final.piece.tariff
            else:
                shares.append(final)
        fates = [
            replace(
                appointment_outcome(s, decisions.get(s.appointment.id), self.contract),
                tariff=tariffs.get(s.appointment.id),
            )
            for s in self.standings
        ]
        return shares, fates


def charge_for(settled: DrawnRow, contract: Contract) -> Charge:
    """Return a row with its price: net = invoiced quantity x price, rounded half up once per row.

    If the billed and capped minutes of a row equal the invoiced ones, it keeps its net: later prices do not count.
    """
    row, draws, held = settled.row, settled.draws, settled.held
    price = price_of(row, contract)
    invoiced = row.payable - sum(d.quantity for d in draws)
    as_issued = held is not None and (held.quantity, held.capped) == (row.quantity, row.capped)
    net = held.net if held and as_issued else net_of(invoiced, price, row.priced_by, row.version.currency)
    by_tariff = row.tariff.clauses if row.tariff else ()
    by_purchase = ("prepaid",) if draws else ()
    return Charge(
        kind=row.kind,
        contract=contract.code,
        case=row.case,
        day=row.day,
        worked_seconds=row.worked_seconds,
        quantity=row.quantity,
        unit=row.unit,
        priced_by=row.priced_by,
        price=price,
        net=net,
        currency=row.version.currency,
        starts_at=row.starts_at,
        tariff=row.tariff.name if row.tariff else "",
        appointment=row.appointment,
        agent=row.agent,
        units=tuple(sorted(row.units)),
        clauses=tuple(dict.fromkeys((*row.clauses, *by_tariff, *by_purchase))),
        reason=row.reason,
        draws=draws,
        key=row.key,
        held=held,
        capped=row.capped,
        limited=row.limited,
        filled_by=row.filled_by,
    )


def net_of(invoiced: int, price: Decimal, priced_by: str, currency: str) -> Decimal:
    """Return the net amount of `invoiced` minutes or incidents at `price` per "hour", "minute" or "incident".

    >>> net_of(20, Decimal("125"), "hour", "USD"), net_of(20, Decimal("2.50"), "minute", "USD")
    (Decimal('41.67'), Decimal('50.00'))
    """
    return rounded(invoiced * price / _PER[priced_by], currency)


def price_of(row: Row, contract: Contract) -> Decimal:
    """Return the price of the item of `row` on its day, at its tariff; 0 if there is none and the row is gone.

    An incident has the price of the day of its completion, of the version then in force if it still prices
    incidents.
    """
    if row.tariff is not None and row.tariff.amount is not None:
        return row.tariff.price(row.tariff.amount).normalize()
    for version in (contract.on(row.day), row.version):
        price = price_on(version, row.priced_by, row.day) if version else None
        if price is not None:
            return row.tariff.price(price).normalize() if row.tariff else price
    if not row.quantity:
        return Decimal(0)
    # decide.py only charges priced time, and a contract file must have prices from its first day.
    raise ValueError(f"{contract.code} has no price of {row.priced_by} on {row.day}")
