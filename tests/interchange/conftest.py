"""A firm that begins, and one in whose life everything happened."""

import json

import pytest
from driving import HOURLY
from lived import LETTER, Firm, founded

from suptime.domain.delivery import Content, Delivery
from suptime.domain.time import from_rfc3339
from suptime.interchange.records.format import write


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """A firm with its clients, contracts and cases; no work yet."""
    return founded(tmp_path_factory.mktemp("begun"))


@pytest.fixture(scope="session")
def full(begun: Firm, tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """A firm in whose life everything happened once: no column of any table is empty."""
    firm = begun.copied(tmp_path_factory.mktemp("full") / "home")
    (firm.home / "acme.jsonl").write_text(
        '{"type": "client", "code": "north", "name": "North", "currency": "USD", "timezone": "UTC", "tax": "5",'
        ' "email": "a@north.example", "address": "1 Road", "country": "US", "tax_id": "12-3", "card_on_file": true, "city": "Austin", "postcode": "78701", "endpoint": "9930:DE123456789", "buyer_reference": "R1", "language": "de", "order_number": "PO 4711", "company_number": "0106:12345678", "einvoice": "peppol", "iban": "DE02120300000000202051", "reminders": "off", "detail": "summary", "terms": "30d, 2% 10d"}\n'
        '{"type": "client", "code": "gone", "name": "Gone", "archived": true}\n'
    )
    firm.result(f"import suptime {firm.home / 'acme.jsonl'}")
    (firm.home / "mail.eml").write_text(MAIL)
    (firm.home / "north.toml").write_text(HOURLY.replace("acme-ps", "north-ps") + BEYOND)
    firm.result(f"contract add north {firm.home / 'north.toml'}")
    firm.result("case open CASE-79 --client north --category configuration --at '2026-09-01 10:00'")
    (firm.home / "config.toml").write_text("[seller]\npayment_days = 14\n")
    firm.result("contact add acme ops@acme.example --name Olga --role administrator --contract acme-ps")
    firm.result("project add P7 --client acme --budget 30000 --completed 2026-08-01")
    firm.result("price set acme-ps hour 160 --from 2026-09-01")
    firm.result("client tax north 7 --from 2027-01-01")
    firm.result(
        "case open CASE-77 --client acme --subject Set-up --category configuration --kind incident"
        " --priority P1 --project P7 --contact ops@acme.example --via email"
    )
    firm.result(f"case open CASE-78 --client acme --from-email {firm.home / 'mail.eml'}")
    (firm.home / "timew.json").write_text(
        '[{"id":1,"start":"20260903T100000Z","end":"20260903T103000Z","tags":["CASE-2"]}]'
    )
    firm.later(65 * 24)
    firm.result(f"import timewarrior {firm.home / 'timew.json'}")
    (firm.home / "desk.csv").write_text(
        "Ticket ID,Subject,Status,Priority,Created time,Initial response time\n"
        "T-1,Slow,Open,High,2026-10-05 09:00,2026-10-05 09:20\n"
    )
    firm.result(f"import freshdesk {firm.home / 'desk.csv'} --client acme --timezone UTC")
    for line in LIFE.strip().splitlines():
        firm.result(line)
    (firm.home / "sent.jsonl").write_text("\n".join(SENDINGS))
    firm.result(f"import suptime {firm.home / 'sent.jsonl'}")
    return firm


@pytest.fixture(scope="session")
def full_ledger(full: Firm, tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """The firm with every kind of entry in its ledger as well."""
    firm = full.copied(tmp_path_factory.mktemp("ledger") / "home")
    (firm.home / "ledger.jsonl").write_text("\n".join(LEDGER))
    firm.result(f"import suptime {firm.home / 'ledger.jsonl'}")
    return firm


def _booked(kind: str, /, **values: object) -> str:
    return json.dumps({"type": kind, "client": "acme", "currency": "USD", "on": "2026-11-02", **values})


_ONE = {"invoice": "INV-2026-0002"}
LEDGER = (
    _booked("payment", id=101, is_refund=False, amount="10.00", fee="1.00", reference="R", iban="DE02120300000000202051", name="N", bank_key="k"),
    _booked("payment", id=102, is_refund=False, amount="9.00", fee="0", client=None, entered_on="2026-12-15"),
    _booked("payment", id=103, is_refund=True, amount="5.00", fee="0"),
    _booked("allocation", id=102, amount="5.00", cause="other", credit_kind="payment", credit="M101", credit_part=0, debit_kind="refund", debit="M103", debit_part=0),
    json.dumps({"type": "assignment", "id": 101, "transfer": 102, "client": "acme", "on": "2026-11-01"}),
    _booked("discount", id=101, transfer=101, part=1, amount="1.00", **_ONE),
    _booked("write_off", id=101, amount="1.00", reason="x", with_tax=True, **_ONE),
    _booked("reminder", id=101, fee="2.00", document=LETTER),
    json.dumps({"type": "sending", "invoice": "R101", "state": "withdrawn"}),
    json.dumps({"type": "reminder_step", "id": 101, "reminder": 101, "number": "INV-2026-0002", "level": 1, "interest": "0.10", "repeat": 1}),
    _booked("discount", id=102, transfer=101, part=2, amount="1.00", **_ONE),
    _booked("void", id=102, kind="discount", entry="M101", part=2, reason="x"),
    _booked("allocation", id=103, amount="1.00", cause="other", credit_kind="discount", credit="M101", credit_part=1, debit_kind="late-charge", debit="R101", debit_part=0),
    _booked("payment", id=104, client="lakeside", is_refund=False, amount="10.00", fee="0", purchase="P1"),
    _booked("deposit_entry", id=101, client="lakeside", kind="forfeiture", purchase="P1", part=1, amount="1.00"),
    _booked("allocation", id=104, client="lakeside", amount="1.00", cause="other", credit_kind="payment", credit="M104", credit_part=0, debit_kind="forfeiture", debit="P1", debit_part=1, purchase="P1"),
    _booked("deposit_return", id=101, client="lakeside", purchase="P1", transfer=104, amount="2.00"),
    json.dumps({"type": "purchase_return", "id": 101, "purchase": "P1", "on": "2026-11-02", "quantity": "1", "reason": "x", "sale": "INV-2026-0002", "invoice": "INV-2026-0003", "net": "1.00", "becomes": "P2"}),
    _booked("void", id=101, kind="payment", entry="M102", part=0, reason="x"),
    json.dumps({"type": "hold", "id": 101, "on": "2026-11-01", "until": "2026-12-01", "reason": "x", "is_off": True, **_ONE}),
    json.dumps({"type": "case_alias", "number": "OLD-1", "case": "CASE-1"}),
    json.dumps({"type": "booking_batch", "id": 101, "format": "xero", "made_at": "2026-11-02T15:00:00Z", "agent": "ana", "documents": ["INV-2026-0002"], "sha256": "0" * 64, "content": "eA==", "from": "2026-09-01", "to": "2026-09-30", "file": "xero.csv"}),
)  # fmt: skip


_SENT = Content.of(b"To: a@b.example\r\n\r\nB")
SENDINGS = (
    (
        '{"type": "sending", "invoice": "INV-2026-0002", "state": "sent", "recipient": "a@b.example", "sender": "us@v.example",'
        ' "message_id": "<9@v.example>", "digest": "'
        + _SENT.digest
        + '", "made_at": "2026-11-05T11:00:00Z", "attempts": 1,'
        ' "sent_at": "2026-11-05T11:00:00Z", "chosen": true}'
    ),
    write(
        Delivery("INV-2026-0002", 1, "sent", "a@b.example", from_rfc3339("2026-11-05T11:00:00Z"), _SENT, 1)
    ),
    (
        '{"type": "sending", "invoice": "INV-2026-0003", "state": "handed", "recipient": "a@c.example", "attempts": 2,'
        ' "leased_until": "2026-11-05T11:00:00Z", "last_error": "busy", "file": "out/3.eml", "message": "To: a\\r\\n\\r\\nB"}'
    ),
)


BEYOND = '[after_hours]\nmultiplier = "1.5"\nhours = "09:00-18:00"\ndays = ["mon"]\n[cap]\nhours = { case = "20m" }\n'
MAIL = """From: Olga <ops@acme.example>
To: support@vendor.example
Subject: Spring campaign
Date: Tue, 01 Sep 2026 09:20:00 -0500
Message-ID: <one@acme.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain

Please create it.
--x
Content-Type: text/plain; name=a.txt
Content-Disposition: attachment; filename=a.txt

A
--x--
"""
LIFE = """
log CASE-1 90m --channel phone --note Hello --role senior --work-type travel --from '2026-09-02 09:00'
log CASE-1 30m --guest --requested --agent ben --channel phone --from '2026-09-03 09:00'
waive U3 --reason goodwill
appointment book CASE-3 --from '2026-09-04 10:00' --to '2026-09-04 11:00' --channel phone
appointment book CASE-3 --from '2026-09-05 10:00' --to '2026-09-05 11:00'
appointment book CASE-3 --from '2026-09-06 10:00' --to '2026-09-06 11:00'
appointment cancel A1 --by client --at '2026-09-04 09:30'
appointment missed A2 --by client
waive A3 --reason storm
log CASE-3 70m --channel phone --from '2026-09-02 15:00'
case escalate CASE-4 --at '2026-09-02 08:00'
case wait CASE-4 --for 'the log file' --at '2026-09-02 08:30'
agent role ben senior --from 2026-09-01
log CASE-4 70m --channel phone --from '2026-09-02 18:00'
log CASE-5 20m --channel phone --from '2026-09-07 09:00'
case resolve CASE-5 --cause unknown --kb https://kb.example/1 --at '2026-09-07 10:00'
log CASE-11 200m --channel phone --from '2026-09-08 09:00'
case resolve CASE-11 --cause unknown --at '2026-09-08 13:00'
log CASE-7 30m --channel phone --from '2026-09-10 09:00'
case consent CASE-79 --by a@north.example --at '2026-09-01 10:00'
log CASE-79 30m --channel phone --from '2026-09-05 22:00'
case consent CASE-2 --by ops@acme.example --up-to 2h --at '2026-09-02 09:00'
waive CASE-2 --reason kind
case estimate CASE-2 3h
prepaid add lakeside-1on1 1h --on 2026-09-20
prepaid add mill-minute 10 --on 2026-10-20 --price 9
prepaid void P4
invoice --month 2026-09 --issue
close --through 2026-10 --client orchard
invoice credit INV-2026-0001 --reason Mistyped --reopen
invoice pay INV-2026-0002
case edit CASE-79 --category odd --unlisted
case resolve CASE-79 --cause odd --unlisted --at '2026-09-06 10:00'
start CASE-1
undo
start CASE-1
"""
