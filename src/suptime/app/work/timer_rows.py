"""Rows that the timer reads instead of contracts: every other change updates them."""

from typing import TYPE_CHECKING

from suptime.app.work import case_state, stock_state

if TYPE_CHECKING:
    from suptime.store import Transaction


def refresh(tx: "Transaction") -> None:
    """Write the rows of every case and contract that this transaction touched.

    On a server, an agent must not write them: the store marks them as outdated.
    """
    if not tx.stocks.is_keeper:
        tx.stocks.leave_unrated()
        return
    for code, states in stock_state.states_in(tx, tx.stocks.touched(), tx.stocks.now):
        tx.stocks.save(code, states)
    case_state.refresh(tx)
