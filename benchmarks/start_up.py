"""What it costs to start: imports, and whole commands. Run by hand, with the project installed.

    python benchmarks/start_up.py

Prints the median seconds of processor time of a fresh process, which other work on the
machine disturbs less than the time on the clock. Ratios are what to compare.
"""

import os
import resource
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

TIMES = 9
IMPORTS = (
    "sqlite3",
    "typer",
    "pydantic",
    "rich.table",
    "jinja2",
    "sqlalchemy",
    "alembic.command",
    "sqlmodel",
)
SUPTIME = str(Path(sysconfig.get_path("scripts")) / "suptime")
COMMANDS = (
    "--version",
    "status",
    "start CASE-244",
    "stop",
    "case show CASE-244",
    "invoice --month 2026-10 --client lakeshore",
    "report hours",
    "export suptime --out all.jsonl",
)


def cost(command, folder, environ):
    """The median processor time of COMMAND, in seconds."""
    spent = []
    for _ in range(TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, env=environ, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(spent)


def main():
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {"HOME": folder, "TZ": "UTC", "SUPTIME_AGENT": "ana"}
        print(f"{cost([sys.executable, '-c', 'pass'], folder, environ):.3f}  python -c pass")
        for name in IMPORTS:
            print(f"{cost([sys.executable, '-c', f'import {name}'], folder, environ):.3f}  import {name}")
        subprocess.run([SUPTIME, "demo"], cwd=folder, env=environ, capture_output=True, check=True)
        environ |= {"SUPTIME_DB": "suptime-demo/suptime.db", "SUPTIME_NOW": "2026-11-02T15:00:00Z"}
        for words in COMMANDS:
            print(f"{cost([SUPTIME, *words.split()], folder, environ):.3f}  suptime {words}")


if __name__ == "__main__":
    main()
