"""`suptime contact export` and `suptime contact erase`: export or erase a person's data."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console
from suptime.cli.options import FormatOption, argument, option
from suptime.domain import caution, values
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.app.personal_data import Erasure, Holding

Email = Annotated[str, argument("EMAIL", "E-mail address of the person, in any letter case.", values.EMAIL)]
MOST = 20
"""Most records of one kind that are listed one by one."""


def export(
    email: Email,
    out: Annotated[Path | None, option("--out", "File to write [default: standard output].", "FILE")] = None,
    form: FormatOption = "json",
) -> None:
    """Write all data about a person as one JSON document.

    Each record is listed with its place in the database. Search backups, exported files and mailboxes yourself.
    """
    from suptime.app import personal_data

    document = personal_data.export(console.store(), email, now=console.now())
    for note in document["notes"]:
        console.warn(note)
    if out is None:
        if form == "json":
            console.show_json(document)
        else:
            console.print_text("\n".join(_listing(document["held"])))
        return
    import json

    from suptime.app.exchange.records import whole_file

    with whole_file(out, private=True) as stream:
        stream.write((json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode())
    count = _count(len(document["held"]), "record")
    console.print_text(f"Wrote {count} about {document['person']['email']} to {console.plain(str(out))}.")


def erase(
    email: Email,
    yes: Annotated[bool, option("--yes", "Erase without asking.")] = False,
    form: FormatOption = "text",
) -> None:
    """Erase a person's data and put a marker in its place. This cannot be undone.

    suptime first shows the data to be replaced and the data that must stay, with the reason. Issued documents stay.
    The audit trail keeps a digest of the erased data, so that `suptime doctor` can still verify it.
    """
    from suptime.app import personal_data

    if not yes:
        held = personal_data.look_up(console.store(), email)
        _show_plan(held, form)
        if held.replaced or held.audit_replaced:
            _confirm(held)
    done = personal_data.erase(console.store(), email, now=console.now(), agent=console.agent())
    if form == "json":
        console.show_json({"erasure": _document(done.holding, done)})
    else:
        if yes:
            console.print_text("\n".join(_plan(done.holding)))
        _report(done)
    _warn(done)


def _confirm(held: "Holding") -> None:
    """Ask on a terminal, and end the command if the answer is no.

    Raises:
        WrongUsage: there is no terminal to ask on.
    """
    if not console.interactive():
        raise WrongUsage(
            f"Erasing the data about {held.person.email} cannot be undone, so it must be confirmed.",
            hint="Add --yes.",
        )
    if not typer.confirm("Erase it? This cannot be undone.", err=True):
        console.note("Nothing was erased.")
        raise console.Leave(0)


def _show_plan(held: "Holding", form: str) -> None:
    """Show the data to be replaced and the data that stays, unless the JSON result contains it."""
    if form == "text":
        console.print_text("\n".join(_plan(held)))
    elif console.interactive():
        for line in _plan(held):
            console.note(line)
    elif held.replaced or held.audit_replaced:
        console.show_json({"erasure": _document(held, None)})


def _plan(held: "Holding") -> Iterator[str]:
    email = held.person.email
    if held.is_empty:
        yield f"There is no data about {email}."
        return
    if held.replaced or held.audit_replaced:
        yield f"Data about {email} to be replaced by a marker:"
        yield from _names(found.name for found in held.replaced)
        if held.audit_replaced:
            yield f"  {_count(len(held.audit_replaced), 'row')} of the audit trail"
    if held.kept or len(held.audit) > len(held.audit_replaced):
        yield "Must stay:"
        yield from _names(f"{found.name}: {found.stays}" for found in held.kept)
        count = Counter(found.stays for found in held.audit if found.stays)
        yield from _names(f"{_count(n, 'row')} of the audit trail: {why}" for why, n in count.items())
    if held.files:
        yield "Files of the messages, which you must delete:"
        yield from _names(held.files)
    yield "Other places, which you must search:"
    yield from (f"  {place}" for place in held.not_reached)


def _names(lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    yield from (f"  {console.plain(line)}" for line in every[:MOST])
    if len(every) > MOST:
        yield f"  and {len(every) - MOST} more; `suptime contact export EMAIL` lists all"


def _report(done: "Erasure") -> None:
    if not done.marker:
        console.print_text("There was nothing to erase.")
        return
    records, rows = len(done.holding.replaced), len(done.holding.audit_replaced)
    trail = f" and {_count(rows, 'row')} of the audit trail" if rows else ""
    console.print_text(f"Erased {_count(records, 'record')}{trail}. The marker is {done.marker}.")


def _warn(done: "Erasure") -> None:
    for each in done.holding.notes:
        console.warn(each.text)
    if done.holding.on_server:
        if done.marker:
            console.warn("Dead rows on the server contain the data until the owner runs VACUUM FULL there.")
    elif not done.overwritten:
        console.warn(
            "Another program has the database open, so its file can still contain traces. Run the same "
            "command again when that program is closed."
        )


def _document(held: "Holding", done: "Erasure | None") -> dict[str, Any]:
    return {
        "email": held.person.email,
        "done": done is not None,
        "marker": (done and done.marker) or None,
        "replaced": [
            {"held_in": one.document["held_in"], "id": one.document["id"], "columns": [*one.values]}
            for one in held.replaced
        ],
        "audit_rows_replaced": len(held.audit_replaced),
        "stays": [
            {"held_in": one["held_in"], "id": one["id"], "reason": one["stays"]}
            for one in held.documents
            if one["stays"]
        ],
        "files": held.files,
        "not_reached": held.not_reached,
        "overwritten": done is not None and done.overwritten,
        **caution.document(held.notes),
    }


def _listing(held: list[dict[str, Any]]) -> Iterator[str]:
    for one in held:
        where = " ".join(str(one[name]) for name in ("case", "client") if one.get(name))
        stays = f" (stays: {one['stays']})" if one["stays"] else ""
        what = one.get("of") or ", ".join(one.get("holds", ()))
        yield console.plain(f"{one['held_in']} {one['id']} {where}: {what}{stays}")


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
