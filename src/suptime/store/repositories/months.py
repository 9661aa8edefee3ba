"""What is settled, what was touched since, and what is dated since then: all that a month must read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union,
)

from suptime.domain.booking import Appointment, WorkUnit
from suptime.domain.charge import ChargeKind, IssuedLine, Use
from suptime.domain.invoice import Payment
from suptime.domain.time import DAY, Instant, Month
from suptime.store.repositories.bookings import appointment_of
from suptime.store.repositories.invoices import (
    CLOSING_KINDS,
    Invoices,
    credited,
    end_of_month_everywhere,
    payment_of,
)
from suptime.store.repositories.records import DrawnRow
from suptime.store.repositories.rows import batches
from suptime.store.repositories.work import UNIT_COLUMNS, Units
from suptime.store.tables.work import TABLES
from suptime.store.timer.rows import unit_of

_UNIT = TABLES["work_unit"]
_CASE = TABLES["case"]
_EVENT = TABLES["case_event"]
_APPOINTMENT = TABLES["appointment"]
_CONTRACT = TABLES["contract"]
_CLOSING = TABLES["closing"]
_TOUCHED = TABLES["unsettled_case"]
_SINCE = TABLES["unsettled_contract"]
_USE = TABLES["purchase_use"]
_PURCHASE = TABLES["purchase"]
_ISSUE = TABLES["issue"]
_LINE = TABLES["issued_line"]
_DRAW = TABLES["draw_down"]
_PAYMENT = TABLES["payment"]

_OF_NO_CASE = (ChargeKind.FEE.value, ChargeKind.PREPAID_SALE.value)
# Named one by one, so that the index by contract, kind and day finds them.
_OF_CASES = tuple(kind.value for kind in ChargeKind if kind.value not in _OF_NO_CASE)

_EVERYTHING = 1 << 62
"""The end of a closing that the migration from older stores made: all work counts as before it."""

Clients = Collection[str] | None
"""Codes of clients, or None for all: then the period alone is looked for."""


class Settling(Units, Invoices):
    """Closed months are settled: of them only what was touched since is read again."""

    def closings(self, clients: Clients) -> dict[str, Month]:
        """The last month that is closed for each of CLIENTS."""
        statement = select(_CLOSING.c.client, _CLOSING.c.month)
        rows = self._all(statement if clients is None else statement.where(_CLOSING.c.client.in_(clients)))
        return {row["client"]: Month.parse(row["month"]) for row in rows}

    def touched(self, clients: Clients) -> dict[str, set[int]]:
        """The days (counted from 1970, in UTC; -1: all) of closed months that were touched, by case number."""
        # An agent on a server marks the days of open months, too.
        statement = (
            select(_TOUCHED.c.case_number, _TOUCHED.c.day)
            .join_from(_TOUCHED, _CASE, _CASE.c.number == _TOUCHED.c.case_number)
            .join(_CLOSING, _CLOSING.c.client == _CASE.c.client)
            .where(_TOUCHED.c.day * DAY < _CLOSING.c.settled_until)
        )
        if clients is not None:
            statement = statement.where(_CASE.c.client.in_(clients))
        found: dict[str, set[int]] = defaultdict(set)
        for row in self._all(statement):
            found[row["case_number"]].add(row["day"])
        return dict(found)

    def touched_contracts(self, clients: Clients) -> dict[str, date]:
        """The contracts of which everything was touched, with the day from which on."""
        statement = select(_SINCE)
        if clients is not None:
            statement = statement.join(_CONTRACT, _CONTRACT.c.code == _SINCE.c.contract)
            statement = statement.where(_CONTRACT.c.client.in_(clients))
        return {row["contract"]: row["since"] for row in self._all(statement)}

    def touch_contracts(self, since: date) -> None:
        """Note that everything from SINCE on is to be rated anew, of all contracts of clients with closed months."""
        closed = select(_CONTRACT.c.code).join(_CLOSING, _CLOSING.c.client == _CONTRACT.c.client)
        before = {row["contract"]: row["since"] for row in self._all(select(_SINCE))}
        self._execute(delete(_SINCE))
        rows = [
            {"contract": code, "since": min(since, before.get(code, since))}
            for code in self._execute(closed).scalars()
        ]
        if rows:
            self._execute(insert(_SINCE), rows)

    def rebuild_closed_months(self) -> None:
        """Work out anew, from all that was issued, what is closed and what was drawn; all counts as touched.

        It is for an import of issues: the next closing of each client settles what it can.
        """
        self._writing()
        for table in (_CLOSING, _USE):
            self._execute(delete(table))
        for row in self._all(_last_closings()):
            self._close_through(row["client"], Month.parse(row["month"]))
        self._execute(insert(_USE).from_select(["purchase", "month", "quantity"], _draws_by_month()))
        self.touch_contracts(date.min)

    def derived_faults(self) -> Iterator[str]:
        """Yield a sentence for each closing and each sum of draw-downs that does not follow from the issues."""
        closed = {row["client"]: row["month"] for row in self._all(_last_closings())}
        for row in self._all(select(_CLOSING).order_by(_CLOSING.c.client)):
            client, month = row["client"], row["month"]
            issued = closed.pop(client, None)
            if issued is None:
                yield f"The closing of {client} (closing) says {month}, and no issue closed a month."
            elif month != issued:
                yield f"The closing of {client} (closing) says {month}, and the last month that issues closed is {issued}."
            elif row["settled_until"] not in {end_of_month_everywhere(Month.parse(month)), _EVERYTHING}:
                yield f"The closing of {client} (closing) does not end with {month}: settled_until is {row['settled_until']}."
        for client, month in closed.items():
            yield f"The closing of {client} (closing) is missing: issues closed {month}."
        drawn = {
            (row["purchase"], row["month"]): int(row["quantity"]) for row in self._all(_draws_by_month())
        }
        noted = {(row["purchase"], row["month"]): row["quantity"] for row in self._all(select(_USE))}
        for key in sorted(drawn.keys() | noted.keys()):
            if drawn.get(key) != noted.get(key):
                purchase, month = key
                yield (
                    f"The use of P{purchase} in {month} (purchase_use) is noted as {noted.get(key, 'nothing')},"
                    f" and issued lines draw {drawn.get(key, 'nothing')}."
                )

    def settle(self, client: str, still_open: Mapping[str, Collection[int]]) -> None:
        """All of CLIENT's closed months is settled, but for the days STILL OPEN of its cases."""
        self._writing()
        of_client = select(_CASE.c.number).where(_CASE.c.client == client)
        self._execute(delete(_TOUCHED).where(_TOUCHED.c.case_number.in_(of_client)))
        contracts = select(_CONTRACT.c.code).where(_CONTRACT.c.client == client)
        self._execute(delete(_SINCE).where(_SINCE.c.contract.in_(contracts)))
        rows = [{"case_number": case, "day": day} for case, days in still_open.items() for day in set(days)]
        if rows:
            self._execute(insert(_TOUCHED), rows)

    def units_since(self, start: Instant, clients: Clients) -> list[WorkUnit]:
        """The work units that last beyond START or begin later, by start, then id."""
        statement = select(*UNIT_COLUMNS)
        if clients is not None:
            statement = statement.join(_CASE, _CASE.c.number == _UNIT.c.case_number)
            statement = statement.where(_CASE.c.client.in_(clients))
        lasting = or_(_UNIT.c.started_at >= start, _UNIT.c.ended_at.is_(None), _UNIT.c.ended_at > start)
        statement = statement.where(_UNIT.c.started_at >= self._earliest_touching(start, None), lasting)
        return self._units(statement.order_by(_UNIT.c.started_at, _UNIT.c.id))

    def units_of(self, cases: Iterable[str]) -> list[WorkUnit]:
        """All work units of CASES (exact numbers), by start, then id."""
        found = [
            unit_of(row)
            for part in batches(sorted(set(cases)))
            for row in self._all(select(_UNIT).where(_UNIT.c.case_number.in_(part)))
        ]
        return sorted(found, key=lambda unit: (unit.started_at, unit.id))

    def cases_since(self, start: Instant, clients: Clients) -> set[str]:
        """The numbers of cases to which something happened, or for which time is booked, from START on."""
        found = union(
            _numbers(_EVENT.c.case_number, _EVENT.c.at >= start, clients),
            _numbers(_APPOINTMENT.c.case_number, _APPOINTMENT.c.starts_at >= start, clients),
            _numbers(_APPOINTMENT.c.case_number, _APPOINTMENT.c.cancelled_at >= start, clients),
        )
        return set(self._execute(found).scalars())

    def appointments_of(self, cases: Iterable[str]) -> list[Appointment]:
        """All appointments of CASES (exact numbers), by start, then id."""
        found = [
            appointment_of(row)
            for part in batches(sorted(set(cases)))
            for row in self._all(select(_APPOINTMENT).where(_APPOINTMENT.c.case_number.in_(part)))
        ]
        return sorted(found, key=lambda booked: (booked.starts_at, booked.id))

    def lines_of_no_case(self, clients: Clients) -> dict[str, list[IssuedLine]]:
        """The fees and sales that were issued, in order of issue, by contract."""
        codes = select(_CONTRACT.c.code)
        if clients is not None:
            codes = codes.where(_CONTRACT.c.client.in_(clients))
        kinds = _LINE.c.kind.in_(_OF_NO_CASE)
        found: dict[str, list[IssuedLine]] = defaultdict(list)
        for line in self._held(_LINE.c.contract.in_(codes), kinds):
            found[line.contract].append(line)
        return dict(found)

    def lines_on(self, contract: str, days: Collection[date]) -> list[IssuedLine]:
        """The lines of CONTRACT for work on DAYS, in order of issue."""
        if not days:
            return []
        kinds = _LINE.c.kind.in_(_OF_CASES)
        return self._held(_LINE.c.contract == contract, kinds, _LINE.c.day.in_(sorted(days)))

    def lines_after(self, contract: str, day: date) -> list[IssuedLine]:
        """The lines of CONTRACT for work after DAY, in order of issue."""
        kinds = _LINE.c.kind.in_(_OF_CASES)
        return self._held(_LINE.c.contract == contract, kinds, _LINE.c.day > day)

    def _held(self, *conditions: ColumnElement[bool]) -> list[IssuedLine]:
        return self._lines(select(_LINE).where(*conditions, ~credited(_LINE.c.invoice)))

    def line_days(self, cases: Iterable[str]) -> dict[str, set[date]]:
        """The days of all lines of CASES, by case number."""
        found: dict[str, set[date]] = defaultdict(set)
        for part in batches(sorted(set(cases))):
            for row in self._all(
                select(_LINE.c.case_number, _LINE.c.day).where(_LINE.c.case_number.in_(part)).distinct()
            ):
                found[row["case_number"]].add(row["day"])
        return found

    def uses(self, clients: Clients, before: Month) -> dict[str, list[Use]]:
        """What issued lines drew from purchases, by contract: month by month, those before BEFORE as their last."""
        last = str(before.previous)
        month = case((_USE.c.month < last, literal(last)), else_=_USE.c.month)
        statement = select(
            _PURCHASE.c.contract,
            _USE.c.purchase,
            month.label("of_month"),
            func.sum(_USE.c.quantity).label("quantity"),
        ).join_from(_USE, _PURCHASE, _PURCHASE.c.id == _USE.c.purchase)
        if clients is not None:
            statement = statement.join(_CONTRACT, _CONTRACT.c.code == _PURCHASE.c.contract)
            statement = statement.where(_CONTRACT.c.client.in_(clients))
        months: dict[str, Month] = {}
        found: dict[str, list[Use]] = defaultdict(list)
        grouped = statement.group_by(_PURCHASE.c.contract, _USE.c.purchase, month)
        for row in self._all(grouped):
            written = row["of_month"]
            of_month = months.get(written) or months.setdefault(written, Month.parse(written))
            found[row["contract"]].append(Use(row["purchase"], of_month, int(row["quantity"])))
        return dict(found)

    def drawn(self, purchases: Iterable[int]) -> list[DrawnRow]:
        """What issued lines drew from PURCHASES for each day and case, by day; nothing that was given back."""
        found = []
        for part in batches(sorted(purchases)):
            statement = (
                select(
                    _LINE.c.day,
                    _LINE.c.case_number,
                    _CASE.c.subject,
                    _DRAW.c.purchase,
                    # PostgreSQL's sum of whole numbers is a decimal, which JSON does not have.
                    cast(func.sum(_DRAW.c.quantity), BigInteger).label("quantity"),
                )
                .join_from(_DRAW, _LINE, _LINE.c.id == _DRAW.c.line_id)
                .join(_CASE, _CASE.c.number == _LINE.c.case_number)
                .where(_DRAW.c.purchase.in_(part), ~credited(_LINE.c.invoice))
                .group_by(_LINE.c.day, _LINE.c.case_number, _CASE.c.subject, _DRAW.c.purchase)
                .having(func.sum(_DRAW.c.quantity) != 0)
            )
            found += [DrawnRow(*row.values()) for row in self._all(statement.order_by(_LINE.c.day))]
        return found

    def deposits_used(self, clients: Clients) -> dict[str, list[Payment]]:
        """What purchases of money paid of invoices that are not credited, in order, by contract."""
        statement = (
            select(_PURCHASE.c.contract.label("of_contract"), _PAYMENT)
            .join_from(_PAYMENT, _PURCHASE, _PURCHASE.c.id == _PAYMENT.c.purchase)
            .where(~credited(_PAYMENT.c.invoice))
        )
        if clients is not None:
            statement = statement.join(_CONTRACT, _CONTRACT.c.code == _PURCHASE.c.contract)
            statement = statement.where(_CONTRACT.c.client.in_(clients))
        found: dict[str, list[Payment]] = defaultdict(list)
        for row in self._all(statement.order_by(_PAYMENT.c.id)):
            found[row["of_contract"]].append(payment_of(row))
        return dict(found)


def _last_closings() -> Select[Any]:
    """Return the last month that was closed for each client."""
    closings = select(_ISSUE.c.client, func.max(_ISSUE.c.month).label("month"))
    return (
        closings.where(_ISSUE.c.kind.in_(CLOSING_KINDS)).group_by(_ISSUE.c.client).order_by(_ISSUE.c.client)
    )


def _draws_by_month() -> Select[Any]:
    """Return what lines that count drew from each purchase for the days of each month."""
    month = func.substr(cast(_LINE.c.day, Text), 1, 7)
    drawn = func.sum(_DRAW.c.quantity)
    return (
        select(_DRAW.c.purchase, month.label("month"), drawn.label("quantity"))
        .join_from(_DRAW, _LINE, _LINE.c.id == _DRAW.c.line_id)
        .where(~credited(_LINE.c.invoice))
        .group_by(_DRAW.c.purchase, month)
        # Older versions gave a draw-down back twice, if its work was deleted after a write-off.
        .having(drawn > 0)
    )


def _numbers(column: ColumnElement[str], condition: ColumnElement[bool], clients: Clients) -> Select[str]:
    statement = select(column).where(condition)
    if clients is not None:
        statement = statement.join(_CASE, _CASE.c.number == column).where(_CASE.c.client.in_(clients))
    return statement
