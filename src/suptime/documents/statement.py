"""Statement of account of a client: one page on how everything stands, what matters most first."""

from decimal import Decimal

from suptime.documents.aging import bucket_names
from suptime.documents.guarantee import guarantee_of, guarantee_section
from suptime.documents.hours import balance_section
from suptime.documents.invoice import letterhead
from suptime.documents.invoice.lines import held_section
from suptime.documents.invoice.phrases import balance_name, time_parts
from suptime.documents.sla import STANDINGS, clock_groups, clock_left, clocks_in_words, moment, standing
from suptime.language.figures import (
    NOTHING,
    duration,
    duration_cell,
    long_day,
    money,
    month,
    month_alone,
    quantity_in_words,
    short_day,
    single_line,
    with_currency,
)
from suptime.language.translate import Part, sentence_of, tr, trc
from suptime.render.blocks import Block, Column, Document, Fact, Paragraph, Row, Section, Table


def compose(report: Part) -> Document:
    """Compose open cases, held time, time, balances, response clocks, guarantees and the next invoice."""
    title, day = tr("Statement"), long_day(report["as_of"])
    blocks: list[Block] = [letterhead.parties(report, tr("For"), glance(report))]
    blocks += [account_section(account) for account in report["accounts"]]
    blocks.append(_cases(report))
    if report["held"]:
        blocks.append(held_section(tr("Held, to be decided: not billed yet"), report["held"]))
    blocks.append(_time(report["time"]))
    blocks += [balance_section(one, report["as_of"], has_client=False) for one in report["balances"]]
    if report["response"]:
        blocks.append(_answers(report["response"], report["as_of"][:4]))
    blocks += [guarantee_section(one, report["as_of"], has_client=False) for one in report["projects"]]
    blocks += [_next(report["next"]), Paragraph(_counted(report), "closing")]
    return Document(
        title,
        day,
        [*blocks, *letterhead.footer(report)],
        page_title=f"{title}, {single_line(report['client_name'])}, {day}",
        letterhead=letterhead.letterhead(report),
    )


def glance(report: Part) -> list[Fact]:
    """Return the whole statement at a glance, which stands beside the client's address."""
    this = report["time"][0]
    titles = "; ".join(single_line(c["title"]) or c["contract"] for c in report["contracts"])
    facts = [
        (tr("Contract") if len(report["contracts"]) == 1 else tr("Contracts"), titles or tr("none")),
        (tr("Open cases"), str(len(report["cases"]))),
        (tr("Time in {month}", month=month_alone(this["month"])), duration(this["time"]["worked_seconds"])),
    ]
    overdue = sum(standing(row) == "overdue" for row in report["response"])
    if overdue:
        facts.append((tr("Answers overdue"), str(overdue)))
    has_several = len(report["balances"]) > 1
    for balance in report["balances"]:
        name = balance_name(balance["unit"])
        left = quantity_in_words(balance["remaining"], balance["unit"], balance["currency"])
        facts.append(
            (f"{name} ({balance['contract']})" if has_several else name, tr("{size} left", size=left))
        )
    return [Fact(name, value) for name, value in facts]


def account_section(account: Part) -> Section:
    """Return an account: its entries between both balances, what is open, and the balance by days past due."""
    currency = account["currency"]
    title = tr("Account in {currency}", currency=currency)
    columns = (
        Column(tr("Day"), "date"),
        Column(tr("Entry"), "label", main=True, grows=True, width=12, wraps=True),
        Column(tr("Debit"), "price", numeric=True),
        Column(tr("Credit"), "price", numeric=True),
        Column(tr("Balance"), "price", numeric=True),
    )
    rows = [Row(["", tr("Opening balance"), "", "", money(account["opening"])])]
    rows += [
        Row(
            [
                short_day(entry["on"], account["to"][:4]),
                f"{entry_names()[entry['kind']]} {entry['id']}",
                money(entry["debit"]) if Decimal(entry["debit"]) else "",
                money(entry["credit"]) if Decimal(entry["credit"]) else "",
                money(entry["balance"]),
            ]
        )
        for entry in account["entries"]
    ]
    foot = (
        "",
        tr("Closing balance"),
        money(account["debits"]),
        money(account["credits"]),
        money(account["closing"]),
    )
    blocks: list[Block] = [Table("", title, columns, rows, foot=foot)]
    if account["open_items"]:
        items = tr("Open items")
        heads = (
            Column(items, "label", main=True, grows=True, width=12),
            Column(trc("invoice", "Due"), "expires", labelled=True),
            Column(tr("Days overdue"), numeric=True),
            Column(tr("Open"), "price", numeric=True),
        )
        open_rows = [
            Row([item["id"], long_day(item["due_on"]), str(item["days_overdue"]), money(item["open"])])
            for item in account["open_items"]
        ]
        blocks.append(Table("", items, heads, open_rows, titled=True))
    made = account["aging"]
    amounts = [(name, money(made[key])) for key, name in bucket_names().items() if Decimal(made[key])]
    if amounts:
        names = (
            Column(tr("Owed by days past due"), "label", grows=True, width=12),
            Column(tr("Amount"), "price", numeric=True),
        )
        blocks.append(Table("", tr("Owed by days past due"), names, [Row([*one]) for one in amounts]))
    return Section(title, blocks, sum=with_currency(account["closing"], currency))


def entry_names() -> dict[str, str]:
    """Return what the kinds of entries are called on a statement."""
    return {
        "invoice": tr("Invoice"),
        "credit-note": tr("Credit note"),
        "payment": tr("Payment"),
        "refund": tr("Refund"),
        "discount": tr("Cash discount"),
        "write-off": tr("Write-off"),
        "late-charge": tr("Late charge"),
        "draw": tr("Deposit"),
        "forfeiture": tr("Expired deposit"),
        "void": tr("Cancelled:"),
    }


def _cases(report: Part) -> Section:
    title, cases, year = tr("Open cases"), report["cases"], report["as_of"][:4]
    columns = (
        Column(tr("Case"), "number", main=True, width=8),
        Column(tr("Subject"), grows=True, quoted=True, width=16),
        Column(tr("Opened"), "valid", folded=True, labelled=True),
        Column(tr("Worked"), "time", numeric=True),
        Column(tr("Charged so far"), "price", numeric=True, main=True, wraps=True),
    )
    rows = [
        Row(
            [
                case["case"],
                single_line(case["subject"]) or NOTHING,
                short_day(case["opened_on"], year),
                duration_cell(case["time"]["worked_seconds"]),
                so_far(case),
            ],
            case_about(case),
        )
        for case in cases
    ]
    tables = [Table("", title, columns, rows, plain=True)] if cases else []
    return Section(title, tables, sum=str(len(cases)) if cases else tr("none"))


def case_about(case: Part) -> list[str]:
    """Say what becomes of work on an open case, how its answer stands, and its guarantee where that is over."""
    texts = [single_line(sentence_of(case)), answer_of(case)]
    if case.get("guarantee") and not case["guarantee"]["within"]:
        texts.append(guarantee_of(case))
    return texts


def answer_of(case: Part) -> str:
    """Say how the first response to `case` stands; nothing where none was promised."""
    clock = case.get("response")
    if not clock:
        return ""
    if standing(clock) == "priority-missing":
        return tr("Priority missing: no answer is due.")
    if standing(clock) in {"met", "late"}:
        answered = moment(clock["responded_at"], clock["timezone"])
        if standing(clock) == "late":
            return tr("Answered on {when}, {left}.", when=answered, left=clock_left(clock))
        return tr("Answered on {when}.", when=answered)
    due = moment(clock["due_at"], clock["timezone"])
    if standing(clock) == "overdue":
        return tr("Answer was due {due}: {left}.", due=due, left=clock_left(clock))
    return tr("Answer due {due}: {left}.", due=due, left=clock_left(clock))


def so_far(case: Part) -> str:
    """Return what a case came to so far: an amount, or how much was worked."""
    if Decimal(case["net"]):
        return with_currency(case["net"], case["currency"])
    if case["time"]["held_seconds"]:
        return tr("held")
    return tr("no charge") if case["time"]["worked_seconds"] else NOTHING


def _time(months: list[Part]) -> Section:
    names = [name.strip("=+ ") for name, _ in time_parts(months[0]["time"])]
    columns = (
        Column(tr("Month"), "label", grows=True, width=12),
        *(Column(name, numeric=True) for name in names),
    )
    rows = [
        Row([span_in_words(row), *(duration(seconds) for _, seconds in time_parts(row["time"]))])
        for row in months
    ]
    return Section(tr("Time"), [Table("", tr("Time"), columns, rows)], short=True)


def span_in_words(row: Part) -> str:
    """Return the month of `row`, and whether it is not over."""
    text = month(row["month"])
    return text if row["complete"] else tr("{month}, so far", month=text)


def _answers(rows: list[Part], year: str) -> Section:
    title = tr("First responses")
    columns = (
        Column(tr("Case"), "number", main=True, width=8),
        Column(tr("Priority"), "date"),
        Column(trc("clock", "Due"), "expires", labelled=True),
        Column(tr("Answered"), "expires", labelled=True),
        Column(tr("How it stands"), numeric=True, grows=True, width=12, wraps=True),
    )
    cells = [
        Row(
            [
                row["case"],
                row["priority"] or NOTHING,
                moment(row["due_at"], row["timezone"], year),
                moment(row["responded_at"], row["timezone"], year) or NOTHING,
                f"{tr(STANDINGS[standing(row)])}, {clock_left(row)}",
            ]
        )
        for _, its in clock_groups(rows)
        for row in its
    ]
    blocks: list[Block] = [Paragraph(clocks_in_words(rows), "quiet"), Table("", title, columns, cells)]
    return Section(title, blocks, sum=str(len(rows)), short=True)


def _next(drafts: list[Part]) -> Section:
    return Section(
        tr("What the next invoice would hold"),
        [_draft(draft) for draft in drafts],
        sum="" if drafts else tr("nothing so far"),
    )


def _draft(draft: Part) -> Table:
    month = span_in_words(draft)
    title = (
        tr("{month}, before tax", month=month)
        if draft["complete"]
        else tr("{month} and before tax", month=month)
    )
    columns = (
        Column(tr("Case"), "number", main=True, width=8),
        Column(tr("What"), grows=True, quoted=True),
        Column(tr("Amount"), "price", numeric=True, wraps=True),
    )
    rows = [
        Row([case["case"], single_line(case["subject"]) or NOTHING, money(case["net"])])
        for case in draft["cases"]
    ]
    rows += [
        Row(["", single_line(sentence_of(line, "description")) or NOTHING, money(line["net"])])
        for line in draft["other_lines"]
    ]
    foot = ("", "", with_currency(draft["net"], draft["currency"]))
    return Table("", title, columns, rows, foot=foot, titled=True)


def _counted(report: Part) -> str:
    return tr(
        "Everything dated through {day} is counted, as known when this was drawn up.",
        day=long_day(report["as_of"]),
    )
