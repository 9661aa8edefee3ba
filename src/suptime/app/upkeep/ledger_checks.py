"""Checks of numbers, invoices, claims, time and purchases. Each yields sentences; no sentence means no fault."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from suptime.app import recent
from suptime.app.facts import contracts_of, facts_of, rated_contracts
from suptime.app.invoices.issue import is_reduction
from suptime.app.purchases import unit_of
from suptime.domain.booking import Purchase
from suptime.domain.charge import ChargeKind, holdings
from suptime.domain.invoice import Invoice, Issue
from suptime.domain.ledger import Cause
from suptime.domain.money import rounded, show_amount
from suptime.domain.time import Instant, Month
from suptime.domain.values import few
from suptime.errors import SuptimeError
from suptime.invoicing.claims import claims_of
from suptime.invoicing.integrity import faults_of
from suptime.invoicing.prepayments import deducted, sale_of
from suptime.invoicing.receivables import aging, faults
from suptime.rating.rated import RatedContract
from suptime.store.repositories.receivables import booked

if TYPE_CHECKING:
    from suptime.store import Transaction

_ONCE = (ChargeKind.FEE, ChargeKind.PREPAID_SALE)


def numbers(tx: "Transaction") -> Iterator[str]:
    """Yield the years in which numbers do not begin at 1 or have a gap."""
    years: dict[int, list[Invoice]] = defaultdict(list)
    for invoice in tx.invoices.find():
        years[invoice.year].append(invoice)
    for year, invoices in sorted(years.items()):
        if invoices[0].serial > 1:
            yield _gap(year, 1, invoices[0].serial - 1, f"before {invoices[0].number}")
        for one, other in pairwise(invoices):
            if other.serial > one.serial + 1:
                where = f"between {one.number} and {other.number}"
                yield _gap(year, one.serial + 1, other.serial - 1, where)


def _gap(year: int, first: int, last: int, where: str) -> str:
    if first == last:
        return f"Number {first} of {year} is missing, {where}."
    return f"Numbers {first} to {last} of {year} are missing, {where}."


def invoices(tx: "Transaction") -> Iterator[str]:
    """Yield the issued documents that differ from the data stored with them."""
    for client in tx.clients.list_all():
        its = {invoice.number: invoice for invoice in tx.invoices.find(client=client.code)}
        applied: dict[str, Decimal] = defaultdict(Decimal)
        for _, one in tx.receivables.allocations(client.code):
            if one.cause is Cause.ISSUE:
                applied[one.debit.id] += one.amount
        modes = {one.credits: one.mode for one in its.values() if one.credits}
        for number, invoice in its.items():
            lines = [
                line
                for line in tx.lines.find(issue=invoice.issue, with_credited=True)
                if line.number == number
            ]
            original = its.get(invoice.credits) if invoice.credits else None
            reductions = [
                other
                for other in its.values()
                if original and other.serial < invoice.serial and is_reduction(other, original.number)
            ]
            try:
                is_reopened = "reopen" in (invoice.mode, modes.get(number))
                found = list(
                    faults_of(invoice, lines, applied[number], original, reductions, is_reopened=is_reopened)
                )
            except (KeyError, TypeError, ValueError, ArithmeticError) as error:
                found = [f"its document cannot be read ({type(error).__name__}: {error})."]
            yield from (f"{number}: {fault}" for fault in found)


def accounts(tx: "Transaction") -> Iterator[str]:
    """Yield the faults of accounts: overdrawn items, or a balance that is not open items less credits.

    The ledger must also match the issued documents.
    """
    books = {row["number"]: row for row in tx.receivables.booked_documents()}
    for number in tx.invoices.numbers():
        invoice = tx.invoices.get(number)
        if invoice is not None and books.get(number) != booked(number, invoice.document):
            yield f"{number} does not match the ledger."
    for account, ledger in tx.receivables.ledgers().items():
        name = f"The account of {account.client} in {account.currency}"
        found = list(faults(ledger))
        yield from (f"{name}: {fault}" for fault in found)
        if found:
            continue
        days = {one.on for one in ledger.entries}.union(
            (one.on for one in ledger.voids), (one.on for one in ledger.allocations)
        )
        for t in sorted(days):
            made = aging(ledger, t)
            if made.balance != ledger.balance(t):
                yield f"{name}: on {t} its balance is {ledger.balance(t)}, but its items add up to {made.balance}."


def claims(tx: "Transaction") -> Iterator[str]:
    """Yield clients whose issues have a wrong order, and rows that are held twice or less than zero times."""
    yield from _chains(tx)
    deposits = tx.receivables.deposit_uses(None)
    for contract in contracts_of(tx):
        code = contract.code
        lines = tx.lines.find(contract=code)
        used = defaultdict(Decimal, deducted(lines))
        for line in lines:
            for draw in line.draws:
                used[draw.purchase] += draw.quantity
        for key, held in holdings(lines).items():
            row = f"The {key.kind} of {key.case or code} on {key.day.isoformat()}"
            if key.kind in _ONCE and held.quantity > 1:
                yield f"{row} is held {held.quantity} times."
            if held.quantity < 0 or held.worked_seconds < 0:
                yield f"{row} is held less than zero times: {held.quantity}, of {held.worked_seconds} s."
            if held.drawn > held.quantity:
                yield f"{row} is held {held.quantity} times, but draws {held.drawn} from purchases."
        for payment in deposits.get(code, ()):
            used[payment.purchase] += payment.amount
        yield from _overdrawn(tx, code, used)


def old_deposits(tx: "Transaction") -> Iterator[str]:
    """Yield a sentence for each deposit that an older version sold: it pays amounts due, tax included (F35)."""
    uses = tx.receivables.deposit_uses(None)
    for contract in contracts_of(tx):
        for purchase in tx.purchases.find(contract=contract.code):
            unit, currency = unit_of(contract, purchase.on)
            if unit == "money" and purchase.price is not None and not purchase.is_net:
                paid: dict[str, Decimal] = defaultdict(Decimal)
                for use in uses.get(contract.code, ()):
                    if use.purchase == purchase.id:
                        paid[use.number] += use.amount
                yield from _old_deposit(tx, purchase, currency, paid)


def _old_deposit(
    tx: "Transaction", purchase: Purchase, currency: str, paid: Mapping[str, Decimal]
) -> Iterator[str]:
    name = f"P{purchase.id} of {purchase.contract}"
    left = purchase.kept - sum(paid.values())
    if left > 0:
        yield (
            f"{name} was sold by an older version: {show_amount(left, currency)} {currency} are left, and pay what is "
            f"due, tax included. To deduct them without tax: suptime prepaid convert P{purchase.id}"
        )
    number = tx.lines.sale_of(purchase.id)
    if number is None:
        return
    if own := paid.get(number):
        yield f"{name} paid {show_amount(own, currency)} {currency} of {number}, which is its own sale."
    documents = {each: found.document for each in [number, *paid] if (found := tx.invoices.get(each))}
    sale = sale_of(purchase.id, [documents[number]])
    twice = {
        each: rounded(amount * Decimal(totals["tax"]) / Decimal(totals["gross"]), currency)
        for each, amount in paid.items()
        if each != number and amount and Decimal((totals := documents[each]["totals"])["gross"])
    }
    if sale is not None and Decimal(sale.tax["rate"] or 0) and any(twice.values()):
        on = few(f"{each} ({show_amount(tax, currency)} {currency})" for each, tax in twice.items() if tax)
        yield f"{name}: tax was due on its sale, {number}, and again on what it paid: {on}."


def _overdrawn(tx: "Transaction", code: str, used_of: Mapping[int, Decimal]) -> Iterator[str]:
    bought = {purchase.id: purchase for purchase in tx.purchases.find(contract=code)}
    for purchase, used in sorted(used_of.items()):
        if purchase not in bought:
            if used:
                yield f"Invoices use {used} of P{purchase} of {code}, which is void or missing."
        elif not 0 <= used <= bought[purchase].quantity:
            yield f"Invoices use {used} of P{purchase} of {code}, which only has {bought[purchase].quantity}."


def _chains(tx: "Transaction") -> Iterator[str]:
    last: dict[str, Issue] = {}
    of_issue: dict[int, list[Invoice]] = defaultdict(list)
    for invoice in tx.invoices.find():
        of_issue[invoice.issue].append(invoice)
    issues = tx.issues.list_all()
    for issue in issues:
        before = last.get(issue.client)
        if issue.previous != (before.id if before else 0):
            follows = f"issue {issue.previous}" if issue.previous else "none"
            wanted = f"issue {before.id}" if before else "the first"
            yield f"Issue {issue.id} of {issue.client} follows {follows}, but the one before it is {wanted}."
        last[issue.client] = issue
        its = of_issue[issue.id]
        yield from (
            f"{one.number} of {one.client} belongs to issue {issue.id}, which belongs to {issue.client}."
            for one in its
            if one.client != issue.client
        )
        if issue.kind == "credit" and len(its) != 1:
            yield f"Issue {issue.id} of {issue.client} is a credit, and has {len(its)} credit notes."
        numbers_ = {one.number for one in its}
        yield from (
            f"Issue {issue.id} of {issue.client} claims a line of {line.number}, which belongs to another "
            "issue."
            for line in tx.lines.find(issue=issue.id, with_credited=True)
            if line.number is not None and line.number not in numbers_
        )
    known = {issue.id for issue in issues}
    for key in sorted(of_issue.keys() - known):
        yield from (f"{one.number} belongs to issue {key}, which does not exist." for one in of_issue[key])


def conservation(tx: "Transaction", now: Instant) -> Iterator[str]:
    """Yield units whose shares are not their seconds, and purchases that are not used, forfeited or left."""
    for contract in contracts_of(tx):
        try:
            rated = RatedContract.of(facts_of(tx, contract, now))
            balances = rated.balances(contract.latest.zone.day(now))
        except SuptimeError as error:
            yield f"{contract.code} cannot be rated: {error}"
            continue
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            yield f"{contract.code} cannot be rated ({type(error).__name__}: {error})."
            continue
        shared: Counter[int] = Counter()
        for share in rated.rating.shares:
            shared[share.piece.unit.id] += share.seconds
        for unit in rated.facts.units:
            worked = 0 if unit.ended_at is None else unit.ended_at - unit.started_at
            if shared[unit.id] != worked:
                yield f"U{unit.id} has {worked} s of work, but its shares have {shared[unit.id]} s."
        for balance in balances:
            for one in balance.purchases:
                if one.used < 0 or one.forfeited < 0 or one.remaining < 0:
                    yield (
                        f"P{one.stock.purchase.id} of {contract.code}: {one.quantity} were bought, but {one.used} "
                        f"used, {one.forfeited} forfeited and {one.remaining} left."
                    )


def closed_months(tx: "Transaction", now: Instant) -> Iterator[str]:
    """Yield differences in closed months between drafts and rating all of the history."""
    for client in tx.clients.list_all():
        through = tx.months.closed_through(client.code)
        if through is None:
            continue
        try:
            everything = _open(rated_contracts(tx, client, now), through)
            noted = _open(recent.rated_contracts(tx, client, now, through.next), through)
        except (SuptimeError, KeyError, TypeError, ValueError, ArithmeticError):
            # The check of conservation reports contracts that cannot be rated.
            continue
        for place in sorted(everything.keys() | noted.keys()):
            if everything.get(place) != noted.get(place):
                code, case, day = place
                yield (
                    f"{case or code} on {day} has open charges that drafts do not show, or settled charges that "
                    "they do show."
                )


def _open(contracts: Iterable[RatedContract], through: Month) -> dict[tuple[str, str, str], Counter[object]]:
    """Return the open charges through the last day of `through`, by contract, case and day."""
    found: dict[tuple[str, str, str], Counter[object]] = defaultdict(Counter)
    for contract in contracts:
        for claim in claims_of(contract, through.last):
            line = claim.line
            place = (line.contract, line.key.case, line.key.day.isoformat())
            found[place][line.key, line.quantity, line.capped, line.net, line.draws] += 1
    return found


if TYPE_CHECKING:
    from suptime.store import Transaction


def copies(tx: "Transaction") -> Iterator[str]:
    """Yield the copies that are damaged, or are not of the sent message."""
    digests = {one.number: (one.attempts, one.digest) for one in tx.sendings.list_all()}
    for delivery in tx.deliveries.each():
        name = f"The copy of delivery {delivery.attempt} of {delivery.number}"
        try:
            delivery.content.unpack()
        except ValueError as error:
            yield f"{name} {error}."
        attempts, digest = digests.get(delivery.number, (0, None))
        if delivery.attempt > attempts:
            yield f"{name} is of an attempt that does not exist."
        elif delivery.attempt == attempts and digest != delivery.content.digest:
            yield f"{name} is not a copy of the sent message: its digest differs."
    for number in tx.sendings.stray():
        yield f"The sending of {number} belongs to no invoice and no reminder."
    for digest in tx.deliveries.stray_contents():
        yield f"The sent message {digest[:16]} belongs to no delivery."
