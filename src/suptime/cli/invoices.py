"""`suptime invoice`: the month, drawn up."""

from pathlib import Path
from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.when import month_asked
from suptime.errors import WrongUsage

FORMATS = ("text", "markdown", "html", "pdf", "json", "csv")
NOT_BUILT = ("ubl", "facturx")


def register(app: typer.Typer) -> None:
    """Add the commands of this module to APP."""
    app.command(name="invoice")(invoice)


def invoice(
    month: Annotated[
        str, typer.Option(help="The month, such as 2026-10; the last complete one if left out.")
    ] = "last",
    client: Annotated[str | None, typer.Option(help="One client only.")] = None,
    form: Annotated[
        str, typer.Option("--format", help="text, markdown, html, pdf, json or csv.", metavar="FORMAT")
    ] = "text",
    out: Annotated[Path | None, typer.Option(help="Write one file per invoice into this folder.")] = None,
    issue: Annotated[bool, typer.Option("--issue", hidden=True)] = False,
    supplement: Annotated[bool, typer.Option("--supplement", hidden=True)] = False,
) -> None:
    """Draw up a month's invoices as drafts, from what is known now. Nothing is changed.

    Each client's work is listed by case number: what was done, when and by whom, what is
    billed and why, what is free, covered or held and why, and what is left of prepaid hours.
    """
    if issue or supplement:
        raise WrongUsage(
            "Invoices cannot be issued by this version of suptime yet.",
            hint="Leave --issue out: drafts are drawn up.",
        )
    if form not in FORMATS:
        state = "is not built yet" if form in NOT_BUILT else "is not a format of invoices"
        raise WrongUsage(f"{form!r} {state}.", hint=f"Use one of {', '.join(FORMATS)}.")
    console.refuse_on_terminal(form, out)
    from suptime.app import billing
    from suptime.invoicing.letterhead import Letterhead

    now = console.now()
    asked = month_asked(month, console.zone(), now)
    drafted = billing.draft(console.store(), asked, client, Letterhead.of(console.settings()), now=now)
    for notice in drafted.notices:
        console.warn(notice)
    if out is not None:
        from suptime.app.documents import write_invoices

        with console.telling_of_flaws():
            written = write_invoices(drafted.document, form, out, console.settings().fonts)
        for path in written:
            console.out(str(path))
        if not written:
            console.say(f"Nothing to invoice for {asked}.")
        return
    console.show_document("invoice", form, drafted.document)
