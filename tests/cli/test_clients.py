"""`suptime client`."""

import pytest
from records_world import World


def test_a_client_is_added_with_all_that_is_known(empty: World):
    ran = empty(
        "client add acme --name 'Acme Leads' --currency usd --timezone America/Chicago --email ap@acme.example "
        "--address '12 Shore Drive\\nChicago' --country us --tax-id 12-34 --tax 8.250% --format json"
    )

    assert ran.code == 0
    assert ran.json == {
        "client": {
            "code": "acme",
            "name": "Acme Leads",
            "currency": "USD",
            "timezone": "America/Chicago",
            "email": "ap@acme.example",
            "address": "12 Shore Drive\nChicago",
            "country": "US",
            "tax_id": "12-34",
            "tax": "8.250",
            "card_on_file": False,
            "archived": False,
            "city": None,
            "postcode": None,
            "endpoint": None,
            "buyer_reference": None,
            "language": None,
            "order_number": None,
            "terms": None,
            "company_number": None,
            "einvoice": None,
            "iban": None,
            "reminders": None,
            "detail": None,
            "contracts": [],
        },
        "warnings": [],
        "warning_codes": [],
    }
    assert empty("client show ACME --format json").json == {"client": ran.json["client"], "gaps": []}


def test_a_tax_holds_from_the_beginning_until_something_was_issued(firm: World):
    assert firm("client edit acme --tax 19").err.endswith("The tax applies from the beginning.\n")
    firm.do("client tax acme 16 --from 2026-07-01")
    firm.do("client tax acme 16.5 --from 2026-07-01")
    assert firm("client tax acme --format json").json == {
        "taxes": [{"from": None, "tax": "19"}, {"from": "2026-07-01", "tax": "16.5"}]
    }
    assert firm("client show acme --format json").json["client"]["tax"] == "16.5"


@pytest.mark.parametrize(
    "typed", ["acme 160 --from 2026-12-01", "acme 16", "acme --from 2026-12-01", "acme 16 --from x"]
)
def test_a_tax_that_cannot_be_set_is_refused(firm: World, typed: str):
    assert firm(f"client tax {typed}").code == 2


def test_adding_a_client_says_so_in_one_line(empty: World):
    ran = empty("client add acme --name ' Acme Leads '")

    assert (ran.out, ran.err) == ("Added client acme: Acme Leads.\n", "")


@pytest.mark.parametrize("tax", ["0", "100", "19", "8.25", "exempt", "reverse-charge", "none"])
def test_a_client_has_a_rate_of_tax_or_a_reason_for_none(empty: World, tax: str):
    assert empty(f"client add acme --name Acme --tax {tax} --format json").json["client"]["tax"] == tax


def test_a_client_is_shown_as_a_card(firm: World):
    firm.do("client card acme --on-file")

    assert firm("client show acme").out == (
        "acme: Acme Leads\n"
        "  Currency   USD\n"
        "  Time zone  America/Chicago\n"
        "  Card       on file\n"
        "  Contracts  acme-ps\n"
    )


def test_clients_are_listed_by_code(firm: World):
    assert firm("client list").out == (
        "Code      Name             Currency  Contracts\n"
        "acme      Acme Leads       USD       acme-ps\n"
        "duo       Duo Studio                 duo-care, duo-yen\n"
        "lakeside  Lakeside Realty  USD       lakeside-1on1\n"
    )
    assert [c["code"] for c in firm("client list --format json").json["clients"]] == [
        "acme",
        "duo",
        "lakeside",
    ]


def test_with_no_client_the_list_says_how_to_add_one(empty: World):
    ran = empty("client list")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "There are no clients yet. Add one: suptime client add CODE --name NAME\n"
    assert empty("client list --format json").json == {"clients": []}


def test_a_card_is_noted_once_and_removed_again(firm: World):
    said = [
        firm(f"client card acme {what}").out for what in ("--on-file", "--on-file", "--remove", "--remove")
    ]

    assert said == [
        "Recorded that the card of acme is on file.\n",
        "The card of acme is already on file.\n",
        "Recorded that the card of acme is removed.\n",
        "acme has no card on file.\n",
    ]


def test_a_card_that_was_there_already_makes_no_audit_row(firm: World):
    firm.do("client card acme --on-file")
    before = firm.rows()

    firm.do("client card acme --on-file")

    assert firm.rows() == before


def test_a_name_cannot_move_the_cursor_or_turn_the_line_around(empty: World):
    empty.do("client add acme --name 'Acme \u202eLeads'")

    assert "\u202e" not in empty("client show acme").out
    assert "\u202e" in empty("client show acme --format json").json["client"]["name"]


def test_a_name_beyond_reason_is_refused(empty: World):
    ran = empty(f"client add acme --name {'n' * 10_001}")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "Error: The name has 10001 characters; the limit is 10000.\nShorten it.\n"


def test_adding_a_client_can_be_taken_back(empty: World):
    empty.do("client add acme --name Acme\nundo")

    assert empty("client list --format json").json == {"clients": []}
