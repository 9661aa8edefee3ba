"""Report of the import of foreign files: every record's state, what is asked, and the totals."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from suptime.cli import console
from suptime.domain.time import Seconds, Zone, rfc3339, show_duration
from suptime.errors import NotPossible, Refused, SuptimeError, WrongUsage

if TYPE_CHECKING:
    from suptime.app.exchange.foreign.importing import ImportResult, Words
    from suptime.app.exchange.foreign.row import CaseRow, Row

MOST_ROWS = 200
"""Most rows in a table; JSON has all of them."""

KINDS = ("case", "event", "unit", "appointment")
STATES = ("new", "same", "changed", "gone", "left-out", "conflict", "blocked")
COUNTED = ("new", "same", "changed", "conflict")
"""The states of work that counts in the totals."""

_ASKED = {
    "day-order": "the order of day and month in {sample} is not clear",
    "length-unit": "the unit of the length {sample} is not clear",
    "hours-per-day": "the hours of a day in the length {sample} are not clear",
    "max-length": "an entry is longer than 24 hours, at {sample}",
    "timezone": "the times have no time zone",
    "not-billable": "rows are marked as not billable, at {sample}",
    "negative": "rows have negative lengths, at {sample}",
    "cancelled-by": "{sample} was cancelled late, and the file does not say by whom",
    "time-field": "the field that counts time is not named, for example {sample}",
    "other-client": "rows are for another client or for none, at {sample}",
}


def report(
    done: "ImportResult", words: "Words", *, dry_run: bool, zone: Zone, zone_from: str, shown: str
) -> None:
    """Report the result of an import, or of a dry run.

    Raises:
        SuptimeError: nothing could be written; by the least of the exit codes that apply.
    """
    if shown == "json":
        console.show_json(_document(done, dry_run=dry_run, zone=zone, zone_from=zone_from))
    else:
        _show(done, dry_run=dry_run, zone=zone)
    against = _refusal(done, words, dry_run=dry_run)
    if against is not None:
        raise against
    if shown == "text":
        console.print_text(_sentence(done, dry_run=dry_run))
        for case in done.opened:
            console.print_text(
                f"{'Would open' if dry_run else 'Opened'} {case.number} for {case.client}: {case.subject}"
            )


def _named(done: "ImportResult", row: "Row | CaseRow") -> str:
    return f"{done.files[row.file].name}:{row.line}"


def _show(done: "ImportResult", *, dry_run: bool, zone: Zone) -> None:
    if done.questions:
        return  # what would come of it depends on the answers
    blocked = _in_lines(done.all_of_state("blocked"))
    if dry_run:
        _show_rows(done, zone)
        _show_blocked(blocked)
    else:
        for row in blocked[:MOST_ROWS]:
            console.note(f"{_named(done, row)}: {row.key}: {row.reason}")
        if len(blocked) > MOST_ROWS:
            console.note(f"And {len(blocked) - MOST_ROWS} more: --format json lists all.")
    for row in done.rows:
        if row.state in {"new", "changed"} and row.unit.remark:
            console.note(f"{_named(done, row)}: {row.unit.remark}")
        elif row.state == "left-out":
            console.note(f"{_named(done, row)}: {row.reason}")
    for text in done.notes:
        console.note(text)
    for number, said, found in done.checks:
        console.note(
            f"{number}: the file's total is {show_duration(said)}, but its entries are {show_duration(found)}."
        )
    for row in done.all_of_state("changed", "conflict"):
        changes = "; ".join(
            f"{c.key} {_shown(c.key, c.before)} -> {_shown(c.key, c.after)}" for c in row.changes
        )
        invoiced = getattr(row, "invoiced", None)
        held = f" (on {invoiced})" if invoiced else ""
        console.note(f"{_named(done, row)}: {row.state}: {changes}{held}")
    for row in done.of_state("gone"):
        console.note(f"U{row.ref} on {row.name} is gone from the file.")
    moved = sum(row.is_placed for row in done.of_state("new", "changed"))
    if moved:
        console.note(f"{_count(moved, 'entry', 'entries')} moved to a free place of the same day.")
    for case, sentence, count in done.told:
        console.note(f"{case}, {_count(count, 'row')}: {sentence}")
    adjusted = [row for row in done.rows if row.invoiced and row.is_applied]
    if adjusted:
        numbers = ", ".join(sorted({row.invoiced for row in adjusted if row.invoiced}))
        console.note(
            f"{_count(len(adjusted), 'change')} to work on {numbers}: the next invoice adjusts it; "
            "issued documents stay as they are."
        )
    _show_totals(done)


def _show_rows(done: "ImportResult", zone: Zone) -> None:
    rows = done.of_state("new")
    if rows:
        headers = ("Line", "Case", "Agent", "From", "To", "Time", "Note")
        cells = [_cells(row, zone) for row in rows[:MOST_ROWS]]
        console.print_text(console.table(cells, headers, right=("Line", "Time")))
        if len(rows) > MOST_ROWS:
            console.print_text(f"And {len(rows) - MOST_ROWS} more: --format json lists all.")
        console.print_text("")


def _show_blocked(blocked: Sequence["Row | CaseRow"]) -> None:
    if blocked:
        console.print_text("These rows cannot be imported:")
        found = [(str(bad.line), f"{bad.key}: {bad.reason}") for bad in blocked[:MOST_ROWS]]
        console.print_text(console.table(found, ("Line", "Why"), right=("Line",), wrap="Why"))
        if len(blocked) > MOST_ROWS:
            console.print_text(f"And {len(blocked) - MOST_ROWS} more: --format json lists all.")
        console.print_text("")


def _show_totals(done: "ImportResult") -> None:
    """Show the states by kind, and the totals, where there is anything but new work."""
    summary = _summary(done)
    rows = [
        (kind, *(str(summary[kind][state]) for state in STATES))
        for kind in KINDS
        if any(summary[kind].values())
    ]
    if not rows or not any(summary[kind][state] for kind in KINDS for state in STATES[1:]):
        return
    console.print_text(console.table(rows, ("Kind", *STATES), right=STATES))
    totals = _totals(done)
    for name, key in (("Client", "by_client"), ("Agent", "by_agent"), ("Month", "by_month")):
        cells = [(one["key"], str(one["units"]), show_duration(one["seconds"])) for one in totals[key]]
        if cells:
            console.print_text("")
            console.print_text(console.table(cells, (name, "Units", "Time"), right=("Units", "Time")))
    console.print_text("")


def _cells(row: "Row", zone: Zone) -> Sequence[str]:
    start, end = zone.local(row.start), zone.local(row.end)
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return (
        str(row.line),
        row.name,
        row.agent,
        f"{start:%Y-%m-%d %H:%M}",
        until,
        show_duration(row.seconds),
        row.unit.note or row.unit.task or row.unit.project,
    )


def _shown(key: str, value: Any) -> str:
    return show_duration(value) if key == "seconds" and value is not None else f"{value}"


def _refusal(done: "ImportResult", words: "Words", *, dry_run: bool) -> SuptimeError | None:
    """Return why nothing is written, by the least exit code that applies, or None."""
    nothing = f"so nothing {'would be' if dry_run else 'was'} imported."
    file = done.files[0].name if len(done.files) == 1 else "The files"
    if done.questions:
        from suptime.app.exchange.foreign.importing import OPTIONS

        what = "; ".join(
            f"{_ASKED[name].format(sample=asked.sample)} ({_count(asked.rows, 'row')})"
            for name, asked in done.questions.items()
        )
        hints = "; ".join(" or ".join(OPTIONS[name]) for name in done.questions)
        return WrongUsage(f"{file}: {what}, {nothing}", hint=f"Use {hints}.")
    kinds: dict[int, type[SuptimeError]] = {
        int(kind.exit_code): kind for kind in (WrongUsage, NotPossible, Refused)
    }
    blocked = [] if words.skip_bad else done.all_of_state("blocked")
    codes = [row.code for row in blocked]
    if (codes and min(codes) == WrongUsage.exit_code) or (codes and not done.is_unknown):
        rows = len({(row.file, row.line) for row in blocked})
        said = f"{file}: {_count(rows, 'row')} cannot be imported, {nothing}"
        hint = "Correct the file or the options, or leave the rows out with --skip-bad."
        pending = _pending(done, words, nothing)
        if pending is not None and min(codes) > NotPossible.exit_code:
            return pending
        return kinds[min(codes)](said, hint=hint)
    if done.is_unknown:
        kinds_of = (
            ("clients", [name or domain for name, domain in done.unknown_clients]),
            ("agents", [*done.unknown_agents]),
            ("priorities", [*done.unknown_priorities]),
        )
        listed = "; ".join(
            f"{kind}: {', '.join(console.quoted(name) for name in names)}"
            for kind, names in kinds_of
            if names
        )
        return NotPossible(
            f"Unknown {listed}, {nothing}",
            hint="Add them to clients.toml (--write-clients FILE drafts it), or use --map-client or --agent-map.",
        )
    return _pending(done, words, nothing)


def _pending(done: "ImportResult", words: "Words", nothing: str) -> SuptimeError | None:
    changed, gone = len(done.all_of_state("changed")), len(done.all_of_state("gone"))
    if (changed or gone) and not (words.update or words.keep):
        said = [f"{_count(changed, 'record')} changed"] if changed else []
        said += [f"{_count(gone, 'record')} gone"] if gone else []
        return NotPossible(
            f"{' and '.join(said)} in the file since the last import, {nothing}",
            hint="Apply this with --update, or keep the recorded work with --keep.",
        )
    conflicts = len(done.all_of_state("conflict"))
    if conflicts and not words.prefer:
        return NotPossible(
            f"{_count(conflicts, 'record')} changed both in the file and in suptime, {nothing}",
            hint="Use --prefer file or --prefer store.",
        )
    return None


def _count(count: int, one: str, many: str = "") -> str:
    return f"1 {one}" if count == 1 else f"{count} {many or one + 's'}"


def _sentence(done: "ImportResult", *, dry_run: bool) -> str:
    new = done.of_state("new")
    booked = sum(row.kind == "appointment" and row.state == "new" for row in done.cases)
    if booked:
        said = f"{'Would import' if dry_run else 'Imported'} {_count(booked, 'appointment')}."
    elif not new:
        said = "Would import nothing new." if dry_run else "Imported nothing new."
    else:
        seconds = sum(row.seconds for row in new)
        said = f"{_count(len(new), 'work unit')}, {show_duration(seconds)} of work"
        ids = sorted(row.ref for row in new if row.ref is not None)
        named = f": U{ids[0]} to U{ids[-1]}" if len(ids) > 1 else "".join(f": U{key}" for key in ids)
        said = f"Would import {said}." if dry_run else f"Imported {said}{named}."
    for state, does in (("changed", "Updated"), ("gone", "Deleted")):
        applied = sum(row.is_applied for row in done.of_state(state))
        if applied:
            said += f" {does} {_count(applied, 'work unit')}."
    others = sum(row.is_applied for row in done.cases if row.state in {"changed", "gone", "conflict"})
    if others:
        said += f" Changed {_count(others, 'case or appointment', 'cases or appointments')}."
    same = len(done.of_state("same")) + sum(
        row.kind == "appointment" for row in done.cases if row.state == "same"
    )
    if same:
        said += f" {_count(same, 'row')} already imported."
    blocked = done.all_of_state("blocked")
    if blocked:
        rows = len({(row.file, row.line) for row in blocked})
        said += f" Left out {_count(rows, 'row')} that cannot be imported."
    return said


def _in_lines(rows: Iterable["Row | CaseRow"]) -> list["Row | CaseRow"]:
    return sorted(rows, key=lambda row: (row.file, row.line, row.key, row.reason))


def _summary(done: "ImportResult") -> dict[str, dict[str, int]]:
    counts = Counter(("unit", str(row.state)) for row in done.rows if row.line or row.state == "gone")
    counts.update((row.kind, str(row.state)) for row in done.cases)
    return {kind: {state: counts[kind, state] for state in STATES} for kind in KINDS}


def _pieces(row: "Row") -> int:
    return 2 if row.rest else 1


def _totals(done: "ImportResult") -> dict[str, Any]:
    counted = [row for row in done.rows if row.state in COUNTED and row.month and row.end > row.start]

    def by(key: str) -> list[dict[str, Any]]:
        units: Counter[str] = Counter()
        seconds: Counter[str] = Counter()
        for row in counted:
            value = getattr(row, key)
            units[value] += _pieces(row)
            seconds[value] += row.seconds
        return [{"key": name, "units": units[name], "seconds": seconds[name]} for name in sorted(units)]

    return {
        "units": sum(map(_pieces, counted)),
        "seconds": sum(row.seconds for row in counted),
        "by_client": by("client"),
        "by_agent": by("agent"),
        "by_month": by("month"),
        "left_out_seconds": sum(max(0, row.unit.seconds) for row in done.of_state("left-out", "blocked")),
        "file": None,
        "checks": [
            {"case": number, "file_seconds": said, "seconds": found} for number, said, found in done.checks
        ],
    }


def _read_as(done: "ImportResult", zone: Zone, zone_from: str) -> dict[str, Any]:
    readings = [one.reading for one in done.files]
    units = [row for row in done.rows if row.end > row.start and row.state in COUNTED]
    longest = max(units, key=lambda row: (row.seconds, -row.line), default=None)
    orders = [reading for reading in readings if reading.day_order != "iso"] or readings
    days = sorted(zone.day(row.start) for row in units)
    return {
        "timezone": zone.name,
        "timezone_from": zone_from,
        "day_order": orders[0].day_order if orders else "iso",
        "day_order_from": orders[0].day_order_from if orders else "file",
        "length_unit": next((one.length_unit for one in readings if one.length_unit), None),
        "from": str(days[0]) if days else None,
        "to": str(days[-1]) if days else None,
        "longest_seconds": longest.seconds if longest else None,
        "longest_line": longest.line if longest else None,
    }


def _record(done: "ImportResult", row: "Row") -> dict[str, Any]:
    return {
        "kind": "unit",
        "state": str(row.state),
        "source": done.source.name,
        "id": row.unit.id or None,
        "ref": None if row.ref is None else f"U{row.ref}",
        "file": done.files[row.unit.file].name,
        "line": row.line or None,
        "client": row.client or None,
        "case": row.name or None,
        "agent": row.agent or None,
        "seconds": row.seconds if row.end > row.start else row.unit.seconds,
        "marks": list(row.unit.marks),
        "reason": row.reason or None,
        "changes": [{"key": one.key, "from": one.before, "to": one.after} for one in row.changes],
        "applied": row.is_applied,
        "invoiced": row.invoiced,
    }


def _case_record(done: "ImportResult", row: "CaseRow") -> dict[str, Any]:
    is_known = row.is_applied or row.state in {"same", "changed"}
    return {
        "kind": row.kind,
        "state": str(row.state),
        "source": done.case_source,
        "id": row.source_id,
        "ref": (row.ref or row.number) if is_known else None,
        "file": done.files[row.file].name,
        "line": row.line or None,
        "client": row.client or None,
        "case": row.number or None,
        "agent": None,
        "seconds": None,
        "marks": [],
        "reason": row.reason or None,
        "changes": [{"key": one.key, "from": one.before, "to": one.after} for one in row.changes],
        "applied": row.is_applied,
        "invoiced": None,
    }


def _document(done: "ImportResult", *, dry_run: bool, zone: Zone, zone_from: str) -> Mapping[str, Any]:
    from suptime.app.exchange.foreign.importing import OPTIONS

    placed = (row for row in done.of_state("new") if row.case is not None)
    new = sorted(placed, key=lambda row: (row.start, row.end, row.line))
    worked: Seconds = sum(row.seconds for row in new)
    unknown = sorted(done.unknown_clients.items())
    return {
        "import": {
            "format": done.form,
            "written": done.written,
            "dry_run": dry_run,
            "added": {"unit": len(new), "case": len(done.opened)},
            "equal": len(done.of_state("same")),
            "worked_seconds": worked,
            "sha256": done.digest,
            "faults": [
                {"line": row.line, "key": row.key, "expected": row.reason}
                for row in _in_lines(done.all_of_state("blocked"))
            ],
            "running": [{"line": row.line} for row in done.rows if "running" in row.unit.marks],
            "remarks": [{"line": row.line, "remark": row.unit.remark} for row in new if row.unit.remark],
            "opened": [
                {"case": case.number, "client": case.client, "subject": case.subject} for case in done.opened
            ],
            "not_billed": [
                {"case": case, "rows": count, "reason": sentence} for case, sentence, count in done.told
            ],
            "units": [
                {
                    "line": row.line,
                    "id": None if row.ref is None else f"U{row.ref}",
                    "case": row.name,
                    "agent": row.agent,
                    "channel": row.channel,
                    "started_at": rfc3339(row.start),
                    "ended_at": rfc3339(row.end),
                    "seconds": row.seconds,
                    "note": row.unit.note,
                    "billable": row.unit.billable,
                }
                for row in new
            ],
            "files": [
                {
                    "file": one.name,
                    "shape": one.shape,
                    "rows": one.rows,
                    "sha256": one.digest,
                    "encoding": one.encoding,
                }
                for one in done.files
            ],
            "read_as": _read_as(done, zone, zone_from),
            "summary": _summary(done),
            "records": [
                *(_case_record(done, row) for row in done.cases),
                *(_record(done, row) for row in done.rows),
            ],
            "notes": done.notes,
            "totals": _totals(done),
            "questions": [
                {"question": name, "rows": asked.rows, "sample": asked.sample, "options": list(OPTIONS[name])}
                for name, asked in done.questions.items()
            ],
            "unknown": {
                "clients": [
                    {"name": name, "domain": domain or None, "rows": rows, "seconds": seconds}
                    for (name, domain), (rows, seconds) in unknown
                ],
                "agents": [
                    {"name": name, "rows": rows} for name, rows in sorted(done.unknown_agents.items())
                ],
                "priorities": [
                    {"value": value, "rows": rows} for value, rows in sorted(done.unknown_priorities.items())
                ],
            },
        }
    }
