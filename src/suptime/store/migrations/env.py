"""Runs the migrations inside the transaction that the store hands over."""

from alembic import context

from suptime.store.tables.work import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite cannot alter most of a table: a migration copies it then.
    render_as_batch=True,
    # The caller began the transaction, and ends it.
    transactional_ddl=False,
)
context.run_migrations()
