"""Returns of a row, at the price and with the tax of the lines that it corrects (F23, F24).

Price and tax are only in the lines of issued documents. A line that claims less than invoices hold is
distributed among them, the latest issued first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from suptime.domain.charge import Charge, Draw, Holding, IssuedLine, RowKey, difference
from suptime.domain.money import show_amount
from suptime.rating.rate import net_of
from suptime.rating.rated import RatedContract

Document = Mapping[str, Any]

Tax = Mapping[str, Any]

NOTHING = Decimal(0)


class Terms(NamedTuple):
    """Terms of an invoiced line: the price of one `per`, as the document shows it, and the rate and treatment."""

    price: str
    per: str
    rate: str | None
    treatment: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a row on an invoice: a quantity to be paid, and its net."""

    number: str
    terms: Terms
    tax: Tax
    quantity: int
    net: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a correction. `tax` is that of the lines that it corrects, None for new charges."""

    charge: Charge
    number: str | None = None
    tax: Tax | None = None


def corrected_numbers(contract: RatedContract, through: date) -> set[str]:
    """Return the numbers of the documents with a part of a row that differs now, through a day."""
    charges = (*contract.rating.charges, *contract.rating.gone)
    keys = {c.key for c in charges if c.held is not None and c.day <= through and difference(c) is not None}
    lines = (line for line in contract.facts.issued if line.key in keys)
    return {line.number for line in lines if line.number is not None}


def parts_of(
    charge: Charge, row: Charge, lines: Iterable[IssuedLine], documents: Mapping[str, Document]
) -> list[Part]:
    """Return the lines of `row`, which add up to the difference between `charge` and the invoices.

    `lines` are those that hold the row, in order of issue. There is one part, the row itself, if nothing is
    returned, or if no document has its price.
    """
    held = charge.held
    pieces = _pieces(charge.key, lines, documents)
    if held is None or not pieces:
        return [Part(row)]
    known = (sum(piece.quantity for piece in pieces), sum((piece.net for piece in pieces), NOTHING))
    if known != (held.payable - held.drawn, held.net):
        return [Part(row, *_latest(pieces, row))]
    price = show_amount(charge.price, charge.currency)
    is_repriced = any((piece.terms.price, piece.terms.per) != (price, charge.priced_by) for piece in pieces)
    if charge.quantity and is_repriced:
        back = list(_given_back(pieces, known[0], -known[1], charge.currency))
        whole = replace(
            row,
            quantity=-held.quantity,
            capped=-held.capped,
            worked_seconds=-held.worked_seconds,
            net=-held.net,
            draws=_negated(held),
        )
        return [*_parts(whole, back), Part(charge)]
    if row.invoiced < 0 or row.net < 0:
        back = list(_given_back(pieces, -row.invoiced, row.net, charge.currency))
        return _parts(row, back) or [Part(row, *_latest(pieces, row))]
    return [Part(row, *_latest(pieces, row))]


def _latest(pieces: Sequence[Piece], row: Charge) -> tuple[str | None, Tax | None]:
    """Return the document and the tax that a row corrects if it returns something but has no prices to distribute."""
    less = row.quantity < 0 or row.payable < 0 or row.net < 0
    return (pieces[-1].number, pieces[-1].tax) if less else (None, None)


def _negated(held: Holding) -> tuple[Draw, ...]:
    sums: dict[int, int] = {}
    for draw in held.draws:
        sums[draw.purchase] = sums.get(draw.purchase, 0) - draw.quantity
    return tuple(Draw(purchase, quantity) for purchase, quantity in sums.items() if quantity)


def _parts(row: Charge, back: Sequence[Piece]) -> list[Part]:
    """Return the lines that return `back` pieces. The first one has everything of the row that is not priced."""
    parts = []
    for place, piece in enumerate(back):
        line = replace(
            row,
            net=-piece.net,
            price=Decimal(piece.terms.price),
            priced_by=piece.terms.per,
            quantity=-piece.quantity,
        )
        if place:
            line = replace(line, capped=0, worked_seconds=0, draws=())
        else:
            line = replace(line, quantity=row.quantity - row.invoiced - piece.quantity)
        parts.append(Part(line, piece.number, piece.tax))
    return parts


def _given_back(pieces: Sequence[Piece], quantity: int, net: Decimal, currency: str) -> Iterator[Piece]:
    """Yield the return of each group of equal terms, the latest issued first: `net` (below 0) in all.

    A group that is returned as a whole has its own net. The last one has the rest.
    """
    found: list[Piece] = []
    for group in _groups(pieces):
        taken = min(quantity, group.quantity)
        if not taken and not (group.net and not group.quantity):
            continue
        quantity -= taken
        part = (
            group.net
            if taken == group.quantity
            else net_of(taken, Decimal(group.terms.price), group.terms.per, currency)
        )
        found.append(replace(group, quantity=taken, net=part))
    left = -net - sum((one.net for one in found), NOTHING)
    if found:
        found[-1] = replace(found[-1], net=found[-1].net + left)
    yield from found


def _groups(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces of equal terms as one, the latest issued first, under the number of the latest."""
    groups: dict[Terms, list[Piece]] = {}
    for piece in reversed(pieces):
        groups.setdefault(piece.terms, []).append(piece)
    for its in groups.values():
        yield replace(its[0], quantity=sum(p.quantity for p in its), net=sum((p.net for p in its), NOTHING))


def _pieces(
    key: RowKey | None, lines: Iterable[IssuedLine], documents: Mapping[str, Document]
) -> list[Piece]:
    """Return the pieces of a row on documents by now, in order of issue; empty if a document is missing."""
    pieces: list[Piece] = []
    for line in lines:
        if line.key != key:
            continue
        shown = _shown(line, documents.get(line.number or ""))
        if not shown:
            return []
        for one in shown:
            quantity, net = int(one["quantity"]), Decimal(one["net"])
            if quantity < 0 or net < 0:
                pieces = _without(pieces, _terms(one), -quantity, -net)
            elif quantity or net:
                pieces.append(Piece(line.number or "", _terms(one), one["tax"], quantity, net))
    return pieces


def _terms(line: Mapping[str, Any]) -> Terms:
    return Terms(line["unit_price"], line["price_per"], line["tax"]["rate"], line["tax"]["treatment"])


def _shown(line: IssuedLine, document: Document | None) -> list[Mapping[str, Any]]:
    """Return the lines of a document that have the claim of `line`."""
    if document is None:
        return []
    key = line.key
    appointment = f"A{key.appointment}" if key.appointment else None
    cases = [case["lines"] for case in document["cases"] if case["case"] == key.case]
    found = [
        one
        for lines in (cases if key.case else [document["other_lines"]])
        for one in lines
        if one["contract"] == line.contract
        and (one.get("adjusts") or one["kind"]) == key.kind
        and one["date"] == key.day.isoformat()
        and one["appointment"] == appointment
        and (one.get("tariff") or "") == key.tariff
    ]
    if sum((Decimal(one["net"]) for one in found), NOTHING) == line.net:
        return found
    # Several incidents of a day can only be distinguished by their price.
    return [one for one in found if Decimal(one["net"]) == line.net][:1]


def _without(pieces: Sequence[Piece], terms: Terms, quantity: int, net: Decimal) -> list[Piece]:
    """Return pieces less the return of a line: first those of its own terms, the latest issued first."""
    left = list(pieces)
    order = sorted(range(len(left)), key=lambda place: (left[place].terms == terms, place), reverse=True)
    for place in order:
        piece = left[place]
        taken = min(quantity, piece.quantity)
        part = net if taken == quantity else piece.net
        left[place] = replace(piece, quantity=piece.quantity - taken, net=piece.net - part)
        quantity, net = quantity - taken, net - part
        if not quantity and not net:
            break
    return [piece for piece in left if piece.quantity or piece.net]
