"""What was issued comes in as it was, or its line is named: a number, a step or a claim is never made up."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lived import Firm

from stores import new_store
from suptime.app.exchange.records import Imported, export_suptime, import_suptime
from suptime.errors import NotPossible

NOW = 1_800_000_000
Record = dict[str, Any]


@pytest.fixture(scope="session")
def records(full: Firm) -> list[Record]:
    return [json.loads(line) for line in full.result("export suptime").splitlines()]


def take(path: Path, records: list[Record], **options: bool) -> Imported:
    raw = "".join(json.dumps(record) + "\n" for record in records).encode()
    with new_store(path) as store:
        return import_suptime(store, io.BytesIO(raw), now=NOW, agent="ana", **options)


def numbered(number: str) -> Callable[[Record], bool]:
    return lambda record: record["type"] == "invoice" and record["number"] == number


def step(key: int) -> Callable[[Record], bool]:
    return lambda record: record["type"] == "closing" and record["id"] == key


def paid(key: int) -> Callable[[Record], bool]:
    return lambda record: record["type"] == "payment" and record["id"] == key


def mailed(serial: int) -> Callable[[Record], bool]:
    return lambda record: record["type"] == "sending" and record["invoice"] == f"INV-2026-000{serial}"


ACME, HARBOR, LAKESIDE, CREDIT = (numbered(f"INV-2026-000{n}") for n in (1, 2, 3, 7))
BAD: list[tuple[Callable[[Record], bool], dict[str, Any], str]] = [
    (ACME, {"client": "nobody"}, "client: there is no client nobody, neither before this line nor in the database."),
    (ACME, {"due": "1e3"}, 'due: expected an amount such as 95.00 or -95.00, found "1e3".'),
    (ACME, {"due": "264.01"}, "due: the document has 264.00, found 264.01."),
    (ACME, {"month": "2026-13"}, 'month: expected a month such as 2026-10, found "2026-13".'),
    (ACME, {"issued_on": "2026-11-06"}, "issued_on: the document has 2026-11-05, found 2026-11-06."),
    (ACME, {"due_on": None}, "due_on: the document has 2026-11-19, found nothing."),
    (ACME, {"mode": "reopen"}, "mode: belongs to credits: expected both, or neither."),
    (ACME, {"step": 7}, "step: expected a record in braces, found 7."),
    (ACME, {"step": {"id": 7}}, "step: kind: is missing."),
    (ACME, {"step.idd": 7}, 'step: idd: is not a key of such a record. Did you mean "id"?'),
    (ACME, {"step.month": None}, "step: expected the month of the issue, found none."),
    (HARBOR, {"step.id": 7}, "step: the step 7 of acme is a different one."),
    (CREDIT, {"step.previous": 1}, "step: step 1 of acme is already followed by step 7."),
    (ACME, {"step.at": "2199-01-01T00:00:00Z"}, "step: 2199-01-01T00:00:00Z is in the future: it is 2027-01-15T08:00:00Z now."),
    (ACME, {"lines": {}}, "lines: expected a list, found {}."),
    (ACME, {"lines.0.net": 240}, "lines: entry 1: net: expected an amount such as 95.00 or -95.00, in quotes, found 240."),
    (ACME, {"lines.0.quantity": "90"}, 'lines: entry 1: quantity: expected a whole number, without quotes, found "90".'),
    (ACME, {"lines.0.quantity": 0}, "lines: entry 1: expected a quantity other than 0."),
    (ACME, {"lines.0.contract": "mill-minute"}, "lines: entry 1: acme has no contract mill-minute."),
    (ACME, {"lines.0.case": "CASE-3"}, "lines: entry 1: CASE-3 is not a case of acme."),
    (ACME, {"lines.0.draws": [{"purchase": "P1", "quantity": 5}]}, "lines: entry 1: acme has no purchase P1."),
    (HARBOR, {"lines.1.starts_at": "2026-09-08T09:00:00Z"}, "lines: entry 2: is already claimed in step 8."),
    (ACME, {"document": []}, "document: expected a record in braces, found []."),
    (ACME, {"document.number": None}, "document: number: expected a text in quotes, found null."),
    (ACME, {"document.client_name": "\ud800"}, "document: expected texts that are whole, found half a character."),
    (ACME, {"document.contracts": "acme-ps"}, 'document: contracts: expected a list, found "acme-ps".'),
    (ACME, {"document.totals.net": "x"}, 'document: totals: net: expected an amount such as 95.00 or -95.00, found "x".'),
    (ACME, {"document.cases.0.lines.0.billed_minutes": "9"}, 'document: cases: entry 1: lines: entry 1: billed_minutes: expected a whole number, found "9".'),
    (ACME, {"document.cases.0.category": 7}, "document: cases: entry 1: category: expected a text in quotes, found 7."),
    (ACME, {"document.time": {}}, "document: time: worked_seconds: is missing."),
    (HARBOR, {"number": "inv-2026-0001"}, "number: the invoice INV-2026-0001 is on an earlier line, or in the database."),
    (HARBOR, {"serial": 1}, "serial: 1 of 2026 belongs to another invoice."),
    (LAKESIDE, {"lines.1.purchase": "P3"}, "lines: entry 2: lakeside has no purchase P3."),
    (CREDIT, {"credits": "INV-2026-0009"}, "credits: the document has INV-2026-0001, found INV-2026-0009."),
    (CREDIT, {"credits": "INV-2026-0009", "document.credits": "INV-2026-0009"}, "credits: there is no invoice INV-2026-0009, neither before this line nor in the database. Did you mean INV-2026-0006 or INV-2026-0005 or INV-2026-0004?"),
    (CREDIT, {"credits": "INV-2026-0002", "document.credits": "INV-2026-0002"}, "credits: INV-2026-0002 belongs to harbor, in USD."),
    (paid(1), {"amount": "0.00"}, "amount: expected more than zero."),
    (paid(1), {"purchase": "P1"}, "purchase: mill has no purchase P1."),
    (paid(2), {"id": 1}, "id: 1 is also on a line before line {line}."),
    (step(14), {"id": 12, "previous": 5, "kind": "issue", "month": "2026-09"}, "id: the step 12 is also on a line before line {line}."),
    (mailed(2), {"invoice": "INV-1"}, "invoice: there is no invoice INV-1, neither before this line nor in the database."),
    (mailed(2), {"sent_at": None}, "sent_at: belongs to the state sent: expected both, or neither."),
    (mailed(3), {"leased_until": None}, "leased_until: belongs to the states claimed and handed: expected both, or neither."),
    (mailed(3), {"message": None}, "message: is missing, and the state is handed."),
    (mailed(3), {"attempts": -1}, "attempts: expected 0 or more, found -1."),
    (mailed(3), {"invoice": "INV-2026-0002"}, "invoice: INV-2026-0002 is also on a line before line {line}."),
    (mailed(3), {"message_id": "<9@v.example>"}, "message_id: <9@v.example> is also on a line before line {line}."),
    (step(14), {"month": None}, "month: expected the month of the close, found none."),
    (step(14), {"client": "nobody"}, "client: there is no client nobody, neither before this line nor in the database."),
    (step(14), {"previous": 13}, "previous: the step 14 of orchard follows step 13, but step 12 is before it."),
    (step(14), {"previous": 5}, "previous: step 5 of orchard is already followed by step 12."),
]  # fmt: skip


def changed(record: Record, change: dict[str, Any]) -> Record:
    """RECORD with values changed at dotted places."""
    copy = json.loads(json.dumps(record))
    for place, value in change.items():
        *way, last = place.split(".")
        inner = copy
        for key in way:
            inner = inner[int(key) if isinstance(inner, list) else key]
        inner[last] = value
    return copy


@pytest.mark.parametrize(
    ("which", "change", "says"), BAD, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_bad_record_of_what_was_issued_is_named_and_nothing_is_written(
    records: list[Record], tmp_path: Path, which: Callable[[Record], bool], change: dict[str, Any], says: str
):
    place = next(n for n, record in enumerate(records) if which(record))
    bad = [*records[:place], changed(records[place], change), *records[place + 1 :]]
    done = take(tmp_path / "x.db", bad)
    first = [str(fault) for fault in done.faults if fault.line == place + 1]
    assert first == [f"line {place + 1}: {records[place]['type']}.{says.replace('{line}', str(place + 1))}"]
    assert not done.kept
    with new_store(tmp_path / "x.db") as store, store.reading() as tx:
        assert (tx.invoices.numbers(), tx.cases.numbers()) == ([], [])


def test_with_skip_bad_what_hangs_on_a_bad_invoice_is_left_out_and_named(
    records: list[Record], tmp_path: Path
):
    """Without its first invoice acme has no second step, and its credit note nothing to reverse."""
    bad = [changed(r, {"due": "1.00"}) if ACME(r) else r for r in records]
    done = take(tmp_path / "x.db", bad, skip_bad=True)
    lines = {n + 1: r for n, r in enumerate(records)}
    assert [(lines[f.line].get("number"), f.key, f.expected) for f in done.faults] == [
        ("INV-2026-0001", "invoice.due", "the document has 264.00, found 1.00."),
        ("INV-2026-0007", "invoice.credits", "there is no invoice INV-2026-0001, neither before this line nor in the database. Did you mean INV-2026-0006 or INV-2026-0005 or INV-2026-0004?"),
    ]  # fmt: skip
    with new_store(tmp_path / "x.db") as store, store.reading() as tx:
        assert len(tx.invoices.numbers()) == done.added["invoice"] == 5


def test_with_skip_bad_steps_that_follow_a_bad_one_go_and_what_was_paid_of_them_is_on_account(
    records: list[Record], tmp_path: Path
):
    bad = [changed(r, {"agent": ""}) if step(2)(r) or step(4)(r) else r for r in records]
    done = take(tmp_path / "x.db", bad, skip_bad=True)
    lines = {n + 1: r for n, r in enumerate(records)}
    assert [(lines[f.line].get("number") or lines[f.line].get("id") or lines[f.line]["invoice"], str(f).partition(": ")[2]) for f in done.faults] == [
        ("INV-2026-0002", "invoice.step: the step 8 of harbor follows step 2, but the beginning is before it."),
        ("INV-2026-0004", "invoice.step: the step 10 of mill follows step 4, but the beginning is before it."),
        (1, "allocation.debit: the invoice INV-2026-0004 cannot be imported."),
        (3, "allocation.debit: the invoice INV-2026-0002 cannot be imported."),
        ("INV-2026-0002", "sending.invoice: the invoice INV-2026-0002 cannot be imported."),
        (1, "delivery.invoice: the invoice INV-2026-0002 cannot be imported."),
        (2, 'closing.agent: expected an agent\'s name such as ana or Ana Sousa, found "".'),
        (4, 'closing.agent: expected an agent\'s name such as ana or Ana Sousa, found "".'),
    ]  # fmt: skip
    with new_store(tmp_path / "x.db") as store, store.reading() as tx:
        assert len(tx.invoices.numbers()) == done.added["invoice"] == 5
        assert [one.id for one in tx.receivables.transfers()] == [1, 2]
        assert [one.id for _, one in tx.receivables.allocations()] == [2]
        assert (done.added["payment"], done.added["allocation"]) == (2, 1)


def test_the_same_file_again_adds_nothing_and_another_invoice_of_that_number_is_refused(
    records: list[Record], full: Firm, tmp_path: Path
):
    moved = full.moved(tmp_path / "moved")
    before = moved.rows()
    again = take(moved.database, records)
    assert (again.faults, dict(again.added)) == ((), {})
    assert moved.rows() == before
    other = [changed(r, {"document.client_name": "Else", "year": 2027}) if ACME(r) else r for r in records]
    other = [changed(r, {"amount": "1.00"}) if paid(2)(r) else r for r in other]
    other = [changed(r, {"month": "2026-12"}) if step(14)(r) else r for r in other]
    assert [str(f).partition(": ")[2] for f in take(moved.database, other).faults] == [
        "invoice.year: INV-2026-0001 exists already, with another year and another document.",
        "payment.amount: the payment 2 exists already, with another amount.",
        "closing.month: the step 14 exists already, with another month.",
    ]


def test_what_was_issued_comes_into_a_filled_database_and_is_accounted_for(
    records: list[Record], tmp_path: Path
):
    """A store that had all but what was issued gets that, and says where it is from."""
    # The number of an import's change means nothing in another trail.
    kept = [{k: v for k, v in r.items() if k != "change"} for r in records if r["type"] != "audit"]
    path = tmp_path / "x.db"
    issued = {"invoice", "payment", "allocation", "sending", "delivery", "closing"}
    take(path, [r for r in kept if r["type"] not in issued])
    done = take(path, kept)
    assert (done.faults, dict(done.added)) == (
        (),
        {"invoice": 7, "payment": 2, "allocation": 3, "sending": 2, "delivery": 1, "closing": 8},
    )
    with new_store(path) as store:
        with store.reading() as tx:
            trail = [*tx.audit.each()]
            assert [*tx.audit.faults(), *tx.row_checks.differences(), *tx.months.faults()] == []
        mine = [row for row in trail if row.change == trail[-1].change]
        assert (mine[0].command, mine[0].key) == ("import suptime", done.digest)
        assert {row.key for row in mine[1:]} == {
            "issue",
            "invoice",
            "issued_line",
            "transfer",
            "allocation",
            "sending",
            "delivery",
        }
        out = [json.loads(line) for line in export_suptime(store)]
    assert [r for r in out if r["type"] != "audit"] == kept


def test_a_row_of_another_log_is_known_again_and_never_as_another_unit(records: list[Record], tmp_path: Path):
    row = next(r for r in records if r["type"] == "imported")
    rest = [r for r in records if r["type"] not in {"imported", "audit"}]
    done = take(tmp_path / "x.db", [*rest, row, row, changed(row, {"unit": "U2"})])
    assert [str(fault) for fault in done.faults] == [
        f"line {len(rest) + 3}: imported.unit: the row {row['source_id']} of timewarrior was already imported, as U1."
    ]
    assert (done.added["imported"], done.equal) == (1, 1)


def test_a_trail_that_was_changed_in_the_file_is_refused(records: list[Record], tmp_path: Path):
    place = next(n for n, r in enumerate(records) if r["type"] == "audit" and r["agent"] == "ana")
    bad = [*records[:place], changed(records[place], {"command": "nothing"}), *records[place + 1 :]]
    with pytest.raises(NotPossible) as caught:
        take(tmp_path / "x.db", bad)
    assert caught.value.what == "The audit row 1, of ana's `nothing`, does not follow the one before it."
