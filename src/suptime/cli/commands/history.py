"""`history`, `undo`, `redo`: list changes, and take them back."""

from typing import TYPE_CHECKING, Annotated

import typer

from suptime.cli import console, listing
from suptime.cli.listing import Column, ListFormat, Listing, lists, rfc3339_here
from suptime.cli.options import (
    DayPeriod,
    FormatOption,
    OneAgent,
    OneCase,
    OneClient,
    ZoneOption,
    argument,
    option,
    read_unit,
)
from suptime.cli.output import dated
from suptime.domain.time import zones_as_data
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.store.repositories.records import Change

MOST = 1000
"""Most changes that are listed at once."""


def read_change(text: str) -> int:
    """Return the number of a change.

    Raises:
        WrongUsage: the text is not the number of a change.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise WrongUsage(
            f"{console.quoted(text)} is not the number of a change.",
            hint="Give a number such as 12: see suptime history.",
        )
    return int(text)


def read_limit(text: str) -> int:
    """Return the number of changes to list.

    Raises:
        WrongUsage: the text is not a number greater than zero.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text)):
        raise WrongUsage(
            f"--limit: {console.quoted(text)} is not a number greater than zero.", hint="Example: --limit 50"
        )
    return int(text)


DryRun = Annotated[bool, option("--dry-run", "Show what would change; change nothing.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("history")(history)
    app.command("undo")(undo)
    app.command("redo")(redo)


CHANGES = Listing(
    (
        Column("id", "Change", lambda it: it[0].id, is_number=True),
        Column("at", "At", lambda it: rfc3339_here(it[1]["at"]), lambda it: dated(it[0].at)),
        Column("agent", "Agent", lambda it: it[0].agent),
        Column("command", "Command", lambda it: it[0].command),
        Column("rows", "What", lambda it: _rows(it[0]), is_free=True),
        Column("undoes", "", lambda it: it[0].undoes),
        Column("undone_by", "", lambda it: it[1]["undone_by"]),
        Column(
            "undoable", "Undo", lambda it: it[1]["undoable"], lambda it: "yes" if it[1]["undoable"] else ""
        ),
    )
)


@lists(CHANGES)
def history(
    agent: OneAgent = None,
    case: OneCase = None,
    unit: Annotated[
        str | None, option("--unit", "Only this work unit, for example U7.", "UNIT", read_unit)
    ] = None,
    client: OneClient = None,
    *,
    days: DayPeriod,
    zone: ZoneOption = None,  # noqa: ARG001 - the console has it
    limit: Annotated[int, option("--limit", "Most changes to list.", "N", read_limit)] = "20",  # type: ignore[assignment]
    form: ListFormat = None,
) -> None:
    """List changes by all agents, newest first. The number of a change is for `suptime undo`."""
    from suptime.app.work import history

    start, end = days.instants
    wanted = history.Search(agent, case, unit, client, start, end, limit)
    found = history.find(console.store(), wanted, agent=console.agent())
    document = {**zones_as_data([console.zone()]), "changes": [document for _, document in found]}
    listing.show(CHANGES, found, document, form, "There are no changes.")


def undo(
    change: Annotated[
        int | None,
        argument(
            "[CHANGE]",
            "Number of the change, as `suptime history` prints it [default: your last change].",
            read_change,
        ),
    ] = None,
    *,
    dry_run: DryRun = False,
    form: FormatOption = "text",
) -> None:
    """Undo a change of yours: the last one, or CHANGE. Again: the one before."""
    from suptime.app.work import history

    done = history.undo(
        console.store(),
        change,
        now=console.now(),
        agent=console.agent(),
        dry_run=dry_run,
        today=console.today(),
        closed_through=console.settings().get("books.closed_through"),
    )
    _report("undone", "Would undo" if dry_run else "Took back", done, dry_run=dry_run, form=form)
    for row in done.rows:
        if row.entity == "booking_batch" and not dry_run:
            file = (row.before or row.after or {}).get("file")
            console.warn(f"The booked file of {row.name} is {file}: do not post it again.")


def redo(*, dry_run: DryRun = False, form: FormatOption = "text") -> None:
    """Redo the change that you undid last. Again: the one undone before that."""
    from suptime.app.work import history

    done = history.redo(console.store(), now=console.now(), agent=console.agent(), dry_run=dry_run)
    _report("redone", "Would redo" if dry_run else "Redid", done, dry_run=dry_run, form=form)


def _report(key: str, verb: str, change: "Change", *, dry_run: bool, form: str) -> None:
    from suptime.app.units import formatted
    from suptime.app.work.history import facts

    when = formatted(change.at, console.zone(), console.now())
    console.show(
        {key: facts(change)} | ({"dry_run": True} if dry_run else {}),
        form,
        lambda: f"{verb} '{change.command}' of {when}, which had {_rows(change)}.",
    )


def _rows(change: "Change") -> str:
    return ", ".join(f"{row.verb} {row.name}" for row in change.rows)
