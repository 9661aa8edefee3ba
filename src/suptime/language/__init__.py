"""Texts, figures and dates in the reader's language."""
