"""People and projects of a client."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated

from suptime.domain import values

CONTRACTS = values.many(values.CONTRACT_CODE, "a list of contract codes, each once", empty=True)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the client, known by an e-mail address. `role` is "administrator" or "user".

    `contracts` are the codes of the contracts under which the person may open cases; empty: all of
    the client's.
    """

    client: Annotated[str, values.CLIENT_CODE]
    email: Annotated[str, values.EMAIL]
    name: Annotated[str, values.line("name", empty=True)] = ""
    role: Annotated[str, values.choice("role", ("administrator", "user"))] = "user"
    id: Annotated[int, values.COUNT] = field(default=0, compare=False)
    contracts: Annotated[tuple[str, ...], CONTRACTS] = ()

    def may_use(self, contract: str) -> bool:
        """Whether the person may open cases under `contract`, one of the client's."""
        return not self.contracts or contract in self.contracts


@dataclass(frozen=True, slots=True)
class Project:
    """Work delivered to a client: its budget, and the day on which it was completed."""

    code: Annotated[str, values.PROJECT_CODE]
    client: Annotated[str, values.CLIENT_CODE]
    budget: Annotated[Decimal, values.amount("budget")]
    completed: Annotated[date, values.DAY]
