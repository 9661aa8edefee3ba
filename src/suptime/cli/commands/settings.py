"""`suptime config`, `template` and `demo`: show and change settings and templates; try suptime."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, listing
from suptime.cli.listing import Column, ListFormat, Listing, lists
from suptime.cli.options import FormatOption, argument, option
from suptime.errors import ExitCode, SuptimeError, WrongUsage

if TYPE_CHECKING:
    from suptime.domain.client import Client
    from suptime.invoicing.requirements import Gap

Key = Annotated[str, argument("KEY", "Setting, for example seller.name.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(config)
    group.command(name="get")(get)
    group.command(name="set")(set_)
    group.command(name="unset")(unset)
    group.command(name="check")(check)
    group.command(name="path")(path)
    app.add_typer(group, name="config")
    group = typer.Typer()
    group.command("list")(list_templates)
    group.command("copy")(copy)
    app.add_typer(group, name="template")
    app.command(name="demo")(demo)


def config(
    ctx: typer.Context,
    everything: Annotated[
        bool, option("--all", "Include settings that are not set, with a description.")
    ] = False,
    form: FormatOption = "text",
) -> None:
    """Show the settings and the source of each: the environment, the settings file or the default.

    Passwords are never shown.
    """
    if ctx.invoked_subcommand is not None:
        return
    from suptime.app.upkeep import settings
    from suptime.settings.keys import SETTINGS

    read = console.settings()
    found = settings.list_all(read)
    if form == "json":
        console.show_json({"path": str(read.path), "settings": [one.document for one in found]})
        return
    rows = [
        (one.key, _text(one.shown), _origin(one))
        if one.value is not None
        else (one.key, "", SETTINGS[one.key].help)
        for one in found
        if everything or one.value not in (None, [])
    ]
    console.print_text(
        console.table(rows, ("Setting", "Value", "From"), wrap="From" if everything else "Value")
    )


def get(key: Key, form: FormatOption = "text") -> None:
    """Print the effective value of a setting."""
    from suptime.app.upkeep import settings

    found = settings.get(console.settings(), key)
    console.show(found.document, form, lambda: _text(found.shown, several="\n"))


def set_(
    key: Key,
    value: Annotated[str, argument("VALUE", "New value; separate list items with commas.")],
    more: Annotated[
        list[str] | None, argument("[KEY VALUE]...", "Further settings with their values.")
    ] = None,
    form: FormatOption = "text",
) -> None:
    """Set settings in the file. Other settings and comments stay.

    If one of the values is invalid, no setting changes.
    """
    words = [key, value, *(more or ())]
    if len(words) % 2:
        raise WrongUsage(f"{words[-1]} has no value.", hint="Give a value after each setting.")
    keys = words[::2]
    if twice := next((one for one in keys if keys.count(one) > 1), None):
        raise WrongUsage(f"{twice} is given twice.", hint="Give each setting once.")
    _change(dict(zip(keys, words[1::2], strict=True)), form)


def unset(key: Key, form: FormatOption = "text") -> None:
    """Remove a setting from the file."""
    _change({key: None}, form)


def _change(typed: Mapping[str, str | None], form: str) -> None:
    from suptime.app.upkeep import settings
    from suptime.app.upkeep.settings_edit import change
    from suptime.settings.settings import place

    where = place(os.environ)
    values, others = change(where, os.environ, typed)
    shown = {key: settings.Value(key, value, "file", where).shown for key, value in values.items()}
    documents = [{"key": key, "value": value} for key, value in shown.items()]
    console.show(
        {**documents[0], "path": where, "settings": documents},
        form,
        lambda: "\n".join(
            f"Set {key} to {console.plain(_text(value))} in {where}."
            if typed[key] is not None
            else f"Removed {key} from {where}."
            for key, value in shown.items()
        ),
    )
    for key in shown:
        variable = settings.row_of(key).variable
        if variable and os.environ.get(variable):
            console.warn(f"{variable} is set in the environment and takes precedence.")
    for one in others:
        console.warn(f"{one.what} {one.hint}".rstrip())


def check(form: FormatOption = "text") -> None:
    """Report every error in the settings file with its line, and the details that documents and e-invoices lack."""
    from suptime.app.upkeep import settings
    from suptime.settings.settings import place

    where = place(os.environ)
    found = settings.check(where, os.environ)
    gaps, notices = ([], []) if found else _gaps()
    if form == "json":
        faults = [{"key": f.key or None, "line": f.line, "what": f.what, "hint": f.hint} for f in found]
        lacking = [{"client": client.code, "what": gap.what, "fix": gap.fix} for client, gap in gaps]
        told = [{"what": what, "fix": fix} for what, fix in notices]
        console.show_json(
            {
                "path": where,
                "exists": settings.exists(where),
                "faults": faults,
                "gaps": lacking,
                "notices": told,
            }
        )
    elif found:
        for one in found:
            line = f":{one.line}" if one.line else ""
            console.note(f"{where}{line}: {one.what} {one.hint}".rstrip())
    else:
        console.print_text(
            f"{where}: "
            + ("no faults" if settings.exists(where) else "the file does not exist; defaults apply")
        )
    if form == "text":
        for client, gap in gaps:
            console.note(f"E-invoices of {client.code}: {gap}")
        for what, fix in notices:
            console.note(f"{what} {fix}".rstrip())
    if found:
        raise typer.Exit(ExitCode.USAGE)


def _gaps() -> "tuple[list[tuple[Client, Gap]], list[tuple[str, str]]]":
    """Return the details that e-invoices and other documents lack; without a store, only those of the settings."""
    from suptime.app.clients import all_gaps, document_gaps
    from suptime.invoicing.wording import missing_for_codes

    try:
        settings = console.settings()
    except SuptimeError:
        return [], []
    try:
        store = console.store()
        return all_gaps(store, settings, console.today()), document_gaps(store, settings)
    except SuptimeError:
        return [], list(missing_for_codes(settings))


def path(form: FormatOption = "text") -> None:
    """Print the path of the settings file, whether it exists or not."""
    from suptime.app.upkeep.settings import exists
    from suptime.settings.settings import place

    where = place(os.environ)
    console.show({"path": where, "exists": exists(where)}, form, lambda: where)


def _origin(one: Any) -> str:
    if one.source == "file":
        return f"{os.path.basename(one.where)}:{one.line}" if one.line else str(one.where)  # noqa: PTH119
    return str(one.where or one.source)


def _text(value: Any, several: str = ", ") -> str:
    """Return a value as a person types it."""
    if isinstance(value, bool):
        return "true" if value else "false"  # as in the file
    if isinstance(value, dict):
        return "; ".join(f"{key}={_text(inner, ',')}" for key, inner in value.items())
    return several.join(map(str, value)) if isinstance(value, list | tuple) else str(value)


TEMPLATES = Listing(
    (
        Column("name", "Template"),
        Column("kind", "For"),
        Column("source", "From"),
    )
)


@lists(TEMPLATES)
def list_templates(form: ListFormat = None) -> None:
    """List the templates of documents: your own, and the shipped ones that yours do not replace."""
    from suptime.app.upkeep import files

    found = files.list_templates(console.settings().templates)
    documents = [template.document() for template in found]
    listing.show(TEMPLATES, documents, {"templates": documents}, form, "There are no templates.")


def copy(
    name: Annotated[str, argument("NAME", "Name of the template, for example invoice.html.j2.")],
    client: Annotated[
        str | None, option("--client", "Only for the documents of this client.", "CODE")
    ] = None,
    force: Annotated[bool, option("--force", "Overwrite an existing copy.")] = False,
    form: FormatOption = "text",
) -> None:
    """Copy a shipped template into your template folder, where your copy replaces it."""
    from suptime.app import clients
    from suptime.app.upkeep import files

    code = None if client is None else clients.get(console.store(), client, console.today())[0].code
    made = files.copy(name, console.settings().templates_folder, client=code, force=force)
    console.show({"template": made.document()}, form, lambda: console.plain(f"Copied {name} to {made.path}."))


if TYPE_CHECKING:
    from suptime.app.upkeep.demo import Demo


def demo(
    out: Annotated[Path, option("--out", "Folder for the database and the files.", "DIR")] = Path(
        "suptime-demo"
    ),
) -> None:
    """Try suptime on a year of sample work: 13 clients, and every way of selling support.

    suptime creates a separate database, issues the invoices of the year, and records payments, a credit note and a
    reminder. It prints a draft, the hours report and a comparison of contracts, and writes the rest as files, with a
    page that lists them. Your own data does not change.
    """
    from suptime.app.upkeep.demo import CLOCK, run
    from suptime.domain.time import from_rfc3339

    now = console.now() if os.environ.get("SUPTIME_NOW") else from_rfc3339(CLOCK)
    made = run(out, now)
    console.show_document("invoice", "text", made.invoice)
    console.print_text("")
    console.show_document("hours", "text", made.hours)
    console.print_text("")
    console.show_document("compare", "text", made.compared)
    for line in _next(made, CLOCK):
        console.print_text(line)


def _next(made: "Demo", clock: str) -> list[str]:
    """Return a summary of the sample, and commands to try next."""
    from suptime.app.upkeep.demo import DATABASE, INDEX, MONTHS, SHOWN
    from suptime.app.upkeep.demo_year import SETTINGS

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
        f"  {made.folder / INDEX}  a page that lists all files: open it in a browser",
        f"  {made.folder / 'invoices'}   every client's invoice of every month; the drafts of {MONTHS[-1]} in all formats",
        f"  {made.folder / 'reports'}    overview, week, open items, balances, response times, guarantees; time; comparisons",
        f"  {made.folder / 'statements'}  one for each client, as of today",
        f"  {made.folder / 'contracts'}  the contract files",
        "",
        "Try next, in this shell, with the clock set to the end of the sample:",
        *(f"  export {name}={shlex.quote(value)}" for name, value in names.items()),
        f"  suptime invoice --month {MONTHS[-1]} --client kessler",
        f"  suptime explain {made.case}",
        f"  suptime report statement --client {SHOWN}",
        "  suptime report sla --month 2026-10",
        "  suptime contract show lakeshore-1on1",
    ]
