"""Which columns can hold a contact's personal data, and which records must stay as they are.

Agents' own data (who worked, who changed something) are not a contact's. A test makes sure that
every column of text is in one of these tables.
"""

from collections.abc import Mapping

WHO = "who"
"""The column names one person: its whole value is replaced."""

TEXT = "text"
"""The column is free text: what names the person in it is replaced."""

ERASABLE: Mapping[str, Mapping[str, str]] = {
    "contact": {"email": WHO, "folded": WHO, "name": WHO},
    "case": {"contact": WHO, "subject": TEXT, "waived": TEXT},
    "case_event": {"by_whom": WHO, "kb": TEXT, "waits_for": TEXT},
    "message": {
        "sender": WHO,
        "subject": TEXT,
        "body": TEXT,
        "attachments": TEXT,
        "file_name": TEXT,
        "message_id": TEXT,
    },
    "work_unit": {"note": TEXT, "waived": TEXT},
    "appointment": {"waived": TEXT},
}
"""What an erasure replaces. None of it decides what is billed."""

KEPT: Mapping[str, tuple[tuple[str, ...], str]] = {
    "client": (
        ("name", "email", "address", "city", "endpoint", "buyer_reference", "order_number", "iban"),
        "the client's own record, needed for its invoices; change it with `suptime client edit`",
    ),
    "contract_version": (
        ("title", "file_text"),
        "the agreement on which the client's invoices rest",
    ),
    "invoice": (("document",), "an issued document, which must stay as it was issued"),
    "sending": (
        ("recipient", "sender", "message", "last_error", "file_name"),
        "the proof of where an issued document was sent",
    ),
    "delivery": (("recipient",), "the proof of what was sent with an issued document, and where"),
    "transfer": (("reference", "iban", "name"), "the bank's record of a payment, which the books rest on"),
    "write_off": (("reason",), "the reason for which a debt was given up, which the books rest on"),
    "purchase_return": (("reason",), "the reason for which a part of a purchase was returned"),
    "voided": (("reason",), "the reason for which an entry of the books was cancelled"),
    "reminder": (("document",), "a reminder that was sent, which must stay as it was"),
    "booking_batch": (
        ("content", "file"),
        "the file that the books rest on, of issued documents that must stay",
    ),
    "hold": (("reason",), "the reason for which a client is not reminded of an invoice"),
    "imported": (("source_id",), "it keeps the same row from being imported twice"),
}
"""What stays: the columns that can name a person, and the reason."""

SEALED: Mapping[str, frozenset[str]] = {
    **{entity: frozenset(columns) for entity, columns in ERASABLE.items()},
    # What a client held earlier is erased from the audit trail once its record no longer holds it.
    "client": frozenset(KEPT["client"][0]),
}
"""The columns that the hash of an audit row covers by a digest, so that it can be erased from there.

A column that is in a row already cannot be added here later: the hashes of such rows would change.
"""

PLAIN: Mapping[str, frozenset[str]] = {
    "client": frozenset(
        {
            *("code", "folded", "currency", "timezone", "country", "tax_id", "tax", "postcode", "language"),
            *("company_number", "detail", "einvoice", "reminders", "terms"),
        }
    ),
    "contact": frozenset({"client", "role", "contracts"}),
    "contract": frozenset({"code", "folded", "client"}),
    "contract_version": frozenset({"contract"}),
    "price": frozenset({"contract", "item", "amount"}),
    "tax": frozenset({"client", "tax"}),
    "project": frozenset({"code", "folded", "client", "budget"}),
    "purchase": frozenset({"contract", "quantity", "price", "basis"}),
    "case": frozenset(
        {"number", "folded", "client", "contract", "category", "kind", "priority", "via", "project"}
    ),
    "case_alias": frozenset({"number", "folded", "case_number"}),
    "case_event": frozenset({"case_number", "kind", "cause"}),
    "message": frozenset({"case_number", "direction"}),
    "work_unit": frozenset({"case_number", "agent", "channel", "role", "work_type"}),
    "agent_role": frozenset({"agent", "role"}),
    "appointment": frozenset({"case_number", "agent", "channel", "cancelled_by", "missed_by"}),
    # What a file said is kept as times, numbers and digests of texts.
    "imported": frozenset({"source", "kind", "ref", "digest", "content"}),
    # Worked out from the other tables, and again after an erasure.
    "standing": frozenset(
        {"case_number", "client", "status", "channels", "warnings", "outcome", "reason", "prepaid"}
    ),
    "stock": frozenset({"contract", "unit", "remaining"}),
    "unrated": frozenset({"contract", "case_number"}),
    "issue": frozenset({"client", "kind", "month", "agent"}),
    "invoice": frozenset({"number", "client", "currency", "month", "due", "credits", "mode"}),
    "issued_line": frozenset({"invoice", "contract", "kind", "case_number", "tariff", "net"}),
    "booked_document": frozenset({"number", "gross", "corrects", "offers"}),
    "transfer": frozenset({"client", "currency", "amount", "fee", "bank_key"}),
    "assignment": frozenset({"client"}),
    "discount": frozenset({"client", "currency", "invoice", "amount"}),
    "write_off": frozenset({"client", "currency", "invoice", "amount"}),
    "reminder": frozenset({"client", "currency", "fee"}),
    "reminder_step": frozenset({"number", "interest"}),
    "deposit_entry": frozenset({"kind", "client", "currency", "amount"}),
    "deposit_return": frozenset({"client", "currency", "amount"}),
    "purchase_return": frozenset({"sale", "invoice", "quantity", "net"}),
    "allocation": frozenset(
        {"client", "currency", "credit_kind", "credit", "debit_kind", "debit", "amount", "cause"}
    ),
    "voided": frozenset({"client", "currency", "kind", "entry"}),
    "hold": frozenset({"invoice"}),
    "closing": frozenset({"client", "month"}),
    "unsettled_case": frozenset({"case_number"}),
    "unsettled_contract": frozenset({"contract"}),
    "purchase_use": frozenset({"month"}),
    "booking_batch": frozenset({"format", "agent", "documents", "sha256"}),
    "sending": frozenset({"invoice", "state", "message_id", "digest"}),
    "delivery": frozenset({"invoice", "state", "digest"}),
    # The message itself is an issued document and its letter: it stays with its delivery.
    "sent_content": frozenset({"digest"}),
    "team_member": frozenset({"login", "role", "agent"}),
    "dropped_unit": frozenset({"agent"}),
    # The rows of the audit trail hold columns of the tables above, and are treated like them.
    "audit": frozenset({"agent", "command", "entity", "entity_key", "before_json", "after_json", "hash"}),
    "audit_head": frozenset({"agent", "hash"}),
}
"""Columns of codes, amounts, words of the contract and agents' names."""
