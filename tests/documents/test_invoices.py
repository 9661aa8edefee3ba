"""What every invoice holds, in every format alike."""

import csv
import io
import json
import re
import subprocess
import sys
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len

import documents
from suptime.documents import DOCUMENTS, EINVOICES, SUFFIXES, formats, render
from suptime.invoicing.summary import summary_of
from suptime.language.figures import sanitize, single_line

WORDS = ("text", "markdown", "html")
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """A page read strictly: what is opened is closed, in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.words = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag in VOID or self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)


def shown(output, document):
    """The words of DOCUMENT in a format, without its marks."""
    made = render("invoice", output, document).decode()
    if output == "html":
        made = " ".join(Page(made).words)
    if output == "markdown":
        made = " ".join(Page(MarkdownIt("commonmark").enable("table").render(made)).words)
    return re.sub("[\u00a0\u202f]", " ", single_line(made)).replace("\N{MINUS SIGN}", "-")


def rows(document):
    made = render("invoice", "csv", document).decode()
    return list(csv.DictReader(io.StringIO(made, newline="")))


@pytest.mark.parametrize("name", documents.INVOICES)
@pytest.mark.parametrize("cells", [None, 60, 72, 80, 97, 120])
@pytest.mark.parametrize("color", [False, True])
def test_no_line_of_text_is_wider_than_asked(name, cells, color):
    made = render("invoice", "text", documents.INVOICES[name](), width=cells, color=color).decode()
    for line in re.sub("\x1b\\[[0-9]m", "", made).splitlines():
        assert cell_len(line) <= (cells or 80), line
        assert line == line.rstrip()


def test_text_without_colour_has_no_escape_sequence_and_with_it_says_the_same():
    plain = render("invoice", "text", documents.outcomes()).decode()
    colored = render("invoice", "text", documents.outcomes(), color=True).decode()
    assert "\x1b" not in plain
    assert "\x1b" in colored
    assert re.sub("\x1b\\[[0-9]m", "", colored) == plain


@pytest.mark.parametrize("output", WORDS)
@pytest.mark.parametrize("name", ["sample", "one_liner", "outcomes", "long_month", "three_clients"])
def test_the_mandatory_parts_are_there(name, output):
    document = documents.INVOICES[name]()
    found = shown(output, document).casefold()
    for invoice in document["invoices"]:
        parts = [
            invoice["number"] or "draft",
            invoice["client_name"],
            "1–31 october 2026",
        ]
        parts += (invoice["client_address"] or "").split("\n")
        for case in invoice["cases"]:
            parts += [case["case"], case["subject"]]
            parts += [word for unit in case["work"] for word in (unit["start"], unit["end"], unit["agent"])]
        if invoice["prepaid"]:
            left = [one for balance in invoice["prepaid"] for one in balance["purchases"] if one["remaining"]]
            parts += ["valid until"] if left else []
        for part in parts:
            assert part.casefold() in found, part


@pytest.mark.parametrize("output", WORDS)
@pytest.mark.parametrize("name", ["sample", "outcomes", "long_month", "three_clients"])
def test_the_amounts_are_those_of_the_document(name, output):
    document = documents.INVOICES[name]()
    found = shown(output, document).replace(",", "")
    for invoice in document["invoices"]:
        amounts = [invoice["totals"][key] for key in ("gross", "due")]
        amounts += [tax["tax"] for tax in invoice["totals"]["taxes"]]
        amounts += [row["net"] for row in summary_of(invoice)] if len(summary_of(invoice)) < 15 else []
        for amount in amounts:
            assert re.search(rf"(?<![\d.]){re.escape(amount)}(?![\d.])", found), amount


@pytest.mark.parametrize("name", documents.INVOICES)
def test_the_rows_of_the_csv_add_up_to_the_net_total(name):
    document = documents.INVOICES[name]()
    wanted = sum((Decimal(invoice["totals"]["net"]) for invoice in document["invoices"]), Decimal(0))
    assert sum((Decimal(row["net"]) for row in rows(document)), Decimal(0)) == wanted


def test_the_notes_of_a_text_are_whole_even_where_they_wrap():
    document = documents.long_month()
    note = document["invoices"][0]["cases"][0]["work"][0]["note"]
    words = shown("text", document).split()
    assert [word for word in note.split() if word not in words] == []


def test_reasons_say_what_was_free_and_why_and_held_time_is_shown():
    for output in WORDS:
        found = shown(output, documents.outcomes())
        for text in ("No charge:", "Waived:", "Not billed yet", "we lost the first call"):
            assert text in found, (output, text)


def test_nothing_to_invoice_says_so_and_shows_what_is_held():
    for output in WORDS:
        found = shown(output, documents.empty())
        assert found.count("Nothing to invoice for October 2026.") >= 1
        assert "CASE-14" in found
    assert rows(documents.empty()) == []
    assert json.loads(render("invoice", "json", documents.empty()))["invoices"] == []


def test_held_time_of_a_client_with_an_invoice_is_told_on_that_invoice_alone():
    found = shown("text", documents.outcomes())
    assert found.count("CASE-21 \N{LEFT DOUBLE QUOTATION MARK}") == 1


@pytest.mark.parametrize("output", ["text", "markdown", "html"])
def test_hostile_text_is_there_and_inert(output):
    made = render("invoice", output, documents.hostile()).decode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", made)
    assert "{{ 7*7 }}" in made.replace("\\", "")
    words = shown(output, documents.hostile())
    for text in (
        "<script>alert(1)</script>",
        "[bold]x[/bold]",
        "a|b",
        "*c*",
        "`d`",
        "[l](javascript:x)",
        "&lt;",
    ):
        assert text in (words if output != "text" else made), text


def test_hostile_text_makes_no_element_in_html_or_markdown():
    page = Page(render("invoice", "html", documents.hostile()).decode())
    calm = Page(render("invoice", "html", documents.sample()).decode())
    assert set(page.tags) == set(calm.tags)
    made = (
        MarkdownIt("commonmark")
        .enable("table")
        .render(render("invoice", "markdown", documents.hostile()).decode())
    )
    plain = (
        MarkdownIt("commonmark")
        .enable("table")
        .render(render("invoice", "markdown", documents.sample()).decode())
    )
    assert Page(made).tags.count("em") == Page(plain).tags.count(
        "em"
    )  # what became of the work, our own mark
    assert set(Page(made).tags) == set(Page(plain).tags)
    assert max(row.count("<td") for row in made.split("<tr>")) == 7


def test_no_cell_of_the_csv_is_a_formula_and_negative_numbers_stay_numbers():
    for row in rows(documents.hostile()):
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), name
            assert "\n" not in cell
    (correction,) = [row for row in rows(documents.outcomes()) if row["kind"] == "adjustment"]
    assert (correction["net"], correction["billed_minutes"]) == ("-60.00", "-30")
    assert correction["corrects"] == "INV-2026-0007"


def test_the_csv_ends_its_lines_as_rfc_4180_says():
    made = render("invoice", "csv", documents.sample())
    assert made.count(b"\r\n") == made.count(b"\n") == len(rows(documents.sample())) + 1


@pytest.mark.parametrize("name", documents.INVOICES)
def test_the_json_is_the_document_and_shows_no_control_character(name):
    document = documents.INVOICES[name]()
    made = render("invoice", "json", document).decode()
    assert json.loads(made) == document
    assert made.endswith("}\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", made)


def test_the_json_keeps_characters_beyond_ascii():
    assert "顧客管理" in render("invoice", "json", documents.languages()).decode()


@pytest.mark.parametrize("name", documents.INVOICES)
def test_the_html_is_well_formed_and_refers_to_nothing_outside(name):
    made = render("invoice", "html", documents.INVOICES[name]()).decode()
    page = Page(made)
    names = {name for name, _ in page.attributes}
    assert not names & {"href", "srcset", "action", "background", "poster", "onload", "onerror"}
    assert all(value.startswith("data:image/") for name, value in page.attributes if name == "src")
    assert not {"script", "link", "iframe", "object", "form"} & set(page.tags)
    style = made[made.index("<style>") : made.index("</style>")]
    assert style.count("url(") == style.count("url(data:font/woff2;base64,") == 2
    assert "@import" not in style


def test_text_in_the_accent_and_the_quiet_colour_is_easy_to_read():
    style = render("invoice", "html", documents.sample()).decode()
    for name in ("ink", "quiet", "accent"):
        color = re.search(rf"--{name}: #(\w{{6}})", style)[1]
        channels = [int(color[n : n + 2], 16) / 255 for n in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (luminance + 0.05) >= 4.5, name


def test_a_document_is_not_changed_by_rendering_and_comes_out_the_same_each_time():
    for output in set(formats("invoice")) - EINVOICES:
        document = documents.three_clients()
        assert render("invoice", output, document) == render("invoice", output, document)
        assert document == documents.three_clients()


def test_every_format_has_the_ending_of_its_file():
    assert {output for kind in DOCUMENTS for output in formats(kind)} == set(SUFFIXES)


def test_text_and_json_load_no_template_engine():
    code = (
        "import sys, json; from suptime.documents import render; document = json.load(sys.stdin);"
        "[render('invoice', f, document) for f in ('text', 'json', 'csv')]; print('jinja2' in sys.modules)"
    )
    given = json.dumps(documents.sample())
    done = subprocess.run(
        [sys.executable, "-c", code], input=given, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_cleaning_keeps_line_breaks_and_letters():
    assert sanitize("\x1b[1mé\u202e\r\n漢\t\ud800") == "é\n漢 "
