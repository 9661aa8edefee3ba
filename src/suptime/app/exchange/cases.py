"""Import of cases and their events: the history of each case must be possible."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from suptime.app import agreement
from suptime.app.cases.listed_names import NameList, categories, causes
from suptime.app.exchange.rules import ImportRun, Refusal, unknown
from suptime.app.facts import version_of
from suptime.contracts import category_rule
from suptime.domain.case import Case, CaseAlias, Event, EventKind, impossible
from suptime.domain.caution import Caution
from suptime.domain.contract import Contract, Version
from suptime.domain.reading import Fault
from suptime.domain.time import NEVER, Instant, Span, rfc3339, show_day
from suptime.interchange.records.nouns import CaseEvent
from suptime.store.repositories.rows import batches

ONCE = {EventKind.ESCALATE: "is escalated already", EventKind.RESPOND: "already has its first response"}

MOST_KNOWN = 20_000
"""Cases kept in memory."""
MOST_WAITING = 20_000
"""Events kept until their cases are complete."""


@dataclass(slots=True)
class KnownCase:
    """A case that records may refer to, and the periods in which it was resolved (None: until now)."""

    case: Case
    events: list[Event] = field(default_factory=list)
    closed: list[tuple[Instant, Instant | None]] = field(default_factory=list)

    def refuse_closed(self, start: Instant, end: Instant) -> None:
        """Refuse work from `start` to `end` within or after a resolution.

        Raises:
            Refusal: the case was resolved then.
        """
        for since, until in self.closed:
            if (start >= since or end > since) and (until is None or start < until):
                reopened = "and not reopened" if until is None else f"and reopened at {rfc3339(until)}"
                raise Refusal(
                    "started_at",
                    f"{self.case.number} was resolved at {rfc3339(since)} {reopened}: it cannot have work then.",
                )


def closed_stretches(events: Iterable[Event]) -> list[tuple[Instant, Instant | None]]:
    """Return the periods in which a case with `events`, in order of time, was resolved."""
    found: list[tuple[Instant, Instant | None]] = []
    for event in events:
        if event.kind is EventKind.RESOLVE:
            found.append((event.at, None))
        elif event.kind is EventKind.REOPEN and found:
            found[-1] = (found[-1][0], event.at)
    return found


def problem(case: Case, events: Sequence[Event]) -> str | None:
    """Return the first impossible event in `events` of `case`, in order of time, or None."""
    once: set[EventKind] = set()
    for event in events:
        if event.at < case.opened_at:
            return f"{rfc3339(event.at)} is before the opening of {case.number}, {rfc3339(case.opened_at)}."
        if event.kind in once:
            return f"{case.number} {ONCE[event.kind]}."
        if event.kind in ONCE:
            once.add(event.kind)
    if found := impossible(events):
        event, status = found
        return f"{case.number} is {status} at {rfc3339(event.at)}: the event {event.kind} is not possible."
    return None


class CaseImporter:
    """The cases of an import, and their contracts."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._cases: dict[str, KnownCase] = {}
        self._names = {alias.number.casefold(): alias for alias in run.tx.cases.aliases()}
        self._alike: dict[str, str] = {}
        self._waiting = 0
        self._contracts: dict[str, Contract] = {}
        self._spans: dict[str, list[tuple[Span, Version]]] = {}
        self._pending: dict[str, list[tuple[int, Event]]] = {}
        self._cautions: dict[tuple[Any, ...], tuple[Caution, ...]] = {}

    def contract(self, code: str) -> Contract:
        """Return the contract of `code`, which is known."""
        if code not in self._contracts:
            rows = [r for r in self._run.rows.values() if r.code == code]
            versions = sorted((version_of(r.text) for r in rows), key=lambda v: v.starts_on)
            self._contracts[code] = Contract(code, self._run.owners[code], tuple(versions))
        return self._contracts[code]

    def forget_versions(self, code: str) -> None:
        """Forget the versions of the contract `code` after one was imported."""
        self._contracts.pop(code, None)
        self._spans.pop(code, None)

    def in_force(self, key: str, code: str, instant: Instant) -> Version:
        """Return the version of the contract `code` at `instant`.

        Raises:
            Refusal: there is none.
        """
        for span, version in self._spans.get(code, ()):
            if span.start <= instant < span.end:
                return version
        contract = self.contract(code)
        found = contract.at(instant)
        if found is None:
            day = show_day(contract.latest.zone.day(instant))
            raise Refusal(
                key, f"{day} is outside the contract {code}, which runs {agreement.days(contract)}."
            )
        # The version in force at an instant stays in force until the next one starts or it ends.
        end = next((b for b in contract.boundaries if b > instant), NEVER)
        start = max((b for b in contract.boundaries if b <= instant), default=instant)
        self._spans.setdefault(code, []).append((Span(start, end), found))
        return found

    def known(self, number: str) -> KnownCase:
        """Return the case `number`.

        Raises:
            Refusal: there is none.
        """
        found = self._cases.get(number) or self._load(number)
        if found is None:
            raise Refusal("case", unknown("case", number, self._run.tx.cases.numbers()))
        return found

    def prepare(self, numbers: set[str], *, anew: bool = True) -> None:
        """Keep the cases of `numbers` in memory, looked up together; drop the oldest ones.

        `anew` also forgets the names of other cases.
        """
        if len(self._cases) > MOST_KNOWN:
            self._cases = dict(islice(self._cases.items(), MOST_KNOWN // 2, None))
        alike = self._run.tx.cases.numbers_like(numbers)
        self._alike = alike if anew else self._alike | alike
        missing = [n for n in numbers if n not in self._cases and self._alike.get(n.casefold()) == n]
        for case in self._run.tx.cases.find(numbers=missing) if missing else ():
            self._know(case)

    def _load(self, number: str) -> KnownCase | None:
        found = self._run.tx.cases.find(numbers=[number])
        return self._know(found[0]) if found else None

    def _know(self, case: Case) -> KnownCase:
        events = list(case.events)
        known = self._cases[case.number] = KnownCase(
            replace(case, events=()), events, closed_stretches(events)
        )
        return known

    def case(self, case: Case, _: int) -> bool:
        """Import `case`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        run = self._run
        there = self._cases.get(case.number)
        if run.same(there.case if there else None, case, case.number):
            return False
        if name := self._names.get(case.number.casefold()):
            raise Refusal("case", f"{case.number} was merged into {name.case}, and is another name of it.")
        run.owner(case.client)
        if case.contract not in run.owners:
            raise Refusal("contract", unknown("contract", case.contract, run.owners))
        if run.owners[case.contract] != case.client:
            owner = run.owners[case.contract]
            raise Refusal(
                "contract", f"the contract {case.contract} belongs to {owner}, not to {case.client}."
            )
        run.not_ahead("opened_at", case.opened_at)
        version = self.in_force("opened_at", case.contract, case.opened_at)
        if category_rule(version, case.category) == "not-sold":
            raise Refusal("category", f"the contract {case.contract} does not sell {case.category}.")
        if case.project is not None and case.project not in run.projects:
            raise Refusal("project", unknown("project", case.project, run.projects))
        twin = self._alike.setdefault(case.number.casefold(), case.number)
        if twin != case.number:
            raise Refusal("case", f"{case.number} only differs from the case {twin} in letter case.")
        if case.category and not case.unlisted:
            self._warn_of_name(case.number, categories, version, case.category)
        self._cases[case.number] = KnownCase(case)
        return run.keep(case)

    def _warn_of_name(
        self, number: str, list_of: Callable[[Version], NameList], version: Version, name: str
    ) -> None:
        """Note a warning if `version` lists names and `name` is not one of them: an import never asks (H17)."""
        key = (list_of, version.code, version.starts_on, name)
        if key not in self._cautions:
            listed = list_of(version)
            self._cautions[key] = listed.cautions(name, insisted=True) if listed.refuses(name) else ()
        for caution in self._cautions[key]:
            self._run.unlisted.setdefault(caution, []).append(number)

    def alias(self, alias: CaseAlias, _: int) -> bool:
        """Import another name of a case. Return False if it exists already.

        Raises:
            Refusal: there is no such case, or the name is another case's.
        """
        known = self.known(alias.case).case.number
        there = self._names.get(alias.number.casefold())
        if there is not None and there == replace(alias, case=known):
            return False
        if there is not None:
            raise Refusal("number", f"{alias.number} is already another name of {there.case}.")
        if alias.number in self._cases or self._run.tx.cases.numbers_like([alias.number]):
            raise Refusal("number", f"{alias.number} is already a case.")
        self._names[alias.number.casefold()] = alias
        return self._run.keep(alias)

    def event(self, record: CaseEvent, number: int) -> bool:
        """Keep an event of line `number`; `settle` checks all events of a case together.

        Raises:
            Refusal: there is no such case, or the event is in the future.
        """
        known = self.known(record.case)
        self._run.not_ahead("at", record.event.at)
        event = replace(record.event, id=self._run.row_id("event", record.event.id))
        self._pending.setdefault(known.case.number, []).append((number, event))
        self._waiting += 1
        if self._waiting >= MOST_WAITING:
            self.settle(final=False)
        return True

    def settle(self, *, final: bool = True) -> None:
        """Import the events that were kept, those of each case in order of time.

        Before the end of the file (`final`), impossible events of a case stay until more events are read.
        """
        if not self._pending:
            return
        pending, self._pending, self._waiting = self._pending, {}, 0
        self._run.flush()
        for part in batches(pending):
            self.prepare(set(part), anew=False)
            self._run.tx.cases.add_events(
                (number, event)
                for number in part
                for event in self._possible(number, pending[number], final=final)
            )

    def _possible(self, number: str, events: list[tuple[int, Event]], *, final: bool) -> list[Event]:
        """Return the new and possible ones of `events`; count equal ones, and record the others as faults."""
        known = self.known(number)
        if not final and problem(
            known.case, sorted((*known.events, *(e for _, e in events)), key=lambda e: e.at)
        ):
            self._pending[number] = events
            return []
        stored = [_plain(e) for e in known.events]
        new = []
        for line, event in sorted(events, key=lambda pair: pair[1].at):
            if _plain(event) in stored:
                # The same number of equal events is already stored: they are the same ones.
                stored.remove(_plain(event))
                self._run.equal["event"] += 1
            else:
                new.append((line, event))
        taken: list[Event] = []
        numbers = {event.n for event in known.events}
        for line, event in new:
            reason = self._against(known, taken, event, [e for _, e in new])
            if reason is None:
                taken.append(replace(event, n=0 if event.n in numbers else event.n))
                numbers.add(event.n)
            else:
                key, words = reason
                self._run.faults.append(Fault(line, f"event.{key}", words))
        known.events = sorted([*known.events, *taken], key=lambda e: e.at)
        known.closed = closed_stretches(known.events)
        self._run.added["event"] += len(taken)
        return taken

    def _against(
        self, known: KnownCase, taken: list[Event], event: Event, new: list[Event]
    ) -> tuple[str, str] | None:
        """Return the key and the reason why `event` is impossible, or None."""
        case = known.case
        if known.events:
            events = sorted([*known.events, *taken, event], key=lambda e: e.at)
        else:
            events = [*taken, event]
        reason = problem(case, events)
        if reason is not None:
            return "at", reason
        if event.kind is not EventKind.RESOLVE:
            return None
        version = agreement.nearest_version(self.contract(case.contract), event.at)
        if event.cause is None and agreement.by_cause(version, case.category):
            return (
                "cause",
                f'{case.number} ({case.category}) is billed or free by its cause; expected it, or "unknown".',
            )
        if event.cause and not event.unlisted:
            self._warn_of_name(case.number, causes, version, event.cause)
        if self._run.has_units:
            turns = (e.at for e in [*known.events, *new] if e.kind is EventKind.REOPEN and e.at >= event.at)
            return self._worked_later(case, event.at, min(turns, default=None))
        return None

    def _worked_later(self, case: Case, since: Instant, until: Instant | None) -> tuple[str, str] | None:
        for unit in self._run.tx.units.find(case=case.number, start=since, end=until):
            if unit.started_at >= since or unit.ended_at is None or unit.ended_at > since:
                ends = "it is running" if unit.ended_at is None else f"until {rfc3339(unit.ended_at)}"
                return (
                    "at",
                    f"{rfc3339(since)} is before work on {case.number}: U{unit.id} of {unit.agent}, {ends}.",
                )
        return None


def _plain(event: Event) -> Event:
    """Return `event` without its id and number, which an import gives again."""
    return replace(event, id=0, n=0)
