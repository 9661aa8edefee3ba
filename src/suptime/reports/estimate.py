"""Estimate for the client: the time, the cost, and how to agree (A2)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.contracts import (
    category_rule,
    count,
    coverage_sentences,
    extra_sentences,
    measuring_sentences,
    needs_consent,
    price_on,
    priced_by,
    sold_ahead,
)
from suptime.domain.case import Case
from suptime.domain.charge import ChargeKind
from suptime.domain.client import Client
from suptime.domain.contract import Version
from suptime.domain.money import show_amount
from suptime.domain.sentence import Length, in_a_list, mark, sentence
from suptime.domain.time import Instant, Seconds, rfc3339
from suptime.invoicing.tax import tax_texts, taxed, totals_of
from suptime.rating.rate import net_of

_KIND = {"hour": ChargeKind.TIME, "minute": ChargeKind.MINUTES, "incident": ChargeKind.INCIDENT}
_UNIT = {"hour": "minute", "minute": "minute", "incident": "incident"}
_FREE = {
    "non-billable": mark("A request of this category is not billed."),
    "by-cause": mark(
        "It is billed or free by what its cause turns out to be; the amount is for the case that it is billed."
    ),
}


def estimate(
    case: Case,
    client: Client,
    version: Version,
    covered: str | None,
    on: date,
    now: Instant,
    rules: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the estimate of `case` at the prices of the day `on` under `version`, made at `now`.

    `covered` is the reason why nothing is to be paid, if a fee covers it. `net` and the totals are None if the contract
    has no price. `client` is taxed as on that day, by the `rules` of the settings.
    """
    seconds = case.estimate_seconds or 0
    item = priced_by(version)
    rule = category_rule(version, case.category)
    price = price_on(version, item, on)
    quantity = count(version, seconds)
    net = None if price is None else net_of(quantity, price, item, version.currency)
    if covered or rule == "non-billable":
        net = Decimal(0)
    totals, texts = (
        (None, []) if net is None else _with_tax(net, item, client.tax, on, version.currency, rules)
    )
    return {
        "case": case.number,
        "subject": case.subject,
        "client": client.code,
        "client_name": client.name,
        "client_address": client.address,
        "client_city": client.city,
        "client_postcode": client.postcode,
        "client_country": client.country,
        "client_email": client.email,
        "client_tax_id": client.tax_id,
        "contract": version.code,
        "title": version.title,
        "currency": version.currency,
        "drawn_up_at": rfc3339(now),
        "on": on.isoformat(),
        "category": case.category,
        "category_rule": rule,
        "estimate_seconds": seconds,
        "quantity": str(quantity),
        "unit": _UNIT[item],
        "unit_price": None if price is None else show_amount(price, version.currency),
        "price_per": item,
        "net": None if net is None else show_amount(net, version.currency),
        "totals": totals,
        "tax_texts": texts,
        **in_a_list(
            "remarks", [covered, *coverage_sentences(version)] if covered else _remarks(version, rule, net)
        ),
        **in_a_list(
            "not_included",
            _not_included(version, seconds, is_taxed=bool(totals and totals["taxes"]))
            if net
            else [sentence("Other requests, which get numbers of their own.")],
        ),
        **in_a_list("consent", _how_to_consent(case, version, seconds)),
    }


def _remarks(version: Version, rule: str, net: Decimal | None) -> list[str]:
    """Return how the amount is calculated, in words for the client."""
    if net is None:
        return [
            sentence(
                "The contract {title} states no price for it: what its fee covers is not billed.",
                title=version.title,
            )
        ]
    told: list[str] = [sentence(_FREE[rule])] if rule in _FREE else []
    if rule != "non-billable":
        told += measuring_sentences(version)
        prepaid = sold_ahead(version)
        if prepaid is not None:
            told.append(sentence(_FIRST[prepaid.unit]))
    return told


_FIRST = {
    "money": mark("Your deposit pays first."),
    "hours": mark("Prepaid hours pay first."),
    "incidents": mark("Prepaid incidents pay first."),
}


def _with_tax(
    net: Decimal, item: str, tax: str | None, on: date, currency: str, rules: Mapping[str, Any] | None
) -> tuple[dict[str, Any], list[str]]:
    """Return the totals of an amount with its tax, and the reasons for no tax."""
    line = {"kind": _KIND[item], "net": show_amount(net, currency), "date": on.isoformat()}
    lines = [taxed(line, tax, rules)]
    totals = totals_of(lines, currency, rules)
    return {key: totals[key] for key in ("net", "tax", "gross", "taxes")}, tax_texts(lines, rules)


def _not_included(version: Version, seconds: Seconds, *, is_taxed: bool) -> list[str]:
    told: list[str] = [] if is_taxed else [sentence("Tax.")]
    if priced_by(version) == "incident":
        told.append(sentence("Communication that goes past what is estimated: it is a further incident."))
    else:
        told.append(
            sentence("Time beyond {length}: this is an estimate, not a fixed price.", length=Length(seconds))
        )
    told.append(sentence("Other requests, which get numbers of their own."))
    return [*told, *extra_sentences(version)]


def _how_to_consent(case: Case, version: Version, seconds: Seconds) -> list[str]:
    if not needs_consent(version):
        return [sentence("Work goes ahead as agreed in the contract: you need not do anything.")]
    if seconds:
        how = sentence(
            "Answer with {case} in the subject, and say that you agree to {length}, or to how much.",
            case=case.number,
            length=Length(seconds),
        )
    else:
        how = sentence(
            "Answer with {case} in the subject, and say how much time you agree to.", case=case.number
        )
    return [
        how,
        sentence(
            "Billable work begins then. What goes beyond the time that you agreed to is not billed until you "
            "agree to more."
        ),
    ]
