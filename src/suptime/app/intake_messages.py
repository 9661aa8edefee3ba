"""Messages and rows of other logs on their way in: none comes twice."""

from dataclasses import replace
from typing import TYPE_CHECKING

from suptime.app.intake_refusal import Refusal
from suptime.app.intake_work import Ids
from suptime.clauses.reading import Fault
from suptime.domain.message import Message
from suptime.interchange.kept_records import ImportedRow

if TYPE_CHECKING:
    from suptime.app.intake import Intake

SOME = 500
"""Rows that are looked up at once."""


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


class ImportedBook:
    """Which rows of other programs' time logs came in, as which units."""

    def __init__(self, intake: "Intake") -> None:
        self._intake = intake
        self._rows: list[tuple[int, ImportedRow]] = []
        self.any = False

    def row(self, row: ImportedRow, number: int) -> bool:
        """Note ROW of line NUMBER: whether it is there is looked up for many at once."""
        if not self._intake.fresh:
            row = replace(row, change=0)  # the number of a change in another database
        self._rows.append((number, row))
        self.any = True
        if len(self._rows) >= SOME:
            self.flush()
        return True

    def flush(self) -> None:
        """Write the rows that are new, and name those that came in as another unit."""
        rows, self._rows = self._rows, []
        intake, new = self._intake, []
        known = {
            (source, key): unit
            for source in {row.source for _, row in rows}
            for key, unit in intake.tx.imported_units(
                source, {row.source_id for _, row in rows if row.source == source}
            ).items()
        }
        for number, row in rows:
            there = known.setdefault((row.source, row.source_id), 0)
            if not there:
                known[row.source, row.source_id] = row.unit
                new.append(row)
            elif there == row.unit:
                intake.equal["imported"] += 1
            else:
                words = f"the row {row.source_id} of {row.source} came in already, as U{there}."
                intake.faults.append(Fault(number, "imported.unit", words))
        intake.added["imported"] += len(new)
        intake.tx.add_imported_rows((row.source, row.source_id, row.unit, row.change) for row in new)

    def finish(self) -> None:
        """Let no row belong to an import that the trail does not know."""
        if self.any:
            self.flush()
            self._intake.tx.forget_changes()
