"""Own words of a firm: texts and labels by language, and the names of its agents (P50, P51)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from suptime.settings.settings import Settings

OLDER: Mapping[str, tuple[str, str]] = {
    "terms": ("seller", "payment_terms"),
    "footer": ("seller", "footer"),
    "legal": ("seller", "legal"),
    "tax_none": ("tax", "none"),
    "tax_exempt": ("tax", "exempt"),
    "reverse_charge": ("tax", "reverse_charge"),
}
"""The texts that have a setting without a language, too: its table and key."""
_TAX = ("tax_none", "tax_exempt", "reverse_charge")
_PRINTED = ("terms", "footer", "legal")

Tables = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts and labels by language, names by login; `older` are the texts that have no language of their own."""

    texts: Tables = field(default_factory=dict)
    labels: Tables = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    older: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> "Wording":
        """Return that of `settings`."""
        older = {name: settings.raw(".".join(place)) for name, place in OLDER.items()}
        texts, labels, agents = (settings.table(name) for name in ("texts", "labels", "agents"))
        return cls(texts, labels, agents, {name: text for name, text in older.items() if text})

    def text(self, name: str, language: str) -> str | None:
        """Return a text in a language such as `de-CH`: its own, that of `de`, else the one without a language."""
        return _in(self.texts, language).get(name) or self.older.get(name)

    def label_table(self, language: str) -> dict[str, str]:
        """Return the labels of codes in a language, those of `de-CH` before those of `de`."""
        return _in(self.labels, language)

    def printed(self, language: str) -> dict[str, str | None]:
        """Return the texts that an invoice keeps, with their language."""
        return {"language": language, **{name: self.text(name, language) for name in _PRINTED}}

    def tax_rules(self, rules: Mapping[str, Any], language: str) -> dict[str, Any]:
        """Return the rules of tax with the texts of a language in place of those without one."""
        own = _in(self.texts, language)
        return {**rules, **{name.removeprefix("tax_"): own[name] for name in _TAX if name in own}}

    def names_of(self, logins: Iterable[str]) -> dict[str, str]:
        """Return the names of those agents that have one, by login."""
        return {login: self.agents[login] for login in sorted(set(logins)) if login in self.agents}

    def untranslated(self, language: str, usual: str) -> Iterator[str]:
        """Yield the names of texts that stand only without a language, where `language` is not the `usual` one."""
        if language.partition("-")[0] != usual.partition("-")[0]:
            own = _in(self.texts, language)
            yield from (name for name in self.older if name not in own)


def _in(tables: Tables, language: str) -> dict[str, str]:
    """Return the entries of tables by language for one such as `de-CH`, merged over those for `de`."""
    return {**tables.get(language.partition("-")[0], {}), **tables.get(language, {})}
