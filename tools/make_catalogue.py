"""Write src/suptime/store/catalogue.py: the columns of every table and their kinds, for reads without SQLModel.

Run it by `make catalogue` after a change of the tables. A test holds the file to them.
"""

from pathlib import Path

from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary, Text
from sqlalchemy.types import TypeEngine

from suptime.store.tables.columns import ExactDecimal, JsonDocument, JsonTexts, MonthText
from suptime.store.tables.work import TABLES

FILE = Path(__file__).resolve().parent.parent / "src" / "suptime" / "store" / "catalogue.py"

KINDS: dict[type[TypeEngine[object]], str] = {
    Text: "text",
    BigInteger: "whole",
    Integer: "whole",
    Date: "day",
    Boolean: "flag",
    LargeBinary: "bytes",
    ExactDecimal: "amount",
    MonthText: "month",
    JsonTexts: "texts",
    JsonDocument: "document",
}

HEAD = '''"""The columns of every table and their kinds. Made of the SQLModel tables: `make catalogue`.

The first column of a table names its rows. Standard library only, so that reading loads nothing more.
"""

from collections.abc import Mapping

COLUMNS: Mapping[str, Mapping[str, str]] = {
'''


def catalogue() -> str:
    """Return the text of the catalogue."""
    lines = [HEAD]
    for name, table in TABLES.items():
        lines.append(f'    "{name}": {{\n')
        lines += [f'        "{column.name}": "{KINDS[type(column.type)]}",\n' for column in table.columns]
        lines.append("    },\n")
    return "".join([*lines, "}\n"])


if __name__ == "__main__":
    FILE.write_text(catalogue(), "utf-8")
