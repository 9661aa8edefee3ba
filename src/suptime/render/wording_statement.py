"""What the parts of a client's statement are called, in every format alike."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from suptime.render.filters import NOTHING, duration, long_day, money, month, one_line, spoken, with_currency
from suptime.render.wording import Part
from suptime.render.wording_case import guarded
from suptime.render.wording_clocks import COUNTED, clock_groups, clock_left, moment, standing


def party(document: Part) -> Part:
    """The client of DOCUMENT, with the keys that a seller has."""
    return {key: document[f"client_{key}"] for key in ("name", "address", "email", "tax_id")}


def glance(document: Part) -> list[tuple[str, str]]:
    """What stands beside the client's address: the whole statement at a glance, each part with its name."""
    this = document["time"][0]
    titles = "; ".join(one_line(c["title"]) or c["contract"] for c in document["contracts"])
    told = [
        ("Contract" if len(document["contracts"]) == 1 else "Contracts", titles or "none"),
        ("Open cases", str(len(document["cases"]))),
        (f"Time in {month(this['month']).split()[0]}", duration(this["time"]["worked_seconds"])),
    ]
    overdue = sum(standing(row) == "overdue" for row in document["response"])
    if overdue:
        told.append(("Answers overdue", str(overdue)))
    told += [
        (
            _of_unit(balance, len(document["balances"]) > 1),
            f"{spoken(balance['remaining'], balance['unit'], balance['currency'])} left",
        )
        for balance in document["balances"]
    ]
    return told


def _of_unit(balance: Part, several: bool) -> str:
    name = {"minutes": "Prepaid hours", "incidents": "Prepaid incidents", "money": "Deposit"}[balance["unit"]]
    return f"{name} ({balance['contract']})" if several else name


def span_of(row: Part) -> str:
    """The month of ROW in words, and that it is not over."""
    return month(row["month"]) if row["complete"] else f"{month(row['month'])}, so far"


def case_about(case: Part) -> list[str]:
    """What is told beneath an open CASE: what becomes of work on it, its answer, its guarantee where that is over."""
    told = [one_line(case["reason"])]
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
    if standing(clock) in {"met", "late"}:
        late = f", {clock_left(clock)}" if standing(clock) == "late" else ""
        return f"Answered on {moment(clock['responded_at'], clock['timezone'])}{late}."
    due = moment(clock["due_at"], clock["timezone"])
    if standing(clock) == "overdue":
        return f"Answer was due {due}: {clock_left(clock)}."
    return f"Answer due {due}: {clock_left(clock)}."


def answers(rows: list[Part], year: str) -> list[tuple[str, str, str, str, str]]:
    """The response clocks in ROWS, the most urgent first: case, priority, due, answered, and how it stands."""
    return [
        (
            row["case"],
            row["priority"],
            moment(row["due_at"], row["timezone"], year),
            moment(row["responded_at"], row["timezone"], year) or NOTHING,
            f"{COUNTED[standing(row)]}, {clock_left(row)}",
        )
        for _, its in clock_groups(rows)
        for row in its
    ]


def so_far(case: Part) -> str:
    """What CASE came to so far: an amount, or how much was worked."""
    if Decimal(case["net"]):
        return with_currency(case["net"], case["currency"])
    if case["time"]["held_seconds"]:
        return "held"
    return "no charge" if case["time"]["worked_seconds"] else NOTHING


def next_title(draft: Part) -> str:
    """What DRAFT, a part of what the next invoice would hold, is of."""
    return f"{span_of(draft)}, before tax" if draft["complete"] else f"{span_of(draft)} and before tax"


def next_rows(draft: Part) -> list[tuple[str, str, str]]:
    """The rows of DRAFT: case or kind, what for, and the net amount."""
    rows = [(case["case"], one_line(case["subject"]), money(case["net"])) for case in draft["cases"]]
    rows += [("", one_line(line["description"]), money(line["net"])) for line in draft["other_lines"]]
    return rows


def stated_on(document: Mapping[str, Any]) -> str:
    """The day of the statement, and what it counts, as a sentence."""
    return (
        f"Everything dated through {long_day(document['as_of'])} is counted, as known when this was drawn up."
    )
