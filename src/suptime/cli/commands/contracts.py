"""`suptime contract`: what was agreed with a client, as files."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, listing
from suptime.cli.commands.findings import AcceptOption, acceptance
from suptime.cli.listing import Column, ListFormat, Listing, lists
from suptime.cli.options import (
    Choice,
    EffectOption,
    FormatOption,
    OneClient,
    OneContract,
    argument,
    option,
    read_coming_day_in,
    read_day,
    read_day_in,
)
from suptime.cli.output import report, show_effect, wrapped
from suptime.domain import values
from suptime.domain.money import quantity_in_words
from suptime.domain.time import DayIn, Month, Zone, show_day
from suptime.errors import ExitCode, SuptimeError, WrongUsage

if TYPE_CHECKING:
    from suptime.app.contracts import Stretch
    from suptime.domain.contract import Contract, Version
    from suptime.domain.reading import Fault

File = Annotated[str, argument("FILE", "A contract file.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer()
    group.command("new")(new_file)
    group.command("add")(add_contract)
    group.command("replace")(replace_contract)
    group.command("remove")(remove_contract)
    group.command("check")(check)
    group.command("show")(show)
    group.command("list")(list_contracts)
    app.add_typer(group, name="contract")
    group = typer.Typer()
    group.command("set")(set_price)
    group.command("remove")(remove_price)
    app.add_typer(group, name="price")
    group = typer.Typer()
    group.command("add")(add_purchase)
    group.command("edit")(edit_purchase)
    group.command("convert")(convert_purchase)
    group.command("return")(return_purchase)
    group.command("void")(void)
    group.command("list")(list_purchases)
    app.add_typer(group, name="prepaid")


def _kinds() -> Iterable[str]:
    from suptime.app.contract_templates import TITLES

    return TITLES


def new_file(
    kind: Annotated[str, typer.Argument(help="How support is sold.", click_type=Choice(_kinds))],
    price: Annotated[
        Decimal,
        option("--price", "What an hour, an incident or a minute costs.", "AMOUNT", values.UNIT_PRICE),
    ],
    client: Annotated[
        str | None,
        option("--client", "Whose contract it is: for the currency, the zone and the code.", "CODE"),
    ] = None,
    currency: Annotated[
        str | None, option("--currency", "Currency [default: the client's].", "CURRENCY", values.CURRENCY)
    ] = None,
    timezone: Annotated[
        str | None, option("--timezone", "Time zone [default: the client's, or yours].", "ZONE", values.ZONE)
    ] = None,
    fee: Annotated[
        Decimal | None, option("--fee", "The fee of a plan for each month.", "AMOUNT", values.UNIT_PRICE)
    ] = None,
    since: Annotated[
        DayIn | None,
        option("--from", "The first day [default: the first of this month].", "DAY", read_coming_day_in),
    ] = None,
    code: Annotated[
        str | None, option("--code", "Its code in commands [default: CLIENT-KIND].", "CODE")
    ] = None,
    title: Annotated[
        str | None, option("--title", "Its title on invoices.", "TEXT", values.line("title"))
    ] = None,
    out: Annotated[Path | None, option("--out", "The file [default: CODE.toml].", "FILE")] = None,
    add: Annotated[bool, option("--add", "Also add the contract to the client.")] = False,
    form: FormatOption = "text",
) -> None:
    """Write a contract file with comments, from a template for one way to sell support.

    Change what differs from your agreement, then add the file with suptime contract add. With --add,
    suptime adds the contract at once; suptime contract replace changes it later.
    """
    from suptime.app import clients, contract_templates

    if add and client is None:
        raise WrongUsage("--add requires --client.", hint="Add --client CODE.")

    owner = None if client is None else clients.get(console.store(), client, console.today())[0]
    currency = currency or (owner.currency if owner else None)
    if currency is None:
        raise WrongUsage("The currency is missing.", hint="Add --currency CURRENCY.")
    timezone = timezone or (owner.timezone if owner else None)
    zone = Zone(timezone) if timezone else console.zone()
    terms = contract_templates.Terms(
        code=code or (f"{owner.code}-{kind}" if owner else kind),
        currency=currency,
        timezone=zone.name,
        starts_on=since(zone) if since else Month.of(zone.day(console.now())).first,
        price=price,
        fee=fee,
        title=title,
    )
    path = out or Path(f"{terms.code}.toml")
    contract_templates.write(path, contract_templates.text_of(kind, terms))
    if owner and add:
        document = _add_written(path, owner.code)
        said = f"Wrote {path} and added the contract {terms.code} of {owner.code}, from {show_day(terms.starts_on)}."
    else:
        document = None
        next_step = f"suptime contract add {owner.code if owner else 'CLIENT'} {shlex.quote(str(path))}"
        said = f"Wrote {path}. Change what differs from your agreement, then: {next_step}"
    console.show(
        {"file": str(path), "code": terms.code, "contract": document}, form, lambda: console.plain(said)
    )


def _add_written(path: Path, client: str) -> dict[str, Any]:
    """Add the contract of the file just written to `path`; remove the file if the contract is refused."""
    from suptime.app import contracts

    version = _version_in(str(path))
    try:
        done = contracts.add(console.store(), client, version, now=console.now(), agent=console.agent())
    except SuptimeError:
        path.unlink(missing_ok=True)
        raise
    contract: dict[str, Any] = done.document["contract"]
    return contract


def add_contract(
    client: Annotated[str, argument("CLIENT", "Whose contract it is.")],
    file: File,
    form: FormatOption = "text",
) -> None:
    """Add a contract file to a client: a new contract, or a new version of one, by its starts_on.

    The same file once more changes nothing.
    """
    from suptime.app import contracts

    version = _version_in(file)
    done = contracts.add(console.store(), client, version, now=console.now(), agent=console.agent())
    owner = done.document["contract"]["client"]
    from_day = f"from {show_day(version.starts_on)}"
    known = len(done.document["contract"]["versions"]) > 1
    new = f"Added a version of the contract {version.code}" if known else f"Added the contract {version.code}"
    report(
        done,
        form,
        f"{new} of {owner}, {from_day}: {version.title}.",
        f"The contract {version.code} of {owner} says this already, {from_day}.",
    )


Code = Annotated[str, argument("CODE", "The contract's code.")]
VersionOption = Annotated[
    date | None,
    option(
        "--version", "The version that starts on this day; required if there are several.", "DAY", read_day
    ),
]


def replace_contract(
    code: Code,
    file: File,
    starts_on: VersionOption = None,
    dry_run: EffectOption = False,
    form: FormatOption = "text",
) -> None:
    """Put a contract file in the place of a version, until something issued depends on it.

    Its starts_on may differ. Open work is rated again.
    """
    from suptime.app import contracts

    version = _version_in(file)
    now, agent, store = console.now(), console.agent(), console.store()
    if dry_run:
        effect = contracts.effect_of_replacing(store, code, version, starts_on, now=now, agent=agent)
        show_effect(effect, form)
        return
    done = contracts.replace(store, code, version, starts_on, now=now, agent=agent)
    says = f"{version.code} says from {show_day(version.starts_on)} what {console.plain(file)} says"
    report(done, form, f"{says}.", f"{says} already.")


def remove_contract(code: Code, starts_on: VersionOption = None, form: FormatOption = "text") -> None:
    """Remove a version of a contract, or a contract with its prices, until something depends on it."""
    from suptime.app import contracts

    done = contracts.remove(console.store(), code, starts_on, now=console.now(), agent=console.agent())
    row = done.value
    report(done, form, f"Removed the version of {row.code} from {show_day(row.starts_on)}.")


def check(file: File, form: FormatOption = "text") -> None:
    """Validate a contract file and report every error with its line and key."""
    from suptime.app import contracts

    found = contracts.read(file)
    faults = found if isinstance(found, tuple) else ()
    if form == "json":
        console.show_json(
            {"faults": [{"line": f.line, "key": f.key, "expected": f.expected} for f in faults]}
        )
    elif faults:
        _name_faults(file, faults)
    else:
        console.print_text(f"{file}: no faults")
    if faults:
        raise typer.Exit(ExitCode.USAGE)


def _version_in(file: str) -> "Version":
    """Return the version in a contract file; name its faults and exit if it has some."""
    from suptime.app import contracts

    version = contracts.read(file)
    if isinstance(version, tuple):
        _name_faults(file, version)
        raise typer.Exit(ExitCode.USAGE)
    return version


def _name_faults(file: str, faults: "Sequence[Fault]") -> None:
    from suptime.app.contracts import in_words

    for line in in_words(file, faults):
        console.note(line)


def show(
    code: Annotated[str, argument("CODE", "The contract's code.")],
    form: FormatOption = "text",
) -> None:
    """Explain a contract in plain language, one version at a time."""
    from suptime.app import contracts

    contract, stretches, document = contracts.get(console.store(), code)
    console.show(document, form, lambda: _contract_in_words(contract, stretches))


def _contract_in_words(contract: "Contract", stretches: "Sequence[Stretch]") -> str:
    from suptime.contracts.file import sentences

    lines = [f"{contract.code} of {contract.client}"]
    for stretch in stretches:
        version, last = stretch.version, stretch.last_day
        days = (
            f"{show_day(version.starts_on)} through {show_day(last)}"
            if last
            else f"{show_day(version.starts_on)} on"
        )
        lines += ["", f"From {days}"] if len(stretches) > 1 else []
        for table, said in sentences(version):
            lines += ["", wrapped(console.plain(table))]
            lines += [wrapped(console.plain(sentence), "  ") for sentence in said]
    return "\n".join(lines)


CONTRACTS = Listing(
    (
        Column("code", "Code"),
        Column("client", "Client"),
        Column("starts_on", "From"),
        Column("ends_on", "Through"),
        Column("currency", "Currency"),
        Column("title", "Title", is_free=True),
    )
)


@lists(CONTRACTS)
def list_contracts(client: OneClient = None, form: ListFormat = None) -> None:
    """List the contracts."""
    from suptime.app import contracts

    found = contracts.list_all(console.store(), client)
    nothing = (
        "There are no contracts yet. Add one: suptime contract add CLIENT FILE"
        if client is None
        else f"{client} has no contracts yet. Add one: suptime contract add {client} FILE"
    )
    listing.show(CONTRACTS, found, {"contracts": found}, form, nothing)


def set_price(
    contract: Annotated[str, argument("CONTRACT", "The contract's code.")],
    item: Annotated[
        str,
        typer.Argument(
            help="What is priced.",
            click_type=Choice(("hour", "incident", "minute"), case_sensitive=False),
        ),
    ],
    amount: Annotated[
        Decimal,
        argument("AMOUNT", "What it costs, in the contract's currency: 120.00.", values.UNIT_PRICE),
    ],
    since: Annotated[DayIn, option("--from", "The first day it costs that.", "DAY", read_coming_day_in)],
    form: FormatOption = "text",
) -> None:
    """Set what an item costs from a day on. The price of another day stays as it is.

    Prices are listed by suptime contract show.
    """
    from suptime.app import contracts

    done = contracts.set_price(
        console.store(),
        contract,
        item,
        amount,
        since,
        now=console.now(),
        agent=console.agent(),
    )
    facts, day = done.document["price"], show_day(done.value.since)
    costs = f"{facts['item']} of {facts['contract']} costs {facts['amount']} {facts['currency']}"
    article = "An" if facts["item"][0] in "hi" else "A"
    before = f", not {facts['before']}" if facts["before"] else ""
    report(
        done, form, f"{article} {costs} from {day} on{before}.", f"{article} {costs} from {day} on already."
    )


def remove_price(
    contract: Annotated[str, argument("CONTRACT", "The contract's code.")],
    item: Annotated[
        str,
        typer.Argument(
            help="What is priced.",
            click_type=Choice(("hour", "incident", "minute"), case_sensitive=False),
        ),
    ],
    since: Annotated[DayIn, option("--from", "The day from which the price was set.", "DAY", read_day_in)],
    form: FormatOption = "text",
) -> None:
    """Take a price that was set away again, until a line that it holds for is issued."""
    from suptime.app import contracts

    done = contracts.remove_price(
        console.store(), contract, item, since, now=console.now(), agent=console.agent()
    )
    facts, day = done.document["price"], show_day(done.value.since)
    report(done, form, f"Removed the price of the {facts['item']} of {facts['contract']} from {day}.")


def add_purchase(
    contract: Annotated[str, argument("CONTRACT", "The contract they are for.")],
    quantity: Annotated[
        str,
        argument("QUANTITY", "How much: 10h or 90m, 5 incidents, or 30.00, as the contract sells."),
    ],
    on: Annotated[
        DayIn | None,
        option("--on", "Day of the purchase [default: today, where the contract is].", "DAY", read_day_in),
    ] = None,
    price: Annotated[
        str | None,
        option("--price", "What to invoice for it; nothing if left out.", "AMOUNT"),
    ] = None,
    issue: Annotated[
        bool, option("--issue", "Issue the invoice of a deposit with a price at once; no month is closed.")
    ] = False,
    accepted: AcceptOption = None,
    form: FormatOption = "text",
) -> None:
    """Record hours, incidents or money that a client bought ahead.

    What it is of, the clause [prepaid] of the contract says. A deposit with a price is on an invoice of its own, and
    later invoices deduct it once that is paid. One without a price is a payment on account.
    """
    from suptime.app import purchases
    from suptime.cli import hooks
    from suptime.cli.commands.issued import issue_settings

    if accepted and not issue:
        raise WrongUsage("--accept is for what is issued.", hint="Add --issue.")

    done = purchases.add(
        console.store(),
        contract,
        quantity,
        on=on,
        price=price,
        issue=(issue_settings(), acceptance(accepted)) if issue else None,
        seller=console.settings().seller.get("country"),
        now=console.now(),
        agent=console.agent(),
    )
    if issue:
        hooks.after("issue", {"invoices": done.document["invoices"]})
    bought, facts = done.value, done.document["purchase"]
    paid = f" for {facts['price']} {facts['currency']}" if facts["price"] is not None else ""
    until = f", valid through {facts['valid_through']}" if facts["valid_through"] else ", without expiry"
    report(
        done,
        form,
        f"Added P{bought.id}: {_purchase_in_words(facts)} for {bought.contract}, bought on {bought.on}{paid}{until}.",
    )
    for one in done.document.get("invoices", ()) if form == "text" else ():
        console.print_text(
            f"{one['number']}  {one['client']}  {one['totals']['gross']} {one['currency']}  due {one['totals']['due']}"
        )


PurchaseArgument = Annotated[int, argument("ID", "The purchase, such as P2.", values.identity("P"))]


def edit_purchase(
    number: PurchaseArgument,
    price: Annotated[str, option("--price", "What it costs, without tax.", "AMOUNT")],
    form: FormatOption = "text",
) -> None:
    """Set the price of a purchase.

    If its sale is on an invoice, the next invoice has the difference, less the part that was returned.
    """
    from suptime.app import purchases

    done = purchases.edit(console.store(), number, price, now=console.now(), agent=console.agent())
    facts = done.document["purchase"]
    cost = f"{facts['price']} {facts['currency']}"
    report(done, form, f"{facts['id']} costs {cost}.", f"{facts['id']} costs {cost} already.")


def convert_purchase(
    number: PurchaseArgument,
    net: Annotated[
        str | None,
        option("--net", "What may be deducted [default: what is left, less the tax of its sale].", "AMOUNT"),
    ] = None,
    form: FormatOption = "text",
) -> None:
    """Let invoices deduct what is left of a deposit that an older version sold.

    Such a deposit pays what is due, tax included. What is left of it becomes a purchase of its own without a price.
    """
    from suptime.app import purchases

    done = purchases.convert(console.store(), number, net, now=console.now(), agent=console.agent())
    facts = done.document["purchase"]
    report(done, form, f"Added {facts['id']}: {_purchase_in_words(facts)} of what was left of P{number}.")


def return_purchase(
    number: PurchaseArgument,
    reason: Annotated[str, option("--reason", "Why, as the client reads it.", "TEXT", values.line("reason"))],
    quantity: Annotated[str | None, argument("QUANTITY", "How much [default: all that is left].")] = None,
    on: Annotated[date | None, option("--on", "Day of the return [default: today].", "DAY", read_day)] = None,
    form: FormatOption = "text",
) -> None:
    """Take what is left of a purchase, or a part of it, out again.

    If its sale is on an invoice, a credit note gives that part of the price back, with the tax of the sale. It is set
    off against the invoice if that is open. The rest is on account: `suptime payment refund` pays it back. What is
    left of a deposit without a sale is on account then.
    """
    from suptime.app import purchases
    from suptime.cli.commands.issued import issue_settings
    from suptime.cli.commands.payments import entry_day

    document = purchases.give_back(
        console.store(),
        number,
        quantity,
        reason,
        entry_day(on),
        issue_settings(),
        now=console.now(),
        agent=console.agent(),
    )
    if "invoices" in document:
        from suptime.cli import hooks

        hooks.after("credit", document)
    console.show(document, form, lambda: _returned_in_words(number, document))


def _returned_in_words(number: int, document: Mapping[str, Any]) -> str:
    for note in document.get("invoices", ()):
        total = f"{note['totals']['gross']} {note['currency']}"
        return f"{note['number']} credits {note['credits']}: {total}, for what was returned of P{number}."
    return f"Returned of P{number}: {_purchase_in_words(document['purchase'] | {'quantity': document['purchase']['returned']})}."


def void(
    number: PurchaseArgument,
    form: FormatOption = "text",
) -> None:
    """Take back a mistyped purchase that nothing was drawn from."""
    from suptime.app import purchases

    done = purchases.void(console.store(), number, now=console.now(), agent=console.agent())
    facts = done.document["purchase"]
    report(
        done,
        form,
        f"Took back {facts['id']}: {_purchase_in_words(facts)} for {facts['contract']}, bought on {facts['on']}.",
    )


def _purchase_in_words(facts: Mapping[str, Any]) -> str:
    """Return the quantity of a purchase: `10h`, `5 incidents`, `30.00 USD`."""
    unit = {"minutes": "hours"}.get(facts["unit"], facts["unit"])
    return quantity_in_words(Decimal(facts["quantity"]), unit, facts["currency"])


def _price(row: Mapping[str, Any]) -> str:
    return f"{row['price']} {row['currency']}" if row["price"] is not None else ""


PURCHASES = Listing(
    (
        Column("id", "Id"),
        Column("contract", "Contract"),
        Column("on", "Bought on"),
        Column("valid_through", "Valid through"),
        Column("unit"),
        Column("quantity", "Quantity", shown=_purchase_in_words, is_number=True),
        Column("price", "Price", shown=_price, is_number=True),
        Column("currency"),
    )
)


@lists(PURCHASES)
def list_purchases(client: OneClient = None, contract: OneContract = None, form: ListFormat = None) -> None:
    """List purchases by contract and day. What is left of them: suptime report hours."""
    from suptime.app import purchases

    _, found = purchases.list_all(console.store(), client=client, contract=contract)
    nothing = "Nothing was bought ahead yet. Record it: suptime prepaid add CONTRACT QUANTITY"
    listing.show(PURCHASES, found, {"purchases": found}, form, nothing)
