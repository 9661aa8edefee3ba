"""suptime: a time tracker and invoicer that bills exactly what a support contract says."""

__version__ = "0.1.0"
