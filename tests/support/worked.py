"""Worked examples: a few words a line, made into facts, rated, and told in the same words.

    terms     the contract file's tables (the table [contract] is added, and a price of 60.00 an hour)
    zone      the contract's time zone, UTC if left out
    starts    the day the contract starts, 1 January 2026 if left out
    later     further versions: from, terms
    cases     CASE-1 = "bug-report"               its category; also: project=P1 opened=2026-10-14T23:30
    projects  "P1 40000 2026-08-15"               budget, and the day it was completed
    contacts  "admin@nord.example administrator"
    events    "2026-10-05 09:20 CASE-1 consent"   also: up_to=4h, cause=product-defect
    work      "2026-10-05 09:00 5m CASE-1 ana"    also: guest, requested, channel=phone, waived=why, role=, type=
    roles     "ana senior 2026-10-01"             of agents, each from a day on
    booked    "2026-10-06 10:00 45m CASE-1 ana"   also: cancelled=2026-10-05T09:00, by=us, missed_by=us
    bought    "2026-07-01 10h"                    hours; "2026-07-01 2" incidents or money
    now       when it is rated; the end of 2026 if left out

Expected, each only where it is stated:

    lines     "2026-10-05 CASE-1 time 9m"         what of it is free: "capped 4m"; drawn: "prepaid 5m"; a tariff; "net 60.00"
              "2026-10-15 CASE-1 incident 1"
    outcomes  "CASE-1 non_billable 20m"
    prospects "CASE-1 20m best non_billable by consent worst chargeable by contract"   what held time becomes
    held      "CASE-1 1h at least 0.00 at most 46.67"          what it adds to the charges; at least 0.00 is left out
    reasons   "CASE-1 consent"                    the clauses that kept time from being charged
    left      "2026-09-30 used 6h forfeited 5h remaining 1h"   of incidents and money: plain numbers
    fees      "2026-03-01 4800.00"                due in 2026
    due       "P2 2026-10-09 16:30 = 2026-10-12 15:30"         registered, and when a response is due; "none ..." has no priority
    opening   "contact=x@y.example via=email = refused"        or "= taken"; also kind=, priority=, project=, day=
    working   "channel=email left=0 card=no = refused"         or "= taken"
"""

from datetime import date, datetime
from decimal import Decimal

from suptime.contracts import due_fees, refuse_opening, refuse_work, response_terms
from suptime.contracts.clause import Asking, Opening
from suptime.contracts.file import read_contract
from suptime.domain.booking import Appointment, Purchase
from suptime.domain.case import Case, Event, EventKind, number_order
from suptime.domain.client import Contact, Project
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import Outcome
from suptime.domain.time import Zone, parse_duration, show_duration
from suptime.domain.work import AgentRole, WorkUnit
from suptime.errors import Refused
from suptime.rating.balance import balances
from suptime.rating.facts import Facts
from suptime.rating.rate import rate
from suptime.rating.rated import RatedContract

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
    no_price = "[prices]" in terms or "[coverage]" in terms
    prices = "" if no_price else '[prices]\nhour = "60.00"\n'
    read = read_contract(HEAD.format(zone=zone, starts_on=starts_on) + prices + terms)
    assert isinstance(read, Version), [str(fault) for fault in read]
    return read


def contract_of(example):
    """The contract of a worked EXAMPLE, with its versions."""
    zone = example.get("zone", "UTC")
    starts = example.get("starts", "2026-01-01")
    versions = [version(example.get("terms", ""), zone, starts)]
    versions += [version(later["terms"], zone, later["from"]) for later in example.get("later", [])]
    return Contract("example", "client", tuple(versions))


def facts(example):
    """The facts of a worked EXAMPLE."""
    zone = Zone(example.get("zone", "UTC"))
    contract = contract_of(example)
    events = {}
    for line in example.get("events", []):
        at, case, kind, options = _line(line, zone, 2)
        up_to = options.get("up_to")
        event = Event(
            EventKind(kind), at, "client", parse_duration(up_to) if up_to else None, options.get("cause")
        )
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
                role=options.get("role"),
                work_type=options.get("type"),
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
        amount = Decimal(parse_duration(quantity) // 60) if quantity[-1] in "hm" else Decimal(quantity)
        bought.append(Purchase(len(bought) + 1, "example", date.fromisoformat(day), amount))
    projects = []
    for line in example.get("projects", []):
        code, budget, completed = line.split()
        projects.append(Project(code, "client", Decimal(budget), date.fromisoformat(completed)))
    stated = example.get("cases", {})
    numbers = {u.case for u in units} | {a.case for a in booked} | set(stated)
    cases = []
    for number in sorted(numbers):
        words = stated.get(number, "").split()
        options = dict(word.split("=") for word in words if "=" in word)
        opened = options.get("opened")
        cases.append(
            Case(
                number,
                "client",
                "example",
                _at(opened.replace("T", " "), zone) if opened else 0,
                category=next((word for word in words if "=" not in word), None),
                project=options.get("project"),
                events=tuple(sorted(events.get(number, ()), key=lambda e: e.at)),
            )
        )
    now = _at(example.get("now", "2026-12-31 23:59"), zone)
    roles = []
    for line in example.get("roles", []):
        agent, role, since = line.split()
        roles.append(AgentRole(agent, date.fromisoformat(since), "" if role == "none" else role))
    return Facts(
        contract,
        tuple(cases),
        tuple(units),
        tuple(booked),
        tuple(bought),
        now,
        tuple(projects),
        roles=tuple(roles),
    )


def told(example):
    """What rating makes of EXAMPLE, in the words of its expectations, for each that it states."""
    known = facts(example)
    rating = rate(known)
    answers = {}
    if "lines" in example:
        wants_net = any(" net " in line for line in example["lines"])
        charges = sorted(rating.charges, key=lambda c: (c.day, *c.order))
        answers["lines"] = [_charge(c, wants_net) for c in charges]
    if "outcomes" in example:
        seconds = {}
        for share in rating.shares:
            key = (number_order(share.piece.unit.case), share.piece.unit.case, str(share.outcome))
            seconds[key] = seconds.get(key, 0) + share.seconds
        answers["outcomes"] = [
            f"{case} {outcome} {show_duration(s)}" for (_, case, outcome), s in sorted(seconds.items()) if s
        ]
    if "reasons" in example:
        kept = {
            (s.piece.unit.case, s.reason.clause) for s in rating.shares if s.outcome is not Outcome.CHARGEABLE
        }
        answers["reasons"] = [f"{case} {clause}" for case, clause in sorted(kept)]
    if "prospects" in example:
        answers["prospects"] = _prospects(rating)
    if "held" in example:
        rows = RatedContract(known, rating).held(date.max)
        answers["held"] = [_held(row) for row in rows]
    if "left" in example:
        answers["left"] = [_balance(rating, date.fromisoformat(line.split()[0])) for line in example["left"]]
    if "fees" in example:
        due = due_fees(rating.contract, date(2026, 1, 1), date(2026, 12, 31))
        answers["fees"] = [f"{fee.day} {fee.net}" for fee in due]
    version = rating.contract.latest
    if "due" in example:
        answers["due"] = [_due(line.partition(" = ")[0], version) for line in example["due"]]
    for key, asks in (("opening", _opening), ("working", _working)):
        if key in example:
            answers[key] = [asks(line.partition(" = ")[0], version, example) for line in example[key]]
    return answers


def _prospects(rating):
    seconds = {}
    for share in rating.shares:
        if share.outcome is Outcome.HELD:
            bounds = [f"{v.outcome} by {v.reason.clause}" for v in share.prospects]
            key = (share.piece.unit.case, "best {} worst {}".format(*bounds))
            seconds[key] = seconds.get(key, 0) + share.seconds
    return [f"{case} {show_duration(s)} {told}" for (case, told), s in seconds.items()]


def _held(row):
    least, most = row["at_best"]["net"], row["at_worst"]["net"]
    at_least = f" at least {least}" if Decimal(least) else ""
    return f"{row['case']} {show_duration(row['held_seconds'])}{at_least} at most {most}"


def _charge(charge, wants_net):
    unit = "" if charge.unit == "incident" else "m"
    capped = f" capped {charge.capped}m" if charge.capped else ""
    drawn = f" prepaid {charge.drawn}{unit}" if charge.drawn else ""
    tariff = f" {charge.tariff}" if charge.tariff else ""
    net = f" net {charge.net}" if wants_net else ""
    return f"{charge.day} {charge.case} {charge.kind} {charge.quantity}{unit}{capped}{drawn}{tariff}{net}"


def _balance(rating, day):
    (at,) = balances(rating, rating, day)
    amounts = [at.used, at.forfeited, at.remaining]
    used, lost, rest = [show_duration(int(m) * 60) for m in amounts] if at.unit == "hours" else amounts
    return f"{day} used {used} forfeited {lost} remaining {rest}"


def _due(asked, version):
    priority, when = asked.split(maxsplit=1)
    given = None if priority == "none" else priority
    due = response_terms(version).due_at(version.zone, _at(when, version.zone), given)
    return f"{asked} = {'never' if due is None else format(version.zone.local(due), '%Y-%m-%d %H:%M')}"


def _opening(asked, version, example):
    known = {}
    for line in example.get("contacts", []):
        email, role = line.split()
        known[email] = Contact("client", email, "", role)
    options = dict(word.split("=") for word in asked.split())
    address = options.pop("contact", None)
    projects = {project.code: project for project in facts(example).projects}
    options["project"] = projects.get(options.get("project"))
    options["day"] = date.fromisoformat(options["day"]) if "day" in options else None
    opening = Opening("example", "client", address, known.get(address), **options)
    return _answer(asked, refuse_opening, version, opening)


def _working(asked, version, example):
    options = dict(word.split("=") for word in asked.split())
    left = Decimal(options.get("left", "0"))
    asking = Asking(
        "example",
        "client",
        options["channel"],
        options.get("paid") != "no",
        options.get("card") == "yes",
        lambda: left,
    )
    return _answer(asked, refuse_work, version, asking)


def _answer(asked, refuse, version, question):
    try:
        refuse(version, question)
    except Refused:
        return f"{asked} = refused"
    return f"{asked} = taken"


def _at(text, zone):
    return int(datetime.fromisoformat(text).replace(tzinfo=zone.info).timestamp())


def _line(line, zone, words):
    day, clock, *rest = line.split()
    options = dict(option.partition("=")[::2] for option in rest[words:])
    return _at(f"{day} {clock}", zone), *rest[:words], options
