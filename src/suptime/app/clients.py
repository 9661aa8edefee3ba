"""Clients: who is billed."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from suptime.app import checks, lookup
from suptime.app.done import Done
from suptime.app.transaction import changing
from suptime.domain.timespan import Instant
from suptime.domain.work import Client
from suptime.errors import NotPossible
from suptime.store import Store
from suptime.store.records import ContractRow


def add(
    store: Store,
    code: str,
    *,
    name: str,
    currency: str | None = None,
    timezone: str | None = None,
    email: str | None = None,
    address: str | None = None,
    country: str | None = None,
    tax_id: str | None = None,
    tax: str | None = None,
    now: Instant,
    agent: str,
) -> Done[Client]:
    """Add a client; what is given as None is left open.

    Raises:
        WrongUsage: a value cannot be read.
        NotPossible: there is a client of that code, letter case aside.
    """
    client = Client(
        code=checks.code(code, "client code"),
        name=checks.filled(name, "name"),
        currency=None if currency is None else checks.currency(currency),
        timezone=None if timezone is None else checks.timezone(timezone),
        email=None if email is None else checks.email(email),
        address=None if address is None else checks.paragraph(address, "address"),
        country=None if country is None else checks.country(country),
        tax_id=None if tax_id is None else checks.filled(tax_id, "tax id"),
        tax=None if tax is None else checks.tax(tax),
    )
    with changing(store, now, agent, "client add") as tx:
        for other in tx.clients():
            if other.code.casefold() == client.code.casefold():
                raise NotPossible(
                    f"There is a client {other.code} already: {other.name}.", hint="Choose another code."
                )
        tx.add_client(client)
    return Done(client, {"client": document(client, ())})


def keep_card(store: Store, code: str, on_file: bool, *, now: Instant, agent: str) -> Done[Client]:
    """Note that a client's card is ON_FILE, or no longer.

    Raises:
        NotPossible: there is no such client.
    """
    with changing(store, now, agent, "client card") as tx:
        before = lookup.client(tx, code)
        after = replace(before, card_on_file=on_file)
        if after != before:
            tx.save_client(after)
        codes = _contract_codes(tx.contract_rows(client=after.code))
    return Done(after, {"client": document(after, codes)}, changed=after != before)


def every(store: Store) -> list[tuple[Client, dict[str, Any]]]:
    """Every client with its document, by code."""
    with store.reading() as tx:
        rows = tx.contract_rows()
        return [
            (c, document(c, _contract_codes(r for r in rows if r.client == c.code)))
            for c in sorted(tx.clients(), key=lambda c: c.code.casefold())
        ]


def one(store: Store, code: str) -> tuple[Client, dict[str, Any]]:
    """One client with its document.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        client = lookup.client(tx, code)
        return client, document(client, _contract_codes(tx.contract_rows(client=client.code)))


def document(client: Client, contracts: tuple[str, ...]) -> dict[str, Any]:
    """CLIENT, who has the contracts of those codes, as JSON shows it."""
    return {
        "code": client.code,
        "name": client.name,
        "currency": client.currency,
        "timezone": client.timezone,
        "email": client.email,
        "address": client.address,
        "country": client.country,
        "tax_id": client.tax_id,
        "tax": client.tax,
        "card_on_file": client.card_on_file,
        "contracts": list(contracts),
    }


def _contract_codes(rows: Iterable[ContractRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.code for row in rows))
