"""Use cases on invoices: draft, issue, show, deliver."""
