"""Options of the timer's commands, and those that other commands share with them, as plain values.

This module is light: `fast.py` reads the timer's commands from this table without Typer. `options.py` declares
the same parameters to Typer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from suptime.cli import console
from suptime.domain.work import LONGEST_NOTE, Channel
from suptime.errors import WrongUsage


class Parameter(NamedTuple):
    """One parameter of a command: an option, or an argument if `flag` is empty.

    `name` is the parameter of the command's function. Its value is a text, one of `choices` if there are any; or
    True for a `switch`, an option without a value. `default` is the value if the option is left out.
    """

    name: str
    flag: str
    help: str
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    switch: bool = False
    default: Any = None


FORM = Parameter("form", "--format", "Output format.", choices=("text", "json"), default="text")
AT = Parameter("at", "--at", "Time: 09:30, '2026-10-05 09:30', -15m (ago) [default: now].", "TIME")
NOTE = Parameter("note", "--note", "Note on the work, as the client reads it.", "TEXT")
CHANNEL = Parameter(
    "channel",
    "--channel",
    "Channel used with the client [default: the contract's channel].",
    choices=tuple(channel.value for channel in Channel),
)
AGENT = Parameter("agent", "--agent", "Agent who did the work [default: you].", "NAME")
GUEST = Parameter(
    "guest", "--guest", "The agent is a guest from outside the team.", switch=True, default=False
)
REQUESTED = Parameter(
    "requested", "--requested", "The client requested this agent.", switch=True, default=False
)

ROLE = Parameter(
    "role", "--role", "Role of the agent in this work [default: the agent's role on the day].", "ROLE"
)
WORK_TYPE = Parameter("work_type", "--work-type", "Type of the work, as the contract names it.", "TYPE")

ADJUST = Parameter(
    "adjust",
    "--adjust",
    "Shorten or split the agent's own overlapping work.",
    switch=True,
    default=False,
)

COMMANDS: Mapping[str, Sequence[Parameter]] = {
    "start": (
        Parameter(
            "case",
            "",
            "Case: its number, its last digits or words of its subject [default: the case in the git "
            "branch's name].",
            "[CASE]",
        ),
        AT,
        NOTE,
        CHANNEL,
        AGENT,
        GUEST,
        REQUESTED,
        ROLE,
        WORK_TYPE,
        ADJUST,
        FORM,
    ),
    "stop": (
        Parameter(
            "case",
            "",
            "Only if the timer runs on this case: its number, its last digits or words of its subject.",
            "[CASE]",
        ),
        AT,
        NOTE._replace(help="Text to add to the note of the start."),
        Parameter("replace_note", "--replace-note", "Text to replace the note of the start.", "TEXT"),
        AGENT,
        FORM,
    ),
    "status": (
        AGENT,
        Parameter(
            "zone",
            "--zone",
            "Time zone of times, or contract for the zone of the case's contract [default: yours].",
            "ZONE",
        ),
        FORM._replace(
            help="Output format; prompt is one short line for a shell prompt.",
            choices=("text", "json", "prompt"),
        ),
        Parameter(
            "check",
            "--check",
            "Exit with code 3 if the timer exceeds timer.remind_after.",
            switch=True,
            default=False,
        ),
    ),
    "cancel": (AGENT, FORM),
    "resume": (
        Parameter(
            "case",
            "",
            "Case: its number, its last digits or words of its subject [default: the case before this one].",
            "[CASE]",
        ),
        AT,
        NOTE._replace(help="Note on the work [default: the earlier note]."),
        AGENT,
        FORM,
    ),
}
"""Parameters of each of the timer's commands; `commands/timer.py` has a function of the same name for each."""


def read_note(text: str) -> str:
    """Return a note as it is stored, on one line.

    Raises:
        WrongUsage: it has line breaks or control characters, or is too long.
    """
    note = text.strip()
    if len(note) > LONGEST_NOTE:
        raise WrongUsage(
            f"The note has {len(note)} characters.", f"Use at most {LONGEST_NOTE}.", "Shorten it."
        )
    if console.breaks_lines(note):
        raise WrongUsage(
            "The note contains a line break or a control character.", hint="Write it on one line."
        )
    return note
