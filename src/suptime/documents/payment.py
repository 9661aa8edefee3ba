"""Payment code of a document: the EPC code, or the Swiss payment part with its receipt (P24, P25)."""

from collections.abc import Mapping
from typing import Any

from suptime.documents.invoice.letterhead import in_fours, in_unbroken_fives, in_unbroken_fours
from suptime.language.figures import single_line, with_currency
from suptime.language.translate import current_language, tr
from suptime.render.blocks import PaymentCode, PaymentPart

WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "payment_part": "Zahlteil",
        "account": "Konto / Zahlbar an",
        "reference": "Referenz",
        "message": "Zusätzliche Informationen",
        "currency": "Währung",
        "amount": "Betrag",
        "receipt": "Empfangsschein",
        "acceptance": "Annahmestelle",
        "separate": "Vor der Einzahlung abzutrennen",
        "payer": "Zahlbar durch",
        "payer_blank": "Zahlbar durch (Name/Adresse)",
    },
    "fr": {
        "payment_part": "Section paiement",
        "account": "Compte / Payable à",
        "reference": "Référence",
        "message": "Informations supplémentaires",
        "currency": "Monnaie",
        "amount": "Montant",
        "receipt": "Récépissé",
        "acceptance": "Point de dépôt",
        "separate": "A détacher avant le versement",
        "payer": "Payable par",
        "payer_blank": "Payable par (nom/adresse)",
    },
    "it": {
        "payment_part": "Sezione pagamento",
        "account": "Conto / Pagabile a",
        "reference": "Riferimento",
        "message": "Informazioni supplementari",
        "currency": "Valuta",
        "amount": "Importo",
        "receipt": "Ricevuta",
        "acceptance": "Punto di accettazione",
        "separate": "Da staccare prima del versamento",
        "payer": "Pagabile da",
        "payer_blank": "Pagabile da (nome/indirizzo)",
    },
    "en": {
        "payment_part": "Payment part",
        "account": "Account / Payable to",
        "reference": "Reference",
        "message": "Additional information",
        "currency": "Currency",
        "amount": "Amount",
        "receipt": "Receipt",
        "acceptance": "Acceptance point",
        "separate": "Separate before paying in",
        "payer": "Payable by",
        "payer_blank": "Payable by (name/address)",
    },
}
"""The headings of a payment part as the Swiss guidelines (IG 2.3, annex C) word them; other languages take English."""


def payment_code(document: Mapping[str, Any]) -> PaymentCode | None:
    """Return the EPC code of an invoice or reminder with its text alternative; None where it has none.

    The document's `payment` has the code, which is drawn unchanged.
    """
    payment = document.get("payment") or {}
    text = payment.get("epc_qr")
    if not text:
        return None
    from suptime.render.payment_code import epc_code

    return PaymentCode(epc_code(text), _about(document, text.split("\n")[5]), tr("Scan to pay"))


def payment_part(document: Mapping[str, Any]) -> PaymentPart | None:
    """Return the Swiss payment part of an invoice or reminder; None where it has no Swiss code.

    All that is printed on it comes from the text of the code: paper and code cannot differ.
    """
    payment = document.get("payment") or {}
    text = payment.get("swiss_qr")
    if not text:
        return None
    from suptime.render.payment_code import swiss_code

    lines = text.split("\n")
    reference, message = lines[28], lines[29]
    spoken = current_language().partition("-")[0]
    language = spoken if spoken in WORDS else "en"
    return PaymentPart(
        PaymentCode(swiss_code(text), _about(document, lines[5])),
        {"language": language, **WORDS[language]},
        account=(in_fours(lines[3]), *_party(lines[5:11])),
        reference=_spaced(lines[27], reference),
        message=message,
        payer=_party(lines[21:27]),
        currency=lines[19],
        amount=f"{int(lines[18].partition('.')[0]):,}.{lines[18].partition('.')[2]}".replace(",", "\u00a0"),
    )


def _about(document: Mapping[str, Any], payee: str) -> str:
    """Return the text alternative of a code: what it says, to whom, how much and with which reference."""
    payment = document["payment"]
    return tr(
        "Payment code: {amount} to {payee}, reference {reference}",
        amount=with_currency(payment["amount"], document["currency"]),
        payee=single_line(payee),
        reference=payment["reference"],
    )


def _party(lines: list[str]) -> tuple[str, ...]:
    """Return a party of the code as an address: name, street, and place with the country where it is not Swiss."""
    name, street, _, postcode, city, country = lines
    place = f"{postcode} {city}".strip()
    abroad = f"{country}-{place}" if country not in {"", "CH"} else place
    return tuple(line for line in (name, street, abroad) if line)


def _spaced(kind: str, reference: str) -> str:
    """Return a reference in the groups of its kind: two digits and then fives for QRR, fours for SCOR."""
    return in_unbroken_fives(reference) if kind == "QRR" else in_unbroken_fours(reference)
