"""Steps, a cap and a minimum of a month cost what its minutes cost, whoever typed which first."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from worked import facts

from suptime.rating.rate import rate

HOUR = Decimal("60.00")
SLOT = 4
"""Hours between the starts of two units."""

work = st.lists(
    st.tuples(st.integers(1, 28), st.integers(0, 5), st.integers(1, SLOT * 60), st.sampled_from("123")),
    min_size=1,
    max_size=7,
    unique_by=lambda unit: unit[:2],
)
prices = st.decimals(Decimal("1.00"), Decimal("200.00"), places=2)


@st.composite
def agreed(draw):
    """The steps, their mode, and a cap and a minimum of minutes, or none."""
    edges = sorted(draw(st.lists(st.integers(1, 900), min_size=1, max_size=3, unique=True)))
    steps = [(edge, draw(prices)) for edge in edges] + [(None, draw(prices))]
    cap = draw(st.one_of(st.none(), st.integers(60, 1200)))
    least = draw(st.one_of(st.none(), st.integers(1, cap or 900)))
    return steps, draw(st.sampled_from(["graduated", "volume"])), cap, least


def written(steps, mode, cap, least):
    """The contract file of what was agreed."""
    stated = [
        f'{{ {f"to = {chr(34)}{to}m{chr(34)}, " if to else ""}hour = "{price}" }}' for to, price in steps
    ]
    limits = f'[cap]\nhours = {{ month = "{cap}m" }}\n' if cap else ""
    limits += f'[minimum]\nhours = "{least}m"\n' if least else ""
    return f'[prices]\nhour = "{HOUR}"\n[tiers]\nmode = "{mode}"\nsteps = [ {", ".join(stated)} ]\n{limits}'


def cost(minutes, steps, mode):
    """The cost of so many minutes of a month."""
    if mode == "volume":
        price = next(price for to, price in steps if to is None or minutes <= to)
        return minutes * price / 60
    total, before = Decimal(0), 0
    for to, price in steps:
        until = minutes if to is None else min(minutes, to)
        total += max(0, until - before) * price / 60
        before = max(before, until)
    return total


def rows(terms, units):
    """The charges of October for `units`, recorded in this order."""
    lines = [
        f"2026-10-{day:02} {slot * SLOT:02}:00 {minutes}m CASE-{case} ana"
        for day, slot, minutes, case in units
    ]
    example = {"terms": terms, "starts": "2026-10-01", "now": "2026-11-01 00:00", "work": lines}
    return rate(facts(example)).charges


@given(agreed(), work)
@settings(max_examples=60)
def test_a_month_costs_what_its_minutes_cost(terms, units):
    steps, mode, cap, least = terms
    charges = rows(written(*terms), units)
    worked = sum(minutes for *_, minutes, _ in units)
    billed = worked if cap is None else min(worked, cap)
    missing = max(0, (least or 0) - billed)
    due = cost(billed, steps, mode) + missing * HOUR / 60
    assert abs(sum(charge.net for charge in charges) - due) <= len(charges) * Decimal("0.005")
    assert sum(charge.quantity for charge in charges) == worked + missing
    assert sum(charge.capped for charge in charges) == worked - billed


@given(agreed(), work, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_recording_changes_nothing(terms, units, random):
    def essence(its):
        return sorted((c.case, c.day, str(c.tariff), c.quantity, c.capped, c.net) for c in its)

    text, other = written(*terms), units.copy()
    random.shuffle(other)
    assert essence(rows(text, units)) == essence(rows(text, other))
