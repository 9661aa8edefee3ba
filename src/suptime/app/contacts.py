"""Contacts: the people at a client, and which of them may open cases."""

from typing import Any

from suptime.app import checks, lookup
from suptime.app.done import Done
from suptime.app.facts import contracts_of
from suptime.app.transaction import changing
from suptime.clauses.contacts import Contacts, check_room
from suptime.domain.party import Contact
from suptime.domain.timespan import Instant
from suptime.errors import NotPossible
from suptime.store import Store, Transaction


def add(
    store: Store,
    client_code: str,
    email: str,
    *,
    name: str = "",
    role: str = "user",
    now: Instant,
    agent: str,
) -> Done[Contact]:
    """E5: a person at a client, by EMAIL, may open cases.

    Raises:
        WrongUsage: a value cannot be read.
        NotPossible: no such client, or the client has this contact already.
        Refused: a contract of the client that is in force has no room for another contact.
    """
    address = checks.email(email)
    called = checks.line(name, "name")
    with changing(store, now, agent, "contact add") as tx:
        client = lookup.client(tx, client_code).code
        known = tx.contacts(client)
        there = by_address(known, address)
        if there is not None:
            raise NotPossible(
                f"{client} has a contact {there.email} already, as {there.role}.",
                hint=f"To change it: suptime contact remove {client} {there.email}, then add it again.",
            )
        _check_room(tx, client, len(known), now)
        contact = Contact(client, address, called, role)
        tx.add_contact(contact)
    return Done(contact, {"contact": document(contact)})


def _check_room(tx: Transaction, client: str, known: int, now: Instant) -> None:
    for contract in contracts_of(tx, client=client):
        version = contract.at(now)
        terms = version.get(Contacts) if version else None
        if terms is not None:
            check_room(terms, contract.code, known)


def remove(store: Store, client_code: str, email: str, *, now: Instant, agent: str) -> Done[Contact]:
    """A person at a client may open no more cases. Cases that name the address keep it.

    Raises:
        WrongUsage: EMAIL is no address.
        NotPossible: no such client or contact.
    """
    address = checks.email(email)
    with changing(store, now, agent, "contact remove") as tx:
        client = lookup.client(tx, client_code).code
        contact = lookup.contact(tx, client, address)
        tx.delete_contact(contact)
    return Done(contact, {"contact": document(contact)})


def by_address(contacts: list[Contact], address: str | None) -> Contact | None:
    """The one of CONTACTS with that ADDRESS, letter case aside, or None."""
    wanted = (address or "").casefold()
    return next((contact for contact in contacts if contact.email.casefold() == wanted), None)


def every(store: Store, client_code: str | None = None) -> list[dict[str, Any]]:
    """The contacts of all clients, or of one, by client and address, as JSON shows them.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        clients = tx.clients() if client_code is None else [lookup.client(tx, client_code)]
        return [document(contact) for client in clients for contact in tx.contacts(client.code)]


def document(contact: Contact) -> dict[str, Any]:
    """CONTACT as JSON shows it."""
    return {
        "client": contact.client,
        "email": contact.email,
        "name": contact.name,
        "role": contact.role,
    }
