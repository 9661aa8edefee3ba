"""Guarantees of delivered projects: their end, and the open cases that they cover (E8)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from suptime.contracts import Guaranteed, guaranteed
from suptime.domain.case import Case, EventKind
from suptime.domain.client import Client, Project
from suptime.domain.contract import Contract, Version
from suptime.domain.time import DayIn, latest_day
from suptime.rating.as_data import time_of
from suptime.rating.rated import RatedContract


def guarantee_report(
    accounts: Iterable[tuple[Client, Sequence[RatedContract]]], as_of: DayIn
) -> dict[str, Any]:
    """Return the projects of clients with a guarantee in a contract, as of a day in its zone: by client, then project."""
    rows, days = [], []
    for client, contracts in accounts:
        for contract in contracts:
            day = as_of(contract.zone)
            days.append(day)
            rows += [
                _as_data(client, contract, *found, day)
                for project in contract.facts.projects
                if project.client == client.code and (found := _guarantee(contract.facts.contract, project))
            ]
    rows.sort(key=lambda row: (row["client"], row["project"], row["contract"]))
    return {"as_of": latest_day(days, as_of).isoformat(), "projects": rows}


def _guarantee(contract: Contract, project: Project) -> tuple[Guaranteed, Version] | None:
    """Return the guarantee of `project` under `contract`, with the version that has it; or None.

    The version is the one in force on the day of the project's completion, else the latest.
    """
    for version in (contract.on(project.completed), contract.latest):
        found = guaranteed(version, project) if version else None
        if version is not None and found is not None:
            return found, version
    return None


def guarantee_of(case: Case, contract: RatedContract) -> dict[str, Any] | None:
    """Return the guarantee of the project of `case`, and whether the case was opened within it."""
    project = next((p for p in contract.facts.projects if p.code == case.project), None)
    found = _guarantee(contract.facts.contract, project) if project else None
    if found is None:
        return None
    its, version = found
    opened_on = version.zone.day(case.opened_at)
    return _terms(its) | {
        "opened_on": opened_on.isoformat(),
        "within": its.holds(opened_on),
        "excluded_causes": list(its.excluded_causes),
    }


def _terms(its: Guaranteed) -> dict[str, Any]:
    return {
        "project": its.project.code,
        "completed": its.project.completed.isoformat(),
        "days": its.days,
        "last_day": its.last_day.isoformat(),
    }


def _as_data(
    client: Client, contract: RatedContract, its: Guaranteed, version: Version, as_of: date
) -> dict[str, Any]:
    project = its.project
    return {
        "project": project.code,
        "client": client.code,
        "client_name": client.name,
        "contract": version.code,
        "title": version.title,
        "budget": str(project.budget),
        "currency": version.currency,
        **_terms(its),
        "active": its.holds(as_of),
        "days_left": max(0, (its.last_day - max(as_of, project.completed)).days),
        "cases": [
            _case(case, contract, opened_on, as_of)
            for case in contract.cases.values()
            if case.project == project.code
            and its.holds(opened_on := version.zone.day(case.opened_at))
            and opened_on <= as_of
            and open_on(case, version, as_of)
        ],
    }


def open_on(case: Case, version: Version, day: date) -> bool:
    """Return whether `case` was open at the end of `day`, by the days of `version`'s zone."""
    if version.zone.day(case.opened_at) > day:
        return False
    turns = [
        event
        for event in case.of_kind(EventKind.RESOLVE, EventKind.REOPEN)
        if version.zone.day(event.at) <= day
    ]
    return not turns or turns[-1].kind is EventKind.REOPEN


def _case(case: Case, contract: RatedContract, opened_on: date, as_of: date) -> dict[str, Any]:
    shares = [s for s in contract.shares_by_case.get(case.number, ()) if s.piece.day <= as_of]
    told = {"case": case.number, "subject": case.subject, "opened_on": opened_on.isoformat()}
    return told | {"time": time_of(shares)}
