"""What went wrong in the database, said to a person. Standard library only."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from suptime.errors import Conflict, Foreign, NotPossible, StorageFault, SuptimeError, WrongUsage

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
    """Return what SQLite's `error` about the file `path` means, and what to do about it."""
    code = getattr(error, "sqlite_errorcode", None)
    said, hint = _SQLITE.get((code or 0) & 0xFF, ("cannot be used", ""))
    kind = Foreign if code == sqlite3.SQLITE_NOTADB else StorageFault
    return kind(f"The store {path} {said}.", f"SQLite says: {error}.", hint)


def refusal(said: str) -> NotPossible:
    """Return what a broken constraint means, from the words `said` by the database."""
    for name, (what, hint) in _REFUSALS.items():
        if name in said:
            return NotPossible(what, hint=hint)
    first_line = said.strip().splitlines()[0] if said.strip() else "no reason given"
    return NotPossible("The store refuses this change.", f"The database says: {first_line}.")


def unstorable_text() -> WrongUsage:
    """Return what a text that no column can hold means: half a character, or a zero."""
    return WrongUsage("A text holds characters that cannot be stored.", hint="Type it again without them.")


@contextmanager
def sqlite_faults(path: str) -> Iterator[None]:
    """Errors of the driver about the file `path`, raised within, become errors for people."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise refusal(str(error)) from error
    except sqlite3.Error as error:
        raise storage_fault(error, path) from error
    except UnicodeDecodeError as error:
        raise garbled(path) from error
    except Exception as error:
        # SQLAlchemy's, where a model was written; it is not imported for its name.
        origin = getattr(error, "orig", None)
        if isinstance(origin, sqlite3.IntegrityError):
            raise refusal(str(origin)) from error
        if isinstance(origin, sqlite3.Error):
            raise storage_fault(origin, path) from error
        raise


def garbled(path: str) -> StorageFault:
    """What it means that the file `path` holds bytes, in its schema or in a column of texts, that are no text."""
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


# By SQLSTATE, or its class: what is wrong, and what to do.
_SAID = {
    "55": ("is locked by another program", "Try again when that program has finished."),
    "53300": (
        "has no connection free",
        "Try again in a moment, or have the server take more (max_connections).",
    ),
    "53": ("has no room left", "Make room on the server; nothing was changed."),
    "54": ("cannot hold so much in one place", "Shorten what was given; nothing was changed."),
    "28": ("refuses the login", "Check the user and password in the URL."),
    "3D": ("does not exist", "Create the database on the server first."),
    "42501": (
        "refuses this user",
        "Ask its owner for a role (suptime team grant), or for the right to make tables.",
    ),
}

_UNREACHED = ("cannot be reached", "Check that the server runs and the URL is right.")

_FULL = ("too many clients", "too many connections", "remaining connection slots")

"""What a full server says. It says it before there is a connection, so without a state, and in its own language."""

_TAKEN_BACK = frozenset({"40001", "40P01"})

"""Serialisation failures and deadlocks: the server ended one change so that another could go on."""

_MAY = {
    "agent": (
        "may change only the time of {agent}, and add to cases",
        "Set SUPTIME_AGENT={agent}, or ask the store's owner to do it.",
    ),
    "billing": (
        "changes things as {agent}, never what was issued, and grants nothing",
        "Set SUPTIME_AGENT={agent}, or ask the store's owner to do it.",
    ),
    "reader": ("may read, and change nothing", "Ask the store's owner for another role."),
}

WHO_AM_I = "SELECT login, role, agent FROM team_member WHERE login = current_user"


def explain(origin: object, where: str) -> SuptimeError:
    """Return what the driver's error `origin` about the database `where` means, and what to do about it."""
    state, words = _state(origin), str(origin).strip()
    if state.startswith("23"):
        return refusal(words)
    told = f"PostgreSQL says: {_first_line(origin)}."
    if state in _TAKEN_BACK:
        return Conflict(
            f"Another change got in the way of this one in the store {where}. Nothing was changed.",
            told,
            "Try again.",
        )
    unknown = ("cannot be used", "") if state else _UNREACHED
    what, hint = _SAID.get(state) or _SAID.get(state[:2]) or unknown
    return StorageFault(f"The store {where} {what}.", told, hint)


def unreached(where: str) -> StorageFault:
    """Return what it means that no server is found by the URL of the database `where`."""
    what, hint = _UNREACHED
    return StorageFault(f"The store {where} {what}.", hint=hint)


def lost(where: str, *, keeping: bool) -> StorageFault:
    """What it means that the connection to the database `where` is gone; `keeping`: while a change was being kept."""
    if keeping:
        return StorageFault(
            f"The connection to the store {where} was lost while a change was being kept.",
            "It is there whole, or not at all: nobody could say which.",
            "Look whether it is there before you do it again.",
        )
    return StorageFault(
        f"The connection to the store {where} was lost. Nothing was changed.", hint="Try again."
    )


def is_withheld(origin: object) -> bool:
    """Return whether the server says that the login has no right to do that."""
    return _state(origin) == "42501"


def withheld(where: str, origin: object, member: Sequence[Any] | None) -> StorageFault:
    """What the server withholds from a `member` (login, role and agent) of the team, or from somebody unknown."""
    told = "" if origin is None else f"PostgreSQL says: {_first_line(origin)}."
    if member is None:
        what, hint = _SAID["42501"]
        return StorageFault(f"The store {where} {what}.", told, hint)
    login, role, agent = member
    what, hint = (words.format(agent=agent) for words in _MAY[role])
    return StorageFault(f'The login "{login}" {what}.', told, hint)


def is_full(origin: object) -> bool:
    """Return whether the server says that it has no connection free."""
    return _state(origin) == "53300"


def _state(origin: object) -> str:
    told = getattr(origin, "sqlstate", None)
    return str(told or ("53300" if any(words in str(origin) for words in _FULL) else ""))


def _first_line(origin: object) -> str:
    words = str(origin).strip()
    return words.splitlines()[0] if words else "nothing"
