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
            "returned": 0,
            "unit": "minutes",
            "price": "1000.00",
            "currency": "USD",
        },
        "warnings": [],
        "warning_codes": [],
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
    assert (
        ran.err == "There are no prepaid purchases yet. Record one: suptime prepaid add CONTRACT QUANTITY\n"
    )


def test_a_mistyped_purchase_is_taken_back(firm: World):
    ran = firm("prepaid void P2")

    assert (ran.code, ran.out) == (0, "Voided P2: 2h for lakeside-1on1, bought on 2026-10-01.\n")
    assert [p["id"] for p in firm("prepaid list --format json").json["purchases"]] == ["P1"]


def test_a_purchase_that_was_taken_back_is_not_there_anymore(firm: World):
    firm.do("prepaid void P2")

    ran = firm("prepaid void P2")

    assert ran.code == 3
    assert ran.err == "Error: There is no purchase P2.\nTry: suptime prepaid list\n"


def test_taking_a_purchase_back_can_be_undone(firm: World):
    firm.do("prepaid void P2\nundo")

    assert [p["id"] for p in firm("prepaid list --format json").json["purchases"]] == ["P1", "P2"]


def test_incidents_are_bought_as_a_whole_number_and_money_as_an_amount(firm: World):
    firm.do("contract add acme contracts/pack.toml\ncontract add acme contracts/minute.toml")

    assert firm("prepaid add relay-pack 1 --on 2026-09-01 --price 75").out == (
        "Added P3: 1 incident for relay-pack, bought on 2026-09-01 for 75.00 CAD, without expiry.\n"
    )
    assert firm("prepaid add relay-pack 20").out == (
        "Added P4: 20 incidents for relay-pack, bought on 2026-10-12, without expiry.\n"
    )
    assert firm("prepaid add mill-minute 30").out == (
        "Added P5: 30.00 USD for mill-minute, bought on 2026-10-12, without expiry.\n"
    )
    listed = firm("prepaid list --client acme --format json").json["purchases"]
    assert [(p["id"], p["quantity"], p["unit"], p["currency"]) for p in listed] == [
        ("P5", "30.00", "money", "USD"),
        ("P3", 1, "incidents", "CAD"),
        ("P4", 20, "incidents", "CAD"),
    ]
    assert firm("prepaid list --client acme").out == (
        "Id  Contract     Bought on       Quantity      Price\n"
        "P5  mill-minute  2026-10-12     30.00 USD\n"
        "P3  relay-pack   2026-09-01    1 incident  75.00 CAD\n"
        "P4  relay-pack   2026-10-12  20 incidents\n"
    )
    assert firm("prepaid void P4").out == ("Voided P4: 20 incidents for relay-pack, bought on 2026-10-12.\n")


def test_what_is_bought_is_what_the_version_of_that_day_sells(firm: World):
    text = (firm.home / "contracts" / "pack.toml").read_text()
    later = text.replace("2026-01-01", "2026-10-01").replace('"incidents"', '"money"')
    firm.write("later.toml", later)
    firm.do("contract add acme contracts/pack.toml\ncontract add acme later.toml")

    assert (
        firm("prepaid add relay-pack 5 --on 2026-09-30 --format json").json["purchase"]["unit"] == "incidents"
    )
    assert (
        firm("prepaid add relay-pack 5 --on 2026-10-01 --format json").json["purchase"]["quantity"] == "5.00"
    )


def test_the_balance_of_a_pack_and_of_a_deposit_is_reported(firm: World):
    firm.do("contract add acme contracts/pack.toml\ncontract add acme contracts/minute.toml")
    firm.do("prepaid add relay-pack 2 --on 2026-09-01\nprepaid add mill-minute 30 --on 2026-10-01")
    firm.do("case open CASE-8 --contract relay-pack --at '2026-10-06 08:00'")
    firm.do("case open CASE-9 --contract mill-minute --at '2026-10-06 08:00'")
    firm.do(
        "log CASE-8 1h --from '2026-10-06 09:00'\nlog CASE-9 10m --from '2026-10-06 11:00' --channel phone"
    )
    firm.do("case resolve CASE-8")

    balances = {b["contract"]: b for b in firm("report hours --format json").json["balances"]}

    pack, deposit = balances["relay-pack"], balances["mill-minute"]
    assert (pack["unit"], pack["used"], pack["remaining"]) == ("incidents", 1, 1)
    assert (deposit["unit"], deposit["used"], deposit["pending"]) == ("money", "0.00", "25.00")
