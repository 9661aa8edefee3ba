"""requirements/*.lock: each version is one that pyproject.toml allows, each file has hashes, none names a place."""

import itertools
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
IN_TEST = (*PROJECT["build-system"]["requires"], *PROJECT["project"]["dependencies"], *EXTRAS["test"])
LOCKS = {"test": IN_TEST, "develop": (*IN_TEST, *EXTRAS["lint"], *EXTRAS["docs"])}
LINE = re.compile(r"[a-z0-9-]+==[A-Za-z0-9.+!]+( ; [^/@]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|\s*#.*")


def text_of(lock):
    return (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")


def versions_of(lock):
    return dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", text_of(lock)))


def flat(requirements):
    """Each of `requirements`, with those of suptime's own extras in place of `suptime[...]`."""
    for text in requirements:
        requirement = Requirement(text)
        if requirement.name == "suptime":
            for extra in requirement.extras:
                yield from flat(EXTRAS[extra])
        else:
            yield requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_version_that_the_project_allows(lock):
    versions = versions_of(lock)
    wrong = [
        str(requirement)
        for requirement in flat(LOCKS[lock])
        if not requirement.specifier.contains(versions.get(canonicalize_name(requirement.name), "0"))
    ]
    assert wrong == [], "run make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_packages_and_hashes_and_names_no_place(lock):
    lines = text_of(lock).splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert not re.search(r"://|(?m:^-)|/(home|work|tmp|opt|Users)/", text_of(lock))
    for first, second in itertools.pairwise(lines):
        assert "==" not in first.partition("#")[0] or second.startswith("    --hash="), first


def test_developers_test_with_the_versions_of_the_readme():
    develop = versions_of("develop")
    assert {name: develop.get(name) for name in versions_of("test")} == versions_of("test")
