"""Warnings about recorded data. They are named tuples: the timer creates them without `dataclasses`."""

from collections.abc import Iterable
from typing import NamedTuple

NOT_BILLED = "not-billed"

"""Code of work that will not be billed as of now; its row in the store only has the sentence."""


class Caution(NamedTuple):
    """One warning: a sentence for people, and a code for programs."""

    code: str
    text: str


def document(cautions: Iterable[Caution]) -> dict[str, list[str]]:
    """Return `cautions` as JSON shows them: the sentences, and the codes in the same order.

    >>> document([Caution("unit-long", "U1 is long.")])
    {'warnings': ['U1 is long.'], 'warning_codes': ['unit-long']}
    """
    found = [*cautions]
    return {"warnings": [each.text for each in found], "warning_codes": [each.code for each in found]}
