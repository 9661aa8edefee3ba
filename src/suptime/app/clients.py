"""Clients: who is billed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from suptime.app import checks, lookup
from suptime.app.done import Done
from suptime.app.transaction import changing
from suptime.domain.timespan import Instant
from suptime.domain.work import Client
from suptime.errors import NotPossible, WrongUsage
from suptime.store import Store
from suptime.store.records import ContractRow

READ: Mapping[str, Callable[[str], str]] = {
    "name": lambda text: checks.filled(text, "name"),
    "currency": checks.currency,
    "timezone": checks.timezone,
    "email": checks.email,
    "address": lambda text: checks.paragraph(text, "address"),
    "city": lambda text: checks.filled(text, "city"),
    "postcode": lambda text: checks.filled(text, "postcode"),
    "country": checks.country,
    "tax_id": lambda text: checks.filled(text, "tax id"),
    "tax": checks.tax,
    "endpoint": checks.endpoint,
    "buyer_reference": lambda text: checks.filled(text, "buyer reference"),
    "language": checks.language_tag,
}
"""How what is typed of a client is read."""

FIXED = ("currency", "timezone")
"""What `edit` leaves alone: amounts and days of what is on record hang on it."""


def add(
    store: Store, code: str, *, name: str, now: Instant, agent: str, **details: str | None
) -> Done[Client]:
    """Add a client with DETAILS, each a key of `READ`; what is given as None is left open.

    Raises:
        WrongUsage: a value cannot be read.
        NotPossible: there is a client of that code, letter case aside.
    """
    checked = checks.code(code, "client code")
    typed = {"name": name} | {key: value for key, value in details.items() if value is not None}
    client = Client(code=checked, **{key: READ[key](value) for key, value in typed.items()})  # type: ignore[arg-type]
    with changing(store, now, agent, "client add") as tx:
        for other in tx.clients():
            if other.code.casefold() == client.code.casefold():
                raise NotPossible(
                    f"There is a client {other.code} already: {other.name}.", hint="Choose another code."
                )
        tx.add_client(client)
    return Done(client, {"client": document(client, ())})


def edit(store: Store, code: str, *, now: Instant, agent: str, **details: str | None) -> Done[Client]:
    """Change what documents will say of a client: DETAILS, keys of `READ` but for `FIXED`; "" takes one away.

    What was issued keeps what it says.

    Raises:
        WrongUsage: nothing to change was given, or a value cannot be read.
        NotPossible: there is no such client.
    """
    typed = {key: value for key, value in details.items() if value is not None}
    if not typed:
        raise WrongUsage("Nothing to change was given.", hint="suptime client edit --help lists what can be.")
    read = {key: READ[key](value) if value or key == "name" else None for key, value in typed.items()}
    with changing(store, now, agent, "client edit") as tx:
        before = lookup.client(tx, code)
        after = replace(before, **read)  # type: ignore[arg-type]
        if after != before:
            tx.save_client(after)
        codes = _contract_codes(tx.contract_rows(client=after.code))
    return Done(after, {"client": document(after, codes)}, changed=after != before)


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
        "city": client.city,
        "postcode": client.postcode,
        "endpoint": client.endpoint,
        "buyer_reference": client.buyer_reference,
        "language": client.language,
        "contracts": list(contracts),
    }


def _contract_codes(rows: Iterable[ContractRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.code for row in rows))
