"""`suptime`: run one command, and turn every outcome into a message and an exit code."""

import gc
import os
import sys
import time
from collections.abc import Sequence
from typing import NoReturn

from suptime.cli import console, hooks
from suptime.errors import Conflict, ExitCode, NoStore, SuptimeError, WrongUsage

WAITS = (0.05, 0.2, 0.8)

"""Seconds to wait before a change that a server rolled back is tried again."""

INTERRUPTED = 130

"""Exit code of a program that Ctrl-C ended."""

_CHANGING = frozenset(
    "start stop cancel resume log edit split delete undo redo waive close"
    " client contact contract price project case appointment prepaid".split()
)


def main() -> NoReturn:
    """Run the typed command, and exit with its code."""
    # Commands make little garbage, and collecting it costs a tenth of the time.
    gc.set_threshold(100_000)
    code = run(sys.argv[1:])
    gc.freeze()  # A last garbage collection at exit would cost a tenth of the time of `status`.
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command with `arguments` (without the program's own name), and the hooks for its changes.

    Returns:
        The exit code. Everything is printed before.
    """
    console.open_streams()
    code = _run(arguments)
    if hooks.waiting:
        from suptime.cli.hooks import run_all

        try:
            run_all(hooks.take())
        except KeyboardInterrupt:
            return INTERRUPTED
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        try:
            code = _with_patience(arguments)
            console.flush()
        except NoStore as error:
            raise console.no_store(error) from error
        finally:
            console.close()
    except SuptimeError as error:
        return console.error(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has closed the pipe. The command itself is complete.
        console.drop_output()
        return ExitCode.DONE
    except Exception as error:
        if os.environ.get("SUPTIME_DEBUG"):
            raise
        return console.error(_explained(error))
    return code


def _with_patience(arguments: Sequence[str]) -> int:
    """Run the command, and run it again after a pause if a server rolled back its only change."""
    for seconds in WAITS if _changes_once(arguments) else ():
        try:
            return _left(arguments)
        except Conflict:
            console.close()
            time.sleep(seconds)
    return _left(arguments)


def _changes_once(arguments: Sequence[str]) -> bool:
    """Return whether the command is a single transaction, and sends, reads and writes nothing else."""
    command = arguments[0] if arguments else ""
    issues = command == "invoice" and "--issue" in arguments and "--out" not in arguments
    return command in _CHANGING or issues


def _left(arguments: Sequence[str]) -> int:
    try:
        return _command(arguments)
    except console.Leave as leave:
        return leave.code


def _command(arguments: Sequence[str]) -> int:
    arguments = [_readable(argument) for argument in arguments]
    if "_SUPTIME_COMPLETE" in os.environ:  # The shell asks for completions.
        from suptime.cli.completion import answer

        answer(arguments)
        return ExitCode.DONE
    from suptime.cli import fast

    if fast.run(arguments):
        return ExitCode.DONE
    # Typer is imported here to catch errors and Ctrl-C during its import.
    from suptime.cli import tree

    root = tree.root()
    try:
        # root.main() would handle a closed pipe and an interrupt itself, and exit with 1.
        with root.make_context("suptime", rewrite(arguments)) as context:
            root.invoke(context)
    except tree.exits() as ending:
        return int(getattr(ending, "exit_code", ExitCode.DONE))
    except tree.usage_errors() as error:
        raise tree.usage_error(error) from error
    return ExitCode.DONE


def _readable(argument: str) -> str:
    """Return an argument as text: bytes that this locale cannot read arrive as lone surrogates, but may be UTF-8.

    Raises:
        WrongUsage: they are not UTF-8, which the store requires.
    """
    if not any("\ud800" <= letter <= "\udfff" for letter in argument):
        return argument
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError as error:
        shown = argument.encode("ascii", "backslashreplace").decode("ascii")
        raise WrongUsage(
            f'The argument "{shown}" is not valid text in this terminal\'s encoding.',
            hint="Type it as UTF-8.",
        ) from error


def _came_from_rows(error: Exception) -> bool:
    """Return whether an invalid value of a row in the store raised the error."""
    frame = error.__traceback__
    files = set()
    while frame is not None:
        files.add(frame.tb_frame.f_code.co_filename)
        frame = frame.tb_next
    # Windows has another separator.
    return isinstance(error, ValueError | ArithmeticError) and any(
        name.replace("\\", "/").endswith("/store/mapped.py") for name in files
    )


def _explained(error: Exception) -> SuptimeError:
    """Return an unexpected error as a message for people."""
    from suptime.errors import StorageFault

    packages = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    first = (str(error).strip().splitlines() or [""])[0]
    if packages & {"sqlite3", "sqlalchemy", "psycopg"}:
        return StorageFault(
            f"The database failed: {first or type(error).__name__}.", hint="Nothing was changed."
        )
    if type(error).__name__ == "JSONDecodeError" or _came_from_rows(error):
        # Readers of files raise their own errors, so this value is in the store.
        return StorageFault(
            f"A stored value cannot be read: {first}.", "Nothing was changed.", "suptime doctor"
        )
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return SuptimeError(f"{where}{error.strerror or first}.")
    return SuptimeError(
        f"suptime itself failed: {type(error).__name__}: {first}",
        hint="Run the command again with SUPTIME_DEBUG=1 to see the traceback.",
    )


LAST = "last"

"""Value of a bare `--month`: the last complete month."""

WITH_MONTH = frozenset({"invoice", "report", "close", "explain", "compare"})


def rewrite(arguments: Sequence[str]) -> list[str]:
    """Return `arguments` with a value for a bare `--month`, for the commands that have it.

    Typer has no options with an optional value.

    >>> rewrite(["invoice", "--month", "--format", "json"])
    ['invoice', '--month', 'last', '--format', 'json']
    >>> rewrite(["invoice", "--month", "2026-10"])
    ['invoice', '--month', '2026-10']
    """
    rewritten: list[str] = []
    if not arguments or arguments[0] not in WITH_MONTH:
        return list(arguments)
    for place, argument in enumerate(arguments):
        rewritten.append(argument)
        following = arguments[place + 1] if place + 1 < len(arguments) else None
        if argument == "--month" and (following is None or following.startswith("--")):
            rewritten.append(LAST)
    return rewritten
