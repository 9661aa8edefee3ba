"""`suptime demo`: a year of sample work and invoices in a new database, with its documents as files."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from suptime import resources
from suptime.app import reports
from suptime.app.exchange.records import Imported, import_suptime
from suptime.app.facts import rated_contracts
from suptime.app.invoices import draft
from suptime.app.invoices.draft import clients_of
from suptime.app.invoices.issued import as_issued
from suptime.app.invoices.reminders import show as reminder
from suptime.app.upkeep import demo_year
from suptime.app.upkeep.files import split_by_invoice, write_files
from suptime.contracts.file import read_contract
from suptime.documents import EINVOICES, SUFFIXES, formats, render
from suptime.domain.client import Client
from suptime.domain.contract import Version
from suptime.domain.invoice import Invoice
from suptime.domain.time import Instant, Month, everywhere, from_rfc3339, rfc3339
from suptime.errors import NotPossible, WrongUsage
from suptime.invoicing.draft import Letterhead
from suptime.rating.rated import RatedContract
from suptime.reports.compare import compare
from suptime.reports.guarantee import guarantee_report
from suptime.reports.hours import hours_report
from suptime.reports.sla import sla_report
from suptime.reports.time import time_report, with_cases
from suptime.store import Store, make_store, open_store

MONTHS = tuple(Month((2025 * 12 + 10 + n) // 12, (10 + n) % 12 + 1) for n in range(12))

"""Months of the sample data."""

EVERY_MONTH = ("text", "html")

"""Formats of all documents; the drafts of the last month and the example have more."""

PAPER = ("html", "pdf", "text")

"""Formats of the examples that the page shows first."""

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
            self._issued = [
                one for client, _ in self.accounts for one in tx.invoices.find(client=client.code)
            ]

    def drafts(self, client: str | None = None) -> dict[str, Any]:
        """Return the drafts of the last month, of one client or of all: the document of `suptime invoice`."""
        month, head, now = MONTHS[-1], self._head, self._now
        with self._store.reading() as tx:
            return draft.document_of(month, draft.read_month(tx, month, client, head, now), head, now)

    def issued(self, month: Month) -> dict[str, Any]:
        """Return the invoices and credit notes that were issued for a month."""
        return as_issued([one for one in self._issued if one.month == month])

    @property
    def example(self) -> Invoice:
        """Return the issued invoice that the page shows first."""
        return next(one for one in self._issued if (one.client, one.month) == EXAMPLE)

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
        today, day = MONTHS[-1].last, demo_year.day_of(self._now)
        made = [
            Paper(
                "overview", "overview", "Overview",
                "Money owed, what needs attention, and five questions about the year.",
                reports.overview(self._store, None, (MONTHS[0], MONTHS[-1]), everywhere(day), now=self._now),
            ),
            Paper(
                "week", "week", "Week",
                "Work of each agent on each day of the last week of the year.",
                reports.week(self._store, None, today, None, now=self._now),
            ),
            Paper(
                "aging", "aging", "Open items",
                "Open amount of each client, by days past due.",
                reports.aging(self._store, None, day),
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
        """Yield the statement of each client at the demo's moment, by code."""
        for one, contracts in self.accounts:
            today = contracts[0].facts.contract.latest.zone.day(self._now)
            yield (
                one.code,
                reports.statement(self._store, one.code, everywhere(today), self._head, now=self._now),
            )

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the name below the demo's folder and the content of every document; the list of them is last."""
        listed: dict[str, list[dict[str, Any]]] = {one.code: [] for one, _ in self.accounts}
        for month in demo_year.months(MONTHS[-1]):
            is_last = month == MONTHS[-1]
            document = self.drafts() if is_last else self.issued(month)
            for (name, one), invoice in zip(split_by_invoice(document), document["invoices"], strict=True):
                is_example = invoice["number"] == self.example.number
                links = []
                for form in DRAFTS if is_last else PAPER if is_example else EVERY_MONTH:
                    file = f"invoices/{month}/{name}{SUFFIXES[form]}"
                    links.append({"format": form, "file": file})
                    yield file, render("invoice", form, one)
                links.sort(key=lambda link: link["format"] != "html")
                listed[invoice["client"]].append(
                    {"month": str(month), "number": invoice["number"], "kind": invoice["kind"]}
                    | {"links": links[: None if is_last else 1]}
                )
        statements = {}
        for code, told in self.statements():
            statements[code] = f"statements/{code}.html"
            yield statements[code], render("statement", "html", told)
            yield f"statements/{code}.txt", render("statement", "text", told)
        for form in PAPER:
            yield f"reminders/R1{SUFFIXES[form]}", render("reminder", form, reminder(self._store, "R1") or {})
        listed_reports = []
        for paper in self.reports:
            links = []
            for form in formats(paper.kind):
                file = f"reports/{paper.name}{SUFFIXES[form]}"
                links.append({"format": form, "file": file})
                yield file, render(paper.kind, form, paper.document)
            listed_reports.append({"title": paper.title, "about": paper.about, "links": links})
        yield from contract_files()
        yield INDEX, render("demo", "html", self._index(listed, statements, listed_reports))

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
            "first": list(self._first(statements)),
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

    def _first(self, statements: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Yield the documents that the page shows first."""
        example = self.example
        name = f"invoices/{example.month}/{example.number}"
        note = next(one for one in self._issued if one.credits or one.document["kind"] == "credit-note")
        shown: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
            (
                "Overview",
                "Money owed, what needs attention, and five questions about the year.",
                (("HTML", "reports/overview.html"), ("PDF", "reports/overview.pdf")),
            ),
            (
                f"Invoice {example.number}",
                "Page 1 says what to pay, until when and how; the worksheet lists the work behind each amount.",
                (
                    ("HTML", f"{name}.html"),
                    ("PDF", f"{name}.pdf"),
                    ("worksheet", f"{name}.html#worksheet-{example.number}"),
                ),
            ),
            (
                "Statement of account",
                "Balance, payments, open cases and the next invoice of one client.",
                (("HTML", statements[example.client]),),
            ),
            (
                "Week",
                "Work of each agent on each day of the last week of the year.",
                (("HTML", "reports/week.html"), ("PDF", "reports/week.pdf")),
            ),
            (
                "Credit note and reminder",
                "A price that was reduced after the invoice, and a letter about an overdue invoice.",
                (
                    ("credit note", f"invoices/{note.month}/{note.number}.html"),
                    ("reminder", "reminders/R1.html"),
                ),
            ),
        )
        for title, about, links in shown:
            yield {
                "title": title,
                "about": about,
                "links": [{"format": form, "file": file} for form, file in links],
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

EXAMPLE = ("kessler", Month(2026, 9))
"""Client and month of the issued invoice that the page shows first."""

DATABASE, OWN = "suptime.db", ".suptime-demo"

"""List of the demo's files, which it may overwrite or remove."""

_BESIDE = (
    DATABASE,
    f"{DATABASE}-wal",
    f"{DATABASE}-shm",
    f"{demo_year.OUTBOX}/R1.eml",
    demo_year.SETTINGS,
)


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
            settings = demo_year.settings_of(folder)
            demo_year.play(store, settings, MONTHS[-1].previous, folder / demo_year.OUTBOX)
            papers = Papers(store, Letterhead.of(settings), now)
            files = dict(_files(papers))
            _refuse_others(folder, files)
            write_files(folder, [(OWN, _list([*_BESIDE, *files]))])
            for name, content in files.items():
                write_files((folder / name).parent, [(Path(name).name, content)])
            return Demo(
                folder,
                imported.added,
                len(files),
                papers.drafts(SHOWN),
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
        if name != demo_year.SETTINGS and os.path.lexists(folder / name):
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
    yield demo_year.SETTINGS, demo_year.CONTENT.encode()
    yield from papers.files()


def _case(store: Store) -> str:
    """Return a case that was reopened, as an example to explain."""
    with store.reading() as tx:
        return next(case.number for case in tx.cases.each() if any(e.kind == "reopen" for e in case.events))
