"""Jinja, sandboxed: templates see a document as data and cannot reach beyond it.

Values are escaped for the format of a template, unless its own text says otherwise. A key that the document lacks is an error.
A fault of a template that a person wrote is reported with its file and line.
"""

import inspect
import re
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from suptime import resources
from suptime.errors import SuptimeError
from suptime.language import figures
from suptime.language import translate as language
from suptime.render import brand
from suptime.resources import folder
from suptime.trust import distrust

# Anywhere: emphasis, code, links, HTML, tables, strikethrough, entities, sums. At the start: lists, headings.
_MARKS = re.compile(
    r"[\\`*_\[\]<>#|~&$]|^[-+](?=[-+\s]|$)|^=(?==|$)|(?<=^\d)[.)](?=\s|$)|(?<=^\d\d)[.)](?=\s|$)|(?<=^\d{3})[.)](?=\s|$)"
)


def fill(
    names: str | Sequence[str], document: Mapping[str, Any], say: Iterable[ModuleType] = (), **more: Any
) -> bytes:
    """Return the first template of `names` that there is, filled with `document`, as UTF-8.

    Besides, it sees the public functions of the modules in `say`, and what is in `more`.

    Raises:
        WrongUsage: a template that the person wrote is at fault.
    """
    several = [names] if isinstance(names, str) else names
    ending = several[0].removesuffix(".j2").rpartition(".")[2]
    escaping = {"md": _markdown, "txt": _text}.get(ending, escape)
    places = resources.places(document)
    try:
        template = _environment(escaping, places).select_template(several, globals={"say": _functions(say)})
        made = template.render(document=figures.sanitize(document), **more)
    except SuptimeError:
        raise
    except Exception as error:
        if places:
            _raise_template_fault(error, places)
        raise
    return made.encode()


def _raise_template_fault(error: Exception, places: tuple[Path, ...]) -> None:
    """Raise the fault of a template in `places`, if `error` is one."""
    line: int | None
    if isinstance(error, TemplateSyntaxError):
        path, line = Path(error.filename or ""), error.lineno
    else:
        frames = [
            (Path(frame.f_code.co_filename), number)
            for frame, number in traceback.walk_tb(error.__traceback__)
        ]
        path, line = next(
            ((path, number) for path, number in reversed(frames) if _is_in(path, places)),
            (Path(), None),
        )
    if not _is_in(path, places):
        return
    if isinstance(error, RecursionError):
        raise resources.broken(
            path,
            None,
            "it comes back to itself",
            f"A template takes the shipped one as {resources.DEFAULT}/NAME.",
        ) from error
    if isinstance(error, TemplateNotFound):
        raise resources.broken(path, line, f'there is no template "{error.name}"') from error
    raise resources.broken(path, line, str(error) or type(error).__name__) from error


def _is_in(path: Path, places: tuple[Path, ...]) -> bool:
    return any(path.is_relative_to(place) for place in places)


class _Own(FileSystemLoader):
    """A folder of your own: suptime uses no template there that others can change, and names one that is not text."""

    def get_source(self, environment: Any, template: str) -> Any:
        try:
            found = super().get_source(environment, template)
        except (UnicodeDecodeError, OSError) as error:
            if isinstance(error, TemplateNotFound):  # which Jinja makes an OSError too
                raise
            why = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else f"{error.strerror}"
            raise resources.broken(Path(str(self.searchpath[0]), template), None, why) from error
        text, name, is_fresh = found
        resources.refuse_distrusted(Path(str(name)))
        # Jinja asks this each time before it uses what it has loaded.
        return text, name, lambda: is_fresh() and distrust(str(name)) is None


def _markdown(value: Any) -> Markup:
    """Return `value` escaped for Markdown."""
    if isinstance(value, Markup):
        return value
    return Markup(in_markdown(str(value)))  # noqa: S704 - this is the function that makes text safe


def in_markdown(text: str) -> str:
    """Return `text` on one line, every character that Markdown could take for a mark of its own escaped."""
    return _MARKS.sub(r"\\\g<0>", figures.single_line(text))


def _text(value: Any) -> Markup:
    """Return `value` on one line: in plain text, only a line break could pass for what the template says."""
    if isinstance(value, Markup):
        return value
    return Markup(figures.single_line(str(value)))  # noqa: S704 - this is the function that makes text safe


@lru_cache
def _environment(escaping: Callable[[Any], Markup], places: tuple[Path, ...]) -> SandboxedEnvironment:
    shipped = FileSystemLoader(folder("templates"))
    loaders: list[BaseLoader] = [PrefixLoader({resources.DEFAULT: shipped}), *map(_Own, places), shipped]
    # Autoescape would escape for HTML; finalize sees every value, whatever the format is.
    environment = SandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=escaping is escape,
        finalize=None if escaping is escape else escaping,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_functions([figures]) | FILTERS)
    environment.globals |= GLOBALS
    return environment


# What people's own templates call by these names.
FILTERS = {
    "clock": figures.duration,
    "column": figures.duration_cell,
    "one_line": figures.single_line,
    "said": language.sentence_of,
    "spoken": figures.quantity_in_words,
}
GLOBALS = {
    "brand_style": brand.style,
    "each": language.each,
    "said_of": language.sentences_of,
    "spoken_now": language.current_language,
    "tr": language.tr,
    "trc": language.trc,
    "trn": language.trn,
}


def _functions(modules: Iterable[ModuleType]) -> dict[str, Callable[..., Any]]:
    """Return the public functions of `modules`, by name."""
    return {
        name: function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
    }
