"""Propose a category by the words of a request, and name these words (A7, D1, D2).

The words are in the contract file, under `[classification.suggest]`. This module adds rules about
language: endings, accents and typing mistakes do not matter; a phrase of several words has more
weight than one word; "..." in a phrase means a few words, "a/b" one of them. A phrase that begins a
question ("how do I", "is my ... right") counts at the beginning of a question; every other phrase
counts most in a request ("create a campaign", "could you create"), little in a question about it
("can I create a campaign"), and not at all if it is denied ("do not create a campaign").
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from suptime.contracts.clauses.classification import Classification, rule
from suptime.contracts.triage.utterance import HELPERS, QUESTION_WORDS, Form, Utterance, utterances
from suptime.contracts.triage.words import DETERMINERS, PLAIN_WORDS, Word, alike, words

# Weights are in tenths of a word: no float decides about money.
CONTENT, PLAIN, TYPO, BEGINS, SKIPPED = 10, 5, 8, 10, 1
ENOUGH = 15
"""Least weight of a category: the beginning of a question, or one word at the head of a request."""

CLEAR_BILLABLE, CLEAR = 14, 11
"""Lead, in tenths, of a billable or another category over the next one of another rule: a
wrong "billable" is worse than no proposal."""

MOST_BETWEEN, MOST_OPEN = 2, 9
"""Most words between two words of a phrase, and for its "..."."""

_DENIALS = frozenset(("not", "no", "never", "without"))
_POINTING = frozenset(("look", "care", "asap", "soon", "today", "again", "now"))
_PARTICLES = frozenset(("on", "off", "up", "out", "down", "in"))
_GAP = "..."


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category, and the words of the request that led to it, in lower case."""

    category: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words in order, each with its alternatives; an empty tuple means a few words."""

    parts: tuple[tuple[Word, ...], ...]
    asks: bool
    denies: bool
    by_you: bool


@dataclass(frozen=True, slots=True)
class _Match:
    """Place of a phrase, its weight, and the number of its own words."""

    phrase: _Phrase
    start: int
    weight: int
    size: int
    found: tuple[Word, ...]


def suggest(terms: Classification, subject: str, body: str = "") -> Suggestion | None:
    """Return the category of `subject` and `body` by the words of `terms`, or None if it is not clear.

    >>> terms = Classification(
    ...     categories={"question": "non-billable", "set-up": "billable"},
    ...     suggest={"question": ("can I", "how do I"), "set-up": ("create/delete a campaign",)},
    ... )
    >>> suggest(terms, "Could you please create a new campain for us?")
    Suggestion(category='set-up', words=('create campain',))
    >>> suggest(terms, "Can I delete a campaign?").category
    'question'
    >>> suggest(terms, "Thank you") is None
    True
    """
    phrases = {category: _phrases(listed) for category, listed in terms.suggest.items()}
    totals = dict.fromkeys(phrases, 0)
    led: dict[str, list[str]] = {category: [] for category in phrases}
    said = [*utterances(f"{subject}\n\n{body}")]
    pleads = any(_pleads(utterance) for utterance in said)
    for utterance in said:
        for category, (weight, found) in _weighed(utterance, phrases, terms, pleads=pleads).items():
            # The strongest phrase decides; the others support it.
            totals[category] = max(totals[category], weight) + min(totals[category], weight) // 4
            led[category] += [text for text in found if text not in led[category]]
    return _decided(totals, led, terms)


def _pleads(utterance: Utterance) -> bool:
    """Return whether `utterance` asks for help with something described elsewhere: "please help"."""
    about = utterance.rest[1:]
    return (
        utterance.form is Form.ASK
        and len(about) < 4
        and all(w.form in PLAIN_WORDS | _POINTING for w in about)
    )


def _decided(
    totals: Mapping[str, int], led: Mapping[str, Sequence[str]], terms: Classification
) -> Suggestion | None:
    """Return the category with the greatest of `totals`, if it is sufficient and clearly leads the other rules."""
    if not totals:
        return None
    best = max(totals, key=lambda category: totals[category])
    its = rule(terms, best)
    next_best = max((totals[c] for c in totals if rule(terms, c) != its), default=0)
    lead = CLEAR_BILLABLE if its == "billable" else CLEAR
    if totals[best] < ENOUGH or totals[best] * 10 < next_best * lead:
        return None
    longest = [text for text in led[best] if not any(text != other and text in other for other in led[best])]
    return Suggestion(best, tuple(longest))


def _weighed(
    utterance: Utterance, phrases: Mapping[str, Sequence[_Phrase]], terms: Classification, *, pleads: bool
) -> dict[str, tuple[int, list[str]]]:
    """Return the weight of each category in `utterance`, and the words for it.

    `pleads`: another part of the request asks for help without a subject, so this is the subject.
    """
    found = {category: [*_matches(utterance, listed)] for category, listed in phrases.items()}
    asked = [match for matches in found.values() for match in matches if match.phrase.asks]
    # Of several possible questions, the one with the longest match counts.
    most = max((match.size for match in asked), default=0)
    weighed = {}
    every = [match for matches in found.values() for match in matches]
    for category, matches in found.items():
        billable = rule(terms, category) == "billable"
        counted = sorted(
            (
                (weight, " ".join(word.written for word in match.found))
                for match in matches
                # A phrase inside a longer match does not count separately.
                if not any(set(match.found) < set(other.found) for other in every)
                if (weight := _weight(match, utterance, most, billable=billable, pleads=pleads))
            ),
            reverse=True,
        )
        if counted:
            (best, _), *others = counted
            weighed[category] = (
                best + sum(weight for weight, _ in others) // 4,
                [text for _, text in counted],
            )
    return weighed


def _weight(match: _Match, utterance: Utterance, most: int, *, billable: bool, pleads: bool) -> int:
    """Return the weight of `match` in `utterance`, by the form of the utterance and the place of the phrase."""
    if match.phrase.asks:
        return match.weight if match.size == most else 0
    at_head = match.start == 0
    match utterance.form:
        case Form.ASK:
            return match.weight * (20 if at_head else 12 if billable else 15) // 10
        case Form.QUESTION:
            return match.weight * 3 // 10
        case _ if at_head:
            return match.weight * 15 // 10
        case _:
            return match.weight * (15 if not billable else 12 if pleads else 6) // 10


def _matches(utterance: Utterance, phrases: Iterable[_Phrase]) -> Iterator[_Match]:
    for phrase in phrases:
        if phrase.asks:
            if utterance.form is Form.QUESTION:
                found = _at(phrase, utterance.rest, 0)
            else:
                # "Can you handle XML" is a question, "can you create one" is a request.
                found = _at(phrase, utterance.whole, 0) if utterance.by_you and phrase.by_you else None
        else:
            inside = (_at(phrase, utterance.rest, start) for start in range(len(utterance.rest)))
            places = [match for match in inside if match and not _denied(match, utterance.rest)]
            whole = (_at(phrase, utterance.whole, start) for start in range(len(utterance.whole)))
            places += [match for match in whole if match and not _denied(match, utterance.whole)]
            found = max(places, key=lambda match: (match.start == 0, match.weight), default=None)
        if found:
            yield found


def _denied(match: _Match, said: Sequence[Word]) -> bool:
    """Return whether the text just before `match` denies it."""
    before = said[max(0, match.start - 4) : match.start]
    return not match.phrase.denies and any(word.form in _DENIALS for word in before)


def _at(phrase: _Phrase, said: Sequence[Word], start: int) -> _Match | None:
    """Return `phrase` in `said`, with its first word at `start`; the first possible match counts."""
    found: list[Word] = []
    weight, open_gap, at = 0, False, start
    for part in phrase.parts:
        if not part:
            open_gap = True
            continue
        reach = 0 if not found and not open_gap else MOST_OPEN if open_gap else MOST_BETWEEN
        best, between = 0, 0
        place = at
        while place < len(said) and between <= reach:
            if best := _likeness(said[place], part):
                break
            between += said[place].form not in DETERMINERS or not found
            place += 1
        if not best:
            return None
        weight += best - (0 if open_gap else SKIPPED * between)
        found.append(said[place])
        at, open_gap = place + 1, False
    weight += BEGINS if phrase.asks else 0
    return _Match(phrase, start, weight, sum(_size(word) for word in found), tuple(found))


def _size(word: Word) -> int:
    return PLAIN if word.form in PLAIN_WORDS else CONTENT


def _likeness(said: Word, part: Sequence[Word]) -> int:
    """Return the weight of `said` as one of the words of `part`: less with a typing mistake, 0 if different."""
    for meant in part:
        if said.stem == meant.stem or said.form == meant.form:
            return _size(meant)
    if said.form in PLAIN_WORDS:
        return 0
    slipped = any(
        meant.form not in PLAIN_WORDS and (alike(said.stem, meant.stem) or alike(said.form, meant.form))
        for meant in part
    )
    return TYPO if slipped else 0


@lru_cache(maxsize=64)
def _phrases(listed: tuple[str, ...]) -> tuple[_Phrase, ...]:
    """Return the phrases `listed` in a contract file, without determiners."""
    return tuple(phrase for text in listed for phrase in _split(_phrase(text)) if phrase.parts)


def _split(phrase: _Phrase) -> Iterator[_Phrase]:
    """Return `phrase`, and the same with its verb taken apart: "switch off a filter" is "switch a filter off"."""
    yield phrase
    verb, *rest = phrase.parts or ((),)
    if rest and rest[0] and all(word.form in _PARTICLES for word in rest[0]) and any(rest[1:]):
        yield replace(phrase, parts=(verb, *rest[1:], rest[0]))


def _phrase(text: str) -> _Phrase:
    parts: list[tuple[Word, ...]] = []
    for piece in text.replace(_GAP, f" {_GAP} ").split():
        if piece == _GAP:
            parts.append(())
            continue
        choices = [words(choice) for choice in piece.split("/")]
        if len(choices) == 1:
            parts += [(word,) for word in choices[0] if word.form not in DETERMINERS]
        elif choice := tuple(choice[0] for choice in choices if choice):
            parts.append(choice)
    while parts and not parts[-1]:
        parts.pop()
    first = parts[0] if parts else ()
    asks = bool(first) and all(word.form in QUESTION_WORDS | HELPERS for word in first)
    forms = {word.form for part in parts for word in part}
    return _Phrase(tuple(parts), asks, denies=bool(forms & _DENIALS), by_you="you" in forms)
