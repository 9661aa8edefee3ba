"""Required details of the seller and the client on a valid invoice (EN 16931)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Self

from suptime.domain.bank import mod_97
from suptime.domain.client import Client
from suptime.domain.money import minor_digits
from suptime.domain.values import COUNTRIES, NETWORK, UNKNOWN_CURRENCIES, scheme_and_id, vat_id
from suptime.invoicing.tax import tax_of
from suptime.settings.settings import Settings

Document = Mapping[str, Any]

UBL, XRECHNUNG, FACTURX = "ubl", "xrechnung", "facturx"
"""Formats of e-invoices, as `--format` names them."""

FORMATS: Mapping[str, str] = {"peppol": UBL, "xrechnung": XRECHNUNG, "facturx": FACTURX}
"""Format of each kind of e-invoice."""


def einvoices_of(client: Client, attached: Iterable[str]) -> list[str]:
    """Return the e-invoice formats of a client: its own, else those among the formats `attached` to mails."""
    if client.einvoice is not None:
        return [FORMATS[client.einvoice]] if client.einvoice in FORMATS else []
    return [form for form in attached if form in FORMATS.values()]


_CLIENT = (
    *("name", "address", "city", "postcode", "country", "tax_id", "endpoint"),
    *("buyer_reference", "order_number", "company_number"),
)


class Gap(NamedTuple):
    """A missing detail of an invoice: `what` it is, and the command that sets it.

    `fix` is empty if no command sets it.
    """

    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.fix}" if self.fix else f"{self.what}."


@dataclass(frozen=True, slots=True)
class Parties:
    """Seller and client of an invoice, or of the next one.

    `client` has the fields of a client by name; `treatments` are the taxes of the lines, `is_taxed` is True if they
    are known; `is_owed` is True if something is to be paid.
    """

    code: str
    seller: Mapping[str, Any]
    client: Mapping[str, Any]
    currency: str | None
    treatments: frozenset[str]
    is_taxed: bool
    is_owed: bool
    has_due_day: bool

    @classmethod
    def of_document(cls, document: Document, client: Client) -> Self:
        """Return the parties of `document`, an invoice for `client`, as it shows them."""
        return cls(
            client.code,
            document["seller"] or {},
            {key: document.get(f"client_{key}") for key in _CLIENT},
            document.get("currency"),
            frozenset(treatments_of(document)),
            client.tax is not None,
            Decimal(document["totals"]["due"]) > 0,
            bool(document.get("due_on")) or client.terms is not None,
        )

    @classmethod
    def ahead(cls, settings: Settings, client: Client) -> Self:
        """Return the parties of the next invoice for `client`, from `settings` and the client's record."""
        treatment = tax_of("", client.tax, settings.tax)["treatment"] or "none"
        return cls(
            client.code,
            settings.seller,
            {key: getattr(client, key) for key in _CLIENT},
            client.currency,
            frozenset({treatment}) if client.tax is not None else frozenset(),
            client.tax is not None,
            is_owed=True,
            has_due_day=client.terms is not None,
        )

    def seller_gap(self, key: str, called: str, metavar: str = "TEXT") -> Iterator[Gap]:
        """Yield the gap of a setting of the seller, if it is not set."""
        if not self.seller.get(key):
            yield Gap(f"The seller's {called} is missing", f"suptime config set seller.{key} {metavar}")

    def client_gap(self, key: str, called: str, metavar: str = "TEXT") -> Iterator[Gap]:
        """Yield the gap of a field of the client, if it is not set."""
        if not self.client.get(key):
            yield Gap(f"The {called} of {self.code} is missing", self.edit(key, metavar))

    def edit(self, key: str, metavar: str) -> str:
        """Return the command that sets a field of the client."""
        return f"suptime client edit {self.code} --{key.replace('_', '-')} {metavar}"

    @property
    def countries(self) -> tuple[str | None, str | None]:
        """Countries of seller and client, for Peppol's rules for countries."""
        return self.seller.get("country"), self.client.get("country")


def seller_faults(settings: Settings, client: Client, document: Document) -> list[str]:
    """Return a sentence for each detail that `document`, an invoice for `client`, lacks to be valid."""
    return [str(gap) for gap in invoice_gaps(settings, Parties.of_document(document, client))]


def einvoice_faults(settings: Settings, client: Client, document: Document, form: str) -> list[str]:
    """Return a sentence for each detail that `document` for `client` lacks to be an e-invoice of `form`."""
    return [str(gap) for gap in einvoice_gaps(settings, client, form, document)]


def faults_of_issued(settings: Settings, client: Client, document: Document, form: str) -> list[str]:
    """Return a sentence for each detail without which an issued `document` cannot be an e-invoice of `form`.

    Requirements of single countries are left out: they cannot be added to an issued document.
    """
    parties = Parties.of_document(document, client)
    found = [*invoice_gaps(settings, parties), *_einvoice_gaps(parties)]
    if form != FACTURX:
        found += [*_address_gaps(parties), *_reference_gaps(parties)]
    return [str(gap) for gap in found]


def einvoice_gaps(
    settings: Settings, client: Client, form: str, document: Document | None = None
) -> list[Gap]:
    """Return the details that an invoice for `client` lacks to be an e-invoice of `form`, one of `FORMATS` (F34).

    Without a `document`, it is the next one, from the settings and the client's record. Requirements of any valid
    invoice are included.
    """
    parties = Parties.ahead(settings, client) if document is None else Parties.of_document(document, client)
    found = [*invoice_gaps(settings, parties), *_einvoice_gaps(parties)]
    if form == FACTURX:
        return _each_once(found)
    found += _address_gaps(parties)
    if form == UBL:
        found += _network_gaps(parties)
    if form == XRECHNUNG or parties.countries == ("DE", "DE"):
        found += _german_gaps(parties)
    else:
        found += _reference_gaps(parties)
    if form == UBL:
        found += _country_gaps(parties)
    return _each_once(found)


def invoice_gaps(settings: Settings, parties: Parties) -> list[Gap]:
    """Return the details that an invoice lacks to be valid in any format."""
    return [*_seller_gaps(parties), *_client_gaps(parties), *_tax_gaps(parties, settings)]


def _each_once(gaps: list[Gap]) -> list[Gap]:
    return list(dict.fromkeys(gaps))


def _seller_gaps(parties: Parties) -> Iterator[Gap]:
    yield from parties.seller_gap("name", "name")
    yield from parties.seller_gap("address", "address")
    yield from parties.seller_gap("country", "country", "CODE")
    # BR-S-02, BR-Z-02, BR-E-02, BR-AE-02
    if parties.treatments - {"none"} and not parties.seller.get("tax_number"):
        yield from parties.seller_gap("tax_id", "tax id", "ID")
    # BR-CO-25
    terms = parties.seller.get("payment_terms") or parties.seller.get("payment_days") is not None
    if parties.is_owed and not terms and not parties.has_due_day:
        yield Gap("The payment terms are missing", "suptime config set seller.payment_days DAYS")


def _client_gaps(parties: Parties) -> Iterator[Gap]:
    yield from parties.client_gap("name", "name", "NAME")
    yield from parties.client_gap("address", "address")
    yield from parties.client_gap("country", "country", "CODE")
    # BR-AE-02: the buyer accounts for the tax, so the tax office must know the buyer.
    if "reverse-charge" in parties.treatments and not parties.client.get("tax_id"):
        yield Gap(
            f"The tax id of {parties.code} is missing; a reverse charge requires it",
            parties.edit("tax_id", "ID"),
        )


def _tax_gaps(parties: Parties, settings: Settings) -> Iterator[Gap]:
    if not parties.is_taxed:
        yield Gap(
            f"The tax of {parties.code} is missing: a rate, exempt, reverse-charge or none",
            parties.edit("tax", "TAX"),
        )
    # BR-E-10: the seller gives the reason of an exemption; BR-O-11 to BR-O-14: no tax at all cannot be mixed.
    if "exempt" in parties.treatments and not settings.tax.get("exempt"):
        yield Gap("The reason for the tax exemption is missing", "suptime config set tax.exempt TEXT")
    if "none" in parties.treatments and len(parties.treatments) > 1:
        yield Gap("Some lines have no tax treatment and others have one: they cannot be on one invoice")


def treatments_of(document: Document) -> set[str]:
    """Return the tax treatments of the lines of `document`."""
    lines = [line for case in document["cases"] for line in case["lines"]] + list(document["other_lines"])
    return {line["tax"]["treatment"] for line in lines if line.get("tax")}


def _einvoice_gaps(parties: Parties) -> Iterator[Gap]:
    """Yield the missing details of every e-invoice, beyond those of a valid invoice."""
    seller, client = parties.seller, parties.client
    if seller.get("country") and seller["country"] not in COUNTRIES:
        yield Gap(
            f"The seller's country {seller['country']} is not in ISO 3166",
            "suptime config set seller.country CODE",
        )
    if client.get("country") and client["country"] not in COUNTRIES:
        yield Gap(
            f"The country {client['country']} of {parties.code} is not in ISO 3166",
            parties.edit("country", "CODE"),
        )
    tax_id = seller.get("tax_id")
    # BR-CO-09
    if parties.treatments - {"none"} and tax_id and not vat_id(tax_id) and not seller.get("tax_number"):
        yield Gap(
            f"The seller's tax id {tax_id} does not begin with its country, as in DE123456789",
            "suptime config set seller.tax_id ID",
        )
    # BR-CO-26; if there is tax, a missing tax id is already reported.
    if not parties.treatments - {"none"} and not any(
        seller.get(key) for key in ("identifier", "company_number", "tax_id", "tax_number")
    ):
        yield Gap("The seller has no identifier", "suptime config set seller.company_number ID")
    # BR-AE-02, BR-CO-09
    theirs = client.get("tax_id")
    if "reverse-charge" in parties.treatments and theirs and not vat_id(theirs):
        yield Gap(
            f"The tax id {theirs} of {parties.code} does not begin with its country, as in FR40303265045",
            parties.edit("tax_id", "ID"),
        )
    if parties.currency and minor_digits(parties.currency) > 2:
        # BR-DEC-09 to BR-DEC-28
        yield Gap(
            f"Amounts in {parties.currency} have three decimals, but e-invoices allow two",
            parties.edit("einvoice", "none"),
        )
    if parties.currency in UNKNOWN_CURRENCIES:
        # BR-CL-04
        yield Gap(
            f"The rules for e-invoices do not include the currency {parties.currency} yet",
            parties.edit("einvoice", "none"),
        )


def _address_gaps(parties: Parties) -> Iterator[Gap]:
    """Yield the missing addresses for delivery by a network: R020, R010."""
    yield from parties.seller_gap("endpoint", "electronic address", "SCHEME:ID")
    yield from parties.client_gap("endpoint", "electronic address", "SCHEME:ID")


def _network_gaps(parties: Parties) -> Iterator[Gap]:
    """Yield the addresses to which Peppol does not deliver: CL008."""
    ours, theirs = parties.seller.get("endpoint"), parties.client.get("endpoint")
    if ours and ours.partition(":")[0] not in NETWORK:
        yield Gap(
            f"Peppol does not deliver to the seller's electronic address {ours}",
            "suptime config set seller.endpoint SCHEME:ID",
        )
    if theirs and theirs.partition(":")[0] not in NETWORK:
        yield Gap(
            f"Peppol does not deliver to the electronic address {theirs} of {parties.code}",
            parties.edit("endpoint", "SCHEME:ID"),
        )


def _reference_gaps(parties: Parties) -> Iterator[Gap]:
    """Yield the missing reference of the client: R003."""
    if not parties.client.get("order_number"):
        yield from parties.client_gap("buyer_reference", "buyer reference or order number")


def _german_gaps(parties: Parties) -> Iterator[Gap]:
    """Yield the missing details for KoSIT (BR-DE-1 to -15), and for Peppol within Germany (DE-R-001 to -016)."""
    yield from parties.client_gap("buyer_reference", "buyer reference")
    yield from parties.seller_gap("city", "city")
    yield from parties.seller_gap("postcode", "postcode")
    yield from parties.seller_gap("contact", "contact", "NAME")
    yield from parties.seller_gap("phone", "phone")
    yield from parties.seller_gap("email", "email", "EMAIL")
    yield from parties.seller_gap("iban", "account", "IBAN")
    yield from parties.client_gap("city", "city")
    yield from parties.client_gap("postcode", "postcode")


def _country_gaps(parties: Parties) -> Iterator[Gap]:
    """Yield the missing details for Peppol's rules of single countries."""
    seller, (ours, theirs) = parties.seller, parties.countries
    scheme, number = scheme_and_id(seller.get("company_number") or "")
    tax_id = vat_id(seller.get("tax_id")) or ""
    if ours in {"NL", "IT"}:  # NL-R-002; IT-R-002 to -004
        yield from parties.seller_gap("city", "city")
        yield from parties.seller_gap("postcode", "postcode")
    if ours == "NL":
        if scheme not in _DUTCH:  # NL-R-003
            yield _company_number("0106:ID", "KVK or OIN number")
        yield from parties.seller_gap("iban", "account", "IBAN")  # NL-R-007
        if theirs == "NL":  # NL-R-004, -005
            yield from parties.client_gap("city", "city")
            yield from parties.client_gap("postcode", "postcode")
            if scheme_and_id(parties.client.get("company_number") or "")[0] not in _DUTCH:
                yield Gap(
                    f"The KVK or OIN number of {parties.code} is missing",
                    parties.edit("company_number", "0106:ID"),
                )
    if ours == "DK" and (scheme != "0184" or not re.fullmatch("[0-9]{8}", number)):  # DK-R-002, -014
        yield _company_number("0184:ID", "CVR number of 8 digits")
    if ours == "NO" and tax_id.startswith("NO") and not is_norwegian_vat_id(tax_id):  # NO-R-001
        yield Gap(
            f"The seller's tax id {tax_id} is not NO, 9 digits and MVA", "suptime config set seller.tax_id ID"
        )
    if ours == "SE":
        if tax_id.startswith("SE") and not re.fullmatch("SE[0-9]{12}", tax_id):  # SE-R-001, -002
            yield Gap(
                f"The seller's tax id {tax_id} is not SE and 12 digits", "suptime config set seller.tax_id ID"
            )
        if number and not is_swedish_number(number):  # SE-R-003, -004, -013
            yield _company_number("ID", "organisation number of 10 digits")


_DUTCH = frozenset({"0106", "0190"})


def _company_number(metavar: str, called: str) -> Gap:
    return Gap(f"The seller's {called} is missing", f"suptime config set seller.company_number {metavar}")


def is_norwegian_vat_id(text: str) -> bool:
    """Return whether a text is NO, an organisation number with a valid check digit (modulo 11), and MVA.

    >>> is_norwegian_vat_id("NO974760673MVA"), is_norwegian_vat_id("NO974760674MVA")
    (True, False)
    """
    found = re.fullmatch("NO([0-9]{9})MVA", text)
    if found is None:
        return False
    digits = [int(digit) for digit in found[1]]
    weighted = sum(digit * weight for digit, weight in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=False))
    return (11 - weighted % 11) % 11 == digits[-1]


def is_swedish_number(text: str) -> bool:
    """Return whether a text is an organisation number of 10 digits with a valid check digit (Luhn).

    >>> is_swedish_number("5560360793"), is_swedish_number("5560360794")
    (True, False)
    """
    if not re.fullmatch("[0-9]{10}", text):
        return False
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(text)]
    return sum(one // 10 + one % 10 for one in doubled) % 10 == 0


def is_broken_leitweg_id(text: str) -> bool:
    """Return whether a buyer reference looks like a Leitweg-ID with wrong check digits (ISO 7064 mod 97-10).

    >>> is_broken_leitweg_id("04011000-1234512345-06"), is_broken_leitweg_id("04011000-1234512345-07")
    (False, True)
    """
    if not re.fullmatch("[0-9]{2,12}(-[A-Z0-9]{1,30})?-[0-9]{2}", text.upper()):
        return False
    return mod_97(text.upper().replace("-", "")) != 1
