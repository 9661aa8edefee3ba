"""Map an issued invoice to EN 16931 terms without recalculating.

The two sums that a document has not (BT-106, the rate of "no tax at all") follow from its lines.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from suptime.domain import bank as bank_accounts
from suptime.domain.money import minor_digits, rounded
from suptime.domain.payment_terms import Offer, skonto_lines
from suptime.domain.values import scheme_and_id, vat_id
from suptime.errors import NotPossible
from suptime.language.translate import sentence_of, tr, trn, using_language, writing_data
from suptime.render.einvoice import model

Part = Mapping[str, Any]

CATEGORIES: Mapping[str, str] = {
    "standard": model.STANDARD,
    "zero": model.ZERO,
    "exempt": model.EXEMPT,
    "reverse-charge": model.REVERSE_CHARGE,
    "none": model.NOT_TAXED,
}

"""How lines are taxed -> BT-151."""

VATEX: Mapping[str, str] = {model.REVERSE_CHARGE: "VATEX-EU-AE", model.NOT_TAXED: "VATEX-EU-O"}

"""BT-121, where the category alone says which it is."""

UNITS: Mapping[str, str] = {"minute": "MIN"}

"""Unit of a line -> BT-130; all other lines are counted in pieces."""

PIECE = "C62"

PER: Mapping[str, Decimal] = {"hour": Decimal(60)}

"""For how many units one price is, BT-149: an hour's price is for sixty `MIN`, so that every line is exact."""

TRANSFER, DANISH, SEPA, CLEARING, UNDEFINED = "30", "42", "58", "97", "1"

"""BT-81: a transfer, one to a Danish account, one within SEPA, a set-off, a way described in words."""


def single_invoice(document: Part) -> Part:
    """Return the one invoice of `document`.

    Raises:
        NotPossible: there are several, or none.
    """
    invoices = document["invoices"]
    if len(invoices) != 1:
        raise NotPossible(
            f"An e-invoice is a file of one invoice, but there are {len(invoices)}.",
            hint="Add --out DIR for one file each, or --client for one invoice.",
        )
    found: Part = invoices[0]
    return found


def terms_of(invoice: Part) -> model.EInvoice:
    """Return the terms of `invoice`, one of the `invoices` of a document, which was issued.

    What it was issued without stays empty (H27).

    Raises:
        NotPossible: it is a draft.
    """
    _refuse_draft(invoice)
    if not invoice["seller"]:
        invoice = {**invoice, "seller": {}}
    with using_language(invoice.get("language")), writing_data(is_data=True):
        return _terms_of(invoice)


def _terms_of(invoice: Part) -> model.EInvoice:
    sign = -1 if invoice["kind"] == "credit-note" else 1
    lines = tuple(_lines(invoice, sign))
    totals = invoice["totals"]
    due = sign * Decimal(totals["due"])
    untaxed = any(line.category == model.NOT_TAXED for line in lines)
    period = invoice["period"]
    return model.EInvoice(
        number=invoice["number"],
        issued_on=date.fromisoformat(invoice["issued_on"]),
        type_code=(invoice.get("type_code") or model.INVOICE) if sign > 0 else model.CREDIT_NOTE,
        currency=invoice["currency"],
        due_on=date.fromisoformat(invoice["due_on"]) if invoice.get("due_on") and due > 0 else None,
        buyer_reference=plain(invoice.get("client_buyer_reference")),
        order_number=plain(invoice.get("client_order_number")),
        contract=_only([line["contract"] for _, line in _each(invoice)]),
        payment_terms=_payment_terms(invoice, due),
        note=plain(credited(invoice)),
        preceding=_preceding(invoice),
        seller=_seller(invoice, untaxed=untaxed),
        buyer=_buyer(invoice, untaxed=untaxed),
        # Peppol R110, R111: lines lie within the whole, also late ones, and fees paid in advance.
        starts_on=min([date.fromisoformat(period["from"]), *(line.starts_on for line in lines)]),
        ends_on=max([date.fromisoformat(period["to"]), *(line.ends_on for line in lines)]),
        payment=_payment(invoice) if sign > 0 else _set_off(invoice),
        totals=model.Totals(
            lines=sum((line.net for line in lines), Decimal(0)),
            net=_signed(totals["net"], sign),
            tax=_signed(totals["tax"], sign),
            gross=_signed(totals["gross"], sign),
            paid=_signed(totals["prepaid"], sign),
            due=_signed(totals["due"], sign),
        ),
        taxes=tuple(_taxes(invoice, sign, untaxed=untaxed)),
        lines=lines,
    )


def _refuse_draft(invoice: Part) -> None:
    if not invoice.get("number") or not invoice.get("issued_on"):
        raise NotPossible(
            "Drafts cannot be exported as e-invoices.",
            hint="Add --issue, or choose another format.",
        )


def _each(invoice: Part) -> Iterable[tuple[Part | None, Part]]:
    """Yield every line with its case, in the order of the document."""
    for case in invoice["cases"]:
        for line in case["lines"]:
            yield case, line
    for line in invoice["other_lines"]:
        yield None, line


def _lines(invoice: Part, sign: int) -> Iterable[model.Line]:
    for number, (case, line) in enumerate(_each(invoice), start=1):
        quantity, net = _signed(line["quantity"], sign), _signed(line["net"], sign)
        price = _price(line, quantity, net, invoice["currency"])
        period = line.get("period") or {"from": line["date"], "to": line["date"]}
        category = _category(line)
        rate = line["tax"]["rate"]
        told_case = f"{case['case']}: {case['subject']}" if case and case["subject"] else None
        yield model.Line(
            id=str(number),
            note=plain(" ".join(filter(None, (note(line, sign), price.note)))),
            case=plain(case["case"]) if case else None,
            quantity=quantity,
            unit=UNITS.get(line["unit"], PIECE),
            net=net,
            starts_on=date.fromisoformat(period["from"]),
            ends_on=date.fromisoformat(period["to"]),
            price=price.amount,
            per=price.per,
            category=category,
            rate=None if category == model.NOT_TAXED else Decimal(rate),
            name=plain(sentence_of(line, "description")) or line["kind"],
            description=plain(told_case),
            attributes=tuple((name, told) for name, value in attributes(line) if (told := plain(value))),
            difference=_difference(
                line, net - rounded(quantity * price.amount / price.per, invoice["currency"])
            ),
        )


class _Price(NamedTuple):
    """A price, for how many units it is (BT-146, BT-149), and what the note says of it."""

    amount: Decimal
    per: Decimal
    note: str = ""


def _price(line: Part, quantity: Decimal, net: Decimal, currency: str) -> _Price:
    """Return the price of a line.

    Peppol R120 allows a difference of two hundredths to quantity times price. Where amounts are whole, as yen
    are, rounding alone may be more: then the price is the net amount for the whole quantity.
    """
    own = _Price(Decimal(line["unit_price"]), PER.get(line["price_per"], Decimal(1)))
    exact = quantity * own.amount / own.per
    if minor_digits(currency) or not quantity or exact == net:
        return own
    whole = net if net * quantity >= 0 else rounded(exact, currency)
    return _Price(abs(whole), abs(quantity), price_in_words(line, currency))


def _category(line: Part) -> str:
    return CATEGORIES[(line.get("tax") or {"treatment": "none"})["treatment"]]


def _difference(line: Part, amount: Decimal) -> model.Difference | None:
    """Return the difference between the line and quantity times price: of a row that was invoiced at another price."""
    return model.Difference(amount, plain(difference(line)) or "") if amount else None


def _taxes(invoice: Part, sign: int, *, untaxed: bool) -> Iterable[model.TaxRow]:
    for row in invoice["totals"]["taxes"]:
        category = CATEGORIES[row["treatment"]]
        yield model.TaxRow(
            net=_signed(row["net"], sign),
            tax=_signed(row["tax"], sign),
            category=category,
            rate=Decimal(row["rate"]),
            reason=plain(row.get("reason")) if category in (model.EXEMPT, model.REVERSE_CHARGE) else None,
            reason_code=VATEX.get(category),
        )
    if untaxed:
        own = " ".join(invoice.get("tax_texts") or ())
        net = _signed(invoice["totals"]["net"], sign)
        nothing = rounded(Decimal(0), invoice["currency"])
        yield model.TaxRow(
            net, nothing, model.NOT_TAXED, None, plain(own) or no_tax(), VATEX[model.NOT_TAXED]
        )


def _preceding(invoice: Part) -> tuple[str, ...]:
    """Return the invoice that this one credits, then those that its lines correct; each once."""
    named = [invoice.get("credits"), *(line.get("corrects") for _, line in _each(invoice))]
    named += [line["deducts"]["invoice"] for _, line in _each(invoice) if line.get("deducts")]
    return tuple(dict.fromkeys(number for number in named if number))


def _payment_terms(invoice: Part, due: Decimal) -> str | None:
    seller = invoice["seller"]
    if invoice["kind"] == "credit-note":
        return in_favour() if due > 0 else None
    said = invoice.get("terms") or {}
    own = plain(seller.get("payment_terms"))
    is_own = said.get("text") != f"{seller.get('payment_days')}d"
    if "words" not in said or not is_own:
        return own
    skonto = _skonto(invoice) if _countries(invoice) == ("DE", "DE") else []
    return "\n".join([*skonto, *filter(None, (plain(sentence_of(said, "words")), own))])


def _skonto(invoice: Part) -> list[str]:
    """Return the lines that a German invoice has before the words of BT-20, one for each discount (BR-DE-18)."""
    issued_on = date.fromisoformat(invoice["issued_on"])
    offers = (
        Offer(
            Decimal(one["percent"]),
            date.fromisoformat(one["until"]),
            Decimal(one["amount"]),
            Decimal(one["pay"]),
        )
        for one in invoice["terms"]["discounts"]
    )
    return skonto_lines(offers, issued_on)


def _set_off(invoice: Part) -> model.Payment | None:
    """Return how a credit note is paid (BR-DE-1). Between Dutch parties there is no code for a set-off (NL-R-008)."""
    return None if _countries(invoice) == ("NL", "NL") else model.Payment(CLEARING)


def _countries(invoice: Part) -> tuple[str | None, str | None]:
    return invoice["seller"].get("country"), invoice.get("client_country")


def _payment(invoice: Part) -> model.Payment | None:
    seller = invoice["seller"]
    iban = bank_accounts.plain_iban(seller.get("iban") or "") or None
    bank = plain(seller.get("bank"))
    reference = (invoice.get("payment") or {}).get("reference") or invoice["number"]
    if iban is None:
        return model.Payment(UNDEFINED, bank, reference) if bank else None
    name = plain(seller.get("name"))
    if invoice["currency"] == "EUR" and iban[:2] in bank_accounts.SEPA:
        return model.Payment(SEPA, bank, reference, iban, name, seller.get("bic"))
    if _countries(invoice) == ("DK", "DK") and iban.startswith("DK"):
        # DK-R-005, DK-R-006: the registration number of the bank, and the account.
        return model.Payment(DANISH, bank, reference, iban[8:], name, iban[4:8])
    return model.Payment(TRANSFER, bank, reference, iban, name, seller.get("bic"))


def _seller(invoice: Part, *, untaxed: bool) -> model.Party:
    seller = invoice["seller"]
    vat_id, number = _tax_ids(seller.get("tax_id"), untaxed=untaxed)
    company_number = _identifier(seller.get("company_number"))
    if not vat_id and not company_number and not number:
        number = seller.get("tax_number")  # BR-CO-26
    return model.Party(
        name=plain(seller.get("name")) or "",
        address=_address(seller.get("address"), seller.get("city"), seller.get("postcode")),
        city=plain(seller.get("city")),
        postcode=plain(seller.get("postcode")),
        country=seller.get("country"),
        endpoint=endpoint_of(seller.get("endpoint")),
        identifier=_identifier(seller.get("identifier")) or _identifier(number),
        company_number=company_number,
        vat_id=vat_id,
        tax_number=None if untaxed else plain(seller.get("tax_number")),
        legal=plain(seller.get("legal")),
        contact=plain(seller.get("contact")),
        phone=plain(seller.get("phone")),
        email=plain(seller.get("email")),
    )


def _buyer(invoice: Part, *, untaxed: bool) -> model.Party:
    vat_id, number = _tax_ids(invoice.get("client_tax_id"), untaxed=untaxed)
    city, postcode = invoice.get("client_city"), invoice.get("client_postcode")
    return model.Party(
        name=plain(invoice["client_name"]) or "",
        address=_address(invoice["client_address"], city, postcode),
        city=plain(city),
        postcode=plain(postcode),
        country=invoice["client_country"],
        endpoint=endpoint_of(invoice.get("client_endpoint")),
        identifier=_identifier(number),
        company_number=_identifier(invoice.get("client_company_number")),
        vat_id=vat_id,
        email=plain(invoice.get("client_email")),
    )


def _identifier(text: str | None) -> model.Identifier | None:
    """Return a number of a party, with the scheme that `text` writes before it, if it does."""
    scheme, number = scheme_and_id(plain(text) or "")
    return model.Identifier(number, scheme) if number else None


def _tax_ids(tax_id: str | None, *, untaxed: bool) -> tuple[str | None, str | None]:
    """TAX_ID as a VAT id, which has its country before it (BR-CO-09), or else as an identifier.

    If there is no tax at all, a VAT id is not allowed (BR-O-02).
    """
    if not untaxed and (known := vat_id(tax_id)):
        return known, None
    return None, plain(tax_id)


def _address(text: str | None, city: str | None, postcode: str | None) -> tuple[str, ...]:
    """Return the lines of an address, at most three, without the one that says city and postcode again."""
    lines = [line for raw in (text or "").split("\n") if (line := plain(raw))]
    if city and postcode:
        lines = [line for line in lines if city not in line or postcode not in line] or lines
    return tuple(lines if len(lines) <= 3 else [*lines[:2], ", ".join(lines[2:])])


def endpoint_of(text: str | None) -> model.Endpoint | None:
    """Return the electronic address that `text` writes as SCHEME:ID, None where there is none."""
    if not text:
        return None
    scheme, _, id_ = text.partition(":")
    return model.Endpoint(scheme, id_)


def _only(values: Iterable[str]) -> str | None:
    """Return the one value that all `values` are, None where they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _signed(amount: str, sign: int) -> Decimal:
    """Return an amount for a credit note; zero has no sign."""
    number = Decimal(amount) * sign
    return number or abs(number)


# What XML cannot hold, and what is no sign but an order to whoever shows it.
_NO_LETTERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


def plain(text: str | None) -> str | None:
    """TEXT on one line, as XML can hold it; None where nothing is left."""
    return " ".join(_NO_LETTERS.sub(" ", text or "").split()) or None


def note(line: Part, sign: int) -> str:
    """Return the note on `line` (BT-127), with the quantity that is prepaid. `sign` is -1 on a credit note."""
    told = [sentence_of(line)]
    billed, prepaid = sign * line["billed_minutes"], sign * line["prepaid_minutes"]
    if prepaid:
        told.append(
            tr(
                "{billed} min billed: {prepaid} min paid from prepaid hours, {left} min invoiced.",
                billed=billed,
                prepaid=prepaid,
                left=sign * line["invoiced_minutes"],
            )
        )
    if incidents := sign * line["prepaid_incidents"]:
        told.append(
            trn(
                "{number} incident paid from a support pack.",
                "{number} incidents paid from a support pack.",
                incidents,
            )
        )
    return " ".join(filter(None, told))


def attributes(line: Part) -> Iterable[tuple[str, str]]:
    """BG-32: by whom, which work units, which purchase; names and values, each only where there is one."""
    named = (
        (tr("Agents"), line["agents"]),
        (tr("Work units"), line["units"]),
        (tr("Purchase"), [line.get("purchase")]),
    )
    for name, values in named:
        if value := ", ".join(filter(None, values)):
            yield name, value


def difference(line: Part) -> str:
    """BT-139, BT-144: why `line` does not come to quantity times price."""
    if line.get("price_difference_reason"):
        return sentence_of(line, "price_difference_reason")
    return tr("Part of this was invoiced before at another price, or is rounded together with it.")


def price_in_words(line: Part, currency: str) -> str:
    """Say the price of a `line` where BT-146 is another one."""
    price = f"{line['unit_price']} {currency}"
    if line["price_per"] == "hour":
        return tr("The price is {price} per hour.", price=price)
    if line["price_per"] == "minute":
        return tr("The price is {price} per minute.", price=price)
    return tr("The price is {price} each.", price=price)


def no_tax() -> str:
    """BT-120 where the settings have no words for it."""
    return tr("Not subject to tax.")


def in_favour() -> str:
    """BT-20 of a credit note."""
    return tr("This amount is in your favour: it is set off or paid back.")


def credited(invoice: Part) -> str | None:
    """BT-22: what a credit note reverses, and why; None for an invoice."""
    if not invoice.get("credits"):
        return None
    return tr(
        "Credits {number}: {reason}", number=invoice["credits"], reason=invoice.get("credit_reason") or ""
    )
