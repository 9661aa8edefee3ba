"""Issued lines hold how many of their minutes were beyond a limit of the contract: none until now."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "issued_line_before"
CLAIMS = "quantity <> 0 OR capped <> 0"
ROW = ("issue_id", "contract", "kind", "case_number", "day", "appointment", "window_starts_at", "tariff")
COLUMNS = ("id", "issue_id", "invoice", *ROW[1:], "quantity", "worked_seconds", "net", "sold")
INDEXES = (("contract", "kind", "day"), ("case_number",), ("invoice",), ("sold",))
POINTS_TO = {
    "issue_id": "issue.id",
    "invoice": "invoice.number",
    "contract": "contract.code",
    "case_number": "case.number",
    "sold": "purchase.id",
}


def upgrade() -> None:
    """Add the column, and let a line claim capped minutes alone; SQLite copies the lines into a new table for it."""
    if op.get_bind().dialect.name == "sqlite":
        _copy()
        return
    op.add_column("issued_line", sa.Column("capped", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("issued_line", "capped", server_default=None)
    op.drop_constraint(op.f("ck_issued_line_claims_something"), "issued_line")
    op.create_check_constraint(op.f("ck_issued_line_claims_something"), "issued_line", CLAIMS)


def _copy() -> None:
    for columns in INDEXES:
        op.drop_index(op.f(f"ix_issued_line_{'_'.join(columns)}"), table_name="issued_line")
    # Draw-downs point to issued_line: with the new way of renaming they would point to the table before.
    op.execute("PRAGMA legacy_alter_table = ON")
    op.rename_table("issued_line", BEFORE)
    op.execute("PRAGMA legacy_alter_table = OFF")
    op.create_table(
        "issued_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("invoice", sa.Text(), nullable=True),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("appointment", sa.BigInteger(), nullable=False),
        sa.Column("window_starts_at", sa.BigInteger(), nullable=False),
        sa.Column("tariff", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("worked_seconds", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.Text(), nullable=False),
        sa.Column("sold", ID, nullable=True),
        sa.Column("capped", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(CLAIMS, name=op.f("ck_issued_line_claims_something")),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_issued_line_{column}"), ondelete="RESTRICT"
            )
            for column, target in POINTS_TO.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_line")),
        sa.UniqueConstraint(*ROW, name=op.f(f"uq_issued_line_{'_'.join(ROW)}")),
        sqlite_autoincrement=True,
    )
    before, after = (
        sa.table(name, *map(sa.column, (*COLUMNS, "capped"))) for name in (BEFORE, "issued_line")
    )
    copied = sa.select(*(before.c[name] for name in COLUMNS), sa.literal(0))
    op.execute(after.insert().from_select([*COLUMNS, "capped"], copied))
    # No line gets the id of one that was taken back: the audit trail still names it.
    counted = sa.table("sqlite_sequence", *map(sa.column, ("name", "seq")))
    newest = sa.select(counted.c.seq).where(counted.c.name == BEFORE).scalar_subquery()
    op.execute(counted.delete().where(counted.c.name == "issued_line"))
    op.execute(
        counted.insert().from_select(
            ["name", "seq"],
            sa.select(sa.literal("issued_line"), newest).where(sa.exists().where(counted.c.name == BEFORE)),
        )
    )
    op.drop_table(BEFORE)
    for columns in INDEXES:
        op.create_index(op.f(f"ix_issued_line_{'_'.join(columns)}"), "issued_line", list(columns))
