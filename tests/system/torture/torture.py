"""Torture a store in every way that is known, and count what was lost: `python tests/system/torture/torture.py`.

Without options it is the long form: some minutes, thousands of tries. `--short` tries each
fault a few times, as the tests do. `--write` puts the table into docs/concepts/reliability.md.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

import torture_crashes as crashes
import torture_files as files
from torture_world import Count, Fault, make

PAGE = Path(__file__).parents[3] / "docs" / "concepts" / "reliability.md"
BEGIN, END = "<!-- table: make torture -->\n", "<!-- end of the table -->\n"

FAULTS: dict[str, tuple[Fault, int, int]] = {
    "killed": (crashes.killed, 2, 100),
    "killed-writers": (crashes.killed_writers, 5, 200),
    "file-limit": (crashes.file_limit, 1, 15),
    "small-disk": (crashes.small_disk, 0, 10),
    "read-only": (crashes.read_only, 1, 3),
    "locked": (crashes.locked, 1, 6),
    "cut-short": (files.cut_short, 20, 200),
    "flipped": (files.flipped, 30, 600),
    "log-left": (files.log_left_behind, 5, 100),
    "clock-back": (files.clock_set_back, 2, 20),
    "newer": (files.newer_version, 1, 10),
    "two-versions": (files.two_versions, 2, 20),
    "backup": (files.copied_over, 2, 40),
}
"""Every fault: what does it, and how often it is tried in the short form and in the long one."""


def tortured(name: str, tries: int, seed: int) -> Iterator[Count]:
    """The counts of one fault, on a firm of its own."""
    with tempfile.TemporaryDirectory(prefix="suptime-torture-") as folder:
        yield from FAULTS[name][0](make(Path(folder) / "firm", seed), tries)


def row(count: Count, name: str) -> str:
    seen = ", ".join(f"{what}: {n}" for what, n in sorted(count.seen.items()))
    return f"| {count.fault} | {count.tried} | {count.lost} | {count.damaged} | {seen} | `--only {name}` |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="try each fault a few times")
    parser.add_argument("--only", action="append", choices=FAULTS, help="only this fault")
    parser.add_argument("--seed", type=int, default=1, help="another seed tries other moments and bits")
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/concepts/reliability.md"
    )
    asked = parser.parse_args()
    lines = ["| fault | times tried | lost | damaged | seen | repeat with |", "|---|---|---|---|---|---|"]
    print(*lines, sep="\n", flush=True)
    wrong: list[str] = []
    told: list[str] = []
    began = time.monotonic()
    for name in asked.only or FAULTS:
        tries = FAULTS[name][1 if asked.short else 2]
        if not tries or (name == "small-disk" and os.geteuid()):
            print(f"{name}: left out; it is tried in the long form, as root", file=sys.stderr)
            continue
        for count in tortured(name, tries, asked.seed):
            lines.append(row(count, name))
            wrong += count.wrong
            told += count.told
            print(lines[-1], flush=True)
    for what in told:
        print(f"told badly: {what}", file=sys.stderr)
    for what in wrong:
        print(f"WRONG: {what}", file=sys.stderr)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        PAGE.write_text(
            before + BEGIN + "\n".join(lines) + "\n" + END + rest.partition(END)[2], encoding="utf-8"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
