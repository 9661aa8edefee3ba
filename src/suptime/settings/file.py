"""A settings file's TOML, read; and where in it each setting stands."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from suptime.domain.reading import from_toml, too_much
from suptime.domain.values import Problem, did_you_mean
from suptime.settings.keys import LINES, ROWS, SECRETS, SETTINGS, TEXT, Setting

LONGEST_SHOWN = 200


class Fault(NamedTuple):
    """What is wrong: with which setting (`seller.name`), in a sentence, and what to do."""

    name: str
    what: str
    hint: str


_TABLES: dict[str, list[str]] = {}
"""The keys of each table, the table of the whole file (whose name is empty) first."""

for _row in ROWS:
    _table, _, _key = _row.name.rpartition(".")
    _TABLES.setdefault(_table, []).append(_key)


def faults(table: Mapping[str, Any], path: str, prefix: str = "", *, late: bool = True) -> Iterator[Fault]:
    """Return what is unknown or cannot be read in a table of the file at `path`, which `prefix` names.

    Without `late`, values that only some commands need are taken as they are.
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
            yield Fault(name, f"{name} in {path} is a secret, and does not belong there.", SECRETS[name])
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
    """Return what to write in place of a value that has a problem."""
    meaning = f": {row.help}" if row.kind in {TEXT, LINES} else ""
    wanted = problem.why or f"Write {problem.expected}{meaning}."
    return f"{did_you_mean(problem.word, problem.among)} {wanted}".lstrip()


def excerpt(value: Any) -> str:
    """VALUE in an error: a day as it is written, and everything else as Python shows it, shortened."""
    try:
        said = value.isoformat() if hasattr(value, "isoformat") else repr(value)
    except (ValueError, RecursionError):  # Python writes no number of thousands of digits
        return "a number of too many digits" if isinstance(value, int) else "what cannot be shown"
    return said if len(said) <= LONGEST_SHOWN else f"{said[: LONGEST_SHOWN - 3]}..."


def _unknown(name: str, key: str, known: list[str], path: str, prefix: str) -> Fault:
    from difflib import get_close_matches  # only where something is wrong

    near = get_close_matches(key, known, n=1)
    where = f"{prefix}." if prefix else ""
    hint = f"Did you mean {where}{near[0]}?" if near else f"Known are: {', '.join(known)}."
    known_as = name if len(name) <= LONGEST_SHOWN else f"{name[: LONGEST_SHOWN - 3]}..."
    return Fault(name, f"{path} has an unknown setting {known_as}.", hint)


DEEPEST = 5

"""Tables within tables that are looked into: there are settings two deep."""


def read_toml(text: str) -> dict[str, Any]:
    """Return what `text` says, which is TOML.

    Raises:
        TOMLDecodeError: it is none; or it is one that only a program writes, too large or too deep
            to be read, or with a number of thousands of digits.
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
        raise tomllib.TOMLDecodeError("it has a number or a day that there is none of") from None


def lines_of(text: str) -> dict[str, int]:
    r"""Return the line of each setting and table in `text`, which is TOML, by its name: `seller.name`.

    A piece of the text is read again and again, each time to one line further, under the head of
    its table, until it can be read: then its lines are one setting's. So it is TOML's own reader
    that knows what a line means, and a value of several lines has its first one.

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
