"""Charge the minutes that agents are on the phone; with several agents, the minutes of each (C4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from suptime.contracts.clause import NOTHING, Admit, Asking, Clause, Decide, Measure, Remark, Span, Spans
from suptime.contracts.clauses.channels import refuse_unsold
from suptime.contracts.clauses.incident import sold
from suptime.contracts.clauses.rounding import rows_of, whole_minutes
from suptime.domain.case import Case, CaseFacts
from suptime.domain.charge import ChargeKind, Row
from suptime.domain.contract import Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.reading import Table
from suptime.domain.sentence import Length, mark, plural, sentence
from suptime.domain.values import any_of
from suptime.errors import Refused

REQUIRES = ("deposit", "card")


@dataclass(frozen=True, slots=True)
class PerMinute:
    """Sold channels (None: any), and the payments of which one is required before work starts."""

    channels: tuple[str, ...] | None = None
    requires: tuple[str, ...] = ()


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:  # noqa: ARG001
    """Leave work free on other channels than the listed ones (C3)."""
    for piece in pieces:
        terms = piece.version.get(PerMinute)
        if terms is None or sold(terms.channels, piece):
            yield piece
        else:
            yield piece.becomes(
                Outcome.NON_BILLABLE,
                "per_minute",
                sentence("Work by {channel} is not sold, so it is not billed.", channel=piece.unit.channel),
            )


def measure(shares: Sequence[Share], cases: Mapping[str, CaseFacts]) -> list[Row]:  # noqa: ARG001
    """Count each work unit's seconds up to the next whole minute; two agents on one call are two units (C4)."""
    rows = rows_of(
        shares,
        lambda share: share.piece.unit.id,
        lambda version, seconds: whole_minutes(seconds, "up"),  # noqa: ARG005
        ChargeKind.MINUTES,
        "minute",
    )
    for row in rows:
        row.reason = plural(
            "{worked} on one call: every started minute of each counts.",
            "{worked} on {number} calls: every started minute of each counts.",
            len(row.units),
            worked=Length(row.worked_seconds),
        )
        row.clauses = ("per_minute",)
    return rows


def at_work(terms: PerMinute, asking: Asking) -> None:
    """Refuse work on a channel that is not sold, or without a deposit or a card (exit 4, C3)."""
    refuse_unsold(terms.channels, asking, "per_minute")
    met = {"card": lambda: asking.card_on_file, "deposit": lambda: asking.left() > 0}
    if terms.requires and asking.would_be_paid and not any(met[need]() for need in terms.requires):
        ways = {
            "deposit": f"suptime prepaid add {asking.code} AMOUNT",
            "card": f"suptime client card {asking.client} --on-file",
        }
        raise Refused(
            f"{asking.code} requires a {' or a '.join(terms.requires)} before work starts, but there is "
            "none.",
            f"See its table [per_minute], which requires {any_of(terms.requires)}.",
            " or ".join(ways[need] for need in terms.requires),
        )


def spans(terms: PerMinute, case: Case) -> Spans:  # noqa: ARG001
    """Return the spans that decide about work: there must be a card, or a deposit with a balance."""
    return frozenset({Span.TERM}) if terms.requires else NOTHING


def read(table: Table) -> PerMinute:
    """Return the terms of `[per_minute]`."""
    requires = table.texts("requires") or ()
    if unknown := [need for need in requires if need not in REQUIRES]:
        table.fault("requires", f'expected {any_of(REQUIRES)} or both, found "{unknown[0]}".')
    return PerMinute(table.texts("channels"), tuple(need for need in requires if need in REQUIRES))


def sentences(terms: PerMinute, version: Version) -> list[str]:  # noqa: ARG001
    """Return which minutes are charged, in words for the client."""
    if terms.channels:
        told: list[str] = [
            sentence(
                "Every started minute of each agent's work by {channels} is charged; with several agents, "
                "each one's minutes.",
                channels=", ".join(terms.channels),
            )
        ]
    else:
        told = [
            sentence(
                "Every started minute of each agent's work is charged; with several agents, each one's minutes."
            )
        ]
    if terms.requires:
        told.append(sentence(_NEEDED[terms.requires]))
    return told


_NEEDED = {
    ("deposit",): mark("Before any question is answered a deposit is needed."),
    ("card",): mark("Before any question is answered a card is needed."),
    ("deposit", "card"): mark("Before any question is answered a deposit or a card is needed."),
    ("card", "deposit"): mark("Before any question is answered a card or a deposit is needed."),
}


CLAUSE = Clause(
    "per_minute",
    PerMinute,
    read,
    sentences,
    ("C3", "C4"),
    (
        Admit(work=at_work, spans=spans),
        Decide(
            apply=decide,
            remarks={
                Outcome.NON_BILLABLE: Remark(
                    "by channels that it does not sell: this work would be refused", caution=True
                )
            },
        ),
        Measure(
            apply=measure,
            priced_by="minute",
            spans=lambda terms: frozenset({Span.UNIT}),  # noqa: ARG005
            sells=lambda terms: terms.channels,
        ),
    ),
)
