"""What the settings give to every document that is drawn up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from suptime.domain.work import Client
from suptime.settings import Settings


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the settings say of every document: the `seller`, the `tax` rules, the `layout` (paper and logo).

    Each document keeps its own copy: it looks the same for ever. `language` is that of clients who have
    none of their own; `asked` is one that was asked for, whatever the client's is.
    """

    seller: Mapping[str, Any] = field(default_factory=dict)
    tax: Mapping[str, Any] = field(default_factory=dict)
    layout: Mapping[str, Any] = field(default_factory=lambda: {"paper": "a4"})
    language: str = "en"
    asked: str | None = None

    @classmethod
    def of(cls, settings: Settings, asked: str | None = None) -> Self:
        """That of SETTINGS; ASKED is a language that was asked for."""
        return cls(settings.seller, settings.tax, settings.layout, settings.language, asked)

    def language_for(self, client: Client) -> str:
        """The language of CLIENT's documents."""
        return self.asked or client.language or self.language
