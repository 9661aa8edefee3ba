"""Cases in the rows of a sheet: their number, client and values, by the columns that a format names."""

from collections.abc import Mapping
from typing import Any

from suptime.domain.time import Instant
from suptime.interchange.foreign.clock_times import read_moment
from suptime.interchange.foreign.lengths import read_length
from suptime.interchange.foreign.record import ForeignCase, Reading
from suptime.interchange.foreign.sheet import Cells, cell, tags_in

TEXTS = ("subject", "priority", "kind", "category", "cause", "channel")
INSTANTS = ("opened", "responded", "resolved", "consented", "escalated")
"""What a column may say of a case, besides its number and client."""

RESOLVED = frozenset({"resolved", "closed", "done", "solved", "merged", "erledigt", "geschlossen", "gelöst"})
"""Names of the states of cases that are over, in small letters."""


def resolution(case: ForeignCase, *, is_over: bool, instants: tuple[Instant | None, ...]) -> None:
    """Note when `case` was resolved: at the first of the `instants`, else at its last update."""
    found = next((at for at in instants if at is not None), None) if is_over else None
    if is_over and found is None and case.updated is not None:
        found = case.updated
        case.told += (f"{case.number} has no time of resolution: its last update counts.",)
    case.values["resolved"] = found


class CaseReader:
    """Reads rows as cases. `names` are how faults call the cells."""

    def __init__(self, reading: Reading, names: Mapping[str, str]) -> None:
        self._reading = reading
        self._names = names

    def case(self, line: int, of: Cells) -> ForeignCase:
        """Return the case in the row of `line`.

        Raises:
            Bad: a value of it cannot be read.
        """
        case = ForeignCase(
            line,
            cell(of, "case"),
            cell(of, "case_id"),
            client=cell(of, "client"),
            client_id=cell(of, "client_id"),
            requester=cell(of, "requester"),
            project=cell(of, "project"),
            labels=tags_in(cell(of, "labels")),
        )
        values: dict[str, Any] = case.values
        for held in TEXTS:
            if held in self._names:
                values[held] = cell(of, held) or None
        if "requester" in self._names:
            values["contact"] = case.requester or None
        moments = {
            held: self._moment(held, of) if of.get(held) else None
            for held in (*INSTANTS, "closed", "updated")
            if held in self._names
        }
        case.updated = moments.pop("updated", None)
        closed = moments.pop("closed", None)
        values.update(moments)
        if "status" in self._names:
            over = of.get("status", "").casefold() in RESOLVED
            resolution(case, is_over=over, instants=(moments.get("resolved"), closed))
        elif "closed" in self._names:
            values["resolved"] = moments.get("resolved") or closed
        if of.get("tracked"):
            case.tracked = read_length(
                self._names["tracked"], of["tracked"], "", self._reading, bare="hours"
            ).seconds
        return case

    def _moment(self, held: str, of: Cells) -> Instant:
        return read_moment(self._names[held], of[held], self._reading)
