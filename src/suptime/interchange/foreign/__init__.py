"""Files of other programs: the table of formats, what each is called, and who reads it."""

from dataclasses import dataclass

from suptime.interchange.foreign import json_values, time_logs, timeclock
from suptime.interchange.foreign.record import Read


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of foreign file.

    `own_ids`: its rows had ids of their own in earlier versions, too, which no two of anybody's share.
    `is_log`: it is a log of work alone, not an export of a helpdesk.
    """

    name: str
    read: Read
    own_ids: bool = False
    is_log: bool = True


FORMATS = {
    form.name: form
    for form in (
        Format("timewarrior", json_values.read_timewarrior),
        Format("watson", json_values.read_watson, own_ids=True),
        Format("toggl", time_logs.read_toggl),
        Format("harvest", time_logs.read_harvest),
        Format("clockify", time_logs.read_clockify),
        Format("kimai", time_logs.read_kimai),
        Format("timeclock", timeclock.read),
        Format("csv", time_logs.read_csv),
    )
}
