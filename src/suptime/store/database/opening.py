"""Which store a path or a URL names, opened."""

from suptime.store.database import sqlite_file
from suptime.store.database.store import FileStore, Store


def open_store(url_or_path: str) -> Store:
    """Return the store at a path or URL, made where there is none, brought up to date where it is older.

    Args:
        url_or_path: a path, `sqlite:///PATH`, or `postgresql://USER@HOST/DATABASE`.

    Raises:
        StorageFault: it is locked, damaged, empty, full, not writable, no store of suptime's, or made
            by a newer version; then it is left as it is.
        WrongUsage: a URL of a database that suptime cannot use.
    """
    path = sqlite_file.path_of(url_or_path)
    if path is None:
        from suptime.store.database.server import open_server

        return open_server(url_or_path)
    return _open_file(path)


def _open_file(path: str) -> Store:
    if not sqlite_file.is_there(path):
        from suptime.store.database import schema

        schema.create_file(path)
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
