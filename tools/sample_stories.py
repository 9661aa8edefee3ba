"""The stories of tools/stories, read: each step of a script becomes one value (stories/README.md)."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from suptime.domain.time import parse_duration

STORIES = Path(__file__).resolve().parent / "stories"
CHANNELS = {
    "p": "phone",
    "e": "email",
    "r": "remote",
    "c": "chat",
    "m": "messenger",
    "s": "onsite",
    "o": "other",
}
_WORK = re.compile(
    r"(?:@(?P<at>\S+) )?(?:(?P<who>guest|requested|waived|with) )?(?P<channel>[percmso])(?P<minutes>\d+) "
    r"(?:\[(?P<reason>[^\]]+)\] )?(?P<note>.+)"
)
_MARK = re.compile(r"\+(?P<name>[a-z]+)(?: (?P<rest>.+))?")
_LIMIT = re.compile(r"(?P<by>.+?)(?: (?P<limit>\d+[hm]))?")


@dataclass(frozen=True)
class Work:
    """A work unit of about so many minutes; `at` is a clock time, or a day and time.

    With `joins` a colleague does it, who joins the call that was just begun.
    """

    channel: str
    minutes: int
    note: str
    guest: bool = False
    requested: bool = False
    waived: str | None = None
    at: str | None = None
    joins: bool = False


@dataclass(frozen=True)
class Mark:
    """Anything else that happens: an event, an appointment, a pause."""

    name: str
    rest: str = ""


Step = Work | Mark
OWN = ("opened", "contract", "kind", "priority", "contact", "via", "project")
"""What a story may say of its case that most do not."""


@dataclass(frozen=True)
class Story:
    """One case: what it is about, and what happens in what order."""

    client: str
    subject: str
    category: str | None
    steps: tuple[Step, ...]
    estimate_seconds: int | None = None
    opens: date | None = None
    every: int = 2
    opened: datetime | None = None
    contract: str | None = None
    kind: str | None = None
    priority: str | None = None
    contact: str | None = None
    via: str | None = None
    project: str | None = None


def stories(client: str) -> list[Story]:
    """The stories of CLIENT, in the order of the year."""
    with (STORIES / f"{client}.toml").open("rb") as stream:
        read = tomllib.load(stream)["story"]
    return [_story(client, values) for values in read]


def common() -> dict[str, Any]:
    """What all clients share: `chasers`, as steps, and `care`, the cases of regular checks."""
    with (STORIES / "common.toml").open("rb") as stream:
        return tomllib.load(stream)


def _story(client: str, values: dict[str, Any]) -> Story:
    estimate = values.get("estimate")
    return Story(
        client,
        values["subject"],
        values.get("category"),
        tuple(step(line) for line in values["steps"].splitlines() if line.strip()),
        parse_duration(estimate) if estimate else None,
        values.get("opens"),
        values.get("every", 2),
        **{name: values.get(name) for name in OWN},
    )


def step(line: str) -> Step:
    """The step that LINE writes.

    Raises:
        ValueError: it is none.
    """
    if found := _MARK.fullmatch(line):
        return Mark(found["name"], found["rest"] or "")
    found = _WORK.fullmatch(line)
    if not found:
        raise ValueError(f"not a step: {line!r}")
    who = found["who"]
    return Work(
        CHANNELS[found["channel"]],
        int(found["minutes"]),
        found["note"],
        guest=who in {"guest", "requested"},
        requested=who == "requested",
        waived=found["reason"],
        at=found["at"],
        joins=who == "with",
    )


def consent_of(mark: Mark) -> tuple[str, int | None]:
    """Who consented, and for how many seconds (None: without a limit)."""
    found = _LIMIT.fullmatch(mark.rest)
    if not found:
        raise ValueError(f"not a consent: {mark.rest!r}")
    return found["by"], parse_duration(found["limit"]) if found["limit"] else None
