"""Charts: what is drawn is what the tables and the JSON say, and can be told apart without colour."""

import re
from decimal import Decimal
from html import unescape
from itertools import combinations

import pytest

import documents
from suptime.documents import DOCUMENTS, phrases, render
from suptime.documents.burndown import burndown_sections
from suptime.domain.money import minor_units
from suptime.language.figures import duration, short_day, with_currency
from suptime.render.charts import paths
from suptime.render.jinja import _functions
from suptime.render.page import MARKS, legend, stacked
from suptime.resources import folder

CSS = (folder("templates") / "charts.css").read_text(encoding="utf-8")
INK = (folder("templates") / "document.css").read_text(encoding="utf-8")


def page(kind, document=None):
    return unescape(render(kind, "html", document or documents.REPORTS[kind]()).decode())


def drawn(html, title):
    """The parts of the bars of the chart under TITLE: name and number, by the row they belong to."""
    svg = html.split(f'-title">{title}</title>')[1].split("</figure>")[0]
    rows = svg.split("<g data-row=")[1:]
    return [re.findall(r'data-part="([^"]+)" data-number="(\d+)"', row) for row in rows]


def sums(rows):
    found = {}
    for name, number in (part for row in rows for part in row):
        found[name] = found.get(name, 0) + int(number)
    return found


def test_the_bars_of_time_are_the_seconds_of_the_json_and_of_its_table():
    document = documents.overview()["time"]
    html = page("time", document)
    for row, parts in zip(document["rows"], drawn(html, "Time by client"), strict=True):
        names = {"chargeable": "chargeable", "covered": "covered", "non_billable": "free", "waived": "waived"}
        names |= {"held": "held"}
        wanted = {name: row[f"{key}_seconds"] for key, name in names.items() if row[f"{key}_seconds"]}
        assert {name: int(number) for name, number in parts} == wanted


@pytest.mark.parametrize("by", ["category", "cause", "clause", "client"])
def test_every_way_of_looking_at_free_time_draws_the_same_total(by):
    document = documents.overview()["free"]
    found = sums(drawn(page("free", document), f"Free time by {by}"))
    names = {"covered": "covered", "non_billable": "free", "waived": "waived"}
    assert found == {names[key]: document["total"][f"{key}_seconds"] for key in names}
    rows = document[f"by_{by}"]
    assert (
        sum(row["free_seconds"] for row in rows) == document["total"]["free_seconds"] == sum(found.values())
    )


def test_the_bars_of_margins_are_the_hours_and_amounts_of_the_json():
    document = documents.overview()["margin"]
    html = page("margin", document)
    hours = sums(drawn(html, "Worked against billed"))
    assert hours["worked"] == document["total"]["worked_seconds"]
    billed = hours["billed on invoices"] + hours["billed from prepaid hours"]
    assert billed == document["total"]["billed_minutes"] * 60
    for total in document["totals"]:
        amounts = sums(drawn(html, f"Revenue in {total['currency']}"))
        assert sum(amounts.values()) == int(Decimal(total["net"]) * 100)
        shown = with_currency(total["net"], total["currency"])
        assert shown in html
        assert shown.replace("\u00a0", " ") in render("margin", "text", document).decode()


def test_the_bars_of_response_clocks_count_the_cases():
    document = documents.sla()
    html = page("sla")
    for title in ("Response clocks by priority", "Response clocks by month"):
        assert sums(drawn(html, title)) == {k.replace("-", " "): n for k, n in document["total"].items() if n}
    assert sum(document["total"].values()) == len(document["cases"])


def test_a_burn_down_is_drawn_through_the_points_of_the_json():
    report = documents.overview()["burndown"]
    for its, section in zip(report["burndowns"], burndown_sections(report), strict=True):
        drawn = dict(one.split("=") for one in paths(section.blocks[1]).numbers.split())
        whole = (
            {p["date"]: str(minor_units(p["remaining"], its["currency"])) for p in its["points"]}
            if (its["unit"] == "money")
            else {p["date"]: str(p["remaining"]) for p in its["points"]}
        )
        assert drawn == whole
    (section,) = burndown_sections(
        {
            "pace_days": 90,
            "burndowns": [
                report["burndowns"][0]
                | {
                    "points": [
                        {"date": "2026-01-01", "remaining": 600},
                        {"date": "2026-02-10", "remaining": 300},
                        {"date": "2026-02-20", "remaining": 300},
                    ],
                    "forecast": [
                        {"date": "2026-02-20", "remaining": 300},
                        {"date": "2026-04-11", "remaining": 0},
                    ],
                    "expiring": [{"purchase": "P1", "valid_through": "2026-04-10", "remaining": 300}],
                }
            ],
        }
    )
    made = paths(section.blocks[1])
    assert made.steps == "M0 0H4000V500H5000V500"
    assert made.forecast == "M5000 500L10000 1000"
    assert (made.top, made.today, made.last_day) == (duration(36000), "50.00%", short_day("2026-04-11"))
    assert made.events == [("99.00%", f"{duration(18000)} of P1 expire on {short_day('2026-04-10')}")]


def test_bars_never_reach_beyond_their_frame_and_leave_no_part_out():
    for kind in ("time", "free", "margin", "sla", "overview"):
        for x, size in re.findall(r'x="([\d.]+)%" y="\d+" width="([\d.]+)%"', page(kind)):
            assert Decimal(x) + Decimal(size) <= 100
    assert stacked([5, 0, 5], 10, 10) == "█████░░░░░"
    assert stacked([1, 1, 998], 1000, 10) == "█▓░░░░░░░░"
    assert len(stacked([1, 1, 1], 1, 2)) == 2
    assert stacked([0], 10, 10) == stacked([3], 0, 10) == ""
    assert len(set(MARKS)) == 5
    assert legend(["a", "b"]) == "█ a   ▓ b"


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_no_two_functions_that_letters_have_share_a_name(kind):
    """A document's own functions come first in its own templates."""
    found = {}
    for module in [*phrases()]:
        for name, function in _functions([module]).items():
            if name not in ("compose", "sheet"):
                assert found.setdefault(name, function) is function, name


# Colours.


def palette(dark):
    """The colours of the page by name."""
    light, _, night = CSS.partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", INK + light))
    return found | dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", night)) if dark else found


def channels(color):
    return [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]


def linear(color):
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(color)]


def luminance(color):
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The contrast of two colours as WCAG 2 defines it."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_every_colour_stands_out_from_the_paper(dark):
    colors = palette(dark)
    for name in ("ink", "quiet", "word"):
        assert contrast(colors[name], colors["paper"]) >= 4.5, name
    for place in range(5):
        assert contrast(colors[f"part{place}"], colors["paper"]) >= 3, place
        assert contrast(colors[f"part{place}"], colors["track"]) >= 2.5, place
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # what is known of the measure


# Linear RGB as people without one kind of cone see it (Viénot, Brettel and Mollon, 1999).
BLIND = {
    "protan": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deutan": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", BLIND)
def test_the_first_three_colours_differ_for_the_colour_blind(kind, dark):
    """Those of most charts; all five have patterns, too."""

    def seen(color):
        return [sum(w * c for w, c in zip(row, linear(color), strict=True)) for row in BLIND[kind]]

    colors = [palette(dark)[f"part{place}"] for place in range(3)]
    for one, other in combinations(map(seen, colors), 2):
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 >= 0.05


def test_every_part_but_the_first_has_a_pattern_of_its_own():
    html = page("time")
    for place in (1, 2, 3, 4):
        assert f'<pattern id="hatch{place}"' in html
        drawn_parts = html.count(f'<rect class="part{place}"')
        assert drawn_parts
        assert html.count(f'<rect fill="url(#hatch{place})"') == drawn_parts


@pytest.mark.parametrize("kind", ["time", "burndown", "free", "margin", "week", "overview", "sla", "hours"])
def test_a_page_with_charts_is_complete_in_itself(kind):
    html = page(kind)
    assert "<script" not in html
    assert not re.search(r"(?:src|href)=\"(?!#)|@import|url\((?!#|data:font)", html)
    for svg in re.findall(r"<svg role=\"img\" aria-labelledby=\"([^\"]+)\"", html):
        for name in svg.split():
            assert html.count(f'id="{name}"') == 1, name
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
