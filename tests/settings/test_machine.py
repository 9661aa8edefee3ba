"""What the machine says is what tzlocal and platformdirs would make of it, without loading them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tzlocal.unix

from suptime.settings import machine

ZONES = "usr/share/zoneinfo"


def link(root: Path, to: str) -> None:
    place = root / "etc/localtime"
    place.parent.mkdir(parents=True, exist_ok=True)
    target = root / ZONES / to
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"TZif")
    place.symlink_to(target)


def write(root: Path, name: str, text: str) -> None:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")


def by_tzlocal(root: Path) -> str | None:
    name: str | None = tzlocal.unix._get_localzone_name(f"{root}/")
    return name


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("TZ", raising=False)
    return tmp_path


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Indiana/Knox", "UTC", "Etc/UTC"])
def test_a_link_names_the_zone_as_tzlocal_says(root: Path, zone: str):
    link(root, zone)
    assert machine.zone_of_link(str(root)) == by_tzlocal(root) == zone
    write(root, "etc/timezone", f"{zone}\n")
    assert machine.zone_of_link(str(root)) == by_tzlocal(root) == zone


def test_a_link_to_a_link_names_where_it_ends(root: Path):
    (root / ZONES).mkdir(parents=True)
    link(root, "Europe/Berlin")
    (root / ZONES / "Home").symlink_to(root / ZONES / "Europe/Berlin")
    (root / "etc/localtime").unlink()
    (root / "etc/localtime").symlink_to(root / ZONES / "Home")
    assert machine.zone_of_link(str(root)) == by_tzlocal(root) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("etc/timezone", "Asia/Tokyo\n"),
        ("etc/timezone", "Europe/Berlin # ours\n"),
        ("etc/timezone", "Zürich\n"),
        ("etc/sysconfig/clock", 'ZONE="Asia/Tokyo"\n'),
        ("var/db/zoneinfo", "Europe/Berlin\n"),
    ],
)
def test_where_another_file_says_something_too_it_is_left_to_tzlocal(root: Path, name: str, text: str):
    link(root, "Europe/Berlin")
    write(root, name, text)
    assert machine.zone_of_link(str(root)) is None


def test_where_there_is_no_link_it_is_left_to_tzlocal(root: Path):
    assert machine.zone_of_link(str(root)) is None
    write(root, "etc/localtime", "TZif")
    assert machine.zone_of_link(str(root)) is None
    (root / "etc/localtime").unlink()
    (root / "etc/localtime").symlink_to(root / "nowhere/zoneinfo/Europe/Berlin")
    assert machine.zone_of_link(str(root)) is None


def test_a_link_to_zones_counted_with_leap_seconds_is_left_to_tzlocal(root: Path):
    link(root, "right/Europe/Berlin")
    assert machine.zone_of_link(str(root)) is None


ASK = """
import os, sys
from suptime.settings import machine
own = machine.data_folder(os.environ), machine.settings_folder(os.environ)
print("platformdirs" in sys.modules)
import platformdirs
print(own == tuple(str(f("suptime", appauthor=False)) for f in (platformdirs.user_data_path, platformdirs.user_config_path)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of other systems are platformdirs' own")
@pytest.mark.parametrize(
    ("variables", "asked"),
    [
        ({"HOME": "/home/ana"}, False),
        ({"HOME": "/home/ana/"}, False),
        ({"HOME": "/"}, False),
        ({"HOME": "/home/ana", "XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c/"}, False),
        ({"HOME": "/home/ana", "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": "c"}, True),
        ({"HOME": "ana"}, True),
        ({}, True),
    ],
)
def test_the_folders_are_those_of_platformdirs(variables: dict[str, str], asked: bool):
    environ = {k: v for k, v in os.environ.items() if k != "HOME" and not k.startswith("XDG_")} | variables
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environ, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(asked), "True"], done.stderr
