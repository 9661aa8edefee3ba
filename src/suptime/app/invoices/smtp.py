"""Send messages to a mail server (RFC 5321), and always know the state of each.

A server has accepted a message when it says so after the last line of the message. Before the first
line leaves, nothing is sent. After that, and without an answer, the state is unknown.
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
"""Factor of the time limit for the last answer: a server checks the message first."""


class NotAccepted(Exception):
    """Nothing was sent, for certain. `why` is for people.

    `for_good`: the server will refuse the same message again. `of_all`: the problem is the server or the sender, not
    this message, so the next message would fail, too.
    """

    def __init__(self, why: str, *, for_good: bool = False, of_all: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.for_good = for_good
        self.of_all = of_all


class Lost(Exception):
    """The message left, but got no answer: it may have been sent or not. `why` is for people."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class SmtpClient:
    """One session with the mail server of the settings, started when needed, and again after a failure."""

    def __init__(self, mail: Mail, secret: Callable[[], str]) -> None:
        """SECRET returns the password; it is called once, if there is a user to log in."""
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
            # Errors at the end of the session do not change earlier answers.
            with suppress(OSError, smtplib.SMTPException):
                session.quit()
            session.close()

    def prepare(self) -> None:
        """Prepare the settings before anything is recorded as tried.

        Raises:
            WrongUsage: the password is not known, or mail.ca is not a file of certificates.
        """
        if self._context is None:
            self._context = _context(self._mail)
        if self._password is None and self._mail.user is not None:
            self._password = self._secret()

    def hand_over(
        self, sender: str, recipients: Sequence[str], message: bytes, about_to: Callable[[], None]
    ) -> None:
        """Give `message` to the server; call `about_to` just before the message itself leaves.

        Raises:
            NotTaken: the server did not accept it, for certain.
            Lost: the result is unknown.
        """
        session = self._ready()
        try:
            self._announce(session, sender, recipients)
        except (OSError, smtplib.SMTPException) as error:
            self._give_up(error)
        try:
            about_to()
        except BaseException:
            self._drop()  # The server forgets a message that was announced but not sent.
            raise
        try:
            if session.sock is not None:
                session.sock.settimeout(self._mail.timeout * PATIENCE)
            # Lines that begin with a dot get another one (RFC 5321, 4.5.2); a line with a single dot is the end.
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
        if not 200 <= code < 300:  # half an answer, or one that is not from a mail server
            self._drop()
            raise Lost(f"the server answered: {_line(said) or code}")

    def _announce(self, session: smtplib.SMTP, sender: str, recipients: Sequence[str]) -> None:
        """Send the addresses, and announce the message."""
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
        """Raise the error for an answer; the session stays open if the server keeps it."""
        session = self._session
        try:
            if session is None or code == 421 or session.rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()
        to = f" to {about}" if about else ""
        why = f"the server answered{to}: {code} {_line(said)}"
        # -1: not a mail server answered. Such an answer is never permanent.
        raise NotAccepted(why, for_good=500 <= code < 600 and not of_all, of_all=of_all or code in {421, -1})

    def _give_up(self, error: Exception) -> NoReturn:
        self._drop()
        raise NotAccepted(_reason(error), of_all=True) from error

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _ready(self) -> smtplib.SMTP:
        """Return the session, started if there is none.

        Raises:
            NotTaken: it cannot be started.
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
    """Return a secure TLS context: the certificate and the name of the host are verified."""
    try:
        return ssl.create_default_context(cafile=None if mail.ca is None else str(mail.ca))
    except OSError as error:
        why = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise WrongUsage(
            f"Cannot use {mail.ca} (mail.ca): {why}.", hint=f"Correct it in {mail.settings.path}."
        ) from error


def _reason(error: Exception) -> str:
    """Return the meaning of `error` in one line."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"the login was refused: {error.smtp_code} {_line(error.smtp_error)}"
        case smtplib.SMTPResponseException():
            return f"the server answered: {error.smtp_code} {_line(error.smtp_error)}"
        case smtplib.SMTPNotSupportedError():
            return "the server does not accept logins"
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
            return "the user or the password has characters that the server does not accept"
        case OSError():
            return _line(error.strerror or str(error))
    return _line(str(error).encode()) or type(error).__name__


def _line(said: bytes | str) -> str:
    """Return the answer `said` of a server on one short line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return plain[:200].rstrip(". ")
