"""What of a person's own is run after a change: said here, and run when the command has ended.

Light on purpose: the timer goes through here. Without a folder of hooks it is one look at the disk.
"""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from suptime.cli import console

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
        waiting.append(Waiting(f"after-{event}", document, settings.hooks_folder, settings.hooks_timeout))


def taken() -> list[Waiting]:
    """What waits, which then waits no longer."""
    found = [*waiting]
    waiting.clear()
    return found
