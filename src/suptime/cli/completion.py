"""`suptime completion`: the shell script for completion, and the proposals that it asks for."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

from suptime.cli import console
from suptime.errors import WrongUsage
from suptime.store.database.completion import Reader

if TYPE_CHECKING:
    from datetime import date

    import typer

ASKED = "_SUPTIME_COMPLETE"

"""Variable that the completion scripts set: suptime prints proposals and runs nothing."""

FILES, FOLDERS = ":files", ":folders"

"""The only answer if the shell completes files itself."""

Word = tuple[str, str]

"""Possible word, and its description."""


class Item(NamedTuple):
    """A line of `words.tsv` without its command: `name` is a word, an option, or empty for an argument.

    `values` is None for an option without a value; `many` is for an option that can be repeated.
    """

    name: str
    values: str | None
    many: bool
    help: str


def answer(words: Sequence[str]) -> None:
    """Print proposals for the last of `words` after `suptime`, one per line: word, tab, description."""
    try:
        found = [*proposed(words)]
    except Exception:  # noqa: BLE001 - an error must not disturb the line that is being typed
        found = []
    for word, told in found:
        if _fits_a_line(word):
            console.print_text(f"{word}\t{console.plain(told)}".rstrip("\t"))


def _fits_a_line(word: str) -> bool:
    """Return whether `word` reaches the shell unchanged: on one line, in the encoding of the terminal."""
    try:
        word.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return word == console.plain(word)


def proposed(words: Sequence[str]) -> Iterator[Word]:
    """Yield the possible words in the place of the last of `words`."""
    *before, current = words or [""]
    lines = _lines()
    command, items = "", _items(lines, "")
    used: set[str] = set()
    place, waiting, closed = 0, None, False
    for word in before:
        if waiting is not None:
            waiting = None
        elif word == "--" and not closed:
            closed = True
        elif word.startswith("-") and not closed:
            name, equals, _ = word.partition("=")
            used.add(name)
            option = next((item for item in items if item.name == name and name), None)
            waiting = option if option and option.values is not None and not equals else None
        elif place == 0 and (inner := _items(lines, f"{command} {word}".strip())):
            command, items = f"{command} {word}".strip(), inner
        else:
            place += 1
    if waiting is not None:
        yield from _values(waiting.values or "", current, before)
    elif current.startswith("-") and not closed:
        name, equals, typed = current.partition("=")
        if equals:
            option = next((item for item in items if item.name == name), None)
            for value, told in _values(option.values or "" if option else "", typed, before):
                yield (value if value in (FILES, FOLDERS) else f"{name}={value}"), told
        else:
            yield from _beginning(
                current,
                ((i.name, i.help) for i in items if i.name[:1] == "-" and (i.many or i.name not in used)),
            )
    else:
        if place == 0:
            yield from _beginning(
                current, ((i.name, i.help) for i in items if i.name and i.name[0] != "-" and i.values is None)
            )
        arguments = [item for item in items if not item.name]
        last = arguments[-1] if arguments and arguments[-1].many else None
        if argument := (arguments[place] if place < len(arguments) else last):
            yield from _values(argument.values or "", current, before)


def _lines() -> list[str]:
    with open(os.path.join(os.path.dirname(__file__), "words.tsv"), encoding="utf-8") as file:  # noqa: PTH118, PTH120, PTH123 -- pathlib takes longer to load
        return file.read().splitlines()


def _items(lines: Iterable[str], command: str) -> list[Item]:
    """Return the items of `words.tsv` that can follow a command."""
    found = []
    start = f"{command}\t"
    for line in lines:
        if line.startswith(start):
            item, _, told = line[len(start) :].partition("\t")
            name, equals, values = item.partition("=")
            many = name.endswith("*") or values.startswith("*")
            found.append(
                Item(name.removesuffix("*"), values.removeprefix("*") if equals else None, many, told)
            )
    return found


def _beginning(typed: str, words: Iterable[Word]) -> Iterator[Word]:
    folded = typed.casefold()
    return (word for word in words if word[0].casefold().startswith(folded))


def _values(kind: str, typed: str, before: Sequence[str]) -> Iterator[Word]:
    """Yield the values of a kind that begin with `typed`, after the words `before` it."""
    if kind in ("%file", "%folder"):
        yield (FILES if kind == "%file" else FOLDERS), ""
    elif kind == "%month":
        yield from _beginning(typed, _months())
    elif kind == "%week":
        yield from _beginning(typed, _weeks())
    elif kind == "%zone":
        from suptime.domain.values import zones

        yield from _beginning(typed, ((name, "") for name in sorted(zones())))
    elif kind in LISTED:
        yield from _beginning(typed, _listed(kind[1:], before))
    elif kind.startswith("%"):
        yield from _beginning(typed, _live(kind[1:], typed))
    elif kind:
        yield from _beginning(typed, ((value, "") for value in kind.split("|")))


PERIODS = 60
"""Most months or weeks that are searched for work."""


def _months() -> Iterator[Word]:
    """Yield the last months in which work began, the newest first."""
    from suptime.domain.time import Month

    month, months = Month.of(console.zone().day(console.now())), []
    for _ in range(PERIODS):
        months.append((str(month), month.first, month.next.first))
        month = month.previous
    yield from _with_work(months)


def _weeks() -> Iterator[Word]:
    """Yield the last weeks in which work began, the newest first."""
    from datetime import timedelta

    today, weeks = console.zone().day(console.now()), []
    monday = today - timedelta(days=today.weekday())
    for _ in range(PERIODS):
        year, week, _day = monday.isocalendar()
        weeks.append((f"{year}-W{week:02}", monday, monday + timedelta(days=7)))
        monday -= timedelta(days=7)
    yield from _with_work(weeks)


def _with_work(periods: "Iterable[tuple[str, date, date]]") -> Iterator[Word]:
    """Yield the names of the `periods` in which work began; each has its first day and the day after it."""
    from suptime.store.database.completion import reading

    zone = console.zone()
    with reading(console.settings().database) as reader:
        for name, first, end in periods if reader else ():
            if reader and reader.ask("work", between=(zone.midnight(first), zone.midnight(end)), most=1):
                yield name, ""


LISTED = ("%category", "%cause")

"""Kinds of names in a contract."""


def _listed(kind: str, before: Sequence[str]) -> Iterator[Word]:
    """Yield the names in the contract of the case or the client in the words `before`."""
    from suptime.app.cases import listed_names
    from suptime.contracts.file import read_contract
    from suptime.store.database.completion import reading

    read = {"category": listed_names.categories, "cause": listed_names.causes}[kind]
    with reading(console.settings().database) as reader:
        texts = [
            text
            for question in ("case_terms", "client_terms")
            for word in before
            for (text,) in (reader.ask(question, word.rpartition("=")[2].casefold()) if reader else ())
        ]
    versions = [version for text in texts if not isinstance(version := read_contract(text), tuple)]
    names = dict.fromkeys(name for version in versions for name in read(version).names)
    yield from ((name, "") for name in names)


def _live(kind: str, typed: str) -> Iterator[Word]:
    """Yield the names of a kind in the store that may begin with `typed`."""
    from suptime.store.database.completion import reading

    with reading(console.settings().database) as reader:
        if reader is not None:
            for name in MIXED.get(kind, (kind,)):
                yield from (word for word in LIVE[name](reader, typed) if word[0] not in (FILES, FOLDERS))


def _cases(*states: str | None) -> "Callable[[Reader, str], Iterator[Word]]":
    def found(reader: Reader, typed: str) -> Iterator[Word]:
        from suptime.store.database.completion import cases

        for row in cases(reader, typed, console.agent()):
            if row.status in states:
                told = f"{row.client}: {row.subject}" if row.subject else row.client
                yield row.number, told if row.status != "resolved" else f"{told} (resolved)"

    return found


def _units(reader: Reader, _typed: str) -> Iterator[Word]:
    from suptime.domain.time import show_day

    zone = console.zone()
    for key, case, started_at, ended_at, note in reader.ask("units", agent=console.agent()):
        start = zone.local(started_at)
        end = "now" if ended_at is None else zone.clock(ended_at)
        yield f"U{key}", f"{case}, {show_day(start.date())} {start:%H:%M} to {end} {note}"


def _appointments(reader: Reader, _typed: str) -> Iterator[Word]:
    from suptime.domain.time import show_day

    zone = console.zone()
    for key, case, agent, starts_at, cancelled_at in reader.ask("appointments"):
        if cancelled_at is None:
            start = zone.local(starts_at)
            yield f"A{key}", f"{case}, {show_day(start.date())} {start:%H:%M}, {agent}"


def _purchases(reader: Reader, _typed: str) -> Iterator[Word]:
    for key, contract, bought_on in reader.ask("purchases"):
        yield f"P{key}", f"{contract}, bought on {bought_on}"


def _changes(reader: Reader, _typed: str) -> Iterator[Word]:
    from suptime.store.repositories.records import name_of

    told: dict[int, list[str]] = {}
    for change, command, entity, key in reader.ask("changes", agent=console.agent()):
        told.setdefault(change, [command]).append(name_of(entity, key))
    for change, (command, *names) in told.items():
        yield str(change), f"{command}: {', '.join(dict.fromkeys(names))}"


def _invoices(reader: Reader, typed: str) -> Iterator[Word]:
    from suptime.store.database.completion import invoices

    for number, client, month, credited in invoices(reader, typed):
        yield number, f"{client}, reverses {credited}" if credited else f"{client} {month or ''}"


def _plain(question: str) -> Callable[[Reader, str], Iterator[Word]]:
    def found(reader: Reader, typed: str) -> Iterator[Word]:
        for name, *told in reader.ask(question, typed.casefold()):
            yield name, " ".join(text for text in told if text)

    return found


LIVE: dict[str, Callable[[Reader, str], Iterator[Word]]] = {
    "case": _cases("open", "resolved", None),
    "open-case": _cases("open", None),
    "resolved-case": _cases("resolved"),
    "client": _plain("clients"),
    "contract": _plain("contracts"),
    "project": _plain("projects"),
    "contact": _plain("contacts"),
    "agent": _plain("agents"),
    "invoice": _invoices,
    "unit": _units,
    "appointment": _appointments,
    "purchase": _purchases,
    "change": _changes,
}

"""Kinds of names in the store."""

MIXED = {"chargeable": ("unit", "case", "appointment")}

"""Kinds of names of which several are possible."""


class Shell(StrEnum):
    """Shells with completion."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def register(app: "typer.Typer") -> None:
    """Add the command of this module to `app`."""
    import typer

    @app.command("completion")
    def completion(
        shell: Annotated[
            Shell | None, typer.Argument(help="Shell [default: from SHELL].", show_default=False)
        ] = None,
    ) -> None:
        """Print the script that completes commands, options, cases and other names in a shell.

        For bash, `eval "$(suptime completion bash)"` in ~/.bashrc; for zsh the same with zsh, in ~/.zshrc after
        compinit; for fish, its output in ~/.config/fish/completions/suptime.fish.
        """
        from pathlib import Path

        name = shell.value if shell else Path(os.environ.get("SHELL", "")).name
        if name not in {*Shell}:
            raise WrongUsage(
                "Which shell?" if not name else f"Completion is not available for {console.quoted(name)}.",
                hint=f"Choose {', '.join(Shell)}.",
            )
        console.write(Path(__file__).with_name(f"completion.{name}").read_text("utf-8"))
