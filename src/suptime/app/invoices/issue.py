"""Issuing a month, closing months, crediting: each in one transaction, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from suptime.app.invoices import draft as einvoices
from suptime.app.invoices.draft import account_of, clients_of, day_of, in_words, notices_for
from suptime.app.invoices.issued import get as issued_invoice
from suptime.app.recent import rated_by_client
from suptime.app.use_case import changing
from suptime.domain.charge import holdings
from suptime.domain.client import Client
from suptime.domain.invoice import Invoice, Issue, Payment
from suptime.domain.time import Instant, Month, Zone, rfc3339, show_day, show_moment
from suptime.errors import NotPossible
from suptime.invoicing import draft as drafting
from suptime.invoicing.draft import Draft, Letterhead, Window, drafts, open_months
from suptime.invoicing.issue import credit_note, frozen, number_for, still_open
from suptime.invoicing.payment_data import payment_of
from suptime.invoicing.requirements import due_on, einvoice_faults, seller_faults
from suptime.rating.rated import RatedContract
from suptime.settings.settings import Settings

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class IssueSettings:
    """What the settings say about invoices: their letterhead, how numbers look, our zone.

    `language` and `order_number` are those that were asked for, for this once.
    """

    settings: Settings
    number_format: str
    zone: Zone
    language: str | None = None
    order_number: str | None = None

    @property
    def head(self) -> Letterhead:
        """What stands on every document."""
        return Letterhead.of(self.settings, self.language, self.order_number)


@dataclass(slots=True)
class Issued:
    """What was issued: the document of `suptime invoice --issue`, what to tell, whether a client was left out."""

    document: dict[str, Any]
    notices: list[str] = field(default_factory=list)
    left_out: bool = False


def issue(
    store: "Store",
    month: Month,
    client: str | None,
    house: IssueSettings,
    *,
    now: Instant,
    agent: str,
    supplement: bool = False,
    einvoice: str | None = None,
    single: bool = False,
) -> Issued:
    """Issue `month` for `client`, or for all: every invoice gets its number and is frozen, the month is closed.

    Of a month that is closed nothing is issued, but with `supplement` what is open in it. Clients
    for whom the month is not over, or who have charges in an earlier month that is not closed,
    are left out and named. With `einvoice`, the format of one, nothing is issued where something
    that it needs is missing; with `single`, nor where there would be several.

    Raises:
        NotPossible: there is no such client; the month is over for none; an e-invoice lacks
            something; an invoice would be dated before an earlier number.
        WrongUsage: the number format of the settings cannot be used.
    """
    done = Issued({"month": str(month), "drawn_up_at": rfc3339(now), "invoices": [], "held": []})
    over = 0
    with changing(store, now, agent, "invoice --issue") as tx:
        clients = clients_of(tx, client)
        rated = rated_by_client(tx, clients, now, month)
        for one in clients:
            contracts = rated[one.code]
            if not contracts:
                continue
            if not _is_over(month, contracts, now):
                done.left_out = True
                done.notices.append(f"{one.code}: {in_words([month])} is not over yet, so it was left out.")
                continue
            over += 1
            _issue_client(tx, one, contracts, month, house, done, now=now, agent=agent, supplement=supplement)
        if einvoice:
            _check(done, tx, house, einvoice, single=single)
        if clients and not over and done.left_out:
            raise NotPossible(
                f"{in_words([month])} is not over yet" + (f" for {client}." if client else "."),
                hint="Leave --issue out for a draft, or wait until it is.",
            )
    return done


def _check(done: Issued, tx: "Transaction", house: IssueSettings, form: str, *, single: bool) -> None:
    """Refuse what was issued within the transaction, if an invoice of it could be no e-invoice of `form`."""
    invoices = done.document["invoices"]
    if single and len(invoices) > 1:
        raise NotPossible(
            f"An e-invoice is a file of one invoice, and here are {len(invoices)}: nothing was issued.",
            hint="Add --out DIR for a file of each, or --client for one of them.",
        )
    einvoices.refuse(
        fault
        for invoice in invoices
        for fault in einvoice_faults(house.settings, einvoices.billed(tx, invoice), invoice, form)
    )


def _issue_client(
    tx: "Transaction",
    client: Client,
    contracts: Sequence[RatedContract],
    month: Month,
    house: IssueSettings,
    done: Issued,
    *,
    now: Instant,
    agent: str,
    supplement: bool,
) -> None:
    """Issue the month of one client within the transaction, and note it in `done`."""
    closed = tx.months.closed_through(client.code)
    done.document["held"] += drafting.held_time(month.last, client.code, contracts)
    is_closed = closed is not None and month <= closed
    if supplement and not is_closed:
        done.left_out = True
        done.notices.append(
            f"{client.code}: {in_words([month])} is not closed, so there is nothing to supplement."
        )
        return
    if is_closed and not supplement:
        return
    window = Window(month, closed, supplement)
    account = account_of(tx, client, contracts, month.last)
    earlier = open_months(window, account)
    if earlier:
        done.left_out = True
        done.notices.append(
            f"{client.code} has charges in {in_words(earlier)}, not closed yet, so it was left out: "
            f"suptime invoice --month {earlier[0]} --client {client.code} --issue"
        )
        return
    head = house.head
    found = drafts(window, account, head, day_of(contracts, now))
    if supplement and not found:
        return
    done.notices += notices_for(month, list(contracts))
    taxed = replace(client, tax=account.taxes.on(day_of(contracts, now)))
    kind = "supplement" if supplement else "issue"
    step = tx.issues.add(Issue(client.code, tx.issues.last(client.code), kind, now, agent, month))
    for draft in found:
        document = _store(tx, draft, step, month, house, now, done.notices)
        faults = seller_faults(house.settings, taxed, document)
        done.notices += [fault for fault in faults if fault not in done.notices]
        done.document["invoices"].append(document)
    if not supplement:
        tx.months.close(client.code, still_open(contracts, month.last))


def _store(
    tx: "Transaction",
    draft: Draft,
    step: Issue,
    month: Month,
    house: IssueSettings,
    now: Instant,
    notices: list[str],
) -> dict[str, Any]:
    """Number, freeze and store `draft` with what it claims and what deposits pay of it."""
    issued_on, serial, number = _next_number(tx, house, now)
    due = Decimal(draft.document["totals"]["due"])
    payable_by = due_on(issued_on, draft.document["seller"]) if due > 0 else None
    document = frozen(draft, number, str(month), rfc3339(now), issued_on, payable_by)
    if payment := payment_of(document, serial, codes=house.head.has_codes):
        document["payment"] = payment.as_data()
        notices += [payment.warning] if payment.warning else []
    tx.invoices.add(
        Invoice(
            number=number,
            year=issued_on.year,
            serial=serial,
            client=step.client,
            currency=draft.document["currency"],
            month=month,
            issued_on=issued_on,
            due_on=payable_by,
            due=due,
            document=document,
            issue=step.id,
        )
    )
    tx.lines.add((replace(claim.line, number=number) for claim in draft.claims), step.id)
    for purchase, amount in draft.deposits:
        tx.payments.add(Payment(number, issued_on, amount, purchase))
    return document


def _next_number(
    tx: "Transaction", house: IssueSettings, now: Instant, *, crediting: Invoice | None = None
) -> tuple[date, int, str]:
    """Return the date, the serial and the number of the next document, for `crediting` an invoice or none.

    Raises:
        NotPossible: an earlier number of the year, or the credited invoice, has a later date.
    """
    issued_on = house.zone.day(now)
    before = [head for head in (crediting, tx.invoices.latest_dated(issued_on.year)) if head is not None]
    for head in before:
        if issued_on < head.issued_on:
            what = "credit note" if crediting else "invoice"
            raise NotPossible(
                f"The {what} would be dated {show_day(issued_on)}, "
                f"before {head.number}, which is dated {show_day(head.issued_on)}.",
                f"Nothing was issued. The clock says {show_moment(now, house.zone)} ({house.zone.name}).",
                "Set the computer's clock and the setting timezone right, or wait until that day.",
            )
    serial = tx.invoices.next_serial(issued_on.year)
    return issued_on, serial, number_for(house.number_format, issued_on.year, serial)


def _check_not_refunded(tx: "Transaction", invoice: Invoice) -> None:
    """Refuse to write `invoice` off if another invoice already gave back a part of one of its rows.

    Raises:
        NotPossible: the client would get back more than was invoiced.
    """
    own = [line for line in tx.lines.find(issue=invoice.issue) if line.number == invoice.number]
    for code in sorted({line.contract for line in own}):
        # Fees and sales have no adjustments.
        its = [line for line in own if line.contract == code and line.key.case]
        held = holdings(tx.lines.on(code, {line.key.day for line in its}))
        for line in its:
            whole = held[line.key]
            left = (whole.quantity - line.quantity, whole.payable - line.payable)
            if left[0] < min(0, whole.quantity) or left[1] < min(0, whole.payable):
                raise NotPossible(
                    f"{whole.number} already gave back a part of {line.key.case} on {show_day(line.key.day)}.",
                    f"With {invoice.number} written off, the client would get this part back twice.",
                    f"suptime invoice credit {whole.number} --reason S --write-off, then {invoice.number}",
                )


def _is_over(month: Month, contracts: Sequence[RatedContract], now: Instant) -> bool:
    """Return whether `month` is over in the zones of all `contracts`."""
    zones = {version.zone for contract in contracts for version in contract.facts.contract.versions}
    return all(zone.midnight(month.next.first) <= now for zone in zones)


def close(
    store: "Store", through: Month, client: str | None, *, now: Instant, agent: str
) -> list[tuple[str, int]]:
    """Close the months through `through` without invoicing them; what they hold is settled.

    Gives the clients for whom it closed anything, with the number of rows settled.

    Raises:
        NotPossible: there is no such client; the month is not over for one of them.
    """
    closed_for = []
    with changing(store, now, agent, "close") as tx:
        clients = clients_of(tx, client)
        rated = rated_by_client(tx, clients, now, through)
        for one in clients:
            contracts = rated[one.code]
            closed = tx.months.closed_through(one.code)
            if not contracts or (closed is not None and through <= closed):
                continue
            if not _is_over(through, contracts, now):
                raise NotPossible(
                    f"{in_words([through])} is not over yet for {one.code}.",
                    hint="Close through an earlier month.",
                )
            claims = account_of(tx, one, contracts, through.last).open
            step = tx.issues.add(Issue(one.code, tx.issues.last(one.code), "close", now, agent, through))
            tx.lines.add((claim.line for claim in claims), step.id)
            tx.months.close(one.code, still_open(contracts, through.last))
            closed_for.append((one.code, len(claims)))
    return closed_for


def credit(
    store: "Store", number: str, reason: str, mode: str, house: IssueSettings, *, now: Instant, agent: str
) -> dict[str, Any]:
    """Reverse the whole invoice `number` by a credit note, whose document it gives.

    `mode` "reopen" opens its charges again and gives draw-downs back; "write-off" waives them for good.

    Raises:
        NotPossible: there is no such invoice; it is credited already, or is a credit note itself;
            the credit note would be dated before it; another invoice gave back a part of it.
    """
    with changing(store, now, agent, "invoice credit") as tx:
        invoice = issued_invoice(tx, number)
        if invoice.credits is not None:
            raise NotPossible(f"{invoice.number} is a credit note itself: it reverses {invoice.credits}.")
        if other := tx.invoices.credit_note_of(invoice.number):
            raise NotPossible(f"{invoice.number} is credited already, by {other}.")
        issued_on, serial, mine = _next_number(tx, house, now, crediting=invoice)
        if mode == "write-off":
            _check_not_refunded(tx, invoice)
        document = credit_note(invoice, mine, reason, mode, issued_on, rfc3339(now))
        step = tx.issues.add(Issue(invoice.client, tx.issues.last(invoice.client), "credit", now, agent))
        tx.invoices.add(
            Invoice(
                number=mine,
                year=issued_on.year,
                serial=serial,
                client=invoice.client,
                currency=invoice.currency,
                month=invoice.month,
                issued_on=issued_on,
                due_on=None,
                due=Decimal(document["totals"]["due"]),
                document=document,
                credits=invoice.number,
                mode=mode,
                issue=step.id,
            )
        )
    return document
