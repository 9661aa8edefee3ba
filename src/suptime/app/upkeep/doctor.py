"""`suptime doctor`: check everything that must be true of a store, and repair what can be repaired."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suptime.app.upkeep import ledger_checks
from suptime.app.upkeep import record_checks as doctor_records
from suptime.app.work.case_state import standings_of
from suptime.app.work.stock_state import states_in
from suptime.domain.time import DAY, Instant, rfc3339
from suptime.errors import NotPossible, SuptimeError
from suptime.store import open_store
from suptime.store.database import sqlite_file
from suptime.store.timer.rows import FOR_HINTS

if TYPE_CHECKING:
    from suptime.store import Store, Transaction

MOST = 100
"""Most findings of one check that are reported."""

_OF_AN_INDEX = re.compile(r"missing from index|wrong # of entries in index")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. Without `damage` it is a warning; if `fixable`, it can be repaired without losing data."""

    text: str
    damage: bool = True
    fixable: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """One check and its findings."""

    name: str
    title: str
    findings: tuple[Finding, ...]

    @property
    def state(self) -> str:
        """`damaged`, `warning` or `ok`."""
        if any(finding.damage for finding in self.findings):
            return "damaged"
        return "warning" if self.findings else "ok"


@dataclass(frozen=True, slots=True)
class Examination:
    """Findings of all checks of a store. `kept` is the backup from before a repair, if any."""

    store: str
    checks: tuple[Checked, ...]
    trails: tuple[Mapping[str, Any], ...]
    kept: str | None = None

    @property
    def findings(self) -> list[Finding]:
        """All findings."""
        return [finding for check in self.checks for finding in check.findings]

    @property
    def damage(self) -> list[Finding]:
        """Findings that are damage."""
        return [finding for finding in self.findings if finding.damage]

    @property
    def fixable(self) -> list[Finding]:
        """Findings that can be repaired."""
        return [finding for finding in self.findings if finding.fixable]

    @property
    def document(self) -> dict[str, Any]:
        """The examination as JSON."""
        return {
            "doctor": {
                "store": self.store,
                "revision": sqlite_file.HEAD,
                "damaged": bool(self.damage),
                "checks": [
                    {
                        "check": check.name,
                        "title": check.title,
                        "state": check.state,
                        "findings": [
                            {"text": f.text, "damage": f.damage, "fixable": f.fixable} for f in check.findings
                        ],
                    }
                    for check in self.checks
                ],
                "trails": [dict(trail) for trail in self.trails],
                "kept": self.kept,
            }
        }


def examine(database: str, *, now: Instant) -> Examination:
    """Check the store at the path or URL `database`. Change nothing.

    Raises:
        NoStore: there is none.
        StorageFault: it cannot be opened; the error is the finding.
    """
    with open_store(database) as store:
        return _examined(store, now)


def mend(database: str, *, now: Instant, agent: str) -> Examination:
    """Back up the store, repair what can be repaired without losing data, and check it again.

    If nothing can be repaired, change nothing and make no backup.

    Raises:
        NotPossible: the store is on a server, or there is none.
        StorageFault: it cannot be opened, or the backup cannot be made; then nothing is repaired.
    """
    path = sqlite_file.path_of(database)
    if path is None:
        raise NotPossible(
            "Only a SQLite file can be repaired; the store is on a PostgreSQL server.",
            hint="On the server, REINDEX repairs indexes, and any change of a case repairs the timer's rows.",
        )
    before = examine(database, now=now)
    if not before.fixable:
        return before
    from suptime.store.database.backup import free_name, keep_as

    stamp = rfc3339(now).replace("-", "").replace(":", "")
    kept = free_name(path, f"before-fix-{stamp}")
    keep_as(path, Path(kept))
    with open_store(database) as store:
        with store.changing(at=now, agent=agent, command="doctor --fix") as tx:
            tx.integrity.mend_indexes()
            for code, states in states_in(tx, [code for code, _ in tx.stocks.with_purchases()], now):
                tx.stocks.save(code, states)
            tx.case_states.save_many(standings_of(tx, tx.cases.each()))
            if any(check.name in {"settled", "derived"} and check.findings for check in before.checks):
                tx.months.rebuild()
        return replace(_examined(store, now), kept=str(kept))


def _examined(store: "Store", now: Instant) -> Examination:
    with store.reading() as tx:
        checks = tuple(
            Checked(name, title, tuple(islice(_run(check, tx, now), MOST))) for name, title, check in CHECKS
        )
        return Examination(store.url, checks, _trails(tx))


def _trails(tx: "Transaction") -> tuple[Mapping[str, Any], ...]:
    try:
        heads = tx.audit.heads()
    except Exception:  # noqa: BLE001 - the checks have reported the error
        return ()
    return tuple({"agent": agent, "rows": head.place, "hash": head.hash} for agent, head in heads.items())


Check = Callable[["Transaction", Instant], Iterable[Finding]]


def _run(check: Check, tx: "Transaction", now: Instant) -> Iterator[Finding]:
    try:
        yield from check(tx, now)
    except SuptimeError as error:
        yield Finding(f"This check could not run: {error}")
    except Exception as error:  # noqa: BLE001 - an error in one check of a damaged store must not stop the others
        said = " ".join(str(error).split())
        yield Finding(f"This check could not run: {type(error).__name__}: {said[:200]}")


def _damage(sentences: Callable[["Transaction"], Iterable[str]]) -> Check:
    """Return a check whose `sentences` all report damage."""
    return lambda tx, _: (Finding(sentence) for sentence in sentences(tx))


def _conservation(tx: "Transaction", now: Instant) -> Iterator[Finding]:
    return (Finding(sentence) for sentence in ledger_checks.conservation(tx, now))


def _old_deposits(tx: "Transaction", _: Instant) -> Iterator[Finding]:
    return (Finding(sentence, damage=False) for sentence in ledger_checks.old_deposits(tx))


def _check_closed_months(tx: "Transaction", now: Instant) -> Iterator[Finding]:
    return (Finding(sentence, fixable=True) for sentence in ledger_checks.closed_months(tx, now))


def _derived(tx: "Transaction", _: Instant) -> Iterator[Finding]:
    faults = list(tx.months.faults())
    # Issued documents must be intact before anything is calculated from them.
    whole = not faults or not doctor_records.issues_differ(tx)
    return (Finding(sentence, fixable=whole) for sentence in faults)


def _pages(tx: "Transaction", _: Instant) -> Iterator[Finding]:
    for said in tx.integrity.page_faults():
        yield Finding(said, fixable=bool(_OF_AN_INDEX.search(said)))


def _schema(tx: "Transaction", _: Instant) -> Iterator[Finding]:
    for said, only_an_index in tx.integrity.schema_faults():
        # Something that a person added may be useful, and does no harm.
        yield Finding(said, damage="is not one of suptime's" not in said, fixable=only_an_index)


def _standings(tx: "Transaction", _: Instant) -> Iterator[Finding]:
    kept = tx.case_states.by_case()
    contract_of = {case.number: case.contract for case in tx.cases.each()}
    unrated = tx.stocks.unrated()
    later = {contract for contract, _, unit in unrated if unit is None}
    for computed in standings_of(tx, tx.cases.each(), but={unit for _, _, unit in unrated if unit}):
        standing, there = computed, kept.get(computed.case)
        if there and contract_of[there.case] in later:
            # The next change updates these rows; until then the timer reads the contract instead.
            standing = computed._replace(**{name: getattr(there, name) for name in FOR_HINTS})
        if not tx.integrity.is_file and (there is None or there.events != standing.events):
            continue  # An agent's change left it like this: `start` reads the contract instead.
        if there is None:
            yield Finding(f"The timer's summary of {standing.case} is missing.", fixable=True)
        elif there != standing:
            # Another version of suptime may word a warning differently, which does no harm.
            alike = there._replace(warnings=standing.warnings) == standing
            yield Finding(
                f"The timer's summary of {standing.case} does not match its events and contract.",
                damage=not alike,
                fixable=True,
            )


def _stocks(tx: "Transaction", now: Instant) -> Iterator[Finding]:
    kept = tx.stocks.by_contract()
    unrated = tx.stocks.unrated()
    later = {contract for contract, _, unit in unrated if unit is None}
    but = {unit for _, _, unit in unrated if unit}
    for contract, bought in tx.stocks.with_purchases():
        there = {state.purchase: state for state in kept.pop(contract, [])}
        if contract in later:
            continue
        as_of = min((state.worked_at for state in there.values()), default=now)
        found = dict(states_in(tx, [contract], as_of, but))
        computed = {state.purchase: state for state in found.get(contract, [])}
        for purchase in sorted({*bought, *there, *computed}):
            if there.get(purchase) != computed.get(purchase):
                yield Finding(
                    f"The timer's balance of P{purchase} of {contract} does not match its rated balance.",
                    damage=False,
                    fixable=True,
                )
    for contract, states in kept.items():
        for state in states:
            said = (
                f"The timer has a balance of P{state.purchase} of {contract}, which is not a purchase of that "
                "contract."
            )
            yield Finding(said, damage=False, fixable=True)


def _timers(tx: "Transaction", now: Instant) -> Iterator[Finding]:
    for unit in tx.units.all_running():
        if now - unit.started_at > DAY:
            since = rfc3339(unit.started_at)
            yield Finding(
                f"U{unit.id} of {unit.agent} on {unit.case} has been running since {since}.", damage=False
            )
    for unit in tx.units.find(start=now + 1):
        last = unit.started_at if unit.ended_at is None else max(unit.started_at, unit.ended_at)
        if last > now:
            yield Finding(
                f"U{unit.id} of {unit.agent} on {unit.case} ends at {rfc3339(last)}, in the future: a clock "
                "was wrong then, or is wrong now.",
                damage=False,
            )


CHECKS: tuple[tuple[str, str, Check], ...] = (
    ("pages", "pages, indexes and constraints of the file", _pages),
    ("schema", "tables and indexes of this version", _schema),
    ("keys", "references between rows", _damage(lambda tx: tx.integrity.stray_rows())),
    ("numbers", "invoice numbers without gaps", _damage(ledger_checks.numbers)),
    ("invoices", "issued invoices match their lines, totals and taxes", _damage(ledger_checks.invoices)),
    ("accounts", "each client's account balances on every day", _damage(ledger_checks.accounts)),
    ("claims", "everything is invoiced only once", _damage(ledger_checks.claims)),
    ("deposits", "all deposits of older versions are converted", _old_deposits),
    ("settled", "closed months are settled, except touched days", _check_closed_months),
    ("derived", "closings and totals of prepaid use match issued documents", _derived),
    ("conservation", "every second and every purchase is accounted for", _conservation),
    ("sent", "copies of sent messages are intact", _damage(ledger_checks.copies)),
    ("overlaps", "no agent works twice at a time", _damage(lambda tx: tx.integrity.overlaps())),
    ("timers", "timers and clocks", _timers),
    ("standings", "the timer's summary of each case", _standings),
    ("stocks", "the timer's balance of each purchase", _stocks),
    ("trail", "the audit trail is complete", _damage(lambda tx: tx.audit.faults())),
    ("records", "every row matches its last change or import", _damage(doctor_records.records)),
)
"""Every check: its name for programs, its title for people, and its function."""
