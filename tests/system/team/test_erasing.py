"""On a server only its owner erases personal data, and the trail stays proven."""

import psycopg
import pytest

pytestmark = pytest.mark.postgres


def test_no_role_erases_and_the_owner_does(crew):
    crew.work_as(None)
    crew("contact add acme jo@acme.example --name 'Jo Doe'")
    crew("case open --client acme --contact jo@acme.example --subject 'Of Jo Doe'")
    for who in [*crew.logins]:
        crew.work_as(who)
        assert (
            "Only the owner of the database can erase"
            in crew("contact erase jo@acme.example --yes", code=3).err
        )
        assert crew("contact export jo@acme.example").json["person"]["names"] == ["Jo Doe"]
        with crew.sql(who) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE audit SET after_json = 'x'")
    crew.work_as(None)
    done = crew("contact erase jo@acme.example --yes")
    assert done.out.endswith("Erased 2 records and 2 rows of the audit trail. The marker is erased-1.\n")
    assert "VACUUM FULL" in done.err
    assert "No damage found." in crew("doctor").out
    assert crew.rows("SELECT count(*) FROM audit WHERE after_json ILIKE '%jo doe%'") == [(0,)]
    crew(f"copy {crew.url} here.db")
    crew._suptime.set(SUPTIME_DB=str(crew.home / "here.db"))
    assert "No damage found." in crew("doctor").out
