"""Clauses that look back: what a case was before its closed months decides what it costs after them."""

HEAD = """
[contract]
code = "{code}"
title = "Support"
currency = "USD"
timezone = "UTC"
starts_on = 2026-09-01
[prices]
hour = "120.00"
incident = "95.00"
[classification]
default = "billable"
[classification.categories]
bug-report = "by-cause"
[classification.causes]
product-defect = "non-billable"
no-defect-found = "billable"
"""
TERMS = {
    "consent": "[consent]\nrequired = true\n",
    "coverage": '[coverage]\nfirst_day_only = ["business-process"]\n[coverage.fee]\namount = "12.00"\n',
    "incident": "[incident]\n",
}


def opened(firm, code, category=None):
    """A client whose contract is of these terms, and its case."""
    firm.at("2026-09-02T08:00:00Z")
    file = firm.home / f"{code}.toml"
    file.write_text(HEAD.format(code=code) + TERMS[code], "utf-8")
    firm(f"client add {code} --name Acme --currency USD")
    firm(f"contract add {code} {file}")
    asked = f" --category {category}" if category else ""
    firm(f"case open CASE-1 --client {code} --contract {code} --subject S{asked}")


def in_september(firm, *commands):
    """Do COMMANDS and issue September; its lines."""
    for at, command in commands:
        firm.at(f"2026-09-{at}:00Z")
        firm(command)
    firm.at("2026-10-01T12:00:00Z")
    (issued,) = firm("invoice --month 2026-09 --issue --format json").json["invoices"]
    return lines_of(issued)


def in_october(firm, *commands):
    """Do COMMANDS; the lines of October's draft, after seeing that rating all of history gives the same."""
    for at, command in commands:
        firm.at(f"2026-10-{at}:00Z")
        firm(command)
    checks = firm("doctor --format json").json["doctor"]["checks"]
    assert [check for check in checks if check["state"] != "ok"] == []
    drafts = firm("invoice --month 2026-10 --format json").json["invoices"]
    return [line for draft in drafts for line in lines_of(draft)]


def lines_of(invoice):
    return [
        (line["kind"], line["date"], line["quantity"], line["net"])
        for case in invoice["cases"]
        for line in case["lines"]
    ]


def test_the_limit_of_a_consent_is_what_closed_months_left_of_it(suptime):
    opened(suptime, "consent")
    september = in_september(
        suptime,
        ("02T08:30", "case consent CASE-1 --by Bea --up-to 2h"),
        ("03T12:00", "log CASE-1 90m"),
    )
    october = in_october(suptime, ("05T12:00", "log CASE-1 60m"))
    assert september == [("time", "2026-09-03", "90", "180.00")]
    assert october == [("time", "2026-10-05", "30", "60.00")]


def test_the_first_day_of_a_case_stays_the_first_after_its_month_is_closed(suptime):
    opened(suptime, "coverage", "business-process")
    september = in_september(suptime, ("03T12:00", "log CASE-1 90m"))
    october = in_october(suptime, ("05T12:00", "log CASE-1 60m"))
    assert september == []  # that day is covered by the fee
    assert october == [("time", "2026-10-05", "60", "120.00")]


def test_an_incident_stays_charged_while_its_case_is_open_again(suptime):
    opened(suptime, "incident", "bug-report")
    september = in_september(
        suptime,
        ("03T12:00", "log CASE-1 90m"),
        ("03T13:00", "case resolve CASE-1 --cause no-defect-found"),
    )
    october = in_october(
        suptime,
        ("05T08:00", "case reopen CASE-1"),
        ("05T12:00", "log CASE-1 60m"),  # nobody knows yet whether this one is charged
    )
    assert september == [("incident", "2026-09-03", "1", "95.00")]
    assert october == []
