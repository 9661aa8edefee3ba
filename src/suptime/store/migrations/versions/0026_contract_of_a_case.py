"""That a case has a contract of its own client may be looked at when a change is done: both get another code."""

from alembic import op

revision = "0026"
down_revision = "0025"

NAME = "fk_case_contract_client"


def upgrade() -> None:
    """Make the constraint anew. SQLite changes none: there the table is made anew."""
    with op.batch_alter_table("case") as table:
        table.drop_constraint(op.f(NAME), type_="foreignkey")
        table.create_foreign_key(
            op.f(NAME),
            "contract",
            ["contract", "client"],
            ["code", "client"],
            ondelete="RESTRICT",
            deferrable=True,
        )
