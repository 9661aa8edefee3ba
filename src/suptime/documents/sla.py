"""Response clocks: what is overdue and what is due next before what is done."""

from collections.abc import Sequence
from typing import Any

from suptime.documents.labels import label_of
from suptime.domain.time import clock_of
from suptime.language.figures import (
    NOTHING,
    duration,
    long_day,
    month,
    period,
    short_day,
    single_line,
    wall,
    whole,
)
from suptime.language.translate import Part, mark, term, tr, trc, trn
from suptime.render.blocks import Bar, Block, Cell, Chart, Column, Document, Paragraph, Row, Section, Table
from suptime.render.charts import largest
from suptime.render.csv import Sheet

GROUPS = {
    "overdue": mark("Overdue, not answered yet"),
    "priority-missing": mark("Priority missing: no answer is due"),
    "waiting": mark("Waiting for an answer"),
    "late": mark("Answered late"),
    "met": mark("Answered in time"),
}
"""How a response stands, the most urgent first, with its heading."""

STANDINGS = {
    "overdue": mark("overdue"),
    "priority-missing": mark("priority missing"),
    "waiting": mark("waiting"),
    "late": mark("answered late"),
    "met": mark("answered in time"),
}
"""The same in the middle of a sentence."""

STATES = {
    "met": mark("met"),
    "breached": mark("breached"),
    "waiting": mark("waiting"),
    "priority-missing": mark("priority missing"),
}


def compose(report: Part) -> Document:
    """Compose the cases of `report` in groups, the most urgent first; in each the one due first before the others."""
    every = report["cases"]
    rows = [row for row in every if row["state"] is not None]
    title, about = tr("Response clocks"), cases_in_words(report)
    blocks: list[Block] = [Paragraph(summary(rows), "quiet")]
    if rows:
        blocks += [Paragraph(clocks_in_words(rows), "quiet"), *response_charts(report, pictured=True)]
    blocks += [_section(group, its, rows, report["as_of"][:4]) for group, its in clock_groups(rows)]
    if resolutions := [row for row in every if row["resolution"]]:
        blocks.append(_resolutions(resolutions, report["as_of"][:4]))
    return Document(title, about, blocks, page_title=f"{title}, {about}")


def sheet(report: Part) -> Sheet:
    """Return the cases of `report` in its order, instants in UTC."""
    columns = (
        *("client", "client_name", "contract", "case", "subject", "kind", "priority", "state"),
        *("registered_at", "due_at", "responded_at", "timezone"),
        *(f"working_seconds_{part}" for part in ("target", "used", "left", "over")),
        *(
            "answered_at",
            "answered_by",
            "resolution_state",
            "resolution_due_at",
            "resolved_at",
            "waited_seconds",
        ),
    )
    return Sheet(columns, [row | _flat(row["resolution"]) for row in report["cases"]])


def _flat(resolution: Part | None) -> dict[str, Any]:
    """Return the values of a resolution clock under the names of the sheet's columns."""
    its = resolution or {}
    return {
        "resolution_state": its.get("state"),
        "resolution_due_at": its.get("due_at"),
        "resolved_at": its.get("resolved_at"),
        "waited_seconds": its.get("waited_seconds"),
    }


def _section(group: str, its: Sequence[Part], every: Sequence[Part], year: str) -> Section:
    title = tr(GROUPS[group])
    columns = (
        Column(tr("Case"), "number", width=8, main=True),
        Column(tr("Promised"), "promise", width=2),
        Column(tr("Subject"), grows=True, quoted=True, width=16),
        Column(trc("clock", "Due"), "moment", folded=True, labelled=True),
        Column(tr("Answered"), "moment", folded=True, labelled=True),
        Column(tr("Working time"), "left", numeric=True, main=True, width=15, wraps=True),
    )
    table = Table("clocks", title, columns, [_row(row, every, year) for row in its], plain=True)
    return Section(title, [table], sum=str(len(its)))


def _row(row: Part, every: Sequence[Part], year: str) -> Row:
    zone = str(row["timezone"]) if len({one["timezone"] for one in every}) > 1 else ""
    words = {"registered": tr("registered"), "due": tr("due"), "responded": tr("answered")}
    instants = {"registered": row["registered_at"], "due": row["due_at"], "responded": row["answered_at"]}
    moments = {key: moment(instants[key], row["timezone"], year) for key in words}
    registered = f"{words['registered']} {moments['registered']}" + (f" ({zone})" if zone else "")
    return Row(
        [
            row["case"],
            Cell(promised(row), short=label_of(row["priority"], row) or NOTHING),
            single_line(row["subject"]) or NOTHING,
            moments["due"],
            moments["responded"],
            clock_left(row),
        ],
        beneath=[f"{client_of(row)}, {registered}"],
        narrow=[
            ", ".join(text for text in (client_of(row), promised(row), zone) if text),
            "; ".join(f"{words[key]} {text}" for key, text in moments.items() if text),
        ],
    )


RESOLUTIONS = {
    "met": mark("resolved in time"),
    "breached": mark("not resolved in time"),
    "running": mark("running"),
    "paused": mark("waiting for the client"),
}


def _resolutions(rows: Sequence[Part], year: str) -> Section:
    """Return the resolution clocks of `rows`, the one due first before the others."""
    title = tr("Resolutions")
    columns = (
        Column(tr("Case"), "number", width=8, main=True),
        Column(tr("Promised"), "promise", width=2),
        Column(tr("Subject"), grows=True, quoted=True, width=16),
        Column(trc("clock", "Due"), "moment", folded=True, labelled=True),
        Column(tr("Status"), "state"),
        Column(tr("Working time"), "left", numeric=True, main=True, width=15, wraps=True),
    )
    in_order = sorted(rows, key=lambda row: row["resolution"]["due_at"] or "9")
    table = Table("resolutions", title, columns, [_resolution(row, year) for row in in_order], plain=True)
    return Section(title, [table], sum=str(len(rows)))


def _resolution(row: Part, year: str) -> Row:
    clock = row["resolution"]
    promise = tr(
        "{priority} within {length}", priority=row["priority"], length=term(clock["working_seconds_target"])
    )
    state = tr(RESOLUTIONS[clock["state"]])
    registered = f"{tr('registered')} {moment(row['registered_at'], row['timezone'], year)}"
    due = f"{tr('due')} {moment(clock['due_at'], row['timezone'], year)}" if clock["due_at"] else ""
    if over := clock["working_seconds_over"]:
        left = tr("{length} over", length=duration(over))
    elif clock["state"] == "met":
        left = tr("after {length}", length=duration(clock["working_seconds_used"]))
    else:
        left = tr("{length} left", length=duration(clock["working_seconds_left"]))
    return Row(
        [
            row["case"],
            Cell(promise, short=row["priority"] or NOTHING),
            single_line(row["subject"]) or NOTHING,
            moment(clock["due_at"], row["timezone"], year),
            state,
            left,
        ],
        narrow=[f"{client_of(row)}, {promise}", "; ".join(filter(None, (registered, due)))],
    )


def standing(row: Part) -> str:
    """Return which of `GROUPS` a response clock belongs to."""
    if row["state"] == "breached":
        return "late" if row["answered_at"] else "overdue"
    return str(row["state"])


def clock_groups(rows: Sequence[Part]) -> list[tuple[str, list[Part]]]:
    """Return `rows` by their group, in each the one that is, or was, due first before the others."""
    groups: dict[str, list[Part]] = {name: [] for name in GROUPS}
    for row in rows:
        groups[standing(row)].append(row)
    return [(name, sorted(its, key=lambda row: row["due_at"] or "9")) for name, its in groups.items() if its]


def summary(rows: Sequence[Part]) -> str:
    """Say how many cases there are in `rows`, and how their responses stand."""
    if not rows:
        return tr("No case with a response time.")
    counts = [(name, sum(standing(row) == name for row in rows)) for name in GROUPS]
    states = ", ".join(f"{n} {tr(STANDINGS[name])}" for name, n in counts if n)
    return trn(
        "{number} case with a response time: {states}.",
        "{number} cases with a response time: {states}.",
        len(rows),
        states=states,
    )


def cases_in_words(report: Part) -> str:
    """Return which cases `report` is about."""
    if report["month"]:
        return tr("registered in {month}", month=month(report["month"]))
    first, last = report.get("from"), report.get("to")
    if first and last:
        return tr("registered {period}", period=period({"from": first, "to": last}))
    if first:
        return tr("registered since {day}", day=long_day(first))
    return tr("registered through {day}", day=long_day(last)) if last else tr("all cases")


def clock_left(row: Part) -> str:
    """Return how much working time is left to answer a case, or how it was answered."""
    if standing(row) == "priority-missing":
        return tr("answered") if row["answered_at"] else tr("not answered yet")
    if row["working_seconds_over"] or standing(row) in {"overdue", "late"}:
        return tr("{length} over", length=duration(row["working_seconds_over"]))
    if standing(row) == "met":
        return tr("after {length}", length=duration(row["working_seconds_used"]))
    left = row["working_seconds_left"]
    return tr("{length} left", length=duration(left)) if left else tr("due now")


def promised(row: Part) -> str:
    """Return the working time within which a case was to be answered."""
    if row["priority"] is None:
        return tr("priority missing")
    return tr(
        "{priority} within {length}",
        priority=label_of(row["priority"], row),
        length=term(row["working_seconds_target"]),
    )


def moment(instant: str | None, zone: str, year: str = "") -> str:
    """Return an RFC 3339 time as a short day and the time on the clocks of `zone`; None as nothing.

    The day is without its year where that is `year`.

    >>> moment("2026-10-12T13:30:00Z", "Europe/Berlin").replace("\N{NO-BREAK SPACE}", " ")
    '12 Oct 2026, 15:30'
    """
    if instant is None:
        return ""
    local = wall(instant, zone)
    return f"{short_day(local.date().isoformat(), year)}, {clock_of(local)}"


def clocks_in_words(rows: Sequence[Part]) -> str:
    """Say on whose clocks the times of `rows` are."""
    zones = sorted({row["timezone"] for row in rows})
    if len(zones) == 1:
        return tr("Working time is counted in support hours; times are those of {zone}.", zone=zones[0])
    return tr("Working time is counted in support hours; times are those of each case's own contract.")


def client_of(row: Part) -> str:
    """Return the name of the client of a case or project."""
    return single_line(row["client_name"]) or str(row["client"])


def response_charts(report: Part, *, pictured: bool = False) -> list[Chart]:
    """Chart by priority and by month how many response clocks were met, breached, or wait."""
    states = [
        state
        for state in STATES
        if state != "priority-missing" or any(row[state] for row in report["by_month"])
    ]
    priorities = [label_of(row["key"], row) or tr("none") for row in report["by_priority"]]
    months = [month(row["key"]) for row in report["by_month"]]
    return [
        _chart(
            "priority",
            (tr("Response clocks by priority"), tr("Priority")),
            priorities,
            states,
            report,
            pictured,
        ),
        _chart("month", (tr("Response clocks by month"), tr("Month")), months, states, report, pictured),
    ]


def _chart(
    by: str,
    titles: tuple[str, str],
    names: Sequence[str],
    states: Sequence[str],
    report: Part,
    pictured: bool,
) -> Chart:
    rows = report[f"by_{by}"]
    tracks = [[[row[state] for state in states]] for row in rows]
    bars = [
        Bar(
            [name, *(whole(row[state]) if row[state] else NOTHING for state in states)],
            its,
            trn("{number} case", "{number} cases", sum(row[state] for state in states)),
            largest(tracks),
        )
        for name, row, its in zip(names, rows, tracks, strict=True)
    ]
    words = [tr(STATES[state]) for state in states]
    return Chart(f"clocks-{by}", titles[0], words, [titles[1], *words], bars, pictured=pictured)
