"""What a firm does with its invoices, through the command."""

import pytest
from firm_contract import CONTRACT
from sqlalchemy.exc import IntegrityError


def numbers(firm):
    return [i["number"] for i in firm("invoice list --format json").json["invoices"]]


def draft(firm, month, client="client1"):
    return firm(f"invoice --month {month} --client {client} --format json").json["invoices"]


def test_issuing_prints_a_line_per_invoice_and_closes_the_month(firm):
    first = firm("invoice --month 2026-10 --issue")
    assert first.code == 0
    assert first.out.splitlines()[0] == "INV-2026-0001  client1  132.00 USD  due 132.00"
    assert len(first.out.splitlines()) == 6
    again = firm("invoice --month 2026-10 --issue")
    assert (again.code, again.out) == (0, "")
    assert len(numbers(firm)) == 6


def test_a_seller_without_a_name_holds_up_everybody(firm):
    firm.set(SUPTIME_ACCEPT="all,seller-address")
    result = firm("invoice --month 2026-10 --issue --format json")
    assert result.code == 3
    assert result.json["invoices"] == []
    house, first, *_ = result.json["left_out"]
    assert (house["client"], [f["code"] for f in house["findings"]]) == (None, ["seller-name"])
    assert first == {"client": "client1", "findings": []}
    assert "suptime config set seller.name NAME" in result.err


def test_a_client_with_a_warning_is_left_out_until_it_is_accepted(firm):
    firm.set(SUPTIME_ACCEPT="seller-name,seller-address,seller-tax-id,client-tax")
    firm("client edit client2 --address '2 Side Street'")
    result = firm("invoice --month 2026-10 --issue --format json")
    assert (result.code, [i["client"] for i in result.json["invoices"]]) == (3, ["client2"])
    (finding,) = result.json["left_out"][0]["findings"]
    assert (finding["code"], finding["on"], finding["fix"]) == (
        "client-address",
        "client1",
        "suptime client edit client1 --address TEXT",
    )
    accepted = firm("invoice --month 2026-10 --issue --accept client-address:client1 --format json")
    assert [i["client"] for i in accepted.json["invoices"]] == ["client1"]
    assert "client-address" in str(firm("export suptime").out)


def test_a_month_that_is_not_over_is_not_issued(firm):
    result = firm("invoice --month 2026-11 --client client1 --issue")
    assert result.code == 3
    assert result.err == (
        "Error: November 2026 is not over yet for client1.\nLeave out --issue for a draft, or wait until the month is over.\n"
    )


def test_a_month_is_over_when_it_is_over_where_the_contract_is(firm):
    firm.at("2026-11-01T04:59:59Z")  # one second to midnight in Chicago
    assert firm("invoice --month 2026-10 --issue").code == 3
    firm.at("2026-11-01T05:00:00Z")
    assert firm("invoice --month 2026-10 --issue").code == 0


def test_a_client_with_an_earlier_month_open_is_left_out_and_the_others_are_issued(firm):
    firm("log CASE-1 1h --from '2026-09-10 09:00'")
    result = firm("invoice --month 2026-10 --issue")
    assert result.code == 3
    assert (
        "Error earlier-month:client1: client1 has open charges in September 2026: "
        "suptime invoice --month 2026-09 --client client1 --issue\n"
    ) in result.err
    assert "Warning: client1 was left out.\n" in result.err
    assert len(result.out.splitlines()) == 5
    assert firm("invoice --month 2026-09 --client client1 --issue").code == 0
    assert firm("invoice --month 2026-10 --client client1 --issue").code == 0
    assert len(numbers(firm)) == 7


def test_a_draft_warns_of_an_earlier_month_that_is_open(firm):
    firm("log CASE-1 1h --from '2026-09-10 09:00'")
    (invoice,) = firm("invoice --month 2026-10 --client client1 --format json").json["invoices"]
    (finding,) = [each for each in invoice["findings"] if each["code"] == "earlier-month"]
    assert finding["message"] == "client1 has open charges in September 2026."


def test_late_work_is_on_the_next_invoice_or_on_a_supplement(firm):
    firm("invoice --month 2026-10 --issue")
    firm("log CASE-1 40m --from '2026-10-05 18:00'")
    told = firm("invoice --month 2026-10 --client client1 --format json")
    assert told.json["invoices"] == []
    assert "October 2026 is closed for client1" in told.err
    (next_one,) = draft(firm, "2026-11")
    assert next_one["totals"]["net"] == "60.00"
    supplement = firm("invoice --month 2026-10 --client client1 --issue --supplement --format json").json[
        "invoices"
    ][0]
    assert supplement["totals"]["net"] == "60.00"
    assert supplement["supplement"] is True
    line = supplement["cases"][0]["lines"][0]
    assert (line["kind"], line["billed_minutes"], line["worked_seconds"]) == ("time", 30, 2400)
    assert "60 min were already invoiced on INV-2026-0001" in line["reason"]
    assert draft(firm, "2026-11") == []


def test_a_supplement_of_an_open_month_is_refused(firm):
    result = firm("invoice --month 2026-10 --client client1 --issue --supplement")
    assert result.code == 3
    assert "client1: October 2026 is not closed, so there is nothing to supplement." in result.err


def test_a_correction_downwards_is_an_adjustment_and_issued_as_a_credit_note(firm):
    firm("invoice --month 2026-10 --issue")
    firm("delete U1")
    firm.at("2026-12-02T15:00:00Z")
    (issued,) = firm("invoice --month 2026-11 --client client1 --issue --format json").json["invoices"]
    assert (issued["kind"], issued["totals"]["gross"]) == ("credit-note", "-132.00")
    line = issued["cases"][0]["lines"][0]
    assert (line["kind"], line["corrects"], line["net"]) == ("adjustment", "INV-2026-0001", "-120.00")


def test_prepaid_hours_come_back_before_anything_new_is_drawn(firm):
    firm("prepaid add client1-hours 1h --on 2026-10-01")
    firm("invoice --month 2026-10 --client client1 --issue")
    firm("delete U1")
    firm("log CASE-1 30m --from '2026-10-20 09:00'")
    (next_one,) = draft(firm, "2026-11")
    lines = {(line["kind"], line["date"]): line for line in next_one["cases"][0]["lines"]}
    assert lines["adjustment", "2026-10-05"]["prepaid_minutes"] == -60
    assert lines["time", "2026-10-20"]["prepaid_minutes"] == 30
    assert next_one["totals"]["net"] == "0.00"


def test_prices_of_a_closed_month_leave_what_was_issued_alone(firm):
    firm("invoice --month 2026-10 --issue")
    text = CONTRACT.format(code="client1").replace("120.00", "60.00").replace("2026-01-01", "2026-10-03")
    (firm.home / "cheaper.toml").write_text(text)
    assert firm("contract add client1 cheaper.toml").code == 0
    assert draft(firm, "2026-11") == []
    # A row whose minutes change is priced anew as a whole: 90 minutes at 60.00, of which 120.00 are invoiced.
    firm("log CASE-1 40m --from '2026-10-05 18:00'")
    (next_one,) = draft(firm, "2026-11")
    lines = [(line["kind"], line["unit_price"], line["net"]) for line in next_one["cases"][0]["lines"]]
    assert lines == [("adjustment", "120.00", "-120.00"), ("time", "60.00", "90.00")]


def test_a_reopened_invoice_is_invoiced_anew(firm):
    firm("invoice --month 2026-10 --issue")
    credit = firm("invoice credit INV-2026-0001 --reason 'Wrong address' --reopen")
    assert credit.out == "INV-2026-0007 credits INV-2026-0001: -132.00 USD; its charges are open again.\n"
    for form in ("text", "html", "markdown"):
        assert "Wrong address" in firm(f"invoice show INV-2026-0007 --format {form}").out
    (again,) = firm("invoice --month 2026-10 --client client1 --issue --supplement --format json").json[
        "invoices"
    ]
    assert (again["number"], again["totals"]["gross"]) == ("INV-2026-0008", "132.00")


def test_a_written_off_invoice_is_never_invoiced_again(firm):
    firm("invoice --month 2026-10 --issue")
    firm("invoice credit INV-2026-0001 --reason Goodwill --write-off")
    assert draft(firm, "2026-11") == []
    states = {i["number"]: i["state"] for i in firm("invoice list --format json").json["invoices"]}
    assert (states["INV-2026-0001"], states["INV-2026-0007"]) == ("credited", "settled")


def test_what_cannot_be_credited_says_so(firm):
    firm("invoice --month 2026-10 --issue")
    firm("invoice credit INV-2026-0001 --reason Goodwill --write-off")
    for line, code, message in (
        (
            "credit INV-2026-0001 --reason x --reopen",
            3,
            "INV-2026-0001 is credited already, by INV-2026-0007.",
        ),
        ("credit INV-2026-0007 --reason x --reopen", 3, "INV-2026-0007 is a credit note"),
        ("credit INV-2026-0002 --reason x", 2, "The outcome of the charges is missing."),
        (
            "credit INV-2026-0002 --reason x --reopen --write-off",
            2,
            "--reopen, --write-off and --reduce cannot be used together.",
        ),
        ("credit INV-2026-0099 --reason x --reopen", 3, 'There is no invoice "INV-2026-0099".'),
        ("credit INV-2026-0002 --reason '' --reopen", 2, "The reason is empty."),
    ):
        result = firm(f"invoice {line}")
        assert (result.code, message in result.err) == (code, True), result.err


def test_an_invoice_is_paid_in_parts_and_then_whole(firm):
    firm("invoice --month 2026-10 --issue")
    part = firm("invoice pay INV-2026-0001 --amount 100.00 --on 2026-11-02")
    assert part.out == "INV-2026-0001: 100.00 USD paid on 2026-11-02; 32.00 open, part-paid.\n"
    more = firm("invoice pay INV-2026-0001 --amount 32.01")
    assert more.out.endswith("0.00 open, paid. 0.01 on account.\n")
    assert firm("invoice pay INV-2026-0001").code == 3
    assert [i["number"] for i in firm("invoice list --state paid --format json").json["invoices"]] == [
        "INV-2026-0001"
    ]


def test_an_invoice_past_its_day_is_overdue(firm):
    (firm.home / "config.toml").write_text("[seller]\npayment_days = 14\n")
    firm.set(SUPTIME_CONFIG=str(firm.home / "config.toml"))
    firm("invoice --month 2026-10 --issue")
    assert firm("invoice show INV-2026-0001 --format json").json["invoices"][0]["due_on"] == "2026-11-16"
    firm.at("2026-11-17T12:00:00Z")
    assert firm("invoice show INV-2026-0001 --format json").json["invoices"][0]["state"] == "overdue"


def test_an_issued_invoice_is_the_same_for_ever(firm):
    firm("invoice --month 2026-10 --issue")
    before = [
        firm(f"invoice show INV-2026-0001 --format {f}").out for f in ("text", "html", "markdown", "csv")
    ]
    firm("log CASE-1 40m --from '2026-10-05 18:00'")
    firm("case edit CASE-1 --subject 'Another subject'")
    firm("invoice pay INV-2026-0001")
    firm.at("2027-03-01T12:00:00Z")
    assert [
        firm(f"invoice show INV-2026-0001 --format {f}").out for f in ("text", "html", "markdown", "csv")
    ] == before


def test_what_was_issued_cannot_be_undone(firm):
    firm("invoice --month 2026-10 --issue")
    result = firm("undo")
    assert result.code == 3
    assert "what was issued stays" in result.err


def test_numbers_begin_again_each_year(firm):
    firm("invoice --month 2026-10 --client client1 --issue")
    firm.at("2027-01-05T12:00:00Z")
    assert firm("invoice --month 2026-10 --client client2 --issue").out.startswith("INV-2027-0001")


def test_closing_settles_months_without_invoices(firm):
    closed = firm("close --through 2026-10 --client client1")
    assert closed.out == "Closed client1 through 2026-10: settled 1 open row.\n"
    assert firm("invoice --month 2026-10 --client client1 --issue").out == ""
    firm("log CASE-1 40m --from '2026-10-05 18:00'")
    (next_one,) = draft(firm, "2026-11")
    assert next_one["totals"]["net"] == "60.00"
    assert firm("close --through 2026-10 --client client1").err.startswith("Nothing to close")


def test_the_database_refuses_a_second_claim_of_the_same_work(firm):
    firm("invoice --month 2026-10 --client client1 --issue")
    second = "INSERT INTO issue (client, previous, kind, month, at, agent)"
    second += " SELECT client, previous, 'issue', '2026-10', 0, 'x' FROM issue"
    with pytest.raises(IntegrityError) as caught, firm.looking() as raw:
        raw(second)
    assert ("issue.client, issue.previous" if firm.file else "uq_issue_client_previous") in str(caught.value)


def test_files_are_written_once_and_again_where_they_are_missing(firm):
    line = "invoice --month 2026-10 --issue --format html --out out"
    first = firm(line)
    assert first.out.splitlines()[0].endswith("due 132.00  out/INV-2026-0001.html")
    made = {path.name: path.read_bytes() for path in (firm.home / "out").iterdir()}
    assert sorted(made) == [f"INV-2026-000{n}.html" for n in range(1, 7)]
    (firm.home / "out" / "INV-2026-0003.html").unlink()
    again = firm(line)
    assert (again.code, again.out) == (0, "")
    assert {path.name: path.read_bytes() for path in (firm.home / "out").iterdir()} == made


def test_where_nothing_can_be_written_nothing_is_issued(firm):
    (firm.home / "out").write_text("a file")
    result = firm("invoice --month 2026-10 --issue --format html --out out")
    assert (result.code, result.err) == (
        2,
        "Error: out: File exists.\nGive a folder that can be written.\n",
    )
    assert numbers(firm) == []


def test_the_settings_say_how_numbers_look(firm):
    (firm.home / "config.toml").write_text('[documents]\nnumber = "{year}/{serial}"\n')
    firm.set(SUPTIME_CONFIG=str(firm.home / "config.toml"))
    refused = firm("invoice --month 2026-10 --issue")
    assert refused.code == 2
    assert "The number format {year}/{serial} of the settings is not valid." in refused.err
    assert numbers(firm) == []
    (firm.home / "config.toml").write_text('[documents]\nnumber = "R{year}{serial:05}"\n')
    assert firm("invoice --month 2026-10 --client client1 --issue").out.startswith("R202600001  client1")


def test_a_purchase_whose_sale_was_issued_or_that_paid_an_invoice_is_not_voided(firm):
    firm("prepaid add client1-hours 10h --on 2026-10-20 --price 1000.00")
    assert firm("prepaid void P1").code == 0
    firm("prepaid add client1-hours 10h --on 2026-10-20 --price 1000.00")
    firm("invoice --month 2026-10 --client client1 --issue")
    result = firm("prepaid void P2")
    assert result.code == 3
    assert result.err == (
        "Error: The sale of P2 is on INV-2026-0001. Issued documents do not change.\n"
        "Try: suptime invoice credit INV-2026-0001 --reason S --reopen\n"
    )


DEPOSIT = """
[contract]
code = "calls"
title = "Calls"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
minute = "2.50"
[per_minute]
[prepaid]
unit = "money"
"""


def test_a_deposit_pays_the_invoice_and_comes_back_when_that_is_credited(firm):
    (firm.home / "calls.toml").write_text(DEPOSIT)
    for line in (
        "client add caller --name Caller --currency USD",
        "contract add caller calls.toml",
        "prepaid add calls 30.00 --on 2026-10-01",
        "case open CASE-90 --client caller --at '2026-10-01 09:00'",
        "log CASE-90 16m --from '2026-10-07 09:00'",
    ):
        assert firm(line).code == 0
    (issued,) = firm("invoice --month 2026-10 --client caller --issue --format json").json["invoices"]
    assert [issued["totals"][key] for key in ("gross", "prepaid", "due")] == ["40.00", "30.00", "10.00"]
    # The balance on it is that after it: a deposit pays on the day of the invoice.
    (told,) = issued["prepaid"]
    assert [told[key] for key in ("used", "remaining", "as_of")] == ["30.00", "0.00", "2026-11-02"]
    assert [one["used_in_period"] for one in told["purchases"]] == ["30.00"]
    assert firm("prepaid void P1").code == 3

    def left():
        (balance,) = firm("report hours --client caller --as-of 2026-11-02 --format json").json["balances"]
        return balance["used"], balance["remaining"], balance["pending"]

    assert left() == ("30.00", "0.00", "0.00")
    firm(f"invoice credit {issued['number']} --reason Mistake --reopen")
    assert left() == ("0.00", "30.00", "40.00")
    assert firm("prepaid void P1").code == 0
