"""Overview: what is owed, what needs attention, five questions with their charts, and all numbers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from suptime.documents.aging import aging_sections
from suptime.documents.hours import balances_chart
from suptime.documents.labels import label_of
from suptime.documents.sla import moment
from suptime.documents.time import months_in_words
from suptime.domain.time import MINUTE, shared_minutes
from suptime.language.figures import (
    NOTHING,
    duration,
    duration_cell,
    long_day,
    money,
    month,
    month_alone,
    quantity_in_words,
    share,
    short_day,
    single_line,
    whole,
    with_currency,
)
from suptime.language.translate import Part, tr, trn
from suptime.render.blocks import (
    Bar,
    Block,
    Chart,
    Column,
    Document,
    Figure,
    Folded,
    Grid,
    Headline,
    Listing,
    Row,
    Section,
    Table,
)

MOST_LISTED = 5
CUT = 4
"""A value over so many times the next one breaks the scale of its chart."""

OUTCOMES = ("chargeable_seconds", "covered_seconds", "not_charged_seconds", "held_seconds")


def reason_names() -> dict[str, str]:
    """Return the reasons of the clauses for time that is not charged."""
    return {
        "classification": tr("Kind or cause of the case"),
        "consent": tr("Before the client’s consent"),
        "escalation": tr("Before escalation"),
        "waive": tr("Waived by us"),
        "waived": tr("Waived by us"),
        "guests": tr("Colleague not requested"),
        "guarantee": tr("Covered by a guarantee"),
        "coverage": tr("Covered by a fee"),
        "rounding": tr("Rounded down"),
        "minimum": tr("Below the minimum"),
    }


def compose(report: Part) -> Document:
    """Compose the headline figures, what needs attention, the charts, and the tables with all numbers."""
    blocks: list[Block] = [_headline(report)]
    if lists := _attention(report):
        blocks.append(Section(tr("Needs attention"), [Grid(lists)]))
    blocks.append(Grid(_charts(report)))
    blocks.append(Section(tr("All numbers"), _tables(report)))
    about = tr(
        "As of {day}. Work and invoices: {months}.",
        day=long_day(report["as_of"]),
        months=months_in_words(report),
    )
    line = tr("As of {day}", day=long_day(report["as_of"]))
    return Document(tr("Overview"), about, blocks, line=line)


def usual_currency(report: Part) -> str:
    """Return the currency of most invoices: its figures are the large ones."""
    counts: dict[str, int] = {}
    for one in report["invoiced"]:
        for currency, number in one["documents"].items():
            counts[currency] = counts.get(currency, 0) + number
    for currency in report["headline"]["owed"]:
        counts.setdefault(currency, 0)
    return max(sorted(counts), key=lambda currency: counts[currency], default="EUR")


def _amounts(amounts: Mapping[str, str], usual: str) -> tuple[str, str]:
    """Return the amount in the usual currency, and those in others below it."""
    others = [with_currency(amount, currency) for currency, amount in amounts.items() if currency != usual]
    if not amounts:
        return with_currency("0.00", usual), ""
    if usual not in amounts:
        return others[0], " · ".join(others[1:])
    return with_currency(amounts[usual], usual), " · ".join(others)


def _headline(report: Part) -> Headline:
    head, usual = report["headline"], usual_currency(report)
    owed, owed_too = _amounts(head["owed"], usual)
    late, late_too = _amounts(head["overdue"], usual)
    invoices = trn("{number} invoice", "{number} invoices", head["overdue_invoices"])
    met, total = head["responses"]["met"], head["responses"]["total"]
    free, worked = head["not_charged_seconds"], head["worked_seconds"]
    expiring = head["expiring"]
    clients = len({one["client"] for one in expiring})
    return Headline(
        [
            Figure(tr("Owed to us"), owed, owed_too),
            Figure(
                tr("Overdue"),
                late,
                " · ".join(filter(None, [late_too, invoices])),
                main=head["overdue_invoices"] > 0,
            ),
            Figure(
                tr("First responses on time"),
                share(met, total) if total else NOTHING,
                tr("{part} of {whole}", part=whole(met), whole=whole(total)) if total else "",
            ),
            Figure(tr("Time not charged"), share(free, worked) if worked else NOTHING, duration(free)),
            Figure(
                tr("Prepaid, expiring soon"),
                _left(expiring) or NOTHING,
                trn("within 30 days, {number} client", "within 30 days, {number} clients", clients)
                if expiring
                else tr("within 30 days"),
            ),
        ]
    )


def _left(expiring: Sequence[Part]) -> str:
    """Return the rest of expiring purchases: their hours, else the number of purchases."""
    minutes = [one for one in expiring if one["unit"] == "minutes"]
    if minutes:
        return duration(MINUTE * sum(int(one["remaining"]) for one in minutes))
    return trn("{number} purchase", "{number} purchases", len(expiring)) if expiring else ""


def _attention(report: Part) -> list[Listing]:
    found, year = report["attention"], report["as_of"][:4]
    lists = [
        _listing(
            tr("Overdue invoices"),
            [
                (
                    one["number"],
                    single_line(one["client_name"]),
                    trn("{number} day overdue", "{number} days overdue", one["days_overdue"]),
                    with_currency(one["open"], one["currency"]),
                )
                for one in found["invoices"]
            ],
        ),
        _listing(
            tr("First response overdue"),
            [
                (
                    one["case"],
                    single_line(one["client_name"]),
                    tr("due {day}", day=moment(one["due_at"], one["timezone"], year)),
                    label_of(one["priority"], report),
                )
                for one in found["responses"]
            ],
        ),
        _listing(
            tr("Purchases about to expire"),
            [
                (
                    single_line(one["title"]) or one["contract"],
                    single_line(one["client_name"]),
                    tr("until {day}", day=short_day(one["valid_through"], year)),
                    quantity_in_words(one["remaining"], one["unit"], one["currency"]),
                )
                for one in found["purchases"]
            ],
        ),
        _listing(
            tr("Held for more than 14 days"),
            [
                (
                    one["case"],
                    single_line(one["client_name"]),
                    tr("since {day}", day=short_day(one["since"], year)),
                    duration(one["held_seconds"]),
                )
                for one in found["held"]
            ],
        ),
    ]
    return [one for one in lists if one.items]


def _listing(title: str, items: Sequence[tuple[str, str, str, str]]) -> Listing:
    more = len(items) - MOST_LISTED
    return Listing(title, items[:MOST_LISTED], tr("{number} more", number=whole(more)) if more > 0 else "")


def _charts(report: Part) -> list[Chart]:
    return [_invoiced(report), _time(report), _reasons(report), _responses(report), _hourly(report)]


def _invoiced(report: Part) -> Chart:
    usual = usual_currency(report)
    others = sorted({currency for one in report["invoiced"] for currency in one["net"]} - {usual})
    amounts = [Decimal(one["net"].get(usual, "0")) for one in report["invoiced"]]
    most = max([int(amount) for amount in amounts], default=0)
    note = tr("Net amount per month in {currency}.", currency=usual)
    if others:
        note += " " + tr("The table below has other currencies: {others}.", others=", ".join(others))
    bars = [
        Bar(
            [_short(one["month"]), whole(round(amount))],
            [[max(int(amount), 0)]],
            whole(round(amount)),
            max(most, 1),
        )
        for one, amount in zip(report["invoiced"], amounts, strict=True)
        if any(amounts)
    ]
    return Chart(
        "invoiced",
        tr("How much do we invoice?"),
        [""],
        [tr("Month"), usual],
        bars,
        note,
        shape="columns",
        is_wide=True,
    )


def _short(text: str) -> str:
    """Return the name of a month, shortened to three letters."""
    return month_alone(text)[:3]


def _time(report: Part) -> Chart:
    total = report["time"]["total"]
    parts = {
        "chargeable_seconds": total["chargeable_seconds"],
        "covered_seconds": total["covered_seconds"],
        "not_charged_seconds": total["non_billable_seconds"] + total["waived_seconds"],
        "held_seconds": total["held_seconds"],
    }
    names = (tr("Charged"), tr("Covered by fee or guarantee"), tr("Not charged"), tr("Not decided yet"))
    worked = total["worked_seconds"]
    minutes = shared_minutes([parts[name] for name in OUTCOMES], worked // MINUTE)
    bars = [
        Bar(
            [name, duration(size * MINUTE), share(seconds, worked)],
            [[seconds]],
            share(seconds, worked),
            max(worked, 1),
        )
        for name, seconds, size in zip(names, parts.values(), minutes, strict=True)
        if worked
    ]
    note = tr("{time} worked.", time=duration(total["worked_seconds"]))
    heads = [tr("Time"), tr("Worked"), tr("Share")]
    return Chart("time", tr("Where does our time go?"), [""], heads, bars, note, shape="stack", is_wide=True)


def _reasons(report: Part) -> Chart:
    free = report["free"]
    rows = [
        {"key": row["key"], "seconds": row["non_billable_seconds"] + row["waived_seconds"]}
        for row in free["by_clause"]
    ]
    rows = sorted((row for row in rows if row["seconds"] > 0), key=lambda row: -row["seconds"])
    minutes = shared_minutes([row["seconds"] for row in rows])
    most = max((row["seconds"] for row in rows), default=1)
    names = reason_names()
    bars = [
        Bar(
            [names.get(row["key"]) or label_of(row["key"], report), duration(size * MINUTE)],
            [[row["seconds"]]],
            duration(size * MINUTE),
            most,
        )
        for row, size in zip(rows, minutes, strict=True)
    ]
    return Chart(
        "reasons",
        tr("Why is time not charged?"),
        [""],
        [tr("Reason"), tr("Worked")],
        bars,
        tr("Hours by reason."),
        shape="bars",
    )


def _responses(report: Part) -> Chart:
    by_month = {one["key"]: one for one in report["response"]["by_month"]}
    months = [one["month"] for one in report["invoiced"]]
    rows = [
        (key, by_month.get(key, {}).get("met", 0), by_month.get(key, {}).get("breached", 0)) for key in months
    ]
    most = max((met + late for _, met, late in rows), default=1)
    bars = [
        Bar(
            [_short(key), whole(met), whole(late)],
            [[met, late]],
            f"{whole(met)}+{whole(late)}" if late else whole(met),
            max(most, 1),
        )
        for key, met, late in rows
        if most
    ]
    return Chart(
        "responses",
        tr("Do we respond in time?"),
        [tr("on time"), tr("late")],
        [tr("Month"), tr("On time"), tr("Late")],
        bars,
        tr("First responses per month: below on time, above late."),
        shape="columns",
    )


def _hourly(report: Part) -> Chart:
    rows = [row for row in report["margin"]["rows"] if row["per_hour"] is not None]
    rows = sorted(rows, key=lambda row: -Decimal(row["per_hour"]))
    values = [max(int(Decimal(row["per_hour"]) * 100), 0) for row in rows]
    cap = _cap(values)
    bars = [
        Bar(
            [single_line(row["client_name"]), with_currency(row["per_hour"], row["currency"])],
            [[min(value, cap)]],
            with_currency(row["per_hour"], row["currency"]),
            max(cap, 1),
            is_cut=value > cap,
        )
        for row, value in zip(rows, values, strict=True)
    ]
    return Chart(
        "hourly",
        tr("What does an hour bring in?"),
        [""],
        [tr("Client"), tr("Per hour")],
        bars,
        tr("Net amount per hour worked, by client, in the currency of the contract."),
        shape="bars",
        is_wide=True,
    )


def _cap(values: Sequence[int]) -> int:
    """Return the end of the scale: a first value over four times the next one is cut a little above that."""
    found = [value for value in values if value > 0]
    if len(found) > 1 and found[0] > CUT * found[1]:
        return found[1] * 102 // 100
    return found[0] if found else 1


def _tables(report: Part) -> list[Block]:
    usual = usual_currency(report)
    currencies = [usual, *sorted({c for one in report["invoiced"] for c in one["net"]} - {usual})]
    sums = {
        c: sum((Decimal(one["net"].get(c, "0")) for one in report["invoiced"]), Decimal(0))
        for c in currencies
    }
    invoiced = Table(
        "",
        tr("Invoiced per month"),
        (Column(tr("Month"), grows=True), *(Column(c, numeric=True) for c in currencies)),
        [
            Row(
                [
                    month(one["month"]),
                    *(money(one["net"][c]) if c in one["net"] else NOTHING for c in currencies),
                ]
            )
            for one in report["invoiced"]
        ],
        foot=(tr("Total"), *(money(f"{sums[c]:f}") for c in currencies)),
    )
    rows = report["margin"]["rows"]
    minutes = shared_minutes([row["worked_seconds"] for row in rows])
    clients = Table(
        "",
        tr("Clients"),
        (
            Column(tr("Client"), grows=True, quoted=True),
            Column(tr("Worked"), numeric=True),
            Column(tr("Net amount"), numeric=True),
            Column(tr("Currency")),
            Column(tr("Per hour"), numeric=True),
        ),
        [
            Row(
                [
                    single_line(row["client_name"]),
                    duration_cell(size * MINUTE),
                    money(row["net"]),
                    row["currency"],
                    money(row["per_hour"]) if row["per_hour"] is not None else NOTHING,
                ]
            )
            for row, size in zip(rows, minutes, strict=True)
        ],
    )
    responses = Table(
        "",
        tr("First responses per month"),
        (
            Column(tr("Month"), grows=True),
            Column(tr("On time"), numeric=True),
            Column(tr("Late"), numeric=True),
        ),
        [
            Row(
                [month(one["key"]), whole(one["met"]), whole(one["breached"]) if one["breached"] else NOTHING]
            )
            for one in report["response"]["by_month"]
        ],
    )
    tables = [invoiced, clients, responses]
    blocks: list[Block] = [
        Folded(table.caption, whole(len(table.rows)), [table]) for table in tables if table.rows
    ]
    if report["hours"]["balances"]:
        chart = balances_chart(report["hours"])
        blocks.append(Folded(chart.title, whole(len(chart.bars)), [chart]))
    sections = aging_sections(report["aging"], tr("Owed by days past due"))
    return [*blocks, *(Folded(section.title, "", list(section.blocks)) for section in sections)]
