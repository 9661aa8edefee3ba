"""People and projects of a client."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the client, known by an e-mail address. `role` is "administrator" or "user".

    `contracts` are the codes of the contracts under which the person may open cases; empty: all of
    the client's.
    """

    client: str
    email: str
    name: str = ""
    role: str = "user"
    id: int = field(default=0, compare=False)
    contracts: tuple[str, ...] = ()

    def may_use(self, contract: str) -> bool:
        """Whether the person may open cases under `contract`, one of the client's."""
        return not self.contracts or contract in self.contracts


@dataclass(frozen=True, slots=True)
class Project:
    """Work delivered to a client: its budget, and the day on which it was completed."""

    code: str
    client: str
    budget: Decimal
    completed: date
