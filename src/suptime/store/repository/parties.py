"""Clients, their contacts and projects."""

from sqlalchemy import select

from suptime.domain.party import Contact, Project
from suptime.domain.work import Client
from suptime.errors import NotPossible
from suptime.store.mapping import (
    client_of,
    client_row,
    contact_of,
    contact_row,
    folded,
    project_of,
    project_row,
)
from suptime.store.repository.rows import Rows
from suptime.store.tables import TABLES

_CLIENT = TABLES["client"]
_CONTACT = TABLES["contact"]
_PROJECT = TABLES["project"]
_CASE = TABLES["case"]


class Parties(Rows):
    """Who is billed, who asks, and what was delivered."""

    def client(self, code: str) -> Client | None:
        """The client CODE (in any letter case: no two codes differ in it alone), or None."""
        row = self._one(select(_CLIENT).where(_CLIENT.c.folded == folded(code)))
        return None if row is None else client_of(row)

    def clients(self) -> list[Client]:
        """All clients, by code."""
        return sorted((client_of(row) for row in self._all(select(_CLIENT))), key=lambda client: client.code)

    def add_client(self, client: Client) -> None:
        """Add CLIENT.

        Raises:
            NotPossible: a client has this code already, in whatever letter case.
        """
        there = self.client(client.code)
        if there:
            raise NotPossible(f"There is a client {there.code} already.")
        self._insert("client", client_row(client))

    def save_client(self, client: Client) -> None:
        """Write CLIENT over the one of its code.

        Raises:
            NotPossible: there is no such client.
        """
        self._update("client", client.code, client_row(client))
        self._touch(_CASE.c.client == client.code)

    def contacts(self, client: str) -> list[Contact]:
        """The contacts of CLIENT, by e-mail address."""
        rows = self._all(select(_CONTACT).where(_CONTACT.c.client == client))
        return sorted((contact_of(row) for row in rows), key=lambda contact: contact.email)

    def add_contact(self, contact: Contact) -> None:
        """Add CONTACT.

        Raises:
            NotPossible: the client has this contact already.
        """
        row = contact_row(contact)
        same = select(_CONTACT).where(_CONTACT.c.client == contact.client, _CONTACT.c.folded == row["folded"])
        if self._one(same):
            raise NotPossible(f"The client {contact.client} has a contact {contact.email} already.")
        self._insert("contact", row)
        self._touch(_CASE.c.client == contact.client)

    def save_contact(self, contact: Contact) -> None:
        """Write `contact` over the one of its id.

        Raises:
            NotPossible: there is none.
        """
        self._update("contact", contact.id, contact_row(contact))
        self._touch(_CASE.c.client == contact.client)

    def delete_contact(self, contact: Contact) -> None:
        """Delete CONTACT.

        Raises:
            NotPossible: the client has no such contact.
        """
        same = select(_CONTACT.c.id).where(
            _CONTACT.c.client == contact.client, _CONTACT.c.folded == folded(contact.email)
        )
        self._delete("contact", self._execute(same).scalar())
        self._touch(_CASE.c.client == contact.client)

    def project(self, code: str) -> Project | None:
        """The project CODE (in any letter case), or None."""
        row = self._one(select(_PROJECT).where(_PROJECT.c.folded == folded(code)))
        return None if row is None else project_of(row)

    def projects(self, *, client: str | None = None) -> list[Project]:
        """All projects, or those of CLIENT, by code."""
        statement = select(_PROJECT)
        if client is not None:
            statement = statement.where(_PROJECT.c.client == client)
        return sorted((project_of(row) for row in self._all(statement)), key=lambda project: project.code)

    def add_project(self, project: Project) -> None:
        """Add PROJECT.

        Raises:
            NotPossible: there is a project of this code already.
        """
        there = self.project(project.code)
        if there:
            raise NotPossible(f"There is a project {there.code} already.")
        self._insert("project", project_row(project))
