"""Settings: a TOML file and the environment, as one frozen value."""

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from suptime.domain.names import is_agent
from suptime.domain.time import Seconds, Zone
from suptime.errors import WrongUsage
from suptime.settings import machine

if TYPE_CHECKING:
    from pathlib import Path

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Settings(NamedTuple):
    """Values of the file and of the environment, which takes precedence.

    `path` is the file, which may be missing; `file` has its values; `environ` is the environment. Values of the
    machine (the login name, the system's zone, the folders) are only read when they are needed: a command without
    times never fails because of a missing zone.
    """

    path: str
    file: Mapping[str, Any] = NOTHING
    environ: Mapping[str, str] = NOTHING

    def get(self, name: str) -> Any:
        """Return the value of a setting: from the file, or its default."""
        from suptime.settings.keys import SETTINGS

        row = SETTINGS[name]
        value = self.raw(name)
        if value is None:
            value = row.default_of(self)
        return None if value is None else row.kind.strict(value)

    def raw(self, name: str) -> Any:
        """Return the value of a setting in the file, as TOML has it, or None."""
        return self.at(name.split("."))

    def at(self, keys: Iterable[str]) -> Any:
        """Return the value under `keys` in the file, one table in another, or None."""
        inner: Any = self.file
        for part in keys:
            inner = inner.get(part) if isinstance(inner, Mapping) else None
        return inner

    @property
    def remind_after(self) -> Seconds | None:
        """Age at which a timer counts as forgotten; None for never. Its default needs no table of settings."""
        from suptime.domain.work import LONG

        return LONG if self.raw("timer.remind_after") is None else self.get("timer.remind_after") or None

    @property
    def has_hints(self) -> bool:
        """Whether the timer's commands show hints about costs."""
        return self.raw("timer.hints") is None or self.get("timer.hints") == "on"

    @property
    def agent(self) -> str:
        """The agent: SUPTIME_AGENT, the setting `agent`, or the login name.

        Raises:
            WrongUsage: there is none, or it is not a valid name.
        """
        named = self.environ.get("SUPTIME_AGENT") or self.file.get("agent") or _login_name(self.environ)
        return agent_name(named)

    @property
    def zone(self) -> Zone:
        """The zone of typed times: TZ, the setting `timezone`, or the system's.

        Raises:
            WrongUsage: there is no such zone.
        """
        if (typed := self.environ.get("TZ")) is not None:
            return zone_of(typed.removeprefix(":").removeprefix("/usr/share/zoneinfo/") or "UTC", "TZ")
        if setting := self.file.get("timezone"):
            return zone_of(setting, f"timezone in {self.path}")
        return _system_zone()

    @property
    def database(self) -> str:
        """The place of the data: SUPTIME_DB, the setting `database`, or a file in the user's data folder.

        Raises:
            WrongUsage: SUPTIME_DB is empty.
        """
        named: str | None = self.environ.get("SUPTIME_DB")
        if named is not None and not named.strip():
            raise WrongUsage("SUPTIME_DB is empty.", hint="Set it to a path or a database URL, or unset it.")
        return named or self.file.get("database") or machine.data_folder(self.environ) + "/suptime.db"

    @property
    def names_database(self) -> str:
        """The source of the data's place: SUPTIME_DB, the setting, or nothing."""
        if "SUPTIME_DB" in self.environ:
            return "SUPTIME_DB"
        return f"the setting `database` in {self.path}" if self.file.get("database") else ""

    @property
    def outbox(self) -> "Path":
        """The folder of waiting messages: the setting `outbox`, or a folder in the user's data folder."""
        from pathlib import Path

        setting = self.file.get("outbox")
        return Path(setting).expanduser() if setting else Path(machine.data_folder(self.environ), "outbox")

    @property
    def seller(self) -> Mapping[str, Any]:
        """The seller on documents: the table `seller`, empty if missing."""
        own = {key: value for key, value in self.file.get("seller", {}).items() if key != "logo"}
        return MappingProxyType(own)

    @property
    def tax(self) -> Mapping[str, Any]:
        """Taxes of kinds of lines and their texts: the table `tax`, empty if missing."""
        return MappingProxyType(dict(self.file.get("tax", {})))

    @property
    def brand(self) -> Mapping[str, str]:
        """The look of documents, stored in each: the `accent` and the `font`."""
        return MappingProxyType({key: self.get(f"brand.{key}") for key in ("accent", "font")})

    @property
    def words(self) -> Mapping[str, Any]:
        """The firm's labels by language, and names of agents, for documents that keep none."""
        return MappingProxyType({name: self.table(name) for name in ("labels", "agents")})

    def table(self, name: str) -> Mapping[str, Any]:
        """Return the table `texts`, `labels` or `agents`, empty where there is none."""
        return MappingProxyType(dict(self.file.get(name, {})))

    @property
    def layout(self) -> Mapping[str, Any]:
        """The layout of documents, stored in each document: the `paper`, and the `logo`, if any.

        Raises:
            WrongUsage: the logo's file cannot be read, is too large, or is not a picture.
        """
        layout: dict[str, Any] = {"paper": self.get("documents.paper")}
        for name in ("window", "agents"):
            if said := self.raw(f"documents.{name}"):
                layout[name] = said
        for name in ("brand.logo", "seller.logo"):
            if named := self.raw(name):
                layout["logo"] = logo_in(self.beside(named), name)
                break
        return MappingProxyType(layout)

    @property
    def working_days(self) -> tuple[int, ...]:
        """The working days of the week, 0 for Monday."""
        from suptime.settings.keys import WEEKDAYS

        return tuple(sorted(WEEKDAYS.index(day) for day in self.get("timer.days")))

    @property
    def holidays(self) -> str | None:
        """The country, or part of one, whose holidays are free (timer.holidays), or None.

        Raises:
            WrongUsage: the holidays of that country, or that part of it, are unknown.
        """
        from datetime import date

        from suptime.domain.service_hours import is_holiday

        named: str | None = self.get("timer.holidays")
        try:
            is_holiday(named, date(2026, 1, 1))
        except NotImplementedError as error:
            raise WrongUsage(
                f'The holidays of "{named}" (timer.holidays) are unknown.', hint="Examples: DE, US-TX."
            ) from error
        return named

    @property
    def accepted(self) -> tuple[str, ...]:
        """Accepted findings when a month is issued: `invoice.accept`, and SUPTIME_ACCEPT.

        Raises:
            WrongUsage: the variable has an unknown code.
        """
        from suptime.domain.finding import ACCEPTED
        from suptime.domain.values import Problem, wrong_usage

        parts = self.environ.get("SUPTIME_ACCEPT", "").split(",")
        found = [ACCEPTED.read(part) for part in parts if part.strip()]
        for one in found:
            if isinstance(one, Problem):
                raise wrong_usage(one._replace(what=f"SUPTIME_ACCEPT: {one.what}"))
        return (*self.get("invoice.accept"), *(str(one) for one in found))

    @property
    def hooks_folder(self) -> str:
        """The folder of hooks: `hooks` next to the file. It may be missing."""
        return os.path.join(os.path.dirname(self.path), "hooks")  # noqa: PTH118, PTH120 -- loads slower

    @property
    def fonts(self) -> "Path | None":
        """The folder of further fonts for PDF.

        Raises:
            WrongUsage: there is no such folder.
        """
        named = self.raw("documents.fonts")
        if named is None:
            return None
        folder = self.beside(named)
        if not folder.is_dir():
            raise WrongUsage(
                f"Folder {folder} does not exist (documents.fonts).", hint=f"Correct it in {self.path}."
            )
        return folder

    @property
    def templates(self) -> "Path | None":
        """The folder of the user's own templates: `documents.templates`, or `templates` next to the file, or None.

        Raises:
            WrongUsage: the folder does not exist, or others can change the file with its name.
        """
        place, named = self.templates_folder, self.raw("documents.templates") is not None
        if place.is_dir():
            from suptime.trust import distrust

            if named and (found := distrust(self.path)):
                raise WrongUsage(f"The templates in {self.path} are not used: {found.why}.", hint=found.mend)
            return place
        if not named:
            return None
        raise WrongUsage(
            f"Folder {place} does not exist (documents.templates).", hint=f"Correct it in {self.path}."
        )

    @property
    def templates_folder(self) -> "Path":
        """The folder for the user's own templates. It may be missing."""
        return self.beside(self.raw("documents.templates") or "templates")

    def beside(self, named: str) -> "Path":
        """Return the path `named`, which is relative to the settings file unless it is absolute."""
        from pathlib import Path

        return Path(self.path).parent / Path(named).expanduser()


def load(environ: Mapping[str, str], path: "str | Path | None" = None) -> Settings:
    """Return the settings of `environ`, from the file at `path`, else SUPTIME_CONFIG, else the user's own.

    Raises:
        WrongUsage: a requested file does not exist; a file cannot be read; it has
            unknown keys or values of the wrong type.
    """
    asked = path or environ.get("SUPTIME_CONFIG")
    there = place(environ, path)
    try:
        with open(there, "rb") as file:  # noqa: PTH123
            raw = file.read()
    except (FileNotFoundError, NotADirectoryError) as error:
        if not asked:
            return Settings(there, {}, environ)
        raise WrongUsage(
            f"Settings file {there} does not exist.", hint="Correct SUPTIME_CONFIG, or unset it."
        ) from error
    except OSError as error:
        raise WrongUsage(f"Cannot read the settings file {there}: {error.strerror}.") from error
    return Settings(there, MappingProxyType(_parse(raw, there)), environ)


def place(environ: Mapping[str, str], path: "str | Path | None" = None) -> str:
    """Return the path of the settings file: `path`, else SUPTIME_CONFIG, else the user's own. It may be missing."""
    asked = path or environ.get("SUPTIME_CONFIG")
    return os.path.expanduser(asked or machine.settings_folder(environ) + "/config.toml")  # noqa: PTH111 -- loads slower


def agent_name(name: str) -> str:
    """Return a name if it is valid for an agent: one line, not empty, without invisible characters.

    Raises:
        WrongUsage: it is not valid.
    """
    if is_agent(name):
        return name
    from suptime.domain.values import AGENT, accept

    return accept(AGENT, name)


def zone_of(name: str, source: str) -> Zone:
    """Return the IANA zone of a name from `source`.

    Raises:
        WrongUsage: there is no such zone.
    """
    try:
        return Zone(name)
    except (KeyError, ValueError, OSError) as error:
        from suptime.domain.values import ZONE, did_you_mean, zones

        near = did_you_mean(name, zones())
        hint = f"Expected {ZONE.expected}."
        raise WrongUsage(f"{_quoted(name)} is not a time zone ({source}).", near, hint) from error


LARGEST_LOGO = 256 * 1024
"""Most bytes of a logo: every document stores its logo, so that it never changes."""


def logo_in(path: "Path", name: str = "brand.logo") -> dict[str, str]:
    """Return the picture in the file of the setting `name`, by its content, not its name.

    Raises:
        WrongUsage: it cannot be read, is larger than `LARGEST_LOGO`, or is not a PNG, JPEG or SVG.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_LOGO + 1)
    except OSError as error:
        raise WrongUsage(
            f"Cannot read the logo {path}: {error.strerror}.", hint=f"Correct {name}."
        ) from error
    if len(raw) > LARGEST_LOGO:
        raise WrongUsage(
            f"The logo {path} is larger than {LARGEST_LOGO // 1024} KiB.",
            hint="Every invoice contains it: make it smaller, or use an SVG.",
        )
    kind = _picture_in(raw)
    if kind is None:
        raise WrongUsage(f"Unsupported logo format '{path}'.", hint="Use PNG, JPEG or SVG.")
    from base64 import b64encode

    return {"type": kind, "data": b64encode(raw).decode()}


def _picture_in(raw: bytes) -> str | None:
    import re

    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if raw.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/svg+xml" if re.search(rb"<svg[\s>]", raw[:4096]) else None


def _quoted(text: str) -> str:
    """Return `text` in quotes, with invisible characters escaped, shortened."""
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    return f'"{shown}"' if len(shown) <= 60 else f'"{shown[:57]}..."'


def _parse(raw: bytes, path: str) -> dict[str, Any]:
    import tomllib

    from suptime.settings.file import read_toml

    try:
        read = read_toml(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise WrongUsage(f"The settings file {path} is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise WrongUsage(f"The settings file {path} is not valid TOML: {error}.") from error
    from suptime.settings.file import faults

    for fault in faults(read, path, late=False):
        raise WrongUsage(fault.what, hint=fault.hint)
    return read


def _login_name(environ: Mapping[str, str]) -> str:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if environ.get(variable):
            return environ[variable]
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError as error:
        raise WrongUsage("The agent's name is missing.", hint="Set SUPTIME_AGENT to your name.") from error


def _system_zone() -> Zone:
    try:
        name = machine.zone_name()
    except Exception as error:
        raise WrongUsage(
            "This machine has no time zone setting.", hint="Set TZ, such as TZ=America/Chicago."
        ) from error
    return zone_of(name or "UTC", "the system's zone")
