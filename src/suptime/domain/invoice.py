"""What was issued: lines that claim rows, invoices that are frozen, payments, and how a row is known again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from suptime.domain.charge import Charge, Draw, RowKey
from suptime.domain.timespan import Instant, Month, Seconds


@dataclass(frozen=True, slots=True)
class IssuedLine:
    """What an issue claims of one row: the difference it invoiced, or settled without an invoice.

    `quantity` is in minutes, incidents, or (fees, sales) pieces; `draws` may be negative: given
    back. `number` is the invoice's, or None where a month was closed without one.
    """

    contract: str
    key: RowKey
    quantity: int
    worked_seconds: Seconds
    net: Decimal
    draws: tuple[Draw, ...] = ()
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What issues hold of one row by now: the sum of their lines. `number` is the latest invoice among them."""

    quantity: int = 0
    worked_seconds: Seconds = 0
    net: Decimal = Decimal(0)
    draws: tuple[Draw, ...] = ()
    number: str | None = None

    @property
    def drawn(self) -> int:
        """What purchases paid of it."""
        return sum(d.quantity for d in self.draws)

    def plus(self, line: IssuedLine) -> "Holding":
        """With LINE added. What LINE gives back is taken from what was drawn last."""
        draws = list(self.draws)
        for draw in line.draws:
            if draw.quantity > 0:
                draws.append(draw)
            else:
                draws = given_back(draws, -draw.quantity, draw.purchase)
        return Holding(
            self.quantity + line.quantity,
            self.worked_seconds + line.worked_seconds,
            self.net + line.net,
            tuple(draws),
            line.number or self.number,
        )


def given_back(draws: Iterable[Draw], quantity: int, purchase: int | None = None) -> list[Draw]:
    """DRAWS less QUANTITY, the last drawn first (of one PURCHASE, where it is given).

    >>> given_back([Draw(1, 30), Draw(2, 20)], 25)
    [Draw(purchase=1, quantity=25)]
    """
    left, kept = quantity, []
    for draw in reversed(list(draws)):
        taken = min(left, draw.quantity) if purchase in (None, draw.purchase) else 0
        left -= taken
        if draw.quantity > taken:
            kept.append(Draw(draw.purchase, draw.quantity - taken))
    return kept[::-1]


def holdings(lines: Iterable[IssuedLine]) -> dict[RowKey, Holding]:
    """What LINES, in order of issue, hold of each row."""
    found: dict[RowKey, Holding] = {}
    for line in lines:
        found[line.key] = found.get(line.key, Holding()).plus(line)
    return found


class LineHistory(NamedTuple):
    """An issued line with the issue that made it, and the credit note that reverses it, if there is one."""

    line: IssuedLine
    issue: int
    credit_issue: int | None = None
    credit_mode: str | None = None


class WrittenOff(NamedTuple):
    """The charge that is left of a row for good, since invoice `number` was credited with --write-off.

    It is 0, unless other invoices hold a part of the row.
    """

    number: str
    quantity: int
    worked_seconds: Seconds


def written_off(lines: Iterable[LineHistory]) -> dict[RowKey, WrittenOff]:
    """Return the rows of which `lines`, in order of issue, were written off.

    A row keeps the lines that other invoices hold of it. If one of those is credited later with
    --reopen, its part of the row is open again, and no more than that.
    """
    by_row: dict[RowKey, list[LineHistory]] = {}
    for one in lines:
        by_row.setdefault(one.line.key, []).append(one)
    found = {}
    for key, its in by_row.items():
        latest = max(
            (one for one in its if one.credit_mode == "write-off"),
            key=lambda one: one.credit_issue or 0,
            default=None,
        )
        if latest is None:
            continue
        at = latest.credit_issue or 0
        kept = [one for one in its if one.issue < at and (one.credit_issue is None or one.credit_issue > at)]
        if not any(one.credit_mode for one in kept):
            kept = [one for one in its if one.credit_issue is None]
        found[key] = WrittenOff(
            latest.line.number or "",
            sum(one.line.quantity for one in kept),
            sum(one.line.worked_seconds for one in kept),
        )
    return found


@dataclass(frozen=True, slots=True)
class Use:
    """What the rows of one `month` drew from one purchase, in minutes or incidents."""

    purchase: int
    month: Month
    quantity: int


def difference(charge: Charge) -> Charge | None:
    """What of CHARGE is not invoiced yet: its quantities now less those that invoices hold; None if nothing.

    Its draws are those to be made (or, negative, given back) now. A row whose quantity did not
    change is settled, whatever prices or purchases became known since (rating.md, 5).
    """
    held = charge.held
    if held is None:
        return charge if charge.quantity else None
    quantity = charge.quantity - held.quantity
    if not quantity:
        return None
    by_purchase: dict[int, int] = {}
    for draw in charge.draws:
        by_purchase[draw.purchase] = by_purchase.get(draw.purchase, 0) + draw.quantity
    for draw in held.draws:
        by_purchase[draw.purchase] = by_purchase.get(draw.purchase, 0) - draw.quantity
    return charge.less(
        quantity,
        charge.worked_seconds - held.worked_seconds,
        charge.net - held.net,
        tuple(Draw(purchase, n) for purchase, n in by_purchase.items() if n),
    )


@dataclass(frozen=True, slots=True)
class Issue:
    """One step in what was issued to a client: `kind` is issue, supplement, close or credit.

    Each knows the client's issue before it (0: none), and no two the same one: the database
    refuses a second claim of the same work. `month` is the one issued, or closed through.
    """

    client: str
    previous: int
    kind: str
    at: Instant
    agent: str
    month: Month | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceHead:
    """What is known of an issued invoice or credit note without reading its document.

    `serial` counts the numbers of `year`. `credits` is the number of the invoice that it
    reverses, with `mode` "reopen" or "write-off"; both None elsewhere.
    """

    number: str
    year: int
    serial: int
    client: str
    currency: str
    month: Month | None
    issued_on: date
    due_on: date | None
    due: Decimal
    credits: str | None = None
    mode: str | None = None
    issue: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(InvoiceHead):
    """An issued invoice or credit note, frozen. `document` is the JSON it is rendered from, for ever."""

    document: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came for an invoice: from a deposit (`purchase`), or else from the client."""

    number: str
    on: date
    amount: Decimal
    purchase: int | None = None
    id: int = 0


def state_of(invoice: InvoiceHead, paid: Decimal, credited: bool, today: date) -> str:
    """The state of an INVOICE of which so much was PAID since: credited, paid, overdue, part-paid or issued.

    What a deposit paid is not due any more; an invoice on which nothing is due is paid. A
    credit note, on which less than nothing is due, stays issued.
    """
    if credited:
        return "credited"
    if 0 <= invoice.due <= paid:
        return "paid"
    if invoice.due > 0 and invoice.due_on is not None and today > invoice.due_on:
        return "overdue"
    return "part-paid" if paid else "issued"
