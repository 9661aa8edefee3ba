"""One transaction: everything that can be read and written in it."""

from suptime.store.repository.accounted import Accounted
from suptime.store.repository.bookings import Bookings
from suptime.store.repository.cases import Cases
from suptime.store.repository.contracts import Contracts
from suptime.store.repository.examined import Examined
from suptime.store.repository.history import History
from suptime.store.repository.issued_bulk import IssuedBulk
from suptime.store.repository.messages import Messages
from suptime.store.repository.parties import Parties
from suptime.store.repository.sendings import Sendings
from suptime.store.repository.settling import Settling
from suptime.store.repository.team import Team
from suptime.store.repository.trail import Trail


class Transaction(
    History,
    Parties,
    Contracts,
    Cases,
    Bookings,
    IssuedBulk,
    Settling,
    Sendings,
    Messages,
    Trail,
    Accounted,
    Examined,
    Team,
):
    """Domain objects in and out, in one transaction of the store."""
