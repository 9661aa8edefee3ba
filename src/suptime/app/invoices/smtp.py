"""Handing messages to a mail server (RFC 5321), such that it is always known how far that came.

A server has taken a message over when it says so after the message's last line. Until the first
line leaves, nothing can have been sent; after that, and without an answer, nobody knows.
"""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import NoReturn, Self

from suptime.app.invoices.mail import Mail
from suptime.errors import WrongUsage

PATIENCE = 5
"""How many times longer than any other the last answer may take: a server looks into the message first."""


class NotAccepted(Exception):
    """Nothing was sent, for certain. `why` is for people.

    `for_good`: the server will say the same to the same message. `of_all`: it is about the server or
    us, not about this message, so that the next one need not be tried.
    """

    def __init__(self, why: str, *, for_good: bool = False, of_all: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.for_good = for_good
        self.of_all = of_all


class Lost(Exception):
    """The message left, and no answer came: it may have been sent, or not. `why` is for people."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class SmtpClient:
    """One session with the mail server of the settings, begun when it is first needed, begun anew when it broke."""

    def __init__(self, mail: Mail, secret: Callable[[], str]) -> None:
        """SECRET gives the password; it is called once, where there is a user to log in."""
        self._mail = mail
        self._secret = secret
        self._password: str | None = None
        self._context: ssl.SSLContext | None = None
        self._session: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session, self._session = self._session, None
        if session is not None:
            # Whatever becomes of the farewell, what was said before it holds.
            with suppress(OSError, smtplib.SMTPException):
                session.quit()
            session.close()

    def prepare(self) -> None:
        """Have ready what the settings say, before anything is recorded as tried.

        Raises:
            WrongUsage: the password is not known, or mail.ca is no file of certificates.
        """
        if self._context is None:
            self._context = _context(self._mail)
        if self._password is None and self._mail.user is not None:
            self._password = self._secret()

    def hand_over(
        self, sender: str, recipients: Sequence[str], message: bytes, about_to: Callable[[], None]
    ) -> None:
        """Have the server take `message` over; `about_to` is called when the next thing to leave is the message itself.

        Raises:
            NotTaken: it did not, for certain.
            Lost: nobody knows.
        """
        session = self._ready()
        try:
            self._announce(session, sender, recipients)
        except (OSError, smtplib.SMTPException) as error:
            self._give_up(error)
        try:
            about_to()
        except BaseException:
            self._drop()  # a message that was announced and does not come is forgotten by the server
            raise
        try:
            if session.sock is not None:
                session.sock.settimeout(self._mail.timeout * PATIENCE)
            # Lines that begin with a dot get another one (RFC 5321, 4.5.2); a dot alone is the end.
            session.send(message.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            code, said = session.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Lost(_reason(error)) from error
        except BaseException:
            self._drop()
            raise
        if session.sock is not None:
            session.sock.settimeout(self._mail.timeout)
        if 400 <= code < 600:
            self._refused(code, said, of_all=False)
        if not 200 <= code < 300:  # half an answer, or none that a mail server gives
            self._drop()
            raise Lost(f"the server says: {_line(said) or code}")

    def _announce(self, session: smtplib.SMTP, sender: str, recipients: Sequence[str]) -> None:
        """Say who writes to whom, and that the message comes next."""
        code, said = session.mail(sender)
        if code != 250:
            self._refused(code, said, of_all=True)
        for recipient in recipients:
            code, said = session.rcpt(recipient)
            if code not in {250, 251}:
                self._refused(code, said, of_all=False, about=recipient)
        code, said = session.docmd("DATA")
        if code != 354:
            self._refused(code, said, of_all=False)

    def _refused(self, code: int, said: bytes, *, of_all: bool, about: str = "") -> NoReturn:
        """Raise what an answer means; the session stays where the server keeps it."""
        session = self._session
        try:
            if session is None or code == 421 or session.rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()
        to = f" to {about}" if about else ""
        why = f"the server says{to}: {code} {_line(said)}"
        # -1: what answered is no mail server. Such an answer is final for nothing.
        raise NotAccepted(why, for_good=500 <= code < 600 and not of_all, of_all=of_all or code in {421, -1})

    def _give_up(self, error: Exception) -> NoReturn:
        self._drop()
        raise NotAccepted(_reason(error), of_all=True) from error

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _ready(self) -> smtplib.SMTP:
        """Return the session, begun where there is none.

        Raises:
            NotTaken: it cannot be begun.
        """
        if self._session is not None:
            return self._session
        self.prepare()
        mail = self._mail
        host, port = mail.host or "", mail.port
        try:
            if mail.tls == "implicit":
                self._session = smtplib.SMTP_SSL(host, port, timeout=mail.timeout, context=self._context)
            else:
                self._session = smtplib.SMTP(host, port, timeout=mail.timeout)
            self._session.ehlo_or_helo_if_needed()
            if mail.tls == "starttls":
                if not self._session.has_extn("starttls"):
                    self._drop()
                    raise NotAccepted(
                        f'{host}:{port} offers no TLS: set mail.tls = "implicit", or another port',
                        of_all=True,
                    )
                self._session.starttls(context=self._context)
                self._session.ehlo_or_helo_if_needed()
            if mail.user is not None:
                self._session.login(mail.user, self._password or "")
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            self._drop()
            raise NotAccepted(f"{host}:{port}: {_reason(error)}", of_all=True) from error
        return self._session


def _context(mail: Mail) -> ssl.SSLContext:
    """TLS as it should be: the certificate and the host's name are verified."""
    try:
        return ssl.create_default_context(cafile=None if mail.ca is None else str(mail.ca))
    except OSError as error:
        why = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise WrongUsage(
            f"{mail.ca} (mail.ca) cannot be used: {why}.", hint=f"Correct it in {mail.settings.path}."
        ) from error


def _reason(error: Exception) -> str:
    """Return what `error` means, in a line."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"the login was refused: {error.smtp_code} {_line(error.smtp_error)}"
        case smtplib.SMTPResponseException():
            return f"the server says: {error.smtp_code} {_line(error.smtp_error)}"
        case smtplib.SMTPNotSupportedError():
            return "the server takes no login here"
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            return "the server did not answer in time"
        case smtplib.SMTPServerDisconnected():
            return "the server closed the connection"
        case ssl.SSLCertVerificationError():
            return f"the server's certificate is not trusted: {_line(error.verify_message)}"
        case ssl.SSLError():
            return f"TLS failed: {error.reason or error}"
        case TimeoutError():
            return "the server did not answer in time"
        case UnicodeError():
            return "the user or the password has letters that the server does not take"
        case OSError():
            return _line(error.strerror or str(error))
    return _line(str(error).encode()) or type(error).__name__


def _line(said: bytes | str) -> str:
    """Return what a server `said`, on one short line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return plain[:200].rstrip(". ")
