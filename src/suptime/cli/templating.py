"""`suptime template`: how documents look, and how to change it."""

from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption


def register(app: typer.Typer) -> None:
    """Add `template` to APP."""
    group = typer.Typer(help="List the templates of documents; copy one to change it.")
    group.command("list")(list_templates)
    group.command("copy")(copy)
    app.add_typer(group, name="template")


def list_templates(form: FormatOption = Format.text) -> None:
    """List the templates that documents are made with: yours, and the shipped ones that yours do not replace."""
    from suptime.app import own_templates

    found = own_templates.every(console.settings().templates)
    console.show(
        {"templates": [template.document() for template in found]},
        form,
        lambda: console.table(
            [(t.name, t.kind, t.source) for t in found],
            ("Template", "For", "From"),
            wrap="",
        ),
    )


def copy(
    name: Annotated[str, typer.Argument(help="The template's name, such as invoice.html.j2.")],
    client: Annotated[
        str | None, typer.Option("--client", metavar="CODE", help="For the documents of one client alone.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a copy that is there.")] = False,
    form: FormatOption = Format.text,
) -> None:
    """Copy a shipped template into the folder of your own, where it replaces the shipped one."""
    from suptime.app import clients, own_templates

    code = None if client is None else clients.one(console.store(), client)[0].code
    made = own_templates.copy(name, console.settings().templates_folder, client=code, force=force)
    console.show({"template": made.document()}, form, lambda: console.plain(f"Copied {name} to {made.path}."))
