"""`suptime copy`: a whole database to another place, or another kind of database."""

from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption
from suptime.cli.safekeeping import said


def register(app: typer.Typer) -> None:
    """Add the command of this module to APP."""
    app.command(name="copy")(copy)


def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The database to copy: a path, or a URL.")],
    target: Annotated[
        str, typer.Argument(metavar="TO", help="Where to: a path or a URL, of a database that is empty.")
    ],
    form: FormatOption = Format.text,
) -> None:
    """Copy a whole database into an empty one: from SQLite to PostgreSQL, or back.

    Every row goes over as it is, with its id and its place in the audit trail, and is read
    again and compared before it counts. Who has which role on a server stays there.
    """
    from suptime.app import copying

    with console.progress() as progress:
        old, new, content = copying.copy(source, target, progress)
    if form is Format.json:
        console.show_json(
            {"copy": {"from": old, "to": new, "revision": content.revision, "rows": dict(content.rows)}}
        )
        return
    console.out(f"Copied {console.plain(old)} to {console.plain(new)}: {said(content)}. The copy is equal.")
    console.say(f"To work with it from here on, set SUPTIME_DB={console.plain(new)}")
