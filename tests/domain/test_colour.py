"""Colours: the nearest darker and lighter ones have the contrast, and no less than it takes."""

import pytest

from suptime.domain.colour import DARK_PAPER, LEAST, LEAST_IN_THE_DARK, WHITE, contrast, darkened, lightened

COLOURS = ["#66bbee", "#ffcc00", "#ff0000", "#00ff00", "#ffffff", "#fafafa", "#8a2be2"]


@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_that_is_too_light_becomes_dark_enough_and_no_darker(colour):
    found = darkened(colour)
    if contrast(colour, WHITE) >= LEAST:
        assert found == colour
    else:
        assert LEAST <= contrast(found, WHITE) < LEAST * 1.03


@pytest.mark.parametrize("colour", ["#12506e", "#000000", "#8a2be2", "#cc0000"])
def test_an_accent_in_the_dark_is_light_enough_and_no_lighter(colour):
    assert LEAST_IN_THE_DARK <= contrast(lightened(colour), DARK_PAPER) < LEAST_IN_THE_DARK * 1.03
