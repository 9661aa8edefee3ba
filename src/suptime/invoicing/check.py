"""Findings against issuing a month: about the seller, the client's data and the work of the month."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from suptime.contracts import lacks_step
from suptime.domain.booking import Appointment
from suptime.domain.case import number_order
from suptime.domain.client import Client
from suptime.domain.finding import Finding
from suptime.domain.outcome import AppointmentOutcome, Outcome, Share
from suptime.domain.time import Month, Zone, in_words, show_day, show_duration, show_moment
from suptime.domain.work import LONG, WorkUnit
from suptime.invoicing.claims import Document
from suptime.invoicing.draft import held_time
from suptime.invoicing.requirements import einvoice_gaps, treatments_of
from suptime.rating.rated import RatedContract
from suptime.settings.settings import Settings


def house_findings(settings: Settings, documents: Sequence[Document]) -> Iterator[Finding]:
    """Yield the details that are missing about the seller for every invoice, and for the due day of `documents`."""
    seller = settings.seller
    for key, value in (("name", "NAME"), ("address", "TEXT"), ("country", "CODE")):
        if not seller.get(key):
            fix = f"suptime config set seller.{key} {value}"
            yield Finding(f"seller-{key}", f"The seller's {key} is not set (seller.{key}).", fix)
    if seller.get("payment_days") is None and not seller.get("payment_terms"):
        due = [
            one
            for one in documents
            if Decimal(one["totals"]["due"]) > 0 and not one.get("terms") and not one["texts"]["terms"]
        ]
        if due or not documents:
            fix = "suptime config set seller.payment_days DAYS"
            yield Finding("payment-terms", "There are no payment terms (seller.payment_days).", fix)


def client_findings(
    client: Client, documents: Sequence[Document], settings: Settings, einvoices: Iterable[str]
) -> Iterator[Finding]:
    """Yield the details that are missing for `documents`, the drafts for `client`, and for the formats of `einvoices`."""
    code, edit = client.code, f"suptime client edit {client.code}"

    def about(finding: str, message: str, fix: str) -> Finding:
        return Finding(finding, message, fix, code, code)

    treatments = set[str]().union(*map(treatments_of, documents))
    seller = settings.seller
    if "reverse-charge" in treatments and not client.tax_id:
        yield about(
            "client-tax-id", f"{code} accounts for the tax itself, but has no tax id.", f"{edit} --tax-id ID"
        )
    has_tax = any(Decimal(one["totals"]["tax"]) for one in documents)
    if (has_tax or "reverse-charge" in treatments) and not (seller.get("tax_id") or seller.get("tax_number")):
        why = f"The invoice of {code} has tax or a reverse charge, but the seller's tax id is not set."
        yield about("seller-tax-id", why, "suptime config set seller.tax_id ID")
    if client.tax is None:
        yield about("client-tax", f"{code} has no tax setting.", f"{edit} --tax TAX")
    if not client.address:
        yield about("client-address", f"{code} has no address.", f"{edit} --address TEXT")
    if not client.country:
        yield about("client-country", f"{code} has no country.", f"{edit} --country CODE")
    if settings.raw("mail.host") and not client.email:
        yield about("client-email", f"{code} has no e-mail address.", f"{edit} --email EMAIL")
    gaps = (
        gap for form in einvoices for one in documents for gap in einvoice_gaps(settings, client, form, one)
    )
    for gap in dict.fromkeys(gaps):
        yield about("einvoice-data", f"{gap.what}.", gap.fix)


def work_findings(
    client: str, contracts: Iterable[RatedContract], month: Month, zone: Zone
) -> Iterator[Finding]:
    """Yield unusual work and appointments of `client` in `month`; `zone` is the engineer's."""
    for contract in contracts:
        shares = [share for share in contract.rating.shares if share.piece.day in month]
        yield from _units(client, shares, zone)
        yield from _running(client, contract, month)
        yield from _cases(client, contract, shares, month)
        for fate in contract.rating.fates:
            if fate.state == "missed" and fate.day in month and is_charged_unsaid(fate):
                yield _appointment(client, fate)


def _units(client: str, shares: Iterable[Share], zone: Zone) -> Iterator[Finding]:
    units: dict[int, WorkUnit] = {}
    silent: dict[int, WorkUnit] = {}
    for share in shares:
        unit = share.piece.unit
        units[unit.id] = unit
        if share.outcome is Outcome.CHARGEABLE and share.seconds and not unit.note:
            silent[unit.id] = unit
    for unit in units.values():
        start, end = unit.span
        where = f"U{unit.id} of {unit.agent} on {unit.case}"
        if end - start > LONG:
            fix = f"suptime edit U{unit.id} --to TIME"
            message = f"{where} lasts {show_duration(end - start)}, from {show_moment(start, zone)}."
            yield Finding("unit-long", message, fix, f"U{unit.id}", client)
        elif end > start and zone.day(start) != zone.day(end - 1):
            message = (
                f"{where} crosses midnight, from {show_moment(start, zone)} to {show_moment(end, zone)}."
            )
            yield Finding("unit-overnight", message, f"suptime edit U{unit.id}", f"U{unit.id}", client)
    for unit in silent.values():
        message = f"U{unit.id} of {unit.agent} on {unit.case} is billed and has no note."
        yield Finding("unit-no-note", message, f"suptime edit U{unit.id} --note TEXT", f"U{unit.id}", client)


def _running(client: str, contract: RatedContract, month: Month) -> Iterator[Finding]:
    zone = contract.facts.contract.latest.zone
    for unit in contract.facts.units:
        if unit.ended_at is None and zone.day(unit.started_at) <= month.last:
            message = f"U{unit.id} of {unit.agent} on {unit.case} is still running, so it is left out."
            yield Finding("running", message, "suptime stop", f"U{unit.id}", client)


def _cases(client: str, contract: RatedContract, shares: Iterable[Share], month: Month) -> Iterator[Finding]:
    for row in held_time(month.last, client, [contract]):
        message = f"{row['case']} has {in_words(row['held_seconds'])} of held time. {row['reason']}"
        yield Finding("held", message, f"suptime explain {row['case']}", row["case"], client)
    unbilled: dict[str, list[Share]] = {}
    for share in shares:
        if share.outcome is Outcome.NON_BILLABLE and share.seconds and lacks_step(share):
            unbilled.setdefault(share.piece.unit.case, []).append(share)
    for case in sorted(unbilled, key=number_order):
        seconds = sum(share.seconds for share in unbilled[case])
        why = " ".join(dict.fromkeys(share.reason.text for share in unbilled[case]))
        message = f"{in_words(seconds)} of {case} are not paid. {why}"
        yield Finding("unbilled", message, f"suptime explain {case}", case, client)


def is_charged_unsaid(fate: AppointmentOutcome) -> bool:
    """Return whether an appointment is charged as missed although it is not recorded who missed it."""
    return fate.outcome is Outcome.CHARGEABLE and bool(fate.minutes) and not fate.appointment.missed_by


def appointment_in_words(fate: AppointmentOutcome) -> str:
    """Return a sentence about an appointment without work, and its charge."""
    booked: Appointment = fate.appointment
    when = show_moment(booked.starts_at, fate.version.zone)
    charged = f"it is charged {fate.minutes} min" if fate.minutes else "it costs nothing"
    return (
        f"There is no work in appointment A{booked.id} of {booked.agent} on {booked.case} ({when}): "
        f"{charged}."
    )


def _appointment(client: str, fate: AppointmentOutcome) -> Finding:
    booked = f"A{fate.appointment.id}"
    message = f"{appointment_in_words(fate)} If it took place, log the work. If we missed it, use --by us."
    return Finding(
        "appointment-unworked", message, f"suptime appointment missed {booked} --by client", booked, client
    )


def unlogged(agent: str, days: Sequence[date]) -> Finding:
    """Return the finding about working `days` without logged time of `agent`."""
    shown = ", ".join(map(show_day, days[:3])) + (f" and {len(days) - 3} more" if len(days) > 3 else "")
    fix = f"suptime gaps --agent {agent} --from {days[0]} --to {days[-1]}"
    dates = tuple(day.isoformat() for day in days)
    return Finding("day-unlogged", f"{agent} logged nothing on {shown}.", fix, agent, None, dates)
