"""Cover faults of a delivered project for 30, 60 or 90 days, by its budget (E8)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from suptime.contracts.clause import NOTHING, Admit, Clause, Decide, Opening, Remark, Span, Spans
from suptime.domain.case import Case, CaseFacts
from suptime.domain.client import Project
from suptime.domain.contract import Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.reading import Table, read_amount, show
from suptime.domain.sentence import Day, sentence
from suptime.domain.time import show_day
from suptime.errors import Refused


@dataclass(frozen=True, slots=True)
class Tier:
    """Days of the guarantee of a project whose budget is below, or at most, `limit` (None: any)."""

    limit: Decimal | None
    inclusive: bool
    days: int

    def holds(self, budget: Decimal) -> bool:
        """Return whether a project of `budget` is in this tier, lower tiers apart."""
        return self.limit is None or budget < self.limit or (self.inclusive and budget == self.limit)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """The tiers, lowest first, the excluded causes, and the channels of requests (None: any)."""

    tiers: tuple[Tier, ...]
    excluded_causes: tuple[str, ...] = ()
    channels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Guaranteed:
    """The guarantee of one delivered project: its `days`, its last day, and its exclusions."""

    project: Project
    days: int
    last_day: date
    excluded_causes: tuple[str, ...]

    def holds(self, day: date) -> bool:
        """Return whether a case opened on `day` is within the guarantee."""
        return self.project.completed <= day <= self.last_day


def guaranteed(version: Version, project: Project) -> Guaranteed | None:
    """Return the guarantee of `project` under `version`, or None."""
    terms = version.get(Guarantee)
    if terms is None:
        return None
    return Guaranteed(
        project, days_for(terms, project.budget), last_day(terms, project), terms.excluded_causes
    )


def days_for(terms: Guarantee, budget: Decimal) -> int:
    """Return the days of the guarantee for a project of `budget` (E8); 0 if it is in no tier.

    >>> tiers = (Tier(Decimal(25000), False, 30), Tier(Decimal(75000), True, 60), Tier(None, False, 90))
    >>> [days_for(Guarantee(tiers), Decimal(b)) for b in ("24999.99", "25000", "75000", "75000.01")]
    [30, 60, 60, 90]
    """
    return next((tier.days for tier in terms.tiers if tier.holds(budget)), 0)


def last_day(terms: Guarantee, project: Project) -> date:
    """Return the guarantee's last day: the completion date plus its days."""
    return project.completed + timedelta(days=days_for(terms, project.budget))


def applies(terms: Guarantee, project: Project, day: date) -> bool:
    """Return whether a case opened on `day` is within the guarantee of `project`."""
    return project.completed <= day <= last_day(terms, project)


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:
    """Hold time of a case within the guarantee until resolved, then cover it unless its cause is excluded (E8, E9)."""
    project = facts.project
    for piece in pieces:
        terms = piece.version.get(Guarantee)
        if terms is None or project is None or not applies(terms, project, facts.opened_on):
            yield piece
            continue
        resolution = facts.case.resolution_after(piece.span.start)
        until = Day(last_day(terms, project))
        if resolution is None:
            yield piece.becomes(
                Outcome.HELD,
                "guarantee",
                sentence(
                    "Within the guarantee of {project} (until {day}): the cause decides.",
                    project=project.code,
                    day=until,
                ),
            )
        elif resolution.cause in terms.excluded_causes:
            yield piece
        else:
            yield piece.becomes(
                Outcome.COVERED,
                "guarantee",
                sentence(
                    "Covered by the guarantee of {project} (until {day}).", project=project.code, day=until
                ),
            )


def at_opening(terms: Guarantee, opening: Opening) -> None:
    """Refuse a case within the guarantee on a channel other than those of guarantee requests (E9)."""
    if terms.channels is None or opening.via is None or opening.via in terms.channels:
        return
    if opening.project and opening.day and applies(terms, opening.project, opening.day):
        raise Refused(
            f"{opening.code} accepts guarantee requests by {', '.join(terms.channels)}, not by "
            f"{opening.via}: see its table [guarantee].",
            f"{opening.project.code} is guaranteed until {show_day(last_day(terms, opening.project))}.",
            f"Open it on one of these channels: --via {terms.channels[0]}",
        )


def spans(terms: Guarantee, case: Case) -> Spans:  # noqa: ARG001
    """Return the spans that decide: the project of the case."""
    return NOTHING if case.project is None else frozenset({Span.PROJECT})


def read(table: Table) -> Guarantee:
    """Return the terms of `[guarantee]`."""
    excluded = table.texts("excluded_causes") or ()
    return Guarantee(_tiers(table), excluded, table.texts("channels"))


def _tiers(table: Table) -> tuple[Tier, ...]:
    table.known["tiers"] = None
    value = table.values.get("tiers")
    expected = 'a list such as [ { below = "25000", days = 30 }, { to = "75000", days = 60 }, { days = 90 } ]'
    if not isinstance(value, list) or not value:
        table.fault("tiers", f"expected {expected}.")
        return ()
    tiers: list[Tier] = []
    for step in value:
        tier = _tier(step) if isinstance(step, dict) else None
        if tier is None:
            table.fault("tiers", f"expected {expected}, found {show(step)}.")
            return ()
        tiers.append(tier)
    limits = [tier.limit for tier in tiers]
    known = [limit for limit in limits if limit is not None]
    if limits[:-1] != known[: len(limits) - 1] or known != sorted(set(known)):
        table.fault(
            "tiers", "expected the tiers from the lowest limit to the highest, one without a limit last."
        )
    return tuple(tiers)


def _tier(step: dict[str, object]) -> Tier | None:
    days = step.get("days")
    limits = [key for key in ("below", "to") if key in step]
    if not isinstance(days, int) or isinstance(days, bool) or days < 0 or set(step) - {"below", "to", "days"}:
        return None
    if not limits:
        return Tier(None, inclusive=False, days=days)
    limit = read_amount(step[limits[0]])
    return None if limit is None or len(limits) > 1 else Tier(limit, inclusive=limits[0] == "to", days=days)


def sentences(terms: Guarantee, version: Version) -> list[str]:
    """Return the length of the guarantee and its exclusions, in words for the client."""
    said = ["Faults of delivered projects are covered after their completion:"]
    for tier in terms.tiers:
        budget = (
            "any other budget"
            if tier.limit is None
            else f"a budget {'up to' if tier.inclusive else 'below'} {tier.limit} {version.currency}"
        )
        said.append(f"for {tier.days} days with {budget}.")
    if terms.excluded_causes:
        said.append(f"Not covered are the causes {', '.join(terms.excluded_causes)}.")
    if terms.channels:
        said.append(f"Guarantee requests come by {', '.join(terms.channels)}.")
    return said


CLAUSE = Clause(
    "guarantee",
    Guarantee,
    read,
    sentences,
    ("E8", "E9"),
    (
        Admit(opening=at_opening),
        Decide(
            apply=decide,
            causes=lambda terms: terms.excluded_causes,
            spans=spans,
            remarks={
                Outcome.HELD: Remark("held: within a guarantee, the cause decides"),
                Outcome.COVERED: Remark("covered by a guarantee"),
            },
        ),
    ),
)
