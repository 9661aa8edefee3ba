"""What the settings give to every document that is drawn up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from suptime.settings import Settings


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the settings say of every document: the `seller`, the `tax` rules, the `layout` (paper and logo).

    Each document keeps its own copy: it looks the same for ever.
    """

    seller: Mapping[str, Any] = field(default_factory=dict)
    tax: Mapping[str, Any] = field(default_factory=dict)
    layout: Mapping[str, Any] = field(default_factory=lambda: {"paper": "a4"})

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """That of SETTINGS."""
        return cls(settings.seller, settings.tax, settings.layout)
