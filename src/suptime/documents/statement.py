"""Statement of account of a client: one page, the most important figures first."""

from collections.abc import Mapping
from decimal import Decimal

from suptime.documents.guarantee import guarantee_of, guarantee_section
from suptime.documents.hours import balance_section
from suptime.documents.invoice import letterhead
from suptime.documents.invoice.lines import held_section
from suptime.documents.invoice.phrases import balance_name, time_parts
from suptime.documents.labels import label_of, labelled
from suptime.documents.sla import STANDINGS, clock_groups, clock_left, clocks_in_words, moment, standing
from suptime.language.figures import (
    NOTHING,
    duration,
    duration_cell,
    long_day,
    money,
    month,
    quantity_in_words,
    short_day,
    single_line,
    with_currency,
)
from suptime.language.translate import Part, sentence_of, tr, trc, trn
from suptime.render.blocks import (
    Block,
    Column,
    Document,
    Fact,
    Figure,
    Headline,
    Paragraph,
    Row,
    Section,
    Table,
)


def compose(report: Part) -> Document:
    """Compose open cases, held time, time, balances, response clocks, guarantees and the next invoice."""
    report = labelled(report, report)
    title, day = tr("Statement of account"), long_day(report["as_of"])
    blocks: list[Block] = [letterhead.parties(report, tr("To"), glance(report)), _headline(report)]
    blocks += [account_section(account) for account in report["accounts"]]
    blocks += [balance_section(one, report["as_of"], has_client=False) for one in report["balances"]]
    blocks.append(_cases(report))
    if report["held"]:
        blocks.append(held_section(tr("Not billed yet"), report["held"]))
    blocks.append(_time(report["time"]))
    if report["response"]:
        blocks.append(_answers(report))
    blocks += [guarantee_section(one, report["as_of"], has_client=False) for one in report["projects"]]
    blocks += [_next(report["next"]), Paragraph(_counted(report), "quiet")]
    if last := letterhead.last_words(report):
        blocks.append(Paragraph("\n".join(last), "closing", quoted=True))
    return Document(
        title,
        "",
        blocks,
        page_title=f"{title}, {single_line(report['client_name'])}, {day}",
        line=day,
        letterhead=letterhead.letterhead(report),
    )


def _headline(report: Part) -> Headline:
    """Return the figures that matter most: owed, overdue, what is left of purchases, and open cases."""
    owed: dict[str, Decimal] = {}
    overdue: dict[str, Decimal] = {}
    days = 0
    for account in report["accounts"]:
        currency = account["currency"]
        for item in account["open_items"]:
            amount = Decimal(item["open"])
            owed[currency] = owed.get(currency, Decimal(0)) + amount
            if item["days_overdue"] > 0:
                overdue[currency] = overdue.get(currency, Decimal(0)) + amount
                days = max(days, item["days_overdue"])
    usual = next(iter(owed), report["accounts"][0]["currency"] if report["accounts"] else "")
    figures = [
        Figure(tr("Owed"), *_sums(owed, usual)),
        Figure(
            tr("Of which overdue"),
            _sums(overdue, usual)[0],
            trn("{number} day", "{number} days", days) if overdue else "",
            main=bool(overdue),
        ),
    ]
    for balance in report["balances"][:1]:
        last = max(
            (one["valid_through"] or "" for one in balance["purchases"] if one["remaining"]), default=""
        )
        left = quantity_in_words(balance["remaining"], balance["unit"], balance["currency"])
        until = tr("valid until {day}", day=long_day(last)) if last else ""
        figures.append(Figure(balance_name(balance["unit"]), left, until))
    figures.append(Figure(tr("Open cases"), str(len(report["cases"]))))
    return Headline(figures)


def _sums(amounts: Mapping[str, Decimal], usual: str) -> tuple[str, str]:
    """Return the amount of the usual currency, and those of others."""
    shown = [with_currency(f"{amount:f}", currency) for currency, amount in amounts.items()]
    if not shown:
        return (with_currency("0.00", usual) if usual else NOTHING), ""
    return shown[0], " · ".join(shown[1:])


def glance(report: Part) -> list[Fact]:
    """Return the facts of the statement, which stand beside the client's address."""
    titles = "; ".join(single_line(c["title"]) or c["contract"] for c in report["contracts"])
    facts = [
        (tr("As of"), long_day(report["as_of"])),
        (tr("Customer number"), report["client"]),
        (tr("Contract") if len(report["contracts"]) == 1 else tr("Contracts"), titles or tr("none")),
    ]
    overdue = sum(standing(row) == "overdue" for row in report["response"])
    if overdue:
        facts.append((tr("Answers overdue"), str(overdue)))
    return [Fact(name, value) for name, value in facts]


def account_section(account: Part) -> Section:
    """Return an account: its entries between both balances, and what is open of it."""
    currency = account["currency"]
    title = tr("Account in {currency}", currency=currency)
    columns = (
        Column(tr("Date"), "date"),
        Column(tr("Document"), "label", main=True, grows=True, width=12, wraps=True),
        Column(tr("Number"), "label"),
        Column(tr("Amount ({currency})", currency=currency), "price", numeric=True),
        Column(tr("Balance"), "price", numeric=True),
    )
    year = account["to"][:4]
    rows = [Row([short_day(account["from"], year), tr("Opening balance"), "", "", money(account["opening"])])]
    rows += [
        Row(
            [
                short_day(entry["on"], year),
                entry_names()[entry["kind"]],
                entry["id"],
                money(f"{Decimal(entry['debit']) - Decimal(entry['credit']):f}"),
                money(entry["balance"]),
            ]
        )
        for entry in account["entries"]
    ]
    foot = ("", tr("Closing balance"), "", "", money(account["closing"]))
    blocks: list[Block] = [Table("", title, columns, rows, foot=foot)]
    if account["open_items"]:
        heads = (
            Column(tr("Number"), "label", main=True, grows=True, width=12),
            Column(trc("invoice", "Due"), "expires", labelled=True),
            Column(tr("Days overdue"), numeric=True),
            Column(tr("Open ({currency})", currency=currency), "price", numeric=True),
        )
        open_rows = [
            Row(
                [
                    item["id"],
                    long_day(item["due_on"]),
                    str(item["days_overdue"]) if item["days_overdue"] > 0 else NOTHING,
                    money(item["open"]),
                ]
            )
            for item in account["open_items"]
        ]
        blocks.append(Table("", tr("Open items"), heads, open_rows, titled=True))
    return Section(title, blocks, sum=with_currency(account["closing"], currency))


def entry_names() -> dict[str, str]:
    """Return the names of the kinds of entries on a statement."""
    return {
        "invoice": tr("Invoice"),
        "credit-note": tr("Credit note"),
        "payment": tr("Payment received"),
        "refund": tr("Refund"),
        "discount": tr("Cash discount"),
        "write-off": tr("Write-off"),
        "late-charge": tr("Late charge"),
        "draw": tr("Deposit"),
        "forfeiture": tr("Expired deposit"),
        "void": tr("Cancelled"),
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
    """Return the state of an open case: outcome of its work, its response, and its guarantee if that is over."""
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
        answered = moment(clock["answered_at"], clock["timezone"])
        if standing(clock) == "late":
            return tr("Answered on {when}, {left}.", when=answered, left=clock_left(clock))
        return tr("Answered on {when}.", when=answered)
    due = moment(clock["due_at"], clock["timezone"])
    if standing(clock) == "overdue":
        return tr("Answer was due {due}: {left}.", due=due, left=clock_left(clock))
    return tr("Answer due {due}: {left}.", due=due, left=clock_left(clock))


def so_far(case: Part) -> str:
    """Return the charges of a case so far, or the time worked."""
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


def _answers(report: Part) -> Section:
    title, rows, year = tr("First responses"), report["response"], report["as_of"][:4]
    columns = (
        Column(tr("Case"), "number", main=True, width=8),
        Column(tr("Priority"), "date"),
        Column(trc("clock", "Due"), "expires", labelled=True),
        Column(tr("Answered"), "expires", labelled=True),
        Column(tr("Status"), numeric=True, grows=True, width=12, wraps=True),
    )
    cells = [
        Row(
            [
                row["case"],
                label_of(row["priority"], report) or NOTHING,
                moment(row["due_at"], row["timezone"], year),
                moment(row["answered_at"], row["timezone"], year) or NOTHING,
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
        tr("Next invoice (forecast)"),
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
        "Entries through {day} are included, as known when this page was made.",
        day=long_day(report["as_of"]),
    )
