"""The writer of plain text: one document with every block."""

import re
from typing import get_args

import every_block as blocks
import pytest
from rich.cells import cell_len

from suptime.render import html, markdown, text
from suptime.render.blocks import Block


def lines(document, **asked):
    return text.write(document, **asked).decode().splitlines()


def test_every_block_looks_as_it_did(golden):
    golden("blocks.txt", text.write(blocks.EVERY))


@pytest.mark.parametrize("width", [None, 60, 97, 120, 300])
def test_no_block_is_wider_than_asked(width):
    for line in lines(blocks.EVERY, width=width):
        assert cell_len(line) <= min(max(width or 80, 60), 120), line
        assert line == line.rstrip()


def test_colour_changes_no_letter():
    made = text.write(blocks.EVERY, color=True).decode()
    assert "\x1b[1m" in made
    assert "\x1b[2m" in made
    assert re.sub("\x1b\\[[0-9]m", "", made) == text.write(blocks.EVERY).decode()


def test_a_folded_column_gives_way_to_the_rows_narrow_lines():
    made = "\n".join(lines(blocks.EVERY))
    assert "Folded" not in made
    assert "Narrow." in made
    assert "Beneath." not in made
    assert "short [free]" in made


def test_a_table_that_is_too_wide_is_split_and_repeats_its_first_columns():
    heads = [line for line in lines(blocks.EVERY) if "Plan 0" in line]
    assert len(heads) == 2
    assert sum("Plan 7" in line for line in heads) == 1
    assert len([line for line in lines(blocks.EVERY, width=120) if "Plan 0" in line]) == 1


def test_bars_give_way_to_figures_where_there_is_no_room():
    chart = blocks.Document(
        "x", "y", [blocks.replace(blocks.CHART, beside=None, heads=["A", *["B" * 14] * 3])]
    )
    assert "█" not in text.write(chart, width=60).decode()
    assert "█" in text.write(chart, width=120).decode()


def test_several_documents_stand_apart_without_a_heading_of_their_own():
    made = lines(blocks.SEVERAL)
    assert made[0].startswith("FIRST")
    assert made[made.index(next(line for line in made if line.startswith("SECOND"))) - 3 :][:3] == [
        "",
        "",
        "",
    ]
    assert not any("Two letters" in line for line in made)


@pytest.mark.parametrize("writer", [text, html, markdown])
def test_every_writer_writes_every_block(writer):
    assert {block for block in writer.put.registry if block is not object} == set(get_args(Block))


@pytest.mark.parametrize("writer", [text, html, markdown])
def test_what_is_no_block_is_refused(writer):
    with pytest.raises(TypeError, match="is not a block"):
        writer.put("text", [])
