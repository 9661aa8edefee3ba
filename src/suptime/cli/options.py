"""Options and values that several commands share."""

from enum import StrEnum
from typing import Annotated

import typer

from suptime.cli import console
from suptime.domain.work import Channel
from suptime.errors import WrongUsage

LONGEST_NOTE = 10_000


class Format(StrEnum):
    """How to print a thing."""

    text = "text"
    json = "json"


class StatusFormat(StrEnum):
    """How to print what is running."""

    text = "text"
    json = "json"
    prompt = "prompt"


class ListFormat(StrEnum):
    """How to print a list."""

    text = "text"
    json = "json"
    csv = "csv"


FormatOption = Annotated[Format, typer.Option("--format", help="For people, or for programs.")]
NoteOption = Annotated[
    str | None, typer.Option("--note", metavar="TEXT", help="What was done, as the client reads it.")
]
ChannelOption = Annotated[
    Channel | None,
    typer.Option("--channel", help="How you spoke with the client [the one the contract sells]."),
]
AgentOption = Annotated[str | None, typer.Option("--agent", metavar="NAME", help="Whose work it is [yours].")]
GuestOption = Annotated[bool, typer.Option("--guest", help="The agent is from outside the team.")]
RequestedOption = Annotated[bool, typer.Option("--requested", help="The client asked for this agent.")]
AtOption = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help="When: 09:30, '2026-10-05 09:30', -15m (ago) [now]."),
]


def note_of(typed: str | None) -> str | None:
    """The note TYPED, on one line.

    Raises:
        WrongUsage: it has line breaks or control characters, or is longer than a note.
    """
    if typed is None:
        return None
    note = typed.strip()
    if len(note) > LONGEST_NOTE:
        raise WrongUsage(f"The note has {len(note)} letters.", f"The most is {LONGEST_NOTE}.", "Shorten it.")
    if console.breaks_lines(note):
        raise WrongUsage(
            "The note has a line break or a control character in it.", hint="Write it on one line."
        )
    return note


def channel_of(typed: Channel | None) -> str | None:
    """The channel TYPED, as it is stored."""
    return None if typed is None else typed.value


def unit_of(typed: str) -> int:
    """The number of the work unit whose id was TYPED, such as U7.

    Raises:
        WrongUsage: it is no such id.
    """
    digits = typed[1:]
    if typed[:1] not in ("U", "u") or not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise WrongUsage(
            f"{console.quoted(typed)} is not the id of a work unit.",
            hint="Ids look like U7: see suptime list.",
        )
    return int(digits)
