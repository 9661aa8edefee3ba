"""Personal data of a contact: find it, copy it, erase it.

A person is identified by an e-mail address, in any letter case, and by the names in contact records with that
address. A name only counts in records of clients that have or had the contact: elsewhere it may be another person's.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from suptime.app.use_case import changing
from suptime.domain.caution import Caution
from suptime.domain.time import Instant, rfc3339
from suptime.errors import NotPossible
from suptime.store import Store, Transaction
from suptime.store.database.audit_chain import canonical
from suptime.store.mapped import Row, Values
from suptime.store.repositories.erasures import COMMAND, ENTITY, marker_of
from suptime.store.repositories.records import AuditRow, name_of
from suptime.store.tables.personal_data import ERASABLE, KEPT, SEALED, WHO

NOT_REACHED = (
    "backups, and databases that `restore` kept beside this one",
    "files that were exported or written: exports, copies, outboxes and invoices in folders",
    "mail in mailboxes and on mail servers, and data that hooks passed to other programs",
)
"""Places that suptime cannot search or erase."""

NOT_REACHED_ON_A_SERVER = "the server's write-ahead log, replicas and dead rows, until VACUUM FULL was run"

HELD_IN = {
    "contact": "contact",
    "case": "case",
    "case_event": "event",
    "message": "message",
    "work_unit": "unit",
    "appointment": "appointment",
    "client": "client",
    "contract_version": "contract",
    "invoice": "invoice",
    "sending": "delivery",
    "delivery": "sent",
    "imported": "imported",
}
"""Names of the kinds of records in an export: as in the JSON Lines format, except deliveries."""

_LETTERS = {"message": "M", "work_unit": "U", "appointment": "A"}
_INSTANTS = frozenset(
    {
        "at",
        "opened_at",
        "started_at",
        "ended_at",
        "starts_at",
        "ends_at",
        "cancelled_at",
        "sent_at",
        "made_at",
    }
)


@dataclass(frozen=True, slots=True)
class Person:
    """The person whose data is requested. `names` are the names in each client's contact records."""

    email: str
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_in(self, text: str, client: str | None) -> bool:
        """Return whether a text of a client's record contains the person's address or full name."""
        return self._pattern(client).search(text) is not None

    def is_meant(self, text: str | None, client: str | None) -> bool:
        """Return whether a value for one person means this one: also by a single name."""
        if not text:
            return False
        names = {name.casefold() for name in self.names.get(client or "", ())}
        return text.strip().casefold() in names or self.is_in(text, client)

    def without(self, text: str, client: str | None, marker: str) -> str:
        """Return the text with the marker instead of the address and the full names."""
        return self._pattern(client).sub(marker, text)

    def hints(self) -> frozenset[str]:
        """Words in lower case, one of which is in every text that mentions the person."""
        first = (name.split()[0] for names in self.names.values() for name in names)
        return frozenset(text.lower() for text in (self.email, *first))

    def _pattern(self, client: str | None) -> re.Pattern[str]:
        return _pattern(self.email, self.names.get(client or "", frozenset()))


@lru_cache(maxsize=1000)
def _pattern(email: str, names: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern for an address, and for those `names` that have more than one word."""
    full = (name.split() for name in sorted(names) if len(name.split()) > 1)
    # In JSON a line break in the middle of a name is written as a backslash and a letter.
    words = (r"(?:\s|\\[nrt])+".join(map(re.escape, name)) for name in full)
    address = rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)"
    return re.compile("|".join([address, *(rf"(?<!\w){name}(?!\w)" for name in words)]), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A record with personal data: the columns that have it, and their values after an erasure.

    `stays` is the reason why it is not erased, or empty.
    """

    entity: str
    key: Any
    row: Row
    client: str | None
    columns: tuple[str, ...]
    values: Values
    stays: str = ""

    @property
    def is_own_contact(self) -> bool:
        """Return whether this is the contact record of the person, and not another one that mentions the person."""
        return self.entity == "contact" and "email" in self.columns

    @property
    def name(self) -> str:
        """Return its name for people."""
        named = {"contact": f"the contact {self.row.get('email')} of {self.client}"}
        if self.entity == "sending":
            return f"the delivery of {self.key}"
        if self.entity == "delivery":
            return f"the copy of delivery {self.row['attempt']} of {self.row['invoice']}"
        if self.entity == "contract_version":
            return f"the contract {self.row['contract']} (from {self.row['starts_on']})"
        if self.entity in {"case_event", "message"}:
            return f"{HELD_IN[self.entity]} {self.key} of {self.row['case_number']}"
        return named.get(self.entity) or name_of(self.entity, str(self.key))

    @property
    def document(self) -> dict[str, Any]:
        """The record as JSON shows it: with its data, and the reason why it stays."""
        letter = _LETTERS.get(self.entity, "")
        more = {name: self.row[name] for name in ("number", "case_number") if name in self.row}
        return {
            "held_in": HELD_IN[self.entity],
            "id": f"{letter}{self.key}",
            "client": self.client,
            "case": next(iter(more.values()), None) if self.entity in ERASABLE else None,
            "at": _at(self.row),
            "holds": {name: _formatted(name, self.row[name]) for name in self.columns},
            "stays": self.stays or None,
        }


@dataclass(frozen=True, slots=True)
class FoundAudit:
    """A row of the audit trail with personal data, and its texts without it."""

    row: AuditRow
    before: str | None
    after: str | None
    stays: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """The row as JSON shows it."""
        row = self.row
        return {
            "held_in": "audit",
            "id": str(row.id),
            "agent": row.agent,
            "command": row.command,
            "of": name_of(row.entity, row.key),
            "at": rfc3339(row.at),
            "before": None if row.before is None else json.loads(row.before),
            "after": None if row.after is None else json.loads(row.after),
            "stays": self.stays or None,
        }


@dataclass(frozen=True, slots=True)
class Holding:
    """All data about a person. `notes` are further things for a person to check."""

    person: Person
    records: tuple[FoundRow, ...]
    audit: tuple[FoundAudit, ...]
    on_server: bool
    notes: tuple[Caution, ...] = ()

    @property
    def replaced(self) -> list[FoundRow]:
        """Records in which an erasure replaces something."""
        return [found for found in self.records if not found.stays]

    @property
    def kept(self) -> list[FoundRow]:
        """The records that stay."""
        return [found for found in self.records if found.stays]

    @property
    def audit_replaced(self) -> list[FoundAudit]:
        """Rows of the audit trail in which an erasure replaces something."""
        return [found for found in self.audit if not found.stays]

    @property
    def is_empty(self) -> bool:
        """Return whether there is no data."""
        return not self.records and not self.audit

    @property
    def documents(self) -> list[dict[str, Any]]:
        """All data as JSON shows it: the records, then the rows of the audit trail."""
        return [*(found.document for found in self.records), *(found.document for found in self.audit)]

    @property
    def files(self) -> list[str]:
        """Files outside the database that the person's messages are from, or were written to."""
        names = {found.row["file_name"] for found in self.replaced if found.entity == "message"}
        return sorted(name for name in names if name)

    @property
    def not_reached(self) -> list[str]:
        """Other places with possible data."""
        return [*NOT_REACHED, *([NOT_REACHED_ON_A_SERVER] if self.on_server else [])]


def export(store: Store, email: str, *, now: Instant) -> dict[str, Any]:
    """Return all data about the person with an e-mail address, as one JSON document.

    Raises:
        NotPossible: there is no data.
    """
    with store.reading() as tx:
        holding = _search(tx, email, "")
    if holding.is_empty:
        raise NotPossible(f"There is no data about {email}.", hint="suptime contact list")
    names = sorted({name for some in holding.person.names.values() for name in some})
    return {
        "person": {"email": email, "names": names},
        "exported_at": rfc3339(now),
        "held": holding.documents,
        "files": holding.files,
        "not_searched": holding.not_reached,
        "notes": [note.text for note in holding.notes],
    }


def look_up(store: Store, email: str) -> Holding:
    """Return the data that an erasure of an e-mail address would replace, and the data that would stay.

    Raises:
        NotPossible: the store is on a server, and this login does not own it.
    """
    with store.reading() as tx:
        tx.erasures.refuse_to_erase()
        return _search(tx, email, marker_of(tx.erasures.next_number()))


@dataclass(frozen=True, slots=True)
class Erasure:
    """Result of an erasure. `marker` replaced the data; it is empty if there was no data.

    `overwritten` is True if the file's free pages do not contain the data either.
    """

    holding: Holding
    marker: str
    overwritten: bool


def erase(store: Store, email: str, *, now: Instant, agent: str) -> Erasure:
    """Replace a person's data by a marker in every record and in the audit trail, except where it must stay.

    Raises:
        NotPossible: the store is on a server, and this login does not own it.
    """
    with store.reading() as tx:
        tx.erasures.refuse_to_erase()  # before a reader's login is refused for another reason
    with changing(store, now, agent, COMMAND) as tx:
        number = tx.erasures.next_number()
        holding = _search(tx, email, marker_of(number))
        changed = bool(holding.replaced or holding.audit_replaced)
        if changed:
            tx.erasures.overwrite()
            tx.erasures.erase_audit_rows(
                number, ((one.row, one.before, one.after) for one in holding.audit_replaced)
            )
            for found in holding.replaced:
                tx.erasures.erase_record(found.entity, found.key, found.values, remove=found.is_own_contact)
            tx.cases.touch(
                str(found.row.get("case_number") or found.row.get("number"))
                for found in holding.replaced
                if found.entity in {"case", "case_event"}
            )
    # Also if there is no data any more: the file may have been in use at an earlier erasure.
    return Erasure(holding, marker_of(number) if changed else "", store.drop_free_pages())


def _search(tx: Transaction, address: str, marker: str) -> Holding:
    cases = tx.cases.contacts()
    person, notes = _person(tx, address)
    look = _Look(tx, person, marker, cases)
    records = tuple(look.records())
    audit = tuple(look.audit(records))
    return Holding(person, records, audit, not tx.integrity.is_file, tuple(notes))


def _person(tx: Transaction, address: str) -> tuple[Person, list[Caution]]:
    """Return the person with an address, with all names that contact records have or had, and notes on namesakes."""
    folded = address.casefold()
    names: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    rows: Iterable[Row] = tx.erasures.each_row("contact")
    for row in (*rows, *_contacts_of_the_past(tx)):
        name = str(row.get("name") or "").strip()
        if name:
            mine = str(row.get("email")).casefold() == folded
            (names if mine else others).setdefault(str(row.get("client")), set()).add(name)
    notes = []
    for client, some in names.items():
        known = {name.casefold() for name in others.get(client, ())}
        for name in sorted(some):
            if name.casefold() in known:
                some.discard(name)
                said = (
                    f"{client} has or had another contact with the name {name}: only the address counts there, "
                    "not the name."
                )
                notes.append(Caution("namesake", said))
    return Person(address, {client: frozenset(some) for client, some in names.items()}), notes


def _contacts_of_the_past(tx: Transaction) -> Iterator[Row]:
    for row in tx.audit.each():
        if row.entity == "contact":
            for text in (row.before, row.after):
                if text is not None:
                    yield json.loads(text)


class _Look:
    """Search of all records and the audit trail for a person."""

    def __init__(
        self, tx: Transaction, person: Person, marker: str, cases: Mapping[str, tuple[str, str | None]]
    ) -> None:
        self._tx = tx
        self._person = person
        self._marker = marker
        self._cases = cases
        self._invoices = tx.invoices.clients()
        self._contracts = {row.code: row.client for row in tx.contracts.versions()}

    def records(self) -> Iterator[FoundRow]:
        """Yield every record with data of the person, by kind."""
        for entity in ERASABLE:
            for row in self._tx.erasures.each_row(entity):
                values = self._replaced(entity, row)
                if values:
                    columns = (*row,) if entity == "message" and self._is_own(row) else (*values,)
                    columns = tuple(name for name in columns if name not in {"id", "folded"})
                    yield FoundRow(entity, next(iter(row.values())), row, self._client(row), columns, values)
        for entity, (names, reason) in KEPT.items():
            for row in self._tx.erasures.each_row(entity):
                client = self._client(row)
                columns = tuple(name for name in names if self._person.is_in(str(row[name] or ""), client))
                if columns:
                    key = next(iter(row.values()))
                    yield FoundRow(entity, key, row, client, columns, {}, reason)

    def audit(self, records: Sequence[FoundRow]) -> Iterator[FoundAudit]:
        """Yield every row of the audit trail with data of the person."""
        kept = {(found.entity, str(found.key)): found.name for found in records if found.stays}
        hints = self._person.hints()
        for row in self._tx.audit.each():
            texts = (row.before, row.after)
            small = " ".join(text for text in texts if text).lower()
            if row.entity == ENTITY or not any(hint in small for hint in hints):
                continue
            found = self._audited(row, kept)
            if found is not None:
                yield found

    def _audited(self, row: AuditRow, kept: Mapping[tuple[str, str], str]) -> FoundAudit | None:
        read = [None if text is None else json.loads(text) for text in (row.before, row.after)]
        replaced = [None if one is None else self._of_audit(row.entity, one) for one in read]
        if not any(replaced):
            return None
        if row.entity not in SEALED or (row.entity, row.key) in kept:
            name = kept.get((row.entity, row.key)) or name_of(row.entity, row.key)
            return FoundAudit(row, row.before, row.after, f"the history of {name}, which stays")
        before, after = (
            None if one is None else canonical(one | (values or {}))
            for one, values in zip(read, replaced, strict=True)
        )
        return FoundAudit(row, before, after)

    def _of_audit(self, entity: str, row: Row) -> Values:
        """Return the replacements of an erasure in a record of the audit trail."""
        if entity in ERASABLE:
            return self._replaced(entity, row)
        names = KEPT[entity][0] if entity in KEPT else tuple(row)
        client = self._client(row)
        return {
            name: self._person.without(str(row[name]), client, self._marker)
            for name in names
            if row.get(name) and self._person.is_in(str(row[name]), client)
        }

    def _replaced(self, entity: str, row: Row) -> Values:
        """Return the columns of a record with personal data, with their values after an erasure."""
        if entity == "message" and self._is_own(row):
            return self._whole_message(row)
        client, person, marker = self._client(row), self._person, self._marker
        if entity == "contact":
            mine = str(row.get("email")).casefold() == person.email.casefold()
            if mine:
                return {name: marker for name in ERASABLE[entity] if row.get(name)}
            # Another person's record may mention this person.
            found = person.is_in(str(row.get("name")), client)
            return {"name": person.without(str(row["name"]), client, marker)} if found else {}
        values: Values = {}
        for name, how in ERASABLE[entity].items():
            text = row.get(name)
            if how == WHO and person.is_meant(text, client):
                values[name] = marker
            elif how != WHO and text and person.is_in(text, client):
                values[name] = person.without(text, client, marker)
        return values

    def _is_own(self, row: Row) -> bool:
        """Return whether a message is from the person, or a reply on the person's own case."""
        client = self._client(row)
        if row["direction"] == "in":
            return self._person.is_meant(row["sender"], client)
        return self._person.is_meant(self._cases.get(row["case_number"], ("", None))[1], client)

    def _whole_message(self, row: Row) -> Values:
        """Return all texts of a message, replaced. Its Message-ID stays, unless it contains the person's data."""
        client, marker = self._client(row), self._marker
        whole = {
            "sender": marker if row["direction"] == "in" else row["sender"],
            "subject": marker,
            "body": marker,
            "attachments": "[]",
            "file_name": marker if row["file_name"] else None,
        }
        if row["message_id"] and self._person.is_in(row["message_id"], client):
            whole["message_id"] = f"<{marker}.{row['id']}@suptime.invalid>"
        return {name: value for name, value in whole.items() if row[name] != value}

    def _client(self, row: Row) -> str | None:
        """Return the client of a record."""
        if "client" in row:
            return str(row["client"])
        if row.get("case_number") in self._cases:
            return self._cases[row["case_number"]][0]
        if "contract" in row:
            return self._contracts.get(row["contract"])
        return self._invoices.get(row.get("invoice", "")) or row.get("code")


def _at(row: Row) -> str | None:
    found = next(
        (row[name] for name in ("at", "opened_at", "started_at", "starts_at") if row.get(name)), None
    )
    return None if found is None else rfc3339(found)


def _formatted(name: str, value: Any) -> Any:
    if name in _INSTANTS and isinstance(value, int):
        return rfc3339(value)
    if name == "document":
        return json.loads(value)
    return value if value is None or isinstance(value, str | int | bool) else str(value)
