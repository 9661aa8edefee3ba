"""Files of other programs: the table of formats, what each is called, and who reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suptime.interchange.foreign import (
    converted,
    freshdesk,
    gitlab,
    jira,
    json_values,
    redmine,
    time_logs,
    timeclock,
    zammad,
    zendesk,
)
from suptime.interchange.foreign.record import Found, Read


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of foreign file.

    `own_ids`: its rows had ids of their own in earlier versions, too, which no two of anybody's share.
    `is_log`: it is a log of work alone, not an export of a helpdesk. `finish` reads what the files say together.
    `cases_of` is the format whose cases its work is on. `opens_cases`: it describes its cases as suptime does.
    """

    name: str
    read: Read
    own_ids: bool = False
    is_log: bool = True
    finish: Callable[[list[Any]], Found] | None = None
    cases_of: str = ""
    opens_cases: bool = False

    @property
    def case_source(self) -> str:
        """The name of the program that brings its cases."""
        return self.cases_of or self.name


CONVERTED = Format("suptime", converted.read, opens_cases=True)
"""suptime's own records with ids of another program, whose name takes the place of the format's."""

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
        Format("freshdesk", freshdesk.read, is_log=False),
        Format("jira", jira.read_jira, is_log=False),
        Format("tempo", jira.read_tempo, is_log=False, cases_of="jira"),
        Format("zendesk", zendesk.read, is_log=False, finish=zendesk.finish),
        Format("zammad", zammad.read, is_log=False, finish=zammad.finish),
        Format("redmine", redmine.read, is_log=False),
        Format("gitlab", gitlab.read, is_log=False),
    )
}
