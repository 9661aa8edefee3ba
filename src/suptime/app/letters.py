"""The letter with which an invoice goes out: the words of the template, and the documents enclosed."""

from typing import TYPE_CHECKING, Any

from suptime.app import einvoices
from suptime.app.issued import as_issued
from suptime.app.mail_settings import Mail
from suptime.domain.invoice import Invoice
from suptime.domain.timespan import Instant
from suptime.interchange.mail_letter import Enclosure, Letter
from suptime.render import EINVOICES, SUFFIXES, check_libraries, render

if TYPE_CHECKING:
    from suptime.store import Store

TEMPLATE = "invoice_email.txt.j2"
"""The first line it gives is the subject; the text begins after an empty one."""


def letter_for(
    store: "Store", invoice: Invoice, mail: Mail, sender: str, to: str, at: Instant, attempt: int
) -> Letter:
    """The letter from SENDER that brings INVOICE TO an address, dated AT; the ATTEMPT makes it one of its own.

    Raises:
        NotPossible: something is missing for an e-invoice that is to be attached.
        WrongUsage: a template of the person's own is at fault, or a library is not installed.
    """
    from suptime.render.environment import fill
    from suptime.render.language import language_of, speaking
    from suptime.render.templates import looking_in

    document = as_issued([invoice])
    with looking_in(mail.settings.templates), speaking(language_of(document)):
        subject, _, text = fill(TEMPLATE, document).decode().partition("\n")
    enclosed = [
        Enclosure(f"{invoice.number}{SUFFIXES[form]}", _made(store, document, form, mail))
        for form in mail.attach
    ]
    return Letter(
        to=to,
        to_name=invoice.document["client_name"],
        sender=sender,
        sender_name=(invoice.document["seller"] or {}).get("name", ""),
        subject=subject,
        text=text.strip("\n") + "\n",
        at=at,
        key=f"{invoice.number}\n{invoice.document.get('issued_at')}\n{attempt}",
        reply_to=mail.reply_to,
        enclosed=enclosed,
    )


def _made(store: "Store", document: dict[str, Any], form: str, mail: Mail) -> bytes:
    """DOCUMENT, one issued invoice, in the format FORM."""
    check_libraries(form)
    if form in EINVOICES:
        document = einvoices.ready(store, document, form, mail.settings)
    return render("invoice", form, document, fonts=mail.settings.fonts, templates=mail.settings.templates)
