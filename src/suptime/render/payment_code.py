"""Payment codes as SVG: the EPC code (EPC069-12) and the Swiss QR code (IG 2.3), from the text that they hold."""

from collections.abc import Iterator

QUIET = 4
"""Modules of the white margin around a code."""
EPC_VERSION, SWISS_VERSION = 13, 25
"""The largest version of each code at error correction level M."""
SWISS_SIZE, CROSS = 46, 7
"""The sizes of the Swiss code without its margin, and of the cross in it, in millimetres."""
_FRAME, _ARM, _SPAN = 0.25, 1.17, 3.9
"""The cross: its white frame, and how wide and long its arms are."""


def epc_code(text: str) -> str:
    """Return the EPC code of `text` as SVG, black on white, with a margin of four modules."""
    modules = _modules(text, EPC_VERSION)
    size = len(modules) + 2 * QUIET
    return _picture(
        size,
        f'<path shape-rendering="crispEdges" transform="translate({QUIET} {QUIET})" d="{_path(modules)}"/>',
    )


def swiss_code(text: str) -> str:
    """Return the Swiss QR code of `text` as SVG with the Swiss cross; it is 46 mm wide and has no margin."""
    modules = _modules(text, SWISS_VERSION)
    scale, middle = SWISS_SIZE / len(modules), SWISS_SIZE / 2
    return _picture(
        SWISS_SIZE,
        f'<path shape-rendering="crispEdges" transform="scale({scale:.6f})" d="{_path(modules)}"/>',
        _square(middle, CROSS, CROSS, "#fff"),
        _square(middle, CROSS - 2 * _FRAME, CROSS - 2 * _FRAME, "#000"),
        _square(middle, _ARM, _SPAN, "#fff"),
        _square(middle, _SPAN, _ARM, "#fff"),
    )


def _modules(text: str, largest: int) -> list[list[bool]]:
    """Return the modules of the code of `text`, row by row; True is dark.

    Raises:
        ValueError: the text does not fit into a code of the version `largest`.
    """
    import segno  # only where a code is drawn

    code = segno.make(text, error="m", mode="byte", encoding="utf-8", micro=False, boost_error=False)
    if int(code.version) > largest:
        raise ValueError(f"The text of a payment code needs version {code.version}, above {largest}.")
    return [[bool(module) for module in row] for row in code.matrix]


def _path(modules: list[list[bool]]) -> str:
    """Return the dark modules as rectangles of one path."""
    return "".join(
        f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(modules) for start, length in _runs(row)
    )


def _runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield where each run of dark modules starts, and its length."""
    start = None
    for x, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            yield start, x - start
            start = None


def _square(middle: float, width: float, height: float, colour: str) -> str:
    x, y = middle - width / 2, middle - height / 2
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{colour}"/>'


def _picture(size: int, *shapes: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/>{"".join(shapes)}</svg>'
    )
