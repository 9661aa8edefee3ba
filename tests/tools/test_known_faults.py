"""tools/known_faults.py: what pip-audit found, or that it could look nothing up, is always said."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from known_faults import main, verdict

FINE = {"name": "jinja2", "version": "3.1.6", "vulns": []}
FAULTY = {"name": "old", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "rich", "skip_reason": "not found"}
OWN = {"name": "suptime", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "code", "line"),
    [
        ([FINE, OWN], 0, "known faults: none in 1 libraries"),
        ([FINE, UNKNOWN], 0, "known faults: none in 1 libraries; 1 NOT CHECKED"),
        ([UNKNOWN, OWN], 0, "known faults: NOT CHECKED: the data of none of 1 libraries could be reached"),
        ([FINE, FAULTY], 1, "known faults: FOUND in 1 of 2 libraries that were checked"),
    ],
)
def test_what_was_found_is_told_and_a_fault_fails(found, code, line, capsys):
    assert verdict(code, json.dumps({"dependencies": found}), "") == (code, line)
    assert capsys.readouterr().out == ("old 1.0: CVE-1, fixed in 1.1\n" if code else "")


def test_without_an_answer_it_says_that_nothing_was_checked():
    line = "known faults: NOT CHECKED: pip-audit ended with 1: no network"
    assert verdict(1, "", "Traceback\nno network\n") == (0, line)


def test_a_pip_audit_that_is_not_there_is_a_failure(capsys):
    assert main(["/nonexistent/pip-audit"]) == 1
    assert capsys.readouterr().out.startswith("known faults: NOT CHECKED: pip-audit cannot be started: ")
