"""Hints for timed work: whether it is billed, and the balance that pays for it.

Hints come from rows that every other change keeps up to date. If the rows are not sufficient (work of a guest,
a contract that depends on the channel), the contract is read.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from suptime.app import units
from suptime.domain.caution import Caution
from suptime.domain.time import DAY, HOUR, MINUTE, Instant, Seconds, in_words, show_day
from suptime.domain.work import WorkUnit

if TYPE_CHECKING:
    from suptime.store import Store
    from suptime.store.timer.clock import Clock
    from suptime.store.timer.rows import CaseState, StockState, UnratedUnit

LITTLE = 2 * HOUR
"""Prepaid time at or below which a hint is given."""
SOON = 14 * DAY
"""Days before expiry within which a hint is given."""


class Prepaid(NamedTuple):
    """A prepaid balance: `seconds` of time, or a number of incidents or an amount of money.

    `valid_through` is the last day of the purchase that pays next. `exact`: there is no work since it was rated.
    `is_bought`: there are purchases, perhaps expired ones.
    """

    unit: str
    remaining: int | str
    valid_through: date | None
    exact: bool
    expires_soon: bool = False
    is_bought: bool = True

    @property
    def document(self) -> dict[str, Any]:
        """Return it as JSON shows it."""
        last = self.valid_through.isoformat() if self.valid_through else None
        return {"unit": self.unit, "remaining": self.remaining, "valid_through": last, "exact": self.exact}


class Hint(NamedTuple):
    """Hint about work on a case. `warnings` are the reasons why it is not billed. `long`: it runs for too long."""

    case: str
    outcome: str | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()
    consent_limit: Seconds | None = None
    consent_used: Seconds = 0
    prepaid: Prepaid | None = None
    long: bool | None = None

    @property
    def document(self) -> dict[str, Any]:
        """Return it as JSON shows it."""
        limit = self.consent_limit
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "consent_left_seconds": None if limit is None else max(0, limit - self.consent_used),
            "prepaid": self.prepaid.document if self.prepaid else None,
            "long": self.long,
        }

    @property
    def of_consent(self) -> tuple[Caution, ...]:
        """Return a warning if at least four fifths of the consented time are used."""
        return (
            ()
            if self.consent_limit is None
            else units.consent_notes(self.case, self.consent_limit, self.consent_used)
        )

    @property
    def of_prepaid(self) -> str:
        """Return a sentence if little prepaid time is left, or expires soon."""
        found = self.prepaid
        if (
            found is None
            or not found.is_bought
            or found.unit != "minutes"
            or isinstance(found.remaining, str)
        ):
            return ""
        if not found.remaining:
            return "No prepaid time is left."
        left = found.remaining * MINUTE
        if left > LITTLE and not found.expires_soon:
            return ""
        about = "" if found.exact else "About "
        through = f", valid through {show_day(found.valid_through)}" if found.valid_through else ""
        return f"{about}{in_words(left)} of prepaid time {'is' if left == HOUR else 'are'} left{through}."


def hint_of(
    clock: "Clock", store: "Callable[[], Store]", unit: WorkUnit, now: Instant, limit: Seconds | None
) -> Hint:
    """Return the hint on `unit`, running or just stopped. `limit` is the age of a long timer (None: never)."""
    with clock.reading() as book:
        state = book.standing(unit.case)
        stocks: list[StockState] = []
        unrated: list[UnratedUnit] = []
        if state and (state.prepaid or state.slow):
            stocks, unrated = book.stocks(unit.case), book.unrated(unit.case)
    if state is None or not _says_enough(state, unit, unrated, now):
        state, stocks = _worked_out(store(), unit, now)
        with clock.reading() as book:
            unrated = [
                one for one in book.unrated(unit.case) if one.case is not None and one.ended_at is None
            ]
    long = None if limit is None else unit.seconds(now) > limit
    if state is None:
        return Hint(unit.case, long=long)
    used = None if state.consent_limit is None else (state.consent_used or 0) + _since(state, unrated, now)
    return Hint(
        unit.case,
        state.outcome,
        state.reason,
        state.warnings,
        state.consent_limit,
        used or 0,
        _prepaid(state.prepaid, stocks, unrated, now) if state.prepaid else None,
        long,
    )


def _says_enough(state: "CaseState", unit: WorkUnit, unrated: "Iterable[UnratedUnit]", now: Instant) -> bool:
    """Return whether the rows are sufficient `now` for work like `unit`."""
    in_force = state.valid_from <= now and (state.valid_until is None or now < state.valid_until)
    return (
        state.outcome is not None
        and in_force
        and not unit.guest
        and all(one.case is not None for one in unrated)
    )


def _worked_out(store: "Store", unit: WorkUnit, now: Instant) -> "tuple[CaseState | None, list[StockState]]":
    """Return the state of the case of `unit` for work like it, and its stocks, from the contract itself."""
    from suptime.app.facts import contract_of
    from suptime.app.work.case_state import state_in
    from suptime.app.work.stock_state import states_in

    with store.reading() as tx:
        case = tx.cases.get(unit.case)
        if case is None:
            return None, []
        state = state_in(tx, case, contract_of(tx, case.contract), at=now, like=unit)
        left = dict(states_in(tx, [case.contract], now)) if state.prepaid else {}
        return state, left.get(case.contract, [])


def _since(state: "CaseState", unrated: "Iterable[UnratedUnit]", now: Instant) -> Seconds:
    """Return the seconds of the case of `state` that its consent does not include yet."""
    return sum(
        max(0, _end(one, now) - max(one.started_at, state.consent_since or 0))
        for one in unrated
        if one.case == state.case
    )


def _end(unit: "UnratedUnit", now: Instant) -> Instant:
    return max(now, unit.started_at) if unit.ended_at is None else unit.ended_at


def _prepaid(
    unit: str, stocks: "Sequence[StockState]", unrated: "Iterable[UnratedUnit]", now: Instant
) -> Prepaid:
    """Return the balance of `stocks` of one `unit` now, less the seconds that are not rated yet."""
    paying = [stock for stock in stocks if stock.unit == unit and stock.pays_at(now)]
    since = [(_end(one, now) - one.started_at, one.outcome) for one in unrated]
    exact = not any(seconds for seconds, _ in since)
    if unit == "money":
        return _money(paying, [stock.remaining for stock in stocks if stock.unit == unit], exact)
    left = [(stock, int(stock.remaining)) for stock in paying]
    if unit == "hours":
        billed = sum(seconds for seconds, outcome in since if outcome in {None, "chargeable"})
        left = [*_less(((stock, minutes * MINUTE) for stock, minutes in left), billed)]
    total = sum(rest for _, rest in left)
    next_ = next((stock for stock, rest in left if rest > 0), paying[-1] if paying else None)
    soon = any(rest > 0 and stock.pays_until and stock.pays_until - now <= SOON for stock, rest in left)
    last = next_.valid_through if next_ else None
    if unit == "hours":
        return Prepaid("minutes", max(0, total) // MINUTE, last, exact, bool(soon), is_bought=bool(stocks))
    return Prepaid(unit, max(0, total), last, exact, bool(soon))


def _less(
    left: "Iterable[tuple[StockState, Seconds]]", taken: Seconds
) -> "Iterable[tuple[StockState, Seconds]]":
    """Yield the rest of each stock in turn after `taken` further seconds."""
    for stock, rest in left:
        used = min(max(0, rest), taken)
        taken -= used
        yield stock, rest - used


def _money(paying: "list[StockState]", known: list[str], exact: bool) -> Prepaid:
    """Return the rest of deposits; zero has the decimals of the amounts that are `known`."""
    from decimal import Decimal

    left = [(stock, Decimal(stock.remaining)) for stock in paying]
    nothing = sum((Decimal(each) * 0 for each in known), Decimal(0))
    total = max(nothing, sum((rest for _, rest in left), nothing))
    next_ = next((stock for stock, rest in left if rest > 0), paying[-1] if paying else None)
    return Prepaid("money", str(total), next_.valid_through if next_ else None, exact)
