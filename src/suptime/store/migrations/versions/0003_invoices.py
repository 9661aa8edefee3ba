"""What was issued: the steps of each client, invoices, the lines they claim, draw-downs, payments."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "issue",
        sa.Column("id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("previous", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.CheckConstraint("kind = 'credit' OR month IS NOT NULL", name=op.f("ck_issue_month_is_given")),
        sa.CheckConstraint(
            "kind IN ('issue', 'supplement', 'close', 'credit')", name=op.f("ck_issue_kind_is_known")
        ),
        sa.CheckConstraint("previous >= 0", name=op.f("ck_issue_previous_is_an_id")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_issue_client"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("client", "previous", name=op.f("uq_issue_client_previous")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "invoice",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("credits", sa.Text(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint("mode IN ('reopen', 'write-off')", name=op.f("ck_invoice_mode_is_known")),
        sa.CheckConstraint(
            "(credits IS NULL) = (mode IS NULL)", name=op.f("ck_invoice_mode_belongs_to_a_credit")
        ),
        sa.CheckConstraint("serial > 0", name=op.f("ck_invoice_serial_is_positive")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_invoice_client"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["credits"], ["invoice.number"], name=op.f("fk_invoice_credits"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_invoice_issue_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_invoice")),
        sa.UniqueConstraint("credits", name=op.f("uq_invoice_credits")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_invoice_year_serial")),
    )
    op.create_index(op.f("ix_invoice_client_year_serial"), "invoice", ["client", "year", "serial"])
    op.create_index(op.f("ix_invoice_issue_id"), "invoice", ["issue_id"])
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
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_issued_line_claims_something")),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_issued_line_case_number"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.code"], name=op.f("fk_issued_line_contract"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.number"], name=op.f("fk_issued_line_invoice"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_issued_line_issue_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sold"], ["purchase.id"], name=op.f("fk_issued_line_sold"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_line")),
        sa.UniqueConstraint(
            "issue_id",
            "contract",
            "kind",
            "case_number",
            "day",
            "appointment",
            "window_starts_at",
            "tariff",
            name=op.f(
                "uq_issued_line_issue_id_contract_kind_case_number_day_appointment_window_starts_at_tariff"
            ),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_issued_line_contract"), "issued_line", ["contract"])
    op.create_index(op.f("ix_issued_line_invoice"), "issued_line", ["invoice"])
    op.create_index(op.f("ix_issued_line_sold"), "issued_line", ["sold"])
    op.create_table(
        "payment",
        sa.Column("id", ID, nullable=False),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("purchase", ID, nullable=True),
        sa.CheckConstraint("CAST(amount AS NUMERIC) > 0", name=op.f("ck_payment_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.number"], name=op.f("fk_payment_invoice"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["purchase"], ["purchase.id"], name=op.f("fk_payment_purchase"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_payment_invoice"), "payment", ["invoice"])
    op.create_index(op.f("ix_payment_purchase"), "payment", ["purchase"])
    op.create_table(
        "draw_down",
        sa.Column("id", ID, nullable=False),
        sa.Column("line_id", ID, nullable=False),
        sa.Column("purchase", ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_draw_down_draws_something")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["issued_line.id"], name=op.f("fk_draw_down_line_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["purchase"], ["purchase.id"], name=op.f("fk_draw_down_purchase"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_down")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_draw_down_line_id"), "draw_down", ["line_id"])
    op.create_index(op.f("ix_draw_down_purchase"), "draw_down", ["purchase"])
