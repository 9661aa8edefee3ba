"""Ten years of work are found by index: what is asked of a part of them reads that part alone."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import product
from typing import Any

import pytest
from driving import HOURLY
from store_seed import NOW, changing, unit

from stores import new_store
from suptime.app import reports
from suptime.app.cases import cases
from suptime.app.invoices import issued
from suptime.app.work import appointments, log
from suptime.domain.case import Case
from suptime.domain.client import Client
from suptime.domain.time import DAY, EVER, NEVER, Span, Zone, everywhere
from suptime.store import Store
from suptime.store.database.driver import SqliteDriver
from suptime.store.repositories.records import ContractRow
from suptime.store.timer.statements import STATEMENTS

SMALL = {"agent_role", "client", "contract", "contract_version", "price", "project", "contact", "audit_head"}
"""Tables that do not grow with the work."""
PERIODS: list[dict[str, int]] = [
    {},
    {"start": NOW},
    {"end": NOW + DAY},
    {"start": NOW, "end": NOW + DAY},
]
WHOSE = [
    {name: value for name, value in given if value}
    for given in product(
        [("case", ""), ("case", "CASE-1")],
        [("client", ""), ("client", "acme")],
        [("agent", ""), ("agent", "ana")],
    )
]
ASKED = [period | whose for period in PERIODS for whose in WHOSE if period | whose]


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a client, a contract, a case and work of two agents."""
    with new_store(tmp_path_factory.mktemp("years") / "years.db") as opened:
        with changing(opened) as tx:
            tx.clients.add(Client("acme", "Acme"))
            tx.contracts.add(ContractRow("acme-ps", "acme", "Services", date(2026, 1, 1), None, HOURLY))
            tx.cases.add(Case("CASE-1", "acme", "acme-ps", NOW - 900))
            tx.units.add_many(unit(n * 10, n * 10 + 10, agent=("ana", "ben")[n % 2]) for n in range(500))
        yield opened


@contextmanager
def watching() -> Iterator[list[str]]:
    """The lines of the plans of everything that is asked of any store within."""
    plans: list[str] = []

    run = SqliteDriver._execute

    def watch(driver: SqliteDriver, statement: str, values: Any) -> Any:
        if statement.startswith(("SELECT", "WITH")):
            for *_ids, line in run(driver, f"EXPLAIN QUERY PLAN {statement}", values):
                plans.append(f"{line}   -- {statement}")
        return run(driver, statement, values)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(SqliteDriver, "_execute", watch)
        yield plans


def full_scans(plans: list[str]) -> list[str]:
    """Those of PLANS that read all of a table or of an index that grows with the work."""
    found = []
    for line in plans:
        words = line.split()
        if words[0] == "SCAN" and words[1] not in SMALL | {"agents", "CONSTANT", "pairs", "(subquery"}:
            found.append(line)
    return found


def test_a_full_scan_is_seen(years: Store):
    with watching() as plans, years.reading() as tx:
        tx.units.find()
        tx.cases.numbers()
    assert len(full_scans(plans)) == 2


@pytest.mark.parametrize("asked", ASKED, ids="-".join)
def test_list_finds_the_work_of_any_filter_by_index(years: Store, asked: dict[str, Any]):
    with watching() as plans:
        whose = {name: value for name, value in asked.items() if name not in {"start", "end"}}
        period = Span(asked.get("start", EVER), asked.get("end", NEVER))
        log.between(years, now=NOW, zone=Zone("UTC"), period=lambda _: period, **whose)
    assert plans
    assert full_scans(plans) == []


NOW_DAY = date(2026, 10, 5)
QUESTIONS: dict[str, Callable[[Store], object]] = {
    "the cases of a client": lambda store: cases.list_all(store, client="acme", now=NOW),
    "one case": lambda store: cases.get(store, "CASE-1", now=NOW),
    "a case in another letter case": lambda store: cases.get(store, "case-1", now=NOW),
    "the invoices of a client": lambda store: issued.list_all(store, "acme", None, NOW_DAY),
    "the appointments of a case": lambda store: appointments.list_all(store, case="CASE-1", now=NOW),
    "the appointments of an agent": lambda store: appointments.list_all(store, agent="ana", now=NOW),
    "the time of a client": lambda store: reports.time(store, "acme", NOW_DAY, NOW_DAY, "case", now=NOW),
    "the hours of a client": lambda store: reports.hours(store, "acme", everywhere(NOW_DAY), now=NOW),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_asked_of_a_part_reads_that_part(years: Store, question: str):
    with watching() as plans:
        QUESTIONS[question](years)
    assert plans
    assert full_scans(plans) == []


def _numbers(store: Store) -> None:
    with store.reading() as tx:
        tx.invoices.next_serial(2026)
        tx.issues.last("acme")
        tx.months.closed_through("acme")
        tx.invoices.credit_note_of("INV-2026-0001")
        tx.receivables.ledgers("acme")
        tx.receivables.transfers(purchase=1)
        tx.receivables.holds("INV-2026-0001")
        tx.lines.find(contract="acme-ps")
        tx.lines.find(issue=1)
        tx.lines.of("INV-2026-0001")
        tx.lines.without_invoice(1)
        tx.receivables.deposit_uses(["acme"])
        tx.lines.sale_of(1)
        tx.purchases.find(contract="acme-ps", void=True)
        tx.purchases.find(client="acme")
        tx.appointments.find(contract="acme-ps")
        tx.messages.of("CASE-1")
        tx.messages.by_message_id("<1@acme.example>")
        tx.history.last("ana")
        tx.cases.next_number()
        tx.units.overlapping("ana", NOW, NOW + 1)
        tx.units.last("ana", 2)
        tx.units.running("ana")


def test_what_issuing_and_corrections_look_up_they_look_up_by_index(years: Store):
    with watching() as plans:
        _numbers(years)
    assert full_scans(plans) == []


@pytest.mark.parametrize("name", [name for name, text in STATEMENTS.items() if text.startswith("SELECT")])
def test_each_statement_of_the_timer_finds_its_rows_by_index(years: Store, name: str):
    asked = dict.fromkeys(re.findall(r":(\w+)", STATEMENTS[name]), 1)
    with years.reading() as tx:
        raw = tx.rows.driver.raw
        lines = [line for *_, line in raw.execute(f"EXPLAIN QUERY PLAN {STATEMENTS[name]}", asked)]
    numbers = ["SCAN case USING COVERING INDEX sqlite_autoindex_case_1"]
    wanted = {"case_numbers": numbers, "cases_ending": numbers, "open_subjects": ["SCAN case"]}.get(name, [])
    assert full_scans(lines) == wanted, "only a case that is not named by its number is looked for among all"
