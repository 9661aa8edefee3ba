"""Mail settings of invoices and reminders: the table `mail`, checked for contradictions, and the password."""

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
from suptime.settings.wording import Wording

PASSWORD = "SUPTIME_SMTP_PASSWORD"  # noqa: S105 - the name of its variable

HERE = frozenset({"localhost", "127.0.0.1", "::1"})

"""This machine: the only server that does not need TLS."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Settings for mailing documents. Without a `host`, messages are written into the `outbox`."""

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
        """Return the mail settings of `settings`; with an `outbox`, no server is used.

        Raises:
            WrongUsage: they contradict each other: an unknown format, a password without TLS; or seller.email, the
                default of mail.from, is not an address.
        """
        tls = settings.get("mail.tls")
        host = None if outbox is not None else settings.get("mail.host")
        if host is not None and tls == "none" and host not in HERE:
            raise WrongUsage(
                f'mail.tls in {settings.path} is "none", but {host} is another machine.',
                hint='Set it to "starttls" or "implicit", to protect invoices and passwords.',
            )
        attach = tuple(settings.get("mail.attach"))
        for form in attach:
            if form not in formats("invoice"):
                raise WrongUsage(
                    f'mail.attach in {settings.path} has "{form[:60]}", which is not an invoice format.',
                    hint=f"Choose from {', '.join(formats('invoice'))}.",
                )
        sender = settings.raw("mail.from") or settings.raw("seller.email")
        if sender is not None and not is_email(sender):
            raise WrongUsage(
                f'seller.email in {settings.path} is "{sender}", which is not a valid sender address.',
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
    """Return the password of `mail.user`: from the environment, else from the keyring.

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
            keep = f"repair the keyring, which reports: {str(error).partition('. ')[0].rstrip('.')}"
    raise WrongUsage(
        f"The password of {mail.user} at {mail.host} is missing.", hint=f"Set {PASSWORD}, or {keep}"
    )


if TYPE_CHECKING:
    from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Mailing:
    """Document to mail: an issued invoice or a reminder, by its `number`, exactly as it was made.

    `kind` is the kind of its `document`; `head` is the part with the seller and the client.
    """

    number: str
    client: str
    kind: str
    document: Mapping[str, Any]
    head: Mapping[str, Any]

    @property
    def template(self) -> str:
        """Template of its letter: the first line is the subject; the text begins after an empty line."""
        return f"{self.kind}_email.txt.j2"

    @property
    def made_at(self) -> str | None:
        """Time of making it, for a document that can be made again under the same number."""
        made: str | None = self.head.get("issued_at" if self.kind == "invoice" else "drawn_up_at")
        return made


_LETTER = re.compile(r"R([1-9][0-9]{0,11})", re.IGNORECASE | re.ASCII)


def find_letter(tx: "Transaction", number: str) -> dict[str, Any] | None:
    """Return the document of the reminder of a number such as R1, or None if the number is not a reminder's."""
    found = _LETTER.fullmatch(number.strip())
    if found is None or tx.invoices.get(number.strip()) is not None:
        return None
    letter = tx.receivables.letter(int(found[1]))
    return None if letter is None else {"id": f"R{found[1]}", **letter}


def mailing(tx: "Transaction", number: str) -> Mailing:
    """Return the document to mail under a number: an invoice, or a reminder such as R1.

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
    """Return the letter from `sender` with `mailed` `to` an address, dated `at`; each `attempt` has its own.

    Raises:
        WrongUsage: a template of the user's own is invalid, or a library is not installed.
    """
    from suptime.language.translate import language_of, using_language
    from suptime.resources import looking_in

    language = language_of(mailed.document)
    own = Wording.of(mail.settings).text("mail", language or mail.settings.get("documents.language"))
    with looking_in(mail.settings.templates), using_language(language):
        made = fill(mailed.template, {**mailed.document, "own_text": own}, mailed.kind)
    subject, _, text = made.decode().partition("\n")
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
    """Return the attached formats of `mailed`: those of its client, else those of the settings (F33).

    A reminder is never an e-invoice: its default format is PDF.
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
    """Return `mailed` in the format `form`."""
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
    """Write `content` as a new file in `folder`, which is created if missing; never replace a file of that `name`.

    With `once`, an existing file of that name with the same content is kept. Characters of `name` other than letters,
    digits, - and _ become _, so that it cannot lead to another folder.

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
            hint="Give a folder that can be written: --outbox DIR",
        ) from error


def _take_free_name(draft: Path, folder: Path, safe: str, content: bytes | None) -> Path:
    """Give `draft` the first free name; keep an existing file with the `content`."""
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
    """Return whether `target` is a regular file with the `content`."""
    regular = content is not None and stat.S_ISREG(target.lstat().st_mode)
    return regular and target.read_bytes() == content
