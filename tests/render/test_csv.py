"""The writer of CSV: RFC 4180, harmless to a spreadsheet."""

import csv
import io
from decimal import Decimal

from suptime.render import csv as writer


def test_numbers_stand_as_they_are_and_all_else_is_quoted_text():
    made = writer.write(
        ("a", "b", "c", "d"), [{"a": -3, "b": Decimal("-1.50"), "c": "x, y", "e": "not asked for"}]
    )
    assert made == b'"a","b","c","d"\r\n-3,-1.50,"x, y",""\r\n'


def test_no_text_is_a_formula_or_begins_a_row():
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\uff1d1", 'a"b', "two\r\nlines", "plain"]
    made = writer.write(("text",), [{"text": text} for text in texts]).decode()
    cells = [row["text"] for row in csv.DictReader(io.StringIO(made, newline=""))]
    assert cells == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'=1", "'\uff1d1", 'a"b', "two lines", "plain"]
