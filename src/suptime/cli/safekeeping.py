"""`suptime backup` and `suptime restore`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption

if TYPE_CHECKING:
    from suptime.store.copies import Content

NAMES = {
    "client": ("client", "clients"),
    "case": ("case", "cases"),
    "work_unit": ("work unit", "work units"),
    "invoice": ("invoice", "invoices"),
    "audit": ("audit row", "audit rows"),
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to APP."""
    app.command(name="backup")(backup)
    app.command(name="restore")(restore)


def backup(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write.")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace the file if it is there.")] = False,
    form: FormatOption = Format.text,
) -> None:
    """Copy the whole database to a file, while others work, and verify the copy.

    The copy is of one moment, and is a database of its own: SUPTIME_DB=FILE looks into it.
    """
    from suptime.app import safekeeping

    content = safekeeping.make_backup(console.settings().database, file, replace=yes)
    if form is Format.json:
        console.show_json({"backup": {"file": file, **_document(content)}})
    else:
        console.out(f"Backed up to {console.plain(file)}: {said(content)}. The copy is whole.")


def restore(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A backup.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Replace the database that is there; it is kept under another name.")
    ] = False,
    form: FormatOption = Format.text,
) -> None:
    """Put a backup in the place of the database. What was there is kept beside it.

    The backup is verified first, and brought up to date if an older version made it. Others
    may have the database open: they see it change as by any other command.
    """
    from suptime.app import safekeeping

    done = safekeeping.put_back(console.settings().database, file, now=console.now(), replace=yes)
    if form is Format.json:
        facts = {"file": file, "file_revision": done.revision, "kept": done.kept}
        console.show_json({"restore": {**facts, **_document(done.content)}})
        return
    older = f", brought from schema {done.revision} to {done.content.revision}"
    raised = older if done.revision != done.content.revision else ""
    console.out(f"Restored {console.plain(file)}{raised}: {said(done.content)}.")
    if done.kept:
        console.out(f"What was there before is kept as {console.plain(done.kept)}.")


def _document(content: "Content") -> Mapping[str, Any]:
    return {"revision": content.revision, "rows": dict(content.rows)}


def said(content: "Content") -> str:
    """What CONTENT holds, of what people count."""
    from suptime.app.safekeeping import counts

    counted = [f"{count} {NAMES[name][count != 1]}" for name, count in counts(content).items()]
    return f"{', '.join(counted[:-1])} and {counted[-1]}"
