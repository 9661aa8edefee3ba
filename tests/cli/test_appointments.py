"""`suptime appointment`."""

import pytest
from records_world import World


def states(world: World) -> dict[str, str]:
    listed = world("appointment list --format json").json["appointments"]
    return {a["id"]: a["state"] for a in listed}


def test_an_appointment_is_booked_with_its_id(firm: World):
    ran = firm(
        "appointment book CASE-3 --from '2026-10-22 10:00' --to '2026-10-22 10:45' --agent bob --channel phone "
        "--format json"
    )

    assert (ran.code, ran.err) == (0, "")
    assert ran.json["appointment"] == {
        "id": "A5",
        "case": "CASE-3",
        "agent": "bob",
        "starts_at": "2026-10-22T15:00:00Z",
        "ends_at": "2026-10-22T15:45:00Z",
        "channel": "phone",
        "cancelled_at": None,
        "cancelled_by": None,
        "missed_by": None,
        "state": "booked",
    }


def test_booking_says_who_when_and_how_long(firm: World):
    assert firm("appointment book CASE-3 --from '2026-10-22 10:00' --to '2026-10-22 10:45'").out == (
        "Booked A5: ana on CASE-3, 2026-10-22 10:00, 45m.\n"
    )


@pytest.mark.parametrize(
    "options",
    [
        "--from '2026-10-20 11:00' --to '2026-10-20 12:00'",
        "--from '2026-10-20 09:00' --to '2026-10-20 10:00'",
        "--from '2026-10-20 10:00' --to '2026-10-20 11:00' --agent bob",
        "--from '2026-10-21 10:00' --to '2026-10-21 11:00'",
        "--from '2026-10-20 12:00' --to '2026-10-21 12:00'",
    ],
    ids=[
        "right after another",
        "right before another",
        "another agent's",
        "in place of a cancelled one",
        "24 hours",
    ],
)
def test_an_appointment_may_be(firm: World, options: str):
    assert firm(f"appointment book CASE-3 {options}").code == 0


def test_an_appointment_may_lie_in_the_past(firm: World):
    ran = firm("appointment book CASE-3 --from '2026-10-07 10:00' --to '2026-10-07 11:00' --format json")

    assert ran.code == 0


def test_a_past_appointment_that_was_worked_in_is_booked_as_worked(firm: World):
    firm.do("log CASE-3 30m --from '2026-10-07 10:00'")

    ran = firm("appointment book CASE-3 --from '2026-10-07 10:00' --to '2026-10-07 11:00' --format json")

    assert ran.json["appointment"]["state"] == "worked"


def test_a_missed_appointment_leaves_its_time_free_once_it_is_on_record(firm: World):
    again = "appointment book CASE-3 --from '2026-10-09 10:30' --to '2026-10-09 11:30'"
    assert firm(again).code == 3

    firm.do("appointment missed A3")

    assert firm(again).code == 0


def test_appointments_are_listed_by_start_with_what_became_of_them(firm: World):
    assert firm("appointment list").out == (
        "Id  From              Length  Case    Agent  State\n"
        "A2  2026-10-08 10:00      1h  CASE-3  ana    worked\n"
        "A3  2026-10-09 10:00      1h  CASE-3  ana    missed\n"
        "A1  2026-10-20 10:00      1h  CASE-3  ana    booked\n"
        "A4  2026-10-21 10:00      1h  CASE-3  ana    cancelled by client\n"
        "Times are those of America/Chicago.\n"
    )


def test_appointments_are_listed_by_client_case_and_agent(firm: World):
    for options, count in {
        "--client lakeside": 4,
        "--client acme": 0,
        "--case CASE-3": 4,
        "--agent bob": 0,
    }.items():
        listed = firm(f"appointment list {options} --format json").json["appointments"]
        assert len(listed) == count, options


def test_a_list_without_appointments_says_so_on_stderr(empty: World):
    ran = empty("appointment list")

    assert (ran.out, ran.err) == ("", "There are no appointments.\n")


def test_an_appointment_is_cancelled_by_the_client_unless_we_say_us(firm: World):
    assert firm("appointment cancel a1 --at '2026-10-11 09:00'").out == (
        "Cancelled A1 on CASE-3 at 2026-10-11 09:00, by the client.\n"
    )
    firm.do("undo")
    ran = firm("appointment cancel A1 --by us --format json").json["appointment"]

    assert (ran["cancelled_at"], ran["cancelled_by"], ran["state"]) == (
        "2026-10-12T15:00:00Z",
        "us",
        "cancelled",
    )


def test_an_appointment_may_be_cancelled_while_it_goes_on(firm: World):
    firm.do("appointment book CASE-3 --from 'today 09:30' --to 10:30")

    assert firm("appointment cancel A5").code == 0


def test_an_appointment_may_not_be_cancelled_at_its_very_end(firm: World):
    ran = firm("appointment cancel A3 --at '2026-10-09 11:00'")

    assert ran.code == 3
    assert ran.err == (
        "Error: A3 was already over: it ended at 2026-10-09 11:00.\nTry: suptime appointment missed A3\n"
    )


def test_an_appointment_was_missed_by_the_client_or_by_us_and_the_last_word_counts(firm: World):
    said = [firm(f"appointment missed A3{by}").out for by in ("", "", " --by us")]

    assert said == [
        "Recorded that the client missed A3 on CASE-3.\n",
        "A3 on CASE-3 is already recorded as missed by the client.\n",
        "Recorded that us missed A3 on CASE-3.\n",
    ]
    assert states(firm)["A3"] == "missed"


def test_an_appointment_is_missed_from_its_end_on(firm: World):
    firm.at("2026-10-20T15:59:59Z")
    assert states(firm)["A1"] == "booked"

    firm.at("2026-10-20T16:00:00Z")
    assert states(firm)["A1"] == "missed"


def test_work_of_another_agent_does_not_make_an_appointment_worked_in(firm: World):
    firm.do("log CASE-3 30m --from '2026-10-09 10:00' --agent bob")

    assert states(firm)["A3"] == "missed"
