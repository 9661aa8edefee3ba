"""Sentences about rows that no command wrote: the table, the row, and the columns that differ."""

from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from suptime.store.repositories.records import name_of

if TYPE_CHECKING:
    from suptime.store import Transaction
    from suptime.store.repositories.row_checks import Author, Difference

LONGEST = 72
"""Most characters of a value in a sentence."""
CONTEXT = 15
"""Characters of a long value before the first difference."""


def records(tx: "Transaction") -> Iterator[str]:
    """Yield a sentence for each row that does not match its last change or import."""
    return map(_sentence, tx.row_checks.differences())


def issues_differ(tx: "Transaction") -> bool:
    """Return whether any issue, invoice or line differs from its issue."""
    return any(found.table in {"issue", "invoice", "issued_line"} for found in tx.row_checks.differences())


def _sentence(found: "Difference") -> str:
    name = _name(found)
    by = _by(found.by)
    if found.what == "added":
        return f"{name} was not written by suptime: no change or import in the audit trail explains it."
    if found.what == "kept":
        return f"{name} exists, although {by} deleted it."
    if found.what == "missing":
        return f"{name} {'is' if found.count == 1 else 'are'} missing: {by} left {'it' if found.count == 1 else 'them'}."
    if not found.columns:
        return f"{name} does not match {by}."
    columns = ", ".join(_change(column, now, was) for column, (now, was) in found.columns.items())
    return f"{name} does not match {by}: {columns}."


def _name(found: "Difference") -> str:
    """Return the name of the row for people, with its table."""
    if found.table == "issued_line":
        table, where = "issued_line, or its draw_down", f" of issue {found.group}"
        named = f"line {found.key}" if found.key else _count(found.count, "line")
    elif found.table == "imported":
        table, where = "imported", f" of change {found.group}" if found.group else ""
        named = f"imported row {found.key}" if found.key else _count(found.count, "imported row")
    else:
        table, where = found.table, ""
        named = name_of("team" if table == "team_member" else table, found.key)
    return f"{named[0].upper()}{named[1:]}{where} ({table})"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _by(author: "Author | None") -> str:
    if author is None:
        return "a command"
    return f"`{author.command}` by {author.agent} (row {author.place} of the audit trail)"


def _change(column: str, now: Any, was: Any) -> str:
    now, was = _text(now), _text(was)
    alike = takewhile(lambda letters: letters[0] == letters[1], zip(now or "", was or "", strict=False))
    start = max(sum(1 for _ in alike) - CONTEXT, 0)
    return f"{column} is {_excerpt(now, start)} and was {_excerpt(was, start)}"


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else " ".join(str(value).split())


def _excerpt(text: str | None, start: int) -> str:
    """Return `text`; if it is long, the part around the first difference, at `start`."""
    if text is None:
        return "empty"
    if len(text) <= LONGEST:
        return f"'{text}'"
    before = "..." if start else ""
    after = "..." if len(text) > start + LONGEST else ""
    return f"'{before}{text[start : start + LONGEST]}{after}'"
