"""A firm with clients whose October is to be invoiced, on SQLite and on PostgreSQL."""

import shutil
from contextlib import contextmanager

import pytest
from firm_contract import CLIENTS, CONTRACT
from sqlalchemy import create_engine, text


class Firm:
    """`suptime` in a firm's hands: every exit code is looked at by the test."""

    def __init__(self, suptime, databases):
        self._suptime = suptime
        self._databases = databases
        self.file = databases is None
        self.home = suptime.home
        suptime.set(TZ="America/Chicago")
        self.at("2026-11-02T15:00:00Z")

    def __call__(self, line):
        return self._suptime(line, code=None)

    def at(self, now):
        self._suptime.set(SUPTIME_NOW=now)

    def set(self, **variables):
        self._suptime.set(**variables)

    def put(self, kept):
        """Work on a copy of KEPT from here on."""
        self._kept = kept
        self.put_back()

    def put_back(self):
        """Have all as it was when it was put there."""
        if not self.file:
            self._use(self._databases.bare(self._kept))
            return
        for suffix in ("", "-wal", "-shm"):
            self._suptime.database.with_name(f"suptime.db{suffix}").unlink(missing_ok=True)
        shutil.copy(self._kept, self._suptime.database)
        self._url = f"sqlite:///{self._suptime.database}"

    def begin(self):
        """Work on an empty database; gives what is to be kept of it in the end."""
        if self.file:
            return self._suptime.database
        self._use(self._databases.fresh())
        return self._name

    def _use(self, name):
        self._name = name
        self._url = self._databases.url(name)
        self.set(SUPTIME_DB=self._url)

    @contextmanager
    def looking(self):
        """Runs SQL on the database: gives its rows."""
        engine = create_engine(self._url.replace("postgresql://", "postgresql+psycopg://"))
        try:
            with engine.begin() as connection:
                yield lambda sql, **asked: _rows(connection.execute(text(sql), asked))
        finally:
            engine.dispose()


def _rows(found):
    return [tuple(row) for row in found] if found.returns_rows else []


@pytest.fixture(scope="session")
def october(tmp_path_factory):
    """Makes the firm's database once on each kind of server; gives a function that puts it before a firm."""
    all_kept = {}

    def put(firm):
        if firm.file not in all_kept:
            made = firm.begin()
            for place, code in enumerate(CLIENTS):
                (firm.home / f"{code}.toml").write_text(CONTRACT.format(code=code))
                for line in (
                    f"client add {code} --name '{code.title()}' --currency USD --tax 10",
                    f"contract add {code} {code}.toml",
                    f"case open CASE-{place + 1} --client {code} --at '2026-10-01 09:00'",
                    f"log CASE-{place + 1} 35m --from '2026-10-05 {place + 9:02}:00'",
                ):
                    result = firm(line)
                    assert result.code == 0, result.err
            if firm.file:
                made = shutil.copy(made, tmp_path_factory.mktemp("october") / "suptime.db")
            all_kept[firm.file] = made
        firm.put(all_kept[firm.file])
        return firm

    return put


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def firm(suptime, october, request):
    """A firm with six clients, each with 35 minutes of October to invoice."""
    databases = request.getfixturevalue("databases") if request.param == "postgres" else None
    return october(Firm(suptime, databases))
