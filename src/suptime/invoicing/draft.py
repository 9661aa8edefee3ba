"""The invoice of a month: a detailed report of its work, by case number (A3).

A draft shows one client's month as known now, per currency. It changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from suptime.contracts import rounding_rule
from suptime.domain.brand import BRAND
from suptime.domain.case import Case, number_order
from suptime.domain.charge import ChargeKind
from suptime.domain.client import Client, TaxHistory
from suptime.domain.payment_terms import as_data, terms_for
from suptime.domain.sentence import with_words
from suptime.domain.time import Month
from suptime.invoicing.claims import Claim, Document, claims_of, deduction, deposits_for
from suptime.invoicing.prepayments import Sale, deductions, roots, sale_of, type_of_prepayment
from suptime.invoicing.summary import summary_of
from suptime.invoicing.tax import supplied_on, tax_texts, taxed, totals_of
from suptime.rating.as_data import balance_as_data, reasons_of, time_of, work_of
from suptime.rating.balance import draws_between
from suptime.rating.rated import RatedContract
from suptime.settings.settings import Settings
from suptime.settings.wording import Wording

INVOICE, CREDIT_NOTE = "380", "381"
"""Types of documents (BT-3) by UNTDID 1001."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Settings of every document: the `seller`, the `tax` rules, the `layout` (paper and logo).

    Each document stores its own copy, so that it never changes. `language` is the default language of clients;
    `asked` is a requested language, which takes precedence. `order_number` is for this document only. `has_codes`
    is True if invoices have payment codes. `wording` has the firm's own texts, labels and names, and `brand` its
    accent and font. An estimate is valid for `estimate_days`.
    """

    seller: Mapping[str, Any] = field(default_factory=dict)
    tax: Mapping[str, Any] = field(default_factory=dict)
    layout: Mapping[str, Any] = field(default_factory=lambda: {"paper": "a4"})
    language: str = "en"
    asked: str | None = None
    order_number: str | None = None
    has_codes: bool = True
    detail: str = "full"
    estimate_days: int = 30
    wording: Wording = field(default_factory=Wording)
    brand: Mapping[str, Any] = field(default_factory=lambda: dict(BRAND))

    @classmethod
    def of(cls, settings: Settings, asked: str | None = None, order_number: str | None = None) -> Self:
        """Return the letterhead of `settings`; `asked` is a requested language, `order_number` one for this document."""
        return cls(
            settings.seller,
            settings.tax,
            settings.layout,
            settings.get("documents.language"),
            asked,
            order_number,
            settings.get("documents.qr") != "none",
            settings.get("documents.detail"),
            settings.get("documents.estimate_days"),
            Wording.of(settings),
            settings.brand,
        )

    def language_for(self, client: Client) -> str:
        """Return the language of `client`'s documents."""
        return self.asked or client.language or self.language

    def frame(self, client: Client) -> Document:
        """Return the settings that each document for `client` stores: its sender, look, language and words."""
        language = self.language_for(client)
        return {
            "seller": dict(self.seller) or None,
            "language": language,
            "layout": dict(self.layout),
            "texts": self.wording.printed(language),
            "labels": self.wording.label_table(language),
            "brand": dict(self.brand),
        }


@dataclass(frozen=True, slots=True)
class Window:
    """Charges of an invoice: those dated in `month`, and those dated in months closed before.

    `closed` is the last closed month of the client, or None. A `supplement` only has the open charges of
    its own month, which is closed.
    """

    month: Month
    closed: Month | None = None
    supplement: bool = False

    def takes(self, day: date) -> bool:
        """Return whether a charge dated `day` belongs to it."""
        if self.supplement:
            return day in self.month
        if self.closed is not None and self.month <= self.closed:
            return False
        return day in self.month or (self.closed is not None and day <= self.closed.last)

    def misses(self, day: date) -> bool:
        """Return whether a charge dated `day` is before it in a month that is not closed."""
        return (
            not self.supplement and day < self.month.first and (self.closed is None or day > self.closed.last)
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft invoice: its document, the lines that it would claim, and the payments by deposits."""

    document: Document
    claims: tuple[Claim, ...]
    deposits: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True)
class Account:
    """A client with its rated contracts, and their open charges through a day.

    `taxes` is the client's tax on each day. `issued` are the documents, by number, that open charges correct.
    """

    client: Client
    contracts: Sequence[RatedContract]
    through: date
    taxes: TaxHistory
    issued: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def open(self) -> Sequence[Claim]:
        """Open charges, contract by contract."""
        return [
            claim for contract in self.contracts for claim in claims_of(contract, self.through, self.issued)
        ]


def drafts(window: Window, account: Account, head: Letterhead, today: date) -> list[Draft]:
    """Return the drafts of `account` through the window's month: one per currency with a line.

    `today` decides which deposits still pay.
    """
    found: dict[str, list[Claim]] = {}
    alone: dict[str, list[Claim]] = {}
    for claim in account.open:
        if window.takes(claim.day):
            lines = tuple(
                taxed(line, account.taxes.on(supplied_on(line)), head.tax) for line in claim.documents
            )
            kept = alone if claim.is_prepayment else found
            kept.setdefault(claim.currency, []).append(replace(claim, documents=lines))
    made = []
    for currency in sorted(found.keys() | alone.keys()):
        made += [_draft(window, account, currency, [claim], head, today) for claim in alone.get(currency, ())]
        if currency in found:
            claims = [*found[currency], *_deductions(account, currency, found[currency], today)]
            made.append(_draft(window, account, currency, claims, head, today))
    return made


def _deductions(account: Account, currency: str, claims: Iterable[Claim], today: date) -> Iterator[Claim]:
    """Yield the deductions of paid deposits from the net of their contracts' lines (F15)."""
    nets: dict[str, Decimal] = {}
    for claim in claims:
        if claim.line.key.kind is ChargeKind.PREPAID_SALE:
            continue  # A deposit never pays for its own sale or the difference of its price.
        for line in claim.documents:
            nets[line["contract"]] = nets.get(line["contract"], Decimal(0)) + Decimal(line["net"])
    contracts = {c.facts.contract.code: c for c in account.contracts if c.currency == currency}
    used: dict[int, Decimal] = {}
    sales: dict[int, Sale] = {}
    stocks = [stock for contract in contracts.values() for stock in contract.rating.stocks]
    sold = roots(stock.purchase for stock in stocks)
    for contract in contracts.values():
        for use in contract.facts.used_deposits:
            used[use.purchase] = used.get(use.purchase, Decimal(0)) + use.amount
        for purchase, number in contract.facts.paid.items():
            is_known = purchase in sold and number in account.issued
            sale = sale_of(sold[purchase], [account.issued[number]]) if is_known else None
            if sale is not None:
                sales[purchase] = sale
    for one in deductions(stocks, nets, used, sales, today):
        yield deduction(contracts[one.contract], one, today)


def open_months(window: Window, account: Account) -> list[Month]:
    """Return the earlier months that are not closed and have charges, in order."""
    return sorted({Month.of(claim.day) for claim in account.open if window.misses(claim.day)})


def _draft(
    window: Window, account: Account, currency: str, claims: Sequence[Claim], head: Letterhead, today: date
) -> Draft:
    client = account.client
    codes = {claim.line.contract for claim in claims}
    is_prepayment = any(claim.is_prepayment for claim in claims)
    its = [
        c
        for c in account.contracts
        if c.facts.contract.code in codes or (c.currency == currency and not is_prepayment)
    ]
    month = window.month
    of_case: dict[str, list[Claim]] = {}
    for claim in claims:
        of_case.setdefault(claim.line.key.case, []).append(claim)
    cases = [told for contract in its for told in _cases(month, contract, of_case) if not is_prepayment]
    cases.sort(key=lambda c: number_order(c["case"]))
    other = sorted(
        (line for c in of_case.get("", ()) for line in c.documents),
        key=lambda line: (line["date"], line["contract"]),
    )
    shares = [s for c in its for s in c.rating.shares if s.piece.day in month and not is_prepayment]
    lines = [line for claim in claims for line in claim.documents]
    gross = Decimal(totals_of(lines, currency, head.tax)["gross"])
    paying = [] if is_prepayment else deposits_for(gross, its, currency, today)
    totals = totals_of(lines, currency, head.tax, prepaid=sum((a for _, a in paying), Decimal(0)))
    drawn = dict(paying)
    for claim in claims:
        if claim.line.key.kind is ChargeKind.PREPAYMENT:
            drawn[claim.line.key.appointment] = -claim.line.net
    terms = terms_for(client.terms, head.seller.get("payment_days"))
    document = {
        "kind": "credit-note" if gross < 0 else "invoice",
        "type_code": _type_code(client, head, gross, is_prepayment=is_prepayment),
        "number": None,
        "state": "draft",
        "issued_on": None,
        "due_on": None,
        "payment": None,
        "credits": None,
        "supplement": window.supplement,
        "client": client.code,
        "client_name": client.name,
        "client_address": client.address,
        "client_country": client.country,
        "client_email": client.email,
        "client_tax_id": client.tax_id,
        "client_city": client.city,
        "client_postcode": client.postcode,
        "client_endpoint": client.endpoint,
        "client_buyer_reference": client.buyer_reference,
        "client_company_number": client.company_number,
        "client_order_number": head.order_number or client.order_number,
        **head.frame(client),
        "terms": as_data(terms, (), currency) if terms and gross > 0 else None,
        "currency": currency,
        "timezone": its[0].facts.contract.latest.zone.name,
        "contracts": [c.facts.contract.code for c in its],
        "detail": client.detail or head.detail,
        "contract_rules": {
            c.facts.contract.code: with_words("rule", rounding_rule(c.facts.contract.latest)) for c in its
        },
        "contract_titles": {c.facts.contract.code: c.facts.contract.latest.title for c in its},
        "period": {"from": month.first.isoformat(), "to": month.last.isoformat()},
        "cases": cases,
        "other_lines": other,
        "held": [] if is_prepayment else held_time(month.last, client.code, its),
        "prepaid": [told for c in its for told in _prepaid(month, c, drawn, today) if not is_prepayment],
        "time": time_of(shares),
        "totals": totals,
        "tax_texts": tax_texts(lines, head.wording.tax_rules(head.tax, head.language_for(client))),
        "agents": head.wording.names_of(unit["agent"] for case in cases for unit in case["work"]),
    }
    return Draft(document | {"summary": summary_of(document)}, tuple(claims), tuple(paying))


def _type_code(client: Client, head: Letterhead, gross: Decimal, *, is_prepayment: bool) -> str:
    """Return the type of a document (BT-3)."""
    if is_prepayment:
        return type_of_prepayment(head.seller.get("country"), client.country)
    return CREDIT_NOTE if gross < 0 else INVOICE


def _cases(month: Month, contract: RatedContract, claims: Mapping[str, Sequence[Claim]]) -> list[Document]:
    """Return the cases worked on in `month`, and those of `claims`, by number, of this contract.

    `time` counts the month's own days; `work` shows the days of late lines, too.
    """
    told = []
    for number, case in contract.cases.items():
        lines = [line for c in claims.get(number, ()) for line in c.documents]
        days = {c.day for c in claims.get(number, ())}
        every = contract.shares_by_case.get(number, ())
        own = [s for s in every if s.piece.day in month]
        if own or lines:
            shown = [s for s in every if s.piece.day in month or s.piece.day in days]
            told.append(
                {
                    "case": number,
                    "subject": case.subject,
                    "contract": contract.facts.contract.code,
                    "category": case.category,
                    "cause": cause_of(case),
                    "status": case.status,
                    "time": time_of(own),
                    "work": work_of(shown),
                    "reasons": reasons_of(own),
                    "lines": lines,
                }
            )
    return told


def cause_of(case: Case) -> str | None:
    """Return the cause of the latest resolution while the case is resolved."""
    turn = case.last_turn
    return turn.cause if turn and case.resolved_at is not None else None


def _prepaid(
    month: Month, contract: RatedContract, paying: Mapping[int, Decimal], today: date
) -> list[Document]:
    """Return the prepaid balances: time and incidents at the end of `month`, money after this invoice.

    Money pays on the day of the invoice, `today`, not in the invoiced month: `paying` is the amount.
    """
    agreement = contract.facts.contract
    used = draws_between(contract.rating, month.first, month.last)
    told = [
        balance_as_data(one, contract.currency, used)
        for one in contract.balances(month.last)
        if one.unit != "money" and one.purchases
    ]
    told += [
        balance_as_data(one.after(paying), contract.currency, paying)
        for one in contract.balances(today)
        if one.unit == "money" and one.purchases
    ]
    return [{"contract": agreement.code, "title": agreement.latest.title} | one for one in told]


def held_time(through: date, client: str, contracts: Iterable[RatedContract]) -> list[Document]:
    """Return all held time of `client` through the day `through`, by case number, with the reason."""
    found = [row | {"client": client} for contract in contracts for row in contract.held(through)]
    return sorted(found, key=lambda row: number_order(row["case"]))
