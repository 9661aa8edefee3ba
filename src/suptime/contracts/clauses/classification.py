"""Decide by the category and the cause of a case whether its time is billed (A4, A5)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from suptime.contracts.clause import Clause, Decide, Remark
from suptime.domain.case import Case, CaseFacts
from suptime.domain.contract import Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.reading import Table
from suptime.domain.sentence import sentence

RULES = ("billable", "non-billable", "by-cause", "not-sold")
CAUSE_RULES = ("billable", "non-billable", "waived")


@dataclass(frozen=True, slots=True)
class Classification:
    """The rule of each category and cause, and words that suggest a category."""

    default: str = "billable"
    categories: Mapping[str, str] = field(default_factory=dict)
    causes: Mapping[str, str] = field(default_factory=dict)
    suggest: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


UNCLASSIFIED = Classification()
"""Terms of a contract without `[classification]`: everything is billable."""


def terms_of(version: Version) -> Classification:
    """Return the classification of `version`, or the default."""
    return version.get(Classification) or UNCLASSIFIED


def rule(terms: Classification, category: str | None) -> str:
    """Return the rule of `category`, one of `RULES`; unlisted ones, and None, have the default.

    >>> rule(Classification(categories={"bug-report": "by-cause"}), "bug-report")
    'by-cause'
    """
    return terms.categories.get(category or "", terms.default)


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:
    """Hold time on a possible fault until the cause is known, then decide by the cause (A4).

    The cause of the latest resolution after the piece decides; if the contract maps it to `billable`,
    the category decides.
    """
    case = facts.case
    for piece in pieces:
        terms = terms_of(piece.version)
        resolution = case.resolution_after(piece.span.start)
        cause = resolution.cause if resolution else None
        by_cause = terms.causes.get(cause or "")
        by_category = rule(terms, case.category)
        if by_cause == "waived":
            yield piece.becomes(
                Outcome.WAIVED,
                "classification",
                sentence("The cause was {cause}: waived.", cause=cause or ""),
            )
        elif by_cause == "non-billable":
            yield piece.becomes(
                Outcome.NON_BILLABLE,
                "classification",
                sentence("The cause was {cause}: not billed.", cause=cause or ""),
            )
        elif by_cause == "billable":
            yield piece
        elif by_category == "by-cause" and resolution is None:
            yield piece.becomes(
                Outcome.HELD,
                "classification",
                sentence("The cause of this {category} is not known yet.", category=case.category)
                if case.category
                else sentence("The cause of this case is not known yet."),
            )
        elif by_category == "non-billable":
            yield piece.becomes(Outcome.NON_BILLABLE, "classification", _not_billed(case.category))
        elif by_category == "by-cause" and terms.default == "non-billable":
            yield piece.becomes(
                Outcome.NON_BILLABLE,
                "classification",
                sentence(
                    "The cause, {cause}, has no rule of its own: not billed.",
                    cause=cause or sentence("unknown"),
                ),
            )
        else:
            yield piece


def why_billable(case: Case, piece: Piece) -> str:
    """Return the reason why a piece is billed that no clause kept from being billed."""
    terms = terms_of(piece.version)
    resolution = case.resolution_after(piece.span.start)
    cause = resolution.cause if resolution else None
    if terms.causes.get(cause or "") == "billable":
        return sentence("The cause was {cause}: billable.", cause=cause or "")
    return _billable(case.category)


# Cached: a month has thousands of pieces of a few categories.
@lru_cache
def _billable(category: str | None) -> str:
    if category:
        return sentence("Work of the category {category} is billable.", category=category)
    return sentence("Work without a category is billable.")


@lru_cache
def _not_billed(category: str | None) -> str:
    if category:
        return sentence("Work of the category {category} is not billed.", category=category)
    return sentence("Work without a category is not billed.")


def read(table: Table) -> Classification:
    """Return the terms of `[classification]`, `.categories`, `.causes` and `.suggest`."""
    default = table.choice("default", RULES[:2], "billable")
    categories = table.words("categories", RULES)
    causes = table.words("causes", CAUSE_RULES)
    suggest: dict[str, tuple[str, ...]] = {}
    if words := table.sub("suggest"):
        suggest = {category: words.texts(category) or () for category in words.values}
    return Classification(default, categories, causes, suggest)


def sentences(terms: Classification, version: Version) -> list[str]:  # noqa: ARG001
    """Return which requests are billed and which are free, in words for the client."""
    said = []
    of_rule = {r: [c for c, its in terms.categories.items() if its == r] for r in RULES}
    words = {
        "billable": "Billed: {}.",
        "non-billable": "Free: {}.",
        "by-cause": "Held until the cause is known, then billed or free by the cause: {}.",
        "not-sold": "Not part of this contract: {}.",
    }
    said += [words[r].format(", ".join(of_rule[r])) for r in RULES if of_rule[r]]
    of_cause = {r: [c for c, its in terms.causes.items() if its == r] for r in CAUSE_RULES}
    causes = {
        "billable": "A case is billed when its cause turns out to be {}.",
        "non-billable": "A case is free when its cause turns out to be {}.",
        "waived": "The charge is waived when the cause turns out to be {}.",
    }
    said += [causes[r].format(" or ".join(of_cause[r])) for r in CAUSE_RULES if of_cause[r]]
    said.append(f"Everything else is {'billed' if terms.default == 'billable' else 'free'}.")
    return said


CLAUSE = Clause(
    "classification",
    Classification,
    read,
    sentences,
    ("A4", "A5", "C5", "D1", "D2", "D3"),
    (
        Decide(
            apply=decide,
            causes=lambda terms: terms.causes,
            categories=lambda terms: terms.categories,
            remarks={
                Outcome.HELD: Remark("held: the cause of the case is not known yet"),
                Outcome.NON_BILLABLE: Remark("free by the category or the cause of the case"),
            },
        ),
    ),
    default=UNCLASSIFIED,
)
