"""The timer's commands, read without Typer: its import alone costs more than all they do.

What is typed all day is taken here. Everything else (help, mistakes, odd values)
is left to Typer, which knows the same commands from the same table, and has the words for it.
A test holds both ways to the same result, whatever is typed.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from suptime.cli.parameters import (
    COMMANDS,
)


def run(arguments: Sequence[str]) -> bool:
    """Run the timer's command that ARGUMENTS call in a plain form; False, and nothing done, where they do not."""
    values = read(arguments)
    if values is None:
        return False
    from suptime.cli.commands import timer as timing

    getattr(timing, arguments[0])(**values)
    return True


def read(arguments: Sequence[str]) -> dict[str, Any] | None:
    """The values for the timer's command that ARGUMENTS call, or None where they are Typer's to read.

    >>> read(["status", "--agent=ana"])
    {'agent': 'ana', 'form': <StatusFormat.text: 'text'>}
    >>> read(["status", "--help"]), read(["status", "--agent"]), read(["list"])
    (None, None, None)
    """
    known = {parameter.flag: parameter for parameter in COMMANDS.get(arguments[0] if arguments else "", ())}
    if not known:
        return None
    typed: dict[str, Any] = {}
    words = iter(arguments[1:])
    for word in words:
        flag, equals, text = word.partition("=") if word.startswith("-") else ("", "=", word)
        parameter = known.get(flag)
        if parameter is None or parameter.name in typed:
            return None
        if parameter.kind is bool:
            value: object = None if equals else True
        else:
            value = _value(parameter.kind, text if equals else _following(words))
        if value is None:
            return None
        typed[parameter.name] = value
    return {parameter.name: parameter.default for parameter in known.values()} | typed


def _following(words: Iterator[str]) -> str:
    """The next of WORDS, as the value of the option before; empty where there is none, or it looks like an option."""
    word = next(words, "")
    return "" if word.startswith("-") and not word[1:2].isdecimal() else word


def _value(kind: type, text: str) -> object:
    """TEXT as a value of KIND, or None where it is empty or none of the kind's."""
    try:
        return kind(text) if text else None
    except ValueError:
        return None
