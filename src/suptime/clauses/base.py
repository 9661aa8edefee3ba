"""What every clause is made of.

A clause is one table of the contract file: the terms it reads from there, its sentences
for the client, and, where it has a say in what becomes of worked time, its rule.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from suptime.clauses.reading import Table
from suptime.domain.case import Case
from suptime.domain.contract import Version
from suptime.domain.outcome import Piece, Share

Decide = Callable[[Iterable[Piece], Case], Iterator[Piece | Share]]
"""The rule of a clause about worked time (rating.md, 1).

It is given the pieces of one case that no earlier clause decided, in order of start, and yields every second of them again: as a share where it decides, as a piece
where it does not. A piece whose version lacks the clause's terms is yielded as it is.
"""


def in_order_of_start(piece: Piece) -> tuple[object, ...]:
    """The order in which time uses up a limit: by start, then agent; ids, which depend on who typed first, last."""
    return (piece.span.start, piece.unit.agent, piece.span.end, piece.unit.id)


@dataclass(frozen=True, slots=True)
class Clause:
    """One row of the table of clauses.

    `read` takes the file's table and gives the terms; `sentences` says them so that a
    client can read them; `policies` are the numbers of the policies' clauses it carries out.
    """

    table: str
    terms: type[object]
    read: Callable[[Table], object]
    sentences: Callable[[Any, Version], list[str]]
    policies: tuple[str, ...]
    decide: Decide | None = None
