"""Content of an invoice: page 1, for payment, and the worksheet, which proves it.

Every format is made of these texts. A document that was issued before it held its summary or whole minutes takes
them from its own lines.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from suptime.documents.invoice import letterhead, phrases
from suptime.documents.labels import agent_name, label_of, labelled
from suptime.domain.bank import is_qr_iban, plain_iban
from suptime.domain.time import shared_minutes
from suptime.invoicing.payment_data import payment_data
from suptime.invoicing.summary import rows_of
from suptime.language.figures import (
    NOTHING,
    clock_span,
    day_in,
    duration,
    duration_cell,
    long_day,
    money,
    percent,
    period,
    quantity_in_words,
    short_day,
    single_line,
    whole,
    with_currency,
)
from suptime.language.notation import DASH
from suptime.language.translate import Part, forms, mark, sentence_of, term, tr, trn

MOST_ROWS = 14
"""Rows of charges that page 1 has room for; more are one row per contract, kind and price (P28)."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Payment:
    """Payment of an invoice: amount, due date and account. `why` is the reason if there is nothing to pay."""

    name: str
    amount: str
    due: str = ""
    facts: Sequence[Pair] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """Row of page 1: a case and a kind of charge (P27)."""

    case: str
    what: str
    billed: str
    prepaid: str
    price: str
    net: str


@dataclass(frozen=True, slots=True)
class Charges:
    """Charges of one contract, under its title and its rule."""

    title: str
    rule: str
    rows: Sequence[Charge]


@dataclass(frozen=True, slots=True)
class Entry:
    """Row of the worksheet: work with one outcome, or a charge without work, with reasons `beneath` it."""

    day: str
    time: str
    note: str
    agent: str
    worked: str
    billed: str
    net: str
    beneath: Sequence[str] = ()
    is_charged: bool = True


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """Worksheet of one case: a table, with what holds for all of its rows `said` once above it."""

    case: str
    subject: str
    about: str
    said: str
    entries: Sequence[Entry]
    totals: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Annex of an invoice: what it belongs to, and its cases, in the order of page 1."""

    title: str
    about: str
    charges: Sequence[Charges]
    cases: Sequence[CaseSheet]
    has_agents: bool = True
    anchor: str = "worksheet"


@dataclass(frozen=True, slots=True)
class Paper:
    """One invoice or credit note as it is read."""

    title: str
    facts: Sequence[Pair]
    payment: Payment
    charges: Sequence[Charges]
    currency: str
    has_prepaid: bool
    totals: Sequence[Pair]
    notes: Sequence[Pair]
    terms: Sequence[str]
    closing: Sequence[str]
    worksheet: Worksheet | None = field(default=None)


def paper(invoice: Part, document: Part) -> Paper:
    """Return the content of `invoice`, one of `document`, in the language in use."""
    shown = turned(invoice) if phrases.is_credit(invoice) else invoice
    shown = {**shown, "cases": [counted(case) for case in shown["cases"]]}
    every = [{**row, "lines": lines, "tax": lines[0].get("tax")} for row, lines in rows_of(shown)]
    rows = list(_by_kind(every)) if len(every) > MOST_ROWS else every
    sheet = worksheet(shown, every) if shows_worksheet(shown) else None
    return Paper(
        phrases.title(invoice),
        _facts(shown, document),
        _payment(shown),
        _charges(rows, shown),
        shown["currency"],
        any(_prepaid(row) != NOTHING for row in rows),
        _totals(shown),
        list(_notes(shown)),
        [
            *_terms(invoice),
            *([tr("Every entry with date, time and rounding is on the worksheet.")] if sheet else []),
        ],
        letterhead.last_words(invoice),
        sheet,
    )


def shows_worksheet(invoice: Part) -> bool:
    """Return whether an invoice has a worksheet: it is asked for, and there is work on it."""
    return invoice.get("detail") != "summary" and any(case["work"] for case in invoice["cases"])


# Credit notes.

_COUNTS = ("billed_minutes", "prepaid_minutes", "invoiced_minutes", "prepaid_incidents", "worked_seconds")


def turned(invoice: Part) -> Part:
    """Return a credit note with every sign turned: what it gives back is positive (P40). JSON keeps its signs."""
    totals = invoice["totals"]
    return {
        **invoice,
        "cases": [
            {**case, "lines": [_turned_line(line) for line in case["lines"]]} for case in invoice["cases"]
        ],
        "other_lines": [_turned_line(line) for line in invoice["other_lines"]],
        "totals": {
            **totals,
            **{key: _minus(totals[key]) for key in ("net", "tax", "gross", "prepaid", "due")},
            "taxes": [
                {**tax, "net": _minus(tax["net"]), "tax": _minus(tax["tax"])} for tax in totals["taxes"]
            ],
        },
    }


def _turned_line(line: Part) -> Part:
    counts = {key: -line[key] for key in _COUNTS if line.get(key)}
    return {**line, **counts, "net": _minus(line["net"]), "quantity": _minus(line["quantity"])}


def _minus(amount: str) -> str:
    return amount[1:] if amount.startswith("-") else f"-{amount}" if amount.strip("0.") else amount


# Page 1.


def _facts(invoice: Part, document: Part) -> list[Pair]:
    is_credit, is_draft = phrases.is_credit(invoice), not invoice["number"]
    credited = single_line(invoice.get("credits"))
    if credited and invoice.get("credited_on"):
        credited = tr("{number} of {day}", number=credited, day=long_day(invoice["credited_on"]))
    number = tr("Credit note number") if is_credit else tr("Invoice number")
    if is_draft:
        day = day_in(document["drawn_up_at"], invoice["timezone"])
        dated = [(tr("Drawn up on"), long_day(day))]
    else:
        name = tr("Credit note date") if is_credit else tr("Invoice date")
        dated = [(number, invoice["number"]), (name, _issued_on(invoice))]
    facts = [
        *dated,
        (tr("Credits invoice"), credited),
        (tr("Reason"), single_line(invoice.get("credit_reason"))),
        (tr("Period of service"), period(invoice["period"])),
        (tr("Customer number"), single_line(invoice["client"])),
        (tr("Your order"), single_line(invoice.get("client_order_number"))),
        (tr("Your reference"), single_line(invoice.get("client_buyer_reference"))),
    ]
    return [(name, value) for name, value in facts if value]


def _issued_on(invoice: Part) -> str:
    return long_day(invoice["issued_on"]) if invoice.get("issued_on") else NOTHING


def _payment(invoice: Part) -> Payment:
    currency, totals = invoice["currency"], invoice["totals"]
    due = Decimal(totals["due"])
    if phrases.is_credit(invoice):
        return Payment(
            tr("Amount credited"), with_currency(totals["gross"], currency), why=_how_credited(invoice)
        )
    amount = with_currency(totals["due"], currency)
    if not invoice["number"]:
        return Payment(tr("Expected amount"), amount)
    if due <= 0:
        why = tr("Paid from your deposit.") if Decimal(totals["prepaid"]) else tr("Nothing is owed.")
        return Payment(tr("Nothing to pay"), amount, why=why)
    return Payment(tr("Amount due"), amount, _due(invoice), _how(invoice))


def _how_credited(invoice: Part) -> str:
    if number := invoice.get("credits"):
        return tr("It is set off against invoice {number}; what is left is on your account.", number=number)
    return tr("It is set off against open invoices; what is left is on your account.")


def _due(invoice: Part) -> str:
    if invoice.get("due_on"):
        if invoice["due_on"] == invoice.get("issued_on"):
            return tr("Payable on receipt")
        return tr("Due by {day}", day=long_day(invoice["due_on"]))
    return tr("Payable on receipt") if (invoice["seller"] or {}).get("payment_days") == 0 else ""


def with_payment(invoice: Part) -> Part:
    """Return an invoice with its `payment`; one that was issued before it held that takes it from its seller (P3)."""
    if "payment" in invoice or not invoice.get("issued_on") or not letterhead.is_owed(invoice):
        return invoice
    due_on = invoice.get("due_on")
    made = payment_data(
        number=invoice["number"],
        year=int(invoice["issued_on"][:4]),
        serial=0,
        due=Decimal(invoice["totals"]["due"]),
        currency=invoice["currency"],
        due_on=date.fromisoformat(due_on) if due_on else None,
        seller={**(invoice["seller"] or {}), "reference": "number"},
        client=letterhead.client(invoice),
        codes=not is_qr_iban(plain_iban((invoice["seller"] or {}).get("iban") or "")),
    )
    return {**invoice, "payment": made.as_data() if made else None}


def _how(invoice: Part) -> list[Pair]:
    """Return to whom and how an invoice is paid."""
    seller, payment = invoice["seller"] or {}, invoice.get("payment") or {}
    given = {key: payment.get(key) or seller.get(key) for key in ("iban", "bic", "bank")}
    if not (given["iban"] or given["bank"]):
        return []
    payee = payment.get("payee") or seller.get("name")
    return letterhead.ways_to_pay({**given, "payee": payee, "reference": letterhead.reference_of(invoice)})


def _charges(rows: Sequence[Part], invoice: Part) -> list[Charges]:
    found = []
    for code in dict.fromkeys(row["contract"] for row in rows):
        its = [row for row in rows if row["contract"] == code]
        title = phrases.contract_title(invoice, code)
        found.append(Charges(title, _rule(code, its, invoice), [_charge(row, invoice) for row in its]))
    return found


def _rule(code: str, rows: Sequence[Part], invoice: Part) -> str:
    """Return the rule of a contract: its price, if there is one, whether purchases pay first, and the rounding."""
    hourly = {row["unit_price"] for row in rows if row["price_per"] == "hour"}
    parts = []
    if len(hourly) == 1:
        price = with_currency(hourly.pop(), invoice["currency"])
        form = (
            tr("{price} per hour, paid from prepaid hours first.")
            if any(row["prepaid_minutes"] for row in rows)
            else tr("{price} per hour.")
        )
        parts.append(form.replace("{price}", price))
    rule = (invoice.get("contract_rules") or {}).get(code)
    if rule and any(row["price_per"] in ("hour", "minute") for row in rows):
        parts.append(sentence_of(rule, "rule"))
    return " ".join(filter(None, parts))


_KINDS_OF_SEVERAL = {
    "time": mark("Support by the hour"),
    "block": mark("Booked appointments"),
    "late-cancellation": mark("Late cancellations"),
    "incident": mark("Incidents"),
    "minutes": mark("Support by the minute"),
    "minimum": mark("Minimums"),
    "fee": mark("Flat fees"),
    "prepaid-sale": mark("Prepaid purchases"),
    "prepayment": mark("Prepayments"),
    "adjustment": mark("Adjustments"),
    "credit": mark("Credits"),
}


def _by_kind(rows: Sequence[Part]) -> Iterator[Part]:
    """Yield one row per contract, kind, unit price and tax, of the rows of all cases."""
    groups: dict[tuple[Any, ...], list[Part]] = {}
    for row in rows:
        key = (row["contract"], row["kind"], row["unit_price"], str(row["tax"]), row["case"] is None)
        groups.setdefault(key, []).append(row)
    for its in groups.values():
        first = its[0]
        if first["case"] is None:
            yield from its
            continue
        name = tr(str(_KINDS_OF_SEVERAL.get(first["kind"], first["kind"])))
        yield {
            **first,
            "case": None,
            "subject": tr(
                "{kind}, {cases}", kind=name, cases=trn(*_CASES, len({one["case"] for one in its}))
            ),
            "is_merged": True,
            "lines": [line for one in its for line in one["lines"]],
            **{
                key: sum(one[key] for one in its)
                for key in ("billed_minutes", "prepaid_minutes", "invoiced_minutes")
            },
            "quantity": str(sum(Decimal(one["quantity"]) for one in its)),
            "net": phrases.total(its),
        }


_CASES = forms("{number} case", "{number} cases")


def _charge(row: Part, invoice: Part) -> Charge:
    return Charge(
        row["case"] or "",
        _what(row, invoice),
        _billed(row),
        _prepaid(row),
        phrases.price(row),
        money(row["net"]),
    )


def _what(row: Part, invoice: Part) -> str:
    """Return the service of a row: the subject of its case, and its kind if that is not ordinary time."""
    if row.get("is_merged"):
        return str(row["subject"])
    lines = row["lines"]
    if row["case"] is None:
        texts = (single_line(sentence_of(labelled(line, invoice), "description")) for line in lines)
        return _with_correction("; ".join(dict.fromkeys(texts)), row)
    subject = single_line(row["subject"]) or NOTHING
    kind = (lines[0].get("credits") or row["kind"]) if row["kind"] == "credit" else row["kind"]
    if kind not in ("time", "minutes", "incident", "adjustment", "credit"):
        subject = f"{subject} {DASH} {tr(str(phrases.KINDS.get(kind, kind)))}"
    tariffs = list(dict.fromkeys(phrases.tariff_of(line) for line in lines if line.get("tariff")))
    return _with_correction(", ".join([subject, *tariffs]), row)


def _with_correction(text: str, row: Part) -> str:
    if row["corrects"] and row["kind"] == "adjustment":
        return f"{text} {DASH} {tr('adjustment to invoice {number}', number=row['corrects'])}"
    return text


def _billed(row: Part) -> str:
    """Return the quantity that this invoice charges, without time free by a cap or charged by an earlier invoice."""
    if minutes := row["invoiced_minutes"] + row["prepaid_minutes"]:
        return duration(minutes * 60)
    counted = int(Decimal(row["quantity"])) + _drawn(row)
    if row["unit"] == "incident":
        return trn("{number} incident", "{number} incidents", counted)
    return NOTHING if row["unit"] == "minute" else whole(counted)


def _drawn(row: Part) -> int:
    return sum(line.get("prepaid_incidents") or 0 for line in row["lines"])


def _prepaid(row: Part) -> str:
    if incidents := _drawn(row):
        return trn("{number} incident", "{number} incidents", incidents)
    return duration_cell(row["prepaid_minutes"] * 60)


def _totals(invoice: Part) -> list[Pair]:
    """Return the totals; the last of them with its currency."""
    sums, currency = invoice["totals"], invoice["currency"]
    rows: list[Pair] = []
    if sums["taxes"]:
        rows.append((tr("Net amount"), money(sums["net"])))
        several = len(sums["taxes"]) > 1
        rows += [(tax_name(tax, several=several), money(tax["tax"])) for tax in sums["taxes"]]
    if not Decimal(sums["prepaid"]):
        return [*rows, (tr("Total"), with_currency(sums["gross"], currency))]
    last = tr("Amount credited") if phrases.is_credit(invoice) else tr("Amount due")
    return [
        *rows,
        (tr("Total"), money(sums["gross"])),
        (tr("Paid from deposit"), money(_minus(sums["prepaid"]))),
        (last, with_currency(sums["due"], currency)),
    ]


def tax_name(tax: Part, *, several: bool) -> str:
    """Return the name of a row of the taxes, with its base where there are `several`."""
    name = tr(single_line(tax.get("name")) or phrases.TAX)
    treatment, rate = tax.get("treatment"), tax.get("rate")
    if treatment == "exempt":
        name = tr("{tax}, exempt", tax=name)
    elif treatment == "reverse-charge":
        name = tr("{tax}, reverse charge", tax=name)
    elif rate is not None:
        name = f"{name} {percent(rate)}"
    return tr("{tax} on {net}", tax=name, net=money(tax["net"])) if several else name


def _notes(invoice: Part) -> Iterator[Pair]:
    """Yield the notes of page 1 beneath its totals, each with its name: held and free time, balances, taxes."""
    for row in invoice["held"]:
        case = next((one for one in invoice["cases"] if one["case"] == row["case"]), None)
        subject = (
            f" \N{LEFT DOUBLE QUOTATION MARK}{single_line(case['subject'])}\N{RIGHT DOUBLE QUOTATION MARK}"
            if case
            else ""
        )
        said = single_line(sentence_of(labelled(row, invoice)))
        length = duration(_held(row, case))
        yield (
            tr("Not billed yet"),
            tr(
                "{case}{subject} ({length}): {why}",
                case=row["case"],
                subject=subject,
                length=length,
                why=said,
            ),
        )
    if free := _free(invoice):
        yield "", tr("{length} were free of charge.", length=duration(free * 60))
    for balance in invoice["prepaid"]:
        for purchase in balance["purchases"]:
            if Decimal(purchase["remaining"]) > 0:
                left = quantity_in_words(purchase["remaining"], balance["unit"], invoice["currency"])
                last = purchase["valid_through"]
                yield (
                    phrases.left_name(balance["unit"]),
                    (
                        tr("{left}, valid until {day}", left=left, day=long_day(last))
                        if last
                        else tr("{left}, without end", left=left)
                    ),
                )
    for reason in letterhead.tax_reasons(invoice):
        yield "", reason


def _held(row: Part, case: Part | None) -> int:
    """Return the seconds of held time, in the whole minutes of the worksheet where all of it is there."""
    shares = [share for work in (case["work"] if case else ()) for share in work["shares"]]
    held = [share for share in shares if share["outcome"] == "held"]
    if held and sum(share["seconds"] for share in held) == row["held_seconds"]:
        return int(sum(share["minutes"] for share in held)) * 60
    return int(row["held_seconds"])


def _free(invoice: Part) -> int:
    """Return the minutes that nobody pays for."""
    every = (share for case in invoice["cases"] for work in case["work"] for share in work["shares"])
    return sum(share["minutes"] for share in every if share["outcome"] in ("non_billable", "waived"))


def _terms(invoice: Part) -> list[str]:
    """Return the seller's terms of payment, and discounts for early payment."""
    if not letterhead.is_owed(invoice):
        return []
    said = invoice.get("terms") or {}
    discount = [sentence_of(said, "words")] if said.get("discounts") and "words" in said else []
    own = letterhead.own_text(invoice, "terms", "payment_terms")
    return [*discount, *(tr(line) for line in own.split("\n") if line.strip())]


# The worksheet.


def counted(case: Part) -> Part:
    """Return a case with the whole minutes of each share of its work; an older document is counted now (P15)."""
    if all("minutes" in share for work in case["work"] for share in work["shares"]):
        return case
    groups: dict[tuple[str, str], list[int]] = {}
    for work in case["work"]:
        for share in work["shares"]:
            groups.setdefault((work["date"], share["outcome"]), []).append(share["seconds"])
    minutes = {key: iter(shared_minutes(seconds)) for key, seconds in groups.items()}
    return {
        **case,
        "work": [
            {
                **work,
                "shares": [
                    {**share, "minutes": next(minutes[work["date"], share["outcome"]])}
                    for share in work["shares"]
                ],
            }
            for work in case["work"]
        ],
    }


def worksheet(invoice: Part, rows: Sequence[Part]) -> Worksheet:
    """Return the worksheet of `invoice`, whose rows of page 1 are `rows`, however many page 1 shows."""
    number = invoice["number"]
    about = []
    if number:
        belongs = tr(
            "This worksheet is part of invoice {number} of {day}.",
            number=number,
            day=_issued_on(invoice),
        )
        about.append(belongs)
    charges = _charges(rows, invoice)
    several = len(charges) > 1
    about += [f"{one.title}: {one.rule}" if several else one.rule for one in charges if one.rule]
    if zone := invoice.get("timezone"):
        about.append(tr("Days and times are those of {zone}.", zone=zone))
    order = list(dict.fromkeys(row["case"] for row in rows if row["case"]))
    cases = {case["case"]: case for case in invoice["cases"]}
    others = [code for code in cases if code not in order]
    return Worksheet(
        tr("Worksheet for invoice {number}", number=number) if number else tr("Worksheet"),
        " ".join(about),
        charges if len(rows) > MOST_ROWS else [],
        [_case(cases[code], invoice) for code in (*order, *others)],
        _agents(invoice) != "none",
        f"worksheet-{number}" if number else "worksheet",
    )


def _agents(invoice: Part) -> str:
    """Return the text of the column of agents: name, initials or nothing."""
    return str((invoice.get("layout") or {}).get("agents") or "name")


def _agent(login: str, invoice: Part) -> str:
    name = agent_name(login, invoice)
    if _agents(invoice) == "initials":
        return "".join(word[0].upper() for word in re.findall(r"[^\W_]+", name))
    return "" if _agents(invoice) == "none" else name


def _case(case: Part, invoice: Part) -> CaseSheet:
    entries = list(_entries(case, invoice))
    said = ""
    first = entries[0].beneath if entries else ()
    if len(entries) > 1 and first and all(one.beneath == first for one in entries):
        said = " ".join(first)
        entries = [replace(one, beneath=()) for one in entries]
    minutes = sum(share["minutes"] for work in case["work"] for share in work["shares"])
    billed = sum(line["billed_minutes"] for line in case["lines"])
    about = [label_of(case["category"], invoice)]
    if status := case["status"]:
        about.append(tr(str(phrases.STATUS.get(status, status))))
    several = len(invoice["contracts"]) > 1
    return CaseSheet(
        case["case"],
        single_line(case["subject"]) or NOTHING,
        " · ".join(
            filter(None, [phrases.contract_title(invoice, case["contract"]) if several else "", *about])
        ),
        said,
        entries,
        (
            duration(minutes * 60),
            duration_cell(billed * 60),
            money(phrases.total(case["lines"])) if case["lines"] else NOTHING,
        ),
    )


_OUTCOMES = {
    "non_billable": mark("No charge: {why}"),
    "waived": mark("Waived: {why}"),
    "covered": mark("{why}"),
    "held": mark("Not billed yet: {why}"),
}


def _entries(case: Part, invoice: Part) -> Iterator[Entry]:
    """Yield the rows of a case: its work by start, and the charges without work on their days."""
    year = invoice["period"]["from"][:4]
    lines: dict[str, list[Part]] = {}
    for line in case["lines"]:
        lines.setdefault(line["date"], []).append(line)
    works: dict[str, list[tuple[Part, str, int, list[str]]]] = {}
    for work in case["work"]:
        works.setdefault(work["date"], []).extend(_by_outcome(work, invoice))
    for day in sorted({*lines, *works}):
        its = works.get(day, [])
        charged = [n for n, (_, outcome, _, _) in enumerate(its) if outcome == "chargeable"]
        with_work = [
            line for line in lines.get(day, ()) if charged and line["kind"] in _OF_WORK and line["units"]
        ]
        alone = [line for line in lines.get(day, ()) if line not in with_work]
        shown = short_day(day, year)
        before = None
        for number, (work, outcome, minutes, reasons) in enumerate(its):
            is_last = bool(charged) and number == charged[-1] and bool(with_work)
            is_charged = outcome == "chargeable"
            is_first = work is not before
            blank = "" if is_charged else NOTHING
            beneath = [*([] if is_charged else [_outcome(outcome, why) for why in reasons])]
            beneath += [_changed_clocks(work)] if is_first else []
            beneath += _of_lines(with_work, invoice) if is_last else []
            yield Entry(
                "" if number else shown,
                clock_span(work["start"], work["end"]),
                (single_line(work["note"]) or NOTHING) if is_first else "",
                _agent(work["agent"], invoice),
                duration(minutes * 60),
                _billed_by(with_work) if is_last else blank,
                money(phrases.total(with_work)) if is_last else blank,
                [text for text in beneath if text],
                is_charged,
            )
            before = work
        for number, line in enumerate(alone):
            yield Entry(
                "" if its or number else shown,
                "",
                _alone(line, invoice),
                "",
                NOTHING,
                _billed_by([line]),
                money(line["net"]),
                _of_lines([line], invoice, whole=True),
            )


_OF_WORK = ("time", "block", "minutes")
"""Kinds of lines whose figures are in the last row of their day's work."""


def _by_outcome(work: Part, invoice: Part) -> Iterator[tuple[Part, str, int, list[str]]]:
    """Yield each outcome of a unit of work with its whole minutes and its reasons."""
    found: dict[str, tuple[int, list[str]]] = {}
    for share in work["shares"]:
        minutes, reasons = found.get(share["outcome"], (0, []))
        why = single_line(sentence_of(labelled(share, invoice)))
        found[share["outcome"]] = (
            minutes + share["minutes"],
            [*reasons, *([why] if why not in reasons else [])],
        )
    for outcome, (minutes, reasons) in found.items():
        yield work, outcome, minutes, reasons


def _outcome(outcome: str, why: str) -> str:
    return tr(_OUTCOMES[outcome], why=why) if why else ""


def _changed_clocks(work: Part) -> str:
    """Say that the clocks changed during a unit of work, whose times on the clock are not as long as it was."""
    elapsed = datetime.fromisoformat(work["ended_at"]) - datetime.fromisoformat(work["started_at"])
    start, end = (int(text[:2]) * 60 + int(text[3:5]) for text in (work["start"], work["end"]))
    over = (int(elapsed.total_seconds()) // 60 - (end - start) + 720) % 1440 - 720
    if abs(over) < 15 or elapsed.days:
        return ""
    length = (
        term(round(elapsed.total_seconds() / 60) * 60)
        if elapsed.seconds % 3600 == 0
        else duration(elapsed.seconds)
    )
    shift = term(abs(round(over / 15)) * 900)
    if over > 0:
        return tr("{length}: the clocks went back by {shift}", length=length, shift=shift)
    return tr("{length}: the clocks went forward by {shift}", length=length, shift=shift)


def _billed_by(lines: Sequence[Part]) -> str:
    if minutes := sum(line["billed_minutes"] for line in lines):
        return duration(minutes * 60)
    return phrases.counted(lines[0]) if lines[0]["unit"] == "incident" else NOTHING


def _of_lines(lines: Sequence[Part], invoice: Part, *, whole: bool = False) -> list[str]:
    """Return the reasons beneath the figures of `lines`, each sentence once, and the time that prepaid hours pay."""
    texts = [text for line in lines for text in _of_line(line, invoice, whole=whole) if text]
    if minutes := sum(line["prepaid_minutes"] for line in lines):
        texts.append(tr("{length} paid from prepaid hours", length=duration(minutes * 60)))
    return list(dict.fromkeys(texts))


def _alone(line: Part, invoice: Part) -> str:
    """Return the words for a charge without work of its own."""
    kind = line.get("credits") if line["kind"] == "credit" else line["kind"]
    name = tr(str(phrases.KINDS.get(kind or line["kind"], line["kind"])))
    text = single_line(sentence_of(labelled(line, invoice), "description"))
    return (
        f"{name}: {text}" if text and kind in ("late-cancellation", "adjustment", "credit") else text or name
    )


def _of_line(line: Part, invoice: Part, *, whole: bool = False) -> Iterator[str]:
    """Yield the reasons beneath a charge that its row does not give."""
    if line.get("corrects"):
        yield tr("Corrects {number}.", number=line["corrects"])
    if line.get("tariff"):
        yield phrases.tariff_of(line)
    is_shared = any("{group}" in one["text"] for one in line.get("reason_said") or ())
    is_partly_charged = line["billed_minutes"] != line["invoiced_minutes"] + line["prepaid_minutes"]
    if whole or is_shared or is_partly_charged or line["kind"] == "block":
        yield single_line(sentence_of(labelled(line, invoice)))
