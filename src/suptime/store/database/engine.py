"""SQLAlchemy on a transaction of the store, and its errors in words. Loaded when a model is written."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.pool import NullPool

from suptime.store.database import faults

_ENGINES: dict[str, dict[str, Any]] = {
    "sqlite": {"url": "sqlite://"},
    # To find the types of hstore asks the server, for columns that no table has.
    "postgresql": {"url": "postgresql+psycopg://", "use_native_hstore": False},
}


class _Borrowed:
    """A connection whose transaction the store begins and ends, and not SQLAlchemy."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def commit(self) -> None:
        """Leave the transaction to the store."""

    rollback = close = commit


@contextmanager
def connection_on(raw: Any, database: str) -> Iterator[Connection]:
    """Give SQLAlchemy's connection on the transaction that has begun on `raw`, of a `database` of this kind."""
    engine = create_engine(**_ENGINES[database], creator=lambda: _Borrowed(raw), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@contextmanager
def database_faults(where: str) -> Iterator[None]:
    """Turn errors of any driver, raised within, into errors for people. `where` names the database."""
    try:
        yield
    except DBAPIError as error:
        raise explained(error, where) from error
    except sqlite3.Error as error:
        raise faults.storage_fault(error, where) from error
    except UnicodeDecodeError as error:
        raise faults.garbled(where) from error


def explained(error: DBAPIError, where: str) -> Exception:
    """Return the error for people of SQLAlchemy's `error` about the database `where`."""
    origin = error.orig
    if isinstance(origin, sqlite3.IntegrityError):
        return faults.refusal(str(origin))
    if isinstance(origin, sqlite3.Error):
        return faults.storage_fault(origin, where)
    if isinstance(error, DataError):
        return faults.unstorable_text()
    return faults.explain(origin, where)
