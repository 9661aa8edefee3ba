"""Overview: what is left, response clocks, time, unpaid time, margins, and what clients owe."""

from suptime.documents.aging import aging_sections
from suptime.documents.burndown import burndown_sections
from suptime.documents.free import free_charts, summary
from suptime.documents.hours import balances_chart
from suptime.documents.margin import margin_charts
from suptime.documents.sla import response_charts
from suptime.documents.time import months_in_words, time_chart
from suptime.language.translate import Part
from suptime.render.blocks import Block, Document


def compose(report: Part) -> Document:
    """Compose the parts of `report` as their own reports do, with fewer columns."""
    blocks: list[Block] = []
    if report["hours"]["balances"]:
        blocks.append(balances_chart(report["hours"]))
    blocks += burndown_sections(report["burndown"])
    if report["response"]["cases"]:
        blocks += response_charts(report["response"])
    blocks += [time_chart(report["time"], (1, 7)), summary(report["free"]), *free_charts(report["free"])]
    blocks += margin_charts(report["margin"], beside=(5, 6), needs_note=False)
    blocks += aging_sections(report["aging"], "Owed by days past due")
    return Document("Overview", months_in_words(report), blocks)
