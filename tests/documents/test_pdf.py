"""The PDF says what the document says, looks the same every time, and takes nothing typed for a command."""

import copy
import io
import json
import re
import warnings
from base64 import b64encode
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

import documents
from suptime import resources
from suptime.documents import render
from suptime.documents.invoice.pdf import printed
from suptime.errors import Flaw
from suptime.invoicing.summary import summary_of
from suptime.language.figures import money, single_line
from suptime.render.document_pdf import BLOCKS
from suptime.render.pdf import TEMPLATE

READ = ("sample", "one_liner", "outcomes", "issued", "credit_note", "policies", "empty")
# One text that is bad for Typst: code, math, markup, labels, strings, comments, imports, files.
RAW = (
    '#read("/etc/passwd") #import "@preview/cetz:0.3.0" #panic("p") #{ 1 + 1 } $x^2$ @ref <label> *b* _i_ `raw` '
    '= head - item + enum / term: x \\ \\u{41} // gone /* gone */ ~ -- --- " \' ) ] } #sys.inputs #eval("1+1")'
)


def words_of(page):
    """Return the text of a page with ordinary spaces: pypdf decides by its version whether one precedes a comma."""
    return re.sub(" +,", ",", page.extract_text().replace("\N{NO-BREAK SPACE}", " "))


def pages(document, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Flaw)
        made = render("invoice", "pdf", document, **options)
    return PdfReader(io.BytesIO(made)).pages


def text(document, **options):
    """All words of the PDF of DOCUMENT on one line."""
    return single_line(" ".join(words_of(page) for page in pages(document, **options)))


def plain(words):
    """WORDS without spaces and the breaks inside long words: how they are set is not what they say."""
    return re.sub(r"[\s\u200b]", "", words)


def only(name):
    """One invoice of the documents, free to be changed."""
    document = documents.INVOICES[name]()
    return document, document["invoices"][0]


@pytest.mark.parametrize("name", READ)
def test_the_words_of_a_pdf_are_as_they_were(golden, name):
    told = [words_of(page) for page in pages(documents.INVOICES[name]())]
    shown = [f"--- page {n} ---\n{page.strip()}\n" for n, page in enumerate(told, start=1)]
    golden(
        f"invoice-{name}.pdf.txt",
        "".join(re.sub(r"[ \t]+$", "", p, flags=re.MULTILINE) for p in shown).encode(),
    )


@pytest.mark.parametrize(
    "name", [name for name in documents.INVOICES if name not in ("hostile", "languages")]
)
def test_every_number_of_the_document_is_on_paper(name):
    document = documents.INVOICES[name]()
    made = plain(text(document))
    for invoice in document["invoices"]:
        sums = invoice["totals"]
        for amount in (sums["net"], sums["gross"], sums["due"], *(tax["tax"] for tax in sums["taxes"])):
            assert plain(money(amount.removeprefix("-"))) in made
        if len(rows := summary_of(invoice)) < 15:
            assert all(plain(money(row["net"].removeprefix("-"))) in made for row in rows)
        assert sum(Decimal(row["tax"]) for row in sums["taxes"]) == Decimal(sums["tax"])


@pytest.mark.parametrize("name", [name for name in documents.INVOICES if name != "languages"])
def test_all_that_is_worded_is_on_paper(name):
    document = documents.INVOICES[name]()
    made = plain(text(document))
    for invoice in printed(document)["invoices"]:
        said = invoice["say"]
        paper = invoice["paper"]
        words = [
            said["title"],
            said["client"]["name"],
            *said["client"]["lines"],
            *paper["closing"],
            *paper["terms"],
        ]
        words += [word for fact in [*paper["facts"], *paper["totals"], *paper["notes"]] for word in fact]
        words += [paper["payment"][key] for key in ("name", "amount", "about")]
        words += [
            row[key] for one in paper["charges"] for row in one["rows"] for key in ("case", "what", "net")
        ]
        for case in (paper["worksheet"] or {"cases": []})["cases"]:
            words += [case["case"], case["subject"], case["about"], case["said"], *case["totals"]]
            words += [
                one[key] for one in case["entries"] for key in ("day", "time", "note", "worked", "billed")
            ]
            words += [text for one in case["entries"] for text in one["beneath"]]
        assert [word for word in words if plain(word) not in made] == []


@pytest.mark.parametrize("name", documents.INVOICES)
def test_the_same_document_is_the_same_bytes(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Flaw)
        first, second = (render("invoice", "pdf", documents.INVOICES[name]()) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("name", "count"), [("one_liner", 2), ("sample", 2), ("issued", 3), ("credit_note", 1)]
)
def test_a_document_has_so_many_pages_and_each_says_which_it_is(name, count):
    document, invoice = only(name)
    document["held"] = []
    found = pages(document)
    assert len(found) == count
    title = printed(document)["invoices"][0]["say"]["title"]
    for number, page in enumerate(found, start=1):
        words = single_line(words_of(page))
        assert f"Page {number} of {count}" in words
        assert plain(f"{title}·{invoice['client_name']}") in plain(words)


def test_each_invoice_of_several_counts_its_own_pages():
    found = [single_line(words_of(page)) for page in pages(documents.three_clients())]
    counts = [match[0] for page in found if (match := re.search(r"Page \d+ of \d+", page))]
    assert counts == [
        "Page 1 of 2",
        "Page 2 of 2",
        "Page 1 of 2",
        "Page 2 of 2",
        "Page 1 of 2",
        "Page 2 of 2",
    ]


def test_a_thousand_lines_have_their_heads_on_every_page_and_no_heading_stands_alone():
    document = documents.thousand()
    document["held"] = []
    found = [words_of(page) for page in pages(document)]
    assert len(found) > 20
    for number, page in enumerate(found, start=1):
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        assert f"Page {number} of {len(found)}" in page
        assert number == 1 or "Worked" in page or "Unit price" in page
        # The last row above the foot is a row of a table: neither a case's heading nor a table's head.
        body = [line for line in lines if line != "DRAFT" and "Page " not in line]
        assert not re.search(r"^(Date|Worked|Amount)$", body[-2]), (number, body[-4:])
    assert "Support by the hour, 40 cases" in found[0]
    whole = " ".join(found)
    assert all(whole.count(f"Total CASE-{n} ") + whole.count(f"Total CASE-{n}\n") == 1 for n in (1, 20, 40))


def test_drafts_say_so_on_every_page_and_issued_invoices_do_not():
    assert all("DRAFT" in words_of(page) for page in pages(documents.sample())[:2])
    assert not any("DRAFT" in words_of(page) for page in pages(documents.issued()))


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792)), (None, (595, 842))])
def test_paper_is_what_the_document_says(paper, size):
    document, invoice = only("one_liner")
    invoice["layout"] = {"paper": paper} if paper else {}
    for page in pages(document):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == size


def test_the_file_says_what_it_is_who_made_it_and_when():
    made = PdfReader(io.BytesIO(render("invoice", "pdf", documents.issued())))
    about = made.metadata
    assert about.title == "Invoice INV-2026-0012, Lakeside Realty"
    assert about.author == "Northgate Support Ltd"
    assert about.creation_date.isoformat() == "2026-11-02T00:00:00+00:00"
    assert b"pdfaid" in made.trailer["/Root"]["/Metadata"].get_data()  # PDF/A
    assert [mark.title for mark in made.outline if not isinstance(mark, list)] == [
        "Invoice INV-2026-0012",
        "Worksheet for invoice INV-2026-0012",
    ]


def test_an_issued_invoice_is_dated_by_its_issue_whenever_it_is_rendered():
    document = documents.issued()
    later = documents.issued() | {"drawn_up_at": "2027-05-05T10:00:00Z"}
    assert render("invoice", "pdf", document) == render("invoice", "pdf", later)


def test_a_credit_note_says_so_and_which_invoice_it_credits():
    made = text(documents.credit_note())
    assert "Credit note INV-2026-0013" in made
    assert "Credits invoice INV-2026-0012" in made
    assert "Amount credited USD 200.00" in made
    assert "Reverse charge: the recipient is liable for the tax." in made
    assert "IBAN" not in made
    assert "Payable" not in made


def test_what_to_pay_where_and_by_when_is_there():
    made = text(documents.issued())
    for words in ("Due by 16 November 2026", "IBAN GB33 BUKB 2020 1555 5555 55", "Payment reference INV-2026-0012",
                  "VAT 20%", "BIC BUKBGB22 · Severn Bank"):  # fmt: skip
        assert words in made


def test_everything_typed_is_text_and_nothing_of_it_is_run():
    document = documents.hostile()
    document = json.loads(
        json.dumps(document).replace(json.dumps(documents.HOSTILE)[1:-1], json.dumps(RAW)[1:-1])
    )
    made = plain(text(document))
    assert made.count(plain(RAW)) > 20
    assert "root:x:" not in made


def test_a_name_that_is_code_is_the_title_of_the_file():
    document, invoice = only("issued")
    invoice["client_name"] = invoice["seller"]["name"] = RAW
    about = PdfReader(io.BytesIO(render("invoice", "pdf", document))).metadata
    assert (about.title, about.author) == (f"Invoice INV-2026-0012, {single_line(RAW)}", single_line(RAW))


def test_the_hostile_of_other_formats_is_inert_too():
    assert "{{ 7*7 }}" in text(documents.hostile())


@pytest.mark.parametrize(
    "svg",
    [
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
        "<svg <<< no picture",
    ],
)
def test_a_logo_that_is_none_or_reads_a_file_is_left_out_with_a_word(svg):
    document, invoice = only("issued")
    logo = {"type": "image/svg+xml", "data": b64encode(svg.encode()).decode()}
    invoice["layout"] = {"paper": "a4", "logo": logo}
    with pytest.warns(Flaw, match="The logo cannot be drawn, and is left out of the PDF"):
        made = render("invoice", "pdf", document)
    del invoice["layout"]["logo"]
    assert made == render("invoice", "pdf", document)


def test_a_logo_of_another_type_is_no_picture():
    document, invoice = only("issued")
    invoice["layout"]["logo"] = {"type": "text/html", "data": "eA=="}
    without = copy.deepcopy(document)
    del without["invoices"][0]["layout"]["logo"]
    assert render("invoice", "pdf", document) == render("invoice", "pdf", without)


def test_a_logo_stands_above_the_seller():
    document, invoice = only("issued")
    drawn = len(render("invoice", "pdf", document))
    del invoice["layout"]["logo"]
    assert drawn > len(render("invoice", "pdf", document))


SCRIPTS = {
    "Latin": "Ærøskøbing Łódź Đà Nẵng İzmir ßfiſ €£₹₽₩₺",
    "Greek": "Ελληνικά ἀρχή",
    "Cyrillic": "Привіт Ђорђе Қазақ",
    "Hebrew": "שלום",
    "Arabic": "العربية فارسی",
    "Georgian": "ქართული",
    "Armenian": "հայերեն",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_fonts_that_come_along_write(script):
    document, invoice = only("one_liner")
    invoice["client_name"] = invoice["cases"][0]["subject"] = SCRIPTS[script]
    with warnings.catch_warnings():
        warnings.simplefilter("error", Flaw)
        render("invoice", "pdf", document)


@pytest.mark.parametrize("words", ["漢字", "かな", "한국어", "ไทย", "தமிழ்", "🎉"])
def test_a_letter_that_no_font_has_is_warned_of_and_the_rest_is_made(words):
    document, invoice = only("one_liner")
    invoice["client_name"] = f"Lake {words} Side"
    with pytest.warns(Flaw, match=words[0]):
        made = render("invoice", "pdf", document)
    assert "Lake" in PdfReader(io.BytesIO(made)).pages[0].extract_text().replace("\u00a0", " ")


@pytest.mark.browser  # it needs a font of the system's, which comes with the browser there
def test_a_folder_of_fonts_is_used(tmp_path: Path):
    found = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
    (tmp_path / "font.ttf").write_bytes(found.read_bytes())
    document, invoice = only("one_liner")
    invoice["client_name"] = SCRIPTS["Georgian"]
    assert b"DejaVuSerif" in render("invoice", "pdf", document, fonts=tmp_path)
    assert b"DejaVuSerif" not in render("invoice", "pdf", document)


@pytest.mark.parametrize("name", [TEMPLATE, BLOCKS, "letter.typ", "payment.typ"])
def test_a_template_imports_nothing_but_the_letter_and_reads_no_file(name):
    source = resources.shipped()[name].read_text(encoding="utf-8")
    for shared in ('#import "letter.typ": *', '#import "payment.typ": payment-at-foot, payment-code'):
        source = source.replace(shared, "")
    for word in ("@preview", "#import", "#include", "read(", "eval(", "plugin("):
        assert word not in source


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("reminder", ["Second reminder", "R2", "INV-2026-0001", "You dispute this invoice", "1,167.13"]),
        ("statement", ["Statement of account", "Open cases", "Next invoice (forecast)"]),
    ],
)
def test_a_letter_of_blocks_is_a_pdf_of_the_same_words(kind, said):
    made = render(kind, "pdf", documents.REPORTS[kind]())
    assert made == render(kind, "pdf", documents.REPORTS[kind]())
    words = single_line(" ".join(words_of(page) for page in PdfReader(io.BytesIO(made)).pages))
    assert [one for one in said if one not in words] == []


def test_a_letter_of_blocks_speaks_the_language_of_its_client():
    document = {**documents.reminder(), "language": "de"}
    words = single_line(
        " ".join(words_of(page) for page in PdfReader(io.BytesIO(render("reminder", "pdf", document))).pages)
    )
    assert [
        one for one in ("2. Mahnung", "Mahnkosten", "1.167,13", "Seite 1 von 1") if one not in words
    ] == []


def test_what_was_typed_is_no_command_in_a_letter_of_blocks():
    document = {**documents.reminder(), "client_name": RAW}
    words = single_line(
        PdfReader(io.BytesIO(render("reminder", "pdf", document)))
        .pages[0]
        .extract_text()
        .replace("\u00a0", " ")
    )
    assert '#read("/etc/passwd")' in words.replace("\u200b", "")
