"""Findings against issuing a month, by code, and their acceptance."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Self

from suptime.domain.values import Kind, Problem, quoted


class Level(StrEnum):
    """Severity of a finding, worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(NamedTuple):
    """Properties of all findings of one code.

    An error or a warning stops the issue of its client, or of every client if it `is_of_house` (about the seller).
    Some errors cannot be accepted.
    """

    level: Level
    is_of_house: bool = False
    can_be_accepted: bool = True


CODES: Mapping[str, Code] = {
    "seller-name": Code(Level.ERROR, is_of_house=True),
    "seller-address": Code(Level.ERROR, is_of_house=True),
    "client-tax-id": Code(Level.ERROR),
    "einvoice-data": Code(Level.ERROR),
    "document-fails": Code(Level.ERROR, can_be_accepted=False),
    "month-not-over": Code(Level.ERROR, can_be_accepted=False),
    "earlier-month": Code(Level.ERROR, can_be_accepted=False),
    "seller-tax-id": Code(Level.WARNING),
    "client-address": Code(Level.WARNING),
    "client-tax": Code(Level.WARNING),
    "cause-unlisted": Code(Level.WARNING),
    "category-unlisted": Code(Level.WARNING),
    "unit-long": Code(Level.WARNING),
    "appointment-unworked": Code(Level.WARNING),
    "unit-overnight": Code(Level.NOTE),
    "unit-no-note": Code(Level.NOTE),
    "held": Code(Level.NOTE),
    "unbilled": Code(Level.NOTE),
    "running": Code(Level.NOTE),
    "credit-open": Code(Level.NOTE),
    "day-unlogged": Code(Level.NOTE, is_of_house=True),
    "payment-terms": Code(Level.NOTE, is_of_house=True),
    "seller-country": Code(Level.NOTE, is_of_house=True),
    "client-country": Code(Level.NOTE),
    "client-email": Code(Level.NOTE),
}
"""Codes of findings."""

EVERY_WARNING = "all"


class Finding(NamedTuple):
    """A finding against issuing: a sentence about it, and the command that corrects it.

    `on` is its subject (a client, case, unit, appointment, invoice or agent); `client` is the client that it stops;
    both are None for the seller. `dates` are its days, if it is about days.
    """

    code: str
    message: str
    fix: str = ""
    on: str | None = None
    client: str | None = None
    dates: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """Its severity."""
        return CODES[self.code].level

    @property
    def sentence(self) -> str:
        """The finding in one line for people: its code, its subject, and the command that corrects it."""
        name = f"{self.code}:{self.on}" if self.on else self.code
        return (
            f"{name}: {self.message.removesuffix('.')}: {self.fix}" if self.fix else f"{name}: {self.message}"
        )

    @property
    def order(self) -> tuple[int, str, str, tuple[Any, ...]]:
        """Key that sorts findings: by level, client (the seller first), code, and subject."""
        digits = "".join(letter for letter in self.on or "" if letter.isdigit())
        about = (len(digits), digits, self.on or "")
        return list(Level).index(self.level), self.client or "", self.code, about


class Acceptance(NamedTuple):
    """Accepted findings when a month is issued: pairs of a code and a subject (None: any)."""

    pairs: frozenset[tuple[str, str | None]] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Return the acceptance of `texts`, which the kind `ACCEPTED` has read."""
        split = (text.partition(":") for text in texts)
        return cls(frozenset((code, on.casefold() or None) for code, _, on in split))

    def __or__(self, other: "Acceptance") -> "Acceptance":
        """Return the union of both."""
        return Acceptance(self.pairs | other.pairs)

    def accepts(self, finding: Finding) -> bool:
        """Return whether `finding` is accepted: by its code, by its code and subject, or with all warnings.

        >>> Acceptance.of(["unit-long:u7"]).accepts(Finding("unit-long", "", on="U7"))
        True
        >>> Acceptance.of(["all"]).accepts(Finding("seller-name", ""))
        False
        """
        if finding.level is Level.NOTE or not CODES[finding.code].can_be_accepted:
            return False
        if finding.level is Level.WARNING and (EVERY_WARNING, None) in self.pairs:
            return True
        about = (finding.on or "").casefold() or None
        return (finding.code, None) in self.pairs or (finding.code, about) in self.pairs

    def stops(self, finding: Finding) -> bool:
        """Return whether `finding` stops the issue."""
        return finding.level is not Level.NOTE and not self.accepts(finding)

    def document(self, finding: Finding) -> dict[str, Any]:
        """Return `finding` as JSON shows it, and whether it is accepted."""
        made = {
            "code": finding.code,
            "level": str(finding.level),
            "on": finding.on,
            "client": finding.client,
            "message": finding.message,
            "fix": finding.fix,
            "accepted": self.accepts(finding),
        }
        return made | ({"dates": [*finding.dates]} if finding.dates else {})


def in_order(findings: Collection[Finding]) -> list[Finding]:
    """Return `findings`, worst first, without duplicates."""
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.order)


def _accepted(text: str) -> str | Problem:
    code, colon, on = text.strip().partition(":")
    known = [*CODES, EVERY_WARNING]
    if code not in known:
        return Problem(f"Unknown finding code {quoted(code)}.", ACCEPTED.expected, word=code, among=known)
    if colon and (not on.strip() or code == EVERY_WARNING):
        return Problem(f"{quoted(text)} is not a finding.", ACCEPTED.expected)
    return f"{code}:{on.strip()}" if colon else code


ACCEPTED: Kind[str] = Kind(
    "acceptance",
    _accepted,
    "a code of findings such as unit-long, a code with an id such as unit-long:U7, or all",
)
"""An acceptance, as typed after --accept or in the settings."""
