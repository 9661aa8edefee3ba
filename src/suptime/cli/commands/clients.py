"""`suptime client`, `contact` and `project`: clients, their contacts and their delivered projects."""

from datetime import date
from typing import Annotated

import typer

from suptime.cli import console, listing
from suptime.cli.commands import personal_data
from suptime.cli.listing import Column, ListFormat, Listing, lists
from suptime.cli.options import (
    ClientArgument,
    Field,
    FormatOption,
    OneClient,
    Values,
    argument,
    changes,
    choice,
    option,
    read_day,
    read_language,
    takes,
)
from suptime.cli.output import card, report
from suptime.domain import values
from suptime.domain.client import Client, Contact, Project
from suptime.domain.time import show_day
from suptime.errors import WrongUsage

FIELDS = {
    "code": Field("CODE", "Short code: letters, digits, - and _."),
    "name": Field("NAME", "Name on invoices."),
    "currency": Field("CODE", "Currency (ISO 4217), for example USD."),
    "timezone": Field("ZONE", "Time zone (IANA), for example Europe/Berlin."),
    "email": Field("EMAIL", "E-mail address for invoices."),
    "address": Field(
        "TEXT",
        "Address on invoices; \\n begins a new line.",
        values.on_one_line(values.paragraph("address")),
    ),
    "city": Field("TEXT", "City, for e-invoices."),
    "postcode": Field("TEXT", "Postcode, for e-invoices."),
    "country": Field("CODE", "Country: two letters, for example US."),
    "tax_id": Field("TEXT", "Tax number of the client."),
    "tax": Field("TAX", "Tax in percent, or exempt, reverse-charge or none."),
    "endpoint": Field("SCHEME:ID", "Electronic address, for example 9930:DE123456789."),
    "buyer_reference": Field("TEXT", "Buyer reference (EN 16931 BT-10)."),
    "order_number": Field("TEXT", "Order number of the client (EN 16931 BT-13)."),
    "terms": Field("TERMS", "Terms of payment: 30d, eom, eom+15d, 30d-eom, or with a discount: 30d, 2% 10d."),
    "company_number": Field("[SCHEME:]ID", "Register number of the client, for example 0106:12345678."),
    "einvoice": Field("FORMAT", "E-invoice format: peppol, xrechnung, facturx or none."),
    "detail": Field("DETAIL", "Invoices with a worksheet (full) or without (summary)."),
    "iban": Field("IBAN", "Bank account from which the client pays."),
    "reminders": Field("on|off", "Send reminders to the client, or not."),
    "language": Field(
        "LANGUAGE", "Language of the client's documents, for example de or fr-CH.", read_language
    ),
}
"""Fields of a client that can be given, in the order of the help and of `client show`."""

LABELS = {"timezone": "Time zone", "email": "E-mail", "terms": "Terms of payment"}
"""Labels of fields in `client show` that differ from the field's name."""

PROJECT_FIELDS = {
    "code": Field("CODE", "Short code: letters, digits, - and _."),
    "client": Field("CLIENT", "Client of the project.", str),
    "budget": Field("AMOUNT", "Budget, for example 40000.00. The length of the guarantee depends on it."),
    "completed": Field("DAY", "Day on which the project was completed.", read_day),
}
"""Fields of a project that can be given."""

Code = Annotated[str, argument("CODE", "Client code.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer()
    group.command("add")(add_client)
    group.command("edit")(edit)
    group.command("rename")(rename)
    group.command("remove")(remove)
    group.command("archive")(archive)
    group.command("unarchive")(unarchive)
    group.command("tax")(tax)
    group.command("card")(set_card)
    group.command("list")(list_clients)
    group.command("show")(show)
    app.add_typer(group, name="client")
    group = typer.Typer()
    group.command("add")(add_contact)
    group.command("remove")(remove_contact)
    group.command("list")(list_contacts)
    group.command("export")(personal_data.export)
    group.command("erase")(personal_data.erase)
    app.add_typer(group, name="contact")
    group = typer.Typer()
    group.command("add")(add_project)
    group.command("edit")(edit_project)
    group.command("remove")(remove_project)
    group.command("list")(list_projects)
    app.add_typer(group, name="project")


@takes(Client, FIELDS)
def add_client(client: Client, form: FormatOption = "text") -> None:
    """Add a client."""
    from suptime.app import clients

    done = clients.add_client(console.store_or_new(), client, now=console.now(), agent=console.agent())
    report(done, form, f"Added client {client.code}: {client.name}.")


@changes(Client, FIELDS, fixed=("code",))
def edit(code: Code, changed: Values, form: FormatOption = "text") -> None:
    """Change a client's details on future invoices; '' clears a field.

    Issued invoices do not change. The currency and the time zone can be changed until the first invoice is issued.
    """
    from suptime.app import clients

    done = clients.edit(
        console.store(), code, changed, now=console.now(), agent=console.agent(), today=console.today()
    )
    client = done.value.code
    now_says = ", ".join(
        f"{name.replace('_', ' ')} {' '.join((value or 'none').split())}" for name, value in changed.items()
    )
    report(done, form, f"Changed {client}: {now_says}.", f"{client} is unchanged: {now_says}.")


def rename(
    code: Code,
    new: Annotated[str, argument("NEW", "New code.", values.CLIENT_CODE)],
    form: FormatOption = "text",
) -> None:
    """Change a client's code everywhere, until the first invoice is issued."""
    from suptime.app import clients

    done = clients.rename(console.store(), code, new, now=console.now(), agent=console.agent())
    report(done, form, f"Renamed client {code} to {new}.")


def remove(code: Code, form: FormatOption = "text") -> None:
    """Remove a client with its contacts, contracts and prices, if it has no cases, work or bookings."""
    from suptime.app import clients

    done = clients.remove(console.store(), code, now=console.now(), agent=console.agent())
    report(done, form, f"Removed client {done.value.code}: {done.value.name}.")


def archive(code: Code, form: FormatOption = "text") -> None:
    """Archive a client: hide it in lists, and refuse new cases, timers and work.

    Recorded data stays. Invoices, payments and reports still work.
    """
    from suptime.app import clients

    done = clients.archive(console.store(), code, now=console.now(), agent=console.agent())
    found = done.value.code
    report(
        done,
        form,
        f"Archived {found}. To undo: suptime client unarchive {found}",
        f"{found} is already archived.",
    )


def unarchive(code: Code, form: FormatOption = "text") -> None:
    """Restore an archived client."""
    from suptime.app import clients

    done = clients.unarchive(console.store(), code, now=console.now(), agent=console.agent())
    found = done.value.code
    report(done, form, f"{found} is no longer archived.", f"{found} is not archived.")


def tax(
    code: Code,
    rate: Annotated[
        str | None,
        argument(
            "TAX",
            "Tax in percent, or exempt, reverse-charge or none [default: list the client's taxes].",
            values.TAX,
        ),
    ] = None,
    since: Annotated[
        date | None, option("--from", "First day of supply to which the tax applies.", "DAY", read_day)
    ] = None,
    form: FormatOption = "text",
) -> None:
    """Set a client's tax from a day on, or list the client's taxes.

    The tax of a line depends on its date of supply: the day of the work, or the last day of the period of a fee.
    Issued invoices and their corrections keep their tax.
    """
    from suptime.app import clients

    if rate is None:
        if since is not None:
            raise WrongUsage("--from requires TAX.", hint=f"suptime client tax {code} TAX --from {since}")
        found = clients.list_taxes(console.store(), code)
        nothing = f"No tax is set for {code}. Set it: suptime client tax {code} TAX --from DAY"
        listing.show(TAXES, found, {"taxes": found}, form, nothing)
        return
    if since is None:
        raise WrongUsage("The first day is missing.", hint=f"suptime client tax {code} {rate} --from DAY")
    done = clients.set_tax(console.store(), code, rate, since, now=console.now(), agent=console.agent())
    says = f"{_tax_in_words(rate)} from {show_day(since)}"
    report(done, form, f"Set the tax of {code}: {says}.", f"The tax of {code} is already {says}.")


def _tax_in_words(tax: str | None) -> str | None:
    return f"{tax} %" if tax and tax[0].isdigit() else tax


TAXES = Listing(
    (
        Column("from", "From", shown=lambda row: row["from"] or "the beginning"),
        Column("tax", "Tax", shown=lambda row: _tax_in_words(row["tax"]) or ""),
    )
)


def set_card(
    code: Code,
    on_file: Annotated[bool, option("--on-file", "A card is on file.")] = False,
    remove: Annotated[bool, option("--remove", "The card is no longer on file.")] = False,
    form: FormatOption = "text",
) -> None:
    """Record whether a client's payment card is on file."""
    from suptime.app import clients

    if on_file == remove:
        both = (
            "--on-file and --remove cannot be used together."
            if on_file
            else "--on-file or --remove is missing."
        )
        raise WrongUsage(both, hint="Give one of --on-file and --remove.")
    done = clients.edit(
        console.store(),
        code,
        {"card_on_file": on_file},
        now=console.now(),
        agent=console.agent(),
        today=console.today(),
        command="client card",
    )
    found = done.value.code
    report(
        done,
        form,
        f"Recorded that the card of {found} is on file."
        if on_file
        else f"Recorded that the card of {found} is removed.",
        f"The card of {found} is already on file." if on_file else f"{found} has no card on file.",
    )


CLIENTS = Listing(
    (
        Column("code", "Code"),
        Column(
            "name",
            "Name",
            shown=lambda client: client["name"] + (" (archived)" if client["archived"] else ""),
            is_free=True,
        ),
        Column("currency", "Currency"),
        Column("timezone"),
        Column("email"),
        Column("card_on_file", "Card", shown=lambda client: "on file" if client["card_on_file"] else ""),
        Column("contracts", "Contracts", lambda client: ", ".join(client["contracts"])),
        Column("archived"),
    )
)


@lists(CLIENTS)
def list_clients(
    archived: Annotated[bool, option("--archived", "Include archived clients.")] = False,
    form: ListFormat = None,
) -> None:
    """List the clients."""
    from suptime.app import clients

    listed = clients.list_clients(console.store(), console.today(), archived=archived)
    found = [document for _, document in listed]
    nothing = "There are no clients yet. Add one: suptime client add CODE --name NAME"
    listing.show(CLIENTS, found, {"clients": found}, form, nothing)


def show(code: Code, form: FormatOption = "text") -> None:
    """Show one client, and the details that its next e-invoice would lack."""
    from suptime.app import clients

    client, document = clients.get(console.store(), code, console.today())
    gaps = clients.gaps_of(console.settings(), client)
    rows = {
        LABELS.get(name, name.replace("_", " ").capitalize()): getattr(client, name)
        for name in FIELDS
        if name not in ("code", "name")
    }
    rows["Tax"] = _tax_in_words(client.tax)
    rows["Card"] = "on file" if client.card_on_file else None
    rows["Archived"] = "yes" if client.archived else None
    rows["Contracts"] = ", ".join(document["contracts"]) or "none yet"
    rows["Missing for e-invoices"] = "\n".join(map(str, gaps))
    console.show(
        {"client": document, "gaps": [gap._asdict() for gap in gaps]},
        form,
        lambda: card(f"{client.code}: {client.name}", rows.items()),
    )


ContactEmail = Annotated[str, argument("EMAIL", "E-mail address of the contact.", values.EMAIL)]


def add_contact(
    client: ClientArgument,
    email: ContactEmail,
    name: Annotated[
        str, option("--name", "Name of the contact.", "NAME", values.line("name", empty=True))
    ] = "",
    role: Annotated[
        str | None,
        choice(
            "--role",
            "Role; some plans only answer administrators [default: user].",
            ("administrator", "user"),
        ),
    ] = None,
    contract: Annotated[
        str | None,
        option(
            "--contract",
            "Only under this contract; required if several contracts limit their contacts [default: all].",
            "CODE",
        ),
    ] = None,
    form: FormatOption = "text",
) -> None:
    """Add a contact who may open cases, if the contracts allow one more contact.

    Run it again with --contract to authorise a contact under a further contract.
    """
    from suptime.app import clients

    done = clients.add_contact(
        console.store(),
        client,
        email,
        name=name,
        role=role,
        contract=contract,
        now=console.now(),
        agent=console.agent(),
    )
    contact = done.value
    report(
        done,
        form,
        f"Added contact {contact.email} of {contact.client}, as {contact.role}{_under(contact)}.",
    )


def _under(contact: Contact) -> str:
    """Return the contracts under which `contact` may open cases, unless all."""
    return f", under {' and '.join(contact.contracts)}" if contact.contracts else ""


def remove_contact(
    client: ClientArgument,
    email: ContactEmail,
    contract: Annotated[
        str | None,
        option("--contract", "Only under this contract [default: all].", "CODE"),
    ] = None,
    form: FormatOption = "text",
) -> None:
    """Remove a contact from a client or from one contract. Cases keep the contact's address."""
    from suptime.app import clients

    done = clients.remove_contact(
        console.store(), client, email, contract=contract, now=console.now(), agent=console.agent()
    )
    contact = done.value
    told = f"Removed contact {contact.email} of {contact.client}, who was {contact.role}."
    if contract is not None and contract not in contact.contracts and contact.contracts:
        told = f"Removed contact {contact.email} of {contact.client} from {contract}; left{_under(contact)}."
    report(done, form, told)


CONTACTS = Listing(
    (
        Column("client", "Client"),
        Column("email", "E-mail"),
        Column("role", "Role"),
        Column("contracts", "Contracts", lambda row: ", ".join(row["contracts"]), lambda row: row["under"]),
        Column("name", "Name", is_free=True),
    )
)


@lists(CONTACTS)
def list_contacts(client: OneClient = None, form: ListFormat = None) -> None:
    """List contacts by client and address."""
    from suptime.app import clients

    documents = clients.list_contacts(console.store(), client)
    # A column for contracts where they differ: most clients have one.
    others = "all" if any(row["contracts"] for row in documents) else ""
    records = [row | {"under": ", ".join(row["contracts"]) or others} for row in documents]
    nothing = "There are no contacts. Add one: suptime contact add CLIENT EMAIL"
    listing.show(CONTACTS, records, {"contacts": documents}, form, nothing)


@takes(Project, PROJECT_FIELDS)
def add_project(project: Project, form: FormatOption = "text") -> None:
    """Record a project that was delivered to a client. For its guarantee: suptime report guarantee."""
    from suptime.app import clients

    done = clients.add_project(
        console.store(), project, now=console.now(), agent=console.agent(), zone=console.zone()
    )
    facts, day = done.document["project"], show_day(project.completed)
    report(
        done,
        form,
        f"Added project {facts['project']} of {facts['client']}, completed on {day}, budget "
        f"{facts['budget']}.",
    )


ProjectCode = Annotated[str, argument("CODE", "Project code.")]


@changes(Project, PROJECT_FIELDS, fixed=("code", "client"))
def edit_project(code: ProjectCode, changed: Values, form: FormatOption = "text") -> None:
    """Change the budget or the day of completion of a project."""
    from suptime.app import clients

    done = clients.edit_project(
        console.store(), code, changed, now=console.now(), agent=console.agent(), zone=console.zone()
    )
    facts, day = done.document["project"], show_day(done.value.completed)
    says = f"completed on {day}, budget {facts['budget']}"
    report(done, form, f"Changed {facts['project']}: {says}.", f"{facts['project']} is unchanged: {says}.")


def remove_project(code: ProjectCode, form: FormatOption = "text") -> None:
    """Remove a project that has no cases."""
    from suptime.app import clients

    done = clients.remove_project(console.store(), code, now=console.now(), agent=console.agent())
    report(done, form, f"Removed project {done.value.code} of {done.value.client}.")


PROJECTS = Listing(
    (
        Column("project", "Code"),
        Column("client", "Client"),
        Column("completed", "Completed"),
        Column("budget", "Budget", is_number=True),
    )
)


@lists(PROJECTS)
def list_projects(client: OneClient = None, form: ListFormat = None) -> None:
    """List projects by code. For their guarantees: suptime report guarantee."""
    from suptime.app import clients

    found = clients.list_projects(console.store(), client)
    nothing = (
        "There are no projects."
        " Add one: suptime project add CODE --client CLIENT --budget AMOUNT --completed DAY"
    )
    listing.show(PROJECTS, found, {"projects": found}, form, nothing)
