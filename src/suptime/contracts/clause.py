"""What every clause is made of.

A clause is one table of the contract file: the terms that it reads from there, its sentences for the client, and
its rules. A rule has its part in one stage. Between its stages, rating (rating.md) knows no clause by name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, TypeVar

from suptime.domain.booking import Purchase, Stock
from suptime.domain.case import Case, CaseFacts
from suptime.domain.charge import Row
from suptime.domain.client import Contact, Project
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.reading import Table
from suptime.domain.time import MINUTE, Seconds


class Stage(Enum):
    """The stages from work to charges, in their order. A stage asks each clause that has a rule for it."""

    ADMIT = "what the contract refuses"
    DECIDE = "what becomes of worked time"
    MEASURE = "how much of it is billed"
    LIMIT = "how much of that has to be paid"
    DRAW = "what purchases pay"
    PRICE = "what the rest costs"


class Span(Enum):
    """How far a rule looks: what must be known to apply it to some work, and is rated again with that work."""

    UNIT = "the work unit"
    DAY = "all work of the day"
    CASE = "all work on the case"
    MONTH = "all work of the month"
    PROJECT = "all work on all cases of the project"
    TERM = "all that the contract ever charged"


Spans = frozenset[Span]
NOTHING: Spans = frozenset()


@dataclass(frozen=True, slots=True)
class Opening:
    """What `case open` asks of a contract. `contact` is the authorised contact of that address, if any.

    `project` is the project that the case is about, `day` the day of its opening.
    """

    code: str
    client: str
    address: str | None = None
    contact: Contact | None = None
    via: str | None = None
    kind: str | None = None
    priority: str | None = None
    project: Project | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What work on a case asks of a contract.

    `would_be_paid` says whether the time, as things stand, is chargeable or held;
    `left()` is what is left of purchases valid that day, in their own unit.
    """

    code: str
    client: str
    channel: str
    would_be_paid: bool
    card_on_file: bool
    left: Callable[[], Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The part of a clause in one stage. Its functions receive the terms of the clause first."""

    stage: ClassVar[Stage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit(Rule):
    """What the contract refuses: `opening` a case, or `work` on one. Both raise `Refused`.

    `spans` says how far the answer about work on a case looks beyond the events of the case.
    """

    stage = Stage.ADMIT
    opening: Callable[[Any, Opening], None] | None = None
    work: Callable[[Any, Asking], None] | None = None
    spans: Callable[[Any, Case], Spans] = lambda terms, case: NOTHING  # noqa: ARG005


@dataclass(frozen=True, slots=True)
class Remark:
    """The words of a comparison of contracts on time that is not charged, after its length.

    `caution` says that the contract looks cheaper by it than it is. `assumed` are the words where the cost
    counts this time all the same, since nobody was asked to take the step that is missing.
    """

    words: str
    caution: bool = False
    assumed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(Rule):
    """What becomes of worked time (rating.md, 1).

    `apply` receives the pieces of one case that no earlier clause decided, in order of start, and
    yields every second of them again: as a share where it decides, as a piece where it does not.
    It yields a piece whose version lacks the clause's terms as it is.

    `causes` gives the causes of a case that have an effect, `categories` the categories. `spans` says how far a decision about
    work on a case looks beyond the events of the case. `step` says whether time is free until
    somebody takes a step (a consent, an escalation), and `first_day_counts` whether the first
    day of work on a case decides. `remarks` are about the time with each outcome by this clause.
    """

    stage = Stage.DECIDE
    apply: Callable[[Iterable[Piece], CaseFacts], Iterator[Piece | Share]]
    causes: Callable[[Any], Iterable[str]] | None = None
    categories: Callable[[Any], Iterable[str]] | None = None
    spans: Callable[[Any, Case], Spans] = lambda terms, case: NOTHING  # noqa: ARG005
    step: Callable[[Any], bool] | None = None
    first_day_counts: Callable[[Any], bool] = lambda terms: False  # noqa: ARG005
    remarks: Mapping[Outcome, Remark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Rule):
    """A way of measuring (rating.md, 2); a contract has one of them.

    `apply` gives the rows of the chargeable shares, outside blocks, of all cases under versions that
    measure this way, from these shares and the cases by number. `priced_by` is the item whose price it
    needs. `sells` gives the channels that it sells, None for all. `spans` says which work is measured
    together. `quantity` says how many minutes, or incidents, an estimate of so many seconds comes to.
    """

    stage = Stage.MEASURE
    apply: Callable[[Sequence[Share], Mapping[str, CaseFacts]], list[Row]]
    priced_by: str
    spans: Callable[[Any], Spans]
    quantity: Callable[[Any, Seconds], int] = lambda terms, seconds: -(-seconds // MINUTE)  # noqa: ARG005
    sells: Callable[[Any], tuple[str, ...] | None] = lambda terms: None  # noqa: ARG005


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Rule):
    """How much of what is billed has to be paid.

    `apply` receives the rows of all cases and versions in the order in which they fill a limit, which
    is the order of drawing, and the cases by number. It gives the rows again, those of versions
    that state a limit with what is `capped`. Rows of other versions fill limits, too; so do the
    minutes that are `filled` of rows that were written off, which stay as they are.
    `spans` says which rows fill a limit together.
    """

    stage = Stage.LIMIT
    apply: Callable[[Sequence[Row], Mapping[str, Case]], list[Row]]
    spans: Callable[[Any], Spans]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Rule):
    """What pays before anything is invoiced (rating.md, 3): `stocks` of a contract, from what was bought."""

    stage = Stage.DRAW
    stocks: Callable[[Contract, Iterable[Purchase]], Iterable[Stock]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Rule):
    """What one of an item costs on a day (rating.md, 4); None where no price is stated for that day."""

    stage = Stage.PRICE
    on: Callable[[Any, str, date], Decimal | None]


R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class Clause:
    """One row of the table of clauses.

    `read` takes the file's table and gives the terms; `sentences` says them so that a client can read
    them; `policies` are the numbers of the policies' clauses that it carries out; `rules` has at most one
    rule a stage. `default` are the terms of a contract that has no such table, None where the clause
    then has no part in it. `not_beside` are the tables that the file cannot have beside this one, with
    the reason of each.
    """

    table: str
    terms: type[object]
    read: Callable[[Table], object]
    sentences: Callable[[Any, Version], list[str]]
    policies: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    default: object = None
    not_beside: Mapping[str, str] = field(default_factory=dict)

    def rule(self, kind: type[R]) -> R | None:
        """Return the rule of the stage of `kind`, None where the clause has no part in that stage."""
        return next((rule for rule in self.rules if isinstance(rule, kind)), None)

    def terms_of(self, version: Version) -> Any:
        """Return the terms of `version`, those of `default` where it states none."""
        return version.terms.get(self.terms, self.default)


def in_order_of_start(piece: Piece) -> tuple[object, ...]:
    """The order in which time uses up a limit: by start, then agent; ids, which depend on who typed first, last."""
    return (piece.span.start, piece.unit.agent, piece.span.end, piece.unit.id)
