"""The invoice as a document: head, lines, totals, letterhead."""
