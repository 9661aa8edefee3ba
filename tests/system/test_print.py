"""The page as Chromium prints it."""

import re
import shutil
import subprocess

import pytest

import documents
from suptime.documents import render

QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --no-pdf-header-footer"
).split()


@pytest.mark.browser
def test_an_invoice_of_several_pages_prints_on_a4_with_its_heads_repeated(tmp_path):
    chromium, pdftotext = shutil.which("chromium"), shutil.which("pdftotext")
    assert chromium, "Chromium is needed: apt-get install chromium"
    assert pdftotext, "pdftotext is needed: apt-get install poppler-utils"
    page, pdf = tmp_path / "invoice.html", tmp_path / "invoice.pdf"
    page.write_bytes(render("invoice", "html", documents.long_month()))
    options = [*QUIET, f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={pdf}", page.as_uri()]
    subprocess.run([chromium, *options], check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        [pdftotext, "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
    ).stdout
    pages = text.rstrip("\f").split("\f")
    assert 6 <= len(pages) <= 9
    for number, printed in enumerate(pages, 1):
        lines = [line.strip() for line in printed.splitlines() if line.strip()]
        assert lines[-1] == f"Page {number} of {len(pages)}"
        assert not re.match(r"CASE-3\d|Date|Status", lines[-2]), "a heading alone at the foot of a page"
        if re.match(r"\d+ Oct", lines[0]):
            pytest.fail("a table goes on without its head")
    assert text.count("120.00 / h") == text.count("Total CASE-") == 3, "a row on page 1, a table behind it"
    assert len(re.findall(r"\d\d:10–\d\d:[45]5", text)) == 63, "60 units, of which three have two outcomes"
    assert re.search(r"USD\s7,280\.00", pages[0]), "page 1 says what is due"
