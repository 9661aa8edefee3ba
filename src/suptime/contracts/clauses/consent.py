"""Bill work only after the client's consent (A6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suptime.contracts.clause import NOTHING, Clause, Decide, Remark, Span, Spans, in_order_of_start
from suptime.domain.case import Case, CaseFacts, Event, EventKind
from suptime.domain.contract import Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.reading import Table
from suptime.domain.sentence import Day, Length, Moment, sentence, together


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether chargeable time needs the client's consent."""

    required: bool = True


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:
    """Leave time free before the consent, or beyond its limit (A6).

    The limit of a consent is counted over the case's chargeable time from that consent on,
    in order of start; a further consent counts from its own instant. A refusal
    ends the consent before it: work from its instant on is not billed until the next consent.
    """
    case = facts.case
    answers = case.of_kind(EventKind.CONSENT, EventKind.CONSENT_REFUSED)
    used = [0] * len(answers)
    waiting: list[Piece] = []
    for piece in pieces:
        terms = piece.version.get(Consent)
        if terms is None or not terms.required:
            yield piece
        else:
            waiting += piece.split(*(answer.at for answer in answers))
    for piece in sorted(waiting, key=in_order_of_start):
        given = [i for i, answer in enumerate(answers) if answer.at <= piece.span.start]
        current = given[-1] if given else -1
        if current < 0 or answers[current].kind is EventKind.CONSENT_REFUSED:
            yield piece.becomes(Outcome.NON_BILLABLE, "consent", _lacking(case, answers, current, piece))
            continue
        limit = answers[current].up_to_seconds
        if limit is None:
            yield piece
            continue
        left = limit - used[current]
        if left > 0:
            within, *beyond = piece.split(piece.span.start + left)
            used[current] += within.seconds
            yield within
        else:
            beyond = [piece]
        for part in beyond:
            yield part.becomes(
                Outcome.NON_BILLABLE,
                "consent",
                sentence("Beyond the {limit} that the client consented to.", limit=Length(limit)),
            )


def _lacking(case: Case, answers: tuple[Event, ...], current: int, piece: Piece) -> str:
    """Return the missing consent for `piece`; `current` is the index of the refusal before it, -1 before every answer."""
    zone = piece.version.zone
    if current < 0 and (first := case.first(EventKind.CONSENT)) is not None:
        return sentence("Before the client's consent on {when}.", when=Moment(first, zone))
    if answers:
        refusal = answers[max(current, 0)]
        when = Moment(refusal.at, zone)
        refused = sentence("The client refused on {when} ({who}).", when=when, who=refusal.by or "?")
        # Only the last refusal can have an open request after it.
        return together(refused, _requested_limit(case, piece) if refusal is answers[-1] else "")
    return _requested_limit(case, piece) or sentence("No consent of the client yet.")


def _requested_limit(case: Case, piece: Piece) -> str:
    """Return the state of the open request for consent, if any."""
    request = case.open_request
    if request is None:
        return ""
    zone = piece.version.zone
    day = Day(zone.day(request.at))
    if case.reply is None:
        return sentence("Consent asked for on {day}, no answer yet.", day=day)
    return sentence(
        "Consent asked for on {day}. There is a reply of {reply_day}, but no consent is recorded yet.",
        day=day,
        reply_day=Day(zone.day(case.reply.at)),
    )


def spans(terms: Consent, case: Case) -> Spans:
    """Return the spans that decide: other work on the case may use up the limit of a consent."""
    limited = terms.required and any(c.up_to_seconds is not None for c in case.of_kind(EventKind.CONSENT))
    return frozenset({Span.CASE}) if limited else NOTHING


def read(table: Table) -> Consent:
    """Return the terms of `[consent]`."""
    return Consent(required=table.flag("required", default=True))


def sentences(terms: Consent, version: Version) -> list[str]:  # noqa: ARG001
    """Return which work needs consent, in words for the client."""
    if not terms.required:
        return ["Billable work goes ahead without asking you first."]
    return [
        "You are asked before billable work goes ahead. Work done before your consent is not billed.",
        "If you refuse, work from then on is not billed, even after an earlier consent, until you consent again.",
    ]


CLAUSE = Clause(
    "consent",
    Consent,
    read,
    sentences,
    ("A6",),
    (
        Decide(
            apply=decide,
            spans=spans,
            step=lambda terms: terms.required,
            remarks={
                Outcome.NON_BILLABLE: Remark(
                    "free: before or beyond the client's consent",
                    assumed="without a consent, which it requires and nobody was asked for",
                )
            },
        ),
    ),
)
