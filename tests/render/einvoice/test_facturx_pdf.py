"""A Factur-X: a PDF that shows the invoice, holds it for machines, and says so where readers look."""

import copy
import io
import re
import warnings
from pathlib import Path

import checker
import facturx
import pikepdf
import pytest
from lxml import etree
from pypdf import PdfReader
from read_back import terms

from suptime.documents import render
from suptime.errors import Flaw, NotPossible

pytestmark = pytest.mark.xdist_group("einvoice")

NUMBERS = ("INV-2026-0009", "INV-2026-0040")
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}


@pytest.fixture(scope="session")
def made(year):
    """Two invoices and a credit note as Factur-X, by number."""
    credit = next(n for n, d in year.items() if d["invoices"][0]["kind"] == "credit-note")
    return {number: render("invoice", "facturx", year[number]) for number in (*NUMBERS, credit)}


def test_it_holds_the_invoice_as_another_form_of_itself(made):
    for content in made.values():
        with pikepdf.open(io.BytesIO(content)) as pdf:
            (listed,) = pdf.Root.AF
            (name, attached) = pdf.Root.Names.EmbeddedFiles.Names
            assert str(name) == "factur-x.xml"
            assert listed.objgen == attached.objgen
            assert [str(attached[key]) for key in ("/F", "/UF", "/AFRelationship", "/Type")] == [
                "factur-x.xml",
                "factur-x.xml",
                "/Alternative",
                "/Filespec",
            ]
            stream = attached.EF.F
            assert (str(stream.Type), str(stream.Subtype)) == ("/EmbeddedFile", "/text/xml")
            assert int(stream.Params.Size) == len(stream.read_bytes())


def test_what_it_holds_passes_the_rules_and_is_found_by_another_reader(made):
    for number, content in made.items():
        name, cii = facturx.get_facturx_xml_from_pdf(io.BytesIO(content), check_xsd=True)
        assert name == "factur-x.xml"
        assert checker.faults(cii, checker.CII) == []
        assert terms(cii)["BT-1"] == number
        assert facturx.get_level(etree.fromstring(cii)) == "en16931"


def test_its_metadata_say_what_it_is_and_explain_their_own_words(made):
    for content in made.values():
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert (str(pdf.Root.Metadata.Type), str(pdf.Root.Metadata.Subtype)) == ("/Metadata", "/XML")
            xmp = etree.fromstring(pdf.Root.Metadata.read_bytes())
        assert {one.tag.removeprefix(FX): one.text for one in xmp.iter(f"{FX}*")} == {
            "DocumentFileName": "factur-x.xml",
            "DocumentType": "INVOICE",
            "Version": "1.0",
            "ConformanceLevel": "EN 16931",
        }
        assert xmp.xpath("string(//pdfaid:part)", namespaces=SPACES) == "3"
        assert xmp.xpath("string(//pdfaid:conformance)", namespaces=SPACES) == "B"
        assert len(xmp.xpath("//pdfaExtension:schemas", namespaces=SPACES)) == 1
        (schema,) = xmp.xpath("//rdf:li[pdfaSchema:prefix='fx']", namespaces=SPACES)
        assert f"{{{schema.findtext('pdfaSchema:namespaceURI', namespaces=SPACES)}}}" == FX
        explained = schema.xpath(".//pdfaProperty:name/text()", namespaces=SPACES)
        assert explained == ["DocumentFileName", "DocumentType", "Version", "ConformanceLevel"]


def test_the_extension_schema_is_the_official_one(made):
    official = etree.parse(Path(facturx.__file__).parent / "xmp" / "Factur-X_extension_schema.xmp")
    wanted = {
        (item.findtext("pdfaProperty:name", namespaces=SPACES), item.findtext("pdfaProperty:valueType", namespaces=SPACES), item.findtext("pdfaProperty:category", namespaces=SPACES))
        for item in official.iterfind(".//pdfaSchema:property//rdf:li", SPACES)
    }  # fmt: skip
    with pikepdf.open(io.BytesIO(made[NUMBERS[0]])) as pdf:
        xmp = etree.fromstring(pdf.Root.Metadata.read_bytes())
    (schema,) = xmp.xpath("//rdf:li[pdfaSchema:prefix='fx']", namespaces=SPACES)
    assert wanted == {
        (item.findtext("pdfaProperty:name", namespaces=SPACES), item.findtext("pdfaProperty:valueType", namespaces=SPACES), item.findtext("pdfaProperty:category", namespaces=SPACES))
        for item in schema.iterfind(".//rdf:li", SPACES)
    }  # fmt: skip


def test_it_shows_what_the_pdf_shows(made, year):
    for number, content in made.items():
        plain = PdfReader(io.BytesIO(render("invoice", "pdf", year[number])))
        hybrid = PdfReader(io.BytesIO(content))
        assert [page.extract_text() for page in hybrid.pages] == [page.extract_text() for page in plain.pages]
        assert number in hybrid.pages[0].extract_text()


def test_it_is_the_same_bytes_each_time(made, year):
    for number, content in made.items():
        assert render("invoice", "facturx", copy.deepcopy(year[number])) == content


def test_nothing_in_it_is_of_today(made):
    content = made[NUMBERS[0]]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        dates = re.findall(r"D:\d{8}", str(pdf.docinfo)) + re.findall(
            r"D:\d{8}", str(pdf.Root.AF[0].EF.F.Params)
        )
    assert set(dates) == {"D:20261102"}


def test_a_letter_that_no_font_has_is_warned_of_and_the_invoice_inside_has_it(year):
    document = copy.deepcopy(year[NUMBERS[0]])
    document["invoices"][0]["client_name"] = "予約 GmbH"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", Flaw)
        content = render("invoice", "facturx", document)
    assert [str(one.message) for one in caught] == [
        (
            'No font has the character "予": the PDF has a box in its place. '
            "Put a font with it into a folder, and name that folder in the setting documents.fonts."
        )
    ]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert terms(pdf.attachments["factur-x.xml"].get_file().read_bytes())["BT-44"] == "予約 GmbH"


@pytest.mark.parametrize("output", ["ubl", "facturx"])
def test_what_is_no_issued_invoice_is_refused_also_by_render(year, output):
    document = year[NUMBERS[0]]
    draft = {**document["invoices"][0], "number": None, "issued_on": None}
    said = []
    for invoices in ([], [draft], document["invoices"] * 2):
        with pytest.raises(NotPossible) as refused:
            render("invoice", output, {**document, "invoices": invoices})
        said.append(f"{refused.value} {refused.value.hint}")
    each = "Add --out DIR for one file each, or --client for one invoice."
    assert said == [
        f"An e-invoice is a file of one invoice, but there are 0. {each}",
        "Drafts cannot be exported as e-invoices. Add --issue, or choose another format.",
        f"An e-invoice is a file of one invoice, but there are 2. {each}",
    ]
