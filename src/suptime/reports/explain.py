"""Why a case costs what it costs: every second's outcome and reason, every row and how it came about."""

from typing import Any

from suptime.domain.case import Case
from suptime.domain.timespan import Month, rfc3339
from suptime.rating.blocks import Fate
from suptime.rating.rated import RatedContract
from suptime.rating.told import reasons_of, time_of, work_of


def explain(case: Case, contract: RatedContract, month: Month | None) -> dict[str, Any]:
    """CASE explained, in MONTH or from the beginning."""
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
    return {
        "case": case.number,
        "client": case.client,
        "contract": agreement.code,
        "currency": contract.currency,
        "timezone": agreement.latest.zone.name,
        "subject": case.subject,
        "category": case.category,
        "status": case.status,
        "month": str(month) if month else None,
        "time": time_of(shares),
        "work": work_of(shares),
        "reasons": reasons_of(shares),
        "appointments": [_appointment(f) for f in fates],
        "lines": contract.lines(charges),
    }


def _appointment(fate: Fate) -> dict[str, Any]:
    booked, zone = fate.appointment, fate.version.zone
    return {
        "id": f"A{booked.id}",
        "agent": booked.agent,
        "date": zone.day(booked.starts_at).isoformat(),
        "start": f"{zone.local(booked.starts_at):%H:%M}",
        "end": f"{zone.local(booked.ends_at):%H:%M}",
        "starts_at": rfc3339(booked.starts_at),
        "ends_at": rfc3339(booked.ends_at),
        "fate": fate.state,
        "outcome": str(fate.outcome) if fate.outcome else None,
        "reason": fate.reason.text,
    }
