"""The guides for moving here: five commands from the other program's file to the right invoice."""

import re

import pytest
from pages import ROOT, Block, commands, parts

from suptime.cli.commands.imports import LOGS

HELPDESKS = {
    "freshdesk": {"freshdesk"},
    "jira": {"jira", "tempo"},
    "zendesk": {"zendesk"},
    "zammad-redmine-gitlab": {"zammad", "redmine", "gitlab"},
}
"""The guides for helpdesks, and the formats of each."""

PAGES = sorted(page for page in (ROOT / "docs" / "how-to" / "moving").glob("*.md") if page.stem != "README")
GUIDES = [page for page in PAGES if page.stem not in HELPDESKS]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda page: page.stem)
def test_five_commands_lead_to_the_right_invoice(guide):
    blocks = [part for part in parts(guide.read_text("utf-8")) if isinstance(part, Block)]
    shown = [line for block in blocks if block.kind == "console" for line in commands(block.body)]
    assert [line.command.split()[1] for line in shown] == [
        "client",
        "contract",
        "import",
        "import",
        "invoice",
    ]
    # An hour and five minutes and ten minutes of one day: 75 minutes at 120.00.
    assert re.search(r"Total +USD.150\.00\n", shown[-1].output)


@pytest.mark.parametrize("name", HELPDESKS)
def test_a_helpdesk_leads_to_invoices_and_response_times(name: str):
    page = ROOT / "docs" / "how-to" / "moving" / f"{name}.md"
    blocks = [part for part in parts(page.read_text("utf-8")) if isinstance(part, Block)]
    shown = [
        line.command.split() for block in blocks if block.kind == "console" for line in commands(block.body)
    ]
    assert {words[2] for words in shown if words[1] == "import"} <= HELPDESKS[name]
    assert [words[1] for words in shown[-2:]] == ["invoice", "report"]
    assert len(shown) <= 5


def test_every_format_but_any_csv_has_a_guide():
    helpdesks = {form for forms in HELPDESKS.values() for form in forms}
    assert {guide.stem for guide in GUIDES} | helpdesks == {*LOGS} - {"csv"}
