"""What a database server says is passed on in words, whether or not a server is at hand."""

import sys

import pytest
from sqlalchemy.exc import OperationalError
from store_seed import refused, said

from suptime.errors import StorageFault
from suptime.store import open_store
from suptime.store.database.engine import database_faults


class Said(Exception):
    """What the driver raises: its words, and PostgreSQL's state."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("first line\nsecond line")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "what", "hint"),
    [
        ("55P03", "is locked by another program", "Try again when that program has finished."),
        (
            "53300",
            "has no connection free",
            "Try again in a moment, or have the server take more (max_connections).",
        ),
        ("53100", "has no room left", "Make room on the server; nothing was changed."),
        (
            "54000",
            "cannot hold so much in one place",
            "Shorten what was given; nothing was changed.",
        ),
        ("28P01", "refuses the login", "Check the user and password in the URL."),
        ("3D000", "does not exist", "Create the database on the server first."),
        (
            "42501",
            "refuses this user",
            "Ask its owner for a role (suptime team grant), or for the right to make tables.",
        ),
        (None, "cannot be reached", "Check that the server runs and the URL is right."),
        ("XX000", "cannot be used", ""),
    ],
)
def test_every_fault_of_a_server_has_its_words(state: str | None, what: str, hint: str):
    with pytest.raises(StorageFault) as caught, database_faults("postgresql://host/team"):
        raise OperationalError("SELECT 1", {}, Said(state))
    lines = [f"The store postgresql://host/team {what}.", "PostgreSQL says: first line.", hint]
    assert said(caught.value) == "\n".join(line for line in lines if line)


def test_a_driver_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert refused(StorageFault, lambda: open_store("postgresql://localhost/team")) == (
        "The driver for PostgreSQL is not installed.\npip install 'suptime[postgres]'"
    )
