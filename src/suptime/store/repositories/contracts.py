"""Contracts and their versions: the texts of contract files."""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select

from suptime.domain.contract import PriceChange
from suptime.errors import NotPossible
from suptime.store.repositories.records import ContractRow
from suptime.store.repositories.rows import Repository, batches
from suptime.store.tables.columns import folded, plain
from suptime.store.tables.work import TABLES
from suptime.store.timer.rows import Row, Values

_CONTRACT = TABLES["contract"]
_VERSION = TABLES["contract_version"]
_PRICE = TABLES["price"]
_CASE = TABLES["case"]


class Contracts(Repository):
    """What was agreed, as files said it."""

    def versions(self, *, client: str | None = None, code: str | None = None) -> list[ContractRow]:
        """Contract versions, by code and first day: all, those of CLIENT, or those of contract CODE.

        CODE may be in any letter case: no two codes differ in it alone.
        """
        statement = select(_CONTRACT.c.code, _CONTRACT.c.client, _VERSION).join_from(
            _CONTRACT, _VERSION, _CONTRACT.c.code == _VERSION.c.contract
        )
        if client is not None:
            statement = statement.where(_CONTRACT.c.client == client)
        if code is not None:
            statement = statement.where(_CONTRACT.c.folded == folded(code))
        rows = (contract_of(row) for row in self.rows.all(statement))
        return sorted(rows, key=lambda row: (row.code, row.starts_on))

    def add(self, row: ContractRow) -> None:
        """Add a contract, or a further version of one.

        Raises:
            NotPossible: the code is another client's contract, is there in another letter case,
                or has a version from that day.
        """
        there = self.rows.one(select(_CONTRACT).where(_CONTRACT.c.folded == folded(row.code)))
        if there is None:
            self.rows.insert("contract", {"code": row.code, "folded": folded(row.code), "client": row.client})
        elif there["client"] != row.client:
            raise NotPossible(f"The contract {there['code']} is one of client {there['client']}.")
        elif there["code"] != row.code:
            raise NotPossible(f"There is a contract {there['code']} already.")
        same = select(_VERSION).where(_VERSION.c.contract == row.code, _VERSION.c.starts_on == row.starts_on)
        if self.rows.one(same):
            raise NotPossible(
                f"The contract {row.code} has a version from {row.starts_on} already.",
                hint="Give the new version a later starts_on.",
            )
        version = {
            "id": 0,
            "contract": row.code,
            "title": row.title,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "file_text": row.text,
        }
        self.rows.insert("contract_version", version)
        self.rows.touch_where(_CASE.c.contract == row.code)

    def add_many(self, versions: Iterable[ContractRow]) -> int:
        """Add contract versions; a contract that is new with its first one."""
        kept = list(versions)
        there = set(self.rows.execute(select(_CONTRACT.c.code)).scalars())
        new = {row.code: row.client for row in kept if row.code not in there}
        self.rows.add_many(
            "contract",
            ({"code": code, "folded": folded(code), "client": client} for code, client in new.items()),
        )
        count = self.rows.add_many("contract_version", map(_version_row, kept))
        for code in {row.code for row in kept} - new.keys():
            self.rows.touch_where(_CASE.c.contract == code)
        return count


class Prices(Repository):
    """What was agreed beside the files."""

    def find(self, *, contract: str | None = None) -> list[PriceChange]:
        """The price changes of all contracts, or of CONTRACT, by contract, day and item."""
        statement = select(_PRICE)
        if contract is not None:
            statement = statement.where(_PRICE.c.contract == contract)
        found = (price_of(row) for row in self.rows.all(statement))
        return sorted(found, key=lambda change: (change.contract, change.since, change.item))

    def set(self, change: PriceChange) -> None:
        """Keep a price CHANGE, in the place of the one of the same contract, item and day."""
        row = price_row(change)
        same = select(_PRICE.c.id).where(
            _PRICE.c.contract == change.contract, _PRICE.c.item == change.item, _PRICE.c.since == change.since
        )
        there = self.rows.execute(same).scalar()
        if there is None:
            self.rows.insert("price", row)
        else:
            self.rows.update("price", there, row | {"id": there})
        self.rows.touch_where(_CASE.c.contract == change.contract)

    def add_many(self, changes: Iterable[PriceChange]) -> int:
        """Add price CHANGES."""
        kept = list(changes)
        for part in batches(sorted({change.contract for change in kept})):
            self.rows.touch_where(_CASE.c.contract.in_(part))
        return self.rows.add_many("price", map(price_row, kept))


def contract_of(row: Row) -> ContractRow:
    """The contract version of ROW, which joins contract and contract_version."""
    return ContractRow(
        row["code"],
        row["client"],
        row["title"],
        row["starts_on"],
        row["ends_on"],
        row["file_text"],
        row["id"],
    )


def price_row(change: PriceChange) -> Values:
    """The columns of a price change; id 0 asks for the next one."""
    return {
        "id": change.id,
        "contract": change.contract,
        "item": change.item,
        "since": change.since,
        "amount": plain(change.amount),
    }


def price_of(row: Row) -> PriceChange:
    """The price change of ROW."""
    return PriceChange(row["contract"], row["item"], row["since"], Decimal(row["amount"]), row["id"])


def _version_row(row: ContractRow) -> Values:
    return {
        "id": row.id,
        "contract": row.code,
        "title": row.title,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "file_text": row.text,
    }
