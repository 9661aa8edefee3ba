"""Cases for the rows of another program's time log, and new cases for rows without one."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from suptime.app import lookup, units
from suptime.app.cases import opening
from suptime.app.facts import contract_of
from suptime.domain.case import Case
from suptime.domain.contract import Contract
from suptime.domain.names import LONGEST_COUNT, is_beyond_counting, is_case_number
from suptime.domain.time import Instant, Seconds
from suptime.domain.values import few, quoted
from suptime.errors import ExitCode, SuptimeError, WrongUsage
from suptime.interchange.time_logs.entry import Entry


class Against(Exception):
    """A row cannot be imported: its value, the reason, and the exit code."""

    def __init__(self, key: str, reason: str, code: int = ExitCode.USAGE) -> None:
        super().__init__(reason)
        self.key = key
        self.reason = reason
        self.code = int(code)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry that is work of an agent on a case. `opens` is the name of a case that is to be opened."""

    entry: Entry
    source_id: str
    agent: str
    case: Case
    opens: str = ""
    channel: str = "other"
    end: Instant = 0

    @property
    def name(self) -> str:
        """The name of its case: the number, or the text in place of it."""
        return self.opens or self.case.number

    @property
    def start(self) -> Instant:
        """Start of the work."""
        return self.entry.start

    @property
    def seconds(self) -> Seconds:
        """Duration of the work."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, order=True)
class RefusedRow:
    """A row that was not imported: its line, the value at fault, the reason, and the exit code."""

    line: int
    key: str
    reason: str
    code: int = int(ExitCode.USAGE)


if TYPE_CHECKING:
    from suptime.store import Transaction

REST = "*"

"""In `--map`, the name for every row without a case."""

_NUMBER = re.compile(r"(?<![a-z0-9])[a-z]+-[0-9]+(?![a-z0-9])")

_WORD = re.compile(r"[A-Za-z0-9_./#-]+")

_USUAL = re.compile(r"\bCASE-[0-9]+\b", re.IGNORECASE)

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """Options about the cases of a file.

    `mapped` is from the name of a project, task, tag or client to a case number. New cases belong to `client`,
    under `contract` if there are several; if `client` is None, no cases are opened.
    """

    pattern: re.Pattern[str] | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)
    client: str | None = None
    contract: str | None = None


class Cases:
    """The possible cases of rows: stored ones, and ones that are to be opened."""

    def __init__(self, tx: "Transaction", wanted: CaseOptions, theirs: Collection[str] = ()) -> None:
        """THEIRS are the clients in the file: if there are several, each row must be of the right one."""
        self._tx = tx
        self._several = len({name.casefold() for name in theirs if name}) > 1
        self._wanted = wanted
        self._numbers = {number.casefold(): number for number in tx.cases.numbers()}
        self._known: dict[str, Case] = {}
        self._contracts: dict[str, Contract] = {}
        self._mapped = {name.casefold(): number for name, number in wanted.mapped.items()}
        found = None if wanted.client is None else lookup.client(tx, wanted.client)
        self._client = None if found is None else found.code
        self._called = {found.code.casefold(), found.name.casefold()} if found else set()
        self._contract: Contract | None = None
        self._by_subject: dict[str, str] = {}
        if self._client is not None:
            code = lookup.which_contract(tx, self._client, wanted.contract)
            self._contract = self.contract(code)
            for case in tx.cases.find(client=self._client, status="open"):
                self._by_subject.setdefault(case.subject.casefold(), case.number)
        self._new: dict[str, Case] = {}

    def contract(self, code: str) -> Contract:
        """Return the contract of `code`."""
        if code not in self._contracts:
            self._contracts[code] = contract_of(self._tx, code)
        return self._contracts[code]

    def of(self, entry: Entry) -> tuple[Case, str]:
        """Return the case of `entry`: a stored one, or one to be opened with its name.

        Raises:
            Against: it has none, or several.
        """
        number = entry.case or self._named(entry) or self._by_map(entry)
        if number:
            return self._numbered(number, entry)
        if self._contract is not None:
            return self._by_matter(entry)
        said = few(quoted(text) for text in (*entry.tags, entry.project, entry.task, entry.note) if text)
        raise Against(
            "case",
            f"names no case: {said or 'it has no description'}. Use --map PROJECT=CASE, or --client "
            "CLIENT --open-cases.",
        )

    def _named(self, entry: Entry) -> str | None:
        """Return the one case number in the tags of `entry`, else in its project, task or description."""
        for text in (" ".join(entry.tags), entry.project, entry.task, entry.note):
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
        if not found and self._contract is not None:
            found = [number.upper() for number in _USUAL.findall(text)]
        return found

    def _known_as(self, number: str) -> str:
        return self._numbers.get(number.casefold(), number)

    def _by_map(self, entry: Entry) -> str | None:
        for name in (entry.project, entry.task, *entry.tags, entry.client):
            if name and name.casefold() in self._mapped:
                return self._mapped[name.casefold()]
        return self._mapped.get(REST)

    def _numbered(self, number: str, entry: Entry) -> tuple[Case, str]:
        exact = self._numbers.get(number.casefold())
        if exact is not None:
            if exact not in self._known:
                self._known[exact] = lookup.case(self._tx, exact)
            return self._known[exact], ""
        if is_beyond_counting(number):
            raise Against(
                "case",
                f"{quoted(number)} cannot be a case number: suptime assigns CASE-<n> itself, with "
                f"{LONGEST_COUNT} digits at most.",
            )
        if self._contract is None or not is_case_number(number):
            raise Against(
                "case", str(units.unknown_case(number, self._numbers.values())), ExitCode.NOT_POSSIBLE
            )
        self._refuse_other(entry)
        return self._to_open(number.casefold(), number, entry.project or entry.task or entry.note)

    def _refuse_other(self, entry: Entry) -> None:
        """Refuse to open a case for `entry` if the file has work for several clients, and this is another client's."""
        if self._several and entry.client.casefold() not in self._called:
            whose = f"for {quoted(entry.client)}" if entry.client else "for no client"
            raise Against(
                "client",
                f"is work {whose}, not for {self._client}, the client of the new cases. Use --map "
                "CLIENT=CASE, or leave the row out with --skip-bad.",
            )

    def _by_matter(self, entry: Entry) -> tuple[Case, str]:
        """Return the open case with the subject of `entry`; else one to be opened."""
        self._refuse_other(entry)
        matter = (entry.project or entry.task or ", ".join(entry.tags) or entry.note)[:LONGEST_SUBJECT]
        if not matter:
            raise Against("case", "names no case and has no description. Use --map '*=CASE'.")
        there = self._by_subject.get(matter.casefold())
        if there is not None:
            return self._numbered(there, entry)
        return self._to_open(f"subject {matter.casefold()}", "", matter)

    def _to_open(self, name: str, number: str, subject: str) -> tuple[Case, str]:
        if name not in self._new:
            assert self._contract is not None  # noqa: S101 - for the type checker: otherwise nothing is opened
            code = self._contract
            self._new[name] = Case(number, code.client, code.code, 0, subject[:LONGEST_SUBJECT])
        return self._new[name], name

    def open(self, rows: list[Row]) -> tuple[list[Row], list[tuple[Row, Against]], list[Case]]:
        """Open the cases that `rows` need, each at the start of its first row.

        Returns:
            The rows with their cases; the rows whose case could not be opened, with the reason; the new cases.
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
            else:
                good.append(replace(row, case=found) if row.opens else row)
        return good, bad, [case for case in made.values() if isinstance(case, Case)]

    def _opened(self, case: Case) -> Case | Against:
        typed = opening.Opening(case.number or None, case.client, case.contract, case.subject)
        try:
            return opening.add(self._tx, typed, case, case.client).case
        except SuptimeError as error:
            return Against("case", f"the case cannot be opened: {error}", error.exit_code)


def _parts(word: str) -> list[str]:
    """Return the parts of `word` that may be a case number, in lower case: all of it, or a part.

    >>> _parts("fix/CASE-12_retry.")
    ['fix/case-12_retry.', 'fix/case-12_retry', 'case-12']
    """
    folded = word.casefold()
    return [*dict.fromkeys((folded, folded.strip("./#-"), *_NUMBER.findall(folded)))]


def pattern_of(text: str) -> re.Pattern[str]:
    """Return the pattern `text`, which finds case numbers.

    Raises:
        WrongUsage: it is not a pattern, or it matches an empty text.
    """
    try:
        pattern = re.compile(text, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        raise WrongUsage(f"{quoted(text)} is not a pattern: {error}.", hint="Example: CASE-[0-9]+") from error
    if pattern.fullmatch("") or pattern.groups > 1:
        what = "has several groups" if pattern.groups > 1 else "matches an empty text"
        raise WrongUsage(f"The pattern {quoted(text)} {what}.", hint="Example: CASE-[0-9]+")
    return pattern
