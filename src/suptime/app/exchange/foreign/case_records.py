"""Cases of foreign files and their events: which are new, known or changed, and what of them is written (G19)."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from suptime.app import agreement, lookup
from suptime.app.cases import listed_names
from suptime.app.exchange.foreign.cases import Cases
from suptime.app.exchange.foreign.clients import Clients
from suptime.app.exchange.foreign.row import Against, CaseRow, Change, Planned, Row, State
from suptime.contracts import priorities, response_terms
from suptime.domain.case import Case, Event, EventKind, in_time
from suptime.domain.contract import Contract
from suptime.domain.time import Instant, rfc3339
from suptime.domain.values import quoted
from suptime.errors import ExitCode, SuptimeError
from suptime.interchange.foreign.clients_file import ClientsFile
from suptime.interchange.foreign.record import ForeignCase, ForeignUnit
from suptime.store.repositories.imports import KnownRecord

if TYPE_CHECKING:
    from suptime.store import Transaction

PRIORITIES = {
    **dict.fromkeys(("urgent", "highest", "immediate"), "P1"),
    **dict.fromkeys(("high", "3 high"), "P2"),
    **dict.fromkeys(("medium", "normal", "2 normal"), "P3"),
    **dict.fromkeys(("low", "lowest", "1 low"), "P4"),
}
"""Priorities of helpdesks, in small letters, and those of contracts."""

CHANNELS = {
    "email": "email",
    "phone": "phone",
    "voice": "phone",
    "chat": "chat",
    "portal": "other",
    "web": "other",
}
"""Channels of helpdesks, in small letters, and those of cases."""

ATTRIBUTES = {
    "subject": "subject",
    "priority": "priority",
    "kind": "kind",
    "category": "category",
    "channel": "via",
    "contact": "contact",
    "opened": "opened_at",
}
"""Values of a foreign case, and the attribute of a case that holds each."""

EVENTS = {
    "consented": EventKind.CONSENT,
    "escalated": EventKind.ESCALATE,
    "responded": EventKind.RESPOND,
    "resolved": EventKind.RESOLVE,
}
"""Instants of a foreign case, and the event that each is."""

ADOPTED = ("subject", "priority", "category", "opened")
"""Values that are compared with a case that was opened here."""

LONGEST_SUBJECT = 200


@dataclass(slots=True)
class CaseWords:
    """Options for known cases: see `Words`."""

    update: bool
    prefers_file: bool
    late_work: str


class CaseRecords:
    """The cases of the files of one import."""

    def __init__(
        self,
        tx: "Transaction",
        source: str,
        said: ClientsFile,
        clients: Clients,
        cases: Cases,
        words: CaseWords,
        now: Instant,
    ) -> None:
        """`source` is the program whose cases they are."""
        self._tx = tx
        self.source = source
        self._said = said
        self._clients = clients
        self._cases = cases
        self._words = words
        self._now = now
        self._planned: dict[str, Planned] = {}
        self._by_id: dict[str, str] = {}
        known = tx.imports.known(source, "case")
        self._known = {one.source_id: one for one in known}
        self._known_refs = {(one.ref or "").casefold(): one for one in known}
        self._events = {one.source_id: one for one in tx.imports.known(source, "event")}
        self.unknown_priorities: Counter[str] = Counter()
        self.told: list[str] = []
        self.opened: list[Case] = []
        self._missing: Counter[str] = Counter()

    @property
    def rows(self) -> list[CaseRow]:
        """The rows of all cases and events."""
        return [row for planned in self._planned.values() for row in planned.rows]

    @property
    def planned(self) -> Iterable[Planned]:
        """All cases of the files."""
        return self._planned.values()

    # Which cases there are

    def add(self, record: ForeignCase) -> None:
        """Add a case that a file describes; rows of one case are one."""
        known = self._known.get(record.id) if record.id else None
        if not record.number and known is not None:
            record.number = known.ref or ""
        name = record.number.casefold()
        first = self._planned.get(name)
        if record.id:
            self._by_id[record.id] = name
        if first is None:
            known = known or self._known_refs.get(name)
            source_id = known.source_id if known else record.id or record.number
            row = CaseRow("case", record, record.number, source_id, known=known)
            self._planned[name] = Planned(row)
            return
        have = first.record
        for key in ("client", "client_id", "requester", "project", "id"):
            ours, theirs = getattr(have, key), getattr(record, key)
            if ours and theirs and ours != theirs:
                self._contradiction(first, record, key, ours, theirs)
            elif theirs:
                setattr(have, key, theirs)
        for key, value in record.values.items():
            ours = have.values.get(key)
            if ours is not None and value is not None and ours != value:
                self._contradiction(first, record, key, _shown(key, ours), _shown(key, value))
            elif ours is None:
                have.values[key] = value
        have.updated = max(filter(None, (have.updated, record.updated)), default=None)
        have.tracked = have.tracked if record.tracked is None else record.tracked
        have.labels = have.labels or record.labels
        have.told += tuple(text for text in record.told if text not in have.told)

    def _contradiction(self, first: Planned, other: ForeignCase, key: str, ours: str, theirs: str) -> None:
        if first.row.state is not State.BLOCKED:
            said = f"line {first.row.line} says {quoted(ours)}, but line {other.line} says {quoted(theirs)}."
            first.row.block(Against(key, said))

    def of(self, unit: ForeignUnit) -> Planned | None:
        """Return the case of `unit` among those of the files, or None."""
        name = unit.case.casefold()
        if name in self._planned:
            return self._planned[name]
        return self._planned.get(self._by_id.get(unit.case_id, "")) if unit.case_id else None

    def number_of(self, unit: ForeignUnit) -> str:
        """Return the number of the case on record that `unit` names by its id; empty if there is none."""
        known = self._known.get(unit.case_id) if unit.case_id else None
        return (known.ref or "") if known else ""

    # What each is

    def plan(self, planned: Planned, client: str) -> None:
        """Find out what the case of `client` and its events are to the store."""
        if planned.row.state is State.BLOCKED:
            return
        try:
            self._plan(planned, client)
        except Against as against:
            planned.block(against)
        except SuptimeError as error:
            planned.block(Against("case", str(error), error.exit_code))

    def _plan(self, planned: Planned, client: str) -> None:
        row, record = planned.row, planned.record
        row.client = client
        number = (row.known.ref if row.known else None) or record.number
        here = planned.here = self._cases.on_record(number)
        if here is not None:
            if here.client != client:
                raise Against("case", f"{here.number} is a case of {here.client}.", ExitCode.NOT_POSSIBLE)
            brought = self._tx.imports.source_of_case(here.number)
            if brought is not None and brought != self.source:
                said = f"{here.number} was imported from {brought}: say --case-prefix to keep them apart."
                raise Against("case", said, ExitCode.NOT_POSSIBLE)
            row.number, planned.contract, planned.case = here.number, here.contract, here
        else:
            planned.contract = self._cases.contract_of_new(client, record.contract)
        contract = self._cases.contract(planned.contract)
        self._take_over(planned, contract)
        self._check_order(planned)
        self._compare_case(planned)
        self._plan_events(planned, contract)

    def _take_over(self, planned: Planned, contract: Contract) -> None:
        """Translate the values of the file into the words of the contract."""
        record, values = planned.record, planned.record.values
        at = values.get("opened") or record.updated or self._now
        version = agreement.nearest_version(contract, at)
        if record.labels and "priority" not in values:
            for label in record.labels:
                found = self._mapped_priority(label, planned.row.client)
                if found is not None:
                    values["priority"] = found
                    break
        elif "priority" in values:
            values["priority"] = self._priority(values["priority"], planned.row.client, priorities(version))
        if values.get("priority") is not None:
            agreement.check_name(version, values["priority"])
        if "kind" in values:
            kind = (values["kind"] or "").casefold()
            kind = self._said.kinds.get(kind, kind)
            values["kind"] = kind if kind in {"request", "incident"} else None
        if "channel" in values:
            values["channel"] = CHANNELS.get((values["channel"] or "").casefold())
        if "contact" in values and values["contact"] is not None and "@" not in values["contact"]:
            values["contact"] = None
        if values.get("subject"):
            values["subject"] = values["subject"][:LONGEST_SUBJECT]
        if values.get("category"):
            name = _name_of(values["category"])
            values["category"] = listed_names.categories(version).listed(name) or name
        if values.get("cause"):
            name = _name_of(values["cause"])
            values["cause"] = listed_names.causes(version).listed(name) or name
        if values.get("resolved") and not values.get("cause"):
            category = values.get("category") or (planned.here.category if planned.here else None)
            if agreement.by_cause(version, category) and not _is_known_cause(planned):
                said = f"is resolved, and {category or 'no category'} is billed or free by its cause: it needs one."
                raise Against("cause", said)

    def _mapped_priority(self, value: str, client: str) -> str | None:
        folded = value.strip().casefold()
        entry = self._said.clients.get(client)
        if entry is not None and folded in entry.priorities:
            return entry.priorities[folded]
        return self._said.priorities.get(folded)

    def _priority(self, value: str | None, client: str, listed: Sequence[str]) -> str | None:
        mapped = self._mapped_priority(value or "", client)
        if mapped is not None:
            return mapped
        if not value:
            return None
        folded = value.strip().casefold()
        own = next((one for one in listed if one.casefold() == folded), None)
        found = own or PRIORITIES.get(folded)
        if found is None:
            self.unknown_priorities[value] += 1
            raise Against("priority", f"unknown priority {quoted(value)}.", ExitCode.NOT_POSSIBLE)
        return found

    def _check_order(self, planned: Planned) -> None:
        values = planned.record.values
        opened = values.get("opened") or (planned.here.opened_at if planned.here else None)
        for key in EVENTS:
            at = values.get(key)
            if at is not None and at > self._now:
                raise Against(key, f"{rfc3339(at)} is in the future.")
            if at is not None and opened is not None and at < opened:
                raise Against(key, f"{rfc3339(at)} is before the opening, {rfc3339(opened)}.")
        if opened is not None and opened > self._now:
            raise Against("opened", f"{rfc3339(opened)} is in the future.")

    def _compare_case(self, planned: Planned) -> None:
        row, here, values = planned.row, planned.here, planned.record.values
        was: dict[str, Any] = json.loads(row.known.content) if row.known and row.known.content else {}
        row.content = was | {key: values[key] for key in (*ATTRIBUTES, "cause", "resolved") if key in values}
        if here is None:
            if row.known is not None:
                row.state = State.CONFLICT
                row.changes = (Change("case", None, row.number),)
            return
        changes, is_edited = [], False
        for key, attribute in ATTRIBUTES.items():
            new, ours = values.get(key), getattr(here, attribute)
            if key not in values or new == ours:
                continue
            if row.known is None:
                if key not in ADOPTED or new is None or (key == "category" and ours is None):
                    continue
            elif key in was and was[key] == new:
                continue
            is_edited = is_edited or (key in was and was[key] != ours)
            changes.append(Change(attribute, _plain(key, ours), _plain(key, new)))
        row.changes = tuple(changes)
        row.state = State.SAME if not changes else State.CONFLICT if is_edited else State.CHANGED

    def _plan_events(self, planned: Planned, contract: Contract) -> None:
        row, here, values = planned.row, planned.here, planned.record.values
        was: dict[str, Any] = json.loads(row.known.content) if row.known and row.known.content else {}
        turns = sum(name.startswith(f"{row.number}#reopen") for name in self._events)
        for key, kind in EVENTS.items():
            at = values.get(key)
            if at is None:
                continue
            suffix = f" {turns + 1}" if kind is EventKind.RESOLVE and turns else ""
            event = Event(kind, at)
            if kind is EventKind.RESOLVE:
                cause = values.get("cause")
                version = agreement.nearest_version(contract, at)
                unlisted = cause is not None and listed_names.causes(version).refuses(cause)
                event = replace(event, cause=cause, unlisted=unlisted)
            if kind is EventKind.CONSENT:
                event = replace(event, by=values.get("contact") or planned.record.requester or row.client)
            planned.events.append(self._event(planned, event, f"{row.number}#{kind}{suffix}"))
        is_over_here = here is not None and here.resolved_at is not None
        said_open = "resolved" in values and values["resolved"] is None
        if is_over_here and said_open and (row.known is None or was.get("resolved") is not None):
            suffix = f" {turns + 1}" if turns else ""
            event = Event(EventKind.REOPEN, planned.record.updated or self._now)
            planned.events.append(
                CaseRow(
                    "event",
                    planned.record,
                    row.number,
                    f"{row.number}#reopen{suffix}",
                    row.client,
                    event=event,
                )
            )

    def _event(self, planned: Planned, event: Event, name: str) -> CaseRow:
        row, here = planned.row, planned.here
        known = self._events.get(name)
        found = CaseRow("event", planned.record, row.number, name, row.client, event=event, known=known)
        found.content = {"at": event.at} | ({"cause": event.cause} if event.cause else {})
        if here is None:
            return found
        was = json.loads(known.content) if known and known.content else None
        if was is not None:
            written = was.get("here", was["at"])
            found.before = next((e for e in here.events if e.kind is event.kind and e.at == written), None)
            if was["at"] == event.at and was.get("cause") == event.cause:
                found.state, found.content = State.SAME, was
                return found
            if found.before is None:
                other = here.last(event.kind)
                found.before = other
                found.state = State.SAME if other and other.at == event.at else State.CONFLICT
                found.changes = (
                    ()
                    if found.state is State.SAME
                    else (Change("at", rfc3339(other.at) if other else None, rfc3339(event.at)),)
                )
                return found
        elif event.kind is EventKind.RESOLVE:
            found.before = here.last_turn if here.resolved_at is not None else None
        else:
            found.before = next((one for one in here.events if one.kind is event.kind), None)
        if found.before is not None:
            if found.before.at == event.at and (event.cause is None or event.cause == found.before.cause):
                found.state = State.SAME
            else:
                found.state = State.CHANGED
                found.changes = (Change("at", rfc3339(found.before.at), rfc3339(event.at)),)
        return found

    # What is written

    def floor(self, planned: Planned, start: Instant, end: Instant) -> Instant | None:
        """Return the earliest start to which work from `start` to `end` may move: no more of it comes before a consent."""
        known = planned.case.events if planned.case else ()
        events = (*known, *(row.event for row in planned.events if row.event is not None))
        asked = {EventKind.CONSENT, EventKind.ESCALATE}
        floors = [min(event.at, start) for event in events if event.kind in asked and event.at < end]
        return max(floors, default=None)

    def write(self, planned: Planned, work: Sequence[Row]) -> None:
        """Write the case and its events, with `work` on it, its new work in order of start."""
        if planned.row.state in {State.BLOCKED, State.LEFT_OUT}:
            return
        try:
            if planned.here is None:
                self._open(planned, work)
            else:
                self._apply(planned, work)
        except Against as against:
            planned.block(against)
        except SuptimeError as error:
            planned.block(Against("case", str(error), error.exit_code))

    def _open(self, planned: Planned, work: Sequence[Row]) -> None:
        row, record, values = planned.row, planned.record, planned.record.values
        if row.state is State.CONFLICT and not self._words.prefers_file:
            return
        lookup.refuse_archived(self._tx, row.client)
        events = [one.event for one in planned.events if one.event is not None]
        opened = values.get("opened")
        if opened is None:
            starts = [one.start for one in work] + [event.at for event in events]
            opened = min(starts, default=record.updated or self._now)
            self.told.append(
                f"{row.number}: the file has no opening, so its first work counts: {rfc3339(opened)}."
            )
        contract = self._cases.contract(planned.contract)
        version = agreement.in_force(contract, opened, f"The case {row.number} would be opened")
        agreement.sold(version, values.get("category"))
        unlisted = values.get("category") is not None and listed_names.categories(version).refuses(
            values["category"]
        )
        if work and record.values.get("resolved"):
            self._move_resolution(planned, max(one.end for one in work))
            events = [one.event for one in planned.events if one.event is not None]
        case = Case(
            row.number,
            row.client,
            contract.code,
            opened,
            values.get("subject") or "",
            values.get("category"),
            values.get("kind"),
            values.get("priority"),
            values.get("contact"),
            values.get("channel"),
            unlisted=unlisted,
            events=in_time(events),
        )
        cautions = (
            *listed_names.categories(version).cautions(case.category, insisted=unlisted),
            *(
                caution
                for event in events
                if event.cause
                for caution in listed_names.causes(version).cautions(event.cause, insisted=event.unlisted)
            ),
        )
        self.told += [f"{case.number}: {caution.text}" for caution in cautions]
        self._tx.cases.add(case)
        planned.case = self._tx.cases.get(case.number)
        self.opened.append(case)
        for one in planned.rows:
            one.is_applied = True
        if response_terms(version) is not None:
            self._missing["priority"] += case.priority is None
            self._missing["first response"] += "responded" not in values

    def missing(self) -> list[str]:
        """Return sentences on cases whose response clock cannot be reported."""
        return [
            f"{count} {'case has' if count == 1 else 'cases have'} no {what} in the file, "
            "so response times cannot be reported for them."
            for what, count in self._missing.items()
            if count
        ]

    def _move_resolution(self, planned: Planned, end: Instant) -> None:
        """Move a new resolution before the end of its work to that end."""
        for one in planned.events:
            if (
                one.event is not None
                and one.event.kind is EventKind.RESOLVE
                and one.event.at < end
                and (one.state is State.NEW)
            ):
                self.told.append(
                    f"{planned.row.number}: the resolution moved from {rfc3339(one.event.at)} to "
                    f"{rfc3339(end)}, the end of its work."
                )
                one.event = replace(one.event, at=end)
                one.content["here"] = end

    def _apply(self, planned: Planned, work: Sequence[Row]) -> None:
        """Write the new and changed values of a recorded case."""
        here, row, values = planned.here, planned.row, planned.record.values
        assert here is not None  # noqa: S101
        if self._is_applied(row):
            attributes = {
                attribute: values[key]
                for key, attribute in ATTRIBUTES.items()
                if any(change.key == attribute for change in row.changes)
            }
            changed = replace(here, **attributes)
            agreement.check_name(
                agreement.nearest_version(self._cases.contract(here.contract), changed.opened_at),
                changed.priority,
            )
            self._tx.cases.save(changed)
            row.is_applied = True
        for one in planned.events:
            if one.event is None:
                continue
            if one.state is State.NEW:
                self._add_event(planned, one, work)
            elif self._is_applied(one):
                if one.before is None:
                    self._tx.cases.add_event(here.number, one.event)
                else:
                    before = one.before
                    event = replace(one.event, id=before.id, n=before.n, by=before.by, kb=before.kb)
                    self._tx.cases.save_event(here.number, event)
                one.is_applied = True
        planned.case = self._tx.cases.get(here.number)
        self._late_work(planned, work)

    def _is_applied(self, row: CaseRow) -> bool:
        return (row.state is State.CHANGED and self._words.update) or (
            row.state is State.CONFLICT and self._words.prefers_file
        )

    def _add_event(self, planned: Planned, one: CaseRow, work: Sequence[Row]) -> None:
        here = planned.here
        assert here is not None  # noqa: S101
        assert one.event is not None  # noqa: S101
        if one.event.kind is EventKind.REOPEN:
            since = here.resolved_at or 0
            first = min((row.start for row in work if row.end > since), default=one.event.at)
            one.event = replace(one.event, at=max(since, first))
            one.content = {"at": one.event.at}
        elif one.event.kind is EventKind.RESOLVE and work:
            self._move_resolution(planned, max(row.end for row in work))
        self._tx.cases.add_event(here.number, one.event)
        one.is_applied = True

    def _late_work(self, planned: Planned, work: Sequence[Row]) -> None:
        """Move the resolution to the end of later work, or reopen the case for it, if a person said so."""
        case = planned.case
        late_work(self._tx, case, work, self._words.late_work)
        planned.case = self._tx.cases.get(case.number) if case else None

    def kept(self) -> list[tuple[str, str, KnownRecord]]:
        """Return the records to keep, each with its source and kind."""
        found = []
        for planned in self._planned.values():
            for row in planned.rows:
                is_kept = row.is_applied or (row.state is State.SAME and self._differs(row))
                if not is_kept:
                    continue
                version = 1 + (row.known.version if row.known else 0)
                content = json.dumps(row.content, separators=(",", ":"), sort_keys=True)
                record = KnownRecord(row.source_id, version, None, row.number, row.digest, content)
                found.append((self.source, row.kind, record))
        return found

    @staticmethod
    def _differs(row: CaseRow) -> bool:
        """Return whether a file says more of a known record than what was kept of it."""
        return row.known is None or row.known.digest != row.digest


def late_work(tx: "Transaction", case: Case | None, work: Sequence[Row], answer: str) -> None:
    """Move the resolution of `case` to the end of later `work`, or reopen the case for it, as the `answer` says."""
    at = case.resolved_at if case else None
    late = [row for row in work if at is not None and row.end > at]
    if case is None or at is None or not late or not answer:
        return
    resolution = case.last_turn
    assert resolution is not None  # noqa: S101 - the case is resolved
    end = max(row.end for row in late)
    if answer == "move":
        document = tx.cases.has_lines(case.number)
        if document is not None:
            said = f"the resolution of {case.number} cannot move: {document} has charges of the case."
            for row in late:
                row.block(Against("work", said, ExitCode.NOT_POSSIBLE))
            return
        tx.cases.save_event(case.number, replace(resolution, at=end))
        return
    start = max(at, min(row.start for row in late))
    tx.cases.add_event(case.number, Event(EventKind.REOPEN, start))
    tx.cases.add_event(case.number, replace(resolution, at=end, id=0, n=0))


def _is_known_cause(planned: Planned) -> bool:
    return planned.here is not None and planned.here.resolved_at is not None


def _name_of(text: str) -> str:
    return "-".join(text.casefold().split())


def _shown(key: str, value: Any) -> str:
    return str(_plain(key, value))


def _plain(key: str, value: Any) -> Any:
    return rfc3339(value) if isinstance(value, int) and (key == "opened" or key in EVENTS) else value
