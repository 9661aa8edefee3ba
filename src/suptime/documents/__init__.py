"""Documents: one file for each, with its content. The writers decide how it looks.

    compose(data) -> Document          what people read, in the language in use
    sheet(data) -> Sheet               what a spreadsheet gets, where there is one

`data` is the JSON document of the command that prints it; money and quantities in it are strings. A new
document is a file and a line in `DOCUMENTS`; a new format of all documents is a writer and a line in `WRITERS`.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from suptime.documents.labels import using_words
from suptime.errors import WrongUsage
from suptime.language.figures import sanitize
from suptime.language.translate import dollar_of, language_of, showing_seconds, using_language, writing_data
from suptime.render.brand import using_brand
from suptime.resources import looking_in


class Kind(NamedTuple):
    """Kind of document: its module, whether it has a sheet, and who makes the formats that it alone has.

    The texts of a `long` document are cleaned part by part, as it is composed. A `list` has a row for each record: a
    pipe gets its sheet as rows for programs, and `table` is another name of its text. One that `names_zone` says
    itself on whose clocks its days and times are; all others end with that. Lengths of time are in whole minutes,
    unless it `shows_seconds`.
    """

    module: str
    has_sheet: bool = False
    own: Mapping[str, str] = {}
    is_composed: bool = True
    is_long: bool = False
    is_list: bool = False
    names_zone: bool = False
    has_paper: bool = True
    shows_seconds: bool = False


DOCUMENTS: Mapping[str, Kind] = {
    "invoice": Kind(
        "suptime.documents.invoice.invoice",
        has_sheet=True,
        is_long=True,
        names_zone=True,
        own={
            "pdf": "suptime.documents.invoice.pdf",
            "ubl": "suptime.render.einvoice.ubl",
            "xrechnung": "suptime.render.einvoice.xrechnung",
            "facturx": "suptime.documents.invoice.facturx",
        },
    ),
    "hours": Kind("suptime.documents.hours", has_sheet=True, is_list=True),
    "time": Kind("suptime.documents.time", has_sheet=True, is_list=True, names_zone=True),
    "burndown": Kind("suptime.documents.burndown", has_sheet=True),
    "free": Kind("suptime.documents.free", has_sheet=True),
    "aging": Kind("suptime.documents.aging", has_sheet=True),
    "margin": Kind("suptime.documents.margin", has_sheet=True),
    "week": Kind("suptime.documents.week", names_zone=True),
    "overview": Kind("suptime.documents.overview"),
    "sla": Kind("suptime.documents.sla", has_sheet=True, is_list=True, names_zone=True),
    "guarantee": Kind("suptime.documents.guarantee", has_sheet=True, is_list=True),
    "compare": Kind("suptime.documents.compare", has_paper=False),
    "statement": Kind("suptime.documents.statement"),
    "reminder": Kind("suptime.documents.reminder"),
    "estimate": Kind("suptime.documents.estimate"),
    "explain": Kind("suptime.documents.explain", has_sheet=True, names_zone=True, shows_seconds=True),
    "demo": Kind("suptime.documents.demo", own={"html": "suptime.documents.demo"}, is_composed=False),
}
"""Kinds of documents, each with the module that composes it."""

WRITERS: Mapping[str, str] = {
    "text": "suptime.render.text",
    "markdown": "suptime.render.markdown",
    "html": "suptime.render.html",
    "pdf": "suptime.render.document_pdf",
}
"""The formats that every composed document has, each with its writer."""

SUFFIXES: Mapping[str, str] = {
    "text": ".txt",
    "markdown": ".md",
    "html": ".html",
    "json": ".json",
    "csv": ".csv",
    "table": ".txt",
    "tsv": ".tsv",
    "pdf": ".pdf",
    "ubl": ".xml",
    "xrechnung": ".xrechnung.xml",
    "facturx": ".facturx.pdf",
}
"""The ending of a file's name, by format."""

BINARY = frozenset({"pdf", "facturx"})
"""The formats that are not text."""

EINVOICES = frozenset({"ubl", "xrechnung", "facturx"})
"""The formats by EN 16931: one issued invoice to a file."""


FOR_PROGRAMS = frozenset({"json", "csv", "tsv"})
"""The formats whose sentences stay as they were stored. E-invoices see to that themselves."""


def formats(kind: str) -> tuple[str, ...]:
    """Return the formats of a document of `kind`, the usual one first.

    >>> formats("time"), formats("demo")
    (('text', 'markdown', 'html', 'json', 'csv', 'table', 'tsv', 'pdf'), ('html',))
    """
    its = DOCUMENTS[kind]
    writers = [output for output in WRITERS if output not in BINARY]
    composed = (*writers, "json") if its.is_composed else ()
    paper = ["pdf"] if its.is_composed and its.has_paper and "pdf" not in its.own else []
    listed = ("table", "tsv") if its.is_list else ()
    return (*composed, *(["csv"] if its.has_sheet else []), *listed, *paper, *its.own)


def check_libraries(output: str) -> None:
    """Check, before anything is issued or written, that what the format `output` needs is installed.

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
    brand: Mapping[str, Any] | None = None,
    words: Mapping[str, Any] | None = None,
) -> bytes:
    """Return `document` of `kind` in the format `output`: complete, as UTF-8 or PDF, in its own language.

    Text is `width` columns wide, 80 if None, held within 60 to 120, and bold and dim where `color` allows it;
    the lines of CSV end in CRLF. A PDF has the letters of `fonts`, too; what it lacks is warned of as a `Flaw`.
    `templates` is a folder of the person's own, and `brand` the look of documents that keep none;
    `words` are the firm's labels and names of agents, for those that keep none.

    Raises:
        KeyError: no such kind, or no such format of it; or `document` lacks a key.
        WrongUsage: a template or catalogue of the person's own is at fault: its file and line, and
            why; there are no texts in the document's language; or a library is missing.
        NotPossible: an e-invoice of more than one invoice, of none or of a draft, or one that lacks something.
    """
    check_libraries(output)
    its = DOCUMENTS[kind]
    language = None if output == "json" else language_of(document)
    with (
        looking_in(templates),
        using_brand(brand),
        using_words(words),
        using_language(language, dollar=dollar_of(document)),
        showing_seconds(exact=its.shows_seconds),
        writing_data(is_data=output in FOR_PROGRAMS),
    ):
        made: bytes
        if output in its.own:
            further = {"fonts": fonts} if output in BINARY else {}
            made = import_module(its.own[output]).render(document, **further)
        elif output == "json":
            from suptime.render import json

            made = json.write(document)
        elif output == "csv" and its.has_sheet:
            from suptime.render import csv

            made = csv.write(*import_module(its.module).sheet(sanitize(document)))
        elif output == "tsv":
            from suptime.render import tsv

            made = tsv.write_sheet(*import_module(its.module).sheet(sanitize(document))).encode()
        else:
            writer = import_module(WRITERS["text" if output == "table" else output])
            data = document if its.is_long else sanitize(document)
            composed = import_module(its.module).compose(data)
            if not its.names_zone:
                composed = import_module("suptime.documents.zone").with_zone(composed, document)
            made = writer.write(
                composed, width=width, color=color, kind=kind, data=document, fonts=fonts, say=phrases(kind)
            )
    return made


def fill(template: str, document: Mapping[str, Any], kind: str = "invoice") -> bytes:
    """Return the letter `template` filled with `document`, which is of `kind`, as UTF-8.

    Raises:
        WrongUsage: a template that the person wrote is at fault.
    """
    from suptime.render import jinja

    return jinja.fill(template, document, phrases(kind))


def phrases(kind: str = "invoice") -> Iterator[ModuleType]:
    """Yield the modules whose functions templates have as `say`: those of letters, and of a document of `kind`."""
    module = DOCUMENTS[kind].module.removeprefix(f"{__name__}.")
    for name in dict.fromkeys(("invoice.phrases", "invoice.letterhead", "estimate", module)):
        yield import_module(f"{__name__}.{name}")
