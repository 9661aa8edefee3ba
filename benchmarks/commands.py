"""What is measured, and what each may cost."""

from typing import NamedTuple

import firm

BARE, TYPER, SQLMODEL = "python -c pass", "import typer", "import sqlmodel"
BASES = {BARE: "pass", TYPER: "import typer", SQLMODEL: "import sqlmodel"}


class Command(NamedTuple):
    """A command as it is typed, and what it may cost: `target` times the median of `base` in the same run.

    `{a}`, `{b}` and `{c}` stand for open cases, the last one of a client with prepaid hours; `{lower}` for the second
    typed in small letters, and `{minute}` for one in which nobody works. `by_peers` names what the same is with the peers.
    """

    words: str
    base: str = ""
    target: float = 0
    by_peers: str = ""
    live: bool = False
    """It asks what time it is, as timers do; else it is `firm.NOW`."""


TIMER = (
    Command("start {a}", BARE, 4, "start", live=True),
    Command("status", BARE, 4, "status", live=True),
    Command("status --format prompt", BARE, 4, live=True),
    Command("start {lower} --note 'Logs read'", BARE, 4, live=True),
    Command("stop", BARE, 4, "stop", live=True),
    Command("resume", BARE, 4, live=True),
    # Prepaid hours: what is left of them is said.
    Command("start {c}", BARE, 4, live=True),
    Command("status --format json", BARE, 4, live=True),
    Command("stop --format json", BARE, 4, live=True),
    Command("resume {c}", BARE, 4, live=True),
    Command("cancel", BARE, 4, "cancel", live=True),
    # Twice what `start` may cost.
    Command("complete sta", BARE, 8),
    Command("complete start CASE-1", BARE, 8),
    Command("complete invoice show INV-2", BARE, 8),
    Command("complete edit U", BARE, 8),
)
LIGHT = (
    Command("--help", TYPER, 2),
    Command("start --help", TYPER, 2),
    Command("sta", TYPER, 2),  # a mistake
)
OTHERS = (
    Command("log {b} 1m --from '{minute}'", SQLMODEL, 2),
    Command("case show {a}", SQLMODEL, 2),
    Command("invoice list", SQLMODEL, 2),
    Command(f"list --from {firm.DAY_IN_MONTH} --to {firm.DAY_IN_MONTH}", SQLMODEL, 2),
    Command("report hours --client client-002", SQLMODEL, 2),
    Command(f"invoice --month {firm.MONTH} --client client-000", SQLMODEL, 2),
)
MONTH = (
    Command(f"list --from {firm.MONTH}-01 --to {firm.MONTH}-30 --format csv"),
    Command(f"report time --from {firm.MONTH}-01 --to {firm.MONTH}-30", SQLMODEL, 4, "month report"),
    Command("report hours", SQLMODEL, 4),
    Command(f"invoice --month {firm.MONTH}", SQLMODEL, 4),
)
ALONE = (f"invoice --month {firm.MONTH}", "report hours")
"""What is measured on the store that has the month alone, too."""
TIMES_ALONE = 1.3
"""What a month may cost in a store of ten years, in times of the same month alone."""
MOST_MEMORY = 150
"""MiB for a month of all clients."""
IMPORTED_A_SECOND = 20_000
