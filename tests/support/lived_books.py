"""A firm whose books have everything in them: tax, hours and money paid ahead, credit notes, what is forfeited."""

from driving import Suptime

HOURS = """[contract]
code = "acme.hours_1"
title = "Prepaid hours"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "120.00"
[prepaid]
unit = "hours"
valid_for = "30d"
"""
CALLS = """[contract]
code = "calls"
title = "By the minute"
currency = "EUR"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
minute = "1.13"
[per_minute]
[prepaid]
unit = "money"
"""


def live(suptime: Suptime) -> None:
    """From July to October: 70 of 300 minutes drawn and the rest forfeited, 60 of 120 drawn, a deposit that pays, one that is deducted."""
    (suptime.home / "hours.toml").write_text(HOURS)
    (suptime.home / "calls.toml").write_text(CALLS)
    suptime.at("2026-07-01T08:00:00Z")
    for line in (
        """client add acme --name 'Acme; "Leads" | Söhne' --currency USD --tax 10""",
        "contract add acme hours.toml",
        "client add lake --name Lake --currency EUR --tax 19",
        "contract add lake calls.toml",
        "prepaid add acme.hours_1 5h --price 500.01",
        "prepaid add calls 100.00 --price 90.00",
        "prepaid add calls 200.00",
        "case open CASE-1 --client acme --subject Website",
        "case open CASE-2 --client lake --subject Calls",
    ):
        suptime(line)
    suptime.at("2026-07-10T12:00:00Z")
    suptime("log CASE-1 70m --to '2026-07-06 12:00'")
    suptime("log CASE-2 37m --to '2026-07-07 12:00'")
    suptime.at("2026-08-03T12:00:00Z")
    suptime("invoice --month 2026-07 --issue")  # INV-2026-0001 acme, 0002 the deposit of lake, 0003 lake
    suptime.at("2026-08-05T12:00:00Z")
    suptime("invoice pay INV-2026-0001 --on 2026-08-05 --amount 300.00")
    suptime("invoice pay INV-2026-0002 --on 2026-08-05")
    suptime("log CASE-2 60m --to '2026-08-04 12:00'")
    suptime("log CASE-1 2h --to '2026-08-03 11:00'")
    suptime("prepaid add acme.hours_1 2h --price 100.00 --on 2026-08-05")
    suptime("log CASE-1 1h --to '2026-08-05 11:00'")
    suptime.at("2026-09-02T12:00:00Z")
    suptime("invoice --month 2026-08 --issue")  # INV-2026-0004 acme, 0005 lake


def credit(suptime: Suptime) -> None:
    """And then all invoices but August's of acme are reversed: those of lake opened again, one waived."""
    suptime.at("2026-09-03T12:00:00Z")
    for number in ("INV-2026-0003", "INV-2026-0005", "INV-2026-0002"):
        suptime(f"invoice credit {number} --reason 'Wrong address' --reopen")
    suptime("invoice credit INV-2026-0001 --reason 'Goodwill' --write-off")
