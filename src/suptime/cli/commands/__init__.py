"""One module per group of commands; `cli.tree` names the module of each command."""
