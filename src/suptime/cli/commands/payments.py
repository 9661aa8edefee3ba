"""`suptime payment`: payments, their allocation, and refunds."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, hooks
from suptime.cli.options import ClientArgument, FormatOption, OneClient, argument, choice, option, read_day
from suptime.domain import values
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.app.payments import Day, Done, Target
    from suptime.interchange.bank.entries import BankStatement

BANK_FORMATS = ("camt053", "csv")

STATES = ("unassigned", "on-account", "part-allocated", "allocated", "void")

IdArgument = Annotated[str, argument("ID", "Payment, for example M1.")]
CreditArgument = Annotated[str, argument("ID", "Payment, for example M1, or number of a credit note.")]
EntryArgument = Annotated[
    str, argument("ID", "Payment or refund (M1), write-off (W1), or charge of a reminder (R1).")
]
AmountArgument = Annotated[str, argument("AMOUNT", "Amount, for example 119.00.")]
OnOption = Annotated[
    date | None,
    option("--on", "Day of the entry [default: today].", "DAY", read_day, show_default=False),
]
TargetsOption = Annotated[
    list[str] | None,
    option(
        "--for",
        "Document or late charge to pay; =AMOUNT for exactly that amount. Can be repeated.",
        "NUMBER[=AMOUNT]",
    ),
]
NumbersOption = Annotated[
    list[str] | None, option("--for", "Only from this document. Can be repeated.", "NUMBER")
]
OldestOption = Annotated[bool, option("--oldest", "Pay open items by due day, oldest first.")]
CurrencyOption = Annotated[
    str | None, option("--currency", "Currency [default: the client's].", "CURRENCY", values.CURRENCY)
]
ReferenceOption = Annotated[
    str | None, option("--reference", "Reference on the bank statement.", "TEXT", values.line("reference"))
]
ReasonOption = Annotated[str, option("--reason", "Why.", "TEXT", values.line("reason"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    payments = typer.Typer(no_args_is_help=True)
    payments.command(name="add")(add)
    payments.command(name="list")(list_)
    payments.command(name="show")(show)
    payments.command(name="allocate")(allocate)
    payments.command(name="release")(release)
    payments.command(name="refund")(refund)
    payments.command(name="void")(void)
    payments.command(name="import")(import_)
    app.add_typer(payments, name="payment")


def entry_day(on: date | None) -> "Day":
    """Return the day of a new ledger entry, with the settings that restrict it."""
    from suptime.app.payments import Day

    closed: date | None = console.settings().get("books.closed_through")
    return Day(console.zone().day(console.now()), on, closed)


def add(
    client: ClientArgument,
    amount: AmountArgument,
    on: OnOption = None,
    reference: ReferenceOption = None,
    targets: TargetsOption = None,
    oldest: OldestOption = False,
    fee: Annotated[
        str | None, option("--fee", "Bank charges that were deducted from AMOUNT.", "AMOUNT")
    ] = None,
    iban: Annotated[
        str | None, option("--iban", "Bank account of the payer.", "IBAN", values.line("IBAN"))
    ] = None,
    currency: CurrencyOption = None,
    form: FormatOption = "text",
) -> None:
    """Record a payment of a client.

    AMOUNT is credited to the client. Without --for and --oldest, the payment stays on account, and suptime lists the
    open items.
    """
    from suptime.app import payments
    from suptime.domain.bank import is_iban, plain_iban

    if iban is not None and not is_iban(iban):
        raise WrongUsage(f"{console.quoted(iban)} is not a valid IBAN: its check digits are wrong.")
    money = payments.Money(
        client, amount, currency, fee, reference or "", "" if iban is None else plain_iban(iban)
    )
    done = payments.add(
        console.store(),
        money,
        read_targets(targets, oldest=oldest),
        entry_day(on),
        oldest=oldest,
        now=console.now(),
        agent=console.agent(),
    )
    _report(done, form)


def read_targets(typed: Iterable[str] | None, *, oldest: bool = False) -> "list[Target]":
    """Return the items that --for pays.

    Raises:
        WrongUsage: --oldest is given too, or an amount is missing.
    """
    from suptime.app.payments import Target

    found = []
    for text in typed or ():
        number, equals, amount = text.partition("=")
        if equals and not amount.strip():
            raise WrongUsage(
                f"--for: the amount of {console.quoted(text)} is missing.", hint="Write NUMBER=AMOUNT."
            )
        found.append(Target(number, amount.strip() if equals else None))
    if found and oldest:
        raise WrongUsage("--for and --oldest cannot be used together.", hint="Leave out one of them.")
    return found


def list_(
    client: OneClient = None,
    first: Annotated[
        date | None, option("--from", "First day [default: all].", "DAY", read_day, show_default=False)
    ] = None,
    last: Annotated[
        date | None, option("--to", "Last day [default: all].", "DAY", read_day, show_default=False)
    ] = None,
    state: Annotated[
        str | None,
        choice("--state", "Only payments in this state.", STATES, "Unknown payment state '{}'."),
    ] = None,
    form: FormatOption = "text",
) -> None:
    """List payments and refunds by day."""
    from suptime.app import payments

    found = payments.list_all(console.store(), client=client, first=first, last=last, state=state)
    if form == "json":
        console.show_json({"payments": found})
        return
    if not found:
        console.note("There are no payments.")
        return
    rows = [
        (
            one["id"],
            one["on"],
            one["client"] or "-",
            one["kind"],
            one["state"],
            f"{one['amount']} {one['currency']}",
            one["left"],
            ", ".join(used["id"] for used in one["allocations"]),
        )
        for one in found
    ]
    headers = ("Id", "Day", "Client", "Kind", "State", "Amount", "Left", "Used for")
    console.print_text(console.table(rows, headers, right=("Amount", "Left"), wrap="Used for"))


def show(id_: IdArgument, form: FormatOption = "text") -> None:
    """Show a payment and its use."""
    from suptime.app import payments

    document = payments.show(console.store(), id_)
    console.show(document, form, lambda: _described(document["payment"]))


def allocate(
    id_: CreditArgument,
    targets: TargetsOption = None,
    oldest: OldestOption = False,
    client: Annotated[
        str | None,
        option("--client", "Client of the payment, if it was imported without one.", "CLIENT"),
    ] = None,
    on: OnOption = None,
    form: FormatOption = "text",
) -> None:
    """Allocate the rest of a payment or a credit note to open items."""
    from suptime.app import payments

    done = payments.allocate(
        console.store(),
        id_,
        read_targets(targets, oldest=oldest),
        entry_day(on),
        client=client,
        oldest=oldest,
        now=console.now(),
        agent=console.agent(),
    )
    _report(done, form)


def release(
    id_: CreditArgument,
    numbers: NumbersOption = None,
    on: OnOption = None,
    form: FormatOption = "text",
) -> None:
    """Take back the allocation of a payment or a credit note; the amount is on account again."""
    from suptime.app import payments

    done = payments.release(
        console.store(), id_, numbers or [], entry_day(on), now=console.now(), agent=console.agent()
    )
    _report(done, form)


def refund(
    client: ClientArgument,
    amount: AmountArgument,
    on: OnOption = None,
    sources: Annotated[
        list[str] | None,
        option(
            "--from",
            "Payment or credit note to take it from [default: oldest first]. Can be repeated.",
            "ID",
        ),
    ] = None,
    reference: ReferenceOption = None,
    currency: CurrencyOption = None,
    form: FormatOption = "text",
) -> None:
    """Record that credit on account was refunded to a client."""
    from suptime.app import payments

    money = payments.Money(client, amount, currency, reference=reference or "")
    done = payments.refund(
        console.store(), money, sources or [], entry_day(on), now=console.now(), agent=console.agent()
    )
    _report(done, form)


def void(
    id_: EntryArgument,
    reason: ReasonOption,
    on: OnOption = None,
    form: FormatOption = "text",
) -> None:
    """Void a payment, a refund, a write-off or the charge of a reminder.

    The items that it paid are open again from that day. A payment with a refund can only be voided after the refund.
    """
    from suptime.app import payments

    done = payments.void(
        console.store(), id_, reason, entry_day(on), now=console.now(), agent=console.agent()
    )
    _report(done, form)


def import_(
    kind: Annotated[str, argument("FORMAT", "Format of the file: camt053 or csv.")],
    file: Annotated[Path, argument("FILE", "The bank statement.")],
    columns: Annotated[
        str | None,
        option(
            "--columns",
            "Columns of a CSV file, for example on=Date,amount=Amount,reference=Text,iban=IBAN.",
            "NAMES",
        ),
    ] = None,
    dry_run: Annotated[bool, option("--dry-run", "Show what would be imported; change nothing.")] = False,
    form: FormatOption = "text",
) -> None:
    """Import the payments of a bank statement, each once, and allocate those that are certain.

    A payment is matched by a reference, by document numbers, or by the payer's account and the amount. Other
    payments stay on account or without a client, and are listed. A file is imported completely or not at all.
    """
    from suptime.app import bank_import

    statement = _statement(kind, file, columns)
    done = bank_import.import_statement(
        console.store(),
        statement,
        entry_day(None),
        dry_run=dry_run,
        now=console.now(),
        agent=console.agent(),
    )
    for note in done.notes:
        console.note(console.plain(note))
    if not dry_run and done.document["payments"]:
        hooks.after("payment-import", done.document)
    console.show(done.document, form, lambda: _imported(done.document))


def _statement(kind: str, file: Path, columns: str | None) -> "BankStatement":
    """Return the entries of a bank statement.

    Raises:
        WrongUsage: there is no such format or file, it is damaged, or its columns are not named.
    """
    from suptime.interchange.bank.camt053 import read_camt053
    from suptime.interchange.bank.statement_csv import parse_columns, read_statement_csv

    if kind not in BANK_FORMATS:
        raise WrongUsage(
            f"{console.quoted(kind)} is not a format of bank statements.", hint="Choose camt053 or csv."
        )
    if (kind == "csv") != (columns is not None):
        hint = "Add --columns on=NAME,amount=NAME." if kind == "csv" else "Leave out --columns."
        raise WrongUsage("--columns is for csv, and csv needs it.", hint=hint)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise WrongUsage(f"The file {file} cannot be read: {error.strerror}.") from error
    if columns is None:
        return read_camt053(data)
    return read_statement_csv(data, parse_columns(columns), _only_currency())


def _only_currency() -> str:
    """Return the currency of all clients, if they have the same one."""
    from suptime.app.clients import currencies

    found = currencies(console.store())
    return found.pop() if len(found) == 1 else ""


def _imported(document: Mapping[str, Any]) -> str:
    known = f"; {document['known']} were known" if document["known"] else ""
    lines = [f"Imported {document['imported']} payments{known}."]
    lines += [f"{_described(one)}" for one in document["payments"]]
    lines += [f"Passed over: {one['entry']}: {one['reason']}" for one in document["ignored"]]
    return "\n".join(map(console.plain, "\n".join(lines).split("\n")))


def _report(done: "Done", form: str) -> None:
    for note in done.notes:
        console.note(note)
    hooks.after("payment", done.document)
    console.show(done.document, form, lambda: _described(done.document["payment"]))


def _described(one: Mapping[str, Any]) -> str:
    whose = one["client"] or "nobody yet"
    amounts = f"{one['amount']} {one['currency']} on {one['on']}, {whose}; {one['left']} left"
    lines = [f"{one['id']}: {one['kind']} of {amounts}, {one['state']}."]
    if one["void"]:
        lines.append(f"  Void since {one['void']['on']}: {one['void']['reason']}")
    lines += [f"  {used['on']}  {used['id']}  {used['amount']}" for used in one["allocations"]]
    return "\n".join(map(console.plain, lines))
