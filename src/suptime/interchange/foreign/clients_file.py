"""The file `clients.toml`: under which names, addresses and ids other programs know clients, agents and priorities."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from suptime.domain.reading import Fault, Lines
from suptime.domain.values import did_you_mean, quoted

_LISTS = ("names", "ids", "projects", "domains", "emails")
_TEXTS = ("contract", "name", "currency", "timezone", "tax", "contract_file")
_TABLES = ("clients", "agents", "priorities", "kinds", "ignore")


@dataclass(frozen=True, slots=True)
class ClientEntry:
    """What the file says of one client: what names it elsewhere, and what it is opened with."""

    code: str
    named: Mapping[str, tuple[str, ...]]
    values: Mapping[str, str]
    priorities: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ClientsFile:
    """The whole file; keys that are compared without letter case are in small letters."""

    clients: Mapping[str, ClientEntry] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    priorities: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    ignored_names: frozenset[str] = frozenset()
    ignored_domains: frozenset[str] = frozenset()
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def owners(self, key: str) -> dict[str, str]:
        """Return which client each of the `key` (names, ids, ...) is, in small letters."""
        return {
            text.strip().casefold(): entry.code
            for entry in self.clients.values()
            for text in entry.named[key]
        }


_OF_SOURCE = ("time_field", "unit", "timezone", "hours_per_day", "case_prefix", "marks")


def read_clients_file(text: str, sources: tuple[str, ...]) -> ClientsFile | list[Fault]:
    """Return what the file `text` says, or its faults; `sources` are the formats that may have a table of their own."""
    lines = Lines(text)
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return [Fault(1, "file", f"is not TOML: {error}")]
    faults = [*_faults(data, lines, sources)]
    if faults:
        return sorted(faults)
    clients = {
        code: ClientEntry(
            code,
            {key: tuple(given.get(key, ())) for key in _LISTS},
            {key: given[key] for key in _TEXTS if key in given},
            {value.casefold(): ours for value, ours in given.get("priorities", {}).items()},
        )
        for code, given in data.get("clients", {}).items()
    }
    ignored = data.get("ignore", {})
    return ClientsFile(
        clients,
        {
            name.strip().casefold(): agent
            for agent, names in data.get("agents", {}).items()
            for name in (agent, *names)
        },
        {value.casefold(): ours for value, ours in data.get("priorities", {}).items()},
        {value.casefold(): ours for value, ours in data.get("kinds", {}).items()},
        frozenset(name.strip().casefold() for name in ignored.get("names", ())),
        frozenset(name.strip().casefold() for name in ignored.get("domains", ())),
        {name: data[name] for name in sources if name in data},
    )


def _faults(data: Mapping[str, Any], lines: Lines, sources: tuple[str, ...]) -> Iterator[Fault]:
    known = (*_TABLES, *sources)
    for name, table in data.items():
        if name not in known:
            yield Fault(lines.of(name), name, f"is not a known table. {did_you_mean(name, known)}".strip())
        elif not isinstance(table, dict):
            yield Fault(lines.of(name), name, "expected a table.")
        elif name == "clients":
            for code, given in table.items():
                yield from _client_faults(f"clients.{code}", given, lines)
            yield from _twins(table, lines)
        elif name == "agents":
            for agent, names in table.items():
                if not _is_texts(names):
                    yield Fault(lines.of(f"agents.{agent}"), f"agents.{agent}", "expected a list of texts.")
        elif name == "ignore":
            yield from _keys(name, table, ("names", "domains"), lines)
            for key, some in table.items():
                if key in {"names", "domains"} and not _is_texts(some):
                    yield Fault(lines.of(f"ignore.{key}"), f"ignore.{key}", "expected a list of texts.")
        elif name in sources:
            yield from _keys(name, table, _OF_SOURCE, lines)
        else:
            for key, value in table.items():
                if not isinstance(value, str):
                    yield Fault(lines.of(f"{name}.{key}"), f"{name}.{key}", "expected a text.")


def _keys(path: str, table: Mapping[str, Any], known: tuple[str, ...], lines: Lines) -> Iterator[Fault]:
    for key in table:
        if key not in known:
            said = f"is not a known key. {did_you_mean(key, known)}".strip()
            yield Fault(lines.of(f"{path}.{key}"), f"{path}.{key}", said)


def _client_faults(path: str, given: Any, lines: Lines) -> Iterator[Fault]:
    if not isinstance(given, dict):
        yield Fault(lines.of(path), path, "expected a table.")
        return
    yield from _keys(path, given, (*_LISTS, *_TEXTS, "priorities"), lines)
    for key, value in given.items():
        at = f"{path}.{key}"
        if key in _LISTS and not _is_texts(value):
            yield Fault(lines.of(at), at, "expected a list of texts.")
        if key in _TEXTS and not isinstance(value, str):
            yield Fault(lines.of(at), at, "expected a text.")
        if key == "priorities" and not (
            isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
        ):
            yield Fault(lines.of(at), at, "expected a table of texts.")


def _twins(clients: Mapping[str, Any], lines: Lines) -> Iterator[Fault]:
    """Yield the names, addresses and ids that two clients list."""
    for key in _LISTS:
        seen: dict[str, str] = {}
        for code, given in clients.items():
            listed = given.get(key, ()) if isinstance(given, dict) else ()
            for text in listed if _is_texts(listed) else ():
                other = seen.setdefault(text.strip().casefold(), code)
                if other != code:
                    at = f"clients.{code}.{key}"
                    yield Fault(lines.of(at), at, f"{quoted(text)} is listed by {other}, too.")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(text, str) for text in value)
