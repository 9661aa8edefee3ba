"""Worked examples: a few words a line, made into facts, rated, and told in the same words.

    terms   the contract file's tables (the table [contract] and a price of 60.00 USD are added)
    zone    the contract's time zone, UTC if left out
    cases   CASE-1 = "bug-report"               its category
    events  "2026-10-05 09:20 CASE-1 consent"   also: up_to=4h, cause=product-defect
    work    "2026-10-05 09:00 5m CASE-1 ana"    also: guest, requested, channel=phone, waived=why
    booked  "2026-10-06 10:00 45m CASE-1 ana"   also: cancelled=2026-10-05T09:00, by=us, missed_by=us
    bought  "2026-07-01 10h"
    now     when it is rated; the end of 2026 if left out

Expected, each only where it is stated:

    lines     "2026-10-05 CASE-1 time 9m"       and what of it is drawn: "prepaid 5m"; "net 60.00"
    outcomes  "CASE-1 non_billable 20m"
    left      "2026-09-30 used 6h forfeited 5h remaining 1h"
    reasons   "CASE-1 consent"                  the clauses that kept time from being charged
"""

from datetime import date, datetime
from decimal import Decimal

from suptime.clauses.contract_file import read_contract
from suptime.domain.case import Case, Event, EventKind, number_order
from suptime.domain.contract import Contract, Version
from suptime.domain.duration import parse_duration, show_duration
from suptime.domain.outcome import Outcome
from suptime.domain.timespan import Zone
from suptime.domain.work import Appointment, Purchase, WorkUnit
from suptime.rating import Facts, rate
from suptime.rating.balance import balance

HEAD = """
[contract]
code = "example"
title = "Example"
currency = "USD"
timezone = "{zone}"
starts_on = {starts_on}
"""


def version(terms, zone="UTC", starts_on="2026-01-01"):
    """The contract version that TERMS, tables of a contract file, state."""
    prices = "" if "[prices]" in terms else '[prices]\nhour = "60.00"\n'
    read = read_contract(HEAD.format(zone=zone, starts_on=starts_on) + prices + terms)
    assert isinstance(read, Version), [str(fault) for fault in read]
    return read


def facts(example):
    """The facts of a worked EXAMPLE."""
    zone = Zone(example.get("zone", "UTC"))
    versions = [version(example.get("terms", ""), zone.name)]
    versions += [version(later["terms"], zone.name, later["from"]) for later in example.get("later", [])]
    events = {}
    for line in example.get("events", []):
        at, case, kind, options = _line(line, zone, 2)
        up_to = options.get("up_to")
        event = Event(EventKind(kind), at, "client", parse_duration(up_to) if up_to else None, options.get("cause"))
        events.setdefault(case, []).append(event)
    units = []
    for line in example.get("work", []):
        start, length, case, agent, options = _line(line, zone, 3)
        units.append(
            WorkUnit(
                len(units) + 1,
                case,
                agent,
                options.get("channel", "other"),
                start,
                start + parse_duration(length),
                guest="guest" in options,
                requested="requested" in options,
                waived=options.get("waived"),
            )
        )
    booked = []
    for line in example.get("booked", []):
        start, length, case, agent, options = _line(line, zone, 3)
        cancelled = options.get("cancelled")
        booked.append(
            Appointment(
                len(booked) + 1,
                case,
                agent,
                start,
                start + parse_duration(length),
                cancelled_at=_at(cancelled.replace("T", " "), zone) if cancelled else None,
                cancelled_by=options.get("by", "client") if cancelled else None,
                missed_by=options.get("missed_by"),
            )
        )
    bought = []
    for line in example.get("bought", []):
        day, quantity = line.split()
        minutes = Decimal(parse_duration(quantity) // 60)
        bought.append(Purchase(len(bought) + 1, "example", date.fromisoformat(day), minutes))
    categories = example.get("cases", {})
    numbers = {u.case for u in units} | {a.case for a in booked} | set(categories)
    cases = [
        Case(
            number,
            "client",
            "example",
            0,
            category=categories.get(number),
            events=tuple(sorted(events.get(number, ()), key=lambda e: e.at)),
        )
        for number in sorted(numbers)
    ]
    contract = Contract("example", "client", tuple(versions))
    now = _at(example.get("now", "2026-12-31 23:59"), zone)
    return Facts(contract, tuple(cases), tuple(units), tuple(booked), tuple(bought), now)


def told(example):
    """What rating makes of EXAMPLE, in the words of its expectations, for each that it states."""
    rating = rate(facts(example))
    answers = {}
    if "lines" in example:
        charges = sorted(rating.charges, key=lambda c: (c.day, number_order(c.case), c.kind, c.appointment))
        wants_net = any(" net " in line for line in example["lines"])
        answers["lines"] = [
            f"{c.day} {c.case} {c.kind} {c.billed_minutes}m"
            + (f" prepaid {c.prepaid_minutes}m" if c.prepaid_minutes else "")
            + (f" net {c.net}" if wants_net else "")
            for c in charges
        ]
    if "outcomes" in example:
        seconds = {}
        for share in rating.shares:
            key = (number_order(share.piece.unit.case), share.piece.unit.case, str(share.outcome))
            seconds[key] = seconds.get(key, 0) + share.seconds
        answers["outcomes"] = [f"{case} {outcome} {show_duration(s)}" for (_, case, outcome), s in sorted(seconds.items()) if s]
    if "reasons" in example:
        kept = {(s.piece.unit.case, s.reason.clause) for s in rating.shares if s.outcome is not Outcome.CHARGEABLE}
        answers["reasons"] = [f"{case} {clause}" for case, clause in sorted(kept)]
    if "left" in example:
        answers["left"] = []
        for line in example["left"]:
            day = date.fromisoformat(line.split()[0])
            at = balance(rating, rating, day)
            used, lost, rest = (show_duration(m * 60) for m in (at.used, at.forfeited, at.remaining))
            answers["left"].append(f"{day} used {used} forfeited {lost} remaining {rest}")
    return answers


def _at(text, zone):
    return int(datetime.fromisoformat(text).replace(tzinfo=zone.info).timestamp())


def _line(line, zone, words):
    day, clock, *rest = line.split()
    options = dict(option.partition("=")[::2] for option in rest[words:])
    return _at(f"{day} {clock}", zone), *rest[:words], options
