"""Form of an utterance: a question, a request, or a statement.

"Can I create a campaign" and "can you create a campaign" have the same words but different
meanings. The forms are English; a text in another language is PLAIN, and its words count unchanged.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from suptime.contracts.triage.words import MOST_WORDS, Word, alike, words

MOST_LETTERS = 20_000
"""Most characters of a request that are read."""


class Form(StrEnum):
    """Form of an utterance."""

    QUESTION = "question"
    ASK = "ask"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Utterance:
    """Part of a request with one form.

    `whole` is all of it; `rest` is the part without greeting and polite words, with an indirect
    question as a direct one.
    """

    form: Form
    whole: tuple[Word, ...]
    rest: tuple[Word, ...]
    by_you: bool = False


QUESTION_WORDS = frozenset("how what where when which who whom whose why".split())
HELPERS = frozenset(
    "am is are was were do does did can could may might must shall should will would has have had".split()
)
_BEFORE = frozenset("in on at for to from with by of since until".split())
_PERSONS = frozenset("i you he she it they there".split())

_US = (
    r"(?:you|someone|somebody|anyone|anybody|i of you|i of your \w+|"
    r"(?:your|a) (?:team|colleague|colleagues|engineer|engineers|developer|developers|technician|staff|support|people))"
    r"(?: (?:from|of|in|on|at) (?:your|the) (?:team|side|end|staff|support))?"
)
_POLITE = (
    r"(?:please|kindly|possibly|perhaps|maybe|also|just|quickly|mind|be so kind as to|be so kind to|"
    r"be so kind and|be able to|help me to|help me|be willing to)"
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|team|all|everyone|support|there|"
    r"thanks|thank you|many thanks|please|kindly|just|also|and|but|so|then|ok|okay|well|now|again|maybe|"
    r"perhaps|urgent|re|fwd|sorry|(?:(?:a |i |another )?(?:quick |short |small |simple |general )*question"
    r"(?: about| regarding| on| for you)?))\b ?"
)
_TELL = re.compile(
    rf"(?:(?:(?:can|could|would|will|may|might) {_US} )?(?:{_POLITE} )*"
    r"(?:(?:tell|telling|ask|show) me|(?:explain|explaining|clarify|confirm|advise)(?: to)?(?: me)?|let(?:ting)? me know|"
    r"inform me|give me (?:a )?(?:hint|idea)(?: on| about)?|help me (?:to )?understand)(?: please)?"
    r"|(?:do|does|did) (?:you|anyone|anybody|someone) (?:happen to )?know"
    r"|(?:do you have )?any (?:idea|clue)"
    r"|(?:i )?(?:was |were |am |are |have been )?(?:just )?wonder(?:ing)?"
    r"|i (?:would like|would love|would be interested|want|need|wish|have|try|am trying) to (?:know|understand|learn|ask|find out|see)(?: you)?"
    r"|(?:can|could|may|might) i ask(?: you)?"
    r"|(?:would|do) you (?:say|think|agree|believe)(?: that)?"
    rf"|(?:i (?:was |am )?(?:hoping|hope) (?:that )?{_US} (?:can|could) )?(?:tell me|let me know|explain)"
    rf"|(?:(?:can|could|would|will) {_US} )?(?:{_POLITE} )*(?:check|verify|double check|look|see)(?= (?:if|whether)\b)"
    r"|(?:is there )?any chance(?! (?:you|that you|someone))"
    r"|i (?:do|am|can|could) not (?:know|understand|sure|see|find out|find)(?: out)?"
    r"|i am (?:curious|unsure|not sure|interested|asking)(?: myself)?|not sure|unsure|curious|please ask"
    r"|(?:i have|there is) (?:a |i )?(?:\w+ )?question|(?:my|the) question is)"
    r"(?: about)?\b ?"
)
_ASK = re.compile(
    rf"(?:(?:can|could|would|will|might|may) {_US}(?: {_POLITE})*"
    rf"|(?:i|somebody) (?:need|want|ask|expect|would like|would love|would need|would want|would ask|request) {_US} to(?: {_POLITE})*"
    rf"|i (?:would )?(?:be )?(?:very )?(?:much )?(?:grateful|glad|happy|pleased|thankful|appreciate it|appreciate)(?: very much| a lot)?"
    rf" if {_US}(?: can| could| would| will)?(?: {_POLITE})*"
    rf"|i (?:was |am )?(?:hoping|hope) (?:that )?{_US} (?:can|could|will|would)(?: {_POLITE})*"
    rf"|(?:is there )?any chance (?:that )?{_US}(?: can| could)?"
    r"|it would be (?:great|nice|good|helpful|kind|lovely|perfect) if (?:you|someone|somebody)(?: can| could| would)?"
    rf"|(?:is it|would it be) possible for {_US} to|(?:are you|would you be) able to|would you be so kind(?: as)? (?:to|and)"
    r"|(?:i (?:have|need|want|would like|am|are) )?(?:stuck|need|require|request|requesting|looking for)?(?: (?:some|your|a))?"
    r" ?(?:help|assistance)(?: needed| wanted| required)?(?: me| i)?(?: please)?(?: with| in| on| to| for)?"
    r"|(?:i (?:need|want|require|would like|would need|am looking for|would love)|need|require|requesting|looking for)"
    r"(?: (?:to have|to order|to book|to get))?(?! to\b)"
    r"|i (?:would )?(?:would like|want|wish) to (?:have|order|book|get)"
    r"|(?:i )?(?:herewith )?(?:ask|request)(?: you)? (?:for|to))\b ?"
)
_HOLDS = re.compile(r"\b(?:confirm|say|think|agree|believe)\b")
"""Words that ask whether the following is true: "confirm it is right"."""
_BY_YOU = re.compile(r"(?:can|could|would|will|might|may) (?:you|your)\b")

_ENDS = re.compile(r"(?<=[.!?;:])(?=\s|$)|\n+|\s[\u2013\u2014-]+\s")
_LINKS = re.compile(
    r",(?=\s)|\b(?:and|but|so|then)\s+(?=(?:please|kindly|can|could|would|will)\b)", re.IGNORECASE
)
_QUOTED = re.compile(r"^\s*(?:>.*|on .* wrote:|am .* schrieb .*:|-{2,} ?\w.*|_{5,}.*)$", re.IGNORECASE)
_FAREWELL = re.compile(
    r"^\s*(?:(?:best|kind|warm|many)\s+)?(?:regards|wishes|greetings|cheers|sincerely|yours\b.*)\s*[,.!]?\s*$|^-- ?$",
    re.IGNORECASE,
)


def utterances(text: str) -> Iterator[Utterance]:
    """Yield the utterances of `text` in order; without quoted mail and text after a farewell."""
    before: Utterance | None = None
    left = MOST_WORDS
    for sentence in _ENDS.split(_own(text[:MOST_LETTERS])):
        asks = sentence.rstrip().endswith("?")
        for part in _LINKS.split(sentence):
            found = words(part)[:left]
            left -= len(found)
            if not found:
                continue
            now = _understood(_mended(found), asks)
            if before and before.form is Form.PLAIN and now.form is Form.QUESTION and len(now.rest) == 1:
                # "It is blocked, why?" asks why it is blocked.
                before = Utterance(Form.QUESTION, before.whole, _direct((*now.rest, *before.rest)))
                continue
            if before:
                yield before
            before = now
    if before:
        yield before


def _own(text: str) -> str:
    """Return `text` without quoted mail and signature."""
    kept = []
    for number, line in enumerate(text.splitlines()):
        if number and _FAREWELL.match(line):
            break
        if not _QUOTED.match(line):
            kept.append(line)
    return "\n".join(_joined(kept))


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Return `lines` of wrapped text as paragraphs: a line that begins in lower case belongs to the one before."""
    paragraph = ""
    for line in lines:
        if paragraph and line[:1].islower() and not paragraph.rstrip().endswith((".", "!", "?", ":")):
            paragraph = f"{paragraph.rstrip()} {line}"
            continue
        yield paragraph
        paragraph = line
    yield paragraph


_MENDED = ("please", "could", "would", "should", "where", "which", "possible", "wondering", "there", "kindly")


def _mended(found: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return `found` with typing mistakes corrected in the words that make a form: "plese", "coudl"."""
    return tuple(
        next(
            (Word(word.written, right, right) for right in _MENDED if _slipped(word.form, right)),
            word,
        )
        for word in found
    )


def _slipped(form: str, right: str) -> bool:
    return form != right and form not in _COMMON and len(form) >= 4 and alike(form, right)


_COMMON = frozenset(
    "were these three while shoulder wheat herein could would should where which there".split()
)


def _understood(found: tuple[Word, ...], asks: bool) -> Utterance:
    """Return the utterance of the words `found`; `asks` is True if their sentence ends in a question mark."""
    start, please = _greeting(found)
    rest = found[start:]
    line = _line(rest)
    if told := _TELL.match(line):
        length = _count(told[0])
        what = rest[length:]
        held = bool(_HOLDS.search(told[0])) and any(word.form in HELPERS for word in what[1:8])
        if _is_question(what, asked=True) or held:
            return Utterance(Form.QUESTION, found, _direct(what))
    if asked := _ASK.match(line):
        length = _count(asked[0])
        again, _ = _greeting(rest[length:])
        by_you = bool(_BY_YOU.match(line)) and asks and not please
        what = rest[length + again :]
        return Utterance(Form.ASK, found, _active(what) or what, by_you)
    if rest and not please and _is_question(rest, asked=asks):
        return Utterance(Form.QUESTION, found, _direct(rest))
    if turned := _active(rest):
        return Utterance(Form.ASK, found, turned)
    return Utterance(Form.ASK if please else Form.PLAIN, found, rest)


_PASSIVE = re.compile(
    r"(?P<what>.+?) (?:(?:(?:should|must|shall|(?:has|have|needs?|ought|is|are) to|to) (?:please |now |also )*be)"
    r"|needs?(?= \w+ing\b)) "
)


_NO_WISH = frozenset("seem seems appear appears used going able likely said".split())


def _active(rest: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return a passive request as an active one: "the filter should be switched off" is "switched off the filter"."""
    if (match := _PASSIVE.match(_line(rest))) and match["what"].rpartition(" ")[2] not in _NO_WISH:
        return (*rest[_count(match[0]) :], *rest[: _count(match["what"])])
    if len(rest) > 2 and rest[0].form == "have" and rest[1].form not in {"a", "to"}:
        return (rest[-1], *rest[1:-1])
    return ()


def _greeting(found: Sequence[Word]) -> tuple[int, bool]:
    """Return the number of greeting and polite words in `found`, and whether there is a please."""
    line, at, please = _line(found), 0, False
    while (match := _GREETING.match(line, at)) and match[0].strip():
        please = please or match[0].strip() in {"please", "kindly"}
        at = match.end()
    return _count(line[:at]), please


def _is_question(rest: Sequence[Word], *, asked: bool) -> bool:
    """Return whether `rest` begins like a question; `asked` is True if other signs show that it is one."""
    if not rest:
        return False
    first = rest[0].form
    second = rest[1].form if len(rest) > 1 else ""
    if first in _BEFORE and second in QUESTION_WORDS:
        return True
    if first in {"if", "whether", "that"} or (asked and first in {"to", "of"}):
        return asked
    if first in {"when", "where", "which", "what", "who"}:
        return asked or second in HELPERS or second in {"kind", "happens"}
    if first in QUESTION_WORDS:
        return True
    if first in {"do", "have", "had"}:
        return (asked and second not in {"a", "the"}) or second in _PERSONS
    return first in HELPERS


def _direct(rest: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return an indirect question as a direct one: "whether I can" is "can I", "how it is" is "how is it"."""
    head: tuple[Word, ...] = ()
    if rest[0].form in {"to", "of"} and not (len(rest) > 1 and rest[1].form in QUESTION_WORDS):
        return (Word("can", "can", "can"), Word("I", "i", "i"), *rest[1:])
    if rest[0].form in _BEFORE:
        return rest[1:]
    if rest and rest[0].form in {"if", "whether", "that"}:
        rest = rest[1:]
        if not any(word.form in HELPERS for word in rest[:8]):
            return (Word("does", "does", "does"), *rest)
    elif rest and rest[0].form in QUESTION_WORDS:
        if len(rest) > 1 and (
            rest[1].form in HELPERS or rest[1].form in {"to", "many", "much", "long", "often"}
        ):
            return rest
        head, rest = rest[:1], rest[1:]
    for at, word in enumerate(rest[:8]):
        if word.form in HELPERS:
            return (*head, word, *rest[:at], *rest[at + 1 :])
    return (*head, *rest)


def _line(found: Sequence[Word]) -> str:
    return " ".join(word.form for word in found)


def _count(text: str) -> int:
    return len(text.split())
