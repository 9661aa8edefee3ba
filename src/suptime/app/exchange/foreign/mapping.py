"""The mapping file: clients that it opens, and a draft of it from what files name (G16, G17)."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from suptime.app import contracts
from suptime.app.exchange.foreign.case_records import PRIORITIES
from suptime.domain import values
from suptime.domain.client import Client
from suptime.errors import NotPossible, WrongUsage
from suptime.interchange.foreign.clients_file import ClientEntry, ClientsFile
from suptime.interchange.foreign.record import ForeignCase, ForeignUnit

if TYPE_CHECKING:
    from suptime.store import Transaction


def open_clients(tx: "Transaction", said: ClientsFile, folder: str) -> None:
    """Add the clients and contracts of the mapping file that are not there yet; its paths are relative to `folder`.

    Raises:
        WrongUsage: a value of the file cannot be read, or a contract file has faults.
        NotPossible: a contract's code is another client's.
    """
    for entry in said.clients.values():
        if tx.clients.get(entry.code) is None:
            tx.clients.add(_client(entry))
        path = entry.values.get("contract_file")
        if path is None:
            continue
        version = contracts.read(str(Path(folder) / path))
        if isinstance(version, tuple):
            raise WrongUsage(f"{path}: {version[0]}", hint="Correct the contract file.")
        if all(row.code != version.code for row in tx.contracts.versions()):
            contracts.add_version(tx, entry.code, version)


def _client(entry: ClientEntry) -> Client:
    said = entry.values

    def accepted(key: str, value: object) -> str | None:
        text = said.get(key)
        if text is None:
            return None
        try:
            return str(values.accept(value, text))  # type: ignore[arg-type]
        except WrongUsage as error:
            raise WrongUsage(f"clients.{entry.code}.{key}: {error}", hint=error.hint) from error

    return Client(
        str(values.accept(values.CLIENT_CODE, entry.code)),
        accepted("name", values.line("name")) or entry.code,
        accepted("currency", values.CURRENCY),
        accepted("timezone", values.ZONE),
        tax=accepted("tax", values.TAX),
    )


def draft(
    tx: "Transaction",
    source: str,
    said: ClientsFile,
    records: Iterable[ForeignCase],
    units: Iterable[ForeignUnit],
) -> str:
    """Return a mapping file: what is known, and each client, agent and priority of the files to complete."""
    records, units = [*records], [*units]
    clients = tx.clients.list_all()
    owners = {client.code.casefold(): client.code for client in clients}
    owners |= {client.name.strip().casefold(): client.code for client in clients}
    owners |= said.owners("names")
    domains, emails, ids, projects = (said.owners(key) for key in ("domains", "emails", "ids", "projects"))
    found: dict[str, dict[str, dict[str, None]]] = {}

    def note(code: str, key: str, text: str) -> None:
        found.setdefault(code, {}).setdefault(key, {})[text] = None

    both: list[ForeignCase | ForeignUnit] = [*records, *units]
    for one in both:
        domain = one.requester.rpartition("@")[2].casefold()
        code = (
            ids.get(f"{source}:{one.client_id}".casefold())
            or owners.get(one.client.strip().casefold())
            or projects.get(f"{source}:{one.project}".casefold())
            or emails.get(one.requester.casefold())
            or domains.get(domain)
        )
        if not (one.client or one.client_id or domain or one.project):
            continue
        code = code or _code_of(one.client or domain or one.project or f"client-{one.client_id}")
        if one.client:
            note(code, "names", one.client)
        elif one.client_id:
            note(code, "ids", f"{source}:{one.client_id}")
        elif one.project and not domain:
            note(code, "projects", f"{source}:{one.project}")
        if domain:
            note(code, "domains", domain)
    lines = [
        "# Clients, agents and priorities as the files name them. Complete the lines, and remove what you do not need."
    ]
    for entry in said.clients.values():
        for key, some in entry.named.items():
            for text in some:
                note(entry.code, key, text)
    for code in sorted(found):
        lines += ["", f"[clients.{_key(code)}]"]
        lines += [f"{key} = [{', '.join(_text(text) for text in some)}]" for key, some in found[code].items()]
        given = said.clients[code].values if code in said.clients else {}
        there = next((client for client in clients if client.code == code), None)
        if given:
            lines += [f"{key} = {_text(text)}" for key, text in given.items()]
        elif there is None:
            name = next(iter(found[code].get("names", ())), code)
            lines += [
                f"name = {_text(name)}",
                '# currency = "EUR"',
                '# timezone = "Europe/Berlin"',
                '# tax = "19"',
                f'# contract_file = "contracts/{code}.toml"',
            ]
    lines += _agents(tx, source, said, units)
    values_said = dict.fromkeys(one.values.get("priority") for one in records)
    unknown = [
        text for text in values_said if text and text.casefold() not in {*PRIORITIES, *said.priorities}
    ]
    if unknown or said.priorities:
        lines += ["", "[priorities]"]
        lines += [f"{_text(text)} = {_text(ours)}" for text, ours in said.priorities.items()]
        lines += [f'# {_text(text)} = "P1"' for text in unknown]
    return "\n".join(lines) + "\n"


def _agents(tx: "Transaction", source: str, said: ClientsFile, units: Iterable[ForeignUnit]) -> list[str]:
    known = {name.casefold(): name for name in tx.units.agents()}
    agents: dict[str, dict[str, None]] = {}
    for name, agent in said.agents.items():
        agents.setdefault(agent, {})[name] = None
    for unit in units:
        names = [text for text in (unit.user, unit.email) if text]
        names += [f"{source}:{unit.user_id}"] if unit.user_id and not names else []
        mapped = next(
            (said.agents[text.casefold()] for text in names if text.casefold() in said.agents), None
        )
        if not names:
            continue
        first: str = (
            unit.email.partition("@")[0] or unit.user.split()[0] if unit.email or unit.user else names[0]
        )
        code = (
            mapped or known.get(first.casefold()) or re.sub(r"[^a-z0-9-]+", "-", first.casefold()).strip("-")
        )
        for text in names:
            agents.setdefault(code, {})[text] = None
    lines = ["", "[agents]"] if agents else []
    return lines + [
        f"{_key(agent)} = [{', '.join(_text(text) for text in names)}]"
        for agent, names in sorted(agents.items())
    ]


def _code_of(name: str) -> str:
    """Return a client code made of the first word of `name`, or of a domain."""
    word = name.partition(".")[0] if "." in name and " " not in name else name
    return re.sub(r"[^a-z0-9]+", "-", word.casefold()).strip("-") or "client"


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _text(text)


def _text(text: str) -> str:
    shown = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'


def write_draft(path: str, text: str) -> None:
    """Write a draft to a file that is not there yet.

    Raises:
        NotPossible: the file cannot be written; WrongUsage: it exists.
    """
    try:
        with Path(path).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise WrongUsage(f"{path} exists already.", hint="Choose another name.") from error
    except OSError as error:
        raise NotPossible(f"Cannot write {path}: {error.strerror}.", hint="Choose another place.") from error
