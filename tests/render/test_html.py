"""The writer of HTML: one document with every block."""

import re
from pathlib import Path

import every_block as blocks
import pytest

import documents
from suptime.documents import render
from suptime.render import html
from suptime.render.blocks import Column, Document, Row, Table
from suptime.resources import looking_in


def page(document, kind="document", data=None):
    return html.write(document, kind=kind, data=data or {}, say=()).decode()


def test_every_block_looks_as_it_did(golden):
    golden("blocks.html", page(blocks.EVERY).encode())


def test_what_a_person_typed_is_text():
    made = page(blocks.EVERY)
    assert blocks.TYPED not in made
    assert "<b>" not in made
    assert "<bdi>&lt;b&gt;typed&lt;/b&gt; | *text* [x](y)</bdi>" in made
    assert "<bdi></bdi>" not in made


def test_every_element_is_closed_in_order():
    open_elements = []
    made = re.sub(r"<style>.*?</style>|<!DOCTYPE html>", "", page(blocks.EVERY), flags=re.DOTALL)
    for closing, name, empty in re.findall(r"<(/?)(\w+)[^>]*?(/?)>", made):
        if closing:
            assert open_elements.pop() == name
        elif not empty and name not in {"meta", "img", "br"}:
            open_elements.append(name)
    assert open_elements == []


def test_every_id_is_there_once_and_what_names_one_finds_it():
    made = page(blocks.EVERY)
    ids = re.findall(r' id="([^"]+)"', made)
    assert len(ids) == len(set(ids))
    named = " ".join(re.findall(r'aria-labelledby="([^"]+)"', made)).split()
    assert set(named) | set(re.findall(r"url\(#([^)]+)\)", made)) <= set(ids)


def test_charts_bring_their_styles():
    assert 'content="light dark"' in page(blocks.REPORT)
    assert ".chart " in page(blocks.REPORT)
    assert "<h2>" not in page(blocks.REPORT)  # the chart is alone in it
    assert ".chart-title" not in page(blocks.SEVERAL)


def test_of_several_documents_each_tells_its_language():
    made = page(blocks.SEVERAL)
    assert made.count('<article class="document"') == 2
    assert '<article class="document" lang="de">' in made
    assert made.index("After them") > made.rindex("</article>")


@pytest.fixture
def own(tmp_path):
    with looking_in(tmp_path):
        yield tmp_path


def test_a_persons_template_of_the_kind_comes_before_the_frame_of_all(own):
    (own / "document.html.j2").write_text(
        '{% extends "default/document.html.j2" %}{% block title %}all{% endblock %}'
    )
    assert "<title>all</title>" in page(blocks.REPORT, "hours")
    (own / "hours.html.j2").write_text("{{ document.unit }}: {{ body }}")
    made = page(blocks.REPORT, "hours", {"unit": "<i>"})
    assert made.startswith('&lt;i&gt;: <article class="document">')
    assert "<title>all</title>" in page(blocks.REPORT, "time")


def test_a_template_can_take_the_parts_of_several_documents(own):
    (own / "x.html.j2").write_text(
        "{% for one in body.documents %}{{ one.parts.body if one.language else one.parts.rest if one.is_document else one.other }}|{% endfor %}"
    )
    first, second, after, _ = page(blocks.SEVERAL, "x").split("|")
    assert "<p>Hello.</p>" in first
    assert "<p>Hallo.</p>" in second
    assert "After them" in after


@pytest.mark.parametrize("name", documents.INVOICES)
def test_a_copy_of_an_earlier_page_of_invoices_still_makes_one(name):
    """What it takes from `say`, the filters and the styles, suptime still has."""
    document = documents.INVOICES[name]()
    made = render("invoice", "html", document, templates=Path(__file__).parent / "own").decode()
    made = made.replace("\N{MINUS SIGN}", "-")
    for invoice in document["invoices"]:
        assert f"<dd>{invoice['totals']['net']}</dd>".replace(",", "") in made.replace(",", "")
    classes = {one for found in re.findall(r'class="([^"]+)"', made) for one in found.split()}
    styled = set(re.findall(r"\.([\w-]+)", made[: made.index("</style>")]))
    assert classes - styled <= {"case", "prepaid", "quiet", "reasons"}


def test_a_long_figure_wraps_only_in_a_column_that_says_so():
    columns = (Column("Worked", numeric=True), Column("Price", numeric=True, wraps=True))
    made = page(Document("T", "", [Table("", "", columns, [Row(["1 h 08 min 55 s", "1,250,000.00 / h"])])]))
    assert '<td class="figure" data-head="Worked">1 h 08 min 55 s</td>' in made
    assert '<td class="figure long" data-head="Price">1,250,000.00 / h</td>' in made
