"""Appointments and work units on their way in: no agent is in two places at once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from suptime.app.exchange.rules import Refusal, unknown
from suptime.contracts import bills_appointments, priced_items, sold_ahead
from suptime.domain.booking import Appointment, Purchase, WorkUnit
from suptime.domain.case import Message
from suptime.domain.contract import PriceChange, Version
from suptime.domain.money import minor_digits, parse_quantity
from suptime.domain.reading import Fault, any_of
from suptime.domain.time import DAY, NEVER, Instant, rfc3339, show_day
from suptime.domain.values import decimals
from suptime.interchange.records.nouns import ImportedRow, PurchaseRecord

if TYPE_CHECKING:
    from suptime.app.exchange.importer import Importer

"""When a running unit ends, for comparisons."""


class Ids:
    """Which ids have been seen: a bit for each, so that a million of them take little room."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._large: set[int] = set()

    def add(self, id: int) -> bool:  # noqa: A002 - an id is called an id
        """Note ID. False where it was seen before."""
        byte, bit = id >> 3, 1 << (id & 7)
        if byte >= 1 << 23:
            new = id not in self._large
            self._large.add(id)
            return new
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1024 - len(self._bits)))
        if self._bits[byte] & bit:
            return False
        self._bits[byte] |= bit
        return True


class UnitImporter:
    """The work units of an import."""

    def __init__(self, intake: "Importer") -> None:
        self._intake = intake
        self._ids = Ids()
        self._filled = next(iter(intake.tx.units.each()), None) is not None
        self._ends: dict[str, Instant] = {}
        self._begins: dict[str, Instant] = {}
        self.any = self._filled

    def unit(self, unit: WorkUnit, number: int) -> bool:
        """Take UNIT of line NUMBER in. False where it is there already.

        Raises:
            Refusal: it cannot be.
        """
        intake = self._intake
        if self._filled and unit.id and intake.same(intake.tx.units.get(unit.id), unit, f"U{unit.id}"):
            return False
        case = intake.cases.known(unit.case)
        start = unit.started_at
        end = NEVER if unit.ended_at is None else unit.ended_at
        if end < start:
            raise Refusal("ended_at", f"{rfc3339(end)} is before its start, {rfc3339(start)}.")
        if start > intake.now:
            intake.not_ahead("started_at", start)
        if unit.ended_at is not None and end > intake.now:
            intake.not_ahead("ended_at", end)
        intake.cases.in_force("started_at", case.case.contract, start)
        case.refuse_closed(start, end)
        if start < self._end_of(unit.agent):
            self._refuse_overlap(unit, start, end)
        intake.once(self._ids, "U", unit.id, number)
        self._ends[unit.agent] = max(end, self._ends[unit.agent])
        self._begins[unit.agent] = min(start, self._begins.get(unit.agent, start))
        self.any = True
        return intake.keep(unit)

    def finish(self) -> None:
        """Look once more at the work of each agent, as the database has it now.

        Raises:
            NotPossible: some of it overlaps.
        """
        self._intake.tx.units.refuse_overlaps(self._begins)

    def _end_of(self, agent: str) -> Instant:
        """When the last work of AGENT ends: what starts then or later overlaps nothing."""
        if agent not in self._ends:
            last = self._intake.tx.units.last(agent, 1) if self._filled else []
            self._ends[agent] = max((NEVER if u.ended_at is None else u.ended_at for u in last), default=0)
        return self._ends[agent]

    def _refuse_overlap(self, unit: WorkUnit, start: Instant, end: Instant) -> None:
        waiting = (u for u in self._intake.waiting if u.agent == unit.agent)
        found = next(
            (
                u
                for u in waiting
                if u.started_at < end and (NEVER if u.ended_at is None else u.ended_at) > start
            ),
            None,
        )
        found = found or self._intake.tx.units.overlapping(unit.agent, unit.started_at, unit.ended_at)
        if found is not None:
            name = f"U{found.id} on {found.case}" if found.id else f"work on {found.case}"
            until = "still running" if found.ended_at is None else f"to {rfc3339(found.ended_at)}"
            raise Refusal(
                "started_at", f"{unit.agent}'s work overlaps {name}, {rfc3339(found.started_at)} {until}."
            )


class AppointmentImporter:
    """The appointments of an import."""

    def __init__(self, intake: "Importer") -> None:
        self._intake = intake
        self._ids = Ids()
        self._live: dict[str, list[Appointment]] = {}

    def appointment(self, booked: Appointment, number: int) -> bool:
        """Take an appointment of line NUMBER in. False where it is there already.

        Raises:
            Refusal: it cannot be.
        """
        intake = self._intake
        there = intake.tx.appointments.get(booked.id) if booked.id and not intake.fresh else None
        if intake.same(there, booked, f"A{booked.id}"):
            return False
        case = intake.cases.known(booked.case)
        start, end = booked.starts_at, booked.ends_at
        if not start < end <= start + DAY:
            how = "is not after its start" if end <= start else "is more than 24 hours after its start"
            raise Refusal("ends_at", f"{rfc3339(end)} {how}, {rfc3339(start)}.")
        if booked.cancelled_by is not None and booked.cancelled_at is None:
            raise Refusal("cancelled_by", "says who cancelled, but cancelled_at is missing.")
        if booked.missed_by is not None and booked.cancelled_at is not None:
            raise Refusal("missed_by", "is given, but the appointment was cancelled.")
        if booked.cancelled_at is not None:
            intake.not_ahead("cancelled_at", booked.cancelled_at)
        version = intake.cases.in_force("starts_at", case.case.contract, start)
        if not bills_appointments(version):
            raise Refusal(
                "case", f"the contract {version.code} has no appointments: it has no table [appointments]."
            )
        if booked.cancelled_at is None:
            self._refuse_overlap(booked)
        intake.once(self._ids, "A", booked.id, number)
        if booked.cancelled_at is None:
            self._live[booked.agent].append(booked)
        return intake.keep(booked)

    def _refuse_overlap(self, booked: Appointment) -> None:
        if booked.agent not in self._live:
            every = [] if self._intake.fresh else self._intake.tx.appointments.find(agent=booked.agent)
            self._live[booked.agent] = [a for a in every if a.cancelled_at is None]
        for other in self._live[booked.agent]:
            if other.starts_at < booked.ends_at and booked.starts_at < other.ends_at:
                name = f"A{other.id}" if other.id else "another one"
                raise Refusal(
                    "starts_at",
                    f"{booked.agent} has {name} on {other.case} then, {rfc3339(other.starts_at)} to {rfc3339(other.ends_at)}.",
                )


if TYPE_CHECKING:
    from suptime.app.exchange.importer import Importer

EXPECTED = {
    "hours": 'hours in whole minutes such as "10h" or "90m"',
    "incidents": 'a number of incidents such as "5"',
    "money": 'an amount such as "30.00"',
}


class PriceAndPurchaseImporter:
    """The price changes and the purchases of an import."""

    def __init__(self, intake: "Importer") -> None:
        self._intake = intake
        self._prices = {(c.contract, c.item, c.since): c for c in intake.tx.prices.find()}
        self._ids = Ids()

    def price(self, change: PriceChange, _: int) -> bool:
        """Take a price CHANGE in. False where it is there already.

        Raises:
            Refusal: it cannot be.
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
        return self._intake.keep(replace(change, id=self._intake.row_id("price", change.id)))

    def purchase(self, bought: PurchaseRecord, number: int) -> bool:
        """Take a purchase of line NUMBER in. False where it is there already.

        Raises:
            Refusal: it cannot be.
        """
        intake = self._intake
        version = self._version(bought.contract, "on", bought.on)
        purchase = _purchase(bought, version)
        there = intake.tx.purchases.get(bought.id, void=True) if bought.id and not intake.fresh else None
        if intake.same(there, purchase, f"P{bought.id}"):
            return False
        if bought.voided_at is not None:
            intake.not_ahead("voided_at", bought.voided_at)
        intake.once(self._ids, "P", bought.id, number)
        return intake.keep(purchase)

    def _version(self, code: str, key: str, day: date) -> Version:
        """The version of the contract CODE in force on DAY, of the key KEY."""
        if code not in self._intake.owners:
            raise Refusal("contract", unknown("contract", code, self._intake.owners))
        version = self._intake.cases.contract(code).on(day)
        if version is None:
            raise Refusal(key, f"{show_day(day)} is outside the contract {code}.")
        return version


def _purchase(bought: PurchaseRecord, version: Version) -> Purchase:
    """BOUGHT as a purchase under VERSION.

    Raises:
        Refusal: the contract sells nothing ahead, or something else.
    """
    terms = sold_ahead(version)
    if terms is None:
        raise Refusal("contract", f"{version.code} sells nothing prepaid: it has no table [prepaid].")
    try:
        quantity = parse_quantity(bought.quantity, terms.unit, version.currency)
    except ValueError as error:
        raise Refusal("quantity", f'expected {EXPECTED[terms.unit]}, found "{bought.quantity}".') from error
    return Purchase(
        bought.id, bought.contract, bought.on, quantity, _paid(bought.price, version), bought.voided_at
    )


def _paid(price: Decimal | None, version: Version) -> Decimal | None:
    digits = minor_digits(version.currency)
    if price is not None and decimals(price) > digits:
        raise Refusal("price", f"expected at most {digits} decimals in {version.currency}, found {price}.")
    return price


if TYPE_CHECKING:
    from suptime.app.exchange.importer import Importer

SOME = 500

"""Rows that are looked up at once."""


class MessageImporter:
    """The messages of an import."""

    def __init__(self, intake: "Importer") -> None:
        self._intake = intake
        self._ids = Ids()
        self._message_ids: set[str] = set()

    def message(self, message: Message, number: int) -> bool:
        """Take MESSAGE of line NUMBER in. False where it is there already.

        Raises:
            Refusal: it cannot be.
        """
        intake, tx = self._intake, self._intake.tx
        there = tx.messages.get(message.id) if message.id and not intake.fresh else None
        if intake.same(there, message, f"M{message.id}"):
            return False
        intake.cases.known(message.case)
        intake.not_ahead("at", message.at)
        if message.message_id is not None:
            other = None if intake.fresh else tx.messages.by_message_id(message.message_id)
            if other or message.message_id in self._message_ids:
                where = f" on {other.case}" if other else " on a line before this one"
                raise Refusal("message_id", f"{message.message_id} is there already,{where}.")
            self._message_ids.add(message.message_id)
        intake.once(self._ids, "M", message.id, number)
        return intake.keep(message)


class ImportedRowImporter:
    """Which rows of other programs' time logs came in, as which units."""

    def __init__(self, intake: "Importer") -> None:
        self._intake = intake
        self._rows: list[tuple[int, ImportedRow]] = []
        self.any = False

    def row(self, row: ImportedRow, number: int) -> bool:
        """Note ROW of line NUMBER: whether it is there is looked up for many at once."""
        if not self._intake.fresh:
            row = replace(row, change=0)  # the number of a change in another database
        self._rows.append((number, row))
        self.any = True
        if len(self._rows) >= SOME:
            self.flush()
        return True

    def flush(self) -> None:
        """Write the rows that are new, and name those that came in as another unit."""
        rows, self._rows = self._rows, []
        intake, new = self._intake, []
        known = {
            (source, key): unit
            for source in {row.source for _, row in rows}
            for key, unit in intake.tx.imports.units(
                source, {row.source_id for _, row in rows if row.source == source}
            ).items()
        }
        for number, row in rows:
            there = known.setdefault((row.source, row.source_id), 0)
            if not there:
                known[row.source, row.source_id] = row.unit
                new.append(row)
            elif there == row.unit:
                intake.equal["imported"] += 1
            else:
                words = f"the row {row.source_id} of {row.source} came in already, as U{there}."
                intake.faults.append(Fault(number, "imported.unit", words))
        intake.added["imported"] += len(new)
        intake.tx.imports.restore((row.source, row.source_id, row.unit, row.change) for row in new)

    def finish(self) -> None:
        """Let no row belong to an import that the trail does not know."""
        if self.any:
            self.flush()
            self._intake.tx.imports.forget_changes()
