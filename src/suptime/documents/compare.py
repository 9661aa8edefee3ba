"""What the parts of a comparison of contracts are called."""

from collections.abc import Sequence
from decimal import Decimal

from suptime.language.figures import clock, duration, money, month, one_line
from suptime.language.translate import Part

NOW = "now"


def plans(document: Part) -> list[Part]:
    """All plans of DOCUMENT: what is agreed first, then the files in the order they were named."""
    return [document["current"], *document["plans"]]


def letter(number: int) -> str:
    """What the plan of that NUMBER is called in tables: `now` the first, then A, B and so on.

    >>> [letter(n) for n in (0, 1, 26, 27)]
    ['now', 'A', 'Z', 'A1']
    """
    if not number:
        return NOW
    again, place = divmod(number - 1, 26)
    return f"{chr(ord('A') + place)}{again or ''}"


def months_of(document: Part) -> str:
    """The months of DOCUMENT in words."""
    first, last = document["months"][0], document["months"][-1]
    return month(first) if first == last else f"{month(first)} to {month(last)}"


def subject(document: Part) -> str:
    """What is compared, as a sentence."""
    current = document["current"]
    cases = f"{current['cases']} {'case' if current['cases'] == 1 else 'cases'}"
    who = one_line(document["client_name"]) or document["client"]
    currencies = {plan["currency"] for plan in plans(document)}
    money_in = (
        f"Amounts are in {current['currency']}, before tax."
        if len(currencies) == 1
        else "Amounts are before tax."
    )
    return f"{who}: {duration(current['time']['worked_seconds'])} worked on {cases}. {money_in}"


def mixed(document: Part) -> bool:
    """Whether the plans are in several currencies."""
    return len({plan["currency"] for plan in plans(document)}) > 1


def cost(plan: Part, document: Part) -> str:
    """What PLAN costs, with its currency where there are several."""
    amount = money(plan["comparable"])
    return f"{plan['currency']} {amount}" if mixed(document) else amount


def verdict(plan: Part) -> str:
    """How PLAN compares with what is agreed, whether it is the cheapest, and whether it takes on all the work."""
    told = []
    if plan["file"] is not None and plan["difference"] is not None:
        gap = Decimal(plan["difference"])
        more = "more" if gap > 0 else "less"
        told.append(f"{money(str(abs(gap)))} {more} than now" if gap else "the same as now")
    if plan["cheapest"]:
        told.append("cheapest")
    if cautious(plan):
        told.append("but not for all of the work: see the notes")
    return ", ".join(told)


def cautious(plan: Part) -> bool:
    """Whether PLAN looks cheaper than it is."""
    return any(note["caution"] for note in plan["notes"])


def amount(value: str) -> str:
    """VALUE for a table; nothing where it is nothing."""
    return money(value) if Decimal(value) else "\N{EN DASH}"


def minus(value: str) -> str:
    """VALUE to be taken off."""
    return money(str(-Decimal(value))) if Decimal(value) else "\N{EN DASH}"


def cost_rows(shown: Sequence[Part]) -> list[tuple[str, list[str]]]:
    """How the cost of the work under each of the plans SHOWN comes about; rows of nothing are left out."""
    rows = [
        ("work, as invoiced", [amount(p["work_net"]) for p in shown]),
        ("for earlier work", [minus(p["earlier_net"]) for p in shown]),
        ("invoiced later", [amount(p["later_net"]) for p in shown]),
        ("paid ahead, at its price", [amount(p["prepaid_value"]) for p in shown]),
        ("if what is held is billed", [amount(p["held_net"]) for p in shown]),
        ("had it been consented to", [amount(p["assumed_net"]) for p in shown]),
        ("fee, month by month", [amount(p["fee_share"]) for p in shown]),
    ]
    return [row for n, row in enumerate(rows) if not n or any(cell != "\N{EN DASH}" for cell in row[1])]


def invoice_rows(shown: Sequence[Part]) -> list[tuple[str, list[str]]]:
    """What the invoice would hold under each of the plans SHOWN."""
    rows = [
        ("work", [amount(p["work_net"]) for p in shown]),
        ("fees due", [amount(p["fees_net"]) for p in shown]),
        ("bought ahead", [amount(p["sales_net"]) for p in shown]),
    ]
    return [row for n, row in enumerate(rows) if not n or any(cell != "\N{EN DASH}" for cell in row[1])]


def billed(plan: Part) -> str:
    """What PLAN bills: hours and minutes, incidents, or both."""
    told = [clock(plan["billed_minutes"] * 60)] if plan["billed_minutes"] else []
    if plan["billed_incidents"]:
        told.append(f"{plan['billed_incidents']} inc.")
    return " + ".join(told) or "\N{EN DASH}"


def ahead(plan: Part) -> str:
    """What of it was drawn from what was bought ahead."""
    told = [clock(plan["prepaid_minutes"] * 60)] if plan["prepaid_minutes"] else []
    if plan["prepaid_incidents"]:
        told.append(f"{plan['prepaid_incidents']} inc.")
    return " + ".join(told) or "\N{EN DASH}"


def time_rows(shown: Sequence[Part]) -> list[tuple[str, list[str]]]:
    """What became of the time under each of the plans SHOWN, as h:mm."""
    keys = ("worked", "chargeable", "covered", "non_billable", "waived", "held")
    names = ("worked", "= chargeable", "+ covered", "+ free", "+ waived", "+ held")
    rows = []
    for key, name in zip(keys, names, strict=True):
        seconds = [plan["time"][f"{key}_seconds"] for plan in shown]
        rows.append((name, [clock(n) if n else "\N{EN DASH}" for n in seconds]))
    rows.append(("billed", [billed(plan) for plan in shown]))
    rows.append(("  of that bought ahead", [ahead(plan) for plan in shown]))
    return [row for n, row in enumerate(rows) if not n or any(cell != "\N{EN DASH}" for cell in row[1])]


def fee_note(plan: Part) -> str:
    """What the fee of PLAN counts here, and what of it falls due; nothing where it has none."""
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
    """What must be known of PLAN beside its figures."""
    told = [fee_note(plan)] if fee_note(plan) else []
    return told + [f"{'! ' if note['caution'] else ''}{one_line(note['text'])}" for note in plan["notes"]]
