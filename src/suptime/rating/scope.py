"""Which days are rated: a month that was closed is settled, but for the days that late work touched.

Rating needs no more of a settled month than what its lines drew from purchases: rows that are
not rated anew are what their lines hold (rating.md, 5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from suptime.domain.invoice import IssuedLine, Use, holdings
from suptime.domain.timespan import Month


@dataclass(frozen=True, slots=True)
class Scope:
    """The days after `settled` (None: all days), and those of `again`, which something touched since.

    >>> scope = Scope(date(2026, 9, 30), frozenset({date(2026, 9, 7)}))
    >>> [day in scope for day in (date(2026, 9, 6), date(2026, 9, 7), date(2026, 10, 1))]
    [False, True, True]
    """

    settled: date | None = None
    again: frozenset[date] = frozenset()

    def __contains__(self, day: date) -> bool:
        return self.settled is None or day > self.settled or day in self.again


EVERYTHING = Scope()
"""Every day there is."""


def settled_uses(uses: Iterable[Use], rated: Iterable[IssuedLine], before: Month) -> tuple[Use, ...]:
    """What of all USES of purchases by issued lines stays as it is: less that of the lines whose rows are RATED.

    In USES the months before BEFORE are one: the last of them.
    """
    left = {(use.purchase, use.month): use.quantity for use in uses}
    for key, holding in holdings(rated).items():
        month = max(Month.of(key.day), before.previous)
        for draw in holding.draws:
            left[draw.purchase, month] = left.get((draw.purchase, month), 0) - draw.quantity
    return tuple(Use(purchase, month, n) for (purchase, month), n in sorted(left.items()) if n)
