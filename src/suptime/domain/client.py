"""Clients, with their contacts and projects."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated

from suptime.domain import values
from suptime.domain.bank import IBAN
from suptime.domain.payment_terms import TERMS

EINVOICES = ("peppol", "xrechnung", "facturx", "none")
"""E-invoice formats of a client."""

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
        """Return whether the person may open cases under `contract`, one of the client's contracts."""
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

    E-invoices need `city` and `postcode` besides the `address`, an `endpoint` (SCHEME:ID, the address in a
    network), and the `buyer_reference` of the client. `language` is the language of the client's documents.
    `terms` are the terms of payment. `tax` is the client's tax from the beginning; a `TaxFact` changes it from a
    later day. `detail` is "full" or "summary", or None if unknown. `einvoice` is the format that the client gets, or
    None if unknown. `iban` is an account that the client
    pays from. `reminders` is "off" for a client who gets none. An `archived` client gets no new
    case and no new work.
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
    terms: Annotated[str | None, TERMS] = None
    company_number: Annotated[str | None, values.line("company number")] = None
    einvoice: Annotated[str | None, values.choice("e-invoice", EINVOICES)] = None
    detail: Annotated[str | None, values.DETAIL] = None
    iban: Annotated[str | None, IBAN] = None
    reminders: Annotated[str | None, values.choice("reminders", ("on", "off"))] = None
    archived: Annotated[bool, values.FLAG] = False


@dataclass(frozen=True, slots=True)
class TaxFact:
    """Tax of a client `since` a day, until the next fact: a rate in percent, a word, or None if unknown."""

    client: Annotated[str, values.CLIENT_CODE]
    since: Annotated[date, values.DAY]
    tax: Annotated[str | None, values.TAX] = None
    id: Annotated[int, values.COUNT] = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TaxHistory:
    """Tax of a client on each day: from the beginning, and from the days of `steps`, earliest first."""

    beginning: str | None = None
    steps: tuple[tuple[date, str | None], ...] = ()

    @classmethod
    def of(cls, client: Client, facts: Iterable[TaxFact]) -> "TaxHistory":
        """Return the tax history of `client` in `facts`."""
        return cls(client.tax, tuple(sorted((fact.since, fact.tax) for fact in facts)))

    def on(self, day: date) -> str | None:
        """Return the tax of the client on a `day` (F22).

        >>> history = TaxHistory("19", ((date(2026, 7, 1), "16"),))
        >>> history.on(date(2026, 6, 30)), history.on(date(2026, 7, 1))
        ('19', '16')
        """
        found = self.beginning
        for since, tax in self.steps:
            if since <= day:
                found = tax
        return found
