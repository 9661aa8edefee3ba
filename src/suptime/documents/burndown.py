"""Burn-down of prepaid balances: the balance of each day, and the day on which it runs out at the current rate."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from suptime.documents.hours import contract_name, units_of
from suptime.language.figures import long_day, month, quantity, quantity_in_words, short_day, single_line
from suptime.language.translate import Part, tr, trn
from suptime.render.blocks import Curve, Document, Paragraph, Point, Section
from suptime.render.csv import Sheet


def compose(report: Part) -> Document:
    """Compose a curve for each balance of `report`, in its order."""
    nothing = Paragraph(tr("There are no prepaid purchases."))
    return Document(
        tr("Burn-down of prepaid balances"),
        long_day(report["as_of"]),
        burndown_sections(report) or [nothing],
    )


def sheet(report: Part) -> Sheet:
    """Return a row for each day on which something changed; `projected` rows are what is to come at the current rate."""
    shared = ("client", "client_name", "contract", "unit", "currency")
    rows = (
        {key: its[key] for key in shared}
        | {"date": point["date"], "remaining": Decimal(point["remaining"]), "projected": projected}
        for its in report["burndowns"]
        for projected, points in (("no", its["points"]), ("yes", its["forecast"][1:]))
        for point in points
    )
    return Sheet((*shared, "date", "remaining", "projected"), rows)


def burndown_sections(report: Part) -> list[Section]:
    """Compose a section for each balance of `report`."""
    return [_section(its, report["pace_days"], n) for n, its in enumerate(report["burndowns"], start=1)]


def _section(its: Part, days: int, number: int) -> Section:
    text = pace(its, days)
    return Section(
        contract_name(its),
        [Paragraph(text, "quiet"), _curve(its, text, number)],
        owner=single_line(its["client_name"]) or its["client"],
        sum=tr("{size} left", size=quantity_in_words(its["remaining"], its["unit"], its["currency"])),
    )


def _curve(its: Part, about: str, number: int) -> Curve:
    unit, currency = its["unit"], its["currency"]

    def points(key: str) -> list[Point]:
        return [
            Point(
                date.fromisoformat(point["date"]),
                units_of(point["remaining"], unit, currency),
                quantity_in_words(point["remaining"], unit, currency),
            )
            for point in its[key]
        ]

    return Curve(
        f"burndown-{number}",
        tr("Burn-down of {contract}", contract=its["contract"]),
        about,
        points("points"),
        points("forecast"),
        [(date.fromisoformat(one["valid_through"]), _expiry(one, unit, currency)) for one in its["expiring"]],
        (tr("End of"), tr("Left")),
        [
            (month(key), units_of(left, unit, currency), quantity(left, unit, currency))
            for key, left in month_ends(its["points"])
        ],
    )


def _expiry(one: Part, unit: str, currency: str) -> str:
    return tr(
        "{size} of {purchase} expire on {day}",
        size=quantity_in_words(one["remaining"], unit, currency),
        purchase=one["purchase"],
        day=short_day(one["valid_through"]),
    )


def pace(its: Part, days: int) -> str:
    """Say on which day a balance ends at the rate of the last `days`, and how that is calculated."""
    rate, unit, currency = its["pace"], its["unit"], its["currency"]
    if rate["state"] == "empty":
        return tr("Nothing is left.")
    if rate["state"] == "early":
        return trn(
            "Bought {number} day ago: too early to tell a pace.",
            "Bought {number} days ago: too early to tell a pace.",
            rate["days"] - 1,
        )
    first = long_day(rate["from"])
    if not units_of(rate["used"], unit, currency):
        if rate["ends_on"]:
            return tr(
                "Nothing was used since {first}. If that stays so, the last of it expires on {day}.",
                first=first,
                day=long_day(rate["ends_on"]),
            )
        return tr("Nothing was used since {first}.", first=first)
    since = tr("since {day}", day=first)
    if rate["days"] == days:
        since = trn("in the last {number} day", "in the last {number} days", days)
    values = {
        "size": quantity_in_words(rate["used"], unit, currency),
        "since": since,
        "day": long_day(rate["ends_on"] or rate["to"]),
    }
    if rate["state"] == "lasts":
        return tr(
            "At the current rate ({size} {since}), the balance lasts for more than five years.", **values
        )
    lost = quantity_in_words(rate["would_forfeit"], unit, currency)
    if rate["state"] == "expires":
        return tr(
            "At the current rate ({size} {since}), {lost} expire unused, the last on {day}.",
            lost=lost,
            **values,
        )
    text = tr("At the current rate ({size} {since}), the balance runs out on {day}.", **values)
    if units_of(rate["would_forfeit"], unit, currency):
        unused = tr("{size} expire unused before that.", size=lost)
        return f"{text} {unused}"
    return text


def month_ends(points: Sequence[Part]) -> list[tuple[str, int | str]]:
    """Return how much was left at the end of each month of `points`, the last day they have being the last."""
    last_of = {point["date"][:7]: point["remaining"] for point in points}
    months: list[tuple[str, int | str]] = []
    left: int | str = points[0]["remaining"]
    year, number = (int(part) for part in points[0]["date"][:7].split("-"))
    last = points[-1]["date"][:7]
    while (key := f"{year:04}-{number:02}") <= last:
        left = last_of.get(key, left)
        months.append((key, left))
        year, number = year + number // 12, number % 12 + 1
    return months
