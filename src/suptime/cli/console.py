"""The terminal, clock, settings and store of the running command: no other module prints or reads the clock."""

import os
import re
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from suptime.domain.time import Instant, Zone, from_rfc3339
from suptime.errors import NoStore, SuptimeError, WrongUsage
from suptime.settings.settings import Settings, load

if TYPE_CHECKING:
    from pathlib import Path

    from suptime.store import Store
    from suptime.store.timer.clock import Clock

# Control characters (C0, DEL, C1) but newline and tab; the line separators; the marks that turn
# the direction of writing around, so that a note cannot show something else than it says.
_HIDDEN = dict.fromkeys(
    [
        *(c for c in range(0x20) if c not in (0x09, 0x0A)),
        *range(0x7F, 0xA0),
        0x061C,
        0x200E,
        0x200F,
        *range(0x2028, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
        *range(0xD800, 0xE000),
    ]
)


class Leave(Exception):
    """End of a command that has printed everything, with its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


_TURNING = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"

paging = True
"""Whether output longer than the screen goes through a pager."""

_settings: Settings | None = None
_zone: Zone | None = None
_store: "Store | None" = None


def print_text(text: str) -> None:
    """Print data on stdout, through a pager if it is longer than the screen."""
    _print(text.translate(_HIDDEN) + "\n")


def print_drawn(text: str) -> None:
    """Print text that is drawn for a terminal, with its colours. Its cells are `plain`."""
    _print(text + "\n")


def note(message: str) -> None:
    """Print a message for a person on stderr, in one line."""
    _write(sys.stderr, plain(message) + "\n")


def warn(message: str) -> None:
    """Print a warning on stderr, in one line."""
    note(f"Warning: {message}")


def error(error: SuptimeError) -> int:
    """Print the error and the next step on stderr, in one or two lines.

    Returns:
        The exit code.
    """
    hint = f"Try: {error.hint}" if error.hint.startswith("suptime ") else error.hint
    try:
        for line in [*f"Error: {error}".splitlines(), hint]:
            if line:
                note(line)
    except OSError:
        drop_output()
    return int(error.exit_code)


def plain(text: str) -> str:
    """Return a text on one line, without control characters that move the cursor of a terminal."""
    return " ".join(text.translate(_HIDDEN).split())


def breaks_lines(text: str) -> bool:
    """Return whether a text has a line break or another control character."""
    return not text.isprintable() and any(
        letter < " " or "\x7f" <= letter <= "\x9f" or letter in "\u2028\u2029" for letter in text
    )


def quoted(text: str) -> str:
    """Return a typed text in quotes, shortened to keep the error short."""
    shown = plain(text)
    return f'"{shown}"' if len(shown) <= 60 else f'"{shown[:57]}..."'


def show(data: Mapping[str, Any], form: str, text: Callable[[], str]) -> None:
    """Print `data` in the format `json`, otherwise the result of `text`."""
    if form == "json":
        show_json(data)
    else:
        print_text(text())


def show_json(data: Mapping[str, Any]) -> None:
    """Print `data` as one JSON document."""
    import json

    document = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    # JSON has these characters only in texts: escapes are the same data and do not move the cursor.
    document = re.sub(_TURNING, lambda found: f"\\u{ord(found[0]):04x}", document)
    try:
        document.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # The terminal has another encoding, or the text has half a character: print the same data in ASCII.
        document = json.dumps(data, indent=2) + "\n"
    sys.stdout.write(document)


def show_document(kind: str, form: str, document: Mapping[str, Any]) -> None:
    """Print a document in a format, as wide as the terminal; bold only on a terminal."""
    from suptime.documents import BINARY, EINVOICES, render

    refuse_on_terminal(form, None, kind)
    own = settings()
    draw = partial(render, kind, form, document, templates=own.templates, brand=own.brand, words=own.words)
    if form in BINARY | EINVOICES:  # XML declares UTF-8 itself, independent of the terminal.
        with noting_flaws():
            made = draw(fonts=own.fonts)
        sys.stdout.flush()
        sys.stdout.buffer.write(made)
        return
    made = draw(width=width(), color=has_color())
    _print(made.decode("utf-8"))


def refuse_on_terminal(form: str, out: "Path | None", kind: str = "invoice") -> None:
    """Refuse to print the bytes of a format on a terminal, unless they go to the folder `out`; documents of another `kind` than invoices go to no folder.

    Raises:
        WrongUsage: the format is binary.
    """
    from suptime.documents import BINARY, SUFFIXES

    if form in BINARY and out is None and sys.stdout.isatty():
        folder = "a folder, --out DIR, or into " if kind == "invoice" else ""
        raise WrongUsage(
            f"A {form.upper()} file is not for a terminal.",
            hint=f"Write it into {folder}a file: > {kind}{SUFFIXES[form]}",
        )


@contextmanager
def noting_flaws() -> "Iterator[None]":
    """Print the flaws of a PDF as warnings."""
    import warnings

    from suptime.errors import Flaw

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", Flaw)
        yield
    for flaw in dict.fromkeys(str(one.message) for one in caught if one.category is Flaw):
        warn(flaw)


def write(text: str) -> None:
    """Print a text on stdout unchanged, for another program."""
    _write(sys.stdout, text)


def write_lines(text: str) -> None:
    """Print lines of data on stdout, without control characters."""
    _write(sys.stdout, text.translate(_HIDDEN))


def table(
    rows: Iterable[Sequence[str]], headers: Sequence[str], *, right: Collection[str] = (), wrap: str = "Note"
) -> str:
    """Return rows under their headers in columns, as wide as the terminal (80 without one).

    Columns in `right` are aligned right, like numbers. The column `wrap` takes the remaining width and wraps its lines.
    Cells contain no markup.
    """
    from suptime.cli import tables

    lines = tables.draw(
        headers,
        [[plain(cell) for cell in row] for row in rows],
        right=[headers.index(name) for name in right],
        wrap=[headers.index(wrap)] if wrap in headers else [],
        width=width(),
    )
    return "\n".join(lines)


def forced_width() -> int | None:
    """Return the width of the terminal in SUPTIME_FORCE_TTY, or None.

    Raises:
        WrongUsage: it is not a width.
    """
    typed = os.environ.get("SUPTIME_FORCE_TTY")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and 20 <= int(typed[:9]) <= 10_000):
        raise WrongUsage(
            f"SUPTIME_FORCE_TTY is {quoted(typed)}, which is not a width.",
            hint="Set it to a number, for example 80.",
        )
    return int(typed)


def is_terminal() -> bool:
    """Return whether the output is for a terminal: stdout is one, or SUPTIME_FORCE_TTY is set."""
    return forced_width() is not None or sys.stdout.isatty()


def has_color() -> bool:
    """Return whether output has colours: on a terminal without NO_COLOR, or if CLICOLOR_FORCE is set."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return is_terminal() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Return the cells of a line: SUPTIME_FORCE_TTY, COLUMNS, or the terminal's, or 80."""
    import shutil

    return forced_width() or shutil.get_terminal_size((80, 24)).columns


def now() -> Instant:
    """Return the present instant: SUPTIME_NOW if it is set, otherwise the clock.

    Raises:
        WrongUsage: SUPTIME_NOW is not an instant.
    """
    typed = os.environ.get("SUPTIME_NOW")
    if not typed:
        return time.time_ns() // 1_000_000_000
    strict = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})"
    try:
        # Later instants would need weeks of calculation, and leap seconds.
        instant = from_rfc3339(typed) if re.fullmatch(strict, typed, re.ASCII) else None
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        raise WrongUsage(
            f"SUPTIME_NOW is {quoted(typed)}, which is not an instant.",
            hint="Write it like 2026-10-05T14:00:00Z.",
        )
    if not 0 <= instant <= from_rfc3339("2200-12-31T23:59:59Z"):
        raise WrongUsage(f"SUPTIME_NOW is {quoted(typed)}, outside the years 1970 to 2200.")
    return instant


def settings() -> Settings:
    """Return the settings, which are read once."""
    global _settings  # noqa: PLW0603 - one process runs one command
    if _settings is None:
        _settings = load(os.environ)
    return _settings


def agent(typed: str | None = None) -> str:
    """Return the agent: the `typed` name, or the one of the settings."""
    from suptime.settings.settings import agent_name

    return settings().agent if typed is None else agent_name(typed)


def zone() -> Zone:
    """Return the zone in which times are typed and shown."""
    return settings().zone if _zone is None else _zone


def use_zone(zone: Zone) -> None:
    """Use `zone` to read and show times in this command."""
    global _zone  # noqa: PLW0603 - one process runs one command
    _zone = zone


def today() -> date:
    """Return today in the engineer's zone."""
    return zone().day(now())


def store() -> "Store":
    """Return the store, which is opened once. For the timer, `clock` is faster.

    Raises:
        NoStore: there is none.
    """
    from suptime.store import open_store

    return _opened(lambda: open_store(settings().database))


def store_or_new() -> "Store":
    """Return the store. On the default path, the first change creates it.

    Raises:
        NoStore: there is none, and the path is not the default.
    """
    try:
        return store()
    except NoStore:
        if settings().names_database:
            raise
    from suptime.store.database.opening import open_new_store

    return _opened(
        lambda: open_new_store(settings().database, lambda place: note(f"Made a new store: {place}"))
    )


def store_or_empty() -> "Store":
    """Return the store, or an empty one if there is none: for a dry run."""
    try:
        return store()
    except NoStore:
        from suptime.store.database.opening import open_empty_store

        return _opened(open_empty_store)


def _opened(opening: "Callable[[], Store]") -> "Store":
    global _store  # noqa: PLW0603 - one process runs one command
    if _store is None:
        _store = opening()
    return _store


def no_store(error: NoStore) -> NoStore:
    """Return the error of a missing store, with the source of its path."""
    named = settings().names_database
    why = f"The path is from {named}." if named else "This is the default path."
    return NoStore(error.what, why, error.hint)


@contextmanager
def clock() -> "Iterator[Clock]":
    """Open the store for the timer, without anything heavy."""
    from suptime.store.timer import open_clock

    opened = open_clock(settings().database)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def progress() -> "Iterator[Callable[[str, int, int | None], None]]":
    """Show a bar on stderr, on a terminal only; yield a function of the label, the count and the total."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, of: int | None) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done, total=of)

        yield tell


def interactive() -> bool:
    """Return whether there is a person to ask."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def open_streams() -> None:
    """Replace a missing stdout or stderr, so that writing to it has no effect."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - open until the process ends
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115


def flush() -> None:
    """Write out the buffers while errors can still be reported."""
    try:
        sys.stdout.flush()
    except OSError:
        drop_output(
            sys.stdout
        )  # Otherwise Python would write it at its own end, and print an error of its own.
        raise


def close() -> None:
    """Close the store, and forget the store and the settings."""
    global _settings, _store, _zone, paging
    opened, _store, _settings, _zone, paging = _store, None, None, None, True
    if opened is not None:
        opened.close()


def drop_output(*streams: TextIO) -> None:
    """Stop writing to `streams`, or to stdout and stderr, because the reader has closed them."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - nothing is written to it
        for stream in streams or (sys.stdout, sys.stderr):
            try:
                os.dup2(nowhere.fileno(), stream.fileno())
            except (OSError, ValueError):
                continue


def _print(text: str) -> None:
    """Write data on stdout. On a terminal, output longer than the screen goes through a pager."""
    if paging and "\n" in text[:-1] and forced_width() is None and sys.stdout.isatty():
        from suptime.cli import pager

        if pager.show(text):
            return
    _write(sys.stdout, text)


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
