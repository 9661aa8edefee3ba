"""Which store a command works on, and which commands make one."""

import pytest
from driving import Suptime

NONE_NEEDED = {
    "status --format prompt": "",
    "config": None,
    "config path": None,
    "template list": None,
    "completion bash": None,
    "contract check acme.toml": None,
    "--help": None,
    "list --help": None,
    "--version": None,
    "import toggl log.csv --dry-run --timezone UTC": None,
}

NEEDED = (
    "list",
    "status",
    "start CASE-1",
    "stop --format json",
    "undo",
    "case list",
    "invoice --month 2026-09 --issue",
    "client add acme --name Acme --currency USD --timezone UTC",
    "contract add acme missing.toml",
    "import suptime missing.jsonl",
    "import toggl missing.csv",
    "export suptime",
    "backup b.db",
    "doctor --fix",
)

LOG = "User,Project,Start date,Start time,End date,End time\nana,CASE-1,2026-10-01,09:00:00,2026-10-01,10:00:00\n"


@pytest.fixture
def bare(suptime: Suptime) -> Suptime:
    """A `suptime` without a store: SUPTIME_DB names a file in a folder, and neither is there."""
    suptime.database.unlink()
    suptime.set(SUPTIME_DB="folder/store.db")
    return suptime


def left(suptime: Suptime) -> list[str]:
    return sorted(str(path.relative_to(suptime.home)) for path in suptime.home.rglob("*"))


@pytest.mark.parametrize("command", NEEDED)
def test_without_a_store_a_command_names_the_place_and_leaves_nothing(bare: Suptime, command: str):
    assert bare(command, code=5).err == (
        f"Error: There is no store at {bare.home}/folder/store.db. The path is from SUPTIME_DB.\n"
        "Try: suptime init\n"
    )
    assert left(bare) == []


@pytest.mark.parametrize("command", NONE_NEEDED)
def test_commands_that_need_no_store(bare: Suptime, command: str):
    (bare.home / "log.csv").write_text(LOG)
    (bare.home / "acme.toml").write_text("")
    said = bare(command, code=None)
    assert said.code != 5
    assert NONE_NEEDED[command] in {None, said.out + said.err}
    assert left(bare) == ["acme.toml", "log.csv"]


def test_a_dry_run_of_an_import_reads_an_empty_store(acme: Suptime):
    acme("export suptime --out all.jsonl")
    acme.set(SUPTIME_DB="folder/store.db")
    before = left(acme)
    said = acme("import suptime all.jsonl --dry-run --format json").json["import"]
    assert (said["written"], said["added"]["case"]) == (False, 4)
    assert left(acme) == before


def test_the_setting_names_the_place(bare: Suptime):
    bare.set(SUPTIME_DB=None, SUPTIME_CONFIG="config.toml")
    (bare.home / "config.toml").write_text('database = "mine.db"\n')
    assert bare("client add acme --name Acme", code=5).err == (
        f"Error: There is no store at {bare.home}/mine.db. The path is from the setting `database` in config.toml.\n"
        "Try: suptime init\n"
    )


@pytest.mark.parametrize("typed", ["", " "])
def test_a_variable_that_is_set_to_nothing_is_refused(bare: Suptime, typed: str):
    bare.set(SUPTIME_DB=typed)
    for command in ("list", "status", "init"):
        assert bare(command, code=2).err == (
            "Error: SUPTIME_DB is empty.\nSet it to a path or a database URL, or unset it.\n"
        )


def test_a_first_client_on_the_default_path_makes_a_store(bare: Suptime):
    bare.set(SUPTIME_DB=None)
    place = f"{bare.home}/.data/suptime/suptime.db"
    assert bare("list", code=5).err == (
        f"Error: There is no store at {place}. This is the default path.\nTry: suptime init\n"
    )
    bare("client add acme --name Acme --currency NOPE", code=2)
    assert left(bare) == []
    assert bare("client add acme --name Acme").err == f"Made a new store: {place}\n"
    assert bare("client add beta --name Beta").err == ""


def test_a_first_import_on_the_default_path_makes_a_store(acme: Suptime):
    acme("export suptime --out all.jsonl")
    (acme.home / "bad.jsonl").write_text("{}\n")
    acme.set(SUPTIME_DB=None)
    acme("import suptime bad.jsonl", code=2)
    assert not (acme.home / ".data").exists()
    assert acme("import suptime all.jsonl").err == f"Made a new store: {acme.home}/.data/suptime/suptime.db\n"
    assert len(acme("case list --format json").json["cases"]) == 4


def test_init_makes_a_store_with_its_folders_and_no_second_one(bare: Suptime):
    place = f"{bare.home}/folder/store.db"
    assert bare("init").out == f"Made a new store: {place}\n"
    assert bare("init", code=3).err == (
        f"Error: There is a store at {place} already. Nothing was changed.\nWith --if-missing this is not an error.\n"
    )
    assert bare("init --if-missing").out == f"The store already exists: {place}\n"
    assert bare("init --if-missing --format json").json == {"store": {"place": place, "created": False}}


@pytest.mark.parametrize("option", ["", " --if-missing"])
def test_init_makes_none_in_the_place_of_another_file(bare: Suptime, option: str):
    (bare.home / "notes.txt").write_text("mine\n" * 200)
    bare.set(SUPTIME_DB="notes.txt")
    assert "is not a database" in bare("init" + option, code=3).err
    assert "is not a database" in bare("list", code=5).err
    assert (bare.home / "notes.txt").read_text() == "mine\n" * 200


@pytest.mark.postgres
def test_a_database_without_tables_is_no_store(bare: Suptime, databases):
    bare.set(SUPTIME_DB=databases.url(databases.bare()))
    for command in ("list", "status", "client add acme --name Acme", "doctor"):
        assert "There is no store in the database" in bare(command, code=5).err
    assert bare("status --format prompt").out == ""
    assert bare("init --format json").json["store"]["created"] is True
    assert bare("init --if-missing --format json").json["store"]["created"] is False
    assert bare("list --format json").json["units"] == []
