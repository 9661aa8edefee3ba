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
from suptime.render.language import language_of, speaking
from suptime.render.templates import looking_in

FORMATS: Mapping[str, Mapping[str, str]] = {
    "invoice": {
        "text": "to_text",
        "markdown": "to_markdown",
        "html": "to_html",
        "json": "to_json",
        "csv": "to_csv",
        "pdf": "to_pdf",
        "ubl": "to_ubl",
        "facturx": "to_facturx",
    },
    "hours": {"text": "hours_to_text", "html": "hours_to_html", "json": "to_json", "csv": "hours_to_csv"},
    "time": {"text": "time_to_text", "html": "time_to_html", "json": "to_json", "csv": "time_to_csv"},
    "burndown": {
        "text": "burndown_to_text",
        "html": "burndown_to_html",
        "json": "to_json",
        "csv": "burndown_to_csv",
    },
    "free": {"text": "free_to_text", "html": "free_to_html", "json": "to_json", "csv": "free_to_csv"},
    "margin": {"text": "margin_to_text", "html": "margin_to_html", "json": "to_json", "csv": "margin_to_csv"},
    "week": {"text": "week_to_text", "html": "week_to_html", "json": "to_json"},
    "overview": {"text": "overview_to_text", "html": "overview_to_html", "json": "to_json"},
    "sla": {"text": "sla_to_text", "html": "sla_to_html", "json": "to_json", "csv": "sla_to_csv"},
    "guarantee": {
        "text": "guarantee_to_text",
        "html": "guarantee_to_html",
        "json": "to_json",
        "csv": "guarantee_to_csv",
    },
    "compare": {"text": "compare_to_text", "json": "to_json"},
    "statement": {"text": "statement_to_text", "html": "statement_to_html", "json": "to_json"},
    "estimate": {"text": "estimate_to_text", "html": "estimate_to_html", "json": "to_json"},
    "demo": {"html": "demo_to_html"},
    "explain": {
        "text": "explain_to_text",
        "html": "explain_to_html",
        "json": "to_json",
        "csv": "explain_to_csv",
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


class Flaw(UserWarning):
    """What a file that was made lacks, in a sentence: a letter that no font has, a logo that is none."""


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
    module = import_module(f"{__name__}.{FORMATS[kind][output]}")
    further = {"fonts": fonts} if output in BINARY else {}
    with looking_in(templates), speaking(None if output == "json" else language_of(document)):
        made: bytes = module.render(document, width=width, color=color, **further)
    return made
