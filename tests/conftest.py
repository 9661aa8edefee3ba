"""Fixtures for everybody: a `suptime` to run, empty or with a client and four cases."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from driving import Suptime, open_acme
from hypothesis import settings

if TYPE_CHECKING:
    from servers import Databases

pytest_plugins = ["golden"]

# Looked up before any test gives `suptime` an environment of its own.
SERVER = os.environ.get("SUPTIME_TEST_POSTGRES")

# Containers often turn compiled modules off. Tests start `suptime` hundreds of times, and then each start would compile
# all of it again, and each worker all tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A slow machine is no fault of the program's: what is measured is measured under benchmarks/.
# Random examples are the same in each run, so that a change is what a failure comes from. To look for others:
# pytest --hypothesis-profile=search tests/laws
settings.register_profile("house", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("search", deadline=None)
settings.load_profile("house")


@pytest.fixture
def suptime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Suptime:
    """A `suptime` with a home that holds an empty store."""
    home = tmp_path / "home"
    home.mkdir()
    return Suptime(home, monkeypatch, capsys)


@pytest.fixture(scope="session")
def acme_database(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Suptime], None]:
    """Puts acme's database into a home: made once, copied from then on."""
    kept = tmp_path_factory.mktemp("acme") / "suptime.db"

    def put(suptime: Suptime) -> None:
        if kept.exists():
            shutil.copy(kept, suptime.database)
            return
        open_acme(suptime)
        shutil.copy(suptime.database, kept)

    return put


@pytest.fixture
def acme(suptime: Suptime, acme_database: Callable[[Suptime], None]) -> Suptime:
    """A `suptime` with a client, a contract and four cases: 123 and 124 billable, 125 without consent, 200 resolved."""
    acme_database(suptime)
    return suptime


@pytest.fixture(scope="session")
def databases() -> "Iterator[Databases]":
    """Makes databases on the PostgreSQL server that the environment names."""
    from servers import Databases

    if SERVER is None:
        pytest.fail("SUPTIME_TEST_POSTGRES names no server")
    made = Databases(SERVER)
    yield made
    made.close()
