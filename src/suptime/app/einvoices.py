"""E-invoices: what they lack is said beforehand, and what was issued gets the addresses it is delivered to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from suptime.app import lookup
from suptime.domain.work import Client
from suptime.errors import NotPossible
from suptime.invoicing.einvoice import einvoice_faults
from suptime.settings import Settings

if TYPE_CHECKING:
    from suptime.store import Store

Document = dict[str, Any]


def ready(store: "Store", document: Mapping[str, Any], form: str, settings: Settings) -> Document:
    """DOCUMENT, whose invoices were issued, with all that e-invoices of FORM need.

    Where an invoice was issued without an electronic address or a buyer reference, those of today
    are filled in: they say how it is delivered, and nothing that is printed.

    Raises:
        NotPossible: something else is missing; all of it is named.
    """
    made, missing = [], []
    with store.reading() as tx:
        for invoice in document["invoices"]:
            client = lookup.client(tx, invoice["client"])
            made.append(_addressed(invoice, client, settings))
            # How it was taxed is said by its lines.
            client = replace(client, tax=client.tax or "none")
            missing += [
                f"{invoice['number']}: {fault}" for fault in einvoice_faults(settings, client, made[-1], form)
            ]
    if missing:
        raise NotPossible(
            "\n".join(["This is missing for an e-invoice:", *missing]),
            hint="What an invoice was issued without is not added to it: credit it with --reopen, and issue it anew.",
        )
    return {**document, "invoices": made}


def refuse_drafts(store: "Store", document: Mapping[str, Any], form: str, settings: Settings) -> None:
    """Say why the drafts of DOCUMENT are no e-invoices of FORM, and what they would lack if they were issued.

    Raises:
        NotPossible: always, but where there is no draft.
    """
    invoices: Sequence[Mapping[str, Any]] = document["invoices"]
    if not invoices:
        return
    with store.reading() as tx:
        missing = [
            fault
            for invoice in invoices
            for fault in einvoice_faults(settings, lookup.client(tx, invoice["client"]), invoice, form)
        ]
    refuse(missing)
    raise NotPossible(
        "A draft has no number and no date, so it is no e-invoice yet.",
        "Nothing else is missing.",
        "Add --issue.",
    )


def refuse(missing: Iterable[str]) -> None:
    """Say everything that is MISSING, each once, where there is something.

    Raises:
        NotPossible: there is.
    """
    if told := list(dict.fromkeys(missing)):
        raise NotPossible("\n".join(["This is missing for an e-invoice, so nothing was issued:", *told]))


def _addressed(invoice: Mapping[str, Any], client: Client, settings: Settings) -> Document:
    seller = dict(invoice["seller"] or {})
    if endpoint := seller.get("endpoint") or settings.seller.get("endpoint"):
        seller["endpoint"] = endpoint
    return {
        **invoice,
        "seller": seller or None,
        "client_endpoint": invoice.get("client_endpoint") or client.endpoint,
        "client_buyer_reference": invoice.get("client_buyer_reference") or client.buyer_reference,
    }
