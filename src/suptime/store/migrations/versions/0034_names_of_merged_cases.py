"""The number of a case that was merged into another stays as another name of that one."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "case_alias",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_case_alias_case_number"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_case_alias")),
        sa.UniqueConstraint("folded", name=op.f("uq_case_alias_folded")),
    )
    op.create_index(op.f("ix_case_alias_case_number"), "case_alias", ["case_number"])
