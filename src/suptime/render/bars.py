"""Bars made of characters: their parts are told apart by their pattern, never by colour."""

from collections.abc import Sequence

MARKS = "\N{FULL BLOCK}\N{DARK SHADE}\N{LIGHT SHADE}\N{BLACK DIAMOND}\N{WHITE CIRCLE}"
"""The pattern of each part of a bar, in their order."""
EMPTY = "\N{MIDDLE DOT}"
"""A cell of a timeline in which nobody worked."""


def stacked(parts: Sequence[int], most: int, cells: int) -> str:
    """PARTS as a bar in so many CELLS, of which all are full where the parts come to MOST.

    A part that is there at all has a cell, where there is one left for it.

    >>> stacked([2, 1, 1], 8, 16)
    '████▓▓░░'
    >>> stacked([1000, 1], 1001, 8)
    '███████▓'
    """
    if most <= 0:
        return ""
    sizes = [max(0, part) for part in parts]
    total = min(sum(sizes), most)
    room = min(cells, -(-total * cells // most))
    made, before, taken = "", 0, 0
    for place, size in enumerate(sizes):
        before += size
        waiting = sum(1 for later in sizes[place + 1 :] if later)
        end = min(max((before * cells + most // 2) // most, taken + (size > 0)), room - waiting)
        if size:
            end = room if not waiting else end
            made += MARKS[place % len(MARKS)] * max(0, end - taken)
            taken = max(taken, end)
    return made


def legend(names: Sequence[str]) -> str:
    """The NAMES of the parts, each after its pattern.

    >>> legend(["met", "breached"])
    '█ met   ▓ breached'
    """
    return "   ".join(f"{MARKS[place % len(MARKS)]} {name}" for place, name in enumerate(names))
