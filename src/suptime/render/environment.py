"""Jinja, sandboxed: templates see the document as data and cannot reach beyond it.

Whatever a template prints is escaped for its format unless the template's own text says
otherwise: data cannot forget to be harmless. A key that the document lacks is an error.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from suptime.render import (
    filters,
    wording,
    wording_case,
    wording_clocks,
    wording_estimate,
    wording_reports,
    wording_statement,
    wording_terms,
)
from suptime.resources import folder

# Anywhere: emphasis, code, links, HTML, tables, strikethrough, entities, sums. At the start: lists, headings.
_MARKS = re.compile(
    r"[\\`*_\[\]<>#|~&$]|^[-+](?=[-+\s]|$)|^=(?==|$)|(?<=^\d)[.)](?=\s|$)|(?<=^\d\d)[.)](?=\s|$)|(?<=^\d{3})[.)](?=\s|$)"
)


def fill(template: str, document: Mapping[str, Any]) -> bytes:
    """TEMPLATE, a file of the folder of templates, filled with DOCUMENT, as UTF-8."""
    ending = template.removesuffix(".j2").rpartition(".")[2]
    escaping = {"md": _markdown, "txt": _text}.get(ending, escape)
    made = _environment(escaping).get_template(template).render(document=filters.clean(document))
    return made.encode()


def _markdown(value: Any) -> Markup:
    """VALUE on one line, every character that Markdown could take for a mark of its own escaped."""
    if isinstance(value, Markup):
        return value
    escaped = _MARKS.sub(r"\\\g<0>", filters.one_line(str(value)))
    return Markup(escaped)  # noqa: S704 - this is the function that makes text safe


def _text(value: Any) -> Markup:
    """VALUE on one line: in plain text, only a line break could pass for what the template says."""
    if isinstance(value, Markup):
        return value
    return Markup(filters.one_line(str(value)))  # noqa: S704 - this is the function that makes text safe


@lru_cache
def _environment(escaping: Callable[[Any], Markup]) -> SandboxedEnvironment:
    # Autoescape would escape for HTML; finalize sees every value, whatever the format is.
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=escaping is escape,
        finalize=None if escaping is escape else escaping,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_functions(filters))
    modules = (
        wording,
        wording_reports,
        wording_clocks,
        wording_case,
        wording_estimate,
        wording_statement,
        wording_terms,
    )
    environment.globals["say"] = {name: f for module in modules for name, f in _functions(module).items()}
    return environment


def _functions(module: Any) -> dict[str, Callable[..., Any]]:
    """The public functions of MODULE, by name."""
    return {
        name: item
        for name, item in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
    }
