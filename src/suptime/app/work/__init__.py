"""Use cases on work: timer, log, corrections, appointments."""
