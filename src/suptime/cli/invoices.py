"""`suptime invoice`: a month drawn up or issued, and what became of invoices. `suptime close`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from suptime.cli import console, hooks, sending
from suptime.cli.options import LanguageOption
from suptime.cli.telling import spoken as spoken_in
from suptime.cli.when import month_asked, read_day
from suptime.errors import ExitCode, WrongUsage

FORMATS = ("text", "markdown", "html", "pdf", "json", "csv", "ubl", "facturx")
STATES = ("issued", "part-paid", "paid", "credited", "overdue")

Number = Annotated[str, typer.Argument(help="The invoice's number, such as INV-2026-0001.")]
OneClient = Annotated[str | None, typer.Option(help="One client only.")]
Format = Annotated[
    str,
    typer.Option("--format", help="text, markdown, html, pdf, json, csv, ubl or facturx.", metavar="FORMAT"),
]
ShortFormat = Annotated[str, typer.Option("--format", help="text or json.", metavar="FORMAT")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to APP."""
    invoices = typer.Typer(invoke_without_command=True)
    invoices.callback()(invoice)
    invoices.command(name="list")(list_)
    invoices.command(name="show")(show)
    invoices.command(name="explain")(explain)
    invoices.command(name="credit")(credit)
    invoices.command(name="pay")(pay)
    invoices.command(name="send")(sending.send)
    app.add_typer(invoices, name="invoice")
    app.command(name="close")(close)


def invoice(
    ctx: typer.Context,
    month: Annotated[
        str, typer.Option(help="The month, such as 2026-10; the last complete one if left out.")
    ] = "last",
    client: OneClient = None,
    issue: Annotated[
        bool, typer.Option("--issue", help="Number and freeze the invoices, and close the month.")
    ] = False,
    supplement: Annotated[
        bool, typer.Option("--supplement", help="Of a month that is closed: what is open in it.")
    ] = False,
    form: Format = "text",
    out: Annotated[Path | None, typer.Option(help="Write one file per invoice into this folder.")] = None,
    language: LanguageOption = None,
) -> None:
    """Draw up a month's invoices, from what is known now; with --issue they are numbered and frozen.

    Each client's work is listed by case number: what was done, when and by whom, what is
    billed and why, what is free, covered or held and why, and what is left of prepaid hours.
    Without --issue they are drafts, and nothing is changed. Issuing closes the month: what
    becomes known later is on the next month's invoice.
    """
    if ctx.invoked_subcommand is not None:
        return
    _known(form, FORMATS)
    console.refuse_on_terminal(form, out)
    is_einvoice = _is_einvoice(form)
    now = console.now()
    asked = month_asked(month, console.zone(), now)
    spoken = spoken_in(language)
    if issue:
        _issue(asked, client, supplement, form, out, now, spoken)
        return
    from suptime.app import billing
    from suptime.invoicing.letterhead import Letterhead

    head = Letterhead.of(console.settings(), spoken)
    drafted = billing.draft(console.store(), asked, client, head, now=now, supplement=supplement)
    for notice in drafted.notices:
        console.warn(notice)
    if is_einvoice:
        from suptime.app import einvoices

        einvoices.refuse_drafts(console.store(), drafted.document, form, console.settings())
    elif out is None:
        console.show_document("invoice", form, drafted.document)
        return
    written = _written(drafted.document, form, out) if out is not None and not is_einvoice else {}
    for path in written.values():
        console.out(str(path))
    if not written:
        console.say(f"Nothing to invoice for {asked}.")


def _issue(
    month: Any,
    client: str | None,
    supplement: bool,
    form: str,
    out: Path | None,
    now: int,
    spoken: str | None,
) -> None:
    """Issue, say what could not be issued, and show or write what was."""
    from suptime.app import issued as records
    from suptime.app import issuing

    if out is not None:
        from suptime.app.documents import write_files

        write_files(out, ())  # what cannot be written is said before anything is issued
    _try_templates(month, client, supplement, form, now, spoken)
    einvoice = form if _is_einvoice(form) else None
    if einvoice and out is not None:
        _ready(records.of_month(console.store(), month, client), form)
    done = issuing.issue(
        console.store(),
        month,
        client,
        _house(spoken),
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
        written = _written(records.of_month(console.store(), month, client), form, out, missing=True)
    if out is not None or form == "text":
        for one in done.document["invoices"]:
            where = f"  {written[one['number']]}" if out is not None else ""
            amounts = f"{one['totals']['gross']} {one['currency']}  due {one['totals']['due']}"
            console.out(f"{one['number']}  {one['client']}  {amounts}{where}")
    elif einvoice and not done.document["invoices"]:
        console.say(f"Nothing to invoice for {month}.")
    else:
        console.show_document("invoice", form, done.document)
    if done.left_out:
        raise typer.Exit(ExitCode.NOT_POSSIBLE)


def _try_templates(
    month: Any, client: str | None, supplement: bool, form: str, now: int, spoken: str | None
) -> None:
    """Make the drafts with the person's own templates: a fault in one is told before anything is issued.

    So is a language that there are no texts in.
    """
    from suptime.app import billing, checks
    from suptime.app.documents import one_each
    from suptime.invoicing.letterhead import Letterhead
    from suptime.render import render

    settings = console.settings()
    head = Letterhead.of(settings, spoken)
    for language in billing.languages(console.store(), client, head):
        checks.language(language, settings.templates)
    if settings.templates is None or form in ("text", "json", "csv", "ubl"):
        return
    form = "pdf" if form == "facturx" else form  # what a template makes of it
    drafted = billing.draft(console.store(), month, client, head, now=now, supplement=supplement).document
    for _, one in one_each(drafted):
        with console.telling_of_flaws():
            render("invoice", form, one, fonts=settings.fonts, templates=settings.templates)


def _house(spoken: str | None = None) -> Any:
    from suptime.app.issuing import House
    from suptime.invoicing.issuing import NUMBER_FORMAT

    settings = console.settings()
    return House(settings, settings.number_format or NUMBER_FORMAT, settings.zone, spoken)


def _written(document: dict[str, Any], form: str, folder: Path, *, missing: bool = False) -> dict[str, Path]:
    """Write each invoice of DOCUMENT, or only those whose files are MISSING. Gives the files by name."""
    from suptime.app.documents import one_each, write_invoices
    from suptime.render import SUFFIXES

    if missing:
        names = {name: folder / f"{name}{SUFFIXES[form]}" for name, _ in one_each(document)}
        document = document | {
            "invoices": [i for i in document["invoices"] if not names[i["number"]].exists()]
        }
    else:
        names = {}
    settings = console.settings()
    with console.telling_of_flaws():
        written = write_invoices(_ready(document, form), form, folder, settings.fonts, settings.templates)
    return names | {path.name.removesuffix(SUFFIXES[form]): path for path in written}


def _is_einvoice(form: str) -> bool:
    """Whether FORM is one of e-invoices; what it needs is installed then."""
    from suptime.render import EINVOICES, check_libraries

    check_libraries(form)
    return form in EINVOICES


def _ready(document: dict[str, Any], form: str) -> dict[str, Any]:
    """DOCUMENT of issued invoices as FORM needs it: an e-invoice says what it lacks."""
    if not _is_einvoice(form):
        return document
    from suptime.app import einvoices

    return einvoices.ready(console.store(), document, form, console.settings())


def _known(form: str, forms: tuple[str, ...]) -> None:
    if form not in forms:
        raise WrongUsage(f'"{form}" is not a format of invoices.', hint=f"Use one of {', '.join(forms)}.")


def list_(
    client: OneClient = None,
    state: Annotated[str | None, typer.Option(help=f"One of {', '.join(STATES)}.", metavar="STATE")] = None,
    form: ShortFormat = "text",
) -> None:
    """List the invoices that were issued, with what is paid and open of each."""
    _known(form, ("text", "json"))
    if state is not None and state not in STATES:
        raise WrongUsage(f'"{state}" is not a state of an invoice.', hint=f"Use one of {', '.join(STATES)}.")
    from suptime.app import issued as records

    documents = records.every(console.store(), client, state, console.zone().day(console.now()))
    if form == "json":
        console.show_json({"invoices": _with_sending(documents)})
        return
    if not documents:
        console.say("No invoices." if state is None else f"No invoices in the state {state}.")
        return
    rows = [
        (
            d["number"],
            d["state"] if d["kind"] == "invoice" else f"{d['state']} credit",
            d["client"],
            d["month"] or "",
            d["issued_on"],
            d["due_on"] or "",
            f"{d['totals']['gross']} {d['currency']}",
            d["open"],
        )
        for d in documents
    ]
    headers = ("Number", "State", "Client", "Month", "Issued", "Due", "Total", "Open")
    console.out(console.table(rows, headers, right=("Total", "Open"), wrap=""))


def show(number: Number, form: Format = "text", language: LanguageOption = None) -> None:
    """Show an invoice as it was issued: the same for ever, whatever became known since.

    With --language it is shown in another language than it was issued in.
    """
    _known(form, FORMATS)
    console.refuse_on_terminal(form, None)
    from suptime.app import issued as records

    spoken = spoken_in(language)
    issued, document = records.show(console.store(), number, console.zone().day(console.now()))
    if form == "json":
        console.show_json({"invoices": _with_sending([document])})
        return
    console.show_document("invoice", form, _ready(records.as_issued([issued], spoken), form))


def _with_sending(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """DOCUMENTS of invoices, each with how far its sending came."""
    from suptime.app import sendings_told

    return sendings_told.told(console.store(), documents, console.now())


def explain(
    number: Number,
    line: Annotated[int | None, typer.Option(help="One line only, counted from 1.", min=1)] = None,
    form: ShortFormat = "text",
) -> None:
    """Explain the lines of an invoice: what was worked, what became of it, and how each amount came about."""
    _known(form, ("text", "json"))
    from suptime.app import issued as records

    issued, _ = records.show(console.store(), number, console.zone().day(console.now()))
    lines = records.explained(issued, line)
    if form == "json":
        console.show_json({"invoice": issued.number, "lines": lines})
        return
    for one in lines:
        console.out(
            f"{one['line']}. {one['case'] or '-'}  {one['date']}  {one['kind']}  {one['net']} {issued.currency}"
        )
        console.out(f"   {one['description']}")
        for sentence in one["why"]:
            console.out(f"   {sentence}")


def credit(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why, as the client will read it.")],
    reopen: Annotated[
        bool, typer.Option("--reopen", help="Its charges are open again, to be invoiced anew.")
    ] = False,
    write_off: Annotated[bool, typer.Option("--write-off", help="Its charges are waived for good.")] = False,
    form: ShortFormat = "text",
) -> None:
    """Reverse a whole invoice by a credit note."""
    _known(form, ("text", "json"))
    if reopen == write_off:
        raise WrongUsage(
            "It is not clear what becomes of the charges." if not reopen else "Only one of both can be.",
            hint="Add --reopen to invoice them anew, or --write-off to waive them for good.",
        )
    from suptime.app import checks, issuing

    mode = "reopen" if reopen else "write-off"
    words = checks.filled(reason, "reason")
    document = issuing.credit(
        console.store(), number, words, mode, _house(), now=console.now(), agent=console.agent()
    )
    hooks.after("credit", {"invoices": [document]})
    if form == "json":
        console.show_json({"invoices": [document]})
        return
    after = "its charges are open again" if reopen else "its charges are waived"
    console.out(
        f"{document['number']} credits {document['credits']}: {document['totals']['gross']} {document['currency']}; {after}."
    )


def pay(
    number: Number,
    on: Annotated[str, typer.Option(help="The day the money came; today if left out.")] = "today",
    amount: Annotated[str | None, typer.Option(help="How much; all that is open if left out.")] = None,
    form: ShortFormat = "text",
) -> None:
    """Record a payment of an invoice, whole or in part."""
    _known(form, ("text", "json"))
    from suptime.app import checks
    from suptime.app import issued as records

    now, zone = console.now(), console.zone()
    today, day = zone.day(now), read_day(on, zone, now)
    if day > today:
        raise WrongUsage(f"{day} is in the future.", hint="Record a payment on the day it came, or later.")
    store = console.store()
    currency = records.show(store, number, today)[0].currency
    paid = None if amount is None else checks.price(amount, currency)
    if paid is not None and not paid:
        raise WrongUsage("A payment of nothing is none.", hint="Leave --amount out to pay all that is open.")
    payment, document = records.pay(store, number, paid, day, now=now, agent=console.agent(), today=today)
    hooks.after("pay", {"invoices": [document]})
    if form == "json":
        console.show_json({"invoices": [document]})
        return
    console.out(
        f"{document['number']}: {payment.amount} {currency} paid on {day}; {document['open']} open, {document['state']}."
    )


def close(
    through: Annotated[str, typer.Option(help="The last month to close, such as 2026-09.")],
    client: OneClient = None,
    form: ShortFormat = "text",
) -> None:
    """Close months without invoicing them: what they hold is settled, as it was invoiced elsewhere.

    How a firm with years of imported work begins. Late work on a closed month is invoiced by
    what it adds.
    """
    _known(form, ("text", "json"))
    from suptime.app import issuing

    now = console.now()
    month = month_asked(through, console.zone(), now)
    closed = issuing.close(console.store(), month, client, now=now, agent=console.agent())
    if form == "json":
        console.show_json({"closed": [{"client": c, "through": str(month), "rows": n} for c, n in closed]})
        return
    for code, rows in closed:
        console.out(f"{code}: closed through {month}, {rows} open {'row' if rows == 1 else 'rows'} settled.")
    if not closed:
        console.say(f"Nothing to close: every client is closed through {month}.")
