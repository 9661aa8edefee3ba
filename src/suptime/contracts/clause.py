"""Definition of a clause.

A clause is one table of the contract file: its terms, its sentences for the client, and its rules. Each rule
belongs to one stage. Rating (docs/rating.md) knows no clause by name.
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
from suptime.domain.time import MINUTE, Instant, Seconds


class Stage(Enum):
    """Stages from work to charges, in order. A stage asks each clause that has a rule for it."""

    ADMIT = "work that the contract refuses"
    DECIDE = "outcome of worked time"
    MEASURE = "billed quantity"
    LIMIT = "quantity to be paid"
    DRAW = "part paid by purchases"
    PRICE = "price of the rest"


class Span(Enum):
    """Scope of a rule: the facts needed to apply it to some work, and rated again with that work."""

    UNIT = "the work unit"
    DAY = "all work of the day"
    CASE = "all work on the case"
    MONTH = "all work of the month"
    PROJECT = "all work on all cases of the project"
    TERM = "all charges of the contract"


Spans = frozenset[Span]
NOTHING: Spans = frozenset()


@dataclass(frozen=True, slots=True)
class Opening:
    """A case to be opened. `contact` is the authorised contact with that address, if any.

    `project` is the project of the case, `day` the day of its opening.
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
    """Work on a case to be recorded.

    `would_be_paid` is True if the time is chargeable or held as of now; `left()` returns the balance of
    purchases valid that day, in their own unit.
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
    """Refusals of the contract: `opening` of a case, or `work` on one. Both raise `Refused`.

    `spans` are the spans that decide about work on a case, apart from the events of the case.
    """

    stage = Stage.ADMIT
    opening: Callable[[Any, Opening], None] | None = None
    work: Callable[[Any, Asking], None] | None = None
    spans: Callable[[Any, Case], Spans] = lambda terms, case: NOTHING  # noqa: ARG005


@dataclass(frozen=True, slots=True)
class Remark:
    """Words of a comparison of contracts about time that is not charged; they follow its length.

    `caution` is True if the contract looks cheaper than it is because of this time. `assumed` are the words if the
    cost includes this time anyway, because nobody was asked for the missing step.
    """

    words: str
    caution: bool = False
    assumed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(Rule):
    """Outcome of worked time.

    `apply` receives the pieces of one case that no earlier clause decided, in order of start, and
    yields every second of them again: as a share if it decides, otherwise as a piece.
    It yields a piece unchanged if its version has no terms of the clause.

    `causes` returns the causes of a case that have an effect, `categories` the categories. `spans` are the spans
    that decide about work on a case, apart from the events of the case. `step` is True if time is free until a
    step (a consent, an escalation); `first_day_counts` is True if the first day of work on a case decides.
    `remarks` are about the time with each outcome by this clause.
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
    """A way of measuring; a contract has exactly one.

    `apply` returns the rows of the chargeable shares, outside blocks, of all cases under versions that measure this
    way. `priced_by` is the item whose price it needs. `sells` returns the channels that it sells, None for all.
    `spans` is the work that is measured together. `quantity` returns the minutes, or incidents, of an estimate in
    seconds.
    """

    stage = Stage.MEASURE
    apply: Callable[[Sequence[Share], Mapping[str, CaseFacts]], list[Row]]
    priced_by: str
    spans: Callable[[Any], Spans]
    quantity: Callable[[Any, Seconds], int] = lambda terms, seconds: -(-seconds // MINUTE)  # noqa: ARG005
    sells: Callable[[Any], tuple[str, ...] | None] = lambda terms: None  # noqa: ARG005


@dataclass(frozen=True, slots=True)
class Limited:
    """Facts for limits: the contract, its cases by number, the instant as of which they are known.

    `holds` returns whether the rows of a case on a day are rated ("": the rows without a case).
    """

    contract: Contract
    cases: Mapping[str, Case]
    as_of: Instant
    holds: Callable[[str, date], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Rule):
    """Limit on the quantity to be paid, upwards or downwards, and steps of the price by quantity.

    `apply` receives the rows of all cases and versions in the order in which they fill a limit, which
    is the order of drawing. It returns the rows, with `capped` set for versions with a limit; it may divide a row
    among tariffs and add rows. Rows of other versions fill limits, too; so do the `filled` minutes of written-off
    rows, which do not change. `spans` are the rows that fill a limit together.
    """

    stage = Stage.LIMIT
    apply: Callable[[Sequence[Row], Limited], list[Row]]
    spans: Callable[[Any], Spans]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Rule):
    """Payment before anything is invoiced: the `stocks` of a contract, from its purchases."""

    stage = Stage.DRAW
    stocks: Callable[[Contract, Iterable[Purchase]], Iterable[Stock]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Rule):
    """Price of one item on a day; None if there is none."""

    stage = Stage.PRICE
    on: Callable[[Any, str, date], Decimal | None]


R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class Clause:
    """One row of the table of clauses.

    `read` reads the terms from the file's table, or from its list of tables if the clause `is_list`; `sentences` returns them in words for the client; `policies` are
    the policy clauses that it implements (docs/clauses.md); `rules` has at most one rule for each stage. `default`
    are the terms of a contract without the table, or None if the clause then has no effect. `not_beside` are the
    tables that the file cannot have together with this one, with the reason of each. `contradictions` receives the
    terms and those of all tables, and yields each key that contradicts another table, with the reason.
    """

    table: str
    terms: type[object]
    read: Callable[[Any], object]
    sentences: Callable[[Any, Version], list[str]]
    policies: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    default: object = None
    not_beside: Mapping[str, str] = field(default_factory=dict)
    is_list: bool = False
    contradictions: Callable[[Any, Mapping[type[object], Any]], Iterable[tuple[str, str]]] = (
        lambda terms, stated: ()  # noqa: ARG005
    )

    def rule(self, kind: type[R]) -> R | None:
        """Return the rule of the stage of `kind`, or None."""
        return next((rule for rule in self.rules if isinstance(rule, kind)), None)

    def terms_of(self, version: Version) -> Any:
        """Return the terms of `version`, or `default` if it has none."""
        return version.terms.get(self.terms, self.default)


def in_order_of_start(piece: Piece) -> tuple[object, ...]:
    """Return the key of the order in which time uses up a limit: by start, then agent, then id."""
    return (piece.span.start, piece.unit.agent, piece.span.end, piece.unit.id)
