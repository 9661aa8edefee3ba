"""`history`, and `undo` and `redo` of what it shows."""

import pytest
from driving import Suptime


@pytest.fixture
def worked(acme: Suptime) -> Suptime:
    """Work that ana logged and corrected, and ben looked into."""
    acme("log CASE-123 1h --from '2026-10-05 09:00' --note first")
    acme("edit U1 --note second")
    return acme


def numbers(suptime: Suptime, more: str = "") -> list[int]:
    return [change["id"] for change in suptime(f"history --format json {more}").json["changes"]]


def test_history_shows_the_newest_first_and_whether_they_can_be_undone(worked: Suptime):
    edit, log, *_ = worked("history --format json --limit 2").json["changes"]
    assert edit == {
        "id": log["id"] + 1, "at": "2026-10-05T14:00:00Z", "agent": "ana", "command": "edit",
        "rows": [{"what": "U1", "was": "changed"}],
        "undoes": None, "undone_by": None, "undoable": True, "why_not": None,
    }  # fmt: skip
    assert (log["undoable"], log["why_not"]) == (
        False,
        f"`log` cannot be undone: U1 has been changed since. The later change is {edit['id']}, `edit` by ana.",
    )
    worked("undo")
    undo, edit, log = worked("history --format json --limit 3").json["changes"]
    assert (undo["command"], undo["undoes"], undo["undoable"]) == ("undo", edit["id"], False)
    assert (edit["undone_by"], edit["undoable"], edit["why_not"]) == (
        undo["id"],
        False,
        "`edit` is undone already.",
    )
    assert log["undoable"]
    worked.set(SUPTIME_AGENT="ben")
    assert not worked("history --format json --unit U1").json["changes"][-1]["undoable"]


def test_history_is_narrowed_down(worked: Suptime):
    everything = numbers(worked)
    assert numbers(worked, "--unit U1") == numbers(worked, "--case case-123")[:2] == everything[:2]
    assert numbers(worked, "--client ACME") == everything
    assert numbers(worked, "--agent ben") == []
    assert numbers(worked, "--from 2026-10-06") == []
    for line in ("--case CASE-9", "--unit U9", "--client nobody"):
        worked(f"history {line}", code=3)
    for line in ("--limit 0", "--limit x", "--unit 7x"):
        worked(f"history {line}", code=2)


def test_a_change_is_undone_by_its_number(worked: Suptime):
    edit, log = numbers(worked)[:2]
    assert worked(f"undo {log}", code=3).err == (
        "Error: `log` cannot be undone: U1 has been changed since."
        f" The later change is {edit}, `edit` by ana.\nUndo that one first.\n"
    )
    worked("case open CASE-300 --client acme")
    assert worked(f"undo {edit} --format json").json == {
        "undone": {
            "id": edit, "command": "edit", "at": "2026-10-05T14:00:00Z", "rows": [{"what": "U1", "was": "changed"}],
        }
    }  # fmt: skip
    worked("undo 99999", code=3)
    worked("undo soon", code=2)
    worked.set(SUPTIME_AGENT="ben")
    assert worked(f"undo {log}", code=3).err == (
        f"Error: Change {log} is `log` by ana. You can undo only changes of your own.\n"
    )


@pytest.mark.parametrize("line", ["undo", "redo"])
def test_a_dry_run_changes_nothing(worked: Suptime, line: str):
    if line == "redo":
        worked("undo")
    before = worked.rows()
    said = worked(f"{line} --dry-run --format json").json
    assert (said["dry_run"], said[f"{line.replace('do', 'done')}"]["command"]) == (True, "edit")
    assert worked(f"{line} --dry-run").out == (f"Would {line} 'edit' of 14:00, which had changed U1.\n")
    assert worked.rows() == before


def test_redo_brings_back_and_ends_where_something_else_was_changed(worked: Suptime):
    worked("undo")
    assert worked("redo").out == "Redid 'edit' of 14:00, which had changed U1.\n"
    assert worked("redo", code=3).err == (
        "Error: There is nothing of ana's to redo. Redo must follow directly after an undo.\n"
    )
    undone = numbers(worked)[0]
    assert worked(f"undo {undone}", code=3).err == (
        f"Error: Change {undone} is `redo`, which itself cannot be undone.\nTry: suptime undo\n"
    )


def test_an_import_that_was_undone_is_not_brought_back(acme: Suptime):
    (acme.home / "log.csv").write_text(
        "User,Project,Start date,Start time,End date,End time\n"
        "ana,CASE-123,2026-10-01,09:00:00,2026-10-01,10:00:00\n"
    )
    acme("import toggl log.csv --timezone UTC")
    acme("undo")
    assert (
        acme("redo", code=3).err == "Error: An import cannot be brought back.\nImport the file once more.\n"
    )
