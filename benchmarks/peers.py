"""The same with peers: Watson in an environment of its own, and Timewarrior where it is installed.

Both get as many entries as the firm has units, one after another over the same ten years: neither
knows more than one person's work.
"""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import firm
from processes import apart

WATSON = "td-watson==2.1.0"


class Peer(NamedTuple):
    """A peer: its name with its version, its commands by what they are called here, what they run in."""

    name: str
    commands: dict[str, list[str]]
    environ: dict[str, str]


def peers(folder: Path, units: int) -> Iterator[Peer]:
    """The peers that there are, each with a store of so many UNITS below FOLDER, made anew."""
    watson = folder / "watson-venv"
    if not (watson / "bin/watson").exists():
        subprocess.run([sys.executable, "-m", "venv", str(watson)], check=True)
        # Its version script needs what Python 3.12 no longer brings.
        subprocess.run([str(watson / "bin/pip"), "install", "--quiet", WATSON, "setuptools<81"], check=True)
    yield _watson(str(watson / "bin/watson"), folder / f"watson-{units}", units)
    if timew := shutil.which("timew"):
        yield _timewarrior(timew, folder / f"timewarrior-{units}", units)


def _entries(units: int) -> Iterator[tuple[int, int]]:
    first = int(datetime(firm.FIRST.year, firm.FIRST.month, firm.FIRST.day, tzinfo=UTC).timestamp())
    last = int(datetime(firm.LAST.year, firm.LAST.month, firm.LAST.day, tzinfo=UTC).timestamp())
    for turn in range(units):
        start = first + (last - first) * turn // units
        yield start, start + max(60, (last - first) // units - 60)


def _watson(program: str, folder: Path, units: int) -> Peer:
    apart(_write_watson, folder, units)
    month = ["report", "--from", f"{firm.MONTH}-01", "--to", f"{firm.MONTH}-30", "--no-pager"]
    return Peer(
        "Watson 2.1.0",
        {
            "start": [program, "start", "client-001"],
            "status": [program, "status"],
            "stop": [program, "stop"],
            "restart": [program, "start", "client-002"],
            "cancel": [program, "cancel"],
            "month report": [program, *month],
        },
        _plain() | {"WATSON_DIR": str(folder)},
    )


def _write_watson(folder: Path, units: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    frames = [
        [start, end, f"client-{start % firm.CLIENTS:03}", uuid.UUID(int=turn).hex, ["phone"], end]
        for turn, (start, end) in enumerate(_entries(units))
    ]
    (folder / "frames").write_text(json.dumps(frames, indent=1), "utf-8")


def _timewarrior(program: str, folder: Path, units: int) -> Peer:
    apart(_write_timewarrior, folder, units)
    version = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    return Peer(
        f"Timewarrior {version}",
        {
            "start": [program, "start", "client-001"],
            "status": [program],
            "stop": [program, "stop"],
            "restart": [program, "start", "client-002"],
            "cancel": [program, "cancel"],
            "month report": [program, "summary", f"{firm.MONTH}-01", "-", "2026-10-01"],
        },
        _plain() | {"TIMEWARRIORDB": str(folder)},
    )


def _write_timewarrior(folder: Path, units: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    months: dict[str, list[str]] = {}
    tags = Counter(f"client-{start % firm.CLIENTS:03}" for start, _ in _entries(units))
    for start, end in _entries(units):
        told = [datetime.fromtimestamp(one, UTC).strftime("%Y%m%dT%H%M%SZ") for one in (start, end)]
        line = f"inc {told[0]} - {told[1]} # client-{start % firm.CLIENTS:03}\n"
        months.setdefault(f"{told[0][:4]}-{told[0][4:6]}", []).append(line)
    for month, lines in months.items():
        (folder / "data" / f"{month}.data").write_text("".join(lines), "utf-8")
    known = {tag: {"count": count} for tag, count in tags.items()}
    (folder / "data/tags.data").write_text(json.dumps(known), "utf-8")
    (folder / "timewarrior.cfg").touch()


def _plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
