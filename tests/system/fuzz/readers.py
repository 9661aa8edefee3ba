"""Every reader of what people, programs and strangers write, by its name: good inputs, and how it is called.

A reader gives `READ` where it took something, `REFUSED` where it said in words what is wrong. It
raises nothing but the errors that its documentation names; those are caught here, and nothing else is.
"""

import dataclasses
import io
import json
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import into_store

from suptime.app import contracts
from suptime.app.upkeep import settings as config
from suptime.cli import moments as when
from suptime.contracts.file import read_contract, sentences
from suptime.domain.money import LARGEST, UNITS, parse_amount, parse_quantity
from suptime.domain.reading import Fault
from suptime.domain.time import Zone, parse_duration
from suptime.errors import ExitCode, SuptimeError
from suptime.interchange.foreign import FORMATS
from suptime.interchange.foreign.record import (
    ForeignCase,
    ForeignUnit,
    NotSuch,
    Reading,
    ReadOptions,
    decoded,
)
from suptime.interchange.mail.message import read_mail, without_answer_marks
from suptime.interchange.records import format as suptime_format
from suptime.interchange.records.receivables import OldPayment
from suptime.language import catalogue
from suptime.settings.settings import load

READ, REFUSED = into_store.READ, into_store.REFUSED
TESTS = Path(__file__).parents[2]
ROOT = TESTS.parent
CHICAGO = Zone("America/Chicago")
COLUMNS = {
    b"Begin": {"start": "Begin", "end": "Finish", "case": "Ticket", "note": "Text"},
    b"Hours worked": {"date": "Day", "duration": "Hours worked", "case": "Ticket", "agent": "Who"},
}
"""What is said of the columns of a CSV file that has this in its head."""
NOW = 1_791_212_400
"""5 October 2026, ten in the morning in Chicago."""


class Reader(NamedTuple):
    """A reader: good inputs that are changed, and what it makes of one."""

    seeds: tuple[bytes, ...]
    read: Callable[[bytes], str]


def keepable(value: Any) -> None:
    """Every text in VALUE can be kept by a store: no NUL and no half letter in it. Documents are kept as JSON."""
    if isinstance(value, str):
        assert "\0" not in value, value
        value.encode()
    elif isinstance(value, Mapping):
        assert "\0" not in json.dumps(value, default=repr)
    elif isinstance(value, list | tuple | frozenset | set):
        for inner in value:
            keepable(inner)
    elif dataclasses.is_dataclass(value) and not isinstance(value, Fault):
        for field in dataclasses.fields(value):
            keepable(getattr(value, field.name))


def told(error: SuptimeError) -> str:
    """ERROR is one for a person: not a fault of suptime's own, and it fits a few lines."""
    assert error.exit_code != ExitCode.OWN_FAULT, error
    assert len(str(error)) < 3000, str(error)[:200]
    return REFUSED


def well(found: Fault) -> None:
    """FOUND says where, and what, in a line that is no page."""
    assert found.line >= 1
    assert len(str(found)) < 1500, str(found)[:200]


def contract(raw: bytes) -> str:
    path = scratch() / "contract.toml"
    path.write_bytes(raw)
    try:
        found = contracts.read(str(path))
    except SuptimeError as error:
        return told(error)
    if isinstance(found, tuple):
        for fault in found:
            well(fault)
        return REFUSED
    keepable(found.title)
    keepable(sentences(found))
    assert read_contract(found.text) == found
    return READ


def json_lines(raw: bytes) -> str:
    bad = False
    for number, found in suptime_format.read(io.BytesIO(raw)):
        assert number >= 1
        if isinstance(found, list):
            bad = True
            assert found
            for fault in found:
                well(fault)
        else:
            keepable(found)
            if not isinstance(found, OldPayment):  # read from older files, and never written
                suptime_format.write(found)
    return REFUSED if bad else READ


def asked_of(form: str, raw: bytes) -> ReadOptions:
    """What a person might say about RAW, a file of FORM."""
    zone = None if raw[-1:] == b"Z" else CHICAGO
    columns = next((said for mark, said in COLUMNS.items() if form == "csv" and mark in raw[:200]), {})
    return ReadOptions(
        zone,
        columns=columns,
        day_order="" if len(raw) % 5 else "dmy",
        unit="minutes" if form == "zammad" else "",
        time_field="5",
    )


def _all_of(form: str, raw: bytes, reading: Reading) -> Iterator[ForeignUnit | ForeignCase | Fault]:
    """What a file holds by itself, and what can only be read of all files together."""
    yield from FORMATS[form].read(decoded(raw)[0], reading)
    finish = FORMATS[form].finish
    if finish is not None:
        yield from finish(reading.gathered)


def log(form: str) -> Callable[[bytes], str]:
    def read(raw: bytes) -> str:
        bad = False
        try:
            reading = Reading(asked_of(form, raw))
            for found in _all_of(form, raw, reading):
                if isinstance(found, Fault):
                    bad = True
                    well(found)
                else:
                    keepable(found)
                    ends = (found.start, found.end) if isinstance(found, ForeignUnit) else ()
                    assert all(at is None or 0 <= at < 1 << 33 for at in ends)
        except NotSuch:
            return REFUSED
        return REFUSED if bad else READ

    return read


def mail(raw: bytes) -> str:
    try:
        found = read_mail(raw)
    except SuptimeError as error:
        return told(error)
    keepable(found)
    for line in (found.subject, found.sender or "", found.sender_name, found.message_id, *found.attachments):
        assert line == "" or line.splitlines() == [line], line
    without_answer_marks(found.subject)
    return READ


def moment(raw: bytes) -> str:
    text = raw.decode("utf-8", "surrogateescape")
    outcome = REFUSED
    for read in (
        lambda: when.read_time(text, CHICAGO, NOW),
        lambda: when.read_day(text, CHICAGO, NOW),
        lambda: when.requested_month(text, CHICAGO, NOW),
    ):
        try:
            found = read()
        except SuptimeError as error:
            told(error)
            continue
        outcome = READ
        if isinstance(found, int):
            assert 0 <= found < 1 << 33
        elif isinstance(found, date):
            assert 1970 <= found.year <= 2200
        else:
            assert 1970 <= found.first.year <= 2200
    return outcome


def duration(raw: bytes) -> str:
    text = raw.decode("utf-8", "surrogateescape")
    outcome = REFUSED
    try:
        assert when.read_duration(text) > 0
        outcome = READ
    except SuptimeError as error:
        told(error)
    for read in (
        parse_duration,
        *(lambda text, unit=unit: parse_quantity(text, unit, "KWD") for unit in UNITS),
    ):
        try:
            assert read(text) >= 0
            outcome = READ
        except ValueError:
            continue
    try:
        found = parse_amount(text)
    except ValueError:
        return outcome
    assert isinstance(found, Decimal)
    assert 0 <= found < LARGEST
    return READ


def settings(raw: bytes) -> str:
    path = scratch() / "config.toml"
    path.write_bytes(raw)
    try:
        wrong = config.check(str(path), {})
    except SuptimeError as error:
        told(error)
        wrong = None
    for one in wrong or ():
        assert len(one.what) < 1500, one.what[:200]
    try:
        found = load({}, path)
        for _ in config.list_all(found):
            pass
    except SuptimeError as error:
        return told(error)
    return READ


def translations(raw: bytes) -> str:
    path = scratch() / "languages" / "de.po"
    path.write_bytes(raw)
    catalogue.catalogue.cache_clear()
    try:
        found = catalogue.catalogue("de", path.parent.parent)
    except SuptimeError as error:
        return told(error)
    for text in ("Total", "Payable by {day}.", "{number} case"):
        found.text(text).encode()
    found.counted("{number} case", "{number} cases", 7)
    return READ


@cache
def scratch() -> Path:
    """A folder of this process's own; what lies in it is written again and again."""
    made = Path(tempfile.mkdtemp(prefix="suptime-fuzz-"))
    (made / "languages").mkdir()
    return made


def _files(*patterns: str) -> tuple[bytes, ...]:
    found = tuple(path.read_bytes() for pattern in patterns for path in sorted(ROOT.glob(pattern)))
    assert found, patterns
    return found


def into(what: str, take: Callable[[Path], into_store.Take]) -> Callable[[bytes], str]:
    """The reader that takes inputs into a store, by what TAKE makes of the folder of WHAT."""

    @cache
    def opened() -> tuple[into_store.Target, into_store.Take]:
        folder = scratch() / what
        folder.mkdir()
        return into_store.Target(folder), take(folder)

    def read(raw: bytes) -> str:
        target, taking = opened()
        return target.take(raw, taking)

    return read


def _taking(form: str) -> into_store.Take:
    return into_store.log(form, lambda raw: asked_of(form, raw))


def _contracts() -> tuple[bytes, ...]:
    return _files("sample_data/contracts/*.toml", "tests/scenarios/contracts/*.toml")


def _mails() -> tuple[bytes, ...]:
    return _files("tests/interchange/mail/messages/*.eml")


def _logs(form: str) -> tuple[bytes, ...]:
    tables = tomllib.loads((TESTS / "interchange" / "foreign" / f"{form}.toml").read_text("utf-8"))["log"]
    good = [one["file"].encode() for one in tables if not one.get("code") and not one.get("faults")]
    more = [path.read_bytes() for path in sorted((TESTS / "system" / "fuzz" / "seeds").glob(f"{form}*.log"))]
    return (*good, *more)


def _lines(text: str) -> tuple[bytes, ...]:
    return tuple(line.strip().encode() for line in text.strip().splitlines())


def _firm(name: str) -> tuple[bytes, ...]:
    whole = (TESTS / "system" / "fuzz" / "seeds" / f"{name}.jsonl").read_bytes()
    return (whole, *whole.splitlines(keepends=True))


def _catalogues() -> tuple[bytes, ...]:
    """The head of the shipped catalogue with some of its texts at a time: the whole takes long to read."""
    whole = (ROOT / "templates" / "languages" / "de.po").read_text("utf-8")
    head, *texts = whole.split("\n\n")
    return tuple("\n\n".join((head, *texts[at : at + 12], "")).encode() for at in range(0, len(texts), 40))


TIMES = """
    09:30
    2026-10-05 09:30
    2026-10-05T09:30:00-05:00
    2026-10-05T14:30:00Z
    2026-10-05T14:30:00.000+05:45
    yesterday 17:00
    friday 9:05:07
    -15m
    -1h30m
    now
    today
    yesterday
    2026-10-05
    2026-10
    last
"""
LENGTHS = """
    90m
    1h30m
    1.5h
    1:30
    1:30:15
    PT1H30M
    45s
    1h 30min 5s
    10h
    1000.50
    5
    0.125
"""

READERS: Mapping[str, Reader] = {
    "contract file": Reader(_contracts(), contract),
    "JSON Lines": Reader(_firm("firm"), json_lines),
    **{form: Reader(_logs(form), log(form)) for form in FORMATS},
    "e-mail": Reader(_mails(), mail),
    "times and days": Reader(_lines(TIMES), moment),
    "durations and amounts": Reader(_lines(LENGTHS), duration),
    "config.toml": Reader(_files("tests/system/fuzz/seeds/*.toml"), settings),
    "catalogue": Reader(_catalogues(), translations),
    # And the whole way of those that end in a store.
    "contract file, into a store": Reader(
        _contracts(), into("contract", lambda folder: into_store.contract(folder / "contract.toml"))
    ),
    "JSON Lines, into a store": Reader(_firm("store"), into("JSON Lines", lambda _: into_store.json_lines)),
    **{
        f"{form}, into a store": Reader(_logs(form), into(form, lambda _, form=form: _taking(form)))
        for form in FORMATS
    },
    "e-mail, into a store": Reader(
        _mails(), into("e-mail", lambda folder: into_store.mail(folder / "outbox"))
    ),
}
