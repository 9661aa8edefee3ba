"""One case explained: each piece of time with its outcome and reason, and the calculation of each line."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from suptime.documents.guarantee import guarantee_of
from suptime.documents.invoice import phrases
from suptime.documents.invoice.lines import charge_columns, charge_row
from suptime.documents.sla import STANDINGS, clock_left, moment, promised, standing
from suptime.domain.time import clock_of
from suptime.language.figures import (
    NOTHING,
    duration,
    duration_cell,
    long_day,
    money,
    month,
    short_day,
    single_line,
    wall,
    weekday,
)
from suptime.language.translate import Part, mark, sentence_of, tr, trc
from suptime.render.blocks import Block, Cell, Column, Document, Paragraph, Row, Section, Table
from suptime.render.csv import Sheet

APPOINTMENTS = {
    "ahead": mark("ahead"),
    "running": mark("running"),
    "block": mark("block"),
    "missed": mark("missed"),
    "missed-by-us": mark("missed-by-us"),
    "cancelled": mark("cancelled"),
    "cancelled-by-us": mark("cancelled-by-us"),
    "cancelled-late": mark("cancelled-late"),
    "not-billed": mark("not-billed"),
}
"""The outcome of an appointment, in English."""


def compose(report: Part) -> Document:
    """Compose the case of `report` day by day, its appointments, its lines. Clock times are those of its time zone."""
    zone = zone_of(report)
    about = tr(
        "Client {client}, contract {contract}. Times are those of {zone}.",
        client=report["client"],
        contract=report["contract"],
        zone=zone,
    )
    blocks: list[Block] = [
        Paragraph(single_line(report["subject"]) or NOTHING, quoted=True),
        Paragraph(about, "quiet"),
    ]
    blocks += [Paragraph(text, "quiet") for text in (answer_of(report), guarantee_of(report)) if text]
    if report.get("history"):
        blocks.append(_history(report["history"]))
    pieces = pieces_of(report["work"], zone)
    if not pieces:
        blocks.append(Section(tr("Work"), [Paragraph(tr("No time was worked."))]))
    for day in dict.fromkeys(piece["date"] for piece in pieces):
        blocks.append(_day(day, [piece for piece in pieces if piece["date"] == day]))
    if report["appointments"]:
        blocks.append(_appointments(report["appointments"], zone))
    if report["lines"]:
        blocks.append(_lines(tr("Charges"), report["lines"], report))
    if report.get("if_billed"):
        title = tr("Charges if held time is billed")
        blocks.append(_lines(title, report["if_billed"], report))
    when = month(report["month"]) if report["month"] else tr("all time")
    return Document(report["case"], when, blocks, page_title=tr("{case} explained", case=report["case"]))


def sheet(report: Part) -> Sheet:
    """Return the pieces of time in order of time, dates and clock times in the report's time zone."""
    of_case, of_unit = ("case", "client", "contract"), ("unit", "agent", "channel", "note")
    of_piece = ("date", "start", "end", "seconds", "outcome", "clause", "reason")
    columns = (
        *of_case,
        *("unit", "date", "start", "end", "agent", "channel", "seconds"),
        *("outcome", "clause", "reason", "note"),
    )
    rows = (
        {key: report[key] for key in of_case}
        | {key: piece["of"][key] for key in of_unit}
        | {key: piece[key] for key in of_piece}
        for piece in pieces_of(report["work"], zone_of(report))
    )
    return Sheet(columns, rows)


def _history(history: Sequence[Part]) -> Section:
    title = tr("History")
    columns = (
        Column(tr("Date"), "valid", margin=True),
        Column(trc("times of day", "Time"), "date", width=5),
        Column(tr("What"), grows=True, quoted=True),
    )
    rows = [Row([short_day(event["date"]), event["time"], event_in_words(event)]) for event in history]
    return Section(title, [Table("", title, columns, rows, plain=True)])


def _day(day: str, pieces: Sequence[Part]) -> Section:
    columns = (
        Column(trc("times of day", "Time"), "clock", width=11),
        Column(tr("Outcome"), "agent", width=12),
        Column(tr("Work"), grows=True, quoted=True),
        Column(tr("Worked"), "time", numeric=True),
    )
    rows = [
        _piece(piece, is_first=not number or pieces[number - 1]["of"] is not piece["of"])
        for number, piece in enumerate(pieces)
    ]
    title, seconds = weekday(day), sum(piece["seconds"] for piece in pieces)
    table = Table("work", title, columns, rows, plain=True)
    return Section(title, [table], sum=tr("{length} worked", length=duration(seconds)))


def _piece(piece: Part, *, is_first: bool) -> Row:
    unit = piece["of"]
    values = {"unit": unit["unit"], "agent": unit["agent"], "channel": unit["channel"]}
    who = (
        tr("{unit} by {agent}, {channel}, guest", **values)
        if unit["guest"]
        else tr("{unit} by {agent}, {channel}", **values)
    )
    return Row(
        [
            f"{piece['start']}\N{EN DASH}{piece['end']}",
            Cell("", mark=phrases.outcome_name(piece["outcome"])),
            who,
            duration_cell(piece["seconds"]),
        ],
        [
            single_line(unit["note"]) if is_first else "",
            f"{piece['clause']}: {single_line(sentence_of(piece))}",
        ],
    )


def _appointments(appointments: Sequence[Part], zone: str) -> Section:
    title = tr("Appointments")
    columns = (
        Column(tr("Id"), "date", main=True, width=4),
        Column(tr("When"), "when"),
        Column(tr("Outcome"), grows=True),
    )
    rows = []
    for one in appointments:
        start, end = wall(one["starts_at"], zone), wall(one["ends_at"], zone)
        fate = tr(str(APPOINTMENTS.get(one["fate"], one["fate"])))
        fate += f", {phrases.outcome_name(one['outcome'])}" if one["outcome"] else ""
        when = f"{long_day(start.date().isoformat())}, {clock_of(start)}\N{EN DASH}{clock_of(end)}"
        rows.append(
            Row(
                [one["id"], when, fate],
                [tr("with {agent}", agent=one["agent"]), single_line(sentence_of(one))],
            )
        )
    return Section(title, [Table("", title, columns, rows, plain=True)])


def _lines(title: str, lines: Sequence[Part], report: Part) -> Section:
    zone, total = zone_of(report), money(phrases.total(lines))
    about = Paragraph(tr("{size} billed", size=phrases.summed(lines)), "quiet")
    rows = [charge_row(line, report["work"], "", [*how(line, zone), clauses_of(line)]) for line in lines]
    return Section(title, [about, Table("charges", title, charge_columns("valid"), rows)], sum=total)


def zone_of(report: Part) -> str:
    """Return the name of the time zone of a report's clock times."""
    return str(report.get("timezone") or "UTC")


def pieces_of(work: Sequence[Part], zone: str) -> list[dict[str, Any]]:
    """Return the shares of `work` with the day and the clock times of each; `of` is the unit of work.

    The shares of a unit follow one another without a gap, the first from its start.
    """
    pieces = []
    for unit in work:
        start = datetime.fromisoformat(unit["started_at"])
        for share in unit["shares"]:
            end = start + timedelta(seconds=share["seconds"])
            first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (start, end))
            times = {"date": first.date().isoformat(), "start": clock_of(first), "end": clock_of(last)}
            pieces.append({**share, **times, "started_at": start.astimezone(UTC), "of": unit})
            start = end
    return sorted(pieces, key=lambda piece: piece["started_at"])


def clauses_of(line: Part) -> str:
    """Say which clauses made a line."""
    return tr("By {clauses}.", clauses=", ".join(line["clauses"])) if line["clauses"] else ""


def event_in_words(event: Part) -> str:
    """Return the words for an event of a case's history."""
    by = single_line(event["by"]) if event.get("by") else ""
    match event["event"]:
        case "open":
            return _opened(event, by)
        case "consent":
            limit = event.get("up_to_seconds")
            if limit and by:
                return tr("Consent by {who}, up to {length}.", who=by, length=duration(limit))
            if limit:
                return tr("Consent, up to {length}.", length=duration(limit))
            return tr("Consent by {who}.", who=by) if by else tr("Consent.")
        case "consent-request":
            if limit := event.get("up_to_seconds"):
                return tr("Consent asked of {who}, for {length}.", who=by, length=duration(limit))
            return tr("Consent asked of {who}.", who=by)
        case "consent-reply":
            return tr("Reply from {who} to the request for consent.", who=by)
        case "consent-refused":
            return tr("Consent refused by {who}.", who=by)
        case "escalate":
            return tr("Escalated.")
        case "respond":
            return tr("First response by {who}.", who=by) if by else tr("First response.")
        case "resolve":
            cause = single_line(event["cause"]) if event.get("cause") else ""
            parts = [tr("Resolved, cause {cause}.", cause=cause) if cause else tr("Resolved.")]
            if event.get("kb"):
                parts.append(tr("Article: {address}", address=single_line(event["kb"])))
            return " ".join(parts)
        case "reopen":
            return tr("Reopened.")
        case "wait":
            what = single_line(event["for"]) if event.get("for") else ""
            return tr("Waiting for the client: {what}.", what=what) if what else tr("Waiting for the client.")
        case "resume":
            return tr("Resumed.")
    return single_line(str(event["event"]))


def _opened(event: Part, by: str) -> str:
    """Say how a case was opened, and as what."""
    parts = [
        tr("via {channel}", channel=single_line(event["via"])) if event.get("via") else "",
        tr("category {category}", category=single_line(event["category"])) if event.get("category") else "",
        " ".join(single_line(event[key]) for key in ("kind", "priority") if event.get(key)),
    ]
    about = ", ".join(part for part in parts if part)
    if about and by:
        return tr("Opened by {who}: {about}.", who=by, about=about)
    if about:
        return tr("Opened: {about}.", about=about)
    return tr("Opened by {who}.", who=by) if by else tr("Opened.")


def answer_of(document: Part) -> str:
    """Say how the response clock of a case stands; nothing where none was promised."""
    clock = document.get("response")
    if not clock:
        return ""
    if clock["state"] == "priority-missing":
        return tr(
            "First response: promised by priority, and the case has none: {left}.", left=clock_left(clock)
        )
    values = {
        "promised": promised(clock),
        "standing": tr(STANDINGS[standing(clock)]),
        "left": clock_left(clock),
    }
    if not clock["due_at"]:
        return tr("First response: {promised}: {standing}, {left}.", **values)
    due = moment(clock["due_at"], clock["timezone"])
    return tr("First response: {promised}, due {due}: {standing}, {left}.", due=due, **values)


def how(line: Part, zone: str) -> list[str]:
    """Return the basis of a line: the window of an incident or the minutes of each call, in the zone `zone`."""
    texts = []
    if window := line.get("window"):
        start, end = (wall(window[key], zone) for key in ("opened_at", "closes_at"))
        if start.date() == end.date():
            text = tr("Its window ends at {time}; what comes later is another incident.", time=clock_of(end))
        else:
            text = tr(
                "Its window ends at {time} on {day}; what comes later is another incident.",
                time=clock_of(end),
                day=long_day(end.date().isoformat()),
            )
        texts.append(text)
    calls = line.get("calls") or []
    if len(calls) > 1:
        texts.append(tr("Calls: {calls}.", calls="; ".join(_call(call) for call in calls)))
    return texts


def _call(call: Mapping[str, Any]) -> str:
    return tr(
        "{unit} by {agent}, {length}: {minutes} min",
        unit=call["unit"],
        agent=single_line(call["agent"]),
        length=duration(call["seconds"]),
        minutes=call["minutes"],
    )
