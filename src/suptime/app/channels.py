"""The channel of work if nobody typed it."""

from collections.abc import Sequence

from suptime.errors import WrongUsage

OTHER = "other"
"""Channel of work if neither the agent nor the contract sets it."""


def chosen(what: str, sold: Sequence[str] | None, typed: str | None) -> str:
    """Return the channel `typed`, the only one `sold`, or `other`. Errors name the contract or case `what`.

    >>> chosen("acme-ps", None, None), chosen("acme-ps", ["phone"], None), chosen("acme-ps", ["phone"], "email")
    ('other', 'phone', 'email')

    Raises:
        WrongUsage: several channels are sold, and none was typed.
    """
    if typed is not None:
        return typed
    if not sold:
        return OTHER
    if len(sold) > 1:
        raise WrongUsage(
            f"The contract of {what} sells support by {', '.join(sold[:-1])} and {sold[-1]}.",
            "Give the channel of this work.",
            f"Example: --channel {sold[0]}",
        )
    return sold[0]
