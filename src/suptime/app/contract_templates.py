"""New contract files: one template with comments for each way of selling support."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Template

from suptime import files, resources
from suptime.contracts.file import read_contract
from suptime.domain.values import quoted
from suptime.errors import NotPossible, WrongUsage

TITLES = {
    "hourly": "Support by the hour",
    "prepaid": "Prepaid support hours",
    "plan": "Support plan",
    "incident": "Support per incident",
    "per-minute": "Support per minute",
    "guarantee": "Project guarantee",
}
"""Kinds of contract files, and the title of each."""

WITH_FEE = frozenset({"plan"})
"""Kinds with a fee besides a price."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of a contract file that a template needs. `price` is per hour, incident or minute."""

    code: str
    currency: str
    timezone: str
    starts_on: date
    price: Decimal
    fee: Decimal | None = None
    title: str | None = None


def text_of(kind: str, terms: Terms) -> str:
    """Return a contract file of the `kind` (one of `TITLES`) with its `terms`.

    Raises:
        WrongUsage: a fee is missing or not allowed, or the terms make an invalid file.
    """
    if kind in WITH_FEE and terms.fee is None:
        raise WrongUsage(f"A contract of the kind {kind} requires a fee.", hint="Add --fee AMOUNT.")
    if kind not in WITH_FEE and terms.fee is not None:
        raise WrongUsage(f"A contract of the kind {kind} has no fee.", hint="Leave --fee out.")
    template = resources.folder("templates") / "contracts" / f"{kind}.toml"
    amounts = {"price": terms.price, "fee": terms.fee}
    words = {
        "code": terms.code,
        "title": terms.title or TITLES[kind],
        "currency": terms.currency,
        "timezone": terms.timezone,
        **{name: f"{amount:f}" for name, amount in amounts.items() if amount is not None},
    }
    # A JSON string is also a basic string of TOML.
    values = {name: json.dumps(word, ensure_ascii=False) for name, word in words.items()}
    text = Template(template.read_text(encoding="utf-8")).substitute(
        values, starts_on=terms.starts_on.isoformat()
    )
    found = read_contract(text)
    if isinstance(found, tuple):
        raise WrongUsage(f"{found[0].key}: {found[0].expected}.")
    return text


def write(path: Path, text: str) -> None:
    """Write a new contract file; an existing file is never replaced.

    Raises:
        NotPossible: the name is taken.
        WrongUsage: the file cannot be written.
    """
    try:
        with files.draft(path, private=False) as made:
            made.write_text(text, encoding="utf-8")
            files.put_in_place(made, path, replace=False)
    except FileExistsError:
        raise NotPossible(
            f"File {quoted(str(path))} already exists.", hint="Give another file with --out."
        ) from None
    except OSError as error:
        raise WrongUsage(f"Cannot write the file {quoted(str(path))}: {error.strerror}.") from error
