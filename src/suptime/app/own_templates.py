"""Templates of the person's own: which there are, and how to begin one."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suptime.app.wording import did_you_mean, quoted
from suptime.errors import NotPossible, WrongUsage
from suptime.render import templates

SHIPPED, OWN = "shipped", "own"


@dataclass(frozen=True, slots=True)
class Template:
    """A template by its name: what it is for, whether it came with suptime or is the person's own, and its file."""

    name: str
    kind: str
    source: str
    path: Path

    def document(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {"name": self.name, "kind": self.kind, "source": self.source, "path": str(self.path)}


def every(place: Path | None) -> list[Template]:
    """The templates that documents are made with, by name: those in the folder PLACE stand for shipped ones."""
    own = templates.kept_in(place) if place else {}
    found = [(name, SHIPPED, path) for name, path in templates.shipped().items() if name not in own]
    found += [(name, OWN, path) for name, path in own.items()]
    return [_template(*one) for one in sorted(found)]


def _template(name: str, source: str, path: Path) -> Template:
    return Template(name, templates.kind_of(name) or "", source, path)


def copy(name: str, place: Path, *, client: str | None = None, force: bool = False) -> Template:
    """Copy the shipped template NAME into the folder PLACE (that of CLIENT in it), to be changed there.

    Raises:
        NotPossible: there is no such template; there is a file of that name already, and no FORCE.
        WrongUsage: the folder cannot be written to.
    """
    from suptime.app.documents import write_files

    known = templates.shipped()
    if name not in known:
        raise NotPossible(
            f"There is no template {quoted(name)}.", did_you_mean(name, known), "suptime template list"
        )
    target = place / templates.CLIENTS / client / name if client else place / name
    if os.path.lexists(target) and not force:
        raise NotPossible(
            f"There is a template {target} already.", hint="Add --force to write over what you changed in it."
        )
    if target.is_dir():
        raise WrongUsage(f"{target} is a folder.", hint="Move it away.")
    (written,) = write_files(target.parent, [(target.name, known[name].read_bytes())])
    return _template(name, OWN, written)
