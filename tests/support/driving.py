"""`suptime` as tests drive it: with its own home, database, clock and zone, as a user has them."""

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from babel.numbers import format_currency

from stores import put_store

HOURLY = """
[contract]
code = "acme-ps"
title = "Professional services"
currency = "USD"
timezone = "America/Chicago"
starts_on = 2026-01-01
ends_on = 2027-12-31
[prices]
hour = "150.00"
[classification]
default = "billable"
[classification.categories]
general-information = "non-billable"
bug-report = "by-cause"
configuration = "billable"
[classification.causes]
product-defect = "non-billable"
no-defect-found = "billable"
[consent]
required = true
[appointments]
bill = "booked"
"""


ACCEPT_ALL = "all,seller-name,seller-address,client-tax-id,einvoice-data"
"""Accepts whatever can be accepted: most tests are not about what stands against issuing (people.md, H68)."""


def in_german(amount: str) -> str:
    """Return an amount in euros as Babel writes it in German, with plain spaces; CLDR decides its signs."""
    return " ".join(format_currency(Decimal(amount), "EUR", locale="de").split())


def toml_fault(text: str) -> str:
    """Return the words in which Python refuses `text` as TOML; they differ by version."""
    with pytest.raises(tomllib.TOMLDecodeError) as refused:
        tomllib.loads(text)
    return str(refused.value)


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def _plain_spaces(text: str) -> str:
    """Return `text` with ordinary spaces: that figures have no-break ones is tested once, with the languages."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


class Suptime:
    """`suptime` with a home and an empty store of its own. Call it with a command line; `now`, `zone` and `agent` are its world."""

    def __init__(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.home = home
        self.database = home / "suptime.db"
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        for name in [n for n in os.environ if n.startswith(("SUPTIME_", "XDG_", "LC_", "LANG"))]:
            monkeypatch.delenv(name)
        for name, value in self._environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(home)
        put_store(self.database)

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".data"),
            "SUPTIME_DB": str(self.database),
            "SUPTIME_AGENT": "ana",
            "SUPTIME_ACCEPT": ACCEPT_ALL,
            "SUPTIME_NOW": "2026-10-05T14:00:00Z",
            "TZ": "UTC",
            "NO_COLOR": "1",
            "SUPTIME_FORCE_TTY": "80",
        }

    def set(self, **variables: str | None) -> None:
        """Set environment variables, or unset those given as None."""
        for name, value in variables.items():
            if value is None:
                self._monkeypatch.delenv(name, raising=False)
            else:
                self._monkeypatch.setenv(name, value)

    def on(self, database: str) -> None:
        """Work on the store DATABASE in its home, an empty one at first."""
        put_store(self.home / database)
        self.set(SUPTIME_DB=str(self.home / database))

    def at(self, now: str) -> None:
        """Set the program's clock."""
        self.set(SUPTIME_NOW=now)

    def __call__(self, command: str | list[str], *, code: int | None = 0) -> Result:
        """Run a command in this process; its exit code must be CODE, unless that is None."""
        from suptime.cli.main import run

        words = shlex.split(command) if isinstance(command, str) else command
        self._capsys.readouterr()
        got = run(words)
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.err, printed.err
        assert code is None or got == code, f"{command}\nexit {got}, not {code}\n{printed.out}{printed.err}"
        return Result(int(got), _plain_spaces(printed.out), printed.err)

    def process(self, command: str | list[str], **kwargs: Any) -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own."""
        words = shlex.split(command) if isinstance(command, str) else command
        options = {"text": True, "capture_output": True, "stdin": subprocess.DEVNULL} | kwargs
        return subprocess.run([sys.executable, "-m", "suptime", *words], check=False, **options)

    def spawn(self, command: str, **kwargs: Any) -> subprocess.Popen[str]:
        """Start a command in a process of its own, and do not wait for it.

        It listens to Ctrl-C, though these tests may run in the background, where nobody does.
        """
        listening = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        words = [sys.executable, "-m", "suptime", *shlex.split(command)]
        return subprocess.Popen(words, text=True, preexec_fn=listening, **kwargs)  # noqa: PLW1509 -- no thread of a test holds a lock then

    def rows(self) -> list[str]:
        """Every row of the database, to compare before and after."""
        if not self.database.exists():
            return []
        with sqlite3.connect(self.database) as connection:
            dump = [*connection.iterdump()]
        connection.close()
        return dump

    @property
    def units(self) -> list[dict[str, Any]]:
        """What `list` lists."""
        return self("list --format json").json["units"]

    def running(self) -> dict[str, Any] | None:
        return self("status --format json").json["running"]


def open_acme(suptime: Suptime) -> None:
    """One client with an hourly contract, and cases of every state."""
    (suptime.home / "hourly.toml").write_text(HOURLY)
    suptime("client add acme --name 'Acme Leads' --currency USD --timezone America/Chicago")
    suptime("contract add acme hourly.toml")
    for number in ("CASE-123", "CASE-124"):
        suptime(f"case open {number} --client acme --category configuration --at '2026-10-01 08:00'")
        suptime(f"case consent {number} --by ops@acme.example --at '2026-10-01 08:00'")
    suptime("case open CASE-125 --client acme --category configuration --at '2026-10-01 08:00'")
    suptime("case open CASE-200 --client acme --category configuration --at '2026-10-01 08:00'")
    suptime("case resolve CASE-200 --cause no-defect-found --at '2026-10-02 12:00'")
