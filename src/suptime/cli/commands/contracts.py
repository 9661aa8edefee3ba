"""`suptime contract`, `price` and `prepaid`: contract files, prices and prepaid purchases."""

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

File = Annotated[str, argument("FILE", "Contract file.")]


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
    kind: Annotated[str, typer.Argument(help="Way of selling support.", click_type=Choice(_kinds))],
    price: Annotated[
        Decimal,
        option("--price", "Price of an hour, an incident or a minute.", "AMOUNT", values.UNIT_PRICE),
    ],
    client: Annotated[
        str | None,
        option("--client", "Client of the contract: sets the currency, the time zone and the code.", "CODE"),
    ] = None,
    currency: Annotated[
        str | None, option("--currency", "Currency [default: the client's].", "CURRENCY", values.CURRENCY)
    ] = None,
    timezone: Annotated[
        str | None, option("--timezone", "Time zone [default: the client's, or yours].", "ZONE", values.ZONE)
    ] = None,
    fee: Annotated[
        Decimal | None, option("--fee", "Monthly fee of a plan.", "AMOUNT", values.UNIT_PRICE)
    ] = None,
    since: Annotated[
        DayIn | None,
        option("--from", "First day [default: first day of this month].", "DAY", read_coming_day_in),
    ] = None,
    code: Annotated[str | None, option("--code", "Contract code [default: CLIENT-KIND].", "CODE")] = None,
    title: Annotated[
        str | None, option("--title", "Title on invoices.", "TEXT", values.line("title"))
    ] = None,
    out: Annotated[Path | None, option("--out", "File to write [default: CODE.toml].", "FILE")] = None,
    add: Annotated[bool, option("--add", "Also add the contract to the client.")] = False,
    form: FormatOption = "text",
) -> None:
    """Write a contract file with comments, from a template for one way of selling support.

    Edit the file to match your agreement, then add it with suptime contract add. With --add, suptime adds the
    contract at once; change it later with suptime contract replace.
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
        said = (
            f"Wrote {path} and added contract {terms.code} of {owner.code}, from {show_day(terms.starts_on)}."
        )
    else:
        document = None
        next_step = f"suptime contract add {owner.code if owner else 'CLIENT'} {shlex.quote(str(path))}"
        said = f"Wrote {path}. Edit it to match your agreement, then: {next_step}"
    console.show(
        {"file": str(path), "code": terms.code, "contract": document}, form, lambda: console.plain(said)
    )


def _add_written(path: Path, client: str) -> dict[str, Any]:
    """Add the contract in the new file at `path`; remove the file if the contract is refused."""
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
    client: Annotated[str, argument("CLIENT", "Client of the contract.")],
    file: File,
    form: FormatOption = "text",
) -> None:
    """Add a contract file to a client: a new contract, or a new version from its starts_on.

    Adding the same file again changes nothing.
    """
    from suptime.app import contracts

    version = _version_in(file)
    done = contracts.add(console.store(), client, version, now=console.now(), agent=console.agent())
    owner = done.document["contract"]["client"]
    from_day = f"from {show_day(version.starts_on)}"
    known = len(done.document["contract"]["versions"]) > 1
    new = f"Added a version of contract {version.code}" if known else f"Added contract {version.code}"
    report(
        done,
        form,
        f"{new} of {owner}, {from_day}: {version.title}.",
        f"Contract {version.code} of {owner} is unchanged, {from_day}.",
    )


Code = Annotated[str, argument("CODE", "Contract code.")]
VersionOption = Annotated[
    date | None,
    option("--version", "Version that starts on this day; required if there are several.", "DAY", read_day),
]


def replace_contract(
    code: Code,
    file: File,
    starts_on: VersionOption = None,
    dry_run: EffectOption = False,
    form: FormatOption = "text",
) -> None:
    """Replace a version of a contract by a contract file, until an issued invoice depends on it.

    The file may have another starts_on. Open work is rated again.
    """
    from suptime.app import contracts

    version = _version_in(file)
    now, agent, store = console.now(), console.agent(), console.store()
    if dry_run:
        effect = contracts.effect_of_replacing(store, code, version, starts_on, now=now, agent=agent)
        show_effect(effect, form)
        return
    done = contracts.replace(store, code, version, starts_on, now=now, agent=agent)
    says = f"The version of {version.code} from {show_day(version.starts_on)} is {console.plain(file)}"
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
        console.print_text(f"{file}: no errors")
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
    code: Annotated[str, argument("CODE", "Contract code.")],
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
    contract: Annotated[str, argument("CONTRACT", "Contract code.")],
    item: Annotated[
        str,
        typer.Argument(
            help="Item to price.",
            click_type=Choice(("hour", "incident", "minute"), case_sensitive=False),
        ),
    ],
    amount: Annotated[
        Decimal,
        argument("AMOUNT", "Price, in the contract's currency: 120.00.", values.UNIT_PRICE),
    ],
    since: Annotated[DayIn, option("--from", "First day of the price.", "DAY", read_coming_day_in)],
    form: FormatOption = "text",
) -> None:
    """Set the price of an item from a day on. Prices of earlier days stay as they are.

    To list prices: suptime contract show.
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
        done,
        form,
        f"{article} {costs} from {day} on{before}.",
        f"The price is unchanged: {article.lower()} {costs} from {day} on.",
    )


def remove_price(
    contract: Annotated[str, argument("CONTRACT", "Contract code.")],
    item: Annotated[
        str,
        typer.Argument(
            help="Item whose price to remove.",
            click_type=Choice(("hour", "incident", "minute"), case_sensitive=False),
        ),
    ],
    since: Annotated[DayIn, option("--from", "First day of the price.", "DAY", read_day_in)],
    form: FormatOption = "text",
) -> None:
    """Remove a price that was set, unless an issued line uses it."""
    from suptime.app import contracts

    done = contracts.remove_price(
        console.store(), contract, item, since, now=console.now(), agent=console.agent()
    )
    facts, day = done.document["price"], show_day(done.value.since)
    report(done, form, f"Removed the price of the {facts['item']} of {facts['contract']} from {day}.")


def add_purchase(
    contract: Annotated[str, argument("CONTRACT", "Contract of the purchase.")],
    quantity: Annotated[
        str,
        argument("QUANTITY", "Quantity, in the contract's unit: 10h or 90m, 5 incidents, or 30.00."),
    ],
    on: Annotated[
        DayIn | None,
        option("--on", "Day of the purchase [default: today in the contract's zone].", "DAY", read_day_in),
    ] = None,
    price: Annotated[
        str | None,
        option("--price", "Price to invoice [default: none].", "AMOUNT"),
    ] = None,
    issue: Annotated[
        bool, option("--issue", "Issue the invoice of a deposit with a price now, without closing a month.")
    ] = False,
    accepted: AcceptOption = None,
    form: FormatOption = "text",
) -> None:
    """Record prepaid hours, incidents or money.

    The table [prepaid] of the contract sets the unit. A deposit with a price has its own invoice; later invoices
    deduct the deposit once that invoice is paid. A deposit without a price is a payment on account.
    """
    from suptime.app import purchases
    from suptime.cli import hooks
    from suptime.cli.commands.issued import issue_settings

    if accepted and not issue:
        raise WrongUsage("--accept requires --issue.", hint="Add --issue.")

    done = purchases.add(
        console.store(),
        contract,
        quantity,
        on=on,
        price=price,
        issue=(issue_settings(), acceptance(accepted)) if issue else None,
        seller=console.settings().seller.get("country"),
        closed_through=console.settings().get("books.closed_through"),
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
        f"Added P{bought.id}: {_purchase_in_words(facts)} for {bought.contract}, bought on "
        f"{bought.on}{paid}{until}.",
    )
    for one in done.document.get("invoices", ()) if form == "text" else ():
        console.print_text(
            f"{one['number']}  {one['client']}  {one['totals']['gross']} {one['currency']}  due {one['totals']['due']}"
        )


PurchaseArgument = Annotated[int, argument("ID", "Purchase, for example P2.", values.identity("P"))]


def edit_purchase(
    number: PurchaseArgument,
    price: Annotated[str, option("--price", "Price, without tax.", "AMOUNT")],
    form: FormatOption = "text",
) -> None:
    """Set the price of a purchase.

    If the sale is already invoiced, the next invoice charges or credits the difference, less the part that was returned.
    """
    from suptime.app import purchases

    done = purchases.edit(console.store(), number, price, now=console.now(), agent=console.agent())
    facts = done.document["purchase"]
    cost = f"{facts['price']} {facts['currency']}"
    report(
        done,
        form,
        f"Set the price of {facts['id']} to {cost}.",
        f"The price of {facts['id']} is already {cost}.",
    )


def convert_purchase(
    number: PurchaseArgument,
    net: Annotated[
        str | None,
        option(
            "--net",
            "Amount that invoices may deduct [default: what is left, less the tax of the sale].",
            "AMOUNT",
        ),
    ] = None,
    form: FormatOption = "text",
) -> None:
    """Convert the rest of a deposit that an older version sold, so that invoices deduct it.

    Such a deposit pays amounts due, tax included. The rest becomes a new purchase without a price.
    """
    from suptime.app import purchases

    done = purchases.convert(console.store(), number, net, now=console.now(), agent=console.agent())
    facts = done.document["purchase"]
    report(done, form, f"Added {facts['id']}: {_purchase_in_words(facts)}, the rest of P{number}.")


def return_purchase(
    number: PurchaseArgument,
    reason: Annotated[
        str, option("--reason", "Reason, as the client reads it.", "TEXT", values.line("reason"))
    ],
    quantity: Annotated[
        str | None, argument("QUANTITY", "Quantity to return [default: all that is left].")
    ] = None,
    on: Annotated[date | None, option("--on", "Day of the return [default: today].", "DAY", read_day)] = None,
    form: FormatOption = "text",
) -> None:
    """Return the rest of a purchase, or a part of it.

    If the sale is invoiced, a credit note gives back that part of the price, with the tax of the sale. The credit
    pays what is open on the invoice. The rest of the credit is on account: `suptime payment refund` pays it back.
    The rest of a deposit without a sale is on account, too.
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
        return f"{note['number']} credits {note['credits']}: {total}, for the returned part of P{number}."
    return (
        f"Returned from P{number}: "
        f"{_purchase_in_words(document['purchase'] | {'quantity': document['purchase']['returned']})}."
    )


def void(
    number: PurchaseArgument,
    form: FormatOption = "text",
) -> None:
    """Void a mistyped purchase that nothing was used from."""
    from suptime.app import purchases

    done = purchases.void(console.store(), number, now=console.now(), agent=console.agent())
    facts = done.document["purchase"]
    report(
        done,
        form,
        f"Voided {facts['id']}: {_purchase_in_words(facts)} for {facts['contract']}, bought on "
        f"{facts['on']}.",
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
    """List prepaid purchases by contract and day. For their balances: suptime report hours."""
    from suptime.app import purchases

    _, found = purchases.list_all(console.store(), client=client, contract=contract)
    nothing = "There are no prepaid purchases yet. Record one: suptime prepaid add CONTRACT QUANTITY"
    listing.show(PURCHASES, found, {"purchases": found}, form, nothing)
