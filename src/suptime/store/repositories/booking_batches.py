"""Files that were written for bookkeeping programs, with the documents that they hold."""

from collections.abc import Iterable

from suptime.domain.booking_batch import BookingBatch
from suptime.store.mapped import Mapped
from suptime.store.repositories.rows import Query, Repository


class BookingBatches(Repository[BookingBatch]):
    """Batches for bookkeeping."""

    mapped = Mapped(BookingBatch, "booking_batch")
    FIND = Query(mapped.select, {"format": "format = :format"}, "ORDER BY id")

    def get(self, id: int) -> BookingBatch | None:  # noqa: A002
        """Return the batch of that id, or None."""
        return self.by_key(id)

    def find(self, *, format: str | None = None) -> list[BookingBatch]:  # noqa: A002
        """Return all batches, or those of a format, by number."""
        return self.read(self.FIND, format=format)

    def add(self, batch: BookingBatch) -> BookingBatch:
        """Add a batch. Return it with its number."""
        return self.insert(batch)

    def save(self, batch: BookingBatch) -> None:
        """Write a batch over the one of its number."""
        self.update(batch.id, batch)

    def add_many(self, batches: Iterable[BookingBatch]) -> int:
        """Add many batches."""
        return self.insert_all(batches)
