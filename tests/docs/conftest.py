"""The flag that writes the documentation's outputs anew."""


def pytest_addoption(parser):
    parser.addoption(
        "--refresh-docs",
        action="store_true",
        help="write the outputs in README.md and docs/ anew, to be read in review: pytest tests/docs",
    )
