"""A firm with issued invoices, and a mail server to send them to."""

import shutil

import mail_server
import pytest
import trustme
from mail_server import CONTRACT

SELLER = """
[seller]
name = "Nordtor Support GmbH"
address = "Mühlweg 4\\n10115 Berlin"
country = "DE"
email = "rechnung@nordtor.example"
tax_id = "DE123456789"
payment_days = 14
"""
SERVER = """
[mail]
host = "localhost"
port = {port}
tls = "{tls}"
ca = "ca.pem"
user = "billing"
timeout = 2
"""


class Firm:
    """`suptime` in a firm's hands, with invoices INV-2026-0001 to 0003 of October."""

    def __init__(self, suptime):
        self.suptime = suptime
        self.home, self.database = suptime.home, suptime.database
        suptime.set(
            TZ="Europe/Berlin", SUPTIME_CONFIG="config.toml", SUPTIME_SMTP_PASSWORD=mail_server.PASSWORD
        )
        self.at("2026-11-02T15:00:00Z")
        self.settings("")

    def __call__(self, line, code=0):
        return self.suptime(line, code=code)

    def at(self, now):
        self.suptime.set(SUPTIME_NOW=now)

    def settings(self, text):
        (self.home / "config.toml").write_text(SELLER + text, encoding="utf-8")

    def state(self, number="INV-2026-0001"):
        return self(f"invoice show {number} --format json").json["invoices"][0]["sending"]


@pytest.fixture(scope="session")
def issued(tmp_path_factory):
    """Makes the firm's database once; gives a function that puts it into a home."""
    kept = tmp_path_factory.mktemp("issued") / "suptime.db"

    def put(firm):
        if not kept.exists():
            for place, code in enumerate(("acme", "beta", "gamma")):
                (firm.home / f"{code}.toml").write_text(CONTRACT.format(code=code))
                firm(
                    f"client add {code} --name '{code.title()} AG' --currency EUR --tax 19 --country DE"
                    f" --address 'Am Hafen 1' --email ap@{code}.example"
                )
                firm(f"contract add {code} {code}.toml")
                firm(f"case open CASE-{place + 1} --client {code} --at '2026-10-01 09:00'")
                firm(f"log CASE-{place + 1} 90m --from '2026-10-05 {2 * place + 9:02}:00'")
            firm("invoice --month 2026-10 --issue")
            shutil.copy(firm.database, kept)
        else:
            shutil.copy(kept, firm.database)
        return firm

    return put


@pytest.fixture
def firm(suptime, issued):
    return issued(Firm(suptime))


@pytest.fixture(scope="session")
def authority():
    """Who vouches for the server's certificate."""
    return trustme.CA()


@pytest.fixture
def box():
    return mail_server.Box()


@pytest.fixture
def serve(firm, box, authority):
    """Starts the mail server that the firm's settings name; stops it at the end."""
    running = []

    def start(tls="starttls", more="", name="localhost"):
        controller = mail_server.start(box, authority, tls, name)
        running.append(controller)
        authority.cert_pem.write_to_path(str(firm.home / "ca.pem"))
        firm.settings(SERVER.format(port=controller.port, tls=tls) + more)
        return controller

    yield start
    for controller in running:
        if controller._thread is not None:  # no test has stopped it
            controller.stop()


@pytest.fixture
def server(serve):
    return serve()
