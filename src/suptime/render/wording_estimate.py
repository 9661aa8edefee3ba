"""What an estimate says, in words that its text and its page share."""

from suptime.render.filters import NOTHING, duration, long_day, money, one_line, with_currency
from suptime.render.wording import Part


def estimate_facts(document: Part) -> list[tuple[str, str]]:
    """What stands beside the client's address: each fact with its name."""
    return [
        ("Contract", one_line(document["title"])),
        ("Case", document["case"]),
        ("Drawn up", long_day(document["on"])),
    ]


def estimated(document: Part) -> list[tuple[str, str]]:
    """What is estimated, each with its name: the request, its time, the price, what that comes to."""
    price = document["unit_price"]
    per = f"{with_currency(price, document['currency'])} per {document['price_per']}" if price else "none"
    rows = [
        ("You asked", one_line(document["subject"]) or NOTHING),
        ("Category", document["category"] or NOTHING),
        ("Estimated time", duration(document["estimate_seconds"])),
    ]
    if document["unit"] == "incident":
        rows.append(("Incidents", document["quantity"]))
    return [*rows, (f"Price on {long_day(document['on'])}", per)]


def comes_to(document: Part) -> str:
    """What the estimate comes to, without tax, in figures."""
    net = document["net"]
    return NOTHING if net is None else with_currency(net, document["currency"])


def reckoned(document: Part) -> str:
    """How the amount comes about: `4 h at USD 150.00 per hour`."""
    if document["net"] is None or not any(digit in "123456789" for digit in document["net"]):
        return ""
    number = int(document["quantity"])
    if document["unit"] == "incident":
        what = "1 incident" if number == 1 else f"{number} incidents"
    else:
        what = duration(number * 60)
    return f"{what} at {document['currency']} {money(document['unit_price'])} per {document['price_per']}."
