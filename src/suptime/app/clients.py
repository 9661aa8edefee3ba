"""Clients: add, edit, archive and remove them; their taxes, contacts and projects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from suptime.app import lookup
from suptime.app.dependence import Facts, refuse_issued
from suptime.app.facts import contracts_of, taxes_of
from suptime.app.use_case import Result, changing
from suptime.contracts import contact_limit, guarantees, refuse_contact
from suptime.domain.caution import Caution
from suptime.domain.client import Client, Contact, Project, TaxFact, TaxHistory
from suptime.domain.contract import Version
from suptime.domain.time import Instant, Zone, show_day
from suptime.domain.values import did_you_mean, quoted
from suptime.errors import NotPossible, WrongUsage
from suptime.invoicing.requirements import Gap, einvoice_gaps, einvoices_of, is_broken_leitweg_id
from suptime.invoicing.wording import missing_for_codes, missing_in_france, missing_texts
from suptime.settings.settings import Settings
from suptime.store import Store, Transaction
from suptime.store.repositories.records import ContractRow

AGREED = ("currency", "timezone")
"""Fields of a client that can be changed until something is issued."""


def add_client(store: Store, client: Client, *, now: Instant, agent: str) -> Result[Client]:
    """Add a client.

    Raises:
        NotPossible: there is a client with this code, in any letter case.
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

    A `tax` applies from `today` if something is issued to the client, otherwise from the beginning (F22).

    Raises:
        WrongUsage: no change is given.
        NotPossible: there is no such client.
    """
    if not changed:
        raise WrongUsage("Nothing to change.", hint="suptime client edit --help")
    with changing(store, now, agent, command) as tx:
        before = lookup.client(tx, code)
        if any(changed.get(name, getattr(before, name)) != getattr(before, name) for name in AGREED):
            refuse_issued(
                tx,
                Facts(client=before.code),
                f"The currency and the time zone of {before.code}",
                f"Add a contract with its own: suptime contract add {before.code} FILE",
            )
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
        (f"The tax applies from {show_day(today) if is_dated else 'the beginning'}.",)
        if "tax" in changed
        else ()
    )
    is_new = after != before or has_new_tax
    return Result(
        client,
        {"client": client_data(client, codes)},
        _cautions(after, changed),
        changed=is_new,
        told=told if is_new else (),
    )


def _cautions(client: Client, changed: Mapping[str, Any]) -> tuple[Caution, ...]:
    """Return warnings about the `changed` fields of a client."""
    reference = client.buyer_reference
    asked = client.einvoice == "xrechnung" and {"buyer_reference", "einvoice"} & changed.keys()
    if not asked or reference is None or not is_broken_leitweg_id(reference):
        return ()
    return (Caution("leitweg-id", f"{reference} looks like a Leitweg-ID, but its check digits are wrong."),)


def gaps_of(settings: Settings, client: Client) -> list[Gap]:
    """Return the details that the next e-invoice of a client would lack; empty if the client gets no e-invoices."""
    forms = einvoices_of(client, settings.get("mail.attach"))
    return list(dict.fromkeys(gap for form in forms for gap in einvoice_gaps(settings, client, form)))


def all_gaps(store: Store, settings: Settings, today: date) -> list[tuple[Client, Gap]]:
    """Return the details that the next e-invoices of all clients would lack, by client, taxed as `today`."""
    with store.reading() as tx:
        clients = [replace(client, tax=taxes_of(tx, client).on(today)) for client in tx.clients.list_all()]
    return [(client, gap) for client in clients for gap in gaps_of(settings, client)]


def document_gaps(store: Store, settings: Settings) -> list[tuple[str, str]]:
    """Return the settings that are missing for documents of the clients, each with the remedy (P25, P50, P54)."""
    with store.reading() as tx:
        clients = [one for one in tx.clients.list_all() if not one.archived]
    languages = [one.language for one in clients if one.language]
    return [
        *missing_for_codes(settings),
        *((sentence, "") for sentence in missing_texts(languages, settings)),
        *missing_in_france(settings, clients),
    ]


def rename(store: Store, code: str, new: str, *, now: Instant, agent: str) -> Result[Client]:
    """Change a client's code everywhere.

    Raises:
        NotPossible: there is no such client, the new code is taken, or something issued has the old one.
    """
    with changing(store, now, agent, "client rename") as tx:
        before = lookup.client(tx, code)
        there = tx.clients.get(new)
        if there is not None:
            raise NotPossible(f"There is a client {there.code} already.", hint="Choose another code.")
        refuse_issued(
            tx,
            Facts(client=before.code),
            f"The code of {before.code}",
            f"To change the name on future invoices: suptime client edit {before.code} --name NAME",
        )
        tx.clients.rename(before, new)
        codes = _contract_codes(tx.contracts.versions(client=new))
    after = replace(before, code=new)
    return Result(after, {"client": client_data(after, codes)})


def archive(store: Store, code: str, *, now: Instant, agent: str) -> Result[Client]:
    """Archive a client: hide it in lists, and refuse new cases and new work.

    Raises:
        NotPossible: there is no such client, or a timer runs on a case of it.
    """
    with changing(store, now, agent, "client archive") as tx:
        client = lookup.client(tx, code)
        for unit in tx.units.all_running():
            case = lookup.case(tx, unit.case)
            if case.client == client.code:
                raise NotPossible(
                    f"{client.code} cannot be archived: the timer of {unit.agent} runs on {case.number} (U{unit.id}).",
                    hint="suptime stop" if unit.agent == agent else f"Ask {unit.agent} to stop it.",
                )
        return _with_archived(tx, client, archived=True)


def unarchive(store: Store, code: str, *, now: Instant, agent: str) -> Result[Client]:
    """Restore an archived client.

    Raises:
        NotPossible: there is no such client.
    """
    with changing(store, now, agent, "client unarchive") as tx:
        return _with_archived(tx, lookup.client(tx, code), archived=False)


def _with_archived(tx: Transaction, client: Client, *, archived: bool) -> Result[Client]:
    after = replace(client, archived=archived)
    if after != client:
        tx.clients.save(after)
    codes = _contract_codes(tx.contracts.versions(client=client.code))
    return Result(after, {"client": client_data(after, codes)}, changed=after != client)


def remove(store: Store, code: str, *, now: Instant, agent: str) -> Result[Client]:
    """Remove a client with its contacts, contracts and prices.

    Raises:
        NotPossible: there is no such client, or it has a case, a project, a purchase or something issued.
    """
    with changing(store, now, agent, "client remove") as tx:
        client = lookup.client(tx, code)
        if needed := _needed_by(tx, client):
            raise NotPossible(
                f"{client.code} cannot be removed: it has {needed}.",
                hint="Only a client without any records can be removed.",
            )
        codes = _contract_codes(tx.contracts.versions(client=client.code))
        tx.clients.remove(client)
    return Result(client, {"client": client_data(client, codes)})


def _needed_by(tx: Transaction, client: Client) -> str | None:
    """Return the first record that needs a client, in words."""
    if heads := tx.invoices.heads(client=client.code):
        return f"the document {heads[0].number}"
    if cases := tx.cases.find(client=client.code):
        return f"the case {cases[0].number}"
    if projects := tx.projects.find(client=client.code):
        return f"the project {projects[0].code}"
    if purchases := tx.purchases.find(client=client.code):
        return f"the purchase P{purchases[0].id}"
    if any(issue.client == client.code for issue in tx.issues.list_all()):
        return "a closed month"
    return None


def edit_project(
    store: Store, code: str, changed: Mapping[str, Any], *, now: Instant, agent: str, zone: Zone
) -> Result[Project]:
    """Change the budget or the day of completion of a project.

    Raises:
        WrongUsage: no change is given, or the day is in the future.
        NotPossible: there is no such project.
    """
    if not changed:
        raise WrongUsage("Nothing to change.", hint="Add --budget or --completed.")
    with changing(store, now, agent, "project edit") as tx:
        before = _project(tx, code)
        after = replace(before, **changed)
        if after.completed > zone.day(now):
            raise WrongUsage(f"The completion on {after.completed} would be in the future.")
        if after != before:
            tx.projects.save(after)
    return Result(after, {"project": project_data(after)}, changed=after != before)


def _project(tx: Transaction, code: str) -> Project:
    """Return the project of `code`.

    Raises:
        NotPossible: there is none.
    """
    found = tx.projects.get(code)
    if found is None:
        known = [project.code for project in tx.projects.find()]
        raise NotPossible(
            f"There is no project {quoted(code)}.", did_you_mean(code, known), "suptime project list"
        )
    return found


def remove_project(store: Store, code: str, *, now: Instant, agent: str) -> Result[Project]:
    """Remove a project.

    Raises:
        NotPossible: there is no such project, or a case names it.
    """
    with changing(store, now, agent, "project remove") as tx:
        project = _project(tx, code)
        for case in tx.cases.find(client=project.client):
            if case.project == project.code:
                raise NotPossible(
                    f"The project {project.code} cannot be removed: {case.number} belongs to it.",
                    hint=f"suptime case edit {case.number} --project ''",
                )
        tx.projects.remove(project)
    return Result(project, {"project": project_data(project)})


def set_tax(
    store: Store, code: str, tax: str, since: date, *, now: Instant, agent: str
) -> Result[list[dict[str, Any]]]:
    """Set how a client is taxed from a day on; replace an earlier entry for that day (F22).

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
    """Return the taxes of a client: from the beginning (None), and from each later day.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        return _tax_data(taxes_of(tx, lookup.client(tx, code)))


def _tax_data(taxes: TaxHistory) -> list[dict[str, Any]]:
    first = [] if taxes.beginning is None else [{"from": None, "tax": taxes.beginning}]
    return [*first, *({"from": since.isoformat(), "tax": tax} for since, tax in taxes.steps)]


def list_clients(store: Store, today: date, *, archived: bool = False) -> list[tuple[Client, dict[str, Any]]]:
    """Return every client with its document, by code, taxed as `today`; with `archived` clients if asked for."""
    with store.reading() as tx:
        rows = tx.contracts.versions()
        clients = [
            replace(c, tax=taxes_of(tx, c).on(today))
            for c in sorted(tx.clients.list_all(), key=lambda c: c.code.casefold())
            if archived or not c.archived
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


def currencies(store: Store) -> set[str]:
    """Return the currencies in which clients are billed."""
    with store.reading() as tx:
        return {account.currency for account in tx.receivables.ledgers()} | {
            client.currency for client in tx.clients.list_all() if client.currency
        }


def client_data(client: Client, contracts: Sequence[str]) -> dict[str, Any]:
    """Return a client with contracts of these codes as JSON shows it."""
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
    """Allow a person at a client, with the address `email`, to open cases under a `contract` or under all (E5).

    Raises:
        WrongUsage: several contracts limit their contacts, and none is given.
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
                "Add --contract CODE. For another contract, run the command again.",
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
    """Allow a contact who is `there` to open cases under the contract `code`, too."""
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
    """Return the versions in force of the client's contracts that limit contacts, by code."""
    found = {}
    for contract in contracts_of(tx, client=client):
        version = contract.at(now)
        if version is not None and contact_limit(version) is not None:
            found[contract.code] = version
    return found


def _check_room(limits: Mapping[str, Version], new: Contact, known: Sequence[Contact]) -> None:
    """Refuse the `new` contact if one of its contracts has too many `known` contacts."""
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
    """Stop a person at a client from opening cases (under one `contract`). Existing cases keep the address.

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
            f"The completion on {project.completed} would be in the future.",
            f"Today is {zone.day(now)}.",
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
    note = f"The project has no guarantee: no contract of {owner} in force has a table [guarantee]."
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
