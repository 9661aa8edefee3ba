"""What was measured as tables: targets first, as ratios within the same run."""

import os
import platform
import sqlite3
import statistics
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from commands import (
    ALONE,
    BARE,
    BASES,
    IMPORTED_A_SECOND,
    LIGHT,
    MONTH,
    MOST_MEMORY,
    OTHERS,
    SQLMODEL,
    TIMER,
    TIMES_ALONE,
    Command,
)
from processes import Run

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SAID = {
    "sta": "sta (a mistake)",
}


class Results:
    """All runs, by the store they were on and the command."""

    def __init__(self) -> None:
        self.runs: dict[tuple[str, str], list[Run]] = {}

    def add(self, size: str, name: str, run: Run) -> None:
        """Keep a RUN."""
        self.runs.setdefault((size, name), []).append(run)

    def gave_up(self, size: str, name: str) -> bool:
        """Whether a run took too long."""
        return any(run.code is None for run in self.runs.get((size, name), ()))

    def seconds(self, size: str, name: str) -> float | None:
        """The median on the clock, or None where there is none."""
        runs = self.runs.get((size, name))
        return statistics.median(run.seconds for run in runs) if runs else None

    def peak(self, size: str, name: str) -> float | None:
        """The highest peak, in MiB."""
        runs = self.runs.get((size, name))
        return max(run.peak for run in runs) if runs else None

    def ratio(self, size: str, name: str, base: str, *, base_size: str = "") -> float | None:
        """The median of a command in medians of BASE, on the same store unless BASE_SIZE says another."""
        cost, one = self.seconds(size, name), self.seconds(base_size or size, base)
        return cost / one if cost and one and not self.gave_up(size, name) else None

    def as_json(self) -> dict[str, object]:
        """Everything, for other programs."""
        return {
            "machine": machine(),
            "runs": [
                {
                    "store": size,
                    "command": name,
                    "seconds": self.seconds(size, name),
                    "cpu_seconds": statistics.median(run.cpu for run in runs),
                    "peak_mib": self.peak(size, name),
                    "gave_up": self.gave_up(size, name),
                    "all_seconds": [round(run.seconds, 5) for run in runs],
                }
                for (size, name), runs in self.runs.items()
            ],
        }


def machine() -> str:
    """What it was measured on, and when."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def tables(results: Results, sizes: Sequence[int]) -> str:
    """All tables, as Markdown."""
    parts = [
        f"Measured on {machine()}.",
        "",
        "### In starts of bare Python, and of its imports",
        "",
        *_table(["command", "target", *map(_thousands, sizes), "met"], _targets(results, sizes)),
        "",
        "Cells are medians over the median of the command named in the target, run in turn on the same store.",
        "",
        "### Whole months",
        "",
        *_table(["command", "target", *map(_thousands, sizes), "met"], _months(results, sizes)),
        "",
        "### Import and export",
        "",
        *_table(["command", "target", *map(_thousands, filter(None, sizes)), "met"], _bulk(results, sizes)),
        "",
        "### Beside the peers",
        "",
        *_table(*_beside(results, sizes)),
        "",
        "### In seconds",
        "",
        *_table(["command", *map(_thousands, sizes)], _seconds(results, sizes)),
        "",
    ]
    return "\n".join(parts)


def put_into(page: Path, made: str) -> None:
    """Put the tables MADE between the marks of PAGE."""
    before, begin, rest = page.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page} has no marks {BEGIN} and {END}.")
    page.write_text(f"{before}{BEGIN}\n{made.strip()}\n{END}{after}", "utf-8")


def _targets(results: Results, sizes: Sequence[int]) -> Iterator[list[str]]:
    for command in (*TIMER, *LIGHT, *OTHERS):
        ratios = [results.ratio(str(size), command.words, command.base) for size in sizes]
        target = f"{command.target:g} × `{command.base}`"
        yield [_typed(command), target, *map(_times, ratios), _met(r <= command.target for r in ratios if r)]


def _months(results: Results, sizes: Sequence[int]) -> Iterator[list[str]]:
    for command in MONTH:
        at = [f"{size}, months" for size in sizes]
        ratios = [results.ratio(one, command.words, SQLMODEL) for one in at]
        target = f"{command.target:g} × `{SQLMODEL}`" if command.target else f"in `{SQLMODEL}`"
        met = _met(r <= command.target for r in ratios if r) if command.target else ""
        gone = [results.gave_up(one, command.words) for one in at]
        cells = ["too long" if gave else _times(r) for gave, r in zip(gone, ratios, strict=True)]
        yield [_typed(command), target, *cells, "no" if any(gone) else met]
        if command.words in ALONE:
            against = [
                results.ratio(one, command.words, command.words, base_size=f"{size}, month alone")
                for one, size in zip(at, sizes, strict=True)
            ]
            met = "no" if any(gone) else _met(r <= TIMES_ALONE for r in against if r)
            yield ["", f"{TIMES_ALONE:g} × the month alone", *map(_times, against), met]
        peaks = [results.peak(one, command.words) for one in at]
        met = "no" if any(gone) else _met(p <= MOST_MEMORY for p in peaks if p)
        yield ["", f"{MOST_MEMORY} MiB", *(f"{p:.0f} MiB" if p else "–" for p in peaks), met]


def _bulk(results: Results, sizes: Sequence[int]) -> Iterator[list[str]]:
    for name in ("import suptime", "export suptime"):
        at = [size for size in sizes if size]
        costs = [results.seconds(str(size), name) for size in at]
        gone = [results.gave_up(str(size), name) for size in at]
        speeds = [size / cost if cost else None for size, cost in zip(at, costs, strict=True)]
        cells = [
            "too long" if gave else f"{speed:,.0f}" if speed else "–"
            for gave, speed in zip(gone, speeds, strict=True)
        ]
        met = "no" if any(gone) else _met(speed >= IMPORTED_A_SECOND for speed in speeds[-1:] if speed)
        yield [f"`{name}`", f"{IMPORTED_A_SECOND:,} units a second", *cells, met]
        peaks = [results.peak(str(size), name) for size in at]
        yield ["", "bounded memory", *(f"{p:.0f} MiB" if p else "–" for p in peaks), ""]


def _beside(results: Results, sizes: Sequence[int]) -> tuple[list[str], list[list[str]]]:
    names = list(dict.fromkeys(size.partition(", ")[2] for size, _ in results.runs))
    known = [name for name in names if name and name not in {"months", "month alone", "peers"}]
    if not known:
        return ["entries", "command", "suptime"], [["–", "not measured in this run", "–"]]
    rows = []
    for size in sizes:
        for command in (one for one in (*TIMER, *MONTH) if one.by_peers):
            own_at = f"{size}, months" if command in MONTH else str(size)
            cells = [results.ratio(own_at, command.words, BARE)]
            peers_at = [f"{size}, {name}" for name in known]
            cells += [
                results.ratio(at, command.by_peers, BARE, base_size=f"{size}, peers") for at in peers_at
            ]
            gone = [results.gave_up(at, command.by_peers) for at in peers_at]
            shown = [_times(cells[0])]
            shown += [
                "too long" if gave else _times(cell) for gave, cell in zip(gone, cells[1:], strict=True)
            ]
            rows.append([_thousands(size), command.by_peers, *shown])
    return ["entries", "command, in starts of bare Python", "suptime", *known], rows


def _seconds(results: Results, sizes: Sequence[int]) -> Iterator[list[str]]:
    for name in BASES:
        yield [f"`{name}`", *(_short(results.seconds(str(size), name)) for size in sizes)]
    for command in (*TIMER, *LIGHT, *OTHERS):
        yield [_typed(command), *(_short(results.seconds(str(size), command.words)) for size in sizes)]
    for command in MONTH:
        at = [f"{size}, months" for size in sizes]
        yield [_typed(command), *(_short(results.seconds(one, command.words)) for one in at)]


def _typed(command: Command) -> str:
    return SAID.get(command.words) or f"`{command.words.format(a='A', b='B', lower='b', minute='TIME')}`"


def _times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.1f}"


def _short(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.3f}" if seconds < 1 else f"{seconds:.1f}"


def _met(each: Iterable[bool]) -> str:
    known = [*each]
    return "" if not known else "yes" if all(known) else "no"


def _thousands(size: int) -> str:
    return f"{size:,}"


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headers)} |"
    yield f"|{'---|' * len(headers)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
