"""`suptime export` of work, and of issued documents for bookkeeping and invoicing programs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from suptime.cli import console, listing
from suptime.cli.listing import Column, Listing, local, rfc3339_here
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
from suptime.domain.names import LONGEST_COUNT
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.interchange.exports.datev import Terms
    from suptime.interchange.exports.invoice_rows import Codes

JOURNALS = ("ledger", "hledger", "beancount")

SHEETS = ("xero", "quickbooks")

WORK_FORMATS = ("csv", "jsonl", "timeclock", "ics")

LIST_OF_BATCHES = "batches"

DATEV = "datev"

BOOKKEEPING_FORMATS = (*JOURNALS, *SHEETS, DATEV)

USUAL = {"xero": ("200", "200"), "quickbooks": ("Services", "Services")}

"""Default account of income (for QuickBooks: product), and the one of prepaid purchases."""


@dataclass(frozen=True, slots=True)
class Accounts(Group):
    """Names of accounts and taxes in a bookkeeping program."""

    account: Annotated[
        str | None, option("--account", "xero, quickbooks: account or product of income.", "CODE")
    ] = None
    prepaid_account: Annotated[
        str | None,
        option(
            "--prepaid-account",
            "xero, quickbooks: account or product of prepaid purchases [default: as --account].",
            "CODE",
        ),
    ] = None
    tax_code: Annotated[
        list[str] | None,
        option("--tax-code", "xero, quickbooks: code of a tax. Can be repeated.", "RATE=NAME"),
    ] = None

    def refuse(self, form: str) -> None:
        """Refuse these options for a format without accounts.

        Raises:
            WrongUsage: an option was given.
        """
        for field in fields(self):
            if getattr(self, field.name):
                raise WrongUsage(
                    f"--{field.name.replace('_', '-')} cannot be used with the format {form}.",
                    hint=f"Use it with {' or '.join(SHEETS)}.",
                )


def read_batch(text: str) -> int:
    """Return the number of a batch such as B1.

    Raises:
        WrongUsage: the text is not the number of a batch.
    """
    digits = text.strip().upper().removeprefix("B")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_COUNT):
        raise WrongUsage(f"{console.quoted(text)} is not a batch.", hint="Give a number such as B1.")
    return int(digits)


@dataclass(frozen=True, slots=True)
class Documents(Group):
    """Issued documents to export: some by number, new ones as a batch, or an earlier batch."""

    number: Annotated[
        list[str] | None,
        option("--number", "Only this document. Can be repeated.", "NUMBER"),
    ] = None
    new: Annotated[
        bool,
        option(
            "--new",
            "xero, quickbooks: only documents that are in no batch; they become the next batch. datev always does so.",
        ),
    ] = False
    again: Annotated[
        int | None,
        option(
            "--again", "xero, quickbooks, datev: write the file of this batch again.", "BATCH", read_batch
        ),
    ] = None
    dry_run: Annotated[
        bool, option("--dry-run", "With --new: write a file named ..._draft, and make no batch.")
    ] = False

    @property
    def flags(self) -> list[str]:
        """Options of batches that were given."""
        typed = {"--new": self.new, "--again": self.again is not None, "--dry-run": self.dry_run}
        return [flag for flag, is_typed in typed.items() if is_typed]

    def refuse(self, form: str) -> None:
        """Refuse these options for a format that is not for bookkeeping.

        Raises:
            WrongUsage: an option was given.
        """
        if self.number:
            raise WrongUsage(
                f"--number cannot be used with the format {form}.",
                hint=f"Use it with {', '.join(BOOKKEEPING_FORMATS)}.",
            )
        self.refuse_batches(form)

    def refuse_batches(self, form: str) -> None:
        """Refuse options of batches for a format without batches.

        Raises:
            WrongUsage: an option was given.
        """
        if self.flags:
            raise WrongUsage(
                f"{self.flags[0]} cannot be used with the format {form}.",
                "Journals have no batches." if form in JOURNALS else "",
                f"Use it with {', '.join((*SHEETS, DATEV))}.",
            )

    def check(self, form: str, out: Path | None, work: "Work") -> None:
        """Refuse options that exclude each other.

        Raises:
            WrongUsage: two options exclude each other.
        """
        if form in JOURNALS:
            self.refuse_batches(form)
        if form == DATEV and self.number:
            raise WrongUsage("--number cannot be used with the format datev.", hint="Leave it out.")
        if form == DATEV and out is None:
            raise WrongUsage("datev requires --out.", hint="Add --out FOLDER.")
        if self.new and (self.number or self.again is not None):
            other = "--number" if self.number else "--again"
            raise WrongUsage(f"--new cannot be used with {other}.", hint="Leave out one of them.")
        if self.again is not None and (self.number or work.kinds or work.client):
            raise WrongUsage(
                "--again cannot be used with options that change the batch.",
                hint="Leave out the other options.",
            )
        if self.dry_run and not self.new and form != DATEV:
            raise WrongUsage("--dry-run requires --new.", hint="Add --new, or leave out --dry-run.")
        if self.new and out is None:
            raise WrongUsage("--new requires --out.", hint="Add --out FILE.")


def write_books(
    form: str, out: Path | None, accounts: Accounts, documents: Documents, work: "Work", shown: str
) -> None:
    """Write issued documents in a format, to the file `out` or to stdout.

    Raises:
        WrongUsage: the file cannot be written, or an option does not fit the format.
    """
    documents.check(form, out, work)
    work.refuse(
        form, but=("start", "end", "day", "week", "month", *(("client",) if form in (*SHEETS, DATEV) else ()))
    )
    if form in JOURNALS:
        accounts.refuse(form)
        _write_journal(form, out, documents, work)
        return
    from suptime.app.exchange import booking_batches

    if documents.again is not None:
        batch, content = booking_batches.again(console.store(), form, documents.again)
        if form == DATEV and out is not None:
            out = out / Path(batch.file or f"{batch.name}.csv").name
            out.parent.mkdir(parents=True, exist_ok=True)
        _write(content, out)
        if out is not None:
            console.print_text(f"Wrote {batch.name} to {out}: {_count(len(batch.documents))}.")
        return
    if form == DATEV:
        accounts.refuse(form)
    is_new = documents.new or form == DATEV
    asked = booking_batches.Asked(
        form,
        _codes(form, accounts),
        work.first,
        work.last,
        work.client,
        tuple(documents.number or ()),
        is_new,
        _datev_terms() if form == DATEV else None,
        console.zone().local(console.now()).replace(tzinfo=None) if form == DATEV else None,
    )
    target = out
    if is_new and out is not None:
        target = out.with_stem(f"{out.stem}_draft") if documents.dry_run and form != DATEV else out
        done, target = booking_batches.write_batch(
            console.store(),
            asked,
            target,
            dry_run=documents.dry_run,
            now=console.now(),
            agent=console.agent(),
        )
    else:
        done = booking_batches.write(console.store(), asked, lambda made: _write(made, out))
    if done.left:
        console.warn(
            f"{form} cannot import credit notes together with invoices; left out: {', '.join(done.left)}."
        )
    for note in done.notes:
        console.warn(note)
    if done.already and not is_new:
        console.warn(f"Already in a batch of {form}: {', '.join(done.already)}.")
    if out is None:
        return
    has_file = bool(done.invoices) or not is_new
    facts = done.document(str(target) if has_file else None)
    as_batch = f", as batch {done.batch.name}" if done.batch else ""
    wrote = f"Wrote {_count(len(done.invoices))} to {target}{as_batch}."
    console.show(facts, shown, lambda: console.plain(wrote) if has_file else "No document is new.")


def _datev_terms() -> "Terms":
    from suptime.interchange.exports.datev import Terms

    settings = console.settings()
    names = ("adviser", "client", "fiscal_year_start", "account_length", "chart", "service_date")
    tables = ("accounts", "prepaid", "keys", "debtors")
    said = {name: settings.get(f"datev.{name}") for name in (*names, *tables)}
    return Terms(**{name: value for name, value in said.items() if value is not None})


def _count(documents: int) -> str:
    return "1 invoice" if documents == 1 else f"{documents} invoices"


def _write_journal(form: str, out: Path | None, documents: Documents, work: "Work") -> None:
    from suptime.app.exchange import exports

    made = exports.journal(
        console.store(),
        form,
        documents.number,
        first=work.first,
        last=work.last,
        now=console.now(),
        zone=console.zone(),
    )
    _write("".join(made).encode(), out)
    if out is not None:
        console.print_text(f"Wrote the journal to {out}.")


def _codes(form: str, accounts: Accounts) -> "Codes":
    from suptime.interchange.exports.invoice_rows import Codes

    usual = USUAL.get(form, ("", ""))
    return Codes(
        accounts.account or usual[0],
        accounts.prepaid_account or accounts.account or usual[1],
        _taxes(accounts.tax_code or ()),
    )


BATCHES = Listing(
    (
        Column("id", "Batch"),
        Column("format", "Format"),
        Column("made_at", "Made", local("made_at"), lambda row: (rfc3339_here(row["made_at"]) or "")[:10]),
        Column("agent", "Agent"),
        Column(
            "documents",
            "Documents",
            lambda row: ", ".join(row["documents"]),
            lambda row: str(len(row["documents"])),
        ),
        Column("from"),
        Column("to"),
        Column("sha256"),
        Column("file", "File", is_free=True),
    )
)


def list_batches(shown: str) -> None:
    """List the batches for bookkeeping programs by number."""
    from suptime.app.exchange import booking_batches

    found = [document for _, document in booking_batches.list_all(console.store())]
    nothing = "There are no batches yet. Make one: suptime export xero --new --out FILE"
    listing.show(BATCHES, found, {"batches": found}, shown, nothing)


def _taxes(typed: Iterable[str]) -> dict[str, str]:
    from decimal import Decimal

    from suptime.domain.money import parse_amount

    found = {}
    for rate, name in read_pairs("--tax-code", typed, "19='19% VAT'").items():
        try:
            found[f"{Decimal(parse_amount(rate)).normalize():f}"] = name
        except ValueError as error:
            raise WrongUsage(
                f"--tax-code: {console.quoted(rate)} is not a rate.", hint="Write, for example, 19='19% VAT'."
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
    """Work to export: of some days, of one client, case or agent."""

    start: Annotated[
        date | None,
        option(
            "--from",
            "First day, for example 2026-10-05 [default: no limit].",
            "DAY",
            read_day,
        ),
    ] = None
    client: OneClient = None
    case: OneCase = None
    agent: OneAgent = None
    zone: PageZoneOption = None
    clip: Annotated[bool, option("--clip", "csv, jsonl, timeclock: cut units to the period.")] = False

    def refuse(self, form: str, but: Collection[str] = ()) -> None:
        """Refuse these options, `but` some, for a format that does not export work.

        Raises:
            WrongUsage: an option was given.
        """
        flags = {"start": "from", "end": "to"}
        for field in fields(self):
            if getattr(self, field.name) and field.name not in but:
                raise WrongUsage(
                    f"--{flags.get(field.name, field.name)} cannot be used with the format {form}.",
                    hint=f"Use it with {', '.join(WORK_FORMATS)}.",
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
            "--clip and --zone contract cannot be used with the format ics.",
            hint="Use them with csv, jsonl or timeclock.",
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
