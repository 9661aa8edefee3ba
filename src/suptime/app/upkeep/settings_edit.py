"""Change settings in the settings file, and nothing else in it. tomlkit keeps comments and layout."""

import os
import tomllib
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from suptime import files
from suptime.app.upkeep.settings import Wrong, check, file_key, of_meaning, read_text, row_of
from suptime.domain.values import Problem, quoted
from suptime.errors import NotPossible, SuptimeError, WrongUsage
from suptime.settings.file import advice, faults, read_toml
from suptime.settings.keys import keys_of
from suptime.settings.settings import Settings

MADE_LATER = frozenset({"documents.fonts", "documents.templates", "seller.logo", "brand.logo", "brand.font"})
"""Settings that may refer to something missing: this is a warning."""


def change(
    settings_path: str, environ: Any, typed: Mapping[str, str | None]
) -> tuple[dict[str, Any], list[Wrong]]:
    """Set settings in the file at `settings_path`, all or none; create the file if it is missing.

    `typed` has the text of each key's new value; None removes the setting. Return the values, and the
    remaining faults of the file.

    Raises:
        WrongUsage: a setting does not exist or cannot have that value; the file is not TOML or cannot be written.
        NotPossible: a setting to remove is not in the file.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    values = {key: None if text is None else _value(file_key(key), text) for key, text in typed.items()}
    text, marked = read_text(settings_path)
    try:
        before = read_toml(text)
        document = tomlkit.parse(text)
    except (tomllib.TOMLDecodeError, TOMLKitError) as error:
        raise WrongUsage(
            f"The settings file {settings_path} is not valid TOML: {error}.", hint="Correct it by hand first."
        ) from error
    wanted: MutableMapping[str, Any] = before
    for key, value in values.items():
        wanted = _changed(wanted, file_key(key), value, dict, settings_path)
        _changed(document, key, value, tomlkit.table, settings_path)
    made = tomlkit.dumps(document)
    if _read(made) != wanted:  # Change nothing rather than something else.
        raise SuptimeError(
            f"{', '.join(values)} cannot be changed in {settings_path} without touching more than that.",
            hint="Change it by hand.",
        )
    for fault in (*faults(wanted, settings_path), *of_meaning(Settings(settings_path, wanted, environ))):
        if fault.name in values and fault.name not in MADE_LATER:
            raise WrongUsage(
                f"{fault.name} cannot be {quoted(typed[fault.name] or '')}.",
                hint=fault.hint or f"It is {row_of(fault.name).help}.",
            )
    if made != text:
        _write(Path(settings_path), made, marked=marked)
    return values, check(settings_path, environ)


def _read(text: str) -> Any:
    try:
        return read_toml(text)
    except tomllib.TOMLDecodeError:
        return None


def _value(key: str, typed: str) -> Any:
    """Return a typed value as the file has it: numbers, days and lists as such, other values as text.

    Raises:
        WrongUsage: it cannot be read.
    """
    row = row_of(key)
    found = row.kind.read(typed)
    if isinstance(found, Problem):
        raise WrongUsage(f"{key} cannot be {quoted(row.shown(typed))}.", hint=advice(row, found))
    if isinstance(found, tuple) and row.kind.plain:
        return row.kind.plain(found)
    return found if row.kind.native or isinstance(found, str) else typed.strip()


def _changed(
    read: MutableMapping[str, Any], key: str, value: Any, table: Callable[[], Any], path: str
) -> MutableMapping[str, Any]:
    """Return `read` with `key` as `value`, or without it; `table` makes missing tables."""
    *tables, last = keys_of(key)
    inner = read
    for name in tables:
        if name not in inner:
            if value is None:
                raise _not_there(key, path)
            inner[name] = table()
        inner = inner[name]
        if not isinstance(inner, MutableMapping):
            raise WrongUsage(f"{name} in {path} must be a table: [{name}].", hint="Correct it by hand first.")
    if value is not None:
        inner[last] = value
    elif last in inner:
        del inner[last]
    else:
        raise _not_there(key, path)
    return read


def _not_there(key: str, path: str) -> NotPossible:
    return NotPossible(f"{key} is not in {path}.", hint="suptime config")


def _write(path: Path, text: str, *, marked: bool) -> None:
    """Write `text` to the file at `path`, or to the target of a link, completely or not at all; keep its mode."""
    try:
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        hint = "Name a file in SUPTIME_CONFIG."
        with files.writing(target, hint=hint, private=True) as stream:
            stream.write((b"\xef\xbb\xbf" if marked else b"") + text.encode())
    except OSError as error:
        raise WrongUsage(
            f"Cannot write the settings file {path}: {error.strerror}.",
            hint="Get the right to write it, or use another file with SUPTIME_CONFIG.",
        ) from error
