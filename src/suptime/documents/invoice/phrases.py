"""Phrases of invoices, the same in every format. Templates of a person's own have them as `say`, by these names."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from suptime.documents.labels import labelled
from suptime.language.figures import (
    day_in,
    duration,
    duration_cell,
    long_day,
    money,
    month,
    percent,
    period,
    quantity_in_words,
    short_day,
    single_line,
)
from suptime.language.translate import Part, forms, mark, sentence_of, tr, trn

OUTCOMES = {
    "chargeable": mark("chargeable"),
    "covered": mark("covered"),
    "non_billable": mark("free"),
    "waived": mark("waived"),
    "held": mark("held"),
}

"""The outcomes as a client reads them, in English, in the order of documents."""

KINDS = {
    "time": mark("Time"),
    "block": mark("Booked block"),
    "late-cancellation": mark("Late cancellation"),
    "incident": mark("Incident"),
    "minutes": mark("Minutes"),
    "minimum": mark("Minimum"),
    "fee": mark("Fee"),
    "prepaid-sale": mark("Prepaid"),
    "prepayment": mark("Prepayment"),
    "adjustment": mark("Adjustment"),
    "credit": mark("Credit"),
}

TAX, VAT = mark("Tax"), mark("VAT")

"""The name of a tax for which the settings have none, and the one that most have."""

TIMED = ("time", "minutes", "incident")

"""Kinds of lines that are made of units of work alone: the units tell what was done."""

_PER = {"hour": " / h", "minute": " / min"}


def title(invoice: Part) -> str:
    """Return the title of an invoice or a credit note: its number, or that it is a draft."""
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
        client = single_line(one["client_name"])
        return f"{title(one)}, {client}, {month(one['period']['from'][:7])}"
    return tr("Invoices, {month}", month=when(document)) if invoices else nothing(document)


def nothing(document: Part) -> str:
    """Say that there is no invoice."""
    if document["month"]:
        return tr("Nothing to invoice for {month}.", month=month(document["month"]))
    return tr("Nothing to invoice.")


def when(document: Part) -> str:
    """Return the month of a document in words."""
    return month(document["month"]) if document["month"] else ""


def facts(invoice: Part, document: Part) -> list[tuple[str, str]]:
    """Return the facts beside the client's address, each with its name."""
    contracts = [contract_title(invoice, code) for code in invoice["contracts"]]
    parts = [
        (tr("Credits"), tr("Invoice {number}", number=invoice["credits"]) if invoice.get("credits") else ""),
        (tr("Reason"), single_line(invoice.get("credit_reason"))),
        (tr("Period"), period(invoice["period"])),
        (tr("Currency"), invoice["currency"]),
        (tr("Time zone"), invoice.get("timezone") or ""),
        (tr("Contract") if len(contracts) == 1 else tr("Contracts"), "; ".join(contracts)),
        (tr("Your reference"), single_line(invoice.get("client_buyer_reference"))),
        (tr("Your order number"), single_line(invoice.get("client_order_number"))),
    ]
    if day := invoice.get("issued_on"):
        parts.append((tr("Issued"), long_day(day)))
        if invoice.get("due_on") and not is_credit(invoice):
            parts.append((tr("Payable by"), long_day(invoice["due_on"])))
    else:
        parts.append((tr("Drawn up"), long_day(day_in(document["drawn_up_at"], invoice["timezone"]))))
    return [(name, value) for name, value in parts if value]


def not_charged(reason: Part) -> str:
    """Return the amount a reason applies to, and its outcome."""
    return _so_much(OUTCOMES[reason["outcome"]], reason["seconds"])


def _so_much(outcome: str, seconds: int) -> str:
    """Return how many seconds have an outcome, given in English."""
    return tr("{length} {outcome}", length=duration(seconds), outcome=tr(outcome))


def outcome_name(outcome: str) -> str:
    """Return the name of an outcome."""
    return tr(OUTCOMES[outcome])


def contract_title(invoice: Part, code: str) -> str:
    """Return the title of a contract, or its code where it has none."""
    return single_line(invoice["contract_titles"].get(code)) or code


def total(lines: Iterable[Part]) -> str:
    """Return the exact sum of the net amounts of `lines`."""
    return str(sum((Decimal(line["net"]) for line in lines), Decimal(0)))


def case_total(case: Part) -> str:
    """Return the sum of a case, or a word if it has no lines."""
    if case["lines"]:
        return money(total(case["lines"]))
    return tr("held") if case["time"]["held_seconds"] else tr("no charge")


def fate(work: Part) -> str:
    """Return the outcome of work where it is not all chargeable: `free`, or `10 min free, 5 min held`."""
    sums = dict.fromkeys(OUTCOMES, 0)
    for share in work["shares"]:
        sums[share["outcome"]] += share["seconds"]
    parts = [
        (OUTCOMES[outcome], seconds)
        for outcome, seconds in sums.items()
        if seconds and outcome != "chargeable"
    ]
    if len(parts) == 1 and parts[0][1] == work["seconds"]:
        return tr(parts[0][0])
    return ", ".join(_so_much(word, seconds) for word, seconds in parts)


def label(line: Part) -> str:
    """Return the service of a line, with its appointment and a price other than the ordinary one."""
    kind = tr(KINDS.get(line["kind"]) or str(line["kind"]))
    kind = f"{kind} {line['appointment']}" if line["appointment"] else kind
    return f"{kind}, {tariff_of(line)}" if line.get("tariff") else kind


def tariff_of(line: Part) -> str:
    """Return the name of a line's tariff; documents of older versions hold only its English name."""
    return single_line(sentence_of(line, "tariff") if "tariff_said" in line else tr(line["tariff"]))


def details(line: Part, work: Sequence[Part] = ()) -> list[str]:
    """Return the text beneath a line: the work, unless `work` above says it, and the reason for the amount."""
    parts = []
    units = {unit["unit"] for unit in work}
    if line["kind"] not in TIMED or not line["units"] or not units.issuperset(line["units"]):
        who = ", ".join(line["agents"])
        parts.append(
            single_line(sentence_of(line, "description"))
            + (f" ({who})" if who and not units.issuperset(line["units"]) else "")
        )
    if line.get("corrects"):
        parts.append(tr("Corrects {number}.", number=line["corrects"]))
    parts.append(f"{single_line(sentence_of(line))} {draws_of(line)}".strip())
    return [text for text in parts if text]


def joined(texts: Iterable[str]) -> str:
    """Return `texts` as sentences one after another."""
    ended = [
        text if text.endswith((".", "!", "?", "\N{IDEOGRAPHIC FULL STOP}")) else f"{text}." for text in texts
    ]
    return " ".join(ended)


def draws_of(line: Part) -> str:
    """Say which purchases pay a line, and how much, unless its reason names them."""
    left = [draw for draw in line["draws"] if draw["purchase"] not in re.findall(r"\w+", line["reason"])]
    if not left:
        return ""
    each = (tr("{size} from {purchase}", size=_draw_size(draw), purchase=draw["purchase"]) for draw in left)
    return tr("Prepaid: {draws}.", draws=", ".join(each))


def _draw_size(draw: Part) -> str:
    """Return how much a draw took: a length of time, or incidents where it took no minutes."""
    incidents = 0 if draw["minutes"] else draw.get("quantity", 0)
    return quantity_in_words(incidents, "incidents") if incidents else duration(draw["minutes"] * 60)


def worked(line: Part) -> str:
    """Return the time worked for a line."""
    return duration_cell(line["worked_seconds"])


def billed(line: Part) -> str:
    """Return how much a line bills: a length of time, or so many of its unit."""
    if line["billed_minutes"] or line["unit"] == "minute":
        return duration_cell(line["billed_minutes"] * 60)
    return counted(line)


def counted(line: Part) -> str:
    """Return the quantity of a line in its own unit, with what a pack of incidents pays of it."""
    if line["unit"] == "minute":
        return duration_cell(int(line["quantity"]) * 60)
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
    """Return how many minutes and incidents `lines` bill, in words."""
    minutes = sum(line["billed_minutes"] for line in lines)
    incidents = sum(
        int(line["quantity"]) + line.get("prepaid_incidents", 0)
        for line in lines
        if line["unit"] == "incident"
    )
    parts = [quantity_in_words(incidents, "incidents")] if incidents else []
    parts += [duration(minutes * 60)] if minutes or not parts else []
    return tr("{one} and {other}", one=parts[0], other=parts[1]) if len(parts) == 2 else parts[0]


def others(lines: Sequence[Part]) -> str:
    """Return the title of lines that belong to no case: fees, purchases, or both."""
    sold = any(line["kind"] == "prepaid-sale" for line in lines)
    fees = any(line["kind"] == "fee" for line in lines)
    if sold and not fees:
        return tr("Bought ahead")
    return tr("Fees") if fees and not sold else tr("Fees and prepaid purchases")


def prepaid(line: Part) -> str:
    """Return how much of a line prepaid hours or incidents pay."""
    if line.get("prepaid_incidents"):
        return str(line["prepaid_incidents"])
    return duration_cell(line["prepaid_minutes"] * 60)


def price(line: Part) -> str:
    """Return the price of a line, with its hour or minute."""
    return money(line["unit_price"]) + _PER.get(line["price_per"], "")


def tax_label(tax: Part) -> str:
    """Return the name of a row of the taxes."""
    rate, net = tax.get("rate"), money(tax["net"])
    name = tr(single_line(tax.get("name")) or TAX)
    if tax.get("treatment") == "exempt":
        return tr("{tax}, exempt, on {net}", tax=name, net=net)
    if tax.get("treatment") == "reverse-charge":
        return tr("{tax}, reverse charge, on {net}", tax=name, net=net)
    if rate is None:
        return tr("{tax} on {net}", tax=name, net=net)
    return tr("{tax} {rate} on {net}", tax=name, rate=percent(rate), net=net)


def totals(invoice: Part) -> list[tuple[str, str]]:
    """Return the totals above the amount due, each with its name."""
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
    """Return the seconds worked, and the parts they are the sum of, each with its name and sign."""
    signs = ("= ", *["+ "] * 4)
    parts = [
        (sign + tr(name), time[f"{key}_seconds"])
        for sign, (key, name) in zip(signs, OUTCOMES.items(), strict=True)
    ]
    return [(tr("worked"), time["worked_seconds"]), *parts]


def about(case: Part, invoice: Part) -> str:
    """Say the contract of a case if the invoice is for several, its category, cause and status."""
    several = len(invoice["contracts"]) > 1
    parts = [(tr("Contract"), contract_title(invoice, case["contract"]) if several else None)]
    parts += [(tr("Category"), case["category"]), (tr("Cause"), case["cause"])]
    if status := case["status"]:
        parts.append((tr("Status"), tr(str(STATUS.get(status, status)))))
    return ". ".join(
        tr("{name}: {value}", name=name, value=single_line(value)) for name, value in parts if value
    )


STATUS = {"open": mark("open"), "resolved": mark("resolved")}


def without_invoice(document: Part) -> list[Part]:
    """Return the held time of clients who have no invoice in a document."""
    clients = {invoice["client"] for invoice in document["invoices"]}
    return [labelled(row, {}) for row in document["held"] if row["client"] not in clients]


_BALANCES = {
    "minutes": mark("Prepaid hours"),
    "incidents": mark("Prepaid incidents"),
    "money": mark("Deposit"),
}


_LEFT = {
    "minutes": mark("Prepaid hours left"),
    "incidents": mark("Prepaid incidents left"),
    "money": mark("Deposit left"),
}


def left_name(unit: str) -> str:
    """Return the name of what is left of a purchase in `unit`."""
    return tr(_LEFT[unit])


def balance_title(balance: Part) -> str:
    """Return the title of a balance."""
    return f"{balance_name(balance['unit'])}, {single_line(balance['title']) or balance['contract']}"


def balance_name(unit: str) -> str:
    """Return the name of a balance of `unit`."""
    return tr(_BALANCES[unit])


def left_over(balance: Part, currency: str) -> str:
    """Return how much of a balance is left, and on which day."""
    day = long_day(balance["as_of"])
    if not Decimal(balance["remaining"]):
        return tr("nothing left on {day}", day=day)
    return tr(
        "{left} left on {day}",
        left=quantity_in_words(balance["remaining"], balance["unit"], currency),
        day=day,
    )


def validity(purchase: Part) -> str:
    """Say from when to when a purchase can be used."""
    bought, last = short_day(purchase["on"]), purchase["valid_through"]
    if last:
        return tr("bought on {day}, valid through {last}", day=bought, last=short_day(last))
    return tr("bought on {day}, does not expire", day=bought)


def lasts(purchase: Part) -> str:
    """Return the last day on which a purchase can be used."""
    last = purchase["valid_through"]
    return short_day(last) if last else tr("no end")


def bought(purchase: Part) -> str:
    """Return which purchase it is, and from when."""
    return tr("{purchase} of {day}", purchase=purchase["id"], day=short_day(purchase["on"]))


def is_credit(invoice: Part) -> bool:
    """Return whether an invoice is a credit note."""
    return bool(invoice.get("kind") == "credit-note")
