"""To which case a row of a foreign file belongs, and the cases that are opened for those without one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from suptime.app import lookup, units
from suptime.app.cases import opening
from suptime.app.exchange.foreign.row import Against, Row
from suptime.app.facts import contract_of
from suptime.domain.case import Case
from suptime.domain.contract import Contract
from suptime.domain.names import LONGEST_COUNT, is_beyond_counting, is_case_number
from suptime.domain.time import Instant
from suptime.domain.values import few, quoted
from suptime.errors import ExitCode, SuptimeError, WrongUsage
from suptime.interchange.foreign.record import ForeignUnit

if TYPE_CHECKING:
    from suptime.store import Transaction

REST = "*"

"""Name of every row without a case in `--map`."""

_NUMBER = re.compile(r"(?<![a-z0-9])[a-z]+-[0-9]+(?![a-z0-9])")

_WORD = re.compile(r"[A-Za-z0-9_./#-]+")

_USUAL = re.compile(r"\bCASE-[0-9]+\b", re.IGNORECASE)

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """Options for the cases of a file.

    `mapped` is from a project's name (or a task's, a tag's, a client's) to a case's number.
    `opens`: those that are missing are opened, those of `client` under `contract` where there are several.
    """

    pattern: re.Pattern[str] | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)
    client: str | None = None
    contract: str | None = None
    opens: bool = False


class Cases:
    """The cases that rows may belong to: those on record, and those that are to be opened."""

    def __init__(self, tx: "Transaction", wanted: CaseOptions, contracts: Mapping[str, str]) -> None:
        """`contracts` are those of clients that have several, by client."""
        self._tx = tx
        self._wanted = wanted
        self._numbers = {number.casefold(): number for number in tx.cases.numbers()}
        self._known: dict[str, Case] = {}
        self._contracts: dict[str, Contract] = {}
        self._mapped = {name.casefold(): number for name, number in wanted.mapped.items()}
        self._of_client = dict(contracts)
        if wanted.client is not None and wanted.contract is not None:
            self._of_client[wanted.client] = wanted.contract
        self._subjects: dict[str, dict[str, str]] = {}
        self._new: dict[str, Case] = {}

    def contract(self, code: str) -> Contract:
        """Return the contract of `code`."""
        if code not in self._contracts:
            self._contracts[code] = contract_of(self._tx, code)
        return self._contracts[code]

    def contract_of_new(self, client: str, named: str = "") -> str:
        """Return the code of the contract under which cases of `client` are opened: the one `named`, if any.

        Raises:
            SuptimeError: the client has none, or several.
        """
        if named:
            return lookup.which_contract(self._tx, client, named)
        if client not in self._of_client:
            self._of_client[client] = lookup.which_contract(self._tx, client, None)
        return lookup.which_contract(self._tx, client, self._of_client[client])

    def number(self, unit: ForeignUnit) -> str | None:
        """Return the number of the case of `unit` as its file says it, or None.

        Raises:
            Against: it names several.
        """
        return unit.case or self._named(unit) or self._by_map(unit)

    def found_in(self, text: str) -> list[str]:
        """Return the case numbers in `text`."""
        return self._numbers_in(text)

    def is_mapped(self, unit: ForeignUnit) -> bool:
        """Return whether a person said which case `unit` is on."""
        return not unit.case and self._by_map(unit) is not None

    def on_record(self, number: str) -> Case | None:
        """Return the case `number`, letter case aside, if it is there."""
        exact = self._numbers.get(number.casefold())
        if exact is None:
            return None
        if exact not in self._known:
            self._known[exact] = lookup.case(self._tx, exact)
        return self._known[exact]

    def missing(self, unit: ForeignUnit, number: str | None, client: str) -> tuple[Case, str]:
        """Return the case of `client` that is to be opened for `unit`, and what names it until it is.

        Where no number is known, it is the open case whose subject is what the work is about, if there is one.

        Raises:
            Against: it cannot be.
        """
        subject = unit.subject or unit.task or unit.project or unit.note
        if number:
            if is_beyond_counting(number):
                raise Against(
                    "case",
                    f"{quoted(number)} cannot be a case number: suptime counts CASE-<n> itself, "
                    f"with {LONGEST_COUNT} digits at most.",
                )
            if not is_case_number(number):
                raise self.unknown(number)
            return self._to_open(number.casefold(), number, client, subject)
        matter = (unit.subject or unit.task or unit.project or ", ".join(unit.tags) or unit.note)[
            :LONGEST_SUBJECT
        ]
        if not matter:
            raise Against("case", "names no case, and does not say what was done. Say --map '*=CASE'.")
        if client not in self._subjects:
            self._subjects[client] = {}
            for case in self._tx.cases.find(client=client, status="open"):
                self._subjects[client].setdefault(case.subject.casefold(), case.number)
        there = self._subjects[client].get(matter.casefold())
        if there is not None and (found := self.on_record(there)) is not None:
            return found, ""
        return self._to_open(f"subject {client} {matter.casefold()}", "", client, matter)

    def unknown(self, number: str) -> Against:
        """Return the refusal of a `number` that no case has."""
        return Against("case", str(units.unknown_case(number, self._numbers.values())), ExitCode.NOT_POSSIBLE)

    def nameless(self, unit: ForeignUnit) -> Against:
        """Return the refusal of a `unit` that names no case."""
        said = few(quoted(text) for text in (*unit.tags, unit.project, unit.task, unit.note) if text)
        return Against(
            "case",
            f"names no case: {said or 'it has no description'}. "
            "Use --map PROJECT=CASE, or --client CLIENT --open-cases.",
        )

    def _named(self, unit: ForeignUnit) -> str | None:
        """Return the one case number in the tags of `unit`, else its project, its task, its description."""
        for text in (" ".join(unit.tags), unit.project, unit.task, unit.note):
            found = [*dict.fromkeys(self._numbers_in(text))] if text else []
            if len(found) > 1:
                raise Against("case", f"names {' and '.join(found)}, but work belongs to one case.")
            if found:
                return found[0]
        return None

    def _numbers_in(self, text: str) -> list[str]:
        pattern = self._wanted.pattern
        if pattern is not None:
            return [self._known_as(found[pattern.groups] or "") for found in pattern.finditer(text)]
        words = (part for word in _WORD.findall(text) for part in _parts(word))
        found = [self._numbers[word] for word in words if word in self._numbers]
        if not found and self._wanted.opens:
            found = [number.upper() for number in _USUAL.findall(text)]
        return found

    def _known_as(self, number: str) -> str:
        return self._numbers.get(number.casefold(), number)

    def _by_map(self, unit: ForeignUnit) -> str | None:
        for name in (unit.project, unit.task, *unit.tags, unit.client):
            if name and name.casefold() in self._mapped:
                return self._mapped[name.casefold()]
        return self._mapped.get(REST)

    def _to_open(self, name: str, number: str, client: str, subject: str) -> tuple[Case, str]:
        if name not in self._new:
            code = self.contract(self.contract_of_new(client))
            self._new[name] = Case(number, client, code.code, 0, subject[:LONGEST_SUBJECT])
        return self._new[name], name

    def open(self, rows: list[Row]) -> tuple[list[Row], list[tuple[Row, Against]], list[Case]]:
        """Open the cases that `rows` need, each at the start of its first row.

        Returns:
            The rows with their cases; those whose case could not be opened, and why; the new cases.
        """
        first: dict[str, Instant] = {}
        for row in rows:
            if row.opens:
                first[row.opens] = min(row.start, first.get(row.opens, row.start))
        made = {name: self._opened(replace(self._new[name], opened_at=at)) for name, at in first.items()}
        good: list[Row] = []
        bad: list[tuple[Row, Against]] = []
        for row in rows:
            found = made.get(row.opens, row.case)
            if isinstance(found, Against):
                bad.append((row, found))
                continue
            row.case, row.opens = found, ""
            good.append(row)
        return good, bad, [case for case in made.values() if isinstance(case, Case)]

    def _opened(self, case: Case) -> Case | Against:
        typed = opening.Opening(case.number or None, case.client, case.contract, case.subject)
        try:
            return opening.add(self._tx, typed, case, case.client).case
        except SuptimeError as error:
            return Against("case", f"the case cannot be opened: {error}", error.exit_code)


def _parts(word: str) -> list[str]:
    """Return the parts of `word` that may be a case number, in small letters: the whole word first.

    >>> _parts("fix/CASE-12_retry.")
    ['fix/case-12_retry.', 'fix/case-12_retry', 'case-12']
    """
    folded = word.casefold()
    return [*dict.fromkeys((folded, folded.strip("./#-"), *_NUMBER.findall(folded)))]


def pattern_of(text: str) -> re.Pattern[str]:
    """Return the pattern `text`, which finds case numbers.

    Raises:
        WrongUsage: it is not a pattern, or matches empty texts.
    """
    try:
        pattern = re.compile(text, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        raise WrongUsage(
            f"{quoted(text)} is not a pattern: {error}.", hint="Write it like CASE-[0-9]+."
        ) from error
    if pattern.fullmatch("") or pattern.groups > 1:
        what = "has several groups" if pattern.groups > 1 else "fits an empty text"
        raise WrongUsage(f"The pattern {quoted(text)} {what}.", hint="Write it like CASE-[0-9]+.")
    return pattern
