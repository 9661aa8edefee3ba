"""Which store a path or a URL names: opened, or made."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from suptime.errors import Conflict, Foreign, NotPossible
from suptime.store.database import sqlite_file
from suptime.store.database.driver import Driver
from suptime.store.database.store import FileStore, Purpose, Store


def open_store(url_or_path: str) -> Store:
    """Return the store at a path or URL, brought up to date where it is older.

    Args:
        url_or_path: a path, `sqlite:///PATH`, or `postgresql://USER@HOST/DATABASE`.

    Raises:
        NoStore: there is none. A file of zero bytes and a database without suptime's tables are none.
        StorageFault: it is locked, damaged, full, not writable, something else than a store of
            suptime's, or made by a newer version; then it is left as it is.
        WrongUsage: a URL of a database that suptime cannot use.
    """
    path = sqlite_file.path_of(url_or_path)
    if path is None:
        from suptime.store.database.server import open_server

        return open_server(url_or_path)
    return _open_file(path)


def make_store(url_or_path: str) -> tuple[str, bool]:
    """Make the store at a path or URL where there is none. Return its name, and whether it was made.

    Raises:
        NotPossible: there is something else, or remains of an earlier store.
        StorageFault: it cannot be made, or the one that is there cannot be used.
        WrongUsage: a URL of a database that suptime cannot use.
    """
    path = sqlite_file.path_of(url_or_path)
    if path is None:
        from suptime.store.database.server import make_on_server

        return make_on_server(url_or_path)
    try:
        if not sqlite_file.is_there(path):
            from suptime.store.database import schema

            with contextlib.suppress(FileExistsError):
                with schema.making(path):
                    pass
                return path, True
        _open_file(path).close()
    except Foreign as error:
        raise NotPossible(
            error.what, "suptime makes no store there.", "Choose another place with SUPTIME_DB."
        ) from error
    return path, False


def open_new_store(path: str, tell: Callable[[str], None]) -> Store:
    """Return the store that the first change makes at a `path` where there is none; `tell` is called with its name."""
    return NewStore(path, tell)


def open_empty_store() -> Store:
    """Return an empty store for looking only: what is written to it is gone when it is closed."""
    from suptime.store.database import schema

    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="suptime-"))
        path = f"{folder}/empty.db"
        schema.create_file(path)
        return EmptyStore(path, stack.pop_all())


class EmptyStore(FileStore):
    """A store in a folder that is removed when the store is closed."""

    def __init__(self, path: str, folder: contextlib.ExitStack) -> None:
        super().__init__(path)
        self._folder = folder

    def close(self) -> None:
        """Let go of the file, and remove its folder."""
        super().close()
        self._folder.close()


class NewStore(FileStore):
    """A store in a file that gets its name with the first change: if that fails, there is no file."""

    def __init__(self, path: str, tell: Callable[[str], None]) -> None:
        super().__init__(path)
        self._tell = tell

    @contextmanager
    def connecting(self, purpose: Purpose, agent: str | None = None) -> Iterator[Driver]:
        """Give one transaction as the driver knows it, for code within the store."""
        if sqlite_file.is_there(self.url):
            with super().connecting(purpose, agent) as driver:
                yield driver
        elif purpose == "read":
            with open_empty_store() as empty, empty.connecting(purpose, agent) as driver:
                yield driver
        else:
            from suptime.store.database import schema

            try:
                with (
                    schema.making(self.url) as draft,
                    FileStore(draft) as made,
                    made.connecting(purpose, agent) as driver,
                ):
                    yield driver
            except FileExistsError as error:
                raise Conflict(
                    f"Another command made the store {self.url} at the same time. Nothing was changed.",
                    hint="Try again.",
                ) from error
            self._tell(self.url)


def _open_file(path: str) -> Store:
    if not sqlite_file.is_there(path):
        raise sqlite_file.no_store(path)
    connection = sqlite_file.connect(path)
    try:
        older = sqlite_file.check_revision(sqlite_file.revision_of(connection, path), path)
    finally:
        connection.close()
    if older:
        from suptime.store.database import engine, schema

        with engine.database_faults(path):
            schema.migrate_file(path)
    return FileStore(path)
