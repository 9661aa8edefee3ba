"""Nouns, values and sentences. No input or output, no clock."""
