"""Invoices for machines: one model of the terms of EN 16931, written as UBL 2.1 and as CII.

`reading` fills the model from the document of an issued invoice; `ubl` and `cii` write it, and
add nothing to it; `container` puts the CII into a PDF, which makes it a Factur-X.
"""
