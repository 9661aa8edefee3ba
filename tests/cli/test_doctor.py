"""`suptime doctor`: every kind of damage is found, and said for what it is."""

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from driving import Suptime

from suptime.store.database import sqlite_file
from suptime.store.repositories.integrity import Integrity

HOURS = """
[contract]
code = "{code}-hours"
title = "Support"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "120.00"
[rounding]
increment = "30m"
[prepaid]
unit = "{unit}"
[coverage]
channels = ["chat"]
[coverage.fee]
amount = "10.00"
every = "month"
"""

FIRM = """
client add acme --name Acme --currency USD --timezone UTC --tax 10
contract add acme acme.toml
prepaid add acme-hours 1h --on 2026-10-01 --price 100.00
case open CASE-1 --client acme --at '2026-10-01 09:00'
log CASE-1 45m --from '2026-10-05 09:00'
log CASE-1 30m --from '2026-10-06 09:00'
client add beta --name Beta --currency USD --timezone UTC --tax 10
contract add beta beta.toml
prepaid add beta-hours 50.00 --on 2026-10-01
case open CASE-2 --client beta --at '2026-10-01 09:00'
log CASE-2 20m --from '2026-10-07 09:00' --agent ben
close --through 2026-09
invoice --month 2026-10 --issue
invoice credit INV-2026-0002 --reason 'Wrong case' --write-off
case escalate CASE-1
log CASE-1 20m --from '2026-11-01 09:00'
start CASE-1 --at '2026-11-02 13:00'
"""


@pytest.fixture(scope="session")
def kept_firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("doctor") / "suptime.db"


@pytest.fixture
def firm(suptime: Suptime, kept_firm: Path) -> Suptime:
    """Two clients with an invoice each, one of which is credited; prepaid hours, a deposit, a timer."""
    suptime.at("2026-11-02T15:00:00Z")
    if not kept_firm.exists():
        for code, unit in (("acme", "hours"), ("beta", "money")):
            (suptime.home / f"{code}.toml").write_text(HOURS.format(code=code, unit=unit))
        for line in FIRM.strip().splitlines():
            suptime(line)
        shutil.copy(suptime.database, kept_firm)
    shutil.copy(kept_firm, suptime.database)
    return suptime


def spoil(suptime: Suptime, *statements: str) -> None:
    """Change the file with nothing but SQLite, which checks nothing then."""
    with closing(sqlite3.connect(suptime.database, isolation_level=None)) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            raw.execute(statement)


def found(suptime: Suptime, code: int = 5) -> dict[str, list[str]]:
    """What `doctor` finds, by check."""
    checks = suptime("doctor --format json", code=code).json["doctor"]["checks"]
    return {c["check"]: [f["text"] for f in c["findings"]] for c in checks if c["findings"]}


WHOLE = """\
ok       pages, indexes and constraints of the file
ok       tables and indexes of this version
ok       references between rows
ok       invoice numbers without gaps
ok       issued invoices match their lines, totals and taxes
ok       each client's account balances on every day
ok       everything is invoiced only once
ok       all deposits of older versions are converted
ok       closed months are settled, except touched days
ok       closings and totals of prepaid use match issued documents
ok       every second and every purchase is accounted for
ok       copies of sent messages are intact
ok       no agent works twice at a time
ok       timers and clocks
ok       the timer's summary of each case
ok       the timer's balance of each purchase
ok       the audit trail is complete
ok       every row matches its last change or import
"""


def test_a_whole_store_is_said_to_be_whole(firm: Suptime):
    rows = firm.rows()
    done = firm("doctor")
    assert (done.out, done.err) == (WHOLE + "No damage found.\n", "")
    document = firm("doctor --format json").json["doctor"]
    assert (document["damaged"], document["kept"], document["revision"]) == (False, None, sqlite_file.HEAD)
    assert {trail["agent"]: trail["rows"] for trail in document["trails"]} == {"ana": 32}
    assert firm.rows() == rows


DAMAGE: dict[str, dict[str, list[str]]] = {
    "DROP INDEX ix_work_unit_started_at": {"schema": ["The index ix_work_unit_started_at is missing."]},
    "UPDATE sqlite_master SET sql = replace(sql, 'ON DELETE RESTRICT', 'ON DELETE CASCADE') WHERE name = 'allocation'": {
        "schema": ["The table allocation is not as this version makes it."]
    },
    # The row of U3 was written off, so nothing of it can be open: the check `settled` is silent.
    "UPDATE work_unit SET case_number = 'CASE-9' WHERE id = 3": {
        "keys": ["U3 points to a row of case that is not there."],
        "records": [
            "U3 (work_unit) does not match `log` by ana (row 14 of the audit trail): case_number is 'CASE-9' and was 'CASE-2'."
        ],
    },
    "UPDATE work_unit SET guest = 7 WHERE id = 1": {
        "pages": ["SQLite says: CHECK constraint failed in work_unit."],
        "records": [
            "U1 (work_unit) does not match `log` by ana (row 6 of the audit trail): guest is 'True' and was 'False'."
        ],
    },
    "DELETE FROM invoice WHERE serial = 3": {
        "claims": ["Issue 5 of beta is a credit, and has 0 credit notes."],
        "keys": ["Row 3 of booked_document points to a row of invoice that is not there."],
        "accounts": [
            "The account of beta in USD: An allocation of INV-2026-0003 to INV-2026-0002 lacks a side."
        ],
        "records": [
            "INV-2026-0003 (invoice) is missing: `invoice credit` by ana (row 27 of the audit trail) left it."
        ],
    },
    "UPDATE invoice SET serial = 7 WHERE serial = 3": {
        "numbers": ["Numbers 3 to 6 of 2026 are missing, between INV-2026-0002 and INV-2026-0003."],
        "records": [
            "INV-2026-0003 (invoice) does not match `invoice credit` by ana (row 27 of the audit trail): serial is '7' and was '3'."
        ],
    },
    "UPDATE invoice SET due = '1.00' WHERE serial = 1": {
        "invoices": ["INV-2026-0001: 1.00 is due, but its document has 187.00."],
        "records": [
            "INV-2026-0001 (invoice) does not match `invoice --issue` by ana (row 20 of the audit trail): due is '1.00' and was '187.00'."
        ],
    },
    'UPDATE invoice SET document = replace(document, \'"net":"60.00"\', \'"net":"61.00"\') WHERE serial = 1': {
        "invoices": [
            "INV-2026-0001: its lines add up to 171.00, but its net is 170.00.",
            "INV-2026-0001: tax at 10 is 17.10 on 171.00, but its totals have 17.00 on 170.00.",
            "INV-2026-0001: the line of CASE-1 on 2026-10-06 (time, 61.00) is in its document, but not claimed.",
            "INV-2026-0001: the line of CASE-1 on 2026-10-06 (time, 60.00) is claimed, but not in its document.",
        ],
        "records": [
            "INV-2026-0001 (invoice) does not match `invoice --issue` by ana (row 20 of the audit trail): document is 'sha256:#' and was 'sha256:#'."
        ],
    },
    'UPDATE invoice SET document = replace(document, \'"tax":"17.00"\', \'"tax":"16.99"\') WHERE serial = 1': {
        "invoices": [
            "INV-2026-0001: tax at 10 is 17.00 on 170.00, but its totals have 16.99 on 170.00.",
            "INV-2026-0001: its gross is 187.00, but adds up to 186.99.",
        ],
        "records": [
            "INV-2026-0001 (invoice) does not match `invoice --issue` by ana (row 20 of the audit trail): document is 'sha256:#' and was 'sha256:#'."
        ],
    },
    "UPDATE invoice SET document = '{}' WHERE serial = 1": {
        "invoices": ["INV-2026-0001: its document cannot be read (KeyError: 'number')."],
        "accounts": ["This check could not run: KeyError: 'totals'"],
        "records": [
            "INV-2026-0001 (invoice) does not match `invoice --issue` by ana (row 20 of the audit trail): document is 'sha256:#' and was 'sha256:#'."
        ],
    },
    "UPDATE issued_line SET net = '59.00' WHERE net = '60.00' AND issue_id = 3": {
        "invoices": [
            "INV-2026-0001: the line of CASE-1 on 2026-10-06 (time, 60.00) is in its document, but not claimed.",
            "INV-2026-0001: the line of CASE-1 on 2026-10-06 (time, 59.00) is claimed, but not in its document.",
        ],
        "records": [
            "Line 20 of issue 3 (issued_line, or its draw_down) does not match `invoice --issue` by ana (row 25 of the audit trail)."
        ],
    },
    "DELETE FROM issued_line WHERE kind = 'prepaid-sale'": {
        "invoices": [
            "INV-2026-0001: the line of acme-hours on 2026-10-01 (prepaid-sale, 100.00) is in its document, but not claimed."
        ],
        "records": [
            "1 line of issue 3 (issued_line, or its draw_down) is missing: `invoice --issue` by ana (row 25 of the audit trail) left it."
        ],
    },
    "UPDATE draw_down SET quantity = 70": {
        "invoices": ["INV-2026-0001: it draws 70 from P1, but its document has 60."],
        "claims": [
            "The time of CASE-1 on 2026-10-05 is held 60 times, but draws 70 from purchases.",
            "Invoices use 70 of P1 of acme-hours, which only has 60.",
        ],
        "derived": ["The use of P1 in 2026-10 (purchase_use) is noted as 60, and issued lines draw 70."],
        "records": [
            "Line 19 of issue 3 (issued_line, or its draw_down) does not match `invoice --issue` by ana (row 25 of the audit trail)."
        ],
    },
    "UPDATE allocation SET amount = '51.00' WHERE debit = 'INV-2026-0002' AND id = 1": {
        "stocks": ["The timer's balance of P2 of beta-hours does not match its rated balance."],
        "accounts": ["The account of beta in USD: INV-2026-0002 is overdrawn on 2026-11-02."],
        "invoices": ["INV-2026-0002: deposits and credit pay 51.00, but its document has 50.00."],
        "records": [
            "Allocation 1 (allocation) does not match `invoice --issue` by ana (row 24 of the audit trail): amount is '51.00' and was '50.00'."
        ],
    },
    "UPDATE issue SET previous = 1 WHERE id = 5": {
        "claims": ["Issue 5 of beta follows issue 1, but the one before it is issue 4."],
        "records": [
            "Issue 5 (issue) does not match `invoice credit` by ana (row 26 of the audit trail): previous is '1' and was '4'."
        ],
    },
    "UPDATE issued_line SET issue_id = 1 WHERE issue_id = 3 AND kind = 'fee'": {
        "invoices": [
            "INV-2026-0001: the line of acme-hours on 2026-10-01 (fee, 10.00) is in its document, but not claimed."
        ],
        "claims": ["Issue 1 of acme claims a line of INV-2026-0001, which belongs to another issue."],
        "records": [
            "Line 21 of issue 1 (issued_line, or its draw_down) was not written by suptime: no change or import in the audit trail explains it.",
            "1 line of issue 3 (issued_line, or its draw_down) is missing: `invoice --issue` by ana (row 25 of the audit trail) left it.",
        ],
    },
    "INSERT INTO issued_line SELECT NULL, 1, NULL, contract, kind, case_number, day, appointment, window_starts_at, tariff, quantity, worked_seconds, net, sold, capped FROM issued_line WHERE kind = 'prepaid-sale'": {
        "claims": ["The prepaid-sale of acme-hours on 2026-10-01 is held 2 times."],
        "records": [
            "Line 25 of issue 1 (issued_line, or its draw_down) was not written by suptime: no change or import in the audit trail explains it."
        ],
    },
    "UPDATE issued_line SET quantity = -30 WHERE kind = 'time' AND issue_id = 3 AND day = '2026-10-06'": {
        "claims": [
            "The time of CASE-1 on 2026-10-06 is held less than zero times: -30, of 1800 s.",
            "The time of CASE-1 on 2026-10-06 is held -30 times, but draws 0 from purchases.",
        ],
        "records": [
            "Line 20 of issue 3 (issued_line, or its draw_down) does not match `invoice --issue` by ana (row 25 of the audit trail)."
        ],
    },
    "UPDATE purchase SET voided_at = 1 WHERE id = 1": {
        "stocks": ["The timer has a balance of P1 of acme-hours, which is not a purchase of that contract."],
        "claims": ["Invoices use 60 of P1 of acme-hours, which is void or missing."],
        "records": [
            "P1 (purchase) does not match `prepaid add` by ana (row 4 of the audit trail): voided_at is '1' and was empty."
        ],
    },
    "UPDATE work_unit SET ended_at = started_at - 5 WHERE id = 1": {
        "stocks": ["The timer's balance of P1 of acme-hours does not match its rated balance."],
        "pages": ["SQLite says: CHECK constraint failed in work_unit."],
        "records": [
            "U1 (work_unit) does not match `log` by ana (row 6 of the audit trail): ended_at is '1791190795' and was '1791193500'."
        ],
    },
    "UPDATE work_unit SET started_at = 1791190800, ended_at = 1791193501 WHERE id = 2": {
        "overlaps": ["U1 and U2 of ana overlap."],
        "records": [
            "U2 (work_unit) does not match `log` by ana (row 7 of the audit trail): ended_at is '1791193501' and was '1791279000', started_at is '1791190800' and was '1791277200'."
        ],
    },
    "UPDATE standing SET status = 'resolved' WHERE case_number = 'CASE-1'": {
        "standings": ["The timer's summary of CASE-1 does not match its events and contract."]
    },
    "DELETE FROM standing WHERE case_number = 'CASE-2'": {
        "standings": ["The timer's summary of CASE-2 is missing."]
    },
    "UPDATE audit SET at = at + 1 WHERE id = 8": {
        "trail": ["Row 8 of ana's audit trail (`client add`, id 8) is not as it was written."]
    },
    "DELETE FROM audit WHERE id = 30": {
        "trail": ["Row 30 of ana's audit trail is missing.", "Change 15 of the audit trail is missing."],
        "records": [
            "Event 1 (case_event) was not written by suptime: no change or import in the audit trail explains it."
        ],
    },
    "UPDATE client SET tax = '0' WHERE code = 'acme'": {
        "records": [
            "Client acme (client) does not match `client add` by ana (row 1 of the audit trail): tax is '0' and was '10'."
        ]
    },
    "DELETE FROM unsettled_case; UPDATE work_unit SET ended_at = ended_at + 3600 WHERE id = 2": {
        "settled": [
            "CASE-1 on 2026-10-06 has open charges that drafts do not show, or settled charges that they do show."
        ],
        "records": [
            "U2 (work_unit) does not match `log` by ana (row 7 of the audit trail): ended_at is '1791282600' and was '1791279000'."
        ],
    },
    "DELETE FROM work_unit WHERE id = 4": {
        "records": ["U4 (work_unit) is missing: `log` by ana (row 31 of the audit trail) left it."]
    },
    "UPDATE case_event SET kind = 'resolve'": {
        "standings": ["The timer's summary of CASE-1 does not match its events and contract."],
        "records": [
            "Event 1 (case_event) does not match `case escalate` by ana (row 30 of the audit trail): kind is 'resolve' and was 'escalate'."
        ],
    },
    "UPDATE contract_version SET file_text = replace(file_text, '120.00', '12.00') WHERE id = 1": {
        "records": [
            'Contract version 1 (contract_version) does not match `contract add` by ana (row 3 of the audit trail): file_text is \'...ces] hour = "12.00" [rounding] increment = "30m" [prepaid] unit = "hours...\' and was \'...ces] hour = "120.00" [rounding] increment = "30m" [prepaid] unit = "hour...\'.'
        ]
    },
    "UPDATE contract_version SET file_text = 'x' WHERE id = 1": {
        "claims": [
            "This check could not run: Cannot read a stored contract. line 1: TOML: this is not valid TOML: Expected '=' after a key in a key/value pair."
        ],
        "deposits": [
            "This check could not run: Cannot read a stored contract. line 1: TOML: this is not valid TOML: Expected '=' after a key in a key/value pair."
        ],
        "conservation": [
            "This check could not run: Cannot read a stored contract. line 1: TOML: this is not valid TOML: Expected '=' after a key in a key/value pair."
        ],
        "standings": [
            "This check could not run: Cannot read a stored contract. line 1: TOML: this is not valid TOML: Expected '=' after a key in a key/value pair."
        ],
        "stocks": [
            "This check could not run: Cannot read a stored contract. line 1: TOML: this is not valid TOML: Expected '=' after a key in a key/value pair."
        ],
        "records": [
            'Contract version 1 (contract_version) does not match `contract add` by ana (row 3 of the audit trail): file_text is \'x\' and was \'[contract] code = "acme-hours" title = "Support" currency = "USD" timezo...\'.'
        ],
    },
}


@pytest.mark.parametrize("statement", DAMAGE)
def test_damage_is_said_for_what_it_is(firm: Suptime, statement: str):
    spoil(firm, *statement.split("; "))
    said = {
        check: [re.sub(r"sha256:[0-9a-f]{64}", "sha256:#", one) for one in faults]
        for check, faults in found(firm).items()
    }
    assert said == DAMAGE[statement]


def test_damage_is_told_to_people_with_what_to_do(firm: Suptime):
    spoil(firm, "UPDATE client SET tax = '0' WHERE code = 'acme'")
    done = firm("doctor", code=5)
    told = WHOLE.replace("ok       every row", "DAMAGED  every row")
    assert done.out == told + (
        "         Client acme (client) does not match `client add` by ana (row 1 of the audit trail):"
        " tax is '0' and was '10'.\n"
    )
    assert done.err == (
        f"Error: The store {firm.database} is damaged: 1 fault.\n"
        "Restore a backup from before the damage: suptime restore FILE --yes keeps this store, too.\n"
    )


def test_an_invoice_that_is_gone_is_missed_wherever_it_is_pointed_to(firm: Suptime):
    spoil(firm, "DELETE FROM invoice WHERE serial = 1")
    said = found(firm)
    assert said["numbers"] == ["Number 1 of 2026 is missing, before INV-2026-0002."]
    assert said["keys"][0] == "Row 19 of issued_line points to a row of invoice that is not there."
    assert (
        said["claims"][0] == "Issue 3 of acme claims a line of INV-2026-0001, which belongs to another issue."
    )
    assert said["records"] == [
        "INV-2026-0001 (invoice) is missing: `invoice --issue` by ana (row 20 of the audit trail) left it."
    ]


def test_an_issue_that_is_gone_breaks_its_clients_chain(firm: Suptime):
    spoil(firm, "DELETE FROM issue WHERE id = 2")
    said = found(firm)
    assert said["claims"] == ["Issue 4 of beta follows issue 2, but the one before it is the first."]
    assert said["records"] == [
        "Issue 2 (issue) is missing: `close` by ana (row 16 of the audit trail) left it."
    ]


def test_what_is_drawn_beyond_a_purchase_does_not_add_up(firm: Suptime):
    spoil(firm, "UPDATE purchase SET quantity = '50' WHERE id = 1")
    said = found(firm)
    assert said["conservation"] == [
        "P1 of acme-hours: 50 were bought, but 60 used, 0 forfeited and -10 left."
    ]
    assert said["claims"] == ["Invoices use 60 of P1 of acme-hours, which only has 50."]


def test_seconds_that_rating_would_lose_are_missed(firm: Suptime, monkeypatch: pytest.MonkeyPatch):
    from suptime.app.upkeep.ledger_checks import RatedContract

    whole = RatedContract.of

    def losing(facts):
        rated = whole(facts)
        return replace(rated, rating=replace(rated.rating, shares=rated.rating.shares[1:]))

    monkeypatch.setattr(RatedContract, "of", losing)
    assert found(firm)["conservation"] == [
        "U1 has 2700 s of work, but its shares have 0 s.",
        "U3 has 1200 s of work, but its shares have 0 s.",
    ]


WARNINGS = {
    "CREATE INDEX mine ON work_unit (note)": {"schema": ["The index mine is not one of suptime's."]},
    "UPDATE standing SET warnings = '[\"Else.\"]' WHERE case_number = 'CASE-1'": {
        "standings": ["The timer's summary of CASE-1 does not match its events and contract."]
    },
}


@pytest.mark.parametrize("statement", WARNINGS)
def test_what_harms_nothing_is_a_warning(firm: Suptime, statement: str):
    spoil(firm, statement)
    assert found(firm, code=0) == WARNINGS[statement]


def test_a_timer_that_runs_for_more_than_a_day_is_a_warning(firm: Suptime):
    firm.at("2026-11-03T13:00:00Z")
    assert found(firm, code=0) == {}
    firm.at("2026-11-03T13:00:01Z")
    done = firm("doctor")
    assert done.out == WHOLE.replace(
        "ok       timers and clocks\n",
        (
            "warning  timers and clocks\n"
            "         U5 of ana on CASE-1 has been running since 2026-11-02T13:00:00Z.\n"
        ),
    )
    assert done.err == ""


def test_work_that_lies_ahead_is_a_warning_that_a_clock_was_wrong(firm: Suptime):
    firm.at("2026-11-01T09:10:00Z")
    said = "in the future: a clock was wrong then, or is wrong now."
    assert found(firm, code=0) == {
        "timers": [
            f"U4 of ana on CASE-1 ends at 2026-11-01T09:20:00Z, {said}",
            f"U5 of ana on CASE-1 ends at 2026-11-02T13:00:00Z, {said}",
        ]
    }


def lose_from_an_index(suptime: Suptime) -> None:
    """Add a row while SQLite does not know of an index, as a fault of a disk would leave it."""
    name = "ix_work_unit_started_at"
    with closing(sqlite3.connect(suptime.database)) as raw:
        (row,) = raw.execute("SELECT * FROM sqlite_master WHERE name = ?", [name])
    spoil(suptime, f"DELETE FROM sqlite_master WHERE name = '{name}'")
    spoil(suptime, "UPDATE work_unit SET started_at = started_at + 60 WHERE id = 4")
    spoil(suptime, "UPDATE audit SET entity_key = entity_key")
    with closing(sqlite3.connect(suptime.database, isolation_level=None)) as raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)


def test_an_index_is_made_anew_after_a_backup(firm: Suptime):
    lose_from_an_index(firm)
    assert "SQLite says: row 4 missing from index ix_work_unit_started_at." in found(firm)["pages"]
    done = firm("doctor --fix --format json", code=5).json["doctor"]
    kept = Path(done["kept"])
    assert kept.name == "suptime.db.before-fix-20261102T150000Z"
    assert kept.stat().st_mode & 0o777 == 0o600
    # The index is whole; what the row says is not for doctor to change.
    assert {c["check"]: c["state"] for c in done["checks"]}["pages"] == "ok"
    assert found(firm) == {
        "records": [
            "U4 (work_unit) does not match `log` by ana (row 31 of the audit trail): started_at is '1793523660' and was '1793523600'."
        ]
    }
    with closing(sqlite3.connect(kept)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() != ("ok",)


def test_what_start_knows_is_worked_out_again_after_a_backup(firm: Suptime):
    spoil(
        firm,
        "UPDATE standing SET status = 'resolved' WHERE case_number = 'CASE-1'",
        "DELETE FROM standing WHERE case_number = 'CASE-2'",
        "DROP INDEX ix_work_unit_started_at",
    )
    refused = firm("doctor", code=5)
    assert refused.err == (
        f"Error: The store {firm.database} is damaged: 3 errors.\n"
        "Repair it without losing data: suptime doctor --fix\n"
    )
    audit = [row for row in firm.rows() if 'INTO "audit' in row]
    kept = f"{firm.database}.before-fix-20261102T150000Z"
    assert (
        firm("doctor --fix").out
        == f"{WHOLE}No damage found.\nRepaired the database. Backup from before: {kept}\n"
    )
    assert [row for row in firm.rows() if 'INTO "audit' in row] == audit
    assert firm("doctor --fix").out == f"{WHOLE}No damage found.\nThere was nothing to repair.\n"
    assert [p.name for p in firm.home.iterdir() if "before-fix" in p.name] == [Path(kept).name]


def test_nothing_is_mended_where_something_could_be_lost(firm: Suptime):
    spoil(firm, "UPDATE client SET tax = '0' WHERE code = 'acme'")
    rows = firm.rows()
    assert firm("doctor --fix", code=5).out.endswith("There was nothing to repair.\n")
    assert firm.rows() == rows
    assert [p.name for p in firm.home.iterdir() if "before-fix" in p.name] == []


def test_a_server_is_not_mended(suptime: Suptime):
    suptime.set(SUPTIME_DB="postgresql://suptime@db.example/suptime")
    assert suptime("doctor --fix", code=3).err == (
        "Error: Only a SQLite file can be repaired; the store is on a PostgreSQL server.\n"
        "On the server, REINDEX repairs indexes, and any change of a case repairs the timer's rows.\n"
    )


def test_a_check_that_cannot_be_made_does_not_keep_the_others_from_it(
    firm: Suptime, monkeypatch: pytest.MonkeyPatch
):
    def broken(_):
        raise RuntimeError("no")

    monkeypatch.setattr(Integrity, "overlaps", broken)
    assert found(firm) == {"overlaps": ["This check could not run: RuntimeError: no"]}


def test_of_a_hundred_faults_of_one_kind_no_more_is_told(firm: Suptime):
    row = "INSERT INTO case_event (case_number, kind, at) VALUES ('CASE-9', 'escalate', 1)"
    spoil(firm, *[row] * 120)
    assert len(found(firm)["keys"]) == 100


def test_what_goes_out_and_comes_in_elsewhere_is_whole_there_too(firm: Suptime):
    firm("contact add acme ops@acme.example")
    firm("contact remove acme ops@acme.example")
    firm("contact add acme desk@acme.example")
    firm("undo")
    firm("contact add acme ops@acme.example")
    firm("price set acme-hours hour 130 --from 2026-11-01")
    firm("delete U4")
    firm("invoice pay INV-2026-0001 --amount 20.00")
    firm("export suptime --out all.jsonl")
    heads = firm("doctor --format json").json["doctor"]["trails"]
    firm.on("other.db")
    firm("import suptime all.jsonl")
    assert firm("doctor").out == WHOLE + "No damage found.\n"
    assert firm("doctor --format json").json["doctor"]["trails"] == heads


def test_an_import_and_its_undoing_leave_a_store_that_is_whole(firm: Suptime):
    rows = '[[1793610000, 1793611800, "CASE-1", "0123456789abcdef0123456789abcdef", [], 1793611800]]'
    (firm.home / "frames").write_text(rows)
    firm("import watson frames --agent ben")
    assert len(firm.units) == 6
    assert firm("doctor").out == WHOLE + "No damage found.\n"
    firm("undo")
    assert len(firm.units) == 5
    assert firm("doctor").out == WHOLE + "No damage found.\n"


def test_late_work_that_no_draft_would_see_is_found_and_noted_again(firm: Suptime):
    firm("log CASE-1 60m --from '2026-10-06 12:00'")
    assert "minutes" in firm("invoice --month 2026-11 --client acme --format json").out
    with closing(sqlite3.connect(firm.database)) as file:
        file.execute("DELETE FROM unsettled_case")
        file.commit()
    found = firm("doctor", code=5)
    assert "CASE-1 on 2026-10-06 has open charges that drafts do not show" in found.out
    mended = firm("doctor --fix")
    assert "open charges" not in mended.out
    lines = firm("invoice --month 2026-11 --client acme --format json").json["invoices"][0]["cases"][0][
        "lines"
    ]
    assert [line["billed_minutes"] for line in lines if line["date"] == "2026-10-06"] == [60]


@pytest.mark.parametrize("command", ["invoice show INV-2026-0001", "export suptime", "invoice list"])
def test_a_value_that_only_a_damaged_store_can_hold_is_no_fault_of_the_programs(acme: Suptime, command: str):
    acme("log CASE-123 60m --from '2026-10-01 09:00'")
    acme.at("2026-11-02T15:00:00Z")
    acme("invoice --month 2026-10 --issue")
    spoil(acme, "UPDATE issued_line SET day = '2026-1x-01'", "UPDATE invoice SET issued_on = '2026-1x-01'")
    assert acme(command, code=5).err.endswith(
        "Error: A stored value cannot be read: Invalid isoformat string: '2026-1x-01'. Nothing was changed.\n"
        "Try: suptime doctor\n"
    )
