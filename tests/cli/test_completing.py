"""What a shell is told could be typed next."""

import os
import sqlite3
import time
from datetime import date
from pathlib import Path

import pytest
from driving import HOURLY, Suptime

from stores import new_store
from suptime.domain.case import Case
from suptime.domain.client import Client
from suptime.domain.work import WorkUnit
from suptime.store.database import completion as suggestions
from suptime.store.repositories.records import ContractRow

NOW = 1_791_208_800


def asked(suptime: Suptime, *words: str) -> list[str]:
    """The lines that a shell gets for WORDS, of which the last one is being typed."""
    suptime.set(_SUPTIME_COMPLETE="bash")
    done = suptime([*words])
    suptime.set(_SUPTIME_COMPLETE=None)
    assert done.err == ""
    return done.out.splitlines()


def names(suptime: Suptime, *words: str) -> list[str]:
    """What could stand there, without what it is."""
    return [line.partition("\t")[0] for line in asked(suptime, *words)]


def test_commands_are_named_with_what_they_do(suptime: Suptime):
    assert asked(suptime, "sta") == ["start\tStart the timer on a case.", "status\tShow the running timer."]
    assert asked(suptime, "case", "res") == [
        "respond\tRecord the first response to the client.",
        "resolve\tResolve a case.",
        "resume\tRecord that the client's turn is over: the resolution clock goes on.",
    ]


def test_an_option_is_named_once_unless_it_may_be_repeated(suptime: Suptime):
    assert "--note" in names(suptime, "start", "--")
    assert "--note" not in names(suptime, "start", "--note", "--at", "--")
    assert names(suptime, "start", "--note", "a", "--not") == []
    assert "--map" in names(suptime, "import", "csv", "f", "--map", "a=b", "--map=c=d", "--ma")
    assert names(suptime, "--v") == ["--version"]


def test_values_of_options_are_named_after_them_and_behind_an_equals_sign(suptime: Suptime):
    assert names(suptime, "status", "--format", "") == ["text", "json", "prompt"]
    assert names(suptime, "status", "--format=p") == ["--format=prompt"]
    assert names(suptime, "start", "--channel", "PH") == ["phone"]
    assert names(suptime, "start", "--nothing=p") == []


def test_after_two_dashes_nothing_is_an_option(acme: Suptime):
    assert names(acme, "start", "--", "CASE-123")[0] == "CASE-123"
    assert names(acme, "start", "--", "--") == []


def test_each_argument_is_named_in_its_place_and_none_beyond(acme: Suptime):
    assert names(acme, "log", "case-124") == ["CASE-124"]
    assert names(acme, "log", "CASE-124", "") == []
    assert names(acme, "start", "CASE-123", "") == []
    assert names(acme, "compare", "a.toml", "b.toml", "") == [":files"]
    assert names(acme, "invoice", "--out", "") == [":folders"]
    assert names(acme, "import", "csv", "") == [":files"]


def test_cases_to_work_on_are_open_and_the_one_worked_on_last_comes_first(acme: Suptime):
    assert names(acme, "start", "") == ["CASE-125", "CASE-124", "CASE-123"]
    acme("log CASE-123 5m --from 12:00")
    assert names(acme, "start", "") == ["CASE-123", "CASE-125", "CASE-124"]
    assert names(acme, "case", "reopen", "") == ["CASE-200"]
    assert asked(acme, "explain", "case-2") == ["CASE-200\tacme (resolved)"]


def test_what_the_store_has_is_named_where_it_can_stand(acme: Suptime):
    acme("project add P1 --client acme --budget 100 --completed 2026-09-01")
    acme("contact add acme ops@acme.example")
    acme("log CASE-123 25m --from 12:00 --note 'Read the logs'")
    acme("log CASE-123 5m --from 12:00 --agent bob")
    acme("appointment book CASE-123 --from '2026-10-06 09:00' --to '2026-10-06 10:00'")
    acme("appointment book CASE-123 --from '2026-10-07 09:00' --to '2026-10-07 10:00'")
    acme("appointment cancel A2")
    assert asked(acme, "client", "show", "") == ["acme\tAcme Leads"]
    assert asked(acme, "contract", "show", "A") == ["acme-ps\tProfessional services acme"]
    assert asked(acme, "case", "open", "--project", "p") == ["P1\tacme"]
    assert asked(acme, "contact", "remove", "acme", "") == ["ops@acme.example\tacme"]
    assert asked(acme, "edit", "") == ["U1\tCASE-123, 5 October 2026 12:00 to 12:25 Read the logs"]
    assert asked(acme, "appointment", "cancel", "") == ["A1\tCASE-123, 6 October 2026 09:00, ana"]
    assert names(acme, "list", "--agent", "") == ["ana", "bob"]
    assert names(acme, "waive", "") == ["U1", "CASE-123", "CASE-200", "CASE-125", "CASE-124", "A1"]
    assert names(acme, "waive", "a") == ["A1"]


def test_purchases_are_named_but_for_void_ones(acme: Suptime):
    (acme.home / "prepaid.toml").write_text(
        HOURLY.replace("acme-ps", "acme-pre") + '[prepaid]\nunit = "hours"\nvalid_for = "90d"\n'
    )
    acme("contract add acme prepaid.toml")
    acme("prepaid add acme-pre 10h --on 2026-10-01")
    acme("prepaid add acme-pre 5h --on 2026-10-02")
    acme("prepaid void P1")
    assert asked(acme, "prepaid", "void", "") == ["P2\tacme-pre, bought on 2026-10-02"]


def test_invoices_are_named_the_newest_first_in_whatever_letters(acme: Suptime):
    acme("log CASE-123 25m --from '2026-09-30 12:00'", code=None)
    acme("case open CASE-300 --client acme --category configuration --at '2026-08-01 08:00'")
    acme("case consent CASE-300 --by x@acme.example --at '2026-08-01 08:00'")
    acme("log CASE-300 25m --from '2026-08-03 12:00'")
    acme("invoice --month 2026-08 --issue")
    acme("invoice credit INV-2026-0001 --reason Mistake --write-off")
    assert asked(acme, "invoice", "show", "inv") == [
        "INV-2026-0002\tacme, reverses INV-2026-0001",
        "INV-2026-0001\tacme 2026-08",
    ]


def test_a_subject_cannot_move_the_cursor_or_make_a_second_proposal(acme: Suptime):
    with sqlite3.connect(acme.database) as connection:
        connection.execute("UPDATE \"case\" SET subject = 'a\x1b[2Jb\nCASE-9\tc' WHERE number = 'CASE-123'")
    connection.close()
    assert asked(acme, "start", "CASE-123") == ["CASE-123\tacme: a[2Jb CASE-9 c"]


@pytest.mark.parametrize("broken", ["missing", "empty", "text", "older", "newer", "folder"])
def test_where_there_is_no_store_to_read_nothing_is_said_and_nothing_changed(acme: Suptime, broken: str):
    path = acme.database
    if broken in ("older", "newer"):
        with sqlite3.connect(path) as connection:
            connection.execute(
                "UPDATE alembic_version SET version_num = ?", ("0001" if broken == "older" else "9999",)
            )
        connection.close()
    else:
        path.unlink()
        {
            "missing": lambda: None,
            "empty": path.touch,
            "folder": path.mkdir,
            "text": lambda: path.write_text("x" * 999),
        }[broken]()
    before = state(path)
    assert names(acme, "start", "") == []
    assert names(acme, "sta") == ["start", "status"]
    assert state(path) == before


def state(path: Path) -> object:
    return path.read_bytes() if path.is_file() else path.exists()


def test_faulty_settings_are_no_matter_for_the_line_that_is_typed(acme: Suptime):
    settings = acme.home / ".config/suptime/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("not toml")
    assert names(acme, "start", "") == []
    assert names(acme, "sta") == ["start", "status"]


def test_a_store_that_is_being_written_is_read_all_the_same(acme: Suptime):
    writer = sqlite3.connect(acme.database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE \"case\" SET subject = 'x'")
    begun = time.monotonic()
    assert names(acme, "start", "CASE-123") == ["CASE-123"]
    assert time.monotonic() - begun < 2
    writer.execute("ROLLBACK")
    writer.close()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a store with a thousand cases, worked on by two agents."""
    path = str(tmp_path_factory.mktemp("many") / "many.db")
    from suptime.app.use_case import changing

    with new_store(Path(path)) as store, changing(store, now=NOW, agent="ana", command="test") as tx:
        tx.clients.add(Client("acme", "Acme"))
        tx.contracts.add(ContractRow("acme-ps", "acme", "Services", date(2026, 1, 1), None, HOURLY))
        for number in range(1, 1001):
            tx.cases.add(Case(f"CASE-{number}", "acme", "acme-ps", NOW - 9000))
        tx.units.add_many(
            WorkUnit(0, "CASE-7", ("ana", "ben")[n % 2], "other", NOW + 9 * n, NOW + 9 * n + 5)
            for n in range(500)
        )
    return path


def common(words: list[str]) -> str:
    """What all WORDS begin with."""
    first, last = min(words), max(words)
    return next((first[:n] for n in range(len(first), 0, -1) if last.startswith(first[:n])), "")


@pytest.mark.parametrize("typed", ["", "c", "case-", "CASE-1", "case-9", "CASE-10", "CASE-55"])
def test_what_is_named_of_very_many_has_no_more_in_common_than_all_have(
    suptime: Suptime, many: str, typed: str
):
    suptime.set(SUPTIME_DB=many)
    every = [f"CASE-{number}" for number in range(1, 1001) if f"case-{number}".startswith(typed.lower())]
    named = names(suptime, "start", typed)
    assert common(named) == common(every)
    assert len(named) == len({*named} & {*every})
    assert len(named) == len(every) or len(every) > suggestions.MOST
    assert len(named) <= 2 * suggestions.MOST + 60
    if typed == "":
        assert named[0] == "CASE-7"


@pytest.mark.parametrize("question", sorted(suggestions.QUESTIONS))
def test_every_question_is_answered_by_an_index(many: str, question: str):
    plans: list[str] = []
    with suggestions.reading(many) as reader:
        run = reader._run

        def explaining(statement: str, asked: object) -> object:
            plans.extend(row[-1] for row in run(f"EXPLAIN QUERY PLAN {statement}", asked))
            return run(statement, asked)

        reader._run = explaining
        reader.ask(question, "case-", agent="ana")
    # Tables that do not grow with the work may be read whole; so may what the question itself has found.
    small = ("SCAN named", "SCAN client", "SCAN contact", "SCAN CONSTANT ROW")
    read_whole = [
        plan
        for plan in plans
        if plan.startswith("SCAN") and not plan.startswith(small) and "USING" not in plan
    ]
    # Going down the ids from the newest is going down the table.
    backwards = {"appointments": "SCAN appointment", "purchases": "SCAN purchase"}
    assert read_whole == ([backwards[question]] if question in backwards else [])
    assert not [plan for plan in plans if "TEMP B-TREE" in plan and question not in ("contacts", "contracts")]


def test_the_script_is_that_of_the_shell_that_is_named_or_used(suptime: Suptime):
    assert suptime("completion fish").out.startswith("# fish completion for suptime")
    suptime.set(SHELL="/usr/bin/zsh")
    assert suptime("completion").out.startswith("#compdef suptime\n")


def test_a_shell_that_suptime_does_not_complete_in_is_refused(suptime: Suptime):
    suptime.set(SHELL="/bin/ksh")
    assert suptime("completion", code=2).err == (
        'Error: Completion is not available for "ksh".\nChoose bash, zsh, fish.\n'
    )
    suptime.set(SHELL=None)
    assert suptime("completion", code=2).err == "Error: Which shell?\nChoose bash, zsh, fish.\n"


def test_a_server_that_does_not_answer_is_not_waited_for_nor_complained_about(suptime: Suptime):
    suptime.set(SUPTIME_DB="postgresql://nobody@127.0.0.1:1/nothing")
    assert names(suptime, "list", "--client", "a") == []


def test_a_name_that_would_not_arrive_as_it_is_is_not_named(acme: Suptime):
    for agent in (":files", "Zoë", "Zoe"):
        acme(["log", "CASE-123", "5m", "--agent", agent])
    assert names(acme, "list", "--agent", "") == ["Zoe", "Zoë"]
    done = acme.process(
        "list --agent Z", env={**os.environ, "_SUPTIME_COMPLETE": "bash", "PYTHONIOENCODING": "ascii"}
    )
    assert done.stdout.split() == ["Zoe"]


def test_names_that_the_contract_lists_are_those_of_the_case_or_the_client(acme: Suptime):
    listed = ["general-information", "bug-report", "configuration"]
    assert names(acme, "case", "edit", "CASE-123", "--category", "") == listed
    assert names(acme, "case", "open", "--client", "acme", "--category=b") == ["--category=bug-report"]
    assert names(acme, "case", "resolve", "case-123", "--cause", "") == [
        "product-defect",
        "no-defect-found",
        "unknown",
    ]
    assert names(acme, "case", "open", "--category", "") == []


def test_weeks_zones_and_changes_are_named(acme: Suptime):
    acme("log CASE-123 30m --from 09:00")
    assert names(acme, "list", "--week", "") == ["2026-W41"]
    assert names(acme, "list", "--zone", "europe/berl") == ["Europe/Berlin"]
    newest = acme("history --limit 1 --format json").json["changes"][0]["id"]
    assert names(acme, "undo", "")[0] == str(newest)


def test_months_and_weeks_with_work_and_codes_of_findings_are_named(acme: Suptime):
    for day in ("2026-10-01", "2026-10-05"):
        acme(f"log CASE-123 5m --from '{day} 09:00'")
    assert names(acme, "invoice", "--month", "2026-") == ["2026-10"]
    assert names(acme, "list", "--week", "") == ["2026-W41", "2026-W40"]
    assert names(acme, "invoice", "--accept", "seller-") == ["seller-name", "seller-address", "seller-tax-id"]
