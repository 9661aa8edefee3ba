"""`suptime demo`: see it all with one command."""

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suptime.cli import console

if TYPE_CHECKING:
    from suptime.app.demo import Demo


def register(app: typer.Typer) -> None:
    """Add the command of this module to APP."""
    app.command(name="demo")(demo)


def demo(
    out: Annotated[Path, typer.Option(help="The folder for the database and the files.")] = Path(
        "suptime-demo"
    ),
) -> None:
    """Try suptime on a year of sample work: thirteen clients, and every way to sell support.

    It makes a database of its own, shows an invoice, the hours report and a comparison of
    contracts, and writes the rest as files, with a page that lists them. Your own data is not touched.
    """
    from suptime.app import demo as making
    from suptime.domain.timespan import from_rfc3339

    now = console.now() if os.environ.get("SUPTIME_NOW") else from_rfc3339(making.CLOCK)
    made = making.run(out, now)
    console.show_document("invoice", "text", made.invoice)
    console.out("")
    console.show_document("hours", "text", made.hours)
    console.out("")
    console.show_document("compare", "text", made.compared)
    for line in _next(made, making.CLOCK):
        console.out(line)


def _next(made: "Demo", clock: str) -> list[str]:
    """What there is now, and what to try."""
    from suptime.app.demo import DATABASE, SETTINGS, SHOWN
    from suptime.app.demo_papers import INDEX, MONTHS

    folder = made.folder.resolve()
    counts = (
        f"{made.added['client']} clients, {made.added['case']} cases and {made.added['unit']} units of work"
    )
    names = {
        "SUPTIME_DB": str(folder / DATABASE),
        "SUPTIME_CONFIG": str(folder / SETTINGS),
        "SUPTIME_NOW": os.environ.get("SUPTIME_NOW") or clock,
    }
    return [
        "",
        f"Above: one invoice of {made.files} files. A year of {counts} is in {made.folder}:",
        f"  {made.folder / INDEX}  a page that lists all of it: open it in a browser",
        f"  {made.folder / 'invoices'}   every client's invoice of every month; {MONTHS[-1]} in all formats",
        f"  {made.folder / 'reports'}    balances, response clocks, guarantees; time by case, client, agent and category; comparisons",
        f"  {made.folder / 'statements'}  one for each client, as it is today",
        f"  {made.folder / 'contracts'}  the contract files that they were drawn up by",
        "",
        "Try next, in this shell, whose clock then stands where the sample ends:",
        *(f"  export {name}={shlex.quote(value)}" for name, value in names.items()),
        f"  suptime invoice --month {MONTHS[-1]} --client kessler",
        f"  suptime explain {made.case}",
        f"  suptime report statement --client {SHOWN}",
        "  suptime report sla --month 2026-10",
        "  suptime contract show lakeshore-1on1",
    ]
