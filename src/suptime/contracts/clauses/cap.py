"""Bill no more hours than the cap; time beyond it is free (T23, T25).

Rows fill each cap in the order of drawing, independent of the order of recording, under all versions of the contract.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from suptime.contracts.clause import Clause, Limit, Limited, Span, Spans
from suptime.domain.case import Case
from suptime.domain.charge import MINUTE_UNIT, Filling, Row
from suptime.domain.contract import Version
from suptime.domain.reading import Table
from suptime.domain.sentence import Term, mark, sentence, together
from suptime.domain.time import MINUTE, Minutes, Month

SPANS = {"day": Span.DAY, "case": Span.CASE, "project": Span.PROJECT, "month": Span.MONTH}
"""Spans of caps, in the order in which a row fills them."""


@dataclass(frozen=True, slots=True)
class Cap:
    """Most minutes that are billed in a day, for a case, for a project or in a month, by these words."""

    hours: Mapping[str, Minutes] = field(default_factory=dict)


def limit(rows: Sequence[Row], known: Limited) -> list[Row]:
    """Cap the minutes beyond the first full cap (T23). Written-off minutes fill caps permanently (T4)."""
    filled: dict[Hashable, list[Filling]] = defaultdict(list)
    used: dict[Hashable, Minutes] = defaultdict(int)
    for row in rows:
        if row.unit != MINUTE_UNIT or not row.case:
            continue
        places = _places(row, known.cases)
        terms = row.version.get(Cap)
        paid = row.filled if row.written_off else row.quantity
        if terms is not None:
            row.limited = True
        if terms is not None and not row.written_off:
            left = {
                per: max(0, most - used[places[per]]) for per, most in terms.hours.items() if per in places
            }
            first = min(left, key=lambda per: left[per], default=None)
            if first is not None and left[first] < paid:
                paid = left[first]
                row.capped = row.quantity - paid
                row.clauses = (*row.clauses, CLAUSE.table)
                row.reason = together(row.reason, _how(row, first, terms.hours[first]))
                row.filled_by = filled[places[first]]
        for place in places.values():
            used[place] += paid
            if paid:
                filled[place].append(Filling(row.case, row.day, paid))
    return list(rows)


def _places(row: Row, cases: Mapping[str, Case]) -> dict[str, Hashable]:
    """Return the caps that `row` fills: of its day, its case, its project if any, its month."""
    project = cases[row.case].project
    places: dict[str, Hashable] = {"day": ("day", row.day), "case": ("case", row.case)}
    return places | ({"project": ("project", project)} if project else {}) | {"month": Month.of(row.day)}


def _how(row: Row, per: str, most: Minutes) -> str:
    return sentence(
        _BEYOND[per],
        billed=row.quantity,
        within=row.payable,
        cap=Term(most * MINUTE),
        free=row.capped,
    )


_BEYOND = {
    "day": mark("{billed} min billed: {within} min within the cap of {cap} a day, {free} min free."),
    "case": mark("{billed} min billed: {within} min within the cap of {cap} for the case, {free} min free."),
    "project": mark(
        "{billed} min billed: {within} min within the cap of {cap} for the project, {free} min free."
    ),
    "month": mark("{billed} min billed: {within} min within the cap of {cap} a month, {free} min free."),
}


def spans(terms: Cap) -> Spans:
    """Return the spans of rows that fill a cap together (T2)."""
    return frozenset(SPANS[per] for per in terms.hours)


def read(table: Table) -> Cap:
    """Return the terms of `[cap]` and `[cap.hours]`."""
    expected = 'expected the most hours of each, such as { month = "10h", case = "4h" }'
    hours = table.sub("hours")
    if hours is None:
        if "hours" not in table.values:
            table.fault("hours", f"is missing; {expected}.")
        return Cap()
    stated = {per: hours.duration(per, 0, whole_minutes=True) // MINUTE for per in SPANS}
    for per in hours.values:
        if stated.get(per) == 0 and not any(fault.key == f"cap.hours.{per}" for fault in hours.faults):
            hours.fault(per, 'expected more than no time, such as "10h".')
    if not hours.values:
        table.fault("hours", f"{expected}.")
    hours.close()
    return Cap({per: most for per, most in stated.items() if most})


def sentences(terms: Cap, version: Version) -> list[str]:  # noqa: ARG001
    """Return the most hours that are billed, in words for the client."""
    return [sentence(_AT_MOST[per], cap=Term(most * MINUTE)) for per, most in terms.hours.items()]


_AT_MOST = {
    "day": mark("No more than {cap} are billed in a day; what goes beyond is free."),
    "case": mark("No more than {cap} are billed for a case; what goes beyond is free."),
    "project": mark("No more than {cap} are billed for all cases of a project; what goes beyond is free."),
    "month": mark("No more than {cap} are billed in a month; what goes beyond is free."),
}


CLAUSE = Clause(
    "cap",
    Cap,
    read,
    sentences,
    (),
    (Limit(apply=limit, spans=spans),),
    not_beside={"incident": "incidents are not billed by the hour"},
)
