"""Whatever the order of work, corrections, issues, credits and closings: no minute is lost or doubled."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lives import CAUSES, caps, facts, instants

from suptime.contracts.clauses.appointments import Appointments
from suptime.contracts.clauses.cap import Cap
from suptime.contracts.clauses.prepaid import Prepaid
from suptime.contracts.clauses.prices import Prices
from suptime.contracts.clauses.rounding import Rounding
from suptime.domain.booking import Purchase
from suptime.domain.case import Event, EventKind
from suptime.domain.charge import Holding, difference, holdings
from suptime.domain.client import Client, TaxHistory
from suptime.domain.invoice import Invoice, LineHistory, written_off_rows
from suptime.domain.time import Month
from suptime.invoicing.claims import claims_of
from suptime.invoicing.draft import Account, Letterhead, Window, drafts
from suptime.invoicing.issue import credit_note, frozen
from suptime.rating.rate import net_of, rate
from suptime.rating.rated import RatedContract

MONTHS = [Month(2026, month) for month in (9, 10, 11, 12)]
LAST = date(2027, 12, 31)
CLIENT = Client("client", "Client", tax="19")

steps = st.one_of(
    st.tuples(st.just("issue"), st.booleans()),
    st.tuples(st.just("close"), st.none()),
    st.tuples(st.just("supplement"), st.integers(0, 3)),
    st.tuples(st.just("credit"), st.tuples(st.integers(0, 9), st.sampled_from(["reopen", "write-off"]))),
    st.tuples(st.just("toggle unit"), st.integers(0, 30)),
    st.tuples(st.just("shorten unit"), st.tuples(st.integers(0, 30), st.integers(1, 5000))),
    st.tuples(st.just("toggle appointment"), st.integers(0, 9)),
    st.tuples(st.just("resolve"), st.tuples(st.integers(0, 4), instants, st.sampled_from(CAUSES))),
    st.tuples(st.just("toggle purchase"), st.integers(0, 4)),
    st.tuples(st.just("price purchase"), st.integers(0, 4)),
)


class Firm:
    """One contract's facts as they change, and what was issued of them."""

    def __init__(self, known):
        self.all = known
        self.now = replace(known, units=known.units[::2], purchases=known.purchases[:1])
        self.invoices = []
        self.settled = []
        self.mode = {}
        self.steps = []  # every issue and credit note, in order
        self.left = {}  # of each row that was written off: its quantity on other invoices at that time
        self.opened = set()  # those of which another invoice was credited with --reopen since
        self.closed = None

    @property
    def issued(self):
        return tuple(line for number, claimed in self.settled if number not in self.mode for line in claimed)

    @property
    def written_off(self):
        at = {step: place for place, step in enumerate(self.steps)}
        return written_off_rows(
            LineHistory(line, at[number], at.get(("credit", number)), self.mode.get(number))
            for number, claimed in self.settled
            for line in claimed
        )

    @property
    def rated(self):
        return RatedContract.of(replace(self.now, issued=self.issued, written_off=self.written_off))

    def settle(self, number, lines):
        self.steps.append(number)
        self.settled.append((number, lines))

    def do(self, step, what):
        getattr(self, step.replace(" ", "_"))(what)

    def issue(self, skip):
        month = MONTHS[MONTHS.index(self.closed) + 1 if self.closed in MONTHS else 0]
        if month is MONTHS[-1]:
            return
        self._issue(Window(month, self.closed))
        self.closed = month

    def supplement(self, place):
        if self.closed is not None and MONTHS[place] <= self.closed:
            self._issue(Window(MONTHS[place], self.closed, supplement=True))

    def _issue(self, window):
        rated = self.rated
        found = drafts(
            window, Account(CLIENT, [rated], window.month.last, TaxHistory.of(CLIENT, ())), Letterhead(), LAST
        )
        again = Account(CLIENT, [self.rated], window.month.last, TaxHistory.of(CLIENT, ()))
        assert found == drafts(window, again, Letterhead(), LAST)
        for draft in found:
            number = f"INV-{len(self.invoices) + 1}"
            document = frozen(draft, number, str(window.month), "2027-12-31T00:00:00Z", LAST, None)
            due = Decimal(document["totals"]["due"])
            invoice = Invoice(
                number=number,
                year=2027,
                serial=1,
                client="client",
                currency="USD",
                month=window.month,
                issued_on=LAST,
                due_on=None,
                due=due,
                document=document,
            )
            self.invoices.append(invoice)
            self.settle(number, [replace(c.line, number=number) for c in draft.claims])
            nets = [Decimal(line["net"]) for case in document["cases"] for line in case["lines"]]
            nets += [Decimal(line["net"]) for line in document["other_lines"]]
            assert sum(nets) == Decimal(document["totals"]["net"])

    def close(self, _):
        month = MONTHS[MONTHS.index(self.closed) + 1 if self.closed in MONTHS else 0]
        if month is MONTHS[-1]:
            return
        claims = claims_of(self.rated, month.last)
        self.settle(f"close {len(self.settled)}", [c.line for c in claims])
        self.closed = month

    def credit(self, what):
        place, mode = what
        if place >= len(self.invoices) or self.invoices[place].number in self.mode:
            return
        invoice = self.invoices[place]
        lines = dict(self.settled)[invoice.number]
        if mode == "write-off":
            others = holdings(
                line
                for number, claimed in self.settled
                if number != invoice.number and number not in self.mode
                for line in claimed
            )
            others = {line.key: others.get(line.key, Holding()) for line in lines}
            if any(one.quantity < 0 or one.payable < 0 for one in others.values()):
                return  # refused: another invoice gave back a part of it
            left = {key: one.quantity for key, one in others.items()}
            self.left |= left
            self.opened -= left.keys()
        else:
            self.opened |= {line.key for line in lines}
        note = credit_note(invoice, [], "C", "why", mode, LAST, "2027-12-31T00:00:00Z")
        for key in ("net", "tax", "gross", "prepaid", "due"):
            assert Decimal(note["totals"][key]) + Decimal(invoice.document["totals"][key]) == 0
        self.mode[invoice.number] = mode
        self.steps.append(("credit", invoice.number))

    def toggle_unit(self, place):
        if place < len(self.all.units):
            unit = self.all.units[place]
            others = tuple(u for u in self.now.units if u.id != unit.id)
            self.now = replace(
                self.now, units=others if len(others) < len(self.now.units) else (*others, unit)
            )

    def shorten_unit(self, what):
        place, seconds = what
        if place < len(self.now.units):
            unit = self.now.units[place]
            shorter = unit._replace(ended_at=max(unit.started_at, unit.ended_at - seconds))
            self.now = replace(self.now, units=tuple(shorter if u is unit else u for u in self.now.units))

    def toggle_appointment(self, place):
        if place < len(self.all.appointments):
            booked = self.all.appointments[place]
            others = tuple(a for a in self.now.appointments if a.id != booked.id)
            gone = len(others) < len(self.now.appointments)
            self.now = replace(self.now, appointments=others if gone else (*others, booked))

    def resolve(self, what):
        place, at, cause = what
        if place < len(self.now.cases):
            case = self.now.cases[place]
            turn = EventKind.REOPEN if case.resolved_at is not None else EventKind.RESOLVE
            last = case.last_turn
            event = Event(
                turn, max(at, last.at + 1) if last else at, cause=cause if turn is EventKind.RESOLVE else None
            )
            events = tuple(sorted((*case.events, event), key=lambda e: e.at))
            self.now = replace(
                self.now, cases=tuple(replace(c, events=events) if c is case else c for c in self.now.cases)
            )

    def toggle_purchase(self, place):
        if place >= len(self.all.purchases):
            return
        bought = self.all.purchases[place]
        here = [p for p in self.now.purchases if p.id == bought.id]
        used = any(d.purchase == bought.id for line in self.issued for d in line.draws)
        sold = any(line.key.appointment == bought.id and not line.key.case for line in self.issued)
        if here and not used and not sold:
            self.now = replace(self.now, purchases=tuple(p for p in self.now.purchases if p.id != bought.id))
        elif not here:
            self.now = replace(self.now, purchases=(*self.now.purchases, bought))

    def price_purchase(self, place):
        self.now = replace(
            self.now,
            purchases=tuple(
                replace(p, price=Decimal("99.50")) if p.id == place and p.price is None else p
                for p in self.now.purchases
            ),
        )


def check(firm):
    rated = firm.rated
    scratch = {c.key: c for c in rate(firm.now).charges}
    held = {key: h for key, h in holdings(firm.issued).items() if key.is_rated}
    rows = {c.key: c for c in (*rated.rating.charges, *rated.rating.gone, *rated.rating.written_off)}
    zero = Holding()
    for key in scratch.keys() | held.keys():
        wanted = scratch[key].quantity if key in scratch else 0
        if key in firm.left:
            # A row that was written off keeps its part on other invoices, and is never more or less than that.
            wanted = firm.left[key] if key in firm.opened else held.get(key, zero).quantity
        elif key in rows and rows[key].reason.startswith("Written off"):
            # The same appointment or incident, on another day now.
            wanted = held.get(key, zero).quantity
        assert key in rows or wanted == held.get(key, zero).quantity, key
        open_row = difference(rows[key]) if key in rows else None
        open_quantity = open_row.quantity if open_row else 0
        # Per row, to the minute: what is invoiced and what is open add up to rating it once.
        assert held.get(key, zero).quantity + open_quantity == wanted
        # So it is of what is capped.
        open_capped = open_row.capped if open_row else 0
        if key in scratch and "write-off" not in firm.mode.values():
            assert held.get(key, zero).capped + open_capped == scratch[key].capped
        if key in rows:
            row = rows[key]
            assert held.get(key, zero).capped + open_capped == row.capped
            invoiced = row.quantity - row.capped - sum(d.quantity for d in row.draws)
            assert invoiced >= 0
            assert all(d.quantity > 0 for d in row.draws)
            # Per row, to the cent.
            open_net = open_row.net if open_row else 0
            if key in firm.left and not open_row:
                continue  # Its price may have changed since; its net did not.
            assert held.get(key, zero).net + open_net == net_of(invoiced, row.price, row.priced_by, "USD")
    for stock in rated.rating.stocks:
        drawn = [d.quantity for c in rated.rating.charges for d in c.draws if d.purchase == stock.purchase.id]
        if stock.unit != "money":
            assert 0 <= sum(drawn) <= stock.purchase.quantity


def play(known, life):
    firm = Firm(replace(known, as_of=known.as_of + 400 * 86400))
    for step, what in life:
        firm.do(step, what)
        check(firm)
    while firm.closed != MONTHS[2]:
        firm.issue(None)
    for place in range(3):
        firm.supplement(place)
    check(firm)
    assert [c.line.key for c in claims_of(firm.rated, MONTHS[2].last)] == []


def with_hours(known, minutes, rounding, cap=None):
    """KNOWN under a contract that bills all time, rounded, and sells hours that pay for all of it for a while."""
    terms = {
        Prices: Prices({"hour": ((date.min, Decimal("33.33")),)}),
        Rounding: rounding,
        Prepaid: Prepaid("hours", 90),
        Appointments: Appointments("booked", 86400, 30),
    }
    if cap:
        terms[Cap] = cap
    version = replace(known.contract.versions[0], terms=terms, ends_on=None)
    bought = (Purchase(1, "c", date(2026, 10, 15), minutes), Purchase(2, "c", date(2026, 10, 22), minutes))
    return replace(known, contract=replace(known.contract, versions=(version,)), purchases=bought)


roundings = st.builds(
    Rounding, st.sampled_from([0, 15, 60]), st.sampled_from(["unit", "day", "case-day", "month"])
)
minutes = st.sampled_from([Decimal(45), Decimal(300), Decimal(2000)])


@given(facts(), st.lists(steps, max_size=12))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_invoiced_and_what_is_open_add_up_to_rating_it_once(known, life):
    play(known, life)


@given(
    facts().filter(lambda known: len(known.units) > 3),
    minutes,
    roundings,
    st.lists(steps, min_size=4, max_size=16),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_so_it_does_where_prepaid_hours_are_drawn_and_given_back(known, bought, rounding, life):
    play(with_hours(known, bought, rounding), [("issue", False), *life])


@given(
    facts().filter(lambda known: len(known.units) > 3),
    minutes,
    roundings,
    caps,
    st.lists(steps, min_size=4, max_size=16),
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_so_it_does_where_hours_are_capped(known, bought, rounding, cap, life):
    play(with_hours(known, bought, rounding, cap), [("issue", False), *life])


after_write_off = st.one_of(
    st.tuples(st.just("toggle unit"), st.integers(0, 12)),
    st.tuples(st.just("shorten unit"), st.tuples(st.integers(0, 8), st.integers(1, 5000))),
    steps,
)


@given(
    facts().filter(lambda known: len(known.units) > 3),
    minutes,
    roundings,
    st.lists(after_write_off, max_size=3),
    st.lists(after_write_off, min_size=2, max_size=8),
)
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_what_was_written_off_is_never_charged_or_refunded_again(known, bought, rounding, before, after):
    # September holds nothing, October is invoiced and written off; then its work changes.
    write_off = [("issue", False), *before, ("issue", False), ("credit", (0, "write-off"))]
    play(with_hours(known, bought, rounding), [*write_off, *after])
