"""Round billable time up to the increment once per day: 5 and 30 minutes are 35, billed as 60 (B4)."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suptime.contracts.clause import Clause, Measure, Span, Spans
from suptime.domain.case import CaseFacts, number_order
from suptime.domain.charge import ChargeKind, Row
from suptime.domain.contract import Version
from suptime.domain.outcome import Share, Tariff, tariff_order
from suptime.domain.reading import Table
from suptime.domain.sentence import Length, Term, mark, sentence
from suptime.domain.time import MINUTE, Minutes, Month, Seconds

PER = ("unit", "case-day", "day", "case-month", "month")
DIRECTIONS = ("up", "nearest", "down")
PARTIAL = ("drop", "up")


@dataclass(frozen=True, slots=True)
class Rounding:
    """How the chargeable time of a group becomes billed minutes. `increment` 0: no increment."""

    increment: Minutes = 0
    per: str = "day"
    direction: str = "up"
    minimum: Minutes = 0
    partial_minute: str = "drop"


UNROUNDED = Rounding()
"""Terms of a contract without `[rounding]`: worked minutes, once per day."""


@dataclass(frozen=True, slots=True)
class Part:
    """Chargeable seconds of a group in one case and day, at one tariff."""

    case: str
    day: date
    seconds: Seconds
    tariff: Tariff | None = None


def group_of(terms: Rounding, unit: int, case: str, day: date) -> Hashable:
    """Return the rounding group of the time of `unit` on `case` and `day`.

    >>> group_of(Rounding(per="case-month"), 7, "CASE-1", date(2026, 10, 5))
    ('CASE-1', '2026-10')
    """
    month = str(Month.of(day))
    return {
        "unit": (unit, day),
        "case-day": (case, day),
        "day": (day,),
        "case-month": (case, month),
        "month": (month,),
    }[terms.per]


def whole_minutes(seconds: Seconds, partial: str) -> Minutes:
    """Return the minutes of a group: seconds short of a minute are dropped, or a started minute counts.

    >>> whole_minutes(119, "drop"), whole_minutes(61, "up")
    (1, 2)
    """
    return -(-seconds // MINUTE) if partial == "up" else seconds // MINUTE


def billed_minutes(terms: Rounding, seconds: Seconds) -> Minutes:
    """Return the billed minutes of a group of `seconds` chargeable seconds; 0 for 0.

    First whole minutes, then the increment (`nearest`: halves up), then the minimum.

    >>> [billed_minutes(Rounding(increment=30), s * 60) for s in (0, 2, 30, 31, 35)]
    [0, 30, 30, 60, 60]
    """
    if seconds <= 0:
        return 0
    minutes = whole_minutes(seconds, terms.partial_minute)
    if step := terms.increment:
        if terms.direction == "up":
            minutes = -(-minutes // step) * step
        elif terms.direction == "down":
            minutes = minutes // step * step
        else:
            minutes = (2 * minutes + step) // (2 * step) * step
    return max(minutes, terms.minimum)


def distribute(minutes: Minutes, parts: Sequence[Part]) -> dict[Part, Minutes]:
    """Return the minutes of a group, distributed among its `parts` by largest remainder, by their seconds.

    Ties go to the lower case number, as numbers, then by name, then to the earlier day. The
    shares add up to `minutes` if any part has seconds.

    >>> day = date(2026, 10, 5)
    >>> list(distribute(60, [Part("CASE-1", day, 300), Part("CASE-2", day, 1800)]).values())
    [9, 51]
    """
    total = sum(part.seconds for part in parts)
    if not total:
        return dict.fromkeys(parts, 0)
    shares = {part: minutes * part.seconds // total for part in parts}
    left = minutes - sum(shares.values())
    for part in sorted(parts, key=lambda p: (-(minutes * p.seconds % total), *_order(p)))[:left]:
        shares[part] += 1
    return shares


def _order(part: Part) -> tuple[object, ...]:
    return (number_order(part.case), part.day, tariff_order(part.tariff))


def rows_of(
    shares: Iterable[Share],
    group: Callable[[Share], Hashable],
    minutes: Callable[[Version, Seconds], Minutes],
    kind: ChargeKind,
    priced_by: str,
) -> list[Row]:
    """Return `shares` as rows: each `group` is counted once as `minutes`, then distributed among its cases and days.

    Groups never mix contract versions. If a row is in several groups, its minutes are the sum of its
    parts. Rows are by case, day and tariff.
    """
    groups: dict[Hashable, list[Share]] = defaultdict(list)
    for share in shares:
        groups[share.piece.version.starts_on, group(share)].append(share)
    rows: dict[Hashable, Row] = {}
    for members in groups.values():
        version = members[0].piece.version
        seconds: dict[tuple[str, date, Tariff | None], Seconds] = defaultdict(int)
        for share in members:
            seconds[share.piece.unit.case, share.piece.day, share.piece.tariff] += share.seconds
        total = sum(seconds.values())
        counted = minutes(version, total)
        parts = [Part(case, day, s, tariff) for (case, day, tariff), s in seconds.items()]
        for part, its_minutes in distribute(counted, parts).items():
            row = rows.setdefault(
                (part.case, part.day, part.tariff, version.starts_on),
                Row(kind, part.case, part.day, version, priced_by, part.tariff),
            )
            row.quantity += its_minutes
            row.worked_seconds += part.seconds
            row.group_seconds += total
            row.group_minutes += counted
        for share in members:
            piece = share.piece
            rows[piece.unit.case, piece.day, piece.tariff, version.starts_on].units[piece.unit.id] = None
    return list(rows.values())


def terms_of(version: Version) -> Rounding:
    """Return the rounding of `version`, or the default."""
    return version.get(Rounding) or UNROUNDED


def measure(shares: Sequence[Share], cases: Mapping[str, CaseFacts]) -> list[Row]:  # noqa: ARG001
    """Return the rows of ordinary time, each group rounded once and distributed among its cases and days (B4)."""
    rows = rows_of(
        shares,
        lambda s: group_of(terms_of(s.piece.version), s.piece.unit.id, s.piece.unit.case, s.piece.day),
        lambda version, seconds: billed_minutes(terms_of(version), seconds),
        ChargeKind.TIME,
        "hour",
    )
    for row in rows:
        row.reason = how_rounded(row)
        row.clauses = ("prices",) if row.version.get(Rounding) is None else ("rounding",)
    return rows


def how_rounded(row: Row) -> str:
    """Return how the minutes of `row` were calculated, in words."""
    terms = terms_of(row.version)
    worked, rule = Length(row.worked_seconds), rule_in_words(terms)
    if row.group_seconds == row.worked_seconds:
        if row.quantity * MINUTE == row.worked_seconds:
            return sentence("{worked} worked.", worked=worked)
        return sentence(
            "{worked} worked, {rule}: {billed} min.", worked=worked, rule=rule, billed=row.quantity
        )
    return sentence(
        _OF_GROUP.get(terms.per, _OF_GROUPS),
        worked=worked,
        billed=row.quantity,
        group=row.group_minutes,
        whole=Length(row.group_seconds),
        rule=rule,
    )


_OF_GROUP = {
    "day": mark("{worked} worked: {billed} min of the day's {group} min ({whole} in all, {rule})."),
    "month": mark("{worked} worked: {billed} min of the month's {group} min ({whole} in all, {rule})."),
    "case-month": mark(
        "{worked} worked: {billed} min of the case's month's {group} min ({whole} in all, {rule})."
    ),
}
_OF_GROUPS = mark("{worked} worked: {billed} min of its groups' {group} min ({whole} in all, {rule}).")


def read(table: Table) -> Rounding:
    """Return the terms of `[rounding]`."""
    return Rounding(
        increment=table.duration("increment", 0, whole_minutes=True) // MINUTE,
        per=table.choice("per", PER, "day"),
        direction=table.choice("direction", DIRECTIONS, "up"),
        minimum=table.duration("minimum", 0, whole_minutes=True) // MINUTE,
        partial_minute=table.choice("partial_minute", PARTIAL, "drop"),
    )


_GROUPS = {
    "unit": mark("Billable time is added up for each work unit, day by day, then {rule}."),
    "case-day": mark("Billable time is added up for each case and day, then {rule}."),
    "day": mark("Billable time is added up for each day, across all cases and agents, then {rule}."),
    "case-month": mark("Billable time is added up for each case and month, then {rule}."),
    "month": mark("Billable time is added up for each month, across all cases and agents, then {rule}."),
}


def rule_in_words(terms: Rounding) -> str:
    """Return how a group is rounded, as part of a sentence."""
    if not terms.increment:
        return sentence("counted in whole minutes")
    return sentence(_RULES[terms.direction], minutes=terms.increment)


_RULES = {
    "up": mark("rounded up to {minutes}-minute steps"),
    "nearest": mark("rounded to the nearest {minutes}-minute steps"),
    "down": mark("rounded down to {minutes}-minute steps"),
}


def rule_of(terms: Rounding) -> str:
    """Return how time is rounded, in one sentence for the head of an invoice."""
    per = sentence(_PER[terms.per])
    if not terms.increment:
        return sentence("Time is counted in whole minutes {per}.", per=per)
    return sentence(_RULE_OF[terms.direction], minutes=terms.increment, per=per)


_PER = {
    "unit": mark("per work entry"),
    "case-day": mark("per case and day"),
    "day": mark("per day, across all cases"),
    "case-month": mark("per case and month"),
    "month": mark("per month, across all cases"),
}
_RULE_OF = {
    "up": mark("Time is rounded up to {minutes} minutes {per}."),
    "nearest": mark("Time is rounded to the nearest {minutes} minutes {per}."),
    "down": mark("Time is rounded down to {minutes} minutes {per}."),
}


def sentences(terms: Rounding, version: Version) -> list[str]:  # noqa: ARG001
    """Return how time is counted, in words for the client."""
    told: list[str] = [sentence(_GROUPS[terms.per], rule=rule_in_words(terms))]
    if terms.partial_minute == "up":
        told.append(sentence("A started minute counts as a whole one."))
    if terms.minimum:
        told.append(
            sentence(
                "The minimum charge is {least}.",
                least=Term(terms.minimum * MINUTE),
            )
        )
    return told


_SPANS = {
    "unit": Span.UNIT,
    "case-day": Span.DAY,
    "day": Span.DAY,
    "case-month": Span.MONTH,
    "month": Span.MONTH,
}


def spans(terms: Rounding) -> Spans:
    """Return the spans of work that is rounded together."""
    return frozenset({_SPANS[terms.per]})


CLAUSE = Clause(
    "rounding",
    Rounding,
    read,
    sentences,
    ("B4",),
    (Measure(apply=measure, priced_by="hour", spans=spans),),
    default=UNROUNDED,
)
