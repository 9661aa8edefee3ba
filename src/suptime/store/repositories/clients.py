"""Clients, contracts, cases, messages, appointments and purchases as rows, and back.

Money and quantities are exact decimal texts in the database (SQLite's NUMERIC would make
floats of them), instants are epoch seconds, days are dates.
"""

import json
from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select

from suptime.domain.booking import Client
from suptime.domain.client import Contact, Project
from suptime.errors import NotPossible
from suptime.store.repositories.rows import Repository
from suptime.store.tables.columns import folded, plain
from suptime.store.tables.work import TABLES
from suptime.store.timer.rows import Row, Values

_CLIENT = TABLES["client"]

_CONTACT = TABLES["contact"]

_PROJECT = TABLES["project"]

_CASE = TABLES["case"]


class Clients(Repository):
    """Who is billed."""

    def get(self, code: str) -> Client | None:
        """The client CODE (in any letter case: no two codes differ in it alone), or None."""
        row = self.rows.one(select(_CLIENT).where(_CLIENT.c.folded == folded(code)))
        return None if row is None else client_of(row)

    def list_all(self) -> list[Client]:
        """All clients, by code."""
        return sorted(
            (client_of(row) for row in self.rows.all(select(_CLIENT))), key=lambda client: client.code
        )

    def add(self, client: Client) -> None:
        """Add CLIENT.

        Raises:
            NotPossible: a client has this code already, in whatever letter case.
        """
        there = self.get(client.code)
        if there:
            raise NotPossible(f"There is a client {there.code} already.")
        self.rows.insert("client", client_row(client))

    def save(self, client: Client) -> None:
        """Write CLIENT over the one of its code.

        Raises:
            NotPossible: there is no such client.
        """
        self.rows.update("client", client.code, client_row(client))
        self.rows.touch_where(_CASE.c.client == client.code)

    def add_many(self, clients: Iterable[Client]) -> int:
        """Add CLIENTS. Gives how many; so do all of these."""
        return self.rows.add_many("client", map(client_row, clients))


class Contacts(Repository):
    """Who asks."""

    def of(self, client: str) -> list[Contact]:
        """The contacts of CLIENT, by e-mail address."""
        rows = self.rows.all(select(_CONTACT).where(_CONTACT.c.client == client))
        return sorted((contact_of(row) for row in rows), key=lambda contact: contact.email)

    def add(self, contact: Contact) -> None:
        """Add CONTACT.

        Raises:
            NotPossible: the client has this contact already.
        """
        row = contact_row(contact)
        same = select(_CONTACT).where(_CONTACT.c.client == contact.client, _CONTACT.c.folded == row["folded"])
        if self.rows.one(same):
            raise NotPossible(f"The client {contact.client} has a contact {contact.email} already.")
        self.rows.insert("contact", row)
        self.rows.touch_where(_CASE.c.client == contact.client)

    def save(self, contact: Contact) -> None:
        """Write `contact` over the one of its id.

        Raises:
            NotPossible: there is none.
        """
        self.rows.update("contact", contact.id, contact_row(contact))
        self.rows.touch_where(_CASE.c.client == contact.client)

    def delete(self, contact: Contact) -> None:
        """Delete CONTACT.

        Raises:
            NotPossible: the client has no such contact.
        """
        same = select(_CONTACT.c.id).where(
            _CONTACT.c.client == contact.client, _CONTACT.c.folded == folded(contact.email)
        )
        self.rows.delete("contact", self.rows.execute(same).scalar())
        self.rows.touch_where(_CASE.c.client == contact.client)

    def add_many(self, contacts: Iterable[Contact]) -> int:
        """Add CONTACTS."""
        return self.rows.add_many("contact", map(contact_row, contacts))


class Projects(Repository):
    """What was delivered."""

    def get(self, code: str) -> Project | None:
        """The project CODE (in any letter case), or None."""
        row = self.rows.one(select(_PROJECT).where(_PROJECT.c.folded == folded(code)))
        return None if row is None else project_of(row)

    def find(self, *, client: str | None = None) -> list[Project]:
        """All projects, or those of CLIENT, by code."""
        statement = select(_PROJECT)
        if client is not None:
            statement = statement.where(_PROJECT.c.client == client)
        return sorted((project_of(row) for row in self.rows.all(statement)), key=lambda project: project.code)

    def add(self, project: Project) -> None:
        """Add PROJECT.

        Raises:
            NotPossible: there is a project of this code already.
        """
        there = self.get(project.code)
        if there:
            raise NotPossible(f"There is a project {there.code} already.")
        self.rows.insert("project", project_row(project))

    def add_many(self, projects: Iterable[Project]) -> int:
        """Add PROJECTS."""
        return self.rows.add_many("project", map(project_row, projects))


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
