"""The laws of kinds of values: what is shown is read back, and files are read as what is typed is."""

import json
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.domain import values
from suptime.domain.booking import Appointment
from suptime.domain.case import Case, Event, Message
from suptime.domain.client import Client, Contact, Project
from suptime.domain.contract import PriceChange
from suptime.domain.delivery import Sending
from suptime.domain.money import CURRENCIES, LARGEST
from suptime.domain.time import LONGEST, Month
from suptime.domain.values import Kind, Problem, kinds_of
from suptime.domain.work import WorkUnit
from suptime.interchange.records.fields import BYTES, CHANGE, DIGEST
from suptime.interchange.records.receivables import OldPayment
from suptime.settings import keys

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
WORDS = st.text(LETTERS + " äßλ-_.,'\"<>&", max_size=40).map(str.strip)
FILLED = WORDS.filter(bool)
DAYS = st.dates(date(1970, 1, 1), date(2200, 12, 31))
AMOUNTS = st.decimals(0, LARGEST - 1, places=2, allow_nan=False)
EMAILS = st.from_regex(r"[a-z0-9.+-]{1,20}@[a-z0-9.-]{1,20}", fullmatch=True)
CODES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,39}", fullmatch=True)
RATES = st.decimals(0, 100, places=4, allow_nan=False).map("{:f}".format)

KINDS: dict[str, tuple[Kind, st.SearchStrategy]] = {
    "line": (values.line("name"), FILLED),
    "line, may be empty": (values.line("name", empty=True), WORDS),
    "paragraph": (values.paragraph("address"), st.lists(FILLED, min_size=1).map("\n".join)),
    "note": (values.NOTE, WORDS),
    "code": (values.CLIENT_CODE, CODES),
    "project code": (values.PROJECT_CODE, CODES),
    "contract code": (
        values.CONTRACT_CODE,
        st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True),
    ),
    "choice": (values.choice("way", ("in", "out")), st.sampled_from(("in", "out"))),
    "email": (values.EMAIL, EMAILS),
    "url": (values.URL, st.from_regex(r"https?://[a-z]{1,9}/[a-z0-9/]{0,9}", fullmatch=True)),
    "currency": (values.CURRENCY, st.sampled_from(sorted(CURRENCIES))),
    "zone": (values.ZONE, st.sampled_from(sorted(available_timezones()))),
    "country": (values.COUNTRY, st.from_regex("[A-Z]{2}", fullmatch=True)),
    "endpoint": (values.ENDPOINT, st.from_regex("(9930|0088|EM):[!-~]{1,50}", fullmatch=True)),
    "language": (values.LANGUAGE, st.from_regex("[a-z]{2,3}(-[A-Z]{2})?", fullmatch=True)),
    "agent": (values.AGENT, FILLED),
    "case number": (values.CASE_NUMBER, st.integers(1, 10**9 - 1).map("CASE-{}".format)),
    "id": (values.identity("U"), st.integers(1, 10**9 - 1)),
    "count": (values.COUNT, st.integers(1, 10**9 - 1)),
    "whole": (values.WHOLE, st.integers(-(10**18), 10**18)),
    "seconds": (values.SECONDS, st.integers(1, LONGEST)),
    "year": (values.YEAR, st.integers(1970, 2200)),
    "change": (CHANGE, st.integers(1, 10**15 - 1)),
    "flag": (values.FLAG, st.booleans()),
    "duration": (values.duration("limit"), st.integers(1, LONGEST)),
    "day": (values.DAY, DAYS),
    "month": (values.MONTH, DAYS.map(Month.of)),
    "instant": (values.INSTANT, st.integers(0, 7_289_000_000)),
    "amount": (values.amount(), AMOUNTS),
    "balance": (values.BALANCE, AMOUNTS | AMOUNTS.map(lambda amount: -amount)),
    "price in yen": (values.price("JPY"), st.integers(0, 10**9).map(Decimal)),
    "price in dinars": (values.price("KWD"), st.decimals(0, 10**9, places=3, allow_nan=False)),
    "price of an hour": (values.UNIT_PRICE, st.decimals(0, 10**9, places=4, allow_nan=False)),
    "tax": (values.TAX, RATES | st.sampled_from(("exempt", "reverse-charge", "none"))),
    "rate": (values.TAX_RATE, RATES | st.just("exempt")),
    "hours": (values.quantity("hours", "USD"), st.integers(1, LONGEST // 60).map(Decimal)),
    "incidents": (values.quantity("incidents", "USD"), st.integers(1, 999_999).map(Decimal)),
    "money": (values.quantity("money", "USD"), AMOUNTS.filter(bool)),
    "any quantity": (values.QUANTITY, st.sampled_from(("10h", "5", "30.00", "90m"))),
    "list": (
        values.many(values.EMAIL, "a list of addresses"),
        st.lists(EMAILS, min_size=1, unique=True).map(tuple),
    ),
    "file text": (values.FILE_TEXT, st.text(LETTERS + " \r\n\t")),
    "mail": (values.MAIL, st.text(LETTERS + " \r\n\t")),
    "digest": (DIGEST, st.from_regex("[0-9a-f]{64}", fullmatch=True)),
    "bytes": (BYTES, st.binary()),
    "hours of a day": (
        keys.HOURS,
        st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(lambda two: two[0] < two[1]),
    ),
}
NAMES = sorted(KINDS)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_what_is_shown_is_read_back(name: str, data: st.DataObject):
    kind, examples = KINDS[name]
    value = data.draw(examples)
    assert kind.read(kind.show(value)) == value


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_what_a_program_writes_is_read_back(name: str, data: st.DataObject):
    kind, examples = KINDS[name]
    value = data.draw(examples)
    assert kind.strict(json.loads(json.dumps(kind.written(value)))) == value


@pytest.mark.parametrize("name", NAMES)
@given(text=st.text() | st.from_regex(r"[0-9A-Za-z.:@%/-]{1,12}", fullmatch=True))
def test_files_take_no_text_that_people_may_not_type(name: str, text: str):
    kind, _ = KINDS[name]
    strict, typed = kind.strict(text), kind.read(text)
    assert isinstance(strict, Problem) or strict == typed


@pytest.mark.parametrize("name", NAMES)
@given(
    value=st.none()
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text())
)
def test_no_kind_raises_whatever_a_file_holds(name: str, value: object):
    kind, _ = KINDS[name]
    problem = kind.strict(value)
    assert not isinstance(problem, Problem) or problem.expected


@given(DAYS)
def test_a_day_is_a_day_in_toml_too(day: date):
    read = tomllib.loads(f"quoted = '{day}'\nbare = {day}\nmoment = {day}T10:00:00\n")
    assert values.DAY.strict(read["quoted"]) == values.DAY.strict(read["bare"]) == day
    assert isinstance(values.DAY.strict(read["moment"]), Problem)


@pytest.mark.parametrize(
    "noun",
    [
        Client,
        Contact,
        Project,
        Case,
        Event,
        Message,
        WorkUnit,
        Appointment,
        PriceChange,
        OldPayment,
        Sending,
    ],
)
def test_every_field_of_a_noun_that_is_recorded_has_a_kind(noun: type):
    own = {*getattr(noun, "_fields", ()), *getattr(noun, "__slots__", ())} - {"events"}
    assert own == kinds_of(noun).keys()


DIVERGENCES = [
    (values.TAX, "8.12345"),
    (values.DAY, "2201-01-01"),
    (values.DAY, "1969-12-31"),
    (values.MONTH, "1969-12"),
    (values.CURRENCY, "EURO"),
    (values.UNIT_PRICE, "1.00001"),
    (values.CASE_NUMBER, "U7"),
]


@pytest.mark.parametrize(("kind", "text"), DIVERGENCES)
def test_what_the_command_line_refuses_files_refuse_too(kind: Kind, text: str):
    assert isinstance(kind.read(text), Problem)
    assert isinstance(kind.strict(text), Problem)


def test_seconds_in_a_record_are_as_long_as_a_duration_may_be():
    longest = timedelta(days=3653).total_seconds()
    assert values.SECONDS.strict(int(longest)) == values.duration().read("87672h")
    assert isinstance(values.SECONDS.strict(int(longest) + 1), Problem)
