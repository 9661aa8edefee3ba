"""Clients, the people at them, and what was delivered to them."""

from collections.abc import Iterable
from dataclasses import replace

from suptime.domain.client import Client, Contact, Project, TaxFact
from suptime.errors import NotPossible
from suptime.store.catalogue import COLUMNS
from suptime.store.mapped import Mapped, folded, key_of, quoted
from suptime.store.repositories.rows import Query, Repository


class Clients(Repository[Client]):
    """Who is billed."""

    mapped = Mapped(
        Client, "client", derived={"folded": lambda client: folded(client.code)}, blank={"archived": False}
    )
    ARCHIVED = "SELECT code FROM client WHERE archived"
    GET = f"{mapped.select} WHERE folded = :folded"

    def get(self, code: str) -> Client | None:
        """Return the client `code` (in any letter case: no two codes differ in it alone), or None."""
        return self.read_one(self.GET, folded=folded(code))

    def list_all(self) -> list[Client]:
        """Return all clients, by code."""
        return sorted(self.read(self.mapped.select), key=lambda client: client.code)

    def archived(self) -> set[str]:
        """Return the codes of the clients that are archived."""
        return set(self.driver.column(self.ARCHIVED))

    def add(self, client: Client) -> None:
        """Add a client.

        Raises:
            NotPossible: a client has this code already, in whatever letter case.
        """
        there = self.get(client.code)
        if there:
            raise NotPossible(f"There is a client {there.code} already.")
        self.insert(client)

    def save(self, client: Client) -> None:
        """Write `client` over the one of its code.

        Raises:
            NotPossible: there is no such client.
        """
        self.update(client.code, client)
        self.rows.touch_where("client = :client", client=client.code)

    def remove(self, client: Client) -> None:
        """Remove a client with its contacts, contracts, prices and tax facts."""
        contracts = self.driver.column("SELECT code FROM contract WHERE client = :client", client=client.code)
        for code in contracts:
            for table in ("price", "contract_version"):
                for key in self.driver.column(f"SELECT id FROM {table} WHERE contract = :code", code=code):
                    self.rows.delete(table, key)
            self.rows.delete("contract", code)
        for table in ("contact", "tax"):
            for key in self.driver.column(
                f"SELECT id FROM {table} WHERE client = :client", client=client.code
            ):
                self.rows.delete(table, key)
        self.rows.delete("client", client.code)

    def rename(self, client: Client, code: str) -> None:
        """Give a client another code, everywhere that its code stands."""
        self.driver.defer_references()
        self.add(replace(client, code=code))
        for table, columns in COLUMNS.items():
            if "client" not in columns:
                continue
            key = key_of(table)
            if table == "closing":
                self.driver.run(
                    f"UPDATE {table} SET client = :new WHERE client = :old", new=code, old=client.code
                )
                continue
            keys = self.driver.column(
                f"SELECT {key} FROM {quoted(table)} WHERE client = :client", client=client.code
            )
            for each in keys:
                self.rows.update(table, each, {"client": code})
        self.rows.delete("client", client.code)
        self.rows.touch_where("client = :client", client=code)

    def add_many(self, clients: Iterable[Client]) -> int:
        """Add many clients. Return how many they were; so does `add_many` of every subject."""
        return self.insert_all(clients)


class Contacts(Repository[Contact]):
    """Who asks."""

    mapped = Mapped(
        Contact, "contact", derived={"folded": lambda contact: folded(contact.email)}, blank={"contracts": ()}
    )
    OF = f"{mapped.select} WHERE client = :client"
    SAME = "SELECT id FROM contact WHERE client = :client AND folded = :folded"

    def of(self, client: str) -> list[Contact]:
        """Return the contacts of a client, by e-mail address."""
        return sorted(self.read(self.OF, client=client), key=lambda contact: contact.email)

    def add(self, contact: Contact) -> None:
        """Add a contact.

        Raises:
            NotPossible: the client has this contact already.
        """
        if self._same(contact) is not None:
            raise NotPossible(f"The client {contact.client} has a contact {contact.email} already.")
        self.insert(contact)
        self._touch(contact)

    def save(self, contact: Contact) -> None:
        """Write `contact` over the one of its id.

        Raises:
            NotPossible: there is none.
        """
        self.update(contact.id, contact)
        self._touch(contact)

    def delete(self, contact: Contact) -> None:
        """Delete a contact.

        Raises:
            NotPossible: the client has no such contact.
        """
        self.rows.delete("contact", self._same(contact))
        self._touch(contact)

    def add_many(self, contacts: Iterable[Contact]) -> int:
        """Add many contacts."""
        return self.insert_all(contacts)

    def _same(self, contact: Contact) -> int | None:
        found: int | None = self.driver.value(self.SAME, client=contact.client, folded=folded(contact.email))
        return found

    def _touch(self, contact: Contact) -> None:
        self.rows.touch_where("client = :client", client=contact.client)


class TaxFacts(Repository[TaxFact]):
    """How they are taxed from days on."""

    mapped = Mapped(TaxFact, "tax")
    FIND = Query(mapped.select, {"client": "client = :client"})
    SAME = "SELECT id FROM tax WHERE client = :client AND since = :since"

    def find(self, *, client: str | None = None) -> list[TaxFact]:
        """Return the tax facts of all clients, or of one, by client and day."""
        return sorted(self.read(self.FIND, client=client), key=lambda fact: (fact.client, fact.since))

    def set(self, fact: TaxFact) -> None:
        """Keep a fact, in the place of the one of the same client and day."""
        there = self.driver.value(self.SAME, client=fact.client, since=fact.since)
        if there is None:
            self.insert(fact)
        else:
            self.rows.update("tax", there, self.mapped.values(fact) | {"id": there})

    def add_many(self, facts: Iterable[TaxFact]) -> int:
        """Add many facts."""
        return self.insert_all(facts)


class Projects(Repository[Project]):
    """What was delivered."""

    mapped = Mapped(Project, "project", derived={"folded": lambda project: folded(project.code)})
    GET = f"{mapped.select} WHERE folded = :folded"
    FIND = Query(mapped.select, {"client": "client = :client"})

    def get(self, code: str) -> Project | None:
        """Return the project `code` (in any letter case), or None."""
        return self.read_one(self.GET, folded=folded(code))

    def find(self, *, client: str | None = None) -> list[Project]:
        """Return all projects, or those of a client, by code."""
        return sorted(self.read(self.FIND, client=client), key=lambda project: project.code)

    def add(self, project: Project) -> None:
        """Add a project.

        Raises:
            NotPossible: there is a project of this code already.
        """
        there = self.get(project.code)
        if there:
            raise NotPossible(f"There is a project {there.code} already.")
        self.insert(project)

    def save(self, project: Project) -> None:
        """Write `project` over the one of its code."""
        self.update(project.code, project)
        self.rows.touch_where("project = :project", project=project.code)

    def remove(self, project: Project) -> None:
        """Remove a project."""
        self.rows.delete("project", project.code)

    def add_many(self, projects: Iterable[Project]) -> int:
        """Add many projects."""
        return self.insert_all(projects)
