"""Gaps: the stretches of working days in which an agent has logged nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from suptime.domain.timespan import Seconds, Span


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a working day without work."""

    day: date
    span: Span


def gaps(openings: Iterable[tuple[date, Span]], work: Sequence[Span], least: Seconds) -> list[Gap]:
    """What of the OPENINGS, each the working hours of a day, no WORK covers; none shorter than LEAST seconds.

    WORK is by its start. Where two of it overlap, as work of two stores put together may, both count.

    >>> nine_to_five = [(date(2026, 10, 5), Span(0, 100))]
    >>> [gap.span for gap in gaps(nine_to_five, [Span(-5, 10), Span(40, 80), Span(60, 70)], 1)]
    [Span(start=10, end=40), Span(start=80, end=100)]
    """
    found: list[Gap] = []
    for day, opening in openings:
        free = opening.start
        for span in work:
            if span.end <= free or span.start >= opening.end:
                continue
            if span.start > free:
                found.append(Gap(day, Span(free, span.start)))
            free = span.end
        if free < opening.end:
            found.append(Gap(day, Span(free, opening.end)))
    return [gap for gap in found if gap.span.seconds >= least]
