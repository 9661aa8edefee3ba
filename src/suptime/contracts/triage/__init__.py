"""Propose a category for a request, and say why (A7)."""
