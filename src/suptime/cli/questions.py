"""Questions to the person at the terminal. A script cannot be asked: the error says what to type."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from suptime.cli import console
from suptime.errors import Doubtful, ExitCode

Typed = TypeVar("Typed")
Done = TypeVar("Done")


def confirming(run: Callable[[Typed], Done], typed: Typed, form: str) -> Done:
    """Return `run(typed)`. On a terminal, ask about a doubtful value, and run again with the likely one.

    Raises:
        Doubtful: there is no person to ask, as with the format `json`, or the answer is no.
    """
    while True:
        try:
            return run(typed)
        except Doubtful as doubt:
            if form == "json" or not console.interactive() or not ask(doubt.question):
                raise
            typed = doubt.likely


def confirm_final(plan: Iterable[str], question: str, *, yes: bool, form: str = "text") -> None:
    """Print on a terminal what cannot be undone, and ask once; `yes` answers.

    Raises:
        Leave: the answer is no; nothing is changed.
    """
    if yes or form == "json" or not console.interactive():
        return
    for line in plan:
        console.note(line)
    if not ask(f"{question} This cannot be undone."):
        console.note("Nothing was changed.")
        raise console.Leave(ExitCode.NOT_POSSIBLE)


def ask_text(question: str) -> str:
    """Ask for a text on the terminal; Enter and the end of the input are an empty text."""
    from click import Abort, prompt

    try:
        return str(prompt(question, default="", show_default=False, err=True)).strip()
    except Abort:
        console.note("")
        return ""


def ask(question: str) -> bool:
    """Ask for a yes on the terminal; Enter and the end of the input are a no."""
    from click import Abort, confirm

    try:
        return confirm(question, default=False, err=True)
    except Abort:
        console.note("")
        return False
