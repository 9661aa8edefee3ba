"""Contracts and clients for the tests of reports, set up through the commands or, faster, the store."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from driving import Suptime

from suptime.domain.client import Project
from suptime.domain.time import from_rfc3339
from suptime.store import open_store

CONTRACTS = Path(__file__).parent.parent / "scenarios" / "contracts"

PLAN = """
[contract]
code = "nord-basic"
title = "Support plan Basic"
currency = "USD"
timezone = "Europe/Berlin"
starts_on = 2026-03-01
[prices]
hour = "90.00"
[coverage]
first_day_only = ["business-process"]
[coverage.fee]
amount = "4800.00"
every = "year"
[sla]
hours = "09:00-18:00"
days = ["mon", "tue", "wed", "thu", "fri"]
[sla.response]
P1 = "4h"
P2 = "8h"
P3 = "8h"
"""

FASTER = PLAN.replace("2026-03-01", "2026-10-12").replace('P2 = "8h"', 'P2 = "2h"')


def contract(suptime: Suptime, client: str, file: str | Path, **options: str) -> None:
    """Add CLIENT with the contract FILE: a name in the scenarios' folder, or the text of one."""
    told = "".join(f" --{name} '{value}'" for name, value in options.items())
    if not any(row.startswith(f"INSERT INTO \"client\" VALUES('{client}'") for row in suptime.rows()):
        suptime(f"client add {client} --name 'The {client.title()} Company'{told}", code=None)
    text = file if "\n" in str(file) else (CONTRACTS / str(file)).read_text(encoding="utf-8")
    (suptime.home / "contract.toml").write_text(str(text), encoding="utf-8")
    suptime(f"contract add {client} contract.toml")


def projects(suptime: Suptime, client: str, *rows: tuple[str, str, str]) -> None:
    """Projects of CLIENT: code, budget and the day of completion of each."""
    store = open_store(str(suptime.database))
    with store.changing(at=from_rfc3339("2026-10-05T14:00:00Z"), agent="ana", command="project add") as tx:
        for code, budget, completed in rows:
            tx.projects.add(Project(code, client, Decimal(budget), date.fromisoformat(completed)))
    store.close()
