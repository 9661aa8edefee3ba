"""Write docs/manual/: one page per command, from the same words that `--help` shows.

    python tools/make_manual.py

It writes anew what else is made of these words, too: what shells complete (`make_words.py`), and the
pages of `man` (`make_man.py`).
A test compares the pages with what this would write, so a changed option is a changed page.
Where other pages show a command in use, its page links to them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer._click.core import Context

import make_man
import make_settings
import make_words
from suptime.cli.tree import PANELS, root

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MANUAL = DOCS / "manual"
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)

INDEX = """# Commands

One page per command, with the words of `suptime COMMAND --help`. [Conventions](../reference/conventions.md) has what all
commands share: times, durations, output, JSON, exit codes and environment.
"""


@dataclass(frozen=True)
class Page:
    """A command: its words after `suptime`, its Click command and context."""

    words: tuple[str, ...]
    panel: str
    command: Any
    context: Context

    @property
    def name(self) -> str:
        return " ".join(self.words)

    @property
    def file(self) -> str:
        return f"{'-'.join(self.words)}.md"


def commands() -> Iterator[Page]:
    """Every command that can be run, as the help lists them."""
    top = root()
    context = Context(top, info_name="suptime", **top.context_settings)
    for panel, entries in PANELS.items():
        for entry in entries:
            yield from of_command((entry.name,), panel, top.get_command(context, entry.name), context)


def of_command(words: tuple[str, ...], panel: str, command: Any, parent: Context) -> Iterator[Page]:
    """Yield a command that can be run, and those within it, but for hidden ones."""
    context = Context(command, parent=parent, info_name=words[-1])
    is_group = hasattr(command, "list_commands")
    if not command.hidden and (not is_group or command.invoke_without_command):
        yield Page(words, panel, command, context)
    for name in command.list_commands(context) if is_group else ():
        yield from of_command((*words, name), panel, command.get_command(context, name), context)


def render(page: Page, every: list[Page], shown_on: list[tuple[str, str]]) -> str:
    """The Markdown of PAGE. SHOWN_ON: title and path of the pages that show it in use."""
    usage = page.command.get_usage(page.context).removeprefix("Usage: ")
    first, _, rest = (page.command.help or "").partition("\n\n")
    lines = [f"# suptime {page.name}", "", one_line(first), "", "```text", usage, "```", ""]
    if rest:
        lines += [prose(rest), ""]
    for kind, title in (("argument", "Arguments"), ("option", "Options")):
        rows = [
            row
            for param in page.command.get_params(page.context)
            if param.param_type_name == kind and (row := param.get_help_record(page.context))
        ]
        if rows:
            lines += [f"## {title}", "", f"| {kind} | meaning |", "|---|---|"]
            lines += [f"| `{cell(name)}` | {cell(one_line(meaning))} |" for name, meaning in rows]
            lines += [""]
    family = [p for p in every if len(p.words) > 1 and p.words[0] == page.words[0] and p is not page]
    if family or shown_on:
        lines += ["## See also", ""]
        lines += [f"- In use: {', '.join(f'[{title}]({path})' for title, path in shown_on)}."] * bool(
            shown_on
        )
        lines += [f"- {', '.join(f'[{p.name}]({p.file})' for p in family)}."] * bool(family)
        lines += [""]
    return "\n".join(lines)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\b", "")).strip()


def prose(text: str) -> str:
    """Help TEXT as Markdown: its paragraphs, and those marked to be kept as they are as blocks."""
    paragraphs = []
    for paragraph in text.split("\n\n"):
        if paragraph.startswith("\b"):
            kept = paragraph.removeprefix("\b").strip("\n")
            paragraphs.append(f"```text\n{kept}\n```")
        else:
            paragraphs.append(one_line(paragraph))
    return "\n\n".join(paragraphs)


def cell(text: str) -> str:
    """TEXT in a table: a bar in it would end the cell."""
    return text.replace("|", r"\|")


def index(every: list[Page]) -> str:
    """The list of all pages, in the help's panels."""
    lines = [INDEX]
    for panel in PANELS:
        lines += [f"## {panel}", "", "| command | what it does |", "|---|---|"]
        lines += [
            f"| [{p.name}]({p.file}) | {cell(one_line((p.command.help or '').partition(chr(10) * 2)[0]))} |"
            for p in every
            if p.panel == panel
        ]
        lines += [""]
    return "\n".join(lines)


MOST = 5
"""Most pages that a command's page links to: those with few commands, and guides for moving last."""


def uses(every: list[Page]) -> dict[str, list[tuple[str, str]]]:
    """For each command, the hand-written pages whose console blocks show it: title and path from the manual."""
    found: dict[str, list[tuple[int, str, str]]] = {page.name: [] for page in every}
    hand_written = [path for path in sorted(DOCS.rglob("*.md")) if MANUAL not in path.parents]
    for path in hand_written:
        text = path.read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        typed = [
            line[2:] for block in CONSOLE.findall(text) for line in block.splitlines() if line[:2] == "$ "
        ]
        for page in every:
            if any(re.search(rf"\bsuptime {page.name}(?![\w-])", line) for line in typed):
                weight = len(typed) + 100 * ("moving" in path.parts)
                found[page.name].append((weight, title, f"../{path.relative_to(DOCS)}"))
    return {
        name: sorted((title, path) for _, title, path in sorted(pages)[:MOST])
        for name, pages in found.items()
    }


def manual() -> dict[str, str]:
    """Every page of the manual: file name and text."""
    every = list(commands())
    shown = uses(every)
    return {"README.md": index(every)} | {page.file: render(page, every, shown[page.name]) for page in every}


def main() -> None:
    """Write the manual, and remove pages of commands that are gone."""
    made = manual()
    MANUAL.mkdir(parents=True, exist_ok=True)
    for old in {path.name for path in MANUAL.glob("*.md")} - set(made):
        (MANUAL / old).unlink()
        print(f"removed docs/manual/{old}")
    for name, text in made.items():
        path = MANUAL / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote docs/manual/{name}")
    make_words.main()
    make_settings.main()
    make_man.write(list(commands()))


if __name__ == "__main__":
    main()
