"""The client of a foreign record: by its id, organisation, project, address, then domain."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from suptime.interchange.foreign.clients_file import ClientsFile
from suptime.interchange.foreign.record import ForeignCase, ForeignUnit

if TYPE_CHECKING:
    from suptime.store import Transaction


class Whose(NamedTuple):
    """The client of a record: its code, or None if `name` or `domain` is unknown or ignored."""

    code: str | None
    name: str = ""
    domain: str = ""
    is_ignored: bool = False

    @property
    def has_hint(self) -> bool:
        """Whether the file says anything about it."""
        return bool(self.name or self.domain)


class Clients:
    """Names of each client: the mapping file, the store's codes and names, and the addresses of contacts."""

    def __init__(self, tx: "Transaction", source: str, said: ClientsFile, mapped: Mapping[str, str]) -> None:
        """`mapped` is what was typed: client codes by names, in small letters."""
        self._source = source
        self._said = said
        clients = tx.clients.list_all()
        self.codes = {client.code for client in clients} | said.clients.keys()
        self._names = {
            **{client.name.strip().casefold(): client.code for client in clients},
            **{client.code.casefold(): client.code for client in clients},
            **{code.casefold(): code for code in said.clients},
            **said.owners("names"),
            **mapped,
        }
        self._ids = said.owners("ids")
        self._projects = said.owners("projects")
        self._domains = said.owners("domains")
        self._emails = {
            **{contact.email.casefold(): c.code for c in clients for contact in tx.contacts.of(c.code)},
            **said.owners("emails"),
        }
        self._found: dict[tuple[str, ...], Whose] = {}

    def of(self, unit: ForeignUnit | ForeignCase) -> Whose:
        """Return whose `unit` is: a piece of work, or a case."""
        hints = unit.client_id, unit.client, unit.project, unit.requester
        if hints not in self._found:
            self._found[hints] = self._whose(*hints)
        return self._found[hints]

    def _whose(self, id: str, name: str, project: str, address: str) -> Whose:  # noqa: A002
        if id:
            key = f"{self._source}:{id}".casefold()
            if key in self._ids:
                return Whose(self._ids[key], name)
            if not name:
                return Whose(None, f"{self._source}:{id}")
        if name:
            folded = name.strip().casefold()
            if folded in self._said.ignored_names:
                return Whose(None, name, is_ignored=True)
            return Whose(self._names.get(folded), name)
        key = f"{self._source}:{project}".casefold()
        if project and key in self._projects:
            return Whose(self._projects[key], project)
        if address:
            folded = address.strip().casefold()
            domain = folded.rpartition("@")[2]
            if folded in self._emails:
                return Whose(self._emails[folded], address, domain)
            parts = domain.split(".")
            for at in range(len(parts)):
                part = ".".join(parts[at:])
                if part in self._domains:
                    return Whose(self._domains[part], "", domain)
                if part in self._said.ignored_domains:
                    return Whose(None, "", domain, is_ignored=True)
            return Whose(None, "", domain)
        return Whose(self._names.get(""))
