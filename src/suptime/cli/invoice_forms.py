"""What the commands on invoices share: their options, and the formats that they write."""

from typing import Annotated, Any

import typer

from suptime.cli import console
from suptime.errors import WrongUsage

FORMATS = ("text", "markdown", "html", "pdf", "json", "csv", "ubl", "facturx")

Number = Annotated[str, typer.Argument(help="The invoice's number, such as INV-2026-0001.")]
OneClient = Annotated[str | None, typer.Option(help="One client only.")]
Format = Annotated[
    str,
    typer.Option("--format", help="text, markdown, html, pdf, json, csv, ubl or facturx.", metavar="FORMAT"),
]
ShowFormat = Annotated[
    str,
    typer.Option(
        "--format",
        help="text, markdown, html, pdf, json, csv, ubl or facturx; with --sent also message or xml.",
        metavar="FORMAT",
    ),
]
ShortFormat = Annotated[str, typer.Option("--format", help="text or json.", metavar="FORMAT")]


def known(form: str, forms: tuple[str, ...]) -> None:
    """Refuse FORM where it is none of FORMS."""
    if form not in forms:
        raise WrongUsage(f'"{form}" is not a format of invoices.', hint=f"Use one of {', '.join(forms)}.")


def is_einvoice(form: str) -> bool:
    """Whether FORM is one of e-invoices; what it needs is installed then."""
    from suptime.render import EINVOICES, check_libraries

    check_libraries(form)
    return form in EINVOICES


def ready(document: dict[str, Any], form: str) -> dict[str, Any]:
    """DOCUMENT of issued invoices as FORM needs it: an e-invoice says what it lacks."""
    if not is_einvoice(form):
        return document
    from suptime.app import einvoices

    return einvoices.ready(console.store(), document, form, console.settings())


def house(spoken: str | None = None) -> Any:
    """What issuing needs of the settings, in the language SPOKEN, where one was asked for."""
    from suptime.app.issuing import House
    from suptime.invoicing.issuing import NUMBER_FORMAT

    settings = console.settings()
    return House(settings, settings.number_format or NUMBER_FORMAT, settings.zone, spoken)
