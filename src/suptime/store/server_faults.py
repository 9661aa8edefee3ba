"""What a PostgreSQL server says, said to a person."""

from collections.abc import Sequence
from typing import Any

from suptime.errors import Conflict, StorageFault, SuptimeError
from suptime.store import faults

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


def said(origin: object, where: str) -> SuptimeError:
    """What the driver's error ORIGIN about the database WHERE means, and what to do about it."""
    state, words = _state(origin), str(origin).strip()
    if state.startswith("23"):
        return faults.refusal(words)
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


def lost(where: str, *, keeping: bool) -> StorageFault:
    """What it means that the connection to the database WHERE is gone; KEEPING: while a change was being kept."""
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
    """Whether the server says that the login has no right to do that."""
    return _state(origin) == "42501"


def withheld(where: str, origin: object, member: Sequence[Any] | None) -> StorageFault:
    """What the server withholds from a MEMBER (login, role and agent) of the team, or from somebody unknown."""
    told = "" if origin is None else f"PostgreSQL says: {_first_line(origin)}."
    if member is None:
        what, hint = _SAID["42501"]
        return StorageFault(f"The store {where} {what}.", told, hint)
    login, role, agent = member
    what, hint = (words.format(agent=agent) for words in _MAY[role])
    return StorageFault(f'The login "{login}" {what}.', told, hint)


def is_full(origin: object) -> bool:
    """Whether the server says that it has no connection free."""
    return _state(origin) == "53300"


def _state(origin: object) -> str:
    told = getattr(origin, "sqlstate", None)
    return str(told or ("53300" if any(words in str(origin) for words in _FULL) else ""))


def _first_line(origin: object) -> str:
    words = str(origin).strip()
    return words.splitlines()[0] if words else "nothing"
