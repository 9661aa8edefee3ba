"""Contacts: the people at a client, and which of them may open cases."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from suptime.app import checks, lookup
from suptime.app.done import Done
from suptime.app.facts import contracts_of
from suptime.app.transaction import changing
from suptime.clauses.contacts import Contacts, check_room
from suptime.domain.party import Contact
from suptime.domain.timespan import Instant
from suptime.errors import NotPossible, WrongUsage
from suptime.store import Store, Transaction


def add(
    store: Store,
    client_code: str,
    email: str,
    *,
    name: str = "",
    role: str | None = None,
    contract: str | None = None,
    now: Instant,
    agent: str,
) -> Done[Contact]:
    """E5: let a person at a client, known by `email`, open cases under a `contract`, or under all.

    Raises:
        WrongUsage: a value cannot be read; several contracts limit their contacts, and none is named.
        NotPossible: no such client or contract, or the person may open cases under it already.
        Refused: a contract in force has no room for another contact.
    """
    address = checks.email(email)
    called = checks.line(name, "name")
    with changing(store, now, agent, "contact add") as tx:
        client = lookup.client(tx, client_code).code
        code = None if contract is None else lookup.contract_code(tx, contract, client=client)
        known = tx.contacts(client)
        there = by_address(known, address)
        limits = _limits(tx, client, now)
        if there is not None:
            return _extend(tx, there, code, role, known, limits)
        if code is None and len(limits) > 1:
            raise WrongUsage(
                f"It is not clear under which contract {address} may open cases.",
                f"Several contracts of {client} limit their contacts: {', '.join(limits)}.",
                "Add --contract CODE. For a further contract, run the command again.",
            )
        made = Contact(client, address, called, role or "user", contracts=(code,) if code else ())
        _check_room(limits, made, known)
        tx.add_contact(made)
    return Done(made, {"contact": document(made)})


def _extend(
    tx: Transaction,
    there: Contact,
    code: str | None,
    role: str | None,
    known: Sequence[Contact],
    limits: Mapping[str, Contacts],
) -> Done[Contact]:
    """Let a contact who is `there` open cases under the contract `code`, too."""
    under = f" under {', '.join(there.contracts)}" if there.contracts else ""
    again = f"To change it: suptime contact remove {there.client} {there.email}, then add it again."
    if code is None or there.may_use(code):
        raise NotPossible(
            f"{there.client} has a contact {there.email} already, as {there.role}{under}.", hint=again
        )
    if role is not None and role != there.role:
        raise NotPossible(f"{there.email} is registered as {there.role}{under}.", hint=again)
    new = replace(there, contracts=(code,))
    _check_room(limits, new, known)
    contact = replace(there, contracts=(*there.contracts, code))
    tx.save_contact(contact)
    return Done(contact, {"contact": document(contact)})


def _limits(tx: Transaction, client: str, now: Instant) -> dict[str, Contacts]:
    """Return the terms of the client's contracts in force that limit how many contacts there may be, by code."""
    found = {}
    for contract in contracts_of(tx, client=client):
        version = contract.at(now)
        terms = version.get(Contacts) if version else None
        if terms is not None and terms.authorised is not None:
            found[contract.code] = terms
    return found


def _check_room(limits: Mapping[str, Contacts], new: Contact, known: Sequence[Contact]) -> None:
    """Refuse the `new` contact if a contract of it has no room beside the `known` contacts of that contract."""
    for code, terms in limits.items():
        if new.may_use(code):
            check_room(terms, code, sum(one.may_use(code) for one in known))


def remove(
    store: Store,
    client_code: str,
    email: str,
    *,
    contract: str | None = None,
    now: Instant,
    agent: str,
) -> Done[Contact]:
    """Let a person at a client open no more cases (under one `contract`). Cases that name the address keep it.

    Raises:
        WrongUsage: EMAIL is no address.
        NotPossible: no such client, contact or contract, or the person may not open cases under it.
    """
    address = checks.email(email)
    with changing(store, now, agent, "contact remove") as tx:
        client = lookup.client(tx, client_code).code
        contact = lookup.contact(tx, client, address)
        code = None if contract is None else lookup.contract_code(tx, contract, client=client)
        kept = () if code is None else _contracts_without(tx, contact, code)
        if kept:
            contact = replace(contact, contracts=kept)
            tx.save_contact(contact)
        else:
            tx.delete_contact(contact)
    return Done(contact, {"contact": document(contact)})


def _contracts_without(tx: Transaction, contact: Contact, code: str) -> tuple[str, ...]:
    """Return the contracts under which `contact` may still open cases without the contract `code`."""
    if not contact.may_use(code):
        raise NotPossible(
            f"{contact.email} may not open cases under {code} anyway, only under {', '.join(contact.contracts)}.",
            hint=f"suptime contact list --client {contact.client}",
        )
    own = contact.contracts or tuple(dict.fromkeys(r.code for r in tx.contract_rows(client=contact.client)))
    return tuple(one for one in own if one != code)


def by_address(contacts: Sequence[Contact], address: str | None) -> Contact | None:
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
        "contracts": list(contact.contracts),
    }
