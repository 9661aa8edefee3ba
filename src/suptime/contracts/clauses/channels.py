"""Limit the channels for registering cases and for talking with the team (E2)."""

from dataclasses import dataclass

from suptime.contracts.clause import NOTHING, Admit, Asking, Clause, Opening, Span, Spans
from suptime.domain.case import Case
from suptime.domain.contract import Version
from suptime.domain.reading import Table
from suptime.errors import Refused

TALKING = ("phone", "email", "chat", "messenger")
"""Channels for talking with the team; the clause ignores other channels of work (remote, on site)."""


@dataclass(frozen=True, slots=True)
class Channels:
    """Channels for registering cases and for talking with the team; None: any."""

    register: tuple[str, ...] | None = None
    communicate: tuple[str, ...] | None = None


def refuse_unsold(channels: tuple[str, ...] | None, asking: Asking, table: str) -> None:
    """Refuse work on a channel other than the `channels` that the clause `table` sells (None: any).

    Raises:
        Refused: it is another channel.
    """
    if channels is not None and asking.channel not in channels:
        raise Refused(
            f"{asking.code} sells no support by {asking.channel}: [{table}] lists {', '.join(channels)}.",
            hint=f"Give the channel of this work: --channel {channels[0]}",
        )


def at_opening(terms: Channels, opening: Opening) -> None:
    """Refuse a case on a channel on which the contract registers none (E2)."""
    if terms.register is not None and opening.via is not None and opening.via not in terms.register:
        raise Refused(
            f"{opening.code} registers no cases by {opening.via}: [channels] lists {', '.join(terms.register)}.",
            hint=f"Open it on one of these channels: --via {terms.register[0]}",
        )


def at_work(terms: Channels, asking: Asking) -> None:
    """Refuse talking on a channel that the plan does not list (E2)."""
    listed = terms.communicate
    if listed is not None and asking.channel in TALKING and asking.channel not in listed:
        raise Refused(
            f"{asking.code} includes no support by {asking.channel}: [channels] lists {', '.join(listed)}.",
            hint=f"Use one of these channels: --channel {listed[0]}",
        )


def spans(terms: Channels, case: Case) -> Spans:  # noqa: ARG001
    """Return the spans that decide about work: the channel may be refused."""
    return NOTHING if terms.communicate is None else frozenset({Span.UNIT})


def read(table: Table) -> Channels:
    """Return the terms of `[channels]`."""
    return Channels(table.texts("register"), table.texts("communicate"))


def sentences(terms: Channels, version: Version) -> list[str]:  # noqa: ARG001
    """Return how to contact the team, in words for the client."""
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
