"""What is said of balances: what they are of, what is left and until when, each purchase with its days."""

from decimal import Decimal

from suptime.render.filters import long_day, one_line, short_day, spoken
from suptime.render.language import later, tr
from suptime.render.wording import Part

_BALANCES = {
    "minutes": later("Prepaid hours"),
    "incidents": later("Prepaid incidents"),
    "money": later("Deposit"),
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
