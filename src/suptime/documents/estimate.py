"""What an estimate says, in words that its text and its page share."""

from suptime.language.figures import NOTHING, duration, long_day, one_line, with_currency
from suptime.language.translate import Part, mark, tr, trn


def estimate_facts(document: Part) -> list[tuple[str, str]]:
    """What stands beside the client's address: each fact with its name."""
    return [
        (tr("Contract"), one_line(document["title"])),
        (tr("Case"), document["case"]),
        (tr("Drawn up"), long_day(document["on"])),
    ]


def estimated(document: Part) -> list[tuple[str, str]]:
    """What is estimated, each with its name: the request, its time, the price, what that comes to."""
    price = document["unit_price"]
    per = _price(document) if price else tr("none")
    rows = [
        (tr("You asked"), one_line(document["subject"]) or NOTHING),
        (tr("Category"), document["category"] or NOTHING),
    ]
    if document["estimate_seconds"]:
        rows.append((tr("Estimated time"), duration(document["estimate_seconds"])))
        if document["unit"] == "incident":
            rows.append((tr("Incidents"), document["quantity"]))
    return [*rows, (tr("Price on {day}", day=long_day(document["on"])), per)]


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
        what = trn("{number} incident", "{number} incidents", number)
    else:
        what = duration(number * 60)
    return tr("{what} at {price}.", what=what, price=_price(document))


def _price(document: Part) -> str:
    """The price of DOCUMENT, and of what."""
    text = _PER[document["price_per"]]
    return tr(text, price=with_currency(document["unit_price"], document["currency"]))


_PER = {
    "hour": mark("{price} per hour"),
    "minute": mark("{price} per minute"),
    "incident": mark("{price} per incident"),
}
