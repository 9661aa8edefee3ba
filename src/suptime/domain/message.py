"""Messages about cases: what came in, and what went out."""

from dataclasses import dataclass

from suptime.domain.timespan import Instant


@dataclass(frozen=True, slots=True)
class Message:
    """One message about a case. `direction` is "in" or "out"; `at` is when it came in or went out.

    `message_id` is the one of its header (RFC 5322), or None: no two messages share one.
    `sender` is the address it is from, `body` its text; `attachments` names what was attached,
    `file` the file it came from or was written to. Sender and subject are one line each; no text
    holds control characters, but for line breaks and tabs in the body.
    """

    id: int
    case: str
    direction: str
    at: Instant
    message_id: str | None = None
    sender: str = ""
    subject: str = ""
    body: str = ""
    attachments: tuple[str, ...] = ()
    file: str | None = None
