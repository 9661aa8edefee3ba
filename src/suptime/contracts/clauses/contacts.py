"""Accept cases from authorised contacts only, and questions from some roles only (E5, E6)."""

from dataclasses import dataclass

from suptime.contracts.clause import Admit, Clause, Opening
from suptime.domain.contract import Version
from suptime.domain.reading import Table
from suptime.domain.values import any_of
from suptime.errors import Refused

ROLES = ("administrator", "user")


@dataclass(frozen=True, slots=True)
class Contacts:
    """Most authorised contacts (None: any number), and the roles whose questions are answered."""

    authorised: int | None = None
    roles: tuple[str, ...] = ROLES


def check_room(terms: Contacts, code: str, known: int) -> None:
    """Refuse a contact beyond the limit of the plan; `known` is the number of contacts (E5).

    Raises:
        Refused: the limit is reached.
    """
    if terms.authorised is not None and known >= terms.authorised:
        raise Refused(
            f"{code} has room for {terms.authorised} authorised contacts, and there are {known}.",
            "The limit is in its table [contacts].",
            "Add a contract version with a higher limit, or remove a contact: suptime contact remove",
        )


def at_opening(terms: Contacts, opening: Opening) -> None:
    """Refuse a case without an authorised contact, or from a role that is not answered (E5, E6)."""
    if opening.contact is None:
        what = f"{opening.code} takes cases from authorised contacts only: see its table [contacts]."
        if opening.address is None:
            raise Refused(
                what,
                "The contact is missing.",
                f"Add --contact EMAIL: suptime contact list --client {opening.client}",
            )
        raise Refused(
            what,
            f"{opening.address} is not an authorised contact of {opening.client}.",
            f"suptime contact add {opening.client} {opening.address} --contract {opening.code}",
        )
    if opening.contact.role not in terms.roles:
        raise Refused(
            f"{opening.contact.email} is registered as {opening.contact.role}.",
            f"The table [contacts] of {opening.code} answers questions of: {', '.join(terms.roles)}.",
            "Let one of them open the case: --contact EMAIL",
        )


def read(table: Table) -> Contacts:
    """Return the terms of `[contacts]`."""
    authorised = table.count("authorised", 0, least=1)
    roles = table.texts("roles") or ROLES
    if unknown := [role for role in roles if role not in ROLES]:
        table.fault("roles", f'expected {any_of(ROLES)} or both, found "{unknown[0]}".')
    return Contacts(authorised or None, roles)


def sentences(terms: Contacts, version: Version) -> list[str]:  # noqa: ARG001
    """Return who may open cases, in words for the client."""
    said = []
    if terms.authorised is not None:
        said.append(f"Up to {terms.authorised} contacts whom you authorise may open cases.")
    if terms.roles != ROLES:
        said.append(f"Answered are questions of: {', '.join(f'{role}s' for role in terms.roles)}.")
    return said or ["Contacts whom you authorise may open cases."]


CLAUSE = Clause("contacts", Contacts, read, sentences, ("E5", "E6"), (Admit(opening=at_opening),))
