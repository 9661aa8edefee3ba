"""Margins by client: what was worked for each, against what is invoiced for it."""

from collections.abc import Sequence
from decimal import Decimal

from suptime.documents.time import months_in_words
from suptime.domain.money import minor_units
from suptime.domain.time import shared_minutes
from suptime.language.figures import NOTHING, duration_cell, share, single_line, whole, with_currency
from suptime.language.translate import Part
from suptime.render.blocks import Bar, Chart, Document
from suptime.render.charts import largest
from suptime.render.csv import Sheet

TEXTS = ("client", "client_name", "currency")
NUMBERS = ("worked_seconds", "billed_minutes", "prepaid_minutes", "invoiced_minutes", "incidents")
AMOUNTS = ("work_net", "fees_net", "sales_net", "invoiced_net", "open_net", "net", "per_hour")


def compose(report: Part) -> Document:
    """Compose the hours of the clients of `report`, then the amounts of each currency."""
    return Document("Margin by client", months_in_words(report), margin_charts(report))


def sheet(report: Part) -> Sheet:
    """Return the rows of `report`, amounts in the currency of their row."""
    rows = (
        {key: report[key] for key in ("from", "to")}
        | {key: row[key] for key in (*TEXTS, *NUMBERS)}
        | {key: row[key] and Decimal(row[key]) for key in AMOUNTS}
        for row in report["rows"]
    )
    return Sheet(("from", "to", *TEXTS, *NUMBERS, *AMOUNTS), rows)


def margin_charts(report: Part, *, beside: Sequence[int] = (4, 5, 6), needs_note: bool = True) -> list[Chart]:
    """Chart the time worked and billed by client, and for each currency what it brings.

    The columns `beside` are those beside the amounts where bars are made of letters.
    """
    rows = report["rows"]
    tracks = [
        [[row["worked_seconds"], 0, 0], [0, row["invoiced_minutes"] * 60, row["prepaid_minutes"] * 60]]
        for row in rows
    ]
    most = largest(tracks)
    hours = Chart(
        "margin-hours",
        "Worked against billed",
        ["worked", "billed on invoices", "billed from prepaid hours"],
        ["Client", "Worked", "Billed", "From prepaid", "Incidents", "Billed of it"],
        [
            _hours(row, rows, its, most, minutes * 60)
            for row, its, minutes in zip(
                rows, tracks, shared_minutes([row["worked_seconds"] for row in rows]), strict=True
            )
        ],
        "The upper bar is worked time, the lower one billed time; beside them, how much of it is billed. "
        "Flat fees and incidents have no hours to bill.",
        beside=(1, 2, 5),
        needed=needs_note,
    )
    return [hours, *(_amounts(report, total, beside) for total in report["totals"])]


def _hours(row: Part, rows: Sequence[Part], tracks: Sequence[Sequence[int]], most: int, shown: int) -> Bar:
    """Chart one client's hours; `shown` are the seconds worked in whole minutes, which add up among the rows."""
    worked, billed = row["worked_seconds"], row["billed_minutes"] * 60
    cells = [
        _client(row, rows),
        *(duration_cell(seconds) for seconds in (shown, billed, row["prepaid_minutes"] * 60)),
        whole(row["incidents"]) if row["incidents"] else NOTHING,
        share(billed, worked),
    ]
    return Bar(cells, tracks, share(billed, worked), most)


def _amounts(report: Part, total: Part, beside: Sequence[int]) -> Chart:
    currency = total["currency"]
    rows = [row for row in report["rows"] if row["currency"] == currency]
    tracks = [
        [[minor_units(row[key], currency) for key in ("work_net", "fees_net", "sales_net")]] for row in rows
    ]
    sums = [with_currency(total[key], currency) for key in ("open_net", "net")]
    return Chart(
        f"margin-{currency}",
        f"Revenue in {currency}",
        ["work", "flat fees", "sold ahead"],
        ["Client", "Work", "Fees", "Sold ahead", "Not invoiced yet", "All", "An hour worked"],
        [_amount(row, rows, its, largest(tracks)) for row, its in zip(rows, tracks, strict=True)],
        "Net amounts, invoiced or to be invoiced. Beside each bar: what an hour worked brings.",
        ["Total", NOTHING, NOTHING, NOTHING, *sums, NOTHING],
        beside,
    )


def _amount(row: Part, rows: Sequence[Part], tracks: Sequence[Sequence[int]], most: int) -> Bar:
    currency = row["currency"]
    amounts = [
        with_currency(row[key], currency) if minor_units(row[key], currency) else NOTHING
        for key in ("work_net", "fees_net", "sales_net", "open_net", "net")
    ]
    an_hour = with_currency(row["per_hour"], currency) if row["per_hour"] else NOTHING
    return Bar(
        [_client(row, rows), *amounts, an_hour],
        tracks,
        f"{an_hour} / h" if row["per_hour"] else NOTHING,
        most,
    )


def _client(row: Part, rows: Sequence[Part]) -> str:
    """Return the client of `row`, with the currency where it has several among `rows`."""
    name = single_line(row["client_name"]) or str(row["client"])
    has_several = sum(1 for other in rows if other["client"] == row["client"]) > 1
    return f"{name} ({row['currency']})" if has_several else name
