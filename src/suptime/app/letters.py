"""The letter with which an invoice goes out: the words of the template, and the documents enclosed."""

from suptime.app.issued import as_issued
from suptime.app.mail_settings import Mail
from suptime.domain.invoice import Invoice
from suptime.domain.timespan import Instant
from suptime.interchange.mail_letter import Enclosure, Letter
from suptime.render import SUFFIXES, render

TEMPLATE = "invoice_email.txt.j2"
"""The first line it gives is the subject; the text begins after an empty one."""


def letter_for(invoice: Invoice, mail: Mail, sender: str, to: str, at: Instant, attempt: int) -> Letter:
    """The letter from SENDER that brings INVOICE TO an address, dated AT; the ATTEMPT makes it one of its own."""
    from suptime.render.environment import fill
    from suptime.render.templates import looking_in

    document = as_issued([invoice])
    with looking_in(mail.templates):
        subject, _, text = fill(TEMPLATE, document).decode().partition("\n")
    names: set[str] = set()
    enclosed = []
    for form in mail.attach:
        name = f"{invoice.number}{SUFFIXES[form]}"
        if name in names:  # two formats of one ending
            name = f"{invoice.number}-{form}{SUFFIXES[form]}"
        names.add(name)
        enclosed.append(
            Enclosure(name, render("invoice", form, document, fonts=mail.fonts, templates=mail.templates))
        )
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
