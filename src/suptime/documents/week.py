"""Week: a timeline of each day, for each agent."""

from collections.abc import Sequence
from datetime import date

from suptime.documents.labels import agent_name
from suptime.language.figures import NOTHING, duration, duration_cell, period, short_day
from suptime.language.notation import DAYS
from suptime.language.translate import Part
from suptime.render.blocks import (
    Block,
    Column,
    Document,
    Lane,
    Legend,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
    Timeline,
)

OTHERS = "others"
PATTERNS = 5
"""So many clients have a pattern of their own."""
EARLIEST, LATEST = 8, 18
"""The hours that are there in any case."""


def compose(report: Part) -> Document:
    """Compose the week of `report` by agent. The pattern of a stretch shows the client."""
    clients, about = clients_of(report), f"{period(report)}, {_zone_in_words(report)}"
    blocks: list[Block] = []
    if not report["agents"]:
        blocks.append(Paragraph("No time was worked."))
    if clients:
        blocks.append(Legend(clients))
    hours = _hours(report)
    blocks += [_section(agent, n, clients, hours) for n, agent in enumerate(report["agents"], start=1)]
    if len(report["agents"]) > 1:
        blocks.append(Paragraph(f"In all: {duration(report['total_seconds'])}", "closing"))
    return Document("Week", about, blocks, page_title=f"Week of {period(report)}")


def _zone_in_words(report: Part) -> str:
    """Return on whose clocks the times of `report` are."""
    if "timezones" in report:
        return ", ".join(("times of each contract", *report["timezones"]))
    return str(report["timezone"])


def _hours(report: Part) -> tuple[int, int]:
    """Return the hours in which somebody worked, the first and the last."""
    spans = [span for agent in report["agents"] for day in agent["days"] for span in day["spans"]]
    first = min([EARLIEST, *(minutes(span["start"]) // 60 for span in spans)])
    return first, max([LATEST, *(-(-minutes(span["end"]) // 60) for span in spans)])


def _section(agent: Part, number: int, clients: Sequence[str], hours: tuple[int, int]) -> Section:
    name = agent_name(agent["agent"], {})
    title = f"The week of {name}"
    lanes = [
        Lane(
            day_in_words(day["date"]),
            duration(day["seconds"]),
            [
                Span(
                    minutes(span["start"]),
                    minutes(span["end"]),
                    place_of(span, clients),
                    span["seconds"],
                    f"{span['case']}, {span['start']} to {span['end']}",
                )
                for span in day["spans"]
            ],
        )
        for day in agent["days"]
    ]
    timeline = Timeline(f"week-{number}", title, *hours, lanes, _table(title, agent))
    return Section(name, [timeline], sum=duration(agent["seconds"]))


def _table(title: str, agent: Part) -> Table:
    columns = (
        Column("Day"),
        Column("From, to"),
        Column("Case", quoted=True),
        Column("Client", quoted=True),
        Column("Worked", numeric=True),
    )
    rows = [
        Row(
            [
                day_in_words(day["date"]),
                f"{span['start']} to {'now' if span['running'] else span['end']}",
                span["case"],
                span["client"] or NOTHING,
                duration_cell(span["seconds"]),
            ]
        )
        for day in agent["days"]
        for span in day["spans"]
    ]
    return Table("chart-table", title, columns, rows)


def minutes(clock: str) -> int:
    """Return the minutes of the day that a clock shows.

    >>> minutes("09:30"), minutes("24:00")
    (570, 1440)
    """
    hours, _, rest = clock[:5].partition(":")
    return int(hours) * 60 + int(rest)


def clients_of(report: Part) -> list[str]:
    """Return the clients of the week, most time first; beyond the patterns, `others`."""
    seconds: dict[str, int] = {}
    for agent in report["agents"]:
        for span in (span for day in agent["days"] for span in day["spans"]):
            name = str(span["client"] or OTHERS)
            seconds[name] = seconds.get(name, 0) + span["seconds"]
    names = sorted(seconds, key=lambda name: (-seconds[name], name))
    return names if len(names) <= PATTERNS else [*names[: PATTERNS - 1], OTHERS]


def place_of(span: Part, clients: Sequence[str]) -> int:
    """Return which pattern the client of `span` has."""
    name = str(span["client"] or OTHERS)
    return clients.index(name) if name in clients else len(clients) - 1


def day_in_words(day: str) -> str:
    """Return an ISO date with its weekday, short.

    >>> day_in_words("2026-10-05").replace("\N{NO-BREAK SPACE}", " ")
    'Mon 05 Oct'
    """
    return f"{DAYS[date.fromisoformat(day).weekday()][:3]} {short_day(day, day[:4])}"
