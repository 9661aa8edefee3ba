"""Files that other programs define, in and out. No store, no contract."""
