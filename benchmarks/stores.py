"""The stores to measure on: built once by suptime's own commands, kept, and copied for each run."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import firm
from processes import apart
from suptime.store.database.sqlite_file import HEAD

SUPTIME = str(Path(sys.executable).with_name("suptime"))
HOUSE = '[seller]\nname = "A Firm"\naddress = "1 High Street\\nTown"\n'
"""The settings that an invoice needs."""


class Built(NamedTuple):
    """A store: where it is, and how many work units it was built from."""

    path: Path
    units: int


def environment(database: Path, home: Path) -> dict[str, str]:
    """What suptime runs in: nothing of this process's own Python, and no settings file."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SUPTIME_"))}
    return plain | {"HOME": str(home), "SUPTIME_DB": str(database), "SUPTIME_AGENT": "ana", "COLUMNS": "100"}


def lines_file(folder: Path, units: int, *, month_alone: bool = False) -> Path:
    """The firm with so many UNITS as a file to import, written where it is not there."""
    path = folder / f"{_name(units, month_alone=month_alone)}.jsonl"
    if not path.exists():
        apart(_write, path, units, month_alone)
    return path


def _write(path: Path, units: int, month_alone: bool) -> None:
    begun = path.with_suffix(".part")
    with begun.open("w", encoding="utf-8") as file:
        file.writelines(firm.lines(units, only_last_month=month_alone))
    begun.replace(path)


def store(folder: Path, units: int, *, month_alone: bool = False, rebuild: bool = False) -> Built:
    """The firm's store: its months closed but for the last, or with MONTH_ALONE nothing before that.

    It is kept in FOLDER by its schema: another revision is another store.
    """
    path = folder / f"{_name(units, month_alone=month_alone)}-{HEAD}.db"
    if path.exists() and not rebuild:
        return Built(path, units)
    lines = lines_file(folder, units, month_alone=month_alone)
    begun = path.with_suffix(".part")
    for old in folder.glob(f"{begun.name}*"):
        old.unlink()
    environ = environment(begun, folder) | {"SUPTIME_NOW": firm.NOW}
    _do([SUPTIME, "init"], environ)
    _do([SUPTIME, "import", "suptime", str(lines)], environ)
    if not month_alone and units:
        _do([SUPTIME, "close", "--through", firm.CLOSED_THROUGH], environ)
        house = folder / "house.toml"
        house.write_text(HOUSE, "utf-8")
        environ |= {"SUPTIME_ACCEPT": "all,client-tax-id"}
        for month in firm.ISSUED:
            issue = [SUPTIME, "invoice", "--issue", "--month", month]
            _do(issue, environ | {"SUPTIME_CONFIG": str(house)})
    begun.replace(path)
    return Built(path, units)


def _name(units: int, *, month_alone: bool) -> str:
    return f"firm-{units}{'-month-alone' if month_alone else ''}"


def _do(command: list[str], environ: Mapping[str, str]) -> None:
    print(f"suptime {' '.join(command[1:])} ...", end=" ", file=sys.stderr, flush=True)
    began = time.perf_counter()
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    print(f"{time.perf_counter() - began:.1f} s", file=sys.stderr)
    if done.returncode:
        raise SystemExit(f"It failed ({done.returncode}): {done.stderr[-500:]}")
