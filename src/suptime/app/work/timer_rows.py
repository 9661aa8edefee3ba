"""The rows that the timer reads in the place of contracts: every change that is not the timer's works them out again."""

from typing import TYPE_CHECKING

from suptime.app.work import case_state, stock_state

if TYPE_CHECKING:
    from suptime.store import Transaction


def refresh(tx: "Transaction") -> None:
    """Write anew the rows about every case and contract that this transaction touched.

    An agent on a server may not write them: the store notes there that they hold no more.
    """
    if not tx.stocks.is_keeper:
        tx.stocks.leave_unrated()
        return
    for code, states in stock_state.states_in(tx, tx.stocks.touched(), tx.stocks.now):
        tx.stocks.save(code, states)
    case_state.refresh(tx)
