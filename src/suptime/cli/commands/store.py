"""`suptime init`, `backup`, `restore`, `copy`, `doctor` and `team`: the database, and roles on a server."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, listing
from suptime.cli.listing import Column, ListFormat, Listing, lists
from suptime.cli.options import FormatOption, argument, choice, option
from suptime.cli.output import report
from suptime.errors import StorageFault

if TYPE_CHECKING:
    from suptime.store.database.backup import Content

NAMES = {
    "client": ("client", "clients"),
    "case": ("case", "cases"),
    "work_unit": ("work unit", "work units"),
    "invoice": ("invoice", "invoices"),
    "audit": ("audit row", "audit rows"),
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command(name="init")(init)
    app.command(name="backup")(backup)
    app.command(name="restore")(restore)
    app.command(name="copy")(copy)
    app.command(name="doctor")(doctor)
    group = typer.Typer()
    group.command("grant")(grant)
    group.command("revoke")(revoke)
    group.command("list")(list_members)
    app.add_typer(group, name="team")


def init(
    *,
    if_missing: Annotated[bool, option("--if-missing", "Accept an existing store.")] = False,
    form: FormatOption = "text",
) -> None:
    """Create a new, empty store with its folders.

    The place is SUPTIME_DB, the setting `database`, or the default path.
    """
    from suptime.app.upkeep import store

    place, made = store.init(console.settings().database, if_missing=if_missing)
    if form == "json":
        console.show_json({"store": {"place": place, "created": made}})
    else:
        shown = console.plain(place)
        console.print_text(f"Made a new store: {shown}" if made else f"The store already exists: {shown}")


def backup(
    file: Annotated[str, argument("FILE", "File to write.")],
    yes: Annotated[bool, option("--yes", "Replace an existing file.")] = False,
    form: FormatOption = "text",
) -> None:
    """Copy the whole database to a file and verify the copy. Others can continue to work.

    The copy is a consistent database of its own. To read it, set SUPTIME_DB=FILE.
    """
    from suptime.app.upkeep import store

    content = store.make_backup(console.settings().database, file, replace=yes)
    if form == "json":
        console.show_json({"backup": {"file": file, **_document(content)}})
    else:
        console.print_text(f"Backed up to {console.plain(file)}: {contents(content)}. The copy is complete.")


def restore(
    file: Annotated[str, argument("FILE", "A backup.")],
    yes: Annotated[
        bool, option("--yes", "Replace the present database; it is kept under another name.")
    ] = False,
    form: FormatOption = "text",
) -> None:
    """Restore the database from a backup. The present database is kept beside it.

    suptime verifies the backup first, and migrates it if an older version made it. Others
    may have the database open: they see the change as with any other command.
    """
    from suptime.app.upkeep import store

    done = store.restore_backup(console.settings().database, file, now=console.now(), replace=yes)
    if form == "json":
        facts = {"file": file, "file_revision": done.revision, "kept": done.kept}
        console.show_json({"restore": {**facts, **_document(done.content)}})
        return
    older = f", migrated from schema {done.revision} to {done.content.revision}"
    raised = older if done.revision != done.content.revision else ""
    console.print_text(f"Restored {console.plain(file)}{raised}: {contents(done.content)}.")
    if done.kept:
        console.print_text(f"The previous database is kept as {console.plain(done.kept)}.")


def _document(content: "Content") -> Mapping[str, Any]:
    return {"revision": content.revision, "rows": dict(content.rows)}


def contents(content: "Content") -> str:
    """Return the numbers of clients, cases, work units, invoices and audit rows."""
    from suptime.app.upkeep.store import counts

    counted = [f"{count} {NAMES[name][count != 1]}" for name, count in counts(content).items()]
    return f"{', '.join(counted[:-1])} and {counted[-1]}"


def copy(
    source: Annotated[str, argument("FROM", "Database to copy: a path or a URL.")],
    target: Annotated[str, argument("TO", "Target: a path or a URL of an empty database.")],
    form: FormatOption = "text",
) -> None:
    """Copy a whole database into an empty one: from SQLite to PostgreSQL, or back.

    suptime copies every row unchanged, with its id and its place in the audit trail, then reads it
    again and compares it. Roles on a server are not copied.
    """
    from suptime.app.upkeep import store

    with console.progress() as progress:
        old, new, content = store.copy(source, target, progress)
    if form == "json":
        console.show_json(
            {"copy": {"from": old, "to": new, "revision": content.revision, "rows": dict(content.rows)}}
        )
        return
    console.print_text(
        f"Copied {console.plain(old)} to {console.plain(new)}: {contents(content)}. Verified the copy."
    )
    console.note(f"To use the copy, set SUPTIME_DB={console.plain(new)}")


if TYPE_CHECKING:
    from suptime.app.upkeep.doctor import Examination

SHOWN = {"ok": "ok", "warning": "warning", "damaged": "DAMAGED"}


def doctor(
    fix: Annotated[
        bool, option("--fix", "Back up the database, then repair what can be repaired without losing data.")
    ] = False,
    form: FormatOption = "text",
) -> None:
    """Check the database and repair what is safe to repair.

    suptime checks the file, its numbers, every issued invoice, every second of work, and the audit trail. Exit code 5:
    there is damage. A warning, such as a timer that has been running for more than a day, is not damage. With --fix,
    suptime rebuilds indexes and the timer's summary of cases and purchases. Nothing else changes.
    """
    from suptime.app.upkeep.doctor import examine, mend

    database, now = console.settings().database, console.now()
    found = mend(database, now=now, agent=console.agent()) if fix else examine(database, now=now)
    console.show(found.document, form, lambda: _text(found))
    if fix and form == "text":
        console.print_text(
            f"Repaired the database. Backup from before: {found.kept}"
            if found.kept
            else "There was nothing to repair."
        )
    if found.damage:
        count = "1 fault" if len(found.damage) == 1 else f"{len(found.damage)} errors"
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
    mendable = [finding for finding in found.damage if finding.fixable]
    if mendable and not found.kept:
        if len(mendable) == len(found.damage):
            return "Repair it without losing data: suptime doctor --fix"
        return (
            "Repair part of it without losing data: suptime doctor --fix. For the rest, restore a "
            "backup: suptime restore FILE --yes keeps this store, too."
        )
    return "Restore a backup from before the damage: suptime restore FILE --yes keeps this store, too."


Login = Annotated[str, argument("LOGIN", "Login on the PostgreSQL server.")]


def grant(
    login: Login,
    role: Annotated[
        str,
        choice(
            "--role",
            "agent: timer and own time; billing: everything except roles; reader: read only.",
            ("agent", "billing", "reader"),
        ),
    ],
    agent: Annotated[
        str | None,
        option("--agent", "Agent of this login [default: its own name].", "NAME"),
    ] = None,
    form: FormatOption = "text",
) -> None:
    """Give a login a role, instead of an earlier one.

    Only the owner of the database can do this. The server then enforces the role in every program that
    the login uses.
    """
    from suptime.app.upkeep import store

    database, now, me = console.settings().database, console.now(), console.agent()
    done = store.grant(database, login, role, agent, now=now, agent=me)
    member = done.value
    report(
        done,
        form,
        f'Granted the role {member.role} to the login "{member.login}", who works as {member.agent}.',
    )


def revoke(login: Login, form: FormatOption = "text") -> None:
    """Revoke a login's access. Its past entries are kept."""
    from suptime.app.upkeep import store

    done = store.revoke(console.settings().database, login, now=console.now(), agent=console.agent())
    member = done.value
    report(
        done,
        form,
        f'Revoked the access of the login "{member.login}", which had the role {member.role}.',
    )


MEMBERS = Listing(
    (
        Column("login", "Login"),
        Column("role", "Role"),
        Column("agent", "Agent"),
        Column("on_server", "On the server", shown=lambda row: "" if row["on_server"] else "login removed"),
    )
)


@lists(MEMBERS)
def list_members(form: ListFormat = None) -> None:
    """List the logins that have a role, and the agent of each."""
    from suptime.app.upkeep import store

    found = store.list_members(console.settings().database)
    nothing = "No login has a role. Grant one: suptime team grant LOGIN --role agent"
    listing.show(MEMBERS, found, {"members": found}, form, nothing)
