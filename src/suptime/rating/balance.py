"""Prepaid balances: opening = used + forfeited + remaining (B6, B9, D6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from suptime.contracts import lacks_consent, needs_consent, sold_ahead
from suptime.domain.booking import Stock
from suptime.domain.case import Case, EventKind
from suptime.domain.charge import difference
from suptime.domain.client import Project
from suptime.domain.contract import Contract
from suptime.domain.ledger import DepositUse
from suptime.domain.outcome import Outcome, Share
from suptime.domain.time import NEVER, Instant, Seconds
from suptime.domain.work import WorkUnit
from suptime.rating.decide import decide, pieces_of
from suptime.rating.facts import Facts
from suptime.rating.rate import Rating, case_facts


@dataclass(frozen=True, slots=True)
class PurchaseBalance:
    """One purchase on a day, in minutes, incidents or money. `paid` is whether the invoice of sold money is paid."""

    stock: Stock
    quantity: Decimal
    used: Decimal
    forfeited: Decimal
    paid: bool | None = None
    returned: Decimal = Decimal(0)

    @property
    def remaining(self) -> Decimal:
        """Quantity that can still be used."""
        return self.quantity - self.used - self.forfeited - self.returned


@dataclass(frozen=True, slots=True)
class Balance:
    """All purchases of one unit ("hours", "incidents" or "money") of a contract up to a day.

    Hours are counted in minutes. `pending` is the possible use by held cases; for money, the charges
    that are not invoiced yet.
    """

    unit: str
    as_of: date
    purchases: tuple[PurchaseBalance, ...]
    pending: Decimal

    @property
    def purchased(self) -> Decimal:
        """Purchased quantity."""
        return sum((p.quantity for p in self.purchases), Decimal(0))

    @property
    def used(self) -> Decimal:
        """Used quantity."""
        return sum((p.used for p in self.purchases), Decimal(0))

    @property
    def returned(self) -> Decimal:
        """Returned quantity."""
        return sum((p.returned for p in self.purchases), Decimal(0))

    @property
    def forfeited(self) -> Decimal:
        """Quantity that expired unused."""
        return sum((p.forfeited for p in self.purchases), Decimal(0))

    @property
    def remaining(self) -> Decimal:
        """Quantity that can still be used."""
        return sum((p.remaining for p in self.purchases), Decimal(0))

    def after(self, paying: Mapping[int, Decimal]) -> "Balance":
        """Return the balance after each purchase has paid the quantity in `paying`, by id."""
        purchases = tuple(
            replace(p, used=p.used + paying.get(p.stock.purchase.id, Decimal(0))) for p in self.purchases
        )
        return replace(self, purchases=purchases)


def draws_between(rating: Rating, since: date, through: date) -> dict[int, int]:
    """Return the quantity drawn from each purchase for days from `since` through `through`, by purchase id.

    Raises:
        ValueError: `since` or `through` is within a month of which only the total is known.
    """
    found: dict[int, int] = {}
    for use in rating.settled:
        if since <= use.month.first and use.month.last <= through:
            found[use.purchase] = found.get(use.purchase, 0) + use.quantity
        elif since <= use.month.last and use.month.first <= through:
            raise ValueError(f"{use.month} is settled: the use through {through} is not known")
    for charge in rating.charges:
        if since <= charge.day <= through:
            for draw in charge.draws:
                found[draw.purchase] = found.get(draw.purchase, 0) + draw.quantity
    return found


def left_of(rating: Rating, deposits: Iterable[DepositUse] = ()) -> dict[int, Decimal]:
    """Return the rest of each purchase, by id; for money, before charges that are not invoiced."""
    used = draws_between(rating, date.min, date.max)
    left = {s.purchase.id: s.purchase.kept - used.get(s.purchase.id, 0) for s in rating.stocks}
    for payment in deposits:
        if payment.purchase in left:
            left[payment.purchase] -= payment.amount
    return left


def not_invoiced(rating: Rating, through: date) -> Decimal:
    """Return the net amount of charges dated through `through` that are not on an issued invoice."""
    open_rows = (difference(c) for c in (*rating.charges, *rating.gone) if c.day <= through)
    return sum((row.net for row in open_rows if row), Decimal(0))


def balances(
    rating: Rating,
    as_if_billable: Rating,
    as_of: date,
    deposits: Iterable[DepositUse] = (),
    paid_sales: Collection[int] = (),
) -> list[Balance]:
    """Return the balances of `rating` on `as_of`, one for each unit bought or sold.

    Only entries through that day count. `as_if_billable` is the rating of the same facts with held time as
    chargeable; `deposits` are the payments of issued invoices by purchases of money; `paid_sales` are the sold
    purchases that are paid.
    """
    paid = tuple(deposits)
    sold = sold_ahead(rating.contract.latest)
    units = dict.fromkeys([s.unit for s in rating.stocks] + ([sold.unit] if sold else []))
    return [balance(rating, as_if_billable, as_of, unit, paid, paid_sales) for unit in units]


def balance(
    rating: Rating,
    as_if_billable: Rating,
    as_of: date,
    unit: str,
    deposits: Iterable[DepositUse] = (),
    paid_sales: Collection[int] = (),
) -> Balance:
    """Return the balance of the purchases of one `unit`; see `balances`."""
    used = draws_between(rating, date.min, as_of)
    paid: dict[int, Decimal] = {}
    for payment in deposits:
        if payment.on <= as_of:
            paid[payment.purchase] = paid.get(payment.purchase, Decimal(0)) + payment.amount
    purchases = []
    for stock in rating.stocks:
        if stock.unit == unit and stock.purchase.on <= as_of:
            quantity = stock.purchase.quantity
            its_use = Decimal(used.get(stock.purchase.id, 0)) + paid.get(stock.purchase.id, Decimal(0))
            back = stock.purchase.returned(as_of)
            lost = quantity - its_use - back if stock.forfeited_by(as_of) else Decimal(0)
            is_paid = stock.purchase.id in paid_sales if stock.purchase.is_net else None
            purchases.append(PurchaseBalance(stock, quantity, its_use, lost, is_paid, back))
    if unit == "money":
        pending = not_invoiced(rating, as_of)
    else:
        pending = max(Decimal(0), _demand(as_if_billable, as_of, unit) - _demand(rating, as_of, unit))
    return Balance(unit, as_of, tuple(purchases), pending)


def _demand(rating: Rating, as_of: date, unit: str) -> Decimal:
    """Return the quantity that the charges dated through `as_of` would draw if purchases never ran out."""
    counts = "incident" if unit == "incidents" else "minute"
    return Decimal(sum(c.payable for c in rating.charges if c.day <= as_of and c.unit == counts))


@dataclass(frozen=True, slots=True)
class Consented:
    """Limit of the consent in force since an instant, and the time since then that counts, or may count, towards it."""

    limit: Seconds
    used: Seconds
    since: Instant


def consented(
    case: Case, units: Iterable[WorkUnit], contract: Contract, projects: tuple[Project, ...], now: Instant
) -> Consented | None:
    """Return the consent with a limit for work on `case` that is in force `now`, and its use by `units`.

    Running units count up to `now`. Held time counts if it can still be charged. None if there is no such consent.
    """
    version = contract.at(now)
    answers = case.of_kind(EventKind.CONSENT, EventKind.CONSENT_REFUSED)
    given = [answer for answer in answers if answer.at <= now]
    if version is None or not needs_consent(version) or not given or given[-1].up_to_seconds is None:
        return None  # A refusal has no limit.
    by_now = [u._replace(ended_at=max(now, u.started_at)) if u.ended_at is None else u for u in units]
    pieces = [piece for unit in by_now for piece in pieces_of(unit, contract)]
    known = case_facts(case, pieces, Facts(contract, (case,), (), (), (), now, projects))
    since = given[-1].at
    until = min((answer.at for answer in answers if answer.at > since), default=NEVER)
    used = sum(_between(share, since, until) for share in decide(pieces, known) if _counts(share))
    return Consented(given[-1].up_to_seconds, used, since)


def _counts(share: Share) -> bool:
    outcome, reason, _ = share.at_worst
    return outcome is Outcome.CHARGEABLE or (outcome is Outcome.NON_BILLABLE and lacks_consent(reason))


def _between(share: Share, since: Instant, until: Instant) -> Seconds:
    span = share.piece.span
    return max(0, min(span.end, until) - max(span.start, since))
