"""The same inputs, taken into a real store: what is refused changes nothing there, what is kept leaves it whole.

A second connection watches the file: SQLite tells it whether anybody committed anything.
"""

import io
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from stores import new_store
from suptime.app import contracts
from suptime.app.cases import email
from suptime.app.cases import outgoing_mail as outgoing
from suptime.app.cases.opening import Opening
from suptime.app.exchange import records as exchange
from suptime.app.exchange.foreign.cases import CaseOptions
from suptime.app.exchange.foreign.importing import ANSWERS, ImportOptions, import_files
from suptime.domain.time import DAY, Zone
from suptime.errors import SuptimeError
from suptime.interchange.foreign.record import ReadOptions
from suptime.store import Store, open_store

SEEDS = Path(__file__).parent / "seeds"
READ, REFUSED = "read", "refused"
NOW = 1_791_212_400 + 400 * 86400
"""More than a year after the work in the seeds."""
UTC = Zone("UTC")
MARKS = {mark: answers[0] for mark, answers in ANSWERS.items()}
UNLIMITED = email.Intake(acknowledge_limit=10**9, case_limit=10**9)

Take = Callable[[Store, bytes], bool]
"""Takes an input into a store. Gives whether it came in."""


class Target:
    """A firm's store of this process's own, and who watches it."""

    def __init__(self, folder: Path) -> None:
        self._fresh, self._path = folder / "fresh.db", folder / "store.db"
        with new_store(self._fresh) as store, (SEEDS / "store.jsonl").open("rb") as lines:
            assert exchange.import_suptime(store, lines, now=NOW, agent="ana").kept
        self._renew()

    def _renew(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        shutil.copy(self._fresh, self._path)
        self.store = open_store(str(self._path))
        self._watcher = sqlite3.connect(self._path)
        self._seen = self._version()

    def close(self) -> None:
        """Let go of the store."""
        self._watcher.close()
        self.store.close()

    def _version(self) -> int:
        return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    def take(self, raw: bytes, take: Take) -> str:
        """Take the input RAW, and look at the store afterwards. A store that was changed is then a fresh one."""
        came_in, refused = False, ""
        try:
            came_in = take(self.store, raw)
        except SuptimeError as error:
            refused = str(error)
        assert len(refused) < 3000, refused[:200]
        if self._version() == self._seen:
            return READ if came_in else REFUSED
        assert came_in, f"something was written, and refused: {refused[:200]}"
        with self.store.reading() as tx:
            damage = [
                *tx.audit.faults(),
                *tx.integrity.overlaps(),
                *tx.row_checks.differences(),
                *tx.months.faults(),
            ]
        assert damage == []
        assert self._watcher.execute("PRAGMA foreign_key_check").fetchall() == []
        self.close()
        self._renew()
        return READ


def json_lines(store: Store, raw: bytes) -> bool:
    """An import of suptime's own format."""
    done = exchange.import_suptime(store, io.BytesIO(raw), now=NOW, agent="ana")
    assert done.kept == (not done.faults)
    return done.kept


def log(form: str, asked: Callable[[bytes], ReadOptions]) -> Take:
    """An import of another tool's log: what names no case of its own is CASE-123's."""

    def take(store: Store, raw: bytes) -> bool:
        cases = CaseOptions(mapped={"*": "CASE-123"}, client="acme", contract="acme-ps", opens=True)
        wishes = ImportOptions(
            asked(raw), cases, agent="ana", marks=MARKS, skips_other_clients=True, longest=7 * DAY
        )
        done = import_files(store, form, [("log", raw)], wishes, now=NOW, agent="ana", zone=UTC)
        return done.written

    return take


def mail(outbox: Path) -> Take:
    """A message that opens a case, or is added to one, and is answered into OUTBOX."""

    def take(store: Store, raw: bytes) -> bool:
        firm = outgoing.Firm({"name": "Firm", "email": "help@firm.example"}, outbox)
        before = len([*outbox.glob("*")])
        try:
            opening = Opening(client="acme", contract="acme-ps")
            email.receive(store, raw, opening, firm, UNLIMITED, now=NOW, agent="ana", zone=UTC)
        except SuptimeError:
            assert len([*outbox.glob("*")]) == before
            raise
        for answer in outbox.glob("*"):
            answer.unlink()
        return True

    return take


def contract(file: Path) -> Take:
    """A contract in FILE, or a version of one, that is added to a client."""

    def take(store: Store, raw: bytes) -> bool:
        file.write_bytes(raw)
        found = contracts.read(str(file))
        if isinstance(found, tuple):
            return False
        contracts.add(store, "acme", found, now=NOW, agent="ana")
        return True

    return take
