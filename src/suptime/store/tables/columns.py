"""What the tables are made of: the kinds of columns there are, and how constraints are named."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Integer, LargeBinary, MetaData, Text
from sqlmodel import Field, SQLModel

NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Table(SQLModel):
    """What all tables share."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


AUTOINCREMENT: dict[str, Any] = {"sqlite_autoincrement": True}
"""Ids are never given out twice: what `suptime` printed once must not come to name something else."""


def row_id() -> Any:
    """Return a primary key that the database counts up."""
    # SQLite counts up only what is declared INTEGER; there it has 64 bits all the same.
    return Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )


def key_name() -> Any:
    """Return a name that is the primary key."""
    return Field(sa_column=Column(Text, primary_key=True))


class ExactDecimal(Text):
    """An amount or a quantity as its exact digits: SQLite's NUMERIC would make a float of it."""


class MonthText(Text):
    """A month, such as 2026-10."""


class JsonTexts(Text):
    """A list of texts, as JSON."""


class JsonDocument(Text):
    """A document, as JSON without blanks."""


def words(*, nullable: bool = False, kind: type[Text] = Text) -> Any:
    """Return a text, or what is kept as the text of a `kind`."""
    return Field(default=None, sa_column=Column(kind, nullable=nullable))


def amount(*, nullable: bool = False) -> Any:
    """Return an amount or a quantity."""
    return words(nullable=nullable, kind=ExactDecimal)


def month(*, nullable: bool = False) -> Any:
    """Return a calendar month."""
    return words(nullable=nullable, kind=MonthText)


def texts(*, nullable: bool = False) -> Any:
    """Return a list of texts."""
    return words(nullable=nullable, kind=JsonTexts)


def document() -> Any:
    """Return a document."""
    return words(kind=JsonDocument)


def whole(*, nullable: bool = False) -> Any:
    """Return an instant, or a whole number."""
    return Field(default=None, sa_column=Column(BigInteger, nullable=nullable))


def blob() -> Any:
    """Bytes."""
    return Field(default=b"", sa_column=Column(LargeBinary, nullable=False))


def day(*, nullable: bool = False) -> Any:
    """Return a calendar day."""
    return Field(default=None, sa_column=Column(Date, nullable=nullable))


def flag(name: str) -> Any:
    """Return the column `name`, yes or no."""
    kind = Boolean(create_constraint=True, name=f"{name}_is_boolean")
    return Field(default=False, sa_column=Column(name, kind, nullable=False))


def rare_flag() -> Any:
    """Return a column that is yes, or empty for no: it can be added to a table that has rows."""
    return Field(default=None, sa_column=Column(Boolean, nullable=True))


def points_to(target: str, *, nullable: bool = False) -> Any:
    """Return a text that is the key `target` (table.column) of a row, which then cannot be deleted."""
    return Field(
        default=None, sa_column=Column(Text, ForeignKey(target, ondelete="RESTRICT"), nullable=nullable)
    )


def points_to_id(target: str, *, nullable: bool = False) -> Any:
    """Return a whole number that is the key `target` (table.column) of a row, which then cannot be deleted."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Field(
        default=None, sa_column=Column(kind, ForeignKey(target, ondelete="RESTRICT"), nullable=nullable)
    )
