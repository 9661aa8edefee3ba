"""Draft invoices: a month, as known now."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from suptime.app import lookup
from suptime.app.facts import taxes_of
from suptime.app.recent import rated_by_client
from suptime.domain.client import Client
from suptime.domain.finding import Finding
from suptime.domain.time import MONTHS, Instant, Month, rfc3339
from suptime.errors import Flaw, NotPossible
from suptime.invoicing.claims import repriced_sales
from suptime.invoicing.corrections import corrected_numbers
from suptime.invoicing.draft import Account, Draft, Letterhead, Window, drafts, held_time, open_months
from suptime.invoicing.requirements import einvoice_faults, faults_of_issued
from suptime.rating.rated import RatedContract
from suptime.settings.settings import Settings

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class ClientMonth:
    """The month of one client: its rated contracts, the drafts, and the findings."""

    client: Client
    contracts: Sequence[RatedContract]
    window: Window
    account: Account
    drafts: Sequence[Draft]
    findings: Sequence[Finding] = ()

    @property
    def is_closed(self) -> bool:
        """Whether the month is closed."""
        return self.window.closed is not None and self.window.month <= self.window.closed

    @property
    def is_settled(self) -> bool:
        """Whether the month is closed, and no supplement is requested."""
        return self.is_closed and not self.window.supplement

    @property
    def has_no_supplement(self) -> bool:
        """Whether a requested supplement is empty: the month is not closed, or has no open charges."""
        return self.window.supplement and not (self.is_closed and self.drafts)

    @property
    def earlier(self) -> list[Month]:
        """The earlier months that are not closed and have charges."""
        return open_months(self.window, self.account)


def read_month(
    tx: "Transaction",
    month: Month,
    client: str | None,
    head: Letterhead,
    now: Instant,
    *,
    supplement: bool = False,
) -> list[ClientMonth]:
    """Return `month` of `client`, or of all clients that have a contract, with the drafts under `head`.

    Raises:
        NotPossible: there is no such client.
    """
    clients = clients_of(tx, client)
    rated = rated_by_client(tx, clients, now, month)
    closings = tx.months.closings([one.code for one in clients])
    found = []
    for one in clients:
        if contracts := rated[one.code]:
            window = Window(month, closings.get(one.code), supplement)
            account = account_of(tx, one, contracts, month.last)
            made = drafts(window, account, head, day_of(contracts, now))
            found.append(ClientMonth(one, contracts, window, account, made))
    return found


def document_of(
    month: Month, clients: Iterable[ClientMonth], head: Letterhead, now: Instant
) -> dict[str, Any]:
    """Return the drafts of `clients` as the document of `suptime invoice`."""
    invoices: list[dict[str, Any]] = []
    held: list[dict[str, Any]] = []
    for one in clients:
        invoices += [draft.document for draft in one.drafts]
        held += held_time(month.last, one.client.code, one.contracts)
    document = {"month": str(month), "drawn_up_at": rfc3339(now), "invoices": invoices, "held": held}
    return document | ({"language": head.asked} if head.asked else {})


def account_of(
    tx: "Transaction", client: Client, contracts: Sequence[RatedContract], through: date
) -> Account:
    """Return the open charges of a client's `contracts` through a day, with their taxes and prices."""
    numbers = {number for contract in contracts for number in corrected_numbers(contract, through)}
    numbers.update(number for contract in contracts for number in contract.facts.paid.values())
    numbers.update(number for contract in contracts for number in repriced_sales(contract))
    found = (tx.invoices.get(number) for number in sorted(numbers))
    issued = {one.number: one.document for one in found if one is not None}
    return Account(client, contracts, through, taxes_of(tx, client), issued)


def billed(tx: "Transaction", invoice: Mapping[str, Any]) -> Client:
    """Return the client of a document, taxed as on its day; a draft's is the last of its period."""
    client = lookup.client(tx, invoice["client"])
    day = date.fromisoformat(invoice["issued_on"] or invoice["period"]["to"])
    return replace(client, tax=taxes_of(tx, client).on(day))


def draft(store: "Store", month: Month, client: str, head: Letterhead, *, now: Instant) -> dict[str, Any]:
    """Return the drafts of `month` for `client` under `head`, as known at `now`. Change nothing.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        return document_of(month, read_month(tx, month, client, head, now), head, now)


def day_of(contracts: Sequence[RatedContract], now: Instant) -> date:
    """Return the day at `now` in the zone of the first of `contracts`."""
    return contracts[0].facts.contract.latest.zone.day(now)


def in_words(months: Iterable[Month]) -> str:
    """Return `months` in one line, for example `September and October 2026`."""
    shown = [f"{MONTHS[month.month - 1]} {month.year}" for month in months]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[:-1] else shown)


def clients_of(tx: "Transaction", code: str | None) -> list[Client]:
    """Return the client of `code`, or all, by code.

    Raises:
        NotPossible: there is no such client.
    """
    if code is None:
        return tx.clients.list_all()
    from suptime.app import lookup

    return [lookup.client(tx, code)]


Document = dict[str, Any]


def ready(store: "Store", document: Mapping[str, Any], form: str, settings: Settings) -> Document:
    """Return `document`, with issued invoices, completed for e-invoices of `form`.

    If an invoice was issued without an electronic address, a buyer reference, a contact or a company number,
    today's values are added: they concern the delivery, not the amount. Other missing details stay empty, and
    are a `Flaw` (H27).
    """
    made = []
    with store.reading() as tx:
        for invoice in document["invoices"]:
            client = lookup.client(tx, invoice["client"])
            made.append(_addressed(invoice, client, settings))
            # The lines have their taxes.
            client = replace(client, tax=client.tax or "none")
            missing = faults_of_issued(settings, client, made[-1], form)
            for fault in missing:
                warnings.warn(f"{invoice['number']}: {fault}", Flaw, stacklevel=2)
            if missing:
                warnings.warn(_how_to_replace(invoice["number"]), Flaw, stacklevel=2)
    return {**document, "invoices": made}


def _how_to_replace(number: str) -> str:
    return (
        f"{number} was issued without this, so receivers may refuse it as an e-invoice. "
        f"To replace it: suptime invoice credit {number} --reopen --reason TEXT, and issue it again."
    )


def refuse_drafts(store: "Store", document: Mapping[str, Any], form: str, settings: Settings) -> None:
    """Refuse drafts of `document` as e-invoices of `form`, and list what they would lack if issued.

    Raises:
        NotPossible: `document` has a draft.
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
        "Drafts cannot be exported as e-invoices.",
        "Nothing else is missing. Issue the invoice first.",
        "Add --issue.",
    )


def refuse(missing: Iterable[str]) -> None:
    """Refuse if anything is `missing`, and list it, each once.

    Raises:
        NotPossible: something is missing.
    """
    if told := list(dict.fromkeys(missing)):
        raise NotPossible("\n".join(["This is missing for an e-invoice, so nothing was issued:", *told]))


def _addressed(invoice: Mapping[str, Any], client: Client, settings: Settings) -> Document:
    """Return `invoice` with today's addresses, contacts and numbers if it was issued without them."""
    seller = dict(invoice["seller"] or {})
    seller |= {key: settings.seller[key] for key in _OURS if not seller.get(key) and settings.seller.get(key)}
    return {
        **invoice,
        "seller": seller or None,
        **{f"client_{key}": invoice.get(f"client_{key}") or getattr(client, key) for key in _THEIRS},
    }


_OURS = ("endpoint", "contact", "phone", "email", "company_number", "identifier")
_THEIRS = ("endpoint", "buyer_reference", "company_number")
