"""The timer's commands, read without Typer: importing Typer takes longer than the whole command.

Typer reads everything else (help, mistakes, unusual values) from the same table. A test compares both ways.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from suptime.cli.parameters import COMMANDS


def run(arguments: Sequence[str]) -> bool:
    """Run the timer's command in `arguments` if it is in a plain form; return whether it was."""
    values = read(arguments)
    if values is None:
        return False
    from suptime.cli.commands import timer

    getattr(timer, arguments[0])(**values)
    return True


def read(arguments: Sequence[str]) -> dict[str, Any] | None:
    """Return the values for the timer's command in `arguments`, or None if Typer has to read them.

    >>> read(["status", "--agent=ana"])
    {'agent': 'ana', 'zone': None, 'form': 'text', 'check': False}
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
        if parameter.switch:
            if equals:
                return None
            typed[parameter.name] = True
            continue
        value = text if equals else _following(words)
        if not value or (parameter.choices and value not in parameter.choices):
            return None
        typed[parameter.name] = value
    return {parameter.name: parameter.default for parameter in known.values()} | typed


def _following(words: Iterator[str]) -> str:
    """Return the next of `words` as an option's value; empty if there is none, or it looks like an option."""
    word = next(words, "")
    return "" if word.startswith("-") and not word[1:2].isdecimal() else word
