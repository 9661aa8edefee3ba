"""Fixtures for the commands on clients, contracts, cases, appointments and purchases."""

import shutil
from pathlib import Path

import pytest
from records_world import FIRM, World


@pytest.fixture(scope="session")
def firm_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the firm's database is kept once a test has made it; tests take copies."""
    return tmp_path_factory.mktemp("firm") / "suptime.db"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> World:
    """A database with nothing in it."""
    home = tmp_path / "home"
    home.mkdir()
    return World(home, monkeypatch, capsys)


@pytest.fixture
def firm(empty: World, firm_database: Path) -> World:
    """The database of the small firm."""
    if firm_database.exists():
        shutil.copy(firm_database, empty.database)
    else:
        empty.do(FIRM)
        shutil.copy(empty.database, firm_database)
    return empty
