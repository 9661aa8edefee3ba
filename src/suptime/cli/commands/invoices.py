"""`suptime invoice`: the drafts of a month's invoices, and their issue."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, hooks
from suptime.cli.commands import issued
from suptime.cli.commands.issued import NOT_A_FORMAT, is_einvoice, issue_settings, ready
from suptime.cli.options import LAST_MONTH, LanguageOption, OneClient, document_format, option, read_month
from suptime.domain import values
from suptime.domain.time import Instant, Month
from suptime.errors import ExitCode, WrongUsage

if TYPE_CHECKING:
    from suptime.app.invoices.issue import IssueSettings
    from suptime.invoicing.draft import Letterhead


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    invoices = typer.Typer(invoke_without_command=True)
    invoices.callback()(invoice)
    invoices.command(name="list")(issued.list_)
    invoices.command(name="show")(issued.show)
    invoices.command(name="explain")(issued.explain)
    invoices.command(name="credit")(issued.credit)
    invoices.command(name="pay")(issued.pay)
    invoices.command(name="send")(issued.send)
    app.add_typer(invoices, name="invoice")
    app.command(name="close")(issued.close)


def invoice(
    ctx: typer.Context,
    month: Annotated[
        Month,
        option(
            "--month",
            "Month to invoice, for example 2026-10 [default: last complete month].",
            "MONTH",
            read_month,
            show_default=False,
        ),
    ] = LAST_MONTH,
    client: OneClient = None,
    issue: Annotated[bool, option("--issue", "Number and freeze the invoices, and close the month.")] = False,
    supplement: Annotated[
        bool, option("--supplement", "Invoice what is still open in a closed month.")
    ] = False,
    form: Annotated[str, document_format("invoice", NOT_A_FORMAT)] = "text",
    out: Annotated[
        Path | None, option("--out", "Write one file per invoice into this folder.", "DIR")
    ] = None,
    language: LanguageOption = None,
    order_number: Annotated[
        str | None,
        option(
            "--order-number",
            "Order number for these invoices, in place of the client's; needs --client.",
            "TEXT",
            values.line("order number"),
        ),
    ] = None,
) -> None:
    """Create a month's invoices from what is known now; with --issue they are numbered and frozen.

    Each client's work is listed by case number: what was done, when and by whom, what is
    billed and why, what is free, covered or held and why, and what is left of prepaid hours.
    Without --issue they are drafts, and nothing is changed. Issuing closes the month: what
    becomes known later is on the next month's invoice.
    """
    if ctx.invoked_subcommand is not None:
        return
    if order_number is not None and client is None:
        raise WrongUsage("--order-number needs --client.", hint="An order number is that of one client.")
    console.refuse_on_terminal(form, out)
    machines = is_einvoice(form)
    now = console.now()
    if issue:
        _issue(month, client, supplement, form, out, now, issue_settings(language, order_number))
        return
    from suptime.app.invoices import draft
    from suptime.invoicing.draft import Letterhead

    head = Letterhead.of(console.settings(), language, order_number)
    drafted = draft.draft(console.store(), month, client, head, now=now, supplement=supplement)
    for notice in drafted.notices:
        console.warn(notice)
    if machines:
        draft.refuse_drafts(console.store(), drafted.document, form, console.settings())
    elif out is None:
        console.show_document("invoice", form, drafted.document)
        return
    written = _write(drafted.document, form, out) if out is not None and not machines else {}
    for path in written.values():
        console.print_text(str(path))
    if not written:
        console.note(f"Nothing to invoice for {month}.")


def _issue(
    month: Month,
    client: str | None,
    supplement: bool,
    form: str,
    out: Path | None,
    now: Instant,
    house: "IssueSettings",
) -> None:
    """Issue the invoices, report those that could not be issued, and show or write the others."""
    from suptime.app.invoices import issue
    from suptime.app.invoices.issued import of_month

    if out is not None:
        from suptime.app.upkeep.files import write_files

        write_files(out, ())  # what cannot be written is said before anything is issued
    _try_templates(month, client, supplement, form, now, house.head)
    einvoice = form if is_einvoice(form) else None
    if einvoice and out is not None:
        ready(of_month(console.store(), month, client), form)
    done = issue.issue(
        console.store(),
        month,
        client,
        house,
        now=now,
        agent=console.agent(),
        supplement=supplement,
        einvoice=einvoice,
        single=out is None,
    )
    if done.document["invoices"]:
        hooks.after("issue", done.document)
    for notice in done.notices:
        console.warn(notice)
    if out is not None:
        written = _write(of_month(console.store(), month, client), form, out, missing=True)
    if out is not None or form == "text":
        for one in done.document["invoices"]:
            where = f"  {written[one['number']]}" if out is not None else ""
            amounts = f"{one['totals']['gross']} {one['currency']}  due {one['totals']['due']}"
            console.print_text(f"{one['number']}  {one['client']}  {amounts}{where}")
    elif einvoice and not done.document["invoices"]:
        console.note(f"Nothing to invoice for {month}.")
    else:
        console.show_document("invoice", form, done.document)
    if done.left_out:
        raise typer.Exit(ExitCode.NOT_POSSIBLE)


def _try_templates(
    month: Month, client: str | None, supplement: bool, form: str, now: Instant, head: "Letterhead"
) -> None:
    """Make the drafts with the user's own templates, before anything is issued.

    Raises:
        WrongUsage: a template has a fault, or a language has no texts.
    """
    from suptime.app.invoices import draft
    from suptime.app.upkeep.files import split_by_invoice
    from suptime.documents import render
    from suptime.language.translate import known_language

    settings = console.settings()
    for each in draft.languages(console.store(), client, head):
        known_language(each, settings.templates)
    if settings.templates is None or form in ("text", "json", "csv", "ubl"):
        return
    form = "pdf" if form == "facturx" else form  # what a template makes of it
    drafted = draft.draft(console.store(), month, client, head, now=now, supplement=supplement).document
    for _, one in split_by_invoice(drafted):
        with console.noting_flaws():
            render("invoice", form, one, fonts=settings.fonts, templates=settings.templates)


def _write(document: dict[str, Any], form: str, folder: Path, *, missing: bool = False) -> dict[str, Path]:
    """Write each invoice of `document`, or those whose files are `missing`; return the files by name."""
    from suptime.app.upkeep.files import split_by_invoice, write_invoices
    from suptime.documents import SUFFIXES

    if missing:
        names = {name: folder / f"{name}{SUFFIXES[form]}" for name, _ in split_by_invoice(document)}
        document = document | {
            "invoices": [i for i in document["invoices"] if not _is_regular(names[i["number"]])]
        }
    else:
        names = {}
    settings = console.settings()
    with console.noting_flaws():
        written = write_invoices(ready(document, form), form, folder, settings.fonts, settings.templates)
    return names | {path.name.removesuffix(SUFFIXES[form]): path for path in written}


def _is_regular(path: Path) -> bool:
    """Return whether a regular file is at `path`; a link to one is not."""
    return path.is_file() and not path.is_symlink()
