"""`suptime client`: who is billed."""

from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption
from suptime.cli.telling import card, list_or_none, spoken, tell
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
    """Add `client` to APP."""
    group = typer.Typer(help="Add and change clients; note their card.")
    group.command("add")(add)
    group.command("edit")(edit)
    group.command("card")(keep_card)
    group.command("list")(list_clients)
    group.command("show")(show)
    app.add_typer(group, name="client")


def add(
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

    done = clients.add(
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
        language=_spoken(language),
        now=console.now(),
        agent=console.agent(),
    )
    tell(done, form, f"Added the client {done.value.code}, {done.value.name}.")


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
        "language": _spoken(language),
    }
    done = clients.edit(console.store(), code, now=console.now(), agent=console.agent(), **typed)
    client = done.value
    says = ", ".join(
        f"{key.replace('_', ' ')} {' '.join((getattr(client, key) or 'none').split())}"
        for key, value in typed.items()
        if value is not None
    )
    tell(done, form, f"Changed {client.code}: {says}.", f"{client.code} says this already: {says}.")


def _spoken(language: str | None) -> str | None:
    """LANGUAGE, if there are texts in it; what takes it away, and None, as they are."""
    return spoken(language) if language else language


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
    tell(
        done,
        form,
        f"The card of {found} is on file." if on_file else f"The card of {found} is removed.",
        f"The card of {found} was on file already." if on_file else f"There was no card of {found} on file.",
    )


def list_clients(form: FormatOption = Format.text) -> None:
    """List the clients."""
    from suptime.app import clients

    found = clients.every(console.store())
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

    client, document = clients.one(console.store(), code)
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
