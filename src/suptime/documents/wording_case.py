"""What happened to a case, and how its lines came about, in words that a client understands."""

from collections.abc import Mapping
from typing import Any

from suptime.documents.invoice.phrases import outcome_named
from suptime.documents.sla import COUNTED, clock_left, moment, promised, standing
from suptime.language.figures import duration, long_day, one_line, wall
from suptime.language.translate import Part, any_of, tr


def happened(event: Part) -> str:
    """What EVENT of a case's history was, as a sentence."""
    by = one_line(event["by"]) if event.get("by") else ""
    match event["event"]:
        case "open":
            return _opened(event, by)
        case "consent":
            limit = event.get("up_to_seconds")
            if limit and by:
                return tr("Consent by {who}, up to {length}.", who=by, length=duration(limit))
            if limit:
                return tr("Consent, up to {length}.", length=duration(limit))
            return tr("Consent by {who}.", who=by) if by else tr("Consent.")
        case "consent-request":
            if limit := event.get("up_to_seconds"):
                return tr("Consent asked of {who}, for {length}.", who=by, length=duration(limit))
            return tr("Consent asked of {who}.", who=by)
        case "consent-reply":
            return tr("Reply from {who} to the request for consent.", who=by)
        case "consent-refused":
            return tr("Consent refused by {who}.", who=by)
        case "escalate":
            return tr("Escalated.")
        case "respond":
            return tr("First response by {who}.", who=by) if by else tr("First response.")
        case "resolve":
            cause = one_line(event["cause"]) if event.get("cause") else ""
            told = [tr("Resolved, cause {cause}.", cause=cause) if cause else tr("Resolved.")]
            if event.get("kb"):
                told.append(tr("Article: {address}", address=one_line(event["kb"])))
            return " ".join(told)
        case "reopen":
            return tr("Reopened.")
    return one_line(str(event["event"]))


def _opened(event: Part, by: str) -> str:
    """How a case was opened, as a sentence, and what was said of it."""
    parts = [
        tr("via {channel}", channel=one_line(event["via"])) if event.get("via") else "",
        tr("category {category}", category=one_line(event["category"])) if event.get("category") else "",
        " ".join(one_line(event[key]) for key in ("kind", "priority") if event.get(key)),
    ]
    about = ", ".join(part for part in parts if part)
    if about and by:
        return tr("Opened by {who}: {about}.", who=by, about=about)
    if about:
        return tr("Opened: {about}.", about=about)
    return tr("Opened by {who}.", who=by) if by else tr("Opened.")


def outcome(piece: Part) -> str:
    """What became of PIECE, some time of a case, in a word."""
    return outcome_named(piece["outcome"])


def answered(document: Part) -> str:
    """How the response clock of DOCUMENT's case stands, as a sentence; nothing where none was promised."""
    clock = document.get("response")
    if not clock:
        return ""
    if clock["state"] == "priority-missing":
        return tr(
            "First response: promised by priority, and the case has none: {left}.", left=clock_left(clock)
        )
    values = {
        "promised": promised(clock),
        "standing": tr(COUNTED[standing(clock)]),
        "left": clock_left(clock),
    }
    if not clock["due_at"]:
        return tr("First response: {promised}: {standing}, {left}.", **values)
    due = moment(clock["due_at"], clock["timezone"])
    return tr("First response: {promised}, due {due}: {standing}, {left}.", due=due, **values)


def guarded(document: Part) -> str:
    """Whether the guarantee of a project covers DOCUMENT's case, as a sentence; nothing where there is none."""
    its = document.get("guarantee")
    if not its:
        return ""
    values = {"project": its["project"], "day": long_day(its["last_day"])}
    if not its["within"]:
        return tr(
            "Project {project} was guaranteed through {day}; the case was opened outside that time.", **values
        )
    if causes := its["excluded_causes"]:
        return tr(
            "Opened within the guarantee of project {project} (through {day}): covered, unless the cause is {causes}.",
            causes=any_of(causes),
            **values,
        )
    return tr("Opened within the guarantee of project {project} (through {day}): covered.", **values)


def how(line: Part, zone: str) -> list[str]:
    """What made LINE what it is: the window of an incident, the minutes of each call, on the clocks of ZONE."""
    told = []
    if window := line.get("window"):
        start, end = (wall(window[key], zone) for key in ("opened_at", "closes_at"))
        if start.date() == end.date():
            text = tr("Its window ends at {time}; what comes later is another incident.", time=f"{end:%H:%M}")
        else:
            text = tr(
                "Its window ends at {time} on {day}; what comes later is another incident.",
                time=f"{end:%H:%M}",
                day=long_day(end.date().isoformat()),
            )
        told.append(text)
    calls = line.get("calls") or []
    if len(calls) > 1:
        told.append(tr("Calls: {calls}.", calls="; ".join(_call(call) for call in calls)))
    return told


def _call(call: Mapping[str, Any]) -> str:
    return tr(
        "{unit} by {agent}, {length}: {minutes} min",
        unit=call["unit"],
        agent=one_line(call["agent"]),
        length=duration(call["seconds"]),
        minutes=call["minutes"],
    )
