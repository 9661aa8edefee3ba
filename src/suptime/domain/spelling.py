"""Distance between typed and known names, in typing errors."""

from collections.abc import Iterable

MOST_ERRORS = 2
"""Most typing errors in a mistyped name."""

LETTERS_PER_ERROR = 4
"""Least letters of a name for each error: short names are similar to other words."""


def errors_between(one: str, other: str) -> int:
    """Return the Damerau-Levenshtein distance: letters left out, added, replaced, or swapped with the next one.

    >>> errors_between("bug-reprot", "bug-report"), errors_between("ca", "abc"), errors_between("", "ab")
    (1, 2, 2)
    """
    most = len(one) + len(other)
    last_row: dict[str, int] = {}
    table = [[most] * (len(other) + 2) for _ in range(len(one) + 2)]
    for row in range(len(one) + 1):
        table[row + 1][1] = row
    for column in range(len(other) + 1):
        table[1][column + 1] = column
    for row, letter in enumerate(one, 1):
        last_column = 0
        for column, its in enumerate(other, 1):
            swapped_row, swapped_column = last_row.get(its, 0), last_column
            if letter == its:
                last_column = column
            table[row + 1][column + 1] = min(
                table[row][column] + (letter != its),
                table[row + 1][column] + 1,
                table[row][column + 1] + 1,
                table[swapped_row][swapped_column] + row - swapped_row + column - swapped_column - 1,
            )
        last_row[letter] = row
    return table[-1][-1]


def nearest(typed: str, known: Iterable[str]) -> str | None:
    """Return the name of `known` with the fewest typing errors, in any letter case; None if there are no names."""
    return min(known, key=lambda name: errors_between(typed.casefold(), name.casefold()), default=None)


def slip_of(typed: str, known: Iterable[str]) -> str | None:
    """Return the name of `known` that `typed` probably means, or None.

    >>> slip_of("product-defct", ["product-defect", "bug"]), slip_of("bag", ["bug"])
    ('product-defect', None)
    """
    return nearest(typed, (name for name in known if _is_slip(typed.casefold(), name.casefold())))


def _is_slip(typed: str, name: str) -> bool:
    letters = sum(letter.isalnum() for letter in name)
    return 1 <= errors_between(typed, name) <= min(MOST_ERRORS, letters / LETTERS_PER_ERROR)
