"""Programs of a person's own, run after a change: what they are told, and what they cannot do to it."""

import json
import os
import sys
import time
from pathlib import Path

import pytest
from driving import Suptime

from suptime.cli.main import run

KEEP = f"""#!{sys.executable}
import os, sys
from pathlib import Path
here = Path(os.environ["HOME"])
with open(here / "told", "a") as file:
    print(os.environ["SUPTIME_HOOK"], file=file)
Path(here / os.environ["SUPTIME_HOOK"]).write_text(sys.stdin.read())
"""


@pytest.fixture
def folder(acme: Suptime) -> Path:
    """The folder of hooks."""
    place = acme.home / ".config/suptime/hooks"
    place.mkdir(parents=True)
    return place


def put(folder: Path, name: str, text: str, mode: int = 0o755) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(mode)
    return path


def told(suptime: Suptime) -> list[str]:
    """Which hooks were run, in order."""
    path = suptime.home / "told"
    return path.read_text().split() if path.exists() else []


def test_a_start_is_told_with_the_json_of_the_command(acme: Suptime, folder: Path):
    put(folder, "after-start", KEEP)
    put(folder, "after-stop", KEEP)
    assert acme("start CASE-123 --at -15m").out == "Started U1 on CASE-123 at 13:45.\n"
    first = json.loads((acme.home / "after-start").read_text())
    assert (first["unit"]["case"], first["unit"]["started_at"]) == ("CASE-123", "2026-10-05T13:45:00Z")
    started = acme("start CASE-124 --format json").json
    assert json.loads((acme.home / "after-start").read_text()) == started
    assert json.loads((acme.home / "after-stop").read_text()) == {"unit": started["stopped"]}
    acme("start CASE-124")
    assert told(acme) == ["after-start", "after-stop", "after-start"]


def test_every_change_of_the_timer_and_of_invoices_has_a_hook(acme: Suptime, folder: Path):
    for event in ("start", "stop", "cancel", "log", "issue", "credit", "pay", "send"):
        put(folder, f"after-{event}", KEEP)
    acme("start CASE-123")
    acme("cancel")
    acme("resume CASE-123")
    acme("stop")
    acme("case open CASE-300 --client acme --category configuration --at '2026-08-01 08:00'")
    acme("case consent CASE-300 --by x@acme.example --at '2026-08-01 08:00'")
    acme("log CASE-300 2h --from '2026-08-03 12:00'")
    acme("client edit acme --email bills@acme.example")
    (acme.home / ".config/suptime/config.toml").write_text(
        '[seller]\nname = "Firm"\nemail = "us@firm.example"\n'
    )
    issued = acme("invoice --month 2026-08 --issue --format json").json
    acme("invoice pay INV-2026-0001 --amount 10")
    acme("invoice send INV-2026-0001")
    acme("invoice credit INV-2026-0001 --reason Mistake --reopen", code=None)
    assert told(acme)[:8] == [
        *("after-start", "after-cancel", "after-start", "after-stop", "after-log"),
        *("after-issue", "after-pay", "after-send"),
    ]
    assert json.loads((acme.home / "after-issue").read_text()) == issued
    assert json.loads((acme.home / "after-pay").read_text())["invoices"][0]["number"] == "INV-2026-0001"
    assert json.loads((acme.home / "after-send").read_text())["sendings"][0]["number"] == "INV-2026-0001"


def test_a_draft_and_a_look_tell_nobody(acme: Suptime, folder: Path):
    for event in ("start", "issue"):
        put(folder, f"after-{event}", KEEP)
    acme("status")
    acme("invoice --month 2026-08")
    acme("invoice --month 2026-08 --issue")
    assert told(acme) == []


def test_a_refused_command_tells_nobody(acme: Suptime, folder: Path):
    put(folder, "after-start", KEEP)
    acme("start CASE-9", code=3)
    assert told(acme) == []


def test_several_run_in_the_order_of_their_names_and_copies_do_not(acme: Suptime, folder: Path):
    for name in ("after-start.2", "after-start.1", "after-start.1~", "after-start.3.sample", "after-started"):
        put(folder, name, f"#!/bin/sh\necho {name}\n")
    assert acme("start CASE-123").err == "after-start.1: after-start.1\nafter-start.2: after-start.2\n"


def test_what_a_hook_says_goes_to_stderr_without_its_control_characters(acme: Suptime, folder: Path):
    put(folder, "after-start", "#!/bin/sh\nprintf 'one\\033[2J\\ntwo\\n'; echo three >&2\n")
    done = acme("start CASE-123 --format json")
    assert done.json["unit"]["id"] == "U1"
    assert done.err == "after-start: one[2J\nafter-start: two\nafter-start: three\n"


def test_a_hook_that_fails_undoes_nothing(acme: Suptime, folder: Path):
    put(folder, "after-start", "#!/bin/sh\nexit 7\n")
    done = acme("start CASE-123")
    assert done.err == "Warning: The hook after-start ended with 7. The change itself is complete.\n"
    put(folder, "after-start", "#!/bin/sh\nkill -TERM $$\n")
    assert acme("start CASE-124").err.endswith(
        "Warning: The hook after-start was ended by signal 15. The change itself is complete.\n"
    )
    put(folder, "after-stop", "not a program of any kind")
    assert acme("stop").err == "Warning: The hook after-stop could not be run: Exec format error.\n"
    assert [unit["ended_at"] is not None for unit in acme.units] == [True, True]


def test_a_hook_that_takes_too_long_is_ended_with_all_that_it_has_started(acme: Suptime, folder: Path):
    (folder.parent / "config.toml").write_text("[hooks]\ntimeout = 1\n")
    put(folder, "after-start", '#!/bin/sh\nsleep 60 & echo $! > "$HOME/child"\nwait\n')
    begun = time.monotonic()
    done = acme("start CASE-123")
    assert time.monotonic() - begun < 20
    assert done.err == (
        "Warning: The hook after-start took more than 1 seconds and was ended. The change itself is complete.\n"
    )
    child = int((acme.home / "child").read_text())
    until = time.monotonic() + 10
    while Path(f"/proc/{child}/stat").exists() and ") Z " not in Path(f"/proc/{child}/stat").read_text():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_hook_that_leaves_something_running_behind_is_not_waited_for(acme: Suptime, folder: Path):
    put(folder, "after-start", '#!/bin/sh\nsleep 30 &\necho $! > "$HOME/child"\n')
    begun = time.monotonic()
    assert acme("start CASE-123").err == ""
    assert time.monotonic() - begun < 20
    os.kill(int((acme.home / "child").read_text()), 9)


def test_a_hook_may_leave_its_input_unread(acme: Suptime, folder: Path):
    put(folder, "after-start", "#!/bin/sh\nexec <&-\n")
    assert acme(["start", "CASE-123", "--note", "n" * 9000]).err == ""


def test_suptime_in_a_hook_runs_no_hooks(acme: Suptime, folder: Path):
    put(folder, "after-stop", f"#!/bin/sh\necho once\n{sys.executable} -m suptime start CASE-124\n")
    put(folder, "after-start", "#!/bin/sh\necho again\n")
    acme("start CASE-123")
    assert acme("stop").err == "after-stop: once\nafter-stop: Started U2 on CASE-124 at 14:00.\n"


def test_what_is_not_executable_is_not_run(acme: Suptime, folder: Path):
    path = put(folder, "after-start", KEEP, 0o644)
    assert acme("start CASE-123").err == (
        f"Warning: The hook {path} was not run: it is not executable. Run: chmod +x\n"
    )
    assert told(acme) == []
    assert acme.running()


def test_a_folder_and_a_link_to_nothing_are_no_hooks(acme: Suptime, folder: Path):
    (folder / "after-start").mkdir()
    (folder / "after-start.link").symlink_to("nowhere")
    assert acme("start CASE-123").err == (
        f"Warning: The hook {folder}/after-start was not run: it is not a file.\n"
        f"Warning: The hook {folder}/after-start.link was not run: {folder}/nowhere: No such file or directory. Check the path.\n"
    )


def test_hooks_are_beside_the_settings_file_that_is_named(acme: Suptime):
    place = acme.home / "elsewhere" / "hooks"
    place.mkdir(parents=True)
    (place.parent / "team.toml").write_text("")
    put(place, "after-start", KEEP)
    acme.set(SUPTIME_CONFIG=str(place.parent / "team.toml"))
    acme("start CASE-123")
    assert told(acme) == ["after-start"]


def test_hooks_run_when_a_document_could_not_be_shown(
    acme: Suptime, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    put(folder, "after-start", KEEP)

    def fail(*_: object) -> None:
        raise BrokenPipeError

    with monkeypatch.context() as patched:
        patched.setattr("suptime.cli.console.print_text", fail)
        patched.setattr("suptime.cli.console.drop_output", lambda *_: None)
        assert run(["start", "CASE-123"]) == 0
    assert told(acme) == ["after-start"]
