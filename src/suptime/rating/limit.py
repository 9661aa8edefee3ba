"""Stage limit: the part of the billed quantity that has to be paid."""

from collections.abc import Iterable

from suptime.contracts import limit_spans
from suptime.contracts.clause import Limit, Limited
from suptime.contracts.clauses import rules
from suptime.domain.charge import Row
from suptime.rating.draw import draw_order
from suptime.rating.facts import Facts


def limit(rows: Iterable[Row], facts: Facts) -> list[Row]:
    """Return `rows`, in the order of drawing, with the limits of the contract of `facts`: caps, tiers, minimums.

    A rule may divide a row or add rows. A removed row whose key another row has now is left out.
    """
    found = sorted(rows, key=draw_order)
    if limit_spans(facts.contract):
        known = Limited(
            facts.contract, {case.number: case for case in facts.cases}, facts.as_of, facts.scope.holds
        )
        for _, rule in rules(Limit):
            found = sorted(rule.apply(found, known), key=draw_order)
    now = {row.key for row in found if row.quantity or row.written_off}
    return [row for row in found if row.quantity or row.written_off or row.key not in now]
