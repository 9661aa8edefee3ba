"""Payment codes: the picture has the modules of the code, its margin and its cross."""

import re

import pytest
import segno

from suptime.render.payment_code import QUIET, epc_code, swiss_code

TEXT = "BCD\n002\n1\nSCT\n\nNordtor GmbH\nDE02120300000000202051\nEUR119.00\n\n\nINV-1"


def dark(svg: str) -> set[tuple[int, int]]:
    """Return the dark modules of a picture, as columns and rows."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg)
    return {(x, int(y)) for start, y, length in runs for x in range(int(start), int(start) + int(length))}


@pytest.mark.parametrize("draw", [epc_code, swiss_code])
def test_a_picture_has_the_modules_of_its_text_at_level_m(draw):
    code = segno.make(TEXT, error="m", mode="byte", encoding="utf-8", boost_error=False)
    assert dark(draw(TEXT)) == {
        (x, y) for y, row in enumerate(code.matrix) for x, module in enumerate(row) if module
    }


def test_an_epc_code_has_a_white_margin_of_four_modules():
    size = segno.make(TEXT, error="m", mode="byte", encoding="utf-8", boost_error=False).symbol_size(border=0)
    assert f'viewBox="0 0 {size[0] + 2 * QUIET} {size[0] + 2 * QUIET}"' in epc_code(TEXT)
    assert "translate(4 4)" in epc_code(TEXT)


def test_a_swiss_code_is_46_mm_wide_with_a_cross_of_7_mm_in_its_middle():
    made = swiss_code(TEXT)
    assert 'viewBox="0 0 46 46"' in made
    assert '<rect x="19.5" y="19.5" width="7" height="7" fill="#fff"/>' in made


def test_a_text_that_needs_a_larger_code_is_refused():
    with pytest.raises(ValueError, match="needs version"):
        epc_code("x" * 332)
