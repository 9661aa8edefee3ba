"""What a case's contract says about it, as opening, resolving and booking need to know."""

from suptime.app.wording import few, near, quoted
from suptime.clauses import CLAUSES
from suptime.clauses.base import Opening
from suptime.clauses.classification import rule, terms_of
from suptime.clauses.consent import Consent
from suptime.clauses.escalation import Escalation
from suptime.clauses.sla import Sla, check_priority, priorities
from suptime.clauses.suggest import Suggestion, suggest
from suptime.domain.case import Case
from suptime.domain.contract import Contract, Version
from suptime.domain.party import Contact, Project
from suptime.domain.timespan import Instant, show_day
from suptime.errors import Refused, WrongUsage

NO_CAUSE = "unknown"
"""The cause of a case whose cause was never found: it takes the category's default."""


def in_force(contract: Contract, instant: Instant, what: str) -> Version:
    """The version of CONTRACT in force at INSTANT.

    Raises:
        Refused: there is none; WHAT would lie outside the contract (exit 4).
    """
    version = contract.at(instant)
    if version is None:
        raise Refused(
            f"{what} on {show_day(contract.latest.zone.day(instant))}, outside the contract {contract.code}.",
            f"It runs {days(contract)}.",
            f"suptime contract show {contract.code}",
        )
    return version


def days(contract: Contract) -> str:
    """From when to when CONTRACT runs, in words, gaps between versions left out."""
    last = contract.latest.ends_on
    first = f"from {show_day(contract.versions[0].starts_on)}"
    return f"{first} through {show_day(last)}" if last else f"{first} on"


def nearest_version(contract: Contract, instant: Instant) -> Version:
    """The version in force at INSTANT, or, on days outside every version, the latest one."""
    return contract.at(instant) or contract.latest


def category_note(version: Version, category: str | None) -> str | None:
    """A warning where VERSION lists categories, and CATEGORY is not one of them."""
    terms = terms_of(version)
    if category is None or not terms.categories or category in terms.categories:
        return None
    return (
        f"{version.code} does not list the category {quoted(category)}; it counts as {terms.default}. "
        f"{_nearest(category, list(terms.categories))}"
    )


def priority_note(version: Version, case: Case) -> str | None:
    """A warning where VERSION promises response times by priority, and CASE has no priority."""
    terms = version.get(Sla)
    if terms is None or not terms.misses_priority(case.priority):
        return None
    allowed = terms.kinds.get(case.kind or "", tuple(terms.response))
    timed = [priority for priority in terms.response if priority in allowed]
    return (
        f"{case.number} has no priority, so no response is due, though {version.code} promises one by "
        f"priority. Give it one: suptime case edit {case.number} --priority {(timed or [*terms.response])[-1]}"
    )


def effective_priority(version: Version, case: Case) -> str | None:
    """The priority of CASE under VERSION: its own, else the default one, else None."""
    terms = version.get(Sla)
    return case.priority if terms is None else terms.priority_of(case.priority)


def cause_note(version: Version, cause: str | None) -> str | None:
    """A warning where VERSION lists causes, and CAUSE is not one of them."""
    terms = terms_of(version)
    if cause in {None, NO_CAUSE} or not terms.causes or cause in terms.causes:
        return None
    assert cause is not None  # noqa: S101 - for the type checker
    return (
        f"{version.code} does not list the cause {quoted(cause)}, so it has no effect. "
        f"{_nearest(cause, list(terms.causes))}"
    )


def _nearest(word: str, listed: list[str]) -> str:
    close = near(word, listed, most=1)
    return f"The nearest listed is {close[0]}." if close else f"Listed are {few(listed)}."


def sold(version: Version, category: str | None) -> None:
    """Refuse a CATEGORY that VERSION does not sell.

    Raises:
        Refused: it is `not-sold`.
    """
    terms = terms_of(version)
    if rule(terms, category) != "not-sold":
        return
    offered = [c for c, its in terms.categories.items() if its != "not-sold"]
    raise Refused(
        f"{version.code} does not sell the category {quoted(category or '')}.",
        f"It sells {few(offered)}." if offered else "",
        f"suptime contract show {version.code}",
    )


def suggested(version: Version, subject: str, body: str) -> Suggestion | None:
    """The category that the words of a request propose under VERSION, if it is one that is sold."""
    terms = terms_of(version)
    found = suggest(terms, subject, body) if terms.suggest else None
    return None if found is None or rule(terms, found.category) == "not-sold" else found


def may_open(version: Version, case: Case, contact: Contact | None, project: Project | None = None) -> None:
    """Ask every clause of VERSION whether CASE, about PROJECT, may be opened.

    CONTACT is the client's of its address, if any.

    Raises:
        Refused: one refuses it: by who asks, by the channel, or by the priority of its kind.
    """
    opening = Opening(
        version.code,
        case.client,
        case.contact,
        contact,
        case.via,
        case.kind,
        case.priority,
        project,
        version.zone.day(case.opened_at),
    )
    for clause in CLAUSES:
        if clause.at_opening and clause.terms in version.terms:
            clause.at_opening(version.terms[clause.terms], opening)


def check_name(version: Version, priority: str | None) -> None:
    """Refuse a PRIORITY that has another name than those of VERSION.

    Raises:
        WrongUsage: it has.
    """
    known = priorities(version.get(Sla))
    if priority is not None and priority not in known:
        raise WrongUsage(
            f'--priority: "{priority}" is none of {", ".join(known)}.',
            hint="Its contract names the priorities: suptime contract show " + version.code,
        )


def may_have(version: Version, case: Case) -> None:
    """E6: refuse a priority that the kind of CASE cannot have under VERSION.

    Raises:
        Refused: it cannot.
    """
    terms = version.get(Sla)
    if terms is not None:
        check_priority(terms, version.code, case.kind, case.priority)


def needs_consent(version: Version) -> bool:
    """Whether VERSION asks for the client's consent before billable work."""
    terms = version.get(Consent)
    return terms is not None and terms.required


def starts_free(version: Version) -> bool:
    """Whether a case under VERSION is free until it is escalated."""
    terms = version.get(Escalation)
    return terms is not None and terms.starts_free


def by_cause(version: Version, category: str | None) -> bool:
    """Whether a case of CATEGORY is billed or free by its cause."""
    return rule(terms_of(version), category) == "by-cause"


def known_causes(version: Version) -> list[str]:
    """The causes that VERSION lists."""
    return list(terms_of(version).causes)


def category_rule(version: Version, category: str | None) -> str:
    """What VERSION says of CATEGORY: billable, non-billable, by-cause or not-sold."""
    return rule(terms_of(version), category)
