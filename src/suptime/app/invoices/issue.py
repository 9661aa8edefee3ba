"""Issue a month, close months, credit invoices: each in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from suptime.app.facts import contract_of
from suptime.app.invoices.check import NOT_OVER, Asked, examine, is_over, missed_appointments, sale_findings
from suptime.app.invoices.draft import ClientMonth, account_of, clients_of, day_of, in_words
from suptime.app.invoices.issued import as_data
from suptime.app.invoices.issued import get as issued_invoice
from suptime.app.recent import rated_by_client
from suptime.app.use_case import changing
from suptime.contracts import stocks_of
from suptime.domain import ledger, values
from suptime.domain.booking import Purchase, PurchaseReturn
from suptime.domain.charge import PURCHASED, holdings
from suptime.domain.client import Client
from suptime.domain.finding import Acceptance, Finding, in_order
from suptime.domain.invoice import Invoice, Issue
from suptime.domain.payment_terms import terms_for
from suptime.domain.time import Instant, Month, Zone, rfc3339, show_day, show_moment
from suptime.domain.values import accept
from suptime.errors import NotPossible
from suptime.invoicing import draft as drafting
from suptime.invoicing import receivables
from suptime.invoicing.conversion import corrected_by
from suptime.invoicing.draft import Draft, Letterhead
from suptime.invoicing.issue import (
    REDUCE,
    RETURN,
    Applied,
    credit_note,
    frozen,
    number_for,
    reduced_sale,
    reduction,
    return_note,
    serial_in,
    still_open,
)
from suptime.invoicing.payment_data import payment_of
from suptime.invoicing.prepayments import PREPAYMENTS, deducted
from suptime.invoicing.wording import missing_texts
from suptime.rating.rated import RatedContract
from suptime.settings.settings import Settings

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class IssueSettings:
    """Settings of invoices: letterhead, number format, our zone.

    `language` and `order_number` were requested for this issue only.
    """

    settings: Settings
    number_format: str
    zone: Zone
    language: str | None = None
    order_number: str | None = None

    @property
    def head(self) -> Letterhead:
        """Head of every document."""
        return Letterhead.of(self.settings, self.language, self.order_number)

    def asked(self, month: Month, client: str | None, form: str | None, *, supplement: bool = False) -> Asked:
        """Return the question for `month` of `client`, or of all, in the format `form`."""
        return Asked(month, client, self.head, self.settings, self.zone, supplement, form)


@dataclass(slots=True)
class Issued:
    """Issued documents: the document of `suptime invoice --issue`, notices, and whether a client was left out."""

    document: dict[str, Any]
    notices: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: bool = False


def issue(
    store: "Store",
    asked: Asked,
    house: IssueSettings,
    accepted: Acceptance,
    *,
    now: Instant,
    agent: str,
    single: bool = False,
    keep_credit: bool = False,
) -> Issued:
    """Issue the month that is `asked` for: number and freeze its invoices, and close the month.

    In a closed month, only a supplement is issued: its open charges. Clients with an error or a warning that is not
    `accepted` are left out and reported. With `single`, nothing is issued if there would be several documents. Credit
    on account pays new invoices, unless `keep_credit` is set.

    Raises:
        NotPossible: there is no such client; the month is over for none; there are several e-invoices;
            an invoice would be dated before an earlier number.
        WrongUsage: the number format of the settings cannot be used.
    """
    month, client = asked.month, asked.client
    done = Issued(
        {
            "month": str(month),
            "drawn_up_at": rfc3339(now),
            "invoices": [],
            "held": [],
            "left_out": [],
            "already_issued": [],
        }
    )
    with changing(store, now, agent, "invoice --issue") as tx:
        found = examine(tx, asked, now)
        wanted = [one for one in found.clients if not (one.is_settled or one.has_no_supplement)]
        early = [one for one in wanted if any(finding.code == NOT_OVER for finding in one.findings)]
        if early and len(early) == len(found.clients):
            raise NotPossible(
                f"{in_words([month])} is not over yet" + (f" for {client}." if client else "."),
                hint="Leave out --issue for a draft, or wait until the month is over.",
            )
        stops = [finding for finding in found.house if accepted.stops(finding)] if wanted else []
        if stops:
            _leave_out(done, None, stops, accepted)
        for one in found.clients:
            if one.is_settled:
                _tell_issued(tx, one, done)
                continue
            if one.has_no_supplement:
                done.notices += [_not_closed(one)] if not one.is_closed else []
                done.left_out = done.left_out or not one.is_closed
                continue
            own = [finding for finding in one.findings if accepted.stops(finding)]
            if own or stops:
                _leave_out(done, one.client.code, own, accepted)
                continue
            findings = [*found.house, *one.findings]
            _issue_client(
                tx, one, findings, house, accepted, done, now=now, agent=agent, keep_credit=keep_credit
            )
        if single and len(done.document["invoices"]) > 1:
            raise NotPossible(
                f"An e-invoice is a file of one invoice, but there are {len(done.document['invoices'])}: "
                "nothing was issued.",
                hint="Add --out DIR for one file each, or --client for one invoice.",
            )
    done.findings += [finding for finding in found.house if not accepted.accepts(finding) and wanted]
    done.findings = in_order(done.findings)
    done.notices += missing_texts((one["language"] for one in done.document["invoices"]), asked.settings)
    return done


def issue_sale(
    tx: "Transaction",
    purchase: Purchase,
    house: IssueSettings,
    accepted: Acceptance,
    *,
    now: Instant,
    agent: str,
) -> Issued:
    """Issue the prepayment invoice of a sold deposit within a transaction, without closing a month (F14).

    Raises:
        NotPossible: there is a finding that is not accepted.
    """
    owner = contract_of(tx, purchase.contract).client
    month = Month.of(purchase.on)
    (client,) = clients_of(tx, owner)
    contracts = rated_by_client(tx, [client], now, month)[owner]
    account, window = account_of(tx, client, contracts, month.last), drafting.Window(month)
    made = [
        draft
        for draft in drafting.drafts(window, account, house.head, day_of(contracts, now))
        if any(claim.is_prepayment and claim.line.key.appointment == purchase.id for claim in draft.claims)
    ]
    asked = house.asked(month, owner, None)
    findings = sale_findings(asked, ClientMonth(client, contracts, window, account, made), now)
    stops = [finding for finding in findings if accepted.stops(finding)]
    if stops:
        raise NotPossible(f"Nothing was written. {stops[0].message}", hint=stops[0].fix)
    noted = [accepted.document(finding) for finding in findings if accepted.accepts(finding)]
    tx.issues.note_accepted(owner, noted)
    done = Issued({"invoices": []})
    step = tx.issues.add(Issue(owner, tx.issues.last(owner), "supplement", now, agent, month))
    done.document["invoices"] += [
        _store(tx, draft, client, step, month, house, now, done.notices, keep_credit=False) for draft in made
    ]
    done.findings = [finding for finding in findings if not accepted.accepts(finding)]
    return done


def _not_closed(one: ClientMonth) -> str:
    month = in_words([one.window.month])
    return f"{one.client.code}: {month} is not closed, so there is nothing to supplement."


def _leave_out(done: Issued, client: str | None, stops: Sequence[Finding], accepted: Acceptance) -> None:
    """Record that a client (None: the seller) has findings that prevent the issue."""
    done.left_out = done.left_out or any(finding.code != NOT_OVER for finding in stops)
    done.findings += stops
    done.document["left_out"].append(
        {"client": client, "findings": [accepted.document(finding) for finding in stops]}
    )


def _tell_issued(tx: "Transaction", one: ClientMonth, done: Issued) -> None:
    """Report the documents that were already issued for a closed month."""
    month, code = one.window.month, one.client.code
    heads = tx.invoices.heads(client=code)
    numbers = [head.number for head in heads if head.month == month and head.credits is None]
    done.document["already_issued"].append({"client": code, "month": str(month), "numbers": numbers})
    shown = f"issued already: {', '.join(numbers)}" if numbers else "closed already, without an invoice"
    done.notices.append(f"{code}: {in_words([month])} is {shown}.")


def _issue_client(
    tx: "Transaction",
    one: ClientMonth,
    findings: Sequence[Finding],
    house: IssueSettings,
    accepted: Acceptance,
    done: Issued,
    *,
    now: Instant,
    agent: str,
    keep_credit: bool,
) -> None:
    """Issue the month of one client within the transaction, and add it to `done`."""
    month, client, supplement = one.window.month, one.client.code, one.window.supplement
    done.document["held"] += drafting.held_time(month.last, client, one.contracts)
    done.notices += missed_appointments(month, one.contracts)
    done.findings += [finding for finding in one.findings if not accepted.accepts(finding)]
    kind = "supplement" if supplement else "issue"
    tx.issues.note_accepted(client, [accepted.document(each) for each in findings if accepted.accepts(each)])
    step = tx.issues.add(Issue(client, tx.issues.last(client), kind, now, agent, month))
    done.document["invoices"] += [
        _store(tx, draft, one.client, step, month, house, now, done.notices, keep_credit=keep_credit)
        for draft in one.drafts
    ]
    if not supplement:
        tx.months.close(client, still_open(one.contracts, month.last))
        _forfeit_expired(tx, one.contracts, month, house.zone.day(now))


def _store(
    tx: "Transaction",
    draft: Draft,
    client: Client,
    step: Issue,
    month: Month,
    house: IssueSettings,
    now: Instant,
    notices: list[str],
    *,
    keep_credit: bool,
) -> dict[str, Any]:
    """Number, freeze and store `draft` with its claims, and with the deposits and credit that pay it."""
    is_credit = draft.document["kind"] == "credit-note"
    issued_on, serial, number = _next_number(tx, house, now, is_credit=is_credit)
    terms = terms_for(client.terms, house.settings.seller.get("payment_days"))
    account = ledger.Account(step.client, draft.document["currency"])
    entry = ledger.document_entry(account, number, Decimal(draft.document["totals"]["gross"]), issued_on)
    posting, applied = _settle(tx.receivables.ledger(account), entry, draft, keep_credit=keep_credit)
    document = frozen(draft, number, str(month), rfc3339(now), issued_on, terms, applied)
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
            due_on=date.fromisoformat(document["due_on"]) if document["due_on"] else None,
            due=Decimal(document["totals"]["due"]),
            document=document,
            issue=step.id,
        )
    )
    tx.lines.add((replace(claim.line, number=number) for claim in draft.claims), step.id)
    tx.receivables.post(account, posting)
    return document


def _forfeit_expired(tx: "Transaction", contracts: Iterable[RatedContract], closed: Month, on: date) -> None:
    """Forfeit the rest of deposits without a sale that expired by the end of a closed month."""
    for contract in contracts:
        for stock in contract.rating.stocks:
            last = stock.valid_through
            if stock.unit != "money" or last is None or last > closed.last or last >= on:
                continue
            account = ledger.Account(contract.facts.contract.client, contract.currency)
            books = tx.receivables.ledger(account)
            payment = receivables.deposit_payment(books, stock.purchase.id)
            if payment is not None:
                tx.receivables.post(account, receivables.forfeit(books, payment, on=on))


def _settle(
    books: receivables.Ledger, entry: ledger.Entry, draft: Draft, *, keep_credit: bool
) -> tuple[receivables.Posting, list[Applied]]:
    """Return the ledger entries of a new document, and the credit that pays it at its issue."""
    if entry.key.is_credit:
        return receivables.issue_credit_note(books, entry, corrected_by(draft.document)), []
    held = {purchase: receivables.deposit_payment(books, purchase) for purchase, _ in draft.deposits}
    posting = receivables.issue_invoice(
        books,
        entry,
        [key for key in held.values() if key is not None],
        draws=[(purchase, amount) for purchase, amount in draft.deposits if held[purchase] is None],
        keep_credit=keep_credit,
    )
    after = books.plus(posting)
    return posting, [
        Applied(one.credit.id, after.by_key[one.credit].on, one.amount) for one in posting.allocations
    ]


def _next_number(
    tx: "Transaction",
    house: IssueSettings,
    now: Instant,
    *,
    crediting: Invoice | None = None,
    is_credit: bool = False,
) -> tuple[date, int, str]:
    """Return the date, the serial and the number of the next document, which credits the invoice `crediting` or none.

    The serial counts all documents of a year. Credit notes have numbers in a series of their own if the settings say so.

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
                f"Nothing was issued. The clock shows {show_moment(now, house.zone)} ({house.zone.name}).",
                "Correct the computer's clock and the setting timezone, or wait until that day.",
            )
    serial, year = tx.invoices.next_serial(issued_on.year), issued_on.year
    credit_form = house.settings.get("documents.credit_number")
    if not credit_form or credit_form == house.number_format:
        return issued_on, serial, number_for(house.number_format, year, serial)
    form = credit_form if is_credit or crediting else house.number_format
    number_for(form, year, 1)  # a form that cannot be used is refused before it is read
    return issued_on, serial, number_for(form, year, serial_in(form, year, tx.invoices.numbers_of(year)))


def _check_not_refunded(tx: "Transaction", invoice: Invoice) -> None:
    """Refuse to write `invoice` off if another invoice already returned a part of one of its rows.

    Raises:
        NotPossible: the client would get more back than was invoiced.
    """
    own = [line for line in tx.lines.find(issue=invoice.issue) if line.number == invoice.number]
    for code in sorted({line.contract for line in own}):
        # Fees and sales have no adjustments.
        its = [line for line in own if line.contract == code and line.key.is_rated]
        held = holdings(tx.lines.on(code, {line.key.day for line in its}))
        for line in its:
            whole = held[line.key]
            left = (whole.quantity - line.quantity, whole.payable - line.payable)
            if left[0] < min(0, whole.quantity) or left[1] < min(0, whole.payable):
                raise NotPossible(
                    f"{whole.number} already gave back a part of {line.key.case or code} on {show_day(line.key.day)}.",
                    f"If {invoice.number} is written off, the client gets this part back twice.",
                    f"suptime invoice credit {whole.number} --reason S --write-off, then {invoice.number}",
                )


def close(
    store: "Store", through: Month, client: str | None, *, zone: Zone, now: Instant, agent: str
) -> list[tuple[str, int]]:
    """Close the months through `through` without invoices; their charges are settled.

    Return the clients with closed months, each with its number of settled rows.

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
            if not is_over(through, contracts, now):
                raise NotPossible(
                    f"{in_words([through])} is not over yet for {one.code}.",
                    hint="Close through an earlier month.",
                )
            claims = account_of(tx, one, contracts, through.last).open
            step = tx.issues.add(Issue(one.code, tx.issues.last(one.code), "close", now, agent, through))
            tx.lines.add((claim.line for claim in claims), step.id)
            tx.months.close(one.code, still_open(contracts, through.last))
            _forfeit_expired(tx, contracts, through, zone.day(now))
            closed_for.append((one.code, len(claims)))
    return closed_for


def credit(
    store: "Store",
    number: str,
    reason: str,
    mode: str,
    house: IssueSettings,
    *,
    net: str | None = None,
    now: Instant,
    agent: str,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Credit the invoice `number`; return the credit note as it was issued, and with its state now.

    `mode` "reopen" reverses the whole invoice, opens its charges again and returns what it used; "write-off" waives
    its charges permanently; "reduce" reduces its price by `net`.

    Raises:
        WrongUsage: `net` is not an amount of its currency.
        NotPossible: there is no such invoice; it is credited already, or is a credit note itself;
            the credit note would be dated before it; another invoice returned a part of it; `net` is more
            than the rest of its net amount.
    """
    with changing(store, now, agent, "invoice credit") as tx:
        invoice = issued_invoice(tx, number)
        if invoice.credits is not None or invoice.document.get("credit_mode"):
            reversed_ = invoice.document["credits"]
            raise NotPossible(f"{invoice.number} is a credit note: it credits {reversed_}.")
        if other := tx.invoices.credit_note_of(invoice.number):
            raise NotPossible(f"{invoice.number} is credited already, by {other}.")
        issued_on, serial, mine = _next_number(tx, house, now, crediting=invoice)
        if mode == "write-off":
            _check_not_refunded(tx, invoice)
        sold = _sold_deposit(tx, invoice) if mode != "reduce" else None
        reductions = [
            one.document
            for one in tx.invoices.find(client=invoice.client)
            if is_reduction(one, invoice.number)
        ]
        if mode == "reduce":
            off = accept(values.price(invoice.currency, "reduction"), net or "")
            document = reduction(invoice, reductions, off, mine, reason, issued_on, rfc3339(now))
        else:
            document = credit_note(invoice, reductions, mine, reason, mode, issued_on, rfc3339(now))
        note = _book(tx, invoice, document, serial, None if mode == "reduce" else mode, now=now, agent=agent)
        if sold is not None and note.mode is not None:
            tx.purchases.void(sold)
        if mode == "write-off":
            _renew_expired(tx, invoice, note)
        return document, as_data(tx, note, house.zone.day(now))


def credit_return(
    tx: "Transaction",
    number: str,
    purchase: int,
    net: Decimal,
    reason: str,
    house: IssueSettings,
    *,
    now: Instant,
    agent: str,
) -> tuple[str, dict[str, Any]]:
    """Issue the credit note of a part of a sale within a transaction; return its number and state (F17).

    Raises:
        NotPossible: the credit note would be dated before the invoice `number`.
    """
    invoice = issued_invoice(tx, number)
    issued_on, serial, mine = _next_number(tx, house, now, crediting=invoice)
    document = return_note(invoice, purchase, net, mine, reason, issued_on, rfc3339(now))
    note = _book(tx, invoice, document, serial, None, now=now, agent=agent)
    return mine, as_data(tx, note, house.zone.day(now))


def reduction_of_sale(tx: "Transaction", number: str, purchase: int) -> Decimal:
    """Return the net by which price reductions of the invoice `number` reduced the sale of a purchase (F11)."""
    invoice = issued_invoice(tx, number)
    reductions = [
        one.document
        for one in tx.invoices.find(client=invoice.client)
        if is_reduction(one, number) and one.document["credit_mode"] == REDUCE
    ]
    return reduced_sale(invoice, reductions, purchase)


def _book(
    tx: "Transaction",
    invoice: Invoice,
    document: dict[str, Any],
    serial: int,
    mode: str | None,
    *,
    now: Instant,
    agent: str,
) -> Invoice:
    """Store a credit note of an invoice, and enter it in the ledger; a `mode` reverses the whole invoice."""
    step = tx.issues.add(Issue(invoice.client, tx.issues.last(invoice.client), "credit", now, agent))
    issued_on = date.fromisoformat(document["issued_on"])
    note = Invoice(
        number=document["number"],
        year=issued_on.year,
        serial=serial,
        client=invoice.client,
        currency=invoice.currency,
        month=invoice.month,
        issued_on=issued_on,
        due_on=None,
        due=Decimal(document["totals"]["due"]),
        document=document,
        credits=invoice.number if mode else None,
        mode=mode,
        issue=step.id,
    )
    account = ledger.Account(invoice.client, invoice.currency)
    books = tx.receivables.ledger(account)
    tx.invoices.add(note)
    gross = Decimal(document["totals"]["gross"])
    entry = ledger.document_entry(account, note.number, gross, issued_on, corrects=invoice.number, mode=mode)
    reason = document["credit_reason"]
    tx.receivables.post(
        account,
        receivables.reverse_document(books, entry, reason)
        if mode
        else receivables.issue_credit_note(books, entry, [invoice.number]),
    )
    return note


def _renew_expired(tx: "Transaction", invoice: Invoice, note: Invoice) -> None:
    """Make new purchases of what a waived invoice used of purchases that have expired by now (F10)."""
    lines = [line for line in tx.lines.of(invoice.number) if line.draws or line.key.kind in PURCHASED]
    drawn: dict[tuple[str, int], Decimal] = {}
    for line in lines:
        for draw in line.draws:
            key = (line.contract, draw.purchase)
            drawn[key] = drawn.get(key, Decimal(0)) + draw.quantity
    for purchase, amount in deducted(lines).items():
        code = next(line.contract for line in lines if line.key.appointment == purchase)
        drawn[code, purchase] = drawn.get((code, purchase), Decimal(0)) + amount
    for (code, purchase), quantity in drawn.items():
        contract = contract_of(tx, code)
        for stock in stocks_of(contract, tx.purchases.find(contract=code)):
            if stock.purchase.id == purchase and quantity > 0 and stock.forfeited_by(note.issued_on):
                old = stock.purchase
                new = tx.purchases.add(Purchase(0, code, note.issued_on, quantity, basis=old.basis))
                reason = note.document["credit_reason"]
                tx.purchases.give_back(
                    PurchaseReturn(
                        old.id, note.issued_on, quantity, reason, number=note.number, becomes=new.id
                    )
                )
    _free_expired(tx, invoice, note)


def _free_expired(tx: "Transaction", invoice: Invoice, note: Invoice) -> None:
    """Put on account what a waived invoice returns to deposits without a sale that have expired by now."""
    account = ledger.Account(invoice.client, invoice.currency)
    books = tx.receivables.ledger(account)
    back = [
        one
        for one in books.allocations
        if one.cause is ledger.Cause.RETURN
        and one.debit.id == invoice.number
        and one.purchase is not None
        and one.credit.kind is ledger.EntryKind.PAYMENT
    ]
    for one in back:
        purchase = tx.purchases.get(one.purchase or 0)
        if purchase is None:
            continue
        (stock,) = stocks_of(contract_of(tx, purchase.contract), [purchase])
        if stock.forfeited_by(note.issued_on):
            books = tx.receivables.post(
                account, receivables.return_deposit(books, one.credit, -one.amount, on=note.issued_on)
            )
            reason = note.document["credit_reason"]
            tx.purchases.give_back(PurchaseReturn(purchase.id, note.issued_on, -one.amount, reason))


def _sold_deposit(tx: "Transaction", invoice: Invoice) -> int | None:
    """Return the purchase that a prepayment invoice sells, or None.

    Raises:
        NotPossible: a part of it was deducted (F14).
    """
    if invoice.document.get("type_code") not in PREPAYMENTS:
        return None
    line = invoice.document["other_lines"][0]
    purchase = int(line["purchase"][1:])
    bought = tx.purchases.get(purchase)
    is_renewed = bought is not None and any(one.becomes for one in bought.returns)
    if is_renewed or deducted(tx.lines.find(contract=line["contract"])).get(purchase):
        raise NotPossible(
            f"{invoice.number} sells P{purchase}, of which a part was deducted.",
            "The rest of it can be returned.",
            f"suptime prepaid return P{purchase} --reason S",
        )
    return purchase


def is_reduction(document: Invoice, number: str) -> bool:
    """Return whether a document reduces the price of the invoice `number`, or returns a part of it."""
    is_part = document.document.get("credit_mode") in (REDUCE, RETURN)
    return is_part and bool(document.document["credits"] == number)
