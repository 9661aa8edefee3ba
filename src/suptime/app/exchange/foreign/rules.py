"""Rules for rows of foreign files: those of `log`, for many rows at once.

`log` asks the store about each unit. Here the store is asked once, and earlier rows of the same
file count as if they were stored.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from suptime.app import agreement, units
from suptime.app.channels import chosen
from suptime.app.exchange.foreign.row import Against, Row
from suptime.app.facts import facts_of
from suptime.app.work import log
from suptime.contracts import (
    first_day_counts,
    lacks_price,
    limit_spans,
    refuse_work,
    sold_channels,
    whole_months_count,
)
from suptime.contracts.clause import Asking
from suptime.domain.case import Case, CaseFacts
from suptime.domain.client import Project
from suptime.domain.contract import Contract
from suptime.domain.outcome import Piece, Share
from suptime.domain.time import Instant, Span, Zone
from suptime.domain.work import WorkUnit
from suptime.errors import ExitCode, SuptimeError
from suptime.rating.decide import decide, pieces_of

if TYPE_CHECKING:
    from suptime.store import Transaction


@dataclass(frozen=True, slots=True)
class Clock:
    """The present time, and the zone for showing times."""

    now: Instant
    zone: Zone


class Rules:
    """The rules of `log`, row by row, in order of start."""

    def __init__(self, tx: "Transaction", clock: Clock, channel: str | None, rows: Sequence[Row]) -> None:
        """ROWS are all rows that will be checked."""
        self._tx = tx
        self._clock = clock
        self._channel = channel
        self._remaining = Remaining(tx, clock.now, channel, rows)
        self._cards: dict[str, bool] = {}
        self._first_days: dict[str, date] = {}
        self._projects: dict[str, Project | None] = {}
        self.told: Counter[tuple[str, str]] = Counter()
        """Rows that will not be billed: their number, by case and sentence."""

    def check(self, row: Row, contract: Contract) -> None:
        """Find the channel of `row`, if it can be imported under `contract`, its case's.

        Raises:
            Against: it cannot be imported.
        """
        try:
            self._check(row, contract)
        except SuptimeError as error:
            raise Against("work", str(error), error.exit_code) from error

    def _check(self, row: Row, contract: Contract) -> None:
        now, zone = self._clock.now, self._clock.zone
        if row.end > now or row.start >= now:
            raise units.ahead(row.end if row.end > now else row.start, zone, now, "Work until")
        version = contract.at(row.start)
        typed = row.unit.channel or self._channel
        channel = chosen(row.name, sold_channels(version) if version else None, typed)
        assert row.case is not None  # noqa: S101 - whoever asks has found its case
        log.check_open(row.case, row.start, row.end, zone, now)
        log.check_covered(contract, Span(row.start, row.end))
        version = agreement.version_on(contract, row.start)
        unit = WorkUnit(0, row.name, row.agent, channel, row.start, row.end)
        share = self._share(unit, row, contract)
        if lacks_price(share.reason):
            raise Against(
                "work", f"{contract.code} does not cover this work. {share.reason.text}", ExitCode.REFUSED
            )
        asking = Asking(
            code=contract.code,
            client=contract.client,
            channel=channel,
            would_be_paid=share.may_be_charged,
            card_on_file=self._has_card(contract.client),
            left=lambda: self._remaining.left(unit, contract),
        )
        refuse_work(version, asking)
        for caution in agreement.cautions(share):
            self.told[row.name, caution.text] += 1
        row.channel = channel

    def _share(self, unit: WorkUnit, row: Row, contract: Contract) -> Share:
        """Return the outcome of the first moment of `row`, by the events of its case alone."""
        pieces = pieces_of(unit._replace(ended_at=unit.started_at), contract)
        assert row.case is not None  # noqa: S101
        case = replace(row.case, number=row.opens, opened_at=row.start) if row.opens else row.case
        opened_on = pieces[0].version.zone.day(case.opened_at)
        first = min(pieces[0].day, self._first_day(row, pieces[0]))
        return decide(pieces, CaseFacts(case, opened_on, first, self._project(case)))[0]

    def _first_day(self, row: Row, piece: Piece) -> date:
        """Return the first known day of work on the case of `row`; `piece` is part of the row."""
        if not first_day_counts(piece.version):
            return piece.day  # no clause asks for it
        if row.name not in self._first_days:
            stored = [] if row.opens else self._tx.units.find(case=row.name)
            start = stored[0].started_at if stored else row.start
            self._first_days[row.name] = piece.version.zone.day(start)
        return self._first_days[row.name]

    def _project(self, case: Case) -> Project | None:
        if case.project is None:
            return None
        if case.project not in self._projects:
            self._projects[case.project] = self._tx.projects.get(case.project)
        return self._projects[case.project]

    def _has_card(self, client: str) -> bool:
        if client not in self._cards:
            known = self._tx.clients.get(client)
            self._cards[client] = known is not None and known.card_on_file
        return self._cards[client]

    def took(self, row: Row) -> None:
        """Add ROW: it reduces the balance for the next rows."""
        self._remaining.took(row)


if TYPE_CHECKING:
    from suptime.rating.facts import Facts
    from suptime.store import Transaction

_NOT_STORED = 1 << 62

"""First id that no stored unit has."""


class Remaining:
    """The balance of each contract after the imported rows so far."""

    def __init__(self, tx: "Transaction", now: Instant, channel: str | None, rows: Sequence[Row]) -> None:
        """ROWS are all possible rows, in order of start; `channel` is the channel with the client."""
        self._tx = tx
        self._now = now
        self._channel = channel
        self._rows = rows
        self._facts: dict[str, Facts] = {}
        self._came_in: dict[str, list[Row]] = {}
        self._at_least: dict[str, Callable[[date], Decimal] | None] = {}

    def took(self, row: Row) -> None:
        """Count `row`: it reduces the balance for the next rows."""
        self._came_in.setdefault(row.contract, []).append(row)

    def left(self, unit: WorkUnit, contract: Contract) -> Decimal:
        """Return the balance for `unit` on its day after the earlier rows; or less, but not zero.

        The balance after all rows is calculated once, and is a lower bound: if it is not zero, no row needs its own
        calculation.
        """
        day = agreement.version_on(contract, unit.started_at).zone.day(unit.started_at)
        if contract.code not in self._at_least:
            self._at_least[contract.code] = self._after_all(contract)
        at_least = self._at_least[contract.code]
        if at_least is not None and (sure := at_least(day)) > 0:
            return sure
        return agreement.remaining_on(self._with(contract, self._came_in.get(contract.code, ())))(day)

    def _after_all(self, contract: Contract) -> Callable[[date], Decimal] | None:
        """Return the balance on a day after all rows; None if more work may use less of a purchase."""
        # Each row changes the shares of a month's minutes on all of its days, and moves a limit to other days.
        if whole_months_count(contract) or limit_spans(contract):
            return None
        rows = []
        for row in self._rows:
            if row.contract == contract.code and (channel := self._channel_of(row, contract)) is not None:
                row.channel = channel
                rows.append(row)
        return agreement.remaining_on(self._with(contract, rows))

    def _channel_of(self, row: Row, contract: Contract) -> str | None:
        """Return the channel of `row` when it is imported; None if it has none."""
        version = contract.at(row.start)
        try:
            typed = row.unit.channel or self._channel
            return chosen(row.name, sold_channels(version) if version else None, typed)
        except SuptimeError:
            return None

    def _with(self, contract: Contract, rows: Sequence[Row]) -> "Facts":
        """Return the facts of `contract` with `rows` as if they were stored, with the cases that they open."""
        if contract.code not in self._facts:
            self._facts[contract.code] = facts_of(self._tx, contract, self._now)
        facts = self._facts[contract.code]
        opened: dict[str, Case] = {}
        for row in rows:
            if row.opens and row.case and row.opens not in opened:
                opened[row.opens] = replace(row.case, number=row.opens, opened_at=row.start)
        units = (
            WorkUnit(_NOT_STORED + place, row.name, row.agent, row.channel, row.start, row.end)
            for place, row in enumerate(rows)
        )
        return replace(facts, cases=(*facts.cases, *opened.values()), units=(*facts.units, *units))
