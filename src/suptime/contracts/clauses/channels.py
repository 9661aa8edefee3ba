"""E2: cases are registered, and the team is talked with, through the channels of the plan."""

from dataclasses import dataclass

from suptime.contracts.clause import NOTHING, Admit, Asking, Clause, Opening, Span, Spans
from suptime.domain.case import Case
from suptime.domain.contract import Version
from suptime.domain.reading import Table
from suptime.errors import Refused

TALKING = ("phone", "email", "chat", "messenger")
"""The channels for talking with the team; what else work is done by (remote, on site) is no matter of these."""


@dataclass(frozen=True, slots=True)
class Channels:
    """Through which channels cases are registered and the team is talked with; None: any."""

    register: tuple[str, ...] | None = None
    communicate: tuple[str, ...] | None = None


def refuse_unsold(channels: tuple[str, ...] | None, asking: Asking, table: str) -> None:
    """Refuse work by a channel that is none of `channels`, what the clause `table` sells (None: any).

    Raises:
        Refused: it is none of them.
    """
    if channels is not None and asking.channel not in channels:
        raise Refused(
            f"{asking.code} sells no support by {asking.channel}: [{table}] lists {', '.join(channels)}.",
            hint=f"Say which of them it was: --channel {channels[0]}",
        )


def at_opening(terms: Channels, opening: Opening) -> None:
    """E2: refuse a case that comes by a channel through which the contract registers none."""
    if terms.register is not None and opening.via is not None and opening.via not in terms.register:
        raise Refused(
            f"{opening.code} registers no cases by {opening.via}: [channels] lists {', '.join(terms.register)}.",
            hint=f"Open it by one of them: --via {terms.register[0]}",
        )


def at_work(terms: Channels, asking: Asking) -> None:
    """E2: refuse talking through a channel that the plan does not list."""
    listed = terms.communicate
    if listed is not None and asking.channel in TALKING and asking.channel not in listed:
        raise Refused(
            f"{asking.code} includes no support by {asking.channel}: [channels] lists {', '.join(listed)}.",
            hint=f"Use one of them: --channel {listed[0]}",
        )


def spans(terms: Channels, case: Case) -> Spans:  # noqa: ARG001
    """Return how far the answer about work looks: a channel may be refused."""
    return NOTHING if terms.communicate is None else frozenset({Span.UNIT})


def read(table: Table) -> Channels:
    """Return the terms of `[channels]`."""
    return Channels(table.texts("register"), table.texts("communicate"))


def sentences(terms: Channels, version: Version) -> list[str]:  # noqa: ARG001
    """Return how to reach the team, in the client's words."""
    said = []
    if terms.register:
        said.append(f"You can open cases by {', '.join(terms.register)}, around the clock.")
    if terms.communicate:
        said.append(f"You can talk with the team by {', '.join(terms.communicate)}.")
    return said


CLAUSE = Clause(
    "channels",
    Channels,
    read,
    sentences,
    ("E2",),
    (Admit(opening=at_opening, work=at_work, spans=spans),),
)
