"""What is said of sending invoices: to programs, and to people where something is in the way."""

from typing import Any

from suptime.domain.invoice import Invoice
from suptime.domain.sending import CLAIMED, FAILED, HANDED, PENDING, UNKNOWN, Sending
from suptime.domain.timespan import MINUTE, Instant, rfc3339
from suptime.errors import NotPossible, StorageFault

GONE = "the process that sent it is gone"
_SHOWN = {CLAIMED: "sending", HANDED: "sending"}


class Held(NotPossible):
    """Another process is sending it. Exit 3."""


def document(sending: Sending, now: Instant) -> dict[str, Any]:
    """SENDING as a JSON document, as far as it came by NOW."""
    state = sending.state_at(now)
    return {
        "number": sending.number,
        "state": _SHOWN.get(state, state),
        "recipient": sending.recipient or None,
        "from": sending.sender or None,
        "message_id": sending.message_id,
        "digest": sending.digest,
        "attempts": sending.attempts,
        "made_at": None if sending.made_at is None else rfc3339(sending.made_at),
        "sent_at": None if sending.sent_at is None else rfc3339(sending.sent_at),
        "last_error": sending.last_error,
        "file": sending.file,
    }


def problem(sending: Sending) -> NotPossible | None:
    """What a person is told of SENDING by its state, and what to do; None where all is well."""
    number, why = sending.number, sending.last_error or GONE
    if sending.state == PENDING:
        return NotPossible(
            f"{number} was not sent: {why}.",
            hint="It is kept, and tried again by: suptime invoice send --pending",
        )
    if sending.state == FAILED:
        return NotPossible(
            f"{number} was refused: {why}.", hint=f"Correct that; then: suptime invoice send {number}"
        )
    return unknown(sending) if sending.state == UNKNOWN else None


def unknown(sending: Sending) -> NotPossible:
    """The message of SENDING left, and no answer came."""
    where = sending.file or "the mail server's log"
    why = sending.last_error or GONE
    return NotPossible(
        f"Nobody knows whether {sending.number} was sent: {why}.",
        hint=f"Ask {sending.recipient}, or look into {where}. "
        f"Then: suptime invoice send {sending.number} --sent, or --again",
    )


def held(sending: Sending, now: Instant) -> Held:
    """Another process has SENDING."""
    minutes = -(-((sending.leased_until or now) - now) // MINUTE)
    return Held(
        f"{sending.number} is being sent by another process.",
        hint=f"If there is none any more, try again in {minutes} minutes.",
    )


def no_address(invoice: Invoice) -> NotPossible:
    """The client of INVOICE cannot be written to."""
    return NotPossible(
        f"{invoice.client} has no e-mail address, so {invoice.number} cannot be sent.",
        hint=f"suptime client edit {invoice.client} --email EMAIL; or send it with --to EMAIL, or --sent.",
    )


def unmailable(address: str) -> NotPossible:
    """ADDRESS has letters that mail servers do not take."""
    return NotPossible(
        f"{address} cannot be written to: before the @ only ASCII letters are sure to arrive.",
        hint="Use another address: --to EMAIL, or in the settings under mail.",
    )


def not_recorded(sending: Sending, fault: StorageFault) -> StorageFault:
    """SENDING was accepted, and the store could not be told."""
    return StorageFault(
        f"{sending.number} was sent, but that could not be recorded: {fault.what}",
        hint=f"When the store can be written again: suptime invoice send {sending.number} --sent",
    )
