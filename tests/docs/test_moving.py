"""The guides for moving here: five commands from the other program's file to the right invoice."""

import re

import pytest
from pages import ROOT, Block, commands, parts

from suptime.cli.commands.imports import LOGS

GUIDES = sorted(page for page in (ROOT / "docs" / "how-to" / "moving").glob("*.md") if page.stem != "README")


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


def test_every_time_log_but_any_csv_has_a_guide():
    assert {guide.stem for guide in GUIDES} == {*LOGS} - {"csv"}
