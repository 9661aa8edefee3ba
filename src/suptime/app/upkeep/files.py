"""Documents as files: one per invoice, each written completely or not at all."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suptime import files as named_files
from suptime import resources
from suptime.documents import SUFFIXES, render
from suptime.domain.values import did_you_mean, quoted
from suptime.errors import NotPossible, WrongUsage


def split_by_invoice(document: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return a document of several invoices as one document each, by file name: `2026-10-acme`.

    A client with invoices in two currencies has the currency in the name.
    """
    clients = [invoice["client"] for invoice in document["invoices"]]
    found = []
    for invoice in document["invoices"]:
        client = invoice["client"]
        name: str = invoice["number"] or f"{document['month']}-{client}"
        if clients.count(client) > 1 and not invoice["number"]:
            name += f"-{invoice['currency']}"
        its_held = [row for row in document["held"] if row["client"] == client]
        found.append((name, {**document, "invoices": [invoice], "held": its_held}))
    return found


def write_invoices(
    document: Mapping[str, Any],
    output: str,
    folder: Path,
    fonts: Path | None = None,
    templates: Path | None = None,
    brand: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write each invoice of a document in a format as a file in `folder`, which is created if missing.

    `fonts` is a folder of further fonts for PDF, `templates` a folder of the user's own templates, and
    `brand` the look of invoices without their own.

    Raises:
        WrongUsage: the folder or a file cannot be written, or a template is invalid; nothing is written then.
    """
    made: Iterable[tuple[str, bytes]] = (
        (
            f"{name}{SUFFIXES[output]}",
            render("invoice", output, one, fonts=fonts, templates=templates, brand=brand),
        )
        for name, one in split_by_invoice(document)
    )
    # A template of the user's own may fail on the last of them.
    return write_files(folder, [*made] if templates else made)


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Write `files`, names and contents, into `folder`; each replaces a regular file of its name in one step.

    Raises:
        WrongUsage: the folder or a file cannot be written, or a name is taken by a link or a device.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            target = folder / name
            with named_files.writing(target, hint="Move it away, or give another folder.") as stream:
                stream.write(content)
            written.append(target)
    except OSError as error:
        raise WrongUsage(
            f"{error.filename or folder}: {error.strerror}.", hint="Give a folder that can be written."
        ) from error
    return written


SHIPPED, OWN = "shipped", "own"


@dataclass(frozen=True, slots=True)
class Template:
    """A template: its name, its purpose, its file, and whether it is shipped or the user's own."""

    name: str
    kind: str
    source: str
    path: Path

    def document(self) -> dict[str, Any]:
        """The template as JSON shows it."""
        return {"name": self.name, "kind": self.kind, "source": self.source, "path": str(self.path)}


def list_templates(place: Path | None) -> list[Template]:
    """Return the templates of documents, by name: those in the folder `place` replace shipped ones."""
    own = resources.templates_in(place) if place else {}
    found = [(name, SHIPPED, path) for name, path in resources.shipped().items() if name not in own]
    found += [(name, OWN, path) for name, path in own.items()]
    return [_template(*one) for one in sorted(found)]


def _template(name: str, source: str, path: Path) -> Template:
    return Template(name, resources.kind_of(name) or "", source, path)


def copy(name: str, place: Path, *, client: str | None = None, force: bool = False) -> Template:
    """Copy a shipped template into the folder `place` (or the client's folder in it), for changes.

    Raises:
        NotPossible: there is no such template; there is a file of that name already, and no `force`.
        WrongUsage: the folder cannot be written to.
    """
    known = resources.shipped()
    if name not in known:
        raise NotPossible(
            f"There is no template {quoted(name)}.", did_you_mean(name, known), "suptime template list"
        )
    target = place / resources.CLIENTS / client / name if client else place / name
    if os.path.lexists(target) and not force:
        raise NotPossible(
            f"Template {target} already exists.", hint="To overwrite your changes, add --force."
        )
    if target.is_dir():
        raise WrongUsage(f"{target} is a folder.", hint="Move it away.")
    (written,) = write_files(target.parent, [(target.name, known[name].read_bytes())])
    return _template(name, OWN, written)
