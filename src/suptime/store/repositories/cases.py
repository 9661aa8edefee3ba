"""Cases and what happened to them."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from random import randint
from typing import Any

from suptime.domain.case import Case, CaseAlias, Event, Message, number_order
from suptime.domain.names import LONGEST_COUNT
from suptime.domain.time import Instant
from suptime.errors import NotPossible
from suptime.store.database import sqlite_file
from suptime.store.mapped import Mapped, folded, insert_into, key_of, serial_of
from suptime.store.repositories.rows import BATCH, Clients, Query, Repository, batches
from suptime.store.timer.rows import STATE, CaseState
from suptime.store.timer.statements import STATEMENTS

SHORT_WAIT = "200ms"
"""How long the next number is waited for while another change holds it: most are done in some milliseconds."""

MOST_STEP = 10**7
"""The longest step to a number that nobody holds."""

EVENT = Mapped(Event, "case_event", columns={"by": "by_whom"}, blank={"unlisted": False, "n": 0})

ALIAS = Mapped(
    CaseAlias,
    "case_alias",
    columns={"case": "case_number"},
    derived={"folded": lambda alias: folded(alias.number)},
)


def _has(case: Case, status: str | None) -> bool:
    return status is None or (case.wait is not None if status == "waiting" else case.status == status)


class Cases(Repository[Case]):
    """The matters of clients."""

    mapped = Mapped(
        Case,
        "case",
        derived={"folded": lambda case: folded(case.number), "serial": lambda case: serial_of(case.number)},
        without=("events",),
        blank={"unlisted": False},
    )
    GET = f"{mapped.select} WHERE folded = :folded"
    FIND = Query(
        mapped.select,
        {
            "client": "client = :client",
            "contract": "contract = :contract",
            "numbers": "number IN :numbers",
        },
    )
    EVENTS = (
        f"SELECT case_event.case_number, {EVENT.columns} FROM case_event"
        " WHERE case_number IN :numbers ORDER BY at, id"
    )
    REMOVED_EVENTS = (
        "SELECT entity_key, before_json FROM audit"
        " WHERE entity = 'case_event' AND after_json IS NULL AND before_json LIKE :like"
    )
    ALIASES = Query(ALIAS.select, {"case": "case_number = :case"})
    LINES = "SELECT coalesce(invoice, 'a closed month') FROM issued_line WHERE case_number = :number LIMIT 1"
    NUMBERS = 'SELECT number FROM "case"'
    LIKE = 'SELECT folded, number FROM "case" WHERE folded IN :folded'
    CONTACTS = 'SELECT number, client, contact FROM "case"'
    # The last number that leaves room for the next one: older stores may hold numbers beyond counting.
    LAST = (
        'SELECT "case".serial FROM "case" WHERE "case".serial < :beyond AND NOT EXISTS'
        ' (SELECT 1 FROM "case" AS after WHERE after.serial = "case".serial + 1)'
        ' ORDER BY "case".serial DESC LIMIT 1'
    )
    REMOVED = "SELECT entity_key FROM audit WHERE entity = 'case' AND after_json IS NULL AND undoes IS NULL"
    OF_CLIENTS = ' AND case_number IN (SELECT number FROM "case" WHERE client IN :clients)'
    SINCE = (
        "SELECT case_number FROM case_event WHERE at >= :start{of}"
        " UNION SELECT case_number FROM appointment WHERE starts_at >= :start{of}"
        " UNION SELECT case_number FROM appointment WHERE cancelled_at >= :start{of}"
    )

    def get(self, number: str) -> Case | None:
        """Return the case `number`, else the only one that differs from it in letter case alone, else None.

        The number of a case that was merged is another name of the one that it went into.
        """
        rows = self.driver.all(self.GET, folded=folded(number))
        exact = [row for row in rows if row[0] == number]
        found = exact or rows
        if not found and (merged := self.alias(number)):
            return self.get(merged[0])
        return next(self._with_events(found)) if len(found) == 1 else None

    def find(
        self,
        *,
        client: str | None = None,
        contract: str | None = None,
        status: str | None = None,
        numbers: Collection[str] | None = None,
    ) -> list[Case]:
        """Return the cases that meet all that is given, in the order of their numbers.

        Args:
            client: a client's code.
            contract: a contract's code.
            status: "open", "resolved", or "waiting" for the client.
            numbers: exact case numbers.
        """
        asked: dict[str, Any] = {"client": client, "contract": contract}
        if numbers is None:
            rows = self.driver.all(self.FIND, **asked)
        else:
            parts = batches(sorted(set(numbers)))
            rows = [row for part in parts for row in self.driver.all(self.FIND, numbers=part, **asked)]
        found = (case for part in batches(rows) for case in self._with_events(part))
        return sorted(
            (case for case in found if _has(case, status)),
            key=lambda case: number_order(case.number),
        )

    def each(self) -> Iterator[Case]:
        """Yield all cases in the order of their numbers, a part at a time."""
        for part in batches(sorted(self.numbers(), key=number_order)):
            yield from self.find(numbers=part)

    def _with_events(self, rows: Collection[Any]) -> Iterator[Case]:
        events: dict[str, list[Event]] = defaultdict(list)
        for number, *event in self.driver.all(self.EVENTS, numbers=[row[0] for row in rows]):
            events[number].append(EVENT.noun(event))
        return (self.mapped.noun(row, events=tuple(events[row[0]])) for row in rows)

    def numbers(self) -> list[str]:
        """Return the numbers of all cases."""
        return self.driver.column(self.NUMBERS)

    def alias(self, number: str) -> tuple[str, str] | None:
        """Return the number and subject of the case that was `number`, letter case aside, until it was merged."""
        found = self.driver.one(STATEMENTS["alias"], folded=folded(number))
        return None if found is None else (found[0], found[1])

    def aliases(self, case: str | None = None) -> list[CaseAlias]:
        """Return the other names of all cases, or of one, by name."""
        found = [ALIAS.noun(row) for row in self.driver.all(self.ALIASES, case=case)]
        return sorted(found, key=lambda alias: number_order(alias.number))

    def add_aliases(self, aliases: Iterable[CaseAlias]) -> int:
        """Add many other names of cases."""
        return self.rows.add_many("case_alias", map(ALIAS.values, aliases))

    def merge(self, case: Case, into: Case) -> None:
        """Move the work, messages and appointments of a case to another, of which its number becomes another name.

        Its events are dropped.
        """
        for table in ("work_unit", "message", "appointment", "case_alias"):
            key = key_of(table)
            for each in self.driver.column(
                f"SELECT {key} FROM {table} WHERE case_number = :n ORDER BY {key}", n=case.number
            ):
                self.rows.update(table, each, {"case_number": into.number})
        self.remove(case)
        self.rows.insert("case_alias", ALIAS.values(CaseAlias(case.number, into.number)))
        self.rows.touch([into.number])

    def has_lines(self, number: str) -> str | None:
        """Return a document with a line of the case `number`, a credited one, too, or None."""
        found: str | None = self.driver.value(self.LINES, number=number)
        return found

    def ending(self, digits: str) -> list[tuple[str, str]]:
        """Return the numbers and subjects of the cases whose number ends in `-` and `digits`."""
        found = self.driver.column(STATEMENTS["cases_ending"], ending=f"-{digits}", more=len(digits))
        return [
            (number, str(self.driver.value(STATEMENTS["subject_of"], case_number=number))) for number in found
        ]

    def open_subjects(self) -> list[tuple[str, str]]:
        """Return the numbers and subjects of the open cases that have a subject."""
        return [(number, subject) for number, subject in self.driver.all(STATEMENTS["open_subjects"])]

    def numbers_like(self, numbers: Iterable[str]) -> dict[str, str]:
        """Return the numbers of the cases that differ from one of `numbers` in letter case at most, by folded form."""
        found: dict[str, str] = {}
        for part in batches(sorted({folded(number) for number in numbers})):
            found.update(self.driver.all(self.LIKE, folded=part))
        return found

    def next_number(self) -> str:
        """Return the number of a new case: CASE-<n>, one above the highest that leaves room for it."""
        last = self.driver.value(self.LAST, beyond=10**LONGEST_COUNT - 1) or 0
        removed = (number.removeprefix("CASE-") for number in self.driver.column(self.REMOVED))
        counts = (int(digits) for digits in removed if digits.isdigit() and len(digits) < LONGEST_COUNT)
        return f"CASE-{max([last, *counts]) + 1}"

    def contacts(self) -> dict[str, tuple[str, str | None]]:
        """Return the client and the contact of each case, by its number."""
        return {number: (client, contact) for number, client, contact in self.driver.all(self.CONTACTS)}

    def since(self, start: Instant, clients: Clients) -> set[str]:
        """Return the numbers of cases to which something happened, or for which time is booked, from `start` on."""
        if clients is None:
            return set(self.driver.column(self.SINCE.format(of=""), start=start))
        return set(self.driver.column(self.SINCE.format(of=self.OF_CLIENTS), start=start, clients=[*clients]))

    def add(self, case: Case) -> None:
        """Add a case with its events.

        Raises:
            NotPossible: there is a case of this number already.
        """
        if self.rows.row("case", case.number):
            raise NotPossible(f"There is a case {case.number} already.")
        self.rows.insert("case", self.mapped.values(case))
        self._add_events(case)

    def _add_events(self, case: Case) -> None:
        for event in case.events:
            self.rows.insert("case_event", _event(case.number, event))
        self.rows.touch([case.number])

    def add_next(self, case: Case) -> Case:
        """Add a case under its number, which is the next one, or the first free one after it. Return it as it is then.

        On a server, somebody else may be adding a case of that number: the wait for that is short.

        Raises:
            Conflict, StorageFault: no free number was found.
        """
        if not self.driver.is_server:
            self.add(case)
            return case
        tried, step = case, 1
        while not self._claims(tried, last=step > MOST_STEP):
            # Whoever holds many numbers open, to stop others, is left behind within a second.
            tried = replace(tried, number=f"CASE-{(serial_of(tried.number) or 0) + randint(1, step)}")  # noqa: S311
            step *= 10
        self.rows.added("case", self.mapped.values(tried))
        self._add_events(tried)
        return tried

    def _claims(self, case: Case, *, last: bool) -> bool:
        """Return whether the case was added; its number may be taken, or held by a change that is not done yet."""
        values = self.mapped.values(case)
        self.driver.run("SAVEPOINT claim")
        try:
            self.driver.run(f"SET LOCAL lock_timeout = '{SHORT_WAIT}'")
            self.driver.run(insert_into("case", values), **values)
            self.driver.run(f"SET LOCAL lock_timeout = '{sqlite_file.BUSY_SECONDS}s'")
        except Exception as error:
            if last or getattr(error, "sqlstate", "") not in {"23505", "55P03"}:
                raise
            self.driver.run("ROLLBACK TO SAVEPOINT claim")
            return False
        self.driver.run("RELEASE SAVEPOINT claim")
        return True

    def save(self, case: Case) -> None:
        """Write `case` over the one of its number, but for its events.

        Raises:
            NotPossible: there is no such case.
        """
        self.update(case.number, case)
        self.rows.touch([case.number])

    def remove(self, case: Case) -> None:
        """Remove a case with its messages and events."""
        for table in ("case_event", "message"):
            ids = self.driver.column(
                f"SELECT id FROM {table} WHERE case_number = :n ORDER BY id", n=case.number
            )
            for key in ids:
                self.rows.delete(table, key)
        self.rows.delete("case", case.number)
        self.rows.touched_cases.discard(case.number)

    def add_event(self, number: str, event: Event) -> Event:
        """Add an event to the case `number`. Return the event with its id, and a number that no other one had."""
        stored = self.rows.insert("case_event", _event(number, replace(event, n=self._next_event(number))))
        self.rows.touch([number])
        return EVENT.of(stored)

    def _next_event(self, number: str) -> int:
        """Return the number after all that events of a case ever had, those that were removed among them."""
        ((case),) = self.find(numbers=[number])
        live = {str(event.id) for event in case.events}
        removed = {
            key
            for key, before in self.driver.all(self.REMOVED_EVENTS, like=f'%"{number}"%')
            if json.loads(before)["case_number"] == number
        }
        return max([len(live | removed), *(event.n for event in case.numbered)]) + 1

    def save_event(self, number: str, event: Event) -> None:
        """Write `event` over the one of its id, in the case `number`."""
        self.rows.update("case_event", event.id, _event(number, event))
        self.rows.touch([number])

    def remove_event(self, case: Case, event: Event) -> None:
        """Remove an event of a case. The others keep their numbers."""
        for other in case.numbered:
            if other.id > event.id:
                self.rows.update("case_event", other.id, {"n": other.n})
        self.rows.delete("case_event", event.id)
        self.rows.touch([case.number])

    def add_many(self, cases: Iterable[Case]) -> int:
        """Add many cases with their events."""
        kept = list(cases)
        count = self.insert_all(kept)
        self.add_events((case.number, event) for case in kept for event in case.events)
        self.rows.name_touched(case.number for case in kept)
        return count

    def add_events(self, events: Iterable[tuple[str, Event]]) -> int:
        """Add many events, each with its case's number."""
        kept = list(events)
        self.rows.touch(number for number, _ in kept)
        return self.rows.add_many("case_event", (_event(number, event) for number, event in kept))

    def touch(self, numbers: Iterable[str]) -> None:
        """Have the states of cases computed again."""
        self.rows.touch(numbers)


def _event(number: str, event: Event) -> dict[str, Any]:
    return EVENT.values(event, case_number=number)


class CaseStates(Repository[CaseState]):
    """What is kept for the next start."""

    mapped = STATE
    MISSING = (
        'SELECT number FROM "case" WHERE number > :after AND NOT EXISTS'
        ' (SELECT 1 FROM standing WHERE standing.case_number = "case".number) ORDER BY number LIMIT :most'
    )

    @property
    def touched(self) -> set[str] | None:
        """Cases whose state must be computed again; None if they are too many to name: all without a state."""
        return None if self.rows.touched_many else self.rows.touched_cases

    def missing(self, after: str) -> list[str]:
        """Return the numbers of the next cases after a number, in the order of the database, that have no state."""
        return self.driver.column(self.MISSING, after=after, most=BATCH)

    def by_case(self) -> dict[str, CaseState]:
        """Return what is kept for the next start, by case number."""
        return {state.case: state for state in self.read_each(self.mapped.select)}

    def save(self, state: CaseState) -> None:
        """Keep a state for the next start. It is computed from the rest, so it is not audited."""
        self.save_many([state])

    def save_many(self, states: Iterable[CaseState]) -> None:
        """Keep many states at once."""
        self.rows.require_author()
        for part in batches(states):
            numbers = [state.case for state in part]
            self.driver.run("DELETE FROM standing WHERE case_number IN :numbers", numbers=numbers)
            self.rows.insert_many("standing", [self.mapped.values(state) for state in part])


class Messages(Repository[Message]):
    """What came in about a case, and what went out."""

    mapped = Mapped(Message, "message", columns={"case": "case_number", "file": "file_name"})
    BY_MESSAGE_ID = f"{mapped.select} WHERE message_id = :message_id"
    OF = f"{mapped.select} WHERE case_number = :case ORDER BY at, id"
    EACH = f"{mapped.select} ORDER BY id"
    THAT_OPENED = (
        "SELECT message.sender, message.at, (SELECT max(answer.id) FROM message AS answer"
        " WHERE answer.case_number = message.case_number AND answer.direction = 'out'"
        " AND answer.file_name LIKE :acknowledgement)"
        ' FROM message JOIN "case" ON "case".number = message.case_number'
        " WHERE message.direction = 'in' AND message.at > :since AND message.at <= :until"
        ' AND message.at = "case".opened_at AND NOT EXISTS (SELECT 1 FROM message AS earlier'
        " WHERE earlier.case_number = message.case_number AND earlier.id < message.id)"
    )

    def get(self, id: int) -> Message | None:  # noqa: A002
        """Return the message of that id, or None."""
        return self.by_key(id)

    def by_message_id(self, message_id: str) -> Message | None:
        """Return the message whose header has this id, or None."""
        return self.read_one(self.BY_MESSAGE_ID, message_id=message_id)

    def of(self, case: str) -> list[Message]:
        """Return the messages about a case, by time, then id."""
        return self.read(self.OF, case=case)

    def that_opened(self, sender: str, since: Instant, until: Instant) -> list[tuple[Instant, bool]]:
        """Return when messages of `sender` opened cases, after `since` up to `until`, and whether it was acknowledged."""
        asked = {"since": since, "until": until, "acknowledgement": "%-acknowledgement%"}
        return [
            (at, answered is not None)
            for whose, at, answered in self.driver.all(self.THAT_OPENED, **asked)
            if folded(whose) == folded(sender)
        ]

    def each(self) -> Iterator[Message]:
        """Yield all messages by id, a part at a time."""
        return self.read_each(self.EACH)

    def add(self, message: Message) -> Message:
        """Add a message; id 0 asks for the next one. Return it with its id.

        Raises:
            NotPossible: there is a message of the same message_id already.
        """
        there = self.by_message_id(message.message_id) if message.message_id else None
        if there:
            raise NotPossible(f"The message {message.message_id} is there already, in {there.case}.")
        return self.insert(message)

    def add_many(self, messages: Iterable[Message]) -> int:
        """Add many messages, those with an id under it."""
        return self.insert_all(messages)
