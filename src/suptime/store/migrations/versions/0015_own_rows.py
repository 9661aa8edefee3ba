"""Agents on a server share no row and no lock: marks without a key, units that were deleted, change numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, with the rows of those that they replace."""
    _replace_heads()
    _replace_marks()
    op.add_column("standing", sa.Column("events", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE standing SET events ="
        " (SELECT count(*) FROM case_event WHERE case_event.case_number = standing.case_number)"
    )
    op.create_table(
        "dropped_unit",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dropped_unit")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("audit_change_seq", start=10**12 + 1)))


def _replace_heads() -> None:
    """Let a head have place 0."""
    names = ("agent", "place", "hash")
    rows = _rows("audit_head", names)
    op.drop_table("audit_head")
    made = op.create_table(
        "audit_head",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("place >= 0", name=op.f("ck_audit_head_place_is_not_negative")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_audit_head_hash_is_whole")),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_audit_head")),
    )
    op.bulk_insert(made, rows)


def _replace_marks() -> None:
    """Let a day of a case have several marks."""
    names = ("case_number", "day")
    rows = _rows("unsettled_case", names)
    op.drop_table("unsettled_case")
    made = op.create_table(
        "unsettled_case",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_unsettled_case_case_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsettled_case")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_unsettled_case_case_number_day"), "unsettled_case", ["case_number", "day"])
    op.bulk_insert(made, rows)


def _rows(table: str, names: tuple[str, ...]) -> list[dict[str, object]]:
    found: sa.CursorResult[tuple[object, ...]] = op.get_bind().execute(
        sa.select(*map(sa.column, names)).select_from(sa.table(table))
    )
    return [dict(row) for row in found.mappings()]
