"""A team's store on a PostgreSQL server: acme and its four cases, and logins of the test's own."""

from contextlib import closing, contextmanager

import psycopg
import pytest
from driving import open_acme

from suptime.store import open_store


class Team:
    """`suptime` on one database, under whichever login the test says."""

    def __init__(self, suptime, databases, name):
        self._suptime = suptime
        self.databases = databases
        self.name = name
        self.url = databases.url(name)
        self.home = suptime.home
        self.logins = {}
        self.work_as(None)

    def work_as(self, who, agent=None):
        """Be the login of WHO from here on (None: the owner), and the agent of that name, or AGENT."""
        login = self.logins[who] if who else None
        self._suptime.set(
            SUPTIME_DB=self.databases.url(self.name, login), SUPTIME_AGENT=agent or who or "owner"
        )

    def grant(self, who, role):
        """A new login for WHO, with ROLE."""
        self.logins[who] = self.databases.login(who)
        self.work_as(None)
        done = self(f"team grant {self.logins[who]} --role {role} --agent {who}")
        self.work_as(who)
        return done

    def __call__(self, line, code=0):
        return self._suptime(line, code=code)

    def at(self, now):
        self._suptime.at(now)

    def spawn(self, line, **options):
        return self._suptime.spawn(line, **options)

    def refused(self, line):
        """What LINE says when the server refuses it, the login's own name taken out."""
        said = self(line, code=5).err
        for who, login in self.logins.items():
            said = said.replace(login, who)
        return said

    @contextmanager
    def sql(self, who=None):
        """A connection of psql's kind, as the login of WHO."""
        login = self.logins[who] if who else None
        with closing(psycopg.connect(self.databases.url(self.name, login), autocommit=True)) as connection:
            yield connection

    def rows(self, sql):
        with self.sql() as connection:
            return connection.execute(sql).fetchall()

    def trail_faults(self):
        with open_store(self.url) as store, store.reading() as tx:
            return [
                *tx.audit.faults(),
                *tx.integrity.overlaps(),
                *tx.row_checks.differences(),
                *tx.months.faults(),
            ]


@pytest.fixture(scope="session")
def acme_on_server():
    """Puts acme's store into a database: made once, copied from then on."""
    kept = []

    def put(suptime, databases):
        if not kept:
            name = databases.fresh()
            suptime.set(SUPTIME_DB=databases.url(name))
            open_acme(suptime)
            kept.append(name)
        return Team(suptime, databases, databases.bare(kept[0]))

    return put


@pytest.fixture
def team(suptime, databases, acme_on_server):
    """A team that works for acme: nobody has a role yet."""
    return acme_on_server(suptime, databases)


@pytest.fixture
def crew(team):
    """Ana and ben, agents with an hour each; bill, who does the billing; rita, who reads."""
    for who, role in (("ana", "agent"), ("ben", "agent"), ("bill", "billing"), ("rita", "reader")):
        team.grant(who, role)
        if role == "agent":
            team(f"log CASE-123 1h --from '2026-10-05 {'09' if who == 'ana' else '11'}:00'")
    team.work_as("ana")
    return team
