"""Messages about cases."""

from collections.abc import Iterator

from sqlalchemy import select

from suptime.domain.message import Message
from suptime.errors import NotPossible
from suptime.store.mapping import message_of, message_row
from suptime.store.repository.rows import Rows
from suptime.store.tables import TABLES

_MESSAGE = TABLES["message"]


class Messages(Rows):
    """What came in about a case, and what went out."""

    def message(self, id: int) -> Message | None:  # noqa: A002 -- an id is called an id
        """The message ID, or None."""
        row = self._row("message", id)
        return None if row is None else message_of(row)

    def message_by_id(self, message_id: str) -> Message | None:
        """The message whose header has this MESSAGE_ID, or None."""
        row = self._one(select(_MESSAGE).where(_MESSAGE.c.message_id == message_id))
        return None if row is None else message_of(row)

    def messages(self, case: str) -> list[Message]:
        """The messages about CASE, by time, then id."""
        statement = select(_MESSAGE).where(_MESSAGE.c.case_number == case)
        return [message_of(row) for row in self._all(statement.order_by(_MESSAGE.c.at, _MESSAGE.c.id))]

    def each_message(self) -> Iterator[Message]:
        """All messages by id, a part at a time."""
        for row in self._stream(select(_MESSAGE).order_by(_MESSAGE.c.id)):
            yield message_of(row)

    def add_message(self, message: Message) -> Message:
        """Add MESSAGE; id 0 asks for the next one. Gives it with its id.

        Raises:
            NotPossible: there is a message of the same message_id already.
        """
        there = self.message_by_id(message.message_id) if message.message_id else None
        if there:
            raise NotPossible(f"The message {message.message_id} is there already, in {there.case}.")
        return message_of(self._insert("message", message_row(message)))
