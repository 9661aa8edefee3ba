"""Agents have roles, each from a day on; work has a role and a type, for the rates of contracts."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table and the columns."""
    op.create_table(
        "agent_role",
        sa.Column("id", ID, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint("length(agent) > 0", name=op.f("ck_agent_role_agent_is_given")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_role")),
        sa.UniqueConstraint("agent", "since", name=op.f("uq_agent_role_agent_since")),
        sqlite_autoincrement=True,
    )
    for name in ("role", "work_type"):
        op.add_column("work_unit", sa.Column(name, sa.Text(), nullable=True))
