"""Bank statements: what is a payment, on which day, under which key, and what is refused (F25)."""

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.errors import WrongUsage
from suptime.interchange.bank.camt053 import read_camt053
from suptime.interchange.bank.statement_csv import parse_columns, parse_day, parse_signed, read_statement_csv

IBAN, PAYER = "DE02120300000000202051", "DE41370400440000000001"


def statement(*entries, version="08", iban=IBAN):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><Stmt><Id>1</Id>'
        f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(
    amount="119.00",
    *details,
    ref="B1",
    side="CRDT",
    status="<Cd>BOOK</Cd>",
    on="2026-11-05",
    more="",
    currency="EUR",
    days=None,
):
    days = f"<BookgDt><Dt>2026-11-01</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>" if days is None else days
    reference = f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""
    inside = f"<NtryDtls>{''.join(details)}</NtryDtls>" if details else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}<Sts>{status}</Sts>{days}'
        f"{reference}{inside}</Ntry>"
    )


def part(
    amount="119.00", text="INV-2026-0001", *, ref="", iban=PAYER, e2e="NOTPROVIDED", side="CRDT", more=""
):
    own = f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""
    paid = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
    return (
        f"<TxDtls><Refs>{own}<EndToEndId>{e2e}</EndToEndId></Refs>{paid}<CdtDbtInd>{side}</CdtDbtInd><RltdPties>"
        f"<Dbtr><Pty><Nm>ACME</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>{more}</TxDtls>"
    )


def keys(data):
    return [one.key for one in read_camt053(data).entries]


def test_a_payment():
    (one,) = read_camt053(statement(entry("119.00", part()))).entries
    assert (one.key, one.on, str(one.amount), one.currency) == (
        f"{IBAN} B1",
        date(2026, 11, 5),
        "119.00",
        "EUR",
    )
    assert (one.iban, one.name, one.end_to_end, one.text) == (PAYER, "ACME", "", "INV-2026-0001")


def test_the_second_version():
    old = (
        '<TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">119.00</Amt></TxAmt></AmtDtls>'
        f"<RltdPties><Dbtr><Nm>ACME</Nm></Dbtr><DbtrAcct><Id><IBAN>{PAYER}</IBAN></Id></DbtrAcct></RltdPties>"
        "<RmtInf><Strd><RfrdDocInf><Nb>INV-7</Nb></RfrdDocInf><CdtrRefInf><Ref>RF59 INV20260003</Ref></CdtrRefInf>"
        "</Strd></RmtInf></TxDtls>"
    )
    (one,) = read_camt053(statement(entry("119.00", old, status="BOOK"), version="02")).entries
    assert (one.name, one.iban, one.end_to_end, one.texts) == ("ACME", PAYER, "E1", ("INV-7",))
    assert one.references == ("RF59INV20260003",)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (entry(side="DBIT"), "is a debit"),
        (entry(status="<Cd>PDNG</Cd>"), "is not booked: PDNG"),
        (entry(status="PDNG"), "is not booked: PDNG"),
        (entry(status=""), "is not booked: no status"),
        (entry(more="<RvslInd>true</RvslInd>"), "is a reversal"),
        (entry("0.00"), "has an amount of 0"),
    ],
)
def test_what_is_no_payment(made, reason):
    found = read_camt053(statement(made))
    assert found.entries == ()
    assert [(one.entry, one.reason) for one in found.ignored] == [("B1", reason)]


@pytest.mark.parametrize(
    ("days", "on"),
    [
        ("<BookgDt><Dt>2026-11-01</Dt></BookgDt>", "2026-11-01"),
        ("<ValDt><DtTm>2026-11-05T23:30:00+01:00</DtTm></ValDt>", "2026-11-05"),
        ("<ValDt><Dt>2026-11-05+01:00</Dt></ValDt>", "2026-11-05"),
        ("<ValDt><Dt>2026-11-05Z</Dt></ValDt>", "2026-11-05"),
    ],
)
def test_days(days, on):
    (one,) = read_camt053(statement(entry(days=days))).entries
    assert one.on == date.fromisoformat(on)


def test_a_batch_is_one_payment_for_each_transaction():
    batch = entry("119.00", part("100.00", "A", ref="T1"), part("19.00", "B", ref="T2"))
    found = read_camt053(statement(batch)).entries
    assert [(one.key, str(one.amount), one.text) for one in found] == [
        (f"{IBAN} T1", "100.00", "A"),
        (f"{IBAN} T2", "19.00", "B"),
    ]


def test_places_in_a_batch():
    assert keys(statement(entry("119.00", part("100.00"), part("19.00")))) == [f"{IBAN} B1 1", f"{IBAN} B1 2"]
    # Some banks give each transaction the reference of the batch.
    same = entry("119.00", part("100.00", ref="B1"), part("19.00", ref="B1"))
    assert keys(statement(same)) == [f"{IBAN} B1 1", f"{IBAN} B1 2"]


def test_a_batch_that_does_not_add_up_is_one_payment():
    for batch in (
        entry("118.00", part("100.00", "A"), part("19.00", "B")),
        entry("118.00", part("", "A"), part("", "B")),
    ):
        (one,) = read_camt053(statement(batch)).entries
        assert (one.key, str(one.amount), one.text, one.iban) == (f"{IBAN} B1", "118.00", "A B", "")


def test_what_came_in_counts():
    # The payer's bank sent 119.00, and kept 1.00.
    (one,) = read_camt053(statement(entry("118.00", part("119.00")))).entries
    assert (str(one.amount), one.iban) == ("118.00", PAYER)


def test_a_debit_in_a_batch():
    found = read_camt053(statement(entry("81.00", part("100.00"), part("19.00", side="DBIT"))))
    assert [str(one.amount) for one in found.entries] == ["100.00"]
    assert [(one.entry, one.reason) for one in found.ignored] == [("B1, 2", "is a debit")]


def test_an_entry_without_details():
    (one,) = read_camt053(
        statement(entry("119.00").replace("</Ntry>", "<AddtlNtryInf>X</AddtlNtryInf></Ntry>"))
    ).entries
    assert (one.text, one.name, one.iban) == ("X", "", "")


def test_without_a_reference_there_is_a_digest():
    twice = [entry(ref=""), entry(ref="NONREF"), entry(ref="", on="2026-11-06")]
    first, second, third = keys(statement(*twice))
    assert first.split()[0] == second.split()[0] != third.split()[0]
    assert [key.split()[1] for key in (first, second, third)] == ["1", "2", "1"]
    assert keys(statement(entry(ref=""), iban=PAYER)) != [first]


def test_an_iban_with_wrong_check_digits_is_not_used():
    (one,) = read_camt053(statement(entry("119.00", part(iban="DE41370400440000000002")))).entries
    assert one.iban == ""


BOMB = b"""<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Document>&b;</Document>"""

OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>"""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (BOMB, "document type declaration"),
        (OUTSIDE, "document type declaration"),
        (b'<!DOCTYPE Document SYSTEM "http://x.example/a.dtd"><Document/>', "document type declaration"),
        (b"<Document>&x;</Document>", "damaged"),
        (b"", "damaged"),
        (b"\xff\xfe\x00", "damaged"),
        (b"MT940 :20:", "damaged"),
        (statement(entry())[:-20], "damaged"),
        (statement(entry()) + b"x", "damaged"),
        (b"<Document/>", "no Document of camt.053"),
        (statement(entry(), version="01"), "no Document of camt.053"),
        (statement(entry()).replace(b"camt.053", b"camt.054"), "no Document of camt.053"),
        (statement(entry()).replace(b"Stmt>", b"Rpt>"), "no statement"),
        (statement(entry("1.2.3")), "entry 1 has the amount"),
        (statement(entry("-5.00")), "entry 1 has the amount"),
        (statement(entry("1.005")), "finer than EUR"),
        (statement(entry("1e9")), "entry 1 has the amount"),
        (statement(entry(currency="XXX")), 'the currency "XXX"'),
        (statement(entry(days="")), "entry 1 has the day"),
        (statement(entry(on="2026-02-30")), "entry 1 has the day"),
        (b"<a>" * 5000 + b"</a>" * 5000, "nested too deeply"),
    ],
)
def test_what_is_refused(data, why):
    with pytest.raises(WrongUsage) as caught:
        read_camt053(data)
    assert why in str(caught.value)


def test_other_encodings():
    data = statement(entry("119.00", part(text="Müller"))).decode()
    for name in ("utf-16", "iso-8859-1", "windows-1252"):
        encoded = data.replace("UTF-8", name).encode(name)
        assert read_camt053(encoded).entries[0].text == "Müller"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data):
    for reader in (read_camt053, lambda one: read_statement_csv(one, {"on": "a", "amount": "b"}, "EUR")):
        with pytest.raises(WrongUsage):
            reader(data)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_damaged_files_are_read_or_refused(at, piece):
    data = statement(entry("119.00", part()))
    with contextlib.suppress(WrongUsage):
        read_camt053(data[:at] + piece + data[at + len(piece) :])


# CSV

COLUMNS = "on=Valuta,amount=Betrag,reference=Verwendungszweck,iban=IBAN,name=Name,end_to_end=E2E"
GERMAN = (
    "Konto;DE02\n\n"
    "Valuta;Betrag;Name;IBAN;Verwendungszweck;E2E\n"
    '05.11.2026;"1.119,00";Acme;DE41 3704 0044 0000 0000 01;"Rechnung INV-1\nvom 2.11.";E1\n'
    "06.11.2026;-40,00;Phone;;INV-3;\n"
    "07.11.2026;0,00;;;;\n"
)


def csv_of(text, columns=COLUMNS, currency="EUR"):
    return read_statement_csv(
        text if isinstance(text, bytes) else text.encode(), parse_columns(columns), currency
    )


def test_a_german_file():
    found = csv_of(GERMAN)
    (one,) = found.entries
    assert (one.on, str(one.amount), one.iban, one.name) == (date(2026, 11, 5), "1119.00", PAYER, "Acme")
    assert (one.text, one.end_to_end) == ("Rechnung INV-1 vom 2.11.", "E1")
    assert [(line.entry, line.reason) for line in found.ignored] == [
        ("line 6", "is a debit"),
        ("line 7", "has an amount of 0"),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separators_and_encodings(separator, encoding):
    rows = [["Day", "Sum", "Who"], ["2026-11-05", "12.50", "Jörg"]]
    text = "\n".join(separator.join(row) for row in rows)
    (one,) = csv_of(text.encode(encoding), "on=day,amount= SUM ,name=Who").entries
    assert (str(one.amount), one.name) == ("12.50", "Jörg")


def test_ids_and_currencies():
    found = csv_of(
        "d,a,i,c\n2026-11-05,5.00,X1,usd\n2026-11-05,5,X2,\n", "on=d,amount=a,id=i,currency=c"
    ).entries
    assert [(one.key, one.currency) for one in found] == [(" X1", "USD"), (" X2", "EUR")]


def test_equal_rows_are_counted():
    text = "d,a\n2026-11-05,5.00\n2026-11-05,5\n2026-11-06,5.00\n"
    first, second, third = (one.key for one in csv_of(text, "on=d,amount=a").entries)
    assert len({first, second, third}) == 3
    assert first.split()[0] == second.split()[0]


@pytest.mark.parametrize(
    ("text", "columns", "why"),
    [
        ("d,b\n2026-11-05,1\n", "on=d,amount=a", 'no column "a"'),
        ("", "on=d,amount=a", 'no column "d"'),
        ("d,a,a\n2026-11-05,1,2\n", "on=d,amount=a", 'has 2 columns "a"'),
        ("d,a\n2026-11-05\n", "on=d,amount=a", "Line 2 has 1 cells"),
        ("d,a\n2026-11-05,x\n", "on=d,amount=a", 'Line 2 has the amount "x"'),
        ("d,a\n2026-11-05,1.234\n", "on=d,amount=a", "finer than EUR"),
        ("d,a\n11/05/2026,1\n", "on=d,amount=a", 'the day "11/05/2026"'),
        ("d,a\n30.02.2026,1\n", "on=d,amount=a", 'the day "30.02.2026"'),
        ("d,a\n,1\n", "on=d,amount=a", 'the day ""'),
        ("d,a,c\n2026-11-05,1,XXX\n", "on=d,amount=a,currency=c", 'currency "XXX"'),
        ('d,a\n2026-11-05,"1\n', "on=d,amount=a", "is not CSV"),
        ("d,a\n2026-11-05,9999999999999\n", "on=d,amount=a", "has the amount"),
        (b"d,a\n2026-11-05,1\x81\x8d\n", "on=d,amount=a", "neither UTF-8 nor"),
        (b"d,a\n2026-11-05,1\0\n", "on=d,amount=a", "NUL"),
    ],
)
def test_files_that_are_refused(text, columns, why):
    with pytest.raises(WrongUsage) as caught:
        csv_of(text, columns)
    assert why in str(caught.value)


def test_no_currency():
    with pytest.raises(WrongUsage, match="has no currency"):
        csv_of("d,a\n2026-11-05,1\n", "on=d,amount=a", "")


@pytest.mark.parametrize(
    "text", ["", "on=d", "on=d,amount=", "on=d,amount=a,on=e", "on=d,amount=a,colour=c", "on"]
)
def test_columns_that_are_refused(text):
    with pytest.raises(WrongUsage):
        parse_columns(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("119", "119"),
        ("119.00", "119.00"),
        ("119,00", "119.00"),
        ("1.119,00", "1119.00"),
        ("1,119.00", "1119.00"),
        ("1.234.567,89", "1234567.89"),
        ("1 119,00", "1119.00"),
        ("1\u202f119,00", "1119.00"),
        ("1'119.00", "1119.00"),
        ("+5,00", "5.00"),
        ("-5,00", "-5.00"),
        ("5,00-", "-5.00"),
        ("-1.119,00", "-1119.00"),
        ("1,5", "1.5"),
        ("", None),
        ("-", None),
        (",", None),
        ("5,", None),
        (",5", None),
        ("--5", None),
        ("-5-", None),
        ("1,11.9,00", None),
        ("11,19.000,00", None),
        ("1.119.00", None),
        ("5 EUR", None),
        ("٥", None),
        ("1e5", None),
    ],
)
def test_amounts_of_cells(text, amount):
    found = parse_signed(text)
    assert found == (None if amount is None else Decimal(amount))


def test_days_of_cells():
    assert parse_day("2026-11-05") == parse_day("05.11.2026") == parse_day("5.11.2026") == date(2026, 11, 5)
    assert [parse_day(text) for text in ("2026-13-05", "5.11.26", "20261105", "", "x")] == [None] * 5


AMOUNTS = st.decimals("-99999999.99", "99999999.99", places=2)


@given(AMOUNTS)
def test_amounts_are_read_back_however_written(amount):
    english = f"{amount:,.2f}"
    german = english.replace(",", "x").replace(".", ",").replace("x", ".")
    for text in (f"{amount:.2f}", f"{amount:.2f}".replace(".", ","), english, german):
        assert parse_signed(text) == amount


LINES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 3), st.sampled_from(["", "B", "C"])), max_size=12
).map(sorted)


@given(LINES, st.integers(0, 9), st.integers(0, 9))
def test_overlapping_statements_have_the_same_keys(lines, one, other):
    """Law 11: what two statements of whole days hold has the keys that one statement of all of it has."""
    low, high = sorted((one, other))

    def read(first, last):
        rows = [
            entry(
                f"{units}.00",
                part(f"{units}.00", "x"),
                ref="",
                on=f"2026-11-0{on + 1}" if on < 9 else "2026-11-10",
            )
            for on, units, _ in lines
            if first <= on <= last
        ]
        return keys(statement(*rows))

    whole = read(0, 9)
    assert len(set(whole)) == len(whole) == len(lines)
    assert set(read(0, high)) | set(read(low, 9)) == set(whole)
    assert read(0, 9) == whole
