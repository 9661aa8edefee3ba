"""Clients, with their contacts and projects."""

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
        """Return whether the person may open cases under `contract`, one of the client's."""
        return not self.contracts or contract in self.contracts


@dataclass(frozen=True, slots=True)
class Project:
    """Work delivered to a client: its budget, and the day on which it was completed."""

    code: Annotated[str, values.PROJECT_CODE]
    client: Annotated[str, values.CLIENT_CODE]
    budget: Annotated[Decimal, values.amount("budget")]
    completed: Annotated[date, values.DAY]


@dataclass(frozen=True, slots=True)
class Client:
    """Who is billed.

    E-invoices want `city` and `postcode` apart from the `address`, an `endpoint` (SCHEME:ID, where
    a network delivers to), and the `buyer_reference` that the client sorts invoices by. `language` is that of the client's documents.
    """

    code: Annotated[str, values.CLIENT_CODE]
    name: Annotated[str, values.line("name")]
    currency: Annotated[str | None, values.CURRENCY] = None
    timezone: Annotated[str | None, values.ZONE] = None
    email: Annotated[str | None, values.EMAIL] = None
    address: Annotated[str | None, values.paragraph("address")] = None
    country: Annotated[str | None, values.COUNTRY] = None
    tax_id: Annotated[str | None, values.line("tax id")] = None
    tax: Annotated[str | None, values.TAX] = None
    card_on_file: Annotated[bool, values.FLAG] = False
    city: Annotated[str | None, values.line("city")] = None
    postcode: Annotated[str | None, values.line("postcode")] = None
    endpoint: Annotated[str | None, values.ENDPOINT] = None
    buyer_reference: Annotated[str | None, values.line("buyer reference")] = None
    language: Annotated[str | None, values.LANGUAGE] = None
    order_number: Annotated[str | None, values.line("order number")] = None
