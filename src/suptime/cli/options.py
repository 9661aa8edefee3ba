"""Options that several commands share: each has one name, one help text and one parser.

A command receives values. Its parameters are annotated with the options below, or with a `Group`: a dataclass of
options that belong together, whose checks are part of it. `expand` gives Typer the options of the groups.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date, timedelta
from functools import cached_property
from inspect import Parameter as Declared
from inspect import Signature, signature
from typing import Annotated, Any, ClassVar, NamedTuple, TypeVar, get_type_hints

import typer
from typer._click.core import Context
from typer._click.core import Parameter as ClickParameter
from typer._types import TyperChoice

from suptime.cli import console, moments, parameters
from suptime.cli.parameters import Parameter
from suptime.domain.time import EVER, NEVER, DayIn, Instant, Month, Span, Zone
from suptime.domain.typed_time import TypedTime, is_weekday
from suptime.domain.values import DETAILS, Kind, accept, kinds_of, line
from suptime.domain.work import LAST, RUNNING, UnitName
from suptime.errors import WrongUsage

Command = Callable[..., None]
Reader = Kind[Any] | Callable[[str], Any]
"""Parser of the text of a parameter: a kind of value, or a function that raises `WrongUsage`."""

NOW: Any = "now"
TODAY: Any = "today"
LAST_MONTH: Any = "last"
"""Default instants, days and months; they are read as if they were typed."""


CONTRACT = "contract"
"""Word for the zone of each contract."""

LastDay = Callable[[date | None], date]
"""Last day of a span, by its first one."""


class Choice(TyperChoice[str]):
    """Type of a parameter that takes one of some `words`, or of those that a function returns when needed.

    `refusal` is the error for any other word, with {} for that word; the default is Typer's own error.
    """

    def __init__(
        self,
        words: Iterable[str] | Callable[[], Iterable[str]],
        refusal: str = "",
        *,
        case_sensitive: bool = True,
    ) -> None:
        self._words = words
        self._refusal = refusal
        self.case_sensitive = case_sensitive

    @cached_property
    def choices(self) -> Sequence[str]:  # type: ignore[override]
        """The allowed words."""
        return tuple(self._words() if callable(self._words) else self._words)

    def convert(self, value: Any, param: ClickParameter | None, ctx: Context | None) -> str:
        """Return the typed word.

        Raises:
            WrongUsage: it is not one of the choices.
        """
        if self._refusal and value not in self.choices:
            word = console.quoted(value)[1:-1]
            raise WrongUsage(self._refusal.format(word), hint=f"Choose {', '.join(self.choices)}.")
        return super().convert(value, param, ctx)


def _parser(read: Reader | None) -> Callable[[str], Any] | None:
    """Return the function that reads a text, for Typer."""
    if not isinstance(read, Kind):
        return read

    return lambda text: accept(read, text)


def option(
    flag: str,
    help_text: str,
    metavar: str | None = None,
    read: Reader | None = None,
    **more: Any,
) -> Any:
    """Return an option for Typer; `read` parses the typed text."""
    return typer.Option(flag, help=help_text, metavar=metavar, parser=_parser(read), **more)


def argument(metavar: str, help_text: str, read: Reader | None = None, **more: Any) -> Any:
    """Return an argument for Typer; `read` parses the typed text."""
    return typer.Argument(help=help_text, metavar=metavar, parser=_parser(read), show_default=False, **more)


def choice(flag: str, help_text: str, words: Iterable[str], refusal: str = "", **more: Any) -> Any:
    """Return an option that takes one of some `words`, in any letter case unless there is a `refusal`."""
    kind = Choice(words, refusal, case_sensitive=bool(refusal))
    return typer.Option(flag, help=help_text, click_type=kind, **more)


def declared(parameter: Parameter, read: Reader | None = None) -> Any:
    """Return a `parameter` of the timer's table for Typer."""
    if parameter.choices:
        return typer.Option(parameter.flag, help=parameter.help, click_type=Choice(parameter.choices))
    if not parameter.flag:
        return argument(parameter.metavar or "", parameter.help, read)
    return option(parameter.flag, parameter.help, parameter.metavar, read)


def document_format(
    kind: str,
    refusal: str = "Unknown report format '{}'.",
    *,
    more: Sequence[str] = (),
    help_text: str = parameters.FORM.help,
) -> Any:
    """Return the option `--format` of a command that shows the document `kind`, with `more` formats."""

    def forms() -> Iterable[str]:
        from suptime.documents import formats

        return (*formats(kind), *more)

    return typer.Option("--format", help=help_text, click_type=Choice(forms, refusal))


def listed_format(kind: str) -> Any:
    """Return the option `--format` of a command that shows a document with one row per record."""
    return document_format(kind, help_text="Output format [default: table on a terminal, tsv in a pipe].")


def read_day(text: str) -> date:
    """Return the day in `text`, on the calendar of the engineer's zone.

    Raises:
        WrongUsage: it is not a day.
    """
    return moments.read_day(text, console.zone(), console.now())


def read_day_in(text: str) -> DayIn:
    """Return the day in `text` as a function of the zone: today differs between zones.

    Raises:
        WrongUsage: it is not a day.
    """
    return moments.read_day_in(text, console.zone(), console.now())


def read_last_day(text: str) -> "LastDay":
    """Return the last day in `text` for a first day: a weekday is the first on or after it.

    Raises:
        WrongUsage: it is not a day.
    """
    day = read_day(text)

    def by(first: date | None) -> date:
        if first is None or not is_weekday(" ".join(text.split()).lower()):
            return day
        return first + timedelta(days=(day - first).days % 7)

    return by


def read_week(text: str) -> date:
    """Return the Monday of the week in `text`.

    Raises:
        WrongUsage: it is not a week.
    """
    return moments.read_week(text, console.zone(), console.now())


def read_zone(text: str) -> Zone:
    """Return the time zone in `text`, and use it in this command from now on.

    Raises:
        WrongUsage: it is not an IANA name.
    """
    from suptime.settings.settings import zone_of

    zone = zone_of(text, "--zone")
    console.use_zone(zone)
    return zone


def day_on(as_of: DayIn, zone: Zone | None) -> DayIn:
    """Return `as_of` as a day in `zone`; without a zone, in the zone of each place."""
    return as_of if zone is None else lambda _: as_of(zone)


def read_page_zone(text: str) -> Zone | str:
    """Return the time zone in `text`, or `contract`, which keeps the zone of typed times.

    Raises:
        WrongUsage: it is not an IANA name.
    """
    return text if text == CONTRACT else read_zone(text)


def read_coming_day_in(text: str) -> DayIn:
    """Return the day in `text` as a function of the zone; a weekday is the coming one.

    Raises:
        WrongUsage: it is not a day.
    """
    return moments.read_day_in(text, console.zone(), console.now(), forward=True)


def read_month(text: str) -> Month:
    """Return the month in `text`; `last` is the last complete one.

    Raises:
        WrongUsage: it is not a month.
    """
    return moments.requested_month(text, console.zone(), console.now())


def read_language(text: str) -> str:
    """Return the language in `text`.

    Raises:
        WrongUsage: it is not a language, or has no translations.
    """
    from suptime.language.translate import known_language

    return known_language(text, console.settings().templates)


def read_unit(text: str) -> UnitName:
    """Return the number in the id of a work unit such as U7 or 7; or `last` or `running`.

    Raises:
        WrongUsage: it is not such an id or word.
    """
    word = text.strip().casefold()
    if word in (LAST, RUNNING):
        return word
    digits = word.removeprefix("u")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise WrongUsage(
            f"{console.quoted(text)} is not a work unit.",
            hint="Give an id such as U7 (see suptime list), or last or running for your own.",
        )
    return int(digits)


def unit_name(named: UnitName) -> str:
    """Return the name of a work unit in messages, before it is looked up."""
    return f"U{named}" if isinstance(named, int) else f"the unit {named}"


def read_pairs(flag: str, typed: Iterable[str], example: str) -> Mapping[str, str]:
    """Return the NAME=VALUE texts of an option as a dictionary.

    Raises:
        WrongUsage: a text is not a pair, or a name is given twice.
    """
    pairs: dict[str, str] = {}
    for pair in typed:
        name, equals, value = (part.strip() for part in pair.rpartition("="))
        if not (name and equals and value):
            raise WrongUsage(
                f"{flag}: expected NAME=VALUE, got {console.quoted(pair)}.", hint=f"Example: {flag} {example}"
            )
        if name in pairs:
            raise WrongUsage(f"{flag}: {console.quoted(name)} is given twice.", hint="Give it once.")
        pairs[name] = value
    return pairs


EffectOption = Annotated[
    bool, option("--dry-run", "Show the charges of open drafts before and after; change nothing.")
]
YesOption = Annotated[bool, option("--yes", "Do not ask for confirmation.")]
ZoneOption = Annotated[
    Zone | None,
    option("--zone", "Time zone of days and times [default: yours].", "ZONE", read_zone, is_eager=True),
]
MoneyZoneOption = Annotated[
    Zone | None,
    option(
        "--zone",
        "Time zone of days and times [default: each contract's].",
        "ZONE",
        read_zone,
        is_eager=True,
    ),
]
PageZoneOption = Annotated[
    Zone | None,
    option(
        "--zone",
        "Time zone of days and times, or contract for each contract's own [default: yours].",
        "ZONE",
        read_page_zone,
        is_eager=True,
    ),
]
FormatOption = Annotated[str, declared(parameters.FORM)]

NoteOption = Annotated[str | None, declared(parameters.NOTE, parameters.read_note)]
ChannelOption = Annotated[str | None, declared(parameters.CHANNEL)]
AgentOption = Annotated[str | None, declared(parameters.AGENT, console.agent)]
GuestOption = Annotated[bool, declared(parameters.GUEST)]
RequestedOption = Annotated[bool, declared(parameters.REQUESTED)]
RoleOption = Annotated[str | None, declared(parameters.ROLE, line("role"))]
WorkTypeOption = Annotated[str | None, declared(parameters.WORK_TYPE, line("work type"))]
AtOption = Annotated[
    TypedTime, option("--at", parameters.AT.help, "TIME", moments.read_typed, show_default=False)
]

OneClient = Annotated[str | None, option("--client", "Only this client.", "CLIENT")]
OneContract = Annotated[str | None, option("--contract", "Only this contract.", "CONTRACT")]
OneCase = Annotated[str | None, option("--case", "Only this case.", "CASE")]
OneAgent = Annotated[str | None, option("--agent", "Only this agent.", "NAME", console.agent)]
OneMonth = Annotated[
    Month | None,
    option("--month", "Only this month, for example 2026-10 [default: all].", "MONTH", read_month),
]
AsOfOption = Annotated[
    DayIn,
    option(
        "--as-of", "Day to report on, for example 2026-10-31, on the contract's calendar.", "DAY", read_day_in
    ),
]
LanguageOption = Annotated[
    str | None,
    option(
        "--language",
        "Language of the document, for example de or fr-CH [default: the client's].",
        "LANGUAGE",
        read_language,
    ),
]
DetailOption = Annotated[
    str | None,
    choice("--detail", "Whether there is a worksheet: full or summary [default: the client's].", DETAILS),
]
ReportLanguageOption = Annotated[
    str | None,
    option(
        "--language",
        "Language of the document, for example de or fr-CH [default: English].",
        "LANGUAGE",
        read_language,
    ),
]
UnlistedOption = Annotated[bool, option("--unlisted", "Accept a name that is not in the contract.")]
CaseArgument = Annotated[str, argument("CASE", "Case number.")]
ClientArgument = Annotated[str, argument("CLIENT", "Client code.")]
WordedCaseArgument = Annotated[
    str, argument("CASE", "Case: its number, its last digits or words of its subject.")
]
OneWordedCase = Annotated[
    str | None,
    option("--case", "Only this case: its number, its last digits or words of its subject.", "CASE"),
]
UnitArgument = Annotated[  # Typer takes no union
    str, argument("UNIT", "Work unit, for example U7 or 7; or last or running.", read_unit)
]
AdjustOption = Annotated[bool, declared(parameters.ADJUST)]


class Group:
    """Options that belong together: a dataclass whose fields are parameters of a command."""


Limit = TypeVar("Limit", date, Month)


def check_order(
    first: Limit | None,
    last: Limit | None,
    refusal: str = "--to {last} is before --from {first}.",
    hint: str = "Swap them.",
) -> None:
    """Refuse a last day or month before the first one; None for no limit.

    Raises:
        WrongUsage: the last is before the first.
    """
    if first is not None and last is not None and last < first:
        raise WrongUsage(refusal.format(first=first, last=last), hint=hint)


@dataclass(frozen=True, slots=True)
class DaySpan(Group):
    """Days from `first` through `last`; None for no limit."""

    first: Annotated[
        date | None,
        option("--from", "First day, for example 2026-10-05 [default: no limit].", "DAY", read_day),
    ] = None
    last: Annotated[date | None, option("--to", "Last day [default: no limit].", "DAY", read_day)] = None

    refusal: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        """Refuse days in the wrong order."""
        check_order(self.first, self.last, *self.refusal)

    @property
    def instants(self) -> tuple[Instant | None, Instant | None]:
        """Start of the first day and end of the last one in the engineer's zone."""
        zone = console.zone()
        return (
            None if self.first is None else zone.midnight(self.first),
            None if self.last is None else zone.midnight(self.last + timedelta(days=1)),
        )


@dataclass(frozen=True, slots=True)
class LoggedDays(DaySpan):
    """Days of work units."""

    refusal: ClassVar[tuple[str, ...]] = (
        "--from {first} is later than --to {last}.",
        "Put the earlier day first.",
    )


@dataclass(frozen=True, slots=True)
class Period(Group):
    """Period: one day, a week, a month, or first and last day; without any, no limit."""

    start: Annotated[
        date | None,
        option("--from", "First day, for example 2026-10-05 [default: no limit].", "DAY", read_day),
    ] = None
    end: Annotated[LastDay | None, option("--to", "Last day [default: no limit].", "DAY", read_last_day)] = (
        None
    )
    week: Annotated[date | None, option("--week", "Week: 2026-W45, this or last.", "WEEK", read_week)] = None
    month: Annotated[
        Month | None, option("--month", "Month: 2026-11, this or last.", "MONTH", read_month)
    ] = None

    def __post_init__(self) -> None:
        """Refuse two kinds of period together, and days in the wrong order."""
        if len(self.kinds) > 1:
            raise WrongUsage(f"{' and '.join(self.kinds)} cannot be used together.", hint="Give one of them.")
        check_order(
            self.first, self.last, "--from {first} is later than --to {last}.", "Put the earlier day first."
        )

    @property
    def kinds(self) -> list[str]:
        """Options of the period that were given."""
        spanned = self.start is not None or self.end is not None
        given = {
            "--day": self.one_day is not None,
            "--week": self.week is not None,
            "--month": self.month is not None,
            "--from/--to": spanned,
        }
        return [flag for flag, is_given in given.items() if is_given]

    @property
    def one_day(self) -> date | None:
        """The day, if the period is one day."""
        return None

    @property
    def first(self) -> date | None:
        """First day."""
        return self.one_day or self.week or (self.month.first if self.month else self.start)

    @property
    def last(self) -> date | None:
        """Last day."""
        if self.week:
            return self.week + timedelta(days=6)
        if self.one_day:
            return self.one_day
        return self.month.last if self.month else self.end and self.end(self.start)

    def span_in(self, zone: Zone) -> Span:
        """Return the instants of the days in `zone`."""
        first, last = self.first, self.last
        return Span(
            EVER if first is None else zone.midnight(first),
            NEVER if last is None else zone.midnight(last + timedelta(days=1)),
        )

    @property
    def instants(self) -> tuple[Instant | None, Instant | None]:
        """Start of the first day and end of the last one in the zone of the command."""
        span = self.span_in(console.zone())
        return None if span.start == EVER else span.start, None if span.end == NEVER else span.end

    @property
    def as_data(self) -> dict[str, str | None]:
        """First and last day for JSON."""
        return {
            "from": None if self.first is None else self.first.isoformat(),
            "to": None if self.last is None else self.last.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class DayPeriod(Period):
    """Period of days, or one day."""

    day: Annotated[date | None, option("--day", "One day, for example 2026-10-05.", "DAY", read_day)] = None

    @property
    def one_day(self) -> date | None:
        """The day, if the period is one day."""
        return self.day


@dataclass(frozen=True, slots=True)
class MonthSpan(Group):
    """Months from `first` through `last`; the default of `last` is this month."""

    first: Annotated[
        Month | None,
        option("--from", "First month, for example 2026-01 [default: a year back].", "MONTH", read_month),
    ] = None
    last: Annotated[
        Month | None,
        option("--to", "Last month, for example 2026-12 [default: this month].", "MONTH", read_month),
    ] = None

    def resolve(self, length: int) -> tuple[Month, Month]:
        """Return the first and the last month; the default of `first` makes `length` months.

        Raises:
            WrongUsage: the months are in the wrong order.
        """
        last = self.last or Month.of(console.zone().day(console.now()))
        first = self.first or last
        if self.first is None:
            for _ in range(length - 1):
                first = first.previous
        check_order(first, last)
        return first, last


@dataclass(frozen=True, slots=True)
class Recording(Group):
    """Details of recorded work, apart from its case and its time."""

    note: NoteOption = None
    channel: ChannelOption = None
    agent: AgentOption = None
    guest: GuestOption = False
    requested: RequestedOption = False
    role: RoleOption = None
    work_type: WorkTypeOption = None

    @property
    def worker(self) -> str:
        """Agent who did the work."""
        return self.agent or console.agent()


def declare(run: Command, options: Iterable[Declared], text: str | None) -> Command:
    """Return `run`, which takes keywords, as a command with `options` and the help `text` for Typer."""
    run.__doc__ = text
    run.__signature__ = Signature(  # type: ignore[attr-defined]
        [each.replace(kind=Declared.KEYWORD_ONLY) for each in options]
    )
    return run


Values = Mapping[str, Any]
"""Given values of the fields of a noun, by name."""


class Field(NamedTuple):
    """Option for a field of a noun.

    `read` replaces the parser of the field's kind. An empty text clears the field if `clears` is True.
    `option` is its name on the command line if it differs from the field's.
    """

    metavar: str | None
    help: str
    read: Reader | None = None
    choices: tuple[str, ...] = ()
    clears: bool = True
    option: str = ""


def takes(
    noun: Any, rows: Mapping[str, Field], *, arguments: Sequence[str] = ("code",)
) -> Callable[[Command], Command]:
    """Return a decorator for a command that takes the fields of a noun; `rows` are in the order of the help.

    The command has a parameter annotated with the noun, or with `Values`: then none of the fields is required.
    """
    return _decorator(noun, rows, arguments, clearable=())


def changes(
    noun: Any, rows: Mapping[str, Field], *, fixed: Sequence[str] = ()
) -> Callable[[Command], Command]:
    """Return a decorator for a command that changes fields of a noun, except the `fixed` ones.

    The command has a parameter annotated with `Values`: the new values by field. An empty text clears a field that
    has a default.
    """
    rows = {name: row for name, row in rows.items() if name not in fixed}
    return _decorator(noun, rows, (), clearable=[name for name, row in rows.items() if row.clears])


def _decorator(
    noun: Any, rows: Mapping[str, Field], arguments: Sequence[str], clearable: Collection[str]
) -> Callable[[Command], Command]:
    kinds = kinds_of(noun)
    defaults = {field.name: field.default for field in fields(noun) if field.default is not MISSING}

    def read(name: str, text: str) -> Any:
        if not text and name in clearable and name in defaults:
            return defaults[name]
        parse = _parser(rows[name].read or kinds.get(name))
        return text if parse is None else parse(text)

    def decorate(command: Command) -> Command:
        own = [*signature(command, eval_str=True).parameters.values()]
        place = next(n for n, each in enumerate(own) if each.annotation in (noun, Values))
        is_whole = own[place].annotation is noun

        def run(**values: Any) -> None:
            typed = {name: values.pop(name) for name in rows}
            given = {name: read(name, text) for name, text in typed.items() if text is not None}
            command(**values, **{own[place].name: noun(**given) if is_whole else given})

        made = [
            _parameter(name, row, argument=name in arguments, required=is_whole and name not in defaults)
            for name, row in rows.items()
        ]
        return declare(run, [*own[:place], *made, *own[place + 1 :]], command.__doc__)

    return decorate


def _parameter(name: str, row: Field, *, argument: bool, required: bool) -> Declared:
    """Return the parameter for a field of a noun. Its text is parsed after the required parameters."""
    about: dict[str, Any] = {"help": row.help, "metavar": row.metavar}
    if row.choices:
        about["click_type"] = Choice(row.choices, case_sensitive=False)
    if argument:
        taken = typer.Argument(show_default=False, **about)
    else:
        taken = typer.Option(row.option or f"--{name.replace('_', '-')}", **about)
    return Declared(
        name,
        Declared.KEYWORD_ONLY,
        default=Declared.empty if required else None,
        annotation=Annotated[str if required else (str | None), taken],
    )


def expand(command: Command) -> Command:
    """Return `command` with the options of its groups expanded; it is called with the groups."""
    own = signature(command, eval_str=True).parameters.values()
    groups: dict[str, type[Any]] = {
        each.name: each.annotation
        for each in own
        if isinstance(each.annotation, type) and issubclass(each.annotation, Group)
    }
    if not groups:
        return command

    def run(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        command(**values)

    options: list[Declared] = []
    for each in own:
        options += _members(groups[each.name]) if each.name in groups else [each]
    return declare(run, options, command.__doc__)


def _members(group: type[Any]) -> Iterable[Declared]:
    """Yield the fields of `group` as parameters."""
    hints = get_type_hints(group, include_extras=True)
    for field in fields(group):
        default = Declared.empty if field.default is MISSING else field.default
        yield Declared(field.name, Declared.KEYWORD_ONLY, default=default, annotation=hints[field.name])
