"""A transaction's reads and writes, one file for each subject."""
