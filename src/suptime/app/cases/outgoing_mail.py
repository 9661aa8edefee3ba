"""Messages to clients about cases: placed in the outbox, and recorded with their case."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from suptime.app.invoices import mail
from suptime.domain.case import Case, Message
from suptime.interchange.mail.letter import Answer, write_answer
from suptime.store import Transaction


@dataclass(frozen=True, slots=True)
class Firm:
    """Our company: the table `seller` of the settings, the outbox, and the folder of the user's own templates."""

    seller: Mapping[str, str]
    outbox: Path
    templates: Path | None = None


@contextmanager
def placing() -> Iterator[list[Path]]:
    """Collect files that are placed, and remove them if the change is rolled back."""
    paths: list[Path] = []
    try:
        yield paths
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise


def place(tx: Transaction, case: Case, kind: str, answer: Answer, firm: Firm) -> Path:
    """Write `answer` into the outbox as the message of this `kind` about `case`, and record it."""
    path = mail.place(firm.outbox, f"{case.number}-{kind}", write_answer(answer))
    going_out = Message(
        id=0,
        case=case.number,
        direction="out",
        at=answer.at,
        message_id=answer.message_id,
        sender=answer.sender or "",
        subject=answer.subject,
        body=answer.text,
        file=str(path),
    )
    tx.messages.add(going_out)
    return path
