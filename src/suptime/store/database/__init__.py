"""Databases: opening, schema, faults, backup, restore, transfer."""
