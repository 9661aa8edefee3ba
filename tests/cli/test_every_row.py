"""`suptime doctor` finds every row that no command wrote, in every table."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from driving import Suptime
from lived import LETTER
from sqlalchemy import Boolean, Connection, Date, create_engine, delete, insert, select, text, update
from test_doctor import FIRM
from test_doctor import HOURS as WITHOUT_APPOINTMENTS

from suptime.app.upkeep import doctor
from suptime.domain.booking import Appointment
from suptime.domain.delivery import OUTBOX, SENT, Content, Delivery, Sending
from suptime.domain.time import from_rfc3339
from suptime.store import Transaction, open_store
from suptime.store.database.driver import SqliteDriver
from suptime.store.repositories.row_digests import HOW, How, columns_of
from suptime.store.tables.work import METADATA, TABLES

NOW = from_rfc3339("2026-11-02T15:00:00Z")
HOURS = WITHOUT_APPOINTMENTS + '[appointments]\nbill = "worked"\n'
MESSAGE = "Subject: x\r\n\r\nx\r\n"
MORE = """
contact add acme ops@acme.example
project add SITE --client acme --budget 1000 --completed 2026-10-01
price set acme-hours hour 130 --from 2026-11-01
client tax acme 16 --from 2027-01-01
agent role ben senior --from 2026-10-01
contact add beta desk@beta.example
contact remove beta desk@beta.example
log CASE-1 5m --from '2026-10-08 09:00'
undo
invoice pay INV-2026-0001 --amount 20.00
export xero --new --out xero.csv
case open CASE-90 --client acme --at '2026-10-05 08:00'
case open CASE-91 --client acme --at '2026-10-05 08:00'
case merge CASE-91 CASE-90
"""


def line(kind: str, /, **values: object) -> str:
    return json.dumps({"type": kind, **values})


def booked(kind: str, /, on: str = "2026-11-02", client: str = "acme", **values: object) -> str:
    return line(kind, client=client, currency="USD", on=on, **values)


def used(credit: tuple[str, str, int], debit: tuple[str, str], amount: str) -> str:
    named = {"credit_kind": credit[0], "credit": credit[1], "credit_part": credit[2]}
    named |= {"debit_kind": debit[0], "debit": debit[1], "debit_part": 0}
    return booked("allocation", id=101, amount=amount, cause="other", **named)


ONE = {"invoice": "INV-2026-0001"}
BULK = [
    line("client", code="bulk", name="Bulk"),
    line("contract", client="bulk", text=HOURS.format(code="bulk", unit="hours")),
    line("price", contract="bulk-hours", item="hour", amount="9.00", **{"from": "2026-10-01"}),
    line("contact", client="bulk", email="ops@bulk.example", name="", role="user"),
    line("tax", client="bulk", tax="7", **{"from": "2026-10-01"}),
    line("project", code="B1", client="bulk", budget="40", completed="2026-08-15"),
    line("agent-role", agent="bo", role="junior", **{"from": "2026-10-01"}),
    line("purchase", contract="bulk-hours", quantity="10h", on="2026-07-01", price="1000.00"),
    line("case", case="B-1", client="bulk", contract="bulk-hours", opened_at="2026-10-01T14:00:00Z"),
    line("case_alias", number="B-7", case="B-1"),
    line("event", case="B-1", event="consent", at="2026-10-01T14:20:00Z", by="x"),
    line("unit", case="B-1", agent="bo", started_at="2026-10-01T15:00:00Z", ended_at="2026-10-01T15:30:00Z"),
    line("message", case="B-1", direction="in", at="2026-10-01T14:00:00Z", message_id="<1@b.example>"),
    booked("payment", id=101, is_refund=False, amount="10.00", fee="0", purchase="P1"),
    booked("payment", id=102, is_refund=False, amount="9.00", fee="0", client=None),
    line("assignment", id=101, transfer=102, client="acme", on="2026-11-01"),
    booked("discount", id=101, transfer=101, part=1, amount="1.00", **ONE),
    booked("write_off", id=101, amount="1.00", reason="x", with_tax=False, **ONE),
    booked("reminder", id=101, fee="2.00", document=LETTER),
    line("reminder_step", id=101, reminder=101, number="INV-2026-0001", level=1, interest="0"),
    booked("deposit_entry", id=101, kind="forfeiture", purchase="P1", part=1, amount="1.00"),
    booked("deposit_return", id=101, purchase="P1", transfer=101, amount="2.00"),
    used(("discount", "M101", 1), ("invoice", "INV-2026-0001"), "1.00"),
    booked("void", id=101, kind="payment", entry="M102", part=0),
    line("purchase_return", id=101, purchase="P3", on="2026-11-02", quantity="1", reason="x"),
    line("hold", id=101, on="2026-11-01", is_off=False, **ONE),
    line("booking_batch", format="xero", made_at="2026-11-01T14:00:00Z", agent="bo", documents=["INV-2026-0001"],
         sha256="0" * 64, content="eA=="),
]  # fmt: skip


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("every") / "suptime.db"


@pytest.fixture
def whole(suptime: Suptime, made: Path) -> Suptime:
    """A store with rows of every kind, written by single commands and by imports."""
    suptime.at("2026-11-02T15:00:00Z")
    if not made.exists():
        for code, unit in (("acme", "hours"), ("beta", "money")):
            (suptime.home / f"{code}.toml").write_text(HOURS.format(code=code, unit=unit))
        (suptime.home / "bulk.jsonl").write_text("\n".join(BULK))
        frames = [[1793610000 + n, 1793610001 + n, "CASE-1", f"{n:032x}", [], 0] for n in range(3)]
        (suptime.home / "frames").write_text(json.dumps(frames))
        for command in (FIRM + MORE).strip().splitlines():
            suptime(command)
        suptime("import suptime bulk.jsonl")
        suptime("import watson frames --agent ben")
        suptime("undo --agent ben", code=None)
        with (
            open_store(str(suptime.database)) as store,
            store.changing(at=NOW, agent="ana", command="x") as tx,
        ):
            tx.appointments.add(Appointment(0, "CASE-1", "ana", NOW, NOW + 60))
            tx.appointments.add_many([Appointment(0, "CASE-2", "ben", NOW, NOW + 60)])
            digest = hashlib.sha256(MESSAGE.encode()).hexdigest()
            tx.sendings.save(
                Sending(
                    "INV-2026-0001", OUTBOX, "a@b.example", message_id="<1>", digest=digest, message=MESSAGE
                )
            )
            tx.sendings.add_many(
                [Sending("INV-2026-0002", OUTBOX, "a@b.example", message_id="<2>", digest=digest, attempts=1)]
            )
            sent = Content.of(MESSAGE.encode())
            tx.deliveries.add_many([Delivery("INV-2026-0002", 1, SENT, "a@b.example", NOW, sent)])
        with (
            open_store(str(suptime.database)) as store,
            store.changing(at=NOW, agent="ana", command="x") as tx,
        ):
            doctor.standings_of(tx, tx.cases.each())
        shutil.copy(suptime.database, made)
    shutil.copy(made, suptime.database)
    return suptime


@contextmanager
def spoiled(database: Path) -> Iterator[Connection]:
    """The store without anything that would keep it from being spoiled; all is taken back at the end."""
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        yield connection
    engine.dispose()


PROVING = ("records", "derived", "sent", "trail")
OTHERWISE = {
    "standing": ("standings", "keys"),
    "stock": ("stocks", "keys"),
    "booked_document": ("accounts", "keys"),
}
"""The checks of tables that those do not prove."""


def said(connection: Connection, table: str = "") -> list[str]:
    """What the checks find that prove the rows of the `table`."""
    names = OTHERWISE.get(table, PROVING)
    checks = [check for name, _, check in doctor.CHECKS if name in names]
    tx = Transaction(SqliteDriver(connection.connection.driver_connection))
    return [f.text for check in checks for f in doctor._run(check, tx, NOW)]


def test_the_store_of_these_tests_is_whole_and_has_every_kind_of_row(whole: Suptime):
    assert "No damage found." in whole("doctor").out
    with spoiled(whole.database) as connection:
        empty = {name for name in TABLES if connection.execute(select(TABLES[name])).first() is None}
        recorded = set(
            connection.execute(text("SELECT entity_key FROM audit WHERE entity = 'recorded'")).scalars()
        )
        assert said(connection) == said(connection, "stock") == []
    assert empty == {"team_member", "dropped_unit", "unrated"}
    accounted = {name for name, account in HOW.items() if account.how is not How.DERIVED}
    assert recorded == accounted - {"team_member", "issue", "invoice"}


def test_every_table_is_accounted_for_or_says_why_it_need_not_be():
    assert set(HOW) == set(METADATA.tables)
    assert all(account.why for account in HOW.values() if account.how is How.DERIVED)
    for name, account in HOW.items():
        if account.how is not How.DERIVED:
            ids = {"id"} if account.how is How.BY_GROUP else set()
            covered = {*columns_of(name), *account.apart, account.group, *ids} - {""}
            assert covered == set(TABLES[name].columns.keys())


SAYS_NOTHING = {
    ("audit", "id"): "it orders the rows of all agents; that of the last one can grow",
    ("issued_line", "id"): "draw-downs point to it, and the check `keys` finds those that point nowhere",
    ("imported", "id"): "nothing points to it",
    ("draw_down", "id"): "nothing points to it",
    ("standing", "warnings"): "only a warning, and it is JSON",
    ("standing", "channels"): "it is JSON",
    ("stock", "worked_at"): "as of when it was worked out decides little",
}
"""Cells that can change with nothing lost."""
HARMLESS = {"unsettled_case", "unsettled_contract", "dropped_unit", "unrated"}
"""Notes of what to rate again: one too many is harmless, and the check `settled` finds one that is missing.
Notes of who may bring back a deleted unit: only a server writes them, and a unit without one stays deleted."""

NAMED_AS = {
    "draw_down": "draw_down",
    "booked_document": "does not match the ledger",
    "sent_content": "delivery",
    "standing": "summary",
    "stock": "The timer",
    "audit": "audit trail",
    "audit_head": "audit trail",
}


def other(column, value):
    """Another value for the `column`, as a slip could leave it."""
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, Date):
        return date(2026, 1, 1) if value is None else value + timedelta(days=1)
    if column.type.python_type is int:
        return 1 if value is None else value + 900
    if isinstance(value, bytes):
        return value + b"x"
    if value and value.replace(".", "", 1).isdigit():
        return str(Decimal(value) + 1)
    return f"{value or ''}x"


def ends_of(connection: Connection, name: str) -> list:
    """The first and the last row of the table `name`."""
    rows = connection.execute(select(TABLES[name]).order_by(text("rowid"))).mappings().all()
    return [rows[0], rows[-1]][: len(rows)]


def is_row(name: str, row):
    return [column == row[column.name] for column in TABLES[name].primary_key.columns]


def expect(connection: Connection, name: str, key: object, change: Callable[[], object]) -> None:
    """Make the `change`, and expect a sentence that names the table and the row."""
    before = connection.begin_nested()
    change()
    found = said(connection, name)
    before.rollback()
    table = NAMED_AS.get(name, name)
    named = name in {*NAMED_AS, "issued_line", "imported"} or str(key) in " ".join(found)
    assert any(table in sentence or name in sentence for sentence in found), (name, key, found)
    assert named, (name, key, found)


TESTED = sorted(TABLES.keys() - HARMLESS - {"team_member"})


@pytest.mark.parametrize("name", TESTED)
def test_an_edited_cell_is_found(whole: Suptime, name: str):
    table = TABLES[name]
    with spoiled(whole.database) as connection:
        for row in ends_of(connection, name):
            for column in table.columns:
                if (name, column.name) not in SAYS_NOTHING:
                    values = {column.name: other(column, row[column.name])}
                    key = next(iter(row.values()))
                    if name == "purchase_use" and column.primary_key:
                        key = ""
                    change = update(table).where(*is_row(name, row)).values(values)
                    expect(connection, name, key, lambda change=change: connection.execute(change))


@pytest.mark.parametrize("name", TESTED)
def test_a_deleted_row_is_found(whole: Suptime, name: str):
    with spoiled(whole.database) as connection:
        for row in ends_of(connection, name):
            gone = delete(TABLES[name]).where(*is_row(name, row))
            expect(connection, name, next(iter(row.values())), lambda gone=gone: connection.execute(gone))


@pytest.mark.parametrize("name", [*TESTED, "team_member"])
def test_a_row_that_was_put_in_is_found(whole: Suptime, name: str):
    table = TABLES[name]
    with spoiled(whole.database) as connection:
        row = {"login": "eve", "role": "agent", "agent": "eve"}
        if name != "team_member":
            like = ends_of(connection, name)[-1]
            row = {column.name: _new(column, like[column.name]) for column in table.columns}
        key = next(iter(row.values()))
        expect(connection, name, key, lambda: connection.execute(insert(table).values(row)))


def _new(column, value):
    """A value for a row that is new and collides with none."""
    unique = column.primary_key or column.name in {
        "folded",
        "serial",
        "place",
        "credits",
        "message_id",
        "attempt",
        "transfer",
        "part",
        "level",
    }
    if column.name in {"since", "starts_on", "source_id", "previous", "email", "window_starts_at"} or unique:
        return value + 900 if isinstance(value, int) and not isinstance(value, bool) else other(column, value)
    return value


ROWS = {
    "a payment": "INSERT INTO transfer (client, currency, is_refund, paid_on, fee, amount, reference, iban, name)"
    " VALUES ('acme', 'USD', 0, '2026-11-01', '0', '7.00', '', '', '')",
    "a unit": "INSERT INTO work_unit (case_number, agent, channel, started_at, ended_at, note, guest, requested)"
    " VALUES ('CASE-1', 'eve', 'chat', 1791000000, 1791003600, '', 0, 0)",
    "a price": "INSERT INTO price (contract, item, since, amount) VALUES ('acme-hours', 'hour', '2026-12-01', '1')",
    "a purchase": "INSERT INTO purchase (contract, bought_on, quantity) VALUES ('acme-hours', '2026-10-02', '60')",
    "a consent": "INSERT INTO case_event (case_number, kind, at) VALUES ('CASE-1', 'consent', 1791000000)",
    "a contact": "INSERT INTO contact (client, email, folded, name, role)"
    " VALUES ('acme', 'eve@x.example', 'eve@x.example', '', 'administrator')",
    "a sending": "INSERT INTO sending (invoice, state, recipient, sender, attempts, chosen, sent_at)"
    " VALUES ('INV-2026-0003', 'sent', 'x', '', 1, 0, 1)",
}


def _change(suptime: Suptime, statement: str) -> None:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(suptime.database)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize("row", ROWS)
def test_what_the_issue_names_is_found_and_exits_with_5(whole: Suptime, row: str):
    _change(whole, ROWS[row])
    found = whole("doctor", code=5)
    assert "was not written by suptime: no change or import in the audit trail explains it." in found.out
    assert "suptime restore FILE" in found.err


def test_a_closing_that_is_gone_is_found_and_computed_again(whole: Suptime):
    _change(whole, "DELETE FROM closing WHERE client = 'acme'")
    assert "The closing of acme (closing) is missing: issues closed 2026-10." in whole("doctor", code=5).out
    assert "No damage found." in whole("doctor --fix").out


def test_what_was_undone_restored_and_moved_gives_no_false_alarm(whole: Suptime):
    frames = [[1793620000 + n, 1793620001 + n, "CASE-1", f"{n + 99:032x}", [], 0] for n in range(3)]
    (whole.home / "frames").write_text(json.dumps(frames))
    whole("import watson frames --agent ben")
    whole("undo")
    whole("log CASE-1 5m --from '2026-11-02 08:00'")
    whole("undo")
    whole("backup kept.db")
    whole("log CASE-1 5m --from '2026-11-02 08:00'")
    whole("restore kept.db --yes")
    whole("export suptime --out all.jsonl")
    assert "No damage found." in whole("doctor").out
    whole.on("other.db")
    whole("import suptime all.jsonl")
    assert "No damage found." in whole("doctor").out
    whole("export suptime --out again.jsonl")
    assert (whole.home / "again.jsonl").read_bytes() == (whole.home / "all.jsonl").read_bytes()
