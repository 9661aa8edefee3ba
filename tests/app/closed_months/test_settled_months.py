"""What is rated of closed months is little; what comes of it is what rating everything would give."""

import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from driving import ACCEPT_ALL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lives import CATEGORIES, CAUSES, LENGTH, START, caps, facts, instants

from stores import new_store
from suptime.app import facts as reading
from suptime.app import recent
from suptime.app.invoices import issue as issuing
from suptime.contracts.clauses.appointments import Appointments
from suptime.contracts.clauses.cap import Cap
from suptime.contracts.clauses.classification import Classification
from suptime.contracts.clauses.consent import Consent
from suptime.contracts.clauses.coverage import Coverage, Fee
from suptime.contracts.clauses.incident import Incident
from suptime.contracts.clauses.per_minute import PerMinute
from suptime.contracts.clauses.prepaid import Prepaid
from suptime.contracts.clauses.prices import Prices
from suptime.contracts.clauses.rounding import Rounding
from suptime.domain.case import Event, EventKind
from suptime.domain.client import Client, TaxHistory
from suptime.domain.contract import PriceChange
from suptime.domain.finding import Acceptance
from suptime.domain.time import DAY, HOUR, Month, Zone
from suptime.errors import NotPossible
from suptime.invoicing import draft
from suptime.invoicing.draft import Account, Letterhead, Window, drafts, open_months
from suptime.rating.rated import RatedContract
from suptime.settings.keys import NUMBER_FORMAT
from suptime.settings.settings import Settings
from suptime.store.repositories.records import ContractRow

MONTHS = [Month(2026, 9), Month(2026, 10), Month(2026, 11), Month(2026, 12)]
CLIENT = Client("client", "Client", tax="19")
HOUSE = issuing.IssueSettings(Settings(Path("none.toml")), NUMBER_FORMAT, Zone("UTC"))
ACCEPTED = Acceptance.of(ACCEPT_ALL.split(","))

steps = st.one_of(
    st.tuples(st.just("issue"), st.none()),
    st.tuples(st.just("issue"), st.none()),
    st.tuples(st.just("close"), st.none()),
    st.tuples(st.just("supplement"), st.integers(0, 2)),
    st.tuples(st.just("credit"), st.tuples(st.integers(0, 5), st.sampled_from(["reopen", "write-off"]))),
    st.tuples(st.just("toggle_unit"), st.integers(0, 17)),
    st.tuples(st.just("toggle_unit"), st.integers(0, 17)),
    st.tuples(st.just("run_unit"), st.integers(0, 17)),
    st.tuples(st.just("shorten_unit"), st.tuples(st.integers(0, 17), st.integers(1, 5000))),
    st.tuples(st.just("book"), st.integers(0, 8)),
    st.tuples(st.just("miss"), st.integers(0, 8)),
    st.tuples(st.just("happen"), st.tuples(st.integers(0, 4), instants, st.sampled_from(CAUSES))),
    st.tuples(st.just("consent"), st.tuples(st.integers(0, 4), instants, st.integers(1, 20000))),
    st.tuples(st.just("edit_case"), st.tuples(st.integers(0, 4), st.sampled_from(["question", None]))),
    st.tuples(st.just("move_case"), st.tuples(st.integers(0, 4), st.sampled_from(["P1", "P2", None]))),
    st.tuples(st.just("waive"), st.integers(0, 4)),
    st.tuples(st.just("buy"), st.integers(0, 3)),
    st.tuples(st.just("agree"), st.none()),
    st.tuples(st.just("price"), st.integers(0, 16)),
    st.tuples(st.just("wait"), st.integers(1, 40)),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """An empty store, made once."""
    path = tmp_path_factory.mktemp("empty") / "suptime.db"
    new_store(path).close()
    return path


class Firm:
    """A store in which things happen, and what they would have come to under the facts' contract."""

    def __init__(self, known, store):
        self.all, self.store = known, store
        self.now = START + 14 * DAY
        self.there = set()
        self.versions = known.contract.versions[:1]
        with self._changing() as tx:
            tx.clients.add(CLIENT)
            for project in known.projects:
                tx.projects.add(project)
            tx.contracts.add(row_of(self.versions[0]))
            for case in known.cases:
                past = tuple(e for e in case.events if e.at <= self.now and e.up_to_seconds != 0)
                tx.cases.add(replace(case, events=past))
            for place in range(0, len(known.units), 2):
                self._toggle(tx, place)

    @contextmanager
    def _changing(self):
        with self.store.changing(at=self.now, agent="x", command="test") as tx:
            yield tx

    def contracts(self, tx, **_):
        """What `contracts_of` gives: the versions agreed by now, with the prices set since."""
        versions = reading.priced(list(self.versions), tx.prices.find())
        return [replace(self.all.contract, versions=versions)]

    def do(self, step, what):
        getattr(self, step)(what)

    def _closed(self):
        with self.store.reading() as tx:
            return tx.months.closed_through("client")

    def _next(self):
        closed = self._closed()
        return closed.next if closed else MONTHS[0]

    def issue(self, _):
        month = self._next()
        if month in MONTHS[:3] and month.next.first <= Zone("UTC").day(self.now - DAY):
            asked = HOUSE.asked(month, "client", None)
            issuing.issue(self.store, asked, HOUSE, ACCEPTED, now=self.now, agent="x")

    def supplement(self, place):
        closed = self._closed()
        if closed is not None and MONTHS[place] <= closed:
            asked = HOUSE.asked(MONTHS[place], "client", None, supplement=True)
            issuing.issue(self.store, asked, HOUSE, ACCEPTED, now=self.now, agent="x")

    def close(self, _):
        month = self._next()
        if month in MONTHS[:3] and month.next.first <= Zone("UTC").day(self.now - DAY):
            issuing.close(self.store, month, "client", zone=Zone("UTC"), now=self.now, agent="x")

    def credit(self, what):
        place, mode = what
        with self.store.reading() as tx:
            numbers = [
                i.number
                for i in tx.invoices.find()
                if not i.credits and not tx.invoices.credit_note_of(i.number)
            ]
        if place < len(numbers):
            issuing.credit(self.store, numbers[place], "why", mode, HOUSE, now=self.now, agent="x")

    def check_written_off(self):
        """No document after a write-off holds a line of its rows, but for what --reopen opened of another."""
        with self.store.reading() as tx:
            invoices = {i.number: i for i in tx.invoices.find()}
            lines = tx.lines.find(with_credited=True)
            notes = [i for i in invoices.values() if i.credits]
            reopened = {i.credits for i in notes if i.mode == "reopen"}
            for note in notes:
                if note.mode == "write-off":
                    off = {line.key for line in lines if line.number == note.credits}
                    off -= {line.key for line in lines if line.number in reopened}
                    later = {i.number for i in invoices.values() if i.issue > note.issue and not i.credits}
                    assert not [line for line in lines if line.number in later and line.key in off]

    def toggle_unit(self, place):
        if place < len(self.all.units):
            with self._changing() as tx:
                self._toggle(tx, place)

    def _toggle(self, tx, place):
        unit = self.all.units[place]
        if tx.units.get(unit.id):
            tx.units.delete(unit.id)
        elif unit.ended_at <= self.now:
            tx.units.add(unit)

    def run_unit(self, place):
        """A timer that was started then and still runs, or is stopped now."""
        if place >= len(self.all.units):
            return
        unit = self.all.units[place]
        with self._changing() as tx:
            running = tx.units.running(unit.agent)
            if running:
                tx.units.save(running._replace(ended_at=self.all.units[running.id - 1].ended_at))
            elif tx.units.get(unit.id) is None and unit.ended_at <= self.now:
                tx.units.add(unit._replace(ended_at=None))

    def shorten_unit(self, what):
        place, seconds = what
        with self._changing() as tx:
            unit = tx.units.get(place + 1)
            if unit and unit.ended_at is not None:
                tx.units.save(unit._replace(ended_at=max(unit.started_at, unit.ended_at - seconds)))

    def book(self, place):
        if place < len(self.all.appointments):
            booked = self.all.appointments[place]
            with self._changing() as tx:
                if tx.appointments.get(booked.id) is None:
                    tx.appointments.add(replace(booked, cancelled_at=None, cancelled_by=None, missed_by=None))
                elif booked.cancelled_at is not None:
                    tx.appointments.save(replace(booked, missed_by=None))

    def miss(self, place):
        if place < len(self.all.appointments):
            with self._changing() as tx:
                booked = tx.appointments.get(self.all.appointments[place].id)
                if booked and booked.cancelled_at is None and booked.ends_at <= self.now:
                    tx.appointments.save(replace(booked, missed_by="us"))

    def happen(self, what):
        place, at, cause = what
        if place < len(self.all.cases) and at <= self.now:
            with self._changing() as tx:
                case = tx.cases.get(self.all.cases[place].number)
                last = case.last_turn
                if last is not None and last.at >= at:
                    return
                turn = EventKind.REOPEN if case.resolved_at is not None else EventKind.RESOLVE
                tx.cases.add_event(
                    case.number, Event(turn, at, cause=cause if turn is EventKind.RESOLVE else None)
                )

    def consent(self, what):
        place, at, limit = what
        if place < len(self.all.cases) and at <= self.now:
            with self._changing() as tx:
                given = Event(EventKind.CONSENT, at, "x", limit if limit % 3 else None)
                tx.cases.add_event(self.all.cases[place].number, given)
                if limit % 5 == 0:
                    tx.cases.add_event(self.all.cases[place].number, Event(EventKind.ESCALATE, at))

    def edit_case(self, what):
        place, category = what
        if place < len(self.all.cases):
            with self._changing() as tx:
                case = tx.cases.get(self.all.cases[place].number)
                tx.cases.save(replace(case, category=category))

    def move_case(self, what):
        place, project = what
        if place < len(self.all.cases):
            with self._changing() as tx:
                case = tx.cases.get(self.all.cases[place].number)
                tx.cases.save(replace(case, project=project))

    def waive(self, place):
        if place < len(self.all.cases):
            with self._changing() as tx:
                case = tx.cases.get(self.all.cases[place].number)
                tx.cases.save(replace(case, waived=None if case.waived else "goodwill"))

    def buy(self, place):
        if place < len(self.all.purchases):
            bought = self.all.purchases[place]
            with self._changing() as tx:
                if tx.purchases.get(bought.id, void=True) is None:
                    tx.purchases.add(replace(bought, price=Decimal("99.50") if place % 2 else None))

    def agree(self, _):
        if len(self.versions) < len(self.all.contract.versions):
            self.versions = self.all.contract.versions
            with self._changing() as tx:
                tx.contracts.add(row_of(self.versions[1]))

    def price(self, day):
        since = date(2026, 10, 20).toordinal() + day
        with self._changing() as tx:
            tx.prices.set(PriceChange("c", "hour", date.fromordinal(since), Decimal(100 + day)))

    def wait(self, days):
        self.now += days * DAY


def row_of(version):
    return ContractRow("c", "client", version.title, version.starts_on, version.ends_on, "")


def told(window, contracts, today):
    """All that a draft of the window's month would say."""
    account = Account(CLIENT, contracts, window.month.last, TaxHistory.of(CLIENT, ()))
    found = drafts(window, account, Letterhead(), today)
    return (
        found,
        open_months(window, account),
        draft.held_time(window.month.last, "client", contracts) if not window.supplement else (),
        sorted((c.line.key.case, c.day) for c in account.open),
    )


def check(firm):
    """A draft of each month, and each balance, is the same from what was touched as from everything."""
    today = Zone("UTC").day(firm.now)
    with firm.store.reading() as tx:
        closed = tx.months.closed_through("client")
        everything = [RatedContract.of(reading.facts_of(tx, c, firm.now)) for c in firm.contracts(tx)]
        for month in MONTHS:
            supplement = closed is not None and month <= closed
            few = recent.rated_contracts(tx, CLIENT, firm.now, month)
            window = Window(month, closed, supplement)
            assert told(window, few, today) == told(window, everything, today)
            for day in (month.first, date(month.year, month.month, 20), month.last):
                assert few[0].balances(day) == everything[0].balances(day)
    firm.check_written_off()


def play(known, life, path):
    with new_store(path) as store, pytest.MonkeyPatch.context() as patch:
        firm = Firm(known, store)
        patch.setattr(recent, "contracts_of", firm.contracts)
        patch.setattr(reading, "contracts_of", firm.contracts)
        patch.setattr("suptime.app.work.timer_rows.refresh", lambda tx: None)
        for step, what in life:
            try:
                firm.do(step, what)
            except NotPossible:
                continue
            check(firm)
        check(firm)
        with store.reading() as tx:
            assert [*tx.row_checks.differences(), *tx.months.faults(), *tx.audit.faults()] == []


@st.composite
def charging(draw, capped):
    """Terms under which most time is charged, in any of the ways there are; CAPPED: with caps, if they can have any."""
    items = ("hour", "incident", "minute")
    found = {Prices: Prices({item: ((date.min, Decimal("33.33")),) for item in items})}
    pers = st.sampled_from(["day", "day", "unit", "case-day", "case-month", "month"])
    for kind, some in (
        (Rounding, st.builds(Rounding, st.sampled_from([0, 15, 60]), pers)),
        (Prepaid, st.builds(Prepaid, st.sampled_from(["hours", "hours", "incidents"]), st.just(90))),
        (
            Appointments,
            st.builds(Appointments, st.sampled_from(["booked", "worked"]), st.just(DAY), st.just(30)),
        ),
    ):
        if draw(st.booleans()):
            found[kind] = draw(some)
    way = draw(st.sampled_from([None, None, None, Incident, PerMinute, Coverage, Consent]))
    if capped and way is not Incident:
        found[Cap] = draw(st.sampled_from([Cap({"case": 60}), Cap({"project": 90})]) | caps)
    if way is Incident:
        found[way] = Incident(draw(st.sampled_from([None, HOUR, 2 * HOUR])))
    elif way is Coverage:
        found[way] = Coverage(("phone",), (), ("question",), Fee(Decimal(10), None, None, "", "month"))
    elif way is not None:
        found[way] = way()
    rules = st.sampled_from(["by-cause", "billable", "billable"])
    found[Classification] = Classification(
        "billable", {c: draw(rules) for c in CATEGORIES[:3]}, {CAUSES[1]: "billable", CAUSES[2]: "waived"}
    )
    return found


@st.composite
def firms(draw, capped=False):
    """Facts that are charged for, most of them; perhaps with caps, or CAPPED for certain."""
    known = draw(facts().filter(lambda f: len(f.units) > 3))
    versions = tuple(
        replace(v, terms=draw(charging(capped or draw(st.booleans()))), ends_on=None)
        for v in known.contract.versions
    )
    return replace(known, contract=replace(known.contract, versions=versions), as_of=START + LENGTH)


@st.composite
def lives(draw, months=2):
    """What happens, with two MONTHS closed in the middle, or more of them, after a while."""
    closing = st.tuples(st.sampled_from(["issue", "issue", "close"]), st.none())
    later = [("wait", 40)] if months > 2 else []
    late = st.tuples(st.just("toggle_unit"), st.integers(0, 8)) if later else steps
    before, after = st.lists(steps, max_size=4), st.lists(late | steps, min_size=2, max_size=9)
    written_off = draw(st.sampled_from([[], [("credit", (0, "write-off"))]]))
    return [*draw(before), *later, *(draw(closing) for _ in range(months)), *written_off, *draw(after)]


@given(known=firms(), life=lives())
@settings(
    max_examples=30,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
    ],
)
def test_what_was_touched_tells_all_that_everything_would(known, life, empty, tmp_path_factory):
    path = tmp_path_factory.mktemp("life") / "suptime.db"
    shutil.copy(empty, path)
    play(known, life, path)


@given(known=firms(capped=True), life=lives(months=3))
@settings(
    max_examples=30,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
    ],
)
def test_so_it_does_where_hours_are_capped(known, life, empty, tmp_path_factory):
    path = tmp_path_factory.mktemp("life") / "suptime.db"
    shutil.copy(empty, path)
    play(known, life, path)
