"""Commands of scenarios and pages, run in the test's own process where they need no shell.

A fresh process costs half a second, ten times what most commands do. What is played this
way is played against the installed command too: by `tests/scenarios/run.py`.
"""

import io
import os
import shlex
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from string import Template
from typing import NamedTuple

MARKS = set("|&;<>()`*?[]{}~#")
"""What a shell would make something of, outside quotes."""


class Done(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    stdout: str
    stderr: str


def words_of(line: str, environ: Mapping[str, str]) -> list[str] | None:
    """The words after `suptime` in LINE, its variables filled in; None where it needs a shell.

    >>> words_of("suptime cancel $a --note 'a; b'", {"a": "A1"}), words_of("suptime list | wc", {})
    (['cancel', 'A1', '--note', 'a; b'], None)
    """
    filled = Template(line).safe_substitute(environ).strip()
    if not filled.startswith("suptime"):
        return None
    lexer = shlex.shlex(filled, posix=False, punctuation_chars="|&;<>()")
    lexer.whitespace_split = True
    raw = list(lexer)
    plain = all(word[0] in "'\"" or not MARKS & set(word) for word in raw)
    if raw[0] != "suptime" or not plain or "$" in filled:
        return None
    return shlex.split(filled)[1:]


def call(words: list[str], folder: Path, environ: Mapping[str, str], *, as_terminal: bool = False) -> Done:
    """Run `suptime` with WORDS in FOLDER and ENVIRON; AS_TERMINAL: all it says in one stream, `stdout`."""
    from suptime.cli.main import run

    # E-invoices go out as bytes, beneath the text.
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True)
    err = out if as_terminal else io.StringIO()
    before, here = dict(os.environ), Path.cwd()
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run(words)
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
    return Done(code, out.buffer.getvalue().decode(), "" if err is out else err.getvalue())
