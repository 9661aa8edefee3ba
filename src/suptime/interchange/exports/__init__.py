"""Exports for other programs: journals, invoice rows, work."""
