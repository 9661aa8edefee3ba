"""`suptime prepaid`: hours that were bought ahead."""

from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption
from suptime.cli.telling import list_or_none, tell
from suptime.cli.when import read_day
from suptime.domain.duration import show_duration
from suptime.domain.timespan import MINUTE


def register(app: typer.Typer) -> None:
    """Add `prepaid` to APP."""
    group = typer.Typer(help="Record prepaid hours.")
    group.command("add")(add)
    group.command("void")(void)
    group.command("list")(list_purchases)
    app.add_typer(group, name="prepaid")


def add(
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help="The contract they are for.")],
    quantity: Annotated[str, typer.Argument(metavar="QUANTITY", help="How much: 10h, 90m or 1h30m.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help="The day of the purchase; today if left out.")
    ] = None,
    price: Annotated[
        str | None,
        typer.Option("--price", metavar="AMOUNT", help="What to invoice for them; nothing if left out."),
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Record hours that a client bought ahead."""
    from suptime.app import prepaid

    done = prepaid.add(
        console.store(),
        contract,
        quantity,
        on=None if on is None else read_day(on, console.zone(), console.now()),
        price=price,
        now=console.now(),
        agent=console.agent(),
    )
    bought, facts = done.value, done.document["purchase"]
    length = show_duration(facts["quantity"] * MINUTE)
    paid = f" for {facts['price']} {facts['currency']}" if facts["price"] is not None else ""
    until = f", valid through {facts['valid_through']}" if facts["valid_through"] else ", without expiry"
    tell(
        done,
        form,
        f"Added P{bought.id}: {length} for {bought.contract}, bought on {bought.on}{paid}{until}.",
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
    length = show_duration(facts["quantity"] * MINUTE)
    tell(done, form, f"Took back {facts['id']}: {length} for {facts['contract']}, bought on {facts['on']}.")


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
                show_duration(row["quantity"] * MINUTE),
                f"{row['price']} {row['currency']}" if row["price"] is not None else "",
            )
            for row in documents
        ),
        "Nothing was bought ahead yet. Record it: suptime prepaid add CONTRACT QUANTITY",
        right=("Quantity", "Price"),
    )
