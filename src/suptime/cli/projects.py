"""`suptime project`: work delivered to a client."""

from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.options import Format, FormatOption
from suptime.cli.telling import list_or_none, tell
from suptime.cli.when import read_day
from suptime.domain.timespan import show_day


def register(app: typer.Typer) -> None:
    """Add `project` to APP."""
    group = typer.Typer(help="Record delivered projects, which guarantees count from.")
    group.command("add")(add)
    group.command("list")(list_projects)
    app.add_typer(group, name="project")


def add(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A short code: letters, digits, - and _.")],
    client: Annotated[str, typer.Option("--client", metavar="CLIENT", help="Whom it was delivered to.")],
    budget: Annotated[
        str, typer.Option("--budget", metavar="AMOUNT", help="What it cost: 40000.00. Guarantees go by it.")
    ],
    completed: Annotated[
        str, typer.Option("--completed", metavar="DAY", help="The day on which it was completed.")
    ],
    form: FormatOption = Format.text,
) -> None:
    """Record a project that was delivered to a client. How long it is guaranteed: suptime report guarantee."""
    from suptime.app import projects

    done = projects.add(
        console.store(),
        code,
        client=client,
        budget=budget,
        completed=read_day(completed, console.zone(), console.now()),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    facts, day = done.document["project"], show_day(done.value.completed)
    tell(
        done,
        form,
        f"Added the project {facts['project']} of {facts['client']}, completed on {day}, budget {facts['budget']}.",
    )


def list_projects(
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Only this client's.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """List projects by code. How long they are guaranteed: suptime report guarantee."""
    from suptime.app import projects

    documents = projects.every(console.store(), client)
    list_or_none(
        {"projects": documents},
        form,
        ("Code", "Client", "Completed", "Budget"),
        ((row["project"], row["client"], row["completed"], row["budget"]) for row in documents),
        "There are no projects. Add one: suptime project add CODE --client CLIENT --budget AMOUNT --completed DAY",
        right=("Budget",),
    )
