"""The clients of the sample data as its stories know them: where they are, who calls, who helps."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A client's zone, the people who call, and the agents who know it; the first one leads most cases.

    `via`: how its cases are registered, in turn; without it, as they are first worked on. With
    `chasers` its longer stories have in between what every team writes again and again.
    """

    zone: str
    contacts: tuple[str, ...]
    agents: tuple[str, ...]
    via: tuple[str, ...] = ()
    chasers: bool = False


PLACES = {
    "brightway": Place("America/Denver", ("Haruka", "Caleb", "Denise"), ("ben", "yuki"), chasers=True),
    "fontaine": Place("America/Toronto", ("Étienne", "Camille", "Noémie"), ("mireille", "ana"), chasers=True),
    "kessler": Place(
        "Europe/Berlin",
        ("Frau Vogt", "Emre", "Herr Althaus"),
        ("jonas", "jonas", "jonas", "jonas", "jonas", "jonas", "mireille"),
        chasers=True,
    ),
    "lakeshore": Place("America/Chicago", ("Dana", "Marcus", "Joan"), ("ana", "mireille"), chasers=True),
    "pinecrest": Place("America/Los_Angeles", ("Melissa", "Tomás"), ("yuki", "ben"), chasers=True),
    "kestrel": Place(
        "Asia/Singapore", ("Mei Lin", "Arjun"), ("wei", "grace"), ("portal", "chatbot", "email")
    ),
    "mercato": Place("America/New_York", ("Rosa", "Sal"), ("samir", "olu")),
    "meridian": Place("Europe/London", ("Fiona", "Owen"), ("grace", "lena"), ("email", "portal")),
    "milltown": Place("America/New_York", ("Arlo", "June"), ("olu", "samir")),
    "nordlicht": Place("Europe/Berlin", ("Ingrid",), ("lena", "grace"), ("email", "portal", "chatbot")),
    "orchard": Place("America/New_York", ("Marguerite", "Walt"), ("samir", "olu")),
    "relay": Place("America/Toronto", ("Priya", "Callum"), ("olu", "samir")),
    "westport": Place(
        "America/New_York", ("Gloria", "Tyrell"), ("olu", "samir"), ("portal", "email", "chatbot")
    ),
}

YEARS = (
    ("brightway", "fontaine", "kessler", "lakeshore", "pinecrest"),
    ("kestrel", "mercato", "meridian", "milltown", "nordlicht", "orchard", "relay", "westport"),
)
"""Whose stories are played together, one lot after the other; a lot more leaves those before as they are."""
