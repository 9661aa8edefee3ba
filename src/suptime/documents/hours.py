"""Prepaid balances: what is left, what expires when, and which case used what."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.documents.invoice.phrases import bought, lasts
from suptime.domain.money import minor_units
from suptime.language.figures import (
    NOTHING,
    long_day,
    quantity,
    quantity_in_words,
    share,
    short_day,
    single_line,
)
from suptime.language.translate import Part, mark, tr, trc, trn
from suptime.render.blocks import (
    Bar,
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Group,
    Meter,
    Paragraph,
    Row,
    Section,
    Table,
)
from suptime.render.csv import Sheet

FIGURES = ("quantity", "used", "forfeited", "remaining")


def compose(report: Part) -> Document:
    """Compose the balances of `report`, in its order."""
    day = long_day(report["as_of"])
    sections = [balance_section(balance, report["as_of"]) for balance in report["balances"]]
    return Document(
        tr("Prepaid balances"),
        day,
        sections or [Paragraph(tr("There are no prepaid purchases."))],
        page_title=tr("Prepaid balances on {day}", day=day),
        line=tr("on {day}", day=day),
    )


def sheet(report: Part) -> Sheet:
    """Return a row for each purchase, quantities in the unit of their row, with the cases that drew from it.

    `balance_pending` belongs to the whole balance, and each of its rows has it.
    """
    columns = (
        *("as_of", "client", "client_name", "contract", "unit", "purchase", "bought_on", "valid_through"),
        *("quantity", "used", "forfeited", "remaining", "currency", "balance_pending", "cases", "returned"),
    )
    return Sheet(columns, _rows(report))


def _rows(report: Part) -> Iterator[dict[str, Any]]:
    for balance in report["balances"]:
        for purchase in balance["purchases"]:
            cases = [draw["case"] for draw in balance["draws"] if draw["purchase"] == purchase["id"]]
            yield {
                "as_of": balance["as_of"],
                **{key: balance[key] for key in ("client", "client_name", "contract", "unit")},
                "purchase": purchase["id"],
                "bought_on": purchase["on"],
                "valid_through": purchase["valid_through"],
                "currency": balance.get("currency"),
                "balance_pending": Decimal(balance["pending"]),
                "cases": " ".join(dict.fromkeys(cases)),
                **{key: Decimal(purchase[key]) for key in FIGURES},
                "returned": Decimal(purchase.get("returned") or 0),
            }


def balance_section(balance: Part, as_of: str, *, has_client: bool = True) -> Section:
    """Compose one balance: how much is left, each purchase, and what every case drew.

    Its own day is shown if it is not `as_of`, and its client unless the document is for that client alone.
    """
    blocks: list[Block] = []
    if balance["as_of"] != as_of:
        blocks.append(Paragraph(tr("on {day}", day=long_day(balance["as_of"])), "quiet"))
    blocks += [Meter(permille(balance), of_bought(balance), pending(balance)), _purchases(balance)]
    if balance["draws"]:
        blocks.append(_draws(balance))
    left = quantity_in_words(balance["remaining"], balance["unit"], balance.get("currency") or "")
    return Section(
        contract_name(balance),
        blocks,
        owner=(single_line(balance["client_name"]) or balance["client"]) if has_client else "",
        sum=tr("{size} left", size=left),
    )


def _purchases(balance: Part) -> Table:
    has_returns = bool(Decimal(balance.get("returned") or 0))
    counted = (
        tr("Bought"),
        tr("Used"),
        tr("Forfeited"),
        *((trc("quantity", "Returned"),) if has_returns else ()),
    )
    columns = (
        Column(tr("Purchase"), "purchase", width=4),
        Column(tr("Valid through"), "valid", labelled=True),
        Column(tr("Expiry"), "expires", folded=True),
        *(Column(head, numeric=True) for head in counted),
        Column(tr("Left"), numeric=True, main=True),
    )
    keys = (*FIGURES[:-1], *(("returned",) if has_returns else ()), FIGURES[-1])
    rows = [_purchase(one, keys, balance) for one in balance["purchases"]]
    return Table("prepaid", tr("Purchases"), columns, rows)


def _purchase(purchase: Part, keys: Iterable[str], balance: Part) -> Row:
    expiry = expires(purchase, balance["as_of"])
    figures = (quantity(purchase[key], balance["unit"], balance.get("currency") or "") for key in keys)
    narrow = tr("bought on {day}, {expires}", day=short_day(purchase["on"]), expires=expiry)
    return Row(
        [Cell(bought(purchase), short=purchase["id"]), lasts(purchase), expiry, *figures], narrow=[narrow]
    )


def _draws(balance: Part) -> Table:
    columns = (
        Column(tr("Case"), "case", main=True, width=8),
        Column(tr("Subject"), grows=True, quoted=True, width=8),
        Column(tr("Drawn"), "purchase"),
        Column(tr("Used"), "time", numeric=True, width=11),
    )
    groups = [_group(case, draws, balance) for case, draws in by_case(balance["draws"]).items()]
    return Table("draws", tr("Drawn by case"), columns, groups=groups, titled=True)


def _group(case: str, draws: list[Part], balance: Part) -> Group:
    unit, currency = balance["unit"], balance.get("currency") or ""
    rows = [
        Row(
            [
                tr("{day} from {purchase}", day=short_day(draw["date"]), purchase=draw["purchase"]),
                quantity(draw_size(draw), unit, currency),
            ]
        )
        for draw in draws
    ]
    total = quantity(sum_of(draws), unit, currency) if len(draws) > 1 else ""
    return Group((case, single_line(draws[0].get("subject"))), rows, total)


def contract_name(balance: Part) -> str:
    """Return the title and code of the contract that a balance or a guarantee belongs to."""
    return f"{single_line(balance['title']) or tr('Contract')} ({balance['contract']})"


def permille(balance: Part) -> int:
    """Return how many thousandths of what was bought are left, rounded down."""
    bought = Decimal(balance["purchased"])
    return int(max(Decimal(0), Decimal(balance["remaining"])) * 1000 / bought) if bought else 0


def of_bought(balance: Part) -> str:
    """Return how much of what was bought is left, used and forfeited, as a sentence."""
    unit, currency = balance["unit"], balance.get("currency") or ""
    bought = quantity_in_words(balance["purchased"], unit, currency)
    parts = [tr("{percent} left of {bought}", percent=share(permille(balance), 1000), bought=bought)]
    gone = {
        "used": mark("{size} used"),
        "forfeited": mark("{size} forfeited"),
        "returned": mark("{size} returned"),
    }
    for key, text in gone.items():
        if Decimal(balance.get(key) or 0):
            size = balance[key] if unit == "incidents" else quantity_in_words(balance[key], unit, currency)
            parts.append(tr(text, size=size))
    return ", ".join(parts)


def pending(balance: Part) -> str:
    """Return the time that held cases would use, or the amount still to be invoiced against a deposit; or nothing."""
    if not Decimal(balance.get("pending") or 0):
        return ""
    size = quantity_in_words(balance["pending"], balance["unit"], balance.get("currency") or "")
    if balance["unit"] == "money":
        return tr("{size} of charges not invoiced yet: it pays what is due on the invoice.", size=size)
    return tr("{size} more if what is held is billed.", size=size)


def expires(purchase: Part, as_of: str) -> str:
    """Return in how many days after `as_of` a purchase expires, or that it is over."""
    if purchase["valid_through"] is None:
        return tr("used up") if not Decimal(purchase["remaining"]) else tr("does not expire")
    days = (date.fromisoformat(purchase["valid_through"]) - date.fromisoformat(as_of)).days
    if days < 0:
        return tr("expired")
    if not Decimal(purchase["remaining"]):
        return tr("used up")
    return trn("expires in {number} day", "expires in {number} days", days) if days else tr("last day today")


def by_case(draws: Iterable[Part]) -> dict[str, list[Part]]:
    """Return `draws` by the number of their case, in the order in which cases first come."""
    cases: dict[str, list[Part]] = {}
    for draw in draws:
        cases.setdefault(draw["case"], []).append(draw)
    return cases


def draw_size(draw: Part) -> int | str:
    """Return how much a draw took, in the unit of its purchase: minutes, or incidents where it took none."""
    size: int | str = draw["minutes"] or draw.get("quantity", 0)
    return size


def sum_of(draws: Iterable[Part]) -> str:
    """Return how much `draws` took together."""
    return str(sum((Decimal(draw_size(draw)) for draw in draws), Decimal(0)))


def balances_chart(report: Part) -> Chart:
    """Chart each balance of `report`, with the day on which some of it expires next."""
    heads = [tr("Client"), tr("Contract"), tr("Left"), tr("Used"), tr("Forfeited"), tr("Next expiry")]
    return Chart(
        "hours",
        tr("Prepaid balance"),
        [tr("left"), tr("used"), tr("forfeited")],
        heads,
        [_bar(balance) for balance in report["balances"]],
        beside=(2, 5),
    )


def _bar(balance: Mapping[str, Any]) -> Bar:
    unit, currency = balance["unit"], balance["currency"]
    keys = ("remaining", "used", "forfeited")
    return Bar(
        [
            single_line(balance["client_name"]) or balance["client"],
            balance["contract"],
            *(quantity(balance[key], unit, currency) for key in keys),
            next_expiry(balance),
        ],
        [[units_of(balance[key], unit, currency) for key in keys]],
        tr("{size} left", size=quantity_in_words(balance["remaining"], unit, currency)),
        max(1, units_of(balance["purchased"], unit, currency)),
    )


def next_expiry(balance: Part) -> str:
    """Return on which day how much of `balance` expires next, or nothing."""
    unit, currency = balance["unit"], balance["currency"]
    soon = sorted(
        (purchase["valid_through"], purchase["remaining"])
        for purchase in balance["purchases"]
        if purchase["valid_through"] and units_of(purchase["remaining"], unit, currency)
    )
    if not soon:
        return NOTHING
    day, left = soon[0]
    return tr("{day}: {size}", day=short_day(day), size=quantity(left, unit, currency))


def units_of(value: int | str, unit: str, currency: str) -> int:
    """Return a prepaid quantity as a whole number: minutes, incidents or minor units of money."""
    return minor_units(str(value), currency) if unit == "money" else int(value)
