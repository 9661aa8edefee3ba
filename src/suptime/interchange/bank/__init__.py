"""Bank statements: one file a format, each with a reader that returns a `BankStatement` (F25)."""
