"""Use cases on cases: open, edit, record events, read mail."""
