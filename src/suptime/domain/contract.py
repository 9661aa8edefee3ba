"""A contract and its versions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, TypeVar

from suptime.domain import values
from suptime.domain.time import Instant, Zone

Terms = TypeVar("Terms")


@dataclass(frozen=True, slots=True)
class Version:
    """One contract file, in force from `starts_on` through `ends_on` (inclusive; None: no end).

    `terms` holds the terms of each clause the file has a table for, by the class of the terms.
    """

    code: str
    title: str
    currency: str
    zone: Zone
    starts_on: date
    ends_on: date | None
    terms: Mapping[type[object], object] = field(repr=False)
    text: str = field(default="", repr=False)

    def get(self, kind: type[Terms]) -> Terms | None:
        """Return the terms of class `kind`, or None if the file has no such table."""
        found = self.terms.get(kind)
        return found if isinstance(found, kind) else None

    def covers(self, day: date) -> bool:
        """Return whether `day` is within its own first and last day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price set outside the contract file: `item` ("hour", "incident", "minute") costs `amount` from a day on."""

    contract: Annotated[str, values.CONTRACT_CODE]
    item: Annotated[str, values.choice("item", ("hour", "incident", "minute"))]
    since: Annotated[date, values.DAY]
    amount: Annotated[Decimal, values.UNIT_PRICE]
    id: Annotated[int, values.COUNT] = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Contract:
    """A client's contract: versions of one code, by `starts_on`, each in force until the next one starts."""

    code: str
    client: str
    versions: tuple[Version, ...]

    def on(self, day: date) -> Version | None:
        """Return the version in force on `day`, or None."""
        found = None
        for version in self.versions:
            if version.starts_on <= day:
                found = version
        return found if found and found.covers(day) else None

    def at(self, instant: Instant) -> Version | None:
        """Return the version in force at `instant`, by the day in the zone of the version itself.

        If the next version has another zone, its own midnight decides.
        """
        found = None
        for version in self.versions:
            if version.zone.midnight(version.starts_on) <= instant:
                found = version
        return found if found and found.covers(found.zone.day(instant)) else None

    def nearest(self, instant: Instant) -> Version:
        """Return the version in force at `instant`; outside every version, the last one that started, else the first."""
        started = [v for v in self.versions if v.zone.midnight(v.starts_on) <= instant]
        return self.at(instant) or (started[-1] if started else self.versions[0])

    @property
    def boundaries(self) -> tuple[Instant, ...]:
        """Instants at which a version starts or ends."""
        return _boundaries(tuple((v.zone, v.starts_on, v.ends_on) for v in self.versions))

    @property
    def latest(self) -> Version:
        """The version with the latest start."""
        return self.versions[-1]


@lru_cache
def _boundaries(stretches: tuple[tuple[Zone, date, date | None], ...]) -> tuple[Instant, ...]:
    starts = (zone.midnight(start) for zone, start, _ in stretches)
    ends = (zone.midnight(end + timedelta(days=1)) for zone, _, end in stretches if end)
    return tuple(sorted({*starts, *ends}))
