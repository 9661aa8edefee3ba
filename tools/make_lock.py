"""Write requirements/*.lock: the versions, with hashes, that tests and developers' tools are installed with.

    python tools/make_lock.py

Each file holds for every Python and machine that suptime runs on. Each also has Hatchling and the libraries
that Hatchling needs for an editable install: pip would choose their versions freely in a build environment.
"""

import subprocess
from pathlib import Path

from build import ProjectBuilder
from build.env import DefaultIsolatedEnv
from uv import find_uv_bin

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"develop": ("test", "lint", "docs"), "test": ("test",)}
"""The extras in each file. `develop` comes first: `test` takes its versions from there."""

COMPILE = (
    "pip compile --quiet --universal --generate-hashes --upgrade --python-version 3.11"
    " --no-emit-index-url --no-emit-find-links --custom-compile-command".split()
)


def build_requirements() -> list[str]:
    """Return the requirements of an editable install, as pyproject.toml and its build backend state them."""
    with DefaultIsolatedEnv() as environment:
        builder = ProjectBuilder.from_isolated_env(environment, ROOT)
        environment.install(builder.build_system_requires)
        return sorted(builder.build_system_requires | builder.get_requires_for_build("editable"))


def main() -> None:
    build = "\n".join(build_requirements())
    above: list[str] = []
    for name, extras in LOCKS.items():
        path = f"requirements/{name}.lock"
        chosen = [word for extra in extras for word in ("--extra", extra)]
        command = [find_uv_bin(), *COMPILE, "make lock", *chosen, *above, "--output-file", path]
        (ROOT / path).unlink(missing_ok=True)
        subprocess.run([*command, "pyproject.toml", "-"], cwd=ROOT, input=build, text=True, check=True)
        above = ["--constraints", path]
        print(f"{path}: {(ROOT / path).read_text(encoding='utf-8').count('==')} packages")


if __name__ == "__main__":
    main()
