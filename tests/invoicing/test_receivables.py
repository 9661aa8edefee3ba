"""Worked examples of the receivables ledger: F1 to F13, F16, F17, F21, F27, and the numbers of the scenarios."""

from datetime import date
from decimal import Decimal

import pytest
from account_books import ACME, Books, day, key

from suptime.domain.ledger import (
    Account,
    Allocation,
    Assignment,
    Cause,
    Discount,
    Entry,
    EntryKey,
    EntryKind,
    Reminder,
    ReminderStep,
    Transfer,
    WriteOff,
    document_entry,
    natural_order,
)
from suptime.errors import NotPossible, Refused, WrongUsage
from suptime.invoicing.receivables import (
    Ledger,
    Posting,
    aging,
    bucket_of,
    check_day,
    discount_of,
    faults,
    forfeit,
    oldest_debits,
    open_items,
    parts_of,
    return_deposit,
    settling_amount,
    state_of,
    statement,
    tax_shares,
    total_of,
)


@pytest.fixture
def books():
    return Books()


def parts(books, number, on=30):
    return tuple(str(part) for part in parts_of(books.ledger, number, day(on)))


def state(books, id_, on=30):
    return state_of(books.ledger, key(id_), day(on))


def used(posting):
    return [(one.credit.id, one.debit.id, str(one.amount)) for one in posting.allocations]


# f01: credit notes are set off


def test_a_credit_note_settles_its_invoice_first(books):
    books.invoice("1", 2, "119.00", due="2026-12-02")
    books.invoice("2", 2, "59.50", due="2026-12-02")
    books.pay("M1", 2, "20.00", "2")
    assert used(books.reverse("C3", 2, "1")) == [("C3", "1", "119.00")]
    assert used(books.reverse("C4", 2, "2")) == [("C4", "2", "39.50")]
    assert parts(books, "1") == ("119.00", "0", "119.00", "0", "0", "0.00")
    assert parts(books, "2") == ("59.50", "20.00", "39.50", "0", "0", "0.00")
    assert [state(books, one) for one in ("1", "2", "C3", "C4")] == [
        "credited",
        "credited",
        "settled",
        "issued",
    ]
    assert books.rest("C4") == Decimal("20.00")
    assert books.balance() == Decimal("-20.00")
    with pytest.raises(NotPossible, match=r"20\.01 is more than the 20\.00 EUR that are on account"):
        books.refund("F2", 2, "20.01")
    assert used(books.refund("F2", 2, "20.00")) == [("C4", "F2", "20.00")]
    assert state(books, "C4") == "settled"
    assert aging(books.ledger, day(2)).is_empty


# f02: payment on account


def test_credit_on_account_pays_new_invoices_and_hides_no_old_debt(books):
    books.invoice("1", 2, "119.00")
    books.invoice("2", 2, "59.50")
    assert used(books.pay("M1", 2, "300.00", "1")) == [("M1", "1", "119.00")]
    assert books.rest("M1") == 181
    with pytest.raises(NotPossible, match=r"59\.51 is more than the 59\.50 EUR that are open on 2"):
        books.allocate("M1", 3, ("2", "59.51"))
    assert used(books.invoice("3", 20, "119.00")) == [("M1", "3", "119.00")]
    assert parts(books, "3") == ("0.00", "0", "0", "0", "0", "0.00")
    assert state(books, "3") == "paid"
    assert used(books.allocate("M1", 21, "2")) == [("M1", "2", "59.50")]
    books.refund("F2", 22, "2.50")
    assert books.rest("M1") == 0
    with pytest.raises(NotPossible, match="paid back by the refund F2"):
        books.void("M1", 23)


@pytest.mark.parametrize(
    ("free", "older", "new", "applied"),
    [
        ("100.00", "0", "60.00", "60.00"),  # all of it is due
        ("100.00", "70.00", "60.00", "30.00"),  # what the older one needs is left alone
        ("100.00", "100.00", "60.00", "0"),
        ("100.00", "130.00", "60.00", "0"),  # never below 0
        ("50.00", "0", "60.00", "50.00"),
    ],
)
def test_the_rule_of_f12(books, free, older, new, applied):
    if Decimal(older):
        books.invoice("1", 1, older)
    books.pay("M1", 2, free)
    posting = books.invoice("2", 3, new)
    assert sum(one.amount for one in posting.allocations) == Decimal(applied)
    assert all(one.cause is Cause.ISSUE for one in posting.allocations)


def test_credit_is_used_oldest_first_and_a_credit_note_before_a_payment(books):
    books.pay("M10", 3, "10.00")
    books.pay("M9", 3, "10.00")
    books.reduce("C1", 3, "10.00")
    books.pay("M11", 2, "10.00")
    assert used(books.invoice("1", 4, "35.00")) == [
        ("M11", "1", "10.00"),
        ("C1", "1", "10.00"),
        ("M9", "1", "10.00"),
        ("M10", "1", "5.00"),
    ]


def test_keep_credit(books):
    books.pay("M1", 2, "100.00")
    assert used(books.invoice("1", 3, "60.00", keep=True)) == []
    assert (books.rest("1"), books.rest("M1"), books.balance()) == (60, 100, -40)


# f04, f17: deposits without a sale


def deposit(books, id_="M1", on=1, amount="100.00", purchase=1):
    books.pay(id_, on, amount, purchase=purchase)
    return key(id_)


def test_a_deposit_pays_at_issue_and_gets_it_back(books):
    payment = deposit(books)
    assert books.ledger.deposits(day(1)) == 100
    assert books.ledger.on_account(day(1)) == 0
    posting = books.invoice("1", 2, "119.00", deposits=["M1"])
    assert used(posting) == [("M1", "1", "100.00")]
    assert parts(books, "1") == ("19.00", "0", "0", "0", "0", "19.00")
    books.reverse("C2", 3, "1")
    assert parts(books, "1") == ("19.00", "0", "19.00", "0", "0", "0.00")
    assert (books.rest("C2"), books.balance()) == (0, -100)
    made = aging(books.ledger, day(3))
    assert (made.deposits, made.on_account, made.balance) == (100, 0, -100)
    assert books.ledger.rest(payment, day(3)) == 100
    assert used(books.invoice("3", 4, "119.00", deposits=["M1"])) == [("M1", "3", "100.00")]
    made = aging(books.ledger, day(4))
    assert (made.balance, made.deposits) == (19, 0)


def test_a_deposit_is_no_free_credit(books):
    deposit(books)
    assert used(books.invoice("1", 2, "50.00")) == []
    with pytest.raises(NotPossible, match="Nothing is left of M1"):
        books.allocate("M1", 2, "1")
    with pytest.raises(NotPossible, match="on account"):
        books.refund("F2", 2, "1.00")


def test_what_is_returned_of_a_deposit_is_free(books):
    payment = deposit(books)
    books.add(return_deposit(books.ledger, payment, Decimal("40.00"), on=day(2)))
    assert (books.ledger.deposits(day(2)), books.ledger.on_account(day(2))) == (60, 40)
    assert books.ledger.deposits(day(1)) == 100
    with pytest.raises(Refused, match=r"60\.01 is more than the 60\.00 EUR left"):
        return_deposit(books.ledger, payment, Decimal("60.01"), on=day(2))
    assert used(books.invoice("1", 3, "90.00", deposits=["M1"])) == [
        ("M1", "1", "60.00"),
        ("M1", "1", "30.00"),
    ]
    books.refund("F2", 4, "10.00")
    assert books.rest("M1") == 0


def test_a_deposit_that_expires(books):
    payment = deposit(books)
    books.invoice("1", 2, "30.00", deposits=["M1"])
    books.add(forfeit(books.ledger, payment, on=day(5)))
    assert books.rest("M1") == 0
    assert books.balance(4) == -70
    assert books.balance(5) == 0
    assert aging(books.ledger, day(5)).is_empty
    assert not forfeit(books.ledger, payment, on=day(6))
    line = statement(books.ledger, day(5), day(5)).lines[0]
    assert (line.kind, line.entry.id, line.debit) == ("forfeiture", "P1", 70)
    with pytest.raises(NotPossible, match="expired with P1"):
        books.void("M1", 6)


def test_void_of_a_deposit_opens_what_it_paid(books):
    deposit(books)
    books.invoice("1", 2, "119.00", deposits=["M1"])
    books.void("M1", 3)
    assert parts(books, "1") == ("19.00", "-100.00", "0", "0", "0", "119.00")
    assert (books.ledger.deposits(day(3)), books.balance()) == (0, 119)


def test_a_draw_of_an_old_deposit_ends_when_its_invoice_is_credited(books):
    books.invoice("1", 1, "119.00")
    draw = EntryKey(EntryKind.DRAW, "P1", 1)
    entry = Entry(key=draw, account=ACME, on=day(1), amount=Decimal("100.00"))
    row = Allocation(draw, key("1"), day(1), Decimal("100.00"), Cause.ISSUE)
    books.add(Posting((entry,), (row,)))
    assert parts(books, "1")[0] == "19.00"
    books.reverse("C2", 2, "1")
    assert parts(books, "1") == ("19.00", "0", "19.00", "0", "0", "0.00")
    assert (books.balance(), books.rest("C2")) == (0, 0)
    with pytest.raises(NotPossible):
        books.void(draw, 3)


# f06: cash discount


def test_a_discount_taken_in_time_closes_the_invoice(books):
    books.invoice("1", 2, "119.00", terms="30d, 2% 10d")
    books.pay("M1", 12, "116.62", "1")
    assert discount_of(books.ledger, key("M1")) == Decimal("2.38")
    assert parts(books, "1") == ("119.00", "116.62", "0", "2.38", "0", "0.00")
    assert (state(books, "1"), books.balance(), books.balance(11)) == ("paid", 0, 119)
    books.release("M1", 20)
    assert parts(books, "1") == ("119.00", "0.00", "0", "0.00", "0", "119.00")
    assert discount_of(books.ledger, key("M1")) == 0
    assert books.balance(19) == 0
    assert books.balance(20) == Decimal("2.38")


@pytest.mark.parametrize(
    ("terms", "payments", "discounted"),
    [
        ("30d, 2% 10d", [(13, "116.62")], "0"),  # a day late
        ("30d, 2% 10d", [(12, "116.61")], "0"),  # a cent short
        ("30d, 2% 10d", [(12, "116.63")], "2.37"),  # a cent more: the rest
        ("30d, 2% 10d", [(12, "119.00")], "0"),
        ("30d, 2% 10d", [(12, "130.00")], "0"),
        ("30d, 2% 10d", [(5, "60.00"), (12, "56.62")], "2.38"),  # together in time
        ("30d, 2% 10d", [(13, "60.00"), (12, "56.62")], "0"),  # one of them late
        ("30d, 3% 7d, 2% 14d", [(9, "115.43")], "3.57"),
        ("30d, 3% 7d, 2% 14d", [(10, "115.43")], "0"),
        ("30d, 3% 7d, 2% 14d", [(10, "116.62")], "2.38"),
        ("30d, 3% 7d, 2% 14d", [(9, "116.62")], "2.38"),
    ],
)
def test_earned_or_not(books, terms, payments, discounted):
    books.invoice("1", 2, "119.00", terms=terms)
    for count, (on, amount) in enumerate(payments, 1):
        books.pay(f"M{count}", on, amount, "1")
    assert parts_of(books.ledger, "1", day(30)).discounted == Decimal(discounted)


def test_a_late_payment_does_not_help_one_in_time(books):
    books.invoice("1", 2, "119.00", terms="30d, 2% 10d")
    books.pay("M1", 13, "60.00", "1")
    books.pay("M2", 12, "56.62")
    books.allocate("M2", 20, "1")
    assert parts(books, "1") == ("119.00", "116.62", "0", "0", "0", "2.38")


def test_the_base_is_less_what_credit_notes_set_off(books):
    books.invoice("1", 2, "119.00", terms="30d, 2% 10d")
    books.reduce("C2", 3, "19.00", "1")
    assert settling_amount(books.ledger, key("1"), day(12), day(12)) == 98
    assert settling_amount(books.ledger, key("1"), day(13), day(13)) == 100
    books.pay("M1", 12, "98.00", "1")
    assert parts(books, "1") == ("119.00", "98.00", "19.00", "2.00", "0", "0.00")


def test_a_discount_is_of_what_was_due_at_issue(books):
    books.pay("M1", 1, "19.00")
    books.invoice("1", 2, "119.00", terms="30d, 2% 10d")
    books.pay("M2", 5, "98.00", "1")
    assert parts(books, "1") == ("100.00", "98.00", "0", "2.00", "0", "0.00")


def test_a_payment_counts_by_the_day_it_came_in(books):
    # It came on the 12th, was entered without a client, and is acme's since the 20th.
    came = Transfer(id=1, on=day(12), amount=Decimal("116.62"), currency="EUR")
    assert came.entry() is None
    entry = came.entry(Assignment(1, "acme", day(20)))
    assert (entry.on, entry.paid_on) == (day(20), day(12))
    books.invoice("1", 2, "119.00", terms="30d, 2% 10d")
    books.add(Posting((entry,)))
    books.allocate("M1", 20, "1")
    assert (books.balance(19), books.balance(20)) == (119, 0)


def test_two_invoices_at_their_pay(books):
    books.invoice("1", 2, "119.00", terms="30d, 2% 10d")
    books.invoice("2", 2, "59.50", terms="30d, 2% 10d")
    assert used(books.pay("M1", 12, "174.93", "1", "2")) == [
        ("M1", "1", "116.62"),
        ("M1", "1", "2.38"),
        ("M1", "2", "58.31"),
        ("M1", "2", "1.19"),
    ]
    assert books.balance() == 0
    assert [one.key.part for one in books.ledger.entries if one.kind is EntryKind.DISCOUNT] == [1, 2]


def test_a_cent_off_is_taken_in_order(books):
    books.invoice("1", 2, "119.00", terms="30d, 2% 10d")
    books.invoice("2", 2, "59.50", terms="30d, 2% 10d")
    assert used(books.pay("M1", 12, "174.92", "1", "2")) == [("M1", "1", "119.00"), ("M1", "2", "55.92")]


def test_a_discount_is_lost_when_a_payment_before_it_bounces(books):
    books.invoice("1", 2, "119.00", terms="30d, 2% 10d")
    books.pay("M1", 5, "60.00", "1")
    books.pay("M2", 12, "56.62", "1")
    books.void("M1", 13)
    assert parts(books, "1") == ("119.00", "56.62", "0", "0.00", "0", "62.38")


# f08: statement and aging


@pytest.fixture
def f08(books):
    books.invoice("INV-2026-0001", "2026-10-02", "119.00", due="2026-10-16")
    books.invoice("INV-2026-0002", 2, "59.50", due=16)
    books.pay("M1", 10, "50.00", "INV-2026-0001")
    books.pay("M2", 12, "30.00")
    return books


@pytest.mark.parametrize(
    ("on", "buckets", "on_account", "balance"),
    [
        (20, {"days_1_30": "59.50", "days_31_60": "69.00"}, "30.00", "98.50"),
        (16, {"not_due": "59.50", "days_31_60": "69.00"}, "30.00", "98.50"),
        (9, {"days_1_30": "119.00", "not_due": "59.50"}, "0", "178.50"),
        ("2026-10-16", {"not_due": "119.00"}, "0", "119.00"),
        ("2026-10-01", {}, "0", "0"),
        ("2027-02-20", {"days_over_90": "128.50"}, "30.00", "98.50"),
    ],
)
def test_aging_at_every_day(f08, on, buckets, on_account, balance):
    made = aging(f08.ledger, day(on))
    assert {name: amount for name, amount in made.buckets.items() if amount} == {
        name: Decimal(amount) for name, amount in buckets.items()
    }
    assert (made.on_account, made.balance) == (Decimal(on_account), Decimal(balance))
    assert total_of([made, made]).balance == 2 * made.balance


def test_statement(f08):
    made = statement(f08.ledger, day(1), day(20))
    assert [str(one) for one in (made.opening, made.debits, made.credits, made.closing)] == [
        *("119.00", "59.50", "80.00", "98.50"),
    ]
    assert [(line.entry.id, str(line.debit), str(line.credit), str(line.balance)) for line in made.lines] == [
        ("INV-2026-0002", "59.50", "0", "178.50"),
        ("M1", "0", "50.00", "128.50"),
        ("M2", "0", "30.00", "98.50"),
    ]
    assert made.lines[1].used == ((key("INV-2026-0001"), Decimal("50.00")),)
    assert [(one.key.id, one.open, one.days_overdue) for one in made.open_items] == [
        ("INV-2026-0001", 69, 35),
        ("INV-2026-0002", Decimal("59.50"), 4),
    ]


def test_a_void_has_its_entrys_side_and_the_sign_turned(f08):
    f08.void("M1", 15)
    made = statement(f08.ledger, day(10), day(20))
    assert [(line.kind, line.entry.id, str(line.credit), str(line.balance)) for line in made.lines] == [
        ("payment", "M1", "50.00", "128.50"),
        ("payment", "M2", "30.00", "98.50"),
        ("void", "M1", "-50.00", "148.50"),
    ]
    assert made.lines[0].used == ()


def test_lines_of_one_day_are_debits_first_then_by_number(books):
    books.pay("M10", 2, "1.00")
    books.pay("M9", 2, "1.00")
    books.invoice("INV-2026-0010", 2, "5.00", keep=True)
    books.invoice("INV-2026-0009", 2, "5.00", keep=True)
    made = statement(books.ledger, day(2), day(2))
    assert [line.entry.id for line in made.lines] == ["INV-2026-0009", "INV-2026-0010", "M9", "M10"]


def test_an_invoice_without_a_due_day_has_30_days(books):
    books.invoice("1", 2, "10.00")
    assert aging(books.ledger, date(2026, 12, 2)).buckets["not_due"] == 10
    assert aging(books.ledger, date(2026, 12, 3)).buckets["days_1_30"] == 10
    # Its state is as its page says: no day is promised there.
    assert state_of(books.ledger, key("1"), date(2026, 12, 3)) == "issued"


def test_oldest_first_is_by_due_day_then_number(books):
    books.invoice("INV-10", 2, "1.00", due=20)
    books.invoice("INV-9", 2, "1.00", due=20)
    books.invoice("INV-11", 2, "1.00", due=5)
    assert [one.id for one in oldest_debits(books.ledger, day(3))] == ["INV-11", "INV-9", "INV-10"]


def test_buckets():
    assert [bucket_of(days) for days in (0, 1, 30, 31, 60, 61, 90, 91, 999)] == [
        *("not_due", "days_1_30", "days_1_30", "days_31_60", "days_31_60"),
        *("days_61_90", "days_61_90", "days_over_90", "days_over_90"),
    ]


# f14: reduction and bad debt


def test_reduction_then_bad_debt(books):
    books.invoice("1", 2, "238.00")
    assert used(books.reduce("C2", 2, "59.50", "1")) == [("C2", "1", "59.50")]
    assert parts(books, "1") == ("238.00", "0", "59.50", "0", "0", "178.50")
    assert state(books, "1") == "issued"
    books.pay("M1", 2, "59.50", "1")
    assert state(books, "1") == "part-paid"
    with pytest.raises(NotPossible, match=r"119\.01 is more than the 119\.00 EUR that are open on 1"):
        books.write_off("W1", 2, "119.01", "1")
    books.write_off("W1", 2, "119.00", "1")
    assert parts(books, "1") == ("238.00", "59.50", "59.50", "0", "119.00", "0.00")
    assert (state(books, "1"), books.balance()) == ("written-off", 0)
    assert aging(books.ledger, day(2)).is_empty
    with pytest.raises(NotPossible, match=r"0\.01 is more than the 0\.00"):
        books.write_off("W2", 2, "0.01", "1")
    books.void("W1", 3)
    assert (books.balance(), state(books, "1")) == (119, "part-paid")


def test_a_reversal_takes_reductions_discounts_and_write_offs_with_it(books):
    books.invoice("1", 2, "100.00", terms="30d, 2% 10d")
    books.reduce("C2", 3, "10.00", "1")
    books.pay("M1", 4, "50.00", "1")
    books.write_off("W1", 5, "40.00", "1")
    posting = books.reverse("C3", 6, "1")
    assert [one.entry.id for one in posting.voids] == ["W1"]
    assert parts(books, "1") == ("100.00", "50.00", "50.00", "0", "0.00", "0.00")
    assert (books.rest("C3"), books.balance(), state(books, "1")) == (50, -50, "credited")


def test_nobody_gets_back_a_discount(books):
    books.invoice("1", 2, "119.00", terms="30d, 2% 10d")
    books.pay("M1", 12, "116.62", "1")
    books.reverse("C2", 13, "1")
    assert (books.rest("C2"), books.balance()) == (Decimal("116.62"), Decimal("-116.62"))


def test_a_reduction_on_account_is_used_by_the_reversal(books):
    books.invoice("1", 2, "100.00")
    books.pay("M1", 2, "100.00", "1")
    books.reduce("C2", 3, "30.00", "1")
    books.release("M1", 4)
    assert used(books.reverse("C3", 5, "1")) == [("C2", "1", "30.00"), ("C3", "1", "70.00")]
    assert (books.balance(), books.rest("M1")) == (-100, 100)


def test_a_reduction_that_was_spent_stops_the_reversal(books):
    books.invoice("1", 2, "100.00")
    books.pay("M1", 2, "100.00", "1")
    books.reduce("C2", 3, "30.00", "1")
    books.refund("F2", 3, "30.00")
    books.release("M1", 4)
    books.refund("F3", 4, "100.00")
    with pytest.raises(NotPossible, match="C2 is used for something else"):
        books.reverse("C3", 5, "1")


def test_an_invoice_is_reversed_once(books):
    books.invoice("1", 2, "100.00")
    books.reverse("C2", 3, "1")
    with pytest.raises(NotPossible, match="credited by C2"):
        books.reverse("C3", 3, "1")
    with pytest.raises(NotPossible, match="reverses 1"):
        books.release("C2", 4, "1")
    with pytest.raises(NotPossible, match="Nothing of C2"):
        books.release("C2", 4)


def test_a_payment_that_bounces_after_the_reversal(books):
    books.invoice("1", 2, "59.50")
    books.pay("M1", 2, "20.00", "1")
    books.reverse("C2", 3, "1")
    books.void("M1", 4)
    assert (books.rest("1"), books.rest("C2"), books.balance()) == (0, 0, 0)
    assert (books.balance(3), books.rest("C2", 3)) == (-20, 20)


def test_an_adjustment_below_zero_is_set_off_by_number(books):
    books.invoice("INV-10", 2, "30.00")
    books.invoice("INV-9", 2, "30.00")
    assert used(books.reduce("C1", 3, "50.00", "INV-10", "INV-9", "INV-77")) == [
        ("C1", "INV-9", "30.00"),
        ("C1", "INV-10", "20.00"),
    ]


# Refusals


def test_days_that_cannot_be(books):
    books.invoice("1", 5, "100.00")
    books.pay("M1", 8, "50.00")
    with pytest.raises(WrongUsage, match="before M1 of 2026-11-08"):
        books.allocate("M1", 7, "1")
    books.allocate("M1", 9, "1")
    with pytest.raises(WrongUsage, match="when M1 was allocated to 1"):
        books.release("M1", 8)
    with pytest.raises(WrongUsage, match="before M1 of"):
        books.void("M1", 7)
    with pytest.raises(WrongUsage, match="before 2026-11-09, when M1 was used last"):
        books.void("M1", 8)
    books.void("M1", 9)
    with pytest.raises(NotPossible, match="M1 is void since 2026-11-09"):
        books.void("M1", 9)
    with pytest.raises(NotPossible, match="M1 is void"):
        books.allocate("M1", 10, "1")


def test_an_allocation_made_with_a_payment_is_dated_the_later_side(books):
    books.invoice("1", 15, "100.00")
    posting = books.pay("M1", 12, "50.00", "1")
    assert [one.on for one in posting.allocations] == [day(15)]
    assert (books.rest("M1", 14), books.rest("M1", 15)) == (50, 0)


def test_a_void_is_not_before_a_release(books):
    books.invoice("1", 2, "100.00")
    books.pay("M1", 3, "100.00", "1")
    books.release("M1", 5)
    with pytest.raises(WrongUsage, match="before 2026-11-05, when M1 was used last"):
        books.void("M1", 4)
    books.void("M1", 5)


def test_a_past_day_does_not_overdraw_a_later_one(books):
    books.invoice("1", 2, "100.00")
    books.invoice("2", 2, "100.00")
    books.pay("M1", 3, "100.00")
    books.allocate("M1", 20, "1")
    with pytest.raises(NotPossible, match="Nothing is left of M1"):
        books.allocate("M1", 10, "2")
    books.pay("M2", 4, "100.00")
    with pytest.raises(NotPossible, match="Nothing is open on 1"):
        books.allocate("M2", 10, "1")


def test_days_and_closed_books():
    check_day(day(5), day(5), day(4))
    with pytest.raises(WrongUsage, match="in the future"):
        check_day(day(6), day(5), None)
    with pytest.raises(NotPossible, match="closed through 2026-11-05"):
        check_day(day(5), day(5), day(5))
    with pytest.raises(WrongUsage, match="before 2026-11-04"):
        check_day(day(3), day(5), None, first=day(4))


def test_what_cannot_be_void(books):
    books.invoice("1", 2, "119.00", terms="30d, 2% 10d")
    books.pay("M1", 3, "116.62", "1")
    with pytest.raises(NotPossible, match="document"):
        books.void("1", 4)
    with pytest.raises(NotPossible, match="discount of M1"):
        books.void(EntryKey(EntryKind.DISCOUNT, "M1", 1), 4)


def test_nothing_to_release(books):
    books.invoice("1", 2, "100.00")
    books.pay("M1", 3, "50.00")
    with pytest.raises(NotPossible, match="Nothing of M1 is allocated"):
        books.release("M1", 4)
    with pytest.raises(NotPossible, match="Nothing of M1 is allocated to 1"):
        books.release("M1", 4, "1")
    books.refund("F2", 4, "10.00", "M1")
    with pytest.raises(NotPossible, match="paid back by the refund F2"):
        books.release("M1", 5, "F2")
    books.void("F2", 5)
    assert (books.rest("M1"), books.balance()) == (50, 50)
    books.void("M1", 6)
    assert books.balance() == 100


def test_a_late_charge_is_paid_and_void(books):
    books.add(Posting((books.entry("R1", 5, "5.00", due_on=day(5)),)))
    books.pay("M1", 6, "5.00", "R1")
    assert books.balance() == 0
    books.void("R1", 7)
    assert (books.balance(), books.rest("M1")) == (-5, 5)


def test_refund_from_a_source(books):
    books.pay("M1", 2, "10.00")
    books.pay("M2", 3, "10.00")
    with pytest.raises(NotPossible, match=r"10\.01 is more than the 10\.00 EUR that are on account of M2"):
        books.refund("F3", 4, "10.01", "M2")
    assert used(books.refund("F3", 4, "10.00", "M2")) == [("M2", "F3", "10.00")]
    with pytest.raises(WrongUsage, match="before M2"):
        books.refund("F4", 2, "1.00", "M2")
    assert used(books.refund("F4", 4, "7.00")) == [("M1", "F4", "7.00")]


# Tax shares


TOTALS = {
    "gross": "226.00",
    "taxes": [
        {"rate": "19", "treatment": "standard", "net": "100.00", "tax": "19.00"},
        {"rate": "7", "treatment": "standard", "net": "100.00", "tax": "7.00"},
    ],
}


@pytest.mark.parametrize(
    ("amount", "shares"),
    [
        ("2.38", [("19", "1.25", "0.20"), ("7", "1.13", "0.07")]),
        ("226.00", [("19", "119.00", "19.00"), ("7", "107.00", "7.00")]),
        ("0.01", [("19", "0.01", "0.00"), ("7", "0.00", "0.00")]),
    ],
)
def test_shares_of_rates(amount, shares):
    made = tax_shares(Decimal(amount), TOTALS, "EUR")
    assert [(one.rate, str(one.gross), str(one.tax)) for one in made] == shares


def test_shares_of_one_rate_and_of_none():
    # f06: 2.38 of 119.00 is 2.00 net and 0.38 tax; f14: 119.00 of 238.00 is 100.00 net.
    one = {"rate": "19", "treatment": "standard", "net": "200.00", "tax": "38.00"}
    (made,) = tax_shares(Decimal("119.00"), {"gross": "238.00", "taxes": [one]}, "EUR")
    assert (made.net, made.tax) == (100, 19)
    (untaxed,) = tax_shares(Decimal("10.00"), {"gross": "50.00", "taxes": []}, "EUR")
    assert (untaxed.rate, untaxed.net) == (None, 10)
    assert tax_shares(Decimal("1.00"), {"gross": "0.00", "taxes": []}, "EUR") == ()


def test_shares_with_a_rate_below_zero():
    low = {"rate": "7", "treatment": "standard", "net": "-10.00", "tax": "-0.70"}
    totals = {"gross": "108.30", "taxes": [TOTALS["taxes"][0], low]}
    made = tax_shares(Decimal("54.15"), totals, "EUR")
    assert [str(one.gross) for one in made] == ["59.50", "-5.35"]


# Nouns


def test_entries_of_nouns():
    entry = document_entry(ACME, "INV-1", Decimal("119.00"), day(2), day(16))
    assert (entry.key, entry.amount, entry.due_on) == (key("INV-1"), 119, day(16))
    note = document_entry(ACME, "INV-2", Decimal("-5.00"), day(2))
    assert (note.key, note.amount) == (EntryKey(EntryKind.CREDIT_NOTE, "INV-2"), 5)
    whole = document_entry(ACME, "INV-3", Decimal("5.00"), day(2), corrects="INV-2", mode="reopen")
    assert (whole.kind, whole.is_whole) == ("invoice", True)
    discount = Discount(transfer=1, part=2, account=ACME, number="INV-1", on=day(3), amount=Decimal(2)).entry
    assert (discount.id, discount.key.part, discount.invoice) == ("M1", 2, "INV-1")
    gone = WriteOff(id=1, account=ACME, number="INV-1", on=day(3), amount=Decimal(2), reason="x").entry
    assert (gone.id, gone.key.is_credit) == ("W1", True)
    plain = Reminder(id=1, account=ACME, on=day(3), steps=(ReminderStep("INV-1", 1),))
    assert plain.entry is None
    charged = Reminder(
        id=2, account=ACME, on=day(3), fee=Decimal(5), steps=(ReminderStep("INV-1", 2, Decimal("0.30")),)
    )
    assert (charged.entry.amount, charged.entry.due_on) == (Decimal("5.30"), day(3))
    back = Transfer(id=3, on=day(3), amount=Decimal(2), currency="EUR", client="acme", is_refund=True).entry()
    assert (back.id, back.kind) == ("M3", "refund")


def test_natural_order():
    assert sorted(["M10", "M9", "M", "R1", "INV-2026-0010", "INV-2026-0009"], key=natural_order) == [
        *("INV-2026-0009", "INV-2026-0010", "M", "M9", "M10", "R1"),
    ]


def test_faults_are_seen():
    inv = Entry(key=key("1"), account=ACME, on=day(5), amount=Decimal(10))
    paid = Entry(key=key("M1"), account=ACME, on=day(6), amount=Decimal(10))
    row = Allocation(key("M1"), key("1"), day(6), Decimal(10))

    def of(*entries, rows=(), **more):
        return list(faults(Ledger(ACME, entries, tuple(rows), **more)))

    assert of(inv, paid, rows=[row]) == []
    assert of(inv, inv) == ["Two entries have the same key."]
    assert of(inv, paid, rows=[row, row]) != []
    assert of(inv, paid, rows=[Allocation(key("M1"), key("1"), day(5), Decimal(10))]) != []
    assert of(inv, paid, rows=[Allocation(key("M1"), key("1"), day(6), Decimal(-1))]) != []
    assert of(inv, rows=[row]) == ["An allocation of M1 to 1 lacks a side."]
    other = Entry(key=key("2"), account=Account("beta", "EUR"), on=day(5), amount=Decimal(-1))
    assert len(of(other)) == 3


def test_open_items_at_a_past_day(books):
    books.invoice("1", 5, "100.00", due=10)
    books.pay("M1", 20, "100.00", "1")
    assert open_items(books.ledger, day(4)) == ()
    assert [(one.open, one.days_overdue) for one in open_items(books.ledger, day(19))] == [(100, 9)]
    assert open_items(books.ledger, day(20)) == ()
