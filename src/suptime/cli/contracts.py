"""`suptime contract`: what was agreed with a client, as files."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption
from suptime.cli.telling import list_or_none, tell, wrapped
from suptime.domain.timespan import show_day
from suptime.errors import ExitCode

if TYPE_CHECKING:
    from suptime.app.contracts import Stretch
    from suptime.clauses.reading import Fault
    from suptime.domain.contract import Contract

File = Annotated[str, typer.Argument(metavar="FILE", help="A contract file.")]


def register(app: typer.Typer) -> None:
    """Add `contract` to APP."""
    group = typer.Typer(help="Add, check and show contract files.")
    group.command("add")(add)
    group.command("check")(check)
    group.command("show")(show)
    group.command("list")(list_contracts)
    app.add_typer(group, name="contract")


def add(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="Whose contract it is.")],
    file: File,
    form: FormatOption = Format.text,
) -> None:
    """Add a contract file to a client: a new contract, or a new version of one, by its starts_on.

    The same file once more changes nothing.
    """
    from suptime.app import contracts

    version = contracts.read(file)
    if isinstance(version, tuple):
        _name_faults(file, version)
        raise typer.Exit(ExitCode.USAGE)
    done = contracts.add(console.store(), client, version, now=console.now(), agent=console.agent())
    owner = done.document["contract"]["client"]
    from_day = f"from {show_day(version.starts_on)}"
    known = len(done.document["contract"]["versions"]) > 1
    new = f"Added a version of the contract {version.code}" if known else f"Added the contract {version.code}"
    tell(
        done,
        form,
        f"{new} of {owner}, {from_day}: {version.title}.",
        f"The contract {version.code} of {owner} says this already, {from_day}.",
    )


def check(file: File, form: FormatOption = Format.text) -> None:
    """Name everything that is wrong with a contract file, with line and key."""
    from suptime.app import contracts

    found = contracts.read(file)
    faults = found if isinstance(found, tuple) else ()
    if form is Format.json:
        console.show_json(
            {"faults": [{"line": f.line, "key": f.key, "expected": f.expected} for f in faults]}
        )
    elif faults:
        _name_faults(file, faults)
    else:
        console.out(f"{file}: no faults")
    if faults:
        raise typer.Exit(ExitCode.USAGE)


def _name_faults(file: str, faults: "Sequence[Fault]") -> None:
    from suptime.app.contracts import in_words

    for line in in_words(file, faults):
        console.say(line)


def show(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The contract's code.")],
    form: FormatOption = Format.text,
) -> None:
    """Say a contract's clauses in plain sentences, version by version."""
    from suptime.app import contracts

    contract, stretches, document = contracts.one(console.store(), code)
    console.show(document, form, lambda: _in_words(contract, stretches))


def _in_words(contract: "Contract", stretches: "Sequence[Stretch]") -> str:
    from suptime.clauses.contract_file import sentences

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


def list_contracts(
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Only this client's.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """List the contracts."""
    from suptime.app import contracts

    found = contracts.every(console.store(), client)
    list_or_none(
        {"contracts": found},
        form,
        ("Code", "Client", "From", "Through", "Currency", "Title"),
        (
            (
                row["code"],
                row["client"],
                row["starts_on"],
                row["ends_on"] or "",
                row["currency"],
                row["title"],
            )
            for row in found
        ),
        "There are no contracts yet. Add one: suptime contract add CLIENT FILE"
        if client is None
        else f"{client} has no contracts yet. Add one: suptime contract add {client} FILE",
        wrap="Title",
    )
