"""Documents on paper: every block is drawn, and each report is one file for archives and screen readers."""

import io

import every_block as blocks
import pytest
from pypdf import PdfReader

import documents
from suptime.documents import DOCUMENTS, formats, render
from suptime.errors import Flaw
from suptime.render import document_pdf
from suptime.render.document_pdf import _points

PAPER = [kind for kind in documents.REPORTS if "pdf" in formats(kind)]


def text_of(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def test_every_block_is_on_paper():
    with pytest.warns(Flaw, match="logo"):  # the letterhead's is none
        made = text_of(document_pdf.write(blocks.EVERY, data={}))
    for words in (blocks.TYPED, "Plan 7", "45 % left of 20 h", "5 h expire", "Mon 5 Oct", "Page 1 of"):
        assert words in made


@pytest.mark.parametrize("kind", PAPER)
def test_a_report_is_one_file_for_archives_and_screen_readers(kind):
    made = render(kind, "pdf", documents.REPORTS[kind]())
    reader = PdfReader(io.BytesIO(made))
    metadata = reader.root_object["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert reader.metadata.title
    assert reader.root_object["/Lang"]
    assert made == render(kind, "pdf", documents.REPORTS[kind]())


def test_all_documents_have_paper_but_comparisons():
    assert [kind for kind in DOCUMENTS if "html" in formats(kind) and "pdf" not in formats(kind)] == [
        "compare",
        "demo",
    ]


def test_a_path_becomes_corners_in_hundredths():
    assert _points("M0 0H5000V1000H10000") == [(0, 0), (50, 0), (50, 100), (100, 100)]
    assert _points("M5000 100L10000 1000") == [(50, 10), (100, 100)]
    assert _points("") == []
