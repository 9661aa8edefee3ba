"""A case that is given by its last digits, or by words of its subject.

This module is light because the timer uses it.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from suptime.errors import NotPossible

MOST_NAMED = 5
"""Most cases in an error."""


class NamedCase(NamedTuple):
    """The number of a case, and its subject."""

    number: str
    subject: str


class Cases(Protocol):
    """Source of cases."""

    def alias(self, number: str) -> tuple[str, str] | None:
        """Return the number and subject of the case that has the merged case `number` as another name."""

    def ending(self, digits: str) -> list[tuple[str, str]]:
        """Return the numbers and subjects of the cases whose number ends in `-` and `digits`."""

    def open_subjects(self) -> list[tuple[str, str]]:
        """Return the numbers and subjects of the open cases that have a subject."""


def find(cases: Cases, typed: str, *, by_words: bool) -> NamedCase | None:
    """Return the one case that `typed` means, apart from its exact number; None if there is none.

    The number of a merged case means the case that it was merged into. Digits mean the case whose number ends in `-`
    and these digits. With `by_words`, words mean the open case whose subject contains all of them as whole words,
    in any letter case. Words contain no digits.

    Raises:
        NotPossible: several cases fit.
    """
    text = typed.strip()
    if merged := cases.alias(text):
        return NamedCase(*merged)
    if text.isascii() and text.isdigit():
        fitting = [NamedCase(*row) for row in cases.ending(text)]
    elif by_words and not any(letter.isdigit() for letter in text):
        wanted = _words(text)
        fitting = (
            [NamedCase(*row) for row in cases.open_subjects() if wanted <= _words(row[1])] if wanted else []
        )
    else:
        return None
    if len(fitting) > 1:
        raise _several(typed, fitting)
    return fitting[0] if fitting else None


def _words(text: str) -> frozenset[str]:
    """Return the words of `text`, in lower case.

    >>> sorted(_words("Export of e-mail"))
    ['e', 'export', 'mail', 'of']
    """
    return frozenset("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _several(typed: str, fitting: Sequence[NamedCase]) -> NotPossible:
    named = [f"{case.number} ({case.subject or 'no subject'})" for case in fitting[:MOST_NAMED]]
    more = f", and {len(fitting) - MOST_NAMED} more" if len(fitting) > MOST_NAMED else ""
    return NotPossible(
        f'"{" ".join(typed.split())}" matches several cases: {", ".join(named)}{more}.',
        hint="Give the number of one of them.",
    )
