"""How suptime writes: the rejected words and patterns of `words.toml`, and the form of commit subjects."""

import ast
import io
import re
import subprocess
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "suptime"
WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
RULES = [(re.compile(rule["pattern"], re.MULTILINE), rule) for rule in WORDS["rule"]]
FOLDERS = sorted(
    path.name
    for path in SOURCE.iterdir()
    if path.is_dir() and path.name not in ("__pycache__", *WORDS["open"]["folders"])
)
PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    if path.parent.name != "manual"  # the manual is made of help texts
)
SQL = re.compile(
    r"\s*\(?(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|CASE|FROM|WHERE|JOIN|ORDER|AND|OR|GRANT)\b"
)


class Text(NamedTuple):
    """A text of a file, with the kind that rules name."""

    line: int
    kind: str
    words: str


def texts_of(path: Path) -> Iterator[Text]:
    """Yield the docstrings, messages and comments of a module."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    seen = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                seen.add(first.value)
                yield Text(first.lineno, "docstring", str(first.value.value))
        elif isinstance(node, ast.JoinedStr):
            seen.update(ast.walk(node))
            parts = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield from _message(node.lineno, "".join(parts))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in seen:
            yield from _message(node.lineno, node.value)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Text(token.start[0], "comment", token.string.lstrip("#: "))


def _message(line: int, words: str) -> Iterator[Text]:
    if " " in words.strip() and not SQL.match(words):
        yield Text(line, "message", words)


def faults(text: Text, where: str) -> Iterator[str]:
    """Yield what is wrong with a text, and what to write instead."""
    words = re.sub(r"`[^`\n]*`", "`code`", text.words)
    for pattern, rule in RULES:
        if text.kind in rule.get("in", ["docstring", "message", "comment", "page"]):
            for found in pattern.finditer(words):
                line = text.line + words.count("\n", 0, found.start())
                if not any(re.search(fine, words) for fine in rule.get("but", [])):
                    yield f"{where}:{line}: {found[0]!r}: {rule['instead']}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_texts_of_the_source_have_no_rejected_words(folder):
    found = [
        fault
        for path in sorted((SOURCE / folder).rglob("*.py"))
        for text in texts_of(path)
        for fault in faults(text, str(path.relative_to(ROOT)))
    ]
    assert not found, "\n".join(found)


def test_texts_of_single_modules_have_no_rejected_words():
    found = [
        fault
        for path in sorted(SOURCE.glob("*.py"))
        for text in texts_of(path)
        for fault in faults(text, str(path.relative_to(ROOT)))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("page", PAGES)
def test_pages_have_no_more_rejected_words_than_before(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    prose = re.sub(
        r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), text, flags=re.MULTILINE | re.DOTALL
    )
    found = list(faults(Text(1, "page", prose), page))
    # The baseline only shrinks: a page that is rewritten loses its line.
    assert len(found) <= WORDS["pages"].get(page, 0), "\n".join(found)


def _subjects() -> list[str]:
    """Return the subjects of commits since the one that set the rule.

    A shallow clone has only the subject of its last commit, an sdist none.
    """
    if not (ROOT / ".git").exists():
        return []
    since = WORDS["commits"]["since"]
    known = subprocess.run(["git", "cat-file", "-e", since], cwd=ROOT, capture_output=True, check=False)
    span = ["-1"] if known.returncode else [f"{since}..HEAD"]
    log = ["git", "log", "--no-merges", "--format=%s", *span]
    return subprocess.run(log, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_commit_subjects_are_short_imperative_sentences():
    form = re.compile(WORDS["commits"]["form"])
    found = [f"{len(s)} characters: {s}" for s in _subjects() if not form.fullmatch(s)]
    found += [fault for s in _subjects() for fault in faults(Text(0, "commit", s), "commit")]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("sentence", WORDS["examples"]["rejected"])
def test_rejected_sentences_are_found(sentence):
    assert list(faults(Text(1, "message", sentence), "example"))


@pytest.mark.parametrize("sentence", WORDS["examples"]["accepted"])
def test_plain_sentences_pass(sentence):
    assert not list(faults(Text(1, "message", sentence), "example"))
