"""The golden files: what a document looked like when somebody last read it."""

from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent.parent / "golden"


def pytest_addoption(parser):
    parser.addoption(
        "--refresh-golden", action="store_true", help="write tests/golden anew: pytest tests/render"
    )


@pytest.fixture
def golden(request):
    """Compares bytes with a golden file; with --refresh-golden writes it instead, to be read in review."""

    def compare(name, made):
        path = GOLDEN / name
        if request.config.getoption("--refresh-golden"):
            path.write_bytes(made)
        assert path.exists(), f"{name} is not there: run pytest tests/render --refresh-golden, and read it"
        assert made.decode() == path.read_bytes().decode()

    return compare
