"""Errors for people: the problem with the value, the next step, and the exit code."""

from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """Exit codes that scripts rely on."""

    DONE = 0
    OWN_FAULT = 1
    USAGE = 2
    NOT_POSSIBLE = 3
    REFUSED = 4
    STORAGE = 5


class SuptimeError(Exception):
    """An error meant for a person.

    Args:
        what: one sentence that says what is wrong and names the value.
        why: one sentence of circumstance, or empty.
        hint: what to do next: a command, or a sentence, or empty.
    """

    exit_code = ExitCode.OWN_FAULT

    def __init__(self, what: str, why: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.hint = hint

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why) if part)


class WrongUsage(SuptimeError):
    """A value that cannot be read, or a file that is missing or invalid. Exit 2."""

    exit_code = ExitCode.USAGE


class Doubtful(WrongUsage):
    """A value that is probably a typing mistake. Exit 2, unless a person on a terminal says yes to `question`.

    Args:
        question: asks whether `likely` was meant.
        likely: the value that was probably meant.
    """

    def __init__(self, what: str, why: str = "", hint: str = "", *, question: str, likely: Any) -> None:
        super().__init__(what, why, hint)
        self.question = question
        self.likely = likely


class NotPossible(SuptimeError):
    """The thing does not exist, or the action is not possible in this state. Exit 3."""

    exit_code = ExitCode.NOT_POSSIBLE


class Refused(SuptimeError):
    """The contract refuses. Exit 4."""

    exit_code = ExitCode.REFUSED


class StorageFault(SuptimeError):
    """The store is locked, damaged, full, or made by a newer version. Exit 5."""

    exit_code = ExitCode.STORAGE


class NoStore(StorageFault):
    """There is no store where one is looked for. Exit 5."""


class Foreign(StorageFault):
    """There is something else in the place of the store: a folder, or a file of another program. Exit 5."""


class Conflict(StorageFault):
    """The database rolled a change back because of another change at the same time. Exit 5.

    Nothing is changed. The same command may succeed when it is run again.
    """


class Flaw(UserWarning):
    """A file was written with a flaw: a character that no font has, or a logo that cannot be drawn."""
