"""The catalogue of columns is that of the tables, and every statement can be run by both databases."""

import pkgutil
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from store_seed import NOW, changing, seed, unit

from stores import new_store
from suptime.store import Store, open_store, repositories
from suptime.store.catalogue import COLUMNS
from suptime.store.database.driver import Query, Statement
from suptime.store.repositories.rows import Repository
from suptime.store.tables.work import TABLES
from suptime.store.timer import statements
from suptime.store.timer.clock import SqliteClock

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))


def test_the_catalogue_is_made_of_the_tables():
    from make_catalogue import FILE, catalogue

    assert FILE.read_text("utf-8") == catalogue(), "make catalogue"


def test_the_first_column_of_a_table_is_its_key():
    assert {name: next(iter(columns)) for name, columns in COLUMNS.items()} == {
        name: next(iter(table.primary_key.columns)).name for name, table in TABLES.items()
    }


def all_statements() -> Iterator[tuple[str, Statement]]:
    """Every statement that a repository or the timer has, by its name."""
    for module in pkgutil.iter_modules(repositories.__path__):
        import_module(f"{repositories.__name__}.{module.name}")
    for subject in Repository.__subclasses__():
        for name, value in vars(subject).items():
            if name.isupper() and isinstance(value, (Query, str)):
                yield f"{subject.__name__}.{name}", value
            elif name.isupper() and isinstance(value, tuple):
                yield from ((f"{subject.__name__}.{name}", one) for one in value)
    for name, text in statements.ON_A_SERVER.items():
        yield f"timer.{name}", text
    for name in ("UNSETTLE", "UNSETTLE_BESIDE_AN_ISSUE", "UNSETTLE_CONTRACT", "UNSETTLE_PROJECT"):
        yield name, getattr(statements, name)


STATEMENTS = {
    name: statement
    for name, statement in all_statements()
    if re.match(
        "SELECT|WITH|INSERT|UPDATE|DELETE", statement.head if isinstance(statement, Query) else statement
    )
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Iterator[Store]:
    with new_store(tmp_path_factory.mktemp("empty") / "store.db") as opened:
        yield opened


def explain(store: Store, statement: Statement) -> None:
    """Have the database plan a statement, with all of its conditions and values of nothing."""
    text = statement.text({*statement.conditions}) if isinstance(statement, Query) else statement
    text = text.format(condition="true", of="") if re.search(r"{(condition|of)}", text) else text
    lists = {name: [None] for name in re.findall(r"IN :(\w+)", text)}
    values = dict.fromkeys(re.findall(r"(?<![\w:]):(\w+)", text)) | lists
    with store.connecting("read") as driver:
        driver.all(f"EXPLAIN {text}", **values)


@pytest.mark.parametrize("name", STATEMENTS)
def test_sqlite_plans_every_statement(empty: Store, name: str):
    explain(empty, STATEMENTS[name])


@pytest.mark.postgres
@pytest.mark.parametrize("bare_url", ["postgres"], indirect=True)
def test_postgresql_plans_every_statement(url: str):
    with open_store(url) as server:
        for statement in STATEMENTS.values():
            explain(server, statement)


def test_the_timer_and_the_repository_write_the_same_bytes(tmp_path: Path):
    """The same work unit, started and stopped both ways, leaves the same rows: those of the audit trail, too."""
    written = []
    for name in ("timer", "repository"):
        path = str(tmp_path / f"{name}.db")
        with new_store(Path(path)) as store:
            seed(store)
            if name == "timer":
                with SqliteClock.open(path) as clock:
                    with clock.changing(now=lambda: NOW + 60, agent="zoe", command="start") as tx:
                        started = tx.add_unit(unit(60, None, agent="zoe"))
                    with clock.changing(now=lambda: NOW + 90, agent="zoe", command="stop") as tx:
                        tx.end_unit(started.id, NOW + 90, "ä")
                    with clock.changing(now=lambda: NOW + 95, agent="zoe", command="cancel") as tx:
                        tx.delete_unit(started.id)
            else:
                with changing(store, "start", "zoe", NOW + 60) as tx:
                    started = tx.units.add(unit(60, None, agent="zoe"))
                with changing(store, "stop", "zoe", NOW + 90) as tx:
                    tx.units.save(started._replace(ended_at=NOW + 90, note="ä"))
                with changing(store, "cancel", "zoe", NOW + 95) as tx:
                    tx.units.delete(started.id)
            with store.connecting("read") as driver:
                tables = ("work_unit", "audit", "audit_head", "unsettled_case")
                written.append({table: driver.all(f"SELECT * FROM {table}") for table in tables})
    assert written[0] == written[1]
    assert [row[-1] for row in written[0]["audit_head"] if row[0] == "zoe"]
