"""Price hours by steps of the volume of a month or a case (T20).

Each billed minute at the contract's normal price fills the steps in the order of drawing, under all versions of the
contract. Capped minutes fill none.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from suptime.contracts.clause import Clause, Limit, Limited, Price, Span, Spans
from suptime.contracts.clauses.rates import Rates
from suptime.domain.charge import MINUTE_UNIT, ChargeKind, Row, RowKey
from suptime.domain.contract import Version
from suptime.domain.money import show_amount
from suptime.domain.outcome import TariffPart, with_part
from suptime.domain.reading import Table
from suptime.domain.sentence import Sentence, mark, sentence, together
from suptime.domain.time import MINUTE, Minutes, Month, in_words

PER = {"month": Span.MONTH, "case": Span.CASE}
MODES = ("graduated", "volume")
_KINDS = frozenset({ChargeKind.TIME, ChargeKind.BLOCK, ChargeKind.LATE_CANCELLATION})


@dataclass(frozen=True, slots=True)
class Step:
    """Price of an hour up `to` so many minutes (None: beyond): an amount, or a multiplier of the normal price."""

    to: Minutes | None
    hour: Decimal | None = None
    multiplier: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Tiers:
    """Steps of the price of an hour, from the first minutes of a month or a case on.

    `mode` is "graduated" if each minute has the price of its own step, "volume" if all have that of the total.
    """

    steps: tuple[Step, ...] = ()
    per: str = "month"
    mode: str = "graduated"


def limit(rows: Sequence[Row], known: Limited) -> list[Row]:  # noqa: ARG001
    """Divide each row among the steps that its minutes reach (T20); written-off minutes fill steps permanently."""
    fixed = {row.key: row for row in rows if row.written_off and _counts(row)}
    totals: dict[Hashable, Minutes] = defaultdict(int)
    for row in rows:
        if _counts(row):
            for place in _places(row):
                totals[place] += row.filled if row.written_off else row.payable
    return list(_divided(rows, fixed, totals))


def _divided(rows: Sequence[Row], fixed: dict[RowKey, Row], totals: dict[Hashable, Minutes]) -> Iterator[Row]:
    used: dict[Hashable, Minutes] = defaultdict(int)
    counted: set[RowKey] = set()
    for row in rows:
        if not _counts(row):
            yield row
            continue
        terms = row.version.get(Tiers)
        if row.written_off:
            if row.key not in counted:
                _fill(used, row, row.filled)
            yield row
        elif terms is None or not row.quantity:
            _fill(used, row, row.payable)
            yield row
        else:
            same = [fixed[key] for key in _keys(row, terms) if key in fixed]
            for one in same:
                if one.key not in counted:
                    counted.add(one.key)
                    _fill(used, one, one.filled)
            # Written-off minutes stay in their step; only what is beyond them may be charged.
            payable = max(0, row.payable - sum(one.filled for one in same))
            if same and not payable:
                continue
            left = replace(row, quantity=payable + row.capped)
            place = _place(row, terms)
            parts = _parts(left, terms, totals[place] if terms.mode == "volume" else None, used[place])
            yield from (part for part in parts if part.key not in fixed)
            _fill(used, left, left.payable)


def _counts(row: Row) -> bool:
    """Return whether `row` fills steps: its minutes have the contract's normal price of an hour."""
    return (
        row.unit == MINUTE_UNIT
        and row.kind in _KINDS
        and row.priced_by == "hour"
        and (row.tariff is None or row.tariff.amount is None)
        and not _is_at_a_rate(row)
    )


def _is_at_a_rate(row: Row) -> bool:
    """Return whether `row`, known by the name of its tariff alone, is at a rate with an amount."""
    rates = row.version.get(Rates) if row.written_off else None
    name = row.key.tariff.partition(", ")[0]
    return rates is not None and any(rate.name == name and rate.amounts for rate in rates.rates)


def _place(row: Row, terms: Tiers) -> Hashable:
    return Month.of(row.day) if terms.per == "month" else row.case


def _places(row: Row) -> tuple[Hashable, Hashable]:
    return Month.of(row.day), row.case


def _fill(used: dict[Hashable, Minutes], row: Row, minutes: Minutes) -> None:
    for place in _places(row):
        used[place] += minutes


def _keys(row: Row, terms: Tiers) -> list[RowKey]:
    """Return the keys of the parts of `row`, one for each step."""
    parts = (_part(terms, n) for n in range(len(terms.steps)))
    return [row.key._replace(tariff=str(with_part(row.tariff, part).name)) for part in parts]


def _parts(row: Row, terms: Tiers, total: Minutes | None, used: Minutes) -> list[Row]:
    """Return `row` divided among the steps; with a `total`, all of it has the step that the total reaches."""
    found: list[tuple[int, Minutes, Minutes]] = []
    left, at = row.payable, used
    for place, step in enumerate(terms.steps):
        reached = step.to is None or (total is not None and total <= step.to)
        room = left if reached else (0 if total is not None else max(0, (step.to or 0) - at))
        taken = min(left, room)
        if taken:
            found.append((place, taken, at))
            left, at = left - taken, at + taken
        if not left and (found or reached or (step.to is not None and at < step.to)):
            if not found:
                found.append((place, 0, at))
            break
    seconds = _shared(row.worked_seconds, [taken for _, taken, _ in found], row.capped)
    parts = []
    for n, (place, taken, start) in enumerate(found):
        capped = row.capped if n == len(found) - 1 else 0
        part = replace(
            row,
            quantity=taken + capped,
            capped=capped,
            worked_seconds=seconds[n],
            tariff=with_part(row.tariff, _part(terms, place)),
        )
        part.reason = together(row.reason, _how(terms, place, start + 1, start + taken, total))
        parts.append(part)
    return parts


def _shared(seconds: int, minutes: Sequence[Minutes], capped: Minutes) -> list[int]:
    """Return `seconds` shared by largest remainder in proportion to `minutes`; the last one has `capped` more.

    >>> _shared(7201, [60, 60], 0)
    [3601, 3600]
    """
    weights = [*minutes[:-1], minutes[-1] + capped]
    whole = sum(weights)
    if not whole:
        return [seconds, *([0] * (len(weights) - 1))]
    shares = [seconds * weight // whole for weight in weights]
    rests = sorted(range(len(weights)), key=lambda n: (-(seconds * weights[n] % whole), n))
    for n in rests[: seconds - sum(shares)]:
        shares[n] += 1
    return shares


def _part(terms: Tiers, place: int) -> TariffPart:
    step = terms.steps[place]
    return TariffPart(_name(terms, place), "tiers", step.hour, step.multiplier, place)


def _name(terms: Tiers, place: int) -> Sentence:
    """Return the name of a step, such as "first 10 h", "10 h to 20 h" or "beyond 20 h"."""
    to, start = terms.steps[place].to, terms.steps[place - 1].to if place else None
    if to is None:
        return sentence("beyond {start}", start=_long(start))
    if start is None:
        return sentence("first {to}", to=_long(to))
    return sentence("{start} to {to}", start=_long(start), to=_long(to))


def _how(terms: Tiers, place: int, first: int, last: int, total: Minutes | None) -> str:
    name = _name(terms, place)
    if total is not None:
        return sentence(_TOTAL[terms.per], total=total, tier=name)
    return sentence(_RANGE[terms.per], first=first, last=last, tier=name) if last >= first else ""


_RANGE = {
    "month": mark("The month's minutes {first} to {last}: {tier}."),
    "case": mark("The case's minutes {first} to {last}: {tier}."),
}
_TOTAL = {
    "month": mark("{total} min in the month: {tier}."),
    "case": mark("{total} min for the case: {tier}."),
}


def price_on(terms: Tiers, item: str, day: date) -> Decimal | None:  # noqa: ARG001
    """Return the price of the first step's hour if every step states one, so that `[prices]` need not."""
    if item != "hour" or not terms.steps or any(step.hour is None for step in terms.steps):
        return None
    return terms.steps[0].hour


def spans(terms: Tiers) -> Spans:
    """Return the span of rows that fill steps together."""
    return frozenset({PER[terms.per]})


def read(table: Table) -> Tiers:
    """Return the terms of `[tiers]`."""
    per, mode = table.choice("per", tuple(PER), "month"), table.choice("mode", MODES, "graduated")
    steps: list[Step] = []
    for one in table.tables(
        "steps", 'a list such as [ { to = "10h", hour = "120.00" }, { hour = "100.00" } ]'
    ):
        to = one.duration("to", 0, whole_minutes=True) // MINUTE if "to" in one.values else None
        one.known["to"] = None
        hour, multiplier = one.amount("hour"), one.amount("multiplier")
        if ("hour" in one.values) == ("multiplier" in one.values):
            one.fault("", 'expected either hour or multiplier, such as hour = "100.00".')
        if multiplier == 0:
            one.fault("multiplier", 'expected more than zero, such as "0.9", found "0".')
        one.close()
        steps.append(Step(to, hour, multiplier or Decimal(1)))
    limits = [step.to for step in steps[:-1]]
    known = [to for to in limits if to is not None]
    if len(steps) == 1:
        table.fault("steps", "expected at least two steps.")
    elif steps and (steps[-1].to is not None or len(known) < len(limits)):
        table.fault("steps", "expected a limit (to) in each step but the last, and none in the last.")
    elif known != sorted(set(known)) or 0 in known:
        table.fault("steps", "expected limits (to) that rise from step to step.")
    return Tiers(tuple(steps), per, mode)


def sentences(terms: Tiers, version: Version) -> list[str]:
    """Return the price of each step, in words for the client."""
    prices = [_price(step, version) for step in terms.steps]
    if terms.mode == "volume":
        said = []
        for place, (step, price) in enumerate(zip(terms.steps, prices, strict=True)):
            start = terms.steps[place - 1].to if place else 0
            limit = f"up to {_long(step.to)}" if step.to else f"more than {_long(start)}"
            said.append(f"{price} with {limit}")
        return [f"All hours of a {terms.per} have one price, by their number: {', '.join(said)}."]
    said = []
    for place, (step, price) in enumerate(zip(terms.steps, prices, strict=True)):
        if not place:
            said.append(f"the first {_long(step.to)} cost {price} each")
        elif step.to is None:
            said.append(f"those beyond {price}")
        else:
            said.append(f"those from {_long(terms.steps[place - 1].to)} to {_long(step.to)} {price}")
    return [f"Of a {terms.per}'s hours {', '.join(said)}."]


def _price(step: Step, version: Version) -> str:
    if step.hour is None:
        return f"{step.multiplier:f} times the price"
    return f"{show_amount(step.hour, version.currency)} {version.currency}"


def _long(minutes: Minutes | None) -> str:
    return in_words((minutes or 0) * MINUTE)


_BY_THE_HOUR = "steps are of hours"

CLAUSE = Clause(
    "tiers",
    Tiers,
    read,
    sentences,
    (),
    (Limit(apply=limit, spans=spans), Price(on=price_on)),
    not_beside={"incident": _BY_THE_HOUR, "per_minute": _BY_THE_HOUR},
)
