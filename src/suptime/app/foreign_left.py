"""What is left of what was bought ahead, while the rows of a foreign time log come in one after another."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from suptime.app import outlook
from suptime.app.channels import chosen
from suptime.app.facts import facts_of
from suptime.app.foreign_row import Row
from suptime.app.recent import rounds_by_month
from suptime.clauses import sold_channels
from suptime.domain.case import Case
from suptime.domain.contract import Contract
from suptime.domain.timespan import Instant
from suptime.domain.work import WorkUnit
from suptime.errors import SuptimeError

if TYPE_CHECKING:
    from suptime.rating import Facts
    from suptime.store import Transaction

_NOT_STORED = 1 << 62
"""From here on are ids that no unit on record has."""


class Remaining:
    """The balance of each contract, as it would be after the rows that came in so far."""

    def __init__(self, tx: "Transaction", now: Instant, channel: str | None, rows: Sequence[Row]) -> None:
        """ROWS are all that may come in, in order of start; CHANNEL is how agent and client spoke."""
        self._tx = tx
        self._now = now
        self._channel = channel
        self._rows = rows
        self._facts: dict[str, Facts] = {}
        self._came_in: dict[str, list[Row]] = {}
        self._at_least: dict[str, Callable[[date], Decimal] | None] = {}

    def took(self, row: Row) -> None:
        """ROW comes in: what is left for the next ones is less."""
        self._came_in.setdefault(row.case.contract, []).append(row)

    def left(self, unit: WorkUnit, contract: Contract) -> Decimal:
        """What is left for UNIT on its day, after the rows that came in before it; or less, but not nothing.

        What would be left if every row came in is reckoned once, and is no more than what is left
        before any of them: where it is something, no row needs a reckoning of its own.
        """
        day = outlook.version_on(contract, unit.started_at).zone.day(unit.started_at)
        if contract.code not in self._at_least:
            self._at_least[contract.code] = self._after_all(contract)
        at_least = self._at_least[contract.code]
        if at_least is not None and (sure := at_least(day)) > 0:
            return sure
        return outlook.left_on(self._with(contract, self._came_in.get(contract.code, ())))(day)

    def _after_all(self, contract: Contract) -> Callable[[date], Decimal] | None:
        """What would be left on a day if every row came in; None where more work may take less of a purchase."""
        if rounds_by_month(contract):  # a month's minutes are shared anew with each row, by all of its days
            return None
        rows = [
            replace(row, channel=channel)
            for row in self._rows
            if row.case.contract == contract.code and (channel := self._channel_of(row, contract)) is not None
        ]
        return outlook.left_on(self._with(contract, rows))

    def _channel_of(self, row: Row, contract: Contract) -> str | None:
        """The channel that ROW would come in with; None where it cannot."""
        version = contract.at(row.start)
        try:
            return chosen(row.name, sold_channels(version) if version else None, self._channel)
        except SuptimeError:
            return None

    def _with(self, contract: Contract, rows: Sequence[Row]) -> "Facts":
        """What is known of CONTRACT, and ROWS as if they were stored, with the cases that they open."""
        if contract.code not in self._facts:
            self._facts[contract.code] = facts_of(self._tx, contract, self._now)
        facts = self._facts[contract.code]
        opened: dict[str, Case] = {}
        for row in rows:
            if row.opens and row.opens not in opened:
                opened[row.opens] = replace(row.case, number=row.opens, opened_at=row.start)
        units = (
            WorkUnit(_NOT_STORED + place, row.name, row.agent, row.channel, row.start, row.end)
            for place, row in enumerate(rows)
        )
        return replace(facts, cases=(*facts.cases, *opened.values()), units=(*facts.units, *units))
