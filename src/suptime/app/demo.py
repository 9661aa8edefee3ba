"""`suptime demo`: a year of sample work in a fresh database, with its invoices and reports as files."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suptime import resources
from suptime.app.demo_papers import MONTHS, Papers, in_short
from suptime.app.documents import write_files
from suptime.app.exchange import Imported, import_suptime
from suptime.domain.timespan import Instant, from_rfc3339
from suptime.errors import NotPossible, WrongUsage
from suptime.invoicing.letterhead import Letterhead
from suptime.store import Store, open_store

CLOCK = "2026-11-02T15:00:00Z"
"""The demo's clock stands here: the year of the sample data is over, and its last month can be billed."""

SHOWN = "lakeshore"
"""The client whose invoice and comparison are shown on the screen."""

SELLER: Mapping[str, str] = {
    "name": "Northgate Support",
    "address": "4 Mill Lane\nBristol BS1 4ST",
    "email": "billing@northgate.example",
    "country": "GB",
    "footer": "Thank you for your business.",
}
HEAD = Letterhead(SELLER)
DATABASE, SETTINGS, OWN = "suptime.db", "config.toml", ".suptime-demo"
"""`OWN` lists what the demo wrote, and so may write over or take away."""

_BESIDE = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", SETTINGS)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made: where, how many files, and the documents to show."""

    folder: Path
    added: Mapping[str, int]
    files: int
    invoice: Mapping[str, Any]
    hours: Mapping[str, Any]
    compared: Mapping[str, Any]
    case: str


def run(folder: Path, now: Instant) -> Demo:
    """Make the demo in FOLDER, which is new or empty, or holds an earlier demo, whose files are replaced.

    Raises:
        NotPossible: FOLDER holds something else, or something stands where a file would go.
        WrongUsage: it cannot be written to, or NOW is before the sample data ends.
    """
    if now < from_rfc3339("2026-11-01T00:00:00Z"):
        raise WrongUsage(
            "The sample data runs until 31 October 2026, and SUPTIME_NOW is before its end.",
            hint=f"Unset SUPTIME_NOW, or set it to {CLOCK}.",
        )
    try:
        _clear(folder)
        _refuse_others(folder, _BESIDE[:-1])
        write_files(folder, [(OWN, _list(_BESIDE))])
        with open_store(str(folder / DATABASE)) as store:
            imported = _import(store, now)
            papers = Papers(store, HEAD, now)
            files = dict(_files(papers))
            _refuse_others(folder, files)
            write_files(folder, [(OWN, _list([*_BESIDE, *files]))])
            for name, content in files.items():
                write_files((folder / name).parent, [(Path(name).name, content)])
            return Demo(
                folder,
                imported.added,
                len(files),
                papers.invoices(MONTHS[-1], SHOWN),
                in_short(papers.hours),
                papers.compared(SHOWN),
                _case(store),
            )
    except OSError as error:
        raise WrongUsage(
            f"{error.filename or folder}: {error.strerror}.",
            hint="Name a folder that can be written to: --out DIR",
        ) from error


def _clear(folder: Path) -> None:
    """Take away what an earlier demo wrote into FOLDER, and nothing else."""
    if folder.exists() and not folder.is_dir():
        raise NotPossible(f"{folder} is not a folder.", hint="Name another one: --out DIR")
    own = folder / OWN
    if not own.is_file():
        if folder.is_dir() and any(folder.iterdir()):
            raise NotPossible(
                f"The folder {folder} has something else in it.", hint="Name a new or an empty one: --out DIR"
            )
        return
    inside = folder.resolve()
    for name in own.read_text("utf-8", errors="replace").splitlines():
        path = folder / name
        # The list may have been changed by hand: nothing outside the folder is touched.
        if path.parent.resolve().is_relative_to(inside) and (path.is_file() or path.is_symlink()):
            path.unlink()


def _refuse_others(folder: Path, files: Iterable[str]) -> None:
    for name in files:
        if name != SETTINGS and os.path.lexists(folder / name):
            raise NotPossible(
                f"{folder / name} stands where the demo would write, and is not its own.",
                hint="Move it away, or name another folder: --out DIR",
            )


def _list(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _import(store: Store, now: Instant) -> Imported:
    with (resources.folder("sample_data") / "work.jsonl").open("rb") as stream:
        imported = import_suptime(store, stream, now=now, agent="demo")
    if imported.faults:
        raise WrongUsage(
            f"The sample data cannot be read: {imported.faults[0]}", hint="Install suptime again."
        )
    return imported


def _files(papers: Papers) -> Iterator[tuple[str, bytes]]:
    """Every file of the demo, but for its database: its name below the folder, and its content."""
    yield SETTINGS, _settings()
    yield from papers.files()


def _settings() -> bytes:
    """The seller's name and address, as a settings file for what is tried next."""
    lines = [f'{key} = "{value}"'.replace("\n", "\\n") for key, value in SELLER.items()]
    head = "# The settings of the demo: SUPTIME_CONFIG names this file.\n[seller]\n"
    return (head + "\n".join(lines) + "\n").encode()


def _case(store: Store) -> str:
    """A case worth explaining: one that was reopened."""
    with store.reading() as tx:
        return next(case.number for case in tx.each_case() if any(e.kind == "reopen" for e in case.events))
