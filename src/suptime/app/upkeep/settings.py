"""The settings, one by one: value, source, and faults of the settings file."""

import os
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from suptime.app.invoices.mail import PASSWORD, Mail
from suptime.domain.values import Problem, did_you_mean, quoted
from suptime.errors import NotPossible, WrongUsage
from suptime.invoicing.issue import number_for
from suptime.settings.file import Fault, faults, lines_of, read_toml
from suptime.settings.keys import SECRETS, SETTINGS, Setting, find, keys_of
from suptime.settings.settings import Settings

HIDDEN = "(set, not shown)"


@dataclass(frozen=True, slots=True)
class Value:
    """One setting: its value as in TOML (None: not set), and its `source`: environment, file or default.

    `where` is the variable or the file; `line` is the line in the file.
    """

    key: str
    value: Any
    source: str | None
    where: str | None = None
    line: int | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The setting as a JSON document; passwords are not shown."""
        return {
            "key": self.key,
            "value": self.shown,
            "source": self.source,
            "where": self.where,
            "line": self.line,
            "meaning": SECRETS.get(self.key) or row_of(self.key).help,
        }

    @property
    def shown(self) -> Any:
        """Its value for people, a day as text."""
        if self.key in SECRETS and self.value is not None:
            return HIDDEN
        if isinstance(self.value, date):
            return self.value.isoformat()
        return row_of(self.key).shown(self.value) if self.value is not None else None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault of the settings file: its setting (empty: the whole file), its line, and the remedy."""

    key: str
    line: int | None
    what: str
    hint: str


def file_key(key: str) -> str:
    """Return `key` if there is such a setting and the file may have it.

    Raises:
        WrongUsage: there is none, or it is a secret.
    """
    if key in SECRETS:
        raise WrongUsage(
            f"{key} is a secret, and must not be in a file.",
            hint=f"Set {PASSWORD}, or use the keyring.",
        )
    row_of(key)
    return key


def row_of(key: str) -> Setting:
    """Return the setting `key`, or an entry of a table as one.

    Raises:
        WrongUsage: there is none of that name.
    """
    found = find(key)
    if isinstance(found, Problem):
        why = f"{did_you_mean(found.word, found.among)} Expected {found.expected}.".lstrip()
        raise WrongUsage(f"There is no setting {quoted(key)}: {found.what}", hint=why)
    if found is None:
        raise WrongUsage(
            f"Unknown setting {quoted(key)}.", did_you_mean(key, SETTINGS), "suptime config --all"
        )
    return found


def list_all(settings: Settings) -> list[Value]:
    """Return all `settings` with their sources, set or not; and the password, if there is one."""
    lines = lines_of(read_text(settings.path)[0]) if settings.file else {}
    found = [_value(settings, key, lines) for key in SETTINGS]
    if settings.environ.get(PASSWORD):
        found.append(Value("mail.password", HIDDEN, "environment", PASSWORD))
    return found


def get(settings: Settings, key: str) -> Value:
    """Return the setting `key`.

    Raises:
        WrongUsage: there is none of that name.
        NotPossible: it is not set and has no default.
    """
    found = _value(settings, file_key(key), lines_of(read_text(settings.path)[0]) if settings.file else {})
    if found.value is None:
        raise NotPossible(f"{key} is not set.", hint=f"suptime config set {key} VALUE")
    return found


def check(path: str, environ: Mapping[str, str]) -> list[Wrong]:
    """Return all faults of the settings file at `path`, by line; none if the file does not exist.

    Raises:
        WrongUsage: it cannot be read.
    """
    text, _ = read_text(path)
    try:
        read = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None) or _line_in(str(error))
        return [
            Wrong("", line, f"The file is not valid TOML: {error}.", "The rest of the file was not checked.")
        ]
    lines = lines_of(text)
    of_shape = [*faults(read, path)]
    right = _without(read, {fault.name for fault in of_shape})
    wrong = [
        Wrong(fault.name, lines.get(fault.name), fault.what.replace(f" in {path}", ""), fault.hint)
        for fault in (*of_shape, *of_meaning(Settings(path, right, environ)))
    ]
    return sorted(wrong, key=lambda one: (one.line or 0, one.key))


def read_text(path: str) -> tuple[str, bool]:
    """Return the text of the settings file at `path`, empty if missing; and whether it has a byte order mark.

    Raises:
        WrongUsage: it cannot be read, or is not UTF-8.
    """
    try:
        raw = Path(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return "", False
    except OSError as error:
        raise WrongUsage(f"Cannot read the settings file {path}: {error.strerror}.") from error
    try:
        return raw.decode("utf-8-sig"), raw.startswith(b"\xef\xbb\xbf")
    except UnicodeDecodeError as error:
        raise WrongUsage(f"The settings file {path} is not UTF-8 text.") from error


def _without(table: Mapping[str, Any], names: Collection[str], prefix: str = "") -> dict[str, Any]:
    """Return `table` without the `names` in it."""
    return {
        key: _without(value, names, f"{prefix}{key}.") if isinstance(value, dict) else value
        for key, value in table.items()
        if f"{prefix}{key}" not in names
    }


def _value(settings: Settings, key: str, lines: Mapping[str, int]) -> Value:
    row = row_of(key)
    if row.variable and (value := settings.environ.get(row.variable)):
        return Value(key, value, "environment", row.variable)
    value = settings.at(keys_of(key))
    if value is not None:
        return Value(key, value, "file", settings.path, lines.get(key))
    with suppress(WrongUsage):  # for example, a machine without a zone
        value = row.default_of(settings)
    return Value(key, value, None if value is None else "default")


def _supported_language(settings: Settings) -> str:
    """Return the language of documents, if it has texts."""
    from suptime.language.translate import known_language as language

    try:
        own = settings.templates
    except WrongUsage:  # This is reported as a separate fault.
        own = None
    return language(settings.get("documents.language"), own)


def _known_font(settings: Settings) -> None:
    """Check that the font of documents is shipped, or in documents.fonts in both weights."""
    from suptime.domain.brand import FONT

    named = settings.get("brand.font")
    if named == FONT:
        return
    try:
        place = settings.fonts
    except WrongUsage:  # which is a fault of its own
        return
    from suptime.render.pdf import families  # it loads Typst

    if named not in families(place):
        raise WrongUsage(
            f"The font {quoted(named)} is neither shipped nor in documents.fonts.",
            hint="Put its TTF or OTF files, in weights 400 and 600, into that folder.",
        )


CHECKS: Mapping[str, Callable[[Settings], object]] = {
    "seller.logo": lambda settings: settings.layout,
    "brand.logo": lambda settings: settings.layout,
    "brand.font": _known_font,
    "documents.fonts": lambda settings: settings.fonts,
    "documents.templates": lambda settings: settings.templates,
    "documents.language": _supported_language,
    "documents.number": lambda settings: number_for(settings.get("documents.number"), 2026, 1),
    "documents.credit_number": lambda settings: number_for(
        settings.get("documents.credit_number") or settings.get("documents.number"), 2026, 1
    ),
    "mail": Mail.of,
    "timer.holidays": lambda settings: settings.holidays,
}
"""Checks of settings that refer to something or belong together; each raises `WrongUsage`."""


def of_meaning(settings: Settings) -> Iterator[Fault]:
    """Return the faults of readable settings that refer to something missing or do not fit together."""
    for name, look in CHECKS.items():
        if settings.raw(name) is not None:
            try:
                look(settings)
            except WrongUsage as error:
                yield Fault(name, str(error), error.hint)


def _line_in(message: str) -> int | None:
    digits = message.partition("at line ")[2].partition(",")[0]
    return int(digits) if digits.isdigit() else None


def exists(path: str) -> bool:
    """Return whether there is a settings file at `path`."""
    return os.path.exists(path)  # noqa: PTH110 - a path is text in the settings
