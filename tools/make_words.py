"""Write src/suptime/cli/words.tsv: what a shell completes without loading a single command.

It is part of `python tools/make_manual.py`, and made from the same commands. A line is

    COMMAND <tab> ITEM <tab> HELP

where ITEM is a word that stands for itself: a command, or an option, with `=` and what its value
can be; or `=` alone with what the next argument can be. Values are words between bars, or a live
name such as `%case` (`cli/completing.py` knows them all), or nothing where any text will do.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer._click.core import Context

from suptime.cli.commands import exports, imports
from suptime.cli.tree import PANELS, root
from suptime.domain.finding import CODES, Level
from suptime.resources import shipped
from suptime.settings.keys import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "src" / "suptime" / "cli" / "words.tsv"

ACCEPTABLE = [name for name, code in CODES.items() if code.can_be_accepted and code.level is not Level.NOTE]
DAYS = "today|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
ON_OPEN_CASES = {
    "start", "stop", "resume", "log", "gaps", "case consent", "case escalate", "case respond", "case resolve",
    "case estimate", "appointment book",
}  # fmt: skip
BY_METAVAR = {
    "CASE": "%case",
    "CLIENT": "%client",
    "CONTRACT": "%contract",
    "UNIT": "%unit",
    "UNIT|CASE|APPOINTMENT": "%chargeable",
    "FILE": "%file",
    "FILE...": "%file",
    "DIR": "%folder",
    "DAY": DAYS,
    "INTO": "%case",
    "MONTH": "%month",
    "WEEK": "%week",
    "ZONE": "%zone",
    "CHANGE": "%change",
    "EMAIL": "%contact",
    "KEY": "|".join(SETTINGS),
    "CHANNEL": "phone|email|remote|chat|messenger|onsite|other",
    "PRIORITY": "P1|P2|P3|P4",
    "TAX": "exempt|reverse-charge|none",
    "LANGUAGE": "en|de|es|fr",
}
BY_NAME = {
    "--agent": "%agent",
    "--client": "%client",
    "--case": "%case",
    "--contract": "%contract",
    "--project": "%project",
    "--category": "%category",
    "--cause": "%cause",
    "--accept": "|".join(["all", *ACCEPTABLE]),
}
BY_COMMAND = {
    ("invoice show", "number"): "%invoice",
    ("invoice explain", "number"): "%invoice",
    ("invoice credit", "number"): "%invoice",
    ("invoice pay", "number"): "%invoice",
    ("invoice send", "number"): "%invoice",
    ("explain", "case"): "%case",
    ("case open", "number"): "",
    ("case consent", "--by"): "%contact",
    ("case reopen", "number"): "%resolved-case",
    ("contract show", "code"): "%contract",
    ("client add", "code"): "",
    ("client edit", "code"): "%client",
    ("client card", "code"): "%client",
    ("client show", "code"): "%client",
    ("project add", "code"): "",
    ("contact add", "email"): "",
    ("client add", "--email"): "",
    ("client edit", "--email"): "",
    ("appointment cancel", "number"): "%appointment",
    ("appointment missed", "number"): "%appointment",
    ("prepaid void", "number"): "%purchase",
    ("template copy", "name"): "|".join(shipped()),
    ("import", "form"): "|".join((*imports.FORMATS, *imports.LOGS)),
    ("export", "form"): "|".join(
        (*imports.FORMATS, *exports.WORK_FORMATS, *exports.BOOKKEEPING_FORMATS, exports.LIST_OF_BATCHES)
    ),
}


def values(command: str, param: Any) -> str:
    """What the value of PARAM of COMMAND can be."""
    name = param.opts[0] if param.param_type_name == "option" else param.name
    metavar = (param.metavar or "").strip("[]")
    if (command, name) in BY_COMMAND:
        return BY_COMMAND[command, name]
    if choices := getattr(param.type, "choices", None):
        return "|".join(str(getattr(choice, "value", choice)) for choice in choices)
    if metavar == "CASE" and command in ON_OPEN_CASES:
        return "%open-case"
    return BY_METAVAR.get(metavar, "") or BY_NAME.get(name, "")


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.partition("\n\n")[0].replace("\b", "")).strip()


def lines() -> Iterator[str]:
    """Every line of the file."""
    top = root()
    context = Context(top, info_name="suptime", **top.context_settings)
    yield from of_options("", top, context)
    for entries in PANELS.values():
        for entry in entries:
            yield f"\t{entry.name}\t{entry.help}"
    for entries in PANELS.values():
        for entry in entries:
            yield from of_command(entry.name, top.get_command(context, entry.name), context)


def of_command(name: str, command: Any, parent: Context) -> Iterator[str]:
    """The lines of a command and of those within it."""
    context = Context(command, parent=parent, info_name=name.rpartition(" ")[2])
    yield from of_options(name, command, context)
    if hasattr(command, "list_commands"):
        leaves = [(inner, command.get_command(context, inner)) for inner in command.list_commands(context)]
        shown = [(inner, leaf) for inner, leaf in leaves if not leaf.hidden]
        for inner, leaf in shown:
            yield f"{name}\t{inner}\t{one_line(leaf.help or '')}"
        for inner, leaf in shown:
            yield from of_command(f"{name} {inner}", leaf, context)


def of_options(name: str, command: Any, context: Context) -> Iterator[str]:
    for param in command.get_params(context):
        told = one_line(getattr(param, "help", None) or "")
        if param.param_type_name == "argument":
            yield f"{name}\t{'=*' if param.nargs == -1 else '='}{values(name, param)}\t{told}"
        elif param.is_flag:
            for flag in (one for one in (*param.opts, *param.secondary_opts) if one.startswith("--")):
                yield f"{name}\t{flag}\t{told}"
        else:
            again = "*" if param.multiple else ""
            yield f"{name}\t{param.opts[0]}{again}={values(name, param)}\t{told}"


def words() -> str:
    """The whole file."""
    return "".join(f"{line}\n" for line in lines())


def main() -> None:
    """Write the file."""
    made = words()
    if not FILE.exists() or FILE.read_text(encoding="utf-8") != made:
        FILE.write_text(made, encoding="utf-8")
        print(f"wrote {FILE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
