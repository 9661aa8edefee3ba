"""The writer of Markdown: one document with every block."""

import every_block as blocks
from markdown_it import MarkdownIt

from suptime.render import markdown
from suptime.resources import looking_in


def made(document, kind="document"):
    return markdown.write(document, kind=kind, data={}, say=()).decode()


def test_every_block_looks_as_it_did(golden):
    golden("blocks.md", made(blocks.EVERY).encode())


def test_what_a_person_typed_is_text():
    html = MarkdownIt("commonmark").enable("table").render(made(blocks.EVERY))
    assert "<b>" not in html
    assert "&lt;b&gt;typed&lt;/b&gt; | *text* [x](y)" in html


def test_every_table_has_as_many_cells_in_each_row():
    for paragraph in made(blocks.EVERY).split("\n\n"):
        if paragraph.startswith("|"):
            assert len({line.replace("\\|", "").count("|") for line in paragraph.strip().split("\n")}) == 1


def test_what_stands_beneath_a_row_stands_in_its_cell():
    assert "(*free*)**: Beneath. |" in made(blocks.EVERY)
    assert "Narrow." not in made(blocks.EVERY)


def test_several_documents_are_parted_by_a_rule():
    text = made(blocks.SEVERAL)
    assert text.count("\n---\n") == 1
    assert text.startswith("# First, one\n")


def test_a_persons_template_of_the_kind_comes_first(tmp_path):
    (tmp_path / "hours.md.j2").write_text("ours\n\n{{ body }}\n")
    with looking_in(tmp_path):
        assert made(blocks.REPORT, "hours").startswith("ours\n\n# Report, a month\n")
        assert made(blocks.REPORT, "time").startswith("# Report")
