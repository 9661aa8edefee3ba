"""Questions to the person at the terminal. In a script there is nobody to ask, and the error says what to type."""

from collections.abc import Callable
from typing import TypeVar

from suptime.cli import console
from suptime.errors import Doubtful

Typed = TypeVar("Typed")
Done = TypeVar("Done")


def confirming(run: Callable[[Typed], Done], typed: Typed, form: str) -> Done:
    """Return `run(typed)`. On a terminal, ask about a doubtful value, and run again with the one that is likely.

    Raises:
        Doubtful: nobody can be asked, as with the format `json`, or the answer is no.
    """
    while True:
        try:
            return run(typed)
        except Doubtful as doubt:
            if form == "json" or not console.interactive() or not ask(doubt.question):
                raise
            typed = doubt.likely


def ask(question: str) -> bool:
    """Ask for a yes on the terminal; Enter, and the end of the input, are a no."""
    from click import Abort, confirm

    try:
        return confirm(question, default=False, err=True)
    except Abort:
        console.note("")
        return False
