"""What happened to a case, and how its lines came about, in words that a client understands."""

from collections.abc import Mapping
from typing import Any

from suptime.render.filters import duration, long_day, one_line, wall
from suptime.render.wording import OUTCOMES, Part
from suptime.render.wording_clocks import clock_left, moment, promised, standing


def happened(event: Part) -> str:
    """What EVENT of a case's history was, as a sentence."""
    by = f" by {one_line(event['by'])}" if event.get("by") else ""
    match event["event"]:
        case "open":
            parts = [
                f"via {one_line(event['via'])}" if event.get("via") else "",
                f"category {one_line(event['category'])}" if event.get("category") else "",
                " ".join(one_line(event[key]) for key in ("kind", "priority") if event.get(key)),
            ]
            about = ", ".join(part for part in parts if part)
            return f"Opened{by}" + (f": {about}." if about else ".")
        case "consent":
            limit = event.get("up_to_seconds")
            return f"Consent{by}" + (f", up to {duration(limit)}." if limit else ".")
        case "escalate":
            return "Escalated."
        case "respond":
            return f"First response{by}."
        case "resolve":
            cause = f", cause {one_line(event['cause'])}" if event.get("cause") else ""
            article = f" Article: {one_line(event['kb'])}" if event.get("kb") else ""
            return f"Resolved{cause}.{article}"
        case "reopen":
            return "Reopened."
    return one_line(str(event["event"]))


def outcome(piece: Part) -> str:
    """What became of PIECE, some time of a case, in a word."""
    return OUTCOMES[piece["outcome"]]


def answered(document: Part) -> str:
    """How the response clock of DOCUMENT's case stands, as a sentence; nothing where none was promised."""
    clock = document.get("response")
    if not clock:
        return ""
    due = f", due {moment(clock['due_at'], clock['timezone'])}" if clock["due_at"] else ""
    words = {"overdue": "overdue", "waiting": "waiting", "late": "answered late", "met": "answered in time"}
    return f"First response: {promised(clock)}{due}: {words[standing(clock)]}, {clock_left(clock)}."


def guarded(document: Part) -> str:
    """Whether the guarantee of a project covers DOCUMENT's case, as a sentence; nothing where there is none."""
    its = document.get("guarantee")
    if not its:
        return ""
    until = f"through {long_day(its['last_day'])}"
    if not its["within"]:
        return f"Project {its['project']} was guaranteed {until}; the case was opened outside that time."
    excluded = f", unless the cause is {_any_of(its['excluded_causes'])}" if its["excluded_causes"] else ""
    return f"Opened within the guarantee of project {its['project']} ({until}): covered{excluded}."


def _any_of(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def how(line: Part, zone: str) -> list[str]:
    """What made LINE what it is: the window of an incident, the minutes of each call, on the clocks of ZONE."""
    told = []
    if window := line.get("window"):
        start, end = (wall(window[key], zone) for key in ("opened_at", "closes_at"))
        day = "" if start.date() == end.date() else f" on {long_day(end.date().isoformat())}"
        told.append(f"Its window ends at {end:%H:%M}{day}; what comes later is another incident.")
    calls = line.get("calls") or []
    if len(calls) > 1:
        told.append(f"Calls: {'; '.join(_call(call) for call in calls)}.")
    return told


def _call(call: Mapping[str, Any]) -> str:
    return f"{call['unit']} by {one_line(call['agent'])}, {duration(call['seconds'])}: {call['minutes']} min"
