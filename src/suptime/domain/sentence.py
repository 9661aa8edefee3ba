"""Sentences in English that keep their form and values, so that a document can translate them.

A sentence has a form, `Beyond the {limit} that the client consented to.`, and the values in it. It is a `str`,
the sentence in English. A document also stores the form and the values (`told`). Translators translate forms.
If a form changes, documents with the old form show the English sentence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.domain.time import Instant, Seconds, Zone, clock_of, in_words, show_day, show_moment

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in a sentence."""

    seconds: Seconds

    def __str__(self) -> str:
        return in_words(self.seconds)

    def told(self) -> Told:
        """As JSON."""
        return {"seconds": self.seconds}


@dataclass(frozen=True, slots=True)
class Term(Length):
    """Length of time that a contract states, such as a limit: documents write it in one unit, in words."""

    def told(self) -> Told:
        """As JSON."""
        return {"term": self.seconds}


@dataclass(frozen=True, slots=True)
class Day:
    """A day in a sentence."""

    day: date

    def __str__(self) -> str:
        return show_day(self.day)

    def told(self) -> Told:
        """As JSON."""
        return {"day": self.day.isoformat()}


@dataclass(frozen=True, slots=True)
class Moment:
    """A minute on the clocks of a zone, in a sentence."""

    instant: Instant
    zone: Zone

    def __str__(self) -> str:
        return show_moment(self.instant, self.zone)

    def told(self) -> Told:
        """As JSON: the time on those clocks."""
        local = self.zone.local(self.instant)
        return {"moment": f"{local:%Y-%m-%d}T{clock_of(local)}"}


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount with its currency after it, in a sentence."""

    amount: str
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def told(self) -> Told:
        """As JSON."""
        return {"amount": self.amount, "currency": self.currency}


Value = str | int | Decimal | Length | Day | Moment | Sum
"""Values of a sentence: a `Said` in it is translated, other text is not."""


class Sentence(str):
    """A sentence, or several, with their parts: (form, form of several, number, values) each."""

    __slots__ = ("_told", "made_of")
    made_of: tuple[tuple[str, str, int, Mapping[str, Value]], ...]
    _told: list[Told] | None

    @classmethod
    def of(cls, text: str, made_of: tuple[tuple[str, str, int, Mapping[str, Value]], ...]) -> "Sentence":
        """Return `text`, in English, with its parts `made_of`."""
        made = cls(text)
        made.made_of = made_of
        made._told = None
        return made

    def told(self) -> list[Told]:
        """Return the parts as JSON: one object for each sentence. The result is cached and must not be changed."""
        if self._told is None:
            self._told = [_told(*one) for one in self.made_of]
        return self._told


def _told(one: str, several: str, number: int, values: Mapping[str, Value]) -> Told:
    plural = {"plural": several, "number": number} if several else {}
    return {"text": one} | plural | {"with": {name: _value(value) for name, value in values.items()}}


def _value(value: Value) -> Any:
    if isinstance(value, Sentence):
        return {"said": value.told()}
    if isinstance(value, int | Decimal):
        return {"number": str(value)}
    return value if isinstance(value, str) else value.told()


def sentence(form: str, /, **values: Value) -> Sentence:
    """Return the sentence of `form` with `values` in its braces.

    >>> sentence("Beyond the {limit} that the client consented to.", limit=Length(7200))
    'Beyond the 2 h that the client consented to.'
    """
    return Sentence.of(form.format(**values) if values else form, ((form, "", 0, values),))


def mark(form: str) -> str:
    """Return `form`, which marks it for translators; it is translated elsewhere."""
    return form


def forms(one: str, several: str) -> tuple[str, str]:
    """Return both forms, which marks them for translators; a number chooses between them elsewhere."""
    return one, several


def plural(one: str, several: str, number: int, /, **values: Value) -> Sentence:
    """Return the sentence `one` for a `number` of 1, else `several`, with `values` and the `number`.

    >>> plural("one call", "{number} calls", 3)
    '3 calls'
    """
    values = {**values, "number": number}
    return Sentence.of((one if number == 1 else several).format(**values), ((one, several, number, values),))


def together(*texts: str) -> Sentence:
    """Return `texts` as consecutive sentences; a text that is not a `Said` is not translated.

    >>> together(sentence("It is free."), "", sentence("It is late."))
    'It is free. It is late.'
    """
    parts = [
        text if isinstance(text, Sentence) else Sentence.of(text, ((text, "", 0, {}),))
        for text in texts
        if text
    ]
    return Sentence.of(" ".join(parts), tuple(one for part in parts for one in part.made_of))


def in_a_list(key: str, texts: Iterable[str]) -> Told:
    """Return `texts` under `key` of a JSON object, and their parts under `KEY_said`."""
    every = list(texts)
    return {key: [str(text) for text in every], f"{key}_said": [together(text).told() for text in every]}


def with_words(key: str, text: str) -> Told:
    """Return `text` under `key` of a JSON object, and its parts, if known, under `KEY_said`."""
    return {key: str(text)} | ({f"{key}_said": text.told()} if isinstance(text, Sentence) else {})
