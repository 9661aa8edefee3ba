"""`suptime invoice check`: findings against issuing a month, and their acceptance."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from suptime.cli import console
from suptime.cli.options import LAST_MONTH, FormatOption, OneClient, option, read_month
from suptime.cli.questions import ask
from suptime.domain.finding import ACCEPTED, Acceptance, Finding, Level
from suptime.domain.time import Month
from suptime.domain.values import accept
from suptime.errors import ExitCode

if TYPE_CHECKING:
    from suptime.app.invoices.check import Asked, MonthCheck
    from suptime.app.invoices.draft import ClientMonth

AcceptOption = Annotated[
    list[str] | None,
    option(
        "--accept",
        "Issue despite this finding, for example client-address, unit-long:U7, or all for all "
        "warnings. Can be repeated.",
        "CODE[:ON]",
    ),
]


def acceptance(typed: Iterable[str] | None) -> Acceptance:
    """Return the codes `typed` after --accept, with those of the settings and the environment.

    Raises:
        WrongUsage: there is no such code.
    """
    parts = [part for text in typed or () for part in text.split(",")]
    return Acceptance.of(console.settings().accepted) | Acceptance.of(accept(ACCEPTED, one) for one in parts)


def check(
    month: Annotated[
        Month,
        option(
            "--month",
            "Month to check, for example 2026-10 [default: last complete month].",
            "MONTH",
            read_month,
            show_default=False,
        ),
    ] = LAST_MONTH,
    client: OneClient = None,
    accepted: AcceptOption = None,
    form: FormatOption = "text",
) -> None:
    """List everything that prevents issuing a month, worst first, each with the command that corrects it.

    Exit code 0: the month is ready. 3: there is an error, or a warning that is not accepted. An error can only be
    accepted by its own code, and some errors cannot be accepted. Notes never prevent an issue.
    """
    from suptime.app.invoices import check as checking
    from suptime.cli.commands.issued import issue_settings

    fine = acceptance(accepted)
    found = checking.check(console.store(), issue_settings().asked(month, client, None), now=console.now())
    document = found.document(fine)
    console.show(document, form, lambda: "\n".join(_listing(found, fine)))
    if not document["ready"]:
        raise typer.Exit(ExitCode.NOT_POSSIBLE)


def _listing(found: "MonthCheck", accepted: Acceptance) -> list[str]:
    document = found.document(accepted)
    lines = [_line(finding, accepted) for finding in found.findings]
    for one in document["clients"]:
        sums = ", ".join(
            f"{each['net']} net, {each['gross']} gross {each['currency']}" for each in one["documents"]
        )
        lines.append(f"{one['client']}: {sums}: {'ready' if one['ready'] else 'not ready'}")
    stops = sum(map(accepted.stops, found.findings))
    about = f"{found.month} is ready to be issued."
    if stops:
        about = (
            f"{found.month} is not ready: {stops} "
            f"{'finding prevents' if stops == 1 else 'findings prevent'} issuing it."
        )
    return [*map(console.plain, lines), about]


def _line(finding: Finding, accepted: Acceptance) -> str:
    mark = " (accepted)" if accepted.accepts(finding) else ""
    return f"{str(finding.level).capitalize()}{mark} {finding.sentence}"


def show_findings(findings: Iterable[Finding], *, drafting: bool = False) -> None:
    """Print each finding on stderr, in one line. For a draft, a month that is not over is not an error."""
    for finding in findings:
        is_note = drafting and finding.code == "month-not-over"
        level = Level.NOTE if is_note else finding.level
        console.note(f"{str(level).capitalize()} {finding.sentence}")


def ask_about_warnings(found: "MonthCheck", accepted: Acceptance) -> Acceptance:
    """Ask on the terminal about the warnings of each client; return the accepted codes."""
    if any(map(accepted.stops, found.house)):
        return accepted
    for one in found.clients:
        stops = [finding for finding in one.findings if accepted.stops(finding)]
        if stops and all(finding.level is Level.WARNING for finding in stops):
            show_findings(stops)
            if ask(f"Issue the invoice of {one.client.code} anyway?"):
                names = (f"{finding.code}:{finding.on}" for finding in stops)
                accepted |= Acceptance.of(names)
    return accepted


def plan_of(found: "MonthCheck", accepted: Acceptance) -> list[str]:
    """Return the plan of an issue: its documents with their totals, and the months that it would close."""
    if any(map(accepted.stops, found.house)):
        return []
    lines: list[str] = []
    for one in found.clients:
        if not (one.is_settled or one.has_no_supplement or any(map(accepted.stops, one.findings))):
            lines += _plan_of_client(one)
    return lines


def _plan_of_client(one: "ClientMonth") -> Sequence[str]:
    code, month = one.client.code, one.window.month
    documents = [draft.document for draft in one.drafts]
    if not documents:
        return [f"{code}: closes {month} without an invoice."]
    return [
        f"{code}: {'credit note' if each['kind'] == 'credit-note' else 'invoice'} of {month}, "
        f"{each['totals']['gross']} {each['currency']}."
        for each in documents
    ]


def asked_again(asked: "Asked", accepted: Acceptance) -> "tuple[MonthCheck, Acceptance]":
    """Check the month before it is issued on a terminal, and ask; return the check and the accepted codes."""
    from suptime.app.invoices import check as checking

    found = checking.check(console.store(), asked, now=console.now())
    return found, ask_about_warnings(found, accepted)
