"""Check a month before its issue: the drafts of each client, and the findings.

Drafts, the check and the issue all start here, so they find the same.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from suptime.app import agreement
from suptime.app.cases.listed_names import categories, causes
from suptime.app.invoices.draft import ClientMonth, document_of, in_words, read_month
from suptime.documents import BINARY, EINVOICES, formats, render
from suptime.domain.case import EventKind
from suptime.domain.client import Client
from suptime.domain.finding import Acceptance, Finding, in_order
from suptime.domain.ledger import EntryKind
from suptime.domain.money import show_amount
from suptime.domain.service_hours import ServiceHours, is_holiday
from suptime.domain.time import Instant, Month, Zone, rfc3339
from suptime.errors import Flaw, SuptimeError
from suptime.invoicing.check import (
    appointment_in_words,
    client_findings,
    house_findings,
    is_charged_unsaid,
    unlogged,
    work_findings,
)
from suptime.invoicing.draft import Letterhead
from suptime.invoicing.requirements import einvoices_of
from suptime.invoicing.wording import missing_names, missing_texts
from suptime.language.translate import known_language
from suptime.rating.rated import RatedContract
from suptime.settings.settings import Settings

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


NOT_OVER = "month-not-over"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: which month, which client (None: all), and which letterhead.

    A `supplement` has the open charges of a closed month. `form` is the requested format.
    """

    month: Month
    client: str | None
    head: Letterhead
    settings: Settings
    zone: Zone
    supplement: bool = False
    form: str | None = None


@dataclass(slots=True)
class MonthCheck:
    """A month of some clients, and the findings against its issue."""

    month: Month
    clients: list[ClientMonth]
    house: list[Finding] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """All findings, worst first."""
        return in_order([*self.house, *(finding for one in self.clients for finding in one.findings)])

    def document(self, accepted: Acceptance) -> dict[str, Any]:
        """Return it as JSON shows it, with the findings that are `accepted`."""
        is_held = any(map(accepted.stops, self.house))
        return {
            "month": str(self.month),
            "ready": not any(map(accepted.stops, self.findings)),
            "findings": [accepted.document(finding) for finding in self.findings],
            "clients": [
                {
                    "client": one.client.code,
                    "ready": not is_held and not any(map(accepted.stops, one.findings)),
                    "documents": [_totals(draft.document) for draft in one.drafts],
                }
                for one in self.clients
                if one.drafts
            ],
        }


def _totals(document: dict[str, Any]) -> dict[str, str]:
    totals = document["totals"]
    return {"currency": document["currency"], "net": totals["net"], "gross": totals["gross"]}


@dataclass(frozen=True, slots=True)
class Drafted:
    """The document of `suptime invoice`, with findings and notices for people."""

    document: dict[str, Any]
    findings: Sequence[Finding]
    notices: Sequence[str]
    remarks: Sequence[str]


def draft(store: "Store", asked: Asked, accepted: Acceptance, *, now: Instant) -> Drafted:
    """Return the drafts of the month that is `asked` for, as known `now`. Change nothing.

    Each draft has all findings against its issue, with the `accepted` codes.

    Raises:
        NotPossible: there is no such client.
    """
    found = check(store, asked, now=now)
    document = document_of(asked.month, found.clients, asked.head, now)
    notices = [*missing_texts((one["language"] for one in document["invoices"]), asked.settings)]
    for one in found.clients:
        findings = [accepted.document(finding) for finding in in_order([*found.house, *one.findings])]
        for invoice in document["invoices"]:
            if invoice["client"] == one.client.code:
                invoice["findings"] = findings
        notices += [*missed_appointments(asked.month, one.contracts), *_window_notices(one)]
    remarks = [*missing_names(document["invoices"])]
    return Drafted(document, [f for f in found.findings if not accepted.accepts(f)], notices, remarks)


def missed_appointments(month: Month, contracts: Iterable[RatedContract]) -> Iterator[str]:
    """Yield the appointments of `month` without work, except those with a finding."""
    for contract in contracts:
        for fate in contract.rating.fates:
            if fate.state == "missed" and fate.day in month and not is_charged_unsaid(fate):
                said = appointment_in_words(fate)
                booked = fate.appointment
                yield (
                    said
                    if booked.missed_by
                    else (
                        f"{said} If it took place, log the work. If we missed it: suptime appointment missed "
                        f"A{booked.id} --by us"
                    )
                )


def _window_notices(one: ClientMonth) -> list[str]:
    """Return notices about late work on a closed month, which a draft leaves out."""
    closed = one.window.closed
    if not one.is_settled or closed is None:
        return []
    if replace(one.account, through=closed.last).open:
        month = in_words([one.window.month])
        return [
            f"{month} is closed for {one.client.code}: new charges are on the next invoice or a --supplement."
        ]
    return []


def check(store: "Store", asked: Asked, *, now: Instant) -> MonthCheck:
    """Return the month that is `asked` for, with all findings against its issue `now`. Change nothing.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        return examine(tx, asked, now)


def examine(tx: "Transaction", asked: Asked, now: Instant) -> MonthCheck:
    """Return the month that is `asked` for, as known `now` within the transaction.

    Raises:
        NotPossible: there is no such client.
    """
    months = read_month(tx, asked.month, asked.client, asked.head, now, supplement=asked.supplement)
    found = MonthCheck(asked.month, [replace(one, findings=_findings(tx, asked, one, now)) for one in months])
    if any(not one.is_settled for one in months):
        documents = [draft.document for one in months for draft in one.drafts]
        found.house += house_findings(asked.settings, documents)
        if asked.client is None:
            found.house += _unlogged_days(tx, asked, now)
    return found


def _findings(tx: "Transaction", asked: Asked, one: ClientMonth, now: Instant) -> list[Finding]:
    """Return the findings against the issue of one client's month; nothing if there is nothing to issue."""
    month, code = asked.month, one.client.code
    if one.is_settled or one.has_no_supplement:
        return []
    found = []
    if not is_over(month, one.contracts, now):
        message = f"{code}: {in_words([month])} is not over yet."
        found.append(Finding(NOT_OVER, message, "", code, code))
    if earlier := one.earlier:
        message = f"{code} has open charges in {in_words(earlier)}."
        fix = f"suptime invoice --month {earlier[0]} --client {code} --issue"
        found.append(Finding("earlier-month", message, fix, code, code))
    found += work_findings(code, one.contracts, month, asked.zone)
    found += _unlisted_names(code, one.contracts, month)
    if one.drafts:
        documents = [draft.document for draft in one.drafts]
        found += client_findings(_taxed(one), documents, asked.settings, _einvoices(asked, one.client))
        found += _failures(asked, one.client, documents, now)
        found += _open_credits(tx, code)
    return in_order(found)


def sale_findings(asked: Asked, one: ClientMonth, now: Instant) -> list[Finding]:
    """Return the findings against the issue of the drafts of `one`: about the seller, the client and the documents."""
    documents = [draft.document for draft in one.drafts]
    forms = _einvoices(asked, one.client)
    found = [*house_findings(asked.settings, documents)]
    found += client_findings(_taxed(one), documents, asked.settings, forms)
    found += _failures(asked, one.client, documents, now)
    return in_order(found)


def _taxed(one: ClientMonth) -> Client:
    """Return the client, taxed as on the last day of the month."""
    return replace(one.client, tax=one.account.taxes.on(one.window.month.last))


def is_over(month: Month, contracts: Sequence[RatedContract], now: Instant) -> bool:
    """Return whether `month` is over in the zones of all `contracts`."""
    zones = {version.zone for contract in contracts for version in contract.facts.contract.versions}
    return all(zone.midnight(month.next.first) <= now for zone in zones)


def _einvoices(asked: Asked, client: Client) -> list[str]:
    """Return the e-invoice formats of a client's document: the client's, and the requested one."""
    forms = {*einvoices_of(client, asked.settings.get("mail.attach")), asked.form}
    return sorted(form for form in forms if form in EINVOICES)


def _failures(
    asked: Asked, client: Client, documents: Iterable[dict[str, Any]], now: Instant
) -> Iterator[Finding]:
    """Yield the reasons why documents cannot be made. Shipped templates never fail if they have texts."""
    settings, code = asked.settings, client.code
    try:
        templates = settings.templates
        known_language(asked.head.language_for(client), templates)
        if templates is not None:
            for document in documents:
                _try(asked, document, now)
    except SuptimeError as error:
        yield Finding("document-fails", f"Cannot make the invoice of {code}. {error}", error.hint, code, code)


def _try(asked: Asked, document: dict[str, Any], now: Instant) -> None:
    """Make a document in PDF, and in the formats for sending or that were requested.

    Raises:
        WrongUsage: it cannot be made.
    """
    wanted = {"pdf", *asked.settings.get("mail.attach"), *([asked.form] if asked.form else [])}
    whole = {"month": str(asked.month), "drawn_up_at": rfc3339(now), "invoices": [document], "held": []}
    for form in sorted(wanted & {*formats("invoice")} - EINVOICES - {"text", "json", "csv"}):
        fonts = asked.settings.fonts if form in BINARY else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Flaw)
            render("invoice", form, whole, fonts=fonts, templates=asked.settings.templates)


def _unlisted_names(client: str, contracts: Sequence[RatedContract], month: Month) -> Iterator[Finding]:
    """Yield the cases with work whose names the contract does not list, for example imported ones."""
    for contract in contracts:
        for number in {s.piece.unit.case for s in contract.rating.shares if s.piece.day in month}:
            case = contract.cases[number]
            version = agreement.nearest_version(contract.facts.contract, case.opened_at)
            category = case.category
            if category and not case.unlisted and categories(version).refuses(category):
                message = f"{number} has the category {category}, which {version.code} does not list."
                fix = f"suptime case edit {number} --category NAME"
                yield Finding("category-unlisted", message, fix, number, client)
            for event in case.of_kind(EventKind.RESOLVE):
                version = agreement.nearest_version(contract.facts.contract, event.at)
                if event.cause and not event.unlisted and causes(version).refuses(event.cause):
                    message = f"{number} has the cause {event.cause}, which {version.code} does not list."
                    fix = f"suptime case show {number}"
                    yield Finding("cause-unlisted", message, fix, number, client)


def _open_credits(tx: "Transaction", client: str) -> Iterator[Finding]:
    """Yield the credit notes of a client with an amount on account: neither paid out nor used."""
    for account, ledger in tx.receivables.ledgers(client).items():
        for key in ledger.credits():
            left = ledger.rest(key, date.max) if key.kind is EntryKind.CREDIT_NOTE else Decimal(0)
            if left > 0:
                shown = f"{show_amount(left, account.currency)} {account.currency}"
                message = f"{key.id} gives {client} {shown}, which are neither paid out nor used."
                yield Finding(
                    "credit-open", message, f"suptime payment refund {client} {left}", key.id, client
                )


def _unlogged_days(tx: "Transaction", asked: Asked, now: Instant) -> Iterator[Finding]:
    """Yield, for each agent with work in the month, the working days without logged time."""
    settings, zone, month = asked.settings, asked.zone, asked.month
    opens, closes = settings.get("timer.hours")
    hours, free = ServiceHours.daily(opens, closes, settings.working_days), settings.holidays
    start, end = zone.midnight(month.first), zone.midnight(month.next.first)
    logged: dict[str, set[date]] = {}
    for unit in tx.units.find(start=start, end=end):
        last = now if unit.ended_at is None else max(unit.started_at, unit.ended_at - 1)
        days = logged.setdefault(unit.agent, set())
        days.update(_days(zone.day(unit.started_at), zone.day(max(unit.started_at, last))))
    openings = [
        day
        for day in _days(month.first, month.last)
        for opening in hours.on(day, zone, lambda each: is_holiday(free, each))
        if opening.end <= now
    ]
    for agent in sorted(logged):
        if missing := [day for day in openings if day not in logged[agent]]:
            yield unlogged(agent, missing)


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(n)
