"""The language of a document, and its texts.

Every text that a reader sees goes through `tr` (`trn` if a number decides the form,
`mark` for a text of a table that is translated elsewhere). The English text is its own
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
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suptime.domain.sentence import forms, mark
from suptime.domain.values import LANGUAGE, accept
from suptime.language.notation import DOLLARS, MINUS, NO_BREAK, SYMBOLS, Notation, notation
from suptime.resources import looking_in

if TYPE_CHECKING:
    from suptime.language.catalogue import Catalogue

__all__ = [
    "ENGLISH",
    "any_of",
    "current_catalogue",
    "current_language",
    "current_notation",
    "dollar_of",
    "each",
    "forms",
    "language_of",
    "length_of_time",
    "mark",
    "sentence_of",
    "sentences_of",
    "showing_seconds",
    "symbol_of",
    "term",
    "tr",
    "trc",
    "trn",
    "trs",
    "using_language",
    "writing_data",
]

ENGLISH = "en"

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)
_dollar: ContextVar[str] = ContextVar("dollar", default="")
_data: ContextVar[bool] = ContextVar("data", default=False)
_exact: ContextVar[bool] = ContextVar("exact", default=False)
_MINUTES = re.compile(r"\{(\w+)\} min\b")
_BRACES = re.compile(r"\{(\w+)\}")

Part = Mapping[str, Any]


@contextmanager
def using_language(language: str | None, *, dollar: str = "") -> Iterator[None]:
    """Use a language such as `de` or `fr-CH` within the block; None is English. `dollar` is the currency written `$`.

    Raises:
        WrongUsage: there is no catalogue of it, or it is at fault.
    """
    token, symbol = _language.set(language or ENGLISH), _dollar.set(dollar)
    try:
        current_catalogue()  # Report an unknown language before anything is made.
        yield
    finally:
        _language.reset(token)
        _dollar.reset(symbol)


@contextmanager
def showing_seconds(*, exact: bool) -> Iterator[None]:
    """Write lengths of time to the second within the block if `exact`; else in whole minutes."""
    token = _exact.set(exact)
    try:
        yield
    finally:
        _exact.reset(token)


@contextmanager
def writing_data(*, is_data: bool) -> Iterator[None]:
    """Keep English sentences as they were stored within the block if `is_data`: for programs, not for readers."""
    token = _data.set(is_data)
    try:
        yield
    finally:
        _data.reset(token)


def each(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield `parts`, such as invoices, one after another, each while its own `language` is in use."""
    for part in parts:
        with using_language(part.get("language"), dollar=dollar_of(part)):
            yield part


def dollar_of(document: Part) -> str:
    """Return the currency that `document` writes as `$`: that of the country in which its seller and client both are.

    >>> dollar_of({"seller": {"country": "US"}, "client_country": "US"}), dollar_of({"seller": None})
    ('USD', '')
    """
    country = (document.get("seller") or {}).get("country")
    return DOLLARS.get(country, "") if country and country == document.get("client_country") else ""


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


def current_notation() -> Notation:
    """Return how the language in use writes figures."""
    return notation(_language.get())


def symbol_of(currency: str) -> str:
    """Return the symbol of a `currency`, or its code where documents do not use a symbol."""
    return "$" if currency == _dollar.get() else SYMBOLS.get(currency, currency)


def term(seconds: int) -> str:
    r"""Return a length of time that a contract states, in one unit.

    >>> term(900), term(86400), term(5400)
    ('15\xa0minutes', '24\xa0hours', '90\xa0minutes')
    """
    hours, rest = divmod(seconds, 3600)
    if hours and not rest:
        return trn("{number} hour", "{number} hours", hours).replace(" ", NO_BREAK)
    return trn("{number} minute", "{number} minutes", seconds // 60).replace(" ", NO_BREAK)


def length_of_time(seconds: int) -> str:
    """Return seconds as hours and minutes, whose signs are those of all languages; see `showing_seconds`."""
    sign, size = (MINUS, -seconds) if seconds < 0 else ("", seconds)
    minutes, rest = divmod(size, 60)
    parts = [f"{minutes}{NO_BREAK}min"]
    if minutes >= 60:
        parts = [
            f"{current_notation().number(str(minutes // 60))}{NO_BREAK}h",
            f"{minutes % 60:02}{NO_BREAK}min",
        ]
    if rest and _exact.get():
        parts = [*(parts if minutes else []), f"{rest:02}{NO_BREAK}s" if minutes else f"{rest}{NO_BREAK}s"]
    return (sign if minutes or _exact.get() else "") + NO_BREAK.join(parts)


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
    return filled(text, {"number": current_notation().number(str(number)), **values})


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
    if not made_of or _is_as_stored():
        return str(part[key] or "")
    return " ".join(_sentence(one) for one in made_of)


def _is_as_stored() -> bool:
    return _data.get() and current_catalogue() is None


def sentences_of(part: Part, key: str) -> list[str]:
    """Return the sentences in the list under `key` of `part`, as `sentence_of` returns one."""
    made_of = part.get(f"{key}_said")
    if not made_of or _is_as_stored():
        return list(part[key])
    return [" ".join(_sentence(one) for one in sentence) for sentence in made_of]


def _sentence(message: Part) -> str:
    given, text = message["with"], message["text"]
    several = message.get("plural")
    form = trn(text, several, message["number"]) if several else tr(text)
    return filled(_with_lengths(form, given), {name: _value(value) for name, value in given.items()})


def _with_lengths(form: str, given: Part) -> str:
    """Return `form` with each number of minutes that is `given` for it as a length of time, such as 1 h 05 min."""

    def shown(found: re.Match[str]) -> str:
        value = given.get(found[1])
        return (
            length_of_time(int(value["number"]) * 60)
            if isinstance(value, Mapping) and "number" in value
            else found[0]
        )

    return _MINUTES.sub(shown, form)


def _value(value: Any) -> str:
    """Return a value of a sentence (`domain/sentence.py`) as the language writes it."""
    if isinstance(value, str):
        return value
    if "said" in value:
        return " ".join(_sentence(one) for one in value["said"])
    if "seconds" in value:
        return length_of_time(value["seconds"])
    if "term" in value:
        return term(value["term"])
    figures = current_notation()
    if "day" in value:
        return figures.long_day(date.fromisoformat(value["day"]))
    if "moment" in value:
        day, _, clock = value["moment"].partition("T")
        return tr("{day} at {time}", day=figures.long_day(date.fromisoformat(day)), time=clock)
    if "amount" in value:
        return figures.money(value["amount"], symbol_of(value["currency"]))
    return figures.number(value["number"])


def any_of(words: Sequence[str]) -> str:
    """Return `words` as a list of which one is meant."""
    if len(words) < 2:
        return "".join(words)
    return tr("{some} or {last}", some=", ".join(words[:-1]), last=words[-1])


def known_language(text: str, own: Path | None = None) -> str:
    """Return `text` as a language with texts: shipped ones, or in the folder `own` of the user's templates.

    Raises:
        WrongUsage: it is not a language, or it has no texts.
    """
    plain = accept(LANGUAGE, text)
    with looking_in(own), using_language(plain):
        return plain
