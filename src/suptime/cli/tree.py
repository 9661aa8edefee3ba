"""Table of all commands and their modules: only the module of the called command is imported."""

import re
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer._click.core import Context, Parameter
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)
from typer._click.formatting import HelpFormatter
from typer._click.parser import _OptionParser, _ParsingState
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info, get_group_from_info
from typer.models import CommandInfo, TyperInfo

from suptime.errors import SuptimeError, WrongUsage


class Entry(NamedTuple):
    """One command: its name, its module in this package, its help in one line."""

    name: str
    module: str
    help: str


PANELS: dict[str, tuple[Entry, ...]] = {
    "Timing work": (
        Entry("start", "commands.timer", "Start the timer on a case."),
        Entry("stop", "commands.timer", "Stop the running timer."),
        Entry("status", "commands.timer", "Show the running timer."),
        Entry("cancel", "commands.timer", "Discard the running timer and its time."),
        Entry("resume", "commands.timer", "Return to the case before this one."),
        Entry("log", "commands.work", "Record work that is already done."),
        Entry("list", "commands.work", "List work units."),
        Entry("gaps", "commands.gaps", "Show gaps in your logged working time."),
        Entry("edit", "commands.work", "Correct a work unit."),
        Entry("split", "commands.work", "Split a work unit into two."),
        Entry("delete", "commands.work", "Delete a work unit."),
        Entry("undo", "commands.history", "Undo a change."),
        Entry("redo", "commands.history", "Redo the change that you undid last."),
        Entry("history", "commands.history", "List changes, newest first."),
        Entry("waive", "commands.work", "Waive the charges of a unit, a case or an appointment."),
    ),
    "Clients, contracts, cases": (
        Entry("client", "commands.clients", "Manage clients and their stored payment cards."),
        Entry(
            "contact",
            "commands.clients",
            "Manage the contacts who may open cases; export or erase a person's data.",
        ),
        Entry("contract", "commands.contracts", "Add, check and show contracts."),
        Entry("price", "commands.contracts", "Change the prices of a contract."),
        Entry("project", "commands.clients", "Manage delivered projects and their guarantee start dates."),
        Entry("agent", "commands.agents", "Manage the roles of agents."),
        Entry("case", "commands.cases", "Open cases and record their events."),
        Entry("appointment", "commands.appointments", "Book, cancel and list appointments."),
        Entry("prepaid", "commands.contracts", "Manage prepaid hours, incidents and deposits."),
    ),
    "Invoices and reports": (
        Entry("invoice", "commands.invoices", "Create, issue and track monthly invoices."),
        Entry("payment", "commands.payments", "Record and allocate payments and refunds."),
        Entry("close", "commands.invoices", "Close months without invoicing them."),
        Entry(
            "report",
            "commands.reports",
            "Show balances, time, response times, guarantees, statements and overviews.",
        ),
        Entry("explain", "commands.reports", "Explain how the cost of a case was calculated."),
        Entry("compare", "commands.reports", "Compare the cost of past work under other contracts."),
    ),
    "Around it": (
        Entry("config", "commands.settings", "Show, check and change the settings."),
        Entry("completion", "completion", "Set up completion in a shell."),
        Entry("template", "commands.settings", "List and copy the templates of documents."),
        Entry("init", "commands.store", "Create a new, empty store."),
        Entry("demo", "commands.settings", "Try suptime on sample data in a fresh database."),
        Entry("import", "commands.imports", "Import data from a file."),
        Entry("export", "commands.imports", "Export data to a file."),
        Entry("team", "commands.store", "Manage roles on a shared PostgreSQL database."),
        Entry("copy", "commands.store", "Copy a database to another place, or to a server."),
        Entry("backup", "commands.store", "Back up the database to a file and verify the copy."),
        Entry("restore", "commands.store", "Restore the database from a backup."),
        Entry("doctor", "commands.store", "Check the database and repair what is safe to repair."),
    ),
}

WITHOUT_STORE = frozenset(
    (
        *("config", "completion", "demo", "contract check", "contract new", "init", "restore", "copy"),
        *("config get", "config set", "config unset", "config check", "config path"),
        *("template list", "template copy"),
        *("start", "stop", "status", "cancel", "resume"),
        *("backup", "doctor", "team grant", "team revoke", "team list"),
        *("client add", "import"),
    )
)
"""Commands without a store, or with their own way to open it. For all others it is opened first."""

NEGATIVE = re.compile(r"-(\.?\d|:|p)", re.IGNORECASE)
"""A negative number, time or duration. No command has a one-letter option like that."""


def _print_directly(ctx: Context, _param: Parameter, value: bool) -> bool:
    """Print without a pager."""
    if value and not ctx.resilient_parsing:
        from suptime.cli import console

        console.paging = False
    return value


NO_PAGER = TyperOption(
    param_decls=["--no-pager"],
    is_flag=True,
    expose_value=False,
    callback=_print_directly,
    help="Print without a pager.",
)


class Parser(_OptionParser):
    """Parser that reads `-5m` as a value, so that the command can refuse it with its own message."""

    def _process_opts(self, arg: str, state: _ParsingState) -> None:
        if NEGATIVE.match(arg):
            state.largs.append(arg)
            return
        try:
            super()._process_opts(arg, state)
        except BadOptionUsage as error:
            error.ctx = self.ctx  # Click does not say which command the option belongs to.
            raise


class Command(TyperCommand):
    """Command that takes negative values as values."""

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """Return the parts of its usage line: required ones plain, optional ones in brackets."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def invoke(self, ctx: Context) -> Any:
        """Run it on the store, which must exist before any file is read."""
        if ctx.command_path.removeprefix("suptime ") not in WITHOUT_STORE:
            from suptime.cli import console

            console.store()
        return super().invoke(ctx)

    def get_params(self, ctx: Context) -> list[Parameter]:
        """Return its parameters, with the one of all commands that print a lot."""
        params = super().get_params(ctx)
        return [*params, NO_PAGER] if any(param.name == "form" for param in params) else params

    def make_parser(self, ctx: Context) -> _OptionParser:
        """Return its parser."""
        parser = Parser(ctx)
        for param in self.get_params(ctx):
            param.add_to_parser(parser, ctx)
        return parser


class Group(TyperGroup):
    """Group of commands, such as `case`."""

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write its commands with the first sentence of their help."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        shown = [(name, _first_sentence(each.help)) for name, each in found if each and not each.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(shown)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that `args` begin with.

        Raises:
            WrongUsage: there is no such command; the error names the nearest one.
        """
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            near = get_close_matches(args[0].lower(), known, n=1)
            name = f"{ctx.command_path} {args[0]}"
            raise WrongUsage(
                f"Unknown command '{name}'."
                + (f" Did you mean '{ctx.command_path} {near[0]}'?" if near else ""),
                hint=f"{ctx.command_path} --help" if len(known) > 9 else f"Commands: {', '.join(known)}.",
            )
        return super().resolve_command(ctx, args)


class Root(Group):
    """`suptime` itself: finds all commands by name, and imports only the called one."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - the signature is Click's
        """Return the names of all commands in the order of the help."""
        return [entry.name for entries in PANELS.values() for entry in entries]

    def get_command(self, ctx: Context, cmd_name: str) -> Any:  # noqa: ARG002 - the signature is Click's
        """Return the command of this name, built from its module."""
        entries = (entry for entries in PANELS.values() for entry in entries)
        found = next((entry for entry in entries if entry.name == cmd_name), None)
        return build(found) if found else None

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002 - the signature is Click's
        """Write the commands in their panels, without importing any of them."""
        width = max(len(entry.name) for entries in PANELS.values() for entry in entries)
        for title, entries in PANELS.items():
            with formatter.section(title):
                formatter.write_dl([(entry.name.ljust(width), entry.help) for entry in entries])


def _first_sentence(text: str | None) -> str:
    paragraph = " ".join((text or "").partition("\n\n")[0].split())
    return re.split(r"(?<=[.:])\s", paragraph, maxsplit=1)[0]


@cache  # Click asks for a command more than once, and building one can take longer than running it.
def build(entry: Entry) -> Any:
    """Return the command or group of an entry: its module registers it with Typer, and Typer builds it."""
    app = typer.Typer()
    import_module(f"suptime.cli.{entry.module}").register(app)
    style = {"pretty_exceptions_short": False, "rich_markup_mode": None}
    for command in app.registered_commands:
        if command.name == entry.name:
            _prepare(command)
            return get_command_from_info(command, **style)  # type: ignore[arg-type]
    for group in app.registered_groups:
        if group.name == entry.name and group.typer_instance:
            if group.typer_instance.registered_callback is None:
                group.help = entry.help
            _prepare_group(group)
            return get_group_from_info(group, suggest_commands=False, **style)  # type: ignore[arg-type]
    raise SuptimeError(f"The module {entry.module} has no command {entry.name}.")


def _prepare_group(group: TyperInfo) -> None:
    """Give a registered `group`, and those within it, their class, and prepare their commands."""
    group.cls = Group
    if group.typer_instance:
        for command in group.typer_instance.registered_commands:
            _prepare(command)
        for inner in group.typer_instance.registered_groups:
            _prepare_group(inner)


def _prepare(command: CommandInfo) -> None:
    """Give a registered `command` its class, and Typer the options of its groups."""
    from suptime.cli.options import expand

    command.cls = Command
    if command.callback is not None:
        command.callback = expand(command.callback)


def root() -> Any:
    """Return the whole command line, ready to run."""
    app = typer.Typer(
        cls=Root,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        name="suptime",
        add_completion=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback(invoke_without_command=True)(_root)
    return typer.main.get_command(app)


def _root(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Time support cases, and bill exactly by their contracts."""
    from suptime import __version__
    from suptime.cli import console

    if version:
        console.print_text(f"suptime {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        console.print_text(ctx.get_help())
        raise typer.Exit


def exits() -> tuple[type[Exception], ...]:
    """Return the exceptions that end a command early with their own exit code."""
    return (typer.Exit,)


def usage_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions of Typer for an invalid command line."""
    return (ClickException, typer.Abort)


def usage_error(error: Exception) -> SuptimeError:
    """Return one of the `usage_errors` as suptime's own: a line about the mistake, and a hint."""
    ctx: Any = getattr(error, "ctx", None)
    path = ctx.command_path if ctx else "suptime"
    help_hint = f"{path} --help"
    match error:
        case typer.Abort():
            return WrongUsage("Nothing was typed, so nothing was done.")
        case NoArgsIsHelpError():
            return WrongUsage(
                f"'{path}' needs a command: {', '.join(ctx.command.list_commands(ctx))}.", hint=help_hint
            )
        case NoSuchOption():
            known = [name for param in ctx.command.get_params(ctx) for name in param.opts] if ctx else []
            near = get_close_matches(error.option_name, [o for o in known if o.startswith("--")], n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            return WrongUsage(f"'{path}' has no option {error.option_name}.{meant}", hint=help_hint)
        case BadOptionUsage():
            return WrongUsage(f"{error.option_name} requires a value.", hint=help_hint)
        case MissingParameter():
            name = error.param.human_readable_name if error.param else ""
            kind = getattr(error.param, "param_type_name", "")
            shown = name.upper() if kind == "argument" else (error.param.opts[0] if error.param else "")
            return WrongUsage(f"'{path}' requires {shown}.", hint=help_hint)
        case BadParameter():
            name = error.param.opts[0] if error.param else ""
            shown = name if name.startswith("-") else name.upper()
            return WrongUsage(f"{shown}: {_without_quotes(error.message)}", hint=help_hint)
        case UsageError() if error.message.startswith("Got unexpected extra argument"):
            extra = error.message.partition("(s) (")[2].removesuffix(")")
            return WrongUsage(f"'{path}' takes no further arguments: '{extra}'.", hint=help_hint)
        case UsageError() if error.message == "Missing command.":
            return WrongUsage(
                f"'{path}' needs a command: {', '.join(ctx.command.list_commands(ctx))}.", hint=help_hint
            )
        case ClickException():
            return WrongUsage(error.message, hint=help_hint)
    return WrongUsage(str(error), hint=help_hint)


def _without_quotes(message: str) -> str:
    """Return Click's message about a choice, with quotes around the typed word only."""
    found = re.fullmatch(r"'(?P<typed>.*)' is not one of (?P<choices>'.*')\.", message, re.DOTALL)
    if found is None:
        return message
    choices = found["choices"].replace("'", "")
    return f"Unknown value '{found['typed']}'. Choose {choices}."
