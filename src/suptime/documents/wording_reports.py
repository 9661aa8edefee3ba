"""What the parts of the reports are called: balances of prepaid hours, and the pieces of a case's time."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from suptime.language.figures import one_line, spoken
from suptime.language.translate import Part, mark, tr, trn


def owned(balance: Part) -> str:
    """What kind of BALANCE it is, and the contract's title and code."""
    return f"{one_line(balance['title']) or tr('Contract')} ({balance['contract']})"


def permille(balance: Part) -> int:
    """How many thousandths of what was bought are left of BALANCE, rounded down."""
    bought = Decimal(balance["purchased"])
    return int(max(Decimal(0), Decimal(balance["remaining"])) * 1000 / bought) if bought else 0


def of_bought(balance: Part) -> str:
    """How much of what was bought is left of BALANCE, used and forfeited, as a sentence."""
    unit, currency = balance["unit"], balance.get("currency") or ""
    bought = spoken(balance["purchased"], unit, currency)
    told = [tr("{percent} % left of {bought}", percent=permille(balance) // 10, bought=bought)]
    for key, text in (("used", mark("{size} used")), ("forfeited", mark("{size} forfeited"))):
        if Decimal(balance[key]):
            size = balance[key] if unit == "incidents" else spoken(balance[key], unit, currency)
            told.append(tr(text, size=size))
    return ", ".join(told)


def pending(balance: Part) -> str:
    """What held cases would use of BALANCE, or what is still to be invoiced against a deposit; or nothing."""
    if not Decimal(balance.get("pending") or 0):
        return ""
    size = spoken(balance["pending"], balance["unit"], balance.get("currency") or "")
    if balance["unit"] == "money":
        return tr("{size} of charges not invoiced yet: it pays what is due on the invoice.", size=size)
    return tr("{size} more if what is held is billed.", size=size)


def expires(purchase: Part, as_of: str) -> str:
    """When PURCHASE expires, as seen from AS_OF: the number of days, or that it is over."""
    if purchase["valid_through"] is None:
        return tr("used up") if not Decimal(purchase["remaining"]) else tr("does not expire")
    days = (date.fromisoformat(purchase["valid_through"]) - date.fromisoformat(as_of)).days
    if days < 0:
        return tr("expired")
    if not Decimal(purchase["remaining"]):
        return tr("used up")
    return trn("expires in {number} day", "expires in {number} days", days) if days else tr("last day today")


def by_case(draws: Iterable[Part]) -> dict[str, list[Part]]:
    """DRAWS by the number of their case, in the order in which cases first come."""
    found: dict[str, list[Part]] = {}
    for draw in draws:
        found.setdefault(draw["case"], []).append(draw)
    return found


def draw_size(draw: Part) -> int | str:
    """How much DRAW took, in the unit of its purchase: minutes, or incidents where it took none."""
    size: int | str = draw["minutes"] or draw.get("quantity", 0)
    return size


def drawn_sum(draws: Iterable[Part]) -> str:
    """What DRAWS come to."""
    return str(sum((Decimal(draw_size(draw)) for draw in draws), Decimal(0)))


def zone(document: Part) -> str:
    """The name of the time zone in which DOCUMENT tells clock times."""
    return str(document.get("timezone") or "UTC")


def pieces(work: Sequence[Part], zone: str) -> list[dict[str, Any]]:
    """The shares of WORK with the day, and the clock times of ZONE, of each; `of` is the unit of work.

    The shares of a unit follow one another without a gap, the first from its start.
    """
    found = []
    for unit in work:
        start = datetime.fromisoformat(unit["started_at"])
        for share in unit["shares"]:
            end = start + timedelta(seconds=share["seconds"])
            first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (start, end))
            times = {"date": first.date().isoformat(), "start": f"{first:%H:%M}", "end": f"{last:%H:%M}"}
            found.append({**share, **times, "started_at": start.astimezone(UTC), "of": unit})
            start = end
    return sorted(found, key=lambda piece: piece["started_at"])


def made_by(line: Part) -> str:
    """Which clauses made LINE."""
    return tr("By {clauses}.", clauses=", ".join(line["clauses"])) if line["clauses"] else ""
