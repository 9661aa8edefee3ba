"""Reading and writing rows, each write with its audit row: what all subjects of the repository share.

Reads are SQL on the driver. A new or changed row is a SQLModel model in a session; a work unit, which
the timer and `log` write, and rows by the thousand go to the driver. All leave the same audit rows.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar

from suptime.domain.time import Instant
from suptime.errors import NotPossible
from suptime.store.catalogue import COLUMNS
from suptime.store.database.audit_chain import SERVER_CHANGES, AuditWriter
from suptime.store.database.driver import BATCH, Driver, Query, Statement
from suptime.store.database.faults import Withheld, storable
from suptime.store.mapped import (
    Mapped,
    Noun,
    Row,
    Values,
    as_day,
    columns_of,
    insert_into,
    key_of,
    quoted,
    stored,
)
from suptime.store.repositories.records import name_of
from suptime.store.timer.statements import DROP, beside, by_rows

if TYPE_CHECKING:
    from sqlmodel import Session

    from suptime.store.repositories.row_digests import Draws, PendingRows

Item = TypeVar("Item")

Clients = Collection[str] | None
"""Codes of clients, or None for all."""

RECORDED = "recorded"
"""The entity of audit rows that account for many rows; the key is the table's name."""

OWN = frozenset({"work_unit", "appointment"})
"""The tables of which an agent on a server deletes own rows, without the right to delete."""

MOST_TOUCHED = 10_000
"""Cases that one transaction names; those of an import can be a hundred times as many."""


class Author(NamedTuple):
    """Who changes something, when, and with which command."""

    at: Instant
    agent: str
    command: str


class Touched:
    """What a transaction changed that rating may see: contracts, clients of contracts, and cases with work.

    Where they became too many to name, `many` is set: they are all contracts.
    """

    def __init__(self) -> None:
        self.contracts: set[str] = set()
        self.clients: set[str] = set()
        self.cases: set[str] = set()
        self.many = False

    def add(self, entity: str, row: Row) -> None:
        """Note whose the `row` of a table is."""
        if contract := row.get("contract"):
            self.contracts.add(contract)
        elif number := row.get("case_number"):
            self.cases.add(number)
            if len(self.cases) > MOST_TOUCHED:
                self.many = True
                self.cases.clear()
        elif entity != "case" and (client := row.get("client")):
            self.clients.add(client)


class Rows:
    """The rows of one transaction. Without an author it only reads."""

    def __init__(self, driver: Driver, author: Author | None = None) -> None:
        self.driver = driver
        self.author = author
        self._audit = AuditWriter(driver, *author) if author else None
        self.touched_cases: set[str] = set()
        """Cases whose state must be computed again: the old one is gone already."""
        self.touched_many = False
        """Whether they became too many to name: they are all cases that have no state."""
        self.touched = Touched()
        self.noted: dict[str, PendingRows] = {}

    @property
    def audit(self) -> AuditWriter:
        """What writes the audit rows. A transaction that was opened for reading has none."""
        if self._audit is None:
            raise RuntimeError("this transaction was opened for reading")
        return self._audit

    def require_author(self) -> None:
        """Refuse to write in a transaction that was opened for reading."""
        assert self.audit  # noqa: S101 -- it raises by itself

    @cached_property
    def session(self) -> "Session":
        """The session of this transaction, in which new and changed rows are models."""
        from sqlmodel import Session

        return Session(self.driver.connection(), autoflush=False)

    def row(self, entity: str, key: Any) -> Values | None:
        """Return the row of a table that `key` names, as it is stored, or None."""
        found = self.driver.one(f"{_select(entity)} WHERE {key_of(entity)} = :key", key=key)
        return None if found is None else stored(entity, found)

    def each_row(self, entity: str, tail: str = "", at_once: int = BATCH) -> Iterator[Values]:
        """Yield all rows of a table as they are stored, in the order of `tail`."""
        for row in self.driver.stream(f"{_select(entity)} {tail}", at_once):
            yield stored(entity, row)

    def insert(self, entity: str, values: Values) -> Values:
        """Add a row and its audit row; an id of 0 becomes the next one. Return the row as it is stored."""
        self.require_author()
        kept = values | {key_of(entity): self.insert_unaudited(entity, values)}
        if values.get("id"):
            self.ids_taken(entity)
        self.added(entity, kept)
        return kept

    def insert_next(self, entity: str, values: Values) -> Values:
        """Add a row and its audit row, with the number after the last in use. Return the row as it is stored.

        For rows that keepers alone add, who take turns: a number that a dry run or a refused command had is given
        again, which a server's sequence would not do.
        """
        newest = max(self.last_id(entity), self.driver.value(f"SELECT max(id) FROM {quoted(entity)}") or 0)
        kept = values | {"id": newest + 1}
        self.insert_unaudited(entity, kept)
        self.added(entity, kept)
        return kept

    def insert_unaudited(self, entity: str, values: Values) -> Any:
        """Add a row, of which the caller writes the audit row. Return its key."""
        self.require_author()
        given = {name: value for name, value in values.items() if not (name == "id" and value == 0)}
        return self._insert_unit(given) if entity == "work_unit" else self._insert_model(entity, given)

    def _insert_unit(self, given: Values) -> Any:
        return self.driver.value(f"{insert_into('work_unit', given)} RETURNING id", **given)

    def _insert_model(self, entity: str, given: Values) -> Any:
        from suptime.store.tables.work import MODELS

        model = MODELS[entity](**given)
        with storable():
            self.session.add(model)
            self.session.flush()
        key = getattr(model, key_of(entity))
        self.session.expunge(model)
        return key

    def added(self, entity: str, values: Row) -> None:
        """Leave what every new row leaves behind."""
        self.audit.add(entity, str(values[key_of(entity)]), None, values)
        self.mark_changed(entity, None, values)

    def update(self, entity: str, key: Any, values: Values) -> None:
        """Change a row, unless it is so already, and add its audit row.

        Raises:
            NotPossible: there is no such row.
        """
        before = self._existing(entity, key)
        after = before | values
        if after != before:
            self.update_unaudited(entity, before, after)
            self.audit.add(entity, str(key), before, after)
            self.mark_changed(entity, before, after)

    def update_unaudited(self, entity: str, before: Values, after: Values) -> None:
        """Change a row from `before` to `after`; the caller writes the audit row."""
        from sqlalchemy.orm import make_transient_to_detached
        from sqlalchemy.orm.exc import StaleDataError

        from suptime.store.tables.work import MODELS

        model = MODELS[entity](**before)
        make_transient_to_detached(model)
        self.session.add(model)
        # The session writes only what changes: the right to write is given for each column.
        model.sqlmodel_update({name: value for name, value in after.items() if value != before[name]})
        try:
            with storable():
                self.session.flush()
        except StaleDataError as error:
            raise Withheld from error
        self.session.expunge(model)

    def delete(self, entity: str, key: Any) -> Row:
        """Delete a row, and add its audit row. Return what it was.

        Raises:
            NotPossible: there is no such row.
        """
        before = self._existing(entity, key)
        if entity not in OWN or self.driver.is_keeper:
            self.require(
                self.driver.run(f"DELETE FROM {quoted(entity)} WHERE {key_of(entity)} = :key", key=key)
            )
        else:
            self.require(self.driver.value(DROP, entity=entity, id=key))
        self.audit.add(entity, str(key), before, None)
        self.mark_changed(entity, before, None)
        return before

    def _existing(self, entity: str, key: Any) -> Values:
        self.require_author()
        row = self.row(entity, key)
        if row is None:
            raise NotPossible(f"There is no {name_of(entity, str(key))}.")
        return row

    def require(self, changed: Any) -> None:
        """Refuse where what was just read could not be changed: the database hid it from the change."""
        if not changed:
            raise Withheld

    def mark_changed(self, entity: str, before: Row | None, after: Row | None) -> None:
        """Note what of closed months this change touches, and hold the agents whose work it is."""
        for row in filter(None, (before, after)):
            self.touched.add(entity, row)
        if entity == "work_unit":
            self.hold({str(row["agent"]) for row in (before, after) if row})
        for statement, values in by_rows(entity, before, after):
            self.driver.run(statement if self.driver.is_keeper else beside(statement), **values)

    def hold(self, agents: Iterable[str]) -> None:
        """Have nobody else write the time of `agents` until this change is done."""
        if self.driver.is_server:
            for agent in sorted({*agents} - {self.audit.agent}):
                self.driver.hold(agent)

    def seal(self) -> None:
        """Write the accounts of the rows that were noted, then the ends of the audit chains: the last thing to do."""
        for table, noted in sorted(self.noted.items()):
            for part in noted.parts():
                self.audit.add(RECORDED, table, None, part.as_data())
        self.noted.clear()
        self.audit.seal()

    def touch_where(self, condition: str, **values: Any) -> None:
        """Note the cases that meet a condition as touched, and drop the states that were kept of them."""
        self.touch(self.driver.column(f'SELECT number FROM "case" WHERE {condition}', **values))

    def touch(self, numbers: Iterable[str]) -> None:
        """Note cases as touched, and drop the states that were kept of them."""
        if not self.driver.is_keeper:
            return  # what agents know of each other's cases is not theirs to write: it holds no more
        touched = sorted(set(numbers))
        self.name_touched(touched)
        for part in batches(touched):
            self.driver.run("DELETE FROM standing WHERE case_number IN :numbers", numbers=part)

    def name_touched(self, numbers: Iterable[str]) -> None:
        """Note cases as touched, until there are too many to name."""
        self.touched_cases.update(() if self.touched_many else numbers)
        if len(self.touched_cases) > MOST_TOUCHED:
            self.touched_cases.clear()
            self.touched_many = True

    def add_many(self, entity: str, rows: Iterable[Values]) -> int:
        """Insert rows in batches, with a digest of each for the audit trail. Those with an id keep it.

        Return how many they were.
        """
        self.require_author()
        count = 0
        for part in batches(rows):
            count += len(part)
            with_ids = [row for row in part if row.get("id", 0) != 0]
            for some in (part,) if len(with_ids) in {0, len(part)} else _runs(part):
                self._add_batch(entity, some)
        return count

    def _add_batch(self, entity: str, batch: list[Values]) -> None:
        given = bool(batch[0].get("id"))
        if "id" in COLUMNS[entity] and not given:
            batch = self.numbered(entity, batch)
        self.insert_many(entity, batch)
        self.note_rows(entity, batch)
        if given:
            self.ids_taken(entity)
        self.mark_many_changed(entity, batch)

    def insert_many(self, entity: str, rows: Sequence[Values]) -> None:
        """Insert rows, which have the same columns, and nothing else."""
        if rows:
            self.driver.run_many(insert_into(entity, rows[0]), rows)

    def numbered(self, table: str, rows: Sequence[Values]) -> list[Values]:
        """Return `rows` with the next ids of `table`."""
        ids = self.new_ids(table, len(rows))
        return [row | {"id": id} for row, id in zip(rows, ids, strict=True)]  # noqa: A001

    def mark_many_changed(self, entity: str, rows: Iterable[Row]) -> None:
        """Note what of closed months `rows` touch, each place once."""
        rows = [*rows]
        for row in rows:
            self.touched.add(entity, row)
        if not self._has_closings:
            return
        places: dict[str, dict[tuple[object, ...], Values]] = {}
        for row in rows:
            for statement, values in by_rows(entity, None, row):
                places.setdefault(statement, {})[tuple(values.values())] = values
        for statement, of_statement in places.items():
            self.driver.run_many(statement, [*of_statement.values()])

    @cached_property
    def _has_closings(self) -> bool:
        return self.driver.value("SELECT client FROM closing LIMIT 1") is not None

    def note_rows(self, table: str, rows: Iterable[Row]) -> None:
        """Account for `rows`, which are new in `table` and have no audit rows of their own."""
        from suptime.store.repositories.row_digests import HOW, How

        if table in HOW and HOW[table].how is not How.DERIVED:
            noted = self.noting(table)
            for row in rows:
                noted.add(row)

    def note_lines(self, lines: Iterable[Row], draws: "Mapping[int, Draws]") -> None:
        """Account for issued `lines`, each with its `draws` by the line's id: purchase and quantity."""
        from suptime.store.repositories.row_digests import line_extras

        noted = self.noting("issued_line")
        for line in lines:
            noted.add(line, *line_extras(line, draws.get(line["id"], [])))

    def noting(self, table: str) -> "PendingRows":
        """Return the rows of `table` that wait to be accounted for."""
        from suptime.store.repositories.row_digests import PendingRows

        if table not in self.noted:
            self.noted[table] = PendingRows(table)
        return self.noted[table]

    def new_ids(self, entity: str, count: int) -> list[int]:
        """Return the next ids of a table, for rows that are to be written together with rows that name them."""
        if self.driver.is_server:
            drawn = "SELECT nextval(pg_get_serial_sequence(:entity, 'id')) FROM generate_series(1, :count)"
            return sorted(self.driver.column(drawn, entity=entity, count=count))
        newest = self.last_id(entity)
        return list(range(newest + 1, newest + 1 + count))

    def last_id(self, entity: str) -> int:
        """Return the last id that a table ever gave out."""
        if self.driver.is_server:
            asked = "SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:entity, 'id') AS regclass))"
        else:
            asked = "SELECT seq FROM sqlite_sequence WHERE name = :entity"
        return int(self.driver.value(asked, entity=entity) or 0)

    def ids_taken(self, entity: str) -> None:
        """Have the next id follow those that were given, where the database does not see to it itself."""
        if self.driver.is_server:
            self.reserve(entity, self.driver.value(f"SELECT max(id) FROM {quoted(entity)}") or 0)

    def changes_taken(self) -> None:
        """Have a server number changes after those that came from another server."""
        if self.driver.is_server:
            newest = self.driver.value("SELECT max(change) FROM audit") or 0
            last = self.driver.value("SELECT pg_sequence_last_value('audit_change_seq')")
            if newest > (last or SERVER_CHANGES):
                self.driver.value("SELECT setval('audit_change_seq', :newest)", newest=newest)

    def reserve(self, entity: str, newest: int) -> None:
        """Have the next id of a table come after `newest`."""
        # Never backwards: an id that was given out once names nothing else later. And only where it
        # must be: an agent who takes back a deletion has no right to set a sequence.
        if newest <= self.last_id(entity):
            return
        given = {"entity": entity, "newest": newest}
        if self.driver.is_server:
            self.driver.value("SELECT setval(pg_get_serial_sequence(:entity, 'id'), :newest)", **given)
        elif not self.driver.run("UPDATE sqlite_sequence SET seq = :newest WHERE name = :entity", **given):
            self.driver.run("INSERT INTO sqlite_sequence (name, seq) VALUES (:entity, :newest)", **given)


class Repository(Generic[Noun]):
    """The rows of one subject, within a transaction."""

    mapped: ClassVar[Mapped[Any]]

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.driver = rows.driver

    def read(self, statement: Statement, **values: Any) -> list[Noun]:
        """Return the nouns of the rows that `statement` asks for."""
        noun = self.mapped.noun
        return [noun(row) for row in self.driver.all(statement, **values)]

    def read_one(self, statement: Statement, **values: Any) -> Noun | None:
        """Return the noun of the first row that `statement` asks for, or None."""
        row = self.driver.one(statement, **values)
        return None if row is None else self.mapped.noun(row)

    def read_each(self, statement: Statement, **values: Any) -> Iterator[Noun]:
        """Yield the nouns of the rows that `statement` asks for, a part at a time."""
        return map(self.mapped.noun, self.driver.stream(statement, **values))

    def by_key(self, key: Any) -> Noun | None:
        """Return the noun that the primary key names, or None."""
        table = self.mapped.table
        return self.read_one(f"{self.mapped.select} WHERE {quoted(table)}.{key_of(table)} = :key", key=key)

    def insert(self, noun: Noun, **more: Any) -> Noun:
        """Add a noun and its audit row. Return it with its id."""
        row = self.rows.insert(self.mapped.table, self.mapped.values(noun, **more))
        stored_noun: Noun = self.mapped.of(row)
        return stored_noun

    def update(self, key: Any, noun: Noun) -> None:
        """Write a noun over the row that `key` names, with an audit row.

        Raises:
            NotPossible: there is none.
        """
        self.rows.update(self.mapped.table, key, self.mapped.values(noun))

    def insert_all(self, nouns: Iterable[Noun]) -> int:
        """Add many nouns, with a digest of each for the audit trail. Return how many they were."""
        return self.rows.add_many(self.mapped.table, map(self.mapped.values, nouns))


def _select(entity: str) -> str:
    return f"SELECT {columns_of(entity)} FROM {quoted(entity)}"


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield `items` in lists of at most `BATCH`."""
    source = iter(items)
    while part := list(islice(source, BATCH)):
        yield part


def _runs(rows: Sequence[Values]) -> Iterator[list[Values]]:
    """Yield rows that follow each other and all have an id, or all have none."""
    from itertools import groupby

    for _, run in groupby(rows, key=lambda row: row.get("id", 0) != 0):
        yield list(run)


def typed(entity: str, row: Row) -> Values:
    """Return a row as an audit row's JSON holds it, with days as dates again."""
    kinds = COLUMNS[entity]
    return {
        name: as_day(value) if value is not None and kinds[name] == "day" else value
        for name, value in row.items()
        if name in kinds
    }


__all__ = ["BATCH", "Author", "Clients", "Query", "Repository", "Rows", "batches", "typed"]
