"""The language of a document, and its texts.

Every text that a reader sees goes through `tr` (`trn` where a number decides the form,
`mark` where a text stands in a table and is said elsewhere). The English text is its own
key in the catalogues of `templates/languages`, one `.po` file for a language:

    from suptime.language.translate import tr, using_language

    with using_language(invoice["language"]):
        subject = tr("Invoice {number} of {seller}", number=..., seller=...)

Documents have their `language`; `using_language(None)`, and all that is outside of it, is English.
In templates `tr` and `trn` are there as functions. A text of a template, of an e-mail say,
is found by `make translations`, as those in the code are. Values are filled in after the
translation, and are never taken for a text themselves. For English nothing is loaded.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suptime.domain.sentence import forms, mark
from suptime.domain.values import LANGUAGE, accept
from suptime.resources import looking_in

if TYPE_CHECKING:
    from suptime.language.catalogue import Catalogue

__all__ = [
    "ENGLISH",
    "any_of",
    "current_catalogue",
    "current_language",
    "each",
    "forms",
    "language_of",
    "mark",
    "sentence_of",
    "sentences_of",
    "tr",
    "trc",
    "trn",
    "trs",
    "using_language",
]

ENGLISH = "en"

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)
_BRACES = re.compile(r"\{(\w+)\}")

Part = Mapping[str, Any]


@contextmanager
def using_language(language: str | None) -> Iterator[None]:
    """Use a language such as `de` or `fr-CH` within the block; None is English.

    Raises:
        WrongUsage: there is no catalogue of it, or it is at fault.
    """
    token = _language.set(language or ENGLISH)
    try:
        current_catalogue()  # that there is no such language is said before anything is made
        yield
    finally:
        _language.reset(token)


def each(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield `parts`, such as invoices, one after another, each while its own `language` is in use."""
    for part in parts:
        with using_language(part.get("language")):
            yield part


def language_of(document: Part) -> str | None:
    """Return the language of a document: its own, or the one that all its invoices have; None is English.

    >>> language_of({"invoices": [{"language": "de"}, {"language": "de"}]})
    'de'
    """
    if own := document.get("language"):
        return str(own)
    languages = {invoice.get("language") for invoice in document.get("invoices", ())}
    return languages.pop() if len(languages) == 1 else None


def current_language() -> str:
    """Return the language in use, as a BCP 47 tag."""
    return _language.get()


def current_catalogue() -> "Catalogue | None":
    """Return the texts and formats of the language in use; None while that is English."""
    language = _language.get()
    if language.partition("-")[0] == ENGLISH:
        return None
    from suptime.language.catalogue import catalogue
    from suptime.resources import own

    return catalogue(language, own())


def country(code: str) -> str:
    """Return the name of the country of an ISO 3166 code; an unknown code as it is.

    >>> country("AT"), country("XY")
    ('Austria', 'XY')
    """
    from babel import Locale

    words = current_catalogue()
    territories = (words.locale if words else Locale(ENGLISH)).territories
    return str(territories.get(code, code))


def tr(text: str, /, **values: object) -> str:
    """Return `text` in the language in use, with `values` in its braces.

    >>> tr("Payable by {day}.", day="5 October 2026")
    'Payable by 5 October 2026.'
    """
    words = current_catalogue()
    return filled(words.text(text) if words else text, values)


def trc(context: str, text: str, /, **values: object) -> str:
    """Return `text` as `tr` does, where it has another translation than elsewhere; `context` says where, for translators."""
    words = current_catalogue()
    return filled(words.text_in(context, text) if words else text, values)


def trn(one: str, several: str, number: int, /, **values: object) -> str:
    """Return `one` for a number of 1, else `several` (or what another language wants), with `values` and `{number}`.

    >>> trn("{number} case", "{number} cases", 2)
    '2 cases'
    """
    words = current_catalogue()
    text = words.counted(one, several, number) if words else (one if number == 1 else several)
    figure = words.whole(number) if words else f"{number:,}"
    return filled(text, {"number": figure, **values})


def trs(texts: Iterable[str]) -> list[str]:
    """Return `texts` in the language in use."""
    return [tr(text) for text in texts]


def filled(text: str, values: Mapping[str, object]) -> str:
    """Return `text` with `values` in its braces; braces of another name stay."""
    if not values:
        return text
    return _BRACES.sub(lambda found: str(values.get(found[1], found[0])), text)


def sentence_of(part: Part, key: str = "reason") -> str:
    """Return the sentence under `key` of `part`: in the language in use, where `part` holds how it was made.

    Documents that were issued before they held that stay in English.
    """
    made_of = part.get(f"{key}_said")
    if not made_of or not current_catalogue():
        return str(part[key] or "")
    return " ".join(_sentence(one) for one in made_of)


def sentences_of(part: Part, key: str) -> list[str]:
    """Return the sentences in the list under `key` of `part`, as `sentence_of` returns one."""
    made_of = part.get(f"{key}_said")
    if not made_of or not current_catalogue():
        return list(part[key])
    return [" ".join(_sentence(one) for one in sentence) for sentence in made_of]


def _sentence(message: Part) -> str:
    values = {name: _value(value) for name, value in message["with"].items()}
    text = message["text"]
    if several := message.get("plural"):
        return trn(text, several, message["number"], **values)
    return tr(text, **values)


def _value(value: Any) -> str:
    """Return a value of a sentence (`domain/sentence.py`) as the language writes it."""
    words = current_catalogue()
    if words is None or isinstance(value, str):
        return str(value)
    if "said" in value:
        return " ".join(_sentence(one) for one in value["said"])
    if "seconds" in value:
        return words.length(value["seconds"])
    if "day" in value:
        return words.long_day(value["day"])
    if "moment" in value:
        day, _, clock = value["moment"].partition("T")
        return tr("{day} at {time}", day=words.long_day(day), time=clock)
    if "amount" in value:
        return words.with_currency(value["amount"], value["currency"])
    return words.number(value["number"])


def any_of(words: Sequence[str]) -> str:
    """Return `words` as a list of which one is meant."""
    if len(words) < 2:
        return "".join(words)
    return tr("{some} or {last}", some=", ".join(words[:-1]), last=words[-1])


def known_language(text: str, own: Path | None = None) -> str:
    """Return `text` as a language that there are texts in: shipped ones, or in the folder `own` of a person's templates.

    Raises:
        WrongUsage: it is no language, or there are none in it.
    """
    plain = accept(LANGUAGE, text)
    with looking_in(own), using_language(plain):
        return plain
