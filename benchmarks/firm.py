"""A firm with ten years of support behind it, as the lines that `suptime import suptime` reads.

Two hundred clients, each with a contract of one of four kinds; cases of some eight work units, the
last of each client still open; agents who work from eight to four. The same number of units gives
the same lines every time.
"""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

CLIENTS = 200
FIRST, LAST = date(2016, 10, 1), date(2026, 10, 2)
MONTH = "2026-09"
"""The last month that is over at `NOW`; those before it are settled."""
CLOSED_THROUGH = "2026-05"
ISSUED = ("2026-06", "2026-07", "2026-08")
"""What follows is invoiced, month by month."""
NOW = "2026-10-05T14:00:00Z"
DAY_IN_MONTH = "2026-09-10"
UNITS_OF_A_CASE = 8
SLOT = 24 * 60
"""Seconds from the start of one unit to that of the agent's next."""
MOST_SLOTS = 20

ZONES = ("UTC", "America/Chicago", "Europe/Berlin", "America/Toronto")
CATEGORIES = ("general-information", "bug-report", "configuration", "technical-assistance")
NOTES = (
    "Settings looked through with the client",
    "Logs read, cause found",
    "Import of contacts repaired",
    "Question on the report answered",
    "Call back: works now",
)
CATEGORY_TERMS = """
[classification]
default = "billable"
[classification.categories]
general-information = "non-billable"
bug-report = "by-cause"
configuration = "billable"
technical-assistance = "billable"
[classification.causes]
product-defect = "non-billable"
no-defect-found = "billable"
"""
ROUNDED = '[rounding]\nincrement = "{}"\nper = "day"\ndirection = "up"\n'
PREPAID = '[prepaid]\nunit = "hours"\nvalid_for = "{}"\noverage = "invoice"\n'
KINDS = (
    ("hourly", CATEGORY_TERMS),
    ("rounded", ROUNDED.format("30m")),
    ("prepaid", ROUNDED.format("15m") + PREPAID.format("90d")),
    ("prepaid-cases", CATEGORY_TERMS + PREPAID.format("365d")),
)


class Worked(NamedTuple):
    """One work unit: whose case (a client's number and its case's), by whom, from when to when."""

    client: int
    case: int
    agent: int
    start: int
    end: int
    note: str


def name_of_case(client: int, case: int) -> str:
    """The number of a case: the client's, and the how manieth of theirs it is."""
    return f"C{client:03}-{case}"


def life(count: int) -> Iterator[Worked]:
    """COUNT work units, day by day over the ten years' working days."""
    chance = random.Random(count)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    days = [day for day in days if day.weekday() < 5]
    agents = max(3, -(-count // len(days) // MOST_SLOTS) + 1)
    worked = [0] * CLIENTS
    for place, day in enumerate(days):
        morning = int(datetime(day.year, day.month, day.day, 8, tzinfo=UTC).timestamp())
        for turn in range(count * (place + 1) // len(days) - count * place // len(days)):
            client = chance.randrange(CLIENTS)
            start = morning + turn // agents * SLOT + chance.randrange(300)
            end = start + 60 * chance.randrange(3, 18)
            case, worked[client] = worked[client] // UNITS_OF_A_CASE, worked[client] + 1
            yield Worked(client, case, turn % agents, start, end, chance.choice(NOTES))


def open_cases(count: int) -> tuple[str, str, str]:
    """Three cases that are open at the end of `life(count)`: of clients who pay by the hour, the last one ahead."""
    last = {worked.client: worked.case for worked in life(count)}
    a, b, c = (name_of_case(client, last.get(client, 0)) for client in range(3))
    return a, b, c


def lines(count: int, *, only_last_month: bool = False) -> Iterator[str]:
    """The firm with COUNT work units as lines to import; ONLY_LAST_MONTH leaves out what was before it."""

    def kept() -> Iterator[Worked]:
        since = int(datetime.fromisoformat(f"{MONTH}-01T00:00:00+00:00").timestamp())
        return (worked for worked in life(count) if not only_last_month or worked.start >= since)

    yield from map(_line, _parties())
    opened: dict[tuple[int, int], int] = {}
    ended: dict[tuple[int, int], int] = {}
    of_client: dict[int, int] = dict.fromkeys(range(CLIENTS), 0)
    for worked in kept():
        key = worked.client, worked.case
        opened[key] = min(opened.get(key, worked.start), worked.start)
        ended[key] = max(ended.get(key, worked.end), worked.end)
        of_client[worked.client] = worked.case
    yield from map(_line, _purchases(count, only_last_month=only_last_month))
    start = int(datetime(FIRST.year, FIRST.month, FIRST.day, 7, tzinfo=UTC).timestamp())
    opened |= {(client, 0): start for client in range(CLIENTS) if (client, of_client[client]) not in opened}
    for (client, case), at in opened.items():
        yield _line(_case(client, case, at - 3600))
    for (client, case), end in ended.items():
        if case != of_client[client]:
            cause = "no-defect-found" if case % 3 else "product-defect"
            resolved = {"type": "event", "case": name_of_case(client, case), "event": "resolve"}
            yield _line(resolved | {"at": _instant(end + 600), "cause": cause})
    for worked in kept():
        yield _line(
            {
                "type": "unit",
                "case": name_of_case(worked.client, worked.case),
                "agent": "ana" if worked.agent == 0 else f"agent-{worked.agent}",
                "channel": "phone",
                "started_at": _instant(worked.start),
                "ended_at": _instant(worked.end),
                "note": worked.note,
            }
        )


def _parties() -> Iterator[dict[str, object]]:
    for client in range(CLIENTS):
        zone = ZONES[client // len(KINDS) % len(ZONES)]
        code, (kind, terms) = f"client-{client:03}", KINDS[client % len(KINDS)]
        named = {"code": code, "name": f"Client {client}", "currency": "EUR", "timezone": zone, "tax": None}
        yield {"type": "client"} | named
        text = (
            f'[contract]\ncode = "{code}-{kind}"\ntitle = "Support, {kind}"\ncurrency = "EUR"\n'
            f'timezone = "{zone}"\nstarts_on = {FIRST}\n[prices]\nhour = "{90 + client % 60}.00"\n{terms}'
        )
        yield {"type": "contract", "client": code, "text": text}


def _purchases(count: int, *, only_last_month: bool) -> Iterator[dict[str, object]]:
    """Prepaid hours for most of what a client uses: every quarter, or every year."""
    hours = count / CLIENTS / 120 * 10 / 60  # of a month
    for client in range(CLIENTS):
        kind = KINDS[client % len(KINDS)][0]
        months = {"prepaid": 3, "prepaid-cases": 12}.get(kind)
        if months is None:
            continue
        for month in range(0, 121, months):
            on = date(FIRST.year + (FIRST.month - 1 + month) // 12, (FIRST.month - 1 + month) % 12 + 1, 1)
            if on > LAST or (only_last_month and on < LAST - timedelta(days=400)):
                continue
            bought = {
                "contract": f"client-{client:03}-{kind}",
                "quantity": f"{max(1, round(hours * months))}h",
            }
            price = {"on": on.isoformat(), "price": f"{max(1, round(hours * months)) * 80}.00"}
            yield {"type": "purchase"} | bought | price


def _case(client: int, case: int, at: int) -> dict[str, object]:
    kind = KINDS[client % len(KINDS)][0]
    return {
        "type": "case",
        "case": name_of_case(client, case),
        "client": f"client-{client:03}",
        "contract": f"client-{client:03}-{kind}",
        "subject": f"Request {case} of client {client}",
        "category": CATEGORIES[case % len(CATEGORIES)] if kind in {"hourly", "prepaid-cases"} else None,
        "opened_at": _instant(at),
    }


def _instant(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _line(record: dict[str, object]) -> str:
    return json.dumps(record) + "\n"
