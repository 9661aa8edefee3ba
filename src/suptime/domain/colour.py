"""Colours: their contrast (WCAG 2.2), and the nearest lighter or darker one that has enough of it (OKLCH)."""

import re
from functools import cache
from typing import NamedTuple

WHITE, DARK_PAPER = "#ffffff", "#181c21"
"""Background of documents, light and dark."""
LEAST, LEAST_IN_THE_DARK = 4.5, 7.0
"""The contrasts that an accent has on both."""
STEPS = 1000

Triple = tuple[float, float, float]


class _Oklch(NamedTuple):
    """Colour as its lightness and the two axes of its hue (OKLab)."""

    lightness: float
    a: float
    b: float


def is_colour(text: str) -> bool:
    """Return whether a text is a colour such as #12506e."""
    return re.fullmatch("#[0-9a-fA-F]{6}", text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21.

    >>> round(contrast("#59616b", "#ffffff"), 1)
    6.3
    """
    first, second = sorted((_luminance(one), _luminance(other)))
    return (second + 0.05) / (first + 0.05)


def darkened(colour: str, paper: str = WHITE, least: float = LEAST) -> str:
    """Return the nearest darker colour of the same hue with a contrast of `least` on `paper`; itself if it has it.

    >>> darkened("#12506e"), contrast(darkened("#66bbee"), WHITE) >= 4.5
    ('#12506e', True)
    """
    return _moved(colour, paper, least, 0.0)


def lightened(colour: str, paper: str = DARK_PAPER, least: float = LEAST_IN_THE_DARK) -> str:
    """Return the nearest lighter colour of the same hue with a contrast of `least` on `paper`; itself if it has it.

    >>> contrast(lightened("#12506e"), DARK_PAPER) >= 7
    True
    """
    return _moved(colour, paper, least, 1.0)


def mixed(colour: str, paper: str, part: float) -> str:
    """Return `colour` mixed with `paper`, of which it is `part`.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    return "#" + "".join(
        f"{round(over * part + under * (1 - part)):02x}"
        for over, under in zip(_bytes(colour), _bytes(paper), strict=True)
    )


@cache
def _moved(colour: str, paper: str, least: float, towards: float) -> str:
    start = _oklab(colour)
    for step in range(STEPS + 1):
        share = step / STEPS
        lightness = start.lightness + (towards - start.lightness) * share
        found = _hex(_Oklch(lightness, start.a, start.b)) if step else colour
        if contrast(found, paper) >= least:
            return found.lower()
    return "#000000" if towards == 0 else "#ffffff"


def _bytes(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(colour: str) -> Triple:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (byte / 255 for byte in _bytes(colour))
    )
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklab(colour: str) -> _Oklch:
    red, green, blue = _linear(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return _Oklch(
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _hex(colour: _Oklch) -> str:
    lightness, a, b = colour
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    parts = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{_byte(part):02x}" for part in parts)


def _byte(part: float) -> int:
    held = min(max(part, 0.0), 1.0)
    curved = held * 12.92 if held <= 0.0031308 else 1.055 * held ** (1 / 2.4) - 0.055
    return round(curved * 255)
