"""Documents to render: the sample, and what grows out of it by changing a copy."""

import copy
import json
from base64 import b64encode
from decimal import Decimal
from pathlib import Path

from suptime.invoicing import tax as tax_rules

SAMPLE = json.loads((Path(__file__).parent / "sample-invoice.json").read_text(encoding="utf-8"))
OUTCOMES = ("chargeable", "covered", "non_billable", "waived", "held")

# One text that is bad for every format: HTML, Jinja, Rich, Markdown, a terminal, a reader's eye, a spreadsheet.
HOSTILE = (
    "=SUM(A1:A9) <script>alert(1)</script> {{ 7*7 }} {% raw %} [bold]x[/bold] a|b *c* `d` "
    "[l](javascript:x) ![i](http://x.example/i.png) &lt; \x1b[31mred\x07\x00 \u202eevil\u2066 \"'; --\r\nnext\tline"
)


def sample():
    return copy.deepcopy(SAMPLE)


def time(**seconds):
    parts = {f"{outcome}_seconds": seconds.get(outcome, 0) for outcome in OUTCOMES}
    return {"worked_seconds": sum(parts.values()), **parts}


def unit(number, day, start, end, note, shares, agent="ana", channel="remote"):
    """A unit of work in Chicago in October (five hours behind UTC); shares are (outcome, minutes, reason)."""
    utc = [f"2026-10-{day:02}T{int(t[:2]) + 5:02}:{t[3:]}:00Z" for t in (start, end)]
    told = [{"outcome": o, "seconds": m * 60, "clause": c, "reason": r} for o, m, c, r in shares]
    return {
        "unit": f"U{number}",
        "date": f"2026-10-{day:02}",
        "start": start,
        "end": end,
        "started_at": utc[0],
        "ended_at": utc[1],
        "agent": agent,
        "channel": channel,
        "note": note,
        "seconds": sum(share["seconds"] for share in told),
        "guest": False,
        "shares": told,
    }


def line(day, minutes, **other):
    """A line of so many minutes at 120.00 an hour, nothing prepaid."""
    net = (Decimal(minutes) * 2).quantize(Decimal("0.01"))
    return SAMPLE["invoices"][0]["cases"][0]["lines"][0] | {
        "date": f"2026-10-{day:02}",
        "worked_seconds": minutes * 60,
        "billed_minutes": minutes,
        "prepaid_minutes": 0,
        "invoiced_minutes": minutes,
        "quantity": str(minutes),
        "net": str(net),
        "units": [],
        "draws": [],
        "clauses": ["rounding"],
        "reason": f"{minutes} min worked that day.",
        "appointment": None,
        **other,
    }


def case(number, subject, work, lines):
    sums = dict.fromkeys(OUTCOMES, 0)
    reasons = []
    for share in (share for one in work for share in one["shares"]):
        sums[share["outcome"]] += share["seconds"]
        if share["outcome"] != "chargeable":
            reasons.append(share)
    return {
        "case": number,
        "subject": subject,
        "contract": "lakeside-1on1",
        "category": None,
        "cause": None,
        "status": "open",
        "time": time(**sums),
        "work": work,
        "reasons": reasons,
        "lines": lines,
    }


def summed(document):
    """DOCUMENT with the totals and the time of its invoices reckoned anew."""
    for invoice in document["invoices"]:
        lines = [line for one in invoice["cases"] for line in one["lines"]] + invoice["other_lines"]
        net = str(sum((Decimal(one["net"]) for one in lines), Decimal("0.00")))
        invoice["totals"] |= {"net": net, "gross": net, "due": net}
        keys = invoice["time"]
        invoice["time"] = {key: sum(one["time"][key] for one in invoice["cases"]) for key in keys}
    return document


def one_liner():
    document = sample()
    invoice = document["invoices"][0]
    work = [
        unit(
            1,
            5,
            "09:00",
            "09:30",
            "Reset the password of the office account",
            [("chargeable", 30, "billable", "")],
        )
    ]
    invoice["cases"] = [case("CASE-1", "Password", work, [line(5, 30, units=["U1"])])]
    invoice.update(other_lines=[], prepaid=[], seller=None, client_address=None, client_email=None)
    document["held"] = []
    return summed(document)


def outcomes():
    """Every outcome, a correction of what was issued before, several contracts, taxes, a deposit."""
    document = sample()
    invoice = document["invoices"][0]
    shares = [
        ("chargeable", 40, "billable", "Work on the client's own configuration."),
        ("covered", 20, "coverage", "On the phone: covered by the service agreement."),
        ("non_billable", 15, "consent", "Before the client's consent (given on 8 October 2026 at 10:15)."),
        ("waived", 10, "waive", "Waived by hand: we lost the first call."),
        ("held", 5, "classification", "The cause of this bug report is not known yet."),
    ]
    work = [unit(20, 8, "09:00", "10:30", "Went through the import with Dana", shares)]
    charge = line(
        8, 60, worked_seconds=2400, units=["U20"], reason="40 min worked, rounded up to 60 once for the day."
    )
    correction = line(
        3, -30, kind="adjustment", corrects="INV-2026-0007", description="Half an hour less on 3 September",
        worked_seconds=-1800, date="2026-09-03", reason="The unit was shortened.",
    )  # fmt: skip
    invoice["cases"] = [case("CASE-21", "Import stops after the first page", work, [charge, correction])]
    invoice["contracts"].append("lakeside-care")
    invoice["contract_titles"]["lakeside-care"] = "Care plan"
    invoice["held"] = [{"case": "CASE-21", "client": "lakeside", "held_seconds": 300, "reason": shares[4][3]}]
    document["held"] += invoice["held"]
    fee = {
        "kind": "fee",
        "description": "Care plan, October",
        "unit": "month",
        "price_per": "month",
        "quantity": "1",
    }
    invoice["other_lines"].append(line(1, 0, **fee, unit_price="1250.00", net="1250.00", reason=""))
    document = summed(document)
    invoice["totals"] |= {
        "tax": "264.10",
        "gross": "1654.10",
        "prepaid": "200.00",
        "due": "1454.10",
        "taxes": [{"rate": "19", "net": "1390.00", "tax": "264.10"}],
    }
    return document


def long_month():
    """Sixty days' lines on three cases: several pages."""
    document = sample()
    invoice = document["invoices"][0]
    notes = (
        "Traced the missing records to a filter on the second import step and moved it behind the merge",
        "Call with the client",
        "Wrote and tested the parsing pattern for the new reply format, both the success and the failure form",
    )
    invoice["cases"] = []
    for number in (31, 32, 33):
        work, lines = [], []
        for n in range(20):
            free = [("non_billable", 10, "consent", "Before the client's consent.")] if n == 0 else []
            shares = [*free, ("chargeable", 35, "billable", "")]
            unit_id = number * 100 + n
            hour = number - 22
            ends = f"{hour:02}:{55 if free else 45}"
            work.append(unit(unit_id, n + 1, f"{hour:02}:10", ends, notes[n % 3], shares))
            reason = "35 min worked that day, rounded up to 60 once for the day."
            lines.append(line(n + 1, 60, worked_seconds=2100, units=[f"U{unit_id}"], reason=reason))
        invoice["cases"].append(case(f"CASE-{number}", "Set-up of the autumn campaign", work, lines))
    return summed(document)


SELLER = {
    "name": "Northgate Support Ltd",
    "address": "4 Mill Lane\nBristol BS1 4ST\nUnited Kingdom",
    "country": "GB",
    "email": "billing@northgate.example",
    "phone": "+44 117 496 0000",
    "tax_id": "GB123456789",
    "bank": "Severn Bank",
    "iban": "GB33BUKB20201555555555",
    "bic": "BUKBGB22",
    "payment_days": 14,
    "payment_terms": "Late payment is charged with 8 % above base rate.",
    "footer": "Thank you for your business.",
    "legal": "Registered in England and Wales, no. 01234567\nDirector: A. Sousa",
}
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="60"><rect width="60" height="60" rx="10" '
    'fill="#12506e"/><path d="M15 45V15L45 45V15" fill="none" stroke="#fff" stroke-width="7"/></svg>'
)


def issued():
    """An issued invoice with everything on it, of three pages: a logo, taxes, texts, terms, an account."""
    document = long_month()
    document["held"] = []
    invoice = document["invoices"][0]
    for one in invoice["cases"]:
        one["work"], one["lines"] = one["work"][:6], one["lines"][:6]
        one["time"] |= {"worked_seconds": 6 * 2100 + 600, "chargeable_seconds": 6 * 2100}
    document = summed(document)
    logo = {"type": "image/svg+xml", "data": b64encode(LOGO.encode()).decode()}
    invoice |= {
        "number": "INV-2026-0012",
        "state": "issued",
        "kind": "invoice",
        "issued_on": "2026-11-02",
        "due_on": "2026-11-16",
        "credits": None,
        "seller": dict(SELLER),
        "client_tax_id": "US12-3456789",
        "layout": {"paper": "a4", "logo": logo},
    }
    return taxed(document, {"fee": "exempt"})


def taxed(document, kinds=(), tax="20"):
    """DOCUMENT with taxes: TAX, and for KINDS (kind -> rate or "exempt") their own."""
    rules = {"name": "VAT", "kinds": dict(kinds), "exempt": "Insurance services, exempt under group 2."}
    for invoice in document["invoices"]:
        for one in invoice["cases"]:
            one["lines"] = [tax_rules.taxed(line, tax, rules) for line in one["lines"]]
        invoice["other_lines"] = [tax_rules.taxed(line, tax, rules) for line in invoice["other_lines"]]
        lines = [line for one in invoice["cases"] for line in one["lines"]] + invoice["other_lines"]
        invoice["totals"] = tax_rules.totals_of(lines, invoice["currency"], rules)
        invoice["tax_texts"] = tax_rules.tax_texts(lines, rules)
    return document


def credit_note():
    """A credit note on American paper, of a whole invoice with a reverse charge."""
    document = sample()
    document["held"] = []
    invoice = document["invoices"][0]
    invoice |= {
        "number": "INV-2026-0013",
        "state": "issued",
        "kind": "credit-note",
        "issued_on": "2026-11-20",
        "due_on": None,
        "credits": "INV-2026-0012",
        "seller": dict(SELLER),
        "layout": {"paper": "letter"},
        "prepaid": [],
        "time": time(),
    }
    for line_ in [line for one in invoice["cases"] for line in one["lines"]] + invoice["other_lines"]:
        line_["net"] = str(-Decimal(line_["net"]))
        line_ |= {key: -line_[key] for key in ("billed_minutes", "prepaid_minutes", "invoiced_minutes")}
        line_["quantity"] = str(-int(line_["quantity"]))
        line_["kind"] = "credit"
        line_["corrects"] = "INV-2026-0012"
    for one in invoice["cases"]:
        one.update(work=[], reasons=[], time=time())
    invoice["cases"] = invoice["cases"][:1]
    return taxed(document, tax="reverse-charge")


def thousand():
    """A thousand lines, of forty cases, and a prepaid sale."""
    document = sample()
    invoice = document["invoices"][0]
    invoice["cases"] = []
    reason = "35 min worked that day, rounded up to 60 once for the day."
    for number in range(1, 41):
        work = [
            unit(
                number * 100 + n,
                n + 1,
                "09:10",
                "09:45",
                "Call with the client",
                [("chargeable", 35, "billable", "")],
            )
            for n in range(25)
        ]
        lines = [
            line(n + 1, 60, worked_seconds=2100, units=[f"U{number * 100 + n}"], reason=reason)
            for n in range(25)
        ]
        invoice["cases"].append(case(f"CASE-{number}", "Set-up of the autumn campaign", work, lines))
    return summed(document)


def three_clients():
    document = outcomes()
    document["invoices"] += one_liner()["invoices"] + sample()["invoices"]
    document["invoices"][1] |= {"client": "acme", "client_name": "Acme Mutual Insurance", "currency": "EUR"}
    document["invoices"][2] |= {
        "client": "zenith",
        "client_name": "Zenith Clinics",
        "number": "INV-2026-0012",
    }
    return document


def languages():
    """Names beyond Latin letters, and longer than any column."""
    document = sample()
    invoice = document["invoices"][0]
    invoice["client_name"] = "株式会社サンプル・レイクサイド不動産販売東京支店"
    invoice["client_address"] = "東京都千代田区丸の内一丁目1番1号\nشارع الملك فهد، الرياض"
    invoice["seller"]["name"] = "Northgate Support and Engineering Services of the Greater Bristol Area " * 3
    one = invoice["cases"][0]
    one["subject"] = "顧客管理システムに見込み客が届かない問題の調査と修正、および再発防止策の検討について"
    one["work"][0]["note"] = "النموذجان يرسلان إلى العنوان القديم 🎉 done 👍"
    one["work"][1]["note"] = "二つのフォームを移動し、テスト用の見込み客を三件送信して確認しました。" * 3
    one["work"][1]["agent"] = "maximiliane.von.der.obersteinburg@northgate.example"
    one["lines"][2]["description"] = "Donaudampfschifffahrtsgesellschaft" * 6
    one["lines"][1] |= {"net": "123456789012.50", "unit_price": "123456789012.50"}
    return summed(document)


def hostile():
    """The sample with HOSTILE for every text that a person can have typed."""
    document = sample()
    for invoice in document["invoices"]:
        invoice["client_name"] = invoice["client_address"] = invoice["client_email"] = HOSTILE
        invoice["seller"] = dict.fromkeys(invoice["seller"], HOSTILE)
        invoice["contract_titles"] = dict.fromkeys(invoice["contract_titles"], HOSTILE)
        invoice["prepaid"][0]["title"] = HOSTILE
        for one in invoice["cases"]:
            one["subject"] = HOSTILE
            for work in one["work"]:
                work.update(note=HOSTILE, agent=HOSTILE)
            for reason in one["reasons"]:
                reason["reason"] = HOSTILE
            for row in one["lines"]:
                row.update(description=HOSTILE, reason=HOSTILE, units=[])
    document["held"][0]["reason"] = HOSTILE
    return document


def empty():
    return sample() | {"invoices": []}


def policies():
    """October of clients with incidents, packs, minutes and a deposit, a fee, a plan: drafts of a real database."""
    document = json.loads((Path(__file__).parent / "invoice-policies.json").read_text(encoding="utf-8"))
    for invoice in document["invoices"]:
        if invoice["client"] == "mill":
            invoice["totals"] |= {"prepaid": "30.00", "due": "10.00"}
    return document


INVOICES = {
    make.__name__: make
    for make in (
        *(sample, one_liner, outcomes, long_month, issued, credit_note),
        *(three_clients, languages, policies, hostile, empty),
    )
}


def hours():
    purchases = [
        {"id": "P1", "on": "2026-07-01", "valid_through": "2026-09-29", "quantity": 600, "used": 480, "forfeited": 120,
         "remaining": 0},
        {"id": "P3", "on": "2026-10-01", "valid_through": "2026-12-30", "quantity": 600, "used": 90, "forfeited": 0,
         "remaining": 510},
        {"id": "P4", "on": "2026-10-20", "valid_through": None, "quantity": 60, "used": 0, "forfeited": 0,
         "remaining": 60},
    ]  # fmt: skip
    draws = [
        {"date": "2026-10-05", "case": "CASE-9", "purchase": "P3", "minutes": 60},
        {"date": "2026-10-06", "case": "CASE-10", "purchase": "P3", "minutes": 15},
        {"date": "2026-10-07", "case": "CASE-9", "purchase": "P3", "minutes": 15},
    ]
    acme = {"client": "acme", "client_name": "Acme Mutual", "contract": "acme-1on1", "title": "1-on-1 tech support",
            "unit": "minutes", "purchased": 1260, "used": 570, "forfeited": 120, "remaining": 570, "pending": 30,
            "as_of": "2026-10-31",
            "purchases": purchases, "draws": draws}  # fmt: skip
    packs = [{"id": "P7", "on": "2026-08-01", "valid_through": "2026-11-01", "quantity": 5, "used": 5, "forfeited": 0,
              "remaining": 0}]  # fmt: skip
    zenith = {"client": "zenith", "client_name": "Zenith Clinics", "contract": "zenith-packs", "title": "Support pack",
              "unit": "incidents", "purchased": 5, "used": 5, "forfeited": 0, "remaining": 0, "pending": 0,
              "as_of": "2026-10-31", "purchases": packs, "draws": []}  # fmt: skip
    return {"as_of": "2026-10-31", "balances": [acme, zenith]}


def time_report():
    rows = [
        {"key": "CASE-9", **time(chargeable=3300, non_billable=600)},
        {"key": "CASE-10", **time(non_billable=900, covered=119)},
        {"key": None, **time(waived=36000, held=1800)},
    ]
    total = {key: sum(row[key] for row in rows) for key in time()}
    return {"from": "2026-10-01", "to": "2026-10-31", "by": "case", "rows": rows, "total": total}


def explain():
    one = sample()["invoices"][0]["cases"][0]
    appointments = [
        {"id": "A1", "starts_at": "2026-10-06T15:00:00Z", "ends_at": "2026-10-06T15:45:00Z", "agent": "bob",
         "fate": "worked in", "reason": "Booked ahead, billed as booked.", "outcome": "chargeable"},
        {"id": "A2", "starts_at": "2026-10-21T15:00:00Z", "ends_at": "2026-10-21T17:00:00Z", "agent": "ana",
         "fate": "cancelled late", "reason": "Cancelled less than 24 hours ahead.", "outcome": "chargeable"},
    ]  # fmt: skip
    keys = ("case", "contract", "subject", "work", "lines")
    picked = {key: one[key] for key in keys}
    return picked | {
        "client": "lakeside",
        "month": None,
        "timezone": "America/Chicago",
        "appointments": appointments,
    }


def kept(kind):
    """A document of KIND as a small firm's database gave it, kept beside this file."""
    return json.loads((Path(__file__).parent / f"report-{kind}.json").read_text(encoding="utf-8"))


def balances():
    return kept("balances")


def sla():
    return kept("sla")


def guarantee():
    return kept("guarantee")


def statement():
    return kept("statement")


def compare():
    return kept("compare")


def estimate():
    """An estimate for work with consent, of hours that are rounded."""
    return {
        "case": "CASE-7",
        "subject": "Create a campaign for us",
        "client": "acme",
        "client_name": "Acme Leads",
        "client_address": "1 Main Street\nChicago",
        "client_email": "ops@acme.example",
        "client_tax_id": None,
        "contract": "acme-ps",
        "title": "Professional services",
        "currency": "USD",
        "drawn_up_at": "2026-10-05T14:00:00Z",
        "on": "2026-10-05",
        "category": "configuration",
        "category_rule": "billable",
        "estimate_seconds": 14400,
        "quantity": "240",
        "unit": "minute",
        "unit_price": "150.00",
        "price_per": "hour",
        "net": "600.00",
        "remarks": ["Billable time is added up for each day, then rounded up to 30-minute steps."],
        "not_included": ["Tax.", "Time beyond 4 h: this is an estimate, not a fixed price."],
        "consent": ["Answer with CASE-7 in the subject, and say that you agree to 4 h, or to how much."],
        "seller": {"name": "Careful Support", "email": "desk@careful.example", "footer": "Thank you."},
    }


def overview():
    """Three months of a house with clients of several kinds."""
    made = json.loads((Path(__file__).parent / "report-overview.json").read_text(encoding="utf-8"))
    return made | {"aging": aging()}


def week():
    """Three agents, one of whom worked at night."""
    return json.loads((Path(__file__).parent / "report-week.json").read_text(encoding="utf-8"))


def aging():
    """Two clients in dollars, one with a credit beside what it owes, and one in euros that owes nothing."""

    def amounts(*told):
        names = ("not_due", "days_1_30", "days_31_60", "days_61_90", "days_over_90")
        return dict(zip((*names, "on_account", "deposits", "balance"), told, strict=True))

    lakeside = amounts("1240.00", "310.50", "0.00", "75.00", "12345.67", "100.00", "0.00", "13871.17")
    nordtor = amounts("0.00", "0.00", "99.99", "0.00", "0.00", "0.00", "0.00", "99.99")
    total = amounts("1240.00", "310.50", "99.99", "75.00", "12345.67", "100.00", "0.00", "13971.16")
    rhine = amounts("0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "500.00", "-500.00")
    return {
        "as_of": "2026-10-31",
        "rows": [
            {"client": "lakeside", "client_name": "Lakeside Learning", "currency": "USD", **lakeside},
            {"client": "nordtor", "client_name": "Nordtor", "currency": "USD", **nordtor},
            {"client": "rhine", "client_name": "Rhine Freight", "currency": "EUR", **rhine},
        ],
        "totals": [{"currency": "EUR", **rhine}, {"currency": "USD", **total}],
    }


def reminder():
    """A second reminder: one invoice at level 2, one disputed, one not due, and what an earlier letter charged."""

    def item(number, kind, on, due_on, days, open_, level, on_hold=False):
        return {
            "number": number, "kind": kind, "on": on, "due_on": due_on, "days_overdue": days, "open": open_,
            "level": level, "on_hold": on_hold,
        }  # fmt: skip

    return {
        "id": "R2",
        "client": "acme",
        "currency": "EUR",
        "on": "2026-11-23",
        "level": 2,
        "items": [
            item("INV-2026-0001", "invoice", "2026-10-02", "2026-10-16", 38, "119.00", 2),
            item("INV-2026-0002", "invoice", "2026-10-05", "2026-10-19", 35, "1000.00", 1, on_hold=True),
            item("R1", "late-charge", "2026-11-02", "2026-11-02", 21, "2.50", 0),
            item("INV-2026-0003", "invoice", "2026-11-20", "2026-12-04", 0, "59.50", 0),
        ],
        "open": "1181.00",
        "fee": "5.00",
        "interest": "1.13",
        "on_account": "20.00",
        "deposits": "0.00",
        "total": "1167.13",
        "drawn_up_at": "2026-11-23T09:00:00Z",
        "client_name": "Acme Logistik AG",
        "client_address": "Am Hafen 1\n20457 Hamburg",
        "client_city": None,
        "client_postcode": None,
        "client_country": "DE",
        "client_email": "ap@acme.example",
        "client_tax_id": None,
        "seller": {
            "name": "Nordtor Support GmbH",
            "address": "M\u00fchlweg 4\n10115 Berlin",
            "bank": "Musterbank",
            "iban": "DE02120300000000202051",
            "footer": "Thank you.",
        },
        "layout": {"paper": "a4"},
        "language": "en",
    }


REPORTS = {
    "hours": hours,
    "time": time_report,
    "explain": explain,
    "sla": sla,
    "guarantee": guarantee,
    "statement": statement,
    "reminder": reminder,
    "compare": compare,
    "estimate": estimate,
    "burndown": lambda: overview()["burndown"],
    "free": lambda: overview()["free"],
    "margin": lambda: overview()["margin"],
    "aging": aging,
    "overview": overview,
    "week": week,
}


SENTENCES = json.loads((Path(__file__).parent / "invoice-sentences.json").read_text(encoding="utf-8"))


def speaking(language):
    """Invoices whose sentences know how they were made, in LANGUAGE: a draft, issued ones, a credit note."""
    document = copy.deepcopy(SENTENCES)
    for number, invoice in enumerate(document["invoices"]):
        invoice["language"] = language
        if number:
            invoice |= {"number": f"INV-2026-{number:04}", "state": "issued", "issued_on": "2026-11-01"}
            invoice |= {"due_on": "2026-11-15"}
    charged, credited, taxed = document["invoices"][1:4]
    charged["client_tax_id"] = "ATU12345678"
    charged["tax_texts"] = [tax_rules.TEXTS["reverse-charge"]]
    charged["totals"]["taxes"] = [
        {"rate": "0", "treatment": "reverse-charge", "net": charged["totals"]["net"], "tax": "0.00"}
    ]
    credited |= {"kind": "credit-note", "credits": "INV-2026-0001", "credit_reason": "Wrong address"}
    taxed["totals"]["taxes"] = [
        {"rate": "8.25", "treatment": "standard", "net": taxed["totals"]["net"], "tax": "0.00", "name": "VAT"}
    ]
    return document
