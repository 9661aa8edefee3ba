"""Guarantees: each project with its last day, and the open cases within it."""

from decimal import Decimal

from suptime.documents.hours import contract_name
from suptime.documents.sla import client_of
from suptime.language.figures import NOTHING, duration, long_day, short_day, single_line, with_currency
from suptime.language.translate import Part, any_of, tr, trn
from suptime.render.blocks import Block, Column, Document, Paragraph, Row, Section, Table
from suptime.render.csv import Sheet


def compose(report: Part) -> Document:
    """Compose the projects of `report`, those still guaranteed before the others, in each the first to end first."""
    day = long_day(report["as_of"])
    projects = sorted(report["projects"], key=lambda project: (not project["active"], project["last_day"]))
    sections = [guarantee_section(project, report["as_of"]) for project in projects]
    return Document(
        tr("Guarantees"),
        day,
        sections or [Paragraph(tr("No project is guaranteed by a contract."))],
        page_title=tr("Guarantees on {day}", day=day),
        line=tr("on {day}", day=day),
    )


def sheet(report: Part) -> Sheet:
    """Return the projects of `report` in its order."""
    columns = (
        *("as_of", "client", "client_name", "project", "contract", "budget", "currency", "completed"),
        *("days", "last_day", "active", "days_left", "open_cases"),
    )
    rows = (
        project
        | {
            "as_of": report["as_of"],
            "budget": Decimal(project["budget"]),
            "active": "yes" if project["active"] else "no",
            "open_cases": " ".join(case["case"] for case in project["cases"]),
        }
        for project in report["projects"]
    )
    return Sheet(columns, rows)


def guarantee_section(project: Part, as_of: str, *, has_client: bool = True) -> Section:
    """Compose one project as of the day `as_of`, with its client unless the document is for that client alone."""
    title = contract_name(project)
    budget = tr("Budget {amount}.", amount=with_currency(project["budget"], project["currency"]))
    blocks: list[Block] = [Paragraph(guarantee_terms(project), "quiet"), Paragraph(budget, "quiet")]
    if project["cases"]:
        blocks.append(_cases(project["cases"]))
    return Section(
        f"{client_of(project)}, {title}" if has_client else title,
        blocks,
        owner=project["project"],
        sum=guarantee_left(project, as_of),
        short=True,
    )


def _cases(cases: list[Part]) -> Table:
    columns = (
        Column(tr("Open case"), "case", main=True, width=8),
        Column(tr("Opened"), "valid"),
        Column(tr("Subject"), grows=True, quoted=True, width=12),
        Column(tr("Time so far"), "expires", numeric=True, wraps=True),
    )
    rows = [
        Row(
            [
                case["case"],
                short_day(case["opened_on"]),
                single_line(case["subject"]) or NOTHING,
                worked_so_far(case["time"]),
            ]
        )
        for case in cases
    ]
    return Table("", tr("Open cases within the guarantee"), columns, rows, titled=True)


def guarantee_left(project: Part, as_of: str) -> str:
    """Return the state of a project's guarantee on the day `as_of`, in a few words."""
    if as_of < project["completed"]:
        return tr("not completed yet")
    if not project["active"]:
        return tr("over")
    days = project["days_left"]
    return trn("{number} day left", "{number} days left", days) if days else tr("last day today")


def guarantee_terms(project: Part) -> str:
    """Say from when to when a project is guaranteed."""
    return trn(
        "Completed on {day}, guaranteed for {number} day: through {last}.",
        "Completed on {day}, guaranteed for {number} days: through {last}.",
        project["days"],
        day=long_day(project["completed"]),
        last=long_day(project["last_day"]),
    )


def worked_so_far(time: Part) -> str:
    """Return how much was worked, and how much of it is held."""
    if not time["worked_seconds"]:
        return tr("nothing worked yet")
    worked = duration(time["worked_seconds"])
    if held := time["held_seconds"]:
        return tr("{length} worked, {held} held", length=worked, held=duration(held))
    return tr("{length} worked", length=worked)


def guarantee_of(case: Part) -> str:
    """Say whether the guarantee of a project covers `case`; nothing where there is none."""
    its = case.get("guarantee")
    if not its:
        return ""
    values = {"project": its["project"], "day": long_day(its["last_day"])}
    if not its["within"]:
        return tr(
            "Project {project} was guaranteed through {day}; the case was opened outside that time.", **values
        )
    if causes := its["excluded_causes"]:
        return tr(
            "Opened within the guarantee of project {project} (through {day}): covered, unless the cause is {causes}.",
            causes=any_of(causes),
            **values,
        )
    return tr("Opened within the guarantee of project {project} (through {day}): covered.", **values)
