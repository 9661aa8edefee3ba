"""The parties of the sample data: clients, their contracts, people and projects, and what they bought ahead."""

from datetime import date
from decimal import Decimal

from suptime.domain.client import Client, Project
from suptime.domain.contract import PriceChange

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
        "kestrel", "Kestrel Bank Ltd", "USD", "Asia/Singapore", "payables@kestrel-bank.example",
        "8 Marina View, #21-01\nSingapore 018960", "SG",
    ),
    Client(
        "lakeshore", "Lakeshore Realty Group", "USD", "America/Chicago", "billing@lakeshore.example",
        "12 Shore Drive\nChicago, IL 60601", "US",
    ),
    Client(
        "mercato", "Mercato Delicatessen", "USD", "America/New_York", "office@mercato.example",
        "2344 Arthur Avenue\nBronx, NY 10458", "US",
    ),
    Client(
        "meridian", "Meridian Insurance plc", "USD", "Europe/London", "ledger@meridian.example",
        "30 Lime Street\nLondon EC3M 7HT", "GB",
    ),
    Client(
        "milltown", "Milltown Print Works", "USD", "America/New_York", "june@milltown.example",
        "118 Mill Street\nRochester, NY 14614", "US", card_on_file=True,
    ),
    Client(
        "nordlicht", "Nordlicht Telekom GmbH", "EUR", "Europe/Berlin", "rechnungen@nordlicht.example",
        "Kaistraße 77\n24114 Kiel", "DE",
    ),
    Client(
        "orchard", "Orchard Hill Growers", "USD", "America/New_York", "office@orchardhill.example",
        "410 Pitcher Lane\nRed Hook, NY 12571", "US",
    ),
    Client(
        "pinecrest", "Pinecrest Dental Group", "USD", "America/Los_Angeles", "accounts@pinecrest.example",
        "2200 Fifth Avenue\nSan Diego, CA 92101", "US",
    ),
    Client(
        "relay", "Relay Mail Services Inc.", "CAD", "America/Toronto", "ap@relaymail.example",
        "250 Front Street West\nToronto, ON M5V 3G5", "CA",
    ),
    Client(
        "westport", "Westport Logistics LLC", "USD", "America/New_York", "invoices@westport.example",
        "1200 Port Street\nNewark, NJ 07114", "US",
    ),
)  # fmt: skip

FILES = (
    ("brightway", "hourly"),
    ("fontaine", "fontaine-heures"),
    ("kessler", "kessler-stunden"),
    ("kestrel", "plan-premium"),
    ("kestrel", "post-project-premium"),
    ("lakeshore", "prepaid-hours"),
    ("mercato", "per-incident"),
    ("meridian", "guarantee"),
    ("meridian", "post-project-basic"),
    ("milltown", "per-minute"),
    ("nordlicht", "plan-basic"),
    ("orchard", "service-agreement"),
    ("pinecrest", "pinecrest-care-2025"),
    ("pinecrest", "pinecrest-care-2026"),
    ("relay", "incident-pack-2025"),
    ("relay", "incident-pack"),
    ("westport", "plan-business"),
    ("westport", "post-project-business"),
)
"""Each client's contract files; a case without a contract of its own is under the first of its client's."""

PEOPLE = {
    "brightway": {"Caleb": "Caleb Ortiz", "Denise": "Denise Walker", "Haruka": "Haruka Mori"},
    "fontaine": {"Camille": "Camille Roy", "Étienne": "Étienne Fontaine", "Noémie": "Noémie Tremblay"},
    "kessler": {"Emre": "Emre Yildiz", "Herr Althaus": "Jürgen Althaus", "Frau Vogt": "Sabine Vogt"},
    "kestrel": {"Mei Lin": "Tan Mei Lin", "Arjun": "Arjun Menon", "Farah": "Farah Aziz"},
    "lakeshore": {"Dana": "Dana Whitfield", "Joan": "Joan Petrakis", "Marcus": "Marcus Bell"},
    "mercato": {"Rosa": "Rosa Esposito", "Sal": "Salvatore Greco"},
    "meridian": {"Fiona": "Fiona Hartley", "Owen": "Owen Price"},
    "milltown": {"Arlo": "Arlo Jensen", "June": "June Kowalski"},
    "nordlicht": {"Ingrid": "Ingrid Petersen", "Torben": "Torben Lass"},
    "orchard": {"Marguerite": "Marguerite Hale", "Walt": "Walt Dekker"},
    "pinecrest": {"Melissa": "Melissa Grant", "Tomás": "Tomás Herrera"},
    "relay": {"Priya": "Priya Nair", "Callum": "Callum Reid"},
    "westport": {"Gloria": "Gloria Mendes", "Tyrell": "Tyrell Banks"},
}
"""Who calls, by the name in the stories. The first of each client is its administrator."""

PRICES = (PriceChange("milltown-minute", "minute", date(2026, 9, 1), Decimal("2.75")),)
"""A price set beside the contract's file; Mercato's changes stand in theirs."""

PROJECTS = (
    Project("claims-portal", "meridian", Decimal("62000.00"), date(2025, 11, 28)),
    Project("mobile-app", "meridian", Decimal("75000.00"), date(2026, 5, 15)),
    Project("pricing", "meridian", Decimal("140000.00"), date(2026, 8, 21)),
    Project("renewals", "meridian", Decimal("18500.00"), date(2026, 2, 27)),
)
"""One in each tier of the guarantee; one of exactly 75,000, which is in the middle one."""

# Some are used up, some run over, some are not used in time and forfeited.
PURCHASES = (
    ("relay-pack", "10", date(2025, 10, 20), "650.00"),
    ("lakeshore-1on1", "20h", date(2025, 11, 3), "2200.00"),
    ("fontaine-heures", "10h", date(2025, 11, 5), "1250.00"),
    ("milltown-minute", "150.00", date(2025, 11, 3), None),
    ("lakeshore-1on1", "30h", date(2026, 1, 12), "3150.00"),
    ("fontaine-heures", "18h", date(2026, 1, 19), "2160.00"),
    ("relay-pack", "5", date(2026, 1, 12), "350.00"),
    ("milltown-minute", "250.00", date(2026, 2, 9), None),
    ("lakeshore-1on1", "20h", date(2026, 3, 16), "2200.00"),
    ("fontaine-heures", "15h", date(2026, 4, 7), "1830.00"),
    ("relay-pack", "3", date(2026, 5, 11), "210.00"),
    ("lakeshore-1on1", "25h", date(2026, 5, 18), "2700.00"),
    ("fontaine-heures", "18h", date(2026, 6, 15), "2160.00"),
    ("relay-pack", "2", date(2026, 8, 24), "140.00"),
    ("lakeshore-1on1", "10h", date(2026, 9, 8), "1150.00"),
    ("fontaine-heures", "10h", date(2026, 9, 21), "1250.00"),
    ("lakeshore-1on1", "10h", date(2026, 10, 12), "1150.00"),
)
