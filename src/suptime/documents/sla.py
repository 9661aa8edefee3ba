"""What response clocks and guarantees are called in front of a client, in every format alike."""

from collections.abc import Sequence
from typing import Any

from suptime.language.figures import duration, long_day, month, one_line, short_day, wall
from suptime.language.translate import Part, mark, tr, trn

GROUPS = ("overdue", "priority-missing", "waiting", "late", "met")
"""How a response stands, the most urgent first."""

HEADINGS = {
    "overdue": mark("Overdue, not answered yet"),
    "priority-missing": mark("Priority missing: no answer is due"),
    "waiting": mark("Waiting for an answer"),
    "late": mark("Answered late"),
    "met": mark("Answered in time"),
}
COUNTED = {
    "overdue": mark("overdue"),
    "priority-missing": mark("priority missing"),
    "waiting": mark("waiting"),
    "late": mark("answered late"),
    "met": mark("answered in time"),
}


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
        (tr(HEADINGS[name]), sorted(its, key=lambda row: row["due_at"] or "9"))
        for name, its in found.items()
        if its
    ]


def clock_summary(rows: Sequence[Part]) -> str:
    """How many cases there are in ROWS, and how their responses stand, as a sentence."""
    if not rows:
        return tr("No case with a response time.")
    counts = [(name, sum(standing(row) == name for row in rows)) for name in GROUPS]
    told = ", ".join(f"{n} {tr(COUNTED[name])}" for name, n in counts if n)
    return trn(
        "{number} case with a response time: {told}.",
        "{number} cases with a response time: {told}.",
        len(rows),
        told=told,
    )


def registered_in(document: Part) -> str:
    """Which cases DOCUMENT, a report of response clocks, is about."""
    if not document["month"]:
        return tr("all cases")
    return tr("registered in {month}", month=month(document["month"]))


def clock_left(row: Part) -> str:
    """How much working time is left to answer the case in ROW, or how it was answered."""
    if standing(row) == "priority-missing":
        return tr("answered") if row["responded_at"] else tr("not answered yet")
    if row["working_seconds_over"] or standing(row) in {"overdue", "late"}:
        return tr("{length} over", length=duration(row["working_seconds_over"]))
    if standing(row) == "met":
        return tr("after {length}", length=duration(row["working_seconds_used"]))
    left = row["working_seconds_left"]
    return tr("{length} left", length=duration(left)) if left else tr("due now")


def promised(row: Part) -> str:
    """The working time within which the case in ROW was to be answered."""
    if row["priority"] is None:
        return tr("priority missing")
    return tr(
        "{priority} within {length}", priority=row["priority"], length=duration(row["working_seconds_target"])
    )


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
    words = {"registered": tr("registered"), "due": tr("due"), "responded": tr("answered")}
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
        return tr("Working time is counted in support hours; times are those of {zone}.", zone=zones[0])
    return tr("Working time is counted in support hours; times are those of each case's own contract.")


def guaranteed(project: Part, as_of: str) -> str:
    """How the guarantee of PROJECT stands on AS_OF, in a few words."""
    if as_of < project["completed"]:
        return tr("not completed yet")
    if not project["active"]:
        return tr("over")
    days = project["days_left"]
    return trn("{number} day left", "{number} days left", days) if days else tr("last day today")


def guarantee_terms(project: Part) -> str:
    """From when to when PROJECT is guaranteed, as a sentence."""
    return trn(
        "Completed on {day}, guaranteed for {number} day: through {last}.",
        "Completed on {day}, guaranteed for {number} days: through {last}.",
        project["days"],
        day=long_day(project["completed"]),
        last=long_day(project["last_day"]),
    )


def guarantee_title(project: Part) -> str:
    """The title and code of the contract that guarantees PROJECT."""
    return f"{one_line(project['title']) or tr('Contract')} ({project['contract']})"


def worked_so_far(time: Part) -> str:
    """How much was worked in TIME, and how much of it is held, in words."""
    if not time["worked_seconds"]:
        return tr("nothing worked yet")
    worked = duration(time["worked_seconds"])
    if held := time["held_seconds"]:
        return tr("{length} worked, {held} held", length=worked, held=duration(held))
    return tr("{length} worked", length=worked)


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
