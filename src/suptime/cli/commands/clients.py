"""`suptime client`: who is billed."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from suptime.cli import console
from suptime.cli.commands import personal_data as personal
from suptime.cli.moments import read_day
from suptime.cli.options import Format, FormatOption
from suptime.cli.output import card, list_or_none, report, supported_language
from suptime.domain.time import show_day
from suptime.errors import WrongUsage

Code = Annotated[str, typer.Argument(metavar="CODE", help="The client's code.")]

Name = Annotated[str, typer.Option("--name", metavar="NAME", help="The name on invoices.")]

Email = Annotated[str | None, typer.Option("--email", metavar="EMAIL", help="Where invoices go.")]

Address = Annotated[
    str | None,
    typer.Option("--address", metavar="TEXT", help="The address on invoices; line breaks are kept."),
]

City = Annotated[str | None, typer.Option("--city", metavar="TEXT", help="Its city, for e-invoices.")]

Postcode = Annotated[
    str | None, typer.Option("--postcode", metavar="TEXT", help="Its postcode, for e-invoices.")
]

Country = Annotated[str | None, typer.Option("--country", metavar="CODE", help="Two letters, such as US.")]

TaxId = Annotated[str | None, typer.Option("--tax-id", metavar="TEXT", help="The client's tax number.")]

Tax = Annotated[
    str | None, typer.Option("--tax", metavar="TAX", help="In percent, or exempt, reverse-charge or none.")
]

Endpoint = Annotated[
    str | None,
    typer.Option("--endpoint", metavar="SCHEME:ID", help="Electronic address, such as 9930:DE123456789."),
]

BuyerReference = Annotated[
    str | None,
    typer.Option("--buyer-reference", metavar="TEXT", help="What the client sorts invoices by."),
]

Language = Annotated[
    str | None,
    typer.Option("--language", metavar="LANGUAGE", help="What its documents speak, such as de or fr-CH."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(help="Add and change clients; note their card.")
    group.command("add")(add_client)
    group.command("edit")(edit)
    group.command("card")(keep_card)
    group.command("list")(list_clients)
    group.command("show")(show)
    app.add_typer(group, name="client")
    group = typer.Typer(help="Manage the contacts who may open cases; export or erase a person's data.")
    group.command("add")(add_contact)
    group.command("remove")(remove_contact)
    group.command("list")(list_contacts)
    group.command("export")(personal.export)
    group.command("erase")(personal.erase)
    app.add_typer(group, name="contact")
    group = typer.Typer(help="Record delivered projects, which guarantees count from.")
    group.command("add")(add_project)
    group.command("list")(list_projects)
    app.add_typer(group, name="project")


def add_client(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A short code: letters, digits, - and _.")],
    name: Name,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CODE", help="ISO 4217, such as USD.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help="IANA, such as Europe/Berlin.")
    ] = None,
    email: Email = None,
    address: Address = None,
    city: City = None,
    postcode: Postcode = None,
    country: Country = None,
    tax_id: TaxId = None,
    tax: Tax = None,
    endpoint: Endpoint = None,
    buyer_reference: BuyerReference = None,
    language: Language = None,
    form: FormatOption = Format.text,
) -> None:
    """Add a client."""
    from suptime.app import clients

    done = clients.add_client(
        console.store(),
        code,
        name=name,
        currency=currency,
        timezone=timezone,
        email=email,
        address=address,
        city=city,
        postcode=postcode,
        country=country,
        tax_id=tax_id,
        tax=tax,
        endpoint=endpoint,
        buyer_reference=buyer_reference,
        language=_supported_language(language),
        now=console.now(),
        agent=console.agent(),
    )
    report(done, form, f"Added the client {done.value.code}, {done.value.name}.")


def edit(
    code: Code,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="The name on invoices.")] = None,
    email: Email = None,
    address: Address = None,
    city: City = None,
    postcode: Postcode = None,
    country: Country = None,
    tax_id: TaxId = None,
    tax: Tax = None,
    endpoint: Endpoint = None,
    buyer_reference: BuyerReference = None,
    language: Language = None,
    form: FormatOption = Format.text,
) -> None:
    """Change what invoices say of a client, from the next one on; '' takes a thing away.

    What was issued keeps what it says.
    """
    from suptime.app import clients

    typed = {
        "name": name,
        "email": email,
        "address": address,
        "city": city,
        "postcode": postcode,
        "country": country,
        "tax_id": tax_id,
        "tax": tax,
        "endpoint": endpoint,
        "buyer_reference": buyer_reference,
        "language": _supported_language(language),
    }
    done = clients.edit(console.store(), code, now=console.now(), agent=console.agent(), **typed)
    client = done.value
    says = ", ".join(
        f"{key.replace('_', ' ')} {' '.join((getattr(client, key) or 'none').split())}"
        for key, value in typed.items()
        if value is not None
    )
    report(done, form, f"Changed {client.code}: {says}.", f"{client.code} says this already: {says}.")


def _supported_language(language: str | None) -> str | None:
    """LANGUAGE, if there are texts in it; what takes it away, and None, as they are."""
    return supported_language(language) if language else language


def keep_card(
    code: Code,
    on_file: Annotated[bool, typer.Option("--on-file", help="A card is on file.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="It no longer is.")] = False,
    form: FormatOption = Format.text,
) -> None:
    """Note whether a client's card is on file."""
    from suptime.app import clients

    if on_file == remove:
        both = "--on-file and --remove exclude each other." if on_file else "Nothing to note was given."
        raise WrongUsage(both, hint="Give one of --on-file and --remove.")
    done = clients.keep_card(console.store(), code, on_file, now=console.now(), agent=console.agent())
    found = done.value.code
    report(
        done,
        form,
        f"The card of {found} is on file." if on_file else f"The card of {found} is removed.",
        f"The card of {found} was on file already." if on_file else f"There was no card of {found} on file.",
    )


def list_clients(form: FormatOption = Format.text) -> None:
    """List the clients."""
    from suptime.app import clients

    found = clients.list_clients(console.store())
    list_or_none(
        {"clients": [document for _, document in found]},
        form,
        ("Code", "Name", "Currency", "Card", "Contracts"),
        (
            (
                client.code,
                client.name,
                client.currency or "",
                "on file" if client.card_on_file else "",
                ", ".join(document["contracts"]),
            )
            for client, document in found
        ),
        "There are no clients yet. Add one: suptime client add CODE --name NAME",
        wrap="Name",
    )


def show(code: Code, form: FormatOption = Format.text) -> None:
    """Show one client."""
    from suptime.app import clients

    client, document = clients.get(console.store(), code)
    console.show(
        {"client": document},
        form,
        lambda: card(
            f"{client.code}: {client.name}",
            (
                ("Currency", client.currency),
                ("Time zone", client.timezone),
                ("E-mail", client.email),
                ("Address", client.address),
                ("City", client.city),
                ("Postcode", client.postcode),
                ("Country", client.country),
                ("Tax id", client.tax_id),
                ("Tax", f"{client.tax} %" if client.tax and client.tax[0].isdigit() else client.tax),
                ("Endpoint", client.endpoint),
                ("Buyer reference", client.buyer_reference),
                ("Language", client.language),
                ("Card", "on file" if client.card_on_file else None),
                ("Contracts", ", ".join(document["contracts"]) or "none yet"),
            ),
        ),
    )


if TYPE_CHECKING:
    from suptime.domain.client import Contact

Client = Annotated[str, typer.Argument(metavar="CLIENT", help="The client's code.")]

ContactEmail = Annotated[str, typer.Argument(metavar="EMAIL", help="The contact's e-mail address.")]


class Role(StrEnum):
    """What a contact may do at the client."""

    ADMINISTRATOR = "administrator"
    USER = "user"


def add_contact(
    client: Client,
    email: ContactEmail,
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
    from suptime.app import clients

    done = clients.add_contact(
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
    report(
        done,
        form,
        f"Added the contact {contact.email} of {contact.client}, as {contact.role}{_under(contact)}.",
    )


def _under(contact: "Contact") -> str:
    """Name the contracts under which `contact` may open cases, if not under all."""
    return f", under {' and '.join(contact.contracts)}" if contact.contracts else ""


def remove_contact(
    client: Client,
    email: ContactEmail,
    contract: Annotated[
        str | None,
        typer.Option("--contract", metavar="CODE", help="Only under this contract [default: all]."),
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Remove a contact from a client, or from one contract. Cases keep the address that they name."""
    from suptime.app import clients

    done = clients.remove_contact(
        console.store(), client, email, contract=contract, now=console.now(), agent=console.agent()
    )
    contact = done.value
    told = f"Removed the contact {contact.email} of {contact.client}, who was {contact.role}."
    if contract is not None and contract not in contact.contracts and contact.contracts:
        told = (
            f"Removed the contact {contact.email} of {contact.client} from {contract}; left{_under(contact)}."
        )
    report(done, form, told)


def list_contacts(
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Only this client's.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """List contacts by client and address."""
    from suptime.app import clients

    documents = clients.list_contacts(console.store(), client)
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


def add_project(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A short code: letters, digits, - and _.")],
    client: Annotated[str, typer.Option("--client", metavar="CLIENT", help="Whom it was delivered to.")],
    budget: Annotated[
        str, typer.Option("--budget", metavar="AMOUNT", help="What it cost: 40000.00. Guarantees go by it.")
    ],
    completed: Annotated[
        str, typer.Option("--completed", metavar="DAY", help="The day on which it was completed.")
    ],
    form: FormatOption = Format.text,
) -> None:
    """Record a project that was delivered to a client. How long it is guaranteed: suptime report guarantee."""
    from suptime.app import clients

    done = clients.add_project(
        console.store(),
        code,
        client=client,
        budget=budget,
        completed=read_day(completed, console.zone(), console.now()),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    facts, day = done.document["project"], show_day(done.value.completed)
    report(
        done,
        form,
        f"Added the project {facts['project']} of {facts['client']}, completed on {day}, budget {facts['budget']}.",
    )


def list_projects(
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Only this client's.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """List projects by code. How long they are guaranteed: suptime report guarantee."""
    from suptime.app import clients

    documents = clients.list_projects(console.store(), client)
    list_or_none(
        {"projects": documents},
        form,
        ("Code", "Client", "Completed", "Budget"),
        ((row["project"], row["client"], row["completed"], row["budget"]) for row in documents),
        "There are no projects. Add one: suptime project add CODE --client CLIENT --budget AMOUNT --completed DAY",
        right=("Budget",),
    )
