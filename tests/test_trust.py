"""Hooks and templates that somebody else could change are not used."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from driving import Suptime

from suptime.language.catalogue import catalogue
from suptime.trust import distrust

NOBODY = 65534


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file in a folder in a folder, which only its owner may write."""
    path = tmp_path / "outer" / "inner" / "file"
    path.parent.mkdir(parents=True)
    path.touch()
    for each in (path.parent.parent, path.parent):
        each.chmod(0o755)
    path.chmod(0o644)
    return path


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `path` belong to somebody else: for root really, for others by what the system says of it."""
    if os.geteuid() == 0:
        os.chown(path, NOBODY, -1, follow_symlinks=False)
        return
    seen = Path.lstat

    def lstat(self: Path) -> os.stat_result:
        found = seen(self)
        return os.stat_result([*found[:4], NOBODY, *found[5:]]) if self == path else found

    monkeypatch.setattr(Path, "lstat", lstat)


def group_alone(
    monkeypatch: pytest.MonkeyPatch, *, members: list[str], others: list[SimpleNamespace]
) -> None:
    """Have the group of every file be its owner's own, with `members`, and `others` whose first group it is."""
    me = SimpleNamespace(pw_name="ana", pw_uid=os.geteuid(), pw_gid=os.getegid())
    monkeypatch.setattr("pwd.getpwuid", lambda _: me)
    monkeypatch.setattr("pwd.getpwall", lambda: [me, *others])
    monkeypatch.setattr("grp.getgrgid", lambda _: SimpleNamespace(gr_name="ana", gr_mem=members))


def test_a_file_that_only_its_owner_may_write_is_trusted(file: Path):
    assert distrust(file) is None


@pytest.mark.parametrize("up", [0, 1, 2])
@pytest.mark.parametrize(("mode", "bits"), [(0o002, "o"), (0o022, "go")])
def test_what_anybody_may_write_is_not_trusted_nor_what_is_in_it(file: Path, up: int, mode: int, bits: str):
    place = [file, *file.parents][up]
    place.chmod(place.stat().st_mode | mode)
    assert distrust(file) == (f"anybody may write to {place}", f"Run: chmod {bits}-w {place}")


@pytest.mark.parametrize("up", [0, 1, 2])
def test_what_belongs_to_somebody_else_is_not_trusted(file: Path, up: int, monkeypatch: pytest.MonkeyPatch):
    place = [file, *file.parents][up]
    give_away(place, monkeypatch)
    found = distrust(file)
    assert found is not None
    assert found.why.startswith(f"{place} belongs to ")
    assert found.mend.startswith("Run: chown ")
    assert found.mend.endswith(f" {place}")


def test_a_group_may_write_only_if_its_owner_is_alone_in_it(file: Path, monkeypatch: pytest.MonkeyPatch):
    file.chmod(0o664)
    group_alone(monkeypatch, members=[], others=[])
    assert distrust(file) is None
    refused = ("the group ana may write to " + str(file), f"Run: chmod g-w {file}")
    group_alone(monkeypatch, members=["bob"], others=[])
    assert distrust(file) == refused
    bob = SimpleNamespace(pw_name="bob", pw_uid=os.geteuid() + 1, pw_gid=os.getegid())
    group_alone(monkeypatch, members=["ana"], others=[bob])
    assert distrust(file) == refused
    group_alone(monkeypatch, members=[], others=[])
    monkeypatch.setattr("os.listxattr", lambda _: ["system.posix_acl_access"])
    assert distrust(file) == refused
    monkeypatch.setattr("grp.getgrgid", lambda _: SimpleNamespace(gr_name="staff", gr_mem=[]))
    assert distrust(file) == ("the group staff may write to " + str(file), f"Run: chmod g-w {file}")


def test_a_folder_like_tmp_keeps_folders_but_not_files_and_links(file: Path):
    shared = file.parents[1]
    shared.chmod(0o1777)
    assert distrust(file) is None
    beside = shared / "beside"
    beside.touch(0o644)
    link = shared / "link"
    link.symlink_to(file.parent)
    refused = (f"anybody may write to {shared}", "Move it to a folder that only you may write to.")
    assert distrust(beside) == refused
    assert distrust(link / "file") == refused
    assert distrust(shared) == refused


def test_a_link_is_trusted_if_both_ways_are(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    here = tmp_path / "here"
    here.mkdir(0o755)
    link = here / "link"
    link.symlink_to("../outer/inner")
    assert distrust(link / "file") is None
    file.parent.chmod(0o777)
    assert distrust(link / "file") == (
        f"anybody may write to {file.parent}",
        f"Run: chmod go-w {file.parent}",
    )
    file.parent.chmod(0o755)
    here.chmod(0o777)
    assert distrust(link / "file") == (f"anybody may write to {here}", f"Run: chmod go-w {here}")
    here.chmod(0o755)
    give_away(link, monkeypatch)
    found = distrust(link / "file")
    assert found is not None
    assert found.why.startswith(f"{link} belongs to ")


def test_ways_that_lead_nowhere_are_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    found = distrust(tmp_path / "a")
    assert found is not None
    assert found.why.endswith("is a link to itself")
    monkeypatch.chdir(tmp_path)
    assert distrust("c") == (f"{tmp_path}/c: No such file or directory", "Check the path.")


def test_a_name_with_blanks_is_quoted_in_the_command_that_mends_it(tmp_path: Path):
    path = tmp_path / "a b"
    path.touch()
    path.chmod(0o666)
    assert distrust(path) == (f"anybody may write to {path}", f"Run: chmod go-w '{path}'")


@pytest.fixture
def place(acme: Suptime) -> Path:
    """The folder of the settings, with a template and a hook in it."""
    place = acme.home / ".config" / "suptime"
    (place / "hooks").mkdir(parents=True)
    (place / "templates" / "clients" / "acme").mkdir(parents=True)
    (place / "templates" / "languages").mkdir()
    hook = place / "hooks" / "after-start"
    hook.write_text("#!/bin/sh\necho it ran\n")
    hook.chmod(0o755)
    acme("log CASE-123 1h --from '2026-10-02 08:00'")
    acme("log CASE-124 1h --from '2026-10-02 10:00'")
    return place


@pytest.mark.parametrize("which", ["hooks/after-start", "hooks", ".", "..", "../.."])
def test_a_hook_that_others_can_change_is_not_run_and_the_change_is_made(
    acme: Suptime, place: Path, which: str
):
    assert acme("start CASE-123").err == "after-start: it ran\n"
    wrong = (place / which).resolve()
    wrong.chmod(0o777)
    done = acme("start CASE-124")
    assert done.err.splitlines()[-1] == (
        f"Warning: The hook {place}/hooks/after-start was not run: anybody may write to {wrong}."
        f" Run: chmod go-w {wrong}"
    )
    assert acme.running()["case"] == "CASE-124"
    subprocess.run(["chmod", "go-w", str(wrong)], check=True)
    assert acme("start CASE-123").err.splitlines()[-1] == "after-start: it ran"


OWN = {
    "invoice.html.j2": ('{% extends "default/invoice.html.j2" %}', "html"),
    "clients/acme/invoice.md.j2": ("own", "markdown"),
    "document.css": ("", "html"),
    "invoice.typ": ('#import "default/invoice.typ": *', "pdf"),
    "part.typ": ("own", "pdf"),
    "picture.svg": ("<svg/>", "pdf"),
    "languages/de.po": ('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n', "html"),
}


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("of", ["file", "folder", "settings"])
def test_a_template_that_others_can_change_makes_no_document(acme: Suptime, place: Path, name: str, of: str):
    text, form = OWN[name]
    path = place / "templates" / name
    path.write_text(text)
    path.chmod(0o644)
    if name.endswith(".po"):
        acme("client edit acme --language de")
        catalogue.cache_clear()
    command = f"invoice --month 2026-10 --format {form} --out out"
    wrong = {"file": path, "folder": path.parent, "settings": place}[of]
    wrong.chmod(0o777)
    assert acme(command, code=2).err == (
        f"Error: The template {path} is not used: anybody may write to {wrong}.\nRun: chmod go-w {wrong}\n"
    )
    assert not (acme.home / "out").exists()
    wrong.chmod(0o755)
    acme(command)


def test_a_template_that_another_one_includes_is_looked_at_too(acme: Suptime, place: Path):
    (place / "templates" / "invoice.md.j2").write_text('{% include "part.md.j2" %}')
    part = place / "templates" / "part.md.j2"
    part.write_text("a part")
    part.chmod(0o666)
    assert acme("invoice --month 2026-10 --format markdown", code=2).err == (
        f"Error: The template {part} is not used: anybody may write to {part}.\nRun: chmod go-w {part}\n"
    )


def test_settings_that_others_can_change_name_no_templates(acme: Suptime, place: Path):
    (acme.home / "house").mkdir()
    config = place / "config.toml"
    config.write_text(f'[documents]\ntemplates = "{acme.home}/house"\n')
    config.chmod(0o666)
    assert acme("invoice --month 2026-10 --format html", code=2).err == (
        f"Error: The templates in {config} are not used: anybody may write to {config}.\n"
        f"Run: chmod go-w {config}\n"
    )


def as_a_user(*paths: Path) -> list[object]:
    """What `distrust` says of `paths` in a process that is not root's."""
    import grp  # noqa: F401 - a user may be unable to read root's Python
    import pwd  # noqa: F401

    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            os.chdir("/")
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            os.write(writing, json.dumps([distrust(path) for path in paths]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        said: list[object] = json.load(file)
    os.waitpid(child, 0)
    return said


def test_somebody_who_is_not_root_trusts_their_own_files_and_those_of_root():
    with tempfile.TemporaryDirectory() as name:
        hook, another = Path(name, "hook"), Path(name, "another")
        hook.touch(0o755)
        another.touch(0o755)
        if os.geteuid() == 0:
            os.chown(name, NOBODY, NOBODY)
            os.chown(hook, NOBODY, NOBODY)
        assert as_a_user(hook, another, Path("/bin/sh")) == [None, None, None]
        hook.chmod(0o777)
        assert as_a_user(hook) == [[f"anybody may write to {hook}", f"Run: chmod go-w {hook}"]]


def test_a_hook_in_a_folder_of_somebody_elses_is_not_run(
    acme: Suptime, place: Path, monkeypatch: pytest.MonkeyPatch
):
    give_away(place, monkeypatch)
    assert f"was not run: {place} belongs to " in acme("start CASE-123").err
    assert acme.running()
