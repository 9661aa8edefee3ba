"""Rows of other programs are kept with the values that they gave, once for each version of them."""

import sqlalchemy as sa
from alembic import op

from suptime.store.migrations.rebuilding import rebuilt

revision = "0037"
down_revision = "0036"

TABLE = "imported"
DEFAULTS: dict[str, sa.Text | sa.BigInteger] = {"kind": sa.Text(), "version": sa.BigInteger()}


def upgrade() -> None:
    """Add the columns."""
    with rebuilt(TABLE) as table:
        table.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="unit"))
        table.add_column(sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"))
        for name in ("ref", "digest", "content"):
            table.add_column(sa.Column(name, sa.Text(), nullable=True))
        table.alter_column("unit", existing_type=sa.BigInteger(), nullable=True)
        table.drop_constraint(op.f("uq_imported_source_source_id"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_imported_source_kind_source_id_version"), ["source", "kind", "source_id", "version"]
        )
    with rebuilt(TABLE) as table:
        for name, kind in DEFAULTS.items():
            table.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
