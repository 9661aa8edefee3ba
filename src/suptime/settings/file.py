"""Read the TOML of a settings file, and the line of each setting."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from suptime.domain.reading import from_toml, too_much
from suptime.domain.values import Problem, did_you_mean
from suptime.settings.keys import LINES, ROWS, SECRETS, SETTINGS, TEXT, Setting

LONGEST_SHOWN = 200


class Fault(NamedTuple):
    """A fault: the setting (`seller.name`), a sentence, and the remedy."""

    name: str
    what: str
    hint: str


_TABLES: dict[str, list[str]] = {}
"""Keys of each table; the first table is the whole file, with an empty name."""

for _row in ROWS:
    _table, _, _key = _row.name.rpartition(".")
    _TABLES.setdefault(_table, []).append(_key)


def faults(table: Mapping[str, Any], path: str, prefix: str = "", *, late: bool = True) -> Iterator[Fault]:
    """Return the unknown and invalid settings in a table of the file at `path`; `prefix` is its name.

    Without `late`, values that only some commands need are not checked.
    """
    inner = [name for name in _TABLES if name and name.rpartition(".")[0] == prefix]
    for key, value in table.items():
        name = f"{prefix}.{key}" if prefix else key
        if name in inner:
            if isinstance(value, dict):
                yield from faults(value, path, name, late=late)
            else:
                yield Fault(name, f"{name} in {path} must be a table: [{name}].", "")
        elif name in SECRETS:
            yield Fault(name, f"{name} in {path} is a secret, and must not be there.", SECRETS[name])
        elif name not in SETTINGS:
            known = [*_TABLES[prefix], *(one.rpartition(".")[2] for one in inner)]
            yield _unknown(name, key, known, path, prefix)
        elif late or not (SETTINGS[name].late and isinstance(value, str)):
            yield from _faults_of(SETTINGS[name], value, path)


def _faults_of(row: Setting, value: Any, path: str) -> Iterator[Fault]:
    problem = from_toml(row.kind, value)
    if isinstance(problem, Problem):
        yield Fault(row.name, f"{row.name} in {path} is {excerpt(row.shown(value))}.", advice(row, problem))


def advice(row: Setting, problem: Problem) -> str:
    """Return the correct form of a value with a problem."""
    meaning = f": {row.help}" if row.kind in {TEXT, LINES} else ""
    wanted = problem.why or f"Write {problem.expected}{meaning}."
    return f"{did_you_mean(problem.word, problem.among)} {wanted}".lstrip()


def excerpt(value: Any) -> str:
    """Return a value for an error: a day as written, other values as Python shows them, shortened."""
    try:
        said = value.isoformat() if hasattr(value, "isoformat") else repr(value)
    except (ValueError, RecursionError):  # Python refuses to print numbers with thousands of digits.
        return "a number of too many digits" if isinstance(value, int) else "a value that cannot be shown"
    return said if len(said) <= LONGEST_SHOWN else f"{said[: LONGEST_SHOWN - 3]}..."


def _unknown(name: str, key: str, known: list[str], path: str, prefix: str) -> Fault:
    from difflib import get_close_matches  # Only needed after an error.

    near = get_close_matches(key, known, n=1)
    where = f"{prefix}." if prefix else ""
    hint = f"Did you mean {where}{near[0]}?" if near else f"Known settings: {', '.join(known)}."
    known_as = name if len(name) <= LONGEST_SHOWN else f"{name[: LONGEST_SHOWN - 3]}..."
    return Fault(name, f"{path} has an unknown setting {known_as}.", hint)


DEEPEST = 5

"""Depth of tables that are searched: settings have two levels."""


def read_toml(text: str) -> dict[str, Any]:
    """Return the values of `text`, which is TOML.

    Raises:
        TOMLDecodeError: it is not TOML; or it is too large or too deep, or has a number of thousands of
            digits.
    """
    if why := too_much(text):
        raise tomllib.TOMLDecodeError(why)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("it is nested too deeply") from None
    except ValueError:
        raise tomllib.TOMLDecodeError("it has an impossible number or day") from None


def lines_of(text: str) -> dict[str, int]:
    r"""Return the line of each setting and table in `text`, which is TOML, by name: `seller.name`.

    A part of the text is extended line by line, under the head of its table, until TOML's own reader accepts it:
    then its lines belong to one setting. So a value of several lines has its first line.

    >>> lines_of('agent = "ana"\n[seller]\n# who\nname = "x"')
    {'agent': 1, 'seller': 2, 'seller.name': 4}
    """
    found: dict[str, int] = {}
    head, begun, piece = "", 1, ""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        piece += line
        try:
            read = read_toml(head + piece)
        except tomllib.TOMLDecodeError:
            continue
        for name in _names(read):
            found.setdefault(name, begun)
        if piece.lstrip().startswith("["):
            head = piece
        begun, piece = number + 1, ""
    return found


def _names(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        yield name
        if isinstance(value, dict) and name.count(".") < DEEPEST:
            yield from _names(value, f"{name}.")
