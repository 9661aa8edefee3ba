"""Why a record of an import cannot come in."""

from collections.abc import Iterable

from suptime.domain.values import near


class Refusal(Exception):
    """A record cannot come in: at which key, and why."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key
        self.reason = reason


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """That there is no WHAT of that NAME, and which are near."""
    close = near(name, known)
    meant = f" Did you mean {' or '.join(close)}?" if close else ""
    return f"there is no {what} {name}, neither before this line nor in the database.{meant}"
