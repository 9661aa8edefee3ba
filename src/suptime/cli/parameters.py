"""What can be typed after a command, as plain values: the options that several commands share.

Light on purpose: the timer's commands are read from this table without Typer (`quick.py`),
and Typer is told of them from the same table (`options.py`).
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

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


class Parameter(NamedTuple):
    """One value that a command takes: after its `flag`, or in its place where that is empty.

    `name` is the function's parameter. `kind` is str for any text, bool for a flag that stands
    alone, or an enumeration of which one value is typed. Where nothing is typed, `default` holds.
    """

    name: str
    flag: str
    help: str
    metavar: str | None = None
    kind: type = str
    default: Any = None


AT = Parameter("at", "--at", "When: 09:30, '2026-10-05 09:30', -15m (ago) [now].", "TIME")
NOTE = Parameter("note", "--note", "What was done, as the client reads it.", "TEXT")
CHANNEL = Parameter(
    "channel", "--channel", "How you spoke with the client [the one the contract sells].", kind=Channel
)
AGENT = Parameter("agent", "--agent", "Whose work it is [yours].", "NAME")
GUEST = Parameter("guest", "--guest", "The agent is from outside the team.", kind=bool, default=False)
REQUESTED = Parameter(
    "requested", "--requested", "The client asked for this agent.", kind=bool, default=False
)
FORM = Parameter("form", "--format", "For people, or for programs.", kind=Format, default=Format.text)


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


COMMANDS: Mapping[str, Sequence[Parameter]] = {
    "start": (
        Parameter("case", "", "The case's number [the one in the git branch's name].", "[CASE]"),
        AT,
        NOTE,
        CHANNEL,
        AGENT,
        GUEST,
        REQUESTED,
        FORM,
    ),
    "stop": (
        Parameter("case", "", "Only if the timer runs on this case.", "[CASE]"),
        AT,
        NOTE._replace(help="What was done; replaces the note of the start."),
        AGENT,
        FORM,
    ),
    "status": (
        AGENT,
        FORM._replace(
            help="For people, for programs, or for a shell's prompt.",
            kind=StatusFormat,
            default=StatusFormat.text,
        ),
        Parameter(
            "check",
            "--check",
            "Exit with 3 if it runs for longer than timer.remind_after.",
            kind=bool,
            default=False,
        ),
    ),
    "cancel": (AGENT, FORM),
    "resume": (
        Parameter("case", "", "The case's number [the one before this one].", "[CASE]"),
        AT,
        NOTE._replace(help="What is done now [the note it had]."),
        AGENT,
        FORM,
    ),
}
"""What each of the timer's commands takes. What it does is the function of its name in `timing.py`."""
