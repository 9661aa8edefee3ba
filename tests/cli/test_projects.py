"""`suptime project`, and cases of projects."""

from records_world import World

GUARANTEE = "contract add acme contracts/guarantee.toml\n"
SITE = "project add SITE --client acme --budget 40000 --completed 2026-08-15"


def test_a_project_is_added_and_listed(firm: World):
    firm.do(GUARANTEE)

    assert firm(SITE).out == ("Added project SITE of acme, completed on 15 August 2026, budget 40000.\n")
    assert firm(
        "project add APP --client acme --budget 24999.99 --completed yesterday --format json"
    ).json == {
        "project": {"project": "APP", "client": "acme", "budget": "24999.99", "completed": "2026-10-11"},
        "warnings": [],
        "warning_codes": [],
    }
    assert firm("project list").out == (
        "Code  Client  Completed     Budget\n"
        "APP   acme    2026-10-11  24999.99\n"
        "SITE  acme    2026-08-15     40000\n"
    )
    assert firm("project list --client lakeside --format json").json == {"projects": []}


def test_a_project_that_nothing_guarantees_is_added_with_a_note(firm: World):
    assert firm(SITE).err == (
        "Warning: The project has no guarantee: no contract of acme in force has a table [guarantee].\n"
    )


def test_without_projects_the_list_says_how_to_add_one(firm: World):
    assert firm("project list").err == (
        "There are no projects. Add one: "
        "suptime project add CODE --client CLIENT --budget AMOUNT --completed DAY\n"
    )


def test_a_case_is_opened_for_a_project_in_any_letter_case_and_edited(firm: World):
    firm.do(GUARANTEE + SITE)
    firm.do("case open CASE-9 --client acme --contract aster-project --project site")

    assert firm("case show CASE-9 --format json").json["case"]["project"] == "SITE"
    assert firm("case edit CASE-9 --project ''").out == "Changed CASE-9: project none.\n"
    assert firm("case edit CASE-9 --project Site").out == "Changed CASE-9: project SITE.\n"


def test_a_project_that_is_added_can_be_undone_while_no_case_is_for_it(firm: World):
    firm.do(GUARANTEE + SITE)
    firm.do("undo")

    assert firm("project list --format json").json == {"projects": []}
