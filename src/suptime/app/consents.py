"""How near the client's consent to work on a case is to its limit, in words."""

from collections.abc import Collection

from suptime.app.facts import contract_of
from suptime.domain.case import Case
from suptime.domain.duration import in_words
from suptime.domain.timespan import Instant
from suptime.rating.consented import consented
from suptime.store import Store, Transaction


def note(tx: Transaction, case: Case, now: Instant, told: Collection[str] = ()) -> tuple[str, ...]:
    """A6: a sentence where four fifths or more of the consented time are used NOW; else nothing.

    Nothing either where it was TOLD already that work is beyond the consent.
    """
    contract = contract_of(tx, case.contract)
    projects = tuple(p for p in [tx.project(case.project)] if p) if case.project else ()
    found = consented(case, tx.units(case=case.number), contract, projects, now)
    if found is None or not found.near or any("that the client consented to" in said for said in told):
        return ()
    limit, more = in_words(found.limit), f"suptime case consent {case.number} --by NAME"
    if found.used < found.limit:
        return (f"{in_words(found.used)} of the {limit} that the client consented to are used.",)
    beyond = f", and {in_words(found.beyond)} beyond them will not be billed" if found.beyond else ""
    return (f"The {limit} that the client consented to are used up{beyond}. For more: {more}",)


def of_running(store: Store, number: str, now: Instant) -> tuple[str, ...]:
    """What `note` says of the case NUMBER, on which a timer runs."""
    with store.reading() as tx:
        case = tx.case(number)
        return () if case is None else note(tx, case, now)
