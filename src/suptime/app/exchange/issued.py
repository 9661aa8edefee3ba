"""Import of invoices and closed months: numbers, steps and claims must fit together."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from suptime.app.exchange.cases import CaseImporter
from suptime.app.exchange.rules import ImportRun, Refusal, unknown
from suptime.domain.charge import PURCHASED, IssuedLine, RowKey
from suptime.domain.delivery import Delivery, Sending
from suptime.domain.invoice import Invoice, InvoiceHead, Issue
from suptime.domain.reading import Fault
from suptime.interchange.records.fields import Type
from suptime.interchange.records.issued import Closing, IssuedInvoice
from suptime.interchange.records.nouns import TYPES


class IssuedImporter:
    """The issued documents of an import."""

    def __init__(self, run: ImportRun, cases: CaseImporter) -> None:
        self._run = run
        self._cases = cases
        run.writers |= {"invoice": self.write, "closing": self.write}
        self._steps: dict[int, Issue] = {}
        self._at_line: dict[int, list[tuple[int, str]]] = {}
        self._written: set[int] = set()
        self._hanging: dict[str, list[tuple[int, str]]] = {}
        self._currencies: dict[str, tuple[str, str]] = {}
        self._credited: set[str] = set()
        self._reopened: set[str] = set()
        self._of_another: dict[int, tuple[str, int]] = {}
        self._sent: set[str] = set()
        self._delivered: set[tuple[str, int]] = set()
        self._message_ids: set[str | None] = set()
        self._serials: set[tuple[int, int]] = set()
        self._folded: dict[str, str] = {}
        for invoice in run.tx.invoices.each_head() if not run.fresh else ():
            self._known(invoice)
        self._followed = {(s.client, s.previous): s.id for s in run.tx.issues.list_all()}
        self._closed: set[int] = set()
        self.reminders = {f"R{one.id}" for one in run.tx.receivables.reminders()} if not run.fresh else set()
        self._claimed: tuple[int, set[tuple[str, RowKey]]] = (0, set())
        self._bought: dict[int, str] | None = None

    def _known(self, invoice: InvoiceHead) -> None:
        self._folded[invoice.number.casefold()] = invoice.number
        self._currencies[invoice.number] = (invoice.client, invoice.currency)
        self._serials.add((invoice.year, invoice.serial))
        if invoice.credits is not None:
            self._credited.add(invoice.credits)

    def invoice(self, record: IssuedInvoice, number: int) -> bool:
        """Import an invoice of line `number`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        run, invoice = self._run, record.invoice
        if not run.fresh and self._same(
            TYPES["invoice"], self._stored(invoice.number), record, invoice.number
        ):
            return False
        run.owner(invoice.client)
        twin = self._folded.get(invoice.number.casefold())
        if twin is not None:
            raise Refusal("number", f"the invoice {twin} is on an earlier line, or in the database.")
        if (invoice.year, invoice.serial) in self._serials:
            raise Refusal("serial", f"{invoice.serial} of {invoice.year} belongs to another invoice.")
        _fits_document(invoice)
        if (invoice.credits is None) != (invoice.mode is None):
            raise Refusal("mode", "belongs to credits: expected both, or neither.")
        if invoice.credits is not None:
            self._refuse_credit(invoice, invoice.credits)
        self._claims(record.lines, record.step)
        self._step(record.step, number, "step", bare=False)
        self._known(invoice)
        if invoice.mode == "reopen":
            self._reopened |= {invoice.number, invoice.credits or ""}
        if invoice.document["client"] != invoice.client:
            self._of_another[record.step.id] = (invoice.number, number)
        return run.keep(record)

    def _stored(self, number: str) -> IssuedInvoice | None:
        tx = self._run.tx
        there = tx.invoices.get(number)
        step = tx.issues.get(there.issue) if there else None
        return IssuedInvoice(there, step, tx.lines.of(there.number)) if there and step else None

    def account_of(self, number: str) -> tuple[str, str] | None:
        """Return the client and the currency of a document that is stored or imported, or None."""
        return self._currencies.get(number)

    def hang(self, number: str, line: int, key: str) -> None:
        """Record that the record of a line refers to a document at `key`, and is dropped without that document."""
        self._hanging.setdefault(number, []).append((line, key))

    def has_purchase(self, purchase: int, client: str | None) -> bool:
        """Return whether a purchase exists, and belongs to the `client`, if given."""
        contract = self._contracts_of_purchases().get(purchase)
        return contract is not None and client in {None, self._run.owners.get(contract)}

    def _contracts_of_purchases(self) -> dict[int, str]:
        if self._bought is None:
            self._bought = {p.id: p.contract for p in self._run.tx.purchases.find(void=True)}
        return self._bought

    def _refuse_credit(self, invoice: Invoice, credited: str) -> None:
        known = self._currencies.get(credited)
        if known is None:
            raise Refusal("credits", unknown("invoice", credited, self._currencies))
        if known != (invoice.client, invoice.currency):
            raise Refusal("credits", f"{credited} belongs to {known[0]}, in {known[1]}.")
        if credited in self._credited:
            raise Refusal("credits", f"{credited} is credited already.")

    def sending(self, sending: Sending, number: int) -> bool:
        """Import the state of sending an invoice, of line `number`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        run = self._run
        there = run.tx.sendings.get(sending.number) if not run.fresh else None
        if self._same(TYPES["sending"], there, sending, f"the sending of {sending.number}"):
            return False
        self._refuse_unknown(sending.number)
        if (sending.state == "sent") != (sending.sent_at is not None):
            raise Refusal("sent_at", "belongs to the state sent: expected both, or neither.")
        if (sending.state in {"claimed", "handed"}) != (sending.leased_until is not None):
            raise Refusal(
                "leased_until", "belongs to the states claimed and handed: expected both, or neither."
            )
        if sending.state in {"claimed", "handed", "unknown"} and sending.message is None:
            raise Refusal("message", f"is missing, and the state is {sending.state}.")
        if sending.attempts < 0:
            raise Refusal("attempts", f"expected 0 or more, found {sending.attempts}.")
        if sending.number in self._sent:
            raise Refusal("invoice", f"{sending.number} is also on a line before line {number}.")
        if sending.message_id is not None and sending.message_id in self._message_ids:
            raise Refusal("message_id", f"{sending.message_id} is also on a line before line {number}.")
        self._sent.add(sending.number)
        self._message_ids.add(sending.message_id)
        self.hang(sending.number, number, "sending.invoice")
        return run.keep(sending)

    def _refuse_unknown(self, number: str) -> None:
        """Refuse a number that is neither an invoice nor a reminder."""
        if number not in self._currencies and number not in self.reminders:
            raise Refusal("invoice", unknown("invoice", number, self._currencies))

    def delivery(self, delivery: Delivery, number: int) -> bool:
        """Import the delivery of an invoice, of line `number`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        run = self._run
        key = (delivery.number, delivery.attempt)
        name = f"delivery {delivery.attempt} of {delivery.number}"
        there = run.tx.deliveries.get(*key) if not run.fresh else None
        if there is not None and self._same(
            TYPES["delivery"], replace(there, id=delivery.id), delivery, name
        ):
            return False
        self._refuse_unknown(delivery.number)
        try:
            delivery.content.unpack()
        except ValueError as error:
            raise Refusal("content", f"{error}.") from None
        if key in self._delivered:
            raise Refusal("attempt", f"{name} is also on a line before line {number}.")
        self._delivered.add(key)
        run.not_ahead("at", delivery.at)
        self.hang(delivery.number, number, "delivery.invoice")
        return run.keep(replace(delivery, id=run.row_id("delivery", delivery.id)))

    def closing(self, record: Closing, number: int) -> bool:
        """Import a step without an invoice, of line `number`. Return False if it exists already.

        Raises:
            Refusal: it cannot be imported.
        """
        run, tx = self._run, self._run.tx
        there = tx.issues.get(record.step.id) if not run.fresh else None
        stored = Closing(there, tx.lines.without_invoice(there.id)) if there else None
        if self._same(TYPES["closing"], stored, record, f"the step {record.step.id}"):
            return False
        run.owner(record.step.client)
        if record.step.id in self._closed:
            raise Refusal("id", f"the step {record.step.id} is also on a line before line {number}.")
        self._claims(record.lines, record.step)
        self._step(record.step, number, "id", bare=True)
        return run.keep(record)

    def _same(self, kind: Type, there: Any, record: Any, what: str) -> bool:
        """Return whether the stored record is equal to `record`.

        Raises:
            Refusal: it is stored and differs; the error has the keys.
        """
        if there is None:
            return False
        old, new = kind.values(there), kind.values(record)
        keys = [name for name, key in kind.keys.items() if key.write(old[name]) != key.write(new[name])]
        if keys:
            raise Refusal(keys[0], f"{what} exists already, with another {' and another '.join(keys)}.")
        return True

    def _step(self, step: Issue, number: int, key: str, *, bare: bool) -> None:
        """Keep `step`, of line `number`, until all steps are known."""
        self._run.not_ahead(key if not bare else "at", step.at)
        if step.month is None and step.kind != "credit":
            raise Refusal(key if not bare else "month", f"expected the month of the {step.kind}, found none.")
        known = self._steps.get(step.id) or (None if self._run.fresh else self._run.tx.issues.get(step.id))
        if known is not None and (known != step or step.id not in self._steps):
            raise Refusal(key, f"the step {step.id} of {known.client} is a different one.")
        follower = self._followed.setdefault((step.client, step.previous), step.id)
        if follower != step.id:
            where = f"{_name_of(step.previous)} of {step.client} is already followed by step {follower}."
            raise Refusal(key if not bare else "previous", where)
        self._steps[step.id] = step
        if bare:
            self._closed.add(step.id)
        self._at_line.setdefault(step.id, []).append((number, "closing.previous" if bare else "invoice.step"))

    def _claims(self, lines: Iterable[IssuedLine], step: Issue) -> None:
        """Refuse `lines` of `step` that claim something of another client, or something claimed before."""
        run, client = self._run, step.client
        seen = set(self._claimed[1]) if self._claimed[0] == step.id else set()
        for place, line in enumerate(lines, 1):
            where = f"entry {place}:"
            if run.owners.get(line.contract) != client:
                raise Refusal("lines", f"{where} {client} has no contract {line.contract}.")
            if line.key.case and self._cases.known(line.key.case).case.client != client:
                raise Refusal("lines", f"{where} {line.key.case} is not a case of {client}.")
            if not (line.quantity or line.capped) or any(not draw.quantity for draw in line.draws):
                raise Refusal("lines", f"{where} expected a quantity other than 0.")
            if (line.contract, line.key) in seen:
                raise Refusal("lines", f"{where} is already claimed in step {step.id}.")
            seen.add((line.contract, line.key))
            sold = [line.key.appointment] if line.key.kind in PURCHASED else []
            for purchase in (*sold, *(draw.purchase for draw in line.draws)):
                self._purchase("lines", purchase, client, where + " ")
        self._claimed = (step.id, seen)

    def _purchase(self, key: str, purchase: int, client: str, where: str = "") -> None:
        """Refuse a `purchase` that does not belong to `client`."""
        if not self.has_purchase(purchase, client):
            raise Refusal(key, f"{where}{client} has no purchase P{purchase}.")

    def write(self, records: list[IssuedInvoice | Closing]) -> None:
        """Write `records`: their new steps, the invoices, and their claims."""
        tx = self._run.tx
        steps = {record.step.id: record.step for record in records if record.step.id not in self._written}
        self._written |= steps.keys()
        tx.issues.add_many(steps.values())
        tx.invoices.add_many(record.invoice for record in records if isinstance(record, IssuedInvoice))
        for record in records:
            if record.lines:
                tx.lines.add(record.lines, record.step.id)

    def finish(self) -> None:
        """Check the steps of each client: each must follow the one before it.

        A document with another client code is a fault, unless it was credited with --reopen before the client got its
        code, or is that credit note.
        Other steps are faults, and so are the steps after them; they are removed.
        """
        if not self._steps:
            return
        run = self._run
        faults: list[Fault] = []
        wrong: list[int] = []
        last: dict[str, int] = {}
        broken: set[str] = set()
        others = {id_: one for id_, one in self._of_another.items() if one[0] not in self._reopened}
        for step in run.tx.issues.list_all():
            before = last.get(step.client, 0)
            if step.id in others and step.client not in broken:
                number, line = others[step.id]
                faults.append(Fault(line, "invoice.client", f"the document of {number} has another client."))
                broken.add(step.client)
                wrong.append(step.id)
                continue
            if step.id in self._steps and (step.previous != before or step.client in broken):
                broken.add(step.client)
                wrong.append(step.id)
                faults += [
                    Fault(
                        line,
                        key,
                        f"the step {step.id} of {step.client} follows {_name_of(step.previous)}, but "
                        f"{_name_of(before)} is before it.",
                    )
                    for line, key in self._at_line[step.id]
                ]
                continue
            last[step.client] = step.id
        self._drop(wrong)
        run.tx.months.rebuild()
        run.faults += faults

    def _drop(self, steps: list[int]) -> None:
        """Remove `steps` and everything that depends on them, and report each removed record."""
        run = self._run
        named: set[int] = set()
        for number in run.tx.issues.drop(steps):
            for line, key in self._hanging.get(number, ()):
                if line not in named:
                    named.add(line)
                    run.faults.append(Fault(line, key, f"the invoice {number} cannot be imported."))
                    run.added[key.partition(".")[0]] -= 1
        for step in steps:
            for _, key in self._at_line[step]:
                run.added[key.partition(".")[0]] -= 1


def _name_of(step: int) -> str:
    return f"step {step}" if step else "the beginning"


def _fits_document(invoice: Invoice) -> None:
    """Refuse an `invoice` that contradicts its document."""
    document = invoice.document
    told = {
        "number": document["number"],
        "currency": document["currency"],
        "issued_on": document["issued_on"],
        "due_on": document["due_on"],
        "due": document["totals"]["due"],
        "credits": document["credits"],
    }
    values = {
        "number": invoice.number,
        "currency": invoice.currency,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat() if invoice.due_on else None,
        "due": f"{invoice.due:f}",
        "credits": invoice.credits or (document["credits"] if document.get("credit_mode") else None),
    }
    for key, value in values.items():
        if told[key] != value:
            raise Refusal(key, f"the document has {told[key] or 'nothing'}, found {value or 'nothing'}.")
