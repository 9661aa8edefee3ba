"""Random contracts and random lives of their cases, for properties that hold for all of them."""

from datetime import date, timedelta
from decimal import Decimal

from holidays import country_holidays
from hypothesis import strategies as st

from suptime.contracts.clauses.after_hours import AfterHours
from suptime.contracts.clauses.appointments import Appointments
from suptime.contracts.clauses.cap import SPANS, Cap
from suptime.contracts.clauses.classification import Classification
from suptime.contracts.clauses.conditions import Conditions
from suptime.contracts.clauses.consent import Consent
from suptime.contracts.clauses.coverage import Coverage
from suptime.contracts.clauses.escalation import Escalation
from suptime.contracts.clauses.guarantee import Guarantee, Tier
from suptime.contracts.clauses.guests import Guests
from suptime.contracts.clauses.incident import Incident
from suptime.contracts.clauses.minimum import Minimum
from suptime.contracts.clauses.per_minute import PerMinute
from suptime.contracts.clauses.prepaid import UNITS, Prepaid
from suptime.contracts.clauses.prices import Prices
from suptime.contracts.clauses.rates import Rate, Rates
from suptime.contracts.clauses.rounding import DIRECTIONS, PARTIAL, PER, Rounding
from suptime.contracts.clauses.tiers import MODES, Step, Tiers
from suptime.contracts.clauses.tiers import PER as TIERS_PER
from suptime.domain.booking import Appointment, Purchase
from suptime.domain.case import Case, Event, EventKind
from suptime.domain.client import Project
from suptime.domain.contract import Contract, Version
from suptime.domain.service_hours import ServiceHours, is_holiday
from suptime.domain.time import DAY, HOUR, MINUTE, Zone
from suptime.domain.work import WorkUnit
from suptime.rating.facts import Facts

# Around the end of October, when clocks change in both zones and not in the third.
FIRST = date(2026, 10, 20)
START = Zone("UTC").midnight(FIRST)
LENGTH = 16 * DAY
CATEGORIES = ("question", "bug-report", "configuration", None, "unlisted")
CAUSES = ("product-defect", "no-defect-found", "vendor-fault", "unlisted", None)
AGENTS = ("ana", "bob", "gus")

HOLIDAYS = {
    "DE-BY": country_holidays("DE", subdiv="BY", years=FIRST.year),
    "US": country_holidays("US", years=FIRST.year),
}
"""The holidays that the library knows, by their code in a contract."""
for code in HOLIDAYS:
    is_holiday(code, FIRST)  # the table of the world is loaded here, not within the time of one example

instants = st.integers(0, LENGTH // 60).map(lambda m: START + m * MINUTE) | st.integers(0, LENGTH).map(
    START.__add__
)
optional = st.none


def _caps(stated):
    return Cap({per: stated[per] for per in SPANS if per in stated})


caps = st.dictionaries(st.sampled_from(sorted(SPANS)), st.sampled_from([30, 60, 300, 900]), min_size=1).map(
    _caps
)
"""Caps of one or more kinds, in the order in which rows fill them."""


minimums = st.builds(Minimum, st.sampled_from([60, 600, 3000]))
"""Least minutes of a month."""

steps = st.lists(st.sampled_from([30, 60, 300, 900]), min_size=1, max_size=3, unique=True).flatmap(
    lambda limits: st.tuples(
        *(
            st.builds(
                Step,
                st.just(to),
                st.sampled_from([None, Decimal("120.00"), Decimal("33.33")]),
                st.just(Decimal(1)) | st.just(Decimal("0.9")),
            )
            for to in [*sorted(limits), None]
        )
    )
)
price_tiers = st.builds(Tiers, steps, st.sampled_from(sorted(TIERS_PER)), st.sampled_from(MODES))
"""Steps of the price of an hour."""


conditions = st.one_of(
    st.builds(Conditions, st.sampled_from([(("agents", ("ana",)),), (("channels", ("phone",)),)])),
    st.builds(
        Conditions,
        st.just(()),
        st.builds(
            ServiceHours.daily,
            st.sampled_from([0, 600]),
            st.sampled_from([1200, 1800]),
            st.sampled_from([(5, 6), tuple(range(7))]),
        ),
        outside=st.booleans(),
    ),
)
rates = st.lists(
    st.builds(
        lambda conditions, amount, appointments: (conditions, amount, appointments),
        conditions,
        st.sampled_from(["80.00", "33.33", None, ""]),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
).map(
    lambda drawn: Rates(
        tuple(
            Rate(
                f"rate {n}",
                conditions,
                {"hour": ((date.min, Decimal(amount)),)} if amount else {},
                Decimal("1.5") if amount is None else None,
                amount != "",
                appointments,
            )
            for n, (conditions, amount, appointments) in enumerate(drawn)
        )
    )
)
"""Rates by agent, channel and time: amounts, multipliers, and time that is not billed."""


@st.composite
def terms(draw):
    """The terms of a version: each clause there or not."""
    amounts = st.decimals(Decimal("0.01"), Decimal(400), places=2)
    items = draw(st.sampled_from([["hour"], ["hour", "incident", "minute"], ["incident", "minute"], []]))
    found = {Prices: Prices({item: ((date.min, draw(amounts)),) for item in items})}
    way = draw(st.sampled_from([None, None, Incident, PerMinute]))
    channels = st.sampled_from([None, ("phone",), ("email", "phone")])
    if way is Incident:
        found[way] = Incident(draw(st.sampled_from([None, HOUR, 2 * HOUR])), draw(channels))
    elif way is PerMinute:
        found[way] = PerMinute(draw(channels))
    if way is not Incident and draw(st.booleans()):
        found[Cap] = draw(caps)
    if draw(st.booleans()):
        found[Rates] = draw(rates)
    if way is None and "hour" in items and draw(st.booleans()):
        found[Tiers] = draw(price_tiers)
    if way is not Incident and "hour" in items and draw(st.booleans()):
        found[Minimum] = draw(minimums)
    if draw(st.booleans()):
        found[Coverage] = Coverage(
            draw(channels),
            draw(st.sampled_from([(), ("vendor-fault",)])),
            draw(st.sampled_from([(), ("question",)])),
        )
    if draw(st.booleans()):
        tiers = (Tier(Decimal(25000), inclusive=False, days=3), Tier(None, inclusive=False, days=9))
        found[Guarantee] = Guarantee(tiers, ("product-defect",))
    if draw(st.booleans()):
        found[Rounding] = Rounding(
            draw(st.sampled_from([0, 1, 5, 6, 15, 30, 60])),
            draw(st.sampled_from(PER)),
            draw(st.sampled_from(DIRECTIONS)),
            draw(st.sampled_from([0, 0, 10, 45])),
            draw(st.sampled_from(PARTIAL)),
        )
    if draw(st.booleans()):
        rules = ("billable", "non-billable", "by-cause")
        found[Classification] = Classification(
            draw(st.sampled_from(rules[:2])),
            {c: draw(st.sampled_from(rules)) for c in CATEGORIES[:3]},
            {c: draw(st.sampled_from(("billable", "non-billable", "waived"))) for c in CAUSES[:3]},
        )
    if draw(st.booleans()):
        opens, closes = draw(st.sampled_from([(540, 1080), (0, 1440), (0, 120), (150, 1439), (1320, 1800)]))
        days = draw(st.frozensets(st.integers(0, 6), min_size=1))
        holidays = draw(st.sampled_from([None, *HOLIDAYS]))
        multiplier = draw(st.sampled_from([Decimal("1.5"), Decimal(2), Decimal("0.75")]))
        found[AfterHours] = AfterHours(multiplier, ServiceHours.daily(opens, closes, days), holidays)
    for kind, some in (
        (Escalation, st.builds(Escalation, st.booleans())),
        (Consent, st.builds(Consent, st.booleans())),
        (Guests, st.builds(Guests, st.sampled_from(("if-requested", "always", "never")))),
        (
            Appointments,
            st.builds(
                Appointments,
                st.sampled_from(("booked", "worked")),
                st.sampled_from([0, HOUR, DAY]),
                st.sampled_from([0, 30]),
            ),
        ),
        (Prepaid, st.builds(Prepaid, st.sampled_from(UNITS), st.sampled_from([None, 0, 3, 90]))),
    ):
        if draw(st.booleans()):
            found[kind] = draw(some)
    return found


@st.composite
def contracts(draw):
    """A contract of one or two versions, perhaps with an end."""
    zone = Zone(draw(st.sampled_from(["UTC", "America/Chicago", "Europe/Berlin", "Asia/Kathmandu"])))
    starts = [date(2026, 1, 1)] + (
        [FIRST + timedelta(days=draw(st.integers(0, 15)))] if draw(st.booleans()) else []
    )
    ends = draw(st.none() | st.integers(0, 15).map(lambda n: starts[-1] + timedelta(days=n)))
    versions = [
        Version("c", "Example", "USD", zone, start, ends if start == starts[-1] else None, draw(terms()))
        for start in starts
    ]
    return Contract("c", "client", tuple(versions))


@st.composite
def events(draw):
    """What happens to a case, in order; resolutions and reopenings alternate."""
    found = [
        Event(EventKind.CONSENT, at, "x", draw(st.none() | st.integers(0, 5 * HOUR)))
        for at in draw(st.lists(instants, max_size=2))
    ]
    found += [Event(EventKind.ESCALATE, at) for at in draw(st.lists(instants, max_size=1))]
    turns = sorted(draw(st.lists(instants, max_size=4, unique=True)))
    for place, at in enumerate(turns):
        resolved = place % 2 == 0
        found.append(
            Event(EventKind.RESOLVE, at, cause=draw(st.sampled_from(CAUSES)))
            if resolved
            else Event(EventKind.REOPEN, at)
        )
    return tuple(sorted(found, key=lambda e: e.at))


@st.composite
def facts(draw):
    """Facts of a contract: cases, agents who never overlap themselves, appointments, purchases."""
    contract = draw(contracts())
    numbers = draw(
        st.lists(
            st.sampled_from(["CASE-1", "CASE-2", "CASE-9", "CASE-10", "ACME-10"]), min_size=1, unique=True
        )
    )
    cases = [
        Case(
            n,
            "client",
            "c",
            START,
            category=draw(st.sampled_from(CATEGORIES)),
            events=draw(events()),
            project=draw(st.sampled_from([None, "P1", "P2"])),
            waived=draw(st.sampled_from([None, None, None, "goodwill"])),
        )
        for n in numbers
    ]
    units = []
    for agent in AGENTS:
        at = START
        for gap, length in draw(
            st.lists(st.tuples(st.integers(0, 30 * HOUR), st.integers(0, 9 * HOUR)), max_size=6)
        ):
            start, end = at + gap, at + gap + length
            units.append(
                WorkUnit(
                    len(units) + 1,
                    draw(st.sampled_from(numbers)),
                    agent,
                    draw(st.sampled_from(["phone", "email", "other"])),
                    start,
                    end,
                    guest=agent == "gus",
                    requested=draw(st.booleans()),
                    waived=draw(st.sampled_from([None] * 7 + ["goodwill"])),
                )
            )
            at = end
    booked = []
    for agent in AGENTS:
        at = START
        for gap, length in draw(
            st.lists(st.tuples(st.integers(0, 60 * HOUR), st.integers(60, 5 * HOUR)), max_size=3)
        ):
            start, end = at + gap, at + gap + length
            cancelled = draw(
                st.none() | st.integers(0, 3 * DAY).map(lambda ahead, start=start: start - ahead)
            )
            booked.append(
                Appointment(
                    len(booked) + 1,
                    draw(st.sampled_from(numbers)),
                    agent,
                    start,
                    end,
                    draw(st.sampled_from([None, "phone"])),
                    cancelled,
                    None if cancelled is None else draw(st.sampled_from(["client", "us"])),
                    draw(st.sampled_from([None, None, "us", "client"])),
                )
            )
            at = end
    days = st.integers(-5, 16).map(lambda n: FIRST + timedelta(days=n))
    bought = [
        Purchase(place + 1, "c", day, Decimal(minutes))
        for place, (day, minutes) in enumerate(
            draw(st.lists(st.tuples(days, st.integers(1, 900)), max_size=4))
        )
    ]
    as_of = START + LENGTH + draw(st.sampled_from([-8 * DAY, 0, 90 * DAY]))
    projects = (
        Project("P1", "client", Decimal(20000), FIRST),
        Project("P2", "client", Decimal(90000), FIRST),
    )
    return Facts(contract, tuple(cases), tuple(units), tuple(booked), tuple(bought), as_of, projects)
