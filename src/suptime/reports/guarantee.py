"""E8: which delivered projects are guaranteed, until when, and which open cases are within it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from suptime.contracts.clauses.guarantee import Guarantee, applies, days_for, last_day
from suptime.domain.booking import Client
from suptime.domain.case import Case, EventKind
from suptime.domain.client import Project
from suptime.domain.contract import Contract, Version
from suptime.domain.time import DayIn, latest_day
from suptime.rating.as_data import time_of
from suptime.rating.rated import RatedContract


def guarantee_report(
    accounts: Sequence[tuple[Client, Sequence[RatedContract]]], as_of: DayIn
) -> dict[str, Any]:
    """The projects of clients with a guarantee in a contract, as of a day in its zone: by client, then project."""
    rows = [
        _as_data(client, project, contract, version, as_of(contract.zone))
        for client, contracts in accounts
        for contract in contracts
        for project in contract.facts.projects
        if project.client == client.code and (version := guaranteeing(contract.facts.contract, project))
    ]
    rows.sort(key=lambda row: (row["client"], row["project"], row["contract"]))
    days = (as_of(contract.zone) for _, contracts in accounts for contract in contracts)
    return {"as_of": latest_day(days, as_of).isoformat(), "projects": rows}


def guaranteeing(contract: Contract, project: Project) -> Version | None:
    """The version of CONTRACT that says for how long PROJECT is guaranteed, or None.

    It is the one in force on the day of its completion, else the latest.
    """
    for version in (contract.on(project.completed), contract.latest):
        if version is not None and version.get(Guarantee) is not None:
            return version
    return None


def guarantee_of(case: Case, contract: RatedContract) -> dict[str, Any] | None:
    """The guarantee of the project that CASE is about, and whether the case was opened within it."""
    project = next((p for p in contract.facts.projects if p.code == case.project), None)
    version = guaranteeing(contract.facts.contract, project) if project else None
    terms = version.get(Guarantee) if version else None
    if project is None or version is None or terms is None:
        return None
    opened_on = version.zone.day(case.opened_at)
    return _terms(project, terms) | {
        "opened_on": opened_on.isoformat(),
        "within": applies(terms, project, opened_on),
        "excluded_causes": list(terms.excluded_causes),
    }


def _terms(project: Project, terms: Guarantee) -> dict[str, Any]:
    return {
        "project": project.code,
        "completed": project.completed.isoformat(),
        "days": days_for(terms, project.budget),
        "last_day": last_day(terms, project).isoformat(),
    }


def _as_data(
    client: Client, project: Project, contract: RatedContract, version: Version, as_of: date
) -> dict[str, Any]:
    terms = version.get(Guarantee) or Guarantee(())
    promised = _terms(project, terms)
    return {
        "project": project.code,
        "client": client.code,
        "client_name": client.name,
        "contract": version.code,
        "title": version.title,
        "budget": str(project.budget),
        "currency": version.currency,
        **promised,
        "active": applies(terms, project, as_of),
        "days_left": max(0, (last_day(terms, project) - max(as_of, project.completed)).days),
        "cases": [
            _case(case, contract, opened_on, as_of)
            for case in contract.cases.values()
            if case.project == project.code
            and applies(terms, project, opened_on := version.zone.day(case.opened_at))
            and opened_on <= as_of
            and open_on(case, version, as_of)
        ],
    }


def open_on(case: Case, version: Version, day: date) -> bool:
    """Whether CASE was open at the end of DAY, by the days of VERSION's zone."""
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
