"""Report on the import of a time log: the rows that were or would be imported, and the bad rows with reasons."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from suptime.cli import console
from suptime.domain.time import Zone, rfc3339, show_duration
from suptime.errors import NotPossible, Refused, SuptimeError, WrongUsage

if TYPE_CHECKING:
    from suptime.app.exchange.time_log_cases import RefusedRow, Row
    from suptime.app.exchange.time_logs import ImportResult

MOST_ROWS = 200
"""Most rows in a table; JSON has all of them."""


def report(
    form: str,
    file: str,
    done: "ImportResult",
    *,
    dry_run: bool,
    skip_bad: bool,
    waived: bool,
    shown: str,
    zone: Zone,
) -> None:
    """Report the import of `file`.

    Raises:
        SuptimeError: some rows cannot be imported, and --skip-bad was not given.
    """
    if shown == "json":
        console.show_json(_document(form, done, dry_run=dry_run))
    elif dry_run:
        _show_tables(done, zone)
    else:
        for bad in done.left[:MOST_ROWS]:
            console.note(f"{file}:{bad.line}: {bad.key}: {bad.reason}")
        if len(done.left) > MOST_ROWS:
            console.note(f"And {len(done.left) - MOST_ROWS} more: --format json lists all.")
    if shown == "text":
        _report_remaining(file, done, waived=waived)
    if done.left and not skip_bad:
        raise _refusal(file, done.left, dry_run=dry_run)
    if shown == "text":
        console.print_text(_sentence(done, dry_run=dry_run))
        for case in done.opened:
            console.print_text(
                f"{'Would open' if dry_run else 'Opened'} {case.number} for {case.client}: {case.subject}"
            )


def _show_tables(done: "ImportResult", zone: Zone) -> None:
    if done.rows:
        headers = ("Line", "Case", "Agent", "From", "To", "Time", "Note")
        rows = [_cells(row, zone) for row in done.rows[:MOST_ROWS]]
        console.print_text(console.table(rows, headers, right=("Line", "Time")))
        if len(done.rows) > MOST_ROWS:
            console.print_text(f"And {len(done.rows) - MOST_ROWS} more: --format json lists all.")
        console.print_text("")
    if done.left:
        console.print_text("These rows cannot be imported:")
        found = [(str(bad.line), f"{bad.key}: {bad.reason}") for bad in done.left[:MOST_ROWS]]
        console.print_text(console.table(found, ("Line", "Why"), right=("Line",), wrap="Why"))
        if len(done.left) > MOST_ROWS:
            console.print_text(f"And {len(done.left) - MOST_ROWS} more: --format json lists all.")
        console.print_text("")


def _cells(row: "Row", zone: Zone) -> Sequence[str]:
    start, end = zone.local(row.start), zone.local(row.end)
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return (
        str(row.entry.line),
        row.case.number,
        row.agent,
        f"{start:%Y-%m-%d %H:%M}",
        until,
        show_duration(row.seconds),
        row.entry.note or row.entry.task or row.entry.project,
    )


def _report_remaining(file: str, done: "ImportResult", *, waived: bool) -> None:
    for row in done.rows:
        if row.entry.remark:
            console.note(f"{file}:{row.entry.line}: {row.entry.remark}")
    for line in done.running:
        console.note(f"{file}:{line}: the timer is still running, so the row is left out.")
    unbillable = sum(row.entry.billable is False for row in done.rows)
    if unbillable and not waived:
        are = "row is" if unbillable == 1 else "rows are"
        console.note(
            f"{unbillable} {are} marked as not billable in the file. suptime bills by the contract. To "
            "waive these rows: --waive-unbillable."
        )
    for case, sentence, count in done.told:
        console.note(f"{case}, {_count(count, 'row')}: {sentence}")


def _refusal(file: str, left: "Sequence[RefusedRow]", *, dry_run: bool) -> SuptimeError:
    rows = len({bad.line for bad in left})
    kinds = {int(kind.exit_code): kind for kind in (WrongUsage, NotPossible, Refused)}
    return kinds[min(bad.code for bad in left)](
        f"{file}: {_count(rows, 'row')} cannot be imported, so nothing "
        f"{'would be' if dry_run else 'was'} imported.",
        hint="Correct the file or the options, or leave the rows out with --skip-bad.",
    )


def _count(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def _sentence(done: "ImportResult", *, dry_run: bool) -> str:
    if not done.rows:
        said = "Would import nothing new." if dry_run else "Imported nothing new."
    else:
        seconds = sum(row.seconds for row in done.rows)
        said = f"{_count(len(done.rows), 'work unit')}, {show_duration(seconds)} of work"
        ids = (
            f": U{done.ids[0]} to U{done.ids[-1]}"
            if len(done.ids) > 1
            else "".join(f": U{key}" for key in done.ids)
        )
        said = f"Would import {said}." if dry_run else f"Imported {said}{ids}."
    if done.equal:
        said += f" Already imported: {_count(done.equal, 'row')}."
    if done.left:
        said += f" Left out {_count(len({bad.line for bad in done.left}), 'bad row')}."
    return said


def _document(form: str, done: "ImportResult", *, dry_run: bool) -> dict[str, Any]:
    ids: list[str | None] = [f"U{key}" for key in done.ids] or [None] * len(done.rows)
    return {
        "import": {
            "format": form,
            "written": done.kept,
            "dry_run": dry_run,
            "added": {"unit": len(done.rows), "case": len(done.opened)},
            "equal": done.equal,
            "worked_seconds": sum(row.seconds for row in done.rows),
            "sha256": done.digest,
            "faults": [{"line": bad.line, "key": bad.key, "expected": bad.reason} for bad in done.left],
            "running": [{"line": line} for line in done.running],
            "remarks": [
                {"line": row.entry.line, "remark": row.entry.remark} for row in done.rows if row.entry.remark
            ],
            "opened": [
                {"case": case.number, "client": case.client, "subject": case.subject} for case in done.opened
            ],
            "not_billed": [
                {"case": case, "rows": count, "reason": sentence} for case, sentence, count in done.told
            ],
            "units": [
                {
                    "line": row.entry.line,
                    "id": key,
                    "case": row.case.number,
                    "agent": row.agent,
                    "channel": row.channel,
                    "started_at": rfc3339(row.start),
                    "ended_at": rfc3339(row.end),
                    "seconds": row.seconds,
                    "note": row.entry.note,
                    "billable": row.entry.billable,
                }
                for row, key in zip(done.rows, ids, strict=True)
            ],
        }
    }
