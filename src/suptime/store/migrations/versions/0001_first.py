"""The first schema: clients, contracts, cases, work, what was booked and bought, the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit",
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
        sa.CheckConstraint(
            "before_json IS NOT NULL OR after_json IS NOT NULL", name=op.f("ck_audit_says_something")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_agent_change"), "audit", ["agent", "change"])
    op.create_index(op.f("ix_audit_change"), "audit", ["change"])
    op.create_index(op.f("ix_audit_entity_entity_key_change"), "audit", ["entity", "entity_key", "change"])
    op.create_index(op.f("ix_audit_undoes"), "audit", ["undoes"])
    op.create_table(
        "client",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("tax_id", sa.Text(), nullable=True),
        sa.Column("tax", sa.Text(), nullable=True),
        sa.Column(
            "card_on_file",
            sa.Boolean(create_constraint=True, name=op.f("ck_client_card_on_file_is_boolean")),
            nullable=False,
        ),
        sa.CheckConstraint("length(code) > 0", name=op.f("ck_client_code_is_given")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_client")),
        sa.UniqueConstraint("folded", name=op.f("uq_client_folded")),
    )
    op.create_table(
        "contact",
        sa.Column("id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint("role IN ('administrator', 'user')", name=op.f("ck_contact_role_is_known")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_contact_client"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("client", "folded", name=op.f("uq_contact_client_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "contract",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.CheckConstraint("length(code) > 0", name=op.f("ck_contract_code_is_given")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_contract_client"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_contract")),
        sa.UniqueConstraint("code", "client", name=op.f("uq_contract_code_client")),
        sa.UniqueConstraint("folded", name=op.f("uq_contract_folded")),
    )
    op.create_index(op.f("ix_contract_client"), "contract", ["client"])
    op.create_table(
        "project",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("budget", sa.Text(), nullable=False),
        sa.Column("completed", sa.Date(), nullable=False),
        sa.CheckConstraint("CAST(budget AS NUMERIC) >= 0", name=op.f("ck_project_budget_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_project_client"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_project")),
        sa.UniqueConstraint("folded", name=op.f("uq_project_folded")),
    )
    op.create_index(op.f("ix_project_client"), "project", ["client"])
    op.create_table(
        "case",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("via", sa.Text(), nullable=True),
        sa.Column("project", sa.Text(), nullable=True),
        sa.Column("waived", sa.Text(), nullable=True),
        sa.Column("estimate_seconds", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "estimate_seconds IS NULL OR estimate_seconds >= 0", name=op.f("ck_case_estimate_is_not_negative")
        ),
        sa.CheckConstraint("length(number) > 0", name=op.f("ck_case_number_is_given")),
        sa.ForeignKeyConstraint(
            ["client"], ["client.code"], name=op.f("fk_case_client"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract", "client"],
            ["contract.code", "contract.client"],
            name=op.f("fk_case_contract_client"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project"], ["project.code"], name=op.f("fk_case_project"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_case")),
    )
    op.create_index(op.f("ix_case_client"), "case", ["client"])
    op.create_index(op.f("ix_case_contract_client"), "case", ["contract", "client"])
    op.create_index(op.f("ix_case_folded"), "case", ["folded"])
    op.create_index(op.f("ix_case_project"), "case", ["project"])
    op.create_index(op.f("ix_case_serial"), "case", ["serial"])
    op.create_table(
        "contract_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("file_text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_contract_version_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.code"], name=op.f("fk_contract_version_contract"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_version")),
        sa.UniqueConstraint("contract", "starts_on", name=op.f("uq_contract_version_contract_starts_on")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "purchase",
        sa.Column("id", ID, nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("price", sa.Text(), nullable=True),
        sa.Column("voided_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("CAST(quantity AS NUMERIC) > 0", name=op.f("ck_purchase_quantity_is_positive")),
        sa.CheckConstraint(
            "price IS NULL OR CAST(price AS NUMERIC) >= 0", name=op.f("ck_purchase_price_is_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.code"], name=op.f("fk_purchase_contract"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_purchase_contract_bought_on"), "purchase", ["contract", "bought_on"])
    op.create_table(
        "appointment",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
        sa.Column("missed_by", sa.Text(), nullable=True),
        sa.Column("waived", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "cancelled_by IN ('client', 'us')", name=op.f("ck_appointment_cancelled_by_is_known")
        ),
        sa.CheckConstraint("missed_by IN ('client', 'us')", name=op.f("ck_appointment_missed_by_is_known")),
        sa.CheckConstraint(
            "cancelled_by IS NULL OR cancelled_at IS NOT NULL",
            name=op.f("ck_appointment_cancelled_by_has_at"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_appointment_case_number"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_appointment_agent_starts_at"), "appointment", ["agent", "starts_at"])
    op.create_index(op.f("ix_appointment_case_number"), "appointment", ["case_number"])
    op.create_table(
        "case_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=True),
        sa.Column("up_to_seconds", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("kb", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('consent', 'escalate', 'respond', 'resolve', 'reopen')",
            name=op.f("ck_case_event_kind_is_known"),
        ),
        sa.CheckConstraint(
            "up_to_seconds IS NULL OR up_to_seconds > 0", name=op.f("ck_case_event_up_to_is_positive")
        ),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_case_event_case_number"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_event_case_number_at"), "case_event", ["case_number", "at"])
    op.create_table(
        "standing",
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.Column("channels", sa.Text(), nullable=True),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column(
            "slow",
            sa.Boolean(create_constraint=True, name=op.f("ck_standing_slow_is_boolean")),
            nullable=False,
        ),
        sa.CheckConstraint("status IN ('open', 'resolved')", name=op.f("ck_standing_status_is_known")),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_standing_case_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_standing")),
    )
    op.create_table(
        "work_unit",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "guest",
            sa.Boolean(create_constraint=True, name=op.f("ck_work_unit_guest_is_boolean")),
            nullable=False,
        ),
        sa.Column(
            "requested",
            sa.Boolean(create_constraint=True, name=op.f("ck_work_unit_requested_is_boolean")),
            nullable=False,
        ),
        sa.Column("waived", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_work_unit_ends_after_start")
        ),
        sa.CheckConstraint("length(agent) > 0", name=op.f("ck_work_unit_agent_is_given")),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_work_unit_case_number"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_unit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_work_unit_agent_started_at"), "work_unit", ["agent", "started_at"])
    op.create_index(op.f("ix_work_unit_case_number_started_at"), "work_unit", ["case_number", "started_at"])
    op.create_index(op.f("ix_work_unit_started_at"), "work_unit", ["started_at"])
    op.create_index(
        "uq_work_unit_running_agent",
        "work_unit",
        ["agent"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
