"""`suptime export` for a bookkeeper: journals of double entries, and invoices as other programs take them in."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.moments import read_day
from suptime.cli.options import pairs
from suptime.errors import WrongUsage

JOURNALS = ("ledger", "hledger", "beancount")

SHEETS = ("xero", "quickbooks")

BOOKKEEPING_FORMATS = (*JOURNALS, *SHEETS)

USUAL = {"xero": ("200", "200"), "quickbooks": ("Services", "Services")}

"""The account of income (for QuickBooks: the product) and that of what is bought ahead, where nobody says."""

AccountOption = Annotated[
    str | None,
    typer.Option("--account", metavar="CODE", help="xero, quickbooks: the account or product of income."),
]

PrepaidAccountOption = Annotated[
    str | None,
    typer.Option(
        "--prepaid-account", metavar="CODE", help="The same for what is bought ahead [as --account]."
    ),
]

TaxCodesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tax-code", metavar="RATE=NAME", help="xero, quickbooks: what a tax is called. May be repeated."
    ),
]


def write_books(
    form: str, out: Path | None, account: str | None, prepaid_account: str | None, tax_codes: list[str]
) -> None:
    """Write what was issued in the format FORM, to the file OUT or to stdout.

    Raises:
        WrongUsage: OUT cannot be written, or an option means nothing to FORM.
    """
    from suptime.app.exchange import exports

    if form in JOURNALS:
        refuse_books_options(form, account, prepaid_account, tax_codes)
        text = "".join(exports.journal(console.store(), form, now=console.now(), zone=console.zone()))
        _write(text.encode(), out)
        if out is not None:
            console.print_text(f"Wrote the journal to {out}.")
        return
    from suptime.interchange.exports.invoice_rows import Codes

    usual = USUAL[form]
    codes = Codes(account or usual[0], prepaid_account or account or usual[1], _taxes(tax_codes))
    made, count, left = exports.invoices_as_rows(console.store(), form, codes)
    _write(made, out)
    if left:
        console.warn(f"{form} takes no credit notes in with its invoices; left out: {', '.join(left)}.")
    if out is not None:
        console.print_text(
            f"Wrote {count} invoices to {out}." if count != 1 else f"Wrote 1 invoice to {out}."
        )


def refuse_books_options(
    form: str, account: str | None, prepaid_account: str | None, tax_codes: list[str]
) -> None:
    """Refuse options that mean nothing to FORM.

    Raises:
        WrongUsage: one was typed.
    """
    typed = {"--account": account, "--prepaid-account": prepaid_account, "--tax-code": tax_codes}
    for option, value in typed.items():
        if value:
            raise WrongUsage(
                f"{option} means nothing to the format {form}.", hint=f"It is for {' and '.join(SHEETS)}."
            )


def _taxes(typed: Iterable[str]) -> dict[str, str]:
    from decimal import Decimal

    from suptime.domain.money import parse_amount

    found = {}
    for rate, name in pairs("--tax-code", typed, "19='19% VAT'").items():
        try:
            found[f"{Decimal(parse_amount(rate)).normalize():f}"] = name
        except ValueError as error:
            raise WrongUsage(
                f"--tax-code: {console.quoted(rate)} is not a rate.", hint="Write it like 19='19% VAT'."
            ) from error
    return found


def _write(made: bytes, out: Path | None) -> None:
    if out is None:
        console.write(made.decode())
        return
    from suptime.app.exchange.records import whole_file

    with whole_file(out) as stream:
        stream.write(made)


WORK_FORMATS = ("csv", "jsonl", "timeclock", "ics")

SinceOption = Annotated[
    str | None, typer.Option("--from", help="csv, jsonl, timeclock, ics: the first day [no limit].")
]

ThroughOption = Annotated[str | None, typer.Option("--to", help="The last day [no limit].")]

ClientOption = Annotated[str | None, typer.Option(help="One client only.")]

CaseOption = Annotated[str | None, typer.Option(help="One case only.")]

AgentOption = Annotated[str | None, typer.Option(help="One agent only.")]


def write_work(
    form: str,
    out: Path | None,
    since: str | None,
    through: str | None,
    client: str | None,
    case: str | None,
    agent: str | None,
) -> None:
    """Write the work that was asked for in the format FORM, to the file OUT or to stdout.

    Raises:
        WrongUsage: OUT cannot be written, or a day cannot be read.
        NotPossible: there is no such client or case.
    """
    from suptime.app.exchange.exports import WorkFilter, export
    from suptime.app.exchange.records import whole_file

    now, zone = console.now(), console.zone()
    first = read_day(since, zone, now) if since is not None else None
    last = read_day(through, zone, now) if through is not None else None
    if first and last and last < first:
        raise WrongUsage(f"--to {last} is before --from {first}.", hint="Swap them.")
    asked = WorkFilter(
        zone.midnight(first) if first else None,
        zone.midnight(last + timedelta(days=1)) if last else None,
        client,
        case,
        console.agent(agent) if agent is not None else None,
    )
    made = export(console.store(), form, asked, now=now)
    if out is None:
        for part in made:
            console.write(part.decode())
        return
    with whole_file(out) as stream:
        stream.writelines(made)
    console.print_text(f"Wrote {'the appointments' if form == 'ics' else 'the work'} to {out}.")


def refuse_work_options(form: str, **typed: str | None) -> None:
    """Refuse options that mean nothing to FORM, given by their names.

    Raises:
        WrongUsage: one was typed.
    """
    for name, value in typed.items():
        if value is not None:
            raise WrongUsage(
                f"--{name} means nothing to the format {form}.", hint=f"It is for {', '.join(WORK_FORMATS)}."
            )
