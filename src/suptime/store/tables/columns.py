"""What the tables are made of: the kinds of columns there are, and how constraints are named."""

import re
from decimal import Decimal
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
    """A primary key that the database counts up."""
    # SQLite counts up only what is declared INTEGER; there it has 64 bits all the same.
    return Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )


def key_name() -> Any:
    """A name that is the primary key."""
    return Field(sa_column=Column(Text, primary_key=True))


def words(*, nullable: bool = False) -> Any:
    """A text, an amount, or a quantity."""
    return Field(default=None, sa_column=Column(Text, nullable=nullable))


def whole(*, nullable: bool = False) -> Any:
    """An instant, or a whole number."""
    return Field(default=None, sa_column=Column(BigInteger, nullable=nullable))


def blob() -> Any:
    """Bytes."""
    return Field(default=b"", sa_column=Column(LargeBinary, nullable=False))


def day(*, nullable: bool = False) -> Any:
    """A calendar day."""
    return Field(default=None, sa_column=Column(Date, nullable=nullable))


def flag(name: str) -> Any:
    """The column NAME, yes or no."""
    kind = Boolean(create_constraint=True, name=f"{name}_is_boolean")
    return Field(default=False, sa_column=Column(name, kind, nullable=False))


def points_to(target: str, *, nullable: bool = False) -> Any:
    """A text that is the key TARGET (table.column) of a row, which then cannot be deleted."""
    return Field(
        default=None, sa_column=Column(Text, ForeignKey(target, ondelete="RESTRICT"), nullable=nullable)
    )


def points_to_id(target: str, *, nullable: bool = False) -> Any:
    """A whole number that is the key TARGET (table.column) of a row, which then cannot be deleted."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Field(
        default=None, sa_column=Column(kind, ForeignKey(target, ondelete="RESTRICT"), nullable=nullable)
    )


_SERIAL = re.compile(r"CASE-([0-9]{1,15})", re.IGNORECASE | re.ASCII)


def folded(name: str) -> str:
    """NAME without its letter case: two names that fold alike differ in nothing else."""
    return name.casefold()


def serial_of(number: str) -> int | None:
    """The n of a case number CASE-<n> (in any letter case), or None for other numbers.

    >>> serial_of("CASE-12"), serial_of("ACME-12")
    (12, None)
    """
    found = _SERIAL.fullmatch(number)
    return int(found[1]) if found else None


def plain(amount: Decimal) -> str:
    """AMOUNT as digits with at most one point, never with an exponent.

    >>> plain(Decimal("1E+3")), plain(Decimal("120.00"))
    ('1000', '120.00')
    """
    return format(amount, "f")
