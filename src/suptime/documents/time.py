"""Time: what was worked, and its outcomes."""

from dataclasses import replace

from suptime.documents.invoice.phrases import OUTCOMES
from suptime.documents.labels import agent_name, label_of
from suptime.language.figures import add_up, duration_cell, long_day, month, period, share, single_line
from suptime.language.translate import Part
from suptime.render.blocks import Bar, Block, Chart, Document, Paragraph
from suptime.render.charts import largest
from suptime.render.csv import Sheet

SECONDS = ("worked_seconds", *(f"{outcome}_seconds" for outcome in OUTCOMES))


def compose(report: Part) -> Document:
    """Compose the rows of `report` as one chart, all figures beside the bars."""
    chart = replace(time_chart(report), alone=True)
    blocks: list[Block] = [chart] if chart.bars else [Paragraph("No time was worked.")]
    about = ", ".join(filter(None, (days_in_words(report), zone_in_words(report))))
    return Document(chart.title, about, blocks)


def zone_in_words(report: Part) -> str:
    """Return whose days `report` counts."""
    if "timezones" in report:
        return "days of each contract"
    return f"days of {report['timezone']}" if report.get("timezone") else ""


def sheet(report: Part) -> Sheet:
    """Return the rows of `report` in seconds, without their total; the first column is named for what they are by."""
    rows = ({report["by"]: row["key"]} | {key: row[key] for key in SECONDS} for row in report["rows"])
    return Sheet((report["by"], *SECONDS), rows)


def time_chart(report: Part, beside: tuple[int, ...] = (1, 2, 3, 4, 5, 6)) -> Chart:
    """Chart the outcomes of the time in each row of `report`, with those columns `beside` bars of letters."""
    tracks = [[[row[key] for key in SECONDS[1:]]] for row in report["rows"]]
    most = largest(tracks)
    shown, total = add_up(report["rows"], report["total"], SECONDS)
    bars = [
        Bar(
            _cells(_name_of(row["key"], report) or f"no {report['by']}", row, figures),
            its,
            share(row["chargeable_seconds"], row["worked_seconds"]),
            most,
        )
        for row, its, figures in zip(report["rows"], tracks, shown, strict=True)
    ]
    names = list(OUTCOMES.values())
    return Chart(
        "time",
        f"Time by {report['by']}",
        names,
        [report["by"].capitalize(), "Worked", *(name.capitalize() for name in names), "Chargeable of it"],
        bars,
        "Beside each bar: how much of the time worked is chargeable.",
        _cells("Total", report["total"], total) if bars else (),
        beside,
    )


def _name_of(key: str, report: Part) -> str:
    if report["by"] == "agent":
        return agent_name(key, report)
    return label_of(key, report) if report["by"] == "category" else single_line(key)


def _cells(name: str, row: Part, shown: Part) -> list[str]:
    """Return the figures of a `row`, with its whole minutes as `shown`."""
    return [
        name,
        *(duration_cell(shown[key]) for key in SECONDS),
        share(row["chargeable_seconds"], row["worked_seconds"]),
    ]


def days_in_words(report: Part) -> str:
    """Return from which day to which `report` counts."""
    first, last = report["from"], report["to"]
    if first and last:
        return period(report)
    if first:
        return f"from {long_day(first)}"
    return f"through {long_day(last)}" if last else "all time"


def months_in_words(report: Part) -> str:
    """Return from which month to which `report` counts."""
    first, last = report["from"], report["to"]
    return month(first) if first == last else f"{month(first)} to {month(last)}"
