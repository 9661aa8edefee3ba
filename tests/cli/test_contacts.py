"""`suptime contact`, and who may open cases."""

import pytest
from records_world import World


@pytest.fixture
def nord(firm: World) -> World:
    """A client on the plan that takes cases of two contacts, by chatbot and e-mail."""
    firm.do(
        "client add nord --name Nord\ncontract add nord contracts/plan-basic.toml\n"
        "contact add nord Admin@nord.example --role administrator --name 'Ada B'"
    )
    return firm


def test_a_contact_is_added_with_role_and_name_and_listed(nord: World):
    assert nord("contact add nord second@nord.example").out == (
        "Added contact second@nord.example of nord, as user.\n"
    )
    assert nord("contact add acme ops@acme.example --role ADMINISTRATOR --format json").json == {
        "contact": {
            "client": "acme",
            "email": "ops@acme.example",
            "name": "",
            "role": "administrator",
            "contracts": [],
        },
        "warnings": [],
        "warning_codes": [],
    }
    assert nord("contact list").out == (
        "Client  E-mail               Role           Name\n"
        "acme    ops@acme.example     administrator\n"
        "nord    Admin@nord.example   administrator  Ada B\n"
        "nord    second@nord.example  user\n"
    )
    assert [c["email"] for c in nord("contact list --client NORD --format json").json["contacts"]] == [
        "Admin@nord.example",
        "second@nord.example",
    ]


def test_a_client_without_a_limit_has_as_many_contacts_as_it_likes(firm: World):
    for number in range(7):
        firm.do(f"contact add acme user{number}@acme.example")


def test_contacts_that_are_not_there_are_said_to_be_none_on_stderr(firm: World):
    ran = firm("contact list")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "There are no contacts. Add one: suptime contact add CLIENT EMAIL\n"


def test_removing_a_contact_makes_room_and_can_be_undone(nord: World):
    nord.do("contact add nord second@nord.example")

    assert nord("contact remove nord SECOND@nord.example").out == (
        "Removed contact second@nord.example of nord, who was user.\n"
    )
    nord.do("contact add nord third@nord.example\nundo\nundo")
    assert len(nord("contact list --client nord --format json").json["contacts"]) == 2


def test_an_authorised_contact_opens_a_case_in_any_letter_case(nord: World):
    opened = nord(
        "case open --client nord --contact ADMIN@nord.example --via email --kind request --priority P3"
        " --format json"
    ).json["case"]

    assert (opened["contact"], opened["via"], opened["kind"], opened["priority"]) == (
        "Admin@nord.example",
        "email",
        "request",
        "P3",
    )


def test_the_kind_of_a_case_is_corrected_with_its_priority(nord: World):
    nord.do("case open CASE-9 --client nord --contact admin@nord.example --kind request --priority P3")

    assert nord("case edit CASE-9 --kind incident --priority P1").out == (
        "Changed CASE-9: kind incident, priority P1.\n"
    )


def test_a_client_whose_contract_names_no_contacts_opens_cases_from_anyone(firm: World):
    opened = firm("case open --client acme --contact anyone@acme.example --format json").json["case"]

    assert opened["contact"] == "anyone@acme.example"
