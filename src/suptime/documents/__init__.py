"""Documents as files: one module per kind of document and format, all with one signature.

    render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes

`document` is the JSON document of the command that prints it; money and quantities in it
are strings. The bytes are UTF-8 (but for PDF) and complete: whoever writes them adds and
translates nothing (the lines of CSV end in CRLF). `width` and `color` are for text alone: columns to
use (80 when None, held within 60 to 120), and whether escape sequences for bold and dim
may be used. No format needs either to be read. PDF alone takes `fonts` too, a folder.
Templates of the person's own are in the folder `templates` that `render` is given.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from suptime.errors import WrongUsage
from suptime.language.translate import language_of, using_language
from suptime.resources import looking_in

FORMATS: Mapping[str, Mapping[str, str]] = {
    "invoice": {
        "text": "suptime.documents.invoice.invoice",
        "markdown": "suptime.render.markdown",
        "html": "suptime.render.html",
        "json": "suptime.render.to_json",
        "csv": "suptime.documents.invoice.lines",
        "pdf": "suptime.documents.invoice.pdf",
        "ubl": "suptime.render.einvoice.ubl",
        "facturx": "suptime.documents.invoice.facturx",
    },
    "hours": {
        "text": "suptime.documents.hours",
        "html": "suptime.documents.hours_to_html",
        "json": "suptime.render.to_json",
        "csv": "suptime.documents.hours_to_csv",
    },
    "time": {
        "text": "suptime.documents.time_to_text",
        "html": "suptime.documents.time_to_html",
        "json": "suptime.render.to_json",
        "csv": "suptime.documents.time_to_csv",
    },
    "burndown": {
        "text": "suptime.documents.burndown_to_text",
        "html": "suptime.documents.burndown_to_html",
        "json": "suptime.render.to_json",
        "csv": "suptime.documents.burndown",
    },
    "free": {
        "text": "suptime.documents.free",
        "html": "suptime.documents.free_to_html",
        "json": "suptime.render.to_json",
        "csv": "suptime.documents.free_to_csv",
    },
    "margin": {
        "text": "suptime.documents.margin",
        "html": "suptime.documents.margin_to_html",
        "json": "suptime.render.to_json",
        "csv": "suptime.documents.margin_to_csv",
    },
    "week": {
        "text": "suptime.documents.week_to_text",
        "html": "suptime.documents.week_to_html",
        "json": "suptime.render.to_json",
    },
    "overview": {
        "text": "suptime.documents.overview",
        "html": "suptime.documents.overview_to_html",
        "json": "suptime.render.to_json",
    },
    "sla": {
        "text": "suptime.documents.sla_to_text",
        "html": "suptime.documents.sla_to_html",
        "json": "suptime.render.to_json",
        "csv": "suptime.documents.sla_to_csv",
    },
    "guarantee": {
        "text": "suptime.documents.guarantee",
        "html": "suptime.documents.guarantee_to_html",
        "json": "suptime.render.to_json",
        "csv": "suptime.documents.guarantee_to_csv",
    },
    "compare": {"text": "suptime.documents.compare_to_text", "json": "suptime.render.to_json"},
    "statement": {
        "text": "suptime.documents.statement_to_text",
        "html": "suptime.documents.statement_to_html",
        "json": "suptime.render.to_json",
    },
    "estimate": {
        "text": "suptime.documents.estimate_to_text",
        "html": "suptime.documents.estimate_to_html",
        "json": "suptime.render.to_json",
    },
    "demo": {"html": "suptime.documents.demo"},
    "explain": {
        "text": "suptime.documents.explain",
        "html": "suptime.documents.explain_to_html",
        "json": "suptime.render.to_json",
        "csv": "suptime.documents.explain_to_csv",
    },
}
"""What can be made: kind of document -> format -> the module of this package that makes it."""

SUFFIXES: Mapping[str, str] = {
    "text": ".txt",
    "markdown": ".md",
    "html": ".html",
    "json": ".json",
    "csv": ".csv",
    "pdf": ".pdf",
    "ubl": ".xml",
    "facturx": ".facturx.pdf",
}
"""The ending of a file's name, by format."""


BINARY = frozenset({"pdf", "facturx"})
"""The formats that are not text."""

EINVOICES = frozenset({"ubl", "facturx"})
"""The formats by EN 16931: one issued invoice to a file."""


def formats(kind: str) -> tuple[str, ...]:
    """The formats that a document of KIND can be had in, the usual one first.

    >>> formats("time")
    ('text', 'html', 'json', 'csv')
    """
    return tuple(FORMATS[kind])


def check_libraries(output: str) -> None:
    """Whether what the format OUTPUT needs is installed; looked at before anything is issued or written.

    Raises:
        WrongUsage: it is not.
    """
    if output in EINVOICES and not all(find_spec(name) for name in ("lxml", "pikepdf")):
        raise WrongUsage(
            "E-invoices need libraries that are not installed.", hint="pip install 'suptime[einvoice]'"
        )


def render(
    kind: str,
    output: str,
    document: Mapping[str, Any],
    *,
    width: int | None = None,
    color: bool = False,
    fonts: Path | None = None,
    templates: Path | None = None,
) -> bytes:
    """DOCUMENT of KIND ("invoice", "hours", ...: see `FORMATS`) in the format OUTPUT, as UTF-8 or PDF.

    Only the module of that format is loaded, and Jinja only where it has a template. What a
    PDF lacks is warned of as a `Flaw`. It speaks DOCUMENT's `language`, each invoice its own. TEMPLATES is a folder of the person's own (`templates.py`).

    Raises:
        KeyError: no such kind, or no such format of it; or DOCUMENT lacks a key.
        WrongUsage: a template or catalogue of the person's own is at fault: its file and line, and
            why; there are no texts in the document's language; or a library is missing.
        NotPossible: an e-invoice of more than one invoice, of none or of a draft, or one that lacks something.
    """
    check_libraries(output)
    module = import_module(FORMATS[kind][output])
    further = {"fonts": fonts} if output in BINARY else {}
    with looking_in(templates), using_language(None if output == "json" else language_of(document)):
        made: bytes = module.render(document, width=width, color=color, **further)
    return made
