"""Tax by EN 16931: each line has its rate; the tax of each rate is calculated once on the sum of its lines.

Its rules on sums are kept to the last digit: net is the sum of the lines (BR-CO-10, BR-CO-13),
tax the sum of its rows (BR-CO-14), gross is net plus tax (BR-CO-15), a row's tax is its net
times its rate, rounded once (BR-CO-17), and due is gross less what is paid already (BR-CO-16).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.domain.money import rounded, show_amount
from suptime.domain.sentence import mark

TREATMENTS = ("standard", "zero", "exempt", "reverse-charge", "none")
"""Tax treatments of a line (categories S, Z, E, AE and O of EN 16931), in the order of a document."""

UNTAXED = ("exempt", "reverse-charge", "none")

TEXTS: Mapping[str, str] = {
    "exempt": mark("Exempt from tax."),
    "reverse-charge": mark("Reverse charge: the recipient is liable for the tax."),
}
"""Required text on a document with lines of a treatment, if the settings have none."""

Rules = Mapping[str, Any]
"""The table `tax` of the settings: `kinds` (kind of line -> rate or "exempt", or its history), `name`, `exempt`,
`reverse_charge` and `none` (texts), each of which may be missing."""

Line = Mapping[str, Any]


def tax_of(
    kind: str, tax: str | None, rules: Rules | None = None, day: date = date.max
) -> dict[str, str | None]:
    """Return the tax of a line of `kind` for a client of `tax`: a rate in percent, one of `UNTAXED`, or None as "none".

    The settings' rate for a kind on the `day` of supply replaces the client's rate, but never an exemption, a
    reverse charge or no tax: those concern the client.

    >>> tax_of("time", "19"), tax_of("fee", "19", {"kinds": {"fee": "7"}})
    ({'rate': '19', 'treatment': 'standard'}, {'rate': '7', 'treatment': 'standard'})
    >>> tax_of("fee", "reverse-charge", {"kinds": {"fee": "7"}})
    {'rate': '0', 'treatment': 'reverse-charge'}
    """
    if tax is None or tax == "none":
        return {"rate": None, "treatment": "none"}
    own = tax if tax in UNTAXED else _rate_of(kind, rules or {}, day) or tax
    if own in UNTAXED:
        return {"rate": "0", "treatment": own}
    return {"rate": own, "treatment": "standard" if Decimal(own) else "zero"}


def _rate_of(kind: str, rules: Rules, day: date) -> str | None:
    """Return the settings' rate for a kind of line on a day, or None."""
    found: str | list[Mapping[str, Any]] | None = rules.get("kinds", {}).get(kind)
    if not isinstance(found, list):
        return found
    steps = sorted((step["from"], str(step["rate"])) for step in found if step["from"] <= day)
    return steps[-1][1] if steps else None


def supplied_on(line: Line) -> date:
    """Return the date of supply of a line (F22): its own, or the last day of the period of a fee.

    >>> supplied_on({"date": "2026-10-01", "period": {"from": "2026-10-01", "to": "2026-12-31"}})
    datetime.date(2026, 12, 31)
    """
    period = line.get("period")
    return date.fromisoformat(period["to"] if period else line["date"])


EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
"""Countries in which tax is due on payments for agreed services (VAT Directive, Art. 65)."""


def is_due_on_receipt(seller: str | None, tax: str | None) -> bool:
    """Return whether tax is due on prepaid money: the rate is above 0, and the seller is in the EU (F16).

    >>> is_due_on_receipt("DE", "19"), is_due_on_receipt("DE", "exempt"), is_due_on_receipt("US", "10")
    (True, False, False)
    """
    is_rate = tax is not None and tax[:1].isdigit()
    return seller in EU and is_rate and Decimal(tax or 0) > 0


def taxed(line: Line, tax: str | None, rules: Rules | None = None) -> dict[str, Any]:
    """Return `line` with its tax; a line with tax keeps it. `tax` is the client's tax on its date of supply.

    An adjustment is taxed as the kind that it `adjusts`.
    """
    if line.get("tax"):
        return dict(line)
    day = supplied_on(line) if "date" in line else date.max
    return {**line, "tax": tax_of(line.get("adjusts") or line["kind"], tax, rules, day)}


def taxes_on(lines: Iterable[Line], currency: str, rules: Rules | None = None) -> list[dict[str, Any]]:
    """Return a row for each rate and treatment among `lines` that are `taxed`, by `TREATMENTS`, then rate.

    `reason` is the reason for no tax, `name` the name of the tax; both may be missing.

    >>> lines = [{"net": "0.10", "tax": {"rate": "5", "treatment": "standard"}}] * 3
    >>> taxes_on(lines, "USD")
    [{'rate': '5', 'treatment': 'standard', 'net': '0.30', 'tax': '0.02'}]
    """
    sums: dict[tuple[int, Decimal], tuple[Line, Decimal]] = {}
    for line in lines:
        tax = line["tax"]
        if tax["treatment"] == "none":
            continue
        key = (TREATMENTS.index(tax["treatment"]), -Decimal(tax["rate"]))
        sums[key] = (tax, sums.get(key, (tax, Decimal(0)))[1] + Decimal(line["net"]))
    return [_row(tax, net, currency, rules or {}) for _, (tax, net) in sorted(sums.items(), key=_first)]


def totals_of(
    lines: Iterable[Line], currency: str, rules: Rules | None = None, *, prepaid: Decimal = Decimal(0)
) -> dict[str, Any]:
    """Return the totals of a document with `lines` that are `taxed`; deposits pay `prepaid` of them.

    >>> totals = totals_of([taxed({"kind": "time", "net": "120.00"}, "10")], "USD", prepaid=Decimal(32))
    >>> [totals[key] for key in ("net", "tax", "gross", "prepaid", "due")]
    ['120.00', '12.00', '132.00', '32.00', '100.00']
    """
    lines = list(lines)
    taxes = taxes_on(lines, currency, rules)
    net = sum((Decimal(line["net"]) for line in lines), Decimal(0))
    tax = sum((Decimal(row["tax"]) for row in taxes), Decimal(0))
    sums = {"net": net, "tax": tax, "gross": net + tax, "prepaid": prepaid, "due": net + tax - prepaid}
    return {name: _formatted(sum_, currency) for name, sum_ in sums.items()} | {"taxes": taxes}


def tax_texts(lines: Iterable[Line], rules: Rules | None = None) -> list[str]:
    """Return the required texts of a document with `lines` that are `taxed`: the reasons for lines without tax.

    >>> tax_texts([taxed({"kind": "time", "net": "1"}, "reverse-charge")])
    ['Reverse charge: the recipient is liable for the tax.']
    """
    found = {line["tax"]["treatment"] for line in lines}
    return [text for name in TREATMENTS if name in found and (text := _text(name, rules or {}))]


def _row(tax: Line, net: Decimal, currency: str, rules: Rules) -> dict[str, Any]:
    reason = _text(tax["treatment"], rules)
    return {
        "rate": tax["rate"],
        "treatment": tax["treatment"],
        "net": _formatted(net, currency),
        "tax": _formatted(net * Decimal(tax["rate"]) / 100, currency),
        **({"reason": reason} if reason else {}),
        **({"name": rules["name"]} if rules.get("name") else {}),
    }


def _formatted(amount: Decimal, currency: str) -> str:
    """Return an amount rounded once, as text; zero has no sign, even as a share of a negative amount."""
    return show_amount(rounded(amount, currency) + 0, currency)


def _text(treatment: str, rules: Rules) -> str | None:
    found: str | None = rules.get(treatment.replace("-", "_")) or TEXTS.get(treatment)
    return found


def _first(item: tuple[Any, Any]) -> Any:
    return item[0]
