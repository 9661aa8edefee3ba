"""Values of the machine: its time zone, and the user's folders.

tzlocal and platformdirs support every machine, but take as long as the rest of `suptime status`.
This module handles the common case; a test compares both ways.
"""

import os
import sys
from collections.abc import Mapping

_OTHER_SAYINGS = ("system/bin/getprop", "var/db/zoneinfo", "etc/sysconfig/clock", "etc/conf.d/clock")
"""Other sources of the zone, on other kinds of machines."""


def zone_name() -> str | None:
    """Return the name of the machine's time zone, or None if it only has UTC.

    Raises:
        Exception: tzlocal raises it if files contradict each other.
    """
    if (name := zone_of_link("/")) is not None:
        return name
    import warnings

    import tzlocal

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: str | None = tzlocal.get_localzone_name()
    return found


def zone_of_link(root: str) -> str | None:
    """Return the zone that etc/localtime below `root` is a link to, unless another file may differ; else None."""
    link = os.path.join(root, "etc/localtime")  # noqa: PTH118 -- pathlib takes longer to load
    if not os.path.islink(link) or not os.path.exists(link):  # noqa: PTH110, PTH114
        return None
    name = os.path.realpath(link).partition("/zoneinfo/")[2]
    if name.startswith(("posix/", "right/")) or any(
        os.path.exists(f"{root}/{other}")  # noqa: PTH110
        for other in _OTHER_SAYINGS
    ):
        return None
    try:
        with open(os.path.join(root, "etc/timezone"), encoding="ascii") as file:  # noqa: PTH118, PTH123
            return (name or None) if file.read().strip() == name else None
    except FileNotFoundError:
        return name or None
    except (OSError, UnicodeDecodeError):
        return None


def data_folder(environ: Mapping[str, str]) -> str:
    """Return the folder of the user's data for suptime."""
    return _folder("user_data_path", "XDG_DATA_HOME", "/.local/share", environ)


def settings_folder(environ: Mapping[str, str]) -> str:
    """Return the folder of the user's settings for suptime."""
    return _folder("user_config_path", "XDG_CONFIG_HOME", "/.config", environ)


def _folder(kind: str, variable: str, below_home: str, environ: Mapping[str, str]) -> str:
    base, home = environ.get(variable), environ.get("HOME", "")
    if base is None and home.startswith("/") and sys.platform == "linux" and "ANDROID_ROOT" not in environ:
        base = home.rstrip("/") + below_home
    if base and base.startswith("/"):
        return os.path.join(base, "suptime")  # noqa: PTH118
    import platformdirs

    return str(getattr(platformdirs, kind)("suptime", appauthor=False))
