"""The table of who works with a store on a server, under which login. On SQLite it stays empty."""

from sqlalchemy import CheckConstraint

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
