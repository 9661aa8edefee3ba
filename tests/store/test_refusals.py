"""The database itself refuses what no program should ever write."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from store_seed import NOW, changing, refused, unit

from suptime.domain.booking import Appointment, Purchase
from suptime.domain.case import Case
from suptime.errors import NotPossible
from suptime.store import Store
from suptime.store.repositories.records import ContractRow
from suptime.store.tables.work import TABLES

CLIENT = {"code": "beta", "folded": "beta", "name": "", "card_on_file": False}
UNIT = {"case_number": "CASE-1", "agent": "ana", "channel": "phone", "started_at": NOW, "ended_at": NOW + 1}
UNIT |= {"note": "", "guest": False, "requested": False}
APPOINTMENT = {"case_number": "CASE-1", "agent": "ana", "starts_at": 1, "ends_at": 2}
PURCHASE = {"contract": "acme-ps", "bought_on": date(2026, 1, 1), "quantity": "60"}
EVENT = {"case_number": "CASE-1", "kind": "consent", "at": 1}
CASE = {"number": "C", "folded": "c", "client": "acme", "contract": "acme-ps", "opened_at": 1, "subject": ""}
VERSION = {"contract": "acme-ps", "title": "", "starts_on": date(2026, 2, 1), "file_text": ""}
PROJECT = {"code": "P", "folded": "p", "client": "acme", "budget": "1", "completed": date(2026, 1, 1)}
PRICE = {"contract": "acme-ps", "item": "hour", "since": date(2026, 1, 1), "amount": "1"}
MESSAGE = {"case_number": "CASE-1", "direction": "in", "at": 1, "sender": "", "subject": "", "body": ""}
MESSAGE |= {"attachments": "[]"}
STANDING = {"case_number": "CASE-9", "client": "acme", "status": "open", "settled_at": 1, "valid_from": 1}
STANDING |= {"warnings": "[]", "slow": False}

NONSENSE = {
    "two clients of one code": ("client", CLIENT | {"code": "ACME", "folded": "acme"}),
    "a client without a code": ("client", CLIENT | {"code": ""}),
    "a contact of an unknown role": ("contact", {"client": "acme", "email": "e", "folded": "e", "name": "", "role": "king"}),
    "a contact of nobody": ("contact", {"client": "who", "email": "e", "folded": "e", "name": "", "role": "user"}),
    "a contract of nobody": ("contract", {"code": "c", "folded": "c", "client": "who"}),
    "two contracts of one code": ("contract", {"code": "ACME-PS", "folded": "acme-ps", "client": "acme"}),
    "a contract that ends before it starts": ("contract_version", VERSION | {"ends_on": date(2026, 1, 31)}),
    "two versions from one day": ("contract_version", VERSION | {"starts_on": date(2026, 1, 1)}),
    "a project of a negative budget": ("project", PROJECT | {"budget": "-0.01"}),
    "a case of another client's contract": ("case", CASE | {"client": "other"}),
    "a case of no contract": ("case", CASE | {"contract": "none"}),
    "a case of no project": ("case", CASE | {"project": "none"}),
    "a case without a number": ("case", CASE | {"number": ""}),
    "a negative estimate": ("case", CASE | {"estimate_seconds": -1}),
    "an event of an unknown kind": ("case_event", EVENT | {"kind": "party"}),
    "an event of no case": ("case_event", EVENT | {"case_number": "CASE-77"}),
    "a consent to nothing": ("case_event", EVENT | {"up_to_seconds": 0}),
    "work that ends before it starts": ("work_unit", UNIT | {"ended_at": NOW - 1}),
    "work on no case": ("work_unit", UNIT | {"case_number": "CASE-77"}),
    "work of nobody": ("work_unit", UNIT | {"agent": ""}),
    "an appointment of no length": ("appointment", APPOINTMENT | {"ends_at": 1}),
    "an appointment cancelled by a stranger": ("appointment", APPOINTMENT | {"cancelled_at": 1, "cancelled_by": "x"}),
    "an appointment cancelled by someone at no time": ("appointment", APPOINTMENT | {"cancelled_by": "us"}),
    "an appointment missed by a stranger": ("appointment", APPOINTMENT | {"missed_by": "x"}),
    "a purchase of nothing": ("purchase", PURCHASE | {"quantity": "0.00"}),
    "a purchase of no number": ("purchase", PURCHASE | {"quantity": "-5"}),
    "a negative price": ("purchase", PURCHASE | {"price": "-1"}),
    "a purchase for no contract": ("purchase", PURCHASE | {"contract": "none"}),
    "a price of an unknown item": ("price", PRICE | {"item": "day"}),
    "a price below nothing": ("price", PRICE | {"amount": "-0.01"}),
    "a price under no contract": ("price", PRICE | {"contract": "none"}),
    "a message that goes nowhere": ("message", MESSAGE | {"direction": "up"}),
    "a message about no case": ("message", MESSAGE | {"case_number": "CASE-77"}),
    "a message with an empty id": ("message", MESSAGE | {"message_id": ""}),
    "a standing of no case": ("standing", STANDING),
    "a standing of an unknown status": ("standing", STANDING | {"case_number": "CASE-1", "status": "x"}),
    "an audit row of nothing": (
        "audit",
        {"change": 1, "at": 1, "agent": "a", "command": "c", "entity": "e", "entity_key": "k"},
    ),
}  # fmt: skip


def write(store: Store, statement) -> None:
    """Run a statement of SQLAlchemy's: what no repository would write. Its error is raised as it is."""
    error = None
    with store.connecting("write") as driver:
        try:
            driver.connection().execute(statement)
        except IntegrityError as raised:
            error = raised
    if error:
        raise error


@pytest.mark.parametrize(("table", "row"), NONSENSE.values(), ids=NONSENSE.keys())
def test_the_database_refuses(store: Store, table: str, row: dict):
    with store.connecting("write") as driver:
        driver.run("DELETE FROM standing")
    with pytest.raises(IntegrityError):
        write(store, insert(TABLES[table]).values(row))


@pytest.mark.parametrize(
    ("table", "row"),
    [("price", PRICE), ("message", MESSAGE | {"message_id": "<1@x>"})],
    ids=["price", "message"],
)
def test_the_database_refuses_the_same_twice(store: Store, table: str, row: dict):
    write(store, insert(TABLES[table]).values(row))
    with pytest.raises(IntegrityError):
        write(store, insert(TABLES[table]).values(row))


def test_the_database_refuses_a_second_running_timer_of_one_agent(store: Store):
    with changing(store) as tx:
        tx.units.add(unit(0, None))
        tx.units.add(unit(0, None, agent="ben"))

    def second():
        with changing(store) as tx:
            tx.units.add(unit(5, None))

    assert refused(NotPossible, second) == "This agent's timer runs already.\nsuptime status"


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda tx: tx.units.add(unit(10, 0)), "The work would end before it starts."),
        (
            lambda tx: tx.appointments.add(Appointment(0, "CASE-1", "ana", 2, 2)),
            "The appointment would not end after its start.",
        ),
        (
            lambda tx: tx.contracts.add(ContractRow("x", "acme", "", date(2026, 2, 1), date(2026, 1, 1), "")),
            "The contract would end before it starts.",
        ),
        (
            lambda tx: tx.purchases.add(Purchase(0, "acme-ps", date(2026, 1, 1), Decimal(0))),
            "A purchase of nothing is none.",
        ),
    ],
)
def test_what_the_database_refuses_is_said_in_words(store: Store, write, words: str):
    def change():
        with changing(store) as tx:
            write(tx)

    assert refused(NotPossible, change) == words


def test_what_has_no_words_of_its_own_is_said_in_the_databases(store: Store):
    def change():
        with changing(store) as tx:
            tx.cases.add(Case("CASE-3", "acme", "none", NOW))

    assert refused(NotPossible, change).startswith("The store refuses this change.\nThe database says: ")


def test_nothing_that_others_point_to_is_deleted(store: Store):
    for table in (TABLES["client"], TABLES["contract"]):
        with pytest.raises(IntegrityError):
            write(store, table.delete())
    with pytest.raises(IntegrityError):
        write(store, update(TABLES["case"]).values(client="nobody"))
