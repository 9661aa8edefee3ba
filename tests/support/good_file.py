"""A small file in suptime's own format, all of it good."""

import json

from driving import HOURLY

PREPAID = """[contract]
code = "acme-hours"
title = "Prepaid hours"
currency = "USD"
timezone = "America/Chicago"
starts_on = 2026-01-01
[prices]
hour = "120.00"
[prepaid]
unit = "hours"
valid_for = "90d"
"""
SELLS = HOURLY.replace("configuration =", 'training = "not-sold"\nconfiguration =')


def line(kind: str, **values: object) -> str:
    """One record as a line."""
    return json.dumps({"type": kind, **values}, ensure_ascii=False)


GOOD = [
    line("client", code="acme", name="Acme Leads", currency="USD", timezone="America/Chicago"),
    line("client", code="lakeside", name="Lakeside Realty"),
    line("contract", client="acme", text=SELLS),
    line("contract", client="acme", text=PREPAID),
    line("price", contract="acme-ps", item="hour", amount="180.00", **{"from": "2026-10-01"}),
    line("project", code="P1", client="acme", budget="40000", completed="2026-08-15"),
    line("purchase", id="P1", contract="acme-hours", quantity="10h", on="2026-07-01", price="1000.00"),
    line("purchase", id="P2", contract="acme-hours", quantity="90m", on="2026-07-01", voided_at="2026-07-02T14:00:00Z"),
    line("case", case="CASE-1", client="acme", contract="acme-ps", subject="Leads stop", category="configuration", opened_at="2026-10-01T14:00:00Z"),
    line("case", case="CASE-2", client="acme", contract="acme-ps", category="bug-report", project="P1", opened_at="2026-10-01T14:00:00Z"),
    line("case", case="CASE-3", client="acme", contract="acme-ps", opened_at="2026-10-01T14:00:00Z"),
    line("case", case="CASE-4", client="acme", contract="acme-hours", opened_at="2026-10-01T14:00:00Z"),
    line("event", case="CASE-1", event="resolve", at="2026-10-03T12:00:00Z"),
    line("event", case="CASE-1", event="consent", at="2026-10-01T14:20:00Z", by="ops@acme.example", up_to_seconds=7200),
    line("event", case="CASE-3", event="escalate", at="2026-10-01T15:00:00Z"),
    line("event", case="CASE-3", event="respond", at="2026-10-01T15:00:00Z"),
    line("event", case="CASE-4", event="resolve", at="2026-10-02T12:00:00Z"),
    line("event", case="CASE-4", event="reopen", at="2026-10-02T13:00:00Z"),
    line("appointment", id="A1", case="CASE-2", agent="ana", starts_at="2026-10-02T15:00:00Z", ends_at="2026-10-02T16:00:00Z"),
    line("unit", id="U1", case="CASE-1", agent="ana", channel="phone", started_at="2026-10-01T15:00:00Z", ended_at="2026-10-01T15:30:00Z", note="Übergabe an Jürgen"),
    line("unit", id="U2", case="CASE-3", agent="ana", started_at="2026-10-01T16:00:00+00:00", ended_at="2026-10-01T16:30:00Z"),
    line("unit", id="U3", case="CASE-4", agent="ben", started_at="2026-10-02T13:30:00.750Z", ended_at="2026-10-02T13:30:00Z"),
    line("message", id="M1", case="CASE-1", direction="in", at="2026-10-01T14:00:00Z", message_id="<1@acme.example>", sender="ops@acme.example", subject="Leads", body="Help!\nBest", attachments=["shot.png"], file="1.eml"),
]  # fmt: skip
