"""The table of foreign time logs: what each is called, and who reads it."""

from dataclasses import dataclass

from suptime.interchange.time_logs import csv_logs, json_logs, timeclock
from suptime.interchange.time_logs.entry import Read


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of foreign time log.

    `own_ids`: its rows have ids of their own, which no two of anybody's share.
    """

    name: str
    read: Read
    own_ids: bool = False


FORMATS = {
    form.name: form
    for form in (
        Format("timewarrior", json_logs.read_timewarrior),
        Format("watson", json_logs.read_watson, own_ids=True),
        Format("toggl", csv_logs.read_toggl),
        Format("harvest", csv_logs.read_harvest),
        Format("clockify", csv_logs.read_clockify),
        Format("kimai", csv_logs.read_kimai),
        Format("timeclock", timeclock.read),
        Format("csv", csv_logs.read_csv),
    )
}
