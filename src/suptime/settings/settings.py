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
    """What the file says, under what the environment says.

    `path` is the file, there or not; `file` what it says; `environ` the environment.
    What needs a look at the machine (the login name, the system's zone, the folders) is
    looked up when it is asked for: a command that needs no zone never fails for want of one.
    """

    path: str
    file: Mapping[str, Any] = NOTHING
    environ: Mapping[str, str] = NOTHING

    def get(self, name: str) -> Any:
        """Return the value of a setting as its kind has it: that of the file, or else its default."""
        from suptime.settings.keys import SETTINGS

        row = SETTINGS[name]
        value = self.raw(name)
        if value is None:
            value = row.default_of(self)
        return None if value is None else row.kind.strict(value)

    def raw(self, name: str) -> Any:
        """Return what the file says of a setting, as TOML has it; None where it says nothing."""
        return self.at(name.split("."))

    def at(self, keys: Iterable[str]) -> Any:
        """Return what the file says under `keys`, one table in another; None where it says nothing."""
        inner: Any = self.file
        for part in keys:
            inner = inner.get(part) if isinstance(inner, Mapping) else None
        return inner

    @property
    def remind_after(self) -> Seconds | None:
        """For how long a timer runs until it is taken for forgotten; None for ever. Its default needs no table of settings."""
        from suptime.domain.work import LONG

        return LONG if self.raw("timer.remind_after") is None else self.get("timer.remind_after") or None

    @property
    def has_hints(self) -> bool:
        """Whether the timer's commands say what time costs."""
        return self.raw("timer.hints") is None or self.get("timer.hints") == "on"

    @property
    def agent(self) -> str:
        """Who works: SUPTIME_AGENT, the setting `agent`, or the login name.

        Raises:
            WrongUsage: none of them says, or it is no name.
        """
        named = self.environ.get("SUPTIME_AGENT") or self.file.get("agent") or _login_name(self.environ)
        return agent_name(named)

    @property
    def zone(self) -> Zone:
        """The zone of the times that the engineer types: TZ, the setting `timezone`, or the system's.

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
        """Where the data is: SUPTIME_DB, the setting `database`, or a file in the user's data folder.

        Raises:
            WrongUsage: SUPTIME_DB is set to nothing.
        """
        named: str | None = self.environ.get("SUPTIME_DB")
        if named is not None and not named.strip():
            raise WrongUsage(
                "SUPTIME_DB is set to nothing.", hint="Set it to a path or a database URL, or unset it."
            )
        return named or self.file.get("database") or machine.data_folder(self.environ) + "/suptime.db"

    @property
    def names_database(self) -> str:
        """What says where the data is: SUPTIME_DB, the setting, or nothing."""
        if "SUPTIME_DB" in self.environ:
            return "SUPTIME_DB"
        return f"the setting `database` in {self.path}" if self.file.get("database") else ""

    @property
    def outbox(self) -> "Path":
        """Where messages wait to be sent: the setting `outbox`, or a folder in the user's data folder."""
        from pathlib import Path

        setting = self.file.get("outbox")
        return Path(setting).expanduser() if setting else Path(machine.data_folder(self.environ), "outbox")

    @property
    def seller(self) -> Mapping[str, Any]:
        """Who sends the invoices: the table `seller`, empty where there is none. What documents say of them."""
        own = {key: value for key, value in self.file.get("seller", {}).items() if key != "logo"}
        return MappingProxyType(own)

    @property
    def tax(self) -> Mapping[str, Any]:
        """How kinds of lines are taxed, and the words for it: the table `tax`, empty where there is none."""
        return MappingProxyType(dict(self.file.get("tax", {})))

    @property
    def brand(self) -> Mapping[str, str]:
        """How documents look, kept in each when it is drawn up: the `accent` and the `font`."""
        return MappingProxyType({key: self.get(f"brand.{key}") for key in ("accent", "font")})

    def table(self, name: str) -> Mapping[str, Any]:
        """Return the table `texts`, `labels` or `agents`, empty where there is none."""
        return MappingProxyType(dict(self.file.get(name, {})))

    @property
    def layout(self) -> Mapping[str, Any]:
        """How documents look, kept in each when it is drawn up: the `paper`, and the `logo` where there is one.

        Raises:
            WrongUsage: the logo's file cannot be read, is too large or no picture.
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
        """The days of the week on which work is done, 0 for Monday."""
        from suptime.settings.keys import WEEKDAYS

        return tuple(sorted(WEEKDAYS.index(day) for day in self.get("timer.days")))

    @property
    def holidays(self) -> str | None:
        """The country, or part of one, whose holidays are free (timer.holidays), or None.

        Raises:
            WrongUsage: nobody knows the holidays of that country, or of that part of it.
        """
        from datetime import date

        from suptime.domain.service_hours import is_holiday

        named: str | None = self.get("timer.holidays")
        try:
            is_holiday(named, date(2026, 1, 1))
        except NotImplementedError as error:
            raise WrongUsage(
                f'Nobody knows the holidays of "{named}" (timer.holidays).', hint="Write it like DE or US-TX."
            ) from error
        return named

    @property
    def accepted(self) -> tuple[str, ...]:
        """The findings that may be there when a month is issued: `invoice.accept`, and SUPTIME_ACCEPT beside it.

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
        """The folder of what is run after a change: `hooks` beside the file, there or not."""
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
                f"There is no folder {folder} (documents.fonts).", hint=f"Correct it in {self.path}."
            )
        return folder

    @property
    def templates(self) -> "Path | None":
        """The folder of the person's own templates: `documents.templates`, or `templates` beside the file if it is there.

        Raises:
            WrongUsage: there is no folder of that name, or others can change the file that names it.
        """
        place, named = self.templates_folder, self.raw("documents.templates") is not None
        if place.is_dir():
            from suptime.trust import distrust

            if named and (found := distrust(self.path)):
                raise WrongUsage(
                    f"The templates that {self.path} names are not used: {found.why}.", hint=found.mend
                )
            return place
        if not named:
            return None
        raise WrongUsage(
            f"There is no folder {place} (documents.templates).", hint=f"Correct it in {self.path}."
        )

    @property
    def templates_folder(self) -> "Path":
        """Where templates of the person's own belong, there or not."""
        return self.beside(self.raw("documents.templates") or "templates")

    def beside(self, named: str) -> "Path":
        """Return the path `named`, which is beside the settings file unless it says otherwise."""
        from pathlib import Path

        return Path(self.path).parent / Path(named).expanduser()


def load(environ: Mapping[str, str], path: "str | Path | None" = None) -> Settings:
    """Return the settings of this `environ`, from the file at `path`, else SUPTIME_CONFIG, else the user's own.

    Raises:
        WrongUsage: a file that was asked for is not there; one cannot be read; it has
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
            f"There is no settings file {there}.", hint="Correct SUPTIME_CONFIG, or unset it."
        ) from error
    except OSError as error:
        raise WrongUsage(f"The settings file {there} cannot be read: {error.strerror}.") from error
    return Settings(there, MappingProxyType(_parse(raw, there)), environ)


def place(environ: Mapping[str, str], path: "str | Path | None" = None) -> str:
    """Return the settings file, there or not: `path`, else what SUPTIME_CONFIG names, else the user's own."""
    asked = path or environ.get("SUPTIME_CONFIG")
    return os.path.expanduser(asked or machine.settings_folder(environ) + "/config.toml")  # noqa: PTH111 -- loads slower


def agent_name(name: str) -> str:
    """Return a name, if it can be an agent's: not empty, one line, nothing invisible.

    Raises:
        WrongUsage: it cannot.
    """
    if is_agent(name):
        return name
    from suptime.domain.values import AGENT, accept

    return accept(AGENT, name)


def zone_of(name: str, source: str) -> Zone:
    """Return the IANA zone of a name that `source` gave.

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
"""Bytes: every document has the logo in it, so that it looks the same for ever."""


def logo_in(path: "Path", name: str = "brand.logo") -> dict[str, str]:
    """Return the picture in the file that the setting `name` names, by what it is, whatever it is called.

    Raises:
        WrongUsage: it cannot be read, is larger than `LARGEST_LOGO`, or is no PNG, JPEG or SVG.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_LOGO + 1)
    except OSError as error:
        raise WrongUsage(
            f"The logo {path} cannot be read: {error.strerror}.", hint=f"Correct {name}."
        ) from error
    if len(raw) > LARGEST_LOGO:
        raise WrongUsage(
            f"The logo {path} is larger than {LARGEST_LOGO // 1024} KiB.",
            hint="Every invoice has it in it: make it smaller, or use an SVG.",
        )
    kind = _picture_in(raw)
    if kind is None:
        raise WrongUsage(f"The logo {path} is no PNG, JPEG or SVG.", hint="Convert it, and name that file.")
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
    """TEXT in quotes, with what cannot be seen spelled out, shortened."""
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
        raise WrongUsage(f"The settings file {path} is not TOML: {error}.") from error
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
        raise WrongUsage("Nothing says who you are.", hint="Set SUPTIME_AGENT to your name.") from error


def _system_zone() -> Zone:
    try:
        name = machine.zone_name()
    except Exception as error:
        raise WrongUsage(
            "This machine does not say which time zone it is in.", hint="Set TZ, such as TZ=America/Chicago."
        ) from error
    return zone_of(name or "UTC", "the system's zone")
