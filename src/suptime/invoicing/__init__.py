"""From charges to invoices: claims, drafts, issuing, tax, integrity. Pure."""
