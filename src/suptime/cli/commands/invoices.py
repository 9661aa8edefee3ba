"""`suptime invoice`: draft and issue the invoices of a month."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, hooks
from suptime.cli.commands import findings, issued, reminders
from suptime.cli.commands.findings import AcceptOption, acceptance, asked_again, plan_of, show_findings
from suptime.cli.commands.issued import NOT_A_FORMAT, is_einvoice, issue_settings
from suptime.cli.options import (
    LAST_MONTH,
    DetailOption,
    LanguageOption,
    OneClient,
    YesOption,
    document_format,
    option,
    read_month,
)
from suptime.cli.questions import confirm_final
from suptime.domain import values
from suptime.domain.finding import Acceptance
from suptime.domain.time import Instant, Month
from suptime.errors import ExitCode, WrongUsage

if TYPE_CHECKING:
    from suptime.app.invoices.check import Asked
    from suptime.app.invoices.issue import IssueSettings


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    invoices = typer.Typer(invoke_without_command=True)
    invoices.callback()(invoice)
    invoices.command(name="check")(findings.check)
    invoices.command(name="list")(issued.list_)
    invoices.command(name="show")(issued.show)
    invoices.command(name="explain")(issued.explain)
    invoices.command(name="credit")(issued.credit)
    invoices.command(name="pay")(issued.pay)
    invoices.command(name="write-off")(issued.write_off)
    invoices.command(name="hold")(reminders.hold)
    invoices.command(name="remind")(reminders.remind)
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
        bool, option("--supplement", "Invoice the open charges of a closed month.")
    ] = False,
    form: Annotated[str, document_format("invoice", NOT_A_FORMAT)] = "text",
    out: Annotated[
        Path | None, option("--out", "Write one file per invoice into this folder.", "DIR")
    ] = None,
    language: LanguageOption = None,
    detail: DetailOption = None,
    order_number: Annotated[
        str | None,
        option(
            "--order-number",
            "Order number for these invoices, instead of the client's; requires --client.",
            "TEXT",
            values.line("order number"),
        ),
    ] = None,
    accepted: AcceptOption = None,
    yes: YesOption = False,
    keep_credit: Annotated[
        bool, option("--keep-credit", "Keep credit on account: do not use it to pay these invoices.")
    ] = False,
) -> None:
    """Create a month's invoices; with --issue, number and freeze them.

    An invoice lists the client's work by case number: the work, its time and agent, the charges and free time with
    their reasons, and the prepaid balance. Without --issue, invoices are drafts, and nothing changes. Issuing closes
    the month: later work is on the next month's invoice. A client with an error, or with a warning that you do not
    accept, is left out: see suptime invoice check.
    """
    if ctx.invoked_subcommand is not None:
        return
    if order_number is not None and client is None:
        raise WrongUsage("--order-number requires --client.", hint="An order number belongs to one client.")
    console.refuse_on_terminal(form, out)
    machines = is_einvoice(form)
    issued.with_detail({"invoices": []}, form, detail)  # a wrong choice is said before anything is issued
    now = console.now()
    fine = acceptance(accepted)
    house = issue_settings(language, order_number)
    asked = house.asked(month, client, form, supplement=supplement)
    if issue:
        _issue(asked, house, fine, out, now, yes=yes, keep_credit=keep_credit, detail=detail)
        return
    if accepted:
        raise WrongUsage("--accept requires --issue.", hint="Add --issue, or use suptime invoice check.")
    from suptime.app.invoices import check, draft

    drafted = check.draft(console.store(), asked, fine, now=now)
    for notice in drafted.notices:
        console.warn(notice)
    if machines:
        draft.refuse_drafts(console.store(), drafted.document, form, console.settings())
    if out is None and not machines:
        console.show_document("invoice", form, issued.with_detail(drafted.document, form, detail))
    else:
        written = _write(drafted.document, form, out, detail=detail) if out is not None else {}
        for path in written.values():
            console.print_text(str(path))
        if not written:
            console.note(f"Nothing to invoice for {month}.")
    if form != "json":
        show_findings(drafted.findings, drafting=True)
        for remark in drafted.remarks:
            console.note(f"Note {remark}")


def _issue(
    asked: "Asked",
    house: "IssueSettings",
    accepted: Acceptance,
    out: Path | None,
    now: Instant,
    *,
    yes: bool,
    keep_credit: bool,
    detail: str | None = None,
) -> None:
    """Issue the invoices, report those that could not be issued, and show or write the others."""
    from suptime.app.invoices import issue
    from suptime.app.invoices.issued import of_month

    month, client, form = asked.month, asked.client, asked.form or "text"
    if out is not None:
        from suptime.app.upkeep.files import write_files

        write_files(out, ())  # Report an unwritable folder before anything is issued.
    einvoice = is_einvoice(form)
    if console.interactive() and form != "json":
        found, accepted = asked_again(asked, accepted)
        if plan := plan_of(found, accepted):
            confirm_final(plan, "Issue them?", yes=yes)
    done = issue.issue(
        console.store(),
        asked,
        house,
        accepted,
        now=now,
        agent=console.agent(),
        single=einvoice and out is None,
        keep_credit=keep_credit,
    )
    if done.document["invoices"]:
        hooks.after("issue", done.document)
    show_findings(done.findings)
    for left in done.document["left_out"]:
        console.warn(f"{left['client']} was left out." if left["client"] else "Nothing was issued.")
    for notice in done.notices:
        console.warn(notice)
    if out is not None:
        whole = of_month(console.store(), month, client)
        written = _write(whole, form, out, missing=True, detail=detail)
    if out is not None or form == "text":
        for one in done.document["invoices"]:
            where = f"  {written[one['number']]}" if out is not None else ""
            amounts = f"{one['totals']['gross']} {one['currency']}  due {one['totals']['due']}"
            console.print_text(f"{one['number']}  {one['client']}  {amounts}{where}")
    elif einvoice and not done.document["invoices"]:
        if not done.document["left_out"]:
            console.note(f"Nothing to invoice for {month}.")
    else:
        console.show_document("invoice", form, issued.with_detail(done.document, form, detail))
    if done.left_out:
        raise typer.Exit(ExitCode.NOT_POSSIBLE)


def _write(
    document: dict[str, Any], form: str, folder: Path, *, missing: bool = False, detail: str | None = None
) -> dict[str, Path]:
    """Write each invoice of `document`, or those whose files are `missing`; return the files by name."""
    from suptime.app.upkeep.files import split_by_invoice
    from suptime.documents import SUFFIXES

    if missing:
        names = {name: folder / f"{name}{SUFFIXES[form]}" for name, _ in split_by_invoice(document)}
        document = document | {
            "invoices": [i for i in document["invoices"] if not _is_regular(names[i["number"]])]
        }
    else:
        names = {}
    written = issued.write_invoices(document, form, folder, detail)
    return names | {path.name.removesuffix(SUFFIXES[form]): path for path in written}


def _is_regular(path: Path) -> bool:
    """Return whether `path` is a regular file and not a link."""
    return path.is_file() and not path.is_symlink()
