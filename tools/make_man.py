"""Write man/: one page for `man suptime`, and one for each command, with the words of its help.

It is part of `python tools/make_manual.py`. The wheel has the pages as data, so that they are installed
where `man` looks; a test compares them with what this would write.
"""

import re
from pathlib import Path
from typing import Any

from suptime.cli.tree import PANELS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "man"
ABOUT = "time support cases, and bill exactly what their contracts say"
CONVENTIONS = ROOT / "docs" / "reference" / "conventions.md"
SHOWN = ("Times and days", "Durations", "Exit codes", "Environment")
"""What of the page on conventions is in suptime(1)."""


def roff(text: str) -> str:
    """TEXT as roff reads it: nothing in it is a request, and what is typed can be copied."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("\N{MODIFIER LETTER APOSTROPHE}", "'")
    return re.sub(r"(?m)^([.'])", r"\\&\1", escaped)


def heading(name: str) -> str:
    return f'.\\" Made by tools/make_manual.py from the help of the commands.\n.TH {name.upper()} 1 "" suptime suptime'


def section(title: str, *lines: str) -> list[str]:
    return [f".SH {title.upper()}", *lines]


def paragraphs(help_text: str) -> list[str]:
    """HELP_TEXT, whose paragraphs are parted by blank lines; those that are kept as they are begin with \\b."""
    made: list[str] = []
    for paragraph in help_text.split("\n\n"):
        if paragraph.startswith("\b"):
            made += [".PP", ".nf", roff(paragraph.removeprefix("\b").strip("\n")), ".fi"]
        else:
            made += [".PP", roff(re.sub(r"\s+", " ", paragraph).strip())]
    return made


def entries(page: Any, kind: str) -> list[str]:
    """The arguments or options of PAGE, each with its meaning below it."""
    made: list[str] = []
    for param in page.command.get_params(page.context):
        if param.param_type_name == kind and (row := param.get_help_record(page.context)):
            made += [".TP", f"\\fB{roff(row[0])}\\fR", roff(re.sub(r"\s+", " ", row[1]).strip()) or "\\&"]
    return made


def command_page(pages: list[Any]) -> str:
    """The man page of one command: PAGES has it, or the commands that it has of its own."""
    first = pages[0]
    name = first.words[0]
    about = next(entry.help for panel in PANELS.values() for entry in panel if entry.name == name)
    lines = [heading(f"suptime-{name}")]
    lines += section("Name", f"suptime\\-{roff(name)} \\- {roff(about[:1].lower() + about[1:].rstrip('.'))}")
    lines += [".SH SYNOPSIS"]
    for page in pages:
        usage = page.command.get_usage(page.context).removeprefix("Usage: ")
        typed, rest = f"suptime {page.name}", re.sub(r"\s+", " ", usage)
        lines += [f"\\fB{roff(typed)}\\fR {roff(rest.removeprefix(typed).strip())}", ".br"]
    lines.pop()
    lines += [".SH DESCRIPTION"]
    for page in pages:
        if len(pages) > 1:
            lines += [f".SS suptime {roff(page.name)}"]
        lines += paragraphs(page.command.help or "")
        for kind in ("argument", "option"):
            lines += entries(page, kind)
    lines += section("See also", ".BR suptime (1)")
    return "\n".join(lines) + "\n"


def main_page() -> str:
    """suptime(1): what there is, and what all commands share."""
    lines = [heading("suptime")]
    lines += section("Name", f"suptime \\- {ABOUT}")
    lines += section("Synopsis", "\\fBsuptime\\fR COMMAND [OPTIONS] [ARGS]...")
    lines += [".SH COMMANDS"]
    for panel, commands in PANELS.items():
        lines += [f".SS {roff(panel)}"]
        for entry in commands:
            lines += [".TP", f".BR suptime\\-{roff(entry.name)} (1)", roff(entry.help)]
    parts = re.split(r"(?m)^## (.+)$", CONVENTIONS.read_text(encoding="utf-8"))
    by_title = dict(zip(parts[1::2], parts[2::2], strict=True))
    for title in SHOWN:
        lines += [f".SH {title.upper()}", *markdown(by_title[title])]
    lines += section(
        "Files",
        *(".TP", "\\fI~/.config/suptime/config.toml\\fR", "The settings: see", ".BR suptime\\-config (1)."),
        *(".TP", "\\fI~/.config/suptime/hooks/\\fR", "Programs that are run after a change."),
        *(
            ".TP",
            "\\fI~/.local/share/suptime/suptime.db\\fR",
            "The data, unless a setting names another place.",
        ),
    )
    return "\n".join(lines) + "\n"


def markdown(text: str) -> list[str]:
    """A section of a page in Markdown: its paragraphs and tables, without examples and what only tests see."""
    text = re.sub(r"<!--.*?-->|```.*?```", "", text, flags=re.DOTALL)
    made: list[str] = []
    for block in re.split(r"\n{2,}", text.strip()):
        if block.startswith("|"):
            for row in block.splitlines()[2:]:
                first, *rest = [plain(cell) for cell in re.split(r"(?<!\\)\|", row.strip("|"))]
                made += [".TP", f"\\fB{roff(first)}\\fR", roff("  ".join(rest))]
        elif block.strip():
            made += [".PP", roff(plain(re.sub(r"\s+", " ", block)))]
    return made


def plain(text: str) -> str:
    """TEXT without the marks of Markdown."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).replace("`", "").replace("*", "").strip()


def man(every: list[Any]) -> dict[str, str]:
    """Every page: file name and text. EVERY is each command that can be run."""
    made = {"suptime.1": main_page()}
    for name in dict.fromkeys(page.words[0] for page in every):
        made[f"suptime-{name}.1"] = command_page([page for page in every if page.words[0] == name])
    return made


def write(every: list[Any]) -> None:
    """Write the pages, and remove those of commands that are gone."""
    made = man(every)
    FOLDER.mkdir(exist_ok=True)
    for old in {path.name for path in FOLDER.glob("*.1")} - set(made):
        (FOLDER / old).unlink()
        print(f"removed man/{old}")
    for name, text in made.items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote man/{name}")
