"""Look of a firm's documents: its accent in the light and in the dark, and its font, for HTML and for Typst (P52, P53)."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from suptime.domain.brand import ACCENT, BRAND, FONT
from suptime.domain.colour import DARK_PAPER, WHITE, is_colour, lightened, mixed
from suptime.resources import folder

SUBSET = "Suptime Sans"
"""The shipped font as pages embed it: its licence reserves its name for complete files (tools/make_fonts.py)."""
WEIGHTS = {400: "SuptimeSans-Regular.woff2", 600: "SuptimeSans-Semibold.woff2"}
SOFT, SOFTER, SOFTEST = 0.45, 0.25, 0.12
"""Parts of the accent in the tints of charts."""

Brand = Mapping[str, Any]
_house: ContextVar[Brand] = ContextVar("house", default=BRAND)


@contextmanager
def using_brand(brand: Brand | None) -> Iterator[None]:
    """Use the firm's `brand` of today within the block, for documents that keep none."""
    token = _house.set({**BRAND, **(brand or {})})
    try:
        yield
    finally:
        _house.reset(token)


def brand_of(document: Mapping[str, Any]) -> Brand:
    """Return the look of a document: the one it keeps, that of its first invoice, else that of today."""
    first: Mapping[str, Any] = next(iter(document.get("invoices") or ()), {})
    kept = document.get("brand") or first.get("brand") or {}
    brand = {**_house.get(), **kept}
    return brand if is_colour(str(brand["accent"])) else {**brand, "accent": ACCENT}


def style(document: Mapping[str, Any]) -> Markup:
    """Return the fonts and colours of a page as CSS, complete without any network."""
    brand = brand_of(document)
    accent, dark = str(brand["accent"]), lightened(str(brand["accent"]))
    return Markup(  # noqa: S704 - colours are checked, and the name of a font is letters alone
        f"{_faces() if brand['font'] == FONT else ''}"
        f":root {{ --font: {_family(str(brand['font']))}; {_colours(accent, WHITE)} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_colours(dark, DARK_PAPER)} }} }}\n"
    )


def _colours(accent: str, paper: str) -> str:
    tints = {"soft2": SOFT, "soft": SOFTER, "soft3": SOFTEST}
    names = {"accent": accent, **{name: mixed(accent, paper, part) for name, part in tints.items()}}
    return " ".join(f"--{name}: {colour};" for name, colour in names.items())


def _family(font: str) -> str:
    """Return the families of a page: the firm's font, the shipped one, and none with serifs."""
    named = "".join(letter for letter in font if letter.isalnum() or letter in " -")
    families = [
        *([] if named == FONT else [named]),
        SUBSET,
        FONT,
        "Source Sans Pro",
        "Segoe UI",
        "Helvetica Neue",
        "Arial",
        "DejaVu Sans",
    ]
    return ", ".join([*(f'"{one}"' for one in families), "sans-serif"])


@lru_cache
def _faces() -> str:
    """Return both weights of the shipped font, embedded."""
    place = folder("fonts")
    return "".join(
        f'@font-face {{ font-family: "{SUBSET}"; font-weight: {weight}; '
        f'src: url(data:font/woff2;base64,{b64encode((place / name).read_bytes()).decode()}) format("woff2"); }}\n'
        for weight, name in WEIGHTS.items()
    )
