"""Every command and option that takes a time, in five zones: which instant a bare time means there (people.md, H9)."""

import shutil
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from driving import HOURLY, Suptime

ZONES = ("UTC", "America/Chicago", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland")
NOW = "2026-10-06T14:00"
"""Tuesday afternoon on the clocks of each zone."""

SETUPS = {
    "": "",
    "running": "start CASE-1 --at 'yesterday 23:50'",
    "unit": "log CASE-1 --from 'yesterday 23:00' --to 01:00",
    "resolved": "case resolve CASE-1 --cause no-defect-found --at 'yesterday 23:50'",
    "booked": "appointment book CASE-1 --from 23:00 --to 00:30",
}
"""What is there already, over midnight where it lasts."""

ROWS = [
    # back, before now
    ("", "log CASE-1 30m --from 09:00", "unit/started_at", "06 09:00"),
    ("", "log CASE-1 30m --to 09:00", "unit/ended_at", "06 09:00"),
    ("", "log CASE-1 --from 23:00 --to '2026-10-06 01:00'", "unit/started_at", "05 23:00"),
    ("", "start CASE-1 --at 13:30", "unit/started_at", "06 13:30"),
    ("unit", "resume --at 13:30", "unit/started_at", "06 13:30"),
    ("", "case open C-9 --client acme --at 08:00", "case/opened_at", "06 08:00"),
    ("", "case consent CASE-1 --by x --at 08:00", "case/events/-1/at", "06 08:00"),
    ("", "case escalate CASE-1 --at 08:00", "case/events/-1/at", "06 08:00"),
    ("", "case respond CASE-1 --at 08:00", "case/events/-1/at", "06 08:00"),
    ("", "case resolve CASE-1 --cause no-defect-found --at 08:00", "case/events/-1/at", "06 08:00"),
    ("resolved", "case reopen CASE-1 --at 08:00", "case/events/-1/at", "06 08:00"),
    ("", "case edit CASE-1 --at 08:00", "case/opened_at", "04 08:00"),
    ("booked", "appointment cancel A1 --at 13:00", "appointment/cancelled_at", "06 13:00"),
    # from what runs, over midnight
    ("running", "start CASE-2 --at 00:10", "unit/started_at", "06 00:10"),
    ("running", "stop --at 00:20", "unit/ended_at", "06 00:20"),
    ("running", "stop --at 23:55", "unit/ended_at", "05 23:55"),
    ("running", "edit U1 --from 23:30", "unit/started_at", "05 23:30"),
    # from the other edge, over midnight
    ("", "log CASE-1 --from 'yesterday 23:30' --to 01:00", "unit/ended_at", "06 01:00"),
    ("unit", "edit U1 --to 02:00", "unit/ended_at", "06 02:00"),
    ("unit", "edit U1 --to 23:30", "unit/ended_at", "05 23:30"),
    ("unit", "edit U1 --from 22:30", "unit/started_at", "05 22:30"),
    ("unit", "edit U1 --from 00:30", "unit/started_at", "06 00:30"),
    ("unit", "edit U1 --from 23:30 --to 01:30", "unit/ended_at", "06 01:30"),
    ("unit", "split U1 --at 00:30", "new_unit/started_at", "06 00:30"),
    ("unit", "split U1 --at 23:30", "new_unit/started_at", "05 23:30"),
    # forward
    ("", "appointment book CASE-1 1h --from 16:00", "appointment/starts_at", "06 16:00"),
    ("", "appointment book CASE-1 --from 23:30 --to 00:30", "appointment/ends_at", "07 00:30"),
    ("booked", "appointment edit A1 --to 01:00", "appointment/ends_at", "07 01:00"),
    ("booked", "appointment edit A1 --from 22:00", "appointment/starts_at", "06 22:00"),
]

REFUSED = [
    # The wrong side of now, or longer than 12 hours.
    ("", "log CASE-1 30m --from 15:00", 2),
    ("", "start CASE-1 --at 15:00", 2),
    ("running", "stop --at 23:45", 2),
    ("unit", "edit U1 --to 12:00", 2),
    ("unit", "split U1 --at 12:00", 3),
    ("", "case resolve CASE-1 --cause no-defect-found --at 15:00", 2),
    ("", "appointment book CASE-1 1h --from 08:00", 2),
    ("", "log CASE-1 --from 09:00 --to 09:00", 2),
]


def reach(document, path: str):
    for part in path.split("/"):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


@pytest.mark.parametrize("zone", ZONES)
def test_a_bare_time_means_what_its_context_says(suptime: Suptime, zone: str):
    def at(local: str) -> str:
        return (
            datetime.fromisoformat(local)
            .replace(tzinfo=ZoneInfo(zone))
            .astimezone(ZoneInfo("UTC"))
            .isoformat()
        )

    suptime.set(TZ=zone)
    (suptime.home / "c.toml").write_text(HOURLY.replace("America/Chicago", zone))
    suptime.at(at(NOW))
    suptime(f"client add acme --name Acme --currency USD --timezone {zone}")
    suptime("contract add acme c.toml")
    for number in ("CASE-1", "CASE-2"):
        suptime(f"case open {number} --client acme --category configuration --at '2026-10-04 07:00'")
    bases = {}
    shutil.copy(suptime.database, suptime.home / "base.db")
    for name, command in SETUPS.items():
        shutil.copy(suptime.home / "base.db", suptime.database)
        if command:
            suptime(command)
        bases[name] = shutil.copy(suptime.database, suptime.home / f"{name}-.db")
    wrong = []
    for setup, command, path, meant in ROWS:
        shutil.copy(bases[setup], suptime.database)
        found = reach(suptime(f"{command} --format json").json, path)
        local = datetime.fromisoformat(found).astimezone(ZoneInfo(zone))
        if f"{local:%d %H:%M}" != meant:
            wrong.append((command, f"{local:%d %H:%M}", meant))
    assert not wrong
    for setup, command, code in REFUSED:
        shutil.copy(bases[setup], suptime.database)
        suptime(command, code=code)


CHANGES = [
    # Europe/Berlin: 02:00 to 03:00 is skipped on 29 March 2026, and comes twice on 25 October 2026.
    ("2026-03-29T12:00", "log CASE-1 30m --from 02:30", 2),
    ("2026-03-29T12:00", "log CASE-1 --from 01:30 --to 03:30", 3600),
    ("2026-03-29T12:00", "start CASE-1 --at 02:30", 2),
    ("2026-03-29T12:00", "case escalate CASE-1 --at 02:30", 2),
    ("2026-03-29T01:00", "appointment book CASE-1 1h --from 02:30", 2),
    ("2026-10-25T12:00", "log CASE-1 30m --from 02:30", 2),
    ("2026-10-25T12:00", "log CASE-1 --from 01:30 --to 02:15", 2),
    ("2026-10-25T12:00", "log CASE-1 --from 2026-10-25T02:30:00+02:00 --to 02:15", 2700),
    ("2026-10-25T12:00", "log CASE-1 --from 01:30 --to 03:30", 10800),
    ("2026-10-25T12:00", "start CASE-1 --at 02:30", 2),
    ("2026-10-25T01:00", "appointment book CASE-1 1h --from 02:30", 2),
]


def test_a_time_that_a_clock_change_skips_or_repeats_is_read_only_where_one_reading_is_left(suptime: Suptime):
    suptime.set(TZ="Europe/Berlin")
    (suptime.home / "c.toml").write_text(HOURLY.replace("America/Chicago", "Europe/Berlin"))
    suptime("client add acme --name Acme --currency USD --timezone Europe/Berlin")
    suptime("contract add acme c.toml")
    suptime("case open CASE-1 --client acme --category configuration --at '2026-02-01 08:00'")
    base = shutil.copy(suptime.database, suptime.home / "base.db")
    for now, command, outcome in CHANGES:
        shutil.copy(base, suptime.database)
        suptime.at(f"{datetime.fromisoformat(now).replace(tzinfo=ZoneInfo('Europe/Berlin')).isoformat()}")
        if outcome == 2:
            suptime(command, code=2)
        else:
            assert suptime(f"{command} --format json").json["unit"]["seconds"] == outcome, command
