"""Files of other programs: which of their records are new, known, changed or gone, and what of it is written."""
