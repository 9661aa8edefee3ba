"""Every step of the schema from the first one on, for Alembic. Loaded only where a store is older."""
