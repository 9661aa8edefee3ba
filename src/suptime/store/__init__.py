"""The only SQL: domain objects in and out of SQLite or PostgreSQL, and the timer's fast way to them.

Importing this package imports no library: what it exports is looked up when it is first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suptime.store.database.opening import make_store, open_store
    from suptime.store.database.store import Store
    from suptime.store.repositories import Transaction

__all__ = ["Store", "Transaction", "make_store", "open_store"]


def __getattr__(name: str) -> Any:
    if name == "Store":
        from suptime.store.database.store import Store

        return Store
    if name in {"make_store", "open_store"}:
        from suptime.store.database import opening

        return getattr(opening, name)
    if name == "Transaction":
        from suptime.store.repositories import Transaction

        return Transaction
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
