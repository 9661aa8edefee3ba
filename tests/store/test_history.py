"""Every change leaves its trace, and `undo` works from it."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from store_seed import NOW, changing, refused, unit

from suptime.domain.booking import Appointment, Purchase
from suptime.domain.case import Case, Event, EventKind, Message
from suptime.domain.client import Client, Contact, Project
from suptime.domain.contract import PriceChange
from suptime.errors import NotPossible
from suptime.store import Store
from suptime.store.repositories.records import ContractRow
from suptime.store.timer.rows import CaseState

EVERYTHING = (
    "client",
    "contact",
    "contract",
    "contract_version",
    "project",
    "case",
    "case_event",
    "work_unit",
)
EVERYTHING += ("appointment", "purchase", "price", "message")


def contents(store: Store) -> dict[str, list[dict]]:
    """Every row but the audit trail and what is worked out from the rest."""
    with store.reading() as tx:
        return {name: sorted(map(repr, tx.rows.each_row(name))) for name in EVERYTHING}


def last(store: Store, agent: str) -> int:
    """The number of AGENT's last change that counts."""
    with store.reading() as tx:
        return tx.history.last(agent).id


def undo(store: Store, agent: str = "ana") -> set[str]:
    with changing(store, "undo", agent, NOW + 5000) as tx:
        tx.history.undo(tx.history.last(agent))
        return tx.case_states.touched


def fill(tx) -> None:
    """One more of everything that the seed lacks."""
    tx.contacts.add(Contact("acme", "o@acme.example"))
    tx.projects.add(Project("P1", "acme", Decimal(5), date(2026, 1, 1)))
    tx.cases.add_event("CASE-1", Event(EventKind.CONSENT, NOW, by="o@acme.example"))
    tx.units.add(unit(0, 100))
    tx.appointments.add(Appointment(0, "CASE-1", "ana", NOW, NOW + 50))
    tx.purchases.add(Purchase(0, "acme-ps", date(2026, 6, 1), Decimal(600), Decimal("99.90")))
    tx.prices.set(PriceChange("acme-ps", "hour", date(2026, 10, 1), Decimal("180.00")))
    tx.messages.add(Message(0, "CASE-1", "in", NOW, "<1@acme.example>", "o@acme.example", "Help"))


WRITES = {
    "adding a client": lambda tx: tx.clients.add(Client("beta", "Beta", card_on_file=True)),
    "editing a client": lambda tx: tx.clients.save(Client("acme", "Acme II", tax="10")),
    "renaming a client": lambda tx: tx.clients.rename(tx.clients.get("acme"), "acme-2"),
    "adding a contact": lambda tx: tx.contacts.add(Contact("acme", "x@acme.example")),
    "adding a project": lambda tx: tx.projects.add(Project("P2", "acme", Decimal("7.50"), date(2026, 2, 1))),
    "adding a contract": lambda tx: tx.contracts.add(
        ContractRow("acme-2", "acme", "II", date(2026, 2, 1), date(2026, 3, 1), "text")
    ),
    "adding a version": lambda tx: tx.contracts.add(
        ContractRow("acme-ps", "acme", "II", date(2026, 9, 1), None, "text")
    ),
    "opening a case": lambda tx: tx.cases.add(
        Case("CASE-3", "acme", "acme-ps", NOW, events=(Event(EventKind.ESCALATE, NOW),))
    ),
    "editing a case": lambda tx: tx.cases.save(replace(tx.cases.get("CASE-1"), subject="New", project="P1")),
    "an event": lambda tx: tx.cases.add_event("CASE-1", Event(EventKind.RESOLVE, NOW, cause="x", kb="y")),
    "adding a unit": lambda tx: tx.units.add(unit(200, None)),
    "editing a unit": lambda tx: tx.units.save(tx.units.find()[0]._replace(note="ä", ended_at=NOW + 50)),
    "waiving a unit": lambda tx: tx.units.save(tx.units.find()[0]._replace(waived="goodwill", guest=True)),
    "deleting a unit": lambda tx: tx.units.delete(tx.units.find()[0].id),
    "splitting a unit": lambda tx: (
        tx.units.save(tx.units.find()[0]._replace(ended_at=NOW + 50)),
        tx.units.add(unit(50, 100)),
    ),
    "booking": lambda tx: tx.appointments.add(Appointment(0, "CASE-2", "ana", NOW + 500, NOW + 600)),
    "cancelling": lambda tx: tx.appointments.save(
        replace(tx.appointments.find()[0], cancelled_at=NOW, cancelled_by="us", missed_by=None)
    ),
    "a purchase": lambda tx: tx.purchases.add(Purchase(0, "acme-ps", date(2026, 7, 1), Decimal(60))),
    "a new price": lambda tx: tx.prices.set(
        PriceChange("acme-ps", "minute", date(2026, 11, 1), Decimal("2.50"))
    ),
    "another price for a day": lambda tx: tx.prices.set(
        PriceChange("acme-ps", "hour", date(2026, 10, 1), Decimal("190.00"))
    ),
    "a message": lambda tx: tx.messages.add(Message(0, "CASE-1", "out", NOW)),
    "voiding a purchase": lambda tx: tx.purchases.void(tx.purchases.find()[0].id),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_undo_takes_back(store: Store, write):
    with changing(store, "fill", "seed") as tx:
        fill(tx)
    before = contents(store)
    with changing(store) as tx:
        write(tx)
        touched = set(tx.case_states.touched)
    assert contents(store) != before
    untouched = undo(store)
    assert contents(store) == before
    assert untouched == touched - {"CASE-3"}
    with store.reading() as tx:
        assert tx.history.last("ana") is None


def test_every_write_leaves_who_when_what_before_and_after(store: Store):
    with changing(store, "log", "ana", NOW + 7) as tx:
        added = tx.units.add(unit(0, 10))
    with changing(store, "edit", "ben", NOW + 8) as tx:
        tx.units.save(added._replace(note='"x" ä'))
    with changing(store, "delete", "ben", NOW + 9) as tx:
        tx.units.delete(added.id)
    with store.reading() as tx:
        rows = [row for row in tx.audit.each() if row.entity == "work_unit"]
    assert [(row.at, row.agent, row.command, row.key) for row in rows] == [
        (NOW + 7, "ana", "log", str(added.id)),
        (NOW + 8, "ben", "edit", str(added.id)),
        (NOW + 9, "ben", "delete", str(added.id)),
    ]
    assert rows[0].before is None
    assert rows[0].after == (
        f'{{"agent":"ana","case_number":"CASE-1","channel":"phone","ended_at":{NOW + 10},"guest":false,'
        f'"id":{added.id},"note":"","requested":false,"role":null,'
        f'"started_at":{NOW},"waived":null,"work_type":null}}'
    )
    assert rows[1].before == rows[0].after
    assert json.loads(rows[1].after)["note"] == '"x" ä'
    assert rows[2].before == rows[1].after
    assert rows[2].after is None


def test_the_rows_of_one_command_share_one_change(store: Store):
    with changing(store, "split") as tx:
        first = tx.units.add(unit(0, 10))
        second = tx.units.add(unit(10, 20))
    with store.reading() as tx:
        change = tx.history.last("ana")
    assert (change.command, change.agent, change.at) == ("split", "ana", NOW)
    assert [(row.name, row.verb) for row in change.rows] == [
        (f"U{first.id}", "added"),
        (f"U{second.id}", "added"),
    ]


def test_saving_what_is_so_already_is_no_change(store: Store):
    with changing(store) as tx:
        tx.clients.save(tx.clients.get("acme"))
        tx.cases.save(tx.cases.get("CASE-1"))
    with store.reading() as tx:
        assert tx.history.last("ana") is None


def test_undo_goes_back_one_change_at_a_time_and_past_what_is_undone(store: Store):
    for start in (0, 10, 20):
        with changing(store, f"log {start}") as tx:
            tx.units.add(unit(start, start + 10))
    undo(store)
    undo(store)
    with store.reading() as tx:
        assert [found.started_at for found in tx.units.find()] == [NOW]
        assert tx.history.last("ana").command == "log 0"
    undo(store)
    with store.reading() as tx:
        assert tx.units.find() == []
        assert tx.history.last("ana") is None
        assert tx.history.last("seed").command == "seed"


def test_undo_takes_back_an_edit_of_what_the_change_before_added(store: Store):
    with changing(store, "log") as tx:
        added = tx.units.add(unit(0, 10))
    with changing(store, "edit") as tx:
        tx.units.save(added._replace(note="x"))
    undo(store)
    undo(store)
    with store.reading() as tx:
        assert tx.units.find() == []


def test_what_somebody_changed_since_is_not_undone(store: Store):
    with changing(store, "log") as tx:
        added = tx.units.add(unit(0, 10))
    with changing(store, "edit", "ben") as tx:
        tx.units.save(added._replace(note="x"))
    assert refused(NotPossible, lambda: undo(store)) == (
        f"`log` cannot be undone: U{added.id} has been changed since.\n"
        f"The later change is {last(store, 'ben')}, `edit` by ben.\n"
        "Undo that one first."
    )
    undo(store, "ben")
    undo(store)
    with store.reading() as tx:
        assert tx.units.find() == []


def test_what_others_need_is_not_taken_back(store: Store):
    with changing(store, "case open") as tx:
        tx.cases.add(Case("CASE-3", "acme", "acme-ps", NOW))
        tx.case_states.save(CaseState("CASE-3", "acme", "open", NOW, NOW, None))
    with changing(store, "log", "ben") as tx:
        added = tx.units.add(unit(0, 10, case="CASE-3"))
    assert refused(NotPossible, lambda: undo(store)) == (
        f"CASE-3 cannot be taken back: U{added.id} needs it.\n"
        f"The later change is {last(store, 'ben')}, `log` by ben.\nTake that back first."
    )
    with changing(store, "client add") as tx:
        tx.clients.add(Client("beta", "Beta"))
    with changing(store, "contract add", "ben") as tx:
        tx.contracts.add(ContractRow("beta-ps", "beta", "B", date(2026, 1, 1), None, ""))
    assert refused(NotPossible, lambda: undo(store)) == (
        "Client beta cannot be taken back: contract beta-ps needs it.\n"
        f"The later change is {last(store, 'ben')}, `contract add` by ben.\nTake that back first."
    )


def test_deleted_work_does_not_come_back_over_other_work(store: Store):
    with changing(store, "log", "ben") as tx:
        added = tx.units.add(unit(0, 10))
    with changing(store, "delete") as tx:
        tx.units.delete(added.id)
    with changing(store, "log", "ben") as tx:
        other = tx.units.add(unit(5, 15, case="CASE-2"))
    assert refused(NotPossible, lambda: undo(store)) == (
        f"U{added.id} cannot be brought back: it would overlap U{other.id} on CASE-2.\n"
        f"suptime edit U{other.id}, or suptime delete U{other.id}, first."
    )


def test_a_change_is_undone_once(store: Store):
    with changing(store, "log") as tx:
        tx.units.add(unit(0, 10))
    with store.reading() as tx:
        change = tx.history.last("ana")
    undo(store)
    with changing(store, "undo") as tx:
        assert refused(NotPossible, lambda: tx.history.undo(change)) == "`log` is undone already."


def test_an_import_is_not_undone(store: Store):
    with changing(store, "import") as tx:
        tx.units.add_many([unit(0, 10)])
        tx.imports.note("sha256:00", {"unit": 1})
    assert refused(NotPossible, lambda: undo(store)) == (
        "An import cannot be undone.\nGo back to a backup from before it."
    )
    with store.reading() as tx:
        assert len(tx.units.find()) == 1


def test_a_case_is_opened_anew_under_the_number_of_an_undone_one(store: Store):
    for _ in range(2):
        with changing(store, "case open") as tx:
            tx.cases.add(Case(tx.cases.next_number(), "acme", "acme-ps", NOW))
            tx.case_states.save(CaseState("CASE-3", "acme", "open", NOW, NOW, None))
        undo(store)
    with store.reading() as tx:
        assert tx.cases.get("CASE-3") is None


def redo(store: Store, agent: str = "ana") -> None:
    with changing(store, "redo", agent, NOW + 6000) as tx:
        undone = tx.history.last_undo(agent)
        assert undone is not None
        tx.history.undo(undone)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_redo_brings_back(store: Store, write):
    with changing(store, "fill", "seed") as tx:
        fill(tx)
    with changing(store) as tx:
        write(tx)
    after = contents(store)
    undo(store)
    redo(store)
    assert contents(store) == after
    with store.reading() as tx:
        assert tx.history.last_undo("ana") is None
        assert tx.history.last("ana").command == "test"
    undo(store)
    redo(store)
    assert contents(store) == after


def test_redo_goes_forward_one_undo_at_a_time(store: Store):
    for note in ("a", "b", "c"):
        with changing(store, note) as tx:
            tx.units.add(unit(ord(note), ord(note) + 1)._replace(note=note))

    def notes() -> str:
        with store.reading() as tx:
            return "".join(each.note for each in tx.units.find())

    seen = []
    for step in (undo, undo, redo, undo, undo, redo, redo, redo):
        step(store)
        seen.append(notes())
    assert seen == ["ab", "a", "ab", "a", "", "a", "ab", "abc"]


def test_after_another_change_there_is_nothing_to_redo(store: Store):
    with changing(store, "log") as tx:
        tx.units.add(unit(0, 10))
    undo(store)
    with changing(store, "log", "ben") as tx:
        tx.units.add(unit(0, 10))
    with store.reading() as tx:
        assert tx.history.last_undo("ana") is not None
    with changing(store, "log") as tx:
        tx.units.add(unit(20, 30))
    with store.reading() as tx:
        assert tx.history.last_undo("ana") is None


def test_a_change_that_a_later_one_touched_and_put_back_is_not_undone(store: Store):
    with changing(store, "log") as tx:
        added = tx.units.add(unit(0, 10))
    with store.reading() as tx:
        first = tx.history.last("ana")
    for note in ("x", ""):
        with changing(store, "edit") as tx:
            tx.units.save(added._replace(note=note))
    with changing(store, "undo") as tx:
        assert "U1 has been changed since." in refused(NotPossible, lambda: tx.history.undo(first))


def test_work_that_others_changed_since_is_not_redone(store: Store):
    with changing(store, "log", "ben") as tx:
        added = tx.units.add(unit(0, 10))
    with changing(store, "edit") as tx:
        tx.units.save(added._replace(note="mine"))
    undo(store)
    with changing(store, "edit", "ben") as tx:
        tx.units.save(added._replace(note="his"))
    assert refused(NotPossible, lambda: redo(store)) == (
        f"This cannot be redone: U{added.id} has been changed since.\n"
        f"The later change is {last(store, 'ben')}, `edit` by ben.\nUndo that one first."
    )


def test_a_search_finds_changes_by_what_they_are_about(store: Store):
    with changing(store, "log", at=NOW) as tx:
        first = tx.units.add(unit(0, 10))
    with changing(store, "log", "ben", NOW + 10) as tx:
        tx.units.add(unit(0, 10, agent="ben", case="CASE-2"))
    with changing(store, "move", at=NOW + 20) as tx:
        tx.units.save(first._replace(case="CASE-2"))
    with changing(store, "client add", at=NOW + 30) as tx:
        tx.clients.add(Client("beta", "Beta"))
    with changing(store, "delete", at=NOW + 40) as tx:
        tx.units.delete(first.id)
    everything = dict.fromkeys(("agent", "case", "unit", "client", "start", "end")) | {"limit": 20}

    def found(**wanted) -> list[str]:
        with store.reading() as tx:
            return [change.command for change in tx.history.find(**everything | wanted)]

    assert found() == ["delete", "client add", "move", "log", "log", "seed"]
    assert found(limit=2) == ["delete", "client add"]
    assert found(agent="ben") == ["log"]
    assert found(unit=first.id) == ["delete", "move", "log"]
    assert found(case="CASE-1") == ["move", "log", "seed"]
    assert found(case="CASE-2") == ["delete", "move", "log", "seed"]
    assert found(client="beta") == ["client add"]
    assert found(client="acme") == ["delete", "move", "log", "log", "seed"]
    assert found(start=NOW + 10, end=NOW + 30) == ["move", "log"]
