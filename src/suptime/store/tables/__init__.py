"""The SQLModel tables, the one source of the schema."""
