"""Look up the thing that a person typed, or name the nearest ones."""

from suptime.app import named_case, units
from suptime.domain.booking import Appointment, Purchase
from suptime.domain.case import Case
from suptime.domain.client import Client, Contact, Project
from suptime.domain.values import accept, did_you_mean, few, line, quoted
from suptime.domain.work import LAST, RUNNING, UnitName, WorkUnit
from suptime.errors import NotPossible, WrongUsage
from suptime.store import Transaction


def client(tx: Transaction, code: str) -> Client:
    """Return the client of that `code`, letter case aside.

    Raises:
        NotPossible: there is none (exit 3), with the nearest codes.
    """
    wanted = accept(line("client", empty=True), code)
    clients = {c.code: c for c in tx.clients.list_all()}
    found = clients.get(wanted) or next(
        (c for c in clients.values() if c.code.casefold() == wanted.casefold()), None
    )
    if found is None:
        hint = "suptime client list" if clients else f"suptime client add {wanted} --name NAME"
        raise NotPossible(f"There is no client {quoted(wanted)}.", did_you_mean(wanted, clients), hint)
    return found


def refuse_archived(tx: Transaction, code: str) -> None:
    """Refuse new cases and new work for the client `code` if the client is archived archived.

    Raises:
        NotPossible: it is.
    """
    found = tx.clients.get(code)
    if found is not None and found.archived:
        raise NotPossible(
            f"The client {found.code} is archived, so it gets no new cases and no new work.",
            hint=f"suptime client unarchive {found.code}",
        )


def contract_code(tx: Transaction, code: str, *, client: str | None = None) -> str:
    """Return the code of the contract `code` (of `client`, if given) in its own letter case.

    Raises:
        NotPossible: there is none, or it is another client's (exit 3).
    """
    wanted = accept(line("contract", empty=True), code)
    owners = {row.code: row.client for row in tx.contracts.versions()}
    found = (
        wanted if wanted in owners else next((c for c in owners if c.casefold() == wanted.casefold()), None)
    )
    known = [c for c, owner in owners.items() if client is None or owner == client]
    if found is None:
        hint = "suptime contract list" if owners else "suptime contract add CLIENT FILE"
        raise NotPossible(f"There is no contract {quoted(wanted)}.", did_you_mean(wanted, known), hint)
    if client is not None and owners[found] != client:
        theirs = f"{client} has {', '.join(known)}." if known else f"{client} has no contracts."
        raise NotPossible(f"The contract {found} belongs to {owners[found]}, not to {client}.", theirs)
    return found


def which_contract(tx: Transaction, client: str, typed: str | None) -> str:
    """Return the code of the contract that was `typed`, of a case of `client`: named, or the client's only one.

    Raises:
        NotPossible: there is no such contract, or the client has none.
        WrongUsage: the client has several, and none is named.
    """
    if typed is not None:
        return contract_code(tx, typed, client=client)
    codes = list(dict.fromkeys(row.code for row in tx.contracts.versions(client=client)))
    if not codes:
        raise NotPossible(
            f"The client {client} has no contract yet.", hint=f"suptime contract add {client} FILE"
        )
    if len(codes) > 1:
        raise WrongUsage(
            f"The client {client} has several contracts: {few(codes)}.", hint="Add --contract CODE."
        )
    return codes[0]


def case(tx: Transaction, named: str, *, by_words: bool = False) -> Case:
    """Return the case with the number `named`, these last digits, or, if `by_words`, these words of its subject.

    Raises:
        NotPossible: there is none (exit 3), with the nearest numbers; or several fit.
    """
    found = find_case(tx, named, by_words=by_words)
    if found is None:
        raise units.unknown_case(accept(line("case number", empty=True), named), tx.cases.numbers())
    return found


def find_case(tx: Transaction, named: str, *, by_words: bool = False) -> Case | None:
    """Return the case that `named` means, like `case`, or None.

    Raises:
        NotPossible: several fit.
    """
    wanted = accept(line("case number", empty=True), named)
    found = tx.cases.get(wanted)
    if found is None and (meant := named_case.find(tx.cases, wanted, by_words=by_words)):
        return tx.cases.get(meant.number)
    return found


def unit(tx: Transaction, named: UnitName, agent: str) -> WorkUnit:
    """Return the work unit `named`: by id, or the unit of `agent` that started last or that runs.

    Raises:
        NotPossible: there is none (exit 3).
    """
    if named == LAST:
        if found := tx.units.last(agent, 1):
            return found[0]
        raise NotPossible(f"{agent} has no work units yet.", hint="suptime log CASE 25m")
    if named == RUNNING:
        if running := tx.units.running(agent):
            return running
        raise NotPossible(f"No timer of {agent} is running.", hint="suptime start CASE")
    known = tx.units.get(int(named))
    if known is None:
        raise NotPossible(f"There is no work unit U{named}.", hint="suptime list")
    return known


def appointment(tx: Transaction, number: int) -> Appointment:
    """Return the appointment A<`number`>.

    Raises:
        NotPossible: there is none (exit 3).
    """
    found = tx.appointments.get(number)
    if found is None:
        raise NotPossible(f"There is no appointment A{number}.", hint="suptime appointment list")
    return found


def purchase(tx: Transaction, number: int) -> Purchase:
    """Return the purchase P<`number`>, unless it is void.

    Raises:
        NotPossible: there is none (exit 3).
    """
    found = tx.purchases.get(number)
    if found is None:
        raise NotPossible(f"There is no purchase P{number}.", hint="suptime prepaid list")
    return found


def project(tx: Transaction, code: str, client: str) -> Project:
    """Return the project `code` of `client`, letter case aside.

    Raises:
        NotPossible: there is no such project, or it is another client's (exit 3).
    """
    found = tx.projects.get(code)
    if found is None:
        known = [project.code for project in tx.projects.find(client=client)]
        hint = "suptime project list" if known else f"suptime project add CODE --client {client}"
        raise NotPossible(f"There is no project {quoted(code)}.", did_you_mean(code, known), hint)
    if found.client != client:
        raise NotPossible(
            f"The project {found.code} belongs to {found.client}, not to {client}.",
            hint=f"suptime project list --client {client}",
        )
    return found


def contact(tx: Transaction, client: str, address: str) -> Contact:
    """Return the contact of `client` with that e-mail `address`, letter case aside.

    Raises:
        NotPossible: there is none (exit 3), with the nearest addresses.
    """
    known = {contact.email: contact for contact in tx.contacts.of(client)}
    found = next((c for c in known.values() if c.email.casefold() == address.casefold()), None)
    if found is None:
        raise NotPossible(
            f"{client} has no contact {quoted(address)}.",
            did_you_mean(address, known),
            f"suptime contact list --client {client}",
        )
    return found
