"""The firm's own names on documents: labels of categories, causes and priorities, and names of agents (P50, P51)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from suptime.language.figures import single_line
from suptime.language.translate import Part, current_language

Words = Mapping[str, Mapping[str, Any]]

_house: ContextVar[Words] = ContextVar("house words", default=MappingProxyType({}))
_CODES = ("category", "cause", "priority")
_LISTS = ("categories",)


@contextmanager
def using_words(words: Words | None) -> Iterator[None]:
    """Use the firm's `labels` by language and `agents` of today within the block, for documents that keep none."""
    token = _house.set(words or {})
    try:
        yield
    finally:
        _house.reset(token)


def label_of(code: str | None, document: Part) -> str:
    """Return the name of a category, cause or priority: its label, or its code as words (P51).

    >>> label_of("bug-report", {}), label_of("by_cause", {})
    ('Bug report', 'By cause')
    """
    text = _named(code or "", document)
    return text[:1].upper() + text[1:]


def agent_name(login: str, document: Part) -> str:
    """Return the name of an agent, or the login of one without a name."""
    names = (
        document["agents"] if isinstance(document.get("agents"), Mapping) else _house.get().get("agents", {})
    )
    return single_line(names.get(login) or login)


def labelled(part: Part, document: Part) -> dict[str, Any]:
    """Return `part` of `document`, whose sentences name categories, causes and priorities by their labels."""

    def shown(value: Any, key: str, *, is_said: bool) -> Any:
        if isinstance(value, Mapping):
            return {
                name: shown(inner, name, is_said=is_said or name.endswith("_said"))
                for name, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [shown(inner, key, is_said=is_said) for inner in value]
        if not is_said or not isinstance(value, str):
            return value
        if key in _LISTS:
            return ", ".join(_named(code, document) for code in value.split(", "))
        return _named(value, document) if key in _CODES else value

    found: dict[str, Any] = shown(part, "", is_said=False)
    return found


def _named(code: str, document: Part) -> str:
    labels = document["labels"] if "labels" in document else _labels_of_today()
    return single_line(labels.get(code) or code.replace("-", " ").replace("_", " "))


def _labels_of_today() -> Mapping[str, str]:
    language, tables = current_language(), _house.get().get("labels", {})
    return {**tables.get(language.partition("-")[0], {}), **tables.get(language, {})}
