"""The receivables ledger: what clients owe, what counts for them, and what was used for what."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "booked_document",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("gross", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Text(), nullable=True),
        sa.Column("offers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrects"], ["invoice.number"], name=op.f("fk_booked_document_corrects"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["number"], ["invoice.number"], name=op.f("fk_booked_document_number"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_booked_document")),
    )
    op.create_index(op.f("ix_booked_document_corrects"), "booked_document", ["corrects"])
    op.create_table(
        "transfer",
        sa.Column("id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "is_refund",
            sa.Boolean(create_constraint=True, name=op.f("ck_transfer_is_refund_is_boolean")),
            nullable=False,
        ),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("fee", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bank_key", sa.Text(), nullable=True),
        sa.Column("purchase", ID, nullable=True),
        sa.CheckConstraint("CAST(amount AS NUMERIC) > 0", name=op.f("ck_transfer_amount_is_positive")),
        sa.CheckConstraint("CAST(fee AS NUMERIC) >= 0", name=op.f("ck_transfer_fee_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_transfer_client"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["purchase"], ["purchase.id"], name=op.f("fk_transfer_purchase"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("bank_key", name=op.f("uq_transfer_bank_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_transfer_client"), "transfer", ["client"])
    op.create_index(op.f("ix_transfer_purchase"), "transfer", ["purchase"])
    op.create_table(
        "assignment",
        sa.Column("id", ID, nullable=False),
        sa.Column("transfer", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_assignment_client"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["transfer"], ["transfer.id"], name=op.f("fk_assignment_transfer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("transfer", name=op.f("uq_assignment_transfer")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assignment_client"), "assignment", ["client"])
    op.create_table(
        "discount",
        sa.Column("id", ID, nullable=False),
        sa.Column("transfer", ID, nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.CheckConstraint("CAST(amount AS NUMERIC) > 0", name=op.f("ck_discount_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_discount_client"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.number"], name=op.f("fk_discount_invoice"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["transfer"], ["transfer.id"], name=op.f("fk_discount_transfer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discount")),
        sa.UniqueConstraint("transfer", "part", name=op.f("uq_discount_transfer_part")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_discount_client"), "discount", ["client"])
    op.create_table(
        "write_off",
        sa.Column("id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "with_tax",
            sa.Boolean(create_constraint=True, name=op.f("ck_write_off_with_tax_is_boolean")),
            nullable=False,
        ),
        sa.CheckConstraint("CAST(amount AS NUMERIC) > 0", name=op.f("ck_write_off_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_write_off_client"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.number"], name=op.f("fk_write_off_invoice"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_off")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_write_off_client"), "write_off", ["client"])
    op.create_table(
        "reminder",
        sa.Column("id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("fee", sa.Text(), nullable=False),
        sa.CheckConstraint("CAST(fee AS NUMERIC) >= 0", name=op.f("ck_reminder_fee_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_reminder_client"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reminder_client"), "reminder", ["client"])
    op.create_table(
        "reminder_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("reminder", ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.Text(), nullable=False),
        sa.CheckConstraint("level >= 0", name=op.f("ck_reminder_step_level_is_counted")),
        sa.ForeignKeyConstraint(
            ["reminder"], ["reminder.id"], name=op.f("fk_reminder_step_reminder"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_step")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_reminder_step_level",
        "reminder_step",
        ["number", "level"],
        unique=True,
        sqlite_where=sa.text("level > 0"),
        postgresql_where=sa.text("level > 0"),
    )
    op.create_index(op.f("ix_reminder_step_reminder"), "reminder_step", ["reminder"])
    op.create_table(
        "deposit_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purchase", ID, nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('draw', 'forfeiture')", name=op.f("ck_deposit_entry_kind_is_known")),
        sa.CheckConstraint("CAST(amount AS NUMERIC) > 0", name=op.f("ck_deposit_entry_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_deposit_entry_client"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["purchase"], ["purchase.id"], name=op.f("fk_deposit_entry_purchase"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_entry")),
        sa.UniqueConstraint("kind", "purchase", "part", name=op.f("uq_deposit_entry_kind_purchase_part")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deposit_entry_client"), "deposit_entry", ["client"])
    op.create_index(op.f("ix_deposit_entry_purchase"), "deposit_entry", ["purchase"])
    op.create_table(
        "deposit_return",
        sa.Column("id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("purchase", ID, nullable=False),
        sa.Column("transfer", ID, nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.CheckConstraint("CAST(amount AS NUMERIC) > 0", name=op.f("ck_deposit_return_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_deposit_return_client"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["purchase"], ["purchase.id"], name=op.f("fk_deposit_return_purchase"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["transfer"], ["transfer.id"], name=op.f("fk_deposit_return_transfer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_return")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deposit_return_client"), "deposit_return", ["client"])
    op.create_index(op.f("ix_deposit_return_purchase"), "deposit_return", ["purchase"])
    op.create_table(
        "allocation",
        sa.Column("id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("credit_kind", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("credit_part", sa.BigInteger(), nullable=False),
        sa.Column("debit_kind", sa.Text(), nullable=False),
        sa.Column("debit", sa.Text(), nullable=False),
        sa.Column("debit_part", sa.BigInteger(), nullable=False),
        sa.Column("allocated_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("purchase", ID, nullable=True),
        sa.CheckConstraint(
            "cause IN ('issue', 'return', 'other')", name=op.f("ck_allocation_cause_is_known")
        ),
        sa.CheckConstraint("CAST(amount AS NUMERIC) <> 0", name=op.f("ck_allocation_amount_is_not_zero")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_allocation_client"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["purchase"], ["purchase.id"], name=op.f("fk_allocation_purchase"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_allocation_client"), "allocation", ["client"])
    op.create_index(op.f("ix_allocation_purchase"), "allocation", ["purchase"])
    op.create_table(
        "voided",
        sa.Column("id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("voided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_voided_client"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voided")),
        sa.UniqueConstraint("kind", "entry", "part", name=op.f("uq_voided_kind_entry_part")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_voided_client"), "voided", ["client"])
    op.create_table(
        "hold",
        sa.Column("id", ID, nullable=False),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column(
            "is_off",
            sa.Boolean(create_constraint=True, name=op.f("ck_hold_is_off_is_boolean")),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.number"], name=op.f("fk_hold_invoice"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_hold_invoice"), "hold", ["invoice"])
