"""What a shell may complete: names that begin with what was typed, a bounded number of them, found by index.

A shell asks at each press of a key, so nothing here reads more rows than `MOST` at a time, makes or
migrates a store, or waits for one: where there is nothing to read, there is nothing to say.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from suptime.errors import SuptimeError
from suptime.store.database import sqlite_file

MOST = 200
"""Rows that one question reads at most."""

LAST = "\U0010ffff"
"""A letter that comes after all others: what begins with a word is before the word with this behind it."""

_BETWEEN = "{column} >= :low AND {column} < :high"
_BEGINS = "starts_with({column}, :low)"
"""How each kind of database finds what begins with a word; SQLite does it by an index."""

_CASES = (
    'SELECT c.number, c.subject, c.client, s.status FROM "case" AS c'
    " LEFT JOIN standing AS s ON s.case_number = c.number"
)
QUESTIONS = {
    "cases": f"{_CASES} WHERE {{c.folded}} ORDER BY c.folded LIMIT :most",
    "cases_backwards": f"{_CASES} WHERE {{c.folded}} ORDER BY c.folded DESC LIMIT 1",
    "cases_opened_last": f"{_CASES} WHERE c.serial IS NOT NULL ORDER BY c.serial DESC LIMIT :most",
    "cases_worked_on_last": (
        'SELECT c.number, c.subject, c.client, s.status FROM work_unit AS u JOIN "case" AS c ON c.number = u.case_number'
        " LEFT JOIN standing AS s ON s.case_number = c.number"
        " WHERE u.agent = :agent ORDER BY u.started_at DESC, u.id DESC LIMIT :most"
    ),
    "clients": "SELECT code, name FROM client WHERE {folded} AND coalesce(archived, false) = false ORDER BY folded LIMIT :most",
    "contracts": (
        "SELECT k.code, (SELECT v.title FROM contract_version AS v WHERE v.contract = k.code"
        " ORDER BY v.starts_on DESC LIMIT 1), k.client FROM contract AS k"
        " WHERE {k.folded} ORDER BY k.folded LIMIT :most"
    ),
    "projects": "SELECT code, client FROM project WHERE {folded} ORDER BY folded LIMIT :most",
    "contacts": "SELECT email, client FROM contact WHERE {folded} ORDER BY folded LIMIT :most",
    "invoices": (
        "SELECT number, client, month, credits FROM invoice WHERE {number} ORDER BY number DESC LIMIT :most"
    ),
    "invoices_forwards": (
        "SELECT number, client, month, credits FROM invoice WHERE {number} ORDER BY number LIMIT 1"
    ),
    "units": (
        "SELECT id, case_number, started_at, ended_at, note FROM work_unit WHERE agent = :agent"
        " ORDER BY started_at DESC, id DESC LIMIT :most"
    ),
    "work": "SELECT id FROM work_unit WHERE started_at >= :start AND started_at < :end LIMIT :most",
    "appointments": (
        "SELECT id, case_number, agent, starts_at, cancelled_at FROM appointment ORDER BY id DESC LIMIT :most"
    ),
    "purchases": (
        "SELECT id, contract, bought_on FROM purchase WHERE voided_at IS NULL ORDER BY id DESC LIMIT :most"
    ),
    "changes": (
        "SELECT change, command, entity, entity_key FROM audit WHERE agent = :agent AND undoes IS NULL"
        " AND entity <> 'recorded' ORDER BY change DESC LIMIT :most"
    ),
    "case_terms": (
        'SELECT v.file_text FROM "case" AS c JOIN contract_version AS v ON v.contract = c.contract'
        " WHERE c.folded = :low LIMIT :most"
    ),
    "client_terms": (
        "SELECT v.file_text FROM client AS k JOIN contract AS c ON c.client = k.code"
        " JOIN contract_version AS v ON v.contract = c.code"
        " WHERE k.folded = :low LIMIT :most"
    ),
    # From each agent straight to the next one: a few steps in an index, however much work there is.
    "agents": (
        "WITH RECURSIVE named(agent) AS (SELECT min(agent) FROM work_unit UNION ALL"
        " SELECT (SELECT min(u.agent) FROM work_unit AS u WHERE u.agent > named.agent) FROM named"
        " WHERE named.agent IS NOT NULL)"
        " SELECT agent FROM named WHERE agent IS NOT NULL LIMIT :most"
    ),
}
"""Every question, by its name. `{column}` stands for: the column begins with what was typed."""

Row = Sequence[Any]


class Reader:
    """Asks the QUESTIONS of one store. `run` runs a statement; `begins` is how its database finds what begins with a word."""

    def __init__(self, run: Callable[[str, Mapping[str, Any]], Sequence[Row]], begins: str) -> None:
        self._run = run
        self._begins = begins

    def ask(
        self,
        question: str,
        typed: str = "",
        *,
        agent: str = "",
        between: tuple[int, int] = (0, 0),
        most: int = MOST,
    ) -> list[Row]:
        """Return the rows that answer `question` for what was `typed`, or lies `between` instants, at most `most`."""
        statement = QUESTIONS[question]
        head, brace, rest = statement.partition("{")
        if brace:
            column, _, tail = rest.partition("}")
            statement = head + self._begins.format(column=column) + tail
        start, end = between
        asked: dict[str, Any] = {"low": typed, "high": typed + LAST, "agent": agent, "most": most}
        asked |= {"start": start, "end": end}
        return [*self._run(statement, {name: asked[name] for name in asked if f":{name}" in statement})]


class CaseRow(NamedTuple):
    """A case as it is proposed; `status` is None where that is not known."""

    number: str
    subject: str
    client: str
    status: str | None


@contextmanager
def reading(url_or_path: str) -> Iterator[Reader | None]:
    """A reader of the store at a path or URL; None where there is none that could be read as it is."""
    path = sqlite_file.path_of(url_or_path)
    if path is None:
        with _on_server(url_or_path) as reader:
            yield reader
        return
    connection = None
    try:
        if sqlite_file.is_there(path):
            connection = sqlite_file.connect(path, timeout=0)
            if sqlite_file.revision_of(connection, path) != sqlite_file.HEAD:
                connection.close()
                connection = None
    except SuptimeError:
        pass
    try:
        yield Reader(_run_on(connection), _BETWEEN) if connection else None
    finally:
        if connection:
            connection.close()


def _run_on(connection: sqlite3.Connection) -> Callable[[str, Mapping[str, Any]], Sequence[Row]]:
    return lambda statement, asked: connection.execute(statement, asked).fetchall()


@contextmanager
def _on_server(url: str) -> Iterator[Reader | None]:
    from suptime.store.database.server import ServerStore, revision_of

    if "connect_timeout" not in url:  # nobody waits minutes for a server, in the middle of a line
        url += f"{'&' if '?' in url else '?'}connect_timeout=2"
    store = ServerStore(url)
    try:
        with store.connecting("read") as driver:
            known = revision_of(driver) == sqlite_file.HEAD
            yield (
                Reader(lambda statement, values: driver.all(statement, **values), _BEGINS) if known else None
            )
    finally:
        store.close()


def cases(reader: Reader, typed: str, agent: str) -> list[CaseRow]:
    """Return the cases whose numbers begin with `typed`: `agent`'s last ones first, then the newest.

    Of very many only those that are likely, with the first and the last of all: so what all
    that are named have in common is what all that there are have in common, and a shell that
    types on for the person never goes too far.
    """
    folded = typed.casefold()
    near = _rows(reader.ask("cases", folded, most=MOST + 1))
    found = [
        row for row in _rows(reader.ask("cases_worked_on_last", agent=agent, most=50)) if _fits(row, folded)
    ]
    found += [row for row in _rows(reader.ask("cases_opened_last")) if _fits(row, folded)]
    if len(near) > MOST:
        near = [near[0], *_rows(reader.ask("cases_backwards", folded))]
    return [*dict.fromkeys([*found, *near])]


def invoices(reader: Reader, typed: str) -> list[Row]:
    """The invoices whose numbers begin with `typed`, the newest first; of very many the newest, and the first of all."""
    for word in dict.fromkeys((typed, typed.upper())):
        if found := reader.ask("invoices", word, most=MOST + 1):
            return [*found[:MOST], *reader.ask("invoices_forwards", word)] if len(found) > MOST else found
    return []


def _rows(rows: Sequence[Row]) -> list[CaseRow]:
    return [CaseRow(*row) for row in rows]


def _fits(row: CaseRow, folded: str) -> bool:
    return row.number.casefold().startswith(folded)
