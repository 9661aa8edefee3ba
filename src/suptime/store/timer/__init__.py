"""Start, stop, status, cancel and resume, on the driver alone."""

from suptime.store.database import sqlite_file
from suptime.store.timer.clock import Clock, SqliteClock


def open_clock(url_or_path: str) -> Clock:
    """Return the timer of the store at a path or URL.

    Raises:
        StorageFault, WrongUsage: as `open_store` does.
    """
    if sqlite_file.path_of(url_or_path) is None:
        from suptime.store.timer.server_clock import StoreClock

        return StoreClock.open(url_or_path)
    return SqliteClock.open(url_or_path)
