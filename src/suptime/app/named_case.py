"""A case that is named by less than its number: by its last digits, or by words of its subject.

Light on purpose: the timer finds its cases by this.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from suptime.errors import NotPossible

MOST_NAMED = 5
"""Cases that an error names, at most."""


class NamedCase(NamedTuple):
    """The number of a case, and its subject."""

    number: str
    subject: str


class Cases(Protocol):
    """Where cases are looked for."""

    def alias(self, number: str) -> tuple[str, str] | None:
        """Return the number and subject of the case that was `number`, letter case aside, until it was merged."""

    def ending(self, digits: str) -> list[tuple[str, str]]:
        """Return the numbers and subjects of the cases whose number ends in `-` and `digits`."""

    def open_subjects(self) -> list[tuple[str, str]]:
        """Return the numbers and subjects of the open cases that have a subject."""


def find(cases: Cases, typed: str, *, by_words: bool) -> NamedCase | None:
    """Return the one case that `typed` means, beside its exact number; None where there is none.

    The number of a case that was merged means the one that it went into. Digits mean the case whose number ends in `-` and these digits. Words mean, if `by_words`, the open case whose
    subject has all of them as whole words, letter case aside; there are no digits in words.

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
    """Return the words of `text`, letter case aside.

    >>> sorted(_words("Export of e-mail"))
    ['e', 'export', 'mail', 'of']
    """
    return frozenset("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _several(typed: str, fitting: Sequence[NamedCase]) -> NotPossible:
    named = [f"{case.number} ({case.subject or 'no subject'})" for case in fitting[:MOST_NAMED]]
    more = f", and {len(fitting) - MOST_NAMED} more" if len(fitting) > MOST_NAMED else ""
    return NotPossible(
        f'"{" ".join(typed.split())}" fits several cases: {", ".join(named)}{more}.',
        hint="Give the number of one of them.",
    )
