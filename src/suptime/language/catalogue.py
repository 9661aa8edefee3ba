"""Texts of a language, from its catalogues.

Catalogues are gettext's `.po` files, `languages/LANGUAGE.po` among the templates. A
catalogue of the user's own adds a language, or texts to one; other texts are from the shipped one.
"""

import io
import re
from functools import lru_cache
from gettext import GNUTranslations
from itertools import pairwise
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from suptime import resources
from suptime.errors import WrongUsage
from suptime.resources import folder

LANGUAGES = "languages"
LARGEST = 4 * 1024 * 1024
"""Most bytes of a catalogue: seventy times those of a complete one."""
_NAMES = re.compile(r"\{(\w+)\}")


class Catalogue:
    """A language: its `texts`, and its `locale`."""

    def __init__(self, locale: Locale, texts: GNUTranslations) -> None:
        self.locale = locale
        self._texts = texts

    def text(self, text: str) -> str:
        """Return the translation of `text`."""
        return self._texts.gettext(text) if text else ""

    def text_in(self, context: str, text: str) -> str:
        """Return the translation of `text` in `context`."""
        return self._texts.pgettext(context, text)

    def counted(self, one: str, several: str, number: int) -> str:
        """Return the translation of `one` or `several` for a `number` of things."""
        return self._texts.ngettext(one, several, number)


def languages(own: Path | None = None) -> list[str]:
    """Return the languages with catalogues, including those in the folder `own`, and English."""
    places = [folder("templates"), *([own] if own else [])]
    return sorted({"en", *(path.stem for place in places for path in place.glob(f"{LANGUAGES}/*.po"))})


@lru_cache
def catalogue(language: str, own: Path | None = None) -> Catalogue:
    """Return the catalogue of a language such as `de` or `de-AT`: in the folder `own` first, then the shipped one.

    Raises:
        WrongUsage: there is none of that language, or one of the user's own is invalid.
    """
    found = [
        _read(path, check=place != folder("templates"))
        for place in ([own] if own else []) + [folder("templates")]
        for name in dict.fromkeys((language, language.partition("-")[0]))
        if (path := place / LANGUAGES / f"{name}.po").is_file()
    ]
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = None
    if not found or locale is None:
        raise WrongUsage(
            f'There are no texts in the language "{language}".',
            f"Languages: {', '.join(languages(own))}.",
            f"Put {LANGUAGES}/{language}.po into the folder of your templates, or use another language.",
        )
    for first, second in pairwise(found):
        first.add_fallback(second)
    return Catalogue(locale, found[0])


def _read(path: Path, *, check: bool) -> GNUTranslations:
    """Return the catalogue in the file at `path`; unused texts are kept, for older documents."""
    if check:
        resources.refuse_distrusted(path)
    try:
        raw = path.read_bytes()
        _bearable(raw)
        read = read_po(io.BytesIO(raw), locale=None, ignore_obsolete=False, abort_invalid=True)
        if check:
            _check(path, read)
        for message in read.obsolete.values():
            read.add(message.id, message.string, flags=message.flags, context=message.context)
        binary = io.BytesIO()
        write_mo(binary, read)
        binary.seek(0)
    except PoFileError as error:
        raise resources.broken(path, error.lineno + 1, "a line is not valid") from error
    except LookupError as error:
        raise resources.broken(path, None, "its encoding is unknown") from error
    except (AttributeError, TypeError, RecursionError) as error:  # Babel raises this for an invalid date.
        raise resources.broken(path, None, "its head is invalid") from error
    except (UnicodeDecodeError, OSError, ValueError) as error:
        why = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise resources.broken(path, None, why) from error
    try:
        texts = GNUTranslations(binary)
        for number in range(200):  # A rule may divide by zero, or have an unknown form.
            texts.ngettext("", "", number)
    except Exception as error:
        raise resources.broken(path, None, f"its rule of plural forms does not work: {error}") from error
    return texts


def _bearable(raw: bytes) -> None:
    """Refuse a file for which Babel would need too much memory.

    Raises:
        ValueError: the file is too large, with the reason.
    """
    if len(raw) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 1024} KiB")
    if any(len(digits) > 1 for digits in re.findall(rb"nplurals\s*=[\s\"\\n]*0*([0-9]+)", raw)):
        raise ValueError("it has ten plural forms or more")


def _check(path: Path, read: Catalog) -> None:
    """Refuse a text with a value in braces that its English text does not have."""
    for message in read:
        if not message.id:
            continue
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        names = {name for text in english for name in _NAMES.findall(str(text))}
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for name in (name for text in strings for name in _NAMES.findall(str(text or ""))):
            if name not in names:
                raise resources.broken(path, message.lineno, f"the English text has no {{{name}}}")
