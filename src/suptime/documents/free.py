"""Unpaid time: where it goes, by category, cause, clause and client."""

from suptime.documents.invoice.phrases import OUTCOMES
from suptime.documents.labels import label_of
from suptime.documents.time import days_in_words
from suptime.language.figures import add_up, duration, duration_cell, share, single_line
from suptime.language.translate import Part
from suptime.render.blocks import Bar, Chart, Document, Paragraph
from suptime.render.charts import largest
from suptime.render.csv import Sheet

WAYS = ("category", "cause", "clause", "client")
FREE = ("covered", "non_billable", "waived")
SECONDS = ("free_seconds", *(f"{outcome}_seconds" for outcome in FREE))


def compose(report: Part) -> Document:
    """Compose one chart for each way of looking at the unpaid time of `report`."""
    return Document("Free time", days_in_words(report), [summary(report), *free_charts(report)])


def sheet(report: Part) -> Sheet:
    """Return a row for each key; `by` names its way of looking, and the rows of each way add up to the same."""
    rows = (
        {"by": by, "key": row["key"]} | {key: row[key] for key in SECONDS}
        for by in WAYS
        for row in report[f"by_{by}"]
    )
    return Sheet(("by", "key", *SECONDS), rows)


def summary(report: Part) -> Paragraph:
    """Say how much of the time worked is unpaid."""
    worked, free = report["worked_seconds"], report["total"]["free_seconds"]
    if not worked:
        return Paragraph("No time was worked.", "quiet")
    text = f"{duration(free)} of {duration(worked)} worked are free: {share(free, worked)}."
    return Paragraph(text, "quiet")


def free_charts(report: Part) -> list[Chart]:
    """Chart the unpaid time of `report` in each way of looking."""
    return [_chart(by, report) for by in WAYS]


def _name_of(by: str, key: str, report: Part) -> str:
    return label_of(key, report) if by in {"category", "cause"} else single_line(key)


def _chart(by: str, report: Part) -> Chart:
    rows, total = report[f"by_{by}"], report["total"]
    tracks = [[[row[key] for key in SECONDS[1:]]] for row in rows]
    names = [OUTCOMES[outcome] for outcome in FREE]

    shown, sums = add_up(rows, total, SECONDS)

    def cells(name: str, row: Part, figures: Part) -> list[str]:
        return [
            name,
            *(duration_cell(figures[key]) for key in SECONDS),
            share(row["free_seconds"], total["free_seconds"]),
        ]

    return Chart(
        f"free-{by}",
        f"Free time by {by}",
        names,
        [by.capitalize(), "All free", *(name.capitalize() for name in names), "Share"],
        [
            Bar(
                cells(_name_of(by, row["key"], report), row, its),
                track,
                duration_cell(its["free_seconds"]),
                largest(tracks),
            )
            for row, track, its in zip(rows, tracks, shown, strict=True)
        ],
        foot=cells("Total", total, sums) if rows else (),
        beside=(1, 5),
    )
