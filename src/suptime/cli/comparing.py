"""`suptime compare`: what a client's work would have cost under other contracts."""

from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.when import month_asked
from suptime.domain.timespan import Month
from suptime.errors import WrongUsage

MOST = 60
"""So many months at most: five years."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module to APP."""
    app.command(name="compare")(compare)


def compare(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="The contract files.")],
    client: Annotated[str, typer.Option(help="The client.")],
    month: Annotated[
        str | None, typer.Option(help="The month, such as 2026-10; the last complete one if left out.")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="The first of several months.")] = None,
    through: Annotated[str | None, typer.Option("--to", help="The last of several months.")] = None,
    contract: Annotated[str | None, typer.Option(help="Only the work under this contract.")] = None,
    form: Annotated[str, typer.Option("--format", help="text or json.", metavar="FORMAT")] = "text",
) -> None:
    """Show what a client's real work would have cost under other contract files.

    The current contract comes first, as the yardstick; the cheapest is marked. Each plan is
    rated as if it had been in force all along, and what it leaves free is said.
    """
    from suptime.app.comparing import compare as compared
    from suptime.render import formats

    if form not in formats("compare"):
        raise WrongUsage(f"{form!r} is not a format of comparisons.", hint="Use one of text, json.")
    now = console.now()
    months = _months(month, since, through, now)
    console.show_document(
        "compare", form, compared(console.store(), client, contract, files, months, now=now)
    )


def _months(month: str | None, since: str | None, through: str | None, now: int) -> list[Month]:
    zone = console.zone()
    if month is not None and (since is not None or through is not None):
        raise WrongUsage("--month names one month, --from and --to several.", hint="Leave one of them out.")
    if since is None and through is None:
        return [month_asked(month or "last", zone, now)]
    last = month_asked(through or "last", zone, now)
    first = month_asked(since, zone, now) if since is not None else last
    if last < first:
        raise WrongUsage(f"--to {last} is before --from {first}.", hint="Swap them.")
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next)
        if len(found) > MOST:
            raise WrongUsage(f"{first} to {last} are more than {MOST} months.", hint="Take fewer.")
    return found
