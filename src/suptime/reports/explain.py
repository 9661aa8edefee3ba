"""Explain the cost of a case: the outcome and reason of every second, and the calculation of every row."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from suptime.contracts import incident_window
from suptime.domain.case import Case
from suptime.domain.charge import Charge, ChargeKind, Filling
from suptime.domain.outcome import AppointmentOutcome, Outcome
from suptime.domain.sentence import Day, sentence, together, with_words
from suptime.domain.time import MINUTE, Month, Zone, rfc3339
from suptime.rating.as_data import reasons_of, time_of, work_of
from suptime.rating.rate import Rating
from suptime.rating.rated import RatedContract
from suptime.reports.guarantee import guarantee_of
from suptime.reports.sla import response_clock


def explain(
    case: Case, contract: RatedContract, month: Month | None, zone: Zone | None = None
) -> dict[str, Any]:
    """Return the explanation of a case, in `month` or from the beginning, in `zone` or its contract's."""
    shares = [
        s for s in contract.shares_by_case.get(case.number, ()) if month is None or s.piece.day in month
    ]
    charges = [
        c for c in contract.rating.charges if c.case == case.number and (month is None or c.day in month)
    ]
    fates = [
        f
        for f in contract.rating.fates
        if f.appointment.case == case.number and (month is None or f.day in month)
    ]
    agreement = contract.facts.contract
    clocks = zone or agreement.latest.zone
    held = any(s.outcome is Outcome.HELD for s in shares)
    return {
        "case": case.number,
        "client": case.client,
        "contract": agreement.code,
        "title": agreement.latest.title,
        "currency": contract.currency,
        "timezone": clocks.name,
        "subject": case.subject,
        "category": case.category,
        "status": case.status,
        "project": case.project,
        "month": str(month) if month else None,
        "time": time_of(shares),
        "history": _history(case, clocks),
        "response": response_clock(case, agreement, contract.facts.as_of),
        "guarantee": guarantee_of(case, contract),
        "work": work_of(shares),
        "reasons": reasons_of(shares),
        "appointments": [_appointment(f, zone or f.version.zone) for f in fates],
        "lines": _lines([*charges, *_write_offs(case, contract, month)], contract, contract.rating),
        "if_billed": _if_billed(case, contract, month) if held else [],
    }


def _write_offs(case: Case, contract: RatedContract, month: Month | None) -> list[Charge]:
    """Return the written-off charges of `case` of which nothing is left."""
    return [
        c
        for c in contract.rating.written_off
        if c.case == case.number and not c.quantity and (month is None or c.day in month)
    ]


def _if_billed(case: Case, contract: RatedContract, month: Month | None) -> list[dict[str, Any]]:
    """Return the lines of `case` if all held time were billed."""
    rating = contract.as_if_billable
    charges = [c for c in rating.charges if c.case == case.number and (month is None or c.day in month)]
    return _lines(charges, contract, rating)


def _lines(charges: Sequence[Charge], contract: RatedContract, rating: Rating) -> list[dict[str, Any]]:
    """Return `charges` as lines; incidents have their window, minutes have each call."""
    seconds: dict[tuple[int, date], int] = {}
    for share in rating.shares:
        if share.outcome is Outcome.CHARGEABLE:
            key = (share.piece.unit.id, share.piece.day)
            seconds[key] = seconds.get(key, 0) + share.seconds
    agents = {unit.id: unit.agent for unit in contract.facts.units}
    told = []
    for charge, line in zip(charges, contract.lines(charges), strict=True):
        more: dict[str, Any] = {}
        if charge.kind is ChargeKind.INCIDENT:
            more["window"] = _window(charge, contract)
        if charge.filled_by:
            more |= with_words("reason", together(charge.reason, *map(_filling, charge.filled_by)))
        if charge.kind is ChargeKind.MINUTES:
            more["calls"] = [
                {
                    "unit": f"U{unit}",
                    "agent": agents[unit],
                    "seconds": seconds[unit, charge.day],
                    "minutes": -(-seconds[unit, charge.day] // MINUTE),
                }
                for unit in charge.units
            ]
        told.append(line | more)
    return told


def _filling(filling: Filling) -> str:
    case, day, minutes = filling
    return sentence(
        "{case} on {day}: {minutes} min within the limit.", case=case, day=Day(day), minutes=minutes
    )


def _window(charge: Charge, contract: RatedContract) -> dict[str, str] | None:
    """Return the window of the incident of `charge`; None if the whole case is one incident."""
    version = contract.facts.contract.at(charge.starts_at)
    window = incident_window(version) if version else None
    if window is None:
        return None
    return {"opened_at": rfc3339(charge.starts_at), "closes_at": rfc3339(charge.starts_at + window)}


def _history(case: Case, zone: Zone) -> list[dict[str, Any]]:
    """Return the events of `case`, in order of time."""
    opened: dict[str, Any] = {
        "event": "open",
        "at": case.opened_at,
        "by": case.contact,
        "via": case.via,
        "category": case.category,
        "kind": case.kind,
        "priority": case.priority,
    }
    told = [opened] + [
        {
            "event": str(event.kind),
            "at": event.at,
            "by": event.by,
            "up_to_seconds": event.up_to_seconds,
            "cause": event.cause,
            "kb": event.kb,
            "for": event.waits_for,
        }
        for event in case.events
    ]
    return [
        {
            **event,
            "at": rfc3339(event["at"]),
            "date": zone.day(event["at"]).isoformat(),
            "time": zone.clock(event["at"]),
        }
        for event in told
    ]


def _appointment(fate: AppointmentOutcome, zone: Zone) -> dict[str, Any]:
    booked = fate.appointment
    return {
        "id": f"A{booked.id}",
        "agent": booked.agent,
        "date": zone.day(booked.starts_at).isoformat(),
        "start": zone.clock(booked.starts_at),
        "end": zone.clock(booked.ends_at),
        "starts_at": rfc3339(booked.starts_at),
        "ends_at": rfc3339(booked.ends_at),
        "started_at": rfc3339(booked.starts_at),
        "ended_at": rfc3339(booked.ends_at),
        "fate": fate.state,
        "outcome": str(fate.outcome) if fate.outcome else None,
        **with_words("reason", fate.reason.text),
    }
