"""`suptime client`, `contact` and `project`: who is billed, who asks, what was delivered."""

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
    "code": Field("CODE", "A short code: letters, digits, - and _."),
    "name": Field("NAME", "The name on invoices."),
    "currency": Field("CODE", "ISO 4217, such as USD."),
    "timezone": Field("ZONE", "IANA, such as Europe/Berlin."),
    "email": Field("EMAIL", "Where invoices go."),
    "address": Field(
        "TEXT",
        "The address on invoices; \\n begins a new line.",
        values.on_one_line(values.paragraph("address")),
    ),
    "city": Field("TEXT", "Its city, for e-invoices."),
    "postcode": Field("TEXT", "Its postcode, for e-invoices."),
    "country": Field("CODE", "Two letters, such as US."),
    "tax_id": Field("TEXT", "The client's tax number."),
    "tax": Field("TAX", "In percent, or exempt, reverse-charge or none."),
    "endpoint": Field("SCHEME:ID", "Electronic address, such as 9930:DE123456789."),
    "buyer_reference": Field("TEXT", "Buyer reference (EN 16931 BT-10)."),
    "order_number": Field("TEXT", "The client's order number (EN 16931 BT-13)."),
    "terms": Field("TERMS", "Terms of payment: 30d, eom, eom+15d, 30d-eom, or with discounts: 30d, 2% 10d."),
    "company_number": Field("[SCHEME:]ID", "The client's number in a register, such as 0106:12345678."),
    "einvoice": Field("FORMAT", "E-invoice that the client gets: peppol, xrechnung, facturx or none."),
    "detail": Field("DETAIL", "Whether invoices have a worksheet: full or summary."),
    "iban": Field("IBAN", "An account that the client pays from."),
    "reminders": Field("on|off", "Whether the client gets reminders."),
    "language": Field(
        "LANGUAGE", "Language of the client's documents, for example de or fr-CH.", read_language
    ),
}
"""Fields of a client that can be typed, in the order of the help and of `client show`."""

LABELS = {"timezone": "Time zone", "email": "E-mail", "terms": "Terms of payment"}
"""Names of fields in `client show`, if they are not the field's own."""

PROJECT_FIELDS = {
    "code": Field("CODE", "A short code: letters, digits, - and _."),
    "client": Field("CLIENT", "Whom it was delivered to.", str),
    "budget": Field("AMOUNT", "What it cost: 40000.00. Guarantees go by it."),
    "completed": Field("DAY", "The day on which it was completed.", read_day),
}
"""Fields of a project that can be typed."""

Code = Annotated[str, argument("CODE", "The client's code.")]


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
    report(done, form, f"Added the client {client.code}, {client.name}.")


@changes(Client, FIELDS, fixed=("code",))
def edit(code: Code, changed: Values, form: FormatOption = "text") -> None:
    """Change a client's details on future invoices; '' clears a field.

    What was issued keeps what it says. Currency and time zone can be changed until something is issued.
    """
    from suptime.app import clients

    done = clients.edit(
        console.store(), code, changed, now=console.now(), agent=console.agent(), today=console.today()
    )
    client = done.value.code
    now_says = ", ".join(
        f"{name.replace('_', ' ')} {' '.join((value or 'none').split())}" for name, value in changed.items()
    )
    report(done, form, f"Changed {client}: {now_says}.", f"{client} says this already: {now_says}.")


def rename(
    code: Code,
    new: Annotated[str, argument("NEW", "The new code.", values.CLIENT_CODE)],
    form: FormatOption = "text",
) -> None:
    """Change a client's code everywhere, until something is issued to the client."""
    from suptime.app import clients

    done = clients.rename(console.store(), code, new, now=console.now(), agent=console.agent())
    report(done, form, f"The client {code} is {new} now.")


def remove(code: Code, form: FormatOption = "text") -> None:
    """Remove a client with its contacts, contracts and prices, if nothing was recorded for the client."""
    from suptime.app import clients

    done = clients.remove(console.store(), code, now=console.now(), agent=console.agent())
    report(done, form, f"Removed the client {done.value.code}, {done.value.name}.")


def archive(code: Code, form: FormatOption = "text") -> None:
    """Archive a client: it leaves lists, and gets no new case, timer or work.

    What was recorded stays. Issuing, payments and reports go on.
    """
    from suptime.app import clients

    done = clients.archive(console.store(), code, now=console.now(), agent=console.agent())
    found = done.value.code
    report(
        done,
        form,
        f"Archived {found}. Bring it back: suptime client unarchive {found}",
        f"{found} is archived already.",
    )


def unarchive(code: Code, form: FormatOption = "text") -> None:
    """Bring an archived client back."""
    from suptime.app import clients

    done = clients.unarchive(console.store(), code, now=console.now(), agent=console.agent())
    found = done.value.code
    report(done, form, f"{found} is no longer archived.", f"{found} is not archived.")


def tax(
    code: Code,
    rate: Annotated[
        str | None,
        argument("TAX", "In percent, or exempt, reverse-charge or none; left out to list.", values.TAX),
    ] = None,
    since: Annotated[
        date | None, option("--from", "First day of supply that is taxed like this.", "DAY", read_day)
    ] = None,
    form: FormatOption = "text",
) -> None:
    """Set how a client is taxed from a day on, or list it.

    A line takes the tax of its date of supply: its day, of a fee the last day of its period.
    What was issued, and its corrections, keep their tax.
    """
    from suptime.app import clients

    if rate is None:
        if since is not None:
            raise WrongUsage("--from has no tax.", hint=f"suptime client tax {code} TAX --from {since}")
        found = clients.list_taxes(console.store(), code)
        nothing = f"Nothing says how {code} is taxed. Say it: suptime client tax {code} TAX --from DAY"
        listing.show(TAXES, found, {"taxes": found}, form, nothing)
        return
    if since is None:
        raise WrongUsage("From which day on is missing.", hint=f"suptime client tax {code} {rate} --from DAY")
    done = clients.set_tax(console.store(), code, rate, since, now=console.now(), agent=console.agent())
    says = f"{_tax_in_words(rate)} from {show_day(since)} on"
    report(done, form, f"Tax of {code}: {says}.", f"The tax of {code} is {says} already.")


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
    remove: Annotated[bool, option("--remove", "It no longer is.")] = False,
    form: FormatOption = "text",
) -> None:
    """Record whether a client's payment card is on file."""
    from suptime.app import clients

    if on_file == remove:
        both = "--on-file and --remove exclude each other." if on_file else "Nothing to note was given."
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
        f"The card of {found} is on file." if on_file else f"The card of {found} is removed.",
        f"The card of {found} was on file already." if on_file else f"There was no card of {found} on file.",
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
    archived: Annotated[bool, option("--archived", "Those that are archived, too.")] = False,
    form: ListFormat = None,
) -> None:
    """List the clients."""
    from suptime.app import clients

    listed = clients.list_clients(console.store(), console.today(), archived=archived)
    found = [document for _, document in listed]
    nothing = "There are no clients yet. Add one: suptime client add CODE --name NAME"
    listing.show(CLIENTS, found, {"clients": found}, form, nothing)


def show(code: Code, form: FormatOption = "text") -> None:
    """Show one client, and what the client's next e-invoice would lack."""
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


ContactEmail = Annotated[str, argument("EMAIL", "The contact's e-mail address.", values.EMAIL)]


def add_contact(
    client: ClientArgument,
    email: ContactEmail,
    name: Annotated[
        str, option("--name", "The contact's name.", "NAME", values.line("name", empty=True))
    ] = "",
    role: Annotated[
        str | None,
        choice("--role", "Some plans answer administrators only [default: user].", ("administrator", "user")),
    ] = None,
    contract: Annotated[
        str | None,
        option(
            "--contract",
            "Only under this contract; required if several limit their contacts [default: all].",
            "CODE",
        ),
    ] = None,
    form: FormatOption = "text",
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
        role=role,
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


def _under(contact: Contact) -> str:
    """Name the contracts under which `contact` may open cases, if not under all."""
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
    """Record a project that was delivered to a client. How long it is guaranteed: suptime report guarantee."""
    from suptime.app import clients

    done = clients.add_project(
        console.store(), project, now=console.now(), agent=console.agent(), zone=console.zone()
    )
    facts, day = done.document["project"], show_day(project.completed)
    report(
        done,
        form,
        f"Added the project {facts['project']} of {facts['client']}, completed on {day}, budget {facts['budget']}.",
    )


ProjectCode = Annotated[str, argument("CODE", "The project's code.")]


@changes(Project, PROJECT_FIELDS, fixed=("code", "client"))
def edit_project(code: ProjectCode, changed: Values, form: FormatOption = "text") -> None:
    """Change the budget or the day of completion of a project."""
    from suptime.app import clients

    done = clients.edit_project(
        console.store(), code, changed, now=console.now(), agent=console.agent(), zone=console.zone()
    )
    facts, day = done.document["project"], show_day(done.value.completed)
    says = f"completed on {day}, budget {facts['budget']}"
    report(
        done, form, f"Changed {facts['project']}: {says}.", f"{facts['project']} says this already: {says}."
    )


def remove_project(code: ProjectCode, form: FormatOption = "text") -> None:
    """Remove a project that no case belongs to."""
    from suptime.app import clients

    done = clients.remove_project(console.store(), code, now=console.now(), agent=console.agent())
    report(done, form, f"Removed the project {done.value.code} of {done.value.client}.")


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
    """List projects by code. How long they are guaranteed: suptime report guarantee."""
    from suptime.app import clients

    found = clients.list_projects(console.store(), client)
    nothing = (
        "There are no projects."
        " Add one: suptime project add CODE --client CLIENT --budget AMOUNT --completed DAY"
    )
    listing.show(PROJECTS, found, {"projects": found}, form, nothing)
