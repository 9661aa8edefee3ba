"""Purchases can be returned in parts, and a sale can have another price after it was issued."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "issued_line_before"
CLAIMED = "quantity <> 0 OR capped <> 0"
CLAIMS = f"{CLAIMED} OR CAST(net AS NUMERIC) <> 0"
POINTS_TO = {
    "purchase": "purchase.id",
    "sale": "invoice.number",
    "invoice": "invoice.number",
    "becomes": "purchase.id",
}


def upgrade() -> None:
    """Add the table, and let a line claim an amount alone: the difference of two prices."""
    op.create_table(
        "purchase_return",
        sa.Column("id", ID, nullable=False),
        sa.Column("purchase", ID, nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sale", sa.Text(), nullable=True),
        sa.Column("invoice", sa.Text(), nullable=True),
        sa.Column("net", sa.Text(), nullable=True),
        sa.Column("becomes", ID, nullable=True),
        sa.CheckConstraint(
            "CAST(quantity AS NUMERIC) > 0", name=op.f("ck_purchase_return_quantity_is_positive")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_purchase_return_{column}"), ondelete="RESTRICT"
            )
            for column, target in POINTS_TO.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_return")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_purchase_return_purchase"), "purchase_return", ["purchase"])
    if op.get_bind().dialect.name == "sqlite":
        _copy()
        return
    name = op.f("ck_issued_line_claims_something")
    op.drop_constraint(name, "issued_line")
    op.create_check_constraint(name, "issued_line", CLAIMS)


def _copy() -> None:
    """Copy the lines into a table with the new constraint: SQLite changes none."""
    bind = op.get_bind()
    rows = sa.text("SELECT sql, name FROM sqlite_master WHERE tbl_name = 'issued_line' AND type = :type")
    ((made, _),) = bind.execute(rows, {"type": "table"})
    indexes = [(sql, name) for sql, name in bind.execute(rows, {"type": "index"}) if sql]
    for _, name in indexes:
        op.drop_index(name, table_name="issued_line")
    # Draw-downs point to issued_line: with the new way of renaming they would point to the table before.
    op.execute("PRAGMA legacy_alter_table = ON")
    op.rename_table("issued_line", BEFORE)
    op.execute("PRAGMA legacy_alter_table = OFF")
    op.execute(made.replace(CLAIMED, CLAIMS))
    op.execute(f"INSERT INTO issued_line SELECT * FROM {BEFORE}")
    # No line gets the id of one that was taken back: the audit trail still names it.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'issued_line'")
    op.execute(f"UPDATE sqlite_sequence SET name = 'issued_line' WHERE name = '{BEFORE}'")
    op.drop_table(BEFORE)
    for sql, _ in indexes:
        op.execute(sql)
