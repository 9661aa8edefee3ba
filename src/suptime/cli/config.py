"""`suptime config`: the settings, where each comes from, and changing them."""

import os
from typing import Annotated, Any

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption
from suptime.errors import ExitCode

Key = Annotated[str, typer.Argument(metavar="KEY", help="The setting, such as seller.name.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to APP."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(config)
    group.command(name="get")(get)
    group.command(name="set")(set_)
    group.command(name="unset")(unset)
    group.command(name="check")(check)
    group.command(name="path")(path)
    app.add_typer(group, name="config")


def config(
    ctx: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Those that are not set, too, with what they are.")
    ] = False,
    form: FormatOption = Format.text,
) -> None:
    """Show the settings, and where each comes from: the environment, the file, or nobody (its default).

    Passwords are never shown.
    """
    if ctx.invoked_subcommand is not None:
        return
    from suptime.app import config as settings

    read = console.settings()
    found = settings.every(read)
    if form is Format.json:
        console.show_json({"path": str(read.path), "settings": [one.document for one in found]})
        return
    rows = [
        (one.key, _text(one.shown), _origin(one))
        if one.value is not None
        else (one.key, "", settings.meaning(one.key))
        for one in found
        if everything or one.value is not None
    ]
    console.out(console.table(rows, ("Setting", "Value", "From"), wrap="From" if everything else "Value"))


def get(key: Key, form: FormatOption = Format.text) -> None:
    """Print one setting as it counts now, whether the environment, the file or a default says so."""
    from suptime.app import config as settings

    found = settings.one(console.settings(), key)
    console.show(found.document, form, lambda: _text(found.shown, several="\n"))


def set_(
    key: Key,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Its value; commas part those of a list.")],
    form: FormatOption = Format.text,
) -> None:
    """Set one setting in the file, and leave the rest of it as it is, comments and all."""
    _change(key, value, form)


def unset(key: Key, form: FormatOption = Format.text) -> None:
    """Take one setting out of the file."""
    _change(key, None, form)


def _change(key: str, typed: str | None, form: Format) -> None:
    from suptime.app import config as settings
    from suptime.app.config_change import change
    from suptime.settings import place

    where = place(os.environ)
    value, others = change(where, os.environ, key, typed)
    shown = settings.Value(key, value, "file", where).shown
    console.show(
        {"key": key, "value": shown, "path": where},
        form,
        lambda: (
            f"{key} is {console.plain(_text(shown))} in {where}."
            if typed is not None
            else f"{key} is no longer in {where}."
        ),
    )
    variable = settings.ENVIRONMENT.get(key)
    if variable and os.environ.get(variable):
        console.warn(f"{variable} is set in the environment, and goes before it.")
    for one in others:
        console.warn(f"{one.what} {one.hint}".rstrip())


def check(form: FormatOption = Format.text) -> None:
    """Name everything that is wrong with the settings file, with its line."""
    from suptime.app import config as settings
    from suptime.settings import place

    where = place(os.environ)
    found = settings.check(where, os.environ)
    if form is Format.json:
        faults = [{"key": f.key or None, "line": f.line, "what": f.what, "hint": f.hint} for f in found]
        console.show_json({"path": where, "exists": settings.exists(where), "faults": faults})
    elif found:
        for one in found:
            line = f":{one.line}" if one.line else ""
            console.say(f"{where}{line}: {one.what} {one.hint}".rstrip())
    else:
        console.out(
            f"{where}: "
            + ("no faults" if settings.exists(where) else "there is no such file, so defaults count")
        )
    if found:
        raise typer.Exit(ExitCode.USAGE)


def path(form: FormatOption = Format.text) -> None:
    """Print where the settings file is, or would be."""
    from suptime.app.config import exists
    from suptime.settings import place

    where = place(os.environ)
    console.show({"path": where, "exists": exists(where)}, form, lambda: where)


def _origin(one: Any) -> str:
    if one.source == "file":
        return f"{os.path.basename(one.where)}:{one.line}" if one.line else str(one.where)  # noqa: PTH119
    return str(one.where or one.source)


def _text(value: Any, several: str = ", ") -> str:
    """VALUE as a person types it."""
    if isinstance(value, bool):
        return "true" if value else "false"  # as the file has it
    return several.join(value) if isinstance(value, list) else str(value)
