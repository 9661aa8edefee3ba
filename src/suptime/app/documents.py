"""Documents as files: one per invoice, each written whole or not at all."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from suptime import files as named_files
from suptime.errors import WrongUsage
from suptime.render import SUFFIXES, render


def one_each(document: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """DOCUMENT of several invoices as one document each, with a name for its file: `2026-10-acme`.

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
) -> list[Path]:
    """Each invoice of DOCUMENT in the format OUTPUT as a file in FOLDER, made where it is missing.

    FONTS is a folder of further fonts for PDF, TEMPLATES one of the person's own templates.

    Raises:
        WrongUsage: the folder or a file cannot be written, or a template is at fault: nothing is written then.
    """
    made: Iterable[tuple[str, bytes]] = (
        (f"{name}{SUFFIXES[output]}", render("invoice", output, one, fonts=fonts, templates=templates))
        for name, one in one_each(document)
    )
    # A template of the person's own may fail on the last of them.
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
            with named_files.written(target, hint="Move it away, or name another folder.") as stream:
                stream.write(content)
            written.append(target)
    except OSError as error:
        raise WrongUsage(
            f"{error.filename or folder}: {error.strerror}.", hint="Name a folder that can be written to."
        ) from error
    return written
