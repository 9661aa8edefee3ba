"""Empty stores to begin with: one is made in each process, and copied from then on."""

import tempfile
from functools import cache
from pathlib import Path

from suptime.store import Store, make_store, open_store


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "empty.db")
        make_store(str(path))
        return path.read_bytes()


def put_store(path: Path) -> None:
    """An empty store at PATH, as `suptime init` makes it, unless there is a file."""
    if not path.exists():
        path.write_bytes(_empty())
        path.chmod(0o600)


def new_store(path: Path) -> Store:
    """The store at PATH, opened; made first where there is none."""
    put_store(path)
    return open_store(str(path))
