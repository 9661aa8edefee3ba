"""One case explained as plain text: each piece of time with its outcome and why, then how each line came about."""

from collections.abc import Mapping, Sequence
from typing import Any

from suptime.render import wording as say
from suptime.render import wording_case as told
from suptime.render import wording_reports as tell
from suptime.render.filters import (
    NOTHING,
    clean,
    column,
    duration,
    long_day,
    money,
    month,
    one_line,
    short_day,
    wall,
    weekday,
)
from suptime.render.page import BOLD, Column, Page, Row
from suptime.render.wording import Part

INDENT = 2


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The case of DOCUMENT day by day, its appointments, its lines. Clock times are those of its time zone."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading(document["case"], one_line(document["subject"]) or NOTHING)
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    when = month(document["month"]) if document["month"] else "all time"
    page.text(f"Client {document['client']}, contract {document['contract']}, {when}")
    for said in (told.answered(document), told.guarded(document)):
        if said:
            page.text(said)
    if document.get("history"):
        page.blank()
        _history(page, document["history"])
    pieces = tell.pieces(document["work"], tell.zone(document))
    if not pieces:
        page.blank()
        page.line("No time was worked.")
    for day in dict.fromkeys(piece["date"] for piece in pieces):
        page.blank()
        _day(page, day, [piece for piece in pieces if piece["date"] == day])
    if document["appointments"]:
        page.blank()
        _appointments(page, document["appointments"], tell.zone(document))
    if document["lines"]:
        page.blank()
        _lines(page, "What it comes to", document["lines"], document)
    if document.get("if_billed"):
        page.blank()
        _lines(page, "What it would come to if what is held is billed", document["if_billed"], document)
    return page.made()


def _history(page: Page, history: Sequence[Part]) -> None:
    page.heading("What happened")
    page.rule()
    rows = [Row([short_day(event["date"]), event["time"], told.happened(event)]) for event in history]
    page.table((Column("", "right", size=11), Column(), Column(fills=True)), rows, indent=INDENT)


def _day(page: Page, day: str, pieces: Sequence[Part]) -> None:
    page.heading(weekday(day), end=f"{duration(sum(piece['seconds'] for piece in pieces))} worked")
    page.rule()
    for number, piece in enumerate(pieces):
        if number:
            page.blank()
        unit = piece["of"]
        who = f"{unit['agent']}, {unit['channel']}" + (", guest" if unit["guest"] else "")
        note = one_line(unit["note"]) if not number or pieces[number - 1]["of"] is not unit else ""
        row = Row(
            [
                f"{piece['start']}\N{EN DASH}{piece['end']}",
                f"{say.OUTCOMES[piece['outcome']].upper()}",
                f"{unit['unit']} by {who}",
                column(piece["seconds"]),
            ],
            [text for text in (note, f"{piece['clause']}: {one_line(piece['reason'])}") if text],
        )
        page.table(
            (Column(size=11), Column(size=10), Column(fills=True), Column("", "right")), [row], indent=INDENT
        )


def _appointments(page: Page, appointments: Sequence[Part], zone: str) -> None:
    page.heading("Appointments")
    page.rule()
    rows = []
    for one in appointments:
        start, end = wall(one["starts_at"], zone), wall(one["ends_at"], zone)
        fate = one_line(one["fate"]) + (f", {say.OUTCOMES[one['outcome']]}" if one["outcome"] else "")
        rows.append(
            Row(
                [
                    one["id"],
                    f"{long_day(start.date().isoformat())}, {start:%H:%M}\N{EN DASH}{end:%H:%M}",
                    fate,
                ],
                [text for text in (f"with {one['agent']}", one_line(one["reason"])) if text],
            )
        )
    page.table((Column(size=4), Column(), Column(fills=True)), rows, indent=INDENT)


def _lines(page: Page, heading: str, lines: Sequence[Part], document: Part) -> None:
    zone = tell.zone(document)
    page.heading(heading, end=money(say.total(lines)))
    page.rule()
    rows = [
        Row(
            [
                short_day(line["date"]),
                say.label(line),
                say.worked(line),
                say.billed(line),
                say.prepaid(line),
                say.price(line),
                money(line["net"]),
            ],
            [*say.details(line, document["work"]), *told.how(line, zone), tell.made_by(line)],
        )
        for line in lines
    ]
    heads = ("worked", "billed", "prepaid", "price", "amount")
    columns = (
        Column("", "right", size=11),
        Column(fills=True, least=12),
        *(Column(head, "right") for head in heads),
    )
    page.table(columns, rows, indent=0)
    page.rule()
    page.table(
        (Column(fills=True), Column("", "right")),
        [Row([f"{say.summed(lines)} billed", money(say.total(lines))], style=BOLD)],
    )
