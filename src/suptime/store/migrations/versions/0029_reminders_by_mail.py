"""Reminders are sent as invoices are: a sending and a delivery name either. A reminder keeps its document."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.elements import conv

revision = "0029"
down_revision = "0028"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "'pending', 'claimed', 'handed', 'unknown', 'failed', 'outbox', 'sent'"

# As they are before. SQLite changes no constraint: it makes these tables anew, and must know all of them.
SENDING = sa.Table(
    "sending",
    sa.MetaData(),
    sa.Column("invoice", sa.Text(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("recipient", sa.Text(), nullable=False),
    sa.Column("sender", sa.Text(), nullable=False),
    sa.Column("message_id", sa.Text(), nullable=True),
    sa.Column("digest", sa.Text(), nullable=True),
    sa.Column("message", sa.Text(), nullable=True),
    sa.Column("made_at", sa.BigInteger(), nullable=True),
    sa.Column("attempts", sa.BigInteger(), nullable=False),
    sa.Column("leased_until", sa.BigInteger(), nullable=True),
    sa.Column("sent_at", sa.BigInteger(), nullable=True),
    sa.Column("last_error", sa.Text(), nullable=True),
    sa.Column("file_name", sa.Text(), nullable=True),
    sa.Column(
        "chosen",
        sa.Boolean(create_constraint=True, name=conv("ck_sending_chosen_is_boolean")),
        nullable=False,
    ),
    sa.CheckConstraint(f"state IN ({STATES})", name=conv("ck_sending_state_is_known")),
    sa.CheckConstraint("attempts >= 0", name=conv("ck_sending_attempts_are_counted")),
    sa.CheckConstraint(
        "(state = 'sent') = (sent_at IS NOT NULL)", name=conv("ck_sending_sent_at_belongs_to_sent")
    ),
    sa.CheckConstraint(
        "(state IN ('claimed', 'handed')) = (leased_until IS NOT NULL)",
        name=conv("ck_sending_lease_belongs_to_a_claim"),
    ),
    sa.CheckConstraint(
        "state NOT IN ('claimed', 'handed', 'unknown') OR message IS NOT NULL",
        name=conv("ck_sending_message_is_kept"),
    ),
    sa.ForeignKeyConstraint(
        ["invoice"], ["invoice.number"], name=conv("fk_sending_invoice"), ondelete="RESTRICT"
    ),
    sa.PrimaryKeyConstraint("invoice", name=conv("pk_sending")),
    sa.UniqueConstraint("message_id", name=conv("uq_sending_message_id")),
    sa.Index(conv("ix_sending_state"), "state"),
)
DELIVERY = sa.Table(
    "delivery",
    sa.MetaData(),
    sa.Column("id", ID, nullable=False),
    sa.Column("invoice", sa.Text(), nullable=False),
    sa.Column("attempt", sa.BigInteger(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("recipient", sa.Text(), nullable=False),
    sa.Column("at", sa.BigInteger(), nullable=False),
    sa.Column("digest", sa.Text(), nullable=False),
    sa.CheckConstraint("state IN ('unknown', 'outbox', 'sent')", name=conv("ck_delivery_state_is_known")),
    sa.CheckConstraint("attempt > 0", name=conv("ck_delivery_attempt_is_counted")),
    sa.ForeignKeyConstraint(
        ["invoice"], ["invoice.number"], name=conv("fk_delivery_invoice"), ondelete="RESTRICT"
    ),
    sa.ForeignKeyConstraint(
        ["digest"], ["sent_content.digest"], name=conv("fk_delivery_digest"), ondelete="RESTRICT"
    ),
    sa.PrimaryKeyConstraint("id", name=conv("pk_delivery")),
    sa.UniqueConstraint("invoice", "attempt", name=conv("uq_delivery_invoice_attempt")),
    sa.Index(conv("ix_delivery_digest"), "digest"),
    sqlite_autoincrement=True,
)
REMINDER = sa.Table(
    "reminder",
    sa.MetaData(),
    sa.Column("id", ID, nullable=False),
    sa.Column("client", sa.Text(), nullable=False),
    sa.Column("currency", sa.Text(), nullable=False),
    sa.Column("sent_on", sa.Date(), nullable=False),
    sa.Column("fee", sa.Text(), nullable=False),
    sa.Column("document", sa.Text(), nullable=False, server_default="{}"),
    sa.CheckConstraint("CAST(fee AS NUMERIC) >= 0", name=conv("ck_reminder_fee_is_not_negative")),
    sa.ForeignKeyConstraint(
        ["client"], ["client.code"], name=conv("fk_reminder_client"), ondelete="RESTRICT"
    ),
    sa.PrimaryKeyConstraint("id", name=conv("pk_reminder")),
    sa.Index(conv("ix_reminder_client"), "client"),
    sqlite_autoincrement=True,
)


def upgrade() -> None:
    """Take away that both name an invoice; a sending may be withdrawn. Add the document of a reminder."""
    with op.batch_alter_table("sending", copy_from=SENDING) as table:
        table.drop_constraint(conv("fk_sending_invoice"), type_="foreignkey")
        table.drop_constraint(conv("ck_sending_state_is_known"), type_="check")
        table.create_check_constraint(conv("ck_sending_state_is_known"), f"state IN ({STATES}, 'withdrawn')")
    with op.batch_alter_table("delivery", copy_from=DELIVERY) as table:
        table.drop_constraint(conv("fk_delivery_invoice"), type_="foreignkey")
    with op.batch_alter_table("reminder") as table:
        table.add_column(sa.Column("document", sa.Text(), nullable=False, server_default="{}"))
    with op.batch_alter_table("reminder", copy_from=REMINDER) as table:
        table.alter_column("document", server_default=None)
    # On PostgreSQL it was over all steps: an item without a level could stand in one letter only.
    where = sa.text("level > 0")
    op.drop_index("ix_reminder_step_level", "reminder_step")
    op.create_index(
        "ix_reminder_step_level",
        "reminder_step",
        ["number", "level"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
