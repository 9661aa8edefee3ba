"""What MkDocs is told of the pages: the navigation out of the lists of docs/README.md, and their text."""

import re
import sys

import pages
import pytest

sys.path.append(str(pages.ROOT / "tools"))

import site_pages


def named(entries):
    """The pages of a navigation, as often as they stand there."""
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            for inner in entry.values():
                yield from [inner] if isinstance(inner, str) else named(inner)


def test_every_page_is_in_the_navigation_once():
    own = sorted(str(page.relative_to(site_pages.DOCS)) for page in site_pages.DOCS.rglob("*.md"))
    assert sorted(named(site_pages.navigation())) == sorted([*own, "source/CHANGELOG.md"])


def test_lists_of_the_first_page_are_the_parts_and_a_folder_brings_its_own_headings():
    parts = {heading: inner for part in site_pages.navigation() for heading, inner in part.items()}
    assert [*parts] == ["Home", "Tutorials", "How-to guides", "Reference", "Concepts", "For contributors"]
    sections = {heading: inner for entry in parts["How-to guides"][1:] for heading, inner in entry.items()}
    assert "how-to/track-time.md" in sections["Track work"]
    manual = next(entry["Commands"] for entry in parts["Reference"][1:] if "Commands" in entry)
    assert manual[0] == "manual/README.md"
    assert manual[1]["Timing work"][0] == "manual/start.md"


@pytest.mark.parametrize(
    ("written", "made"),
    [
        (
            "<!-- file: a.toml -->\n```toml\n[prices]\n```\n<!-- run: suptime x\nsuptime y -->\nEnd.\n",
            '```toml title="a.toml"\n[prices]\n```\nEnd.\n',
        ),
        ("[one](rating.md#draw-down), [two](#here)", "[one](rating.md#draw-down), [two](#here)"),
        (
            "[rule](../src/suptime/contracts/clauses/rounding.py)",
            "[rule](source/src/suptime/contracts/clauses/rounding.py.md)",
        ),
        ("[all](../sample_data/contracts)", "[all](source/sample_data/contracts/README.md)"),
        ("[far](https://example.org/a.md)", "[far](https://example.org/a.md)"),
        (
            "```text\n[x](../src/a.py) <!-- run: x -->\n```\n",
            "```text\n[x](../src/a.py) <!-- run: x -->\n```\n",
        ),
        (r"| `--to <a\|b>` | A time. |", "| `--to <a | b>` | A time. |"),
        (r"Not a table: `a\|b`", r"Not a table: `a\|b`"),
    ],
)
def test_a_page_is_rewritten_for_the_site(written, made):
    assert site_pages.rewritten(written, "docs/page.md") == made


def test_a_page_outside_of_the_documentation_keeps_its_links():
    text = site_pages.rewritten(
        "[how](../../docs/concepts/rating.md) and [one](a1.toml)", "tests/scenarios/README.md"
    )
    assert text == "[how](../../../concepts/rating.md) and [one](a1.toml.md)"


def test_what_pages_link_to_outside_is_shown_whole():
    shown = site_pages.outside()
    rounding = (pages.ROOT / "tests/contracts/clauses/rounding.toml").read_text("utf-8")
    assert f"````toml\n{rounding}````\n" in shown["tests/contracts/clauses/rounding.toml"]
    assert "- [plan-basic.toml](plan-basic.toml)\n" in shown["sample_data/contracts"]
    assert "sample_data/contracts/plan-basic.toml" in shown
    assert not [path for path in shown if path.startswith("docs/") or re.match(r"\.\.", path)]
