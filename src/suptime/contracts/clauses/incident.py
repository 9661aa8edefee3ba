"""Charge one price for all communication within two hours, when the incident is completed (C2).

Without a window (D4), a case is one incident, on the day of the first resolution at or after its first work.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suptime.contracts.clause import Admit, Asking, Clause, Decide, Measure, Remark, Span, in_order_of_start
from suptime.contracts.clauses.channels import refuse_unsold
from suptime.domain.case import Case, CaseFacts, EventKind
from suptime.domain.charge import ChargeKind, Row
from suptime.domain.contract import Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.reading import Table
from suptime.domain.sentence import Day, Moment, Term, sentence
from suptime.domain.time import Instant, Seconds


@dataclass(frozen=True, slots=True)
class Incident:
    """Length of an incident from its first communication (None: the whole case), and its channels."""

    window: Seconds | None = None
    channels: tuple[str, ...] | None = None


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:
    """Hold time until a later resolution completes the incident; other channels are not sold (C2)."""
    for piece in pieces:
        terms = piece.version.get(Incident)
        if terms is None:
            yield piece
        elif not sold(terms.channels, piece):
            yield piece.becomes(
                Outcome.NON_BILLABLE,
                "incident",
                sentence("Work by {channel} is not sold, so it is not billed.", channel=piece.unit.channel),
            )
        elif _completion(terms, facts.case, piece.span.start) is None:
            yield piece.becomes(Outcome.HELD, "incident", sentence("The incident is not completed yet."))
        else:
            yield piece


def sold(channels: tuple[str, ...] | None, piece: Piece) -> bool:
    """Return whether `piece` is on one of `channels` (None: any). An appointment without a channel is."""
    return channels is None or not piece.unit.channel or piece.unit.channel in channels


def _completion(terms: Incident, case: Case, start: Instant) -> Instant | None:
    """Return when the incident of work from `start` is completed, or None."""
    if terms.window is None:
        return next((event.at for event in case.of_kind(EventKind.RESOLVE) if event.at >= start), None)
    completion = case.completion_after(start)
    return completion.at if completion else None


def windows(spans: Sequence[Piece], window: Seconds) -> list[list[Piece]]:
    """Return `spans`, in order of start, by their window; spans across its end are cut there.

    The first window opens at the first start; time at or past its end opens the next at that moment.
    """
    found: list[list[Piece]] = []
    closes: Instant | None = None
    for piece in spans:
        rest: Piece | None = piece
        while rest is not None:
            if closes is None or rest.span.start >= closes:
                found.append([])
                closes = rest.span.start + window
            within, *beyond = rest.split(closes)
            found[-1].append(within)
            rest = beyond[0] if beyond else None
    return found


def measure(shares: Sequence[Share], cases: Mapping[str, CaseFacts]) -> list[Row]:
    """Return one row per window (or per case), on the day of its completion (C2, D4).

    Incidents that are not completed are measured for the pending part of a balance, with the day of their last work.
    """
    eras: dict[tuple[str, date | None, Instant | None], list[Piece]] = defaultdict(list)
    whole_cases: dict[str, list[Piece]] = defaultdict(list)
    for share in shares:
        piece = share.piece
        terms = piece.version.get(Incident)
        if terms is None or not share.seconds:
            continue
        case = cases[piece.unit.case].case
        if terms.window is None:
            whole_cases[case.number].append(piece)
        else:
            at = _completion(terms, case, piece.span.start)
            eras[case.number, piece.version.starts_on, at].append(piece)
    for number, pieces in whole_cases.items():
        first = min(pieces, key=in_order_of_start).span.start
        eras[number, None, _completion(Incident(), cases[number].case, first)] = pieces
    rows = []
    for (number, _, completed_at), members in eras.items():
        pieces = sorted(members, key=in_order_of_start)
        terms = pieces[0].version.get(Incident) or Incident()
        groups = [pieces] if terms.window is None else windows(pieces, terms.window)
        rows += [_row(number, group, terms, completed_at) for group in groups]
    return rows


def _row(number: str, pieces: Sequence[Piece], terms: Incident, completed_at: Instant | None) -> Row:
    version = pieces[0].version
    day = pieces[-1].day if completed_at is None else version.zone.day(completed_at)
    return Row(
        ChargeKind.INCIDENT,
        number,
        day,
        version,
        "incident",
        pieces[0].tariff,
        starts_at=pieces[0].span.start,
        worked_seconds=sum(p.seconds for p in pieces),
        quantity=1,
        units={p.unit.id: None for p in pieces},
        reason=_how(terms, pieces[0], None if completed_at is None else day),
        clauses=("incident",),
    )


def _how(terms: Incident, first: Piece, completed: date | None) -> str:
    if terms.window is None:
        if completed is None:
            return sentence("The case is one incident, not completed yet.")
        return sentence("The case is one incident, completed on {day}.", day=Day(completed))
    opened = Moment(first.span.start, first.version.zone)
    if completed is None:
        return sentence("One incident, from {opened}, not completed yet.", opened=opened)
    return sentence("One incident, from {opened}, completed on {day}.", opened=opened, day=Day(completed))


def at_work(terms: Incident, asking: Asking) -> None:
    """Refuse work on a channel that is not sold (exit 4)."""
    refuse_unsold(terms.channels, asking, "incident")


def read(table: Table) -> Incident:
    """Return the terms of `[incident]`."""
    window = table.duration("window", 0)
    if "window" in table.values and window == 0 and not any(f.key == "incident.window" for f in table.faults):
        table.fault("window", "expected more than no time; leave it out for one incident per case.")
    return Incident(window or None, table.texts("channels"))


def sentences(terms: Incident, version: Version) -> list[str]:  # noqa: ARG001
    """Return the meaning of an incident, in words for the client."""
    if terms.window is None:
        told: list[str] = [
            sentence(
                "A billable case is one incident, however long it takes; it is charged when the case is resolved."
            )
        ]
    else:
        told = [
            sentence(
                "An incident is all communication on a case within {window} of its first.",
                window=Term(terms.window),
            ),
            sentence("Communication after that is a further incident."),
            sentence("Incidents are charged when the case is resolved, at the price of that day."),
        ]
    if terms.channels:
        told.append(sentence("Incidents are sold by {channels}.", channels=", ".join(terms.channels)))
    return told


CLAUSE = Clause(
    "incident",
    Incident,
    read,
    sentences,
    ("C2", "D4"),
    (
        Admit(work=at_work),
        Decide(
            apply=decide,
            remarks={
                Outcome.HELD: Remark("held: the incident is not completed yet"),
                Outcome.NON_BILLABLE: Remark(
                    "by channels that it does not sell: this work would be refused", caution=True
                ),
            },
        ),
        Measure(
            apply=measure,
            priced_by="incident",
            # Its windows open one after another, from the first communication on.
            spans=lambda terms: frozenset({Span.CASE}),  # noqa: ARG005
            quantity=lambda terms, seconds: -(-seconds // terms.window) if terms.window else 1,
            sells=lambda terms: terms.channels,
        ),
    ),
)
