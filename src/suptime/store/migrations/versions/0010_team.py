"""Who works with a store on a server, under which login."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "team_member",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('agent', 'billing', 'reader')", name=op.f("ck_team_member_role_is_known")
        ),
        sa.CheckConstraint("length(agent) > 0", name=op.f("ck_team_member_agent_is_given")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_team_member")),
    )
