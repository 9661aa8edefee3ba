"""The first tutorial: six commands and no file lead from an empty store to an issued invoice."""

from pages import ROOT, Block, Setting, commands, parts

PAGE = ROOT / "docs" / "tutorials" / "your-first-invoice.md"


def test_six_commands_and_no_file_lead_to_an_issued_invoice():
    found = [*parts(PAGE.read_text("utf-8"))]
    blocks = [part for part in found if isinstance(part, Block) and part.kind == "console"]
    shown = [line for block in blocks for line in commands(block.body)]
    assert len(shown) == 6
    assert "INV-2026-0001" in shown[-1].output
    assert not [part for part in found if isinstance(part, Setting) and part.word != "console"]
