"""Every option that takes a time reads it with one parser, and every option that takes a day with one of days (H9)."""

import sys
from pathlib import Path

import pytest

from suptime.cli import moments, options

sys.path.append(str(Path(__file__).parents[2] / "tools"))

from make_manual import commands

AHEAD = {"appointment book", "appointment edit"}
"""Commands whose times look ahead."""

DAYS = {
    *(options.read_day, options.read_last_day, options.read_day_in),
    options.read_coming_day_in,
}

BY_NAME = {
    *(("start", "--at"), ("stop", "--at"), ("resume", "--at")),
    *(("project add", "--completed"), ("project edit", "--completed")),
}
"""Options that the command reads itself: the timer's without Typer, and a field of a noun."""

NO_MOMENT = "--day-start"
"""A clock time of every day."""


def parameters(metavar: str):
    return [
        pytest.param(
            page.name, param.opts[0], getattr(param.type, "func", None), id=f"{page.name} {param.opts[0]}"
        )
        for page in commands()
        for param in page.command.get_params(page.context)
        if param.metavar == metavar
        and param.opts[0] != NO_MOMENT
        and (page.name, param.opts[0]) not in BY_NAME
    ]


@pytest.mark.parametrize(("command", "flag", "reader"), parameters("TIME"))
def test_a_time_is_read_by_the_parser_of_times(command: str, flag: str, reader: object):
    assert reader is (moments.read_typed_ahead if command in AHEAD else moments.read_typed), flag


@pytest.mark.parametrize(("command", "flag", "reader"), parameters("DAY"))
def test_a_day_is_read_by_a_parser_of_days(command: str, flag: str, reader: object):
    assert reader in DAYS, f"{command} {flag}"


@pytest.mark.parametrize("command", ["start CASE-123", "stop", "resume CASE-123"])
def test_the_timer_reads_times_in_the_same_way(suptime, command: str):
    done = suptime(f"{command} --at noon", code=2)
    log = suptime("log CASE-123 5m --from noon", code=2)
    assert done.err.replace("--at", "--from") == log.err
