"""A firm whose life is lived by commands, one a line, each at its own moment."""

import contextlib
import io
import os
import shlex
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from driving import ACCEPT_ALL
from hypothesis import strategies as st

from stores import put_store

CONTRACTS = Path(__file__).parent.parent / "scenarios" / "contracts"
CODES = {
    "acme": "hourly.toml",
    "lakeside": "prepaid.toml",
    "relay": "pack.toml",
    "mill": "minute.toml",
    "orchard": "agreement.toml",
    "harbor": "incident.toml",
}
CASES = tuple(f"CASE-{place}" for place in range(1, 2 * len(CODES) + 1))
BEGIN = datetime(2026, 9, 1, 12, tzinfo=UTC)
LETTER = {
    "client": "acme", "client_name": "Acme", "currency": "USD", "on": "2026-11-02", "level": 1,
    "drawn_up_at": "2026-11-02T15:00:00Z", "open": "0.00", "fee": "2.00", "interest": "0.10",
    "on_account": "0.00", "deposits": "0.00", "total": "2.10", "seller": None,
    "items": [{"number": "INV-2026-0002", "kind": "invoice", "on": "2026-10-02", "due_on": "2026-10-16", "days_overdue": 17, "open": "0.00", "level": 1, "on_hold": False}],
}  # fmt: skip
"""The document of a reminder."""

LEFT_OUT = {
    ("standing", "consent_used"): "worked out again from the consents and the work that were moved",
    ("imported", "id"): "nothing names it",
    ("issued_line", "id"): "only its order within an issue counts, and that is kept",
    ("draw_down", "id"): "only its order within a line counts, and that is kept",
    ("draw_down", "line_id"): "it goes with its line, which is compared as the export writes it",
}
"""Columns that no record holds, and why."""

NOT_MOVED = {
    "unsettled_case": "after a move everything counts as touched, until the next closing",
    "unsettled_contract": "so it does here",
    "team_member": "logins are the server's, and stay with it",
    "stock": "worked out again from what was moved: `worked_at` is the moment of that",
    "unrated": "what is not worked out yet, and so it is no part of a move",
    "dropped_unit": "only a server writes it, for its own logins",
}
"""Tables that no record holds, and why."""


class Firm:
    """`suptime` in this process, on a database of its own. Refusals are fine: they are part of life."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.database = home / "suptime.db"
        self.now = BEGIN
        (home / "config.toml").write_text("")
        put_store(self.database)

    def __call__(self, line: str) -> str:
        """What the command LINE prints; its exit code is kept in `code`."""
        from suptime.cli.main import run

        world = {
            "HOME": str(self.home),
            "SUPTIME_DB": str(self.database),
            "SUPTIME_CONFIG": str(self.home / "config.toml"),
            "SUPTIME_AGENT": "ana",
            "SUPTIME_ACCEPT": ACCEPT_ALL,
            "SUPTIME_NOW": self.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "TZ": "UTC",
            "NO_COLOR": "1",
            "SUPTIME_FORCE_TTY": "100",
        }
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        with (
            mock.patch.dict(os.environ, world),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            self.code = int(run(shlex.split(line)))
        out.flush()
        err.flush()
        self.err = err.buffer.getvalue().decode()
        assert "Traceback" not in self.err, self.err
        return out.buffer.getvalue().decode()

    def result(self, line: str) -> str:
        """As a call, but LINE must succeed."""
        said = self(line)
        assert self.code == 0, f"{line}\n{self.err}"
        return said

    def later(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def moved(self, home: Path) -> "Firm":
        """The same firm on another database, into which its export was read."""
        home.mkdir()
        other = Firm(home)
        other.now = self.now
        shutil.copy(self.home / "config.toml", home)
        (home / "all.jsonl").write_text(self.result("export suptime"), "utf-8")
        other.result(f"import suptime {home / 'all.jsonl'}")
        return other

    def copied(self, home: Path) -> "Firm":
        home.mkdir()
        other = Firm(home)
        other.now = self.now
        shutil.copy(self.database, other.database)
        return other

    def columns(self) -> dict[str, tuple[str, ...]]:
        """The columns of each table."""
        with contextlib.closing(sqlite3.connect(self.database)) as file:
            tables = [
                name
                for (name,) in file.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                )
                if not name.startswith("sqlite_") and name not in {"alembic_version", *NOT_MOVED}
            ]
            return {
                name: tuple(row[1] for row in file.execute(f'PRAGMA table_info("{name}")')) for name in tables
            }

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table without the columns that are left out, in no order."""
        found = {}
        with contextlib.closing(sqlite3.connect(self.database)) as file:
            for name, columns in self.columns().items():
                kept = ", ".join(f'"{c}"' for c in columns if (name, c) not in LEFT_OUT)
                found[name] = sorted(file.execute(f'SELECT {kept} FROM "{name}"'), key=repr)
        return found


def founded(home: Path) -> Firm:
    """A firm with a client for each way of selling support, two cases each, and some prepaid support."""
    firm = Firm(home)
    for place, (client, file) in enumerate(CODES.items()):
        firm.result(f"client add {client} --name {client.title()} --tax 10")
        firm.result(f"contract add {client} {CONTRACTS / file}")
        for number in CASES[2 * place : 2 * place + 2]:
            category = "--category configuration" if client == "acme" else ""
            firm.result(f"case open {number} --client {client} {category} --at '2026-09-01 08:00'")
    firm.result("case consent CASE-1 --by ops@acme.example --at '2026-09-01 09:00'")
    firm.result("client card mill --on-file")
    firm.result("close --through 2026-08")
    firm.result("prepaid add lakeside-1on1 3h --on 2026-09-01 --price 300")
    firm.result("prepaid add relay-pack 2 --on 2026-09-01")
    firm.result("prepaid add mill-minute 80 --on 2026-09-01")
    return firm


_cases = st.sampled_from(CASES)
_months = st.sampled_from(["2026-09", "2026-10"])
_clients = st.sampled_from(["", *(f"--client {code}" for code in CODES)])
commands = st.one_of(
    st.builds(
        "log {} {}m --channel {} --agent {}".format,
        _cases,
        st.integers(1, 200),
        st.just("phone"),
        st.sampled_from(["ana", "ben"]),
    ),
    st.builds("edit U{} --case {}".format, st.integers(1, 6), _cases),
    st.builds("delete U{}".format, st.integers(1, 6)),
    st.builds("waive U{} --reason kind".format, st.integers(1, 6)),
    st.builds(
        "case resolve {} --cause {}".format, _cases, st.sampled_from(["no-defect-found", "vendor-fault"])
    ),
    st.builds("case reopen {}".format, _cases),
    st.builds("case escalate {}".format, _cases),
    st.sampled_from(
        ["prepaid add lakeside-1on1 2h", "prepaid add relay-pack 1 --price 70", "prepaid add mill-minute 20"]
    ),
    st.builds("prepaid void P{}".format, st.integers(1, 5)),
    st.builds("invoice --month {} {} --issue".format, _months, _clients),
    st.builds("invoice --month {} --issue --supplement".format, _months),
    st.builds("close --through {} {}".format, _months, _clients),
    st.builds(
        "invoice credit INV-2026-000{} --reason why --{}".format,
        st.integers(1, 7),
        st.sampled_from(["reopen", "write-off"]),
    ),
    st.builds("invoice pay INV-2026-000{} {}".format, st.integers(1, 7), st.sampled_from(["", "--amount 5"])),
    st.just("undo"),
)
_september = [
    (3, "log CASE-1 95m --channel phone"),
    (3, "log CASE-3 160m --channel phone"),
    (3, "log CASE-7 25m --channel phone"),
    (3, "log CASE-5 25m --channel phone"),
    (1, "case resolve CASE-5 --cause unknown"),
    (30, "log CASE-3 50m --channel phone --agent ben"),
    (700, "invoice --month 2026-09 --issue"),
]
_steps = st.tuples(st.sampled_from([3, 30, 400]), commands)
lives = st.lists(_steps, min_size=5, max_size=25).map(lambda steps: [*_september, *steps])
"""Lives in which a month is issued, and then anything happens to it."""


def live(firm: Firm, life: list[tuple[int, str]]) -> None:
    """Live LIFE, each step some hours after the one before."""
    for hours, line in life:
        firm.later(hours)
        firm(line)
