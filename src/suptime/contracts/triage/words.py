"""Comparable words of a request: accents, endings and typing mistakes do not matter."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MOST_WORDS = 300
"""Most words of a request that are read."""

_SHORT = {
    r"\b(do|does|did|is|are|was|were|would|could|should|has|have|had)nt\b": r"\1 not",
    r"\bcan'?t\b": "can not",
    r"\b(what|where|how)s\b": r"\1 is",
    r"\bim\b": "i am",
    r"\bur\b": "your",
    r"\b(?:cna|acn)\b": "can",
    r"\bhwo\b": "how",
    r"\b(?:waht|wath|whta)\b": "what",
    r"\bteh\b": "the",
    r"\bcannot\b": "can not",
    r"\bwon't\b": "will not",
    r"n't\b": " not",
    r"\b(what|where|who|how|when|it|that|there)'s\b": r"\1 is",
    r"'s\b": "",
    r"'d\b": " would",
    r"'m\b": " am",
    r"'re\b": " are",
    r"'ve\b": " have",
    r"'ll\b": " will",
    r"\be-(?=mail)": "e",
    r"\b(set|clean|back|sign|log|follow|start)-?(up|in|on|off|out)\b": r"\1 \2",
    r"\b(pls|plz|plse)\b": "please",
    r"\bu\b": "you",
    r"\bwanna\b": "want to",
    r"\bacct\b": "account",
}
_SHORTENED = [(re.compile(short), long) for short, long in _SHORT.items()]

_SAME = {"we": "i", "one": "i", "us": "me", "our": "my", "ours": "my", "an": "a"}
"""Words with the same meaning for who is to act."""

DETERMINERS = frozenset("a the my this that these those some any all its his her their both each".split())

PLAIN_WORDS = (
    DETERMINERS
    | _SAME.keys()
    | frozenset(
        """
        i me you your he she it they them who whom whose what which where when why how if whether
        am is are was were be been being do does did done can could may might must shall should will
        would have has had not no never without and or but so then than as at by for from in into of
        on onto to with about up out off over under please kindly just also there here like get
        """.split()
    )
)
"""Words about the manner, with little meaning of their own."""

_ENDINGS = re.compile(r"(?:i[sz]ations?|ations?|ating|ators?|ated|ates?|ings?|ions?|ed|es|ly|s|e)$")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiou")


class Word(NamedTuple):
    """One word: as written, as compared, and without its ending."""

    written: str
    form: str
    stem: str


def words(text: str) -> tuple[Word, ...]:
    """Return the words of `text`, at most `MOST_WORDS`.

    >>> [word.stem for word in words("We can't parse the réplies!")]
    ['i', 'can', 'not', 'pars', 'the', 'reply']
    """
    plain = folded(text)
    for short, long in _SHORTENED:
        plain = short.sub(long, plain)
    found = (match[0] for match, _ in zip(re.finditer(r"[^\W_]+", plain), range(MOST_WORDS), strict=False))
    return tuple(
        Word(written, form, stem(form)) for written in found for form in (_SAME.get(written, written),)
    )


def folded(text: str) -> str:
    """Return `text` in lower case without accents, with plain quotes and blanks.

    >>> folded("Café\u2019s ÜBER")
    "cafe's uber"
    """
    letters = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'").replace("\u2018", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return `word` without its ending; function words and short words are unchanged.

    >>> stem("configuration") == stem("configured") == stem("configure")
    True
    >>> stem("replies"), stem("mapping"), stem("does")
    ('reply', 'map', 'does')
    """
    if word in PLAIN_WORDS or len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if (found := _ENDINGS.search(word)) and not word.endswith("ss"):
        start = next(
            (at for at in range(found.start(), len(word)) if at >= 3 and _ENDINGS.match(word, at)), None
        )
        word = word if start is None else word[:start]
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou" else word


@lru_cache(maxsize=65536)
def alike(typed: str, meant: str) -> bool:
    """Return whether `typed` may be `meant` with a typing mistake; two mistakes in long words.

    Typing mistakes are a letter too many or too few, two swapped letters, a wrong vowel, or a neighbouring
    key; other letters are not, or "charge" would be read as "change".

    >>> alike("campagin", "campaign"), alike("delte", "delete"), alike("charg", "chang")
    (True, True, False)
    """
    if typed == meant:
        return True
    length = min(len(typed), len(meant))
    if length < 4 or typed[0] != meant[0] or abs(len(typed) - len(meant)) > 2 or typed.isdigit():
        return False
    if length < 5 and len(typed) == len(meant) and sorted(typed) != sorted(meant):
        return False
    return _slips(typed, meant) <= (2 if length >= 8 else 1)


def _slips(typed: str, meant: str) -> int:
    """Return the typing mistakes from `meant` to `typed` (optimal string alignment); 9 for an unrelated letter."""
    before: list[int] = []
    row: list[int] = [*range(len(meant) + 1)]
    for i, letter in enumerate(typed, 1):
        before, above = row, before
        row = [i]
        for j, wanted in enumerate(meant, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + _for_another(letter, wanted))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == wanted and above:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]


def _for_another(letter: str, wanted: str) -> int:
    """Return the cost of `letter` instead of `wanted`."""
    if letter == wanted:
        return 0
    if letter in _VOWELS and wanted in _VOWELS:
        return 1
    return 1 if any(letter + wanted in row or wanted + letter in row for row in _ROWS) else 9
