"""Contracts: add, replace, remove and show contract files; set prices."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from suptime.app import agreement, lookup
from suptime.app.dependence import Facts, refuse_issued, refuse_untaken
from suptime.app.effect import effect_of
from suptime.app.facts import contract_of
from suptime.app.use_case import Result, changing
from suptime.contracts import first_fee, priced_items, sold_ahead
from suptime.contracts.file import read_contract, sentences
from suptime.domain.caution import Caution
from suptime.domain.client import Client
from suptime.domain.contract import Contract, PriceChange, Version
from suptime.domain.money import show_amount
from suptime.domain.reading import Fault
from suptime.domain.time import DayIn, Instant, show_day
from suptime.domain.values import quoted
from suptime.errors import NotPossible, Refused, WrongUsage
from suptime.store import Store, Transaction
from suptime.store.repositories.records import ContractRow

LARGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A version of a contract with the last day on which it is in force (None: no end)."""

    version: Version
    last_day: date | None


def read_file(path: str) -> str:
    """Return the text of a contract file.

    Raises:
        WrongUsage: no name is given, or the file does not exist, cannot be read, is larger than 1 MB, or is not UTF-8.
    """
    if not path:
        raise WrongUsage("The contract file is missing.", hint="Give a contract file.")
    try:
        with Path(path).open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise WrongUsage(
            f"File {quoted(path)} does not exist.", hint="Check the path, or change to its folder."
        ) from None
    except IsADirectoryError:
        raise WrongUsage(f"{quoted(path)} is a folder.", hint="Give the contract file in it.") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise WrongUsage(f"Cannot read the file {quoted(path)}: {why}.") from None
    if len(raw) > LARGEST_FILE:
        raise WrongUsage(
            f"{quoted(path)} is larger than 1 MB.", "A contract file has a few hundred lines at most."
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise WrongUsage(
            f"{quoted(path)} is not UTF-8 text: see line {line}.", hint="Save it as UTF-8."
        ) from None


def read(path: str) -> Version | tuple[Fault, ...]:
    """Return the version in a contract file, or all its errors, by line.

    Raises:
        WrongUsage: the file cannot be read at all.
    """
    return read_contract(read_file(path))


def in_words(path: str, found: Iterable[Fault]) -> list[str]:
    """Return the errors of a file, one per line, as `FILE:line: key: expected ...`."""
    return [f"{path}:{fault.line}: {fault.key}: {fault.expected}" for fault in found]


def add(store: Store, client_code: str, version: Version, *, now: Instant, agent: str) -> Result[Version]:
    """Add a version of a client's contract, with the text of its file.

    Adding the same text again changes nothing.

    Raises:
        NotPossible: no such client; the code is another client's, or differs from a known one in
            letter case alone; a version of the same first day says something else.
    """
    with changing(store, now, agent, "contract add") as tx:
        client, is_new = add_version(tx, client_code, version)
        contract = contract_of(tx, version.code)
    return Result(
        version,
        {"contract": contract_data(contract), "added": is_new},
        tuple(_currency_notes(version, client, contract)),
        changed=is_new,
        told=tuple(_first_fee(version, contract)),
    )


def add_version(tx: Transaction, client_code: str, version: Version) -> tuple[Client, bool]:
    """Add a version of a client's contract. Return the client, and whether the version is new.

    Raises:
        NotPossible: see `add`.
    """
    client = lookup.client(tx, client_code)
    rows = tx.contracts.versions()
    for row in rows:
        _agree(row, version, client)
    versions = [row for row in rows if row.code == version.code]
    same_day = next((row for row in versions if row.starts_on == version.starts_on), None)
    if same_day and same_day.text != version.text:
        raise NotPossible(
            f"The contract {version.code} has a different version from {version.starts_on}.",
            "An agreed version is not overwritten.",
            "Give the new version a later starts_on.",
        )
    if same_day is None:
        tx.contracts.add(
            ContractRow(
                code=version.code,
                client=client.code,
                title=version.title,
                starts_on=version.starts_on,
                ends_on=version.ends_on,
                text=version.text,
            )
        )
    return client, same_day is None


def replace(
    store: Store, code: str, version: Version, starts_on: date | None, *, now: Instant, agent: str
) -> Result[Version]:
    """Replace a version that starts on a day (None: the only one) by a contract file.

    Raises:
        WrongUsage: the file has the code of another contract.
        NotPossible: no version or several fit, or something issued depends on it.
        Refused: the new version does not take work or appointments of the contract.
    """
    with changing(store, now, agent, "contract replace") as tx:
        before = _replace(tx, code, version, starts_on)
        contract = contract_of(tx, version.code)
        client = lookup.client(tx, contract.client)
    return Result(
        version,
        {"contract": contract_data(contract)},
        tuple(_currency_notes(version, client, contract)),
        changed=before.text != version.text,
        told=tuple(_first_fee(version, contract)),
    )


def effect_of_replacing(
    store: Store, code: str, version: Version, starts_on: date | None, *, now: Instant, agent: str
) -> list[dict[str, Any]]:
    """Return the charges of open drafts before and after `replace`. Change nothing.

    Raises:
        WrongUsage, NotPossible, Refused: as `replace`.
    """
    return effect_of(
        store,
        lambda tx: {contract_of(tx, lookup.contract_code(tx, code)).client},
        lambda tx: _replace(tx, code, version, starts_on),
        now=now,
        agent=agent,
    )


def _replace(tx: Transaction, code: str, version: Version, starts_on: date | None) -> ContractRow:
    known = lookup.contract_code(tx, code)
    if version.code != known:
        raise WrongUsage(
            f"The file is of the contract {version.code}, not of {known}.",
            hint=f'Write code = "{known}" into the file.',
        )
    row = _one_version(tx, known, starts_on)
    others = [one.starts_on for one in tx.contracts.versions(code=known) if one.id != row.id]
    first = min(row.starts_on, version.starts_on)
    until = min((day for day in others if day > max(row.starts_on, version.starts_on)), default=None)
    if row.text != version.text:
        refuse_issued(tx, Facts(contract=known, since=first, until=until), *_about(row))
        tx.contracts.replace(
            dataclasses.replace(
                row,
                title=version.title,
                starts_on=version.starts_on,
                ends_on=version.ends_on,
                text=version.text,
            )
        )
        _refuse_untaken(tx, known)
    return row


def _about(row: ContractRow) -> tuple[str, str]:
    what = f"The version of {row.code} from {show_day(row.starts_on)}"
    return what, f"suptime contract add {row.client} FILE, with a later starts_on"


def _refuse_untaken(tx: Transaction, code: str) -> None:
    contract = contract_of(tx, code)
    refuse_untaken(contract, tx.units.find(contract=code), tx.appointments.find(contract=code))


def _one_version(tx: Transaction, code: str, starts_on: date | None) -> ContractRow:
    """Return the version of a contract that starts on a day, or the only one.

    Raises:
        NotPossible: there is none, or there are several.
    """
    rows = tx.contracts.versions(code=code)
    fit = [row for row in rows if starts_on in {None, row.starts_on}]
    if len(fit) == 1:
        return fit[0]
    days = ", ".join(str(row.starts_on) for row in rows)
    what = f"{code} has several versions." if fit else f"{code} has no version from {starts_on}."
    raise NotPossible(what, f"Its versions start on {days}.", "Name one of them: --version DAY")


def remove(
    store: Store, code: str, starts_on: date | None, *, now: Instant, agent: str
) -> Result[ContractRow]:
    """Remove the version of a contract that starts on a day (None: the only one); with the last version, remove the prices.

    Raises:
        NotPossible: no version or several fit, cases or purchases need it, or something issued depends on it.
        Refused: the other versions do not take its work or appointments.
    """
    with changing(store, now, agent, "contract remove") as tx:
        known = lookup.contract_code(tx, code)
        row = _one_version(tx, known, starts_on)
        rows = tx.contracts.versions(code=known)
        until = min((one.starts_on for one in rows if one.starts_on > row.starts_on), default=None)
        refuse_issued(tx, Facts(contract=known, since=row.starts_on, until=until), *_about(row))
        if len(rows) == 1:
            cases, purchases = tx.cases.find(contract=known), tx.purchases.find(contract=known)
            needed = (
                f"the case {cases[0].number}"
                if cases
                else f"the purchase P{purchases[0].id}"
                if purchases
                else ""
            )
            if needed:
                raise NotPossible(
                    f"{known} cannot be removed: {needed} needs it.", hint="suptime contract replace"
                )
        tx.contracts.remove(row)
        if len(rows) > 1:
            _refuse_untaken(tx, known)
    return Result(
        row, {"contract": {"code": row.code, "client": row.client, "starts_on": str(row.starts_on)}}
    )


def remove_price(
    store: Store, contract_code: str, item: str, from_day: DayIn, *, now: Instant, agent: str
) -> Result[PriceChange]:
    """Remove a price that was set from a day on.

    Raises:
        NotPossible: there is no such contract or price, or an issued line uses it.
    """
    with changing(store, now, agent, "price remove") as tx:
        contract = contract_of(tx, lookup.contract_code(tx, contract_code))
        since = from_day(agreement.nearest_version(contract, now).zone)
        its = [change for change in tx.prices.find(contract=contract.code) if change.item == item]
        change = next((one for one in its if one.since == since), None)
        if change is None:
            raise NotPossible(
                f"No price of the {item} of {contract.code} was set from {show_day(since)}.",
                hint=f"suptime contract show {contract.code}",
            )
        until = min((one.since for one in its if one.since > since), default=None)
        refuse_issued(
            tx,
            Facts(contract=contract.code, since=since, until=until),
            f"The price of the {item} of {contract.code} from {show_day(since)}",
            f"suptime price set {contract.code} {item} AMOUNT --from DAY",
        )
        tx.prices.remove(change)
    version = contract.on(since) or contract.latest
    return Result(change, {"price": price_data(change, version)})


def _agree(row: ContractRow, version: Version, client: Client) -> None:
    if row.code == version.code and row.client != client.code:
        raise NotPossible(
            f"The contract code {version.code} is already used by {row.client}.",
            "A contract code belongs to one client.",
            "Change code in the file.",
        )
    if row.code != version.code and row.code.casefold() == version.code.casefold():
        raise NotPossible(
            f"The contract {row.code} only differs from {version.code} in letter case.",
            hint=f'Write code = "{row.code}" for a new version of it, or choose another code.',
        )


def _first_fee(version: Version, contract: Contract) -> list[str]:
    """Return a notice with the due day of the first fee of `version`."""
    kept = next(one for one in contract.versions if one.starts_on == version.starts_on)
    due = first_fee(contract, kept)
    if due is None:
        return []
    return [
        f"Its first fee, {show_amount(due.net, due.currency)} {due.currency}, is due on {show_day(due.day)}."
    ]


def _currency_notes(version: Version, client: Client, contract: Contract) -> list[Caution]:
    said = []
    if client.currency and client.currency != version.currency:
        said.append(
            f"The contract is in {version.currency}, but the client's currency is {client.currency}: "
            f"{version.code} is invoiced in {version.currency}."
        )
    others = {v.currency for v in contract.versions} - {version.currency}
    if others:
        said.append(
            f"Other versions of {version.code} are in {' and '.join(sorted(others))}: each currency is "
            "invoiced separately."
        )
    return [Caution("currencies-differ", text) for text in said]


def get(store: Store, code: str) -> tuple[Contract, list[Stretch], dict[str, Any]]:
    """Return a contract, its versions with their days in force, and its document.

    Raises:
        NotPossible: there is no such contract.
    """
    with store.reading() as tx:
        contract = contract_of(tx, lookup.contract_code(tx, code))
        changes = [
            price_data(change, contract.on(change.since) or contract.latest)
            for change in tx.prices.find(contract=contract.code)
        ]
    return contract, stretches(contract), {"contract": contract_data(contract) | {"price_changes": changes}}


def list_all(store: Store, client_code: str | None = None) -> list[dict[str, Any]]:
    """Return every contract (of one client) as `contract list` shows it, by code.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        client = None if client_code is None else lookup.client(tx, client_code).code
        rows = tx.contracts.versions(client=client)
        codes = sorted({row.code for row in rows}, key=str.casefold)
        contracts = [contract_of(tx, code) for code in codes]
    return [
        {
            "code": c.code,
            "client": c.client,
            "title": c.latest.title,
            "currency": c.latest.currency,
            "timezone": c.latest.zone.name,
            "starts_on": str(c.versions[0].starts_on),
            "ends_on": _day(stretches(c)[-1].last_day),
            "versions": len(c.versions),
        }
        for c in contracts
    ]


def stretches(contract: Contract) -> list[Stretch]:
    """Return the versions of a contract with the last day of each: its own, or the one before the next version.

    If a version ends before the next one starts, no version covers the days between.
    """
    following = [v.starts_on - timedelta(days=1) for v in contract.versions[1:]]
    last_days: list[date | None] = [*following, None]
    return [
        Stretch(version, min((d for d in (version.ends_on, last) if d), default=None))
        for version, last in zip(contract.versions, last_days, strict=True)
    ]


def contract_data(contract: Contract) -> dict[str, Any]:
    """Return a contract with the days and clauses of each version in sentences, as JSON shows it."""
    return {
        "code": contract.code,
        "client": contract.client,
        "title": contract.latest.title,
        "currency": contract.latest.currency,
        "timezone": contract.latest.zone.name,
        "versions": [
            {
                "starts_on": str(s.version.starts_on),
                "ends_on": _day(s.version.ends_on),
                "last_day": _day(s.last_day),
                "title": s.version.title,
                "currency": s.version.currency,
                "timezone": s.version.zone.name,
                "prepaid": _prepaid(s.version),
                "clauses": [{"table": table, "sentences": said} for table, said in sentences(s.version)],
            }
            for s in stretches(contract)
        ],
    }


def _prepaid(version: Version) -> dict[str, Any] | None:
    terms = sold_ahead(version)
    if terms is None:
        return None
    return {
        "unit": terms.unit,
        "valid_for_days": terms.valid_for_days,
        "valid_for_months": terms.valid_for_months,
        "until_end_of": terms.until_end_of,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)


def set_price(
    store: Store, contract_code: str, item: str, amount: Decimal, from_day: DayIn, *, now: Instant, agent: str
) -> Result[PriceChange]:
    """Set the price of an item of a contract ("hour", "incident", "minute") from a day on (A2).

    A price from the same day is replaced; the audit trail keeps it.

    Raises:
        NotPossible: there is no such contract.
        Refused: the contract is not in force on that day, or charges nothing by that item.
    """
    with changing(store, now, agent, "price set") as tx:
        contract = contract_of(tx, lookup.contract_code(tx, contract_code))
        since = from_day(agreement.nearest_version(contract, now).zone)
        version = contract.on(since)
        if version is None:
            raise Refused(
                f"The price would be from {show_day(since)}, outside the contract {contract.code}.",
                f"The contract runs {agreement.days(contract)}.",
                f"suptime contract show {contract.code}",
            )
        priced = priced_items(version)
        if item not in priced:
            raise Refused(
                f"{contract.code} has no price per {item}.",
                f"Items with a price: {', '.join(priced)}.",
                f"suptime contract show {contract.code}",
            )
        change = PriceChange(contract.code, item, since, amount)
        there = next((c for c in tx.prices.find(contract=contract.code) if _place(c) == _place(change)), None)
        if there != change:
            tx.prices.set(change)
    before = None if there is None else show_amount(there.amount, version.currency)
    facts = price_data(change, version) | {"before": before}
    return Result(change, {"price": facts}, changed=there != change)


def _place(change: PriceChange) -> tuple[str, date]:
    return change.item, change.since


def price_data(change: PriceChange, version: Version) -> dict[str, Any]:
    """Return a price as JSON shows it, in the currency of the `version` in force."""
    return {
        "contract": change.contract,
        "item": change.item,
        "amount": show_amount(change.amount, version.currency),
        "currency": version.currency,
        "from": str(change.since),
    }
