"""One transaction: everything that can be read and written in it."""

from suptime.store.repositories.audit import History, Trail
from suptime.store.repositories.bookings import Bookings
from suptime.store.repositories.bulk import IssuedBulk
from suptime.store.repositories.cases import Cases, Messages
from suptime.store.repositories.clients import Parties
from suptime.store.repositories.contracts import Contracts
from suptime.store.repositories.integrity import Examined
from suptime.store.repositories.invoices import Sendings
from suptime.store.repositories.months import Settling
from suptime.store.repositories.row_checks import Accounted
from suptime.store.repositories.team import Team


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
