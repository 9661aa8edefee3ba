"""`suptime agent`: roles of agents."""

from datetime import date
from typing import Annotated, Any

import typer

from suptime.cli import console, listing
from suptime.cli.listing import Column, ListFormat, Listing, lists
from suptime.cli.options import FormatOption, argument, option, read_day
from suptime.cli.output import report
from suptime.domain import values
from suptime.domain.time import show_day


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer()
    group.command("role")(role)
    group.command("list")(list_agents)
    app.add_typer(group, name="agent")


def role(
    name: Annotated[str, argument("AGENT", "Agent.", values.AGENT)],
    word: Annotated[str, argument("ROLE", "Role, as contracts name it; '' for none.")],
    since: Annotated[
        date | None, option("--from", "First day of the role [default: today].", "DAY", read_day)
    ] = None,
    form: FormatOption = "text",
) -> None:
    """Set the role of an agent from a day on. Contracts can have a rate for it."""
    from suptime.app import agents

    now = console.now()
    day = console.zone().day(now) if since is None else since
    done = agents.set_role(console.store(), name, word, since=day, now=now, agent=console.agent())
    has = f"the role {done.value.role}" if done.value.role else "no role"
    said = f"{done.value.agent} has {has} from {show_day(day)}."
    report(done, form, said, f"Nothing to change: {said}")


def _roles(row: dict[str, Any]) -> str:
    return ", ".join(f"{one['role'] or 'none'} from {one['from']}" for one in row["roles"])


AGENTS = Listing((Column("agent", "Agent"), Column("roles", "Roles", _roles, is_free=True)))


@lists(AGENTS)
def list_agents(form: ListFormat = None) -> None:
    """List agents with their roles."""
    from suptime.app import agents

    found = agents.list_all(console.store())
    listing.show(AGENTS, found["agents"], found, form, "There are no agents yet.")
