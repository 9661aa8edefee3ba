"""A small firm's database, the commands run on it in this process, and what they print."""

from pathlib import Path

import pytest
from driving import Result, Suptime

NOW = "2026-10-12T15:00:00Z"
"""A Monday, ten o'clock in Chicago."""

HOURLY = """\
[contract]
code = "acme-ps"
title = "Professional services"
currency = "USD"
timezone = "America/Chicago"
starts_on = 2026-01-01

[prices]
hour = "150.00"

[classification]
default = "billable"
[classification.categories]
general-information = "non-billable"
bug-report = "by-cause"
configuration = "billable"
[classification.causes]
product-defect = "non-billable"
no-defect-found = "billable"

[consent]
required = true
"""

PREPAID = """\
[contract]
code = "lakeside-1on1"
title = "1-on-1 tech support"
currency = "USD"
timezone = "America/Chicago"
starts_on = 2026-01-01

[prices]
hour = "120.00"

[rounding]
increment = "30m"
per = "day"

[escalation]
starts_free = true

[appointments]
bill = "booked"
cancel_free_before = "24h"
late_cancel_charge = "30m"

[prepaid]
unit = "hours"
valid_for = "90d"
"""

SELECTIVE = """\
[contract]
code = "duo-care"
title = "Care"
currency = "EUR"
timezone = "Europe/Berlin"
starts_on = 2026-03-01
ends_on = 2026-12-31

[prices]
hour = "90.00"

[classification.categories]
training = "not-sold"
advice = "billable"
"""

YEN = """\
[contract]
code = "duo-yen"
title = "Hours in yen"
currency = "JPY"
timezone = "Asia/Tokyo"
starts_on = 2026-01-01

[prices]
hour = "9000"

[prepaid]
unit = "hours"
"""

FIRM = """
client add acme --name 'Acme Leads' --currency USD --timezone America/Chicago
client add lakeside --name 'Lakeside Realty' --currency USD
client add duo --name 'Duo Studio'
contract add acme hourly.toml
contract add lakeside prepaid.toml
contract add duo selective.toml
contract add duo yen.toml
case open CASE-1 --client acme --category configuration --subject 'Deactivate a filter' --at '2026-10-05 09:00'
case open CASE-2 --client acme --category bug-report --subject 'An error appears' --at '2026-10-05 09:00'
case open CASE-3 --client lakeside --subject 'Campaign set-up' --at '2026-10-05 08:00'
case open CASE-4 --client acme --category configuration --subject 'Done long ago' --at '2026-10-05 09:00'
case open CASE-5 --client acme --category configuration --subject 'Bob is on it' --at '2026-10-05 09:00'
case escalate CASE-3 --at '2026-10-05 08:10'
case resolve CASE-4 --at '2026-10-07 12:00'
log CASE-1 1h --from '2026-10-06 10:00'
log CASE-3 45m --from '2026-10-08 10:00'
start CASE-5 --agent bob --at 09:30
appointment book CASE-3 --from '2026-10-20 10:00' --to '2026-10-20 11:00'
appointment book CASE-3 --from '2026-10-08 10:00' --to '2026-10-08 11:00'
appointment book CASE-3 --from '2026-10-09 10:00' --to '2026-10-09 11:00'
appointment book CASE-3 --from '2026-10-21 10:00' --to '2026-10-21 11:00'
appointment cancel A4 --at '2026-10-09 10:00'
prepaid add lakeside-1on1 10h --on 2026-09-01 --price 1000.00
prepaid add lakeside-1on1 2h --on 2026-10-01
"""


CONTRACTS = Path(__file__).parent.parent / "scenarios" / "contracts"
FILES = {"hourly.toml": HOURLY, "prepaid.toml": PREPAID, "selective.toml": SELECTIVE, "yen.toml": YEN}


class World(Suptime):
    """`suptime` in Chicago, beside the firm's contract files. A call takes any exit code for an answer."""

    def __init__(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        super().__init__(home, monkeypatch, capsys)
        self.set(TZ="America/Chicago", SUPTIME_NOW=NOW)
        for name, text in FILES.items():
            self.write(name, text)
        (home / "contracts").symlink_to(CONTRACTS)

    def __call__(self, command: str | list[str], *, code: int | None = None) -> Result:
        """Run a command in this process."""
        return super().__call__(command, code=code)

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file into the folder in which the commands run."""
        (self.home / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def do(self, lines: str) -> None:
        """Run each of LINES; every one of them has to be done."""
        for line in filter(None, map(str.strip, lines.splitlines())):
            self(line, code=0)
