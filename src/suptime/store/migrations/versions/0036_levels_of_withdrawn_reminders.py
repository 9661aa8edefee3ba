"""The levels of a withdrawn reminder are free again: its invoices can have them in another letter."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.elements import conv

revision = "0036"
down_revision = "0035"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STEP = sa.Table(
    "reminder_step",
    sa.MetaData(),
    sa.Column("id", ID, nullable=False),
    sa.Column("reminder", ID, nullable=False),
    sa.Column("number", sa.Text(), nullable=False),
    sa.Column("level", sa.BigInteger(), nullable=False),
    sa.Column("interest", sa.Text(), nullable=False),
    sa.Column("repeat", sa.BigInteger(), nullable=False, server_default="0"),
    sa.CheckConstraint("level >= 0", name=conv("ck_reminder_step_level_is_counted")),
    sa.ForeignKeyConstraint(
        ["reminder"], ["reminder.id"], name=conv("fk_reminder_step_reminder"), ondelete="RESTRICT"
    ),
    sa.PrimaryKeyConstraint("id", name=conv("pk_reminder_step")),
    sa.Index(conv("ix_reminder_step_reminder"), "reminder"),
    sqlite_autoincrement=True,
)


def upgrade() -> None:
    """Add the column, and put it into the unique key."""
    op.drop_index("ix_reminder_step_level", table_name="reminder_step")
    op.add_column("reminder_step", sa.Column("repeat", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("reminder_step", copy_from=STEP) as table:
        table.alter_column("repeat", server_default=None)
    where = sa.text("level > 0")
    op.create_index(
        "ix_reminder_step_level",
        "reminder_step",
        ["number", "level", "repeat"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
