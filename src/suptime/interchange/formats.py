"""The table of foreign time logs: what each is called, and who reads it."""

from dataclasses import dataclass

from suptime.interchange import (
    any_csv,
    clockify,
    harvest,
    kimai,
    timeclock,
    timewarrior,
    toggl,
    watson,
)
from suptime.interchange.entries import Read


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
        Format("timewarrior", timewarrior.read),
        Format("watson", watson.read, own_ids=True),
        Format("toggl", toggl.read),
        Format("harvest", harvest.read),
        Format("clockify", clockify.read),
        Format("kimai", kimai.read),
        Format("timeclock", timeclock.read),
        Format("csv", any_csv.read),
    )
}
