"""`suptime case open --from-email`: a message is read from a file or a pipe, and what became of it is told."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from suptime.cli import console
from suptime.cli.options import Format
from suptime.cli.telling import tell
from suptime.domain.timespan import Instant
from suptime.errors import WrongUsage
from suptime.settings import Settings

if TYPE_CHECKING:
    from suptime.app.by_email import Received
    from suptime.app.opening import Opening


def receive(file: str, typed: "Opening", outbox: Path | None, at: Instant | None, form: Format) -> None:
    """Take the message in FILE (- is standard input), and say what became of it."""
    from suptime.app import by_email, outgoing

    raw = read(file)
    settings: Settings = console.settings()
    done = by_email.receive(
        console.store(),
        raw,
        typed,
        outgoing.Firm(settings.seller, settings.outbox if outbox is None else outbox, settings.templates),
        file=None if file == "-" else file,
        at=at,
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    its = done.value
    tell(done, form, _became(its), f"This message is recorded already, in {its.case.number}.")


def _became(its: "Received") -> str:
    """What became of a message, in a line."""
    case, attached = its.case, its.message.attachments
    subject = f": {case.subject}" if case.subject else ""
    if its.opened:
        said = f"Opened {case.number} for {case.client}, under {case.contract}{subject}."
    else:
        said = f"Added the message from {its.message.sender} to {case.number}{subject}."
    if attached:
        said += f" Attached, and left in the message: {', '.join(attached)}."
    if its.acknowledgement:
        said += f" Acknowledgement: {its.acknowledgement}"
    return said


def read(file: str) -> bytes:
    """The bytes of FILE (- is standard input), at most one more than a message may have.

    Raises:
        WrongUsage: it is not there, or cannot be read.
    """
    from suptime.interchange.mail import LARGEST

    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise WrongUsage(
            f"There is no file {console.quoted(file)}.", hint="Name the message's file, or - for a pipe."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no path"
        raise WrongUsage(f"{console.quoted(file)} cannot be read: {reason}.") from error
