"""Bring the catalogues of templates/languages up to date with the texts of the program and its templates.

    python tools/make_translations.py

New texts stand in every catalogue untranslated, changed ones beside the old as `fuzzy`; a test
fails until they are translated. Texts that are said no more stay at the catalogue's end:
documents that were issued with them still say them.
"""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "templates" / "languages"
KEYWORDS: dict[str, Any] = {
    "tr": None,
    "mark": None,
    "sentence": None,
    "trn": (1, 2),
    "plural": (1, 2),
    "forms": (1, 2),
    "trc": ((1, "c"), 2),
}
"""What is called with a text: `trn` and `plural` with that of one and that of several."""


def read_python(
    file: IO[bytes], keywords: Collection[str], _comment_tags: Collection[str], **_: Any
) -> Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]:
    """Yield each call of `keywords` in a Python file, with its positional texts.

    Babel's own method reads tokens: it takes `said["agent"]` for a call, and takes f-strings differently
    in each version.
    """
    calls = [node for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if name in keywords:
            texts = (getattr(argument, "value", None) for argument in node.args)
            yield node.lineno, name, tuple(t if isinstance(t, str) else None for t in texts), []


SOURCES: tuple[tuple[str, str, Any], ...] = (
    ("src/suptime", "**.py", read_python),
    ("templates", "**.j2", "jinja2"),
    ("templates", "**.css", "ignore"),
)


def texts() -> Catalog:
    """Every text of the program, by its English."""
    found = Catalog(project="suptime", charset="utf-8")
    for file, line, message, comments, context in _extracted():
        found.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return found


def _extracted() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    for place, pattern, method in SOURCES:
        extracted = extract_from_dir(
            ROOT / place,
            [(pattern, method)],
            {pattern: {"trim_blocks": "true", "lstrip_blocks": "true"}},
            KEYWORDS,
        )
        for file, line, message, comments, context in extracted:
            yield f"{place}/{Path(file).as_posix()}", line, message, comments, context


def main() -> None:
    template = texts()
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=path.stem.replace("-", "_"))
        catalogue.update(
            template, no_fuzzy_matching=False, update_header_comment=False, update_creation_date=False
        )
        with path.open("wb") as stream:
            write_po(stream, catalogue, width=100, omit_header=False, sort_by_file=True, include_lineno=False)
        left = [m for m in catalogue if m.id and (m.fuzzy or not m.string or not all(m.string))]
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(left)} to be translated")


if __name__ == "__main__":
    main()
