"""Open cases: with their client, their contract, and a category that was typed or proposed by the words."""

from dataclasses import dataclass, replace
from typing import Any

from suptime.app import agreement, clients, lookup
from suptime.app.cases import listed_names
from suptime.app.cases.cases import document
from suptime.app.facts import contract_of
from suptime.app.units import not_ahead
from suptime.app.use_case import Result, changing
from suptime.contracts import category_rule
from suptime.contracts.triage.suggest import Suggestion
from suptime.domain import values
from suptime.domain.case import Case
from suptime.domain.caution import Caution
from suptime.domain.contract import Contract, Version
from suptime.domain.time import Instant, Zone
from suptime.domain.values import accept, few, quoted
from suptime.errors import NotPossible, WrongUsage
from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Opening:
    """Typed values of a new case; None for values that are left out."""

    number: str | None = None
    client: str | None = None
    contract: str | None = None
    subject: str | None = None
    category: str | None = None
    kind: str | None = None
    priority: str | None = None
    contact: str | None = None
    via: str | None = None
    project: str | None = None
    unlisted: bool = False


def open_case(
    store: Store, typed: Opening, *, at: Instant | None = None, now: Instant, agent: str, zone: Zone
) -> Result[Case]:
    """Open a case `at` an instant (default: now), with the next number unless one was typed.

    Raises:
        WrongUsage: a value cannot be read; `at` is in the future; the client or the contract is unclear.
        NotPossible: no such client, contract or project; the number is taken.
        Refused: the contract does not sell the category, is not in force on that day, or refuses the case.
    """
    opened_at = now if at is None else at
    fresh = drafted(typed, opened_at)
    not_ahead(opened_at, now, zone, "The opening at")
    with changing(store, now, agent, "case open") as tx:
        opened = add(tx, typed, fresh, whose(tx, typed))
    return Result(opened.case, opened.document(now), opened.notes, told=opened.told)


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that was just opened, and the rule that proposed its category, if any."""

    case: Case
    contract: Contract
    version: Version
    suggestion: Suggestion | None = None

    def document(self, now: Instant) -> dict[str, Any]:
        """Return the case as JSON shows it, and the words that led to its category."""
        words = {"suggested_by": [*self.suggestion.words]} if self.suggestion else {}
        return {"case": document(self.case, self.contract, now) | words}

    @property
    def notes(self) -> tuple[Caution, ...]:
        """Warnings."""
        listed = listed_names.categories(self.version)
        return (
            *listed.cautions(self.case.category, insisted=self.case.unlisted),
            *agreement.priority_cautions(self.version, self.case),
        )

    @property
    def told(self) -> tuple[str, ...]:
        """Sentence about the words that led to the category, and how to change it."""
        if self.suggestion is None:
            return ()
        words = few((quoted(text) for text in self.suggestion.words), most=3)
        rule = category_rule(self.version, self.case.category)
        how = f"To change it: suptime case edit {self.case.number} --category CATEGORY"
        return (f"Category {self.case.category} ({rule}), by the words {words}. {how}",)


def drafted(typed: Opening, opened_at: Instant) -> Case:
    """Return the case that was `typed`; its client and contract are still empty.

    Raises:
        WrongUsage: a value cannot be read.
    """
    return Case(
        number=typed.number or "",
        client="",
        contract="",
        opened_at=opened_at,
        subject="" if typed.subject is None else accept(values.line("subject", empty=True), typed.subject),
        category=typed.category,
        kind=typed.kind,
        priority=typed.priority,
        contact=None if typed.contact is None else accept(values.EMAIL, typed.contact),
        via=typed.via,
        project=typed.project,
    )


def add(tx: Transaction, typed: Opening, fresh: Case, client: str, body: str = "") -> Opened:
    """Add the case `fresh` of `client`; the default category is the one that its subject and `body` propose.

    Raises:
        WrongUsage: the contract is unclear, has no such priority, or does not list the category.
        NotPossible: no such contract or project; the number is taken.
        Refused: the contract does not sell the category, is not in force on that day, or refuses the case
            by its contact, its channel or its priority.
    """
    lookup.refuse_archived(tx, client)
    contract = contract_of(tx, lookup.which_contract(tx, client, typed.contract))
    nearest = agreement.nearest_version(contract, fresh.opened_at)
    category, unlisted = listed_names.categories(nearest).accept(fresh.category, unlisted=typed.unlisted)
    agreement.check_name(nearest, fresh.priority)
    project = None if fresh.project is None else lookup.project(tx, fresh.project, client)
    if fresh.number:
        _free(tx, fresh.number)
    version = agreement.in_force(contract, fresh.opened_at, "The case would be opened")
    suggestion = None if category else agreement.suggested(version, fresh.subject, body)
    case = replace(
        fresh,
        number=fresh.number or tx.cases.next_number(),
        client=client,
        contract=contract.code,
        project=project.code if project else None,
        category=suggestion.category if suggestion else category,
        unlisted=unlisted,
    )
    agreement.sold(version, case.category)
    authorised = [one for one in tx.contacts.of(client) if one.may_use(contract.code)]
    contact = clients.by_address(authorised, case.contact)
    agreement.may_open(version, case, contact, project)
    if contact is not None:
        case = replace(case, contact=contact.email)  # as recorded, in its own letter case
    if fresh.number:
        tx.cases.add(case)
    else:
        case = tx.cases.add_next(case)
    return Opened(case, contract, version, suggestion)


def whose(tx: Transaction, typed: Opening) -> str:
    """Return the client of a new case: the given one, the one of the given contract, or the only one."""
    if typed.client is not None:
        return lookup.client(tx, typed.client).code
    if typed.contract is not None:
        code = lookup.contract_code(tx, typed.contract)
        return next(row.client for row in tx.contracts.versions(code=code))
    codes = [client.code for client in tx.clients.list_all()]
    if not codes:
        raise NotPossible("There are no clients yet.", hint="suptime client add CODE --name NAME")
    if len(codes) > 1:
        raise WrongUsage(
            "The client of this case is unclear.",
            f"The clients are {few(codes)}.",
            "Add --client CODE.",
        )
    return codes[0]


def _free(tx: Transaction, number: str) -> None:
    taken = tx.cases.get(number)
    if taken is None:
        return
    if taken.number.casefold() != number.casefold():
        raise NotPossible(
            f"{number} was merged into {taken.number}, and is another name of it.",
            hint="Choose another number, or leave it out to use the next one.",
        )
    alike = (
        ""
        if taken.number == number
        else f" Numbers are the same if they only differ from {number} in letter case."
    )
    raise NotPossible(
        f"There is a case {taken.number} already: {taken.subject or 'no subject'}.{alike}",
        hint="Choose another number, or leave it out to use the next one.",
    )
