"""The golden files: what a document looked like when somebody last read it.

The figures and dates in them are Babel's, and the text of a PDF is Typst's and pypdf's. They were written
with the versions in requirements/test.lock. If a newer version writes another sign, the test names the versions.

The styles of a page are its templates' own, to the letter, and stand there by their names alone. So do its fonts.
"""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "documents" / "golden"
LIBRARIES = ("babel", "jinja2", "pypdf", "typst")
LOCK = "requirements/test.lock"
STYLES = {
    path.name: path.read_bytes() for path in sorted((Path(__file__).parents[2] / "templates").glob("*.css"))
}

FONT = re.compile(rb"base64,[A-Za-z0-9+/=]{1000,}")


def pytest_addoption(parser):
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="write tests/documents/golden again: pytest tests/documents tests/render",
    )


@pytest.fixture
def golden(request):
    """Compares bytes with a golden file; with --refresh-golden writes it instead, to be read in review."""

    def compare(name, made):
        path = GOLDEN / name
        for style, text in STYLES.items():
            made = made.replace(text, f"/* {style} */\n".encode())
        made = FONT.sub(b"base64,(a font)", made)
        if request.config.getoption("--refresh-golden"):
            path.write_bytes(made)
        assert path.exists(), f"{name} is not there: run pytest tests/render --refresh-golden, and read it"
        versions = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
        assert made.decode() == path.read_bytes().decode(), f"made with {versions}; locked ones in {LOCK}"

    return compare
