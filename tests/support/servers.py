"""Databases of a test's own, on the PostgreSQL server that SUPTIME_TEST_POSTGRES names."""

import uuid

import psycopg
from psycopg import sql

from suptime.store import make_store


class Databases:
    """Makes databases quickly, as copies of a template, and drops them in the end."""

    def __init__(self, server: str) -> None:
        self._server = server.rpartition("/")[0]
        self._admin = psycopg.connect(server, autocommit=True)
        self._made: list[str] = []
        self._logins: list[str] = []
        self._with_tables: str | None = None

    def url(self, name: str, login: str | None = None) -> str:
        """The URL of the database NAME, for LOGIN or who makes the databases."""
        scheme, _, place = self._server.partition("://")
        return f"{scheme}://{login}@{place.rpartition('@')[2]}/{name}" if login else f"{self._server}/{name}"

    def bare(self, template: str = "template1") -> str:
        """The name of a new database with what TEMPLATE holds: nothing."""
        name = f"suptime_{uuid.uuid4().hex}"
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._admin.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
        self._made.append(name)
        return name

    def fresh(self) -> str:
        """The name of a new database with suptime's tables, empty."""
        if self._with_tables is None:
            name = self.bare()
            make_store(self.url(name))
            self._with_tables = name
        return self.bare(self._with_tables)

    def login(self, name: str) -> str:
        """A new role that may log in, whose name begins with NAME."""
        full = f"{name}_{uuid.uuid4().hex[:12]}"
        self._admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(full)))
        self._logins.append(full)
        return full

    def end_connections(self, name: str) -> int:
        """Cut every connection to the database NAME, as a server that goes down does. Gives how many."""
        ended = self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        return len(ended.fetchall())

    def close(self) -> None:
        """Drop all that was made."""
        for name in self._made:
            self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for name in self._logins:
            self._admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
        self._admin.close()
