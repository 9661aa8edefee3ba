"""Cases and what happened to them."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from random import randint

from sqlalchemy import ColumnElement, Select, exists, insert, select, text, union
from sqlalchemy.exc import DBAPIError

from suptime.domain.case import Case, Event, EventKind, Message, number_order
from suptime.domain.names import LONGEST_COUNT
from suptime.domain.time import Instant
from suptime.errors import NotPossible
from suptime.store.database import sqlite_file
from suptime.store.repositories.rows import BATCH, Clients, Repository, batches
from suptime.store.tables.columns import folded, serial_of
from suptime.store.tables.work import TABLES
from suptime.store.timer.rows import CaseState, Row, Values, case_state_of, case_state_row

_CASE = TABLES["case"]

_EVENT = TABLES["case_event"]

_STANDING = TABLES["standing"]

SHORT_WAIT = "200ms"

"""How long the next number is waited for while another change holds it: most are done in some milliseconds."""

MOST_STEP = 10**7

"""The longest step to a number that nobody holds."""

_APPOINTMENT = TABLES["appointment"]
_MESSAGE = TABLES["message"]


class Cases(Repository):
    """The matters of clients."""

    def get(self, number: str) -> Case | None:
        """The case NUMBER, else the only one that differs from it in letter case alone, else None."""
        rows = self.rows.all(select(_CASE).where(_CASE.c.folded == folded(number)))
        exact = [row for row in rows if row["number"] == number]
        found = exact or rows
        return next(self._with_events(found)) if len(found) == 1 else None

    def find(
        self,
        *,
        client: str | None = None,
        contract: str | None = None,
        status: str | None = None,
        numbers: Collection[str] | None = None,
    ) -> list[Case]:
        """The cases that meet all that is given, in the order of their numbers.

        Args:
            client: a client's code.
            contract: a contract's code.
            status: "open" or "resolved".
            numbers: exact case numbers.
        """
        statement = select(_CASE)
        if client is not None:
            statement = statement.where(_CASE.c.client == client)
        if contract is not None:
            statement = statement.where(_CASE.c.contract == contract)
        rows: Iterable[Row]
        if numbers is None:
            rows = self.rows.all(statement)
        else:
            parts = batches(sorted(set(numbers)))
            rows = [row for part in parts for row in self.rows.all(statement.where(_CASE.c.number.in_(part)))]
        found = (case for part in batches(rows) for case in self._with_events(part))
        return sorted(
            (case for case in found if status is None or case.status == status),
            key=lambda case: number_order(case.number),
        )

    def each(self) -> Iterator[Case]:
        """All cases in the order of their numbers, a part at a time."""
        numbers = sorted(self.numbers(), key=number_order)
        for part in batches(numbers):
            yield from self.find(numbers=part)

    def _with_events(self, rows: Collection[Row]) -> Iterator[Case]:
        numbers = [row["number"] for row in rows]
        events: dict[str, list[Event]] = defaultdict(list)
        for row in self.rows.all(_events(numbers)):
            events[row["case_number"]].append(event_of(row))
        return (case_of(row, tuple(events[row["number"]])) for row in rows)

    def numbers(self) -> list[str]:
        """The numbers of all cases."""
        return list(self.rows.execute(select(_CASE.c.number)).scalars())

    def numbers_like(self, numbers: Iterable[str]) -> dict[str, str]:
        """The numbers of the cases that differ from one of NUMBERS in letter case at most, by their folded form."""
        found: dict[str, str] = {}
        for part in batches(sorted({folded(number) for number in numbers})):
            rows = self.rows.execute(select(_CASE.c.folded, _CASE.c.number).where(_CASE.c.folded.in_(part)))
            found.update((row.folded, row.number) for row in rows)
        return found

    def next_number(self) -> str:
        """Return the number of a new case: CASE-<n>, one above the highest that leaves room for it.

        Older stores may hold numbers so high that counting cannot go on from them.
        """
        after = _CASE.alias()
        free = ~exists().where(after.c.serial == _CASE.c.serial + 1)
        room = select(_CASE.c.serial).where(_CASE.c.serial < 10**LONGEST_COUNT - 1, free)
        highest = self.rows.execute(room.order_by(_CASE.c.serial.desc()).limit(1)).scalar()
        return f"CASE-{(highest or 0) + 1}"

    def add(self, case: Case) -> None:
        """Add CASE with its events.

        Raises:
            NotPossible: there is a case of this number already.
        """
        if self.rows.row("case", case.number):
            raise NotPossible(f"There is a case {case.number} already.")
        self.rows.insert("case", case_row(case))
        for event in case.events:
            self.rows.insert("case_event", event_row(case.number, event))
        self.rows.touch([case.number])

    def add_next(self, case: Case) -> Case:
        """Add CASE under its number, which is the next one, or the first free one after it. Gives it as it is then.

        On a server, somebody else may be adding a case of that number: the wait for that is short.

        Raises:
            Conflict, StorageFault: no free number was found.
        """
        if self.rows.connection.dialect.name != "postgresql":
            self.add(case)
            return case
        tried, step = case, 1
        while not self._claims(tried, last=step > MOST_STEP):
            # Whoever holds many numbers open, to stop others, is left behind within a second.
            tried = replace(tried, number=f"CASE-{(serial_of(tried.number) or 0) + randint(1, step)}")  # noqa: S311
            step *= 10
        self.rows.added("case", case_row(tried))
        for event in tried.events:
            self.rows.insert("case_event", event_row(tried.number, event))
        self.rows.touch([tried.number])
        return tried

    def _claims(self, case: Case, *, last: bool) -> bool:
        """Whether CASE was added; its number may be taken, or held by a change that is not done yet."""
        try:
            with self.rows.connection.begin_nested():
                self.rows.execute(text(f"SET LOCAL lock_timeout = '{SHORT_WAIT}'"))
                self.rows.execute(insert(_CASE).values(case_row(case)))
                self.rows.execute(text(f"SET LOCAL lock_timeout = '{sqlite_file.BUSY_SECONDS}s'"))
        except DBAPIError as error:
            if last or getattr(error.orig, "sqlstate", "") not in {"23505", "55P03"}:
                raise
            return False
        return True

    def save(self, case: Case) -> None:
        """Write CASE over the one of its number, but for its events.

        Raises:
            NotPossible: there is no such case.
        """
        self.rows.update("case", case.number, case_row(case))
        self.rows.touch([case.number])

    def add_event(self, number: str, event: Event) -> Event:
        """Add EVENT to case NUMBER. Gives the event with its id."""
        stored = self.rows.insert("case_event", event_row(number, event))
        self.rows.touch([number])
        return event_of(stored)

    def add_many(self, cases: Iterable[Case]) -> int:
        """Add CASES with their events."""
        kept = list(cases)
        count = self.rows.add_many("case", map(case_row, kept))
        self.add_events((case.number, event) for case in kept for event in case.events)
        self.rows.name_touched(case.number for case in kept)
        return count

    def add_events(self, events: Iterable[tuple[str, Event]]) -> int:
        """Add EVENTS, each with its case's number."""
        kept = list(events)
        self.rows.touch(number for number, _ in kept)
        return self.rows.add_many("case_event", (event_row(number, event) for number, event in kept))

    def contacts(self) -> dict[str, tuple[str, str | None]]:
        """The client and the contact of each case, by its number."""
        case = TABLES["case"]
        asked = select(case.c.number, case.c.client, case.c.contact)
        return {row.number: (row.client, row.contact) for row in self.rows.execute(asked)}

    def since(self, start: Instant, clients: Clients) -> set[str]:
        """The numbers of cases to which something happened, or for which time is booked, from START on."""
        found = union(
            _numbers(_EVENT.c.case_number, _EVENT.c.at >= start, clients),
            _numbers(_APPOINTMENT.c.case_number, _APPOINTMENT.c.starts_at >= start, clients),
            _numbers(_APPOINTMENT.c.case_number, _APPOINTMENT.c.cancelled_at >= start, clients),
        )
        return set(self.rows.execute(found).scalars())

    def touch(self, numbers: Iterable[str]) -> None:
        """Have the standings of cases worked out again."""
        for part in batches(sorted(set(numbers))):
            self.rows.touch(part)


class CaseStates(Repository):
    """What is kept for the next start."""

    @property
    def touched(self) -> set[str] | None:
        """Cases whose state must be computed again; None if they are too many to name: all without a state."""
        return None if self.rows.touched_many else self.rows.touched_cases

    def missing(self, after: str) -> list[str]:
        """The numbers of the next cases AFTER a number, in the order of the database, that have no standing."""
        without = ~exists().where(_STANDING.c.case_number == _CASE.c.number)
        following = select(_CASE.c.number).where(_CASE.c.number > after, without)
        return list(self.rows.execute(following.order_by(_CASE.c.number).limit(BATCH)).scalars())

    def by_case(self) -> dict[str, CaseState]:
        """What is kept for the next start, by case number."""
        return {row["case_number"]: case_state_of(row) for row in self.rows.stream(select(_STANDING))}

    def save(self, standing: CaseState) -> None:
        """Keep STANDING for the next start. It is worked out from the rest, so it is not audited."""
        self.rows.writing()
        self.rows.execute(_STANDING.delete().where(_STANDING.c.case_number == standing.case))
        self.rows.execute(_STANDING.insert().values(case_state_row(standing)))

    def save_many(self, standings: Iterable[CaseState]) -> None:
        """Keep many STANDINGS at once."""
        self.rows.writing()
        for part in batches(standings):
            numbers = [standing.case for standing in part]
            self.rows.execute(_STANDING.delete().where(_STANDING.c.case_number.in_(numbers)))
            self.rows.execute(_STANDING.insert(), [case_state_row(standing) for standing in part])


class Messages(Repository):
    """What came in about a case, and what went out."""

    def get(self, id: int) -> Message | None:  # noqa: A002 -- an id is called an id
        """The message ID, or None."""
        row = self.rows.row("message", id)
        return None if row is None else message_of(row)

    def by_message_id(self, message_id: str) -> Message | None:
        """The message whose header has this MESSAGE_ID, or None."""
        row = self.rows.one(select(_MESSAGE).where(_MESSAGE.c.message_id == message_id))
        return None if row is None else message_of(row)

    def of(self, case: str) -> list[Message]:
        """The messages about CASE, by time, then id."""
        statement = select(_MESSAGE).where(_MESSAGE.c.case_number == case)
        return [message_of(row) for row in self.rows.all(statement.order_by(_MESSAGE.c.at, _MESSAGE.c.id))]

    def each(self) -> Iterator[Message]:
        """All messages by id, a part at a time."""
        for row in self.rows.stream(select(_MESSAGE).order_by(_MESSAGE.c.id)):
            yield message_of(row)

    def add(self, message: Message) -> Message:
        """Add MESSAGE; id 0 asks for the next one. Gives it with its id.

        Raises:
            NotPossible: there is a message of the same message_id already.
        """
        there = self.by_message_id(message.message_id) if message.message_id else None
        if there:
            raise NotPossible(f"The message {message.message_id} is there already, in {there.case}.")
        return message_of(self.rows.insert("message", message_row(message)))

    def add_many(self, messages: Iterable[Message]) -> int:
        """Add MESSAGES, those with an id under it."""
        return self.rows.add_many("message", map(message_row, messages))


def _events(numbers: Collection[str]) -> Select[tuple[object, ...]]:
    statement = select(_EVENT).where(_EVENT.c.case_number.in_(numbers))
    return statement.order_by(_EVENT.c.at, _EVENT.c.id)


def case_row(case: Case) -> Values:
    """The columns of a case, without its events."""
    return {
        "number": case.number,
        "folded": folded(case.number),
        "serial": serial_of(case.number),
        "client": case.client,
        "contract": case.contract,
        "opened_at": case.opened_at,
        "subject": case.subject,
        "category": case.category,
        "kind": case.kind,
        "priority": case.priority,
        "contact": case.contact,
        "via": case.via,
        "project": case.project,
        "waived": case.waived,
        "estimate_seconds": case.estimate_seconds,
    }


def case_of(row: Row, events: tuple[Event, ...]) -> Case:
    """The case of ROW with its EVENTS."""
    return Case(
        number=row["number"],
        client=row["client"],
        contract=row["contract"],
        opened_at=row["opened_at"],
        subject=row["subject"],
        category=row["category"],
        kind=row["kind"],
        priority=row["priority"],
        contact=row["contact"],
        via=row["via"],
        project=row["project"],
        waived=row["waived"],
        estimate_seconds=row["estimate_seconds"],
        events=events,
    )


def event_row(number: str, event: Event) -> Values:
    """The columns of an event of case NUMBER; id 0 asks for the next one."""
    return {
        "id": event.id,
        "case_number": number,
        "kind": event.kind.value,
        "at": event.at,
        "by_whom": event.by,
        "up_to_seconds": event.up_to_seconds,
        "cause": event.cause,
        "kb": event.kb,
    }


def event_of(row: Row) -> Event:
    """The event of ROW."""
    return Event(
        kind=EventKind(row["kind"]),
        at=row["at"],
        by=row["by_whom"],
        up_to_seconds=row["up_to_seconds"],
        cause=row["cause"],
        kb=row["kb"],
        id=row["id"],
    )


def message_row(message: Message) -> Values:
    """The columns of a message; id 0 asks for the next one."""
    return {
        "id": message.id,
        "case_number": message.case,
        "direction": message.direction,
        "at": message.at,
        "message_id": message.message_id,
        "sender": message.sender,
        "subject": message.subject,
        "body": message.body,
        "attachments": json.dumps(message.attachments, ensure_ascii=False),
        "file_name": message.file,
    }


def message_of(row: Row) -> Message:
    """The message of ROW."""
    return Message(
        id=row["id"],
        case=row["case_number"],
        direction=row["direction"],
        at=row["at"],
        message_id=row["message_id"],
        sender=row["sender"],
        subject=row["subject"],
        body=row["body"],
        attachments=tuple(json.loads(row["attachments"])),
        file=row["file_name"],
    )


def _numbers(column: ColumnElement[str], condition: ColumnElement[bool], clients: Clients) -> Select[str]:
    statement = select(column).where(condition)
    if clients is not None:
        statement = statement.join(_CASE, _CASE.c.number == column).where(_CASE.c.client.in_(clients))
    return statement
