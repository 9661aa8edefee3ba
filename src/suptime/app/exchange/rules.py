"""State that the importers of one import share, and the refusal of a record."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from suptime.domain.caution import Caution
from suptime.domain.client import Client
from suptime.domain.reading import Fault
from suptime.domain.time import Instant, rfc3339
from suptime.domain.values import near
from suptime.interchange.records.fields import names_of
from suptime.store import Transaction

BATCH = 2000
BATCHES = {"invoice": 50, "closing": 10, "sending": 10, "delivery": 10}
"""Records that are written together; fewer of large ones."""


_NOT_COMPARED = frozenset({"events", "id"})


class Refusal(Exception):
    """A record cannot be imported: its key and the reason."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key
        self.reason = reason


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Return the refusal of an unknown `what` with the given `name`, with the nearest names."""
    close = near(name, known)
    meant = f" Did you mean {' or '.join(close)}?" if close else ""
    return f"there is no {what} {name}, neither before this line nor in the database.{meant}"


class Ids:
    """Ids that were seen: one bit each, to save memory."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._large: set[int] = set()

    def add(self, id: int) -> bool:  # noqa: A002 - an id is called an id
        """Add `id`. Return False if it was seen before."""
        byte, bit = id >> 3, 1 << (id & 7)
        if byte >= 1 << 23:
            new = id not in self._large
            self._large.add(id)
            return new
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1024 - len(self._bits)))
        if self._bits[byte] & bit:
            return False
        self._bits[byte] |= bit
        return True


class ImportRun:
    """One import into one transaction: the stored records, the waiting records, and the faults.

    `unlisted` has the warnings about names that contracts do not list, each with the numbers of its cases.
    """

    def __init__(self, tx: Transaction, now: Instant) -> None:
        self.tx = tx
        self.now = now
        self.faults: list[Fault] = []
        self.added: Counter[str] = Counter()
        self.equal: Counter[str] = Counter()
        self.clients = {c.code: c for c in tx.clients.list_all()}
        self.fresh = not self.clients and next(tx.audit.each(), None) is None
        self.rows = {(r.code, r.starts_on): r for r in tx.contracts.versions()}
        self.owners = {r.code: r.client for r in self.rows.values()}
        self.projects = {p.code: p for p in tx.projects.find()}
        self.has_units = False
        self.unlisted: dict[Caution, list[str]] = {}
        self._rows_seen: dict[str, Ids] = {}
        self._waiting: list[Any] = []
        self._waiting_for = ""
        self.writers: dict[str, Callable[[list[Any]], object]] = {
            "client": tx.clients.add_many,
            "tax": tx.taxes.add_many,
            "contract": tx.contracts.add_many,
            "price": tx.prices.add_many,
            "contact": tx.contacts.add_many,
            "project": tx.projects.add_many,
            "agent_role": tx.agent_roles.add_many,
            "purchase": tx.purchases.add_many,
            "case": tx.cases.add_many,
            "case_alias": tx.cases.add_aliases,
            "appointment": tx.appointments.add_many,
            "unit": tx.units.add_checked,
            "message": tx.messages.add_many,
            "booking_batch": tx.booking_batches.add_many,
            "sending": tx.sendings.add_many,
            "delivery": tx.deliveries.add_many,
            "audit": tx.audit.add_many,
        }

    def expect(self, kind: str) -> None:
        """Write the waiting records if a record of another kind follows, or if there are enough."""
        if kind != self._waiting_for or len(self._waiting) >= BATCHES.get(kind, BATCH):
            self.flush()
            self._waiting_for = kind

    def keep(self, record: Any) -> bool:
        """Keep `record`, to write it together with others of its type."""
        self._waiting.append(record)
        self.added[self._waiting_for] += 1
        return True

    @property
    def waiting(self) -> list[Any]:
        """Records that wait to be written."""
        return self._waiting

    def flush(self) -> None:
        """Write the waiting records."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.writers[self._waiting_for](waiting)

    def same(self, there: Any, record: Any, what: str) -> bool:
        """Return whether the stored record is equal to `record`.

        Raises:
            Refusal: it is stored and differs; the error has the keys.
        """
        if there is None:
            return False
        if there == record:
            return True
        names = [name for name in names_of(record) if name not in _NOT_COMPARED]
        keys = [name for name in names if getattr(there, name) != getattr(record, name)]
        raise Refusal(keys[0], f"{what} exists already, with another {' and another '.join(keys)}.")

    def owner(self, code: str) -> Client:
        """Return the client of `code`.

        Raises:
            Refusal: there is none.
        """
        if code not in self.clients:
            raise Refusal("client", unknown("client", code, self.clients))
        return self.clients[code]

    def not_ahead(self, key: str, instant: Instant) -> None:
        """Refuse an `instant`, of `key`, in the future."""
        if instant > self.now:
            raise Refusal(key, f"{rfc3339(instant)} is in the future: it is {rfc3339(self.now)} now.")

    def row_id(self, kind: str, id: int) -> int:  # noqa: A002 - an id is called an id
        """Return the `id` for a row that nobody refers to by id: its own in a new database, else the next.

        Raises:
            Refusal: it is on an earlier line.
        """
        if not id or not self.fresh:
            return 0
        if not self._rows_seen.setdefault(kind, Ids()).add(id):
            raise Refusal("id", f"{id} is also on an earlier line.")
        return id

    def once(self, ids: Ids, letter: str, id: int, number: int) -> None:  # noqa: A002 - an id is called an id
        """Refuse an `id` that is on a line before line `number`."""
        if id and not ids.add(id):
            raise Refusal("id", f"{letter}{id} is also on a line before line {number}.")
