"""`suptime price`: what was agreed on prices since a contract file was written."""

from enum import StrEnum
from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption
from suptime.cli.telling import tell
from suptime.cli.when import read_day_in
from suptime.domain.timespan import show_day


class Item(StrEnum):
    """What has a price."""

    HOUR = "hour"
    INCIDENT = "incident"
    MINUTE = "minute"


def register(app: typer.Typer) -> None:
    """Add `price` to APP."""
    group = typer.Typer(help="Change the prices of a contract.")
    group.command("set")(set_price)
    # A group with one command would be that command.
    group.callback()(_group)
    app.add_typer(group, name="price")


def _group() -> None:
    """Change the prices of a contract."""


def set_price(
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help="The contract's code.")],
    item: Annotated[Item, typer.Argument(case_sensitive=False, help="What is priced.")],
    amount: Annotated[
        str, typer.Argument(metavar="AMOUNT", help="What it costs, in the contract's currency: 120.00.")
    ],
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day it costs that.")],
    form: FormatOption = Format.text,
) -> None:
    """Set what an item costs from a day on. The price of another day stays as it is.

    Prices are listed by suptime contract show.
    """
    from suptime.app import prices

    done = prices.set_price(
        console.store(),
        contract,
        item.value,
        amount,
        read_day_in(since, console.zone(), console.now()),
        now=console.now(),
        agent=console.agent(),
    )
    facts, day = done.document["price"], show_day(done.value.since)
    costs = f"{facts['item']} of {facts['contract']} costs {facts['amount']} {facts['currency']}"
    article = "An" if facts["item"][0] in "hi" else "A"
    before = f", not {facts['before']}" if facts["before"] else ""
    tell(done, form, f"{article} {costs} from {day} on{before}.", f"{article} {costs} from {day} on already.")
