"""What of a person's own is run after a change: said here, and run when the command has ended.

Light on purpose: the timer goes through here. Without a folder of hooks it is one look at the disk.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from suptime.cli import console

if TYPE_CHECKING:
    import subprocess

RUNNING = "SUPTIME_HOOK"

"""The variable that names the hook to what it runs: a suptime in it runs no hooks itself."""


class Waiting(NamedTuple):
    """Something that was changed: the hook's name, the JSON it gets, its folder, its seconds."""

    name: str
    document: Mapping[str, Any]
    folder: str
    timeout: int


waiting: list[Waiting] = []


def after(event: str, document: Mapping[str, Any]) -> None:
    """Have what is called `after-EVENT` in the folder of hooks run, with DOCUMENT, when all is said and done."""
    if RUNNING in os.environ:
        return
    settings = console.settings()
    if os.path.isdir(settings.hooks_folder):  # noqa: PTH112 -- pathlib takes longer to load
        waiting.append(
            Waiting(f"after-{event}", document, settings.hooks_folder, settings.get("hooks.timeout"))
        )


def take() -> list[Waiting]:
    """What waits, which then waits no longer."""
    found = [*waiting]
    waiting.clear()
    return found


LEFT_OUT = ("~", ".sample", ".bak", ".orig")

"""How names end that no program is meant by."""


def run_all(waiting: Iterable[Waiting]) -> None:
    """Run the hooks of everything in WAITING, one after another."""
    for one in waiting:
        for path in _programs(one):
            _run(path, one)


def _programs(one: Waiting) -> Iterator[str]:
    """The programs that are run for ONE, in the order of their names; those that may not be are warned of."""
    from suptime.trust import distrust

    try:
        names = sorted(os.listdir(one.folder))  # noqa: PTH208 -- pathlib takes longer to load
    except OSError as error:
        console.warn(f"The hooks in {one.folder} cannot be read: {error.strerror}. None was run.")
        return
    wanted = [
        name
        for name in names
        if (name == one.name or name.startswith(f"{one.name}.")) and not name.endswith(LEFT_OUT)
    ]
    for name in wanted:
        path = os.path.join(one.folder, name)  # noqa: PTH118 - text, as in the settings
        if found := distrust(path):
            console.warn(f"The hook {path} was not run: {found.why}. {found.mend}")
        elif why := _unfit(path):
            console.warn(f"The hook {path} was not run: {why}")
        else:
            yield path


def _unfit(path: str) -> str:
    if not os.path.isfile(path):  # noqa: PTH113
        return "it is no file."
    return "" if os.access(path, os.X_OK) else "it is not executable. Make it so: chmod +x"


def _run(path: str, one: Waiting) -> None:
    """Run the program at PATH with ONE's JSON on its stdin, and tell on stderr what it says and whether it failed.

    What it reads and writes are files and not pipes: it may leave its input unread, and programs
    behind that go on.
    """
    import json
    import subprocess
    import tempfile

    told = os.path.basename(path)  # noqa: PTH119
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(
            json.dumps(one.document, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n"
        )
        given.seek(0)
        try:
            started = subprocess.Popen(
                [path],
                stdin=given,
                stdout=said,
                stderr=said,
                env={**os.environ, RUNNING: one.name},
                start_new_session=True,
            )
        except OSError as error:
            console.warn(f"The hook {told} could not be run: {error.strerror}.")
            return
        how = _ended(started, one.timeout)
        said.seek(0)
        for line in said.read(LONGEST).decode("utf-8", "replace").splitlines():
            console.note(f"{told}: {line}")
        if how:
            console.warn(f"The hook {told} {how}. What suptime did is done.")


LONGEST = 64 * 1024

"""Bytes of what a hook says that are told."""


def _ended(started: "subprocess.Popen[bytes]", timeout: int) -> str:
    """How the program STARTED failed, as the end of a sentence; empty where it did not."""
    import subprocess

    with started:
        try:
            code = started.wait(timeout)
        except subprocess.TimeoutExpired:
            _kill(started)
            return f"took more than {timeout} seconds and was ended"
        except BaseException:
            _kill(started)
            raise
    if code < 0:
        return f"was ended by signal {-code}"
    return f"ended with {code}" if code else ""


def _kill(started: "subprocess.Popen[bytes]") -> None:
    """End the program and what it has started in its session."""
    import signal

    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()
