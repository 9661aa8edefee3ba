"""Hostile texts in every field that people type, through every output: text stays text.

A field may refuse a text, in words and with nothing changed. What it keeps is in everything that is
printed from then on, and may not move a cursor, run, link, reckon, or begin a line or cell of its own.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pikepdf
import pytest
from driving import HOURLY, Suptime
from lxml import etree
from pypdf import PdfReader

TEXTS = {
    "a terminal's commands": "x\x1b[2J\x1b]0;owned\x07y",
    "one-byte commands": "x\x9b2Jy\x90z\x9c",
    "a NUL": "x\0y",
    "half a letter": "x\ud800y",
    "line breaks": "x\r\nBcc: all@evil.example\r\n\r\ny",
    "other line breaks": "x\u2028y\u2029z\x85w\x0bv",
    "writing turned around": "x\u202egpj.exe\u2066y\u200f",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><a href='javascript:x'>&lt;",
    "Jinja": "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}{# #}",
    "Rich": "[bold red]x[/] [link=http://evil.example]y[/link] [/nothing]",
    "Markdown": "# x\n* y `z` ![i](http://evil.example/i.png) [l](javascript:x) | a | b |",
    "a line of Markdown": "![i](http://evil.example/i.png) [l](javascript:x) | a | b | <b> `z` ~~s~~",
    "Typst": '#eval("1") #read("/etc/passwd") $x$ *b* @ref <label> \\ `raw`',
    "a formula": "=cmd|' /C calc'!A0",
    "an at formula": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a plus": "+1+1",
    "XML": "]]><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "no characters": "x\ufffe\uffffy",
    "a journal's marks": '"x" ; y | (z)  {1.00 USD} @@ 2 USD',
    "a path": "../../../../tmp/evil",
    "format strings": "%s%n%x {0.__class__} {day} ${HOME} $(id) `id`",
    "a long one": "W" * 9_990,
    "marks piled up": "Z" + "\u0310\u0316\u0334" * 40,
    "beyond what is kept": "W" * 10_000_000,
}

# Control characters but line break and tab; what turns writing around; half letters.
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TAGS = frozenset(
    "bdi html head meta title style body main header footer section h1 h2 h3 h4 p div span table caption thead".split()
) | frozenset(
    "tbody tfoot tr th td dl dt dd ul ol li strong em small img br hr time address article nav a abbr code details summary col colgroup".split()
)

Say = Callable[[str], list[str]]
FIELDS: dict[str, Say] = {
    "the name of a client": lambda text: ["client", "edit", "acme", "--name", text],
    "the address of a client": lambda text: ["client", "edit", "acme", "--address", text],
    "the city of a client": lambda text: ["client", "edit", "acme", "--city", text],
    "the reference of a buyer": lambda text: ["client", "edit", "acme", "--buyer-reference", text],
    "the name of a contact": lambda text: ["contact", "add", "acme", "jo@acme.example", "--name", text],
    "the subject of a case": lambda text: ["case", "edit", "CASE-1", "--subject", text],
    "who consented": lambda text: ["case", "consent", "CASE-1", "--by", text],
    "a note": lambda text: ["log", "CASE-1", "30m", "--from", "2026-10-05 12:00", "--note", text],
    "an agent": lambda text: ["log", "CASE-1", "30m", "--from", "2026-10-05 13:00", "--agent", text],
    "why work is waived": lambda text: ["waive", "U1", "--reason", text],
    "the number of a case": lambda text: ["case", "open", text, "--client", "acme"],
    "the code of a client": lambda text: ["client", "add", text, "--name", "x"],
    "the code of a project": lambda text: ["project", "add", text, "--client", "acme"],
    "an article": lambda text: [
        "case",
        "resolve",
        "CASE-1",
        "--cause",
        "no-defect-found",
        "--kb",
        f"https://kb.example/{text}",
    ],
}
SHOWN = (
    *(
        "client list",
        "client show acme",
        "contact list",
        "case list",
        "case show CASE-1",
    ),
    *(
        "list",
        "status",
        "invoice --month 2026-10",
        "explain CASE-1",
        "report time --from 2026-10-01 --to 2026-10-31",
    ),
    *("contract show acme-ps", "contract list", "project list", "report sla", "appointment list"),
)
DOCUMENTS = ("text", "markdown", "html", "csv", "json", "pdf")


class _Tags(HTMLParser):
    """All tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def harmless_page(page: str) -> None:
    for tag, attributes in _Tags(page).found:
        assert tag in TAGS, tag
        assert not any(name.startswith("on") for name in attributes), attributes
        assert "javascript" not in (attributes.get("href") or ""), attributes
        assert not (attributes.get("src") or "data:").startswith("http"), attributes


def harmless_sheet(sheet: str) -> None:
    rows = list(csv.reader(io.StringIO(sheet), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(FORMULA) or re.fullmatch(r"-?[0-9.]+", cell), cell


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "suptime.db"


@pytest.fixture
def firm(suptime: Suptime, kept: Path) -> Suptime:
    """A client with a case and an hour of work in October, looked at on the second of November."""
    suptime.at("2026-11-02T15:00:00Z")
    if kept.exists():
        suptime.database.write_bytes(kept.read_bytes())
        return suptime
    (suptime.home / "hourly.toml").write_text(HOURLY.replace("required = true", "required = false"))
    suptime("client add acme --name 'Acme Leads' --currency USD --timezone America/Chicago")
    suptime("contract add acme hourly.toml")
    suptime("case open CASE-1 --client acme --category configuration --at '2026-10-01 08:00' --subject x")
    suptime("log CASE-1 60m --from '2026-10-05 09:00' --note x")
    kept.write_bytes(suptime.database.read_bytes())
    return suptime


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_whatever_is_typed_is_text_in_everything_that_is_shown(firm: Suptime, text: str):
    for what, say in FIELDS.items():
        before = firm.rows()
        said = firm(say(text), code=None)
        assert said.code in {0, 2, 3}, f"{what}: {said.err}"
        assert not UNSAFE.search(said.out + said.err), what
        assert len(said.err) < 2000, what
        if said.code:
            assert firm.rows() == before, what
    for line in SHOWN:
        shown = firm(line)
        assert not UNSAFE.search(shown.out + shown.err), line
        told = firm(f"{line} --format json").out
        assert not UNSAFE.search(told), line
        json.loads(told)
    invoices(firm, "invoice --month 2026-10")
    firm("invoice --month 2026-10 --issue")
    invoices(firm, "invoice show INV-2026-0001")
    for form in ("ledger", "beancount", "xero", "quickbooks"):
        made = firm(f"export {form}").out
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", made), form
        if form in {"xero", "quickbooks"}:
            harmless_sheet(made)
        else:
            assert len(re.findall(r"(?m)^2026-\S+ \*", made)) == 1


def invoices(firm: Suptime, line: str) -> None:
    """What LINE prints is harmless in every format."""
    for form in DOCUMENTS:
        if form == "pdf" and "show" in line:
            continue  # made by the same template as the draft
        if form == "pdf":
            firm(f"{line} --format pdf --out made")
            (path,) = (firm.home / "made").iterdir()
            assert PdfReader(path).pages[0].extract_text()
            path.unlink()
            continue
        made = firm(f"{line} --format {form}").out
        assert not UNSAFE.search(made), form
        if form == "html":
            harmless_page(made)
        if form == "csv":
            harmless_sheet(made)
        if form == "markdown":
            assert not re.search(r"(?<!\\)!\[|(?<!\\)\]\(|(?<!\\)<[a-z]", made)


SELLER = """
[seller]
name = {0}
address = {0}
city = {0}
postcode = "10115"
country = "DE"
email = "books@nordtor.example"
phone = {0}
tax_id = "DE123456789"
endpoint = "9930:DE123456789"
bank = {0}
iban = "DE02120300000000202051"
payment_terms = {0}
footer = {0}
legal = {0}
"""


@pytest.mark.parametrize(
    "name", [name for name in TEXTS if name not in {"half a letter", "beyond what is kept", "a long one"}]
)
def test_what_stands_in_settings_and_in_a_contract_is_text_on_an_invoice_and_in_xml(firm: Suptime, name: str):
    quoted = json.dumps(TEXTS[name])
    (firm.home / "config.toml").write_text(SELLER.format(quoted), "utf-8")
    firm.set(SUPTIME_CONFIG="config.toml")
    contract = HOURLY.replace("acme-ps", "acme-x").replace('"Professional services"', quoted)
    (firm.home / "x.toml").write_text(contract.replace("required = true", "required = false"), "utf-8")
    firm(
        "client edit acme --address 1 --city Austin --postcode 78701 --country US --tax 19 --endpoint 9930:DE123456788 --buyer-reference R"
    )
    added = firm("contract add acme x.toml", code=None)
    assert added.code in {0, 2}
    if not added.code:
        firm(
            "case open CASE-2 --client acme --contract acme-x --category configuration --at '2026-10-01 08:00'"
        )
        firm("log CASE-2 30m --from '2026-10-06 09:00'")
        assert not UNSAFE.search(firm("contract show acme-x").out)
    invoices(firm, "invoice --month 2026-10")
    firm("invoice --month 2026-10 --issue")
    invoices(firm, "invoice show INV-2026-0001")
    made = firm("invoice show INV-2026-0001 --format ubl", code=None)
    assert made.code in {0, 3}, made.err
    if not made.code:
        root = etree.fromstring(made.out.encode(), etree.XMLParser(resolve_entities=False))
        assert not UNSAFE.search("".join(root.itertext()))
        assert root.getroottree().docinfo.doctype == ""
    paper = firm.process("invoice show INV-2026-0001 --format facturx", text=False)
    assert paper.returncode == made.code, paper.stderr
    if not paper.returncode:
        with pikepdf.open(io.BytesIO(paper.stdout)) as opened:
            inside = opened.attachments["factur-x.xml"].get_file().read_bytes()
        root = etree.fromstring(inside, etree.XMLParser(resolve_entities=False))
        assert not UNSAFE.search("".join(root.itertext()))
        assert root.getroottree().docinfo.doctype == ""
        assert PdfReader(io.BytesIO(paper.stdout)).pages[0].extract_text()
