"""`suptime case estimate`: how long a case will take, and the estimate for the client."""

from typing import Annotated

import typer

from suptime.cli import console
from suptime.cli.options import Format, LanguageOption
from suptime.cli.telling import spoken, tell
from suptime.domain.duration import show_duration
from suptime.errors import WrongUsage


def register(group: typer.Typer) -> None:
    """Add the command to GROUP, `suptime case`."""
    group.command("estimate")(estimate)


def estimate(
    number: Annotated[str, typer.Argument(metavar="CASE", help="The case's number.")],
    duration: Annotated[
        str | None,
        typer.Argument(metavar="[DURATION]", help="How long it will take: 4h, 90m.", show_default=False),
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, html or json.")] = "text",
    language: LanguageOption = None,
) -> None:
    """Record how long a case will take; without DURATION, print the estimate for the client.

    The estimate says what was asked, the time, the price of today, and how to agree.
    """
    from suptime.render import formats

    if form not in formats("estimate"):
        raise WrongUsage(
            f"There is no format {console.quoted(form)}.",
            hint=f"Use one of {', '.join(formats('estimate'))}.",
        )
    from suptime.app import estimates

    store, now = console.store(), console.now()
    if duration is not None:
        done = estimates.estimate(store, number, duration, now=now, agent=console.agent())
        case = done.value
        length = show_duration(case.estimate_seconds or 0)
        if form != "html":
            tell(
                done,
                Format(form),
                f"Estimated {case.number} at {length}. For the client: suptime case estimate {case.number}",
                f"{case.number} is estimated at {length} already.",
            )
            return
    from suptime.invoicing.letterhead import Letterhead

    head = Letterhead.of(console.settings(), spoken(language))
    console.show_document("estimate", form, estimates.paper(store, number, head, now=now))
