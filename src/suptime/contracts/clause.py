"""What every clause is made of.

A clause is one table of the contract file: the terms it reads from there, its sentences
for the client, and, where it has a say in it, its rule: what becomes of worked time, how
much of it is charged, what the contract refuses.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.domain.case import Case, CaseFacts
from suptime.domain.charge import Row
from suptime.domain.client import Contact, Project
from suptime.domain.contract import Version
from suptime.domain.outcome import Piece, Share
from suptime.domain.reading import Table

Decide = Callable[[Iterable[Piece], CaseFacts], Iterator[Piece | Share]]
"""The rule of a clause about worked time (rating.md, 1).

It is given the pieces of one case that no earlier clause decided, in order of start, and
yields every second of them again: as a share where it decides, as a piece where it does
not. A piece whose version lacks the clause's terms is yielded as it is.
"""

Measure = Callable[[Sequence[Share], Mapping[str, CaseFacts]], list[Row]]
"""The rule of a clause that measures (rating.md, 2): from the chargeable shares, outside blocks, of all
cases under versions that measure its way, and the cases by number, it gives the rows."""


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


@dataclass(frozen=True, slots=True)
class Clause:
    """One row of the table of clauses.

    `read` takes the file's table and gives the terms; `sentences` says them so that a
    client can read them; `policies` are the numbers of the policies' clauses it carries out.
    What it has no say in is None:

    `causes` gives the causes of a case that have an effect on `decide`.
    `decide` and `measure` are its rules about time; `priced_by` the item whose price its way
    of measuring needs. `sells` gives the channels it sells, or None for all. `at_opening` and
    `at_work` raise `Refused` where the contract refuses. `looks_further` says whether what
    becomes of new work on a case depends on more than the case's events (a channel, a balance,
    other work), so that starting a timer must read the contract. `looks_back` says whether what
    becomes of work on a case may depend on earlier work on it: such a case is rated as a whole.
    """

    table: str
    terms: type[object]
    read: Callable[[Table], object]
    sentences: Callable[[Any, Version], list[str]]
    policies: tuple[str, ...]
    decide: Decide | None = None
    causes: Callable[[Any], Iterable[str]] | None = field(default=None, kw_only=True)
    measure: Measure | None = None
    priced_by: str = ""
    sells: Callable[[Any], tuple[str, ...] | None] | None = None
    at_opening: Callable[[Any, Opening], None] | None = None
    at_work: Callable[[Any, Asking], None] | None = None
    looks_further: Callable[[Any, Case], bool] | None = None
    looks_back: Callable[[Any, Case], bool] | None = None


def in_order_of_start(piece: Piece) -> tuple[object, ...]:
    """The order in which time uses up a limit: by start, then agent; ids, which depend on who typed first, last."""
    return (piece.span.start, piece.unit.agent, piece.span.end, piece.unit.id)
