"""Refuse circles of imports between modules, imports for type checking included.

Layers alone do not show circles inside a package. Prints the first circle; exits with 1 if there is one.
"""

import sys
from graphlib import CycleError, TopologicalSorter

import grimp


def main() -> int:
    """Check the package, and return the exit code."""
    graph = grimp.build_graph("suptime", cache_dir=None)
    imports = {module: sorted(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle = error.args[1]
        print("A circle of imports: " + " is imported by ".join(circle))
        return 1
    print(f"No circles among {len(imports)} modules.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
