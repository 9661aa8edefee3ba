"""`suptime demo`: a year of sample work in a new database, with its invoices and reports as files."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from suptime import resources
from suptime.app.exchange.records import Imported, import_suptime
from suptime.app.facts import rated_contracts
from suptime.app.invoices.draft import clients_of, day_of
from suptime.app.reports import overview
from suptime.app.upkeep.files import split_by_invoice, write_files
from suptime.contracts.file import read_contract
from suptime.documents import EINVOICES, SUFFIXES, formats, render
from suptime.domain.client import Client, TaxHistory
from suptime.domain.contract import Version
from suptime.domain.time import Instant, Month, everywhere, from_rfc3339, rfc3339
from suptime.errors import NotPossible, WrongUsage
from suptime.invoicing import draft as drafting
from suptime.invoicing.draft import Letterhead
from suptime.rating.rated import RatedContract
from suptime.reports.compare import compare
from suptime.reports.guarantee import guarantee_report
from suptime.reports.hours import hours_report
from suptime.reports.sla import sla_report
from suptime.reports.statement import statement
from suptime.reports.time import time_report, with_cases
from suptime.store import Store, make_store, open_store

MONTHS = tuple(Month((2025 * 12 + 10 + n) // 12, (10 + n) % 12 + 1) for n in range(12))

"""Months of the sample data."""

EVERY_MONTH = ("text", "html")

"""Formats of all months; the last month has all formats of a draft."""

DRAFTS = tuple(form for form in formats("invoice") if form not in EINVOICES)

"""Formats of the last month: drafts cannot be e-invoices."""

INDEX = "index.html"

COMPARED: Mapping[str, tuple[str, ...]] = {
    "lakeshore": ("hourly", "service-agreement"),
    "mercato": ("per-minute", "service-agreement"),
}

"""Contract files under which the last month of a client is rated as well, by client."""

WORTH_SEEING: Mapping[str, str] = {
    "brightway": "Work by the hour with consent: free questions, held bug reports, faults that turn out free or not.",
    "fontaine": "Prepaid hours in quarter hours that expire after 60 days; a bank used up and one forfeited in part.",
    "kessler": "By the hour in euros, rounded for each case and day; a night shift over a clock change.",
    "kestrel": "The plan Premium: around the clock, a messenger, response times met and missed at night; and a "
    "post-project plan.",
    "lakeshore": "Prepaid one-on-one hours: rounded once a day, booked blocks, late cancellations, hours forfeited.",
    "mercato": "Incidents of two hours by phone: calls that ran past the window, two price changes, waived causes.",
    "meridian": "A guarantee on four projects: covered, excluded and too late, then time and materials; and a "
    "post-project plan.",
    "milltown": "Minutes on the phone: two agents on one call, a deposit that is used up, then a card on file.",
    "nordlicht": "The plan Basic, without a fee: response times, a change by the client, consulting beyond its first day.",
    "orchard": "A service agreement: the yearly fee covers phone and e-mail; visits are billed by the hour.",
    "pinecrest": "Two versions of one contract, sessions as worked, and night work at one and a half times the price.",
    "relay": "Incident packs: which case burned which, one pack forfeited, later ones that do not expire.",
    "westport": "The plan Business with its yearly fee; what the plan does not cover is billed; and a post-project plan.",
}

"""Highlights of the year of each client."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A report: its kind, the name of its files, its title and its data."""

    kind: str
    name: str
    title: str
    about: str
    document: Mapping[str, Any] = field(repr=False)


class Papers:
    """Documents of the demo. Every contract is rated once, at `now`, for all of them."""

    def __init__(self, store: "Store", head: Letterhead, now: Instant) -> None:
        self._store, self._head, self._now = store, head, now
        with store.reading() as tx:
            self.accounts: list[tuple[Client, list[RatedContract]]] = [
                (client, rated_contracts(tx, client, now)) for client in clients_of(tx, None)
            ]

    def invoices(self, month: Month, client: str | None = None) -> dict[str, Any]:
        """Return the drafts of a month, of one client or of all: the document of `suptime invoice`."""
        invoices, held = [], []
        for one, contracts in self.accounts:
            if client in (None, one.code):
                day = day_of(contracts, self._now)
                found = drafting.drafts(
                    drafting.Window(month),
                    drafting.Account(one, contracts, month.last, TaxHistory.of(one, ())),
                    self._head,
                    day,
                )
                invoices += [draft.document for draft in found]
                held += drafting.held_time(month.last, one.code, contracts)
        return {
            "month": str(month),
            "drawn_up_at": rfc3339(self._now),
            "invoices": invoices,
            "held": held,
        }

    @cached_property
    def versions(self) -> list[tuple[str, Version]]:
        """Return the contract files and their versions."""
        read = [(file, read_contract(content.decode())) for file, content in contract_files()]
        return [(file, version) for file, version in read if isinstance(version, Version)]

    @cached_property
    def hours(self) -> dict[str, Any]:
        """Return the balances at the end of the last month."""
        return hours_report(
            [(one, c) for one, its in self.accounts for c in its], everywhere(MONTHS[-1].last)
        )

    @cached_property
    def reports(self) -> list[Paper]:
        """Yield one report of each kind."""
        contracts = [c for _, its in self.accounts for c in its]
        with self._store.reading() as tx:
            clocks = [(one, c.facts.contract, list(c.facts.cases)) for one, its in self.accounts for c in its]
            with_projects = [pair for pair in self.accounts if tx.projects.find(client=pair[0].code)]
        today = MONTHS[-1].last
        made = [
            Paper(
                "overview", "overview", "Overview",
                "Money owed, what needs attention, and five questions about the year.",
                overview(self._store, None, (MONTHS[0], MONTHS[-1]), everywhere(today), now=self._now),
            ),
            Paper(
                "hours", "hours", "Prepaid balances",
                "Balances of hours, incidents and deposits; the purchases that each case used; forfeited "
"balances.",
                self.hours,
            ),
            Paper(
                "sla", "response-clocks", "Response times",
                "The due time of the first response to each case of a support plan, and whether it was in "
"time.",
                sla_report(clocks, (None, None), self._now),
            ),
            Paper(
                "guarantee", "guarantees", "Guarantees",
                "The end of the guarantee of each project, and its open cases.",
                guarantee_report(with_projects, everywhere(today)),
            ),
        ]  # fmt: skip
        made += [
            Paper(
                "compare", f"compare-{client}", f"Cost for {one.name} under other contracts",
                "The work of the same month rated under other contracts, side by side.",
                self.compared(client),
            )
            for one, _ in self.accounts
            if (client := one.code) in COMPARED
        ]  # fmt: skip
        about = "Every second of work in the year, and its outcome."
        shares = list(with_cases(contracts))
        return made + [
            Paper("time", f"time-by-{by}", f"Time by {by}", about, time_report(shares, None, None, by))
            for by in ("case", "client", "agent", "category")
        ]

    def compared(self, client: str) -> dict[str, Any]:
        """Return the comparison of a client's last month under other contracts."""
        one, agreed = next(account for account in self.accounts if account[0].code == client)
        versions = {file: version for file, version in self.versions if file in _files_of(COMPARED[client])}
        return compare(one, agreed, list(versions.items()), [MONTHS[-1]])

    def statements(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Return the statement of each client at the demo's moment, by code."""
        for one, contracts in self.accounts:
            today = contracts[0].facts.contract.latest.zone.day(self._now)
            drafts = [self.invoices(month, one.code) for month in (MONTHS[-1], Month.of(today))]
            told = statement(one, contracts, drafts, (), today, self._now)
            yield one.code, told | {"seller": dict(self._head.seller) or None}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the name below the demo's folder and the content of every document; the list of them is last."""
        listed: dict[str, list[dict[str, Any]]] = {one.code: [] for one, _ in self.accounts}
        for month in MONTHS:
            document = self.invoices(month)
            last = month == MONTHS[-1]
            for (name, one), invoice in zip(split_by_invoice(document), document["invoices"], strict=True):
                forms = DRAFTS if last else EVERY_MONTH
                links = []
                for form in forms:
                    file = f"invoices/{month}/{name}{SUFFIXES[form]}"
                    links.append({"format": form, "file": file})
                    yield file, render("invoice", form, one)
                listed[invoice["client"]].append(
                    {"month": str(month), "due": invoice["totals"]["due"], "currency": invoice["currency"]}
                    | {
                        "links": sorted(links, key=lambda link: link["format"] != "html")[
                            : None if last else 1
                        ]
                    }
                )
        statements = {}
        for code, told in self.statements():
            statements[code] = f"statements/{code}.html"
            yield statements[code], render("statement", "html", told)
            yield f"statements/{code}.txt", render("statement", "text", told)
        reports = []
        for paper in self.reports:
            links = []
            for form in formats(paper.kind):
                file = f"reports/{paper.name}{SUFFIXES[form]}"
                links.append({"format": form, "file": file})
                yield file, render(paper.kind, form, paper.document)
            reports.append({"title": paper.title, "about": paper.about, "links": links})
        yield from contract_files()
        yield INDEX, render("demo", "html", self._index(listed, statements, reports))

    def _index(
        self,
        listed: Mapping[str, list[dict[str, Any]]],
        statements: Mapping[str, str],
        reports: Iterable[Mapping[str, Any]],
    ) -> dict[str, Any]:
        return {
            "from": MONTHS[0].first.isoformat(),
            "to": MONTHS[-1].last.isoformat(),
            "drawn_up_at": rfc3339(self._now),
            "seller": dict(self._head.seller),
            "clients": [
                {
                    "name": one.name,
                    "contracts": [c.facts.contract.latest.title for c in contracts],
                    "about": WORTH_SEEING.get(one.code, ""),
                    "invoices": listed[one.code],
                    "statement": statements[one.code],
                }
                for one, contracts in self.accounts
            ],
            "reports": list(reports),
            "contracts": [
                {"file": file, "title": version.title, "from": version.starts_on.isoformat()}
                for file, version in self.versions
            ],
        }


def _files_of(names: Iterable[str]) -> set[str]:
    return {f"contracts/{name}.toml" for name in names}


def contract_files() -> list[tuple[str, bytes]]:
    """Return the contract files of the sample data."""
    found = sorted((resources.folder("sample_data") / "contracts").glob("*.toml"))
    return [(f"contracts/{path.name}", path.read_bytes()) for path in found]


def in_short(hours: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hours report without the single uses of a year, which the files have."""
    return {**hours, "balances": [{**balance, "draws": []} for balance in hours["balances"]]}


CLOCK = "2026-11-02T15:00:00Z"

"""The demo's clock: the year of the sample data is over, and its last month can be billed."""

SHOWN = "lakeshore"

"""Client whose invoice and comparison are printed."""

SELLER: Mapping[str, str] = {
    "name": "Northgate Support",
    "address": "4 Mill Lane\nBristol BS1 4ST",
    "email": "billing@northgate.example",
    "country": "GB",
    "footer": "Thank you for your business.",
}

HEAD = Letterhead(SELLER)

DATABASE, SETTINGS, OWN = "suptime.db", "config.toml", ".suptime-demo"

"""List of the demo's files, which it may overwrite or remove."""

_BESIDE = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", SETTINGS)


@dataclass(frozen=True, slots=True)
class Demo:
    """Result of the demo: its folder, the number of files, and the documents to print."""

    folder: Path
    added: Mapping[str, int]
    files: int
    invoice: Mapping[str, Any]
    hours: Mapping[str, Any]
    compared: Mapping[str, Any]
    case: str


def run(folder: Path, now: Instant) -> Demo:
    """Create the demo in a new or empty folder, or replace an earlier demo.

    Raises:
        NotPossible: `folder` has other files, or the name of a file is taken.
        WrongUsage: it cannot be written to, or `now` is before the sample data ends.
    """
    if now < from_rfc3339("2026-11-01T00:00:00Z"):
        raise WrongUsage(
            "SUPTIME_NOW is before 31 October 2026, the end of the sample data.",
            hint=f"Unset SUPTIME_NOW, or set it to {CLOCK}.",
        )
    try:
        _clear(folder)
        _refuse_others(folder, _BESIDE[:-1])
        write_files(folder, [(OWN, _list(_BESIDE))])
        make_store(str(folder / DATABASE))
        with open_store(str(folder / DATABASE)) as store:
            imported = _import(store, now)
            papers = Papers(store, HEAD, now)
            files = dict(_files(papers))
            _refuse_others(folder, files)
            write_files(folder, [(OWN, _list([*_BESIDE, *files]))])
            for name, content in files.items():
                write_files((folder / name).parent, [(Path(name).name, content)])
            return Demo(
                folder,
                imported.added,
                len(files),
                papers.invoices(MONTHS[-1], SHOWN),
                in_short(papers.hours),
                papers.compared(SHOWN),
                _case(store),
            )
    except OSError as error:
        raise WrongUsage(
            f"{error.filename or folder}: {error.strerror}.",
            hint="Give a folder that can be written: --out DIR",
        ) from error


def _clear(folder: Path) -> None:
    """Remove the files of an earlier demo from a folder, and nothing else."""
    if folder.exists() and not folder.is_dir():
        raise NotPossible(f"{folder} is not a folder.", hint="Give another folder: --out DIR")
    own = folder / OWN
    if not own.is_file():
        if folder.is_dir() and any(folder.iterdir()):
            raise NotPossible(
                f"The folder {folder} has other files in it.", hint="Give a new or an empty folder: --out DIR"
            )
        return
    inside = folder.resolve()
    for name in own.read_text("utf-8", errors="replace").splitlines():
        path = folder / name
        # The list may have been changed by hand: files outside the folder must not be touched.
        if path.parent.resolve().is_relative_to(inside) and (path.is_file() or path.is_symlink()):
            path.unlink()


def _refuse_others(folder: Path, files: Iterable[str]) -> None:
    for name in files:
        if name != SETTINGS and os.path.lexists(folder / name):
            raise NotPossible(
                f"{folder / name} exists, but is not a file of the demo.",
                hint="Move it away, or give another folder: --out DIR",
            )


def _list(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _import(store: Store, now: Instant) -> Imported:
    with (resources.folder("sample_data") / "work.jsonl").open("rb") as stream:
        imported = import_suptime(store, stream, now=now, agent="demo")
    if imported.faults:
        raise WrongUsage(f"Cannot read the sample data: {imported.faults[0]}", hint="Install suptime again.")
    return imported


def _files(papers: Papers) -> Iterator[tuple[str, bytes]]:
    """Yield the name below the folder and the content of every file of the demo, except its database."""
    yield SETTINGS, _settings()
    yield from papers.files()


def _settings() -> bytes:
    """Return a settings file with the seller's name and address, for trying further commands."""
    lines = [f'{key} = "{value}"'.replace("\n", "\\n") for key, value in SELLER.items()]
    head = "# The settings of the demo: SUPTIME_CONFIG names this file.\n[seller]\n"
    return (head + "\n".join(lines) + "\n").encode()


def _case(store: Store) -> str:
    """Return a case that was reopened, as an example to explain."""
    with store.reading() as tx:
        return next(case.number for case in tx.cases.each() if any(e.kind == "reopen" for e in case.events))
