"""The command line: it reads what was typed, calls the app, shows what came of it."""
