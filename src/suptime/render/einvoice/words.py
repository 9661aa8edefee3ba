"""The words that an e-invoice has and a document has not, in the language that is spoken."""

from collections.abc import Iterable, Mapping
from typing import Any

from suptime.render.language import said, tr, trn

Part = Mapping[str, Any]


def note(line: Part, sign: int) -> str:
    """BT-127: why LINE is as it is; for what was paid ahead, of how much. SIGN is -1 on a credit note."""
    told = [said(line)]
    billed, prepaid = sign * line["billed_minutes"], sign * line["prepaid_minutes"]
    if prepaid:
        told.append(
            tr(
                "{billed} min billed: {prepaid} min paid from prepaid hours, {left} min invoiced.",
                billed=billed,
                prepaid=prepaid,
                left=billed - prepaid,
            )
        )
    if incidents := sign * line["prepaid_incidents"]:
        told.append(
            trn(
                "{number} incident paid from a support pack.",
                "{number} incidents paid from a support pack.",
                incidents,
            )
        )
    return " ".join(filter(None, told))


def attributes(line: Part) -> Iterable[tuple[str, str]]:
    """BG-32: by whom, which work units, which purchase; names and values, each only where there is one."""
    named = (
        (tr("Agents"), line["agents"]),
        (tr("Work units"), line["units"]),
        (tr("Purchase"), [line.get("purchase")]),
    )
    for name, values in named:
        if value := ", ".join(filter(None, values)):
            yield name, value


def difference(line: Part) -> str:
    """BT-139, BT-144: why LINE does not come to quantity times price."""
    if line.get("price_difference_reason"):
        return said(line, "price_difference_reason")
    return tr("Part of this was invoiced before at another price, or is rounded together with it.")


def no_tax() -> str:
    """BT-120 where the settings have no words for it."""
    return tr("Not subject to tax.")


def in_favour() -> str:
    """BT-20 of a credit note."""
    return tr("This amount is in your favour: it is set off or paid back.")


def credited(invoice: Part) -> str | None:
    """BT-22: what a credit note reverses, and why; None for an invoice."""
    if not invoice.get("credits"):
        return None
    return tr(
        "Credits {number}: {reason}", number=invoice["credits"], reason=invoice.get("credit_reason") or ""
    )
