"""edit, split, delete, undo, waive: what they change and say."""

import pytest
from driving import Suptime


def test_edit_says_what_the_unit_is_now(acme: Suptime):
    acme("log CASE-123 30m --from 09:00")
    done = acme("edit u1 --to 09:45 --case case-124 --note 'Filter off' --channel phone")
    assert done.out == "Changed U1: 45m on CASE-124, 09:00 to 09:45. Filter off\n"
    unit = acme.units[0]
    assert (unit["case"], unit["note"], unit["channel"], unit["seconds"]) == (
        "CASE-124",
        "Filter off",
        "phone",
        2700,
    )


def test_an_edit_that_changes_nothing_says_so(acme: Suptime):
    acme("log CASE-123 30m --from 09:00")
    before = acme.rows()
    assert acme("edit U1 --to 09:30").out == "Unchanged U1: 30m on CASE-123, 09:00 to 09:30.\n"
    assert acme.rows() == before


def test_the_start_of_what_runs_can_be_corrected(acme: Suptime):
    acme("start CASE-123")
    assert acme("edit U1 --from -20m").out == "Changed U1: 20m on CASE-123, 13:40 until now.\n"


def test_the_note_of_work_on_a_resolved_case_can_be_corrected(acme: Suptime):
    acme("log CASE-200 30m --to '2026-10-02 12:00'")
    acme("edit U1 --note 'Filter off'")


def test_an_edit_to_work_that_will_not_be_billed_warns(acme: Suptime):
    acme("log CASE-123 30m --from 09:00")
    assert acme("edit U1 --case CASE-125").err == (
        "CASE-125: No consent of the client yet. This time will not be billed.\n"
    )


def test_split_makes_two_units_that_touch(acme: Suptime):
    acme("log CASE-123 --from 09:00 --to 10:00 --note Both")
    assert acme("split U1 --at 09:20").out == (
        "Split U1: U1 is 20m, 09:00 to 09:20; U2 is 40m, 09:20 to 10:00.\n"
    )
    assert [unit["note"] for unit in acme.units] == ["Both", "Both"]
    acme("undo")
    assert [unit["seconds"] for unit in acme.units] == [3600]


def test_what_runs_can_be_split_and_runs_on(acme: Suptime):
    acme("start CASE-123 --at 13:00")
    shown = acme("split U1 --at 13:30 --format json").json
    assert (shown["unit"]["seconds"], shown["new_unit"]["ended_at"]) == (1800, None)
    assert acme.running()["unit"] == "U2"


def test_delete_says_what_was_deleted_and_undo_brings_it_back(acme: Suptime):
    acme("log CASE-123 30m --from 09:00 --note x")
    kept = acme.units
    assert acme("delete U1").out == "Deleted U1: 30m on CASE-123, 09:00 to 09:30.\n"
    assert acme.units == []
    assert acme("undo").out == "Took back 'delete' of 14:00, which had deleted U1.\n"
    assert acme.units == kept


def test_undo_takes_back_one_change_after_another_but_only_mine(acme: Suptime):
    acme.set(SUPTIME_AGENT="bob")
    acme("log CASE-123 30m --from 09:00")
    acme("log CASE-123 30m --from 10:00")
    acme.set(SUPTIME_AGENT="cy")
    acme("log CASE-123 30m --from 11:00")
    acme.set(SUPTIME_AGENT="bob")
    assert acme("undo --format json").json["undone"]["rows"] == [{"what": "U2", "was": "added"}]
    acme("undo")
    assert acme("undo", code=3).err == "Error: There is nothing of bob's to undo.\n"
    assert [unit["agent"] for unit in acme.units] == ["cy"]


def test_waive_takes_a_unit_a_case_or_an_appointment(acme: Suptime):
    acme("log CASE-123 30m --from 09:00")
    acme("appointment book CASE-123 --from '2026-10-06 10:00' --to '2026-10-06 11:00'")
    assert acme("waive U1 --reason 'Our mistake'").out == "Waived U1: Our mistake\n"
    assert acme("waive a1 --reason 'Our mistake'").out == "Waived A1: Our mistake\n"
    assert acme("waive case-123 --reason 'Our mistake' --format json").json == {
        "waived": {"id": "CASE-123", "reason": "Our mistake"},
        "changed": True,
    }
    assert acme("waive U1 --reason 'Our mistake'").out == "U1 is already waived for that reason.\n"
    assert acme.units[0]["waived"] == "Our mistake"


BEFORE = {
    "hours": "log CASE-123 2h --from 09:00 --note Filter",
    "touching": "log CASE-123 1h --from 08:00",
    "runs": "start CASE-123 --at 09:00 --note Filter",
}


@pytest.mark.parametrize(
    ("before", "command", "adjusted"),
    [
        # A unit that reaches over both edges is cut, one that reaches over an edge is shortened to it.
        (["hours"], "log CASE-124 30m --from 09:30", ["U1 cut 1800", "U3 added 3600"]),
        (["hours"], "log CASE-124 30m --from 10:45", ["U1 shortened 6300"]),
        (["hours"], "log CASE-124 30m --from 08:45", ["U1 shortened 6300"]),
        (["hours"], "log CASE-124 30m --from 09:00", ["U1 shortened 5400"]),
        (["hours"], "log CASE-124 30m --from 10:30", ["U1 shortened 5400"]),
        (
            ["touching", "hours"],
            "log CASE-124 30m --from 08:45",
            ["U1 shortened 2700", "U2 shortened 6300"],
        ),
        (["hours"], "log CASE-124 30m --from 11:00", []),
        (["hours"], "start CASE-124 --at 10:30", ["U1 shortened 5400"]),
        (["hours", "touching"], "edit U2 --to 09:30", ["U1 shortened 5400"]),
        # A running unit runs on in its later part, which is 3 h and a half by 14:00.
        (["runs"], "log CASE-124 1h --from 09:30", ["U1 cut 1800", "U3 added 12600"]),
    ],
)
def test_work_makes_room_in_one_change(acme: Suptime, before: list[str], command: str, adjusted: list[str]):
    for each in before:
        acme(BEFORE[each])
    units = acme.units

    shown = acme(f"{command} --adjust --format json").json

    assert [f"{a['id']} {a['was']} {a['unit']['seconds']}" for a in shown["adjusted"]] == adjusted
    acme("undo")
    assert acme.units == units


def test_the_later_part_is_like_the_first(acme: Suptime):
    acme("log CASE-123 2h --from 09:00 --note Filter --channel phone --guest --requested")
    acme("waive U1 --reason Ours")
    acme("log CASE-124 30m --from 09:30 --adjust")

    first, later = (u for u in acme.units if u["case"] == "CASE-123")

    own = {"id", "started_at", "ended_at", "seconds", "range_seconds"}
    assert {k: v for k, v in first.items() if k not in own} == {
        k: v for k, v in later.items() if k not in own
    }


def test_what_made_room_is_said(acme: Suptime):
    acme("log CASE-123 2h --from 09:00")
    assert acme("log CASE-124 30m --from 09:30 --adjust").err.splitlines()[:2] == [
        "Cut U1 on CASE-123: 09:00 to 09:30.",
        "Added U3 on CASE-123: 10:00 to 11:00.",
    ]


def test_own_units_are_named_by_last_and_running(acme: Suptime):
    acme("log CASE-124 1h --from 12:00")
    acme("log CASE-124 1h --from 09:00")
    acme("start CASE-123")
    acme("log CASE-124 1h --from 07:00 --agent bob")

    assert acme("edit running --note a --format json").json["unit"]["id"] == "U3"
    acme("stop")
    assert acme("edit last --add-note b --format json").json["unit"]["note"] == "a; b"
    assert acme("split 1 --at 12:30 --format json").json["unit"]["id"] == "U1"
    assert acme("waive last --reason x --format json").json["waived"]["id"] == "U3"
    assert (
        acme("delete running", code=3).err == "Error: No timer of ana is running.\nTry: suptime start CASE\n"
    )
