"""Why a plan charges less than was worked, so that none looks cheap for a reason that nobody sees."""

from collections.abc import Iterable, Sequence
from typing import Any

from suptime.domain.duration import in_words
from suptime.domain.outcome import Outcome, Share
from suptime.domain.timespan import Seconds

WHY: dict[tuple[str, str], tuple[str, bool]] = {
    ("held", "classification"): ("held: the cause of the case is not known yet", False),
    ("held", "incident"): ("held: the incident is not completed yet", False),
    ("held", "guarantee"): ("held: within a guarantee, the cause decides", False),
    ("covered", "coverage"): ("covered by the flat fee", False),
    ("covered", "guarantee"): ("covered by a guarantee", False),
    ("non_billable", "classification"): ("free by the category or the cause of the case", False),
    ("non_billable", "guests"): ("free: an unrequested guest", False),
    ("non_billable", "consent"): ("free: before or beyond the client's consent", False),
    ("non_billable", "escalation"): ("free: before the case was escalated", False),
    ("non_billable", "incident"): ("by channels that it does not sell: this work would be refused", True),
    ("non_billable", "per_minute"): ("by channels that it does not sell: this work would be refused", True),
    ("non_billable", "prices"): ("free because it states no price for it: this work would be refused", True),
    ("non_billable", "contract"): ("on days that it does not cover", True),
}
"""What is said of time with an outcome by a clause, and whether the plan looks cheaper by it than it is."""

ASSUMED = {
    ("non_billable", "consent"): "without a consent, which it asks for and nobody was asked for",
    ("non_billable", "escalation"): "without an escalation, which it asks for and nobody recorded",
}
"""What is said of time that is only free since the real contract asks for no such thing."""


def notes_on(
    shares: Iterable[Share], not_sold: Sequence[str], *, real: bool, assumed: object
) -> list[dict[str, Any]]:
    """Sentences on the time in SHARES that is not charged, the longest first, and on cases NOT_SOLD.

    Where the plan is the REAL one nothing is a caution: what was free was free. Where consent
    and escalation are ASSUMED (not None), the sentence says that the cost counts this time.
    """
    seconds: dict[tuple[str, str], Seconds] = {}
    for share in shares:
        if share.outcome is not Outcome.CHARGEABLE and share.seconds:
            key = (str(share.outcome), share.reason.clause)
            seconds[key] = seconds.get(key, 0) + share.seconds
    notes = []
    for key, size in sorted(seconds.items(), key=lambda item: (-item[1], item[0])):
        words, caution = WHY.get(
            key, ("waived" if key[0] == "waived" else f"not charged ([{key[1]}])", False)
        )
        if real:
            words = words.partition(": this work")[0]
        if assumed is not None and key in ASSUMED:
            words = f"{ASSUMED[key]}: free on the invoice, counted in the cost"
        notes.append({"text": f"{in_words(size)} {words}.", "caution": caution and not real})
    if not_sold:
        text = f"It does not sell what {', '.join(not_sold)} asked for: the work would be refused."
        notes.append({"text": text, "caution": not real})
    return notes
