"""Each audit row gets its place in its agent's trail, and a hash over itself and the row before."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from suptime.store.database.audit_chain import START, Head, link

revision = "0004"
down_revision = "0003"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 2000
INDEXES: dict[str, list[str]] = {
    "ix_audit_change": ["change"],
    "ix_audit_agent_change": ["agent", "change"],
    "ix_audit_entity_entity_key_change": ["entity", "entity_key", "change"],
    "ix_audit_undoes": ["undoes"],
}


def upgrade() -> None:
    """Link the rows there are, in their order; SQLite copies them into a new table for it."""
    connection = op.get_bind()
    heads: dict[str, Head] = {}
    if connection.dialect.name == "sqlite":
        for name in INDEXES:
            op.drop_index(op.f(name), table_name="audit")
        op.rename_table("audit", "audit_unlinked")
        op.create_table("audit", *_columns(), *_constraints(), sqlite_autoincrement=True)
        for part in _linked(connection, "audit_unlinked", heads):
            connection.execute(_table("audit").insert(), part)
        op.drop_table("audit_unlinked")
        for name, columns in INDEXES.items():
            op.create_index(op.f(name), "audit", columns)
    else:
        op.add_column("audit", sa.Column("place", sa.BigInteger(), nullable=True))
        op.add_column("audit", sa.Column("hash", sa.Text(), nullable=True))
        audit = _table("audit")
        change = audit.update().where(audit.c.id == sa.bindparam("row"))
        change = change.values(place=sa.bindparam("its_place"), hash=sa.bindparam("its_hash"))
        for part in _linked(connection, "audit", heads):
            asked = [{"row": row["id"], "its_place": row["place"], "its_hash": row["hash"]} for row in part]
            connection.execute(change, asked)
        op.alter_column("audit", "place", nullable=False)
        op.alter_column("audit", "hash", nullable=False)
        op.create_unique_constraint(op.f("uq_audit_agent_place"), "audit", ["agent", "place"])
        op.create_check_constraint(op.f("ck_audit_place_is_positive"), "audit", "place > 0")
        op.create_check_constraint(op.f("ck_audit_hash_is_whole"), "audit", "length(hash) = 64")
    made = op.create_table(
        "audit_head",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("place > 0", name=op.f("ck_audit_head_place_is_positive")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_audit_head_hash_is_whole")),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_audit_head")),
    )
    ends = [{"agent": agent, "place": head.place, "hash": head.hash} for agent, head in heads.items()]
    if ends:
        connection.execute(made.insert(), ends)


def _linked(connection: sa.Connection, name: str, heads: dict[str, Head]) -> Iterator[list[dict[str, Any]]]:
    """The rows of the table NAME in order, a part at a time, each linked to its agent's in HEADS."""
    table = _table(name)
    unlinked = [column for column in table.c if column.name not in {"place", "hash"}]
    after = 0
    while True:
        query = sa.select(*unlinked).where(table.c.id > after).order_by(table.c.id).limit(BATCH)
        rows = connection.execute(query).mappings().all()
        if not rows:
            return
        part = []
        for row in rows:
            linked = link(heads.get(row["agent"], START), dict(row))
            heads[row["agent"]] = Head(linked["place"], linked["hash"])
            part.append(linked)
        yield part
        after = rows[-1]["id"]


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), *_columns())


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_key", sa.Text(), nullable=False),
        sa.Column("before_json", sa.Text(), nullable=True),
        sa.Column("after_json", sa.Text(), nullable=True),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(
            "before_json IS NOT NULL OR after_json IS NOT NULL", name=op.f("ck_audit_says_something")
        ),
        sa.CheckConstraint("place > 0", name=op.f("ck_audit_place_is_positive")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_audit_hash_is_whole")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("agent", "place", name=op.f("uq_audit_agent_place")),
    ]
