"""Prospects of held time: the case is decided with each cause that it may turn out to have."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from suptime.contracts import causes_with_effect
from suptime.contracts.clauses import CLAUSES
from suptime.domain.case import CaseFacts, Event, EventKind
from suptime.domain.outcome import Outcome, Piece, Prospects, Share, Verdict
from suptime.domain.sentence import Sentence, sentence, together
from suptime.domain.time import NEVER

Deciding = Callable[[Sequence[Piece], CaseFacts], list[Share]]
Cause = str | None


def with_prospects(
    shares: Sequence[Share], pieces: Sequence[Piece], facts: CaseFacts, deciding: Deciding
) -> list[Share]:
    """Return `shares`, the held ones with their outcomes at best and at worst, and the words for them.

    `pieces` are all decided pieces, and `deciding` decides them. The case is decided as if it were resolved with
    each cause in the contract, and with a cause that is not in it.
    """
    held = [share for share in shares if share.outcome is Outcome.HELD]
    outlooks = {cause: _Outlook(deciding(pieces, _resolved(facts, cause))) for cause in _causes(held)}
    parts = [part for share in held for part in _cut(share, outlooks.values())]
    verdicts = {cause: [outlook.verdict(part.piece) for part in parts] for cause, outlook in outlooks.items()}
    costs = {cause: _cost(parts, its) for cause, its in verdicts.items()}
    best, worst = min(costs, key=lambda c: costs[c]), max(costs, key=lambda c: costs[c])
    found = []
    for place, part in enumerate(parts):
        prospects = Prospects(verdicts[best][place], verdicts[worst][place])
        words = _in_words({cause: its[place] for cause, its in verdicts.items()}, prospects)
        reason = part.reason._replace(text=together(part.reason.text, words))
        found.append(part._replace(reason=reason, prospects=prospects))
    return [*(share for share in shares if share.outcome is not Outcome.HELD), *found]


def _causes(held: Iterable[Share]) -> list[Cause]:
    """Return the causes in the versions of `held`, in order, and None for a cause that is not in them."""
    named: dict[Cause, None] = {}
    for version in {id(share.piece.version): share.piece.version for share in held}.values():
        named |= dict.fromkeys(causes_with_effect(version))
    return [*named, None]


def _resolved(facts: CaseFacts, cause: Cause) -> CaseFacts:
    """Return the facts of the case as if it were resolved with `cause` after all of its work."""
    resolution = Event(EventKind.RESOLVE, NEVER, cause=cause)
    return replace(facts, case=replace(facts.case, events=(*facts.case.events, resolution)))


def _cost(parts: Sequence[Share], verdicts: Sequence[Verdict]) -> tuple[int, int, int]:
    """Return how much of `parts` is charged under `verdicts`: seconds, and parts, some of which have no length.

    If that is equal, a cause by which a later clause decides is nearer to a charge.
    """
    charged = [p for p, v in zip(parts, verdicts, strict=True) if v.outcome is Outcome.CHARGEABLE]
    depth = sum(_PLACES.get(verdict.reason.clause, len(CLAUSES)) for verdict in verdicts)
    return sum(part.seconds for part in charged), len(charged), depth


_PLACES = {clause.table: place for place, clause in enumerate(CLAUSES)}


class _Outlook:
    """The shares of a case under one cause, found by their piece."""

    def __init__(self, shares: Iterable[Share]) -> None:
        self.of_unit: dict[int, list[Share]] = {}
        for share in sorted(shares, key=lambda s: (s.piece.span.start, s.piece.span.end)):
            self.of_unit.setdefault(id(share.piece.unit), []).append(share)

    def starts(self, piece: Piece) -> list[int]:
        """Return where the shares of the unit of `piece` start."""
        return [share.piece.span.start for share in self.of_unit[id(piece.unit)]]

    def verdict(self, piece: Piece) -> Verdict:
        """Return the outcome of `piece`, which is within one share."""
        place = bisect_right(self.starts(piece), piece.span.start) - 1
        share = self.of_unit[id(piece.unit)][place]
        return Verdict(share.outcome, share.reason, share.piece.tariff)


def _cut(share: Share, outlooks: Iterable[_Outlook]) -> list[Share]:
    """Return `share` cut wherever one of `outlooks` is."""
    starts = {start for outlook in outlooks for start in outlook.starts(share.piece)}
    return [share._replace(piece=piece) for piece in share.piece.split(*starts)]


def _in_words(verdicts: Mapping[Cause, Verdict], prospects: Prospects) -> Sentence:
    """Return a sentence about the causes that decide a part with these `verdicts`."""
    charging = [cause for cause, verdict in verdicts.items() if verdict.outcome is Outcome.CHARGEABLE]
    if not charging:
        return sentence("Not billed either way: {why}", why=prospects.worst.reason.text)
    if len(charging) == len(verdicts):
        return sentence("It is billed when the case is resolved.")
    if None in charging:
        free = [str(cause) for cause in verdicts if cause not in charging]
        return sentence("It is billed unless the cause is {causes}.", causes=_any_of(free))
    return sentence("It is billed only if the cause is {causes}.", causes=_any_of([*map(str, charging)]))


def _any_of(causes: Sequence[str]) -> str:
    *others, last = causes
    return sentence("{causes} or {last}", causes=", ".join(others), last=last) if others else last
