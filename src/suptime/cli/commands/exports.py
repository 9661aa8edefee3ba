"""`suptime export` of work, and of issued documents for a bookkeeper: journals, and invoices for other programs."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Annotated

from suptime.cli import console
from suptime.cli.options import (
    CONTRACT,
    DayPeriod,
    Group,
    OneAgent,
    OneCase,
    OneClient,
    PageZoneOption,
    option,
    read_day,
    read_pairs,
)
from suptime.errors import WrongUsage

JOURNALS = ("ledger", "hledger", "beancount")

SHEETS = ("xero", "quickbooks")

WORK_FORMATS = ("csv", "jsonl", "timeclock", "ics")

BOOKKEEPING_FORMATS = (*JOURNALS, *SHEETS)

USUAL = {"xero": ("200", "200"), "quickbooks": ("Services", "Services")}

"""Default account of income (for QuickBooks: product), and that of prepaid purchases."""


@dataclass(frozen=True, slots=True)
class Accounts(Group):
    """How a bookkeeping program calls accounts and taxes."""

    account: Annotated[
        str | None, option("--account", "xero, quickbooks: the account or product of income.", "CODE")
    ] = None
    prepaid_account: Annotated[
        str | None,
        option("--prepaid-account", "The same for what is bought ahead [as --account].", "CODE"),
    ] = None
    tax_code: Annotated[
        list[str] | None,
        option("--tax-code", "xero, quickbooks: what a tax is called. May be repeated.", "RATE=NAME"),
    ] = None

    def refuse(self, form: str) -> None:
        """Refuse these options for a format that knows no accounts.

        Raises:
            WrongUsage: one was typed.
        """
        for field in fields(self):
            if getattr(self, field.name):
                raise WrongUsage(
                    f"--{field.name.replace('_', '-')} means nothing to the format {form}.",
                    hint=f"It is for {' and '.join(SHEETS)}.",
                )


@dataclass(frozen=True, slots=True)
class Documents(Group):
    """Issued documents that are exported, by their numbers."""

    number: Annotated[
        list[str] | None,
        option("--number", "For bookkeeping: only this document. May be repeated.", "NUMBER"),
    ] = None

    def refuse(self, form: str) -> None:
        """Refuse these options for a format that is not for bookkeeping.

        Raises:
            WrongUsage: one was typed.
        """
        if self.number:
            raise WrongUsage(
                f"--number means nothing to the format {form}.",
                hint=f"It is for {', '.join(BOOKKEEPING_FORMATS)}.",
            )


def write_books(form: str, out: Path | None, accounts: Accounts, documents: Documents) -> None:
    """Write issued documents in a format, to the file `out` or to stdout.

    Raises:
        WrongUsage: the file cannot be written, or an option means nothing to the format.
    """
    from suptime.app.exchange import exports

    if form in JOURNALS:
        accounts.refuse(form)
        made = exports.journal(
            console.store(), form, documents.number, now=console.now(), zone=console.zone()
        )
        text = "".join(made)
        _write(text.encode(), out)
        if out is not None:
            console.print_text(f"Wrote the journal to {out}.")
        return
    from suptime.interchange.exports.invoice_rows import Codes

    usual = USUAL[form]
    codes = Codes(
        accounts.account or usual[0],
        accounts.prepaid_account or accounts.account or usual[1],
        _taxes(accounts.tax_code or ()),
    )
    rows, count, left = exports.invoices_as_rows(console.store(), form, codes, documents.number)
    _write(rows, out)
    if left:
        console.warn(f"{form} takes no credit notes in with its invoices; left out: {', '.join(left)}.")
    if out is not None:
        console.print_text(
            f"Wrote {count} invoices to {out}." if count != 1 else f"Wrote 1 invoice to {out}."
        )


def _taxes(typed: Iterable[str]) -> dict[str, str]:
    from decimal import Decimal

    from suptime.domain.money import parse_amount

    found = {}
    for rate, name in read_pairs("--tax-code", typed, "19='19% VAT'").items():
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


@dataclass(frozen=True, slots=True)
class Work(DayPeriod):
    """Work that is exported: of some days, of one client, case or agent."""

    start: Annotated[
        date | None,
        option(
            "--from",
            "csv, jsonl, timeclock, ics: first day, for example 2026-10-05 [default: no limit].",
            "DAY",
            read_day,
        ),
    ] = None
    client: OneClient = None
    case: OneCase = None
    agent: OneAgent = None
    zone: PageZoneOption = None
    clip: Annotated[bool, option("--clip", "csv, jsonl, timeclock: cut units to the period.")] = False

    def refuse(self, form: str) -> None:
        """Refuse these options for a format that is not of work.

        Raises:
            WrongUsage: one was typed.
        """
        flags = {"start": "from", "end": "to"}
        for field in fields(self):
            if getattr(self, field.name):
                raise WrongUsage(
                    f"--{flags.get(field.name, field.name)} means nothing to the format {form}.",
                    hint=f"It is for {', '.join(WORK_FORMATS)}.",
                )


def write_work(form: str, out: Path | None, work: Work) -> None:
    """Write work in a format, to the file `out` or to stdout.

    Raises:
        WrongUsage: the file cannot be written.
        NotPossible: there is no such client or case.
    """
    from suptime.app.exchange.exports import WorkFilter, export
    from suptime.app.exchange.records import whole_file

    if form == "ics" and (work.clip or work.zone == CONTRACT):
        raise WrongUsage(
            "--clip and --zone contract mean nothing to the format ics.",
            hint="It is for csv, jsonl, timeclock.",
        )
    asked = WorkFilter(
        work.span_in,
        None if work.zone == CONTRACT else console.zone(),
        work.client,
        work.case,
        work.agent,
        clip=work.clip,
        clock=console.zone() if work.zone is not None else None,
    )
    made = export(console.store(), form, asked, now=console.now())
    if out is None:
        for part in made:
            console.write(part.decode())
        return
    with whole_file(out) as stream:
        stream.writelines(made)
    console.print_text(f"Wrote {'the appointments' if form == 'ics' else 'the work'} to {out}.")
