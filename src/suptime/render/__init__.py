"""Writers of text, HTML, PDF, CSV and e-invoices. A writer knows no subject."""
