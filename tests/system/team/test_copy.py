"""`suptime copy`: from a file to a server and back, with nothing lost."""

import pytest

from suptime.store import open_store

LIFE = (
    "log CASE-123 1h --from '2026-10-05 09:00' --note 'ünïcode, 5% off'",
    "log CASE-124 30m --from '2026-10-05 11:00'",
    "log CASE-124 5m --from '2026-10-05 12:00'",
    "undo",
    "delete U2",
    "price set acme-ps hour 160 --from 2026-10-03",
    "contact add acme ops@acme.example",
    "appointment book CASE-123 --from '2026-10-06 09:00' --to '2026-10-06 10:00'",
    "project add relaunch --client acme --budget 5000 --completed 2026-09-01",
    "case resolve CASE-125",
)
ISSUED = (
    "invoice --month 2026-10 --issue",
    "invoice pay INV-2026-0001 --amount 10",
    "invoice credit INV-2026-0001 --reason 'a mistake' --reopen",
    "start CASE-123",
)


@pytest.fixture
def lived(acme):
    """A store with a little of everything, that gave out ids which name nothing any more."""
    for line in LIFE:
        acme(line)
    acme.at("2026-11-02T15:00:00Z")
    for line in ISSUED:
        acme(line)
    return acme


def exported(suptime, database):
    suptime.set(SUPTIME_DB=str(database))
    return suptime("export suptime").out


def heads(database):
    with open_store(str(database)) as store, store.reading() as tx:
        return tx.audit.heads()


@pytest.mark.postgres
def test_a_store_moves_to_a_server_and_back_with_nothing_lost(lived, databases):
    before = exported(lived, lived.database)
    url, back = databases.url(databases.bare()), lived.home / "back.db"
    said = lived(f"copy {lived.database} {url}")
    assert said.out == (
        f"Copied {lived.database} to {url}: 1 client, 4 cases, 2 work units, 2 invoices"
        " and 30 audit rows. Verified the copy.\n"
    )
    assert said.err == f"To use the copy, set SUPTIME_DB={url}\n"
    assert exported(lived, url) == before
    assert lived("doctor").out.endswith("No damage found.\n")
    assert lived(f"copy {url} {back} --format json").json["copy"]["rows"]["invoice"] == 2
    assert exported(lived, back) == before
    assert lived("doctor").out.endswith("No damage found.\n")
    assert heads(lived.database) == heads(back)


@pytest.mark.postgres
def test_ids_go_on_where_they_were_in_the_copy(lived, databases):
    lived("stop")
    last = lived("log CASE-123 5m --from '2026-10-05 16:00' --format json").json["unit"]
    lived("undo")
    url, back = databases.url(databases.bare()), lived.home / "back.db"
    lived(f"copy {lived.database} {url}")
    lived(f"copy {url} {back}")
    following = f"U{int(last['id'][1:]) + 1}"
    for database in (url, back):
        lived.set(SUPTIME_DB=str(database))
        assert lived("log CASE-123 5m --from '2026-10-05 16:00'").out.startswith(f"Logged {following}:")


@pytest.mark.postgres
def test_a_copy_into_a_filled_database_is_refused_and_changes_nothing(lived, databases):
    url = databases.url(databases.fresh())
    lived.set(SUPTIME_DB=url)
    lived("client add other --name Other --currency USD")
    before = exported(lived, url)
    assert lived(f"copy {lived.database} {url}", code=3).err == (
        f"Error: {url} is not empty: it has rows (1 in audit, 1 in audit_head, 1 in client). Nothing was copied.\n"
        "Copy into an empty database, or one that is not there yet.\n"
    )
    assert exported(lived, url) == before


@pytest.mark.postgres
def test_a_copy_that_fails_in_the_middle_leaves_an_empty_database(lived, databases, monkeypatch):
    from suptime.store.database.transfer import Moving

    name = databases.fresh()
    kept = Moving.rows_of

    def rows_of(moving, table):
        for row in kept(moving, table):
            yield row
            if table == "work_unit":
                databases.end_connections(name)

    monkeypatch.setattr(Moving, "rows_of", rows_of)
    said = lived(f"copy {lived.database} {databases.url(name)}", code=5).err
    assert said == (
        f"Error: The connection to the store {databases.url(name)} was lost. Nothing was changed.\nTry again.\n"
    )
    monkeypatch.undo()
    assert exported(lived, databases.url(name)) == ""
    assert lived(f"copy {lived.database} {databases.url(name)}").code == 0


@pytest.mark.postgres
def test_a_zero_character_that_a_server_cannot_keep_is_named(lived, databases):
    with open_store(str(lived.database)) as store, store.connecting("write") as driver:
        driver.run("UPDATE client SET name = 'a' || char(0) || 'b'")
    assert lived(f"copy {lived.database} {databases.url(databases.bare())}", code=3).err == (
        "Error: The name of client acme holds a zero character, which PostgreSQL cannot keep.\n"
        "Correct it in the database that is copied, then copy again.\n"
    )


@pytest.mark.postgres
def test_roles_stay_on_their_server(lived, databases):
    name, login = databases.bare(), databases.login("ana")
    url = databases.url(name)
    lived(f"copy {lived.database} {url}")
    lived.set(SUPTIME_DB=url)
    lived(f"team grant {login} --role agent --agent ana")
    other = databases.url(databases.bare())
    lived(f"copy {url} {other}")
    lived.set(SUPTIME_DB=other)
    assert lived("team list --format json").json == {"members": []}
    assert lived("doctor").code == 0


def test_a_file_is_copied_to_another_file(lived):
    before = exported(lived, lived.database)
    copy = lived.home / "copy.db"
    lived(f"copy {lived.database} {copy}")
    assert exported(lived, copy) == before


def test_a_copy_that_differs_is_not_kept(lived, monkeypatch):
    from suptime.store.database.transfer import Moving

    copy, kept = lived.home / "copy.db", Moving.take

    def take(moving, name, rows):
        changed = [{**row, "note": "another"} if name == "work_unit" else row for row in rows]
        return kept(moving, name, changed)

    monkeypatch.setattr(Moving, "take", take)
    assert lived(f"copy {lived.database} {copy}", code=5).err == (
        f"Error: What was copied into {copy} is not what {lived.database} holds: work_unit differs."
        " Nothing was kept of it.\nTry again; suptime doctor looks the first one over.\n"
    )
    assert exported(lived, copy) == ""


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("copy none.db copy.db", 3, "There is no store at {home}/none.db, so there is nothing to copy."),
        (
            "copy suptime.db ./suptime.db",
            2,
            "Source and destination are the same database.\nGive another place for the copy.",
        ),
        (
            "copy suptime.db mysql://host/x",
            2,
            """Unsupported database URL 'mysql://host/x'. \
Use a path, sqlite:///PATH, or postgresql://USER@HOST/DATABASE.
Check SUPTIME_DB, or `database` in the settings. For a file of that name, write ./NAME.""",
        ),
    ],
)
def test_what_cannot_be_copied_is_named(acme, line, code, said):
    assert acme(line, code=code).err == f"Error: {said.format(home=acme.home)}\n"
    assert not (acme.home / "copy.db").exists()


def test_an_empty_database_is_not_copied(suptime):
    suptime("list")
    assert suptime("copy suptime.db copy.db", code=3).err == (
        f"Error: {suptime.database} is empty: there is nothing to copy.\n"
    )


@pytest.mark.parametrize("line", ["team grant ana --role agent", "team revoke ana", "team list"])
def test_roles_need_a_server(acme, line):
    assert acme(line, code=3).err == (
        "Error: Roles require a server: this store is a SQLite file, and everybody who may write the file may change it.\n"
        "To move it to PostgreSQL: suptime copy\n"
    )
