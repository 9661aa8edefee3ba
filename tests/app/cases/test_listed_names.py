"""Names that a contract lists: what is taken, under which name, and what is refused."""

import pytest

from suptime.app.cases.listed_names import NameList
from suptime.errors import Doubtful, WrongUsage

NAMES = ("product-defect", "Third party", "bug", "unknown")
CLOSED = NameList("cause", "acme-1", NAMES, is_closed=True, unlisted=", so it has no effect")
OPEN = NameList("cause", "acme-1", NAMES, is_closed=False, unlisted=", so it has no effect")


@pytest.mark.parametrize("names", [CLOSED, OPEN])
@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("product-defect", "product-defect"),
        ("THIRD PARTY", "Third party"),
        ("Unknown", "unknown"),
        (None, None),
    ],
)
def test_a_listed_name_is_recorded_as_the_contract_writes_it(names: NameList, typed: str, recorded: str):
    assert names.accept(typed, unlisted=False) == (recorded, False)


@pytest.mark.parametrize(
    "typed",
    ["product-defct", "prodcut-defect", "produkt-defekt", "Product_Defect", "third-party", "unknwon"],
)
def test_a_slip_is_doubtful_on_both_kinds_of_lists(typed: str):
    for names in (CLOSED, OPEN):
        with pytest.raises(Doubtful):
            names.accept(typed, unlisted=False)
        assert names.accept(typed, unlisted=True) == (typed, True)
        assert [caution.code for caution in names.cautions(typed, insisted=True)] == ["cause-unlisted"]


# Three errors, a short name, and more errors than a quarter of the letters.
@pytest.mark.parametrize("typed", ["prodct-dfct", "bag", "misuse"])
def test_other_names_are_fine_on_an_open_list_and_refused_on_a_closed_one(typed: str):
    assert OPEN.accept(typed, unlisted=False) == (typed, False)
    assert OPEN.cautions(typed) == ()
    with pytest.raises(WrongUsage, match="not among the causes of acme-1"):
        CLOSED.accept(typed, unlisted=False)


def test_unlisted_is_for_a_name():
    with pytest.raises(WrongUsage, match="--unlisted requires --cause"):
        CLOSED.accept(None, unlisted=True)
