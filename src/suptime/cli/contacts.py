"""`suptime contact`: the people at a client."""

from enum import StrEnum
from typing import Annotated

import typer

from suptime.cli import console, personal
from suptime.cli.options import Format, FormatOption
from suptime.cli.telling import list_or_none, tell

Client = Annotated[str, typer.Argument(metavar="CLIENT", help="The client's code.")]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The contact's e-mail address.")]


class Role(StrEnum):
    """What a contact may do at the client."""

    ADMINISTRATOR = "administrator"
    USER = "user"


def register(app: typer.Typer) -> None:
    """Add `contact` to APP."""
    group = typer.Typer(help="Manage the contacts who may open cases; export or erase a person's data.")
    group.command("add")(add)
    group.command("remove")(remove)
    group.command("list")(list_contacts)
    group.command("export")(personal.export)
    group.command("erase")(personal.erase)
    app.add_typer(group, name="contact")


def add(
    client: Client,
    email: Email,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="The contact's name.")] = "",
    role: Annotated[
        Role, typer.Option("--role", case_sensitive=False, help="Some plans answer administrators only.")
    ] = Role.USER,
    form: FormatOption = Format.text,
) -> None:
    """Add a contact to a client, as far as the client's contracts have room for one."""
    from suptime.app import contacts

    done = contacts.add(
        console.store(), client, email, name=name, role=role.value, now=console.now(), agent=console.agent()
    )
    contact = done.value
    tell(done, form, f"Added the contact {contact.email} of {contact.client}, as {contact.role}.")


def remove(client: Client, email: Email, form: FormatOption = Format.text) -> None:
    """Remove a contact from a client. Cases keep the address that they name."""
    from suptime.app import contacts

    done = contacts.remove(console.store(), client, email, now=console.now(), agent=console.agent())
    contact = done.value
    tell(done, form, f"Removed the contact {contact.email} of {contact.client}, who was {contact.role}.")


def list_contacts(
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Only this client's.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """List contacts by client and address."""
    from suptime.app import contacts

    documents = contacts.every(console.store(), client)
    list_or_none(
        {"contacts": documents},
        form,
        ("Client", "E-mail", "Role", "Name"),
        ((row["client"], row["email"], row["role"], row["name"]) for row in documents),
        "There are no contacts. Add one: suptime contact add CLIENT EMAIL",
        wrap="Name",
    )
