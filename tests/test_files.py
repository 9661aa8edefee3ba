"""Files that people name: written whole, only as regular files, and never through a link."""

import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driving import Suptime

from suptime import files
from suptime.errors import WrongUsage

NOBODY = 65534


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def as_nobody(do: Callable[[], None]) -> str:
    """Run `do` in a child process, without the rights of root, and return what it raised."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            do()
            os.write(writing, b"nothing")
        except BaseException as error:  # noqa: BLE001 - the parent process judges it
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as stream:
        return stream.read().decode()


def names(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir())


def write(target: Path, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Write `target`, and do something `meanwhile`."""
    with files.writing(target) as stream:
        stream.write(b"new")
        meanwhile()


def special(folder: Path, kind: str) -> Path:
    """Make a file of `kind` in `folder`, beside a regular file `victim` that must never change."""
    (folder / "victim").write_text("as it was")
    target = folder / kind
    match kind:
        case "link":
            target.symlink_to("victim")
        case "dangling":
            target.symlink_to("nowhere")
        case "pipe":
            os.mkfifo(target)
        case "socket":
            # The path of a socket must be short.
            here = Path.cwd()
            os.chdir(folder)
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(kind)
            os.chdir(here)
        case "device-link":
            target.symlink_to("/dev/full")
    return target


SAYS = {
    "link": "is a symbolic link to victim. suptime does not write through links.",
    "dangling": "is a symbolic link to nowhere. suptime does not write through links.",
    "pipe": "is a named pipe. suptime writes only to regular files.",
    "socket": "is a socket. suptime writes only to regular files.",
    "device-link": "is a symbolic link to /dev/full. suptime does not write through links.",
}


COMMANDS = {
    "backup --yes {0}": 2,
    "export suptime --out {0}": 2,
    "export csv --out {0}": 2,
    "export ledger --out {0}": 2,
    "export xero --out {0}": 2,
    "copy suptime.db {0}": 2,
}


@pytest.mark.parametrize("kind", SAYS)
@pytest.mark.parametrize("command", COMMANDS)
def test_links_pipes_and_sockets_are_refused_and_left_alone(suptime: Suptime, command: str, kind: str):
    suptime("client add acme --name Acme")
    target = special(suptime.home, kind)
    before, there = target.lstat(), names(suptime.home)
    said = suptime(command.format(kind), code=COMMANDS[command]).err
    assert said.splitlines()[0] == f"Error: {kind} {SAYS[kind]}"
    assert (target.lstat().st_ino, target.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert (suptime.home / "victim").read_text() == "as it was"
    assert names(suptime.home) == there


def test_export_names_the_way_to_standard_output(suptime: Suptime):
    suptime("client add acme --name Acme")
    special(suptime.home, "pipe")
    said = suptime("export suptime --out pipe", code=2).err
    assert said.splitlines()[1] == "Leave out --out to write to standard output, or give another file."
    assert '"code": "acme"' in suptime("export suptime --out -").out
    assert not (suptime.home / "-").exists()


@pytest.mark.parametrize("name", ["/dev/null", "/dev/full"])
def test_a_device_stays_a_device(name: str):
    before = Path(name).lstat()

    assert (
        as_nobody(lambda: write(Path(name)))
        == f"WrongUsage: {name} is a device. suptime writes only to regular files."
    )
    assert (Path(name).lstat().st_rdev, Path(name).lstat().st_mode) == (before.st_rdev, before.st_mode)


def test_an_invoice_is_not_written_in_the_place_of_a_link(acme: Suptime):
    acme("log CASE-123 30m --from '2026-10-05 09:00'")
    folder = acme.home / "out"
    folder.mkdir()
    (folder / "2026-10-acme.html").symlink_to(acme.home / "victim")
    said = acme("invoice --month 2026-10 --format html --out out", code=2).err
    assert "out/2026-10-acme.html is a symbolic link to" in said
    assert not (acme.home / "victim").exists()
    assert names(folder) == ["2026-10-acme.html"]


def test_a_folder_may_be_a_link(acme: Suptime):
    acme("log CASE-123 30m --from '2026-10-05 09:00'")
    (acme.home / "real").mkdir()
    (acme.home / "out").symlink_to("real")
    acme("invoice --month 2026-10 --format html --out out")
    assert names(acme.home / "real") == ["2026-10-acme.html"]


def test_a_database_is_replaced_by_no_export_and_the_files_beside_it_by_nothing(suptime: Suptime):
    suptime("client add acme --name Acme")
    store = suptime.database.read_bytes()
    said = suptime("export suptime --out suptime.db", code=2).err
    assert said.startswith("Error: suptime.db is a database. suptime does not replace it.\n")
    (suptime.home / "other.db").write_bytes(store)
    (suptime.home / "other.db-wal").write_bytes(b"kept")
    said = suptime("backup --yes other.db-wal", code=2).err
    assert said.startswith("Error: other.db-wal belongs to a database. suptime does not replace it.\n")
    assert suptime.database.read_bytes() == store
    assert (suptime.home / "other.db-wal").read_bytes() == b"kept"


def test_a_hard_link_of_the_store_is_the_store(suptime: Suptime):
    suptime("client add acme --name Acme")
    (suptime.home / "same.db").hardlink_to(suptime.database)
    assert suptime("backup --yes same.db", code=2).err.startswith("Error: same.db is the store itself.\n")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_files_of_clients_have_the_umask_and_stores_and_backups_are_private(acme: Suptime):
    acme("log CASE-123 30m --from '2026-10-05 09:00'")
    acme("export suptime --out all.jsonl")
    acme("invoice --month 2026-10 --format html --out out")
    acme("backup b.db")
    acme("copy suptime.db c.db")
    assert mode(acme.home / "all.jsonl") == mode(acme.home / "out/2026-10-acme.html") == 0o640
    assert mode(acme.database) == mode(acme.home / "b.db") == mode(acme.home / "c.db") == 0o600
    acme.set(SUPTIME_DB="r.db")
    acme("restore b.db")
    acme("client list")
    assert {mode(path) for path in acme.home.glob("r.db*")} == {0o600}


@pytest.mark.usefixtures("umask")
def test_a_replaced_export_keeps_its_mode_and_a_replaced_backup_becomes_private(suptime: Suptime):
    suptime("client add acme --name Acme")
    for name, before, after in (("all.jsonl", 0o604, 0o604), ("b.db", 0o644, 0o600)):
        (suptime.home / name).write_text("old")
        (suptime.home / name).chmod(before)
        suptime(f"export suptime --out {name}" if name.endswith("l") else f"backup --yes {name}")
        assert mode(suptime.home / name) == after
        assert (suptime.home / name).stat().st_size > 3


def test_a_replaced_file_keeps_its_other_names(suptime: Suptime):
    suptime("client add acme --name Acme")
    (suptime.home / "old.jsonl").write_text("old")
    (suptime.home / "all.jsonl").hardlink_to(suptime.home / "old.jsonl")
    suptime("export suptime --out all.jsonl")
    assert (suptime.home / "old.jsonl").read_text() == "old"


def test_a_link_that_takes_the_name_meanwhile_is_not_followed(tmp_path: Path):
    victim, target = tmp_path / "victim", tmp_path / "out"
    victim.write_text("as it was")
    target.write_text("old")
    with pytest.raises(WrongUsage, match="is a symbolic link"):
        write(target, lambda: (target.unlink(), target.symlink_to(victim)))
    assert victim.read_text() == "as it was"
    assert names(tmp_path) == ["out", "victim"]


def test_a_link_between_the_last_check_and_the_renaming_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    victim, target = tmp_path / "victim", tmp_path / "out"
    victim.write_text("as it was")
    target.write_text("old")
    rename = Path.replace

    def late(made: Path, to: Path) -> Path:
        target.unlink()
        target.symlink_to(victim)
        return rename(made, to)

    monkeypatch.setattr(Path, "replace", late)
    write(target)
    assert (victim.read_text(), target.read_text(), target.is_symlink()) == ("as it was", "new", False)


def test_a_new_name_that_is_taken_meanwhile_is_checked_again(tmp_path: Path):
    target = tmp_path / "out"
    with pytest.raises(WrongUsage, match="is a named pipe"):
        write(target, lambda: os.mkfifo(target))
    assert names(tmp_path) == ["out"]


def test_nothing_is_left_where_writing_fails(tmp_path: Path):
    with pytest.raises(ZeroDivisionError):
        write(tmp_path / "out", lambda: 1 // 0)
    assert names(tmp_path) == []


def test_the_store_may_be_reached_through_a_link(suptime: Suptime):
    suptime("client add acme --name Acme")
    suptime("backup b.db")
    (suptime.home / "link.db").symlink_to("suptime.db")
    suptime.set(SUPTIME_DB="link.db")
    suptime("client add other --name Other")
    suptime("restore b.db --yes")
    assert (suptime.home / "link.db").is_symlink()
    assert [c["code"] for c in suptime("client list --format json").json["clients"]] == ["acme"]


def test_a_template_is_not_copied_through_a_link(suptime: Suptime):
    folder = Path(suptime("template copy invoice.html.j2 --format json").json["template"]["path"]).parent
    (folder / "invoice.html.j2").unlink()
    (folder / "invoice.html.j2").symlink_to("nowhere")
    assert "already exists" in suptime("template copy invoice.html.j2", code=3).err
    said = suptime("template copy invoice.html.j2 --force", code=2).err
    assert "invoice.html.j2 is a symbolic link to nowhere" in said
