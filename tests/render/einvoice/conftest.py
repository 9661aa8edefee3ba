"""The sample year, issued: every month, for clients of every tax, and credit notes for some of it."""

import io
from datetime import date
from pathlib import Path

import pytest

from stores import new_store
from suptime.app import clients
from suptime.app.exchange.records import import_suptime
from suptime.app.invoices import issue as issuing
from suptime.app.invoices.issue import IssueSettings
from suptime.app.invoices.issued import as_issued, get
from suptime.domain.finding import Acceptance
from suptime.domain.time import Month, Zone, from_rfc3339
from suptime.resources import folder
from suptime.settings.keys import NUMBER_FORMAT
from suptime.settings.settings import Settings

NOW = from_rfc3339("2026-11-02T15:00:00Z")
MONTHS = [*(Month(2025, month) for month in range(1, 13)), *(Month(2026, month) for month in range(1, 11))]

SELLER = {
    "name": "Nordtor Support GmbH",
    "address": "Mühlweg 4\n10115 Berlin",
    "city": "Berlin",
    "postcode": "10115",
    "country": "DE",
    "email": "rechnung@nordtor.example",
    "phone": "+49 30 1234567",
    "tax_id": "DE123456789",
    "company_number": "HRB 12345",
    "contact": "Accounts",
    "endpoint": "9930:DE123456789",
    "bank": "Spreebank",
    "iban": "DE02 1203 0000 0000 2020 51",
    "bic": "BYLADEM1001",
    "payment_days": 14,
    "payment_terms": "Late payment is charged by law.",
    "legal": "Amtsgericht Berlin HRB 12345\nManaging director: A. Sousa",
}
TAX = {
    "name": "VAT",
    "exempt": "Exempt: article 132 of directive 2006/112/EC.",
    "kinds": {"prepaid-sale": "7", "late-cancellation": "exempt"},
}
# Every treatment, and rates that do not come out even.
TAXES = {
    "brightway": {"tax": "none", "tax_id": "84-1234567"},
    "fontaine": {"tax": "14.975", "city": "Montréal", "postcode": "H2T 3B3"},
    "kessler": {"tax": "reverse-charge", "tax_id": "ATU12345678", "city": "Berlin", "postcode": "10117"},
    "kestrel": {"tax": "exempt"},
    "lakeshore": {"tax": "8.25"},
    "mercato": {"tax": "20"},
    "meridian": {"tax": "19", "tax_id": "GB123456789"},
    "milltown": {"tax": "0"},
    "nordlicht": {"tax": "reverse-charge", "tax_id": "FR40303265045", "city": "Kiel", "postcode": "24103"},
    "orchard": {"tax": "none"},
    "pinecrest": {"tax": "7"},
    "relay": {"tax": "exempt"},
    "westport": {"tax": "19"},
}
SETTINGS = Settings(Path("/nowhere/config.toml"), {"seller": SELLER, "tax": TAX})
ACCEPTED = Acceptance.of(["all"])
HOUSE = IssueSettings(SETTINGS, NUMBER_FORMAT, Zone("Europe/Berlin"))


@pytest.fixture(scope="session")
def year(tmp_path_factory):
    """Every document of the sample year, by number, as `render` is given it: invoices, then credit notes."""
    with new_store(tmp_path_factory.mktemp("year") / "suptime.db") as store:
        with (folder("sample_data") / "work.jsonl").open("rb") as stream:
            assert import_suptime(store, io.BytesIO(stream.read()), now=NOW, agent="ana").faults == ()
        for code, details in TAXES.items():
            address = {"endpoint": "0088:4035811991021", "buyer_reference": f"Ref {code}"}
            clients.edit(store, code, {**details, **address}, now=NOW, agent="ana", today=date(2026, 1, 1))
        issued = []
        for month in MONTHS:
            asked = HOUSE.asked(month, None, "ubl")
            done = issuing.issue(store, asked, HOUSE, ACCEPTED, now=NOW, agent="ana")
            assert not done.left_out
            issued += [document["number"] for document in done.document["invoices"]]
        assert len(issued) >= 90
        for number in issued[:: len(issued) // 24]:
            credited, _ = issuing.credit(
                store, number, "Wrong order number", "write-off", HOUSE, now=NOW, agent="ana"
            )
            issued.append(credited["number"])
        with store.reading() as tx:
            return {number: as_issued([get(tx, number)]) for number in issued}


@pytest.fixture(scope="session")
def files(year):
    """Each document of the year as UBL and as CII: number -> (UBL, CII)."""
    from suptime.documents import render
    from suptime.render.einvoice import cii, terms

    return {
        number: (
            render("invoice", "ubl", document),
            cii.serialised(terms.terms_of(document["invoices"][0])),
        )
        for number, document in year.items()
    }
