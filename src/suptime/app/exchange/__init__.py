"""Use cases on files of other programs: import and export."""
