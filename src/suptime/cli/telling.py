"""What the commands on clients, contracts and cases share: choices, notes, cards."""

import shutil
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from suptime.app.done import Done
from suptime.app.units import shown
from suptime.cli import console
from suptime.cli.options import Format
from suptime.domain.timespan import DAY, Instant

Value = TypeVar("Value")


class Party(StrEnum):
    """Who cancelled or missed an appointment."""

    client = "client"
    us = "us"


def tell(done: Done[Value], form: Format, sentence: str, otherwise: str = "") -> None:
    """Say in one line what was done (OTHERWISE, where nothing had to be), then the notes on it."""
    facts = done.document | {"warnings": list(done.notes)}
    console.show(facts, form, lambda: console.plain(sentence if done.changed else otherwise))
    for line in done.told:
        console.say(line)
    for note in done.notes:
        console.warn(note)


def list_or_none(
    document: Mapping[str, Any],
    form: Format,
    headers: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
    nothing: str,
    *,
    right: tuple[str, ...] = (),
    wrap: str = "",
) -> None:
    """Show a list as a table or as JSON; say NOTHING on stderr where there is none to show."""
    if form is Format.json:
        console.show_json(document)
        return
    found = [*rows]
    if found:
        console.out(console.table(found, headers, right=right, wrap=wrap))
    else:
        console.say(nothing)


def spoken(language: str | None) -> str | None:
    """The LANGUAGE that was asked for, if there are texts in it; None where none was."""
    if language is None:
        return None
    from suptime.app import checks

    return checks.language(language, console.settings().templates)


def card(title: str, rows: Iterable[tuple[str, str | None]]) -> str:
    """A title, and under it what is known, each with its label; what is None or empty is left out."""
    known = [(label, value) for label, value in rows if value]
    widest = max((len(label) for label, _ in known), default=0)
    lines = [wrapped(console.plain(title))]
    for label, value in known:
        first, *more = value.splitlines()
        lines.append(wrapped(console.plain(first), f"  {label:<{widest}}  "))
        lines += [wrapped(console.plain(line), " " * (widest + 4)) for line in more]
    return "\n".join(lines)


def dated(instant: Instant) -> str:
    """INSTANT on the engineer's clocks, always with its date."""
    return shown(instant, console.zone(), instant + 2 * DAY)


def wrapped(text: str, lead: str = "") -> str:
    """TEXT in lines as wide as the terminal, the first one after LEAD, the others under it.

    Letters that take two columns count as two; a word longer than a line is cut.
    """
    from rich.console import Console
    from rich.text import Text

    width = max(40, shutil.get_terminal_size((80, 24)).columns) - len(lead)
    lines = Text(text).wrap(Console(width=width, color_system=None), width, overflow="fold")
    first, *more = [line.plain.rstrip() for line in lines] or [""]
    return "\n".join([lead + first, *(" " * len(lead) + line for line in more)])
