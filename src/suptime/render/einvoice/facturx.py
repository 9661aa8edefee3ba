"""A PDF with its invoice for machines inside: Factur-X 1.0, which is ZUGFeRD 2, in the profile EN 16931."""

from datetime import date
from io import BytesIO

import pikepdf
from lxml import etree
from pikepdf import AttachedFileSpec, Name

NAME, PROFILE, VERSION = "factur-x.xml", "EN 16931", "1.0"

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

_FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"

_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"

_SCHEMA, _PROPERTY = "http://www.aiim.org/pdfa/ns/schema#", "http://www.aiim.org/pdfa/ns/property#"

_PROPERTIES = {
    "DocumentFileName": (NAME, "The name of the embedded XML document"),
    "DocumentType": ("INVOICE", "The type of the hybrid document in capital letters"),
    "Version": (VERSION, "The actual version of the standard applying to the embedded XML document"),
    "ConformanceLevel": (PROFILE, "The conformance level of the embedded XML document"),
}

"""Properties of Factur-X: their values, and their descriptions for other readers."""


def with_invoice(pdf: bytes, xml: bytes, day: date) -> bytes:
    """PDF with `xml` embedded as another form of the same invoice, and metadata that says so; the same bytes each time.

    `day` is when the invoice was issued: nothing in the file is of the machine's clock.
    """
    with pikepdf.open(BytesIO(pdf)) as opened:
        moment = f"D:{day:%Y%m%d}000000Z"
        attached = AttachedFileSpec(
            opened,
            xml,
            description="The invoice by EN 16931, for machines",
            filename=NAME,
            mime_type="text/xml",
            creation_date=moment,
            mod_date=moment,
        )
        attached.obj.AFRelationship = Name.Alternative
        opened.attachments[NAME] = attached
        opened.Root.AF = pikepdf.Array([attached.obj])
        metadata = opened.Root.Metadata.read_bytes()
        opened.Root.Metadata = opened.make_stream(
            _with_properties(metadata), Type=Name.Metadata, Subtype=Name.XML
        )
        made = BytesIO()
        opened.save(made, deterministic_id=True)
    return made.getvalue()


def _with_properties(metadata: bytes) -> bytes:
    """METADATA, which is XMP, with the properties of Factur-X, and the schema that PDF/A wants of them."""
    root = etree.fromstring(metadata)
    rdf = root if root.tag == f"{{{_RDF}}}RDF" else root.find(f".//{{{_RDF}}}RDF")
    own = etree.SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""}, nsmap={"fx": _FX})
    for name, (value, _) in _PROPERTIES.items():
        etree.SubElement(own, f"{{{_FX}}}{name}").text = value
    # A PDF/A has one list of extension schemas: Typst may have begun it.
    bag = rdf.find(f".//{{{_EXTENSION}}}schemas/{{{_RDF}}}Bag")
    if bag is None:
        spaces = {"pdfaExtension": _EXTENSION, "pdfaSchema": _SCHEMA, "pdfaProperty": _PROPERTY}
        about = {f"{{{_RDF}}}about": ""}
        described = etree.SubElement(rdf, f"{{{_RDF}}}Description", about, nsmap=spaces)
        bag = etree.SubElement(etree.SubElement(described, f"{{{_EXTENSION}}}schemas"), f"{{{_RDF}}}Bag")
    schema = _resource(bag)
    for name, value in (
        ("schema", "Factur-X PDFA Extension Schema"),
        ("namespaceURI", _FX),
        ("prefix", "fx"),
    ):
        etree.SubElement(schema, f"{{{_SCHEMA}}}{name}").text = value
    properties = etree.SubElement(etree.SubElement(schema, f"{{{_SCHEMA}}}property"), f"{{{_RDF}}}Seq")
    for name, (_, words) in _PROPERTIES.items():
        item = _resource(properties)
        for key, value in (
            ("name", name),
            ("valueType", "Text"),
            ("category", "external"),
            ("description", words),
        ):
            etree.SubElement(item, f"{{{_PROPERTY}}}{key}").text = value
    packet: bytes = etree.tostring(root, encoding="UTF-8")
    begin = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    return begin + packet + b'\n<?xpacket end="w"?>\n'


def _resource(parent: etree._Element) -> etree._Element:
    return etree.SubElement(parent, f"{{{_RDF}}}li", {f"{{{_RDF}}}parseType": "Resource"})
