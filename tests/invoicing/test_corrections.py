"""What a row gives back has the price and the tax of the lines that it corrects (F23, F24)."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.domain.charge import Charge, ChargeKind, IssuedLine, RowKey, difference, holdings
from suptime.invoicing.corrections import parts_of
from suptime.rating.rate import net_of

DAY = date(2026, 10, 5)
KEY = RowKey(ChargeKind.TIME, "CASE-1", DAY)


def charge(minutes: int, price: str, held=None) -> Charge:
    """A row of so many minutes at a price per hour."""
    net = net_of(minutes, Decimal(price), "hour", "EUR")
    return Charge(
        ChargeKind.TIME, "c", "CASE-1", DAY, minutes * 60, minutes, "minute", "hour", Decimal(price), net, "EUR",
        key=KEY, held=held,
    )  # fmt: skip


def told(part, number: str, rate: str):
    """A part as a document and a claim have it."""
    row = part.charge
    tax = part.tax or {"rate": rate, "treatment": "standard"}
    return {
        "kind": "adjustment" if row.invoiced < 0 else "time",
        "adjusts": "time",
        "contract": "c",
        "date": DAY.isoformat(),
        "appointment": None,
        "tariff": None,
        "quantity": str(row.invoiced),
        "unit_price": f"{row.price:.2f}",
        "price_per": row.priced_by,
        "net": f"{row.net:.2f}",
        "tax": tax,
        "number": number,
    }


def life(steps):
    """The lines of each document for (minutes, price, rate) that a row has, one month after another."""
    lines, documents, shown = [], {}, []
    for number, (minutes, price, rate) in enumerate(steps, 1):
        held = holdings(lines).get(KEY)
        now = charge(minutes, price, held)
        row = difference(now)
        if row is None:
            continue
        name = f"INV-{number}"
        its = [told(part, name, rate) for part in parts_of(now, row, lines, documents)]
        assert sum(Decimal(one["net"]) for one in its) == row.net
        assert sum(int(one["quantity"]) for one in its) == row.invoiced
        lines.append(IssuedLine("c", KEY, row.quantity, row.worked_seconds, row.net, row.draws, name))
        documents[name] = {"cases": [{"case": "CASE-1", "lines": its}]}
        shown.append([(one["quantity"], one["unit_price"], one["tax"]["rate"], one["net"]) for one in its])
    return shown, documents


CASES = {
    "less work, at one price and tax": (
        [(60, "100", "19"), (45, "100", "16")],
        [("-15", "100.00", "19", "-25.00")],
    ),
    "more work takes the tax of its date": (
        [(60, "100", "19"), (90, "100", "16")],
        [("30", "100.00", "16", "50.00")],
    ),
    "two taxes: the latest issued first": (
        [(60, "100", "19"), (90, "100", "16"), (0, "100", "7")],
        [("-30", "100.00", "16", "-50.00"), ("-60", "100.00", "19", "-100.00")],
    ),
    "a part of two taxes": (
        [(60, "100", "19"), (90, "100", "16"), (45, "100", "7")],
        [("-30", "100.00", "16", "-50.00"), ("-15", "100.00", "19", "-25.00")],
    ),
    "another price: given back whole, and charged anew": (
        [(60, "100", "19"), (90, "120", "16")],
        [("-60", "100.00", "19", "-100.00"), ("90", "120.00", "16", "180.00")],
    ),
    "less at another price": (
        [(60, "100", "19"), (30, "120", "16")],
        [("-60", "100.00", "19", "-100.00"), ("30", "120.00", "16", "60.00")],
    ),
    "what was given back is not given back again": (
        [(60, "100", "19"), (90, "100", "16"), (45, "100", "7"), (0, "100", "7")],
        [("-45", "100.00", "19", "-75.00")],
    ),
    "a cent belongs to the row as a whole": (
        [(20, "125", "19"), (40, "125", "19"), (0, "125", "19")],
        [("-40", "125.00", "19", "-83.33")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_correction_has_the_price_and_the_tax_of_its_lines(case):
    steps, last = CASES[case]
    assert life(steps)[0][-1] == last


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 7, 20, 45, 60, 95]),
            st.sampled_from(["100", "125", "99.99"]),
            st.sampled_from(["19", "16"]),
        ),
        min_size=1,
        max_size=7,
    )
)
def test_nothing_is_left_at_any_price_and_tax_once_a_row_is_gone(steps):
    """Law 13: whatever facts and prices came later, what is given back is what was invoiced, rate by rate."""
    _, documents = life([*steps, (0, steps[-1][1], "7")])
    left = defaultdict(lambda: [0, Decimal(0)])
    for document in documents.values():
        for line in document["cases"][0]["lines"]:
            at = left[line["unit_price"], line["tax"]["rate"]]
            at[0] += int(line["quantity"])
            at[1] += Decimal(line["net"])
    assert all(sums == [0, 0] for sums in left.values())


def test_without_documents_a_correction_is_one_line():
    lines = [IssuedLine("c", KEY, 60, 3600, Decimal("100.00"))]
    now = charge(0, "120", holdings(lines)[KEY])
    row = difference(now)
    assert row is not None
    (part,) = parts_of(now, row, lines, {})
    assert (part.charge, part.tax) == (replace(row), None)
