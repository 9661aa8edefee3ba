"""Stage limit: the part of the billed quantity that has to be paid."""

from collections.abc import Iterable, Mapping

from suptime.contracts import limit_spans
from suptime.contracts.clause import Limit
from suptime.contracts.clauses import rules
from suptime.domain.case import Case
from suptime.domain.charge import Row
from suptime.domain.contract import Contract
from suptime.rating.draw import draw_order


def limit(rows: Iterable[Row], cases: Mapping[str, Case], contract: Contract) -> list[Row]:
    """Return `rows`, in the order of drawing, capped by the limits of `contract`; `cases` are by number."""
    limited = sorted(rows, key=draw_order)
    if limit_spans(contract):
        for _, rule in rules(Limit):
            limited = rule.apply(limited, cases)
    return limited
