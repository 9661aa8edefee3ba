"""What the parts of a document are called in front of a client, in every format alike."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from suptime.render.filters import (
    column,
    day_in,
    duration,
    long_day,
    money,
    month,
    one_line,
    period,
    short_day,
    spoken,
)
from suptime.render.wording_terms import is_credit

Part = Mapping[str, Any]
"""An object of the JSON document: an invoice, a case, a line, a unit of work."""

OUTCOMES = {
    "chargeable": "chargeable",
    "covered": "covered",
    "non_billable": "free",
    "waived": "waived",
    "held": "held",
}
"""The outcomes as a client reads them, in the order in which they are told."""

KINDS = {
    "time": "Time",
    "block": "Booked block",
    "late-cancellation": "Late cancellation",
    "incident": "Incident",
    "minutes": "Minutes",
    "fee": "Fee",
    "prepaid-sale": "Prepaid",
    "adjustment": "Adjustment",
    "credit": "Credit",
}

TIMED = ("time", "minutes", "incident")
"""Kinds of lines that are made of units of work alone: where those are shown, what was done is told."""

_PER = {"hour": " / h", "minute": " / min"}


def title(invoice: Part) -> str:
    """What INVOICE is: an invoice or a credit note, a draft or its number."""
    kind = "Credit note" if is_credit(invoice) else "Invoice"
    return f"{kind} {invoice['number']}" if invoice["number"] else f"Draft {kind.lower()}"


def nothing(document: Part) -> str:
    """What is said where DOCUMENT has no invoice."""
    return (
        f"Nothing to invoice for {month(document['month'])}." if document["month"] else "Nothing to invoice."
    )


def when(document: Part) -> str:
    """The month of DOCUMENT in words."""
    return month(document["month"]) if document["month"] else ""


def client(invoice: Part) -> Part:
    """The client of INVOICE, with the keys that a seller has."""
    return {key: invoice[f"client_{key}"] for key in ("name", "address", "email", "tax_id")}


def address(party: Part) -> list[str]:
    """The lines beneath the name of PARTY, a seller or a client: address, e-mail, telephone, tax numbers."""
    lines = [*(party.get("address") or "").split("\n"), party.get("email"), party.get("phone")]
    numbers = (("Tax number", party.get("tax_id")), ("Local tax number", party.get("tax_number")))
    lines += [f"{name} {number}" for name, number in numbers if number]
    return [one_line(line) for line in lines if line and line.strip()]


def facts(invoice: Part, document: Part) -> list[tuple[str, str]]:
    """What stands beside the client's address, each with its name."""
    contracts = [contract_title(invoice, code) for code in invoice["contracts"]]
    told = [
        ("Credits", f"Invoice {invoice['credits']}" if invoice.get("credits") else ""),
        ("Reason", one_line(invoice.get("credit_reason"))),
        ("Period", period(invoice["period"])),
        ("Currency", invoice["currency"]),
        ("Contract" if len(contracts) == 1 else "Contracts", "; ".join(contracts)),
    ]
    if day := invoice.get("issued_on"):
        told.append(("Issued", long_day(day)))
        if invoice.get("due_on") and not is_credit(invoice):
            told.append(("Payable by", long_day(invoice["due_on"])))
    else:
        told.append(("Drawn up", long_day(day_in(document["drawn_up_at"], invoice["timezone"]))))
    return [(name, value) for name, value in told if value]


def not_charged(reason: Part) -> str:
    """How much REASON is about, and what became of it."""
    return f"{duration(reason['seconds'])} {OUTCOMES[reason['outcome']]}"


def contract_title(invoice: Part, code: str) -> str:
    """The title of the contract CODE, or the code where it has none."""
    return one_line(invoice["contract_titles"].get(code)) or code


def total(lines: Iterable[Part]) -> str:
    """The sum of the net amounts of LINES, exact."""
    return str(sum((Decimal(line["net"]) for line in lines), Decimal(0)))


def case_total(case: Part) -> str:
    """What CASE comes to: a sum, or a word where it has no lines."""
    if case["lines"]:
        return money(total(case["lines"]))
    return "held" if case["time"]["held_seconds"] else "no charge"


def fate(work: Part) -> str:
    """What became of WORK where it is not all chargeable: `free`, or `10 min free, 5 min held`."""
    sums = dict.fromkeys(OUTCOMES, 0)
    for share in work["shares"]:
        sums[share["outcome"]] += share["seconds"]
    told = [
        (OUTCOMES[outcome], seconds)
        for outcome, seconds in sums.items()
        if seconds and outcome != "chargeable"
    ]
    if len(told) == 1 and told[0][1] == work["seconds"]:
        return told[0][0]
    return ", ".join(f"{duration(seconds)} {word}" for word, seconds in told)


def label(line: Part) -> str:
    """What LINE is, in a word or two, with the appointment it is about and a price other than the plain one."""
    kind = KINDS.get(line["kind"]) or str(line["kind"])
    kind = f"{kind} {line['appointment']}" if line["appointment"] else kind
    return f"{kind}, {one_line(line['tariff'])}" if line.get("tariff") else kind


def details(line: Part, work: Sequence[Part] = ()) -> list[str]:
    """What is told beneath LINE: what was done, unless that stands in the WORK above, and why so much."""
    told = []
    shown = {unit["unit"] for unit in work}
    if line["kind"] not in TIMED or not line["units"] or not shown.issuperset(line["units"]):
        who = ", ".join(line["agents"])
        told.append(
            one_line(line["description"])
            + (f" ({who})" if who and not shown.issuperset(line["units"]) else "")
        )
    if line.get("corrects"):
        told.append(f"Corrects {line['corrects']}.")
    told.append(f"{one_line(line['reason'])} {drawn(line)}".strip())
    return [text for text in told if text]


def joined(texts: Iterable[str]) -> str:
    """TEXTS as sentences one after another."""
    ended = [
        text if text.endswith((".", "!", "?", "\N{IDEOGRAPHIC FULL STOP}")) else f"{text}." for text in texts
    ]
    return " ".join(ended)


def drawn(line: Part) -> str:
    """Which purchases pay LINE, and how much, unless its reason names them."""
    left = [draw for draw in line["draws"] if draw["purchase"] not in re.findall(r"\w+", line["reason"])]
    if not left:
        return ""
    each = (f"{_drawn(draw)} from {draw['purchase']}" for draw in left)
    return f"Prepaid: {', '.join(each)}."


def _drawn(draw: Part) -> str:
    """How much DRAW took: a length of time, or incidents where it took no minutes."""
    incidents = 0 if draw["minutes"] else draw.get("quantity", 0)
    return spoken(incidents, "incidents") if incidents else duration(draw["minutes"] * 60)


def worked(line: Part) -> str:
    """The time worked for LINE."""
    return column(line["worked_seconds"])


def billed(line: Part) -> str:
    """How much LINE bills: a length of time, or so many of its unit."""
    if line["billed_minutes"] or line["unit"] == "minute":
        return column(line["billed_minutes"] * 60)
    return counted(line)


def counted(line: Part) -> str:
    """The quantity of LINE in its own unit, with what a pack of incidents pays of it."""
    if line["unit"] == "minute":
        return column(int(line["quantity"]) * 60)
    number = Decimal(line["quantity"]) + line.get("prepaid_incidents", 0)
    return f"{number} {line['unit']}" + ("" if number == 1 else "s")


def summed(lines: Sequence[Part]) -> str:
    """What LINES bill, minutes and incidents, in words; nothing where they bill neither."""
    minutes = sum(line["billed_minutes"] for line in lines)
    incidents = sum(
        int(line["quantity"]) + line.get("prepaid_incidents", 0)
        for line in lines
        if line["unit"] == "incident"
    )
    told = [spoken(incidents, "incidents")] if incidents else []
    told += [duration(minutes * 60)] if minutes or not told else []
    return " and ".join(told)


def others(lines: Sequence[Part]) -> str:
    """What LINES that belong to no case are: fees, what was bought ahead, or both."""
    sold = any(line["kind"] == "prepaid-sale" for line in lines)
    fees = any(line["kind"] == "fee" for line in lines)
    if sold and not fees:
        return "Bought ahead"
    return "Fees" if fees and not sold else "Fees and what was bought ahead"


def prepaid(line: Part) -> str:
    """What prepaid hours or incidents pay of LINE."""
    if line.get("prepaid_incidents"):
        return str(line["prepaid_incidents"])
    return column(line["prepaid_minutes"] * 60)


def price(line: Part) -> str:
    """The price of LINE, for an hour or a minute with that said."""
    return money(line["unit_price"]) + _PER.get(line["price_per"], "")


def tax_label(tax: Part) -> str:
    """What a row of the taxes is called."""
    rate, net = tax.get("rate"), money(tax["net"])
    name = one_line(tax.get("name")) or "Tax"
    treatment = {"exempt": "exempt", "reverse-charge": "reverse charge"}.get(tax.get("treatment", ""))
    if treatment:
        return f"{name}, {treatment}, on {net}"
    return f"{name} {rate} % on {net}" if rate is not None else f"{name} on {net}"


def totals(invoice: Part) -> list[tuple[str, str]]:
    """The totals of INVOICE above the amount due, each with its name."""
    sums = invoice["totals"]
    rows = [("Net", sums["net"])]
    rows += [(tax_label(tax), tax["tax"]) for tax in sums["taxes"]]
    if not sums["taxes"]:
        rows.append(("Tax", sums["tax"]))
    rows.append(("Total", sums["gross"]))
    if Decimal(sums["prepaid"]):
        rows.append(("Paid from deposit", str(-Decimal(sums["prepaid"]))))
    return [(name, money(amount)) for name, amount in rows]


def time_parts(time: Part) -> list[tuple[str, int]]:
    """The seconds worked, and what they are made of, each with its name and the sign of the sum before it."""
    signs = ("= ", *["+ "] * 4)
    parts = [
        (sign + name, time[f"{key}_seconds"])
        for sign, (key, name) in zip(signs, OUTCOMES.items(), strict=True)
    ]
    return [("worked", time["worked_seconds"]), *parts]


def about(case: Part, invoice: Part) -> str:
    """Where CASE stands: its contract where INVOICE is for several, its category, cause and status."""
    told = [
        ("Contract", contract_title(invoice, case["contract"]) if len(invoice["contracts"]) > 1 else None)
    ]
    told += [("Category", case["category"]), ("Cause", case["cause"]), ("Status", case["status"])]
    return ". ".join(f"{name}: {one_line(value)}" for name, value in told if value)


def balance_title(balance: Part) -> str:
    """What BALANCE is of."""
    name = {"minutes": "Prepaid hours", "incidents": "Prepaid incidents", "money": "Deposit"}[balance["unit"]]
    return f"{name}, {one_line(balance['title']) or balance['contract']}"


def left_over(balance: Part, currency: str) -> str:
    """What is left of BALANCE, and on which day."""
    left = spoken(balance["remaining"], balance["unit"], currency)
    return f"{left} left on {long_day(balance['as_of'])}"


def validity(purchase: Part) -> str:
    """From when to when PURCHASE can be used."""
    bought = f"bought on {short_day(purchase['on'])}"
    last = purchase["valid_through"]
    return f"{bought}, valid through {short_day(last)}" if last else f"{bought}, does not expire"


def without_invoice(document: Part) -> list[Part]:
    """The held time of clients who have no invoice in DOCUMENT."""
    told = {invoice["client"] for invoice in document["invoices"]}
    return [row for row in document["held"] if row["client"] not in told]
