"""What the parts of a client's statement are called, in every format alike."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from suptime.documents.invoice.phrases import balance_named
from suptime.documents.sla import COUNTED, clock_groups, clock_left, moment, standing
from suptime.documents.wording_case import guarded
from suptime.language.figures import (
    NOTHING,
    duration,
    long_day,
    money,
    month,
    month_alone,
    one_line,
    spoken,
    with_currency,
)
from suptime.language.translate import Part, said, tr


def glance(document: Part) -> list[tuple[str, str]]:
    """What stands beside the client's address: the whole statement at a glance, each part with its name."""
    this = document["time"][0]
    titles = "; ".join(one_line(c["title"]) or c["contract"] for c in document["contracts"])
    told = [
        (tr("Contract") if len(document["contracts"]) == 1 else tr("Contracts"), titles or tr("none")),
        (tr("Open cases"), str(len(document["cases"]))),
        (tr("Time in {month}", month=month_alone(this["month"])), duration(this["time"]["worked_seconds"])),
    ]
    overdue = sum(standing(row) == "overdue" for row in document["response"])
    if overdue:
        told.append((tr("Answers overdue"), str(overdue)))
    told += [
        (
            _of_unit(balance, len(document["balances"]) > 1),
            tr("{size} left", size=spoken(balance["remaining"], balance["unit"], balance["currency"])),
        )
        for balance in document["balances"]
    ]
    return told


def _of_unit(balance: Part, several: bool) -> str:
    name = balance_named(balance["unit"])
    return f"{name} ({balance['contract']})" if several else name


def span_of(row: Part) -> str:
    """The month of ROW in words, and that it is not over."""
    text = month(row["month"])
    return text if row["complete"] else tr("{month}, so far", month=text)


def case_about(case: Part) -> list[str]:
    """What is told beneath an open CASE: what becomes of work on it, its answer, its guarantee where that is over."""
    told = [one_line(said(case))]
    if answer := answer_of(case):
        told.append(answer)
    if case.get("guarantee") and not case["guarantee"]["within"]:
        told.append(guarded(case))
    return told


def answer_of(case: Part) -> str:
    """How the first response to CASE stands, in a few words; nothing where none was promised."""
    clock = case.get("response")
    if not clock:
        return ""
    if standing(clock) == "priority-missing":
        return tr("Priority missing: no answer is due.")
    if standing(clock) in {"met", "late"}:
        answered = moment(clock["responded_at"], clock["timezone"])
        if standing(clock) == "late":
            return tr("Answered on {when}, {left}.", when=answered, left=clock_left(clock))
        return tr("Answered on {when}.", when=answered)
    due = moment(clock["due_at"], clock["timezone"])
    if standing(clock) == "overdue":
        return tr("Answer was due {due}: {left}.", due=due, left=clock_left(clock))
    return tr("Answer due {due}: {left}.", due=due, left=clock_left(clock))


def answers(rows: list[Part], year: str) -> list[tuple[str, str, str, str, str]]:
    """The response clocks in ROWS, the most urgent first: case, priority, due, answered, and how it stands."""
    return [
        (
            row["case"],
            row["priority"] or NOTHING,
            moment(row["due_at"], row["timezone"], year),
            moment(row["responded_at"], row["timezone"], year) or NOTHING,
            f"{tr(COUNTED[standing(row)])}, {clock_left(row)}",
        )
        for _, its in clock_groups(rows)
        for row in its
    ]


def so_far(case: Part) -> str:
    """What CASE came to so far: an amount, or how much was worked."""
    if Decimal(case["net"]):
        return with_currency(case["net"], case["currency"])
    if case["time"]["held_seconds"]:
        return tr("held")
    return tr("no charge") if case["time"]["worked_seconds"] else NOTHING


def next_title(draft: Part) -> str:
    """What DRAFT, a part of what the next invoice would hold, is of."""
    if draft["complete"]:
        return tr("{month}, before tax", month=span_of(draft))
    return tr("{month} and before tax", month=span_of(draft))


def next_rows(draft: Part) -> list[tuple[str, str, str]]:
    """The rows of DRAFT: case or kind, what for, and the net amount."""
    rows = [(case["case"], one_line(case["subject"]), money(case["net"])) for case in draft["cases"]]
    rows += [("", one_line(said(line, "description")), money(line["net"])) for line in draft["other_lines"]]
    return rows


def stated_on(document: Mapping[str, Any]) -> str:
    """The day of the statement, and what it counts, as a sentence."""
    return tr(
        "Everything dated through {day} is counted, as known when this was drawn up.",
        day=long_day(document["as_of"]),
    )
