"""Propose a category for a request, with the reason (A7)."""
