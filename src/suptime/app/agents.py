"""Roles of agents, for the rates of contracts (T16)."""

from datetime import date
from typing import Any

from suptime.app.facts import contracts_of
from suptime.app.use_case import Result, changing
from suptime.contracts import known_words
from suptime.domain import values
from suptime.domain.caution import Caution
from suptime.domain.reading import nearest
from suptime.domain.time import Instant
from suptime.domain.values import accept, quoted
from suptime.domain.work import AgentRole
from suptime.store import Store


def set_role(
    store: Store, name: str, role: str, *, since: date, now: Instant, agent: str
) -> Result[AgentRole]:
    """Set the role of the agent `name` from the day `since` on; '' clears it. The agent need not have worked yet.

    Raises:
        WrongUsage: the name or the role is invalid.
    """
    word = accept(values.line("role", empty=True), role)
    wanted = AgentRole(accept(values.AGENT, name), since, word)
    with changing(store, now, agent, "agent role") as tx:
        there = next((one for one in tx.agent_roles.find(agent=wanted.agent) if one.since == since), None)
        if there is None or there.role != word:
            tx.agent_roles.set(wanted)
        known = {
            w for contract in contracts_of(tx) for v in contract.versions for w in known_words(v, "roles")
        }
    notes: tuple[Caution, ...] = ()
    if word and word not in known:
        said = f"No contract has a rate for the role {quoted(word)}.{nearest(word, sorted(known))}"
        notes = (Caution("role-unknown", said),)
    return Result(wanted, {"agent_role": document(wanted)}, notes, there is None or there.role != word)


def list_all(store: Store) -> dict[str, Any]:
    """Return the agents with work or a role, each with its roles by day."""
    with store.reading() as tx:
        roles = tx.agent_roles.find()
        names = sorted({*tx.units.agents(), *(one.agent for one in roles)})
    return {
        "agents": [
            {"agent": name, "roles": [document(one) for one in roles if one.agent == name]} for name in names
        ]
    }


def document(role: AgentRole) -> dict[str, Any]:
    """Return a role as JSON shows it."""
    return {"agent": role.agent, "role": role.role or None, "from": role.since.isoformat()}
