"""Who writes to whom: name, address and tax numbers, as they stand at the head of a document."""

from suptime.render.filters import one_line
from suptime.render.language import country, tr
from suptime.render.wording import Part

TOWN_FIRST = frozenset({"AU", "BR", "CA", "CN", "GB", "ID", "IE", "IN", "JP", "KR", "NZ", "TH", "TW", "US"})
"""Countries where the postcode stands behind the city."""


def client(document: Part) -> Part:
    """The client of DOCUMENT, an invoice, a statement or an estimate, with the keys that a seller has."""
    keys = ("name", "address", "city", "postcode", "country", "email", "tax_id")
    told = {key: document.get(f"client_{key}") for key in keys}
    return told | {"abroad": _abroad(told, document.get("seller") or {})}


def _abroad(party: Part, home: Part) -> str | None:
    """The country of PARTY by its name, where it is another one than that of who writes from HOME."""
    code = party["country"]
    if not code or not home.get("country") or code == home["country"]:
        return None
    name = country(code)
    return None if name.casefold() in (party["address"] or "").casefold() else name


def place(party: Part) -> str | None:
    """The city of PARTY with its postcode, as its country writes them; None where its address says them already."""
    given = [party.get("postcode"), party.get("city")]
    told = [one for one in (given[::-1] if party.get("country") in TOWN_FIRST else given) if one]
    lines = (party.get("address") or "").split("\n")
    return None if any(all(one in line for one in told) for line in lines) else " ".join(told)


def address(party: Part) -> list[str]:
    """The lines beneath the name of PARTY, a seller or a client: address, e-mail, telephone, tax numbers."""
    lines = [*(party.get("address") or "").split("\n"), place(party), party.get("abroad")]
    lines += [party.get("email"), party.get("phone")]
    if number := party.get("tax_id"):
        lines.append(tr("Tax number {number}", number=number))
    if number := party.get("tax_number"):
        lines.append(tr("Local tax number {number}", number=number))
    return [one_line(line) for line in lines if line and line.strip()]
