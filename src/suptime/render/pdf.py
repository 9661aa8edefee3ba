"""Documents as PDF by Typst: A4 or Letter, for print and the archive (PDF/A-2b), the same bytes every time.

The document goes into the template as data; nothing in it is ever taken for Typst's own
words. Only the template's fonts are used, never those of the machine: what Typst brings
along, and what is in the folder of the setting documents.fonts. A template of the person's own
reads nothing but what is beside it, and nothing is fetched for it.
"""

import json
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import typst

from suptime import resources
from suptime.errors import Flaw
from suptime.render.brand import Brand, brand_of

TEMPLATE = "invoice.typ"
"""The template of invoices, which print what no block says."""
Standard = list[Literal["a-2b", "a-3a", "a-3b", "ua-1"]]
ARCHIVE: Standard = ["a-2b"]
WITH_FILES: Standard = ["a-3b"]
"""PDF/A for what has other files in it."""
ACCESSIBLE: Standard = ["a-3a", "ua-1"]
"""PDF/A for the archive and PDF/UA for screen readers in one file."""
TAGGED = 300
"""Up to so many lines a PDF is tagged for screen readers; at a thousand the tags are nine tenths of 4 MB."""

Picture = Mapping[str, Any]
"""A logo: its `format` as Typst calls it, and its `bytes` as numbers."""

READABLE = (".typ", ".png", ".jpg", ".jpeg", ".svg")
"""The files that a person's own template may read in its folder."""

EPOCH = "2000-01-01"
"""The day of a document that is about none."""
NOWHERE = "http://127.0.0.1:9"
_PROXIES = (
    "https_proxy",
    "HTTPS_PROXY",
    "http_proxy",
    "HTTP_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
)
_FETCHED = "failed to download package"
_PLACE = re.compile(r"┌─ (.+?):(\d+):\d+$", re.MULTILINE)
_UNKNOWN = re.compile('the text `"(.+?)"` could not be displayed')
_NO_LETTER = (
    'No font has the character "{}": the PDF has a box in its place. Put a font with it into a '
    "folder, and name that folder in the setting documents.fonts."
)
_NO_LOGO = "The logo cannot be drawn, and is left out of the PDF: set seller.logo to another file."


def fitting(document: Mapping[str, Any]) -> Standard:
    """Return the standard of a document: one for screen readers too, where it is not too long for their tags.

    A template of the person's own may lack what that standard needs.
    """
    return ARCHIVE if _lines(document) > TAGGED or resources.places(document) else ACCESSIBLE


def typeset(
    document: Mapping[str, Any],
    composed: Mapping[str, Any],
    pictures: Sequence[Picture | None],
    *,
    template: str = TEMPLATE,
    fonts: Path | None = None,
    standard: Standard = ARCHIVE,
) -> bytes:
    """Return the documents in `document` as PDF, each with its own page numbers, in Typst's own fonts and those in `fonts`.

    `composed` is what the template prints, and `pictures` are the logos, one for each document. A letter
    that no font has is a box, and the file plain PDF then: the archive's standard wants every letter. A
    logo that cannot be drawn is left out. Both are warned of as a `Flaw`.

    Raises:
        WrongUsage: a template of the person's own is at fault.
    """
    archive = True
    places = resources.places(document)
    flaws = []
    while True:
        try:
            kind = standard if archive else None
            made = _compiled(
                template,
                _inputs(composed, pictures, fonts, brand_of(document)),
                document,
                fonts,
                places,
                kind,
            )
            break
        except typst.TypstError as error:
            if archive and (letters := _UNKNOWN.search(error.message)):
                archive, flaw = False, _NO_LETTER.format(letters[1])
            elif any(pictures):
                pictures, flaw = [None] * len(pictures), _NO_LOGO
            else:
                _raise_template_fault(error, places)
                raise
            flaws.append(flaw)
    for flaw in flaws:
        warnings.warn(flaw, Flaw, stacklevel=2)
    return made


def _raise_template_fault(error: typst.TypstError, places: Sequence[Path]) -> None:
    """Raise the fault of a person's own template in `places`, if `error` is one."""
    for found, line in _PLACE.findall(error.diagnostic):
        at = Path(found)  # by the way from where suptime was called
        path = next((place / at.name for place in places if (place / at.name).is_file()), None)
        if path is not None and at.parent.name != resources.DEFAULT:
            why = "packages are not fetched" if error.message.startswith(_FETCHED) else error.message
            raise resources.broken(path, int(line), why) from error


def _inputs(
    composed: Mapping[str, Any], pictures: Sequence[Picture | None], fonts: Path | None, brand: Brand
) -> dict[str, str]:
    """Return the input of the template, as JSON: the composed document, its logos, the families in `fonts`, the brand."""
    return {
        "document": json.dumps(composed, ensure_ascii=False),
        "families": json.dumps(families(fonts)),
        "brand": json.dumps(dict(brand)),
        "pictures": json.dumps(pictures),
    }


def families(fonts: Path | None) -> list[str]:
    """Return the names of the fonts in a folder; none where there is no folder."""
    return list(typst.Fonts(False, False, [fonts]).families()) if fonts else []


def _compiled(
    template: str,
    inputs: dict[str, str],
    document: Mapping[str, Any],
    fonts: Path | None,
    places: Sequence[Path],
    standard: Standard | None,
) -> bytes:
    standards: Any = standard  # Typst's own type names every standard that there is
    # The folder in which Typst may read files has the templates alone in it.
    with tempfile.TemporaryDirectory(prefix="suptime-") as private, _guarded(places):
        root = Path(private)
        _copy_templates(root, places)
        made: bytes = typst.compile(
            str(root / template),
            root=private,
            font_paths=[str(one) for one in (resources.folder("fonts"), fonts) if one],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=standards,
            package_path=private,
            package_cache_path=private,
            timestamp=_timestamp(document),
            pdf_tags=_lines(document) <= TAGGED,
        )
    return made


def _copy_templates(root: Path, places: Sequence[Path]) -> None:
    """Put into `root` the shipped template, also as default/NAME, and over it what is in `places`, the nearest last."""
    default = root / resources.DEFAULT
    default.mkdir()
    for name, path in resources.shipped().items():
        if path.suffix == ".typ":
            shutil.copy(path, default / name)
            shutil.copy(path, root / name)
    for place in reversed(places):
        for path in place.iterdir():
            if path.suffix in READABLE and path.is_file():
                resources.refuse_distrusted(path)  # pictures too: Typst can include any file as code
                shutil.copy(path, root / path.name)


@contextmanager
def _guarded(places: Sequence[Path]) -> Iterator[None]:
    """Let templates of `places` fetch nothing within the block.

    Typst has no switch for that, so it is given a proxy that is not there.
    """
    if not places:
        yield
        return
    kept = {name: os.environ.get(name) for name in _PROXIES}
    os.environ.update({name: "" if name.lower() == "no_proxy" else NOWHERE for name in _PROXIES})
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _lines(document: Mapping[str, Any]) -> int:
    """Return how many lines the invoices have."""
    return sum(
        len(invoice["other_lines"]) + sum(len(case["lines"]) for case in invoice["cases"])
        for invoice in document.get("invoices", ())
    )


def _timestamp(document: Mapping[str, Any]) -> int:
    """Return the timestamp of the file: of the issue, else of the creation."""
    invoice = document["invoices"][0] if document.get("invoices") else {}
    if instant := invoice.get("issued_at"):
        return int(datetime.fromisoformat(instant).timestamp())
    if day := invoice.get("issued_on"):
        return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    if instant := document.get("drawn_up_at"):
        return int(datetime.fromisoformat(instant).timestamp())
    day = str(document.get("as_of") or document.get("to") or EPOCH)
    return int(datetime.fromisoformat(f"{day}-01"[:10]).replace(tzinfo=UTC).timestamp())
