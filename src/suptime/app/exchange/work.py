"""Import of appointments and work units: no agent is in two places at once."""

from dataclasses import astuple, replace
from datetime import date
from decimal import Decimal

from suptime.app.exchange.cases import CaseImporter
from suptime.app.exchange.rules import Ids, ImportRun, Refusal, unknown
from suptime.contracts import bills_appointments, priced_items, sold_ahead
from suptime.domain import values
from suptime.domain.booking import Appointment, Purchase
from suptime.domain.case import Message
from suptime.domain.contract import PriceChange, Version
from suptime.domain.reading import Fault, wording
from suptime.domain.time import DAY, NEVER, Instant, rfc3339, show_day
from suptime.domain.values import Problem, any_of
from suptime.domain.work import WorkUnit
from suptime.interchange.records.nouns import ImportedRow, PurchaseRecord


class UnitImporter:
    """The work units of an import."""

    def __init__(self, run: ImportRun, cases: CaseImporter) -> None:
        self._run = run
        self._cases = cases
        self._ids = Ids()
        self._filled = next(iter(run.tx.units.each()), None) is not None
        self._ends: dict[str, Instant] = {}
        self._begins: dict[str, Instant] = {}
        run.has_units = self._filled

    def unit(self, unit: WorkUnit, number: int) -> bool:
        """Import `unit` of line `number`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        run = self._run
        if self._filled and unit.id and run.same(run.tx.units.get(unit.id), unit, f"U{unit.id}"):
            return False
        case = self._cases.known(unit.case)
        start = unit.started_at
        end = NEVER if unit.ended_at is None else unit.ended_at
        if end < start:
            raise Refusal("ended_at", f"{rfc3339(end)} is before its start, {rfc3339(start)}.")
        if start > run.now:
            run.not_ahead("started_at", start)
        if unit.ended_at is not None and end > run.now:
            run.not_ahead("ended_at", end)
        self._cases.in_force("started_at", case.case.contract, start)
        case.refuse_closed(start, end)
        if start < self._end_of(unit.agent):
            self._refuse_overlap(unit, start, end)
        run.once(self._ids, "U", unit.id, number)
        self._ends[unit.agent] = max(end, self._ends[unit.agent])
        self._begins[unit.agent] = min(start, self._begins.get(unit.agent, start))
        self._run.has_units = True
        return run.keep(unit)

    def finish(self) -> None:
        """Check the work of each agent again, as it is in the database now.

        Raises:
            NotPossible: some of it overlaps.
        """
        self._run.tx.units.refuse_overlaps(self._begins)

    def _end_of(self, agent: str) -> Instant:
        """Return the end of the last work of `agent`: later work overlaps nothing."""
        if agent not in self._ends:
            last = self._run.tx.units.last(agent, 1) if self._filled else []
            self._ends[agent] = max((NEVER if u.ended_at is None else u.ended_at for u in last), default=0)
        return self._ends[agent]

    def _refuse_overlap(self, unit: WorkUnit, start: Instant, end: Instant) -> None:
        waiting = (u for u in self._run.waiting if u.agent == unit.agent)
        found = next(
            (
                u
                for u in waiting
                if u.started_at < end and (NEVER if u.ended_at is None else u.ended_at) > start
            ),
            None,
        )
        found = found or self._run.tx.units.overlapping(unit.agent, unit.started_at, unit.ended_at)
        if found is not None:
            name = f"U{found.id} on {found.case}" if found.id else f"work on {found.case}"
            until = "still running" if found.ended_at is None else f"to {rfc3339(found.ended_at)}"
            raise Refusal(
                "started_at", f"{unit.agent}'s work overlaps {name}, {rfc3339(found.started_at)} {until}."
            )


class AppointmentImporter:
    """The appointments of an import."""

    def __init__(self, run: ImportRun, cases: CaseImporter) -> None:
        self._run = run
        self._cases = cases
        self._ids = Ids()
        self._live: dict[str, list[Appointment]] = {}

    def appointment(self, booked: Appointment, number: int) -> bool:
        """Import an appointment of line `number`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        run = self._run
        there = run.tx.appointments.get(booked.id) if booked.id and not run.fresh else None
        if run.same(there, booked, f"A{booked.id}"):
            return False
        case = self._cases.known(booked.case)
        start, end = booked.starts_at, booked.ends_at
        if not start < end <= start + DAY:
            how = "is not after its start" if end <= start else "is more than 24 hours after its start"
            raise Refusal("ends_at", f"{rfc3339(end)} {how}, {rfc3339(start)}.")
        if booked.cancelled_by is not None and booked.cancelled_at is None:
            raise Refusal("cancelled_by", "has the party that cancelled, but cancelled_at is missing.")
        if booked.missed_by is not None and booked.cancelled_at is not None:
            raise Refusal("missed_by", "is given, but the appointment was cancelled.")
        if booked.cancelled_at is not None:
            run.not_ahead("cancelled_at", booked.cancelled_at)
        version = self._cases.in_force("starts_at", case.case.contract, start)
        if not bills_appointments(version):
            raise Refusal(
                "case", f"the contract {version.code} has no appointments: it has no table [appointments]."
            )
        if booked.cancelled_at is None:
            self._refuse_overlap(booked)
        run.once(self._ids, "A", booked.id, number)
        if booked.cancelled_at is None:
            self._live[booked.agent].append(booked)
        return run.keep(booked)

    def _refuse_overlap(self, booked: Appointment) -> None:
        if booked.agent not in self._live:
            every = [] if self._run.fresh else self._run.tx.appointments.find(agent=booked.agent)
            self._live[booked.agent] = [a for a in every if a.cancelled_at is None]
        for other in self._live[booked.agent]:
            if other.starts_at < booked.ends_at and booked.starts_at < other.ends_at:
                name = f"A{other.id}" if other.id else "another one"
                raise Refusal(
                    "starts_at",
                    f"{booked.agent} has {name} on {other.case} then, {rfc3339(other.starts_at)} to "
                    f"{rfc3339(other.ends_at)}.",
                )


class PriceAndPurchaseImporter:
    """The price changes and the purchases of an import."""

    def __init__(self, run: ImportRun, cases: CaseImporter) -> None:
        self._run = run
        self._cases = cases
        self._prices = {(c.contract, c.item, c.since): c for c in run.tx.prices.find()}
        self._ids = Ids()

    def price(self, change: PriceChange, _: int) -> bool:
        """Import a price `change`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        version = self._version(change.contract, "from", change.since)
        key = (change.contract, change.item, change.since)
        there = self._prices.get(key)
        if there == change:
            return False
        if there is not None:
            raise Refusal(
                "amount",
                f"the {change.item} from {show_day(change.since)} has another price: {there.amount:f}.",
            )
        items = priced_items(version)
        if change.item not in items:
            raise Refusal("item", f"{version.code} prices {any_of(items)}, found {change.item}.")
        self._prices[key] = change
        return self._run.keep(replace(change, id=self._run.row_id("price", change.id)))

    def purchase(self, bought: PurchaseRecord, number: int) -> bool:
        """Import a purchase of line `number`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        run = self._run
        version = self._version(bought.contract, "on", bought.on)
        purchase = _purchase(bought, version)
        there = run.tx.purchases.get(bought.id, void=True) if bought.id and not run.fresh else None
        # Its returns are separate records.
        there = None if there is None else replace(there, returns=(), source=None)
        if run.same(there, purchase, f"P{bought.id}"):
            return False
        if bought.voided_at is not None:
            run.not_ahead("voided_at", bought.voided_at)
        run.once(self._ids, "P", bought.id, number)
        return run.keep(purchase)

    def _version(self, code: str, key: str, day: date) -> Version:
        """Return the version of the contract `code` in force on `day`; `key` is the key for a refusal."""
        if code not in self._run.owners:
            raise Refusal("contract", unknown("contract", code, self._run.owners))
        version = self._cases.contract(code).on(day)
        if version is None:
            raise Refusal(key, f"{show_day(day)} is outside the contract {code}.")
        return version


def _purchase(bought: PurchaseRecord, version: Version) -> Purchase:
    """Return `bought` as a purchase under `version`.

    Raises:
        Refusal: the contract sells nothing prepaid, or another kind.
    """
    terms = sold_ahead(version)
    if terms is None:
        raise Refusal("contract", f"{version.code} sells nothing prepaid: it has no table [prepaid].")
    quantity = values.quantity(terms.unit, version.currency).read(bought.quantity)
    if isinstance(quantity, Problem):
        raise Refusal("quantity", wording(quantity, bought.quantity))
    return Purchase(
        bought.id,
        bought.contract,
        bought.on,
        quantity,
        _paid(bought.price, version),
        bought.voided_at,
        bought.basis,
    )


def _paid(price: Decimal | None, version: Version) -> Decimal | None:
    if price is not None:
        found = values.price(version.currency).read(f"{price:f}")
        if isinstance(found, Problem):
            raise Refusal("price", wording(found, price))
    return price


SOME = 500

"""Rows that are looked up at once."""


class MessageImporter:
    """The messages of an import."""

    def __init__(self, run: ImportRun, cases: CaseImporter) -> None:
        self._run = run
        self._cases = cases
        self._ids = Ids()
        self._message_ids: set[str] = set()

    def message(self, message: Message, number: int) -> bool:
        """Import `message` of line `number`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        run, tx = self._run, self._run.tx
        there = tx.messages.get(message.id) if message.id and not run.fresh else None
        if run.same(there, message, f"M{message.id}"):
            return False
        self._cases.known(message.case)
        run.not_ahead("at", message.at)
        if message.message_id is not None:
            other = None if run.fresh else tx.messages.by_message_id(message.message_id)
            if other or message.message_id in self._message_ids:
                where = f" on {other.case}" if other else " on a line before this one"
                raise Refusal("message_id", f"{message.message_id} exists already,{where}.")
            self._message_ids.add(message.message_id)
        run.once(self._ids, "M", message.id, number)
        return run.keep(message)


class ImportedRowImporter:
    """The imported rows of other programs' time logs, and their units."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._rows: list[tuple[int, ImportedRow]] = []
        self.any = False

    def row(self, row: ImportedRow, number: int) -> bool:
        """Keep `row` of line `number`: many rows are looked up together."""
        if not self._run.fresh:
            row = replace(row, change=0)  # the number of a change in another database
        self._rows.append((number, row))
        self.any = True
        if len(self._rows) >= SOME:
            self.flush()
        return True

    def flush(self) -> None:
        """Write the new rows, and refuse those that were imported as another unit."""
        rows, self._rows = self._rows, []
        run, new = self._run, []
        known = {
            (row.source, row.kind, row.source_id, row.version): row
            for row in (
                ImportedRow(*there) for there in run.tx.imports.versions({row.source_id for _, row in rows})
            )
        }
        for number, row in rows:
            there = known.setdefault((row.source, row.kind, row.source_id, row.version), row)
            if there is row:
                new.append(row)
            elif (there.unit, there.ref) == (row.unit, row.ref):
                run.equal["imported"] += 1
            else:
                words = f"the row {row.source_id} of {row.source} was already imported, as {there.ref or f'U{there.unit}'}."
                run.faults.append(Fault(number, "imported.unit", words))
        run.added["imported"] += len(new)
        run.tx.imports.restore(astuple(row) for row in new)

    def finish(self) -> None:
        """Remove the import of rows whose import is not in the trail."""
        if self.any:
            self.flush()
            self._run.tx.imports.forget_changes()
