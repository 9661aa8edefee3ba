"""On whose clocks the days and times of a page are."""

from dataclasses import replace

from suptime.language.translate import Part, tr
from suptime.render.blocks import Document, Paragraph


def with_zone(composed: Document, data: Part) -> Document:
    """Return a composed document that ends with the zone that `data` has, if it has one."""
    if not data.get("timezone"):
        return composed
    if "timezones" in data:
        names = ", ".join(data["timezones"])
        said = tr("Days and times are those of each contract: {zones}.", zones=names)
    else:
        said = tr("Days and times are those of {zone}.", zone=data["timezone"])
    return replace(composed, blocks=[*composed.blocks, Paragraph(said, "quiet")])
