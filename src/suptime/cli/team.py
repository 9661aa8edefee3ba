"""`suptime team`: who works with a store on a server, and what they may do."""

from enum import StrEnum
from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption
from suptime.cli.telling import list_or_none, tell

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="A login of the PostgreSQL server.")]


class Role(StrEnum):
    """What a login may do."""

    AGENT = "agent"
    BILLING = "billing"
    READER = "reader"


def register(app: typer.Typer) -> None:
    """Add `team` to APP."""
    group = typer.Typer(help="Say who may do what with a store on a server.")
    group.command("grant")(grant)
    group.command("revoke")(revoke)
    group.command("list")(list_members)
    app.add_typer(group, name="team")


def grant(
    login: Login,
    role: Annotated[
        Role,
        typer.Option(
            "--role",
            case_sensitive=False,
            help="agent: the timer, and time of their own; billing: everything but roles; reader: only reads.",
        ),
    ],
    agent: Annotated[
        str | None,
        typer.Option("--agent", metavar="NAME", help="The agent that this login works as [its own name]."),
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Give a login of the server a role, in the place of another that it had.

    The owner of the database does this. The server itself then refuses whatever the role does
    not allow, whichever program the login uses.
    """
    from suptime.app import team

    database, now, me = console.settings().database, console.now(), console.agent()
    done = team.grant(database, login, role.value, agent, now=now, agent=me)
    member = done.value
    tell(done, form, f'The login "{member.login}" is {_named(member.role)} now, and works as {member.agent}.')


def revoke(login: Login, form: FormatOption = Format.text) -> None:
    """Take every right on this store from a login. What it did stays."""
    from suptime.app import team

    done = team.revoke(console.settings().database, login, now=console.now(), agent=console.agent())
    member = done.value
    tell(
        done, form, f'The login "{member.login}" may do nothing here any more; it was {_named(member.role)}.'
    )


def list_members(form: FormatOption = Format.text) -> None:
    """List the logins that have a role, and the agent that each works as."""
    from suptime.app import team

    documents = team.every(console.settings().database)
    list_or_none(
        {"members": documents},
        form,
        ("Login", "Role", "Agent", ""),
        (
            (d["login"], d["role"], d["agent"], "" if d["on_server"] else "no login any more")
            for d in documents
        ),
        "Nobody has a role. Give one: suptime team grant LOGIN --role agent",
    )


def _named(role: str) -> str:
    return {"agent": "an agent", "billing": "billing", "reader": "a reader"}[role]
