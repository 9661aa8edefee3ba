"""One case explained as plain text: each piece of time with its outcome and why, then how each line came about."""

from collections.abc import Mapping, Sequence
from typing import Any

from suptime.documents import wording_case as told
from suptime.documents import wording_reports as tell
from suptime.documents.invoice import phrases
from suptime.language.figures import (
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
from suptime.language.translate import Part, mark, said, tr
from suptime.render.page import BOLD, Column, Page, Row

INDENT = 2

FATES = {
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
"""What became of an appointment, in English."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The case of DOCUMENT day by day, its appointments, its lines. Clock times are those of its time zone."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading(document["case"], one_line(document["subject"]) or NOTHING)
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    when = month(document["month"]) if document["month"] else tr("all time")
    page.text(
        tr(
            "Client {client}, contract {contract}, {when}",
            client=document["client"],
            contract=document["contract"],
            when=when,
        )
    )
    for sentence in (told.answered(document), told.guarded(document)):
        if sentence:
            page.text(sentence)
    if document.get("history"):
        page.blank()
        _history(page, document["history"])
    pieces = tell.pieces(document["work"], tell.zone(document))
    if not pieces:
        page.blank()
        page.line(tr("No time was worked."))
    for day in dict.fromkeys(piece["date"] for piece in pieces):
        page.blank()
        _day(page, day, [piece for piece in pieces if piece["date"] == day])
    if document["appointments"]:
        page.blank()
        _appointments(page, document["appointments"], tell.zone(document))
    if document["lines"]:
        page.blank()
        _lines(page, tr("What it comes to"), document["lines"], document)
    if document.get("if_billed"):
        page.blank()
        _lines(page, tr("What it would come to if what is held is billed"), document["if_billed"], document)
    return page.made()


def _history(page: Page, history: Sequence[Part]) -> None:
    page.heading(tr("What happened"))
    page.rule()
    rows = [Row([short_day(event["date"]), event["time"], told.happened(event)]) for event in history]
    page.table((Column("", "right", size=11), Column(), Column(fills=True)), rows, indent=INDENT)


def _day(page: Page, day: str, pieces: Sequence[Part]) -> None:
    page.heading(
        weekday(day), end=tr("{length} worked", length=duration(sum(piece["seconds"] for piece in pieces)))
    )
    page.rule()
    for number, piece in enumerate(pieces):
        if number:
            page.blank()
        unit = piece["of"]
        values = {"unit": unit["unit"], "agent": unit["agent"], "channel": unit["channel"]}
        who = (
            tr("{unit} by {agent}, {channel}, guest", **values)
            if unit["guest"]
            else tr("{unit} by {agent}, {channel}", **values)
        )
        note = one_line(unit["note"]) if not number or pieces[number - 1]["of"] is not unit else ""
        row = Row(
            [
                f"{piece['start']}\N{EN DASH}{piece['end']}",
                phrases.outcome_named(piece["outcome"]).upper(),
                who,
                column(piece["seconds"]),
            ],
            [text for text in (note, f"{piece['clause']}: {one_line(said(piece))}") if text],
        )
        page.table(
            (Column(size=11), Column(size=10), Column(fills=True), Column("", "right")), [row], indent=INDENT
        )


def _appointments(page: Page, appointments: Sequence[Part], zone: str) -> None:
    page.heading(tr("Appointments"))
    page.rule()
    rows = []
    for one in appointments:
        start, end = wall(one["starts_at"], zone), wall(one["ends_at"], zone)
        fate = tr(str(FATES.get(one["fate"], one["fate"])))
        fate += f", {phrases.outcome_named(one['outcome'])}" if one["outcome"] else ""
        rows.append(
            Row(
                [
                    one["id"],
                    f"{long_day(start.date().isoformat())}, {start:%H:%M}\N{EN DASH}{end:%H:%M}",
                    fate,
                ],
                [text for text in (tr("with {agent}", agent=one["agent"]), one_line(said(one))) if text],
            )
        )
    page.table((Column(size=4), Column(), Column(fills=True)), rows, indent=INDENT)


def _lines(page: Page, heading: str, lines: Sequence[Part], document: Part) -> None:
    zone = tell.zone(document)
    page.heading(heading, end=money(phrases.total(lines)))
    page.rule()
    rows = [
        Row(
            [
                short_day(line["date"]),
                phrases.label(line),
                phrases.worked(line),
                phrases.billed(line),
                phrases.prepaid(line),
                phrases.price(line),
                money(line["net"]),
            ],
            [*phrases.details(line, document["work"]), *told.how(line, zone), tell.made_by(line)],
        )
        for line in lines
    ]
    heads = (tr("worked"), tr("billed"), tr("prepaid"), tr("price"), tr("amount"))
    columns = (
        Column("", "right", size=11),
        Column(fills=True, least=12),
        *(Column(head, "right") for head in heads),
    )
    page.table(columns, rows, indent=0)
    page.rule()
    page.table(
        (Column(fills=True), Column("", "right")),
        [Row([tr("{size} billed", size=phrases.summed(lines)), money(phrases.total(lines))], style=BOLD)],
    )
