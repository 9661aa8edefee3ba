"""`suptime prepaid`: hours, incidents and money that were bought ahead."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption
from suptime.cli.telling import list_or_none, tell
from suptime.cli.when import read_day_in
from suptime.domain.quantity import spoken_quantity


def register(app: typer.Typer) -> None:
    """Add `prepaid` to APP."""
    group = typer.Typer(help="Record what is bought ahead.")
    group.command("add")(add)
    group.command("void")(void)
    group.command("list")(list_purchases)
    app.add_typer(group, name="prepaid")


def add(
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help="The contract they are for.")],
    quantity: Annotated[
        str,
        typer.Argument(
            metavar="QUANTITY", help="How much: 10h or 90m, 5 incidents, or 30.00, as the contract sells."
        ),
    ],
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="DAY", help="The day of the purchase; today where the contract is if left out."
        ),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option("--price", metavar="AMOUNT", help="What to invoice for it; nothing if left out."),
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Record hours, incidents or money that a client bought ahead.

    What it is of, the clause [prepaid] of the contract says.
    """
    from suptime.app import prepaid

    done = prepaid.add(
        console.store(),
        contract,
        quantity,
        on=None if on is None else read_day_in(on, console.zone(), console.now()),
        price=price,
        now=console.now(),
        agent=console.agent(),
    )
    bought, facts = done.value, done.document["purchase"]
    paid = f" for {facts['price']} {facts['currency']}" if facts["price"] is not None else ""
    until = f", valid through {facts['valid_through']}" if facts["valid_through"] else ", without expiry"
    tell(
        done,
        form,
        f"Added P{bought.id}: {_in_words(facts)} for {bought.contract}, bought on {bought.on}{paid}{until}.",
    )


def void(
    number: Annotated[str, typer.Argument(metavar="ID", help="The purchase, such as P2.")],
    form: FormatOption = Format.text,
) -> None:
    """Take back a mistyped purchase that nothing was drawn from."""
    from suptime.app import prepaid
    from suptime.app.checks import identifier

    done = prepaid.void(console.store(), identifier(number, "P"), now=console.now(), agent=console.agent())
    facts = done.document["purchase"]
    tell(
        done,
        form,
        f"Took back {facts['id']}: {_in_words(facts)} for {facts['contract']}, bought on {facts['on']}.",
    )


def _in_words(facts: Mapping[str, Any]) -> str:
    """What a purchase of those FACTS is of: `10h`, `5 incidents`, `30.00 USD`."""
    unit = {"minutes": "hours"}.get(facts["unit"], facts["unit"])
    return spoken_quantity(Decimal(facts["quantity"]), unit, facts["currency"])


def list_purchases(
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Only this client's.")
    ] = None,
    contract: Annotated[
        str | None, typer.Option("--contract", metavar="CONTRACT", help="Only those of this contract.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """List purchases by contract and day. What is left of them: suptime report hours."""
    from suptime.app import prepaid

    _, documents = prepaid.every(console.store(), client=client, contract=contract)
    list_or_none(
        {"purchases": documents},
        form,
        ("Id", "Contract", "Bought on", "Valid through", "Quantity", "Price"),
        (
            (
                row["id"],
                row["contract"],
                row["on"],
                row["valid_through"] or "",
                _in_words(row),
                f"{row['price']} {row['currency']}" if row["price"] is not None else "",
            )
            for row in documents
        ),
        "Nothing was bought ahead yet. Record it: suptime prepaid add CONTRACT QUANTITY",
        right=("Quantity", "Price"),
    )
