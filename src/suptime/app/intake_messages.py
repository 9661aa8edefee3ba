"""Messages on their way in: each belongs to a case, and none comes twice."""

from typing import TYPE_CHECKING

from suptime.app.intake_refusal import Refusal
from suptime.app.intake_work import Ids
from suptime.domain.message import Message

if TYPE_CHECKING:
    from suptime.app.intake import Intake


class MessageBook:
    """The messages of an import."""

    def __init__(self, intake: "Intake") -> None:
        self._intake = intake
        self._ids = Ids()
        self._message_ids: set[str] = set()

    def message(self, message: Message, number: int) -> bool:
        """Take MESSAGE of line NUMBER in. False where it is there already.

        Raises:
            Refusal: it cannot be.
        """
        intake, tx = self._intake, self._intake.tx
        there = tx.message(message.id) if message.id and not intake.fresh else None
        if intake.same(there, message, f"M{message.id}"):
            return False
        intake.cases.known(message.case)
        intake.not_ahead("at", message.at)
        if message.message_id is not None:
            other = None if intake.fresh else tx.message_by_id(message.message_id)
            if other or message.message_id in self._message_ids:
                where = f" on {other.case}" if other else " on a line before this one"
                raise Refusal("message_id", f"{message.message_id} is there already,{where}.")
            self._message_ids.add(message.message_id)
        intake.once(self._ids, "M", message.id, number)
        return intake.keep(message)
