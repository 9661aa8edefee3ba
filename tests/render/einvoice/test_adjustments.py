"""What was invoiced before and changed since: told exactly, whatever the price is by now."""

import subprocess
import sys
from decimal import Decimal
from io import BytesIO

import checker
import pikepdf
import pytest
from driving import in_german
from read_back import terms
from test_exact import exact

pytestmark = pytest.mark.xdist_group("einvoice")

SETTINGS = """
[seller]
name = "Nordtor Support GmbH"
address = "Mühlweg 4\\n10115 Berlin"
country = "DE"
tax_id = "DE123456789"
payment_days = 14
endpoint = "9930:DE123456789"
"""
HOURLY = """
[contract]
code = "acme-ps"
title = "Technical help"
currency = "EUR"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "125.00"
"""
CLIENT = (
    "client add acme --name Acme --currency EUR --timezone UTC --tax 19 --address 'Am Hafen 1' --country FR "
    "--endpoint 0009:30326504500014 --buyer-reference 'PO 7'"
)


@pytest.fixture
def acme(suptime):
    """A client whose October is invoiced at 125.00 an hour: 20, 60 and 60 min; since the 6th it is 150.00."""
    config = suptime.home / ".config" / "suptime"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(SETTINGS, "utf-8")
    (suptime.home / "hourly.toml").write_text(HOURLY)
    suptime.at("2026-11-02T10:00:00Z")
    for command in (
        CLIENT,
        "contract add acme hourly.toml",
        "case open CASE-1 --client acme --subject Export --at '2026-10-01 09:00'",
        "log CASE-1 20m --from '2026-10-05 09:00'",
        "log CASE-1 60m --from '2026-10-06 09:00'",
        "log CASE-1 60m --from '2026-10-07 09:00'",
        "invoice --month 2026-10 --issue",
        "price set acme-ps hour 150.00 --from 2026-10-06",
    ):
        suptime(command)
    suptime.at("2026-12-02T10:00:00Z")
    return suptime


def issued(suptime, month="2026-11"):
    """The month issued: the terms of its e-invoice, and its JSON."""
    document = suptime(f"invoice --month {month} --issue --format json").json["invoices"][0]
    return shown(suptime, document["number"]), document


def shown(suptime, number):
    """The terms of an invoice, which passes all the rules as UBL and as the CII in a PDF, and says the same in both."""
    ubl = suptime(f"invoice show {number} --format ubl").out.encode()
    command = [sys.executable, "-m", "suptime", "invoice", "show", number, "--format", "facturx"]
    pdf = subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL).stdout
    with pikepdf.open(BytesIO(pdf)) as opened:
        cii = opened.attachments["factur-x.xml"].get_file().read_bytes()
    assert checker.faults(ubl, checker.UBL) == []
    assert checker.faults(cii, checker.CII) == []
    assert terms(ubl) == terms(cii)
    assert exact(terms(ubl)) == []
    return terms(ubl)


def told(line, *names):
    return tuple(line.get(name) for name in names)


AMOUNTS = ("BT-129", "BT-146", "BT-149", "BT-136", "BT-141", "BT-131")


def test_more_work_on_a_row_that_was_invoiced_at_another_price(acme):
    acme("log CASE-1 30m --from '2026-10-06 12:00'")
    terms_, document = issued(acme)
    back, new = terms_["lines"]
    assert told(back, *AMOUNTS) == ("-60", "125.00", "60", None, None, "-125.00")
    assert told(new, *AMOUNTS) == ("90", "150.00", "60", None, None, "225.00")
    adjustment, anew = document["cases"][0]["lines"]
    assert (adjustment["kind"], adjustment["corrects"]) == ("adjustment", "INV-2026-0001")
    assert (anew["kind"], anew["corrects"]) == ("time", None)
    assert anew["reason"] == "1 h 30 min worked. 60 min were already invoiced on INV-2026-0001."


def test_a_cent_that_belongs_to_the_row_as_a_whole(acme):
    acme("log CASE-1 20m --from '2026-10-05 12:00'")
    terms_, _ = issued(acme)
    (line,) = terms_["lines"]
    assert told(line, *AMOUNTS) == ("20", "125.00", "60", "0.01", None, "41.66")
    assert (
        line["BT-139"]
        == "40 min at 125.00 EUR per hour come to 83.33 EUR, less the 41.67 EUR invoiced before."
    )


def test_work_that_is_given_back_at_the_price_of_then(acme):
    acme("delete U3")
    acme("log CASE-1 60m --from '2026-11-06 09:00'")
    terms_, document = issued(acme)
    back, new = terms_["lines"]
    assert told(back, *AMOUNTS) == ("-60", "125.00", "60", None, None, "-125.00")
    assert told(new, *AMOUNTS) == ("60", "150.00", "60", None, None, "150.00")
    assert (terms_["BT-3"], terms_["BT-25"]) == ("380", ["INV-2026-0001"])
    assert (terms_["BT-73"], terms_["BT-74"]) == ("2026-10-07", "2026-11-30")
    assert document["kind"] == "invoice"


def test_more_given_back_than_there_is_to_pay_is_a_credit_note_with_positive_amounts(acme):
    acme("delete U3")
    terms_, document = issued(acme)
    (line,) = terms_["lines"]
    assert (terms_["BT-3"], terms_["BT-25"], terms_["BT-115"]) == ("381", ["INV-2026-0001"], "148.75")
    assert told(line, *AMOUNTS) == ("60", "125.00", "60", None, None, "125.00")
    assert terms_["BT-20"] == "This amount is in your favour: it is set off or paid back."
    assert document["totals"]["gross"] == "-148.75"


def test_an_invoice_corrects_several(acme):
    acme("log CASE-1 60m --from '2026-11-06 09:00'")
    acme("invoice --month 2026-11 --issue")
    acme.at("2027-01-02T10:00:00Z")
    for command in ("delete U2", "delete U4", "log CASE-1 9h --from '2026-12-07 09:00'"):
        acme(command)
    terms_, _ = issued(acme, "2026-12")
    assert terms_["BT-25"] == ["INV-2026-0001", "INV-2026-0002"]
    assert [line["BT-131"] for line in terms_["lines"]] == ["-125.00", "-150.00", "1350.00"]


def test_a_credit_note_turns_all_of_it_around(acme):
    acme("log CASE-1 30m --from '2026-10-06 12:00'")
    acme("delete U3")
    acme("log CASE-1 9h --from '2026-11-06 09:00'")
    before, document = issued(acme)
    credit = acme(f"invoice credit {document['number']} --reopen --reason 'Wrong order' --format json").json
    after = shown(acme, credit["invoices"][0]["number"])
    assert (after["BT-3"], after["BT-22"]) == ("381", "Credits INV-2026-0002: Wrong order")
    assert after["BT-25"] == ["INV-2026-0002"]
    for term in ("BT-106", "BT-109", "BT-110", "BT-112", "BT-115"):
        assert after[term] == before[term]
    assert [told(line, *AMOUNTS) for line in after["lines"]] == [
        told(line, *AMOUNTS) for line in before["lines"]
    ]
    assert Decimal(after["BT-115"]) > 0
    assert after["BT-81"] == "97"


def test_an_e_invoice_speaks_the_language_of_its_document(acme):
    config = acme.home / ".config" / "suptime" / "config.toml"
    config.write_text(SETTINGS + '[documents]\nlanguage = "de"\n', "utf-8")
    acme("log CASE-1 20m --from '2026-10-05 12:00'")
    terms_, _ = issued(acme)
    (line,) = terms_["lines"]
    assert (
        line["BT-139"] == f"40 min zu {in_german('125.00')} je Stunde ergeben {in_german('83.33')}, "
        f"abzüglich der bereits berechneten {in_german('41.67')}."
    )
    assert line["BT-131"] == "41.66"
