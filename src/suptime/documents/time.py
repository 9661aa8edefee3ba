"""What the charts of the reports are called, and which numbers they are made of."""

from collections.abc import Sequence

from suptime.documents.invoice.phrases import OUTCOMES
from suptime.language.figures import (
    NOTHING,
    clock,
    duration,
    long_day,
    month,
    one_line,
    period,
    quantity,
    short_day,
    spoken,
    whole,
    with_currency,
)
from suptime.language.translate import Part, mark, tr, trn
from suptime.render.charts import Bar, Chart, burndown_drawn, largest, minor, segments, units_of

__all__ = ["burndown_drawn", "segments"]

STATES = {
    "met": mark("met"),
    "breached": mark("breached"),
    "waiting": mark("waiting"),
    "priority-missing": mark("priority missing"),
}
FREE = ("covered", "non_billable", "waived")


def chart_parts(chart: Chart, bar: Bar) -> list[list[Part]]:
    """Each bar of a row of CHART as its parts."""
    return [[*track] for track in segments(chart, bar)]


def burndown_lines(its: Part) -> Part:
    """The burn-down ITS as it is drawn."""
    return burndown_drawn(its)


def size(seconds: int) -> str:
    """SECONDS as h:mm, for a table; a dash where there are none.

    >>> size(4800), size(0)
    ('1:20', '–')
    """
    return clock(seconds) if seconds else NOTHING


def share(part: int, total: int) -> str:
    """PART of TOTAL in percent, rounded down.

    >>> share(1, 3), share(0, 0)
    ('33 %', '–')
    """
    return f"{part * 100 // total} %" if total else NOTHING


def days_told(document: Part) -> str:
    """From which day to which DOCUMENT counts, in words."""
    first, last = document["from"], document["to"]
    if first and last:
        return period(document)
    if first:
        return f"from {long_day(first)}"
    return f"through {long_day(last)}" if last else "all time"


def months_told(document: Part) -> str:
    """From which month to which DOCUMENT counts, in words."""
    first, last = document["from"], document["to"]
    return month(first) if first == last else f"{month(first)} to {month(last)}"


def time_chart(document: Part) -> Chart:
    """What became of the time of a time report DOCUMENT, by its rows; at the end what of it is chargeable."""
    keys = list(OUTCOMES)
    tracks = [[[row[f"{key}_seconds"] for key in keys]] for row in document["rows"]]
    most = largest(tracks)

    def cells(name: str, row: Part) -> list[str]:
        figures = [row["worked_seconds"], *(row[f"{key}_seconds"] for key in keys)]
        return [name, *map(size, figures), share(row["chargeable_seconds"], row["worked_seconds"])]

    bars = [
        Bar(
            cells(one_line(row["key"]) or f"no {document['by']}", row),
            its,
            share(row["chargeable_seconds"], row["worked_seconds"]),
            most,
        )
        for row, its in zip(document["rows"], tracks, strict=True)
    ]
    return Chart(
        "time",
        f"Time by {document['by']}",
        [OUTCOMES[key] for key in keys],
        [
            document["by"].capitalize(),
            "Worked",
            *(OUTCOMES[key].capitalize() for key in keys),
            "Chargeable of it",
        ],
        bars,
        "Times as h:mm; beside each bar, how much of the time worked is chargeable.",
        cells("Total", document["total"]) if bars else (),
    )


def free_charts(document: Part) -> list[Chart]:
    """Where the free time of DOCUMENT goes: by category, cause, clause and client."""
    return [_free_chart(by, document) for by in ("category", "cause", "clause", "client")]


def _free_chart(by: str, document: Part) -> Chart:
    rows, total = document[f"by_{by}"], document["total"]
    tracks = [[[row[f"{key}_seconds"] for key in FREE]] for row in rows]
    most = largest(tracks)

    def cells(name: str, row: Part) -> list[str]:
        figures = (row["free_seconds"], *(row[f"{key}_seconds"] for key in FREE))
        return [name, *map(size, figures), share(row["free_seconds"], total["free_seconds"])]

    return Chart(
        f"free-{by}",
        f"Free time by {by}",
        [OUTCOMES[key] for key in FREE],
        [by.capitalize(), "All free", *(OUTCOMES[key].capitalize() for key in FREE), "Share"],
        [
            Bar(cells(one_line(row["key"]), row), its, size(row["free_seconds"]), most)
            for row, its in zip(rows, tracks, strict=True)
        ],
        note="Times as h:mm.",
        foot=cells("Total", total) if rows else (),
    )


def free_said(document: Part) -> str:
    """How much of the time worked is free, in a sentence."""
    total = document["total"]
    if not document["worked_seconds"]:
        return "No time was worked."
    return (
        f"{duration(total['free_seconds'])} of {duration(document['worked_seconds'])} worked are free: "
        f"{share(total['free_seconds'], document['worked_seconds'])}."
    )


def margin_charts(document: Part) -> list[Chart]:
    """The time worked and billed of DOCUMENT by client, and for each currency what it brings."""
    rows = document["rows"]
    tracks = [
        [
            [row["worked_seconds"], 0, 0],
            [0, row["invoiced_minutes"] * 60, row["prepaid_minutes"] * 60],
        ]
        for row in rows
    ]
    most = largest(tracks)
    hours = Chart(
        "margin-hours",
        "Worked against billed",
        ["worked", "billed on invoices", "billed from prepaid hours"],
        ["Client", "Worked", "Billed", "From prepaid", "Incidents", "Billed of it"],
        [
            Bar(
                [
                    _client(row, rows),
                    size(row["worked_seconds"]),
                    size(row["billed_minutes"] * 60),
                    size(row["prepaid_minutes"] * 60),
                    whole(row["incidents"]) if row["incidents"] else NOTHING,
                    share(row["billed_minutes"] * 60, row["worked_seconds"]),
                ],
                its,
                share(row["billed_minutes"] * 60, row["worked_seconds"]),
                most,
            )
            for row, its in zip(rows, tracks, strict=True)
        ],
        "Times as h:mm. The upper bar is worked time, the lower one billed time; beside them, how much of it is billed. "
        "Flat fees and incidents have no hours to bill.",
    )
    return [hours, *(_margin_amounts(document, one) for one in document["totals"])]


def _margin_amounts(document: Part, total: Part) -> Chart:
    currency = total["currency"]
    rows = [row for row in document["rows"] if row["currency"] == currency]
    keys = ("work", "fees", "sales")
    tracks = [[[minor(row[f"{key}_net"], currency) for key in keys]] for row in rows]
    most = largest(tracks)
    amounts = ("work_net", "fees_net", "sales_net", "open_net", "net")
    bars = [
        Bar(
            [
                _client(row, rows),
                *(
                    with_currency(row[key], currency) if minor(row[key], currency) else NOTHING
                    for key in amounts
                ),
                with_currency(row["per_hour"], currency) if row["per_hour"] else NOTHING,
            ],
            its,
            f"{with_currency(row['per_hour'], currency)} / h" if row["per_hour"] else NOTHING,
            most,
        )
        for row, its in zip(rows, tracks, strict=True)
    ]
    foot = [
        "Total",
        NOTHING,
        NOTHING,
        NOTHING,
        *(with_currency(total[key], currency) for key in ("open_net", "net")),
    ]
    return Chart(
        f"margin-{currency}",
        f"What it brings, in {currency}",
        ["work", "flat fees", "sold ahead"],
        ["Client", "Work", "Fees", "Sold ahead", "Not invoiced yet", "All", "An hour worked"],
        bars,
        "Net amounts, invoiced or to be invoiced. Beside each bar: what an hour worked brings.",
        [*foot, NOTHING],
    )


def _client(row: Part, rows: Sequence[Part]) -> str:
    """The client of ROW, with the currency where it has several among ROWS."""
    name = one_line(row["client_name"]) or str(row["client"])
    several = sum(1 for other in rows if other["client"] == row["client"]) > 1
    return f"{name} ({row['currency']})" if several else name


def response_charts(document: Part) -> list[Chart]:
    """The response clocks of DOCUMENT by priority and by month: how many were met, breached, or wait."""
    made = [
        (
            "priority",
            tr("Response clocks by priority"),
            tr("Priority"),
            [r["key"] or tr("none") for r in document["by_priority"]],
        ),
        (
            "month",
            tr("Response clocks by month"),
            tr("Month"),
            [month(r["key"]) for r in document["by_month"]],
        ),
    ]
    shown = [
        state
        for state in STATES
        if state != "priority-missing" or any(row[state] for row in document["by_month"])
    ]
    charts = []
    for by, title, head, names in made:
        rows = document[f"by_{by}"]
        tracks = [[[row[state] for state in shown]] for row in rows]
        bars = [
            Bar(
                [name, *(whole(row[state]) if row[state] else NOTHING for state in shown)],
                its,
                trn("{number} case", "{number} cases", sum(row[state] for state in shown)),
                largest(tracks),
            )
            for name, row, its in zip(names, rows, tracks, strict=True)
        ]
        words = [tr(STATES[state]) for state in shown]
        charts.append(Chart(f"clocks-{by}", title, words, [head, *words], bars))
    return charts


def hours_chart(document: Part) -> Chart:
    """What is left of every balance of DOCUMENT, of what was bought, with the day on which some of it expires next."""
    bars = []
    for its in document["balances"]:
        unit, currency = its["unit"], its["currency"]
        keys = ("remaining", "used", "forfeited")
        left = tr("{size} left", size=spoken(its["remaining"], unit, currency))
        bars.append(
            Bar(
                [
                    one_line(its["client_name"]) or its["client"],
                    its["contract"],
                    *(quantity(its[key], unit, currency) for key in keys),
                    expiry(its),
                ],
                [[units_of(its[key], unit, currency) for key in keys]],
                left,
                max(1, units_of(its["purchased"], unit, currency)),
            )
        )
    heads = [tr("Client"), tr("Contract"), tr("Left"), tr("Used"), tr("Forfeited"), tr("Next expiry")]
    return Chart(
        "hours",
        tr("What is left of what was bought ahead"),
        [tr("left"), tr("used"), tr("forfeited")],
        heads,
        bars,
    )


def expiry(balance: Part) -> str:
    """On which day how much of BALANCE expires next, or nothing."""
    unit, currency = balance["unit"], balance["currency"]
    soon = sorted(
        (p["valid_through"], p["remaining"])
        for p in balance["purchases"]
        if p["valid_through"] and units_of(p["remaining"], unit, currency)
    )
    if not soon:
        return NOTHING
    day = soon[0][0]
    return tr("{day}: {size}", day=short_day(day), size=quantity(soon[0][1], unit, currency))


def pace(its: Part, days: int) -> str:
    """On which day the burn-down ITS ends at the present pace, that of the last DAYS, and how that is reckoned."""
    told, unit, currency = its["pace"], its["unit"], its["currency"]
    if told["state"] == "empty":
        return tr("Nothing is left.")
    if told["state"] == "early":
        return trn(
            "Bought {number} day ago: too early to tell a pace.",
            "Bought {number} days ago: too early to tell a pace.",
            told["days"] - 1,
        )
    used = units_of(told["used"], unit, currency)
    if not used and told["ends_on"]:
        return tr(
            "Nothing was used since {first}. If that stays so, the last of it expires on {day}.",
            first=long_day(told["from"]),
            day=long_day(told["ends_on"]),
        )
    if not used:
        return tr("Nothing was used since {first}.", first=long_day(told["from"]))
    used_said = spoken(told["used"], unit, currency)
    since = tr("since {day}", day=long_day(told["from"]))
    if told["days"] == days:
        since = trn("in the last {number} day", "in the last {number} days", days)
    words = {"size": used_said, "since": since, "day": long_day(told["ends_on"] or told["to"])}
    if told["state"] == "lasts":
        return tr("At the present pace ({size} {since}) it lasts for more than five years.", **words)
    lost = spoken(told["would_forfeit"], unit, currency)
    if told["state"] == "expires":
        return tr(
            "At the present pace ({size} {since}), {lost} expire unused, the last on {day}.",
            lost=lost,
            **words,
        )
    said = tr("At the present pace ({size} {since}) it runs out on {day}.", **words)
    if units_of(told["would_forfeit"], unit, currency):
        unused = tr("{size} expire unused before that.", size=lost)
        return f"{said} {unused}"
    return said


def month_ends(its: Part) -> list[tuple[str, int | str]]:
    """What was left of the burn-down ITS at the end of each of its months, the last day it tells of being the last."""
    found: dict[str, tuple[str, int | str]] = {}
    for point in its["points"]:
        found[point["date"][:7]] = (point["date"], point["remaining"])
    months, left = [], its["points"][0]["remaining"]
    year, number = (int(part) for part in its["points"][0]["date"][:7].split("-"))
    last = its["points"][-1]["date"][:7]
    while (key := f"{year:04}-{number:02}") <= last:
        left = found[key][1] if key in found else left
        months.append((key, left))
        year, number = year + number // 12, number % 12 + 1
    return months
