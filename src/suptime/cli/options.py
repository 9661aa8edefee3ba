"""Options that several commands share, as Typer takes them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from suptime.cli import console, parameters
from suptime.cli.parameters import Format, Parameter, StatusFormat, channel_of, note_of
from suptime.domain.work import Channel
from suptime.errors import WrongUsage

__all__ = [
    "AgentOption",
    "AtOption",
    "ChannelOption",
    "Format",
    "FormatOption",
    "GuestOption",
    "ListFormat",
    "NoteOption",
    "RequestedOption",
    "StatusFormat",
    "channel_of",
    "note_of",
    "unit_of",
]


class ListFormat(StrEnum):
    """How to print a list."""

    text = "text"
    json = "json"
    csv = "csv"


def declared(parameter: Parameter) -> Any:
    """PARAMETER as Typer takes it."""
    if not parameter.flag:
        return typer.Argument(metavar=parameter.metavar, help=parameter.help, show_default=False)
    return typer.Option(parameter.flag, metavar=parameter.metavar, help=parameter.help)


FormatOption = Annotated[Format, declared(parameters.FORM)]
NoteOption = Annotated[str | None, declared(parameters.NOTE)]
ChannelOption = Annotated[Channel | None, declared(parameters.CHANNEL)]
AgentOption = Annotated[str | None, declared(parameters.AGENT)]
GuestOption = Annotated[bool, declared(parameters.GUEST)]
RequestedOption = Annotated[bool, declared(parameters.REQUESTED)]
LanguageOption = Annotated[
    str | None,
    typer.Option("--language", metavar="LANGUAGE", help="Such as de or fr-CH [the client's]."),
]
OtherLanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="LANGUAGE", help="Such as de or fr-CH [English].")
]

AtOption = Annotated[str | None, declared(parameters.AT)]


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


_PAIR = "Write it like {}."


def pairs(option: str, typed: Iterable[str], example: str) -> Mapping[str, str]:
    """What is TYPED as NAME=VALUE, by name.

    Raises:
        WrongUsage: one is no such pair, or a name stands twice.
    """
    found: dict[str, str] = {}
    for pair in typed:
        name, equals, value = (part.strip() for part in pair.rpartition("="))
        if not (name and equals and value):
            raise WrongUsage(f"{option}: {console.quoted(pair)} is no pair.", hint=_PAIR.format(example))
        if name in found:
            raise WrongUsage(f"{option}: {console.quoted(name)} stands twice.", hint="Say it once.")
        found[name] = value
    return found
