"""Comparison of contracts: the cheapest one first, how each sum is calculated, and notes."""

from collections.abc import Sequence
from decimal import Decimal

from suptime.language.figures import NOTHING, duration, duration_cell, money, month, single_line
from suptime.language.translate import Part
from suptime.render.blocks import Bar, Block, Chart, Column, Document, Paragraph, Row, Section, Table

NOW = "now"


def compose(report: Part) -> Document:
    """Compose the plans of `report`: the current contract first, as the yardstick."""
    plans = plans_of(report)
    letters = [letter(number) for number in range(len(plans))]
    blocks: list[Block] = [Paragraph(subject(report)), _ranking(report, plans)]
    if has_currencies(report):
        blocks.append(Paragraph("The plans are in several currencies: none is called the cheapest."))
    blocks += [
        _figures("Calculation", letters, cost_rows(plans), ("the work's cost", "comparable"), plans),
        _figures("Invoiced", letters, invoice_rows(plans), ("the invoice", "net"), plans),
        _figures("Time by outcome", letters, time_rows(plans), None, plans),
        _notes(plans),
    ]
    return Document("Cost under other contracts", months_of(report), blocks)


def _ranking(report: Part, plans: Sequence[Part]) -> Chart:
    costs = [max(Decimal(plan["comparable"]), Decimal(0)) for plan in plans]
    # Minor units of several currencies cannot be measured by one bar.
    digits = max(-int(cost.as_tuple().exponent) for cost in costs)
    numbers = [0 if has_currencies(report) else int(cost.scaleb(digits)) for cost in costs]
    bars = [
        Bar(
            [f"{letter(place)}  {single_line(plan['title']) or NOTHING}", cost(plan, report)],
            [[number]],
            cost(plan, report),
            max(1, *numbers),
            [text for text in (source(plan), verdict(plan)) if text],
        )
        for place, (plan, number) in enumerate(zip(plans, numbers, strict=True))
    ]
    return Chart(
        "compare",
        "Cost of the work",
        ["cost"],
        ["Plan", "Cost"],
        bars,
        "Fees counted month by month.",
        needed=True,
    )


def _figures(
    title: str,
    letters: Sequence[str],
    rows: Sequence[tuple[str, list[str]]],
    total: tuple[str, str] | None,
    plans: Sequence[Part],
) -> Section:
    columns = (
        Column("", "label", grows=True, width=25),
        *(Column(head, numeric=True, width=11, wraps=True) for head in letters),
    )
    foot = [total[0], *(money(plan[total[1]]) for plan in plans)] if total else ()
    table = Table("", title, columns, [Row([name, *cells]) for name, cells in rows], foot=foot, repeated=2)
    return Section(title, [table])


def _notes(plans: Sequence[Part]) -> Section:
    rows = [
        Row([letter(number) if not place else "", note])
        for number, plan in enumerate(plans)
        for place, note in enumerate(notes(plan))
    ]
    blocks: list[Block] = []
    if rows:
        columns = (Column("Plan", "date", width=3), Column("Note", grows=True, quoted=True))
        blocks.append(Table("", "To be known", columns, rows, plain=True))
    else:
        blocks.append(Paragraph("Nothing: all the work is charged under every plan."))
    if any(is_cautious(plan) for plan in plans):
        text = "! The plan looks cheaper by this than it is, so it is not called the cheapest."
        blocks.append(Paragraph(text))
    return Section("To be known", blocks)


def source(plan: Part) -> str:
    """Return where a plan stands: in which file, or in which contracts."""
    return single_line(plan["file"] if plan["file"] is not None else ", ".join(plan["contracts"]))


def plans_of(document: Part) -> list[Part]:
    """Return all plans: what is agreed first, then the files in the order they were named."""
    return [document["current"], *document["plans"]]


def letter(number: int) -> str:
    """Return the name of a plan in tables: `now` the first, then A, B and so on.

    >>> [letter(n) for n in (0, 1, 26, 27)]
    ['now', 'A', 'Z', 'A1']
    """
    if not number:
        return NOW
    again, place = divmod(number - 1, 26)
    return f"{chr(ord('A') + place)}{again or ''}"


def months_of(document: Part) -> str:
    """Return the months that are compared."""
    first, last = document["months"][0], document["months"][-1]
    return month(first) if first == last else f"{month(first)} to {month(last)}"


def subject(document: Part) -> str:
    """Return a sentence that names the work compared."""
    current = document["current"]
    cases = f"{current['cases']} {'case' if current['cases'] == 1 else 'cases'}"
    who = single_line(document["client_name"]) or document["client"]
    currencies = {plan["currency"] for plan in plans_of(document)}
    money_in = (
        f"Amounts are in {current['currency']}, before tax."
        if len(currencies) == 1
        else "Amounts are before tax."
    )
    return f"{who}: {duration(current['time']['worked_seconds'])} worked on {cases}. {money_in}"


def has_currencies(document: Part) -> bool:
    """Return whether the plans are in several currencies."""
    return len({plan["currency"] for plan in plans_of(document)}) > 1


def cost(plan: Part, document: Part) -> str:
    """Return the cost of a plan, with its currency if there are several."""
    amount = money(plan["comparable"])
    return f"{plan['currency']} {amount}" if has_currencies(document) else amount


def verdict(plan: Part) -> str:
    """Say how a plan compares with what is agreed, whether it is the cheapest, and whether it takes on all the work."""
    parts = []
    if plan["file"] is not None and plan["difference"] is not None:
        gap = Decimal(plan["difference"])
        more = "more" if gap > 0 else "less"
        parts.append(f"{money(str(abs(gap)))} {more} than now" if gap else "the same as now")
    if plan["cheapest"]:
        parts.append("cheapest")
    if is_cautious(plan):
        parts.append("but not for all of the work: see the notes")
    return ", ".join(parts)


def is_cautious(plan: Part) -> bool:
    """Return whether a plan looks cheaper than it is."""
    return any(note["caution"] for note in plan["notes"])


def amount(value: str) -> str:
    """Return an amount for a table; a dash where there is none."""
    return money(value) if Decimal(value) else NOTHING


def minus(value: str) -> str:
    """Return an amount that is taken off."""
    return money(str(-Decimal(value))) if Decimal(value) else NOTHING


def cost_rows(plans: Sequence[Part]) -> list[tuple[str, list[str]]]:
    """Return the calculation of the cost under each plan, without empty rows."""
    rows = [
        ("work, as invoiced", [amount(p["work_net"]) for p in plans]),
        ("for earlier work", [minus(p["earlier_net"]) for p in plans]),
        ("invoiced later", [amount(p["later_net"]) for p in plans]),
        ("prepaid, at its price", [amount(p["prepaid_value"]) for p in plans]),
        ("if held time is billed", [amount(p["held_net"]) for p in plans]),
        ("had it been consented to", [amount(p["assumed_net"]) for p in plans]),
        ("fee, month by month", [amount(p["fee_share"]) for p in plans]),
    ]
    return [row for n, row in enumerate(rows) if not n or any(cell != NOTHING for cell in row[1])]


def invoice_rows(plans: Sequence[Part]) -> list[tuple[str, list[str]]]:
    """Return the charges of the invoice under each plan, without empty rows."""
    rows = [
        ("work", [amount(p["work_net"]) for p in plans]),
        ("fees due", [amount(p["fees_net"]) for p in plans]),
        ("prepaid purchases", [amount(p["sales_net"]) for p in plans]),
    ]
    return [row for n, row in enumerate(rows) if not n or any(cell != NOTHING for cell in row[1])]


def billed(plan: Part) -> str:
    """Return the quantity that a plan bills: hours and minutes, incidents, or both."""
    parts = [duration(plan["billed_minutes"] * 60)] if plan["billed_minutes"] else []
    if plan["billed_incidents"]:
        parts.append(f"{plan['billed_incidents']} inc.")
    return " + ".join(parts) or NOTHING


def ahead(plan: Part) -> str:
    """Return the part that prepaid purchases pay."""
    parts = [duration(plan["prepaid_minutes"] * 60)] if plan["prepaid_minutes"] else []
    if plan["prepaid_incidents"]:
        parts.append(f"{plan['prepaid_incidents']} inc.")
    return " + ".join(parts) or NOTHING


def time_rows(plans: Sequence[Part]) -> list[tuple[str, list[str]]]:
    """Return the outcomes of the time under each plan, without empty rows."""
    keys = ("worked", "chargeable", "covered", "non_billable", "waived", "held")
    names = ("worked", "= chargeable", "+ covered", "+ free", "+ waived", "+ held")
    rows = []
    for key, name in zip(keys, names, strict=True):
        seconds = [plan["time"][f"{key}_seconds"] for plan in plans]
        rows.append((name, [duration_cell(n) for n in seconds]))
    rows.append(("billed", [billed(plan) for plan in plans]))
    rows.append(("  of that prepaid", [ahead(plan) for plan in plans]))
    return [row for n, row in enumerate(rows) if not n or any(cell != NOTHING for cell in row[1])]


def fee_note(plan: Part) -> str:
    """Return a sentence on the fee of a plan: how much counts here, and how much is due; empty without a fee."""
    if not plan["fee_every"] or not Decimal(plan["fee_share"]):
        return ""
    of = {
        "year": "a twelfth of the yearly fee",
        "quarter": "a third of the quarterly fee",
        "month": "the monthly fee",
    }
    each = " and ".join(of[every] for every in plan["fee_every"])
    due = money(plan["fees_net"]) if Decimal(plan["fees_net"]) else "nothing"
    return f"Each month bears {each}: {money(plan['fee_share'])} here. Falling due on the invoice: {due}."


def notes(plan: Part) -> list[str]:
    """Return the notes on a plan besides its figures."""
    texts = [fee_note(plan)] if fee_note(plan) else []
    return texts + [f"{'! ' if note['caution'] else ''}{single_line(note['text'])}" for note in plan["notes"]]
