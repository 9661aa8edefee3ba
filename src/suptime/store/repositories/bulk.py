"""Many records at once: the way in for an import, with a digest of each in the audit trail."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any

from sqlalchemy import delete, exists, func, insert, select

from suptime.domain.booking import Appointment, Client, Purchase, WorkUnit
from suptime.domain.case import Case, Event, Message
from suptime.domain.charge import IssuedLine
from suptime.domain.client import Contact, Project
from suptime.domain.contract import PriceChange
from suptime.domain.invoice import Invoice, Issue, Payment
from suptime.domain.time import NEVER
from suptime.errors import NotPossible
from suptime.store.database.audit_chain import START, Head, hash_of
from suptime.store.repositories.bookings import appointment_row, purchase_row
from suptime.store.repositories.cases import case_row, event_row, message_row
from suptime.store.repositories.clients import client_row, contact_row, project_row
from suptime.store.repositories.contracts import price_row
from suptime.store.repositories.erasures import COMMAND, erased_in
from suptime.store.repositories.erasures import ENTITY as ERASURE
from suptime.store.repositories.invoices import (
    Invoices,
    invoice_of,
    invoice_row,
    issue_of,
    issue_row,
    payment_of,
    payment_row,
)
from suptime.store.repositories.records import AuditRow, ContractRow
from suptime.store.repositories.row_digests import Recording
from suptime.store.repositories.rows import BATCH, batches
from suptime.store.tables.columns import folded
from suptime.store.tables.work import TABLES
from suptime.store.timer.rows import Values, unit_row
from suptime.store.timer.statements import by_rows

_CASE = TABLES["case"]

_CONTRACT = TABLES["contract"]

_UNIT = TABLES["work_unit"]

_CLOSING = TABLES["closing"]


class Bulk(Recording):
    """Records by the thousand, without an audit row for each: the audit trail keeps a digest of each."""

    def add_clients(self, clients: Iterable[Client]) -> int:
        """Add CLIENTS. Gives how many; so do all of these."""
        return self._add_many("client", map(client_row, clients))

    def add_contracts(self, versions: Iterable[ContractRow]) -> int:
        """Add contract versions; a contract that is new with its first one."""
        kept = list(versions)
        there = set(self._execute(select(_CONTRACT.c.code)).scalars())
        new = {row.code: row.client for row in kept if row.code not in there}
        self._add_many(
            "contract",
            ({"code": code, "folded": folded(code), "client": client} for code, client in new.items()),
        )
        count = self._add_many("contract_version", map(_version_row, kept))
        for code in {row.code for row in kept} - new.keys():
            self._touch(_CASE.c.contract == code)
        return count

    def add_prices(self, changes: Iterable[PriceChange]) -> int:
        """Add price CHANGES."""
        kept = list(changes)
        for part in batches(sorted({change.contract for change in kept})):
            self._touch(_CASE.c.contract.in_(part))
        return self._add_many("price", map(price_row, kept))

    def add_contacts(self, contacts: Iterable[Contact]) -> int:
        """Add CONTACTS."""
        return self._add_many("contact", map(contact_row, contacts))

    def add_projects(self, projects: Iterable[Project]) -> int:
        """Add PROJECTS."""
        return self._add_many("project", map(project_row, projects))

    def add_purchases(self, purchases: Iterable[Purchase]) -> int:
        """Add PURCHASES, those with an id under it."""
        kept = list(purchases)
        count = self._add_many("purchase", map(purchase_row, kept))
        for part in batches(sorted({purchase.contract for purchase in kept})):
            self._touch(_CASE.c.contract.in_(part))
        return count

    def add_cases(self, cases: Iterable[Case]) -> int:
        """Add CASES with their events."""
        kept = list(cases)
        count = self._add_many("case", map(case_row, kept))
        self.add_events((case.number, event) for case in kept for event in case.events)
        self._name_touched(case.number for case in kept)
        return count

    def add_events(self, events: Iterable[tuple[str, Event]]) -> int:
        """Add EVENTS, each with its case's number."""
        kept = list(events)
        self._touch_numbers(number for number, _ in kept)
        return self._add_many("case_event", (event_row(number, event) for number, event in kept))

    def add_messages(self, messages: Iterable[Message]) -> int:
        """Add MESSAGES, those with an id under it."""
        return self._add_many("message", map(message_row, messages))

    def add_appointments(self, appointments: Iterable[Appointment]) -> int:
        """Add APPOINTMENTS, those with an id under it."""
        return self._add_many("appointment", map(appointment_row, appointments))

    def add_units(self, units: Iterable[WorkUnit]) -> int:
        """Add UNITS, those with an id under it.

        Raises:
            NotPossible: an agent's work would overlap; named are two such units.
        """
        earliest: dict[str, int] = {}
        count = self.add_checked_units(_noting(units, earliest))
        self.refuse_overlaps(earliest)
        return count

    def add_checked_units(self, units: Iterable[WorkUnit]) -> int:
        """Add UNITS of which the caller sees to it that none overlap, with `refuse_overlaps` in the end."""
        return self._add_many("work_unit", map(unit_row, units))

    def refuse_overlaps(self, earliest: Mapping[str, int]) -> None:
        """Refuse if the work of any agent overlaps, from the EARLIEST instant on that is given for each.

        Raises:
            NotPossible: it does; named are two such units.
        """
        self._hold(earliest)
        for agent, start in sorted(earliest.items()):
            self._refuse_any_overlap(agent, start)

    def _refuse_any_overlap(self, agent: str, start: int) -> None:
        """Refuse if any two of AGENT's units overlap, of those that START or later ones could touch.

        In order of start each must end before the next one starts: ends are then in order, too. A
        unit of no length may stand at the start of the next, so it is put first.
        """
        first = select(func.max(_UNIT.c.started_at)).where(_UNIT.c.agent == agent, _UNIT.c.started_at < start)
        mine = (_UNIT.c.agent == agent, _UNIT.c.started_at >= func.coalesce(first.scalar_subquery(), start))
        ends = func.coalesce(_UNIT.c.ended_at, NEVER)
        order = (_UNIT.c.started_at, ends, _UNIT.c.id)
        pairs = (
            select(
                _UNIT.c.id,
                _UNIT.c.started_at,
                func.lag(_UNIT.c.id).over(order_by=order).label("other"),
                func.lag(ends).over(order_by=order).label("other_ends"),
            )
            .where(*mine)
            .subquery()
        )
        found = self._execute(select(pairs).where(pairs.c.other_ends > pairs.c.started_at).limit(1)).first()
        if found:
            raise NotPossible(f"Work of {agent} overlaps: U{found.other} and U{found.id}.")

    def add_payments(self, payments: Iterable[Payment]) -> int:
        """Add PAYMENTS, those with an id under it."""
        return self._add_many("payment", map(payment_row, payments))

    def add_audit_rows(self, rows: Iterable[AuditRow]) -> int:
        """Put back an audit trail, in its order and with its numbers, as an export held it.

        Places and hashes are worked out anew, each from the row before: a hash depends on what the
        row says and on nothing else, so an unchanged trail gets the hashes that it had. Where a row
        brings its hash along, the two must be equal.

        Raises:
            NotPossible: a row's own hash is not the one that it gets here: it was changed, or one
                before it is missing.
        """
        count = self._add_many("audit", map(self._chained, rows))
        self._changes_taken()
        return count

    def _chained(self, row: AuditRow) -> Values:
        before = self._heads.get(row.agent, START)
        linked = self._linked(
            {
                "id": row.id,
                "change": row.change,
                "at": row.at,
                "agent": row.agent,
                "command": row.command,
                "entity": row.entity,
                "entity_key": row.key,
                "before_json": row.before,
                "after_json": row.after,
                "undoes": row.undoes,
            }
        )
        if row.entity == ERASURE and row.command == COMMAND:
            for place, erased in erased_in(row.after or "", row.id):
                if self._unaccounted.get(place, ())[:2] == (erased.hash, erased.left):
                    del self._unaccounted[place]
        if row.hash not in {"", linked["hash"], hash_of(before.hash, linked)}:
            # It may have been erased since: then an erasure that comes later accounts for it.
            waits = (row.hash, linked["hash"], row.id, row.command)
            self._unaccounted[row.agent, linked["place"]] = waits
        if row.hash:
            # That of an older version or of an erased row is another one than it would get here.
            self._heads[row.agent] = Head(linked["place"], row.hash)
            linked["hash"] = row.hash
        return linked

    def refuse_unaccounted(self) -> None:
        """Refuse audit rows that came in with a hash that is neither theirs nor accounted for by an erasure.

        Raises:
            NotPossible: there is one: it was changed, or one before it is missing.
        """
        for (agent, _), (_, _, number, command) in self._unaccounted.items():
            raise NotPossible(
                f"The audit row {number}, of {agent}'s `{command}`, does not follow the one before it.",
                "It was changed, or a row before it is missing.",
            )

    def seal(self) -> None:
        """Write down where the chains end, unless audit rows came in that nothing accounts for."""
        self.refuse_unaccounted()
        super().seal()

    @cached_property
    def _unaccounted(self) -> dict[tuple[str, int], tuple[str, str, int, str]]:
        """Audit rows that came in with another hash than their own, by agent and place.

        Of each: the hash it came with, the one it gets here, its id and its command.
        """
        return {}

    def audit_import(self, digest: str, counts: Mapping[str, int]) -> None:
        """Add the one audit row of an import: the file's DIGEST, and how many records of each type came in."""
        self._audit(self._writing(), "import", digest, None, {"digest": digest, **counts})

    def _add_many(self, entity: str, rows: Iterable[Values]) -> int:
        """Insert ROWS in batches; those of one batch all have an id, or all are given one."""
        self._writing()
        count = 0
        batch: list[dict[str, Any]] = []
        with_ids = False
        for row in rows:
            given = row.get("id", 0) != 0
            if len(batch) == BATCH or (batch and given != with_ids):
                self._flush(entity, batch, with_ids=with_ids)
                batch = []
            with_ids = given
            batch.append(row if given else {name: value for name, value in row.items() if name != "id"})
            count += 1
        self._flush(entity, batch, with_ids=with_ids)
        return count

    def _flush(self, entity: str, batch: list[dict[str, Any]], *, with_ids: bool) -> None:
        if batch:
            if "id" in TABLES[entity].columns and not with_ids:
                batch = self._numbered(entity, batch)
            self._insert_many(entity, batch)
            self._note_rows(entity, batch)
            if with_ids:
                self._ids_taken(entity)
            self._unsettle_many(entity, batch)

    def _unsettle_many(self, entity: str, rows: Iterable[Values]) -> None:
        """Note what of closed months ROWS touch, each place once."""
        if not self._has_closings:
            return
        asked: dict[str, dict[tuple[object, ...], Values]] = {}
        for row in rows:
            for statement, values in by_rows(entity, None, row):
                asked.setdefault(statement, {})[tuple(values.values())] = values
        for statement, places in asked.items():
            self._run_text(statement, *places.values())

    @cached_property
    def _has_closings(self) -> bool:
        return self._execute(select(_CLOSING.c.client).limit(1)).scalar() is not None


def _noting(units: Iterable[WorkUnit], earliest: dict[str, int]) -> Iterator[WorkUnit]:
    """UNITS as they are, with the start of each agent's first one put into EARLIEST."""
    for unit in units:
        earliest[unit.agent] = min(unit.started_at, earliest.get(unit.agent, unit.started_at))
        yield unit


def _version_row(row: ContractRow) -> Values:
    return {
        "id": row.id,
        "contract": row.code,
        "title": row.title,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "file_text": row.text,
    }


_ISSUE = TABLES["issue"]

_INVOICE = TABLES["invoice"]

_LINE = TABLES["issued_line"]

_DRAW = TABLES["draw_down"]

_PAYMENT = TABLES["payment"]

_SENDING = TABLES["sending"]

_DELIVERY = TABLES["delivery"]

_CONTENT = TABLES["sent_content"]

SOME = 50

"""Invoices that are held at once: the document of one can be large."""


class IssuedBulk(Invoices):
    """Issues, invoices, lines and payments by the thousand, without an audit row for each: the audit trail keeps digests."""

    def each_invoice(self) -> Iterator[tuple[Invoice, Issue, tuple[IssuedLine, ...]]]:
        """Every invoice with its issue and its lines, by issue, then number; a part at a time."""
        order = select(_INVOICE.c.number).order_by(_INVOICE.c.issue_id, _INVOICE.c.year, _INVOICE.c.serial)
        numbers = iter(self._execute(order).scalars().all())
        while part := list(islice(numbers, SOME)):
            rows = {r["number"]: r for r in self._all(select(_INVOICE).where(_INVOICE.c.number.in_(part)))}
            wanted = {row["issue_id"] for row in rows.values()}
            found = self._all(select(_ISSUE).where(_ISSUE.c.id.in_(wanted)))
            issues = {row["id"]: issue_of(row) for row in found}
            lines: dict[str | None, list[IssuedLine]] = {}
            for line in self._lines(select(_LINE).where(_LINE.c.invoice.in_(part))):
                lines.setdefault(line.number, []).append(line)
            for number in part:
                row = rows[number]
                yield invoice_of(row), issues[row["issue_id"]], tuple(lines.get(number, ()))

    def each_invoice_head(self) -> Iterator[Invoice]:
        """Every invoice with an empty document, a part at a time: who it is for, and what it credits."""
        columns = [column for column in _INVOICE.columns if column.name != "document"]
        for row in self._stream(select(*columns)):
            yield invoice_of({**row, "document": "{}"})

    def each_closing(self) -> Iterator[tuple[Issue, tuple[IssuedLine, ...]]]:
        """Every issue that has lines without an invoice, or no invoice at all, with those lines; in order."""
        without = ~exists().where(_INVOICE.c.issue_id == _ISSUE.c.id)
        bare = exists().where(_LINE.c.issue_id == _ISSUE.c.id, _LINE.c.invoice.is_(None))
        for row in self._all(select(_ISSUE).where(without | bare).order_by(_ISSUE.c.id)):
            yield issue_of(row), self.bare_lines(row["id"])

    def bare_lines(self, issue: int) -> tuple[IssuedLine, ...]:
        """The lines of ISSUE that are on no invoice."""
        return tuple(self._lines(select(_LINE).where(_LINE.c.issue_id == issue, _LINE.c.invoice.is_(None))))

    def lines_of(self, number: str) -> tuple[IssuedLine, ...]:
        """The lines of the invoice NUMBER, credited or not."""
        return tuple(self._lines(select(_LINE).where(_LINE.c.invoice == number)))

    def each_payment(self) -> Iterator[Payment]:
        """All payments by id, a part at a time."""
        for row in self._stream(select(_PAYMENT).order_by(_PAYMENT.c.id)):
            yield payment_of(row)

    def payment(self, id: int) -> Payment | None:  # noqa: A002 -- an id is called an id
        """The payment ID, or None."""
        row = self._row("payment", id)
        return None if row is None else payment_of(row)

    def add_issues(self, issues: Iterable[Issue]) -> None:
        """Add ISSUES under their ids."""
        self._writing()
        for part in batches(issues):
            rows = [issue_row(issue) for issue in part]
            self._execute(insert(_ISSUE), rows)
            self._note_rows("issue", rows)
        self._ids_taken("issue")

    def add_invoices(self, invoices: Iterable[Invoice]) -> None:
        """Add INVOICES, whose issues are there."""
        self._writing()
        for part in batches(invoices):
            rows = [invoice_row(invoice) for invoice in part]
            self._execute(insert(_INVOICE), rows)
            self._note_rows("invoice", rows)

    def drop_issues(self, issues: Collection[int]) -> list[str]:
        """Take ISSUES of this transaction back, with all that is theirs. Gives the numbers of their invoices."""
        self._writing()
        dropped: list[str] = []
        for part in batches(sorted(issues, reverse=True)):
            mine = _INVOICE.c.issue_id.in_(part)
            numbers = list(self._execute(select(_INVOICE.c.number).where(mine)).scalars())
            lines = select(_LINE.c.id).where(_LINE.c.issue_id.in_(part))
            self._execute(delete(_DRAW).where(_DRAW.c.line_id.in_(lines)))
            self._execute(delete(_LINE).where(_LINE.c.issue_id.in_(part)))
            for some in batches(numbers):
                for owned in (_PAYMENT, _DELIVERY):
                    gone = owned.c.invoice.in_(some)
                    self._noting(owned.name).drop(
                        set(self._execute(select(owned.c.id).where(gone)).scalars())
                    )
                    self._execute(delete(owned).where(gone))
                self._execute(delete(_SENDING).where(_SENDING.c.invoice.in_(some)))
            # A credit note points to its invoice, so it goes first.
            self._execute(delete(_INVOICE).where(mine, _INVOICE.c.credits.is_not(None)))
            self._execute(delete(_INVOICE).where(mine))
            self._execute(delete(_ISSUE).where(_ISSUE.c.id.in_(part)))
            dropped += numbers
        if dropped:
            self._execute(delete(_CONTENT).where(_CONTENT.c.digest.not_in(select(_DELIVERY.c.digest))))
        for table, keys in {
            "issue": issues,
            "issued_line": issues,
            "invoice": dropped,
            "sending": dropped,
        }.items():
            self._noting(table).drop(set(keys))
        return dropped

    def reserve_ids(self, newest: Mapping[str, int]) -> None:
        """Have ids up to the NEWEST of each table never be given out again, though their rows may be deleted."""
        self._writing()
        for entity, id in newest.items():  # noqa: A001
            if "id" in getattr(TABLES.get(entity), "columns", ()):
                self._reserve(entity, id)
