"""A store moved from one database to another, with nothing lost: from SQLite to PostgreSQL, or back."""

from collections.abc import Callable, Mapping

from suptime.errors import NotPossible, StorageFault
from suptime.store.opening import Store
from suptime.store.repository.moving import Moving, moved

Progress = Callable[[str, int, int | None], None]


def move(source: Store, target: Store, progress: Progress) -> Mapping[str, int]:
    """Copy every row of SOURCE, as it is at one moment, into TARGET, which is empty. Gives how many of each table.

    All of it, or none. What was written is read again and compared before it counts; ids go on
    after the last that SOURCE gave out, whether or not that still names anything.

    Raises:
        NotPossible: SOURCE is empty, TARGET is not, or it cannot keep what SOURCE holds.
        StorageFault: one of them cannot be read or written, or TARGET holds something else in the end.
    """
    with source.connecting("read") as old, target.connecting("write") as new:
        here, there = Moving(old), Moving(new)
        counts, already = here.filled(), there.filled()
        if already:
            found = ", ".join(f"{count} in {name}" for name, count in sorted(already.items())[:3])
            raise NotPossible(
                f"{target.url} is not empty: it has rows ({found}{', ...' if len(already) > 3 else ''}).",
                "Nothing was copied.",
                "Copy into an empty database, or one that is not there yet.",
            )
        if not counts:
            raise NotPossible(f"{source.url} is empty: there is nothing to copy.")
        total, done = sum(counts.values()), 0
        for name in moved():
            for taken in there.take(name, here.rows_of(name)):
                done += taken
                progress("Copying rows", done, total)
            there.give_out_after(name, here.last_id(name))
        for number, name in enumerate(moved(), 1):
            progress("Comparing tables", number, len(moved()))
            if here.digest(name) != there.digest(name):
                raise StorageFault(
                    f"What was copied into {target.url} is not what {source.url} holds: {name} differs.",
                    "Nothing was kept of it.",
                    "Try again; suptime doctor looks the first one over.",
                )
        there.analyse()
    return counts
