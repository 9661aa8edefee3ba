"""The tables of a store on a server: who works with it, and which units agents deleted. Empty in a file."""

from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlmodel import Field

from suptime.store.columns import Table, key_name, words


class TeamMemberTable(Table, table=True):
    """A login of the server, the role that it has, and the agent whose time is its own."""

    __tablename__ = "team_member"
    __table_args__ = (
        CheckConstraint("role IN ('agent', 'billing', 'reader')", name="role_is_known"),
        CheckConstraint("length(agent) > 0", name="agent_is_given"),
    )
    login: str = key_name()
    role: str = words()
    agent: str = words()


class DroppedUnitTable(Table, table=True):
    """A work unit that an agent deleted: only this agent may bring it back under its id."""

    __tablename__ = "dropped_unit"
    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    agent: str = words()
