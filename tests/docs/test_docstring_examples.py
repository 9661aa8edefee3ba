"""The examples in docstrings: each prints what it shows."""

import doctest
import importlib
import pkgutil

import pytest

import suptime

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(suptime.__path__, "suptime.")
    # Alembic runs its migrations; they cannot be imported without it.
    if not module.name.startswith(("suptime.store.migrations", "suptime.__main__"))
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_show(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_examples_are_found():
    modules = (importlib.import_module(name) for name in MODULES)
    finder = doctest.DocTestFinder(exclude_empty=True)
    assert sum(len(found.examples) for module in modules for found in finder.find(module)) > 200
