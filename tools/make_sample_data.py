"""Makes sample_data/work.jsonl: thirteen clients and a year of believable work, the same bytes each run.

    python tools/make_sample_data.py [FILE]

The stories are in tools/stories, the contracts in sample_data/contracts (their texts are in
the file made here: after a change to one of them, run this). Everything else (when each piece
of work was done, by whom, how long it took) comes from a seeded generator.
"""

import sys
from dataclasses import replace
from decimal import Decimal
from functools import cache
from operator import itemgetter
from pathlib import Path

from sample_calendar import team
from sample_parties import CLIENTS, FILES, PEOPLE, PRICES, PROJECTS, PURCHASES
from sample_places import PLACES, YEARS
from sample_year import Play, Year
from suptime.contracts.file import read_contract
from suptime.domain.case import Case
from suptime.domain.client import Contact
from suptime.domain.contract import Version
from suptime.interchange.records.format import write
from suptime.interchange.records.nouns import CaseEvent, ContractText, PurchaseRecord, Record

SEED = 20251101
ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "sample_data" / "contracts"
TARGET = ROOT / "sample_data" / "work.jsonl"


def records() -> list[Record]:
    """Everything, in the order of the format: as `suptime export suptime` would write it."""
    agents = team()
    plays = [
        play for place, clients in enumerate(YEARS) for play in Year(SEED + place, clients, agents).run()
    ]
    plays.sort(key=lambda play: play.opened_at)
    made: list[Record] = [*CLIENTS]
    texts = sorted(
        ((version(name), client) for client, name in FILES),
        key=lambda pair: (pair[0].code, pair[0].starts_on),
    )
    made += [ContractText(client, one.text) for one, client in texts]
    made += PRICES
    made += contacts()
    made += PROJECTS
    made += [
        PurchaseRecord(number, contract, quantity, on, Decimal(price) if price else None)
        for number, (contract, quantity, on, price) in enumerate(sorted(PURCHASES, key=itemgetter(2)), 1)
    ]
    cases = [case(number, play) for number, play in enumerate(plays, 1)]
    made += [replace(c, events=()) for c in cases]
    made += [CaseEvent(c.number, event) for c in cases for event in c.events]
    pairs = list(zip(cases, plays, strict=True))
    booked = [replace(a, case=c.number) for c, play in pairs for a in play.appointments]
    booked.sort(key=lambda a: (a.starts_at, a.agent))
    made += [replace(a, id=number) for number, a in enumerate(booked, 1)]
    units = [u._replace(case=c.number) for c, play in pairs for u in play.units]
    units.sort(key=lambda u: (u.started_at, u.ended_at, u.agent))
    made += [u._replace(id=number) for number, u in enumerate(units, 1)]
    return made


def contacts() -> list[Contact]:
    """The people who call, by e-mail address."""
    made = [
        Contact(client, email(client, name), name, "administrator" if first else "user")
        for client, people in PEOPLE.items()
        for first, name in zip((True, False, False), people.values(), strict=False)
    ]
    return sorted(made, key=lambda c: (c.client, c.email))


@cache
def version(name: str) -> Version:
    """What the contract file NAME says."""
    read = read_contract((CONTRACTS / f"{name}.toml").read_text("utf-8"))
    if not isinstance(read, Version):
        raise TypeError(f"{name}.toml: {read[0]}")
    return read


def email(client: str, name: str) -> str:
    """The address of the person NAME at CLIENT."""
    domain = next(c.email for c in CLIENTS if c.code == client) or ""
    plain = name.lower().translate(str.maketrans("éáü", "eau")).replace(" ", ".")
    return f"{plain}@{domain.partition('@')[2]}"


def case(number: int, play: Play) -> Case:
    """The case that PLAY came to."""
    client = play.story.client
    story = play.story
    contract = story.contract or next(version(name).code for owner, name in FILES if owner == client)
    ways = PLACES[client].via
    by_phone = bool(play.units) and play.units[0].channel == "phone"
    return Case(
        f"CASE-{number}",
        client,
        contract,
        play.opened_at,
        story.subject,
        story.category,
        story.kind,
        story.priority,
        email(client, PEOPLE[client][play.contact]),
        story.via or (ways[number % len(ways)] if ways else "phone" if by_phone else "email"),
        story.project,
        waived=play.waived,
        estimate_seconds=story.estimate_seconds,
        events=tuple(sorted(play.events, key=lambda e: e.at)),
    )


def main() -> None:
    """Write the file."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_text("".join(map(write, records())), "utf-8", newline="\n")
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
