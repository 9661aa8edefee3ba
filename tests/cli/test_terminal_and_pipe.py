"""What a terminal shows and what a pipe gets, where a command prints a row for each record."""

import os
import pty
import re
import subprocess
import sys

import pytest
from driving import Suptime

from documents import REPORTS
from suptime.cli.commands import reports
from suptime.documents import DOCUMENTS, render


@pytest.fixture
def worked(acme: Suptime) -> Suptime:
    acme.set(TZ="America/Chicago")
    acme("log CASE-123 1h --from '2026-10-05 07:00'")
    acme(["log", "CASE-124", "30m", "--from", "2026-10-04 11:00", "--note", "x" * 300 + " END"])
    acme("edit U1 --note 'one two  three'")
    return acme


@pytest.fixture
def piped(worked: Suptime) -> Suptime:
    worked.set(SUPTIME_FORCE_TTY=None)
    return worked


def test_a_pipe_gets_whole_rows_on_the_clocks_of_the_page(piped: Suptime):
    assert piped("list").out == (
        "U2\t2026-10-04T11:00:00-05:00\t2026-10-04T11:30:00-05:00\t1800\tCASE-124\tacme\tana\tother\t"
        + "x" * 300
        + " END\n"
        "U1\t2026-10-05T07:00:00-05:00\t2026-10-05T08:00:00-05:00\t3600\tCASE-123\tacme\tana\tother\tone two  three\n"
    )
    assert piped("client list").out == "acme\tAcme Leads\tUSD\tAmerica/Chicago\t\tfalse\tacme-ps\tfalse\n"
    assert piped("report time --by client").out == "acme\t5400\t5400\t0\t0\t0\t0\n"
    assert piped("list --case CASE-125").out == ""
    piped.set(TZ="UTC")
    assert "\t2026-10-05T12:00:00+00:00\t" in piped("list --format tsv").out


@pytest.mark.parametrize("form", ["table", "text"])
def test_a_table_is_printed_in_a_pipe_where_it_is_asked_for(piped: Suptime, form: str):
    assert "\nTotal: 1h30m\n" in piped(f"list --format {form}").out
    assert piped(f"report time --format {form}").out.startswith("TIME BY CASE")
    piped.set(SUPTIME_FORCE_TTY="80")
    assert piped("list --format tsv").out.startswith("U2\t")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_table_fits_and_cuts_only_free_text(worked: Suptime, width: int):
    worked.set(SUPTIME_FORCE_TTY=str(width))
    lines = worked("list").out.splitlines()
    assert max(map(len, lines)) == width
    assert lines[1].startswith("  U2  11:00-11:30  30m  CASE-124  acme  xxx")
    assert lines[1].endswith("…")


def test_the_agent_is_named_where_a_unit_is_not_mine(worked: Suptime):
    worked.set(SUPTIME_AGENT="ben")
    assert "  acme  ana  " in worked("list").out


def test_colours_have_their_word_and_can_be_turned_off_and_on(worked: Suptime):
    worked("start CASE-123 --at '2026-10-05 08:30'")
    assert "\x1b" not in worked("list").out
    worked.set(NO_COLOR=None)
    assert "\x1b[32mrunning\x1b[0m" in worked("list").out
    worked.set(SUPTIME_FORCE_TTY=None)
    assert "\x1b" not in worked("list --format table").out
    worked.set(CLICOLOR_FORCE="1")
    assert "\x1b[32mrunning\x1b[0m" in worked("list --format table").out
    worked.set(NO_COLOR="1")
    assert "\x1b" not in worked("list --format table").out


def test_a_width_that_cannot_be_read_is_refused(worked: Suptime):
    worked.set(SUPTIME_FORCE_TTY="wide")
    assert worked("list", code=2).err == (
        'Error: SUPTIME_FORCE_TTY is "wide", which is not a width.\nSet it to a number, for example 80.\n'
    )


@pytest.mark.parametrize("kind", [kind for kind, its in DOCUMENTS.items() if its.is_list])
def test_the_columns_in_the_help_are_those_of_the_rows(kind: str):
    row = render(kind, "tsv", REPORTS[kind]()).decode().splitlines()[0]
    assert row.count("\t") + 1 == len(getattr(reports, f"{kind.upper()}_COLUMNS"))


def on_terminal(suptime: Suptime, command: str, **environ: str) -> str:
    """What a terminal of the usual size gets of COMMAND."""
    suptime.set(SUPTIME_FORCE_TTY=None)
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "suptime", *command.split()]
    with subprocess.Popen(words, stdout=theirs, stderr=theirs, env={**os.environ, **environ}) as process:
        os.close(theirs)
        got = b""
        try:
            while part := os.read(ours, 4096):
                got += part
        except OSError:  # the other end is closed
            pass
        assert process.wait() == 0
    os.close(ours)
    return got.decode().replace("\r\n", "\n")


def test_what_is_longer_than_the_screen_goes_through_the_pager(worked: Suptime):
    screen = {"LINES": "5", "COLUMNS": "80"}
    paged = on_terminal(worked, "case list", **screen, SUPTIME_PAGER="sed s/^/|/")
    assert re.match(r"\|Case +Status", paged)
    assert on_terminal(worked, "case list", **screen, PAGER="sed s/^/|/") == paged
    plain = paged.replace("|", "")
    for environ in ({"SUPTIME_PAGER": ""}, {"SUPTIME_PAGER": "no-such-pager"}):
        assert on_terminal(worked, "case list", **screen, **environ, PAGER="sed s/^/|/") == plain
    assert on_terminal(worked, "case list --no-pager", **screen, PAGER="sed s/^/|/") == plain
    assert on_terminal(worked, "case list", **screen, SUPTIME_PAGER="true") == ""
    assert on_terminal(worked, "case list", LINES="50", COLUMNS="80", PAGER="sed s/^/|/") == plain


def test_no_help_is_cut(suptime: Suptime):
    said = " ".join(suptime("case --help").out.split())
    assert "Open a case, or add a message to the case whose number is in its subject." in said
