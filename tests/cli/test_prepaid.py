"""`suptime prepaid`."""

import pytest
from records_world import World


@pytest.mark.parametrize(
    ("typed", "minutes"), [("10h", 600), ("90m", 90), ("1h30m", 90), ("1.5h", 90), ("PT2H", 120)]
)
def test_hours_are_bought_as_any_duration_with_its_unit(firm: World, typed: str, minutes: int):
    assert firm(f"prepaid add lakeside-1on1 {typed} --format json").json["purchase"]["quantity"] == minutes


def test_a_purchase_has_its_day_last_day_and_price(firm: World):
    ran = firm("prepaid add LAKESIDE-1on1 10h --on 2026-07-01 --price 1000 --format json")

    assert ran.json == {
        "purchase": {
            "id": "P3",
            "contract": "lakeside-1on1",
            "on": "2026-07-01",
            "valid_through": "2026-09-29",
            "quantity": 600,
            "unit": "minutes",
            "price": "1000.00",
            "currency": "USD",
        },
        "warnings": [],
    }


def test_buying_says_what_until_when_and_for_how_much(firm: World):
    assert firm("prepaid add lakeside-1on1 10h --on 2026-07-01 --price 1000.00").out == (
        "Added P3: 10h for lakeside-1on1, bought on 2026-07-01 for 1000.00 USD, valid through 2026-09-29.\n"
    )
    assert firm("prepaid add duo-yen 90m --on 2026-07-01").out == (
        "Added P4: 1h30m for duo-yen, bought on 2026-07-01, without expiry.\n"
    )


def test_without_a_day_hours_are_bought_today_where_the_contract_is(firm: World):
    firm.at("2026-10-12T15:00:00Z")

    assert firm("prepaid add duo-yen 1h --format json").json["purchase"]["on"] == "2026-10-13"
    assert firm("prepaid add lakeside-1on1 1h --format json").json["purchase"]["on"] == "2026-10-12"


def test_purchases_are_listed_by_contract_and_day(firm: World):
    firm.do("prepaid add duo-yen 2h --on 2026-10-01 --price 18000")

    assert firm("prepaid list").out == (
        "Id  Contract       Bought on   Valid through  Quantity        Price\n"
        "P3  duo-yen        2026-10-01                       2h    18000 JPY\n"
        "P1  lakeside-1on1  2026-09-01  2026-11-30          10h  1000.00 USD\n"
        "P2  lakeside-1on1  2026-10-01  2026-12-30           2h\n"
    )


def test_purchases_are_listed_by_client_and_contract(firm: World):
    for options, count in {"--client lakeside": 2, "--client duo": 0, "--contract lakeside-1on1": 2}.items():
        listed = firm(f"prepaid list {options} --format json").json["purchases"]
        assert len(listed) == count, options


def test_a_list_without_purchases_says_so_on_stderr(empty: World):
    ran = empty("prepaid list")

    assert ran.out == ""
    assert ran.err == "Nothing was bought ahead yet. Record it: suptime prepaid add CONTRACT QUANTITY\n"


def test_a_mistyped_purchase_is_taken_back(firm: World):
    ran = firm("prepaid void P2")

    assert (ran.code, ran.out) == (0, "Took back P2: 2h for lakeside-1on1, bought on 2026-10-01.\n")
    assert [p["id"] for p in firm("prepaid list --format json").json["purchases"]] == ["P1"]


def test_a_purchase_that_was_taken_back_is_not_there_anymore(firm: World):
    firm.do("prepaid void P2")

    ran = firm("prepaid void P2")

    assert ran.code == 3
    assert ran.err == "Error: There is no purchase P2.\nTry: suptime prepaid list\n"


def test_taking_a_purchase_back_can_be_undone(firm: World):
    firm.do("prepaid void P2\nundo")

    assert [p["id"] for p in firm("prepaid list --format json").json["purchases"]] == ["P1", "P2"]
