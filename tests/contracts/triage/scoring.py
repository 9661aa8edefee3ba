"""How well the words of a contract file propose the categories of the requests in requests.toml."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from suptime.contracts.clauses.classification import Classification, rule
from suptime.contracts.triage.suggest import Suggestion, suggest

HERE = Path(__file__).parent
CONTRACTS = HERE.parents[2] / "sample_data" / "contracts"
FILES = {"hourly": CONTRACTS / "hourly.toml", "pack": CONTRACTS / "incident-pack.toml"}


@dataclass(frozen=True)
class Request:
    """A request, and the category it should get."""

    category: str
    text: str

    def proposed(self, terms: Classification) -> Suggestion | None:
        subject, _, body = self.text.partition("\n\n")
        return suggest(terms, subject, body)


@dataclass
class Score:
    """What came out right of so many requests; `wrong` are those whose rule came out wrong."""

    requests: int = 0
    undecided: int = 0
    category: int = 0
    rule: int = 0
    wrong_billable: int = 0
    as_it_stands: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def decided(self) -> int:
        return self.requests - self.undecided

    def __str__(self) -> str:
        return (
            f"{self.requests} requests: {self.undecided} left undecided; of {self.decided} proposals "
            f"{self.rule} have the right rule and {self.category} the right category, "
            f"{self.wrong_billable} are billable and should not be; with the contract's default for the "
            f"undecided, {self.as_it_stands} of {self.requests} cases have the right rule"
        )


def terms_of(policy: str) -> Classification:
    table = tomllib.loads(FILES[policy].read_text())["classification"]
    words = {category: tuple(listed) for category, listed in table["suggest"].items()}
    return Classification(table["default"], table["categories"], table["causes"], words)


def requests(policy: str, part: str) -> list[Request]:
    parts = tomllib.loads((HERE / "requests.toml").read_text())[policy]
    return [Request(category, text) for category, texts in parts.get(part, {}).items() for text in texts]


def score(policy: str, part: str) -> Score:
    terms, result = terms_of(policy), Score()
    for request in requests(policy, part):
        proposed = request.proposed(terms)
        wanted, got = rule(terms, request.category), rule(terms, proposed.category if proposed else None)
        result.requests += 1
        result.as_it_stands += got == wanted
        if proposed is None:
            result.undecided += 1
            result.wrong.append(f"undecided, not {request.category}: {request.text}")
            continue
        result.category += proposed.category == request.category
        result.rule += got == wanted
        result.wrong_billable += got == "billable" != wanted
        if proposed.category != request.category:
            led = "; ".join(proposed.words)
            mark = "" if got == wanted else "RULE "
            result.wrong.append(f"{mark}{proposed.category}, not {request.category}: {request.text} [{led}]")
    return result


if __name__ == "__main__":
    import sys

    for policy in FILES:
        for part in sys.argv[1:] or ["train", "held-out"]:
            found = score(policy, part)
            print(f"{policy}, {part}: {found}")  # noqa: T201 - a command of its own: make suggest-score
            if sys.argv[1:]:
                print("\n".join(f"    {line}" for line in found.wrong))  # noqa: T201
