"""Settings: a TOML file and the environment, as one frozen value."""

import os
from collections.abc import Mapping
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
        """Where the data is: SUPTIME_DB, the setting `database`, or a file in the user's data folder."""
        return (
            self.environ.get("SUPTIME_DB")
            or self.file.get("database")
            or machine.data_folder(self.environ) + "/suptime.db"
        )

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
    def layout(self) -> Mapping[str, Any]:
        """How documents look, kept in each when it is drawn up: the `paper`, and the `logo` where there is one.

        Raises:
            WrongUsage: the logo's file cannot be read, is too large or no picture.
        """
        layout: dict[str, Any] = {"paper": self.file.get("documents", {}).get("paper", "a4")}
        if named := self.file.get("seller", {}).get("logo"):
            from suptime.settings.keys import logo_in

            layout["logo"] = logo_in(self.beside(named))
        return MappingProxyType(layout)

    @property
    def mail(self) -> Mapping[str, Any]:
        """How invoices are sent: the table `mail`, empty where there is none."""
        return MappingProxyType(dict(self.file.get("mail", {})))

    @property
    def remind_after(self) -> Seconds | None:
        """How long a timer runs until it is reminded of: `timer.remind_after`; None where it does not say."""
        said = self.file.get("timer", {}).get("remind_after")
        if said is None:
            return None
        from suptime.domain.time import parse_duration

        return parse_duration(said)

    @property
    def working_hours(self) -> tuple[int, int]:
        """The minutes of the day from which to which work is done: `timer.hours`, or from nine to five."""
        from suptime.settings.keys import clock_hours

        return clock_hours(self.file.get("timer", {}).get("hours")) or (540, 1020)

    @property
    def working_days(self) -> tuple[int, ...]:
        """The days of the week on which work is done, 0 for Monday: `timer.days`, or Monday to Friday."""
        from suptime.settings.keys import WEEKDAYS

        said = self.file.get("timer", {}).get("days", WEEKDAYS[:5])
        return tuple(sorted({WEEKDAYS.index(day) for day in said}))

    @property
    def holidays(self) -> str | None:
        """Whose holidays are free: `timer.holidays`; None where it does not say."""
        said: str | None = self.file.get("timer", {}).get("holidays")
        return said

    @property
    def hooks_folder(self) -> str:
        """The folder of what is run after a change: `hooks` beside the file, there or not."""
        return os.path.join(os.path.dirname(self.path), "hooks")  # noqa: PTH118, PTH120 -- loads slower

    @property
    def hooks_timeout(self) -> int:
        """How many seconds a hook may take: `hooks.timeout`, or ten."""
        said: int = self.file.get("hooks", {}).get("timeout", 10)
        return said

    @property
    def language(self) -> str:
        """The language of documents for clients who have none of their own: `documents.language`, or English."""
        said: str = self.file.get("documents", {}).get("language", "en")
        return said

    @property
    def keep_sent(self) -> bool:
        """Whether the bytes of sent messages are kept: `documents.keep_sent`, or yes."""
        said: bool = self.file.get("documents", {}).get("keep_sent", True)
        return said

    @property
    def number_format(self) -> str | None:
        """How invoice numbers look, with {year} and {serial}; None where it does not say."""
        said: str | None = self.file.get("documents", {}).get("number")
        return said

    @property
    def fonts(self) -> "Path | None":
        """The folder of further fonts for PDF.

        Raises:
            WrongUsage: there is no such folder.
        """
        named = self.file.get("documents", {}).get("fonts")
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
        place, named = self.templates_folder, "templates" in self.file.get("documents", {})
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
        return self.beside(self.file.get("documents", {}).get("templates", "templates"))

    def beside(self, named: str) -> "Path":
        """The path NAMED, which is beside the settings file unless it says otherwise."""
        from pathlib import Path

        return Path(self.path).parent / Path(named).expanduser()


def load(environ: Mapping[str, str], path: "str | Path | None" = None) -> Settings:
    """The settings of this ENVIRON, from the file at PATH, else SUPTIME_CONFIG, else the user's own.

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
    """The settings file, there or not: PATH, else what SUPTIME_CONFIG names, else the user's own."""
    asked = path or environ.get("SUPTIME_CONFIG")
    return os.path.expanduser(asked or machine.settings_folder(environ) + "/config.toml")  # noqa: PTH111 -- loads slower


def agent_name(name: str) -> str:
    """NAME, if it can be an agent's: not empty, one line, nothing invisible.

    Raises:
        WrongUsage: it cannot.
    """
    if not is_agent(name):
        raise WrongUsage(
            f"{_quoted(name)} is not a name for an agent.", hint="Use letters, such as ana or Ana Sousa."
        )
    return name


def zone_of(name: str, source: str) -> Zone:
    """The IANA zone NAME, which SOURCE gave.

    Raises:
        WrongUsage: there is no such zone.
    """
    try:
        return Zone(name)
    except (KeyError, ValueError, OSError) as error:
        from difflib import get_close_matches
        from zoneinfo import available_timezones

        near = get_close_matches(name, available_timezones(), n=1)
        hint = f"Did you mean {near[0]}?" if near else "Zones are named like America/Chicago."
        raise WrongUsage(f"There is no time zone {_quoted(name)} ({source}).", hint=hint) from error


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

    for fault in faults(read, path):
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
