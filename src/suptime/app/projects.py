"""Projects: work delivered to a client, whose faults a guarantee may cover."""

from datetime import date
from typing import Any

from suptime.app import checks, lookup
from suptime.app.done import Done
from suptime.app.facts import contracts_of
from suptime.app.transaction import changing
from suptime.clauses.guarantee import Guarantee
from suptime.domain.party import Project
from suptime.domain.timespan import Instant, Zone
from suptime.errors import NotPossible, WrongUsage
from suptime.store import Store


def add(
    store: Store,
    code: str,
    *,
    client: str,
    budget: str,
    completed: date,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Done[Project]:
    """E8: a project of a client, with its BUDGET, was COMPLETED on a day: its guarantee counts from there.

    Raises:
        WrongUsage: a value cannot be read, or the day is in the future.
        NotPossible: no such client, or there is a project of that code, letter case aside.
    """
    plain = checks.code(code, "project code")
    amount = checks.budget(budget)
    if completed > zone.day(now):
        raise WrongUsage(
            f"A completion on {completed} would be in the future.",
            f"It is {zone.day(now)} today.",
            "Add the project when it is completed: its guarantee begins then.",
        )
    with changing(store, now, agent, "project add") as tx:
        owner = lookup.client(tx, client).code
        there = tx.project(plain)
        if there is not None:
            raise NotPossible(
                f"There is a project {there.code} already, of {there.client}.", hint="Choose another code."
            )
        project = Project(plain, owner, amount, completed)
        tx.add_project(project)
        versions = (contract.at(now) for contract in contracts_of(tx, client=owner))
        guaranteed = any(version is not None and version.get(Guarantee) for version in versions)
    note = f"No contract of {owner} that is in force has a clause [guarantee], so nothing guarantees it."
    return Done(project, {"project": document(project)}, () if guaranteed else (note,))


def every(store: Store, client_code: str | None = None) -> list[dict[str, Any]]:
    """The projects of all clients, or of one, by code, as JSON shows them.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        client = None if client_code is None else lookup.client(tx, client_code).code
        return [document(project) for project in tx.projects(client=client)]


def document(project: Project) -> dict[str, Any]:
    """PROJECT as JSON shows it."""
    return {
        "project": project.code,
        "client": project.client,
        "budget": f"{project.budget:f}",
        "completed": str(project.completed),
    }
