"""edit, split, delete, undo, waive: what they change and say."""

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
    assert acme("edit U1 --to 09:30").out == "Nothing to change: U1: 30m on CASE-123, 09:00 to 09:30.\n"
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
        "CASE-125: No consent of the client yet. As things stand this time will not be billed.\n"
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
    assert acme("waive U1 --reason 'Our mistake'").out == "U1 is waived for that reason already.\n"
    assert acme.units[0]["waived"] == "Our mistake"
