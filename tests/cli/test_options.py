"""Commands get values: options made from a noun's fields, and groups of options."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import pytest
import typer
from records_world import World
from typer.testing import CliRunner

from suptime.cli import console
from suptime.cli.options import (
    Command,
    DaySpan,
    Field,
    MonthSpan,
    Values,
    changes,
    document_format,
    expand,
    takes,
)
from suptime.domain import values
from suptime.domain.time import Month
from suptime.errors import WrongUsage


@dataclass(frozen=True)
class Room:
    """A noun with a field of each sort."""

    code: Annotated[str, values.CLIENT_CODE]
    name: Annotated[str, values.line("name")]
    country: Annotated[str | None, values.COUNTRY] = None
    note: Annotated[str, values.line("note", empty=True)] = "none"


FIELDS = {
    "code": Field("CODE", "Its code."),
    "name": Field("NAME", "Its name."),
    "country": Field("CODE", "Its country."),
    "note": Field("TEXT", "What else there is to say.", str.upper),
}


@pytest.fixture(autouse=True)
def world(empty: World) -> Iterator[World]:
    """A home of its own, whose settings are forgotten afterwards."""
    yield empty
    console.close()


def run(command: Command, *arguments: str) -> list[object]:
    """Return what `command` printed of its values, or the error it raised."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(expand(command))
    done = CliRunner().invoke(app, list(arguments))
    if isinstance(done.exception, WrongUsage):
        return [str(done.exception), done.exception.hint]
    return done.output.splitlines()


@takes(Room, FIELDS)
def add(room: Room) -> None:
    typer.echo(room)


@takes(Room, FIELDS)
def fill(typed: Values) -> None:
    typer.echo(typed)


@changes(Room, FIELDS, fixed=("code",))
def edit(code: str, changed: Values) -> None:
    typer.echo((code, changed))


def test_a_noun_is_made_of_its_fields():
    assert run(add, "r1", "--name", " Blue ", "--country", "de", "--note", "x") == [
        "Room(code='r1', name='Blue', country='DE', note='X')"
    ]
    assert run(add, "r1", "--name", "Blue") == ["Room(code='r1', name='Blue', country=None, note='none')"]


def test_a_field_without_a_default_is_required_by_the_noun_alone():
    assert "Missing option" in "".join(map(str, run(add, "r1")))
    assert run(fill) == ["{}"]
    assert run(fill, "--name", "Blue") == ["{'name': 'Blue'}"]


def test_a_value_is_refused_in_the_words_of_its_kind():
    assert run(add, "r1", "--name", "Blue", "--country", "Germany") == [
        '"Germany" is not a country code.',
        "Expected two letters such as US or DE.",
    ]


def test_an_empty_text_clears_a_field_that_has_a_default():
    assert run(edit, "r1", "--country", "", "--note", "") == ["('r1', {'country': None, 'note': 'none'})"]
    assert run(edit, "r1", "--name", "")[0] == "The name is empty."
    assert run(edit, "r1") == ["('r1', {})"]


def test_a_fixed_field_has_no_option():
    assert "No such option" in "".join(map(str, run(edit, "r1", "--code", "r2")))


def test_a_group_is_one_value_of_its_options():
    def show(days: DaySpan, form: Annotated[str, document_format("hours")] = "text") -> None:
        typer.echo((days.first, days.last, form))

    assert run(show, "--from", "2026-10-05", "--format", "json") == [
        "(datetime.date(2026, 10, 5), None, 'json')"
    ]
    assert run(show, "--from", "2026-10-05", "--to", "2026-10-04") == [
        "--to 2026-10-04 is before --from 2026-10-05.",
        "Swap them.",
    ]
    assert run(show, "--format", "yaml")[0] == "Unknown report format 'yaml'."


def test_months_are_a_year_back_unless_they_are_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SUPTIME_NOW", "2026-10-15T12:00:00Z")
    assert MonthSpan().resolve(12) == (Month(2025, 11), Month(2026, 10))
    assert MonthSpan(first=Month(2026, 2)).resolve(12) == (Month(2026, 2), Month(2026, 10))
    with pytest.raises(WrongUsage, match=r"--to 2026-01 is before --from 2026-02\."):
        MonthSpan(Month(2026, 2), Month(2026, 1)).resolve(12)


def test_days_are_from_midnight_to_midnight():
    start, end = DaySpan(date(2026, 10, 5), date(2026, 10, 5)).instants
    assert start is not None
    assert end is not None
    assert end - start == 24 * 3600
