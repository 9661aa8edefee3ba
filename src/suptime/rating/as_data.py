"""Parts of JSON documents about a rating, which invoices, reports and explanations share.

Durations are in whole seconds or minutes with the unit in the key, money and quantities are text, instants are
RFC 3339 in UTC.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from suptime.contracts import calls_count_alone, started_minutes_count
from suptime.domain.booking import Appointment, Stock
from suptime.domain.charge import INCIDENT_UNIT, Charge, ChargeKind, Draw
from suptime.domain.contract import Version
from suptime.domain.money import show_amount
from suptime.domain.outcome import Outcome, Prospects, Share
from suptime.domain.sentence import Moment, Sentence, sentence, with_words
from suptime.domain.time import MINUTE, Seconds, Zone, rfc3339, shared_minutes
from suptime.domain.work import WorkUnit
from suptime.rating.balance import Balance

Told = dict[str, Any]


def time_of(shares: Iterable[Share]) -> dict[str, Seconds]:
    """Return the seconds of `shares`: total, and by outcome. Σ outcomes = worked."""
    seconds = dict.fromkeys(Outcome, 0)
    for share in shares:
        seconds[share.outcome] += share.seconds
    return {"worked_seconds": sum(seconds.values())} | {
        f"{outcome}_seconds": n for outcome, n in seconds.items()
    }


def reasons_of(shares: Iterable[Share]) -> list[Told]:
    """Return the reasons for time that is not charged: each outcome and reason once, with its seconds."""
    merged: dict[tuple[str, str, str, Prospects | None], Seconds] = {}
    for share in shares:
        if share.outcome is not Outcome.CHARGEABLE and share.seconds:
            key = (str(share.outcome), share.reason.clause, share.reason.text, share.prospects)
            merged[key] = merged.get(key, 0) + share.seconds
    return [
        {"outcome": outcome, "seconds": seconds, "clause": clause}
        | with_words("reason", text)
        | prospects_as_data(prospects)
        for (outcome, clause, text, prospects), seconds in merged.items()
    ]


def prospects_as_data(prospects: Prospects | None) -> Told:
    """Return the possible outcomes of held time, under `at_best` and `at_worst`; nothing for other time."""
    if prospects is None:
        return {}
    return {
        key: {"outcome": str(verdict.outcome), "clause": verdict.reason.clause}
        | with_words("reason", verdict.reason.text)
        for key, verdict in (("at_best", prospects.best), ("at_worst", prospects.worst))
    }


def work_of(shares: Iterable[Share]) -> list[Told]:
    """Return the work in `shares`, one entry per unit and day, by start; each with the outcomes of its seconds."""
    entries: dict[tuple[int, object], list[Share]] = {}
    for share in shares:
        entries.setdefault((share.piece.unit.id, share.piece.day), []).append(share)
    told = sorted(
        (_entry(parts) for parts in entries.values()), key=lambda e: (e["started_at"], int(e["unit"][1:]))
    )
    _count_minutes(told, {key: parts[0].piece.version for key, parts in _by_unit(entries).items()})
    return told


def _by_unit(entries: Mapping[tuple[int, object], list[Share]]) -> dict[tuple[str, str], list[Share]]:
    return {(f"U{unit}", str(day)): parts for (unit, day), parts in entries.items()}


def _count_minutes(work: Iterable[Told], versions: Mapping[tuple[str, str], Version]) -> None:
    """Add the whole minutes of each share of `work`, as rating counts those of a case, a day and an outcome (P15).

    They add up to the group's: the largest remainders are rounded up first. A contract by the minute counts each
    unit of work alone.
    """
    groups: dict[tuple[Any, ...], list[Told]] = {}
    for entry in work:
        version = versions[entry["unit"], entry["date"]]
        for share in entry["shares"]:
            is_alone = calls_count_alone(version) and share["outcome"] == Outcome.CHARGEABLE
            is_up = is_alone or started_minutes_count(version)
            key = (entry["date"], share["outcome"], is_up, entry["unit"] if is_alone else None)
            groups.setdefault(key, []).append(share)
    for (_, _, is_up, _), shares in groups.items():
        seconds = [share["seconds"] for share in shares]
        total = -(-sum(seconds) // MINUTE) if is_up else sum(seconds) // MINUTE
        for share, minutes in zip(shares, shared_minutes(seconds, total), strict=True):
            share["minutes"] = minutes


def _entry(parts: list[Share]) -> Told:
    unit, zone = parts[0].piece.unit, parts[0].piece.version.zone
    start, end = min(s.piece.span.start for s in parts), max(s.piece.span.end for s in parts)
    stretches: list[Told] = []
    for share in sorted(parts, key=lambda s: (s.piece.span.start, s.piece.span.end)):
        told = (
            {
                "outcome": str(share.outcome),
                "seconds": share.seconds,
                "clause": share.reason.clause,
            }
            | with_words("reason", share.reason.text)
            | prospects_as_data(share.prospects)
        )
        if stretches and stretches[-1] == told | {"seconds": stretches[-1]["seconds"]}:
            stretches[-1]["seconds"] += share.seconds
        else:
            stretches.append(told)
    return {
        "unit": f"U{unit.id}",
        "date": parts[0].piece.day.isoformat(),
        "start": zone.clock(start),
        "end": zone.clock(end),
        "started_at": rfc3339(start),
        "ended_at": rfc3339(end),
        "agent": unit.agent,
        "channel": unit.channel,
        "note": unit.note,
        "seconds": sum(s.seconds for s in parts),
        "guest": unit.guest,
        "shares": stretches,
    }


def line_of(
    charge: Charge,
    units: Mapping[int, WorkUnit],
    appointments: Mapping[int, Appointment],
    zone: Zone,
) -> Told:
    """Return `charge` as a line of an invoice. `zone` is the contract's."""
    its_units = sorted((units[u] for u in charge.units), key=lambda u: (u.started_at, u.id))
    agents = dict.fromkeys([u.agent for u in its_units] or filter(None, [charge.agent]))
    return {
        "kind": str(charge.kind),
        "date": charge.day.isoformat(),
        "contract": charge.contract,
        "worked_seconds": charge.worked_seconds,
        "billed_minutes": charge.billed_minutes,
        "prepaid_minutes": charge.prepaid_minutes,
        "invoiced_minutes": charge.invoiced_minutes,
        "prepaid_incidents": charge.drawn if charge.unit == INCIDENT_UNIT else 0,
        "quantity": str(charge.invoiced),
        "unit": charge.unit,
        "unit_price": show_amount(charge.price, charge.currency),
        "price_per": charge.priced_by,
        "net": show_amount(charge.net, charge.currency),
        "units": [f"U{u.id}" for u in its_units],
        "agents": list(agents),
        "clauses": list(charge.clauses),
        "draws": [draw_as_data(charge, draw) for draw in charge.draws],
        "appointment": f"A{charge.appointment}" if charge.appointment else None,
        **(with_words("tariff", charge.tariff) if charge.tariff else {"tariff": None}),
        **({"capped_minutes": charge.capped} if charge.limited or charge.capped else {}),
        **with_words(
            "description", _description(charge, its_units, appointments.get(charge.appointment), zone)
        ),
        **with_words("reason", charge.reason),
    }


def draw_as_data(charge: Charge, draw: Draw) -> Told:
    """Return the part of `charge` that a purchase pays; `minutes` is 0 if it pays incidents."""
    return drawn_as_data(draw.purchase, draw.quantity, minutes=charge.unit != INCIDENT_UNIT)


def drawn_as_data(purchase: int, quantity: int, *, minutes: bool) -> Told:
    """Return the part that `purchase` pays: a `quantity` of `minutes`, or of incidents."""
    return {"purchase": f"P{purchase}", "quantity": quantity, "minutes": quantity if minutes else 0}


def _translated(tariff: str) -> Sentence:
    """Return the name of a tariff as a sentence that documents translate."""
    return tariff if isinstance(tariff, Sentence) else sentence(tariff)


def _description(charge: Charge, units: list[WorkUnit], appointment: Appointment | None, zone: Zone) -> str:
    notes = "; ".join(dict.fromkeys(u.note for u in units if u.note))
    if charge.kind is ChargeKind.MINIMUM:
        return sentence("Minimum of the month")
    if charge.kind is ChargeKind.INCIDENT:
        start = Moment(charge.starts_at, zone)
        if notes:
            return sentence("Incident from {start}: {notes}", start=start, notes=notes)
        return sentence("Incident from {start}", start=start)
    if appointment is None:
        work = notes or sentence("Work on {case}", case=charge.case)
        if charge.tariff:
            return sentence("{work} ({tariff})", work=work, tariff=_translated(charge.tariff))
        return work
    start = Moment(appointment.starts_at, zone)
    if charge.kind is ChargeKind.BLOCK:
        if notes:
            return sentence("Booked time, {start}: {notes}", start=start, notes=notes)
        return sentence("Booked time, {start}", start=start)
    if appointment.cancelled_at is not None:
        cancelled = Moment(appointment.cancelled_at, zone)
        return sentence("Appointment on {start}, cancelled on {cancelled}", start=start, cancelled=cancelled)
    return sentence("Appointment on {start}, missed", start=start)


COUNTED = {"hours": "minutes", "incidents": "incidents", "money": "money"}
"""Key of a balance in JSON, by unit."""


def _sold(stock: Stock) -> Told:
    """Return the basis of sold money: "net", or "gross" if an older version sold it."""
    bought = stock.purchase
    if stock.unit != "money" or (bought.price is None and not bought.is_net):
        return {}
    return {"basis": bought.basis or "gross"}


def balance_as_data(
    balance: Balance, currency: str, used_in_period: Mapping[int, int] | Mapping[int, Decimal] | None = None
) -> Told:
    """Return a balance with each purchase: whole minutes or incidents, or money as text in `currency`.

    If a period is given, include the use of each purchase in it.
    """

    def shown(quantity: Decimal) -> int | str:
        return show_amount(quantity, currency) if balance.unit == "money" else int(quantity)

    return {
        "unit": COUNTED[balance.unit],
        "currency": currency,
        "purchased": shown(balance.purchased),
        "used": shown(balance.used),
        "forfeited": shown(balance.forfeited),
        "returned": shown(balance.returned),
        "remaining": shown(balance.remaining),
        "pending": shown(balance.pending),
        "as_of": balance.as_of.isoformat(),
        "purchases": [
            {
                "id": f"P{p.stock.purchase.id}",
                "on": p.stock.purchase.on.isoformat(),
                "valid_through": p.stock.valid_through.isoformat() if p.stock.valid_through else None,
                "quantity": shown(p.quantity),
                "used": shown(p.used),
                "forfeited": shown(p.forfeited),
                "returned": shown(p.returned),
                "remaining": shown(p.remaining),
            }
            | _sold(p.stock)
            | ({} if p.stock.purchase.source is None else {"returns": f"P{p.stock.purchase.source}"})
            | ({} if p.paid is None else {"paid": p.paid})
            | (
                {}
                if used_in_period is None
                else {"used_in_period": shown(Decimal(used_in_period.get(p.stock.purchase.id, 0)))}
            )
            for p in sorted(balance.purchases, key=lambda p: (p.stock.purchase.on, p.stock.purchase.id))
        ],
    }
