"""Beyond the official rules, which let a tax be wrong by 0.99: every sum is exact, to the cent."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from read_back import number, terms

pytestmark = pytest.mark.xdist_group("einvoice")
CENT = Decimal("0.01")


def cents(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


def exact(told):
    """What does not add up in the terms TOLD."""
    wrong = []

    def same(name, left, right):
        if left != right:
            wrong.append(f"{name}: {left} is not {right}")

    for line in told["lines"]:
        reckoned = cents(number(line, "BT-129") * number(line, "BT-146") / number(line, "BT-149"))
        beyond = number(line, "BT-141") - number(line, "BT-136")
        same(f"line {line['BT-126']}", number(line, "BT-131"), reckoned + beyond)
        same(f"unit of line {line['BT-126']}", line["BT-130"], line["BT-150"])
    same("BT-106", number(told, "BT-106"), sum(number(line, "BT-131") for line in told["lines"]))
    same("BT-109", number(told, "BT-109"), number(told, "BT-106"))
    of_lines = {}
    for line in told["lines"]:
        key = (line["BT-151"], line.get("BT-152"))
        of_lines[key] = of_lines.get(key, Decimal(0)) + number(line, "BT-131")
    rows = {(row["BT-118"], row.get("BT-119")): row for row in told["taxes"]}
    same("rates", set(rows), set(of_lines))
    for key, row in rows.items():
        same(f"BT-116 of {key}", number(row, "BT-116"), of_lines.get(key))
        same(
            f"BT-117 of {key}",
            number(row, "BT-117"),
            cents(number(row, "BT-116") * Decimal(key[1] or 0) / 100),
        )
    same("BT-110", number(told, "BT-110"), sum(number(row, "BT-117") for row in told["taxes"]))
    same("BT-112", number(told, "BT-112"), number(told, "BT-109") + number(told, "BT-110"))
    same("BT-115", number(told, "BT-115"), number(told, "BT-112") - number(told, "BT-113"))
    return wrong


def test_every_sum_of_the_year_is_exact_in_both_syntaxes(files):
    assert {n: wrong for n, both in files.items() for xml in both if (wrong := exact(terms(xml)))} == {}


def test_both_syntaxes_say_the_same(files):
    for ubl, cii in files.values():
        assert terms(ubl) == terms(cii)


@pytest.mark.parametrize("term", ["BT-106", "BT-109", "BT-110", "BT-112", "BT-115"])
def test_one_cent_more_in_a_total_is_found(files, term):
    told = terms(files["INV-2026-0001"][0])
    told[term] = str(Decimal(told[term]) + CENT)
    assert exact(told)


@pytest.mark.parametrize(("table", "term"), [("lines", "BT-131"), ("taxes", "BT-116"), ("taxes", "BT-117")])
def test_one_cent_more_in_a_row_is_found(files, table, term):
    told = terms(files["INV-2026-0001"][0])
    told[table][0][term] = str(Decimal(told[table][0][term]) + CENT)
    assert exact(told)
