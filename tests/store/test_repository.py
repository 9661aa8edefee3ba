"""What is written is read again, by the questions the commands ask."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from store_seed import NOW, changing, refused, unit

from suptime.domain.booking import Appointment, Purchase
from suptime.domain.case import Case, Event, EventKind, Message
from suptime.domain.client import Client, Contact, Project
from suptime.domain.contract import PriceChange
from suptime.errors import NotPossible, WrongUsage
from suptime.store import Store
from suptime.store.repositories.records import ContractRow


def test_a_client_comes_back_as_it_went_in(store: Store):
    full = Client(
        "beta", "Beta Ä", "EUR", "Europe/Berlin", "b@x.example", "Street 1\nTown", "DE", "DE1", "19", True
    )
    with changing(store) as tx:
        tx.clients.add(full)
    with store.reading() as tx:
        assert tx.clients.get("beta") == full
        assert tx.clients.get("BETA") == full
        assert [client.code for client in tx.clients.list_all()] == ["acme", "beta"]
        assert tx.clients.get("nobody") is None


def test_a_client_is_saved_over_the_old_one(store: Store):
    with changing(store) as tx:
        tx.clients.save(Client("acme", "Acme Ltd", card_on_file=True))
    with store.reading() as tx:
        assert tx.clients.get("acme") == Client("acme", "Acme Ltd", card_on_file=True)


@pytest.mark.parametrize("code", ["acme", "ACME"])
def test_two_clients_of_one_code_are_refused_in_any_letter_case(store: Store, code: str):
    with changing(store) as tx:
        assert (
            refused(NotPossible, lambda: tx.clients.add(Client(code, "Other")))
            == "There is a client acme already."
        )


def test_saving_a_client_that_is_not_there_is_refused(store: Store):
    with changing(store) as tx:
        assert (
            refused(NotPossible, lambda: tx.clients.save(Client("who", "Who"))) == "There is no client who."
        )


def test_contacts_and_projects_come_back(store: Store):
    with changing(store) as tx:
        tx.contacts.add(Contact("acme", "z@acme.example"))
        tx.contacts.add(Contact("acme", "Ops@acme.example", "Olga", "administrator"))
        tx.projects.add(Project("P1", "acme", Decimal("40000.50"), date(2026, 8, 15)))
        assert refused(NotPossible, lambda: tx.contacts.add(Contact("acme", "ops@acme.example"))) == (
            "The client acme has a contact ops@acme.example already."
        )
        assert refused(
            NotPossible, lambda: tx.projects.add(Project("p1", "acme", Decimal(1), date(2026, 1, 1)))
        ) == ("There is a project P1 already.")
    with store.reading() as tx:
        assert [contact.email for contact in tx.contacts.of("acme")] == ["Ops@acme.example", "z@acme.example"]
        assert tx.contacts.of("acme")[0] == Contact("acme", "Ops@acme.example", "Olga", "administrator")
        assert tx.projects.get("p1") == Project("P1", "acme", Decimal("40000.50"), date(2026, 8, 15))
        assert tx.projects.find(client="acme") == tx.projects.find() == [tx.projects.get("P1")]
        assert tx.projects.find(client="beta") == []


def test_contract_versions_come_by_code_and_first_day(store: Store):
    later = ContractRow("acme-ps", "acme", "Services II", date(2026, 7, 1), date(2026, 12, 31), "new text")
    other = ContractRow("acme-1on1", "acme", "1-on-1", date(2026, 3, 1), None, "text")
    with changing(store) as tx:
        tx.contracts.add(later)
        tx.contracts.add(other)
    with store.reading() as tx:
        assert [(row.code, row.starts_on) for row in tx.contracts.versions()] == [
            ("acme-1on1", date(2026, 3, 1)),
            ("acme-ps", date(2026, 1, 1)),
            ("acme-ps", date(2026, 7, 1)),
        ]
        assert tx.contracts.versions(code="ACME-PS")[1] == later
        assert tx.contracts.versions(client="acme") == tx.contracts.versions()
        assert tx.contracts.versions(client="beta") == []


def test_a_contract_code_is_one_clients_alone_and_a_day_starts_one_version(store: Store):
    row = ContractRow("acme-ps", "acme", "Services", date(2026, 1, 1), None, "")
    with changing(store) as tx:
        tx.clients.add(Client("beta", "Beta"))
        assert refused(NotPossible, lambda: tx.contracts.add(row)) == (
            "The contract acme-ps has a version from 2026-01-01 already.\nGive the new version a later starts_on."
        )
        assert refused(NotPossible, lambda: tx.contracts.add(replace(row, client="beta"))) == (
            "The contract acme-ps is one of client acme."
        )
        assert refused(NotPossible, lambda: tx.contracts.add(replace(row, code="Acme-PS"))) == (
            "There is a contract acme-ps already."
        )


def test_a_case_comes_back_with_its_events_in_order_of_time(store: Store):
    case = Case(
        "X-9", "acme", "acme-ps", NOW, "Subject", "bug", "incident", "P1", "o@x", "email", None, "why", 3600
    )
    consent = Event(EventKind.CONSENT, NOW + 60, by="ops@acme.example", up_to_seconds=7200)
    with changing(store) as tx:
        tx.cases.add(case)
        late = tx.cases.add_event("X-9", Event(EventKind.RESOLVE, NOW + 100, cause="defect", kb="https://kb"))
        early = tx.cases.add_event("X-9", consent)
        same = tx.cases.add_event("X-9", Event(EventKind.REOPEN, NOW + 100))
        assert early == replace(consent, id=early.id, n=2)
    with store.reading() as tx:
        assert tx.cases.get("X-9") == replace(case, events=(early, late, same))


def test_a_case_is_found_in_another_letter_case_if_it_is_the_only_one(store: Store):
    with changing(store) as tx:
        tx.cases.add(Case("Ticket-1", "acme", "acme-ps", NOW))
        assert tx.cases.get("TICKET-1") == tx.cases.get("Ticket-1")
        tx.cases.add(Case("ticket-1", "acme", "acme-ps", NOW))
        assert tx.cases.get("TICKET-1") is None
        assert tx.cases.get("ticket-1").number == "ticket-1"
        assert tx.cases.get("nothing") is None


def test_cases_come_in_the_order_of_their_numbers_and_as_asked_for(store: Store):
    with changing(store) as tx:
        tx.clients.add(Client("beta", "Beta"))
        tx.contracts.add(ContractRow("beta-ps", "beta", "B", date(2026, 1, 1), None, ""))
        for number in ("CASE-10", "CASE-9"):
            tx.cases.add(Case(number, "beta", "beta-ps", NOW))
        tx.cases.add_event("CASE-9", Event(EventKind.RESOLVE, NOW + 1))
    with store.reading() as tx:
        assert [case.number for case in tx.cases.find()] == ["CASE-1", "CASE-2", "CASE-9", "CASE-10"]
        assert [case.number for case in tx.cases.find(client="beta")] == ["CASE-9", "CASE-10"]
        assert [case.number for case in tx.cases.find(contract="acme-ps")] == ["CASE-1", "CASE-2"]
        assert [case.number for case in tx.cases.find(status="resolved")] == ["CASE-9"]
        assert [case.number for case in tx.cases.find(status="open", client="beta")] == ["CASE-10"]
        assert [case.number for case in tx.cases.find(numbers={"CASE-2", "CASE-9", "CASE-77"})] == [
            "CASE-2",
            "CASE-9",
        ]
        assert tx.cases.find(numbers=[]) == []
        assert [case.number for case in tx.cases.each()] == [case.number for case in tx.cases.find()]
        assert sorted(tx.cases.numbers()) == ["CASE-1", "CASE-10", "CASE-2", "CASE-9"]


def test_the_next_case_number_is_one_above_the_highest_of_its_kind(store: Store):
    with changing(store) as tx:
        assert tx.cases.next_number() == "CASE-3"
        tx.cases.add(Case("OTHER-500", "acme", "acme-ps", NOW))
        tx.cases.add(Case("case-41", "acme", "acme-ps", NOW))
        assert tx.cases.next_number() == "CASE-42"


def test_a_case_number_is_given_once(store: Store):
    with changing(store) as tx:
        again = Case("CASE-1", "acme", "acme-ps", NOW)
        assert refused(NotPossible, lambda: tx.cases.add(again)) == "There is a case CASE-1 already."


def test_saving_a_case_leaves_its_events_alone(store: Store):
    with changing(store) as tx:
        event = tx.cases.add_event("CASE-1", Event(EventKind.ESCALATE, NOW))
        tx.cases.save(replace(tx.cases.get("CASE-1"), subject="New", events=()))
        assert tx.cases.get("CASE-1").subject == "New"
        assert tx.cases.get("CASE-1").events == (event,)


def test_units_come_by_start_and_id_and_as_asked_for(store: Store):
    with changing(store) as tx:
        second = tx.units.add(unit(200, 300, case="CASE-2"))
        first = tx.units.add(unit(0, 100))
        bens = tx.units.add(unit(0, 250, agent="ben"))
    with store.reading() as tx:
        assert tx.units.find() == [first, bens, second]
        assert list(tx.units.each()) == tx.units.find()
        assert tx.units.find(case="CASE-2") == [second]
        assert tx.units.find(agent="ana") == [first, second]
        assert tx.units.find(client="acme", contract="acme-ps") == [first, bens, second]
        assert tx.units.find(client="beta") == []
        assert tx.units.get(first.id) == first
        assert tx.units.get(999) is None
        assert tx.units.last("ana", 1) == [second]
        assert tx.units.last("ana", 9) == [second, first]


def test_units_of_a_stretch_are_those_that_touch_it(store: Store):
    with changing(store) as tx:
        before = tx.units.add(unit(0, 100))
        empty = tx.units.add(unit(100, 100))
        across = tx.units.add(unit(100, 200))
        bens = tx.units.add(unit(-50, 120, agent="ben"))
        runs = tx.units.add(unit(10, None, agent="cat"))
    with store.reading() as tx:
        assert tx.units.find(start=NOW + 100) == [bens, runs, empty, across]
        assert tx.units.find(start=NOW + 99, end=NOW + 100) == [bens, before, runs]
        assert tx.units.find(start=NOW + 100, end=NOW + 101) == [bens, runs, empty, across]
        assert tx.units.find(start=NOW + 150, agent="ana") == [across]
        assert tx.units.find(start=NOW + 500) == [runs]
        assert tx.units.find(end=NOW) == [bens]
        assert tx.units.find(start=NOW + 150, agent="dan") == []


@pytest.mark.parametrize(
    ("start", "end", "hit"),
    [(0, 100, True), (-50, 1, True), (99, None, True), (100, 200, False), (-50, 0, False), (50, 50, True), (0, 0, False), (100, 100, False), (-9, None, True)],
)  # fmt: skip
def test_work_overlaps_where_each_starts_before_the_other_ends(
    store: Store, start: int, end: int | None, hit: bool
):
    with changing(store) as tx:
        there = tx.units.add(unit(0, 100))
        tx.units.add(unit(0, 100, agent="ben"))
        found = tx.units.overlapping("ana", NOW + start, None if end is None else NOW + end)
        assert found == (there if hit else None)
        assert tx.units.overlapping("ana", NOW + start, NOW + 100, but=there.id) is None


def test_of_several_overlapping_units_the_first_is_named(store: Store):
    with changing(store) as tx:
        first, _, runs = (tx.units.add(unit(*span)) for span in ((0, 10), (10, 20), (20, None)))
        assert tx.units.overlapping("ana", NOW + 5, None) == first
        assert tx.units.overlapping("ana", NOW + 900, NOW + 901) == runs
        assert tx.units.running("ana") == runs
        assert tx.units.all_running() == [runs]
        assert tx.units.running("ben") is None


def test_a_unit_is_saved_and_deleted_and_its_id_never_given_again(store: Store):
    with changing(store) as tx:
        kept = tx.units.add(unit(0, 10))
        tx.units.save(
            kept._replace(note="[b]note[/b] ☂", waived="goodwill", guest=True, requested=True, channel="chat")
        )
        assert tx.units.get(kept.id).note == "[b]note[/b] ☂"
        assert tx.units.get(kept.id).guest is True
        tx.units.delete(kept.id)
        assert tx.units.get(kept.id) is None
        assert refused(NotPossible, lambda: tx.units.delete(kept.id)) == f"There is no U{kept.id}."
        assert refused(NotPossible, lambda: tx.units.save(kept)) == f"There is no U{kept.id}."
        assert tx.units.add(unit(0, 10)).id > kept.id


def test_appointments_come_by_start_and_as_asked_for(store: Store):
    with changing(store) as tx:
        late = tx.appointments.add(Appointment(0, "CASE-1", "ana", NOW + 100, NOW + 200, "remote"))
        early = tx.appointments.add(Appointment(0, "CASE-2", "ben", NOW, NOW + 50))
        cancelled = replace(late, cancelled_at=NOW, cancelled_by="client", waived="x")
        tx.appointments.save(cancelled)
    with store.reading() as tx:
        assert tx.appointments.find() == [early, cancelled]
        assert tx.appointments.find(case="CASE-2") == tx.appointments.find(agent="ben") == [early]
        assert tx.appointments.find(client="acme", contract="acme-ps") == [early, cancelled]
        assert tx.appointments.find(client="beta") == []
        assert tx.appointments.get(late.id) == cancelled
        assert tx.appointments.get(77) is None


def test_prices_are_exact_and_one_a_day(store: Store):
    first = PriceChange("acme-ps", "hour", date(2026, 10, 1), Decimal("180.0000"))
    minute = PriceChange("acme-ps", "minute", date(2026, 10, 1), Decimal("2.50"))
    later = PriceChange("acme-ps", "hour", date(2026, 11, 1), Decimal(200))
    with changing(store) as tx:
        for change in (later, first, minute):
            tx.prices.set(change)
        assert str(tx.prices.find()[0].amount) == "180.0000"
        tx.prices.set(replace(first, amount=Decimal("175.00")))
        assert tx.case_states.touched == {"CASE-1", "CASE-2"}
    with store.reading() as tx:
        assert tx.prices.find() == tx.prices.find(contract="acme-ps")
        assert tx.prices.find() == [replace(first, amount=Decimal("175.00")), minute, later]
        assert tx.prices.find(contract="other") == []


def test_messages_come_back_by_time_and_by_their_message_id(store: Store):
    full = Message(
        0, "CASE-1", "in", NOW + 9, "<1@acme.example>", "o@acme.example", "Größe", "a\nb", ("x.pdf", "ü.png"), "1.eml"
    )  # fmt: skip
    with changing(store) as tx:
        late = tx.messages.add(full)
        early = tx.messages.add(Message(0, "CASE-1", "out", NOW))
        other = tx.messages.add(Message(0, "CASE-2", "out", NOW))
        assert refused(NotPossible, lambda: tx.messages.add(replace(full, case="CASE-2"))) == (
            "The message <1@acme.example> is there already, in CASE-1."
        )
    with store.reading() as tx:
        assert late == replace(full, id=late.id)
        assert tx.messages.of("CASE-1") == [early, late]
        assert list(tx.messages.each()) == [late, early, other]
        assert tx.messages.by_message_id("<1@acme.example>") == late
        assert tx.messages.by_message_id("<2@acme.example>") is None


def test_purchases_are_exact_and_void_ones_are_gone(store: Store):
    with changing(store) as tx:
        old = tx.purchases.add(Purchase(0, "acme-ps", date(2026, 6, 1), Decimal(600), Decimal("1000.10")))
        new = tx.purchases.add(Purchase(0, "acme-ps", date(2026, 7, 1), Decimal("0.10")))
        assert (
            tx.purchases.find()
            == tx.purchases.find(contract="acme-ps")
            == tx.purchases.find(client="acme")
            == [old, new]
        )
        assert str(tx.purchases.get(old.id).price) == "1000.10"
        tx.purchases.void(old.id)
        assert tx.purchases.get(old.id) is None
        assert tx.purchases.find(client="acme") == [new]
        void = replace(old, voided_at=NOW)
        assert tx.purchases.get(old.id, void=True) == void
        assert tx.purchases.find(client="acme", void=True) == [void, new]
        assert tx.purchases.find(client="beta") == []
        assert refused(NotPossible, lambda: tx.purchases.void(old.id)) == f"There is no purchase P{old.id}."


def test_writers_note_the_cases_whose_standing_changes(store: Store):
    def touched(write):
        with changing(store) as tx:
            write(tx)
            return tx.case_states.touched

    both = {"CASE-1", "CASE-2"}
    assert touched(lambda tx: tx.cases.add_event("CASE-1", Event(EventKind.ESCALATE, NOW))) == {"CASE-1"}
    assert touched(lambda tx: tx.cases.save(replace(tx.cases.get("CASE-2"), subject="x"))) == {"CASE-2"}
    assert touched(lambda tx: tx.cases.add(Case("CASE-3", "acme", "acme-ps", NOW))) == {"CASE-3"}
    both.add("CASE-3")
    assert touched(lambda tx: tx.clients.save(Client("acme", "A"))) == both
    assert touched(lambda tx: tx.purchases.add(Purchase(0, "acme-ps", date(2026, 1, 1), Decimal(1)))) == both
    assert touched(lambda tx: tx.purchases.void(1)) == both
    version = ContractRow("acme-ps", "acme", "S", date(2027, 1, 1), None, "")
    assert touched(lambda tx: tx.contracts.add(version)) == both
    assert touched(lambda tx: tx.units.add(unit(0, 1))) == set()


def test_a_reader_sees_one_snapshot_and_cannot_write(store: Store):
    with store.reading() as reader:
        assert len(reader.units.find()) == 0
        with changing(store) as tx:
            tx.units.add(unit(0, 10))
        assert len(reader.units.find()) == 0
        with pytest.raises(RuntimeError, match="opened for reading"):
            reader.units.add(unit(20, 30))
    with store.reading() as reader:
        assert len(reader.units.find()) == 1


def test_a_failed_change_leaves_nothing(store: Store):
    def half():
        with changing(store) as tx:
            tx.units.add(unit(0, 10))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    with store.reading() as tx:
        assert tx.units.find() == []
        assert tx.history.last("ana") is None


def test_what_no_column_can_hold_is_refused_in_words(store: Store):
    def write(**odd):
        with changing(store) as tx:
            tx.units.add(unit(0, 10)._replace(**odd))

    assert refused(WrongUsage, lambda: write(note="\udce4")) == (
        "A text holds characters that cannot be stored.\nType it again without them."
    )
    assert refused(WrongUsage, lambda: write(started_at=-(1 << 70))) in {
        "A number is too large to be stored.",
        "A text holds characters that cannot be stored.\nType it again without them.",
    }


@pytest.mark.postgres
@pytest.mark.parametrize("bare_url", ["postgres"], indirect=True)
def test_a_zero_character_which_a_server_cannot_store_is_refused_in_words(store: Store):
    def write():
        with changing(store) as tx:
            tx.units.add(unit(0, 10)._replace(note="a\0b"))

    assert refused(WrongUsage, write) == (
        "A text holds characters that cannot be stored.\nType it again without them."
    )


def test_a_mistake_of_the_callers_own_is_not_taken_for_the_databases(store: Store):
    def stumble():
        with changing(store):
            raise OverflowError("a date of the year 10000")

    with pytest.raises(OverflowError, match="year 10000"):
        stumble()
