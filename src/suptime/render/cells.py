"""Text measured in the cells of a terminal: an East Asian character takes two, an accent none."""

import re

from rich.cells import cell_len

_WORDS = re.compile("[^\\s]+(?:[\u00a0\u202f\u2007]+[^\\s]*)*")
"""Words, with the spaces at which no line breaks: those inside a number, or before its unit."""

JOINER = "\N{ZERO WIDTH JOINER}"


def width(text: str) -> int:
    r"""How many cells TEXT takes.

    >>> width("abc"), width("漢字"), width("e\u0301")
    (3, 4, 1)
    """
    return len(text) if text.isascii() and text.isprintable() else cell_len(text)


def left(text: str, cells: int) -> str:
    """TEXT at the left of so many CELLS."""
    return text + " " * (cells - width(text))


def right(text: str, cells: int) -> str:
    """TEXT at the right of so many CELLS."""
    return " " * (cells - width(text)) + text


def wrap(text: str, cells: int) -> list[str]:
    """TEXT in lines of at most so many CELLS, one empty line where it is empty.

    Lines break at spaces and at the line breaks in TEXT, inside a word only where it is
    longer than a line, as words of East Asian text are.

    >>> wrap("two forms post", 9)
    ['two forms', 'post']
    >>> wrap("漢字漢字", 5)
    ['漢字', '漢字']
    """
    if width(text) <= cells and text == " ".join(text.split()):
        return [text]  # as most cells are, and sooner than by words
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _WORDS.findall(paragraph):
            longer = f"{line} {word}" if line else word
            if width(longer) <= cells:
                line = longer
                continue
            rest = longer if _starts_wide(word) else word
            if line and rest is word:
                lines.append(line)
            *full, line = _pieces(rest, cells)
            lines.extend(full)
        lines.append(line)
    return lines


def _starts_wide(word: str) -> bool:
    return width(word[0]) > 1


def _pieces(word: str, cells: int) -> list[str]:
    """WORD cut into pieces that fit, never between a character and what is written on it."""
    pieces, piece = [], ""
    for character in word:
        longer = piece + character
        if piece and width(longer) > cells and width(character) and not piece.endswith(JOINER):
            pieces.append(piece.rstrip())
            longer = character.lstrip()
        piece = longer
    return [*pieces, piece]
