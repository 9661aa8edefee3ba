"""What is exported for bookkeepers: every transaction balances, and what is owed is the value of what is left."""

import csv
import io
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from driving import Suptime
from lived_books import credit, live


def transactions(journal: str) -> list[list[tuple[str, Decimal, str]]]:
    """The postings of each transaction: account, amount, currency."""
    found: list[list[tuple[str, Decimal, str]]] = []
    for line in journal.splitlines():
        if line[:2] == "20" and " * " in line:
            found.append([])
        elif line.startswith("    ") and found and not line.strip().startswith("number:"):
            account, amount, currency = line.split()
            found[-1].append((account, Decimal(amount), currency))
    return found


def balances(journal: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for postings in transactions(journal):
        for account, amount, currency in postings:
            sums[f"{account} {currency}"] += amount
    return {account: amount for account, amount in sums.items() if amount}


@pytest.fixture
def books(suptime: Suptime) -> Suptime:
    live(suptime)
    return suptime


@pytest.mark.parametrize("form", ["ledger", "hledger", "beancount"])
def test_every_transaction_adds_up_to_nothing(books: Suptime, form: str):
    credit(books)
    every = transactions(books(f"export {form}").out)
    assert len(every) >= 10
    for postings in every:
        assert len({currency for _, _, currency in postings}) == 1
        assert sum(amount for _, amount, _ in postings) == 0


def test_what_is_owed_is_the_value_of_what_is_left(books: Suptime):
    owed = {a: -amount for a, amount in balances(books("export ledger").out).items() if "Prepaid" in a}
    prices = {
        "P1": Decimal("500.01"),
        "P2": Decimal("90.00"),
        "P3": Decimal("200.00"),
        "P4": Decimal("100.00"),
    }
    left: dict[str, Decimal] = defaultdict(Decimal)
    for balance in books("report hours --format json").json["balances"]:
        for bought in balance["purchases"]:
            share = Decimal(bought["remaining"]) / Decimal(bought["quantity"])
            left[balance["contract"]] += prices[bought["id"]] * share
    assert left == {"acme.hours_1": Decimal("50.00"), "calls": Decimal("150.25") + Decimal("28.98")}
    assert owed == {
        "Liabilities:Prepaid:Acme-hours-1 USD": left["acme.hours_1"],
        "Liabilities:Prepaid:Calls EUR": left["calls"],
    }


@pytest.mark.parametrize("form", ["ledger", "beancount", "xero", "quickbooks"])
def test_the_books_of_a_firm_are_those_that_were_looked_at(books: Suptime, form: str):
    credit(books)
    kept = (Path(__file__).parent / "booked" / form).read_text("utf-8")
    assert books(f"export {form}").out.replace("\r\n", "\n") == kept


def test_credit_notes_leave_nothing_of_what_they_reverse(books: Suptime):
    credit(books)
    found = balances(books("export hledger").out)
    # The client paid 300.00 of an invoice that was waived: that much is theirs.
    assert found["Assets:Receivable:Acme USD"] == Decimal("374.00") - Decimal("300.00")
    # So is what was paid for the deposit, whose sale is taken back.
    assert found["Assets:Receivable:Lake EUR"] == Decimal("-107.10")
    # Money that came in beside the books is owed still; the sales are taken back, all but August's.
    assert found["Liabilities:Prepaid:Calls EUR"] == Decimal("-200.00")
    assert found["Liabilities:Prepaid:Acme-hours-1 USD"] == Decimal("-50.00")
    assert {a for a in found if a.startswith("Income")} == {
        "Income:Acme-hours-1 USD",
        "Income:Acme-hours-1:Drawn USD",
    }


def test_a_name_that_two_codes_would_share_is_told_apart(suptime: Suptime):
    from datetime import date

    from suptime.interchange.exports.journals import Entry, name_accounts

    codes = ("a_b", "a-b", "_", "9x", "x.1")
    postings = tuple((("income", code), Decimal(1)) for code in codes)
    names = name_accounts([Entry(date(2026, 1, 1), "", "", "", "USD", postings)])
    assert sorted(names.values()) == ["Income:9x", "Income:A-b", "Income:A-b-2", "Income:X", "Income:X-1"]


def test_an_empty_store_has_an_empty_journal(suptime: Suptime):
    assert suptime("export beancount").out == (
        "; Invoices, payments and what was bought ahead, as suptime booked them.\n\n"
    )


@pytest.mark.parametrize("form", ["xero", "quickbooks"])
def test_the_rows_of_an_invoice_add_up_to_it(books: Suptime, form: str):
    credit(books)
    done = books(
        f"export {form} --tax-code 10=Sales --tax-code '19=19% VAT' --account 4000 --prepaid-account 2100"
    )
    rows = list(csv.DictReader(io.StringIO(done.out)))
    number, amount, tax = (
        ("*InvoiceNumber", "*UnitAmount", "TaxAmount")
        if form == "xero"
        else ("*InvoiceNo", "*ItemAmount", "ItemTaxAmount")
    )
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row[number]] += Decimal(row[amount]) + Decimal(row[tax])
    issued = books("invoice list --format json").json["invoices"]
    if form == "quickbooks":
        issued = [one for one in issued if one["kind"] == "invoice"]
        assert done.err == (
            "Warning: quickbooks cannot import credit notes together with invoices; left out: INV-2026-0006, INV-2026-0007, INV-2026-0008, INV-2026-0009.\n"
        )
    assert dict(sums) == {one["number"]: Decimal(one["totals"]["gross"]) for one in issued}
    assert {row["*AccountCode" if form == "xero" else "Item(Product/Service)"] for row in rows} == {
        "4000",
        "2100",
    }
    assert {row["*TaxType" if form == "xero" else "*ItemTaxCode"] for row in rows} == {"Sales", "19% VAT"}


def test_a_cell_that_would_be_a_formula_is_quoted(suptime: Suptime):
    suptime.at("2026-07-01T08:00:00Z")
    (suptime.home / "hours.toml").write_text(
        '[contract]\ncode="x"\ntitle="t"\ncurrency="USD"\ntimezone="UTC"\nstarts_on=2026-01-01\n[prices]\nhour="1.00"\n'
    )
    suptime(["client", "add", "x", "--name", "=1+1", "--currency", "USD"])
    suptime("contract add x hours.toml")
    suptime("case open CASE-1 --client x --at '2026-06-01 08:00'")
    suptime(["log", "CASE-1", "1h", "--to", "2026-06-02 12:00", "--note", "@cmd"])
    suptime("invoice --month 2026-06 --issue")
    (row,) = csv.DictReader(io.StringIO(suptime("export xero").out))
    assert row["*ContactName"] == "'=1+1"
    assert row["*Description"].startswith("'@cmd")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("export ledger --account 7", "Error: --account cannot be used with the format ledger.\nUse it with xero or quickbooks.\n"),
        ("export suptime --tax-code 1=x", "Error: --tax-code cannot be used with the format suptime.\nUse it with xero or quickbooks.\n"),
        ("export xero --tax-code VAT=x", "Error: --tax-code: \"VAT\" is not a rate.\nWrite, for example, 19='19% VAT'.\n"),
        ("export xero --tax-code 19", "Error: --tax-code: expected NAME=VALUE, got \"19\".\nExample: --tax-code 19='19% VAT'\n"),
        ("export ledger --out none/here", "Error: none/here: No such file or directory.\nGive a file that can be written.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_said(suptime: Suptime, command: str, says: str):
    assert suptime(command, code=2).err == says


def test_a_file_is_written_whole(books: Suptime):
    assert books("export xero --out x.csv").out == "Wrote 5 invoices to x.csv.\n"
    assert (books.home / "x.csv").read_bytes().endswith(b"\r\n")
    assert books("export ledger --out x.ledger").out == "Wrote the journal to x.ledger.\n"
