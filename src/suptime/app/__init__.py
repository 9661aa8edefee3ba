"""Use cases: load, compute, save, in one transaction each."""
