"""Statement about one client at any day: cases, time, balances, response times, guarantees, next invoice (B9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from suptime.contracts.clocks import WAITING
from suptime.domain.case import Case, number_order
from suptime.domain.client import Client
from suptime.domain.contract import Version
from suptime.domain.money import show_amount
from suptime.domain.outcome import Piece, Share
from suptime.domain.sentence import with_words
from suptime.domain.time import Instant, Month, Span, everywhere, rfc3339
from suptime.domain.work import WorkUnit
from suptime.rating.as_data import time_of
from suptime.rating.decide import decide
from suptime.rating.rate import case_facts
from suptime.rating.rated import RatedContract
from suptime.reports.guarantee import guarantee_of, guarantee_report, open_on
from suptime.reports.hours import hours_report
from suptime.reports.sla import response_clock, sla_report

Told = dict[str, Any]


def statement(
    client: Client,
    contracts: Sequence[RatedContract],
    drafts: Iterable[Mapping[str, Any]],
    accounts: Sequence[Told],
    as_of: date,
    now: Instant,
) -> Told:
    """Return the statement of `client` at the end of the day `as_of`, or at `now` if that day is not over.

    Cases and responses are as of that time; outcomes count entries dated through `as_of`, as known at `now`. `drafts`
    are the draft invoices of the month before and of the month of `as_of`; lines dated through `as_of` are included.
    `accounts` are the client's.
    """
    month = Month.of(as_of)
    shares = [s for c in contracts for s in c.rating.shares if s.piece.day <= as_of]
    projects = guarantee_report([(client, contracts)], everywhere(as_of))["projects"]
    return {
        "as_of": as_of.isoformat(),
        "drawn_up_at": rfc3339(now),
        "client": client.code,
        "client_name": client.name,
        "client_address": client.address,
        "client_city": client.city,
        "client_postcode": client.postcode,
        "client_country": client.country,
        "client_email": client.email,
        "client_tax_id": client.tax_id,
        "contracts": [_contract(contract, as_of) for contract in contracts],
        "accounts": accounts,
        "cases": _open_cases(contracts, as_of, now),
        "time": [_time(one, shares, as_of) for one in (month, month.previous)],
        "balances": hours_report(((client, c) for c in contracts), everywhere(as_of))["balances"],
        "response": _clocks(client, contracts, month, as_of, now),
        "projects": [p for p in projects if p["active"] or p["cases"]],
        "held": _held_time(contracts, as_of),
        "next": [told for document in drafts for told in _next(document, as_of)],
    }


def _contract(contract: RatedContract, as_of: date) -> Told:
    agreement = contract.facts.contract
    version = agreement.on(as_of) or agreement.latest
    return {
        "contract": agreement.code,
        "title": version.title,
        "currency": version.currency,
        "timezone": version.zone.name,
        "in_force": agreement.on(as_of) is not None,
        "ends_on": version.ends_on.isoformat() if version.ends_on else None,
    }


def _until(version: Version, as_of: date, now: Instant) -> Instant:
    """Return the end of the day `as_of` in the zone of `version`, or `now` if that is earlier."""
    return min(now, version.zone.midnight(as_of + timedelta(days=1)) - 1)


def _open_cases(contracts: Sequence[RatedContract], as_of: date, now: Instant) -> list[Told]:
    """Return the cases that were open then, by number, each with the outcome of further work then."""
    told = [
        _open_case(case, contract, as_of, now)
        for contract in contracts
        for case in contract.cases.values()
        if open_on(case, contract.facts.contract.latest, as_of)
    ]
    return sorted(told, key=lambda row: number_order(row["case"]))


def _open_case(case: Case, contract: RatedContract, as_of: date, now: Instant) -> Told:
    agreement = contract.facts.contract
    shares = [s for s in contract.shares_by_case.get(case.number, ()) if s.piece.day <= as_of]
    net = sum(
        (c.net for c in contract.rating.charges if c.case == case.number and c.day <= as_of), Decimal(0)
    )
    share = _further_work(case, contract, shares, _until(agreement.latest, as_of, now))
    clock = response_clock(case, agreement, _until(agreement.latest, as_of, now))
    return {
        "case": case.number,
        "subject": case.subject,
        "contract": agreement.code,
        "category": case.category,
        "priority": case.priority,
        "opened_on": agreement.latest.zone.day(case.opened_at).isoformat(),
        "outcome": str(share.outcome),
        **with_words("reason", share.reason.text),
        "time": time_of(shares),
        "currency": contract.currency,
        "net": show_amount(net, contract.currency),
        "response": clock,
        "guarantee": guarantee_of(case, contract),
    }


def _further_work(case: Case, contract: RatedContract, shares: Sequence[Share], at: Instant) -> Share:
    """Return the outcome of more work on `case` at the instant `at`, on the channel of earlier work or of its opening."""
    agreement = contract.facts.contract
    version = agreement.nearest(at)
    last = max((s.piece.unit for s in shares), key=lambda u: (u.started_at, u.id), default=None)
    unit = WorkUnit(0, case.number, "", last.channel if last else case.via or "", at, at)
    piece = Piece(unit, Span(at, at), version.zone.day(at), version)
    pieces = [s.piece for s in contract.shares_by_case.get(case.number, ())]
    then = _as_it_stood(case, at)
    decided = decide(
        [*(p for p in pieces if p.span.end <= at), piece], case_facts(then, pieces, contract.facts)
    )
    return next(share for share in decided if share.piece.unit is unit)


def _as_it_stood(case: Case, at: Instant) -> Case:
    return replace(case, events=tuple(event for event in case.events if event.at <= at))


def _time(month: Month, shares: Iterable[Share], as_of: date) -> Told:
    return {
        "month": str(month),
        "from": month.first.isoformat(),
        "to": min(month.last, as_of).isoformat(),
        "complete": month.last <= as_of,
        "time": time_of(s for s in shares if s.piece.day in month),
    }


def _clocks(
    client: Client, contracts: Sequence[RatedContract], month: Month, as_of: date, now: Instant
) -> list[Told]:
    """Return the response clocks of cases registered in `month` or the one before, and of open unanswered ones."""
    found = []
    for contract in contracts:
        agreement = contract.facts.contract
        at = _until(agreement.latest, as_of, now)
        for row in sla_report([(client, agreement, contract.facts.cases)], (None, None), at)["cases"]:
            if row["state"] is None:
                continue
            case = contract.cases[row["case"]]
            registered = agreement.latest.zone.day(case.opened_at)
            unanswered = row["answered_at"] is None and open_on(case, agreement.latest, as_of)
            if unanswered or row["state"] == WAITING or registered in month or registered in month.previous:
                found.append(row)
    return sorted(found, key=lambda row: number_order(row["case"]))


def _held_time(contracts: Sequence[RatedContract], as_of: date) -> list[Told]:
    """Return held time through `as_of` by case number, with its reasons and possible charges."""
    found = [
        row | {"subject": contract.cases[row["case"]].subject}
        for contract in contracts
        for row in contract.held(as_of)
    ]
    return sorted(found, key=lambda row: number_order(row["case"]))


def _next(document: Mapping[str, Any], as_of: date) -> list[Told]:
    """Return the contents of the drafts of `document`, with lines dated through `as_of`."""
    told = []
    for invoice in document["invoices"]:
        currency = invoice["currency"]
        cases = []
        for case in invoice["cases"]:
            lines = [line for line in case["lines"] if line["date"] <= as_of.isoformat()]
            if lines:
                minutes = sum(line["billed_minutes"] for line in lines)
                told_case = {"case": case["case"], "subject": case["subject"], "billed_minutes": minutes}
                cases.append(told_case | {"net": _net(lines, currency)})
        other = [line for line in invoice["other_lines"] if line["date"] <= as_of.isoformat()]
        if not cases and not other:
            continue
        every = [*cases, *other]
        told.append(
            {
                "month": document["month"],
                "complete": Month.parse(document["month"]).last <= as_of,
                "currency": currency,
                "net": _net(every, currency),
                "cases": cases,
                "other_lines": [
                    {
                        key: line[key]
                        for key in ("kind", "date", "description", "description_said", "net")
                        if key in line
                    }
                    for line in other
                ],
            }
        )
    return told


def _net(rows: Iterable[Mapping[str, Any]], currency: str) -> str:
    return show_amount(sum((Decimal(row["net"]) for row in rows), Decimal(0)), currency)
