"""Hooks: the user's programs that run when a command has changed something.

This module is light because the timer uses it. Without a folder of hooks, it costs one look at the disk.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from suptime.cli import console

if TYPE_CHECKING:
    import subprocess

RUNNING = "SUPTIME_HOOK"

"""Variable with the name of the hook, for the programs that it runs: suptime in them runs no hooks."""


class Waiting(NamedTuple):
    """A change whose hooks are to run: the name of the hook, its JSON, its folder, its time limit."""

    name: str
    document: Mapping[str, Any]
    folder: str
    timeout: int


waiting: list[Waiting] = []


def after(event: str, document: Mapping[str, Any]) -> None:
    """Run the hook `after-EVENT` with a document when the command has ended."""
    if RUNNING in os.environ:
        return
    settings = console.settings()
    if os.path.isdir(settings.hooks_folder):  # noqa: PTH112 -- pathlib takes longer to load
        waiting.append(
            Waiting(f"after-{event}", document, settings.hooks_folder, settings.get("hooks.timeout"))
        )


def take() -> list[Waiting]:
    """Return the changes whose hooks are to run, and empty the list."""
    found = [*waiting]
    waiting.clear()
    return found


LEFT_OUT = ("~", ".sample", ".bak", ".orig")

"""Endings of names that are not programs."""


def run_all(waiting: Iterable[Waiting]) -> None:
    """Run the hooks of all changes in `waiting`, one after another."""
    for one in waiting:
        for path in _programs(one):
            _run(path, one)


def _programs(one: Waiting) -> Iterator[str]:
    """Yield the programs to run for a change, by name; warn of those that may not be run."""
    from suptime.trust import distrust

    try:
        names = sorted(os.listdir(one.folder))  # noqa: PTH208 -- pathlib takes longer to load
    except OSError as error:
        console.warn(f"Cannot read the hooks in {one.folder}: {error.strerror}. No hook was run.")
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
        return "it is not a file."
    return "" if os.access(path, os.X_OK) else "it is not executable. Run: chmod +x"


def _run(path: str, one: Waiting) -> None:
    """Run a program with the JSON of a change on its stdin; print on stderr its output and whether it failed.

    Its input and output are files, not pipes: the program may ignore its input and may leave programs running.
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
            console.warn(f"The hook {told} {how}. The change itself is complete.")


LONGEST = 64 * 1024

"""Most bytes of a hook's output that are printed."""


def _ended(started: "subprocess.Popen[bytes]", timeout: int) -> str:
    """Return how a program failed, as the end of a sentence; empty if it did not."""
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
    """End a program and everything in its session."""
    import signal

    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()
