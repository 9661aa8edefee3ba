"""Reminders: who gets one, when, at which level, with which fee and interest (F28), and the letters of f09."""

from datetime import date
from decimal import Decimal

import pytest
from account_books import Books, day, key

from suptime.domain.ledger import Hold
from suptime.invoicing.receivables import Posting
from suptime.invoicing.reminders import (
    ReminderPolicy,
    hold_of,
    interest_on,
    is_settled,
    letter,
    level_of,
)

ONE, TWO = "INV-2026-0001", "INV-2026-0002"
LEVELS = ReminderPolicy([7, 21])


class Office:
    """An account with the reminders that went to it."""

    def __init__(self, policy=LEVELS):
        self.books, self.policy, self.reminders, self.holds = Books(), policy, [], []

    def letter(self, on, **more):
        return letter(
            self.books.ledger, self.policy, day(on), reminders=self.reminders, holds=self.holds, **more
        )

    def send(self, on):
        made = self.letter(on)
        if made is not None:
            reminder = made.numbered(len(self.reminders) + 1)
            self.reminders.append(reminder)
            if reminder.entry is not None:
                self.books.add(Posting((reminder.entry,)))
                assert made.total == self.books.balance(on)
        return made


@pytest.fixture
def office():
    made = Office()
    made.books.invoice(ONE, "2026-10-02", "119.00", due="2026-10-16")
    made.books.invoice(TWO, 2, "59.50", due=16)
    return made


def items(made):
    return [(one.item.key.id, one.level, one.item.days_overdue, str(one.item.open)) for one in made.items]


def test_letters_of_f09(office):
    made = office.send(2)
    assert items(made) == [(ONE, 1, 17, "119.00"), (TWO, 0, 0, "59.50")]
    assert (made.level, made.fee, made.interest, made.total) == (1, 0, 0, Decimal("178.50"))
    assert office.letter(2) is None
    # 21 days, but the last letter is 4 days old.
    assert office.letter(6) is None
    assert office.letter(9).level == 2
    office.holds = [Hold(ONE, day(9), "Disputed", day(15))]
    assert office.letter(9) is None
    office.holds.append(Hold(ONE, day(9), is_off=True))
    assert office.send(9).level == 2
    # There is no third level; 0002 is 14 days late.
    made = office.send(30)
    assert items(made) == [(ONE, 2, 45, "119.00"), (TWO, 1, 14, "59.50")]
    assert made.level == 2
    office.books.pay("M1", 30, "178.50", ONE, TWO)
    assert office.letter("2026-12-20") is None


@pytest.mark.parametrize(("on", "there"), [("2026-10-22", False), ("2026-10-23", True)])
def test_a_level_is_reached_on_its_day(office, on, there):
    assert (office.letter(on) is not None) is there


def test_no_step_is_skipped(office):
    assert office.letter("2027-06-01").level == 1
    office.send("2027-06-01")
    assert office.letter("2027-06-07") is None
    assert office.send("2027-06-08").level == 2
    assert office.letter("2027-06-30") is None
    assert [
        step.level for one in office.reminders for step in one.steps if step.number == ONE and step.level
    ] == [1, 2]
    assert level_of(office.reminders, ONE) == 2
    assert level_of(office.reminders, ONE, day("2027-06-07")) == 1


def test_who_is_not_reminded(office):
    assert office.letter(2, is_reminded=False) is None
    office.books.pay("M1", 2, "178.50")
    assert office.letter(2) is None  # B is 0, though the invoices are open
    office.books.refund("F2", 2, "0.01")
    assert office.letter(2).level == 1


def test_a_disputed_invoice_is_listed_in_a_letter_of_others(office):
    office.holds = [Hold(ONE, day(1), "Disputed")]
    assert office.letter(22) is None
    made = office.send(23)
    assert items(made) == [(ONE, 0, 38, "119.00"), (TWO, 1, 7, "59.50")]
    assert [one.is_held for one in made.items] == [True, False]


@pytest.mark.parametrize(
    ("holds", "on", "held"),
    [
        ([], 5, False),
        ([Hold("1", day(5))], 4, False),
        ([Hold("1", day(5))], 5, True),
        ([Hold("1", day(5), until=day(7))], 7, True),
        ([Hold("1", day(5), until=day(7))], 8, False),
        ([Hold("2", day(5))], 5, False),
        ([Hold("1", day(5)), Hold("1", day(6), is_off=True)], 6, False),
        ([Hold("1", day(5)), Hold("1", day(6), is_off=True), Hold("1", day(6))], 6, True),
    ],
)
def test_holds(holds, on, held):
    assert (hold_of(holds, "1", day(on)) is not None) is held


def test_fees_are_of_the_highest_level_reached_with_the_letter():
    fees = {"EUR": [Decimal(0), Decimal(5)]}
    office = Office(ReminderPolicy([7, 21], fees=fees))
    office.books.invoice(ONE, "2026-10-02", "119.00", due="2026-10-16")
    assert office.send(2).fee == 0
    made = office.send(9)
    assert (made.fee, made.total) == (5, 124)
    assert office.books.balance(9) == 124
    # R2 is due at once, is listed, and has no level.
    office.books.invoice(TWO, 10, "59.50", due=16)
    made = office.send(23)
    assert items(made) == [(ONE, 2, 38, "119.00"), ("R2", 0, 14, "5.00"), (TWO, 1, 7, "59.50")]
    assert (made.fee, made.level) == (0, 2)


def test_interest_is_simple_per_day_and_charged_once():
    office = Office(ReminderPolicy([7, 21, 35], interest=Decimal("9.12")))
    office.books.invoice("1", 1, "1000.00", due=1)
    made = office.send(11)
    # 10 days of 1000.00: 2.4986...
    assert made.interest == Decimal("2.50")
    office.books.pay("M1", 16, "400.00", "1")
    made = office.send(26)
    # 14 days of 1000.00 (2nd to 15th), 11 of 600.00: 5.1468, less 2.50.
    assert made.interest == Decimal("2.65")
    assert made.total == Decimal("605.15")
    # R2 is void, so what it charged is charged by the next letter:
    office.books.void("R2", 26)
    # 14 days of 1000.00, 21 of 600.00 through 6 December: 6.6461, less 2.50.
    assert office.letter("2026-12-06").interest == Decimal("4.15")


def test_interest_is_never_below_zero():
    office = Office(ReminderPolicy([7, 21], interest=Decimal("9.12")))
    office.books.invoice("1", 1, "1000.00", due=1)
    office.send(15)
    # The payment is entered late, with its own day: less is due than was charged.
    office.books.pay("M1", 2, "990.00", "1")
    assert office.letter(23).interest == 0


def test_a_held_invoice_bears_no_interest_in_that_letter():
    office = Office(ReminderPolicy([7], interest=Decimal("9.12")))
    office.books.invoice("1", 1, "1000.00", due=1)
    office.books.invoice("2", 1, "1000.00", due=1)
    office.holds = [Hold("1", day(1))]
    assert [(step.number, step.level, step.interest) for step in office.letter(11).steps] == [
        ("1", 0, 0),
        ("2", 1, Decimal("2.50")),
    ]


def test_interest_in_whole_yen():
    books = Books()
    books.invoice("1", 1, "1000.00", due=1)
    assert interest_on(books.ledger, key("1"), Decimal("9.12"), day(1)) == 0
    assert interest_on(books.ledger, key("1"), Decimal("9.12"), day(2)) == Decimal("0.25")
    assert interest_on(books.ledger, key("1"), Decimal(0), date(2027, 1, 1)) == 0


def test_a_waiting_letter_is_withdrawn_when_all_is_settled(office):
    office.send(2)
    (reminder,) = office.reminders
    office.books.pay("M1", 3, "119.00", ONE)
    assert not is_settled(office.books.ledger, reminder, day(3))
    office.books.pay("M2", 4, "59.50", TWO)
    assert not is_settled(office.books.ledger, reminder, day(3))
    assert is_settled(office.books.ledger, reminder, day(4))


def test_every_level_is_asked_of_its_own_currency():
    policy = ReminderPolicy([7], fees={"EUR": [Decimal(5)]})
    assert [
        policy.fee(level, currency) for level, currency in [(1, "EUR"), (1, "USD"), (2, "EUR"), (0, "EUR")]
    ] == [
        *(5, 0, 0, 0),
    ]
