"""The laws of rating, for any contract and any life (rating.md)."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from lives import FIRST, HOLIDAYS, facts

from suptime.contracts.clauses import measuring_clause, rounding
from suptime.contracts.clauses.after_hours import AfterHours
from suptime.contracts.clauses.cap import Cap
from suptime.contracts.clauses.incident import Incident
from suptime.contracts.clauses.minimum import Minimum
from suptime.contracts.clauses.prepaid import Prepaid
from suptime.contracts.clauses.prices import Prices
from suptime.contracts.clauses.rounding import UNROUNDED, Rounding, billed_minutes
from suptime.contracts.clauses.tiers import Tiers
from suptime.domain.case import EventKind
from suptime.domain.charge import ChargeKind
from suptime.domain.outcome import Outcome
from suptime.rating.balance import balances
from suptime.rating.rate import rate

BY_THE_HOUR = (ChargeKind.TIME, ChargeKind.BLOCK, ChargeKind.LATE_CANCELLATION)
DAYS = [FIRST + timedelta(days=n) for n in range(-10, 140)]


@given(facts())
def test_every_worked_second_gets_exactly_one_outcome(known):
    pieces = defaultdict(list)
    for share in rate(known).shares:
        pieces[share.piece.unit.id].append(share.piece.span)
    for unit in known.units:
        spans = sorted(pieces[unit.id])
        assert spans[0].start == unit.started_at
        assert spans[-1].end == unit.ended_at
        assert all(before.end == after.start for before, after in pairwise(spans))


@given(facts())
def test_every_share_lies_in_one_day_and_one_version(known):
    for share in rate(known).shares:
        zone = share.piece.version.zone
        last = max(share.piece.span.start, share.piece.span.end - 1)
        assert zone.day(share.piece.span.start) == zone.day(last) == share.piece.day
        if share.outcome is Outcome.CHARGEABLE:
            assert known.contract.at(share.piece.span.start) == share.piece.version


@given(facts())
def test_the_rows_of_a_group_add_up_to_the_group(known):
    rating = rate(known)
    blocks = defaultdict(list)
    for fate in rating.fates:
        if fate.is_block:
            blocks[fate.appointment.case, fate.appointment.agent].append(fate.appointment)
    groups, versions = defaultdict(int), {}
    for share in rating.shares:
        unit, span = share.piece.unit, share.piece.span
        inside = any(
            b.starts_at <= span.start and span.end <= b.ends_at for b in blocks[unit.case, unit.agent]
        )
        version = share.piece.version
        if (
            share.outcome is Outcome.CHARGEABLE
            and not inside
            and measuring_clause(version) is rounding.CLAUSE
        ):
            per = (version.get(Rounding) or UNROUNDED).per
            day, month = share.piece.day, share.piece.day.replace(day=1)
            key = {
                "unit": (unit.id, day),
                "case-day": (unit.case, day),
                "day": day,
                "case-month": (unit.case, month),
                "month": month,
            }
            groups[version.starts_on, key[per]] += share.seconds
            versions[version.starts_on] = version
    expected = defaultdict(int)
    for (start, _), seconds in groups.items():
        expected[start] += billed_minutes(versions[start].get(Rounding) or UNROUNDED, seconds)
    billed = defaultdict(int)
    for charge in rating.charges:
        if charge.kind is ChargeKind.TIME:
            billed[known.contract.on(charge.day).starts_on] += charge.billed_minutes
    assert {k: v for k, v in billed.items() if v} == {k: v for k, v in expected.items() if v}


@given(facts())
def test_a_row_bills_its_own_chargeable_seconds(known):
    rating = rate(known)
    chargeable = sum(s.seconds for s in rating.shares if s.outcome is Outcome.CHARGEABLE)
    on_rows = sum(c.worked_seconds for c in rating.charges)
    assert on_rows <= chargeable
    units = {c for charge in rating.charges for c in charge.units}
    assert units <= {s.piece.unit.id for s in rating.shares if s.outcome is Outcome.CHARGEABLE}


@given(facts())
def test_opening_is_drawn_and_forfeited_and_left_on_every_day(known):
    rating = rate(known)
    before = None
    for day in DAYS:
        found = balances(rating, rating, day)
        for at in found:
            assert at.purchased == at.used + at.forfeited + at.remaining
            assert all(p.used >= 0 and p.forfeited >= 0 and p.remaining >= 0 for p in at.purchases)
        for earlier, at in zip(before or found, found, strict=True):
            assert at.used >= earlier.used
            assert at.forfeited >= earlier.forfeited
        before = found


@given(facts())
def test_purchases_pay_only_for_their_days_and_the_first_to_expire_first(known):
    rating = rate(known)
    left = {s.purchase.id: int(s.purchase.quantity) for s in rating.stocks}
    for charge in rating.charges:
        assert charge.capped + charge.drawn + charge.invoiced == charge.quantity
        assert charge.invoiced >= 0
        pays = "incidents" if charge.unit == "incident" else "hours"
        for draw in charge.draws:
            stock = next(s for s in rating.stocks if s.purchase.id == draw.purchase)
            assert stock.purchase.on <= charge.day <= (stock.valid_through or date.max)
            expiry = stock.valid_through or date.max
            assert stock.unit == pays
            for other in (s for s in rating.stocks if s.unit == pays):
                if other.pays_on(charge.day) and (other.valid_through or date.max) < expiry:
                    assert left[other.purchase.id] == 0
            left[draw.purchase] -= draw.quantity
            assert left[draw.purchase] >= 0
        if charge.invoiced:
            assert not any(
                left[s.purchase.id] for s in rating.stocks if s.unit == pays and s.pays_on(charge.day)
            )


@given(facts(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_were_recorded_does_not_matter(known, random: Random):
    def shuffled(things):
        return tuple(random.sample(things, len(things)))

    # Ids are given in the order of typing: other ids must give the same charges, too.
    ids = random.sample(range(1, 100), len(known.units))
    renumbered = tuple(unit._replace(id=i) for unit, i in zip(known.units, ids, strict=True))
    again = replace(
        known,
        cases=shuffled(known.cases),
        units=shuffled(renumbered),
        appointments=shuffled(known.appointments),
        purchases=shuffled(known.purchases),
    )

    def essence(facts):
        rating = rate(facts)
        charges = [
            (c.kind, c.case, c.day, c.appointment, c.tariff, c.quantity, c.capped, c.draws, c.net)
            for c in rating.charges
        ]
        shares = [(s.piece.unit.agent, s.piece.span, s.outcome, s.reason) for s in rating.shares]
        return (
            charges,
            sorted(shares, key=repr),
            [(f.appointment.id, f.state, f.outcome) for f in rating.fates],
        )

    assert essence(again) == essence(known)


@given(facts())
def test_rating_twice_changes_nothing(known):
    assert rate(known) == rate(known)


@given(facts())
def test_the_net_of_a_row_is_its_minutes_times_the_price_rounded_once(known):
    for charge in rate(known).charges:
        exact = Decimal(charge.invoiced) * charge.price / (60 if charge.priced_by == "hour" else 1)
        assert charge.net == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert abs(charge.net - exact) <= Decimal("0.005")


@given(facts())
def test_held_time_counted_as_billable_holds_nothing_and_loses_nothing(known):
    plain, full = rate(known), rate(known, as_if_billable=True)
    assert not [s for s in full.shares if s.outcome is Outcome.HELD]
    assert sum(s.seconds for s in plain.shares) == sum(s.seconds for s in full.shares)


@given(facts())
@settings(max_examples=50)
def test_no_row_stands_twice(known):
    keys = [(c.kind, c.case, c.day, c.appointment, c.starts_at, c.tariff) for c in rate(known).charges]
    assert len(keys) == len(set(keys))


@given(facts())
def test_a_purchase_with_a_limit_is_forfeited_on_the_day_after_its_last(known):
    rating = rate(known)
    for stock in rating.stocks:
        version = known.contract.on(stock.purchase.on)
        terms = version.get(Prepaid) if version else None
        if terms and terms.valid_for_days is not None:
            assert stock.valid_through == stock.purchase.on + timedelta(days=terms.valid_for_days)


@given(facts())
def test_an_incident_is_charged_once_per_window_and_only_when_completed(known):
    rating = rate(known)
    cases = {case.number: case for case in known.cases}
    for charge in rating.charges:
        if charge.kind is ChargeKind.INCIDENT:
            assert charge.quantity == 1
            resolutions = [e.at for e in cases[charge.case].of_kind(EventKind.RESOLVE)]
            zones = {version.zone for version in known.contract.versions}
            assert charge.day in {zone.day(at) for zone in zones for at in resolutions}


@given(facts())
def test_minutes_on_calls_are_each_calls_started_minutes(known):
    rating = rate(known)
    blocks = {(f.appointment.case, f.appointment.agent) for f in rating.fates if f.is_block}
    seconds = defaultdict(int)
    for share in rating.shares:
        unit = share.piece.unit
        per_minute = measuring_clause(share.piece.version).table == "per_minute"
        if share.outcome is Outcome.CHARGEABLE and per_minute and (unit.case, unit.agent) not in blocks:
            seconds[share.piece.version.starts_on, unit.id] += share.seconds
    billed = sum(c.quantity for c in rating.charges if c.kind is ChargeKind.MINUTES)
    if not blocks:
        assert billed == sum(-(-s // 60) for s in seconds.values())


@given(facts())
def test_after_hours_change_no_outcome_and_no_billed_minute_but_prices(known):
    def without(version):
        return replace(version, terms={k: v for k, v in version.terms.items() if k is not AfterHours})

    plain = replace(
        known, contract=replace(known.contract, versions=tuple(map(without, known.contract.versions)))
    )

    def essence(facts):
        rating = rate(facts)
        seconds, quantities = defaultdict(int), defaultdict(int)
        for share in rating.shares:
            seconds[share.piece.unit.id, share.outcome] += share.seconds
        for charge in rating.charges:
            quantities[charge.kind] += charge.quantity
        return seconds, quantities

    assert essence(known) == essence(plain)


def places_of(charge, known):
    """What CHARGE fills, by the words of a cap."""
    project = next(case.project for case in known.cases if case.number == charge.case)
    places = {"day": charge.day, "case": charge.case, "month": charge.day.replace(day=1)}
    return places | ({"project": (project, "")} if project else {})


@given(facts())
def test_rows_are_capped_exactly_where_a_cap_is_full_and_by_the_order_of_drawing(known):
    used = defaultdict(int)
    for charge in rate(known).charges:
        assert 0 <= charge.capped <= charge.quantity
        if charge.unit != "minute" or not charge.case:
            continue
        places = places_of(charge, known)
        version = known.contract.on(charge.day)
        stated = version.get(Cap).hours if version and version.get(Cap) else {}
        stated = {per: most for per, most in stated.items() if per in places}
        payable = charge.quantity - charge.capped
        for per, most in stated.items():
            assert used[per, places[per]] + payable <= max(most, used[per, places[per]])
        if charge.capped:
            assert any(used[per, places[per]] + payable >= most for per, most in stated.items())
        for per, place in places.items():
            used[per, place] += payable


@given(facts())
def test_caps_change_no_outcome_and_no_billed_minute(known):
    def without(version):
        return replace(version, terms={k: v for k, v in version.terms.items() if k is not Cap})

    plain = replace(
        known, contract=replace(known.contract, versions=tuple(map(without, known.contract.versions)))
    )
    capped, free = rate(known), rate(plain)
    assert [(s.piece.span, s.outcome) for s in capped.shares] == [
        (s.piece.span, s.outcome) for s in free.shares
    ]
    assert billed(capped) == billed(free)
    assert sum(c.payable for c in of_cases(capped)) <= sum(c.quantity for c in of_cases(free))


def of_cases(rating):
    return [charge for charge in rating.charges if charge.case]


def billed(rating):
    """What is billed of each row, whatever its price: caps move minutes between steps of the price."""
    found = defaultdict(int)
    for charge in of_cases(rating):
        found[charge.key._replace(tariff="")] += charge.quantity
    return found


@given(facts())
def test_steps_of_the_price_are_filled_from_the_lowest_by_the_order_of_drawing(known):
    """Each minute has the price of the step that the minutes before it reach."""
    used = defaultdict(int)
    for charge in rate(known).charges:
        version = known.contract.on(charge.day)
        terms = version.get(Tiers) if version else None
        if charge.kind not in BY_THE_HOUR:
            continue
        month = charge.day.replace(day=1)
        if terms is not None and terms.mode == "graduated":
            before = used[month if terms.per == "month" else charge.case]
            limits = [step.to for step in terms.steps]
            place = next(n for n, to in enumerate(limits) if to is None or before < to)
            step = terms.steps[place]
            after = Decimal(1)
            if (hours := version.get(AfterHours)) and "after_hours" in charge.clauses:
                after = hours.multiplier
            normal = version.get(Prices).on("hour", charge.day)
            assert charge.price == (step.hour or normal) * after * step.multiplier
            assert step.to is None or before + charge.payable <= step.to
        for place in (month, charge.case):
            used[place] += charge.payable


@given(facts())
def test_a_month_that_is_over_and_covered_is_never_billed_less_than_its_minimum(known):
    rating = rate(known)
    paid, added = defaultdict(int), {}
    for charge in rating.charges:
        month = charge.day.replace(day=1)
        paid[month] += charge.payable if charge.unit == "minute" else 0
        if charge.kind is ChargeKind.MINIMUM:
            assert month not in added
            added[month] = charge.quantity
    for month in (date(2026, n, 1) for n in range(1, 13)):
        last = (month.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
        days = (month + timedelta(n) for n in range(last.day))
        version = known.contract.on(last)
        over = version and version.zone.midnight(last + timedelta(1)) <= known.as_of
        terms = version.get(Minimum) if over and all(map(known.contract.on, days)) else None
        if terms is None:
            assert month not in added
        elif month in added:
            assert paid[month] == terms.hours
        else:
            assert paid[month] >= terms.hours


@given(facts())
def test_chargeable_time_has_the_tariff_exactly_where_it_lies_outside_the_service_hours(known):
    rating = rate(known)
    for share in rating.shares:
        piece = share.piece
        terms = piece.version.get(AfterHours)
        if share.outcome is not Outcome.CHARGEABLE or terms is None or piece.version.get(Incident):
            continue
        holidays = HOLIDAYS.get(terms.holidays, {})
        openings = terms.hours.covering(piece.day, piece.version.zone, holidays.__contains__)
        within = max((opening.overlap(piece.span) for opening in openings), default=0)
        if piece.seconds:
            assert within == (piece.seconds if piece.tariff is None else 0)
    for charge in rating.charges:
        plain_kind = charge.kind in (ChargeKind.BLOCK, ChargeKind.LATE_CANCELLATION, ChargeKind.INCIDENT)
        assert not (plain_kind and "after hours" in charge.tariff)
        assert ("after_hours" in charge.clauses) == ("after hours" in charge.tariff)
