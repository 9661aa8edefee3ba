"""Write docs/reference/settings.md, the reference of the settings, from the rows of suptime.settings.keys.

It is part of `python tools/make_manual.py`.
"""

from itertools import groupby
from pathlib import Path

from suptime.settings.keys import LINES, ROWS, TEXT, Setting

FILE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "settings.md"

HEAD = """# Settings

<!-- Written by tools/make_settings.py: change suptime/settings/keys.py. -->

The keys of `~/.config/suptime/config.toml`. See [Change settings](../how-to/change-settings.md). In the file, texts are in
quotes; numbers, days, `true` and `false` are not.
"""


def _value(row: Setting) -> str:
    expected = "a text" if row.kind in {TEXT, LINES} else row.kind.expected
    return expected.removesuffix("; the port is mail.port")


def _default(row: Setting) -> str:
    if row.default is None or callable(row.default):
        return ""
    default = row.default if isinstance(row.default, list) else [row.default]
    return ", ".join(f"`{str(one).lower() if isinstance(one, bool) else one}`" for one in default)


def page() -> str:
    """Return the page."""
    lines = [HEAD]
    for table, rows in groupby(ROWS, key=lambda row: row.name.rpartition(".")[0]):
        lines += [f"## {f'[{table}]' if table else 'Before any table'}", ""]
        lines += ["| setting | meaning | value | default | variable |", "|---|---|---|---|---|"]
        for row in rows:
            cells = [f"`{row.name.rpartition('.')[2]}`", row.help, _value(row), _default(row)]
            cells.append(f"`{row.variable}`" if row.variable else "")
            lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    FILE.write_text(page(), encoding="utf-8")
