"""Facts in, charges out: decide, measure, draw down, price (rating.md).

Pure: the same facts always give the same charges, in whatever order they were recorded.
"""

from suptime.rating.facts import Facts
from suptime.rating.rate import Rating, rate

__all__ = ["Facts", "Rating", "rate"]
