"""Look of documents: the one that a document keeps, else that of today, and never a colour that is none."""

import re

import pytest

from suptime.render.brand import brand_of, style, using_brand

KEPT = {"accent": "#aa0000", "font": "Lato"}


def test_a_document_keeps_its_look():
    with using_brand({"accent": "#00aa00"}):
        assert brand_of({"brand": KEPT}) == KEPT
        assert brand_of({"invoices": [{"brand": KEPT}]}) == KEPT
        assert brand_of({})["accent"] == "#00aa00"
    assert brand_of({"invoices": []})["accent"] == "#12506e"


@pytest.mark.parametrize("accent", ["red; } body { display: none", "", None])
def test_what_is_no_colour_does_not_get_into_a_page(accent):
    assert "--accent: #12506e" in style({"brand": {"accent": accent}})


def test_the_name_of_a_font_does_not_end_its_text():
    made = style({"brand": {"font": 'Evil"; } </style><script>'}})
    assert '"Evil  stylescript", "Suptime Sans"' in made


def test_the_shipped_font_is_embedded_and_another_one_is_named():
    assert len(re.findall("@font-face", style({}))) == 2
    assert "@font-face" not in style({"brand": KEPT})
    assert '"Lato"' in style({"brand": KEPT})
