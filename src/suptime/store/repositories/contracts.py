"""Contracts and their versions, as the texts of contract files, and prices agreed beside them."""

from collections.abc import Iterable

from suptime.domain.contract import PriceChange
from suptime.errors import NotPossible
from suptime.store.mapped import Mapped, folded
from suptime.store.repositories.records import ContractRow
from suptime.store.repositories.rows import Query, Repository, batches


class Contracts(Repository[ContractRow]):
    """What was agreed, as files said it."""

    mapped = Mapped(
        ContractRow,
        "contract_version",
        columns={"code": "contract", "text": "file_text"},
        without=("client",),
    )
    FIND = Query(
        f"SELECT contract.client, {mapped.columns}"
        " FROM contract JOIN contract_version ON contract_version.contract = contract.code",
        {"client": "contract.client = :client", "folded": "contract.folded = :folded"},
    )
    GET = "SELECT code, client FROM contract WHERE folded = :folded"
    SAME = "SELECT id FROM contract_version WHERE contract = :contract AND starts_on = :starts_on"

    def versions(self, *, client: str | None = None, code: str | None = None) -> list[ContractRow]:
        """Return contract versions, by code and first day: all, those of a client, or those of contract `code`.

        `code` may be in any letter case: no two codes differ in it alone.
        """
        rows = self.driver.all(self.FIND, client=client, folded=None if code is None else folded(code))
        found = [self.mapped.noun(row[1:], client=row[0]) for row in rows]
        return sorted(found, key=lambda row: (row.code, row.starts_on))

    def add(self, row: ContractRow) -> None:
        """Add a contract, or a further version of one.

        Raises:
            NotPossible: the code is another client's contract, is there in another letter case,
                or has a version from that day.
        """
        there = self.driver.one(self.GET, folded=folded(row.code))
        if there is None:
            self.rows.insert("contract", _contract(row))
        elif there[1] != row.client:
            raise NotPossible(f"The contract {there[0]} is one of client {there[1]}.")
        elif there[0] != row.code:
            raise NotPossible(f"There is a contract {there[0]} already.")
        if self.driver.one(self.SAME, contract=row.code, starts_on=row.starts_on):
            raise NotPossible(
                f"The contract {row.code} has a version from {row.starts_on} already.",
                hint="Give the new version a later starts_on.",
            )
        self.rows.insert("contract_version", self.mapped.values(row) | {"id": 0})
        self.rows.touch_where("contract = :contract", contract=row.code)

    def replace(self, row: ContractRow) -> None:
        """Write a contract version over the one of its id.

        Raises:
            NotPossible: another version begins on the same day.
        """
        there = self.driver.value(self.SAME, contract=row.code, starts_on=row.starts_on)
        if there not in {None, row.id}:
            raise NotPossible(f"The contract {row.code} has another version from {row.starts_on}.")
        self.update(row.id, row)
        self.rows.touch_where("contract = :contract", contract=row.code)

    def remove(self, row: ContractRow) -> None:
        """Remove a contract version, and with the last one the contract and its prices."""
        self.rows.delete("contract_version", row.id)
        if self.driver.value("SELECT id FROM contract_version WHERE contract = :code", code=row.code) is None:
            for price in self.driver.column("SELECT id FROM price WHERE contract = :code", code=row.code):
                self.rows.delete("price", price)
            self.rows.delete("contract", row.code)
        self.rows.touch_where("contract = :contract", contract=row.code)

    def add_many(self, versions: Iterable[ContractRow]) -> int:
        """Add many contract versions; a contract that is new with its first one."""
        kept = list(versions)
        there = set(self.driver.column("SELECT code FROM contract"))
        new = {row.code: row for row in reversed(kept) if row.code not in there}
        self.rows.add_many(
            "contract", [_contract(new[code]) for code in dict.fromkeys(r.code for r in kept) if code in new]
        )
        count = self.insert_all(kept)
        for code in {row.code for row in kept} - new.keys():
            self.rows.touch_where("contract = :contract", contract=code)
        return count


class Prices(Repository[PriceChange]):
    """What was agreed beside the files."""

    mapped = Mapped(PriceChange, "price")
    FIND = Query(mapped.select, {"contract": "contract = :contract"})
    SAME = "SELECT id FROM price WHERE contract = :contract AND item = :item AND since = :since"

    def find(self, *, contract: str | None = None) -> list[PriceChange]:
        """Return the price changes of all contracts, or of one, by contract, day and item."""
        found = self.read(self.FIND, contract=contract)
        return sorted(found, key=lambda change: (change.contract, change.since, change.item))

    def set(self, change: PriceChange) -> None:
        """Keep a price change, in the place of the one of the same contract, item and day."""
        there = self.driver.value(self.SAME, contract=change.contract, item=change.item, since=change.since)
        if there is None:
            self.insert(change)
        else:
            self.rows.update("price", there, self.mapped.values(change) | {"id": there})
        self.rows.touch_where("contract = :contract", contract=change.contract)

    def remove(self, change: PriceChange) -> None:
        """Take a price change away.

        Raises:
            NotPossible: there is none of this contract, item and day.
        """
        there = self.driver.value(self.SAME, contract=change.contract, item=change.item, since=change.since)
        self.rows.delete("price", there)
        self.rows.touch_where("contract = :contract", contract=change.contract)

    def add_many(self, changes: Iterable[PriceChange]) -> int:
        """Add many price changes."""
        kept = list(changes)
        for part in batches(sorted({change.contract for change in kept})):
            self.rows.touch_where("contract IN :contracts", contracts=part)
        return self.insert_all(kept)


def _contract(row: ContractRow) -> dict[str, str]:
    return {"code": row.code, "folded": folded(row.code), "client": row.client}
