"""The version stands in one place."""

import re
import tomllib
from pathlib import Path

from driving import Suptime

from suptime import __version__

ROOT = Path(__file__).resolve().parent.parent


def test_the_command_says_the_version_and_so_does_the_module(suptime: Suptime):
    assert suptime("--version").out == f"suptime {__version__}\n"
    assert suptime.process("--version").stdout == f"suptime {__version__}\n"


def test_the_packages_take_it_from_the_module():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    place = ROOT / project["tool"]["hatch"]["version"]["path"]
    assert f'__version__ = "{__version__}"' in place.read_text("utf-8")


def test_no_version_in_the_changelog_is_later_than_that_of_the_program():
    headings = re.findall(r"(?m)^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert headings[0] == "Unreleased"
    numbers = [[int(number) for number in version.split(".")] for version in [__version__, *headings[1:]]]
    assert numbers == sorted(numbers, reverse=True)
