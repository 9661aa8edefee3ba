"""Makes sample_data/work.jsonl: five clients and a year of believable work, the same bytes each run.

    python tools/make_sample_data.py [FILE]

The stories are in tools/stories, the contracts in sample_data/contracts. Everything else
(when each piece of work was done, by whom, how long it took) comes from a seeded generator.
"""

import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from sample_year import Play, Year
from suptime.clauses.contract_file import read_contract
from suptime.domain.case import Case
from suptime.domain.contract import Version
from suptime.domain.party import Contact
from suptime.domain.work import Client, Purchase
from suptime.interchange.records import CaseEvent, ContractText, Record
from suptime.interchange.suptime_format import write

SEED = 20251101
ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "sample_data" / "contracts"
TARGET = ROOT / "sample_data" / "work.jsonl"

CLIENTS = (
    Client(
        "brightway", "Brightway Solar, Inc.", "USD", "America/Denver", "ap@brightway.example",
        "1840 Blake Street, Suite 300\nDenver, CO 80202", "US",
    ),
    Client(
        "fontaine", "Atelier Fontaine inc.", "CAD", "America/Toronto", "comptes@atelier-fontaine.example",
        "5455, avenue de Gaspé\nMontréal (Québec) H2T 3B3", "CA",
    ),
    Client(
        "kessler", "Kessler Versand GmbH", "EUR", "Europe/Berlin", "rechnung@kessler-versand.example",
        "Am Juliusturm 42\n13599 Berlin", "DE",
    ),
    Client(
        "lakeshore", "Lakeshore Realty Group", "USD", "America/Chicago", "billing@lakeshore.example",
        "12 Shore Drive\nChicago, IL 60601", "US",
    ),
    Client(
        "pinecrest", "Pinecrest Dental Group", "USD", "America/Los_Angeles", "accounts@pinecrest.example",
        "2200 Fifth Avenue\nSan Diego, CA 92101", "US",
    ),
)  # fmt: skip

FILES = (
    ("brightway", "hourly"),
    ("fontaine", "fontaine-heures"),
    ("kessler", "kessler-stunden"),
    ("lakeshore", "prepaid-hours"),
    ("pinecrest", "pinecrest-care-2025"),
    ("pinecrest", "pinecrest-care-2026"),
)

PEOPLE = {
    "brightway": {"Caleb": "Caleb Ortiz", "Denise": "Denise Walker", "Haruka": "Haruka Mori"},
    "fontaine": {"Camille": "Camille Roy", "Étienne": "Étienne Fontaine", "Noémie": "Noémie Tremblay"},
    "kessler": {"Emre": "Emre Yildiz", "Herr Althaus": "Jürgen Althaus", "Frau Vogt": "Sabine Vogt"},
    "lakeshore": {"Dana": "Dana Whitfield", "Joan": "Joan Petrakis", "Marcus": "Marcus Bell"},
    "pinecrest": {"Melissa": "Melissa Grant", "Tomás": "Tomás Herrera"},
}

# Some are used up, some run over, some are not used in time and forfeited.
PURCHASES = (
    ("lakeshore-1on1", "20h", date(2025, 11, 3), "2200.00"),
    ("fontaine-heures", "10h", date(2025, 11, 5), "1250.00"),
    ("lakeshore-1on1", "30h", date(2026, 1, 12), "3150.00"),
    ("fontaine-heures", "18h", date(2026, 1, 19), "2160.00"),
    ("lakeshore-1on1", "20h", date(2026, 3, 16), "2200.00"),
    ("fontaine-heures", "15h", date(2026, 4, 7), "1830.00"),
    ("lakeshore-1on1", "25h", date(2026, 5, 18), "2700.00"),
    ("fontaine-heures", "18h", date(2026, 6, 15), "2160.00"),
    ("lakeshore-1on1", "10h", date(2026, 9, 8), "1150.00"),
    ("fontaine-heures", "10h", date(2026, 9, 21), "1250.00"),
    ("lakeshore-1on1", "10h", date(2026, 10, 12), "1150.00"),
)


def records() -> list[Record]:
    """Everything, in the order of the format: as `suptime export suptime` would write it."""
    plays = Year(SEED).run()
    made: list[Record] = [*CLIENTS]
    made += [ContractText(client, (CONTRACTS / f"{name}.toml").read_text("utf-8")) for client, name in FILES]
    made += contacts()
    made += [
        Purchase(number, contract, on, Decimal(int(hours[:-1]) * 60), Decimal(price))
        for number, (contract, hours, on, price) in enumerate(PURCHASES, 1)
    ]
    cases = [case(number, play) for number, play in enumerate(plays, 1)]
    made += [replace(c, events=()) for c in cases]
    made += [CaseEvent(c.number, event) for c in cases for event in c.events]
    pairs = list(zip(cases, plays, strict=True))
    booked = [replace(a, case=c.number) for c, play in pairs for a in play.appointments]
    booked.sort(key=lambda a: (a.starts_at, a.agent))
    made += [replace(a, id=number) for number, a in enumerate(booked, 1)]
    units = [replace(u, case=c.number) for c, play in pairs for u in play.units]
    units.sort(key=lambda u: (u.started_at, u.ended_at, u.agent))
    made += [replace(u, id=number) for number, u in enumerate(units, 1)]
    return made


def contacts() -> list[Contact]:
    """The people who call, by e-mail address."""
    made = [
        Contact(client, email(client, name), name, "administrator" if first else "user")
        for client, people in PEOPLE.items()
        for first, name in zip((True, False, False), people.values(), strict=False)
    ]
    return sorted(made, key=lambda c: (c.client, c.email))


def code_of(name: str) -> str:
    """The code of the contract whose file is NAME."""
    version = read_contract((CONTRACTS / f"{name}.toml").read_text("utf-8"))
    if not isinstance(version, Version):
        raise TypeError(f"{name}.toml: {version[0]}")
    return version.code


def email(client: str, name: str) -> str:
    """The address of the person NAME at CLIENT."""
    domain = next(c.email for c in CLIENTS if c.code == client) or ""
    plain = name.lower().translate(str.maketrans("éáü", "eau")).replace(" ", ".")
    return f"{plain}@{domain.partition('@')[2]}"


def case(number: int, play: Play) -> Case:
    """The case that PLAY came to."""
    client = play.story.client
    contract = next(code_of(name) for owner, name in FILES if owner == client)
    return Case(
        f"CASE-{number}",
        client,
        contract,
        play.opened_at,
        play.story.subject,
        play.story.category,
        contact=email(client, PEOPLE[client][play.contact]),
        via="phone" if play.units[0].channel == "phone" else "email",
        waived=play.waived,
        estimate_seconds=play.story.estimate_seconds,
        events=tuple(sorted(play.events, key=lambda e: e.at)),
    )


def main() -> None:
    """Write the file."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_text("".join(map(write, records())), "utf-8", newline="\n")
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
