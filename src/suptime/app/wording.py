"""The words of messages: values in quotes, lists cut short, the nearest known word."""

from collections.abc import Iterable
from difflib import get_close_matches


def quoted(text: str) -> str:
    """TEXT in quotes, shortened so that an error stays a line or two."""
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'


def near(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words nearest to WORD, letter case aside, best first.

    >>> near("acmee", ["Acme", "lakeside"])
    ['Acme']
    """
    folded = {k.casefold(): k for k in sorted(known)}
    return [folded[k] for k in get_close_matches(word.casefold(), [*folded], n=most, cutoff=0.6)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that names the known words nearest to WORD, or nothing.

    >>> did_you_mean("acmee", ["acme", "lakeside"])
    'Did you mean acme?'
    """
    close = near(word, known)
    if not close:
        return ""
    return f"Did you mean {close[0] if len(close) == 1 else ', '.join(close[:-1]) + ' or ' + close[-1]}?"


def few(words: Iterable[str], most: int = 8) -> str:
    """WORDS in one line, and how many more there are.

    >>> few(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    every = [*words]
    shown = ", ".join(every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most} more"
