"""Look of documents where the settings name none: the accent, and the font that comes with suptime."""

from collections.abc import Mapping

ACCENT = "#12506e"
FONT = "Source Sans 3"

BRAND: Mapping[str, str] = {"accent": ACCENT, "font": FONT}
