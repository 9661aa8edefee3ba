"""Listings: commands that show one row per record, as a table, as rows for programs, or as JSON.

A listing defines its columns once. A terminal shows the columns with a heading; a pipe gets all of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import cleandoc
from typing import Annotated, Any, NamedTuple, TypeVar

from suptime.cli import console, parameters
from suptime.cli.options import declared
from suptime.domain.time import Zone, from_rfc3339

Record = Any
Command = TypeVar("Command", bound=Callable[..., None])

FORMATS = ("table", "tsv", "json")
"""Formats of every listing; `text` is an older name of `table`."""

ListFormat = Annotated[
    str | None,
    declared(
        parameters.FORM._replace(
            help="Output format [default: table on a terminal, tsv in a pipe].",
            choices=(*FORMATS, "text"),
            default=None,
        )
    ),
]


SheetFormat = Annotated[
    str | None,
    declared(
        parameters.FORM._replace(
            help="Output format [default: table on a terminal, tsv in a pipe].",
            choices=(*FORMATS, "csv", "text"),
            default=None,
        )
    ),
]
"""Option of a listing that can also be a spreadsheet."""


class Column(NamedTuple):
    """A column: its `name` for programs, and its `heading` in tables (empty if only for programs).

    `value` returns the value of a record for programs; the default is its attribute of that name. `shown` returns the
    text for people, if it differs. A column that `is_free` is free text, which a table may cut.
    """

    name: str
    heading: str = ""
    value: Callable[[Record], Any] | None = None
    shown: Callable[[Record], str] | None = None
    is_number: bool = False
    is_free: bool = False

    def value_of(self, record: Record) -> Any:
        """Return the value of `record` for programs."""
        return record[self.name] if self.value is None else self.value(record)

    def text_of(self, record: Record) -> str:
        """Return the text of `record` for people."""
        if self.shown is not None:
            return self.shown(record)
        value = self.value_of(record)
        return "" if value is None else str(value)


class Listing(NamedTuple):
    """The columns of a listing, in the order for programs. Columns are only added, at the end."""

    columns: Sequence[Column]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, for programs."""
        return tuple(column.name for column in self.columns)

    def rows(self, records: Iterable[Record]) -> str:
        """Return the rows for programs."""
        from suptime.render import tsv

        return tsv.write([column.value_of(record) for column in self.columns] for record in records)

    def table(self, records: Sequence[Record]) -> str:
        """Return the table for a terminal, without empty columns."""
        from suptime.cli import tables

        cells = {
            column: [console.plain(column.text_of(record)) for record in records]
            for column in self.columns
            if column.heading
        }
        shown = [column for column in cells if any(cells[column])]
        lines = tables.draw(
            [column.heading for column in shown],
            zip(*(cells[column] for column in shown), strict=True),
            right=[place for place, column in enumerate(shown) if column.is_number],
            cut=[place for place, column in enumerate(shown) if column.is_free],
            width=console.width(),
            color=console.has_color(),
        )
        return "\n".join(lines)


def local(name: str) -> Callable[[Mapping[str, Any]], str | None]:
    """Return a function that shows the instant `name` of a document in the command's zone, with its offset."""
    return lambda record: rfc3339_here(record[name])


def rfc3339_here(text: str | None) -> str | None:
    """Return an instant in RFC 3339 in the command's zone."""
    return rfc3339_in(text, console.zone())


def rfc3339_in(text: str | None, zone: Zone) -> str | None:
    """Return an instant in RFC 3339 in `zone`."""
    return None if text is None else zone.local(from_rfc3339(text)).isoformat()


def chosen(form: str | None) -> str:
    """Return the format of a list: the typed one, or the default for a terminal or a pipe."""
    if form is None:
        return "table" if console.is_terminal() else "tsv"
    return "table" if form == "text" else form


def show(
    listing: Listing,
    records: Iterable[Record],
    document: Mapping[str, Any],
    form: str | None,
    nothing: str,
    table: Callable[[], str] | None = None,
) -> None:
    """Print `records`: as JSON the `document`. If a table has no records, print `nothing` on stderr.

    `table` makes the table if the listing has its own.
    """
    form = chosen(form)
    if form == "json":
        console.show_json(document)
        return
    found = [*records]
    if form == "tsv":
        console.write_lines(listing.rows(found))
    elif found:
        drawn = table() if table else listing.table(found)
        closing = "" if table or "timezone" not in document else f"\n{zone_in_words(document)}"
        console.print_drawn(drawn + closing)
    else:
        console.note(nothing)


def zone_in_words(zones: Mapping[str, Any]) -> str:
    """Return a sentence about the zone of a page's times; `zones` is as JSON has them."""
    if "timezones" in zones:
        named = ", ".join(zones["timezones"])
        return f"Times are those of each contract{f': {named}' if named else ''}."
    return f"Times are those of {zones['timezone']}."


def lists(listing: Listing | Sequence[str]) -> Callable[[Command], Command]:
    """Return a decorator that names the columns of a listing in the help of its command."""
    names = listing.names if isinstance(listing, Listing) else listing

    def name(command: Command) -> Command:
        about = f"In a pipe, each record is a line of tab-separated values: {', '.join(names)}."
        command.__doc__ = f"{cleandoc(command.__doc__ or '')}\n\n{about}"
        return command

    return name


EFFECT = Listing(
    (
        Column("client", "Client"),
        Column("month", "Month"),
        Column("currency"),
        Column(
            "net_before", "Before", shown=lambda row: f"{row['net_before']} {row['currency']}", is_number=True
        ),
        Column(
            "net_after", "After", shown=lambda row: f"{row['net_after']} {row['currency']}", is_number=True
        ),
    )
)
"""Charges of open drafts before and after a correction."""
