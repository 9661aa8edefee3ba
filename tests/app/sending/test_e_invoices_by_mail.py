"""One issued invoice goes out as PDF, Factur-X and UBL, in the client's language, by e-mail, once."""

import io

import checker
import facturx
import pypdf
import pytest
from driving import in_german
from lxml import etree

NUMBER = "INV-2026-0001"
UBL = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
SELLER = """city = "Berlin"
postcode = "10115"
endpoint = "9930:DE123456789"
iban = "DE02 1203 0000 0000 2020 51"
contact = "Accounts"
phone = "+49 30 1234"
"""


def plain(text):
    return (text or "").replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def german(firm, serve):
    """The number of an invoice that was issued in German, with all that e-invoices need."""
    serve(more='attach = ["facturx", "ubl", "pdf"]\n')
    file = firm.home / "config.toml"
    file.write_text(file.read_text("utf-8").replace("[seller]\n", f"[seller]\n{SELLER}"), "utf-8")
    firm("client edit acme --language de --city Hamburg --postcode 20457 --endpoint 9930:DE111111111")
    firm("client edit acme --buyer-reference PO-1")
    firm("log CASE-1 61m --from '2026-10-20 09:00' --note Sicherung")
    firm.at("2026-12-02T15:00:00Z")
    return firm("invoice --month 2026-11 --client acme --issue").out.split()[0]


@pytest.mark.xdist_group("einvoice")
def test_a_german_client_gets_all_of_them_in_german_and_valid_and_once(firm, german, box):
    for _ in range(2):
        firm(f"invoice send {german}")
    firm("invoice send --pending")
    assert len(box.seen) == 1
    (message,) = box.messages
    assert message["Subject"] == f"Rechnung {german} von Nordtor Support GmbH"
    files = {one.get_filename(): one for one in message.iter_attachments()}
    assert {name: one.get_content_type() for name, one in files.items()} == {
        f"{german}.facturx.pdf": "application/pdf",
        f"{german}.xml": "application/xml",
        f"{german}.pdf": "application/pdf",
    }
    hybrid, ubl, pdf = (one.get_content() for one in files.values())
    name, cii = facturx.get_facturx_xml_from_pdf(io.BytesIO(hybrid))
    assert name == "factur-x.xml"
    assert checker.faults(ubl, checker.UBL) == []
    assert checker.faults(cii, checker.CII) == []
    root = etree.fromstring(ubl)
    assert next(one.text for one in root.iter(f"{UBL}ID")) == german
    assert [one.text for one in root.iter(f"{UBL}PayableAmount")] == ["145.18"]
    assert "1 h 01 min geleistet." in [plain(one.text) for one in root.iter(f"{UBL}Note")]
    assert "1 h 01 min geleistet." in plain(cii.decode())
    assert "145.18" in cii.decode()
    to_pay = f"Zahlbetrag {in_german('145.18')}"
    for page in (hybrid, pdf):
        shown = " ".join(pypdf.PdfReader(io.BytesIO(page)).pages[0].extract_text().split())
        for words in (f"Rechnung {german}", "Acme AG Am Hafen 1 20457 Hamburg", to_pay):
            assert words in shown


@pytest.mark.parametrize("how", [f"invoice send {NUMBER}", f"invoice send {NUMBER} --outbox out"])
def test_an_e_invoice_that_lacks_something_is_sent_with_a_warning(firm, serve, how):
    serve(more='attach = ["pdf", "ubl"]\n')
    assert firm(how).err == (
        f"Warning: {NUMBER}: The seller's electronic address is missing: suptime config set seller.endpoint SCHEME:ID\n"
        f"Warning: {NUMBER}: The electronic address of acme is missing: suptime client edit acme --endpoint SCHEME:ID\n"
        f"Warning: {NUMBER}: The buyer reference or order number of acme is missing: suptime client edit acme --buyer-reference TEXT\n"
        f"Warning: {NUMBER} was issued without this, so receivers may refuse it as an e-invoice. "
        f"To replace it: suptime invoice credit {NUMBER} --reopen --reason TEXT, and issue it again.\n"
    )
    assert firm.state() is not None


def test_pending_sends_all_and_warns_of_what_an_e_invoice_lacks(firm, serve, box):
    serve(more='attach = ["ubl"]\nsince = 2026-11-01\n')
    file = firm.home / "config.toml"
    file.write_text(file.read_text("utf-8").replace("[seller]\n", f"[seller]\n{SELLER}"), "utf-8")
    firm("client edit beta --endpoint 9930:DE111111111 --buyer-reference PO-1")
    done = firm("invoice send --pending")
    for number, client in ((NUMBER, "acme"), ("INV-2026-0003", "gamma")):
        assert f"{number}: The electronic address of {client} is missing: suptime client edit" in done.err
    assert "INV-2026-0002" not in done.err
    assert len(box.taken) == 3
