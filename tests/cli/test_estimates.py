"""`suptime case estimate`, and how near a consent is to its limit."""

import re

import pytest
from records_world import World


def test_an_estimate_is_recorded_shown_and_audited(firm: World):
    assert firm("case estimate CASE-1 4h").out == (
        "Estimated CASE-1 at 4h. To print the estimate for the client: suptime case estimate CASE-1\n"
    )
    assert firm("case estimate case-1 PT4H").out == "CASE-1 is already estimated at 4h.\n"
    assert firm("case estimate CASE-1 5h --format json").json["case"]["estimate_seconds"] == 18000
    assert "Estimate  5h" in firm("case show CASE-1").out
    assert firm("undo").out == "Took back 'case estimate' of 10:00, which had changed CASE-1.\n"


def test_the_estimate_for_the_client_says_what_it_costs_and_how_to_agree(firm: World):
    firm.do("case estimate CASE-1 4h\nprice set acme-ps hour 160 --from 2026-10-12")

    assert (
        firm("case estimate CASE-1").out
        == """\
ESTIMATE                                                         12 October 2026
════════════════════════════════════════════════════════════════════════════════

To                                      Contract         Professional services
Acme Leads                              Case             CASE-1
                                        Date             12 October 2026
                                        Customer number  acme
                                        Valid until      11 November 2026

The work                                                              USD 640.00
────────────────────────────────────────────────────────────────────────────────
  You asked                 Deactivate a filter
  Category                  Configuration
  Estimated time            4 h 00 min
  Price on 12 October 2026  USD 160.00 per hour

  4 h 00 min at USD 160.00 per hour.

Not included
────────────────────────────────────────────────────────────────────────────────
  Tax.
  Time beyond 4 h 00 min: this is an estimate, not a fixed price.
  Other requests, which get numbers of their own.

How to agree
────────────────────────────────────────────────────────────────────────────────
  Answer with CASE-1 in the subject, and say that you agree to 4 h 00 min, or to
  how much.
  Billable work begins then. What goes beyond the time that you agreed to is not
  billed until you agree to more.

Place, date
______________________________

Signature
______________________________
"""
    )


def test_the_estimate_as_a_page_holds_the_same(firm: World):
    page = firm("case estimate CASE-1 90m --format html").out

    assert page.startswith("<!DOCTYPE html>")
    for words in ("Deactivate a filter", "1 h 30 min", "USD 225.00", "CASE-1", "How to agree"):
        assert words in page


@pytest.mark.parametrize(
    ("contract", "duration", "price_per", "quantity", "net"),
    [
        ("incident", "3h", "incident", "2", "190.00"),
        ("minute", "90s", "minute", "2", "5.00"),
        ("pack", "9h", "incident", "1", "75.00"),
        ("agreement", "3h", "hour", "180", "0.00"),
    ],
)
def test_an_estimate_counts_what_the_contract_sells(
    empty: World, contract: str, duration: str, price_per: str, quantity: str, net: str
):
    empty.do(f"client add one --name One\ncontract add one contracts/{contract}.toml\ncase open CASE-1")
    empty.do(f"case estimate CASE-1 {duration}")

    paper = empty("case estimate CASE-1 --format json").json

    assert (paper["price_per"], paper["quantity"], paper["net"]) == (price_per, quantity, net)


def test_a_free_request_costs_nothing_and_one_of_an_open_cause_says_so(firm: World):
    firm.do("case edit CASE-1 --category general-information\ncase estimate CASE-1 2h")
    firm.do("case estimate CASE-2 2h")

    free, open_cause = (firm(f"case estimate {n} --format json").json for n in ("CASE-1", "CASE-2"))

    assert (free["net"], free["remarks"]) == ("0.00", ["A request of this category is not billed."])
    assert open_cause["net"] == "300.00"
    assert open_cause["remarks"][0].startswith("It is billed or free by what its cause turns out to be")


def test_an_estimate_adds_the_tax_of_the_client_on_its_day(firm: World):
    firm.do("case estimate CASE-1 4h\nclient edit acme --tax 19")

    document = firm("case estimate CASE-1 --format json").json
    shown = firm("case estimate CASE-1").out

    assert document["net"] == "600.00"
    assert document["totals"] == {
        "net": "600.00",
        "tax": "114.00",
        "gross": "714.00",
        "taxes": [{"rate": "19", "treatment": "standard", "net": "600.00", "tax": "114.00"}],
    }
    assert "Tax." not in document["not_included"]
    assert re.search(r"Net amount +600.00\n +Tax 19% +114.00\n.* *Total +USD 714.00", shown)


def test_an_estimate_names_the_reason_for_no_tax(firm: World):
    firm.do("case estimate CASE-1 4h\nclient edit acme --tax reverse-charge")

    assert "Reverse charge: the recipient is liable for the tax." in firm("case estimate CASE-1").out


@pytest.fixture
def limited(firm: World) -> World:
    """The client consented to two hours of work on CASE-1, one of which are used."""
    firm.do("case consent CASE-1 --by ops@acme.example --up-to 2h --at '2026-10-05 09:00'")
    return firm


def test_log_says_when_four_fifths_of_the_consent_are_used_and_when_it_is_passed(limited: World):
    first, near, full, beyond = (
        limited(f"log CASE-1 {length} --from '2026-10-07 {start}'").err
        for length, start in (("35m", "08:00"), ("1m", "09:00"), ("24m", "10:00"), ("10m", "11:00"))
    )

    assert first == ""
    assert near == "CASE-1: 1 h 36 min of the 2 h that the client consented to are used.\n"
    assert full == (
        "CASE-1: The 2 h that the client consented to are used up. "
        "For more: suptime case consent CASE-1 --by NAME\n"
    )
    assert beyond == ("CASE-1: Beyond the 2 h that the client consented to. This time will not be billed.\n")


def test_log_says_how_much_of_a_unit_goes_beyond_the_consent(limited: World):
    assert limited("log CASE-1 90m --from '2026-10-07 09:00'").err == (
        "CASE-1: The 2 h that the client consented to are used up, and 30 min beyond them will not be billed. "
        "For more: suptime case consent CASE-1 --by NAME\n"
    )


def test_start_and_status_say_how_near_the_limit_is(limited: World):
    limited.do("log CASE-1 36m --from '2026-10-07 09:00'")

    near = "CASE-1: 1 h 36 min of the 2 h that the client consented to are used.\n"
    assert limited("start CASE-1").err == near
    assert limited("status").err == near
    limited.at("2026-10-12T15:30:00Z")
    passed = (
        "The 2 h that the client consented to are used up, and 6 min beyond them will not be billed. "
        "For more: suptime case consent CASE-1 --by NAME"
    )
    assert limited("status").err == f"CASE-1: {passed}\n"
    assert limited("status --format json").json["running"]["warnings"] == [passed]
    assert limited("status --format prompt").err == ""


def test_a_further_consent_counts_from_its_own_instant(limited: World):
    limited.do("log CASE-1 90m --from '2026-10-07 09:00'")
    limited.do("case consent CASE-1 --by ops@acme.example --up-to 1h --at '2026-10-08 09:00'")

    assert limited("log CASE-1 30m --from '2026-10-09 09:00'").err == ""
    assert limited("log CASE-1 20m --from '2026-10-09 10:00'").err == (
        "CASE-1: 50 min of the 1 h that the client consented to are used.\n"
    )
    limited.do("case consent CASE-1 --by ops@acme.example --at '2026-10-09 12:00'")
    assert limited("log CASE-1 3h --from '2026-10-09 13:00'").err == ""


def test_held_time_counts_towards_the_limit_since_it_may_become_billable(firm: World):
    firm.do("case consent CASE-2 --by ops@acme.example --up-to 1h --at '2026-10-05 09:00'")

    said = firm("log CASE-2 1h --from '2026-10-07 09:00'").err

    assert said == (
        "CASE-2: The cause of this bug-report is not known yet. It is billed unless the cause is product-defect. "
        "This time is held: it is not billed yet.\n"
        "CASE-2: The 1 h that the client consented to are used up. "
        "For more: suptime case consent CASE-2 --by NAME\n"
    )
