"""`suptime contact`: the people at a client."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from suptime.cli import console, personal
from suptime.cli.options import Format, FormatOption
from suptime.cli.telling import list_or_none, tell

if TYPE_CHECKING:
    from suptime.domain.party import Contact

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
        Role | None,
        typer.Option(
            "--role", case_sensitive=False, help="Some plans answer administrators only [default: user]."
        ),
    ] = None,
    contract: Annotated[
        str | None,
        typer.Option(
            "--contract",
            metavar="CODE",
            help="Only under this contract; required if several limit their contacts [default: all].",
        ),
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Add a contact who may open cases, if the contracts have room for one more.

    Run it again with --contract to authorise a contact under a further contract.
    """
    from suptime.app import contacts

    done = contacts.add(
        console.store(),
        client,
        email,
        name=name,
        role=role.value if role else None,
        contract=contract,
        now=console.now(),
        agent=console.agent(),
    )
    contact = done.value
    tell(
        done,
        form,
        f"Added the contact {contact.email} of {contact.client}, as {contact.role}{_under(contact)}.",
    )


def _under(contact: "Contact") -> str:
    """Name the contracts under which `contact` may open cases, if not under all."""
    return f", under {' and '.join(contact.contracts)}" if contact.contracts else ""


def remove(
    client: Client,
    email: Email,
    contract: Annotated[
        str | None,
        typer.Option("--contract", metavar="CODE", help="Only under this contract [default: all]."),
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Remove a contact from a client, or from one contract. Cases keep the address that they name."""
    from suptime.app import contacts

    done = contacts.remove(
        console.store(), client, email, contract=contract, now=console.now(), agent=console.agent()
    )
    contact = done.value
    told = f"Removed the contact {contact.email} of {contact.client}, who was {contact.role}."
    if contract is not None and contract not in contact.contracts and contact.contracts:
        told = (
            f"Removed the contact {contact.email} of {contact.client} from {contract}; left{_under(contact)}."
        )
    tell(done, form, told)


def list_contacts(
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Only this client's.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """List contacts by client and address."""
    from suptime.app import contacts

    documents = contacts.every(console.store(), client)
    # A column for contracts where they differ: most clients have one.
    several = any(row["contracts"] for row in documents)
    list_or_none(
        {"contacts": documents},
        form,
        ("Client", "E-mail", "Role", *(["Contracts"] if several else []), "Name"),
        (
            (
                row["client"],
                row["email"],
                row["role"],
                *([", ".join(row["contracts"]) or "all"] if several else []),
                row["name"],
            )
            for row in documents
        ),
        "There are no contacts. Add one: suptime contact add CLIENT EMAIL",
        wrap="Name",
    )
