"""How invoices are mailed: the table `mail` of the settings, held against itself, and the password."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from suptime.domain.names import is_email
from suptime.domain.timespan import Seconds
from suptime.errors import WrongUsage
from suptime.render import FORMATS, SUFFIXES
from suptime.settings import Settings

PASSWORD = "SUPTIME_SMTP_PASSWORD"  # noqa: S105 - the name of where it is
PORTS: Mapping[str, int] = {"starttls": 587, "implicit": 465, "none": 25}
"""The usual port (RFC 8314) of each way to talk to a server."""
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
"""This machine: the only server with which no TLS is needed."""


@dataclass(frozen=True, slots=True)
class Mail:
    """How invoices are mailed. Without a `host` they are placed in the `outbox`."""

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
        """What SETTINGS say; where an OUTBOX is given, nothing is handed to a server.

        Raises:
            WrongUsage: they ask for what cannot be: a format that there is none of, a password over an
                open line; or seller.email, which stands in for mail.from, is no address.
        """
        said = settings.mail
        tls = said.get("tls", "starttls")
        host = None if outbox is not None else said.get("host")
        if host is not None and tls == "none" and host not in HERE:
            raise WrongUsage(
                f'mail.tls in {settings.path} is "none", but {host} is another machine.',
                hint='Set it to "starttls" or "implicit": invoices and passwords are not for everybody.',
            )
        attach = tuple(said.get("attach", ("pdf",)))
        for form in attach:
            if form not in FORMATS["invoice"]:
                raise WrongUsage(
                    f'mail.attach in {settings.path} has "{form[:60]}", which is not a format of invoices.',
                    hint=f"Use some of {', '.join(name for name in FORMATS['invoice'] if name in SUFFIXES)}.",
                )
        sender = said.get("from") or settings.seller.get("email")
        if sender is not None and not is_email(sender):
            raise WrongUsage(
                f'seller.email in {settings.path} is "{sender}", which is not an address to send from.',
                hint="Correct it, or set mail.from.",
            )
        return cls(
            host,
            said.get("port", PORTS[tls]),
            tls,
            settings.beside(said["ca"]) if "ca" in said else None,
            said.get("user"),
            sender,
            said.get("reply_to"),
            tuple(said.get("bcc", ())),
            attach,
            said.get("since"),
            said.get("timeout", 60),
            settings.outbox if outbox is None else outbox,
            settings,
        )


def password(environ: Mapping[str, str], mail: Mail) -> str:
    """The password of `mail.user`: of the environment, else of the keyring.

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
