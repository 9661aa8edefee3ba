"""Settings of mail for invoices and reminders: the table `mail`, checked for contradictions, and the password."""

import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suptime import files
from suptime.app.invoices import draft
from suptime.app.invoices.issued import as_issued, get, with_detail
from suptime.documents import EINVOICES, SUFFIXES, check_libraries, fill, formats, render
from suptime.domain.names import is_email
from suptime.domain.time import Instant, Seconds
from suptime.errors import WrongUsage
from suptime.interchange.mail.letter import Enclosure, Letter
from suptime.invoicing.requirements import FACTURX, einvoices_of
from suptime.settings.settings import Settings

PASSWORD = "SUPTIME_SMTP_PASSWORD"  # noqa: S105 - the name of where it is

HERE = frozenset({"localhost", "127.0.0.1", "::1"})

"""This machine: the only server with which no TLS is needed."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Settings for mailing documents. Without a `host` they are placed in the `outbox`."""

    host: str | None
    port: int
    tls: str
    ca: Path | None
    user: str | None
    sender: str | None
    reply_to: str | None
    bcc: tuple[str, ...]
    attach: tuple[str, ...]
    since: date | None
    timeout: Seconds
    outbox: Path
    settings: Settings

    @classmethod
    def of(cls, settings: Settings, outbox: Path | None = None) -> "Mail":
        """Return what `settings` say; where an `outbox` is given, nothing is handed to a server.

        Raises:
            WrongUsage: they ask for what cannot be: a format that there is none of, a password over an
                open line; or seller.email, which stands in for mail.from, is no address.
        """
        tls = settings.get("mail.tls")
        host = None if outbox is not None else settings.get("mail.host")
        if host is not None and tls == "none" and host not in HERE:
            raise WrongUsage(
                f'mail.tls in {settings.path} is "none", but {host} is another machine.',
                hint='Set it to "starttls" or "implicit": invoices and passwords are not for everybody.',
            )
        attach = tuple(settings.get("mail.attach"))
        for form in attach:
            if form not in formats("invoice"):
                raise WrongUsage(
                    f'mail.attach in {settings.path} has "{form[:60]}", which is not a format of invoices.',
                    hint=f"Use some of {', '.join(formats('invoice'))}.",
                )
        sender = settings.raw("mail.from") or settings.raw("seller.email")
        if sender is not None and not is_email(sender):
            raise WrongUsage(
                f'seller.email in {settings.path} is "{sender}", which is not an address to send from.',
                hint="Correct it, or set mail.from.",
            )
        authority = settings.get("mail.ca")
        return cls(
            host,
            settings.get("mail.port"),
            tls,
            None if authority is None else settings.beside(authority),
            settings.get("mail.user"),
            sender,
            settings.get("mail.reply_to"),
            tuple(settings.get("mail.bcc") or ()),
            attach,
            settings.get("mail.since"),
            settings.get("mail.timeout"),
            settings.outbox if outbox is None else outbox,
            settings,
        )


def password(environ: Mapping[str, str], mail: Mail) -> str:
    """Return the password of `mail.user`: of the environment, else of the keyring.

    Raises:
        WrongUsage: neither has it.
    """
    if found := environ.get(PASSWORD):
        return found
    service = f"suptime:{mail.host}"
    keep = f"keep it in the keyring: keyring set {service} {mail.user}"
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        keep = "keep it in the keyring: pip install 'suptime[keyring]'"
    else:
        try:
            if kept := keyring.get_password(service, mail.user or ""):
                return kept
        except (KeyringError, OSError, RuntimeError) as error:
            keep = f"repair the keyring, which says: {str(error).partition('. ')[0].rstrip('.')}"
    raise WrongUsage(
        f"The password of {mail.user} at {mail.host} is not known.", hint=f"Set {PASSWORD}, or {keep}"
    )


if TYPE_CHECKING:
    from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Mailing:
    """Document to mail: an issued invoice or a reminder, by its `number`, exactly as it was made.

    `kind` is that of its `document`, which is rendered; `head` is the part of it that says from whom and to whom.
    """

    number: str
    client: str
    kind: str
    document: Mapping[str, Any]
    head: Mapping[str, Any]

    @property
    def template(self) -> str:
        """The letter that brings it. Its first line is the subject; the text begins after an empty one."""
        return f"{self.kind}_email.txt.j2"

    @property
    def made_at(self) -> str | None:
        """When it was made, as far as that makes it another one than one of its number."""
        made: str | None = self.head.get("issued_at" if self.kind == "invoice" else "drawn_up_at")
        return made


_LETTER = re.compile(r"R([1-9][0-9]{0,11})", re.IGNORECASE | re.ASCII)


def find_letter(tx: "Transaction", number: str) -> dict[str, Any] | None:
    """Return the document of the reminder of a number such as R1, or None: it is that of an invoice, or of nothing."""
    found = _LETTER.fullmatch(number.strip())
    if found is None or tx.invoices.get(number.strip()) is not None:
        return None
    letter = tx.receivables.letter(int(found[1]))
    return None if letter is None else {"id": f"R{found[1]}", **letter}


def mailing(tx: "Transaction", number: str) -> Mailing:
    """Return what is mailed under a number: an invoice, or a reminder such as R1.

    Raises:
        NotPossible: there is neither.
    """
    letter = find_letter(tx, number)
    if letter is not None:
        return Mailing(letter["id"], letter["client"], "reminder", letter, letter)
    invoice = get(tx, number)
    return Mailing(invoice.number, invoice.client, "invoice", as_issued([invoice]), invoice.document)


def letter_for(
    store: "Store", mailed: Mailing, mail: Mail, sender: str, to: str, at: Instant, attempt: int
) -> Letter:
    """The letter from `sender` that brings `mailed` `to` an address, dated `at`; the `attempt` makes it one of its own.

    Raises:
        WrongUsage: a template of the person's own is at fault, or a library is not installed.
    """
    from suptime.language.translate import language_of, using_language
    from suptime.resources import looking_in

    with looking_in(mail.settings.templates), using_language(language_of(mailed.document)):
        subject, _, text = fill(mailed.template, mailed.document, mailed.kind).decode().partition("\n")
    enclosed = [
        Enclosure(f"{mailed.number}{SUFFIXES[form]}", _attachment(store, mailed, form, mail))
        for form in _attached(store, mailed, mail)
    ]
    return Letter(
        to=to,
        to_name=mailed.head["client_name"],
        sender=sender,
        sender_name=(mailed.head["seller"] or {}).get("name", ""),
        subject=subject,
        text=text.strip("\n") + "\n",
        at=at,
        key=f"{mailed.number}\n{mailed.made_at}\n{attempt}",
        reply_to=mail.reply_to,
        enclosed=enclosed,
    )


def _attached(store: "Store", mailed: Mailing, mail: Mail) -> Sequence[str]:
    """Return the formats that `mailed` is attached in: those of its client, else those of the settings (F33).

    A reminder has no e-invoice: without one of the formats that it has, it is a PDF.
    """
    if mailed.kind != "invoice":
        has = formats(mailed.kind)
        return [form for form in mail.attach if form in has] or ["pdf"]
    with store.reading() as tx:
        client = tx.clients.get(mailed.client)
    if client is None or client.einvoice is None:
        return mail.attach
    forms = einvoices_of(client, ())
    return forms if forms == [FACTURX] else ["pdf", *forms]


def _attachment(store: "Store", mailed: Mailing, form: str, mail: Mail) -> bytes:
    """MAILED in the format `form`."""
    check_libraries(form)
    document = mailed.document
    if form in EINVOICES:
        document = draft.ready(store, dict(document), form, mail.settings)
    own = mail.settings
    if mailed.kind == "invoice":
        document = with_detail(store, dict(document), form, own)
    return render(mailed.kind, form, document, fonts=own.fonts, templates=own.templates, brand=own.brand)


MOST_ALIKE = 1_000


def place(folder: Path, name: str, content: bytes, *, once: bool = False) -> Path:
    """CONTENT as a new file in `folder`, made where it is missing; no file of that `name` is replaced.

    With `once` a file of that name that has the same content already is left as the one that was
    asked for. What is no letter, digit, - or _ in `name` becomes _, so that it leads to no other folder.

    Raises:
        WrongUsage: the folder or the file cannot be written.
    """
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:100] or "message"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with files.draft(folder / safe, private=False) as draft:
            draft.write_bytes(content)
            files.to_disk(draft)
            return _take_free_name(draft, folder, safe, content if once else None)
    except OSError as error:
        raise WrongUsage(
            f"{error.filename or folder}: {error.strerror}.",
            hint="Name a folder that can be written to: --outbox DIR",
        ) from error


def _take_free_name(draft: Path, folder: Path, safe: str, content: bytes | None) -> Path:
    """Give `draft` the first name that is free; a file that has the `content` already is left as it is."""
    for count in range(1, MOST_ALIKE):
        target = folder / (f"{safe}.eml" if count == 1 else f"{safe}-{count}.eml")
        try:
            files.put_in_place(draft, target, replace=False)
        except FileExistsError:
            if _is(target, content):
                return target
            continue
        return target
    raise FileExistsError(17, "there are too many files of this name", str(folder / f"{safe}.eml"))


def _is(target: Path, content: bytes | None) -> bool:
    """Return whether `target` is a regular file with the `content` that may be there already."""
    regular = content is not None and stat.S_ISREG(target.lstat().st_mode)
    return regular and target.read_bytes() == content
