"""The steps in what was issued to each client, and the months that they closed: what a month must read again."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from suptime.domain.charge import IssuedLine, Use
from suptime.domain.invoice import Issue
from suptime.domain.time import DAY, Month, day_number
from suptime.store.mapped import as_day
from suptime.store.repositories.invoices import ISSUE, Lines, not_credited
from suptime.store.repositories.rows import Clients, Query, Repository, batches

CLOSING_KINDS = frozenset({"issue", "close"})
"""The kinds of issues that close their month."""

OF_DOCUMENTS = (
    ("allocation", "credit"),
    ("allocation", "debit"),
    ("discount", "invoice"),
    ("write_off", "invoice"),
    ("hold", "invoice"),
    ("booked_document", "corrects"),
    ("booked_document", "number"),
)
"""The rows of the receivables ledger that hang on documents, by the column that names them."""

_EVERYTHING = 1 << 62
"""The end of a closing that the migration from older stores made: all work counts as before it."""


class Issues(Repository[Issue]):
    """The steps in what was issued to each client. They are only ever added."""

    mapped = ISSUE
    LAST = "SELECT max(id) FROM issue WHERE client = :client"
    LIST = f"{mapped.select} ORDER BY id"
    # Issues that have lines without an invoice, or no invoice at all.
    BARE = (
        f"{mapped.select} WHERE NOT EXISTS (SELECT 1 FROM invoice WHERE invoice.issue_id = issue.id)"
        " OR EXISTS (SELECT 1 FROM issued_line WHERE issued_line.issue_id = issue.id"
        " AND issued_line.invoice IS NULL) ORDER BY issue.id"
    )
    INVOICES = "SELECT number FROM invoice WHERE issue_id IN :issues"
    # What hangs on issues, each before what it points to: a credit note points to its invoice.
    DROP = (
        "DELETE FROM draw_down WHERE line_id IN (SELECT id FROM issued_line WHERE issue_id IN :issues)",
        "DELETE FROM issued_line WHERE issue_id IN :issues",
        *(
            f"DELETE FROM {table} WHERE {column} IN (SELECT number FROM invoice WHERE issue_id IN :issues)"
            for table, column in OF_DOCUMENTS
        ),
        "DELETE FROM delivery WHERE invoice IN (SELECT number FROM invoice WHERE issue_id IN :issues)",
        "DELETE FROM sending WHERE invoice IN (SELECT number FROM invoice WHERE issue_id IN :issues)",
        "DELETE FROM invoice WHERE issue_id IN :issues AND credits IS NOT NULL",
        "DELETE FROM invoice WHERE issue_id IN :issues",
        "DELETE FROM issue WHERE id IN :issues",
    )
    DROP_CONTENTS = "DELETE FROM sent_content WHERE digest NOT IN (SELECT digest FROM delivery)"

    def last(self, client: str) -> int:
        """Return the id of the newest issue of a client, 0 where there is none."""
        return self.driver.value(self.LAST, client=client) or 0

    def add(self, issue: Issue) -> Issue:
        """Add an issue, which follows the client's issue before it. Return it with its id."""
        stored = self.insert(issue)
        if stored.kind in CLOSING_KINDS and stored.month is not None:
            Months(self.rows).close_through(stored.client, stored.month)
        return stored

    def note_accepted(self, client: str, findings: Sequence[Mapping[str, Any]]) -> None:
        """Keep in the audit trail which findings were accepted for the next issue of a client, if there are any."""
        if findings:
            self.rows.audit.add("acceptance", client, None, {"client": client, "findings": [*findings]})

    def get(self, id: int) -> Issue | None:  # noqa: A002
        """Return the issue of that id, or None."""
        return self.by_key(id)

    def list_all(self) -> list[Issue]:
        """Return all issues, in order."""
        return self.read(self.LIST)

    def each_closing(self) -> Iterator[tuple[Issue, tuple[IssuedLine, ...]]]:
        """Yield every issue that has lines without an invoice, or no invoice at all, with those lines; in order."""
        for issue in self.read(self.BARE):
            yield issue, Lines(self.rows).without_invoice(issue.id)

    def add_many(self, issues: Iterable[Issue]) -> None:
        """Add many issues under their ids."""
        self.rows.require_author()
        for part in batches(map(self.mapped.values, issues)):
            self.rows.insert_many("issue", part)
            self.rows.note_rows("issue", part)
        self.rows.ids_taken("issue")

    def drop(self, issues: Collection[int]) -> list[str]:
        """Take issues of this transaction back, with all that is theirs. Return the numbers of their invoices."""
        self.rows.require_author()
        dropped: list[str] = []
        for part in batches(sorted(issues, reverse=True)):
            numbers = self.driver.column(self.INVOICES, issues=part)
            for some in batches(numbers):
                for owned, column in (*OF_DOCUMENTS[:-2], ("delivery", "invoice")):
                    ids = self.driver.column(
                        f"SELECT id FROM {owned} WHERE {column} IN :numbers", numbers=some
                    )
                    self.rows.noting(owned).drop(set(ids))
            for statement in self.DROP:
                self.driver.run(statement, issues=part)
            dropped += numbers
        if dropped:
            self.driver.run(self.DROP_CONTENTS)
        gone = {"issue": issues, "issued_line": issues, "invoice": dropped, "sending": dropped}
        for table, keys in gone.items():
            self.rows.noting(table).drop(set(keys))
        return dropped


class Months(Repository[Month]):
    """Closed months: of them only what was touched since is read again."""

    CLOSED = "SELECT month FROM closing WHERE client = :client"
    CLOSINGS = Query("SELECT client, month FROM closing", {"clients": "client IN :clients"})
    UNCLOSE = "DELETE FROM closing WHERE client = :client"
    # An agent on a server marks the days of open months, too.
    TOUCHED = Query(
        "SELECT unsettled_case.case_number, unsettled_case.day FROM unsettled_case"
        ' JOIN "case" ON "case".number = unsettled_case.case_number'
        ' JOIN closing ON closing.client = "case".client',
        {"clients": '"case".client IN :clients'},
        always=f"unsettled_case.day * {DAY} < closing.settled_until",
    )
    TOUCHED_CONTRACTS = Query(
        "SELECT contract, since FROM unsettled_contract",
        {"clients": "contract IN (SELECT code FROM contract WHERE client IN :clients)"},
    )
    WITH_CLOSINGS = "SELECT contract.code FROM contract JOIN closing ON closing.client = contract.client"
    LAST_CLOSED = "SELECT client, max(month) FROM issue WHERE kind IN ('issue', 'close') GROUP BY client ORDER BY client"
    # What lines that count drew from each purchase for the days of each month. Older versions gave a
    # draw-down back twice, if its work was deleted after a write-off: such a sum is left out.
    DRAWN = (
        "SELECT draw_down.purchase, substr(CAST(issued_line.day AS TEXT), 1, 7) AS month,"
        " sum(draw_down.quantity) AS quantity"
        " FROM draw_down JOIN issued_line ON issued_line.id = draw_down.line_id"
        f" WHERE {not_credited('issued_line.invoice')}"
        " GROUP BY draw_down.purchase, substr(CAST(issued_line.day AS TEXT), 1, 7)"
        " HAVING sum(draw_down.quantity) > 0"
    )
    ALL_CLOSINGS = "SELECT client, month, settled_until FROM closing ORDER BY client"
    ALL_USES = "SELECT purchase, month, quantity FROM purchase_use"
    USES = Query(
        "SELECT purchase.contract, purchase_use.purchase,"
        " CASE WHEN purchase_use.month < :last THEN :last ELSE purchase_use.month END AS of_month,"
        " sum(purchase_use.quantity) FROM purchase_use JOIN purchase ON purchase.id = purchase_use.purchase",
        {"clients": "purchase.contract IN (SELECT code FROM contract WHERE client IN :clients)"},
        "GROUP BY 1, 2, 3",
    )
    FORGET_DAYS = (
        'DELETE FROM unsettled_case WHERE case_number IN (SELECT number FROM "case" WHERE client = :client)'
    )
    FORGET_CONTRACTS = (
        "DELETE FROM unsettled_contract WHERE contract IN (SELECT code FROM contract WHERE client = :client)"
    )

    def closed_through(self, client: str) -> Month | None:
        """Return the last month that is closed for a client, or None."""
        month = self.driver.value(self.CLOSED, client=client)
        return Month.parse(month) if month else None

    def closings(self, clients: Clients) -> dict[str, Month]:
        """Return the last month that is closed for each of `clients`."""
        found = self.driver.all(self.CLOSINGS, clients=_listed(clients))
        return {client: Month.parse(month) for client, month in found}

    def touched(self, clients: Clients) -> dict[str, set[int]]:
        """Return the days (counted from 1970, in UTC; -1: all) of closed months that were touched, by case number."""
        found: dict[str, set[int]] = defaultdict(set)
        for case, day in self.driver.all(self.TOUCHED, clients=_listed(clients)):
            found[case].add(day)
        return dict(found)

    def touched_contracts(self, clients: Clients) -> dict[str, date]:
        """Return the contracts of which everything was touched, with the day from which on."""
        found = self.driver.all(self.TOUCHED_CONTRACTS, clients=_listed(clients))
        return {contract: as_day(since) for contract, since in found}

    def touch_contracts(self, since: date) -> None:
        """Note that everything from `since` on is to be rated again, of all contracts of clients with closed months."""
        before = self.touched_contracts(None)
        self.driver.run("DELETE FROM unsettled_contract")
        codes = self.driver.column(self.WITH_CLOSINGS)
        rows = [{"contract": code, "since": min(since, before.get(code, since))} for code in codes]
        self.rows.insert_many("unsettled_contract", rows)

    def close_through(self, client: str, month: Month) -> None:
        """Note `month` as the last one that is closed for a client, unless a later one is."""
        closed = self.closed_through(client)
        if closed is None or closed < month:
            self.driver.run(self.UNCLOSE, client=client)
            until = end_of_month_everywhere(month)
            self.rows.insert_many(
                "closing", [{"client": client, "month": str(month), "settled_until": until}]
            )

    def rebuild(self) -> None:
        """Compute again, from all that was issued, what is closed and what was drawn; all counts as touched.

        It is for an import of issues: the next closing of each client settles what it can.
        """
        self.rows.require_author()
        for table in ("closing", "purchase_use"):
            self.driver.run(f"DELETE FROM {table}")
        for client, month in self.driver.all(self.LAST_CLOSED):
            self.close_through(client, Month.parse(month))
        self.driver.run(f"INSERT INTO purchase_use (purchase, month, quantity) {self.DRAWN}")
        self.touch_contracts(date.min)

    def faults(self) -> Iterator[str]:
        """Yield a sentence for each closing and each sum of draw-downs that does not follow from the issues."""
        closed: dict[str, str] = dict(self.driver.all(self.LAST_CLOSED))
        for client, month, until in self.driver.all(self.ALL_CLOSINGS):
            issued = closed.pop(client, None)
            if issued is None:
                yield f"The closing of {client} (closing) says {month}, and no issue closed a month."
            elif month != issued:
                yield f"The closing of {client} (closing) says {month}, and the last month that issues closed is {issued}."
            elif until not in {end_of_month_everywhere(Month.parse(month)), _EVERYTHING}:
                yield f"The closing of {client} (closing) does not end with {month}: settled_until is {until}."
        for client, month in closed.items():
            yield f"The closing of {client} (closing) is missing: issues closed {month}."
        drawn = {
            (purchase, month): int(quantity) for purchase, month, quantity in self.driver.all(self.DRAWN)
        }
        noted = {(purchase, month): quantity for purchase, month, quantity in self.driver.all(self.ALL_USES)}
        for key in sorted(drawn.keys() | noted.keys()):
            if drawn.get(key) != noted.get(key):
                purchase, month = key
                yield (
                    f"The use of P{purchase} in {month} (purchase_use) is noted as {noted.get(key, 'nothing')},"
                    f" and issued lines draw {drawn.get(key, 'nothing')}."
                )

    def close(self, client: str, still_open: Mapping[str, Collection[int]]) -> None:
        """Note that all of a client's closed months is rated, but for the days `still_open` of its cases."""
        self.rows.require_author()
        self.driver.run(self.FORGET_DAYS, client=client)
        self.driver.run(self.FORGET_CONTRACTS, client=client)
        rows = [{"case_number": case, "day": day} for case, days in still_open.items() for day in set(days)]
        self.rows.insert_many("unsettled_case", rows)

    def uses(self, clients: Clients, before: Month) -> dict[str, list[Use]]:
        """Return what issued lines drew from purchases, by contract: month by month, those before `before` as their last."""
        months: dict[str, Month] = {}
        found: dict[str, list[Use]] = defaultdict(list)
        asked = self.driver.all(self.USES, last=str(before.previous), clients=_listed(clients))
        for contract, purchase, written, quantity in asked:
            month = months.get(written) or months.setdefault(written, Month.parse(written))
            found[contract].append(Use(purchase, month, int(quantity)))
        return dict(found)


def end_of_month_everywhere(month: Month) -> int:
    """Return the instant after which no work lies in `month` in any zone."""
    # Midnight comes to the last zone half a day after it came to UTC.
    return (day_number(month.next.first) + 1) * DAY


def _listed(clients: Clients) -> list[str] | None:
    return None if clients is None else [*clients]
