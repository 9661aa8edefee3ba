"""What went wrong in the database, said to a person. Standard library only."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from suptime.errors import NotPossible, StorageFault, WrongUsage

RESTORE = "Restore a backup, or move the file away to start afresh."

# By SQLite's primary result code: what is wrong, and what to do.
_SQLITE = {
    sqlite3.SQLITE_BUSY: ("is locked by another program", "Try again when that program has finished."),
    sqlite3.SQLITE_LOCKED: ("is locked by another program", "Try again when that program has finished."),
    sqlite3.SQLITE_READONLY: (
        "cannot be written",
        "Give yourself the right to write the file and its folder.",
    ),
    sqlite3.SQLITE_PERM: (
        "cannot be opened",
        "Give yourself the right to read and write the file and its folder.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened",
        "Give yourself the right to read and write the file and its folder.",
    ),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "Make room on the disk; nothing was changed."),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "Check the disk (network drives need a local copy)."),
    sqlite3.SQLITE_PROTOCOL: (
        "cannot be locked",
        "Keep the store on a local disk: network drives cannot lock it.",
    ),
    sqlite3.SQLITE_CORRUPT: ("is damaged", RESTORE),
    sqlite3.SQLITE_NOTADB: ("is not a database", RESTORE),
}

# What the database itself refuses, by the constraint's name or by SQLite's words for it.
_REFUSALS = {
    "work_unit.agent": ("This agent's timer runs already.", "suptime status"),
    "uq_work_unit_running_agent": ("This agent's timer runs already.", "suptime status"),
    "ck_work_unit_ends_after_start": ("The work would end before it starts.", ""),
    "ck_appointment_ends_after_start": ("The appointment would not end after its start.", ""),
    "ck_contract_version_ends_after_start": ("The contract would end before it starts.", ""),
    "pk_case": ("There is a case of that number already.", ""),
    "client.folded": ("There is a client of that code already.", ""),
    "uq_client_folded": ("There is a client of that code already.", ""),
    "contract_version.contract": ("There is a version of this contract from that day already.", ""),
    "uq_contract_version_contract_starts_on": (
        "There is a version of this contract from that day already.",
        "",
    ),
    "ck_purchase_quantity_is_positive": ("A purchase of nothing is none.", ""),
}


class Withheld(Exception):
    """A row that can be read cannot be changed: the server's rights hid it from the change."""


def storage_fault(error: sqlite3.Error, path: str) -> StorageFault:
    """What SQLite's ERROR about the file PATH means, and what to do about it."""
    code = getattr(error, "sqlite_errorcode", None)
    said, hint = _SQLITE.get((code or 0) & 0xFF, ("cannot be used", ""))
    return StorageFault(f"The store {path} {said}.", f"SQLite says: {error}.", hint)


def refusal(said: str) -> NotPossible:
    """What a broken constraint means, from the words SAID by the database."""
    for name, (what, hint) in _REFUSALS.items():
        if name in said:
            return NotPossible(what, hint=hint)
    first_line = said.strip().splitlines()[0] if said.strip() else "no reason given"
    return NotPossible("The store refuses this change.", f"The database says: {first_line}.")


def unstorable_text() -> WrongUsage:
    """What a text that no column can hold means: half a character, or a zero."""
    return WrongUsage("A text holds characters that cannot be stored.", hint="Type it again without them.")


@contextmanager
def sqlite_faults(path: str) -> Iterator[None]:
    """Errors of the driver about the file PATH, raised within, become errors for people."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise refusal(str(error)) from error
    except sqlite3.Error as error:
        raise storage_fault(error, path) from error
    except UnicodeDecodeError as error:
        raise garbled(path) from error


def garbled(path: str) -> StorageFault:
    """What it means that the file PATH holds bytes, in its schema or in a column of texts, that are no text."""
    return StorageFault(f"The store {path} is damaged.", "A text in it is not one any more.", RESTORE)


@contextmanager
def storable() -> Iterator[None]:
    """A value that no column can hold, met while a statement runs, becomes an error for people."""
    try:
        yield
    except OverflowError as error:
        raise WrongUsage("A number is too large to be stored.") from error
    except UnicodeEncodeError as error:
        raise unstorable_text() from error
