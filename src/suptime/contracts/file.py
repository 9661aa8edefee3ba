"""Read a contract file: TOML text in, a contract version or all its faults out."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfoNotFoundError

from suptime.contracts.clause import Measure, Price
from suptime.contracts.clauses import CLAUSES, rules
from suptime.contracts.clauses.appointments import Appointments
from suptime.contracts.clauses.coverage import Coverage
from suptime.contracts.clauses.prices import Prices
from suptime.domain.contract import Version
from suptime.domain.reading import Fault, Lines, Table, nearest, short, too_much
from suptime.domain.time import Zone, show_day
from suptime.domain.values import CONTRACT_CODE, CURRENCY, ZONE

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
UTC = "UTC"


def read_contract(text: str) -> Version | tuple[Fault, ...]:
    """Return the contract version in `text`, or every fault in it, in order of lines.

    >>> [str(fault) for fault in read_contract('[agreement]')][:1]
    ['line 1: agreement: is not a table of a contract file.']
    """
    if why := too_much(text):
        return (Fault(1, "TOML", f"this is not a contract file: {why}."),)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return (_syntax(text, str(error)),)
    lines = Lines(text)
    faults: list[Fault] = []
    version = _agreement(data, text, lines, faults)
    terms: dict[type[object], object] = {}
    for clause in CLAUSES:
        value = data.get(clause.table)
        if clause.is_list:
            if value is not None and (many := _tables(clause.table, value, lines, faults)):
                terms[clause.terms] = clause.read(many)
                for table in many:
                    table.close()
        elif isinstance(value, dict):
            table = Table(clause.table, value, lines, faults)
            terms[clause.terms] = clause.read(table)
            table.close()
        elif value is not None:
            faults.append(Fault(lines.of(clause.table), clause.table, f"expected a table [{clause.table}]."))
    _unknown_tables(data, lines, faults)
    faults += [*_contradictions(terms, lines), *_needed_prices(version, terms, lines, faults)]
    if faults:
        return tuple(sorted(faults))
    return Version(
        version.code,
        version.title,
        version.currency,
        version.zone,
        version.starts_on,
        version.ends_on,
        terms,
        text,
    )


def _tables(name: str, value: object, lines: Lines, faults: list[Fault]) -> list[Table]:
    """Return the tables of the list `name`; record a fault if `value` is something else."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return [Table(f"{name}[{n}]", one, lines, faults) for n, one in enumerate(value, 1)]
    faults.append(Fault(lines.of(name), name, f"expected tables [[{name}]]."))
    return []


def _syntax(text: str, message: str) -> Fault:
    found = _AT_LINE.search(message)
    line = int(found[1]) if found and found[1] else max(1, len(text.splitlines()))
    words = _AT_LINE.sub("", message).strip() or "cannot be read"
    return Fault(line, "TOML", f"this is not valid TOML: {words}.")


def _agreement(data: Mapping[str, object], text: str, lines: Lines, faults: list[Fault]) -> Version:
    """Return the table `[contract]`; if it has faults, a version that is sufficient to find more."""
    value = data.get("contract")
    if not isinstance(value, dict):
        faults.append(Fault(1, "contract", "the table [contract] is missing."))
        value = {"code": "x", "title": "x", "currency": "USD", "timezone": UTC, "starts_on": date(1970, 1, 1)}
    table = Table("contract", value, lines, faults)
    code = table.value("code", CONTRACT_CODE, "") if table.has("code") else ""
    title = table.text("title")
    currency = table.value("currency", CURRENCY, "USD") if table.has("currency") else "USD"
    zone = _zone(table)
    starts_on = table.day("starts_on")
    if "starts_on" not in value:
        table.fault("starts_on", "is missing; expected a date such as 2026-10-05, without quotes.")
    ends_on = table.day("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        table.fault("ends_on", f"expected a day from starts_on ({starts_on}) on, found {ends_on}.")
    table.close()
    return Version(code, title, currency, zone, starts_on or date.min, ends_on, {}, text)


def _zone(table: Table) -> Zone:
    name = table.text("timezone")
    try:
        return Zone(name) if name else Zone(UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if table.value("timezone", ZONE, ""):  # Only needed after a fault, because it reads a folder.
            table.fault("timezone", "cannot be read on this machine.")
        return Zone(UTC)


def _unknown_tables(data: Mapping[str, object], lines: Lines, faults: list[Fault]) -> None:
    known = ["contract", *(clause.table for clause in CLAUSES)]
    faults += [
        Fault(lines.of(name), short(name), f"is not a table of a contract file.{nearest(name, known)}")
        for name in data
        if name not in known
    ]


def _contradictions(terms: Mapping[type[object], object], lines: Lines) -> Iterator[Fault]:
    """Yield a fault for each table that cannot be used together with another one."""
    tables = {clause.table for clause in CLAUSES if clause.terms in terms}
    for clause in CLAUSES:
        if clause.table in tables:
            for other, why in clause.not_beside.items():
                if other in tables:
                    yield Fault(
                        lines.of(clause.table),
                        clause.table,
                        f"cannot stand beside [{other}]: {why}.",
                    )
            for key, why in clause.contradictions(terms[clause.terms], terms):
                yield Fault(lines.of(f"{clause.table}.{key}"), f"{clause.table}.{key}", why)
    # A contract has one way of measuring: incidents, minutes on calls, or otherwise time.
    stated = [
        clause.table for clause, _ in rules(Measure) if clause.default is None and clause.terms in terms
    ]
    for table in stated[1:]:
        why = "a contract has one way of measuring"
        yield Fault(lines.of(table), table, f"cannot stand beside [{stated[0]}]: {why}.")


def _needed_prices(
    version: Version, terms: Mapping[type[object], object], lines: Lines, faults: Sequence[Fault]
) -> Iterator[Fault]:
    """Yield a fault if the way of measuring has no price on the first day, unless a fee may cover everything."""
    way, measure = next((c, m) for c, m in rules(Measure) if c.terms in terms or c.default is not None)
    stated = [(price, terms[clause.terms]) for clause, price in rules(Price) if clause.terms in terms]
    prices = terms.get(Prices)
    items = prices.items if isinstance(prices, Prices) else {}
    needed = {} if Coverage in terms else {measure.priced_by: "is missing"}
    if Appointments in terms and measure.priced_by != "hour" and "hour" not in items:
        needed["hour"] = "is missing: [appointments] are billed by the hour"
    for item in {*needed, *items}:
        key = f"prices.{item}"
        history = items.get(item)
        if any(fault.key == key for fault in faults):
            continue
        if not history and any(price.on(its, item, version.starts_on) is not None for price, its in stated):
            continue
        if not history:
            table = "prices" if lines.has("prices") else way.table
            yield Fault(lines.of(table), key, f'{needed[item]}; expected an amount such as "120.00".')
        elif history[0][0] > version.starts_on:
            first = show_day(version.starts_on)
            yield Fault(
                lines.of(key),
                key,
                f"its first step must be from {first} or earlier, when the contract starts.",
            )


def sentences(version: Version) -> list[tuple[str, list[str]]]:
    """Return each clause of `version` as (table, sentences for the client)."""
    until = f" through {show_day(version.ends_on)}" if version.ends_on else ""
    said = [
        (
            "contract",
            [
                f"{version.title}, from {show_day(version.starts_on)}{until}.",
                f"Amounts are in {version.currency}; days and months are those of {version.zone.name}.",
            ],
        )
    ]
    for clause in CLAUSES:
        terms = version.terms.get(clause.terms)
        if terms is not None:
            said.append((clause.table, clause.sentences(terms, version)))
    return said
