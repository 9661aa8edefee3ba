"""E5, E6: only authorised contacts may open cases, and only some roles' questions are answered."""

from dataclasses import dataclass

from suptime.contracts.clause import Admit, Clause, Opening
from suptime.domain.contract import Version
from suptime.domain.reading import Table
from suptime.domain.values import any_of
from suptime.errors import Refused

ROLES = ("administrator", "user")


@dataclass(frozen=True, slots=True)
class Contacts:
    """How many contacts may be authorised (None: any number), and the roles whose questions are answered."""

    authorised: int | None = None
    roles: tuple[str, ...] = ROLES


def check_room(terms: Contacts, code: str, known: int) -> None:
    """E5: refuse one contact more than the plan has room for; `known` is how many there are.

    Raises:
        Refused: there is no room.
    """
    if terms.authorised is not None and known >= terms.authorised:
        raise Refused(
            f"{code} has room for {terms.authorised} authorised contacts, and there are {known}.",
            "Its clause [contacts] says how many there may be.",
            "A contract version with a higher number there makes room, and so does: suptime contact remove",
        )


def at_opening(terms: Contacts, opening: Opening) -> None:
    """E5, E6: refuse a case that comes from no authorised contact, or from a role that is not answered."""
    if opening.contact is None:
        what = f"{opening.code} takes cases from authorised contacts only: see its clause [contacts]."
        if opening.address is None:
            raise Refused(
                what,
                "None was named.",
                f"Add --contact EMAIL: suptime contact list --client {opening.client}",
            )
        raise Refused(
            what,
            f"{opening.address} is not one of those of {opening.client}.",
            f"suptime contact add {opening.client} {opening.address} --contract {opening.code}",
        )
    if opening.contact.role not in terms.roles:
        raise Refused(
            f"{opening.contact.email} is registered as {opening.contact.role}.",
            f"The clause [contacts] of {opening.code} answers questions of: {', '.join(terms.roles)}.",
            "Let one of those open the case: --contact EMAIL",
        )


def read(table: Table) -> Contacts:
    """Return the terms of `[contacts]`."""
    authorised = table.count("authorised", 0, least=1)
    roles = table.texts("roles") or ROLES
    if unknown := [role for role in roles if role not in ROLES]:
        table.fault("roles", f'expected {any_of(ROLES)} or both, found "{unknown[0]}".')
    return Contacts(authorised or None, roles)


def sentences(terms: Contacts, version: Version) -> list[str]:  # noqa: ARG001
    """Who may open cases, in the client's words."""
    said = []
    if terms.authorised is not None:
        said.append(f"Up to {terms.authorised} contacts whom you authorise may open cases.")
    if terms.roles != ROLES:
        said.append(f"Answered are questions of: {', '.join(f'{role}s' for role in terms.roles)}.")
    return said or ["Contacts whom you authorise may open cases."]


CLAUSE = Clause("contacts", Contacts, read, sentences, ("E5", "E6"), (Admit(opening=at_opening),))
