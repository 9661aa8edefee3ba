"""Clients: who is billed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from suptime.app import lookup
from suptime.app.facts import contracts_of, taxes_of
from suptime.app.use_case import Result, changing
from suptime.contracts import contact_limit, guarantees, refuse_contact
from suptime.domain.caution import Caution
from suptime.domain.client import Client, Contact, Project, TaxFact, TaxHistory
from suptime.domain.contract import Version
from suptime.domain.time import Instant, Zone, show_day
from suptime.errors import NotPossible, WrongUsage
from suptime.store import Store, Transaction
from suptime.store.repositories.records import ContractRow


def add_client(store: Store, client: Client, *, now: Instant, agent: str) -> Result[Client]:
    """Add a client.

    Raises:
        NotPossible: there is a client of this code, in any letter case.
    """
    with changing(store, now, agent, "client add") as tx:
        if other := tx.clients.get(client.code):
            raise NotPossible(
                f"There is a client {other.code} already: {other.name}.", hint="Choose another code."
            )
        tx.clients.add(client)
    return Result(client, {"client": client_data(client, ())})


def edit(
    store: Store,
    code: str,
    changed: Mapping[str, Any],
    *,
    now: Instant,
    agent: str,
    today: date,
    command: str = "client edit",
) -> Result[Client]:
    """Change fields of a client. Issued documents keep the earlier values.

    A `tax` holds from `today` once something was issued to the client, before that from the beginning (F22).

    Raises:
        WrongUsage: nothing to change was given.
        NotPossible: there is no such client.
    """
    if not changed:
        raise WrongUsage("Nothing to change was given.", hint="suptime client edit --help lists what can be.")
    with changing(store, now, agent, command) as tx:
        before = lookup.client(tx, code)
        is_dated = "tax" in changed and bool(tx.invoices.heads(client=before.code))
        after = replace(
            before, **{name: value for name, value in changed.items() if name != "tax" or not is_dated}
        )
        if after != before:
            tx.clients.save(after)
        has_new_tax = is_dated and taxes_of(tx, before).on(today) != changed["tax"]
        if has_new_tax:
            tx.taxes.set(TaxFact(before.code, today, changed["tax"]))
        codes = _contract_codes(tx.contracts.versions(client=after.code))
        client = replace(after, tax=taxes_of(tx, after).on(today))
    told = (
        (f"The tax holds from {show_day(today) if is_dated else 'the beginning'}.",)
        if "tax" in changed
        else ()
    )
    is_new = after != before or has_new_tax
    return Result(client, {"client": client_data(client, codes)}, changed=is_new, told=told if is_new else ())


def set_tax(
    store: Store, code: str, tax: str, since: date, *, now: Instant, agent: str
) -> Result[list[dict[str, Any]]]:
    """Set how a client is taxed from a day on, in the place of what was said for the same day (F22).

    Raises:
        NotPossible: there is no such client.
    """
    with changing(store, now, agent, "client tax") as tx:
        client = lookup.client(tx, code)
        fact = TaxFact(client.code, since, tax)
        is_new = fact not in tx.taxes.find(client=client.code)
        if is_new:
            tx.taxes.set(fact)
        told = _tax_data(taxes_of(tx, client))
    return Result(told, {"taxes": told}, changed=is_new)


def list_taxes(store: Store, code: str) -> list[dict[str, Any]]:
    """Return how a client is taxed: from the beginning (None), and from each day of a change.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        return _tax_data(taxes_of(tx, lookup.client(tx, code)))


def _tax_data(taxes: TaxHistory) -> list[dict[str, Any]]:
    first = [] if taxes.beginning is None else [{"from": None, "tax": taxes.beginning}]
    return [*first, *({"from": since.isoformat(), "tax": tax} for since, tax in taxes.steps)]


def list_clients(store: Store, today: date) -> list[tuple[Client, dict[str, Any]]]:
    """Return every client with its document, by code, taxed as `today`."""
    with store.reading() as tx:
        rows = tx.contracts.versions()
        clients = [
            replace(c, tax=taxes_of(tx, c).on(today))
            for c in sorted(tx.clients.list_all(), key=lambda c: c.code.casefold())
        ]
        return [(c, client_data(c, _contract_codes(r for r in rows if r.client == c.code))) for c in clients]


def get(store: Store, code: str, today: date) -> tuple[Client, dict[str, Any]]:
    """Return one client with its document, taxed as `today`.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        found = lookup.client(tx, code)
        client = replace(found, tax=taxes_of(tx, found).on(today))
        return client, client_data(client, _contract_codes(tx.contracts.versions(client=client.code)))


def client_data(client: Client, contracts: Sequence[str]) -> dict[str, Any]:
    """Return a client, who has the contracts of these codes, as JSON shows it."""
    return asdict(client) | {"contracts": [*contracts]}


def _contract_codes(rows: Iterable[ContractRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.code for row in rows))


def add_contact(
    store: Store,
    client_code: str,
    email: str,
    *,
    name: str = "",
    role: str | None = None,
    contract: str | None = None,
    now: Instant,
    agent: str,
) -> Result[Contact]:
    """Let a person at a client, known by `email`, open cases under a `contract`, or under all (E5).

    Raises:
        WrongUsage: several contracts limit their contacts, and none is named.
        NotPossible: no such client or contract, or the person may open cases under it already.
        Refused: a contract in force has no room for another contact.
    """
    with changing(store, now, agent, "contact add") as tx:
        client = lookup.client(tx, client_code).code
        code = None if contract is None else lookup.contract_code(tx, contract, client=client)
        known = tx.contacts.of(client)
        there = by_address(known, email)
        limits = _limits(tx, client, now)
        if there is not None:
            return _extend(tx, there, code, role, known, limits)
        if code is None and len(limits) > 1:
            raise WrongUsage(
                f"It is not clear under which contract {email} may open cases.",
                f"Several contracts of {client} limit their contacts: {', '.join(limits)}.",
                "Add --contract CODE. For a further contract, run the command again.",
            )
        made = Contact(client, email, name, role or "user", contracts=(code,) if code else ())
        _check_room(limits, made, known)
        tx.contacts.add(made)
    return Result(made, {"contact": contact_data(made)})


def _extend(
    tx: Transaction,
    there: Contact,
    code: str | None,
    role: str | None,
    known: Sequence[Contact],
    limits: Mapping[str, Version],
) -> Result[Contact]:
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
    tx.contacts.save(contact)
    return Result(contact, {"contact": contact_data(contact)})


def _limits(tx: Transaction, client: str, now: Instant) -> dict[str, Version]:
    """Return the versions of the client's contracts in force that limit how many contacts there may be, by code."""
    found = {}
    for contract in contracts_of(tx, client=client):
        version = contract.at(now)
        if version is not None and contact_limit(version) is not None:
            found[contract.code] = version
    return found


def _check_room(limits: Mapping[str, Version], new: Contact, known: Sequence[Contact]) -> None:
    """Refuse the `new` contact if a contract of it has no room beside the `known` contacts of that contract."""
    for code, version in limits.items():
        if new.may_use(code):
            refuse_contact(version, sum(one.may_use(code) for one in known))


def remove_contact(
    store: Store,
    client_code: str,
    email: str,
    *,
    contract: str | None = None,
    now: Instant,
    agent: str,
) -> Result[Contact]:
    """Let a person at a client open no more cases (under one `contract`). Cases that name the address keep it.

    Raises:
        NotPossible: no such client, contact or contract, or the person may not open cases under it.
    """
    with changing(store, now, agent, "contact remove") as tx:
        client = lookup.client(tx, client_code).code
        contact = lookup.contact(tx, client, email)
        code = None if contract is None else lookup.contract_code(tx, contract, client=client)
        kept = () if code is None else _contracts_without(tx, contact, code)
        if kept:
            contact = replace(contact, contracts=kept)
            tx.contacts.save(contact)
        else:
            tx.contacts.delete(contact)
    return Result(contact, {"contact": contact_data(contact)})


def _contracts_without(tx: Transaction, contact: Contact, code: str) -> tuple[str, ...]:
    """Return the contracts under which `contact` may still open cases without the contract `code`."""
    if not contact.may_use(code):
        raise NotPossible(
            f"{contact.email} may not open cases under {code} anyway, only under {', '.join(contact.contracts)}.",
            hint=f"suptime contact list --client {contact.client}",
        )
    own = contact.contracts or tuple(
        dict.fromkeys(r.code for r in tx.contracts.versions(client=contact.client))
    )
    return tuple(one for one in own if one != code)


def by_address(contacts: Sequence[Contact], address: str | None) -> Contact | None:
    """Return the contact with an address, in any letter case, or None."""
    wanted = (address or "").casefold()
    return next((contact for contact in contacts if contact.email.casefold() == wanted), None)


def list_contacts(store: Store, client_code: str | None = None) -> list[dict[str, Any]]:
    """Return the contacts of all clients, or of one, by client and address, as JSON shows them.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        clients = tx.clients.list_all() if client_code is None else [lookup.client(tx, client_code)]
        return [contact_data(contact) for client in clients for contact in tx.contacts.of(client.code)]


def contact_data(contact: Contact) -> dict[str, Any]:
    """Return a contact as JSON shows it."""
    return {
        "client": contact.client,
        "email": contact.email,
        "name": contact.name,
        "role": contact.role,
        "contracts": list(contact.contracts),
    }


def add_project(store: Store, project: Project, *, now: Instant, agent: str, zone: Zone) -> Result[Project]:
    """Add a completed project: its guarantee counts from that day (E8).

    Raises:
        WrongUsage: the day is in the future.
        NotPossible: no such client, or there is a project of this code, in any letter case.
    """
    if project.completed > zone.day(now):
        raise WrongUsage(
            f"A completion on {project.completed} would be in the future.",
            f"It is {zone.day(now)} today.",
            "Add the project when it is completed: its guarantee begins then.",
        )
    with changing(store, now, agent, "project add") as tx:
        owner = lookup.client(tx, project.client).code
        if there := tx.projects.get(project.code):
            raise NotPossible(
                f"There is a project {there.code} already, of {there.client}.", hint="Choose another code."
            )
        project = replace(project, client=owner)
        tx.projects.add(project)
        versions = (contract.at(now) for contract in contracts_of(tx, client=owner))
        guaranteed = any(version is not None and guarantees(version) for version in versions)
    note = f"No contract of {owner} that is in force has a clause [guarantee], so nothing guarantees it."
    return Result(
        project, {"project": project_data(project)}, () if guaranteed else (Caution("not-guaranteed", note),)
    )


def list_projects(store: Store, client_code: str | None = None) -> list[dict[str, Any]]:
    """Return the projects of all clients, or of one, by code, as JSON shows them.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        client = None if client_code is None else lookup.client(tx, client_code).code
        return [project_data(project) for project in tx.projects.find(client=client)]


def project_data(project: Project) -> dict[str, Any]:
    """Return a project as JSON shows it."""
    return {
        "project": project.code,
        "client": project.client,
        "budget": f"{project.budget:f}",
        "completed": str(project.completed),
    }
