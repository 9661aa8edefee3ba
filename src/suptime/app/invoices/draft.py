"""Drawing up invoices: a month, as known now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from suptime.app import lookup
from suptime.app.facts import taxes_of
from suptime.app.recent import rated_by_client
from suptime.domain.client import Client
from suptime.domain.outcome import AppointmentOutcome
from suptime.domain.time import MONTHS, Instant, Month, rfc3339, show_moment
from suptime.errors import NotPossible
from suptime.invoicing import draft as drafting
from suptime.invoicing.corrections import corrected_numbers
from suptime.invoicing.draft import Account, Letterhead, Window, drafts, open_months
from suptime.invoicing.requirements import einvoice_faults
from suptime.rating.rated import RatedContract
from suptime.settings.settings import Settings

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Drafted:
    """The document of `suptime invoice`, and sentences a person should see beside it."""

    document: dict[str, Any]
    notices: tuple[str, ...]


def draft(
    store: "Store",
    month: Month,
    client: str | None,
    head: Letterhead,
    *,
    now: Instant,
    supplement: bool = False,
) -> Drafted:
    """Return the drafts of `month` for `client`, or for all clients, under `head`, as known at `now`. Changes nothing.

    Raises:
        NotPossible: there is no such client.
    """
    invoices: list[dict[str, Any]] = []
    held: list[dict[str, Any]] = []
    notices: list[str] = []
    with store.reading() as tx:
        clients = clients_of(tx, client)
        rated = rated_by_client(tx, clients, now, month)
        closings = tx.months.closings([one.code for one in clients])
        for one in clients:
            contracts = rated[one.code]
            if contracts:
                window = Window(month, closings.get(one.code), supplement)
                account = account_of(tx, one, contracts, month.last)
                invoices += [d.document for d in drafts(window, account, head, day_of(contracts, now))]
                held += drafting.held_time(month.last, one.code, contracts)
                notices += [*notices_for(month, contracts), *_window_notices(window, account)]
    document = {"month": str(month), "drawn_up_at": rfc3339(now), "invoices": invoices, "held": held}
    if head.asked:
        document["language"] = head.asked
    return Drafted(document, tuple(notices))


def account_of(
    tx: "Transaction", client: Client, contracts: Sequence[RatedContract], through: date
) -> Account:
    """Return what is open of a client's `contracts` through a day, with what its lines are taxed and priced by."""
    numbers = {number for contract in contracts for number in corrected_numbers(contract, through)}
    found = (tx.invoices.get(number) for number in sorted(numbers))
    issued = {one.number: one.document for one in found if one is not None}
    return Account(client, contracts, through, taxes_of(tx, client), issued)


def billed(tx: "Transaction", invoice: Mapping[str, Any]) -> Client:
    """Return the client of a document, taxed as on its day; a draft's is the last of its period."""
    client = lookup.client(tx, invoice["client"])
    day = date.fromisoformat(invoice["issued_on"] or invoice["period"]["to"])
    return replace(client, tax=taxes_of(tx, client).on(day))


def languages(store: "Store", client: str | None, head: Letterhead) -> list[str]:
    """Return the languages that invoices under `head` for `client`, or for all clients, speak.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        return sorted({head.language_for(one) for one in clients_of(tx, client)})


def day_of(contracts: Sequence[RatedContract], now: Instant) -> date:
    """Return the day at `now` where the first of `contracts` is."""
    return contracts[0].facts.contract.latest.zone.day(now)


def in_words(months: Iterable[Month]) -> str:
    """MONTHS in one line, such as `September and October 2026`."""
    shown = [f"{MONTHS[month.month - 1]} {month.year}" for month in months]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[:-1] else shown)


def _window_notices(window: Window, account: Account) -> list[str]:
    """Return what this draft leaves out: months before it that are open, or late work on a month that is closed."""
    client = account.client
    earlier = open_months(window, account)
    if earlier:
        return [
            f"{client.code} has charges in {in_words(earlier)}, not invoiced yet: they are not in this draft."
        ]
    closed = window.closed
    if closed is None or window.month > closed or window.supplement:
        return []
    if replace(account, through=closed.last).open:
        closed_month = in_words([window.month])
        return [
            f"{closed_month} is closed for {client.code}: what is new is on the next invoice, or a --supplement."
        ]
    return []


def clients_of(tx: "Transaction", code: str | None) -> list[Client]:
    """Return the client of `code`, or all, by code.

    Raises:
        NotPossible: there is no such client.
    """
    if code is None:
        return tx.clients.list_all()
    from suptime.app import lookup

    return [lookup.client(tx, code)]


def notices_for(month: Month, contracts: list[RatedContract]) -> list[str]:
    """Return what of `month` somebody may have forgotten: timers that run, appointments that nobody logged."""
    said = []
    for contract in contracts:
        zone = contract.facts.contract.latest.zone
        said += [
            f"U{unit.id} of {unit.agent} on {unit.case} is still running: it is left out."
            for unit in contract.facts.units
            if unit.ended_at is None and zone.day(unit.started_at) <= month.last
        ]
        said += [
            _open_months(fate)
            for fate in contract.rating.fates
            if fate.state == "missed" and fate.day in month
        ]
    return said


def _open_months(fate: AppointmentOutcome) -> str:
    booked = fate.appointment
    when = show_moment(booked.starts_at, fate.version.zone)
    charged = f"it is charged {fate.minutes} min" if fate.minutes else "it costs nothing"
    said = f"Nobody logged work in appointment A{booked.id} of {booked.agent} on {booked.case} ({when}): {charged}."
    return (
        said
        if booked.missed_by
        else f"{said} If it was worked in, log it; if we missed it: suptime appointment missed A{booked.id} --by us"
    )


if TYPE_CHECKING:
    from suptime.store import Store

Document = dict[str, Any]


def ready(store: "Store", document: Mapping[str, Any], form: str, settings: Settings) -> Document:
    """DOCUMENT, whose invoices were issued, with all that e-invoices of `form` need.

    Where an invoice was issued without an electronic address or a buyer reference, those of today
    are filled in: they say how it is delivered, and nothing that is printed.

    Raises:
        NotPossible: something else is missing; all of it is named.
    """
    made, missing = [], []
    with store.reading() as tx:
        for invoice in document["invoices"]:
            client = lookup.client(tx, invoice["client"])
            made.append(_addressed(invoice, client, settings))
            # How it was taxed is said by its lines.
            client = replace(client, tax=client.tax or "none")
            missing += [
                f"{invoice['number']}: {fault}" for fault in einvoice_faults(settings, client, made[-1], form)
            ]
    if missing:
        raise NotPossible(
            "\n".join(["This is missing for an e-invoice:", *missing]),
            hint="What an invoice was issued without is not added to it: credit it with --reopen, and issue it anew.",
        )
    return {**document, "invoices": made}


def refuse_drafts(store: "Store", document: Mapping[str, Any], form: str, settings: Settings) -> None:
    """Say why the drafts of `document` are no e-invoices of `form`, and what they would lack if they were issued.

    Raises:
        NotPossible: always, but where there is no draft.
    """
    invoices: Sequence[Mapping[str, Any]] = document["invoices"]
    if not invoices:
        return
    with store.reading() as tx:
        missing = [
            fault
            for invoice in invoices
            for fault in einvoice_faults(settings, billed(tx, invoice), invoice, form)
        ]
    refuse(missing)
    raise NotPossible(
        "A draft has no number and no date, so it is no e-invoice yet.",
        "Nothing else is missing.",
        "Add --issue.",
    )


def refuse(missing: Iterable[str]) -> None:
    """Say everything that is `missing`, each once, where there is something.

    Raises:
        NotPossible: there is.
    """
    if told := list(dict.fromkeys(missing)):
        raise NotPossible("\n".join(["This is missing for an e-invoice, so nothing was issued:", *told]))


def _addressed(invoice: Mapping[str, Any], client: Client, settings: Settings) -> Document:
    seller = dict(invoice["seller"] or {})
    if endpoint := seller.get("endpoint") or settings.seller.get("endpoint"):
        seller["endpoint"] = endpoint
    return {
        **invoice,
        "seller": seller or None,
        "client_endpoint": invoice.get("client_endpoint") or client.endpoint,
        "client_buyer_reference": invoice.get("client_buyer_reference") or client.buyer_reference,
    }
