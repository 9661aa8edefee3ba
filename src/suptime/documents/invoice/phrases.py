"""What the parts of a document are called in front of a client, in every format alike."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from suptime.language.figures import (
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
from suptime.language.translate import Part, forms, mark, said, tr, trn

OUTCOMES = {
    "chargeable": mark("chargeable"),
    "covered": mark("covered"),
    "non_billable": mark("free"),
    "waived": mark("waived"),
    "held": mark("held"),
}

"""The outcomes as a client reads them, in English, in the order in which they are told."""

KINDS = {
    "time": mark("Time"),
    "block": mark("Booked block"),
    "late-cancellation": mark("Late cancellation"),
    "incident": mark("Incident"),
    "minutes": mark("Minutes"),
    "fee": mark("Fee"),
    "prepaid-sale": mark("Prepaid"),
    "adjustment": mark("Adjustment"),
    "credit": mark("Credit"),
}

TAX, VAT = mark("Tax"), mark("VAT")

"""What a tax is called that the settings have no name for; and the name that most of them have."""

TIMED = ("time", "minutes", "incident")

"""Kinds of lines that are made of units of work alone: where those are shown, what was done is told."""

_PER = {"hour": " / h", "minute": " / min"}


def title(invoice: Part) -> str:
    """What INVOICE is: an invoice or a credit note, a draft or its number."""
    if number := invoice["number"]:
        if is_credit(invoice):
            return tr("Credit note {number}", number=number)
        return tr("Invoice {number}", number=number)
    return tr("Draft credit note") if is_credit(invoice) else tr("Draft invoice")


def page_title(document: Part) -> str:
    """Return the title of a page of invoices."""
    invoices = document["invoices"]
    if len(invoices) == 1:
        (one,) = invoices
        client = one_line(one["client_name"])
        return f"{title(one)}, {client}, {month(one['period']['from'][:7])}"
    return tr("Invoices, {month}", month=when(document)) if invoices else nothing(document)


def nothing(document: Part) -> str:
    """What is said where DOCUMENT has no invoice."""
    if document["month"]:
        return tr("Nothing to invoice for {month}.", month=month(document["month"]))
    return tr("Nothing to invoice.")


def when(document: Part) -> str:
    """The month of DOCUMENT in words."""
    return month(document["month"]) if document["month"] else ""


def facts(invoice: Part, document: Part) -> list[tuple[str, str]]:
    """What stands beside the client's address, each with its name."""
    contracts = [contract_title(invoice, code) for code in invoice["contracts"]]
    told = [
        (tr("Credits"), tr("Invoice {number}", number=invoice["credits"]) if invoice.get("credits") else ""),
        (tr("Reason"), one_line(invoice.get("credit_reason"))),
        (tr("Period"), period(invoice["period"])),
        (tr("Currency"), invoice["currency"]),
        (tr("Contract") if len(contracts) == 1 else tr("Contracts"), "; ".join(contracts)),
    ]
    if day := invoice.get("issued_on"):
        told.append((tr("Issued"), long_day(day)))
        if invoice.get("due_on") and not is_credit(invoice):
            told.append((tr("Payable by"), long_day(invoice["due_on"])))
    else:
        told.append((tr("Drawn up"), long_day(day_in(document["drawn_up_at"], invoice["timezone"]))))
    return [(name, value) for name, value in told if value]


def not_charged(reason: Part) -> str:
    """How much REASON is about, and what became of it."""
    return _so_much(OUTCOMES[reason["outcome"]], reason["seconds"])


def _so_much(outcome: str, seconds: int) -> str:
    """How many SECONDS have an OUTCOME, given in English."""
    return tr("{length} {outcome}", length=duration(seconds), outcome=tr(outcome))


def outcome_named(outcome: str) -> str:
    """What an OUTCOME is called."""
    return tr(OUTCOMES[outcome])


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
    return tr("held") if case["time"]["held_seconds"] else tr("no charge")


def fate(work: Part) -> str:
    """Return the outcome of work where it is not all chargeable: `free`, or `10 min free, 5 min held`."""
    sums = dict.fromkeys(OUTCOMES, 0)
    for share in work["shares"]:
        sums[share["outcome"]] += share["seconds"]
    told = [
        (OUTCOMES[outcome], seconds)
        for outcome, seconds in sums.items()
        if seconds and outcome != "chargeable"
    ]
    if len(told) == 1 and told[0][1] == work["seconds"]:
        return tr(told[0][0])
    return ", ".join(_so_much(word, seconds) for word, seconds in told)


def label(line: Part) -> str:
    """What LINE is, in a word or two, with the appointment it is about and a price other than the plain one."""
    kind = tr(KINDS.get(line["kind"]) or str(line["kind"]))
    kind = f"{kind} {line['appointment']}" if line["appointment"] else kind
    return f"{kind}, {tr(one_line(line['tariff']))}" if line.get("tariff") else kind


def details(line: Part, work: Sequence[Part] = ()) -> list[str]:
    """What is told beneath LINE: what was done, unless that stands in the WORK above, and why so much."""
    told = []
    shown = {unit["unit"] for unit in work}
    if line["kind"] not in TIMED or not line["units"] or not shown.issuperset(line["units"]):
        who = ", ".join(line["agents"])
        told.append(
            one_line(said(line, "description"))
            + (f" ({who})" if who and not shown.issuperset(line["units"]) else "")
        )
    if line.get("corrects"):
        told.append(tr("Corrects {number}.", number=line["corrects"]))
    told.append(f"{one_line(said(line))} {drawn(line)}".strip())
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
    each = (tr("{size} from {purchase}", size=_drawn(draw), purchase=draw["purchase"]) for draw in left)
    return tr("Prepaid: {draws}.", draws=", ".join(each))


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
    if line["unit"] in _COUNTED:
        return trn(*_COUNTED[line["unit"]], int(number))
    return f"{number} {line['unit']}" + ("" if number == 1 else "s")


_COUNTED = {
    "incident": forms("{number} incident", "{number} incidents"),
    "period": forms("{number} period", "{number} periods"),
    "purchase": forms("{number} purchase", "{number} purchases"),
}


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
    return tr("{one} and {other}", one=told[0], other=told[1]) if len(told) == 2 else told[0]


def others(lines: Sequence[Part]) -> str:
    """What LINES that belong to no case are: fees, what was bought ahead, or both."""
    sold = any(line["kind"] == "prepaid-sale" for line in lines)
    fees = any(line["kind"] == "fee" for line in lines)
    if sold and not fees:
        return tr("Bought ahead")
    return tr("Fees") if fees and not sold else tr("Fees and what was bought ahead")


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
    name = tr(one_line(tax.get("name")) or TAX)
    if tax.get("treatment") == "exempt":
        return tr("{tax}, exempt, on {net}", tax=name, net=net)
    if tax.get("treatment") == "reverse-charge":
        return tr("{tax}, reverse charge, on {net}", tax=name, net=net)
    if rate is None:
        return tr("{tax} on {net}", tax=name, net=net)
    return tr("{tax} {rate} % on {net}", tax=name, rate=money(rate), net=net)


def totals(invoice: Part) -> list[tuple[str, str]]:
    """The totals of INVOICE above the amount due, each with its name."""
    sums = invoice["totals"]
    rows = [(tr("Net"), sums["net"])]
    rows += [(tax_label(tax), tax["tax"]) for tax in sums["taxes"]]
    if not sums["taxes"]:
        rows.append((tr("Tax"), sums["tax"]))
    rows.append((tr("Total"), sums["gross"]))
    if Decimal(sums["prepaid"]):
        rows.append((tr("Paid from deposit"), str(-Decimal(sums["prepaid"]))))
    return [(name, money(amount)) for name, amount in rows]


def time_parts(time: Part) -> list[tuple[str, int]]:
    """The seconds worked, and what they are made of, each with its name and the sign of the sum before it."""
    signs = ("= ", *["+ "] * 4)
    parts = [
        (sign + tr(name), time[f"{key}_seconds"])
        for sign, (key, name) in zip(signs, OUTCOMES.items(), strict=True)
    ]
    return [(tr("worked"), time["worked_seconds"]), *parts]


def about(case: Part, invoice: Part) -> str:
    """Where CASE stands: its contract where INVOICE is for several, its category, cause and status."""
    several = len(invoice["contracts"]) > 1
    told = [(tr("Contract"), contract_title(invoice, case["contract"]) if several else None)]
    told += [(tr("Category"), case["category"]), (tr("Cause"), case["cause"])]
    if status := case["status"]:
        told.append((tr("Status"), tr(str(_STATUS.get(status, status)))))
    return ". ".join(tr("{name}: {value}", name=name, value=one_line(value)) for name, value in told if value)


_STATUS = {"open": mark("open"), "resolved": mark("resolved")}


def without_invoice(document: Part) -> list[Part]:
    """The held time of clients who have no invoice in DOCUMENT."""
    told = {invoice["client"] for invoice in document["invoices"]}
    return [row for row in document["held"] if row["client"] not in told]


_BALANCES = {
    "minutes": mark("Prepaid hours"),
    "incidents": mark("Prepaid incidents"),
    "money": mark("Deposit"),
}


def balance_title(balance: Part) -> str:
    """What BALANCE is of."""
    return f"{balance_named(balance['unit'])}, {one_line(balance['title']) or balance['contract']}"


def balance_named(unit: str) -> str:
    """What a balance of UNIT is called."""
    return tr(_BALANCES[unit])


def left_over(balance: Part, currency: str) -> str:
    """What is left of BALANCE, and on which day."""
    day = long_day(balance["as_of"])
    if not Decimal(balance["remaining"]):
        return tr("nothing left on {day}", day=day)
    return tr("{left} left on {day}", left=spoken(balance["remaining"], balance["unit"], currency), day=day)


def validity(purchase: Part) -> str:
    """From when to when PURCHASE can be used."""
    bought, last = short_day(purchase["on"]), purchase["valid_through"]
    if last:
        return tr("bought on {day}, valid through {last}", day=bought, last=short_day(last))
    return tr("bought on {day}, does not expire", day=bought)


def lasts(purchase: Part) -> str:
    """The last day on which PURCHASE can be used."""
    last = purchase["valid_through"]
    return short_day(last) if last else tr("no end")


def bought(purchase: Part) -> str:
    """Which PURCHASE it is, and from when."""
    return tr("{purchase} of {day}", purchase=purchase["id"], day=short_day(purchase["on"]))


def is_credit(invoice: Part) -> bool:
    """Whether INVOICE is a credit note."""
    return bool(invoice.get("kind") == "credit-note")
