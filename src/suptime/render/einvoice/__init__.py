"""E-invoices: the terms of EN 16931, as UBL, CII and Factur-X."""
