"""Through which channel work is done, where nobody said."""

from collections.abc import Sequence

from suptime.errors import WrongUsage

OTHER = "other"
"""The channel of work where neither the agent nor the contract names one."""


def chosen(what: str, sold: Sequence[str] | None, typed: str | None) -> str:
    """The channel `typed`, or the only one `sold`, or `other`. `what`, the contract or case, stands in the error.

    >>> chosen("acme-ps", None, None), chosen("acme-ps", ["phone"], None), chosen("acme-ps", ["phone"], "email")
    ('other', 'phone', 'email')

    Raises:
        WrongUsage: several are sold, and none was typed.
    """
    if typed is not None:
        return typed
    if not sold:
        return OTHER
    if len(sold) > 1:
        raise WrongUsage(
            f"The contract of {what} sells support by {', '.join(sold[:-1])} and {sold[-1]}.",
            "Say which it was.",
            f"Add --channel {sold[0]}, for instance.",
        )
    return sold[0]
