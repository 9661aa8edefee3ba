"""The table of foreign time logs: what each is called, and who reads it."""

from dataclasses import dataclass

from suptime.interchange import timewarrior, watson
from suptime.interchange.entries import Read


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of foreign time log.

    `one_agent`: the file is of one person, and says not of whom, so that a row's key tells it
    from the other rows of that person alone.
    """

    name: str
    read: Read
    one_agent: bool = False


FORMATS = {
    form.name: form
    for form in (
        Format("timewarrior", timewarrior.read, one_agent=True),
        Format("watson", watson.read),
    )
}
