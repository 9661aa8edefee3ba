"""`suptime doctor`: what must hold of the database, looked at."""

from typing import TYPE_CHECKING, Annotated

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption
from suptime.errors import StorageFault

if TYPE_CHECKING:
    from suptime.app.doctor import Examination

SHOWN = {"ok": "ok", "warning": "warning", "damaged": "DAMAGED"}


def register(app: typer.Typer) -> None:
    """Add the command of this module to APP."""
    app.command(name="doctor")(doctor)


def doctor(
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can be mended without losing anything, after a backup.")
    ] = False,
    form: FormatOption = Format.text,
) -> None:
    """Examine the database: the file, its numbers, every issued invoice, every second, the audit trail.

    Exit code 5 where anything is damaged. A warning, such as a timer that has been running for
    more than a day, is no damage. With --fix, indexes are made anew and what `start` knows of
    each case is worked out again; nothing else is touched.
    """
    from suptime.app import doctor as examining

    database, now = console.settings().database, console.now()
    if fix:
        found = examining.mend(database, now=now, agent=console.agent())
    else:
        found = examining.examine(database, now=now)
    console.show(found.document, form.value, lambda: _text(found))
    if fix and form is Format.text:
        console.out(f"Mended, after a backup: {found.kept}" if found.kept else "There was nothing to mend.")
    if found.damage:
        count = "1 fault" if len(found.damage) == 1 else f"{len(found.damage)} faults"
        raise StorageFault(f"The store {found.store} is damaged: {count}.", hint=_hint(found))


def _text(found: "Examination") -> str:
    lines = []
    for check in found.checks:
        lines.append(f"{SHOWN[check.state]:8} {check.title}")
        lines += [f"         {console.plain(finding.text)}" for finding in check.findings]
    if not found.findings:
        lines.append("No damage found.")
    return "\n".join(lines)


def _hint(found: "Examination") -> str:
    if found.fixable and not found.kept:
        if len(found.fixable) == len(found.damage):
            return "That can be mended without losing anything: suptime doctor --fix"
        return (
            "Some of it can be mended without losing anything: suptime doctor --fix."
            " For the rest, restore a backup: suptime restore FILE --yes keeps this store, too."
        )
    return "Restore a backup from before it: suptime restore FILE --yes keeps this store, too."
