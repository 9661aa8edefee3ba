"""What is settled: the last closed month of each client, what was touched since, what purchases paid."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and indexes, and fill them from what was issued."""
    op.create_table(
        "closing",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("settled_until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_closing_client"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("client", name=op.f("pk_closing")),
    )
    op.create_table(
        "unsettled_case",
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_unsettled_case_case_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_number", "day", name=op.f("pk_unsettled_case")),
    )
    op.create_table(
        "unsettled_contract",
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract"],
            ["contract.code"],
            name=op.f("fk_unsettled_contract_contract"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contract", name=op.f("pk_unsettled_contract")),
    )
    op.create_table(
        "purchase_use",
        sa.Column("purchase", ID, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["purchase"], ["purchase.id"], name=op.f("fk_purchase_use_purchase"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("purchase", "month", name=op.f("pk_purchase_use")),
    )
    op.drop_index(op.f("ix_issued_line_contract"), "issued_line")
    op.create_index(op.f("ix_issued_line_contract_kind_day"), "issued_line", ["contract", "kind", "day"])
    op.create_index(op.f("ix_issued_line_case_number"), "issued_line", ["case_number"])
    op.create_index(op.f("ix_case_event_at"), "case_event", ["at"])
    op.create_index(op.f("ix_appointment_starts_at"), "appointment", ["starts_at"])
    op.create_index(op.f("ix_appointment_cancelled_at"), "appointment", ["cancelled_at"])
    _fill()


def _fill() -> None:
    """What was closed counts as touched all over: the next closing settles it."""
    issue = sa.table("issue", *map(sa.column, ("client", "kind", "month")))
    contract = sa.table("contract", *map(sa.column, ("code", "client")))
    version = sa.table("contract_version", sa.column("contract"), sa.column("starts_on", sa.Date()))
    closing = sa.table("closing", *map(sa.column, ("client", "month", "settled_until")))
    since = sa.table("unsettled_contract", sa.column("contract"), sa.column("since", sa.Date()))
    closed = (
        sa.select(issue.c.client, sa.func.max(issue.c.month), sa.literal(1 << 62))
        .where(issue.c.kind.in_(("issue", "close")))
        .group_by(issue.c.client)
    )
    op.execute(closing.insert().from_select(["client", "month", "settled_until"], closed))
    first = (
        sa.select(contract.c.code, sa.func.min(version.c.starts_on))
        .join(closing, closing.c.client == contract.c.client)
        .join(version, version.c.contract == contract.c.code)
        .group_by(contract.c.code)
    )
    op.execute(since.insert().from_select(["contract", "since"], first))
    line = sa.table("issued_line", sa.column("id"), sa.column("invoice"), sa.column("day", sa.Date()))
    draw = sa.table("draw_down", *map(sa.column, ("line_id", "purchase", "quantity")))
    invoice = sa.table("invoice", *map(sa.column, ("credits", "mode")))
    use = sa.table("purchase_use", *map(sa.column, ("purchase", "month", "quantity")))
    month = sa.func.substr(sa.cast(line.c.day, sa.Text()), 1, 7)
    opened = sa.exists().where(invoice.c.credits == line.c.invoice, invoice.c.mode == "reopen")
    drawn = (
        sa.select(draw.c.purchase, month, sa.func.sum(draw.c.quantity))
        .join(line, line.c.id == draw.c.line_id)
        .where(~opened)
        .group_by(draw.c.purchase, month)
        .having(sa.func.sum(draw.c.quantity) != 0)
    )
    op.execute(use.insert().from_select(["purchase", "month", "quantity"], drawn))
