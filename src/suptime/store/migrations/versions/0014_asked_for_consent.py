"""Events of a case say that consent was asked for, that the client replied, and that the client refused."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = (
    "kind IN ('consent', 'consent-request', 'consent-reply', 'consent-refused',"
    " 'escalate', 'respond', 'resolve', 'reopen')"
)
COLUMNS = ("id", "case_number", "kind", "at", "by_whom", "up_to_seconds", "cause", "kb")
INDEXES = {"ix_case_event_case_number_at": ["case_number", "at"], "ix_case_event_at": ["at"]}


def upgrade() -> None:
    """Let events be of the new kinds; SQLite copies them into a new table for it."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_case_event_kind_is_known"), "case_event")
        op.create_check_constraint(op.f("ck_case_event_kind_is_known"), "case_event", KINDS)
        return
    for name in INDEXES:
        op.drop_index(op.f(name), table_name="case_event")
    op.rename_table("case_event", "case_event_before")
    op.create_table(
        "case_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=True),
        sa.Column("up_to_seconds", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("kb", sa.Text(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_case_event_kind_is_known")),
        sa.CheckConstraint(
            "up_to_seconds IS NULL OR up_to_seconds > 0", name=op.f("ck_case_event_up_to_is_positive")
        ),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_case_event_case_number"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sqlite_autoincrement=True,
    )
    before, after = (sa.table(name, *map(sa.column, COLUMNS)) for name in ("case_event_before", "case_event"))
    op.execute(after.insert().from_select(COLUMNS, sa.select(*before.c)))
    _keep_count()
    op.drop_table("case_event_before")
    for name, columns in INDEXES.items():
        op.create_index(op.f(name), "case_event", columns)


def _keep_count() -> None:
    """Give no event the id of one that was taken back: the audit trail still names it."""
    counted = sa.table("sqlite_sequence", *map(sa.column, ("name", "seq")))
    old = sa.select(counted.c.seq).where(counted.c.name == "case_event_before")
    op.execute(counted.delete().where(counted.c.name == "case_event"))
    op.execute(
        counted.insert().from_select(
            ["name", "seq"],
            sa.select(sa.literal("case_event"), old.scalar_subquery()).where(
                sa.exists().where(counted.c.name == "case_event_before")
            ),
        )
    )
