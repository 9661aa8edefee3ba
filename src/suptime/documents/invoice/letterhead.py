"""Who sends a document and to whom, and its end: how, when and where to pay, and what the law wants."""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from decimal import Decimal

from suptime.documents.invoice.phrases import is_credit
from suptime.language.figures import long_day, single_line
from suptime.language.translate import Part, country, sentence_of, tr, trc, trn
from suptime.render.blocks import Fact, Letterhead, Paragraph, Parties

PICTURES: Mapping[str, str] = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}
"""The types of a logo, each with what Typst calls it."""

TOWN_FIRST = frozenset({"AU", "BR", "CA", "CN", "GB", "ID", "IE", "IN", "JP", "KR", "NZ", "TH", "TW", "US"})

"""Countries where the postcode follows the city."""


def client(document: Part) -> Part:
    """Return the client of an invoice, a statement or an estimate, with the keys that a seller has."""
    keys = ("name", "address", "city", "postcode", "country", "email", "tax_id")
    their = {key: document.get(f"client_{key}") for key in keys}
    return their | {"abroad": _abroad(their, document.get("seller") or {})}


def _abroad(party: Part, home: Part) -> str | None:
    """Return the name of a party's country, if it is another one than that of `home`."""
    code = party["country"]
    if not code or not home.get("country") or code == home["country"]:
        return None
    name = country(code)
    return None if name.casefold() in (party["address"] or "").casefold() else name


def letterhead(document: Part) -> Letterhead | None:
    """Compose who sends an invoice, a statement or an estimate; None if the settings do not say."""
    seller = sender(document)
    return Letterhead(single_line(seller.get("name")), address(seller), logo(document)) if seller else None


def sender(document: Part) -> Part:
    """Return the seller of a document. A draft names the settings that are missing, in their places (H25)."""
    seller = document["seller"] or {}
    if "issued_on" not in document or document["issued_on"] is not None:
        return seller  # what was issued without a seller leaves the place empty (H27)
    keys = [key for key in ("name", "address") if not seller.get(key)]
    return {**seller, **{key: tr("{setting} is missing", setting=f"seller.{key}") for key in keys}}


def parties(document: Part, label: str, facts: Sequence[Fact]) -> Parties:
    """Compose to whom a document goes, under `label`, with its facts."""
    their = client(document)
    return Parties(label, single_line(their["name"]), address(their), facts)


def footer(document: Part) -> list[Paragraph]:
    """Compose the end of a letter by the settings."""
    text = (document["seller"] or {}).get("footer")
    return [Paragraph(tr(text), "closing", quoted=True)] if text else []


def place(party: Part) -> str | None:
    """Return a party's city with its postcode, as its country writes them; None if its address says them already."""
    given = [party.get("postcode"), party.get("city")]
    parts = [one for one in (given[::-1] if party.get("country") in TOWN_FIRST else given) if one]
    lines = (party.get("address") or "").split("\n")
    return None if any(all(one in line for one in parts) for line in lines) else " ".join(parts)


def address(party: Part) -> list[str]:
    """Return the lines beneath the name of a seller or a client: address, e-mail, telephone, tax numbers."""
    lines = [*(party.get("address") or "").split("\n"), place(party), party.get("abroad")]
    lines += [party.get("email"), party.get("phone")]
    if number := party.get("tax_id"):
        # A number for VAT begins with the code of its country.
        form = tr("VAT ID {number}") if re.match("[A-Z]{2}", number) else tr("Tax number {number}")
        lines.append(form.replace("{number}", number))
    if number := party.get("tax_number"):
        lines.append(tr("Local tax number {number}", number=number))
    return [single_line(line) for line in lines if line and line.strip()]


def due_name(invoice: Part) -> str:
    """Return the name of the last total."""
    return trc("total", "Credit") if is_credit(invoice) else tr("Amount due")


def is_owed(invoice: Part) -> bool:
    """Return whether the client has something to pay."""
    return not is_credit(invoice) and Decimal(invoice["totals"]["due"]) > 0


def shows_time(invoice: Part) -> bool:
    """Return whether an invoice has the month's time: a credit note without work has not."""
    return not is_credit(invoice) or bool(invoice["time"]["worked_seconds"])


def terms(invoice: Part) -> list[tuple[str, list[str]]]:
    """Return the notes beneath the totals: (name, lines) for payment, account and tax, if there are any."""
    blocks = [
        (tr("Payment"), payment(invoice)),
        (tr("Account"), account(invoice)),
        (tr("Tax"), tax_reasons(invoice)),
    ]
    return [(name, lines) for name, lines in blocks if lines]


def payment(invoice: Part) -> list[str]:
    """Say by when an invoice is to be paid, and the seller's own terms; nothing if nothing is to be paid."""
    seller = invoice["seller"] or {}
    if not is_owed(invoice):
        return []
    said = invoice.get("terms") or {}
    if said.get("discounts") and "words" in said:
        return [sentence_of(said, "words"), *_lines(seller.get("payment_terms"))]
    days = seller.get("payment_days")
    if said and said["text"] != f"{days}d":
        days = None  # the client has terms of its own, which count from the issue
    return _lines(_by_when(invoice, days), seller.get("payment_terms"))


def account(invoice: Part) -> list[str]:
    """Say where an invoice is to be paid, and with which reference."""
    seller = invoice["seller"] or {}
    if not is_owed(invoice):
        return []
    found = bank_lines(seller)
    reference = reference_of(invoice)
    if reference and (found or reference != invoice["number"]):
        found.append(tr("Reference {number}", number=reference))
    return found


def bank_lines(seller: Part) -> list[str]:
    """Return where clients pay to: the bank, its account and code, as far as the settings say."""
    iban, bic = seller.get("iban"), seller.get("bic")
    return _lines(seller.get("bank"), f"IBAN {in_fours(iban)}" if iban else "", f"BIC {bic}" if bic else "")


def ways_to_pay(given: Part) -> list[tuple[str, str]]:
    """Return payee, account, bank and reference of a payment, each with its name, as far as they are `given`."""
    iban, bic, bank, reference = (single_line(given.get(key)) for key in ("iban", "bic", "bank", "reference"))
    facts = [
        (tr("Payee"), single_line(given.get("payee"))),
        ("IBAN", in_unbroken_fours(iban)),
        ("BIC" if bic else tr("Bank details"), " · ".join(filter(None, (bic, bank)))),
        (tr("Payment reference"), in_unbroken_fives(reference) if is_qr_reference(reference) else reference),
    ]
    return [(name, value) for name, value in facts if value]


def is_qr_reference(reference: str) -> bool:
    """Return whether a reference is that of a Swiss QR-bill (QRR): 27 digits."""
    return len(reference) == 27 and reference.isdigit()


def reference_of(invoice: Part) -> str | None:
    """Return the payment reference of an invoice (BT-83): its number, unless it was issued with another reference."""
    reference: str | None = (invoice.get("payment") or {}).get("reference") or invoice["number"]
    return reference


def tax_reasons(invoice: Part) -> list[str]:
    """Say why there is no tax on what has none."""
    return _lines(*invoice.get("tax_texts", ()))


def last_words(invoice: Part) -> list[str]:
    """Return the seller's footer, and what the seller's law wants on every document, line by line."""
    return _lines(own_text(invoice, "footer", "footer"), own_text(invoice, "legal", "legal"))


def own_text(document: Part, name: str, older: str) -> str:
    """Return a text of the firm's own in a document: that of its language, or what older ones keep of the seller."""
    return str((document.get("texts") or {}).get(name) or (document["seller"] or {}).get(older) or "")


def page_counted() -> str:
    """Return which page it is, of how many, as the value of `content` in CSS."""
    from markupsafe import Markup

    text = tr("Page {page} of {pages}").replace("\\", "").replace('"', "")
    parts = {"{page}": "counter(page)", "{pages}": "counter(pages)"}
    pieces = (parts.get(one) or f'"{one}"' for one in re.split(r"(\{pages?\})", text) if one)
    return Markup(" ".join(pieces).replace("<", ""))  # noqa: S704 - no quote, backslash or tag is left in it


def logo(invoice: Part) -> str:
    """Return the seller's logo as a data URL; nothing where there is none."""
    picture = invoice.get("layout", {}).get("logo") if invoice["seller"] else None
    if picture is None or picture["type"] not in PICTURES:
        return ""
    # Decoded and encoded again: what is no Base64 cannot get into the page.
    return f"data:{picture['type']};base64,{b64encode(b64decode(picture['data'])).decode()}"


def in_fours(iban: str) -> str:
    """Return an `iban` as it is printed.

    >>> in_fours("DE02120300000000202051")
    'DE02 1203 0000 0000 2020 51'
    """
    plain = "".join(iban.split())
    return " ".join(plain[n : n + 4] for n in range(0, len(plain), 4))


def in_unbroken_fours(text: str) -> str:
    """Return an IBAN or a reference as `in_fours`, in one piece that no line breaks (P19)."""
    return in_fours(text).replace(" ", "\N{NO-BREAK SPACE}")


def in_unbroken_fives(reference: str) -> str:
    r"""Return a reference of a QR-bill as it is printed: two digits, then fives, in one piece.

    >>> in_unbroken_fives("210000000003139471430009017")
    '21\xa000000\xa000003\xa013947\xa014300\xa009017'
    """
    return "\N{NO-BREAK SPACE}".join([reference[:2], *(reference[n : n + 5] for n in range(2, 27, 5))])


def _by_when(invoice: Part, days: int | None) -> str:
    if day := invoice.get("due_on"):
        return tr("Payable by {day}.", day=long_day(day))
    if days is None:
        return ""
    if not days:
        return tr("Payable on receipt.")
    return trn(
        "Payable within {number} day of its issue.", "Payable within {number} days of its issue.", days
    )


def _lines(*texts: str | None) -> list[str]:
    """Return `texts` line by line without empty ones; the seller's own as a catalogue of theirs translates them."""
    return [single_line(line) for text in texts if text for line in tr(text).split("\n") if line.strip()]
