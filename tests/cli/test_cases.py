"""`suptime case open`, `edit`, `list` and `show`."""

import pytest
from records_world import World

from suptime.cli import console, questions


def test_a_case_is_opened_with_all_that_is_known(firm: World):
    ran = firm(
        "case open ACME/2026#7 --client acme --contract acme-ps --subject ' Filter off ' --category configuration "
        "--kind incident --priority P2 --contact ops@acme.example --via portal --at '2026-10-11 18:30' --format json"
    )

    assert (ran.code, ran.err) == (0, "")
    assert ran.json["case"] == {
        "case": "ACME/2026#7",
        "client": "acme",
        "contract": "acme-ps",
        "subject": "Filter off",
        "status": "open",
        "category": "configuration",
        "category_rule": "billable",
        "cause": None,
        "kb": None,
        "kind": "incident",
        "priority": "P2",
        "effective_priority": "P2",
        "contact": "ops@acme.example",
        "via": "portal",
        "project": None,
        "waived": None,
        "opened_at": "2026-10-11T23:30:00Z",
        "consented_at": None,
        "escalated_at": None,
        "responded_at": None,
        "waiting_since": None,
        "waiting_for": None,
        "resolved_at": None,
        "estimate_seconds": None,
        "consent": {
            "requested_at": None,
            "requested_of": None,
            "requested_seconds": None,
            "replied_at": None,
            "replied_by": None,
            "refused_at": None,
            "refused_by": None,
        },
        "events": [],
    }


def test_opening_a_case_says_so_in_one_line(firm: World):
    assert firm("case open --client acme --subject 'Filter off'").out == (
        "Opened CASE-6 for acme, under acme-ps: Filter off.\n"
    )


def test_without_a_number_a_case_takes_the_next(firm: World):
    firm.do("case open CASE-41 --client acme\ncase open TICKET-99 --client acme")

    assert firm("case open --client acme --format json").json["case"]["case"] == "CASE-42"


def test_the_first_case_is_number_one(empty: World):
    empty.do("client add acme --name Acme\ncontract add acme hourly.toml")

    assert empty("case open").out == "Opened CASE-1 for acme, under acme-ps.\n"


def test_the_client_is_the_one_whose_contract_is_named(firm: World):
    ran = firm("case open --contract LAKESIDE-1on1 --format json")

    assert (ran.json["case"]["client"], ran.json["case"]["contract"]) == ("lakeside", "lakeside-1on1")


def test_without_any_client_opening_says_how_to_add_one(empty: World):
    ran = empty("case open")

    assert ran.code == 3
    assert ran.err == "Error: There are no clients yet.\nTry: suptime client add CODE --name NAME\n"


def test_a_category_that_is_not_listed_is_refused_with_the_nearest_and_the_others(firm: World):
    before = firm.rows()

    ran = firm("case open --client acme --category bug-reprot")

    assert ran.code == 2
    assert ran.err == (
        'Error: --category: "bug-reprot" is not among the categories of acme-ps. '
        "The nearest is bug-report. The others are general-information, configuration.\n"
        "Correct the name, or record it as typed: --unlisted\n"
    )
    assert firm.rows() == before


def test_an_unlisted_category_is_recorded_as_typed_and_warned_of(firm: World):
    ran = firm("case open --client acme --category bug-reprot --unlisted --format json")

    assert ran.json["case"]["category"] == "bug-reprot"
    assert ran.json["warning_codes"] == ["category-unlisted"]
    assert ran.err == (
        'Warning: acme-ps does not list the category "bug-reprot"; it counts as billable. '
        "The nearest listed is bug-report.\n"
    )


def test_where_nothing_is_near_the_listed_categories_are_named(firm: World):
    assert firm("case open --client acme --category xyz --unlisted").err == (
        'Warning: acme-ps does not list the category "xyz"; it counts as billable. '
        "Listed are general-information, bug-report, configuration.\n"
    )


def test_a_category_is_recorded_as_the_contract_writes_it(firm: World):
    assert firm("case open --client acme --category BUG-Report --format json").json["case"]["category"] == (
        "bug-report"
    )


def test_a_person_at_a_terminal_is_asked_whether_the_nearest_was_meant(
    firm: World, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    monkeypatch.setattr(console, "interactive", lambda: True)
    monkeypatch.setattr(questions, "ask", lambda question: asked.append(question) or len(asked) == 2)

    assert firm("case edit CASE-1 --category bug-reprot").code == 2
    assert firm("case edit CASE-1 --category bug-reprot").out == "Changed CASE-1: category bug-report.\n"
    assert firm("case edit CASE-1 --category bug-reprot --format json").code == 2
    assert asked == ["Did you mean bug-report?"] * 2


def test_a_contract_that_lists_no_categories_warns_of_none(firm: World):
    assert firm("case open --client lakeside --category anything").err == ""


@pytest.mark.parametrize(
    ("category", "rule"),
    [("general-information", "non-billable"), ("bug-report", "by-cause"), ("configuration", "billable")],
)
def test_a_case_shows_the_rule_of_its_category(firm: World, category: str, rule: str):
    firm.do(f"case open X-1 --client acme --category {category}")

    assert firm("case show X-1 --format json").json["case"]["category_rule"] == rule


def test_a_case_opened_on_the_last_day_of_its_contract_is_within_it(firm: World):
    firm.at("2026-12-31T22:59:59Z")
    assert firm("case open --contract duo-care").code == 0

    firm.at("2026-12-31T23:00:00Z")
    ran = firm("case open --contract duo-care")
    assert ran.code == 4
    assert ran.err == (
        "Error: The case would be opened on 1 January 2027, outside the contract duo-care. "
        "The contract runs from 1 March 2026 through 31 December 2026.\n"
        "Try: suptime contract show duo-care\n"
    )


def test_a_case_is_found_whatever_its_letter_case(firm: World):
    assert firm("case show case-1 --format json").json["case"]["case"] == "CASE-1"


def test_editing_a_case_says_what_it_says_now(firm: World):
    ran = firm("case edit CASE-1 --subject 'Filter off' --category general-information --priority P1")

    assert (ran.out, ran.err) == (
        "Changed CASE-1: subject Filter off, category general-information, priority P1.\n",
        "",
    )
    assert firm("case show CASE-1 --format json").json["case"]["category_rule"] == "non-billable"


def test_an_empty_text_takes_a_subject_or_category_away(firm: World):
    assert firm("case edit CASE-1 --subject '' --category ''").out == (
        "Changed CASE-1: subject none, category none.\n"
    )


def test_an_edit_to_what_a_case_says_already_changes_nothing(firm: World):
    before = firm.rows()

    assert firm("case edit CASE-2 --category bug-report").out == "CASE-2 is unchanged: category bug-report.\n"
    assert firm.rows() == before


def test_an_edit_to_an_unlisted_category_is_warned_of(firm: World):
    assert "The nearest listed is bug-report." in firm("case edit CASE-1 --category bugreport --unlisted").err


def test_an_edit_to_a_category_that_is_not_sold_is_refused(firm: World):
    firm.do("case open D-1 --contract duo-care")
    before = firm.rows()

    ran = firm("case edit D-1 --category training")

    assert ran.code == 4
    assert ran.err == (
        'Error: duo-care does not sell the category "training". It sells advice.\n'
        "Try: suptime contract show duo-care\n"
    )
    assert firm.rows() == before


def test_cases_are_listed_by_number(firm: World):
    firm.do("case open CASE-10 --client acme --subject Ten")

    assert firm("case list").out == (
        "Case     Status    Client    Opened      Category       Subject\n"
        "CASE-1   open      acme      2026-10-05  configuration  Deactivate a filter\n"
        "CASE-2   open      acme      2026-10-05  bug-report     An error appears\n"
        "CASE-3   open      lakeside  2026-10-05                 Campaign set-up\n"
        "CASE-4   resolved  acme      2026-10-05  configuration  Done long ago\n"
        "CASE-5   open      acme      2026-10-05  configuration  Bob is on it\n"
        "CASE-10  open      acme      2026-10-12                 Ten\n"
    )


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ("--client lakeside", ["CASE-3"]),
        ("--status resolved", ["CASE-4"]),
        ("--client acme --status open", ["CASE-1", "CASE-2", "CASE-5"]),
        ("--client duo", []),
    ],
)
def test_cases_are_listed_by_client_and_status(firm: World, options: str, numbers: list[str]):
    assert [c["case"] for c in firm(f"case list {options} --format json").json["cases"]] == numbers


def test_a_list_without_cases_says_so_on_stderr(empty: World):
    ran = empty("case list")

    assert (ran.out, ran.err) == ("", "There are no cases yet. Open one: suptime case open\n")


def test_a_case_is_shown_with_what_happened_to_it(firm: World):
    firm.do(
        "case respond CASE-3 --at '2026-10-05 08:05'\n"
        "case consent CASE-3 --by ops@lakeside.example --up-to 2h --at '2026-10-06 09:00'"
    )

    assert firm("case show CASE-3").out == (
        "CASE-3: Campaign set-up\n"
        "  Status    open\n"
        "  Client    lakeside\n"
        "  Contract  lakeside-1on1 (1-on-1 tech support)\n"
        "  Category  none: billable\n"
        "  Opened    2026-10-05 08:00\n"
        "  Worked    45m\n"
        "  Happened  2. 2026-10-05 08:05 first response\n"
        "            1. 2026-10-05 08:10 escalated\n"
        "            3. 2026-10-06 09:00 ops@lakeside.example consented, up to 2h\n"
    )


def test_a_case_counts_the_time_of_a_running_timer(firm: World):
    assert firm("case show CASE-5 --format json").json["case"]["worked_seconds"] == 1800


def test_letters_that_take_two_columns_are_wrapped_within_the_terminal(firm: World):
    firm.do(
        "case open X-1 --client acme --subject 'Why 日本語の件名 and a subject that goes on past the edge of a terminal or two'"
    )

    assert firm("case show X-1").out.splitlines()[:2] == [
        "X-1: Why 日本語の件名 and a subject that goes on past the edge of a terminal or",
        "two",
    ]
