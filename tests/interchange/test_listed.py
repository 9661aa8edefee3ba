"""The list of invoices reads no document, and says what the documents say."""

import json

from lived import Firm


def test_totals_kinds_and_states_are_those_of_the_documents(full: Firm):
    documents = json.loads(full.result("invoice list --format json"))["invoices"]
    rows = full.result("invoice list").splitlines()[1:]
    expected = [
        [
            d["number"],
            d["state"],
            *(["credit"] if d["kind"] == "credit-note" else []),
            *filter(None, (d["issued_on"], d["due_on"])),
            d["client"],
            d["currency"],
            d["totals"]["gross"],
            d["open"],
            *filter(None, (d["month"],)),
        ]
        for d in documents
    ]
    assert [row.split() for row in rows] == expected
    # All that the totals are made of is there: invoices, what reverses them, and deposits that paid.
    assert {d["kind"] for d in documents} == {"invoice", "credit-note"}
    assert any(d["credits"] for d in documents)
    assert any(d["totals"]["prepaid"] not in ("0.00", "0") for d in documents)
