"""`completion`: the script by which a shell asks suptime what could be typed next."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from suptime.cli import console
from suptime.errors import WrongUsage


class Shell(StrEnum):
    """The shells that suptime completes in."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def register(app: typer.Typer) -> None:
    """Add the command to APP."""
    app.command("completion")(completion)


def completion(
    shell: Annotated[
        Shell | None, typer.Argument(help="Which shell [the one that SHELL names].", show_default=False)
    ] = None,
) -> None:
    """Print the script that completes commands, options, cases and other names in a shell.

    For bash, `eval "$(suptime completion bash)"` in ~/.bashrc; for zsh the same with zsh, in ~/.zshrc after
    compinit; for fish, its output in ~/.config/fish/completions/suptime.fish.
    """
    name = shell.value if shell else Path(os.environ.get("SHELL", "")).name
    if name not in {*Shell}:
        raise WrongUsage(
            "Which shell?" if not name else f"suptime does not complete in {console.quoted(name)}.",
            hint=f"Name one of {', '.join(Shell)}.",
        )
    console.write(Path(__file__).with_name(f"completion.{name}").read_text("utf-8"))
