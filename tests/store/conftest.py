"""Stores to test on: a fresh SQLite file, or a fresh schema on the PostgreSQL server the environment names."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from store_seed import seed

from stores import new_store
from suptime.store import Store, make_store, open_store

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The timer's fast way is SQLite's alone."""
    items[:] = [item for item in items if not {"fast", "postgres"} <= set(_parameters(item).values())]


def _parameters(item: pytest.Item) -> dict[str, object]:
    found = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


@pytest.fixture
def url(bare_url: str) -> str:
    """The address of an empty store."""
    make_store(bare_url)
    return bare_url


@pytest.fixture(params=["sqlite", POSTGRES])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store that is not there yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "store.db")
        return
    server = os.environ.get("SUPTIME_TEST_POSTGRES")
    if not server:
        pytest.fail("SUPTIME_TEST_POSTGRES names no server")
    schema = f"suptime_{uuid.uuid4().hex}"
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        yield f"{server}?options=-csearch_path%3D{schema}"
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store with client acme, its contract acme-ps, and CASE-1 and CASE-2."""
    with open_store(url) as opened:
        seed(opened)
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a SQLite store with the same in it, closed."""
    place = tmp_path / "file.db"
    with new_store(place) as opened:
        seed(opened)
    return place
