"""Elements of XML, so that a serialiser reads like the file it writes. What is empty is left out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

Element = Any
"""An element of lxml, which has no types of its own."""

Content = Any
"""A text, a number, an element, None, or several of them."""


def builder(namespaces: Mapping[str | None, str]) -> Callable[..., Element | None]:
    """A function that makes `node("cbc:ID", "7", schemeID="EM")`; None where nothing would be in it.

    Prefixes are those of NAMESPACES, where None is the namespace of names without one.
    """

    def node(name: str, /, *content: Content, **attributes: str) -> Element | None:
        prefix, _, local = name.rpartition(":")
        parts = list(_flat(content))
        if not parts:
            return None
        made = etree.Element(f"{{{namespaces[prefix or None]}}}{local}", attributes, nsmap=dict(namespaces))
        for part in parts:
            if isinstance(part, str):
                made.text = part
            else:
                made.append(part)
        return made

    return node


def _flat(content: Iterable[Content]) -> Iterable[Element | str]:
    for part in content:
        if isinstance(part, (list, tuple)) or (hasattr(part, "__next__")):
            yield from _flat(part)
        elif isinstance(part, Decimal):
            yield format(part, "f")
        elif isinstance(part, date):
            yield part.isoformat()
        elif part is not None and not (isinstance(part, str) and not part):
            yield part


def written(root: Element) -> bytes:
    """ROOT as a file: UTF-8, indented, the same bytes every time."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=[prefix for prefix in root.nsmap if prefix])
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made
