"""The terms of EN 16931 that suptime's invoices have. Each field names its business term (BT) or group (BG).

Amounts are in the invoice's currency, exact, with the decimals of its minor unit. Everything is
as a buyer's program reads it: a credit note has positive amounts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

INVOICE, CREDIT_NOTE = "380", "381"

"""BT-3, of UNTDID 1001: a commercial invoice; a credit note."""

STANDARD, ZERO, EXEMPT, REVERSE_CHARGE, NOT_TAXED = "S", "Z", "E", "AE", "O"

"""BT-118 and BT-151, of UNTDID 5305."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An electronic address: BT-34 or BT-49. `scheme` is of the code list EAS, such as 9930 or EM."""

    scheme: str
    id: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number of a party: BT-29, BT-30, BT-46 or BT-47. `scheme` is of ISO 6523, None if there is none."""

    id: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """BG-4, who sells, or BG-7, who buys. The numbers of terms are the seller's, then the buyer's."""

    name: str  # BT-27, BT-44
    address: tuple[str, ...]  # BT-35, BT-36, BT-162; BT-50, BT-51, BT-163: at most three lines
    city: str | None  # BT-37, BT-52
    postcode: str | None  # BT-38, BT-53
    country: str | None  # BT-40, BT-55
    endpoint: Endpoint | None = None  # BT-34, BT-49
    identifier: Identifier | None = None  # BT-29, BT-46
    company_number: Identifier | None = None  # BT-30, BT-47
    vat_id: str | None = None  # BT-31, BT-48
    tax_number: str | None = None  # BT-32
    legal: str | None = None  # BT-33
    contact: str | None = None  # BT-41, BT-56
    phone: str | None = None  # BT-42, BT-57
    email: str | None = None  # BT-43, BT-58


@dataclass(frozen=True, slots=True)
class Payment:
    """BG-16: how to pay."""

    means: str  # BT-81, of UNTDID 4461
    means_text: str | None = None  # BT-82
    remittance: str | None = None  # BT-83
    account: str | None = None  # BT-84
    account_name: str | None = None  # BT-85
    bank: str | None = None  # BT-86, a BIC; in Denmark a registration number


@dataclass(frozen=True, slots=True)
class Difference:
    """BG-27, an allowance, where `amount` is below zero; BG-28, a charge, where it is above.

    It makes a line's net amount exact where quantity times price is not what the line comes to.
    """

    amount: Decimal  # BT-136 or BT-141 without its sign
    reason: str  # BT-139, BT-144


@dataclass(frozen=True, slots=True)
class Line:
    """BG-25: net = quantity x price / per, rounded once, and the difference. Attributes are BG-32."""

    id: str  # BT-126
    note: str | None  # BT-127
    case: str | None  # BT-128
    quantity: Decimal  # BT-129
    unit: str  # BT-130 and BT-150, of UN/ECE recommendation 20
    net: Decimal  # BT-131
    starts_on: date  # BT-134
    ends_on: date  # BT-135
    price: Decimal  # BT-146
    per: Decimal  # BT-149
    category: str  # BT-151
    rate: Decimal | None  # BT-152; None where there is no tax at all
    name: str  # BT-153
    description: str | None = None  # BT-154
    attributes: tuple[tuple[str, str], ...] = ()  # BT-160, BT-161
    difference: Difference | None = None  # BG-27, BG-28


@dataclass(frozen=True, slots=True)
class TaxRow:
    """BG-23: the tax of one category and rate."""

    net: Decimal  # BT-116
    tax: Decimal  # BT-117
    category: str  # BT-118
    rate: Decimal | None  # BT-119; None where there is no tax at all
    reason: str | None = None  # BT-120
    reason_code: str | None = None  # BT-121, of the code list VATEX


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22. No allowance or charge is made on the whole, and nothing is rounded there."""

    lines: Decimal  # BT-106
    net: Decimal  # BT-109
    tax: Decimal  # BT-110
    gross: Decimal  # BT-112
    paid: Decimal  # BT-113
    due: Decimal  # BT-115


@dataclass(frozen=True, slots=True)
class EInvoice:
    """One invoice or credit note."""

    number: str  # BT-1
    issued_on: date  # BT-2
    type_code: str  # BT-3
    currency: str  # BT-5
    due_on: date | None  # BT-9
    buyer_reference: str | None  # BT-10
    order_number: str | None  # BT-13
    contract: str | None  # BT-12
    payment_terms: str | None  # BT-20
    note: str | None  # BT-22
    preceding: tuple[str, ...]  # BG-3, BT-25
    seller: Party  # BG-4
    buyer: Party  # BG-7
    starts_on: date  # BT-73
    ends_on: date  # BT-74
    payment: Payment | None  # BG-16
    totals: Totals  # BG-22
    taxes: tuple[TaxRow, ...]  # BG-23
    lines: tuple[Line, ...]  # BG-25


Element = Any

"""An element of lxml, which has no types of its own."""

Content = Any

"""A text, a number, an element, None, or several of them."""


def builder(namespaces: Mapping[str | None, str]) -> Callable[..., Element | None]:
    """Return a function that makes `node("cbc:ID", "7", schemeID="EM")`; None where nothing would be in it.

    Prefixes are those of `namespaces`, where None is the namespace of names without one.
    """

    def node(name: str, /, *content: Content, **attributes: str) -> Element | None:
        prefix, _, local = name.rpartition(":")
        parts = list(_flat(content))
        if not parts:
            return None
        made = etree.Element(f"{{{namespaces[prefix or None]}}}{local}", attributes, nsmap=dict(namespaces))
        for part in parts:
            if isinstance(part, str):
                made.text = part
            else:
                made.append(part)
        return made

    return node


def _flat(content: Iterable[Content]) -> Iterable[Element | str]:
    for part in content:
        if isinstance(part, (list, tuple)) or (hasattr(part, "__next__")):
            yield from _flat(part)
        elif isinstance(part, Decimal):
            yield format(part, "f")
        elif isinstance(part, date):
            yield part.isoformat()
        elif part is not None and not (isinstance(part, str) and not part):
            yield part


def serialize(root: Element) -> bytes:
    """ROOT as a file: UTF-8, indented, the same bytes every time."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=[prefix for prefix in root.nsmap if prefix])
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made
