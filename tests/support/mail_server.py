"""A real mail server to send to, which can be told to fail at any step."""

import asyncio
import socket
import ssl
import time
from contextlib import closing
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

CONTRACT = """
[contract]
code = "{code}-hours"
title = "Support"
currency = "EUR"
timezone = "Europe/Berlin"
starts_on = 2026-01-01
[prices]
hour = "120.00"
"""
USER, PASSWORD = "billing", "correct horse"


def free_port():
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Box:
    """What the server does with mail: it keeps it in `taken`, unless it is told otherwise.

    `seen` are whole messages that came in, kept or not. A reply set for a step is given in place
    of taking it; `after_data` is what happens once a whole message has come in: "drop" the
    connection, "garble" the answer, "hang", or "hold" it until `go_on` is set. `before_data` is what
    happens before the message is asked for: "hold", or "lock". `dropping`, `meanwhile` and
    `meanwhile_before` are called then.
    """

    def __init__(self):
        self.taken, self.seen, self.envelopes, self.logins = [], [], [], []
        self.mail_reply = self.data_reply = None
        self.rcpt_replies = {}
        self.before_data = self.after_data = self.dropping = None
        self.meanwhile = self.meanwhile_before = None
        self.go_on = False
        self.waiting = False

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - the name that the library calls
        if self.mail_reply:
            return self.mail_reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the name that the library calls
        while self.before_data == "hold" and not self.go_on:
            self.waiting = True
            await asyncio.sleep(0.01)
        if self.before_data == "lock":
            self.meanwhile_before()
        if reply := self.rcpt_replies.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the name that the library calls
        self.seen.append(envelope.content)
        if self.after_data == "drop":
            if self.dropping:
                self.dropping()
            server.transport.close()
            await asyncio.sleep(0)
            return "250 nobody hears it"
        if self.after_data == "garble":
            return "hello"
        if self.after_data == "hang":
            await asyncio.sleep(30)
        while self.after_data == "hold" and not self.go_on:  # noqa: ASYNC110 - another thread sets it
            await asyncio.sleep(0.01)
        if self.meanwhile:
            self.meanwhile()
        if self.data_reply:
            return self.data_reply
        self.taken.append(envelope.content)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return "250 taken"

    def authenticate(self, server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        self.logins.append(right)
        return AuthResult(success=right, handled=False)

    @property
    def messages(self):
        return [message_from_bytes(raw, policy=policy.default) for raw in self.taken]

    def wait_until(self, what):
        """Until WHAT is so, at most thirty seconds."""
        for _ in range(3000):
            if what():
                return
            time.sleep(0.01)
        raise AssertionError("waited in vain")


def start(box, authority, tls="starttls", name="localhost"):
    """A server for BOX, with a certificate of AUTHORITY for NAME."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    options = {"authenticator": box.authenticate, "auth_required": True, "timeout": 60}
    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    elif tls == "implicit":
        # The library knows of no TLS but its own STARTTLS: it is asked for no login to be warned of.
        options |= {"ssl_context": context, "auth_require_tls": False, "auth_required": False}
    else:
        options = {"timeout": 60}
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    return controller
