"""What response clocks and guarantees are called in front of a client, in every format alike."""

from collections.abc import Sequence
from typing import Any

from suptime.render.filters import duration, long_day, month, one_line, short_day, wall
from suptime.render.wording import Part

GROUPS = ("overdue", "waiting", "late", "met")
"""How a response stands, the most urgent first."""

HEADINGS = {
    "overdue": "Overdue, not answered yet",
    "waiting": "Waiting for an answer",
    "late": "Answered late",
    "met": "Answered in time",
}
COUNTED = {"overdue": "overdue", "waiting": "waiting", "late": "answered late", "met": "answered in time"}


def standing(row: Part) -> str:
    """Which of `GROUPS` the response clock in ROW belongs to."""
    if row["state"] == "breached":
        return "late" if row["responded_at"] else "overdue"
    return str(row["state"])


def clock_groups(rows: Sequence[Part]) -> list[tuple[str, list[Part]]]:
    """ROWS under the headings of their groups, in each the one that is, or was, due first before the others."""
    found: dict[str, list[Part]] = {name: [] for name in GROUPS}
    for row in rows:
        found[standing(row)].append(row)
    return [
        (HEADINGS[name], sorted(its, key=lambda row: row["due_at"] or "9"))
        for name, its in found.items()
        if its
    ]


def clock_summary(rows: Sequence[Part]) -> str:
    """How many cases there are in ROWS, and how their responses stand, as a sentence."""
    if not rows:
        return "No case with a response time."
    counts = [(name, sum(standing(row) == name for row in rows)) for name in GROUPS]
    told = ", ".join(f"{n} {COUNTED[name]}" for name, n in counts if n)
    return f"{len(rows)} {'case' if len(rows) == 1 else 'cases'} with a response time: {told}."


def registered_in(document: Part) -> str:
    """Which cases DOCUMENT, a report of response clocks, is about."""
    return f"registered in {month(document['month'])}" if document["month"] else "all cases"


def clock_left(row: Part) -> str:
    """How much working time is left to answer the case in ROW, or how it was answered."""
    if row["working_seconds_over"] or standing(row) in {"overdue", "late"}:
        return f"{duration(row['working_seconds_over'])} over"
    if standing(row) == "met":
        return f"after {duration(row['working_seconds_used'])}"
    left = row["working_seconds_left"]
    return f"{duration(left)} left" if left else "due now"


def promised(row: Part) -> str:
    """The working time within which the case in ROW was to be answered."""
    return f"{row['priority']} within {duration(row['working_seconds_target'])}"


def moment(instant: str | None, zone: str, year: str = "") -> str:
    """INSTANT, an RFC 3339 time, as a short day and the time on the clocks of ZONE; None as nothing.

    The day is without its year where that is YEAR.

    >>> moment("2026-10-12T13:30:00Z", "Europe/Berlin")
    '12 Oct 2026, 15:30'
    """
    if instant is None:
        return ""
    local = wall(instant, zone)
    return f"{short_day(local.date().isoformat(), year)}, {local:%H:%M}"


def milestones(row: Part, year: str = "") -> str:
    """When the case in ROW was registered, due and answered; days without their year where that is YEAR."""
    words = {"registered": "registered", "due": "due", "responded": "answered"}
    return "; ".join(
        f"{word} {moment(row[f'{key}_at'], row['timezone'], year)}"
        for key, word in words.items()
        if row[f"{key}_at"]
    )


def clocks_of(rows: Sequence[Part]) -> str:
    """On whose clocks the times in ROWS are told, as a sentence."""
    zones = sorted({row["timezone"] for row in rows})
    if not zones:
        return ""
    if len(zones) == 1:
        return f"Working time is counted in support hours; times are those of {zones[0]}."
    return "Working time is counted in support hours; times are those of each case's own contract."


def guaranteed(project: Part, as_of: str) -> str:
    """How the guarantee of PROJECT stands on AS_OF, in a few words."""
    if as_of < project["completed"]:
        return "not completed yet"
    if not project["active"]:
        return "over"
    days = project["days_left"]
    return {0: "last day today", 1: "1 day left"}.get(days, f"{days} days left")


def guarantee_terms(project: Part) -> str:
    """From when to when PROJECT is guaranteed, as a sentence."""
    length = f"{project['days']} {'day' if project['days'] == 1 else 'days'}"
    return f"Completed on {long_day(project['completed'])}, guaranteed for {length}: through {long_day(project['last_day'])}."


def guarantee_title(project: Part) -> str:
    """The title and code of the contract that guarantees PROJECT."""
    return f"{one_line(project['title']) or 'Contract'} ({project['contract']})"


def worked_so_far(time: Part) -> str:
    """How much was worked in TIME, and how much of it is held, in words."""
    if not time["worked_seconds"]:
        return "nothing worked yet"
    held = f", {duration(time['held_seconds'])} held" if time["held_seconds"] else ""
    return f"{duration(time['worked_seconds'])} worked{held}"


def zones_of(rows: Sequence[Part]) -> int:
    """How many time zones the times in ROWS are told in."""
    return len({row["timezone"] for row in rows})


def placed(row: Part, rows: Sequence[Part]) -> str:
    """The time zone of ROW where ROWS are told in several, else nothing."""
    return str(row["timezone"]) if zones_of(rows) > 1 else ""


def whose(row: Part) -> str:
    """The client of ROW, by name."""
    return one_line(row["client_name"]) or str(row["client"])


def clock_cells(row: Part, year: str = "") -> dict[str, Any]:
    """The times of ROW for a table: each moment on the clocks of its own zone, without its year where that is YEAR."""
    return {
        key: moment(row[f"{key}_at"], row["timezone"], year) for key in ("registered", "due", "responded")
    }
