"""Cover support by a flat fee, billed in advance, period by period (C1, E1)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from suptime.contracts.clause import Clause, Decide, Remark, Span, Spans
from suptime.domain.case import Case, CaseFacts
from suptime.domain.contract import Contract, Version
from suptime.domain.money import rounded
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.reading import Table
from suptime.domain.sentence import Day, Sum, Value, mark, sentence
from suptime.domain.time import Month

MONTHS = {"year": 12, "quarter": 3, "month": 1}
ADJECTIVE = {"year": "Yearly", "quarter": "Quarterly", "month": "Monthly"}


@dataclass(frozen=True, slots=True)
class Fee:
    """A flat fee per period: an amount, or `percent` of an amount with the name `of_what`."""

    amount: Decimal | None
    percent: Decimal | None
    of: Decimal | None
    of_what: str
    every: str

    def in_currency(self, currency: str) -> Decimal:
        """Return the fee of one period, rounded to `currency`'s minor unit."""
        if self.amount is not None:
            return rounded(self.amount, currency)
        return rounded((self.percent or Decimal(0)) * (self.of or Decimal(0)) / 100, currency)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of the fee: channels (None: all), excluded causes, and categories with only their first day."""

    channels: tuple[str, ...] | None = None
    excluded_causes: tuple[str, ...] = ()
    first_day_only: tuple[str, ...] = ()
    fee: Fee | None = None


@dataclass(frozen=True, slots=True)
class DueFee:
    """A fee that is due on the first day of its period, which ends with `last`."""

    contract: str
    day: date
    last: date
    net: Decimal
    currency: str
    description: str


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:
    """Cover work on a covered channel, unless its cause is excluded or its first day is over (C1)."""
    case = facts.case
    for piece in pieces:
        terms = piece.version.get(Coverage)
        if terms is None:
            yield piece
            continue
        resolution = case.resolution_after(piece.span.start)
        excluded = resolution is not None and resolution.cause in terms.excluded_causes
        by_channel = terms.channels is None or piece.unit.channel in terms.channels
        first_only = case.category in terms.first_day_only
        past_first = first_only and facts.first_day is not None and piece.day > facts.first_day
        if by_channel and not excluded and not past_first:
            yield piece.becomes(
                Outcome.COVERED, "coverage", sentence("Covered by {title}.", title=piece.version.title)
            )
        else:
            yield piece


def due_fees(contract: Contract, first: date, last: date) -> list[DueFee]:
    """Return the fees of `contract` due from `first` through `last`, in order of time.

    The periods begin with the first version with a fee of their length. A later version
    with the same length continues the same periods: its fee starts with the first period
    on or after its own start. A fee of 0.00 counts as no fee.
    """
    found = []
    before: Fee | None = None
    begin = contract.versions[0].starts_on
    for version in contract.versions:
        fee = _fee_of(version)
        if fee is not None and (before is None or before.every != fee.every):
            begin = version.starts_on
        before = fee
        if fee is None:
            continue
        net = fee.in_currency(version.currency)
        for day, following in periods(begin, MONTHS[fee.every], last):
            if first <= day and contract.on(day) is version:
                words = _description(fee, version, day, following - timedelta(days=1))
                found.append(
                    DueFee(contract.code, day, following - timedelta(days=1), net, version.currency, words)
                )
    return sorted(found, key=lambda due: due.day)


def _fee_of(version: Version) -> Fee | None:
    """Return the fee of `version`, or None if it has none or one of 0.00."""
    terms = version.get(Coverage)
    fee = terms.fee if terms else None
    return fee if fee and fee.in_currency(version.currency) else None


def first_fee(contract: Contract, version: Version) -> DueFee | None:
    """Return the first fee of `version`, a version of `contract`; None if it never falls due."""
    if _fee_of(version) is None:
        return None
    due = due_fees(contract, version.starts_on, _plus_months(version.starts_on, max(MONTHS.values())))
    return next((one for one in due if contract.on(one.day) is version), None)


def unpaid_fees(contract: Contract, last: date, invoiced: Collection[date]) -> Iterator[DueFee]:
    """Yield the fees due through `last` that no `invoiced` fee pays for."""
    for due in due_fees(contract, contract.versions[0].starts_on, last):
        if due.day not in invoiced and not _is_invoiced_by_anniversary(contract, due, invoiced):
            yield due


def _is_invoiced_by_anniversary(contract: Contract, due: DueFee, invoiced: Iterable[date]) -> bool:
    """Return whether an `invoiced` fee pays for the period of `due`, counted from the contract's start.

    Earlier versions of suptime counted the periods of every version from the contract's start.
    """
    version = contract.on(due.day)
    fee = _fee_of(version) if version else None
    its = [day for day in invoiced if due.day < day <= due.last]
    if fee is None or not its:
        return False
    old = [day for day, _ in periods(contract.versions[0].starts_on, MONTHS[fee.every], due.last)]
    return any(day in old for day in its)


def monthly_fee(version: Version) -> Decimal:
    """Return a month's share of the fee of `version`: a twelfth of a yearly one, a third of a quarterly one."""
    terms = version.get(Coverage)
    if terms is None or terms.fee is None:
        return Decimal(0)
    return rounded(terms.fee.in_currency(version.currency) / MONTHS[terms.fee.every], version.currency)


def fee_period(version: Version) -> str | None:
    """Return the period of the fee of `version` ("year", "quarter", "month"), or None."""
    terms = version.get(Coverage)
    return terms.fee.every if terms and terms.fee else None


def periods(start: date, months: int, last: date) -> Iterator[tuple[date, date]]:
    """Yield the first days of the periods of `months` months from `start`, up to `last`, each with the next one's.

    If a month lacks the day, its last day is used: 31 January, monthly, then 28 February and 31 March.

    >>> [day.isoformat() for day, _ in periods(date(2026, 1, 31), 1, date(2026, 4, 1))]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    count = 0
    while (day := _plus_months(start, count * months)) <= last:
        yield day, _plus_months(start, (count + 1) * months)
        count += 1


def _plus_months(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    target = Month(start.year + years, month + 1)
    return target.first.replace(day=min(start.day, target.last.day))


def _description(fee: Fee, version: Version, first: date, last: date) -> str:
    values: dict[str, Value] = {"title": version.title, "first": Day(first), "last": Day(last)}
    if fee.amount is not None:
        return sentence(_FEE[fee.every], **values)
    return sentence(
        _FEE_OF[fee.every],
        **values,
        percent=fee.percent or Decimal(0),
        what=fee.of_what or sentence("agreed sum"),
        sum=Sum(str(fee.of), version.currency),
    )


_FEE = {
    "year": mark("{title}: yearly fee, {first} to {last}"),
    "quarter": mark("{title}: quarterly fee, {first} to {last}"),
    "month": mark("{title}: monthly fee, {first} to {last}"),
}
_FEE_OF = {
    "year": mark("{title}: yearly fee ({percent} % of the {what} of {sum}), {first} to {last}"),
    "quarter": mark("{title}: quarterly fee ({percent} % of the {what} of {sum}), {first} to {last}"),
    "month": mark("{title}: monthly fee ({percent} % of the {what} of {sum}), {first} to {last}"),
}


def spans(terms: Coverage, case: Case) -> Spans:
    """Return the spans that decide: the channel, and the first day of work on the case."""
    by_first_day = {Span.CASE} if case.category in terms.first_day_only else set()
    return frozenset(by_first_day | ({Span.UNIT} if terms.channels is not None else set()))


def read(table: Table) -> Coverage:
    """Return the terms of `[coverage]` and `[coverage.fee]`."""
    channels = table.texts("channels")
    excluded = table.texts("excluded_causes") or ()
    first_day_only = table.texts("first_day_only") or ()
    sub = table.sub("fee")
    fee = _fee(sub) if sub else None
    return Coverage(channels, excluded, first_day_only, fee)


def _fee(table: Table) -> Fee:
    amount, percent, of = table.amount("amount"), table.amount("percent"), table.amount("of")
    of_what = table.text("of_what", "")
    every = table.choice("every", tuple(MONTHS), "year")
    stated = [key for key in ("amount", "percent", "of") if key in table.values]
    if stated not in (["amount"], ["percent", "of"]) and not any(
        f.key.startswith(table.name) for f in table.faults
    ):
        table.fault("", 'expected either amount = "1200.00", or percent = "10" and of = "48000.00".')
    table.close()
    return Fee(amount, percent, of, of_what, every)


def sentences(terms: Coverage, version: Version) -> list[str]:
    """Return the coverage and the fee, in words for the client."""
    told: list[str] = [
        sentence("Support by {channels} is covered.", channels=", ".join(terms.channels))
        if terms.channels
        else sentence("Support is covered.")
    ]
    if categories := terms.first_day_only:
        told.append(
            sentence(
                "For {categories}, only the first day of work on a case is covered.",
                categories=", ".join(categories),
            )
        )
    if causes := terms.excluded_causes:
        told.append(
            sentence(
                "Not covered are cases that turn out to have the cause {causes}.", causes=" or ".join(causes)
            )
        )
    if fee := terms.fee:
        net = Sum(str(fee.in_currency(version.currency)), version.currency)
        told.append(
            sentence(_IN_ADVANCE[fee.every], sum=net)
            if fee.percent is None
            else sentence(
                _SHARE_IN_ADVANCE[fee.every],
                sum=net,
                percent=fee.percent,
                what=fee.of_what or sentence("agreed sum"),
            )
        )
    return told


_IN_ADVANCE = {
    "year": mark("Yearly fee: {sum}, in advance."),
    "quarter": mark("Quarterly fee: {sum}, in advance."),
    "month": mark("Monthly fee: {sum}, in advance."),
}
_SHARE_IN_ADVANCE = {
    "year": mark("Yearly fee: {sum}, {percent} % of the {what}, in advance."),
    "quarter": mark("Quarterly fee: {sum}, {percent} % of the {what}, in advance."),
    "month": mark("Monthly fee: {sum}, {percent} % of the {what}, in advance."),
}


CLAUSE = Clause(
    "coverage",
    Coverage,
    read,
    sentences,
    ("C1", "E1", "E7", "E10"),
    (
        Decide(
            apply=decide,
            causes=lambda terms: terms.excluded_causes,
            categories=lambda terms: terms.first_day_only,
            spans=spans,
            first_day_counts=lambda terms: bool(terms.first_day_only),
            remarks={Outcome.COVERED: Remark("covered by the flat fee")},
        ),
    ),
)
