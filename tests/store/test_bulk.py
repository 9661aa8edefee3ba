"""Records by the thousand come in quickly and go out in order."""

from datetime import date
from decimal import Decimal

from store_seed import NOW, changing, refused, unit

from stores import new_store
from suptime.domain.booking import Appointment, Purchase
from suptime.domain.case import Case, Event, EventKind, Message
from suptime.domain.client import Client, Contact, Project
from suptime.domain.contract import PriceChange
from suptime.errors import NotPossible
from suptime.store import Store
from suptime.store.repositories.records import ContractRow
from suptime.store.repositories.rows import BATCH
from suptime.store.timer.rows import CaseState


def test_everything_comes_in_at_once_with_digests_of_all(store: Store):
    events = (Event(EventKind.CONSENT, NOW, by="x"), Event(EventKind.RESOLVE, NOW + 5))
    with changing(store, "import") as tx:
        assert tx.clients.add_many(Client(f"c{n}", "C") for n in range(3)) == 3
        tx.contracts.add(ContractRow("c0-ps", "c0", "C", date(2026, 1, 1), None, "text"))
        assert tx.contacts.add_many([Contact("c0", "a@c0.example")]) == 1
        assert tx.projects.add_many([Project("P1", "c0", Decimal("1.50"), date(2026, 1, 1))]) == 1
        assert tx.prices.add_many([PriceChange("c0-ps", "hour", date(2026, 6, 1), Decimal("1.5"))]) == 1
        assert tx.purchases.add_many([Purchase(7, "c0-ps", date(2026, 1, 1), Decimal(600))]) == 1
        assert (
            tx.cases.add_many(Case(f"CASE-{n}", "c0", "c0-ps", NOW, events=events) for n in range(3, 6)) == 3
        )
        assert tx.cases.add_events([("CASE-3", Event(EventKind.REOPEN, NOW + 9))]) == 1
        assert tx.messages.add_many([Message(5, "CASE-3", "in", NOW), Message(0, "CASE-3", "out", NOW)]) == 2
        assert tx.appointments.add_many([Appointment(0, "CASE-3", "ana", NOW, NOW + 5)]) == 1
        assert tx.units.add_many(unit(n, n + 1, case="CASE-3") for n in range(BATCH + 5)) == BATCH + 5
        tx.case_states.save_many(CaseState(f"CASE-{n}", "c0", "open", NOW, 0, None) for n in range(3, 6))
        tx.imports.note("sha256:aa", {"client": 3, "unit": BATCH + 5})
        assert tx.case_states.touched == {"CASE-3", "CASE-4", "CASE-5"}
    with store.reading() as tx:
        assert len(tx.clients.list_all()) == 4
        assert tx.contacts.of("c0") == [Contact("c0", "a@c0.example")]
        assert tx.purchases.find(client="c0") == [Purchase(7, "c0-ps", date(2026, 1, 1), Decimal(600))]
        assert tx.prices.find() == [PriceChange("c0-ps", "hour", date(2026, 6, 1), Decimal("1.5"))]
        assert [message.id for message in tx.messages.of("CASE-3")] == [5, 6]
        assert [event.kind.value for event in tx.cases.get("CASE-3").events] == [
            "consent",
            "resolve",
            "reopen",
        ]
        assert len(list(tx.units.each())) == BATCH + 5
        brought = [(row.entity, row.entity == "recorded" and row.key) for row in tx.audit.each()]
        tables = (
            "appointment",
            "case",
            "case_event",
            "client",
            "contact",
            "message",
            "price",
            "project",
            "purchase",
        )
        assert brought[-len(tables) - 3 :] == [
            ("import", False),
            *(("recorded", table) for table in (*tables, "work_unit", "work_unit")),
        ]


def test_ids_that_are_given_are_kept_and_followed(store: Store):
    with changing(store) as tx:
        tx.units.add_many([unit(0, 1, key=70), unit(1, 2), unit(2, 3, key=50), unit(3, 4)])
        assert [found.id for found in tx.units.find()][::2] == [70, 50]
        assert len({found.id for found in tx.units.find()}) == 4
        assert tx.units.add(unit(9, 10)).id > 72


def test_overlapping_work_is_refused_and_nothing_comes_in(store: Store):
    with changing(store) as tx:
        there = tx.units.add(unit(100, 200))

    def bring(*units):
        with changing(store, "import") as tx:
            tx.units.add_many(units)

    words = refused(NotPossible, lambda: bring(unit(0, 10), unit(150, 250)))
    assert words == f"Work of ana overlaps: U{there.id} and U{there.id + 2}."
    for wrong in (
        (unit(0, 500),),
        (unit(120, 130),),
        (unit(0, 10), unit(9, 11)),
        (unit(0, None),),
        (unit(150, 150),),
    ):
        refused(NotPossible, lambda wrong=wrong: bring(*wrong))
    bring(
        unit(0, 100),
        unit(100, 100),
        unit(200, 200),
        unit(200, 300),
        unit(150, 160, agent="ben"),
        unit(300, None),
    )
    with store.reading() as tx:
        assert len(tx.units.find()) == 7


def test_an_audit_trail_goes_into_a_fresh_store_as_it_came_out(tmp_path, store: Store):
    with changing(store) as tx:
        added = tx.units.add(unit(0, 1))
        tx.units.delete(added.id)
    with store.reading() as tx:
        trail = list(tx.audit.each())
    with new_store(tmp_path / "fresh.db") as fresh:
        with changing(fresh) as tx:
            assert tx.audit.add_many(trail) == len(trail)
        with fresh.reading() as tx:
            assert list(tx.audit.each()) == trail


def test_a_stretch_of_years_is_read_from_the_index(store: Store):
    """The plan names the index on the start, and reads nothing before the stretch."""
    seen = []
    with changing(store) as tx:
        tx.units.add_many(unit(n * 10, n * 10 + 10) for n in range(5000))
    with store.reading() as tx:
        driver = tx.rows.driver
        if driver.is_server:
            return
        # The driver tells each statement with its values written in.
        driver.raw.set_trace_callback(seen.append)
        assert len(tx.units.find(start=NOW + 40_005, end=NOW + 40_025)) == 3
        driver.raw.set_trace_callback(None)
        assert seen
        for statement in seen:
            for *_, line in driver.all(f"EXPLAIN QUERY PLAN {statement}"):
                assert "SCAN work_unit" not in line or "COVERING INDEX" in line, (statement, line)


def test_every_row_that_came_in_bulk_can_be_proved(store: Store):
    with changing(store, "import") as tx:
        tx.clients.add_many(Client(f"c{n}", "C") for n in range(3))
        tx.units.add_many([unit(0, 1, key=70), unit(1, 2), unit(2, 3, key=50), unit(3, 4)])
        tx.imports.note("sha256:aa", {"client": 3, "unit": 4})
    with store.reading() as tx:
        assert list(tx.row_checks.differences()) == []
    with store.connecting("write") as driver:
        driver.run("UPDATE work_unit SET note = 'x' WHERE id = 70")
        driver.run("DELETE FROM work_unit WHERE id = 50")
        driver.run("INSERT INTO client SELECT 'd', 'd', 'D', currency, timezone, email, address,"
            " country, tax_id, tax, card_on_file, city, postcode, endpoint, buyer_reference, language, order_number,"
            " terms, company_number, einvoice, iban, reminders, detail, archived"
            " FROM client WHERE code = 'c1'")  # fmt: skip
    with store.reading() as tx:
        found = [(one.table, one.what, one.key) for one in tx.row_checks.differences()]
    assert found == [
        ("client", "added", "d"),
        ("work_unit", "missing", "50"),
        ("work_unit", "changed", "70"),
    ]


def test_what_an_older_version_wrote_can_be_proved_from_its_migration_on(store: Store):
    with changing(store, "import") as tx:
        tx.units.add_many(unit(n, n + 1) for n in range(5))
        tx.rows.noted.clear()  # as older versions did
    with store.reading() as tx:
        assert {one.what for one in tx.row_checks.differences()} == {"added"}
    with changing(store, "migrate") as tx:
        tx.row_checks.account_for_the_rest()
    with store.reading() as tx:
        assert list(tx.row_checks.differences()) == []
    with store.connecting("write") as driver:
        driver.run("UPDATE work_unit SET note = 'x' WHERE id = 2")
    with store.reading() as tx:
        assert [(one.table, one.what, one.key) for one in tx.row_checks.differences()] == [
            ("work_unit", "changed", "2")
        ]
