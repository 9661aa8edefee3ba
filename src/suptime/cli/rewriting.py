"""What Typer cannot take, rewritten before it sees it."""

from collections.abc import Sequence

LAST = "last"
"""The value that stands for a bare `--month`: the last complete month."""

WITH_MONTH = frozenset({"invoice", "report", "close", "explain", "compare"})


def rewrite(arguments: Sequence[str]) -> list[str]:
    """ARGUMENTS with a bare `--month` spelled out, for the commands that have one.

    Typer has no options with an optional value.

    >>> rewrite(["invoice", "--month", "--format", "json"])
    ['invoice', '--month', 'last', '--format', 'json']
    >>> rewrite(["invoice", "--month", "2026-10"])
    ['invoice', '--month', '2026-10']
    """
    rewritten: list[str] = []
    if not arguments or arguments[0] not in WITH_MONTH:
        return list(arguments)
    for place, argument in enumerate(arguments):
        rewritten.append(argument)
        following = arguments[place + 1] if place + 1 < len(arguments) else None
        if argument == "--month" and (following is None or following.startswith("--")):
            rewritten.append(LAST)
    return rewritten
