"""`suptime import` and `suptime export`: data from files, and into them."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from suptime.cli import books, console, foreign, work_exports
from suptime.cli.options import ChannelOption, Format, FormatOption, channel_of
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.app.exchange import Imported

FORMATS = ("suptime",)
LOGS = ("timewarrior", "watson", "toggl", "harvest", "clockify", "kimai", "timeclock", "csv")
"""The time logs of other programs."""
MANY = 1000
"""Lines that are written at once."""

PLURALS = {
    "client": "clients",
    "contract": "contract versions",
    "audit": "audit rows",
    "imported": "rows of other logs",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to APP."""
    app.command(name="import")(import_)
    app.command(name="export")(export)


def import_(
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help=f"suptime: JSON Lines, as export writes them; or another program's time log: {', '.join(LOGS)}.",
        ),
    ],
    file: Annotated[str, typer.Argument(help="The file to read; - reads from standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come in.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave bad lines out, and name them.")] = False,
    timezone: foreign.TimezoneOption = None,
    case_pattern: foreign.PatternOption = None,
    mapped: foreign.MapOption = None,
    client: foreign.ClientOption = None,
    open_cases: foreign.OpenOption = False,
    contract: foreign.ContractOption = None,
    agent: foreign.AgentOption = None,
    agents: foreign.AgentsOption = None,
    channel: ChannelOption = None,
    day_start: foreign.DayStartOption = None,
    day_first: foreign.DayFirstOption = False,
    columns: foreign.ColumnsOption = None,
    waive_unbillable: foreign.WaiveOption = False,
    shown: FormatOption = Format.text,
) -> None:
    """Read records from a file. What came in before is passed over.

    Every bad line is named with its number and what is wrong, and nothing is written unless
    all lines are good. The options from --timezone on are for other programs' time logs.
    """
    typed = foreign.Typed(
        timezone,
        case_pattern,
        mapped or [],
        client,
        open_cases,
        contract,
        agent,
        agents or [],
        channel_of(channel),
        day_start,
        day_first,
        columns,
        waive_unbillable,
    )
    if form in LOGS:
        with _opened(file) as stream:
            foreign.take(form, file, stream, typed, dry_run=dry_run, skip_bad=skip_bad, shown=shown)
        return
    _known("import", form)
    typed.refuse_any(form)
    from suptime.app import exchange
    from suptime.app.contracts import in_words

    now, me = console.now(), console.agent()
    with _opened(file) as stream, console.progress() as progress:
        done = exchange.import_suptime(
            console.store(), stream, now=now, agent=me, dry_run=dry_run, skip_bad=skip_bad, progress=progress
        )
    if shown is Format.json:
        console.show_json(_document(done, dry_run=dry_run))
    for line in () if shown is Format.json else in_words(file, done.faults):
        console.say(line)
    if done.faults and not skip_bad:
        faults = "1 fault" if len(done.faults) == 1 else f"{len(done.faults)} faults"
        raise WrongUsage(
            f"{file} has {faults}, so nothing was imported.",
            hint="Correct the file, or leave bad lines out with --skip-bad.",
        )
    if shown is Format.text:
        console.out(_sentence(done, dry_run=dry_run))


def export(
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help=f"suptime: JSON Lines, one record a line; work units: csv, jsonl, timeclock; appointments: ics; what was issued, for bookkeeping: {', '.join(books.FORMATS)}.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="File to write; - is standard output [default: -].")
    ] = None,
    account: books.AccountOption = None,
    prepaid_account: books.PrepaidAccountOption = None,
    tax_codes: books.TaxCodesOption = None,
    since: work_exports.SinceOption = None,
    through: work_exports.ThroughOption = None,
    client: work_exports.ClientOption = None,
    case: work_exports.CaseOption = None,
    agent: work_exports.AgentOption = None,
) -> None:
    """Write all that is stored, so that an import into a fresh database gives it back; or work, or what was issued.

    The formats of work hold the units that touch the days from --from through --to, whole; the
    formats for bookkeeping issued invoices, credit notes and payments.
    """
    out = None if out == Path("-") else out
    if form in work_exports.FORMATS:
        books.refuse(form, account, prepaid_account, tax_codes or [])
        work_exports.write(form, out, since, through, client, case, agent)
        return
    work_exports.refuse(
        form, **{"from": since, "to": through, "client": client, "case": case, "agent": agent}
    )
    if form in books.FORMATS:
        books.write(form, out, account, prepaid_account, tax_codes or [])
        return
    _known("export", form)
    books.refuse(form, account, prepaid_account, tax_codes or [])
    from suptime.app import exchange

    if out is not None:
        with console.progress() as progress:
            count = exchange.export_to(console.store(), out, progress)
        console.out(f"Wrote {count} records to {out}.")
        return
    lines = exchange.export_suptime(console.store())
    while some := "".join(islice(lines, MANY)):
        console.write(some)


def _known(command: str, form: str) -> None:
    if form in FORMATS:
        return
    others = LOGS if command == "import" else (*work_exports.FORMATS, *books.FORMATS)
    raise WrongUsage(
        f"{console.quoted(form)} is not a format of {command}s.",
        hint=f"Use {', '.join((*FORMATS, *others))}.",
    )


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - what goes wrong below is no fault of the opening
    except OSError as error:
        raise WrongUsage(
            f"{file} cannot be read: {error.strerror}.", hint="Name a file that is there."
        ) from error
    with stream:
        yield stream


def _sentence(done: "Imported", *, dry_run: bool) -> str:
    counted = [_counted(kind, count) for kind, count in done.added.items()]
    what = (
        f"{', '.join(counted[:-1])} and {counted[-1]}"
        if len(counted) > 1
        else "".join(counted) or "nothing new"
    )
    said = [f"Would import {what}." if dry_run else f"Imported {what}."]
    if done.equal:
        said.append(f"{done.equal} records were there already.")
    if done.faults:
        bad = len({fault.line for fault in done.faults})
        said.append(f"Left out {'1 bad line' if bad == 1 else f'{bad} bad lines'}, named above.")
    return " ".join(said)


def _counted(kind: str, count: int) -> str:
    return f"{count} {kind}" if count == 1 else f"{count} {PLURALS.get(kind, kind + 's')}"


def _document(done: "Imported", *, dry_run: bool) -> Mapping[str, Any]:
    return {
        "import": {
            "written": done.kept,
            "dry_run": dry_run,
            "added": dict(done.added),
            "equal": done.equal,
            "sha256": done.digest,
            "faults": [{"line": f.line, "key": f.key, "expected": f.expected} for f in done.faults],
        }
    }
