"""The contract file and its clauses."""
