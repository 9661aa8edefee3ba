"""Whose message it is, and which case it is about."""

import re
import unicodedata
from collections.abc import Iterator

from suptime.app import lookup, opening
from suptime.app.wording import few
from suptime.domain.case import Case
from suptime.errors import WrongUsage
from suptime.store import Transaction

MOST_TRIED = 50

PROVIDERS = frozenset(
    """
    aol.com fastmail.com free.fr gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com
    hotmail.com hotmail.co.uk hotmail.de hotmail.fr icloud.com laposte.net libero.it live.com
    mac.com mail.com mail.ru me.com msn.com orange.fr outlook.com outlook.de proton.me
    protonmail.com qq.com t-online.de wanadoo.fr web.de yahoo.ca yahoo.co.jp yahoo.co.uk
    yahoo.com yahoo.de yahoo.fr yandex.ru zoho.com
    """.split()
)
"""Where anybody has an address: who shares such a domain with a client need not be of it."""

_TOKEN = re.compile(r"[A-Za-z0-9_./#-]+")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")


def cases_named(tx: Transaction, subject: str) -> Iterator[Case]:
    """The cases whose numbers stand in SUBJECT as words of their own, letter case aside."""
    text = unicodedata.normalize("NFKC", subject.translate(_DASHES))
    seen = set()
    for token in _TOKEN.findall(text)[:MOST_TRIED]:
        for number in dict.fromkeys((token, token.strip("./#-"))):
            if any(c.isdigit() for c in number) and (found := tx.case(number)) and found.number not in seen:
                seen.add(found.number)
                yield found


def belongs(tx: Transaction, address: str, case: Case) -> bool:
    """Whether ADDRESS is one of the client's of CASE, or wrote about it before.

    Where there is only one client, there is nobody else whose case it could be.
    """
    theirs = {case.contact or "", *(m.sender for m in tx.messages(case.number) if m.direction == "in")}
    if address.casefold() in {known.casefold() for known in theirs}:
        return True
    clients = _by(tx, address)
    return clients == [case.client] or (not clients and [c.code for c in tx.clients()] == [case.client])


def whose(tx: Transaction, typed: opening.Opening, address: str) -> tuple[str, str]:
    """The code of the client of a new case that ADDRESS asks for, and a warning or nothing.

    It is the client that was TYPED, else the one that has the address, else the only one
    with an address at its domain, else the only client there is.

    Raises:
        WrongUsage: it is none of these.
        NotPossible: there is no such client, or none at all.
    """
    if typed.client is not None or typed.contract is not None:
        return opening.whose(tx, typed), ""
    clients = _by(tx, address)
    if len(clients) == 1:
        return clients[0], ""
    if clients:
        raise WrongUsage(
            "It is not clear whose case this is.",
            f"{few(clients)} have addresses like {address}.",
            "Add --client CODE.",
        )
    known = [client.code for client in tx.clients()]
    if len(known) > 1:
        raise WrongUsage(
            f"It is not clear whose case this is: no client has the address {address} or its domain.",
            hint=f"Add --client CODE, or make it known: suptime contact add CLIENT {address}",
        )
    return opening.whose(tx, typed), f"{address} is not known as {few(known)}'s, the only client there is."


def own_client(tx: Transaction, code: str) -> str:
    """The code of the client that was typed as CODE."""
    return lookup.client(tx, code).code


def _by(tx: Transaction, address: str) -> list[str]:
    """The clients that have ADDRESS; if none has, those with an address at its domain."""
    wanted = address.casefold()
    domain = wanted.rpartition("@")[2]
    exact, near = [], []
    for client in tx.clients():
        known = {(client.email or "").casefold(), *(c.email.casefold() for c in tx.contacts(client.code))}
        if wanted in known:
            exact.append(client.code)
        if domain not in PROVIDERS and domain in {each.rpartition("@")[2] for each in known}:
            near.append(client.code)
    return exact or near
