"""Where the templates and the sample data are: in the installed package, or in the checkout."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from suptime.errors import SuptimeError, WrongUsage
from suptime.trust import distrust

PACKAGE = Path(__file__).resolve().parent

CHECKOUT = PACKAGE.parent.parent


def folder(name: str) -> Path:
    """Return the folder `name` ("templates", "fonts" or "sample_data") that came with this installation.

    A wheel carries it inside the package; an editable install has it at the top of the checkout.

    Raises:
        SuptimeError: neither place has it, so the installation is incomplete.
    """
    for place in (PACKAGE / name, CHECKOUT / name):
        if place.is_dir():
            return place
    raise SuptimeError(f"The folder {name} is missing from this installation.", hint="Install suptime again.")


DEFAULT = "default"

CLIENTS = "clients"

KINDS: Mapping[str, str] = {
    ".html.j2": "page",
    ".md.j2": "Markdown",
    ".txt.j2": "text",
    ".typ": "PDF",
    ".css": "style",
}

"""Purpose of a template, by the ending of its name."""

_own: ContextVar[Path | None] = ContextVar("own", default=None)


@contextmanager
def looking_in(place: Path | None) -> Iterator[None]:
    """Within it, templates of the folder `place` take precedence over the shipped ones."""
    token = _own.set(place)
    try:
        yield
    finally:
        _own.reset(token)


def own() -> Path | None:
    """Return the folder of the person's own templates, or None."""
    return _own.get()


def kind_of(name: str) -> str | None:
    """Return the purpose of the template `name`, or None if the file is not a template.

    >>> kind_of("invoice.html.j2"), kind_of("logo.png")
    ('page', None)
    """
    return next((kind for ending, kind in KINDS.items() if name.endswith(ending)), None)


def shipped() -> dict[str, Path]:
    """Return the templates that came with suptime, by name."""
    return _in(folder("templates"))


def templates_in(place: Path) -> dict[str, Path]:
    """Return the templates in the folder `place` and the folders of its clients, by name."""
    found = _in(place)
    for client in sorted(place.glob(f"{CLIENTS}/*/")):
        found |= {f"{CLIENTS}/{client.name}/{name}": path for name, path in _in(client).items()}
    return found


def _in(place: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted(place.glob("*")) if path.is_file() and kind_of(path.name)}


def places(document: Mapping[str, Any]) -> tuple[Path, ...]:
    """Return the person's own template folders for `document`, nearest first."""
    place = _own.get()
    if place is None:
        return ()
    of_client = [place / CLIENTS / code for code in [client_of(document)] if code]
    return (*(one for one in of_client if one.is_dir()), place)


def client_of(document: Mapping[str, Any]) -> str | None:
    """Return the code of the only client of `document`, or None if there are several.

    >>> client_of({"invoices": [{"client": "acme"}, {"client": "acme"}]}), client_of({"client": "lakeside"})
    ('acme', 'lakeside')
    """
    if "invoices" in document:
        codes = {invoice["client"] for invoice in document["invoices"]}
        return codes.pop() if len(codes) == 1 else None
    code: str | None = document.get("client")
    return code


def refuse_distrusted(path: Path) -> None:
    """Refuse a template, or a file that it reads, if another user can change it.

    Raises:
        WrongUsage: another user can change the file.
    """
    if found := distrust(path):
        raise WrongUsage(f"The template {path} is not used: {found.why}.", hint=found.mend)


def broken(path: Path, line: int | None, why: str, hint: str = "") -> WrongUsage:
    """Return the error of a template at `path` that cannot be used, with its `line` and `why`."""
    where = f"{path}, line {line}" if line else str(path)
    words = " ".join(why.split()).rstrip(".")
    return WrongUsage(
        f"The template {where}: {words}.", hint=hint or "Correct the template, or move it out of its folder."
    )
