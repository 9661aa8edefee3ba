"""Clients, contracts, cases, messages, appointments and purchases as rows, and back.

Money and quantities are exact decimal texts in the database (SQLite's NUMERIC would make
floats of them), instants are epoch seconds, days are dates.
"""

import json
import re
from decimal import Decimal

from suptime.domain.case import Case, Event, EventKind
from suptime.domain.contract import PriceChange
from suptime.domain.message import Message
from suptime.domain.party import Contact, Project
from suptime.domain.work import Appointment, Client, Purchase
from suptime.store.records import ContractRow
from suptime.store.work_mapping import Row, Values

_SERIAL = re.compile(r"CASE-([0-9]{1,15})", re.IGNORECASE | re.ASCII)


def folded(name: str) -> str:
    """NAME without its letter case: two names that fold alike differ in nothing else."""
    return name.casefold()


def serial_of(number: str) -> int | None:
    """The n of a case number CASE-<n> (in any letter case), or None for other numbers.

    >>> serial_of("CASE-12"), serial_of("ACME-12")
    (12, None)
    """
    found = _SERIAL.fullmatch(number)
    return int(found[1]) if found else None


def plain(amount: Decimal) -> str:
    """AMOUNT as digits with at most one point, never with an exponent.

    >>> plain(Decimal("1E+3")), plain(Decimal("120.00"))
    ('1000', '120.00')
    """
    return format(amount, "f")


def client_row(client: Client) -> Values:
    """The columns of a client."""
    return {
        "code": client.code,
        "folded": folded(client.code),
        "name": client.name,
        "currency": client.currency,
        "timezone": client.timezone,
        "email": client.email,
        "address": client.address,
        "country": client.country,
        "tax_id": client.tax_id,
        "tax": client.tax,
        "card_on_file": client.card_on_file,
        "city": client.city,
        "postcode": client.postcode,
        "endpoint": client.endpoint,
        "buyer_reference": client.buyer_reference,
        "language": client.language,
    }


def client_of(row: Row) -> Client:
    """The client of ROW."""
    return Client(
        code=row["code"],
        name=row["name"],
        currency=row["currency"],
        timezone=row["timezone"],
        email=row["email"],
        address=row["address"],
        country=row["country"],
        tax_id=row["tax_id"],
        tax=row["tax"],
        card_on_file=bool(row["card_on_file"]),
        city=row["city"],
        postcode=row["postcode"],
        endpoint=row["endpoint"],
        buyer_reference=row["buyer_reference"],
        language=row["language"],
    )


def contact_row(contact: Contact) -> Values:
    """The columns of a contact; id 0 asks for the next one."""
    return {
        "id": contact.id,
        "client": contact.client,
        "email": contact.email,
        "folded": folded(contact.email),
        "name": contact.name,
        "role": contact.role,
        "contracts": json.dumps(contact.contracts) if contact.contracts else None,
    }


def contact_of(row: Row) -> Contact:
    """The contact of ROW."""
    contracts = tuple(json.loads(row["contracts"])) if row["contracts"] else ()
    return Contact(row["client"], row["email"], row["name"], row["role"], row["id"], contracts)


def project_row(project: Project) -> Values:
    """The columns of a project."""
    return {
        "code": project.code,
        "folded": folded(project.code),
        "client": project.client,
        "budget": plain(project.budget),
        "completed": project.completed,
    }


def project_of(row: Row) -> Project:
    """The project of ROW."""
    return Project(row["code"], row["client"], Decimal(row["budget"]), row["completed"])


def contract_of(row: Row) -> ContractRow:
    """The contract version of ROW, which joins contract and contract_version."""
    return ContractRow(
        row["code"],
        row["client"],
        row["title"],
        row["starts_on"],
        row["ends_on"],
        row["file_text"],
        row["id"],
    )


def price_row(change: PriceChange) -> Values:
    """The columns of a price change; id 0 asks for the next one."""
    return {
        "id": change.id,
        "contract": change.contract,
        "item": change.item,
        "since": change.since,
        "amount": plain(change.amount),
    }


def price_of(row: Row) -> PriceChange:
    """The price change of ROW."""
    return PriceChange(row["contract"], row["item"], row["since"], Decimal(row["amount"]), row["id"])


def case_row(case: Case) -> Values:
    """The columns of a case, without its events."""
    return {
        "number": case.number,
        "folded": folded(case.number),
        "serial": serial_of(case.number),
        "client": case.client,
        "contract": case.contract,
        "opened_at": case.opened_at,
        "subject": case.subject,
        "category": case.category,
        "kind": case.kind,
        "priority": case.priority,
        "contact": case.contact,
        "via": case.via,
        "project": case.project,
        "waived": case.waived,
        "estimate_seconds": case.estimate_seconds,
    }


def case_of(row: Row, events: tuple[Event, ...]) -> Case:
    """The case of ROW with its EVENTS."""
    return Case(
        number=row["number"],
        client=row["client"],
        contract=row["contract"],
        opened_at=row["opened_at"],
        subject=row["subject"],
        category=row["category"],
        kind=row["kind"],
        priority=row["priority"],
        contact=row["contact"],
        via=row["via"],
        project=row["project"],
        waived=row["waived"],
        estimate_seconds=row["estimate_seconds"],
        events=events,
    )


def event_row(number: str, event: Event) -> Values:
    """The columns of an event of case NUMBER; id 0 asks for the next one."""
    return {
        "id": event.id,
        "case_number": number,
        "kind": event.kind.value,
        "at": event.at,
        "by_whom": event.by,
        "up_to_seconds": event.up_to_seconds,
        "cause": event.cause,
        "kb": event.kb,
    }


def event_of(row: Row) -> Event:
    """The event of ROW."""
    return Event(
        kind=EventKind(row["kind"]),
        at=row["at"],
        by=row["by_whom"],
        up_to_seconds=row["up_to_seconds"],
        cause=row["cause"],
        kb=row["kb"],
        id=row["id"],
    )


def message_row(message: Message) -> Values:
    """The columns of a message; id 0 asks for the next one."""
    return {
        "id": message.id,
        "case_number": message.case,
        "direction": message.direction,
        "at": message.at,
        "message_id": message.message_id,
        "sender": message.sender,
        "subject": message.subject,
        "body": message.body,
        "attachments": json.dumps(message.attachments, ensure_ascii=False),
        "file_name": message.file,
    }


def message_of(row: Row) -> Message:
    """The message of ROW."""
    return Message(
        id=row["id"],
        case=row["case_number"],
        direction=row["direction"],
        at=row["at"],
        message_id=row["message_id"],
        sender=row["sender"],
        subject=row["subject"],
        body=row["body"],
        attachments=tuple(json.loads(row["attachments"])),
        file=row["file_name"],
    )


def appointment_row(appointment: Appointment) -> Values:
    """The columns of an appointment; id 0 asks for the next one."""
    return {
        "id": appointment.id,
        "case_number": appointment.case,
        "agent": appointment.agent,
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "channel": appointment.channel,
        "cancelled_at": appointment.cancelled_at,
        "cancelled_by": appointment.cancelled_by,
        "missed_by": appointment.missed_by,
        "waived": appointment.waived,
    }


def appointment_of(row: Row) -> Appointment:
    """The appointment of ROW."""
    return Appointment(
        id=row["id"],
        case=row["case_number"],
        agent=row["agent"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        channel=row["channel"],
        cancelled_at=row["cancelled_at"],
        cancelled_by=row["cancelled_by"],
        missed_by=row["missed_by"],
        waived=row["waived"],
    )


def purchase_row(purchase: Purchase) -> Values:
    """The columns of a purchase; id 0 asks for the next one."""
    return {
        "id": purchase.id,
        "contract": purchase.contract,
        "bought_on": purchase.on,
        "quantity": plain(purchase.quantity),
        "price": None if purchase.price is None else plain(purchase.price),
        "voided_at": purchase.voided_at,
    }


def purchase_of(row: Row) -> Purchase:
    """The purchase of ROW."""
    return Purchase(
        id=row["id"],
        contract=row["contract"],
        on=row["bought_on"],
        quantity=Decimal(row["quantity"]),
        price=None if row["price"] is None else Decimal(row["price"]),
        voided_at=row["voided_at"],
    )
