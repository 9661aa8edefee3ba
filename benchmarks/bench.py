"""What suptime costs: every command as a whole process, on stores of many sizes, beside its peers.

    python benchmarks/bench.py [--sizes 0,10000] [--peers] [--quick] [--into docs/concepts/performance.md]

Stores are built once, by suptime's own import and close, and kept in the cache folder; what is
measured runs on copies. Everything is run in turn, round after round, so that other work on the
machine disturbs all alike: the medians' ratios to bare Python in the same rounds are what counts.
"""

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import platformdirs

import firm
import report
import stores
from commands import ALONE, BASES, LIGHT, MONTH, OTHERS, TIMER, Command
from peers import peers
from processes import apart, run
from report import Results

SIZES = (0, 10_000, 100_000, 1_000_000)
LONGEST = 300
"""Seconds after which a command is ended, and not tried again."""
SATURDAY = datetime(2026, 10, 3, 6, tzinfo=UTC)
"""Nobody works: each `log` of a round gets a minute of its own from here on."""
QUESTION = {"_SUPTIME_COMPLETE": "bash"}


class Bench:
    """One run: where it works, and what came of it."""

    def __init__(self, cache: Path, scratch: Path) -> None:
        self.cache = cache
        self.scratch = scratch
        self.results = Results()
        self.keeps = True

    def bases(self, size: str) -> None:
        """Run what everything is compared with."""
        environ = stores.environment(self.scratch / "none.db", self.scratch)
        for name, code in BASES.items():
            self.note(size, name, [sys.executable, "-c", code], environ)

    def play(self, size: str, some: Sequence[Command], database: Path, turn: int, units: int) -> None:
        """Run SOME commands, one after another, on the store DATABASE."""
        a, b, c = self.cases(units)
        values = {
            "a": a,
            "b": b,
            "c": c,
            "lower": b.lower(),
            "minute": f"{SATURDAY + timedelta(minutes=turn):%Y-%m-%d %H:%M}",
        }
        environ = stores.environment(database, self.scratch)
        for command in some:
            own = environ if command.live else environ | {"SUPTIME_NOW": firm.NOW}
            words = shlex.split(command.words.format(**values))
            if words[0] == "complete":  # what a shell asks at the press of a key
                words, own = words[1:], own | QUESTION
            expected = 2 if command.words == "sta" else 0
            self.note(size, command.words, [stores.SUPTIME, *words], own, expected=expected)

    def note(
        self, size: str, name: str, command: Sequence[str], environ: Mapping[str, str], *, expected: int = 0
    ) -> None:
        """Run COMMAND and keep what it cost, unless it took too long before."""
        if self.results.gave_up(size, name):
            return
        done = run(command, self.scratch, environ, longest=LONGEST)
        if done.code not in (expected, None):
            raise SystemExit(f"{' '.join(command)} ended with {done.code}, not {expected}, on {size}.")
        if self.keeps or done.code is None:
            self.results.add(size, name, done)

    def cases(self, units: int) -> tuple[str, str, str]:
        """Three open cases of the firm with so many UNITS, found once."""
        kept = self.cache / f"three-cases-{units}.json"
        if not kept.exists():
            apart(lambda: kept.write_text(json.dumps(firm.open_cases(units)), "utf-8"))
        a, b, c = json.loads(kept.read_text("utf-8"))
        return a, b, c

    def copy(self, built: stores.Built) -> Path:
        """A copy of a store that was BUILT, to work on."""
        target = self.scratch / built.path.name
        shutil.copyfile(built.path, target)
        return target

    def rounds(self, count: int) -> Iterator[int]:
        """Round 0 to warm up, and COUNT to keep."""
        for turn in range(count + 1):
            print(f"\rround {turn} of {count} ", end="", file=sys.stderr, flush=True)
            self.keeps = turn > 0
            yield turn
        print(file=sys.stderr)
        self.keeps = True


def measure_commands(bench: Bench, sizes: Sequence[int], repeats: int, *, rebuild: bool) -> None:
    """What is typed all day, on stores of these SIZES."""
    built = [stores.store(bench.cache, size, rebuild=rebuild) for size in sizes]
    copies = {one.units: bench.copy(one) for one in built}
    for turn in bench.rounds(repeats):
        for units, copy in copies.items():
            bench.bases(str(units))
            bench.play(str(units), TIMER, copy, turn, units)
            bench.bases(str(units))
            bench.play(str(units), (*OTHERS, *LIGHT), copy, turn, units)


def measure_months(bench: Bench, sizes: Sequence[int], repeats: int, *, rebuild: bool) -> None:
    """Whole months of all clients, with ten years before them and alone."""
    built = [stores.store(bench.cache, size, rebuild=rebuild) for size in sizes]
    copies = {one.units: bench.copy(one) for one in built}
    alone = {
        size: bench.copy(stores.store(bench.cache, size, month_alone=True, rebuild=rebuild))
        for size in sizes
        if size
    }
    for turn in bench.rounds(repeats):
        for units, copy in copies.items():
            bench.bases(f"{units}, months")
            bench.play(f"{units}, months", MONTH, copy, turn, units)
            if units in alone:
                some = [command for command in MONTH if command.words in ALONE]
                bench.play(f"{units}, month alone", some, alone[units], turn, units)


def measure_bulk(bench: Bench, sizes: Sequence[int]) -> None:
    """Import into a fresh store, and export from it, once for each of SIZES."""
    for units in filter(None, sizes):
        lines = stores.lines_file(bench.cache, units)
        fresh = bench.scratch / "fresh.db"
        for old in bench.scratch.glob("fresh.db*"):
            old.unlink()
        environ = stores.environment(fresh, bench.scratch) | {"SUPTIME_NOW": firm.NOW}
        subprocess.run([stores.SUPTIME, "init"], env=environ, check=True)
        bench.bases(str(units))
        bench.note(str(units), "import suptime", [stores.SUPTIME, "import", "suptime", str(lines)], environ)
        bench.note(str(units), "export suptime", [stores.SUPTIME, "export", "suptime"], environ)


def measure_peers(bench: Bench, sizes: Sequence[int], repeats: int) -> None:
    """What the peers have of the same commands."""
    for units in sizes:
        known = [*peers(bench.cache, units)]
        for _ in bench.rounds(repeats):
            for peer in known:
                for name in ("start", "status", "stop", "restart", "cancel", "month report"):
                    bench.note(f"{units}, {peer.name}", name, peer.commands[name], peer.environ)
                    if name == "start":
                        time.sleep(1.1)  # Timewarrior refuses to stop within the second
                bench.bases(f"{units}, peers")


def arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="work units, with commas between")
    parser.add_argument("--repeats", type=int, default=15, help="rounds of what is fast")
    parser.add_argument("--slow-repeats", type=int, default=3, help="rounds of whole months")
    parser.add_argument("--quick", action="store_true", help="sizes 0 and 10000, few rounds, no bulk")
    parser.add_argument("--peers", action="store_true", help="beside Watson and Timewarrior; installs Watson")
    parser.add_argument("--parts", default="commands,months,bulk", help="which of these to measure")
    parser.add_argument("--rebuild", action="store_true", help="build the stores anew")
    parser.add_argument("--cache", type=Path, default=platformdirs.user_cache_path("suptime-benchmarks"))
    parser.add_argument("--out", type=Path, help="write results.json and results.md into this folder")
    parser.add_argument("--into", type=Path, help="put the tables between the marks of this page")
    return parser.parse_args()


def main() -> None:
    """Measure, and show."""
    typed = arguments()
    sizes = [0, 10_000] if typed.quick else [int(size) for size in typed.sizes.split(",")]
    repeats, slow = (3, 1) if typed.quick else (typed.repeats, typed.slow_repeats)
    wanted = ["commands", "months"] if typed.quick else typed.parts.split(",")
    typed.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(typed.cache, Path(scratch))
        parts: dict[str, Callable[[], None]] = {
            "commands": lambda: measure_commands(bench, sizes, repeats, rebuild=typed.rebuild),
            "months": lambda: measure_months(
                bench, sizes, slow, rebuild=typed.rebuild and "commands" not in wanted
            ),
            "bulk": lambda: measure_bulk(bench, sizes),
            "peers": lambda: measure_peers(bench, sizes, min(repeats, 3)),
        }
        for name in [*wanted, "peers"] if typed.peers else wanted:
            parts[name]()
            keep(bench.results, report.tables(bench.results, sizes), typed.out, typed.into)
    print(report.tables(bench.results, sizes))


def keep(results: Results, made: str, out: Path | None, into: Path | None) -> None:
    """Write what there is so far, so that a run that is stopped has not been for nothing."""
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "results.md").write_text(made, "utf-8")
        (out / "results.json").write_text(json.dumps(results.as_json(), indent=1) + "\n", "utf-8")
    if into:
        report.put_into(into, made)


if __name__ == "__main__":
    main()
