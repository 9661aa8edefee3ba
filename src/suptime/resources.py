"""Where the templates and the sample data are: in the installed package, or in the checkout."""

from pathlib import Path

from suptime.errors import SuptimeError

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent.parent


def folder(name: str) -> Path:
    """The folder NAME ("templates" or "sample_data") that came with this installation.

    A wheel carries it inside the package; an editable install has it at the top of the checkout.

    Raises:
        SuptimeError: neither place has it, so the installation is incomplete.
    """
    for place in (PACKAGE / name, CHECKOUT / name):
        if place.is_dir():
            return place
    raise SuptimeError(f"The folder {name} is missing from this installation.", hint="Install suptime again.")
