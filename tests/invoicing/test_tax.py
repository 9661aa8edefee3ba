"""The sums of EN 16931 hold to the last digit, whatever the lines, rates and currencies are."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.domain.money import minor_digits, show_amount
from suptime.invoicing.tax import TEXTS, tax_of, tax_texts, taxed, taxes_on, totals_of

CURRENCIES = ("USD", "JPY", "KWD")
KINDS = ("time", "block", "fee", "prepaid-sale", "adjustment")
RATES = st.decimals(0, 100, places=4).map(lambda rate: f"{rate.normalize():f}")
CLIENTS = st.one_of(RATES, st.sampled_from(["exempt", "reverse-charge", "none"]), st.none())
RULES = st.fixed_dictionaries(
    {}, optional={"kinds": st.dictionaries(st.sampled_from(KINDS), st.one_of(RATES, st.just("exempt")))}
)


@st.composite
def documents(draw):
    """Lines with their taxes, their currency, and the rules: (lines, currency, rules)."""
    currency = draw(st.sampled_from(CURRENCIES))
    unit = Decimal(1).scaleb(-minor_digits(currency))
    rules, client = draw(RULES), draw(CLIENTS)
    cents = st.integers(-(10**11), 10**11)
    rows = draw(st.lists(st.tuples(st.sampled_from(KINDS), cents), min_size=1, max_size=12))
    lines = [taxed({"kind": kind, "net": show_amount(n * unit, currency)}, client, rules) for kind, n in rows]
    return lines, currency, rules


def turned(lines, currency):
    """LINES as a credit note has them."""
    return [line | {"net": show_amount(-Decimal(line["net"]) + 0, currency)} for line in lines]


@given(documents())
def test_net_is_the_sum_of_the_lines(made):
    lines, currency, rules = made
    assert Decimal(totals_of(lines, currency, rules)["net"]) == sum(Decimal(line["net"]) for line in lines)


@given(documents())
def test_tax_is_reckoned_once_for_each_rate_on_its_sum_half_up(made):
    lines, currency, rules = made
    unit = Decimal(1).scaleb(-minor_digits(currency))
    rows = totals_of(lines, currency, rules)["taxes"]
    assert len({(row["treatment"], Decimal(row["rate"])) for row in rows}) == len(rows)
    for row in rows:
        its = [
            line
            for line in lines
            if line["tax"]["treatment"] == row["treatment"]
            and Decimal(line["tax"]["rate"]) == Decimal(row["rate"])
        ]
        net = sum(Decimal(line["net"]) for line in its)
        exact = net * Decimal(row["rate"]) / 100
        assert Decimal(row["net"]) == net
        assert Decimal(row["tax"]) == exact.quantize(unit, ROUND_HALF_UP)
        assert abs(Decimal(row["tax"]) - exact) * 2 <= unit


@given(documents(), st.integers(0, 10**6))
def test_gross_is_net_and_tax_and_due_is_what_is_not_paid_yet(made, deposit):
    lines, currency, rules = made
    totals = totals_of(lines, currency, rules, prepaid=Decimal(deposit))
    sums = {key: Decimal(totals[key]) for key in ("net", "tax", "gross", "prepaid", "due")}
    assert sums["tax"] == sum(Decimal(row["tax"]) for row in totals["taxes"])
    assert sums["gross"] == sums["net"] + sums["tax"]
    assert sums["due"] == sums["gross"] - deposit
    every = {line["tax"]["treatment"] for line in lines}
    covered = sum(Decimal(row["net"]) for row in totals["taxes"])
    assert covered == (0 if every == {"none"} else sums["net"])


@given(documents())
def test_a_credit_note_is_its_invoice_with_the_sign_turned(made):
    lines, currency, rules = made
    invoice = totals_of(lines, currency, rules)
    credit = totals_of(turned(lines, currency), currency, rules)
    for key in ("net", "tax", "gross", "due"):
        assert Decimal(credit[key]) == -Decimal(invoice[key])
    assert [(-Decimal(row["net"]), -Decimal(row["tax"])) for row in credit["taxes"]] == [
        (Decimal(row["net"]), Decimal(row["tax"])) for row in invoice["taxes"]
    ]


@given(documents(), st.randoms())
def test_the_order_of_lines_does_not_matter(made, random):
    lines, currency, rules = made
    shuffled = random.sample(lines, len(lines))
    assert totals_of(shuffled, currency, rules) == totals_of(lines, currency, rules)


@pytest.mark.parametrize(
    ("net", "rate", "tax"),
    [
        ("0.50", "19", "0.10"),  # 0.095: half up
        ("-0.50", "19", "-0.10"),
        ("100.00", "8.25", "8.25"),
        ("0.02", "25", "0.01"),  # 0.005
        ("41.67", "7.7", "3.21"),  # 3.20859
        ("999999999999.99", "19.6", "196000000000.00"),
    ],
)
def test_half_a_cent_of_tax_is_a_cent(net, rate, tax):
    assert taxes_on([taxed({"kind": "time", "net": net}, rate)], "USD")[0]["tax"] == tax


def test_tax_is_on_the_sum_and_not_on_each_line():
    # 3 x 0.33 x 19 % = 0.1881: 0.19; line by line it would be 3 x 0.06 = 0.18.
    lines = [taxed({"kind": "time", "net": "0.33"}, "19")] * 3
    assert totals_of(lines, "EUR")["tax"] == "0.19"


def test_a_kind_has_its_own_rate_and_the_rows_stand_by_rate():
    rules = {
        "kinds": {"fee": "7", "late-cancellation": "exempt"},
        "name": "VAT",
        "exempt": "No supply (art. 1).",
    }
    kinds = [("fee", "10.00"), ("late-cancellation", "5.00"), ("time", "100.00"), ("fee", "1.00")]
    lines = [taxed({"kind": kind, "net": net}, "19", rules) for kind, net in kinds]
    assert totals_of(lines, "EUR", rules) == {
        "net": "116.00",
        "tax": "19.77",
        "gross": "135.77",
        "prepaid": "0.00",
        "due": "135.77",
        "taxes": [
            {"rate": "19", "treatment": "standard", "net": "100.00", "tax": "19.00", "name": "VAT"},
            {"rate": "7", "treatment": "standard", "net": "11.00", "tax": "0.77", "name": "VAT"},
            {"rate": "0", "treatment": "exempt", "net": "5.00", "tax": "0.00", "reason": "No supply (art. 1).",
             "name": "VAT"},
        ],
    }  # fmt: skip
    assert tax_texts(lines, rules) == ["No supply (art. 1)."]


@pytest.mark.parametrize("client", ["exempt", "reverse-charge", "none", None])
def test_a_rate_for_a_kind_does_not_end_what_the_client_is_freed_from(client):
    assert tax_of("fee", client, {"kinds": {"fee": "7"}})["rate"] in ("0", None)


def test_a_rate_of_nothing_is_a_rate_and_no_exemption():
    lines = [taxed({"kind": "time", "net": "1.00"}, "0")]
    assert taxes_on(lines, "USD") == [{"rate": "0", "treatment": "zero", "net": "1.00", "tax": "0.00"}]
    assert tax_texts(lines) == []


@pytest.mark.parametrize("client", ["exempt", "reverse-charge", "0", "1"])
def test_no_tax_on_less_than_nothing_has_no_sign(client):
    lines = [taxed({"kind": "credit", "net": net}, client) for net in ("-0.20", "0.00")]
    totals = totals_of(lines, "USD")
    assert (totals["tax"], totals["taxes"][0]["tax"]) == ("0.00", "0.00")


def test_rates_that_are_equal_are_one_row_however_they_are_written():
    lines = [taxed({"kind": "time", "net": "1.00"}, rate) for rate in ("19", "19.0")]
    assert [row["net"] for row in taxes_on(lines, "USD")] == ["2.00"]


def test_a_correction_keeps_the_rate_of_what_it_corrects():
    tax = {"rate": "16", "treatment": "standard"}
    assert taxed({"kind": "adjustment", "net": "-1.00", "tax": tax}, "19")["tax"] == tax


@pytest.mark.parametrize("treatment", TEXTS)
def test_what_has_no_tax_says_why(treatment):
    lines = [taxed({"kind": "time", "net": "1.00"}, treatment)]
    assert tax_texts(lines) == [TEXTS[treatment]]
    assert taxes_on(lines, "USD")[0]["reason"] == TEXTS[treatment]
    own = {treatment.replace("-", "_"): "In our words."}
    assert tax_texts(lines, own) == ["In our words."]


def test_no_tax_at_all_says_nothing_unless_the_settings_do():
    lines = [taxed({"kind": "time", "net": "1.00"}, "none")]
    assert (tax_texts(lines), taxes_on(lines, "USD")) == ([], [])
    assert tax_texts(lines, {"none": "Outside the scope of VAT."}) == ["Outside the scope of VAT."]
