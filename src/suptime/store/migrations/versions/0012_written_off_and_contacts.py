"""Contracts of contacts; written-off invoices give back what they drew; incidents of packs are dated by work."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column, and sum up again what invoices drew from purchases, without credited invoices."""
    op.add_column("contact", sa.Column("contracts", sa.Text(), nullable=True))
    _sum_up_uses()
    _rate_packs_again()


def _rate_packs_again() -> None:
    """Note that contracts with packs of incidents are to be rated again: their incidents may have other days."""
    contract = sa.table("contract", *map(sa.column, ("code", "client")))
    version = sa.table("contract_version", sa.column("contract"), sa.column("file_text"))
    closing = sa.table("closing", sa.column("client"))
    since = sa.table("unsettled_contract", sa.column("contract"), sa.column("since", sa.Date()))
    sells = sa.exists().where(
        version.c.contract == contract.c.code, version.c.file_text.contains("[incident]")
    )
    found = (
        sa.select(contract.c.code, sa.literal(date(1970, 1, 1), sa.Date()))
        .join(closing, closing.c.client == contract.c.client)
        .where(sells)
    )
    op.execute(since.delete().where(since.c.contract.in_(sa.select(contract.c.code).where(sells))))
    op.execute(since.insert().from_select(["contract", "since"], found))


def _sum_up_uses() -> None:
    """Fill the table of uses of purchases again."""
    line = sa.table("issued_line", sa.column("id"), sa.column("invoice"), sa.column("day", sa.Date()))
    draw = sa.table("draw_down", *map(sa.column, ("line_id", "purchase", "quantity")))
    invoice = sa.table("invoice", sa.column("credits"))
    use = sa.table("purchase_use", *map(sa.column, ("purchase", "month", "quantity")))
    month = sa.func.substr(sa.cast(line.c.day, sa.Text()), 1, 7)
    drawn = (
        sa.select(draw.c.purchase, month, sa.func.sum(draw.c.quantity))
        .join(line, line.c.id == draw.c.line_id)
        .where(~sa.exists().where(invoice.c.credits == line.c.invoice))
        .group_by(draw.c.purchase, month)
        # Until now, work that was deleted after a write-off gave its draw-down back a second time.
        .having(sa.func.sum(draw.c.quantity) > 0)
    )
    op.execute(use.delete())
    op.execute(use.insert().from_select(["purchase", "month", "quantity"], drawn))
