"""Charges become drafts; drafts will become invoices (rating.md, 5)."""
